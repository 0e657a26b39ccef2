//! «Сверка»: what a partner has connected in a month under a contract, at which price and discount, and whether both
//! sides agree. Source: the partner's handbook of a reporting service: «счета выставляются после завершения сверки за
//! предыдущий месяц».

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    ApplicationId, Buyer, Charge, ContractId, Date, Instant, Kopecks, OrderId, OrderLine, OrganizationId, ProductId,
    Purpose, Seller,
};

/// «Договор» of a partner and whoever owns the rights to what it sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub id: ContractId,
    pub partner: OrganizationId,
    pub partner_name: String,
    pub vendor: OrganizationId,
    pub vendor_name: String,
    pub number: String,
    pub signed: Date,
    /// Percent by the code of an extension: others are not sold under it.
    pub discounts: BTreeMap<String, u8>,
    /// The partner, as its invoices name it.
    pub buyer: Buyer,
    /// The vendor, likewise; `None` if it is whoever sells in the catalogue.
    pub seller: Option<Seller>,
}

/// A month of the calendar, as Moscow counts days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.month())
    }

    /// «2026-10»
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let plain = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(year, 4) || !plain(month, 2) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).map(Self)
    }

    #[must_use]
    pub fn first_day(self) -> Date {
        self.0
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.plus_months(1))
    }

    /// Its first moment, and the first after it.
    #[must_use]
    pub fn bounds(self) -> (Instant, Instant) {
        (self.0.start(), self.next().0.start())
    }

    /// Whether nothing can be connected in it any more.
    #[must_use]
    pub fn is_over(self, now: Instant) -> bool {
        self.bounds().1 <= now
    }

    /// Year and month.
    #[must_use]
    pub fn parts(self) -> (i32, u8) {
        let (year, month, _) = self.0.parts();
        (year, month)
    }
}

/// «2026-10»
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.parts();
        write!(f, "{year:04}-{month:02}")
    }
}

/// Something that was connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeLine {
    pub application: ApplicationId,
    /// The customer's name.
    pub customer: String,
    pub at: Instant,
    pub product: ProductId,
    /// «Многопользовательский режим»
    pub title: String,
    /// «от 2 до 9»
    pub size: String,
    pub purpose: Purpose,
    pub charge: Charge,
}

/// What all lines come to.
#[must_use]
pub fn charged(lines: &[ChargeLine]) -> Kopecks {
    lines.iter().map(|line| line.charge.amount).fold(Kopecks::default(), Kopecks::plus)
}

/// SHA-256 over all that both sides agree on, in hexadecimal. The name of a customer is not among it: who is meant, the
/// application says.
#[must_use]
pub fn lines_digest(lines: &[ChargeLine]) -> String {
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for line in lines {
        let Charge { price, discount, promotion, amount } = &line.charge;
        text(&line.title);
        text(&line.size);
        text(line.purpose.code());
        text(&format!("{} {} {} {discount} {}", line.application, line.at.0, price.0, amount.0));
        text(&promotion.as_ref().map_or(String::new(), |(title, fate, percent)| format!("{title} {fate:?} {percent}")));
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The lines that somebody was shown, for the form that confirms them: «12=420000,13=210000».
#[must_use]
pub fn seen_lines(lines: &[ChargeLine]) -> String {
    lines.iter().map(|line| format!("{}={}", line.application, line.charge.amount.0)).collect::<Vec<_>>().join(",")
}

/// What has become of the lines since somebody was shown them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedLines {
    pub added: Vec<ApplicationId>,
    pub gone: Vec<ApplicationId>,
    /// With the amount that was shown.
    pub changed: Vec<(ApplicationId, Kopecks)>,
}

/// What has become of [`seen_lines`]; whatever of them cannot be read was not seen.
#[must_use]
pub fn moved_lines(seen: &str, now: &[ChargeLine]) -> MovedLines {
    let pair = |text: &str| {
        let (id, amount) = text.split_once('=')?;
        Some((id.parse::<ApplicationId>().ok()?, Kopecks(amount.parse().ok()?)))
    };
    let seen: Vec<(ApplicationId, Kopecks)> = seen.split(',').filter_map(pair).collect();
    let amount = |id: ApplicationId| now.iter().find(|line| line.application == id).map(|line| line.charge.amount);
    let known = |id: ApplicationId| seen.iter().any(|(known, _)| *known == id);
    MovedLines {
        added: now.iter().map(|line| line.application).filter(|id| !known(*id)).collect(),
        gone: seen.iter().map(|(id, _)| *id).filter(|id| amount(*id).is_none()).collect(),
        changed: seen.iter().filter(|(id, was)| amount(*id).is_some_and(|is| is != *was)).copied().collect(),
    }
}

/// Who agrees to a reconciliation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Partner,
    /// «Правообладатель»
    Vendor,
}

impl Side {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Vendor => "vendor",
        }
    }

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Partner => Self::Vendor,
            Self::Vendor => Self::Partner,
        }
    }
}

/// What a side has said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// That lines of this digest are right.
    Confirmed(String),
    /// «Разногласие»: what is wrong with them.
    Disputed(String),
}

/// What a side has said last, who said it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub said: Said,
    pub by: String,
    pub at: Instant,
}

impl Word {
    /// Whether it says that lines of this digest are right.
    #[must_use]
    pub fn confirms(&self, digest: &str) -> bool {
        matches!(&self.said, Said::Confirmed(known) if known == digest)
    }
}

/// Where a reconciliation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconciliationState {
    /// Nobody has said anything of these lines.
    Open,
    /// Of the two, only this side has confirmed.
    ConfirmedBy(Side),
    /// «Разногласие», by at least one of them.
    Disputed,
    /// Both have confirmed.
    Agreed,
}

/// Where it stands, by what both have said of lines of this digest. A confirmation of other lines is none.
#[must_use]
pub fn stands(partner: Option<&Word>, vendor: Option<&Word>, digest: &str) -> ReconciliationState {
    let disputes = |word: Option<&Word>| word.is_some_and(|word| matches!(word.said, Said::Disputed(_)));
    let confirms = |word: Option<&Word>| word.is_some_and(|word| word.confirms(digest));
    match (confirms(partner), confirms(vendor)) {
        (true, true) => ReconciliationState::Agreed,
        _ if disputes(partner) || disputes(vendor) => ReconciliationState::Disputed,
        (true, false) => ReconciliationState::ConfirmedBy(Side::Partner),
        (false, true) => ReconciliationState::ConfirmedBy(Side::Vendor),
        (false, false) => ReconciliationState::Open,
    }
}

/// A reconciliation as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    pub contract: Contract,
    pub month: Month,
    /// As they are now; as they were agreed on, if they were.
    pub lines: Vec<ChargeLine>,
    pub partner: Option<Word>,
    pub vendor: Option<Word>,
    /// The partner's invoice, if both have agreed and there is something to be paid.
    pub order: Option<OrderId>,
    pub state: ReconciliationState,
}

impl Reconciliation {
    #[must_use]
    pub fn said(&self, side: Side) -> Option<&Word> {
        match side {
            Side::Partner => self.partner.as_ref(),
            Side::Vendor => self.vendor.as_ref(),
        }
    }

    /// Of these lines.
    #[must_use]
    pub fn digest(&self) -> String {
        lines_digest(&self.lines)
    }

    #[must_use]
    pub fn total(&self) -> Kopecks {
        charged(&self.lines)
    }
}

/// The lines of the invoice: what costs the same is one line. What costs nothing is not invoiced.
#[must_use]
pub fn invoice_lines(lines: &[ChargeLine], month: Month) -> Vec<OrderLine> {
    let (year, number) = month.parts();
    let mut all: Vec<OrderLine> = Vec::new();
    for line in lines.iter().filter(|line| line.charge.amount.0 > 0) {
        let kind = match line.purpose {
            Purpose::Connect => "",
            Purpose::Grow => ", увеличение",
        };
        let title = format!("{}, {}{kind} (сверка за {number:02}.{year:04})", line.title, line.size);
        let same = |known: &&mut OrderLine| {
            known.title == title && known.price == line.charge.amount && known.product == line.product
        };
        match all.iter_mut().find(same) {
            Some(known) => known.seats += 1,
            None => all.push(OrderLine {
                product: line.product,
                title,
                seats: 1,
                price: line.charge.amount,
                term_months: None,
                pool: None,
            }),
        }
    }
    all
}

/// Months of a contract that can be agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSummary {
    pub contract: Contract,
    pub month: Month,
    pub count: u64,
    pub total: Kopecks,
    pub state: ReconciliationState,
    pub order: Option<OrderId>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{PromotionUse, total};

    fn line(id: i64, amount: u64, purpose: Purpose) -> ChargeLine {
        ChargeLine {
            application: ApplicationId(id),
            customer: format!("Клиент {id}"),
            at: Instant(id),
            product: ProductId(9),
            title: "Режим".into(),
            size: "от 2 до 9".into(),
            purpose,
            charge: Charge { price: Kopecks(amount), discount: 0, promotion: None, amount: Kopecks(amount) },
        }
    }

    #[test]
    fn a_month_is_read_as_it_is_written_and_over_in_moscow() {
        let month = Month::parse("2026-10").unwrap();
        assert_eq!(month.to_string(), "2026-10");
        assert_eq!(Month::of(Date::new(2026, 10, 31).unwrap()), month);
        let end = Date::new(2026, 11, 1).unwrap().start();
        assert!(month.is_over(end) && !month.is_over(Instant(end.0 - 1)));
        assert_eq!(month.bounds(), (Date::new(2026, 10, 1).unwrap().start(), end));
        assert_eq!(Month::parse("2026-12").unwrap().next().to_string(), "2027-01");
        for wrong in ["", "2026", "2026-13", "2026-1", "+026-10", "2026-00", "2026-10-01"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn two_words_about_the_same_lines_agree() {
        use ReconciliationState::{Agreed, ConfirmedBy, Disputed, Open};
        let word = |said| Some(Word { said, by: "Анна".into(), at: Instant(0) });
        let (yes, old) = (word(Said::Confirmed("a".into())), word(Said::Confirmed("b".into())));
        let no = word(Said::Disputed("Нет такого".into()));
        let of = |partner: &Option<Word>, vendor: &Option<Word>| stands(partner.as_ref(), vendor.as_ref(), "a");
        assert_eq!(of(&None, &None), Open);
        assert_eq!(of(&yes, &None), ConfirmedBy(Side::Partner));
        assert_eq!(of(&None, &yes), ConfirmedBy(Side::Vendor));
        assert_eq!(of(&yes, &yes), Agreed);
        assert_eq!(of(&yes, &old), ConfirmedBy(Side::Partner), "what was confirmed is not there any more");
        assert_eq!(of(&old, &old), Open, "both confirmed other lines");
        assert_eq!((of(&yes, &no), of(&no, &None)), (Disputed, Disputed));
    }

    #[test]
    fn what_moved_is_told() {
        let before = [line(1, 100, Purpose::Connect), line(2, 200, Purpose::Connect), line(3, 300, Purpose::Grow)];
        let seen = seen_lines(&before);
        assert_eq!(seen, "1=100,2=200,3=300");
        assert_eq!(moved_lines(&seen, &before), MovedLines::default());
        let now = [line(2, 250, Purpose::Connect), line(3, 300, Purpose::Grow), line(4, 400, Purpose::Connect)];
        assert_eq!(
            moved_lines(&seen, &now),
            MovedLines {
                added: vec![ApplicationId(4)],
                gone: vec![ApplicationId(1)],
                changed: vec![(ApplicationId(2), Kopecks(200))]
            }
        );
        assert_eq!(moved_lines("x=y,,1", &before).added.len(), 3, "nothing was seen");
    }

    #[test]
    fn the_digest_is_of_what_is_agreed_on_and_not_of_names() {
        let one = vec![line(1, 100, Purpose::Connect)];
        let digest = |change: &dyn Fn(&mut ChargeLine)| {
            let mut other = one.clone();
            change(&mut other[0]);
            lines_digest(&other)
        };
        let same = lines_digest(&one);
        assert_eq!(digest(&|line| line.customer = "Другое имя".into()), same);
        let excluded = ("Добро пожаловать!".to_owned(), PromotionUse::Excluded, 10);
        let changes: [&dyn Fn(&mut ChargeLine); 7] = [
            &|line| line.charge.amount = Kopecks(99),
            &|line| line.charge.price = Kopecks(99),
            &|line| line.charge.discount = 1,
            &|line| line.charge.promotion = Some(excluded.clone()),
            &|line| line.size = "10 и более".into(),
            &|line| line.purpose = Purpose::Grow,
            &|line| line.at = Instant(77),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            assert_ne!(digest(change), same, "{place}");
        }
        assert_ne!(lines_digest(&[]), same);
    }

    proptest! {
        /// However lines are put together for the invoice, it comes to what both have agreed on.
        #[test]
        fn an_invoice_comes_to_the_lines(amounts in proptest::collection::vec((0_u64..500, any::<bool>()), 0..40)) {
            let lines: Vec<ChargeLine> = amounts.iter().zip(1..).map(|((amount, grows), id)| {
                line(id, *amount, if *grows { Purpose::Grow } else { Purpose::Connect })
            }).collect();
            let invoice = invoice_lines(&lines, Month::parse("2026-10").unwrap());
            prop_assert_eq!(total(&invoice), charged(&lines));
            prop_assert_eq!(
                invoice.iter().map(|line| line.seats).sum::<u64>(),
                lines.iter().filter(|line| line.charge.amount.0 > 0).count() as u64
            );
            // Joined by their titles alone, the twin would lose what costs differently.
            let mut titles: Vec<&str> = invoice.iter().map(|line| line.title.as_str()).collect();
            titles.sort_unstable();
            titles.dedup();
            prop_assert!(titles.len() <= invoice.len());
        }
    }
}

//! Orders: what is bought, its invoice, and what becomes of it when the payment is recorded.

use serde::{Deserialize, Serialize};

use crate::{Date, FieldError, FieldProblem, Inn, Instant, Kopecks, OrderId, PoolId, Product, ProductId, is_kpp};

/// What a trial of a product gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub seats: u64,
    pub days: u16,
}

impl Trial {
    /// The end of a trial that begins at `now`: its last day is the day so many days later.
    #[must_use]
    pub fn until(self, now: Instant) -> Instant {
        Date(now.date().0.saturating_add(self.days.into())).end()
    }
}

/// A product as it is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub product: Product,
    /// Of one licence for one term.
    pub price: Kopecks,
    /// `None` for a licence without end.
    pub term_months: Option<u16>,
}

/// Who sells: the operator of the installation, or whoever a contract names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    pub inn: String,
    #[serde(default)]
    pub kpp: String,
    pub address: String,
    pub bank: String,
    /// БИК
    pub bic: String,
    /// Расчётный счёт
    pub account: String,
    /// Корреспондентский счёт
    pub correspondent_account: String,
    /// Who signs, «Иванов И. И.».
    pub director: String,
    /// «НДС не облагается (УСН)», «В том числе НДС 20 %».
    pub vat: String,
}

/// Who buys, as an invoice names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    pub name: String,
    pub inn: Inn,
    /// Empty for a sole proprietor.
    pub kpp: String,
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// «выставлен»: it waits for its payment.
    Raised,
    /// «оплачен»
    Paid,
    /// «отменён»
    Cancelled,
}

impl OrderState {
    pub const ALL: [Self; 3] = [Self::Raised, Self::Paid, Self::Cancelled];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// So many licences of a product, at the price of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    pub product: ProductId,
    pub title: String,
    pub seats: u64,
    pub price: Kopecks,
    pub term_months: Option<u16>,
    /// The stock that it became when it was paid.
    pub pool: Option<PoolId>,
}

impl OrderLine {
    #[must_use]
    pub fn sum(&self) -> Kopecks {
        self.price.times(self.seats)
    }

    /// The end of the term of its licences, if the payment is recorded at `paid`: the last day is the same day of the
    /// month so many months later.
    #[must_use]
    pub fn until(&self, paid: Instant) -> Option<Instant> {
        self.term_months.map(|months| paid.date().plus_months(months.into()).end())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub state: OrderState,
    /// Who raised the invoice.
    pub author: String,
    pub author_email: String,
    pub created_at: Instant,
    /// When its payment was recorded, or it was cancelled.
    pub settled_at: Option<Instant>,
    /// As of the day of the invoice, like the buyer.
    pub seller: Seller,
    pub buyer: Buyer,
    pub lines: Vec<OrderLine>,
}

impl Order {
    #[must_use]
    pub fn total(&self) -> Kopecks {
        total(&self.lines)
    }

    #[must_use]
    pub fn number(&self) -> String {
        self.id.number()
    }
}

impl OrderId {
    /// The number of the invoice: «Л-000012».
    #[must_use]
    pub fn number(self) -> String {
        format!("Л-{:06}", self.0)
    }

    /// The order of an invoice's number.
    #[must_use]
    pub fn of_number(number: &str) -> Option<Self> {
        let digits = number.trim().strip_prefix("Л-")?;
        let fits = digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|id| fits && *id > 0).map(Self)
    }
}

/// More licences are not ordered at once.
pub const MAX_SEATS: u64 = 1_000_000;
const MAX_ADDRESS_CHARS: usize = 300;

/// What the form of a new order holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderForm {
    pub inn: String,
    #[serde(default)]
    pub kpp: String,
    pub address: String,
    /// Products, and beside each how many, as it was typed; empty for none.
    pub seats: Vec<(ProductId, String)>,
}

/// An order that can be raised: every field has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    pub buyer: Buyer,
    pub lines: Vec<OrderLine>,
}

/// What all lines cost together.
#[must_use]
pub fn total(lines: &[OrderLine]) -> Kopecks {
    lines.iter().map(OrderLine::sum).fold(Kopecks::default(), Kopecks::plus)
}

impl OrderForm {
    /// Checks every field; all that is wrong comes back at once. `name` is the organisation's.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field: `inn`, `kpp`, `address`, `seats` or `seats-3` for the product 3.
    pub fn check(&self, name: &str, offers: &[Offer]) -> Result<NewOrder, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut say = |field: String, problem| wrong.push(FieldError { field, problem });
        let inn = Inn::parse(&self.inn);
        match &inn {
            None if self.inn.trim().is_empty() => say("inn".into(), FieldProblem::Required),
            None => say("inn".into(), FieldProblem::NotAnInn),
            Some(_) => {}
        }
        let kpp = self.kpp.trim();
        let has_kpp = inn.as_ref().is_none_or(|inn| !inn.is_persons());
        match kpp {
            "" if inn.is_some() && has_kpp => say("kpp".into(), FieldProblem::Required),
            "" => {}
            _ if !has_kpp || !is_kpp(kpp) => say("kpp".into(), FieldProblem::NotAKpp),
            _ => {}
        }
        let address = self
            .address
            .split(|char: char| char.is_whitespace() || char.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if address.is_empty() {
            say("address".into(), FieldProblem::Required);
        } else if address.chars().count() > MAX_ADDRESS_CHARS {
            say("address".into(), FieldProblem::TooLong { most: MAX_ADDRESS_CHARS });
        }
        let mut lines: Vec<OrderLine> = Vec::new();
        let mut typed = false;
        for (product, text) in &self.seats {
            let digits: String = text.chars().filter(|char| !char.is_whitespace()).collect();
            if digits.is_empty() || digits.bytes().all(|byte| byte == b'0') {
                continue;
            }
            typed = true;
            let offer = offers.iter().find(|offer| offer.product.id == *product);
            let seats = digits.parse().ok().filter(|seats| (1..=MAX_SEATS).contains(seats));
            match (offer, seats) {
                (Some(offer), Some(seats)) if lines.iter().all(|line| line.product != *product) => {
                    lines.push(OrderLine {
                        product: *product,
                        title: offer.product.title.clone(),
                        seats,
                        price: offer.price,
                        term_months: offer.term_months,
                        pool: None,
                    });
                }
                (Some(_), _) => say(format!("seats-{product}"), FieldProblem::NotACount { most: MAX_SEATS }),
                (None, _) => say("seats".into(), FieldProblem::NotSold),
            }
        }
        if !typed {
            say("seats".into(), FieldProblem::Required);
        }
        if total(&lines).0 > Kopecks::MOST {
            wrong.push(FieldError { field: "seats".into(), problem: FieldProblem::NotACount { most: MAX_SEATS } });
        }
        match inn {
            Some(inn) if wrong.is_empty() => {
                Ok(NewOrder { buyer: Buyer { name: name.to_owned(), inn, kpp: kpp.to_owned(), address }, lines })
            }
            _ => Err(wrong),
        }
    }
}

/// A payment as it comes in, from the operator, a payment provider or a bank statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// `operator`, `webhook`, `statement`.
    pub source: String,
    /// What names it in its source: sent twice, it counts once.
    pub reference: String,
    pub amount: Kopecks,
    pub payer: String,
    pub purpose: String,
}

impl Payment {
    /// As it is kept: what no text holds is a space, and nothing is too long.
    #[must_use]
    pub fn tidy(&self) -> Self {
        let text = |text: &str| text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(500).collect();
        Self {
            source: self.source.clone(),
            reference: text(&self.reference),
            amount: self.amount,
            payer: text(&self.payer),
            purpose: text(&self.purpose),
        }
    }
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// It paid this order just now.
    Recorded(OrderId),
    /// It was told of before, and paid this order if any; nothing was changed.
    Known(Option<OrderId>),
    /// Another payment was told of by this name; nothing was changed.
    Contradicts,
    /// It is kept, and nothing else was changed.
    Unmatched(Mismatch),
}

/// Why a payment pays no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It names no invoice that there is.
    NoInvoice,
    /// It names several.
    Several,
    /// The invoice is of another amount.
    Amount,
    /// The order is paid already.
    Paid,
    /// The order was cancelled.
    Cancelled,
}

impl Mismatch {
    pub const ALL: [Self; 5] = [Self::NoInvoice, Self::Several, Self::Amount, Self::Paid, Self::Cancelled];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoInvoice => "no_invoice",
            Self::Several => "several",
            Self::Amount => "amount",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mismatch| mismatch.code() == code)
    }
}

/// Whether a payment of `amount` pays an order.
///
/// # Errors
/// Why not.
pub fn pays(order: &Order, amount: Kopecks) -> Result<(), Mismatch> {
    match order.state {
        OrderState::Paid => Err(Mismatch::Paid),
        OrderState::Cancelled => Err(Mismatch::Cancelled),
        OrderState::Raised if order.total() != amount => Err(Mismatch::Amount),
        OrderState::Raised => Ok(()),
    }
}

/// The invoices whose numbers stand in the purpose of a payment, each once.
#[must_use]
pub fn invoices_in(purpose: &str) -> Vec<OrderId> {
    let mut found: Vec<OrderId> = purpose
        .split(|char: char| !(char.is_alphanumeric() || char == '-'))
        .filter_map(|word| OrderId::of_number(&word.replace(['л', 'L'], "Л")))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{Identification, SignatureKind};

    fn offers() -> Vec<Offer> {
        let product = |id, title: &str| Product {
            id: ProductId(id),
            title: title.into(),
            label: "ЛК".into(),
            signature: SignatureKind::Simple,
            identification: Identification::None,
            exclusive_group: crate::SIGNATURE_GROUP.into(),
        };
        vec![
            Offer { product: product(1, "ПЭП"), price: Kopecks(30_000), term_months: Some(12) },
            Offer { product: product(2, "УНЭП"), price: Kopecks(90_050), term_months: None },
        ]
    }

    fn form() -> OrderForm {
        OrderForm {
            inn: "7707083893".into(),
            kpp: "773601001".into(),
            address: " Москва,\n ул. Вавилова, 19 ".into(),
            seats: vec![(ProductId(1), "1 200".into()), (ProductId(2), "2".into())],
        }
    }

    #[test]
    fn an_order_is_priced_as_of_its_day() {
        let order = form().check("ООО «Ромашка»", &offers()).unwrap();
        assert_eq!(order.buyer.address, "Москва, ул. Вавилова, 19");
        assert_eq!(order.lines.iter().map(OrderLine::sum).collect::<Vec<_>>(), [Kopecks(36_000_000), Kopecks(180_100)]);
        let paid = Date::new(2026, 11, 22).unwrap().start();
        assert_eq!(order.lines[0].until(paid), Some(Date::new(2027, 11, 22).unwrap().end()));
        assert_eq!(order.lines[1].until(paid), None);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = |change: &dyn Fn(&mut OrderForm)| {
            let mut form = form();
            change(&mut form);
            let wrong = form.check("ООО «Ромашка»", &offers()).unwrap_err();
            wrong.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
        };
        let one = |field: &str, problem| vec![(field.to_owned(), problem)];
        assert_eq!(wrong(&|form| form.inn = "7707083894".into()), one("inn", FieldProblem::NotAnInn));
        assert_eq!(wrong(&|form| form.kpp = String::new()), one("kpp", FieldProblem::Required));
        assert_eq!(
            wrong(&|form| form.inn = "500100732259".into()),
            one("kpp", FieldProblem::NotAKpp),
            "a person has none"
        );
        assert_eq!(wrong(&|form| form.address = " ".into()), one("address", FieldProblem::Required));
        assert_eq!(wrong(&|form| form.seats.clear()), one("seats", FieldProblem::Required));
        let count = FieldProblem::NotACount { most: MAX_SEATS };
        for text in ["-1", "1.5", "много", "1000001", "99999999999999999999999"] {
            assert_eq!(wrong(&|form| form.seats[0].1 = text.into()), one("seats-1", count.clone()), "{text}");
        }
        assert_eq!(wrong(&|form| form.seats[0].0 = ProductId(9)), one("seats", FieldProblem::NotSold));
        assert_eq!(wrong(&|form| form.seats[1].0 = ProductId(1)), one("seats-1", count));
        let all = wrong(&|form| *form = OrderForm::default());
        assert_eq!(all.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["inn", "address", "seats"]);
    }

    #[test]
    fn numbers_go_round_and_are_found_in_what_people_write() {
        assert_eq!(OrderId(12).number(), "Л-000012");
        assert_eq!(OrderId::of_number("Л-000012"), Some(OrderId(12)));
        assert_eq!(OrderId::of_number("Л-1234567"), Some(OrderId(1_234_567)));
        for other in ["Л-12", "000012", "Л-00001x", "Л-000000", "Л--00012"] {
            assert_eq!(OrderId::of_number(other), None, "{other}");
        }
        assert_eq!(invoices_in("Оплата по счету №Л-000012 от 20.11.2026, НДС не облагается"), [OrderId(12)]);
        assert_eq!(invoices_in("сч.л-000012,Л-000013; Л-000012"), [OrderId(12), OrderId(13)]);
        assert!(invoices_in("Аренда за ноябрь, договор 12").is_empty());
    }
}

//! Letters: what they are of, where they stand, and when the next try of one that did not go is.

use serde::{Deserialize, Serialize};

use crate::{Capability, Date, Instant, LetterId, OperationId, OrderId, Pool, PoolId, ProductId, Rights};

/// What letters are of. [`Self::SET`] are set under «Уведомления».
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// «Оплата зафиксирована»
    OrderPaid,
    /// «Скоро закончится срок»
    TermEnds,
    /// «Срок закончился»
    TermEnded,
    /// «Остаток меньше порога»
    StockLow,
    /// «Остатка хватит ненадолго»
    StockLasts,
    /// «Приглашение»
    Invitation,
    /// «Новости»: to whoever subscribed.
    News,
    /// To whoever works at the desk.
    Access(AccessLetter),
}

/// What is sent so that somebody gets in, or knows who did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessLetter {
    /// A link, with which goes a code by SMS.
    Invitation,
    /// That code.
    InvitationCode,
    /// A link to a new password.
    Recovery,
    /// A code for whoever deletes an account.
    DeletionCode,
    /// That the password is another one now.
    PasswordChanged,
    /// That one signs in by another e-mail now, to the former one.
    EmailChanged,
    /// That an operation waits for a second person.
    ApprovalAsked,
    /// To those who manage accounts: for how many people a second one is asked is another number now.
    ApprovalsChanged,
    /// That one signs in through the provider of identities as well.
    IdentityLinked,
    /// A link by which whoever registers shows that the e-mail is theirs.
    Registration,
    /// To whoever registers and has an account already.
    RegisteredAlready,
    /// That the second factor is gone.
    FactorRemoved,
    /// That a passkey signs in as well.
    PasskeyAdded,
    /// That one does so no more; another second factor is left.
    PasskeyRemoved,
    /// That the app gives codes no more; a passkey is left.
    AppRemoved,
    /// To whoever registers and has been invited by an organisation.
    InvitedAlready,
    /// That the operator has reset the account, whose owner had lost phone and codes.
    Restored,
    /// A link by which whoever subscribes to news shows that the e-mail is theirs.
    NewsConfirmation,
    /// To whoever subscribes and has subscribed already.
    NewsAlready,
    /// To whoever sent an application: it is processed.
    ApplicationProcessed,
    /// Likewise: it is declined.
    ApplicationDeclined,
}

impl AccessLetter {
    pub const ALL: [Self; 21] = [
        Self::Invitation,
        Self::InvitationCode,
        Self::Recovery,
        Self::DeletionCode,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::ApprovalAsked,
        Self::ApprovalsChanged,
        Self::IdentityLinked,
        Self::Registration,
        Self::RegisteredAlready,
        Self::FactorRemoved,
        Self::AppRemoved,
        Self::InvitedAlready,
        Self::NewsAlready,
        Self::NewsConfirmation,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::Restored,
        Self::ApplicationProcessed,
        Self::ApplicationDeclined,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Invitation => "account_invitation",
            Self::InvitationCode => "account_invitation_code",
            Self::Recovery => "recovery",
            Self::DeletionCode => "deletion_code",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::ApprovalAsked => "approval_asked",
            Self::ApprovalsChanged => "approvals_changed",
            Self::IdentityLinked => "identity_linked",
            Self::Registration => "registration",
            Self::RegisteredAlready => "registered_already",
            Self::FactorRemoved => "factor_removed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::AppRemoved => "app_removed",
            Self::InvitedAlready => "invited_already",
            Self::Restored => "account_restored",
            Self::NewsConfirmation => "news_confirmation",
            Self::NewsAlready => "news_already",
            Self::ApplicationProcessed => "application_processed",
            Self::ApplicationDeclined => "application_declined",
        }
    }
}

/// Who writes to whoever has no organisation yet.
pub const OURSELVES: &str = "Licentia";

/// How a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    Mail,
    Sms,
}

impl LetterKind {
    /// Those that are set under «Уведомления».
    pub const SET: [Self; 5] = [Self::OrderPaid, Self::TermEnds, Self::TermEnded, Self::StockLow, Self::StockLasts];

    /// Those of which somebody may want none for themselves.
    pub const OWN: [Self; 6] = [
        Self::OrderPaid,
        Self::TermEnds,
        Self::TermEnded,
        Self::StockLow,
        Self::StockLasts,
        Self::Access(AccessLetter::ApprovalAsked),
    ];

    /// To whoever may one of these such a letter can come by what they are, and they may want none; no other may set that.
    #[must_use]
    pub fn comes_to(self) -> &'static [Capability] {
        match self {
            // To the author of the order; to whoever issues, where nobody else is told.
            Self::OrderPaid => &[Capability::Orders, Capability::Issue],
            Self::TermEnds | Self::TermEnded | Self::StockLow | Self::StockLasts => &[Capability::Issue],
            Self::Access(AccessLetter::ApprovalAsked) => &[Capability::Issue, Capability::Revoke],
            Self::Invitation | Self::News | Self::Access(_) => &[],
        }
    }

    /// Of [`Self::OWN`], those that can come to whoever has these rights.
    pub fn coming_to(rights: Rights) -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().filter(move |kind| kind.comes_to().iter().any(|needs| rights.may(*needs)))
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OrderPaid => "order_paid",
            Self::TermEnds => "term_ends",
            Self::TermEnded => "term_ended",
            Self::StockLow => "stock_low",
            Self::StockLasts => "stock_lasts",
            Self::Invitation => "invitation",
            Self::News => "news",
            Self::Access(what) => what.code(),
        }
    }

    pub fn all() -> impl Iterator<Item = Self> {
        Self::SET.into_iter().chain([Self::Invitation, Self::News]).chain(AccessLetter::ALL.map(Self::Access))
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|kind| kind.code() == code)
    }

    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Access(AccessLetter::InvitationCode) => Channel::Sms,
            _ => Channel::Mail,
        }
    }
}

/// A pool as letters name it, as it was when the letter was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolNamed {
    pub id: PoolId,
    pub title: String,
    pub code: String,
    pub total: u64,
    pub issued: u64,
    pub until: Option<Instant>,
}

impl From<&Pool> for PoolNamed {
    fn from(pool: &Pool) -> Self {
        Self {
            id: pool.id,
            title: pool.product.title.clone(),
            code: pool.code.as_str().to_owned(),
            total: pool.total,
            issued: pool.issued,
            until: pool.valid_until,
        }
    }
}

/// What a letter says; the words are the sender's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    OrderPaid {
        order: OrderId,
        pools: Vec<PoolNamed>,
        /// Somebody holds a seat of an earlier term, and can be moved.
        #[serde(default)]
        renews: bool,
    },
    /// `stage` is the one of [`REMINDER_DAYS`] that was reached.
    TermEnds {
        stage: i32,
        until: Instant,
        pools: Vec<PoolNamed>,
    },
    TermEnded {
        operation: OperationId,
        pool: PoolNamed,
        people: u64,
    },
    StockLow {
        product: ProductId,
        title: String,
        left: u64,
        threshold: u64,
    },
    StockLasts {
        product: ProductId,
        title: String,
        left: u64,
        until: Date,
    },
    Invitation {
        name: String,
        product: String,
        /// The secret of the link; taken out as soon as the letter has gone.
        token: String,
        until: Instant,
        /// What it belongs to, and which invitation of it this is.
        task: i64,
        number: i64,
    },
    News {
        news: i64,
        subject: String,
        /// As it was published: filled in when it goes, the outbox does not keep it a thousand times.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// Of the link by which one unsubscribes; taken out as soon as the letter has gone.
        secret: String,
    },
    /// To `name`.
    Access {
        what: AccessLetter,
        name: String,
        /// Of the link, or the code; taken out as soon as the letter has gone.
        secret: String,
        until: Instant,
        /// Who did it, or whom it is about.
        whom: String,
        /// No two have the same.
        number: i64,
    },
}

/// The secret of an invitation is in no log.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({} {})", self.kind().code(), self.about())
    }
}

impl Letter {
    #[must_use]
    pub fn kind(&self) -> LetterKind {
        match self {
            Self::OrderPaid { .. } => LetterKind::OrderPaid,
            Self::TermEnds { .. } => LetterKind::TermEnds,
            Self::TermEnded { .. } => LetterKind::TermEnded,
            Self::StockLow { .. } => LetterKind::StockLow,
            Self::StockLasts { .. } => LetterKind::StockLasts,
            Self::Invitation { .. } => LetterKind::Invitation,
            Self::News { .. } => LetterKind::News,
            Self::Access { what, .. } => LetterKind::Access(*what),
        }
    }

    #[must_use]
    pub fn channel(&self) -> Channel {
        self.kind().channel()
    }

    /// What it is about: of one kind about one thing, nobody gets two.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::OrderPaid { order, .. } => format!("order:{order}"),
            Self::TermEnds { stage, until, .. } => format!("term:{}/{stage}", until.0),
            Self::TermEnded { operation, .. } => format!("operation:{operation}"),
            Self::StockLow { product, .. } | Self::StockLasts { product, .. } => format!("product:{product}"),
            Self::Invitation { task, number, .. } => format!("task:{task}/{number}"),
            Self::News { news, .. } => format!("news:{news}"),
            Self::Access { number, .. } => format!("access:{number}"),
        }
    }

    /// Whether it says nothing any more, if it was written at `written`: it reminds of what is over, or is a week old.
    #[must_use]
    pub fn stale(&self, written: Instant, now: Instant) -> bool {
        match self {
            Self::TermEnds { until, .. } | Self::Invitation { until, .. } | Self::Access { until, .. }
                if *until <= now =>
            {
                true
            }
            _ => written.plus_seconds(STALE_DAYS * 86_400) < now,
        }
    }

    /// As it is kept when it has gone: a link that works once is nobody else's to read.
    #[must_use]
    pub fn without_secret(mut self) -> Self {
        if let Self::Invitation { token: secret, .. } | Self::Access { secret, .. } | Self::News { secret, .. } =
            &mut self
        {
            secret.clear();
        }
        self
    }
}

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// «ждёт отправки»
    Waiting,
    /// «отправлено»: the mail server has taken it.
    Sent,
    /// «не отправлено»: it was refused for good, or too often.
    Failed,
}

impl LetterState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Failed];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How a try to send a letter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server has taken it, or the SMS gateway.
    Taken,
    /// Refused for now, with the reply code of SMTP (RFC 5321, section 4.2) or the status of HTTP if there was one.
    Later { code: Option<u16> },
    /// Refused for good.
    Refused { code: Option<u16> },
    /// Neither could be reached.
    Unreachable,
    /// It does not let us in: not the letter is wrong, but what is set.
    Barred { code: Option<u16> },
    /// Nobody sent it while it said something; it was not tried.
    Stale,
}

impl Delivery {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Later { .. } => "later",
            Self::Refused { .. } => "refused",
            Self::Unreachable => "unreachable",
            Self::Barred { .. } => "barred",
            Self::Stale => "stale",
        }
    }

    /// The reply code of SMTP, or the status of HTTP.
    #[must_use]
    pub fn reply(self) -> Option<u16> {
        match self {
            Self::Later { code } | Self::Refused { code } | Self::Barred { code } => code,
            Self::Taken | Self::Unreachable | Self::Stale => None,
        }
    }

    #[must_use]
    pub fn from_code(code: &str, reply: Option<u16>) -> Option<Self> {
        match code {
            "taken" => Some(Self::Taken),
            "later" => Some(Self::Later { code: reply }),
            "refused" => Some(Self::Refused { code: reply }),
            "unreachable" => Some(Self::Unreachable),
            "barred" => Some(Self::Barred { code: reply }),
            "stale" => Some(Self::Stale),
            _ => None,
        }
    }
}

/// Minutes between tries at most while the mail server is away.
const LONGEST_PAUSE: i64 = 60;
/// A letter says nothing any more after so many days.
const STALE_DAYS: i64 = 7;

/// Minutes from each try to the next: three days in all (RFC 5321, 4.5.4.1: at least four to five days are usual for
/// servers that relay; a reminder that is later than three days reminds of nothing).
const BACK_OFF: [i64; 9] = [1, 5, 15, 60, 240, 480, 720, 1_440, 1_440];

/// What becomes of a letter after its try number `tries`, from 1: where it stands, and when the next try is. What is no
/// fault of the letter is tried again as long as it says something: [`Letter::stale`].
#[must_use]
pub fn after(delivery: Delivery, tries: u64, now: Instant) -> (LetterState, Option<Instant>) {
    let place = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = BACK_OFF.get(place).copied();
    let pause = match delivery {
        Delivery::Taken => return (LetterState::Sent, None),
        Delivery::Refused { .. } | Delivery::Stale => None,
        Delivery::Later { .. } => pause,
        Delivery::Unreachable | Delivery::Barred { .. } => Some(pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)),
    };
    match pause {
        Some(minutes) => (LetterState::Waiting, Some(now.plus_seconds(minutes * 60))),
        None => (LetterState::Failed, None),
    }
}

/// A letter as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRow {
    pub id: LetterId,
    pub letter: Letter,
    pub to: String,
    pub state: LetterState,
    pub created_at: Instant,
    /// When it goes, or was taken, or given up.
    pub at: Instant,
    pub tries: u64,
    pub language: crate::Language,
}

/// A try to send a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterTry {
    pub at: Instant,
    pub delivery: Delivery,
}

/// How many days before the end of a term one is reminded.
pub const REMINDER_DAYS: [i32; 5] = [1, 7, 14, 30, 60];

/// The reminder that is due for a pool at `now`: the nearest stage that was reached, if the pool was there before it.
#[must_use]
pub fn reminder(pool: &Pool, now: Instant) -> Option<i32> {
    // Nobody holds one: nothing ends for anybody.
    let until = pool.valid_until.filter(|_| pool.runs(now) && pool.issued > 0)?;
    // The last day of the term, on which «1 день» is said the day before.
    let last = Instant(until.0 - 1).date();
    let left = last.0 - now.date().0;
    let stage = REMINDER_DAYS.into_iter().find(|stage| left <= *stage)?;
    // Whoever buys for ten days knows that they will end.
    (pool.valid_from.date().0 < last.0 - stage).then_some(stage)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{Identification, PoolCode, Product, SIGNATURE_GROUP, SignatureKind};
    use proptest::prelude::*;

    fn pool(from: Date, last: Date) -> Pool {
        Pool {
            id: PoolId(1),
            product: Product {
                id: ProductId(1),
                title: "ПЭП".into(),
                label: "ЛК".into(),
                signature: SignatureKind::Simple,
                identification: Identification::None,
                exclusive_group: SIGNATURE_GROUP.into(),
            },
            code: PoolCode::parse("ea9ENYf6").unwrap(),
            total: 10,
            issued: 5,
            valid_from: from.start(),
            valid_until: Some(last.end()),
            trial: false,
        }
    }

    fn noon(date: Date) -> Instant {
        date.start().plus_seconds(12 * 3600)
    }

    #[test]
    fn whatever_somebody_may_refuse_can_come_to_somebody() {
        for kind in LetterKind::all() {
            assert_eq!(kind.comes_to().is_empty(), !LetterKind::OWN.contains(&kind), "{kind:?}");
        }
        let of = |rights: &[Capability]| {
            let coming = LetterKind::coming_to(rights.iter().copied().collect());
            coming.map(LetterKind::code).collect::<Vec<_>>()
        };
        assert_eq!(of(&[Capability::Orders]), ["order_paid"]);
        assert_eq!(of(&[Capability::Revoke]), ["approval_asked"]);
        assert_eq!(of(&[Capability::Issue]).len(), LetterKind::OWN.len());
        assert_eq!(of(&[Capability::People, Capability::Letters, Capability::Accounts]), [""; 0]);
    }

    #[test]
    fn each_stage_is_reached_once() {
        let (from, last) = (Date::new(2026, 1, 1).unwrap(), Date::new(2026, 12, 31).unwrap());
        let pool = pool(from, last);
        let at = |before: i32| reminder(&pool, noon(Date(last.0 - before)));
        assert_eq!(at(61), None);
        assert_eq!([at(60), at(31)], [Some(60), Some(60)]);
        assert_eq!([at(30), at(15), at(14), at(8)], [Some(30), Some(30), Some(14), Some(14)]);
        assert_eq!([at(7), at(2), at(1), at(0)], [Some(7), Some(7), Some(1), Some(1)]);
        assert_eq!(at(-1), None, "it has ended");
        let unheld = Pool { issued: 0, ..pool };
        assert_eq!(reminder(&unheld, noon(Date(last.0 - 7))), None, "everybody was moved");
    }

    #[test]
    fn what_is_over_is_not_said_any_more() {
        let until = Instant(0).plus_seconds(30 * 86_400);
        let letter = Letter::TermEnds { stage: 30, until, pools: Vec::new() };
        assert!(!letter.stale(Instant(0), Instant(0).plus_seconds(6 * 86_400)));
        assert!(letter.stale(Instant(0), Instant(0).plus_seconds(8 * 86_400)), "a week old");
        assert!(letter.stale(until.plus_seconds(-3600), until), "the term has ended");
    }

    #[test]
    fn a_short_term_reminds_of_no_stage_before_its_beginning() {
        let from = Date::new(2026, 11, 1).unwrap();
        let pool = pool(from, Date(from.0 + 10));
        assert_eq!(reminder(&pool, noon(from)), None, "ten days are what was bought");
        assert_eq!(reminder(&pool, noon(Date(from.0 + 3))), Some(7));
        assert_eq!(reminder(&super::tests::pool(from, from), noon(from)), None);
    }

    proptest! {
        #[test]
        fn tries_end_and_grow_apart(tries in 1_u64..100) {
            let now = Instant(0);
            let (state, next) = after(Delivery::Later { code: Some(450) }, tries, now);
            prop_assert_eq!(next.is_some(), state == LetterState::Waiting);
            prop_assert_eq!(state == LetterState::Failed, tries > BACK_OFF.len() as u64);
            for shut in [Delivery::Unreachable, Delivery::Barred { code: Some(535) }] {
                let (state, next) = after(shut, tries, now);
                prop_assert_eq!(state, LetterState::Waiting, "it is no fault of the letter");
                prop_assert!(next <= Some(now.plus_seconds(LONGEST_PAUSE * 60)));
            }
            if let (Some(next), (_, Some(later))) = (next, after(Delivery::Later { code: None }, tries + 1, now)) {
                prop_assert!(now < next && next <= later);
            }
        }
    }

    #[test]
    fn what_is_taken_or_refused_for_good_is_not_tried_again() {
        assert_eq!(after(Delivery::Taken, 1, Instant(0)), (LetterState::Sent, None));
        assert_eq!(after(Delivery::Refused { code: Some(550) }, 1, Instant(0)), (LetterState::Failed, None));
    }

    #[test]
    fn the_secret_of_an_invitation_is_in_no_log_and_goes_with_the_letter() {
        let letter = Letter::Invitation {
            name: "Ворон".into(),
            product: "ПЭП".into(),
            token: "secret".into(),
            until: Instant(0),
            task: 1,
            number: 1,
        };
        assert!(!format!("{letter:?}").contains("secret"));
        assert!(!serde_json::to_string(&letter.clone().without_secret()).unwrap().contains("secret"));
        assert!(serde_json::to_string(&letter).unwrap().contains("secret"));
    }
}

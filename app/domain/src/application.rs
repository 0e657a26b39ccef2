//! «Заявления»: a customer asks its partner for an extension of the service, the partner processes it. Source: the
//! partner's handbook of a reporting service, «Как оформить продажу расширения „многопользовательский режим“»
//! (information release 30781 of 01.08.2023): the customer says whether the mode is wanted and who owns signatures in
//! which roles; the partner may set or clear the option and choose the size, and cannot add people.

use serde::{Deserialize, Serialize};

use crate::account::person_name;
use crate::{
    AccountId, ApplicationId, Charge, Connected, ContractId, Date, Email, Extension, FieldError, FieldProblem, Instant,
    OrganizationId, PoolId, Promotion,
};

/// Owners of signatures in one application.
pub const MAX_OWNERS: usize = 50;
/// «Прочие сведения», in characters.
pub const MAX_COMMENT_CHARS: usize = 2_000;
/// Why an application is declined, or lines are not agreed to, in characters.
pub const MAX_REMARK_CHARS: usize = 1_000;

/// What an application is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// «Подключение»
    #[default]
    Connect,
    /// «Увеличение»: of an extension that is there with a smaller size.
    Grow,
}

impl Purpose {
    pub const ALL: [Self; 2] = [Self::Connect, Self::Grow];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Grow => "grow",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    /// «Отправлено»
    Sent,
    /// «Обработано»
    Processed,
    /// «Отклонено»
    Declined,
    /// «Отозвано», by the customer.
    Withdrawn,
}

impl ApplicationState {
    pub const ALL: [Self; 4] = [Self::Sent, Self::Processed, Self::Declined, Self::Withdrawn];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Processed => "processed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The option of an extension: «Включен» or «Выключен», and for how many people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub on: bool,
    /// The code of a size, also where it is off.
    pub size: String,
}

/// Who owns a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub name: String,
    /// Empty where none was given.
    pub email: String,
    /// Codes of [`Extension::roles`], in their order.
    pub roles: Vec<String>,
}

/// An application, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub id: ApplicationId,
    pub customer: OrganizationId,
    pub customer_name: String,
    pub partner: OrganizationId,
    pub partner_name: String,
    /// Who sent it.
    pub author: AccountId,
    pub author_name: String,
    pub author_email: String,
    /// A code.
    pub extension: String,
    pub purpose: Purpose,
    /// As the customer sent it.
    pub asked: Choice,
    /// As the partner has corrected it.
    pub set: Option<Choice>,
    pub owners: Vec<Owner>,
    pub comment: String,
    /// The code of a promotion.
    pub promotion: Option<String>,
    pub state: ApplicationState,
    /// From 1; every change is another one.
    pub version: u64,
    pub created_at: Instant,
    pub settled_at: Option<Instant>,
    /// Who did, in the customer's own log.
    pub settled_by: Option<String>,
    /// Why it was declined; empty otherwise.
    pub reason: String,
    /// Of one by which something was connected.
    pub charge: Option<Charge>,
}

impl Application {
    /// What is connected if it is processed now.
    #[must_use]
    pub fn wish(&self) -> &Choice {
        self.set.as_ref().unwrap_or(&self.asked)
    }

    /// Whether it waits for somebody who is not among those that serve the customer: nobody will settle it.
    #[must_use]
    pub fn waits_in_vain(&self, serving: &[OrganizationId]) -> bool {
        self.state == ApplicationState::Sent && !serving.contains(&self.partner)
    }
}

impl ApplicationId {
    /// «З-000012»
    #[must_use]
    pub fn number(self) -> String {
        format!("З-{:06}", self.0)
    }
}

/// Why nothing can be done about an application, a contract or its reconciliation. On the wire a number: the browser
/// downloads no words for what it never shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum DealFault {
    /// There is no such application, or it is nobody's of one's own.
    UnknownApplication,
    /// There is no such reconciliation, or it is of somebody else's contract.
    UnknownReconciliation,
    /// Nobody serves the organisation.
    NoPartner,
    /// The installation has no extension.
    NothingOffered,
    /// One for this extension waits already.
    Waiting,
    /// Somebody has changed or settled it since it was shown.
    Changed,
    /// It is processed, declined or withdrawn already.
    Settled,
    /// The extension is connected already.
    AlreadyOn,
    /// The extension is not connected, so that it cannot grow.
    NotOn,
    /// It has the size already, or a larger one.
    NotLarger,
    /// No contract of the partner sells the extension.
    NoContract,
    /// What was connected in a month is agreed on when the month is over.
    MonthRuns,
    /// The lines are others than those that were shown.
    LinesChanged,
    /// Nothing was connected in the month.
    NoLines,
    /// Both sides have agreed already.
    Agreed,
}

impl DealFault {
    pub const ALL: [Self; 15] = [
        Self::UnknownApplication,
        Self::UnknownReconciliation,
        Self::NoPartner,
        Self::NothingOffered,
        Self::Waiting,
        Self::Changed,
        Self::Settled,
        Self::AlreadyOn,
        Self::NotOn,
        Self::NotLarger,
        Self::NoContract,
        Self::MonthRuns,
        Self::LinesChanged,
        Self::NoLines,
        Self::Agreed,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownApplication => "unknown_application",
            Self::UnknownReconciliation => "unknown_reconciliation",
            Self::NoPartner => "no_partner",
            Self::NothingOffered => "nothing_offered",
            Self::Waiting => "application_waiting",
            Self::Changed => "application_changed",
            Self::Settled => "application_settled",
            Self::AlreadyOn => "extension_on",
            Self::NotOn => "extension_off",
            Self::NotLarger => "not_larger",
            Self::NoContract => "no_contract",
            Self::MonthRuns => "month_runs",
            Self::LinesChanged => "lines_changed",
            Self::NoLines => "no_lines",
            Self::Agreed => "agreed_already",
        }
    }

    /// Whether there is nothing of the kind for whoever asks.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::UnknownApplication | Self::UnknownReconciliation)
    }
}

impl From<DealFault> for u8 {
    fn from(fault: DealFault) -> Self {
        fault as Self
    }
}

impl TryFrom<u8> for DealFault {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::ALL.get(usize::from(number)).copied().ok_or("no such fault")
    }
}

/// A row of the form: an owner of a signature as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerForm {
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
}

impl OwnerForm {
    fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.email.trim().is_empty() && self.roles.is_empty()
    }
}

/// What the form of a new application holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationForm {
    pub partner: Option<OrganizationId>,
    pub extension: String,
    pub purpose: Purpose,
    pub on: bool,
    pub size: String,
    /// One for each row; empty ones are nobody.
    pub owners: Vec<OwnerForm>,
    pub comment: String,
    /// Empty for none.
    pub promotion: String,
}

/// An application that can be sent: every field has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    pub partner: OrganizationId,
    pub extension: String,
    pub purpose: Purpose,
    pub asked: Choice,
    pub owners: Vec<Owner>,
    pub comment: String,
    pub promotion: Option<String>,
}

/// A text of several lines as it is kept.
///
/// # Errors
/// It is too long.
pub fn remark(typed: &str, most: usize) -> Result<String, FieldProblem> {
    let keeps = |sign: &char| !sign.is_control() || matches!(sign, '\n' | '\t');
    let text: String = typed.replace("\r\n", "\n").trim().chars().filter(keeps).collect();
    if text.chars().count() > most { Err(FieldProblem::TooLong { most }) } else { Ok(text) }
}

impl ApplicationForm {
    /// Checks every field; all that is wrong comes back at once. `partners` are those who serve the customer, and
    /// `connected` is what there is of the extension.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field: `partner`, `size`, `owners`, `owner-1-name`, `owner-1-email`, `owner-1-roles`,
    /// `comment`, `promotion`; rows count from 1.
    pub fn check(
        &self,
        extension: &Extension,
        partners: &[OrganizationId],
        promotions: &[Promotion],
        connected: Option<&Connected>,
    ) -> Result<NewApplication, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut say = |field: String, problem| wrong.push(FieldError { field, problem });
        let partner = match (self.partner, partners) {
            (None, [only]) => Some(*only),
            (chosen, _) => chosen.filter(|chosen| partners.contains(chosen)),
        };
        if partner.is_none() {
            say("partner".into(), FieldProblem::Required);
        }
        let former = connected.map(|connected| connected.size.as_str());
        if !extension.sizes_above(former).iter().any(|size| size.code == self.size) {
            say("size".into(), FieldProblem::Required);
        }
        let mut owners = Vec::new();
        for (row, place) in self.owners.iter().zip(1..).filter(|(row, _)| !row.is_empty()) {
            let name = person_name(&row.name);
            if let Err(problem) = &name {
                say(format!("owner-{place}-name"), problem.clone());
            }
            let email = match row.email.trim() {
                "" => Some(String::new()),
                typed => Email::parse(typed).map(|email| email.as_str().to_owned()),
            };
            if email.is_none() {
                say(format!("owner-{place}-email"), FieldProblem::NotAnEmail);
            }
            let known = row.roles.iter().all(|code| extension.roles.iter().any(|role| role.code == *code));
            if row.roles.is_empty() || !known {
                say(format!("owner-{place}-roles"), FieldProblem::Required);
            }
            let roles = extension.roles.iter().filter(|role| row.roles.contains(&role.code));
            let roles = roles.map(|role| role.code.clone()).collect();
            if let (Ok(name), Some(email)) = (name, email) {
                owners.push(Owner { name, email, roles });
            }
        }
        if self.owners.len() > MAX_OWNERS {
            say("owners".into(), FieldProblem::TooMany { most: MAX_OWNERS });
        } else if self.on && self.owners.iter().all(OwnerForm::is_empty) {
            say("owners".into(), FieldProblem::Required);
        }
        let comment = remark(&self.comment, MAX_COMMENT_CHARS);
        if let Err(problem) = &comment {
            say("comment".into(), problem.clone());
        }
        let promotion = Some(self.promotion.trim()).filter(|code| !code.is_empty());
        if promotion.is_some_and(|code| promotions.iter().all(|known| known.code != code)) {
            say("promotion".into(), FieldProblem::Required);
        }
        match (partner, comment) {
            (Some(partner), Ok(comment)) if wrong.is_empty() => Ok(NewApplication {
                partner,
                extension: extension.code.clone(),
                purpose: self.purpose,
                asked: Choice { on: self.on, size: self.size.clone() },
                owners,
                comment,
                promotion: promotion.map(str::to_owned),
            }),
            _ => Err(wrong),
        }
    }
}

/// Whether an extension can be asked for.
///
/// # Errors
/// Why not.
pub fn admits_purpose(purpose: Purpose, extension: &Extension, connected: Option<&Connected>) -> Result<(), DealFault> {
    match (purpose, connected) {
        (Purpose::Connect, Some(_)) => Err(DealFault::AlreadyOn),
        (Purpose::Grow, None) => Err(DealFault::NotOn),
        (Purpose::Grow, Some(known)) if extension.sizes_above(Some(&known.size)).is_empty() => {
            Err(DealFault::NotLarger)
        }
        _ => Ok(()),
    }
}

/// What processing an application does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The option is off: nothing is connected.
    Nothing,
    /// So many seats are new.
    Connect { seats: u64, charge: Charge },
    /// The pool has so many seats from now on.
    Grow { pool: PoolId, seats: u64, charge: Charge },
}

/// What processing an application does that is of `wish` by now. `discount` is that of the partner's contract, if one of
/// them sells the extension.
///
/// # Errors
/// Why it cannot be processed.
pub fn settlement(
    extension: &Extension,
    purpose: Purpose,
    wish: &Choice,
    connected: Option<&Connected>,
    discount: Option<u8>,
    promotion: Option<&Promotion>,
    day: Date,
) -> Result<Settlement, DealFault> {
    if !wish.on {
        return Ok(Settlement::Nothing);
    }
    admits_purpose(purpose, extension, connected)?;
    let former = connected.map(|known| known.size.as_str());
    let larger = extension.sizes_above(former).iter().find(|size| size.code == wish.size);
    let size = larger.ok_or(DealFault::NotLarger)?;
    let discount = discount.ok_or(DealFault::NoContract)?;
    let from = former.and_then(|code| extension.size(code));
    let charge = Charge::of(extension, (from, size), discount, promotion, day);
    Ok(match connected {
        None => Settlement::Connect { seats: size.seats(), charge },
        Some(known) => Settlement::Grow { pool: known.pool, seats: size.seats(), charge },
    })
}

/// Which applications a partner is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApplicationFilter {
    /// `None` for whatever state.
    pub state: Option<ApplicationState>,
    pub customer: Option<OrganizationId>,
}

/// Something that was connected, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub contract: ContractId,
    pub charge: Charge,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::extension::tests::{extension, promotion};
    use crate::{Kopecks, UNLIMITED_SEATS};

    fn connected(size: &str) -> Connected {
        Connected {
            extension: "multi_user".into(),
            size: size.into(),
            pool: PoolId(5),
            since: Instant(0),
            grown_at: None,
            held: Some(3),
            seats: 9,
        }
    }

    fn form() -> ApplicationForm {
        let owner = |name: &str, roles: &[&str]| OwnerForm {
            name: name.into(),
            email: String::new(),
            roles: roles.iter().map(|role| (*role).into()).collect(),
        };
        ApplicationForm {
            partner: None,
            extension: "multi_user".into(),
            purpose: Purpose::Connect,
            on: true,
            size: "2-9".into(),
            owners: vec![owner("Иванова  Анна", &["encrypt", "sign"]), OwnerForm::default()],
            comment: " Одна база\r\nна двоих ".into(),
            promotion: String::new(),
        }
    }

    #[test]
    fn an_application_is_kept_as_it_was_meant() {
        let new = form().check(&extension(), &[OrganizationId(7)], &[], None).unwrap();
        assert_eq!(new.partner, OrganizationId(7), "the only one");
        assert_eq!(
            new.owners,
            [Owner {
                name: "Иванова Анна".into(), email: String::new(), roles: vec!["sign".into(), "encrypt".into()]
            }]
        );
        assert_eq!(new.comment, "Одна база\nна двоих");
        let off = ApplicationForm { on: false, owners: Vec::new(), ..form() };
        assert!(off.check(&extension(), &[OrganizationId(7)], &[], None).is_ok(), "nobody signs where it is off");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = |change: &dyn Fn(&mut ApplicationForm)| {
            let mut form = form();
            change(&mut form);
            let found =
                form.check(&extension(), &[OrganizationId(7), OrganizationId(8)], &[promotion("welcome")], None);
            found.unwrap_err().into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&|_| {}), ["partner"], "one of two");
        assert_eq!(wrong(&|form| form.partner = Some(OrganizationId(9))), ["partner"], "somebody else's");
        let fields = wrong(&|form| {
            form.partner = Some(OrganizationId(7));
            form.size = "1000".into();
            form.owners = vec![
                OwnerForm { name: "Пётр".into(), email: "nobody".into(), roles: vec!["rule".into()] },
                OwnerForm { name: String::new(), email: "a@b.example".into(), roles: vec!["sign".into()] },
            ];
            form.comment = "я".repeat(MAX_COMMENT_CHARS + 1);
            form.promotion = "other".into();
        });
        assert_eq!(fields, ["size", "owner-1-email", "owner-1-roles", "owner-2-name", "comment", "promotion"]);
        assert_eq!(
            wrong(&|form| {
                form.partner = Some(OrganizationId(8));
                form.owners.clear();
            }),
            ["owners"]
        );
        let many = |form: &mut ApplicationForm| {
            form.partner = Some(OrganizationId(8));
            form.owners = vec![form.owners[0].clone(); MAX_OWNERS + 1];
        };
        assert_eq!(wrong(&many), ["owners"]);
    }

    #[test]
    fn an_extension_grows_only_where_it_is_and_only_upwards() {
        let extension = extension();
        let admits = |purpose, connected: Option<&Connected>| admits_purpose(purpose, &extension, connected);
        assert_eq!(admits(Purpose::Connect, None), Ok(()));
        assert_eq!(admits(Purpose::Connect, Some(&connected("2-9"))), Err(DealFault::AlreadyOn));
        assert_eq!(admits(Purpose::Grow, None), Err(DealFault::NotOn));
        assert_eq!(admits(Purpose::Grow, Some(&connected("2-9"))), Ok(()));
        assert_eq!(admits(Purpose::Grow, Some(&connected("10+"))), Err(DealFault::NotLarger));
        let settle = |purpose, size: &str, connected: Option<&Connected>, discount| {
            let wish = Choice { on: true, size: size.into() };
            settlement(&extension, purpose, &wish, connected, discount, None, Date(105))
        };
        let charge = Charge { price: Kopecks(600_000), discount: 30, promotion: None, amount: Kopecks(420_000) };
        let grown = Settlement::Grow { pool: PoolId(5), seats: UNLIMITED_SEATS, charge };
        let settled = settle(Purpose::Grow, "10+", Some(&connected("2-9")), Some(30));
        assert_eq!(settled, Ok(grown), "the difference, less 30 %");
        assert_eq!(settle(Purpose::Grow, "2-9", Some(&connected("2-9")), Some(30)), Err(DealFault::NotLarger));
        assert_eq!(settle(Purpose::Connect, "2-9", None, None), Err(DealFault::NoContract));
        assert_eq!(settle(Purpose::Connect, "2-9", Some(&connected("2-9")), Some(30)), Err(DealFault::AlreadyOn));
        let off = Choice { on: false, size: "2-9".into() };
        assert_eq!(
            settlement(&extension, Purpose::Connect, &off, None, None, None, Date(105)),
            Ok(Settlement::Nothing),
            "nothing is sold, so no contract is needed"
        );
    }

    #[test]
    fn faults_go_round_by_their_numbers() {
        for fault in DealFault::ALL {
            assert_eq!(DealFault::try_from(u8::from(fault)), Ok(fault), "{}", fault.code());
        }
        assert!(DealFault::try_from(200).is_err());
        let mut codes: Vec<&str> = DealFault::ALL.into_iter().map(DealFault::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), DealFault::ALL.len());
    }
}

//! Who works at the desk, and for whom.

use serde::{Deserialize, Serialize};

use crate::person::Email;
use crate::sign_up::leads_away;
use crate::{
    AccountId, Capability, Coverage, FieldError, FieldProblem, GroupId, Instant, OrganizationId, Rights, Role, RoleId,
};

/// The tenant: owns people and stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrganizationId,
    /// «ООО «Ромашка»».
    pub name: String,
    /// From how many people on a deed asks for its number to be typed.
    pub large_deed: u64,
}

impl Organization {
    /// Whether whoever takes something away from so many people types their number first.
    #[must_use]
    pub fn is_large(&self, people: u64) -> bool {
        people >= self.large_deed
    }
}

/// Someone who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: String,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// Has not set a password yet.
    Invited,
    Active,
    /// Cannot sign in any more; its acts stay in the log.
    Removed,
}

impl AccountState {
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Removed];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Removed => "removed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A level of access: one that every organisation has, or an own one. As text: `administrator`, `own:5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Role(Role),
    Own(RoleId),
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Role(role) => f.write_str(role.code()),
            Self::Own(id) => write!(f, "own:{id}"),
        }
    }
}

impl Level {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("own", id)) => id.parse().ok().map(Self::Own),
            Some(_) => None,
            None => Role::from_code(text).map(Self::Role),
        }
    }
}

/// A level of access that an organisation has made for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRole {
    pub id: RoleId,
    pub name: String,
    /// With what they rest on.
    pub rights: Rights,
    pub coverage: Coverage,
    /// How many accounts have it.
    pub accounts: u64,
}

/// A level of access as it is typed: `rights` are codes of capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleForm {
    pub name: String,
    pub rights: Vec<String>,
    /// `groups`: only people of `groups`; they alone mean it too.
    pub whom: String,
    pub groups: Vec<GroupId>,
}

/// Longer names are no names.
const MAX_ROLE_CHARS: usize = 60;

impl RoleForm {
    /// A level as it was kept.
    #[must_use]
    pub fn of(role: &OwnRole) -> Self {
        Self {
            name: role.name.clone(),
            rights: role.rights.iter().map(|capability| capability.code().to_owned()).collect(),
            ..Self::of_coverage(&role.coverage)
        }
    }

    /// For whom one was kept.
    #[must_use]
    pub fn of_coverage(coverage: &Coverage) -> Self {
        let groups = coverage.groups();
        Self {
            whom: groups.map(|_| "groups".to_owned()).unwrap_or_default(),
            groups: groups.unwrap_or_default().to_vec(),
            ..Self::default()
        }
    }

    /// Whether it is for people of groups only.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.whom == "groups" || (self.whom.is_empty() && !self.groups.is_empty())
    }

    /// For whom.
    ///
    /// # Errors
    /// No group, where it is for some.
    pub fn coverage(&self) -> Result<Coverage, FieldError> {
        match self.is_limited() {
            true if self.groups.is_empty() => {
                Err(FieldError { field: "groups".to_owned(), problem: FieldProblem::Required })
            }
            true => Ok(Coverage::of_groups(self.groups.clone())),
            false => Ok(Coverage::Everybody),
        }
    }

    /// The name, what it allows with what that rests on, and for whom.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(&self) -> Result<(String, Rights, Coverage), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, problem| errors.push(FieldError { field: field.to_owned(), problem });
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            wrong("name", FieldProblem::Required);
        } else if name.chars().count() > MAX_ROLE_CHARS {
            wrong("name", FieldProblem::TooLong { most: MAX_ROLE_CHARS });
        } else if crate::access::looks_built_in(&name) {
            wrong("name", FieldProblem::Taken);
        }
        let rights: Rights = self.rights.iter().filter_map(|code| Capability::from_code(code)).collect();
        let rights = rights.complete();
        let coverage = self.coverage();
        let of_groups = coverage.as_ref().map_or(Coverage::Groups(Vec::new()), Clone::clone);
        if rights == Rights::NONE {
            wrong("rights", FieldProblem::Required);
        } else if rights.over(&of_groups) != rights {
            wrong("rights", FieldProblem::OverEverybody);
        }
        match coverage {
            Ok(coverage) if errors.is_empty() => Ok((name, rights, coverage)),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error);
                Err(errors)
            }
        }
    }
}

/// An account as those see it who manage accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    pub account: Account,
    /// `+79161234567`, or empty.
    pub phone: String,
    pub state: AccountState,
    /// `None` for one that may do nothing.
    pub level: Option<Level>,
    pub rights: Rights,
    pub coverage: Coverage,
    pub created_at: Instant,
    /// Of a session that lives.
    pub last_seen: Option<Instant>,
    pub sessions: u64,
    /// Whether an app gives codes.
    pub app: bool,
    pub passkeys: u64,
}

/// Which accounts are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Parts of a name, an e-mail or a phone: all of them are found.
    pub text: String,
    pub state: Option<AccountState>,
    pub level: Option<Level>,
}

impl AccountFilter {
    #[must_use]
    pub fn fits(&self, row: &AccountRow) -> bool {
        let known = [crate::fold(&row.account.name), crate::fold(&row.account.email)];
        let phone: String = row.phone.chars().filter(char::is_ascii_digit).collect();
        let in_phone = |part: &str| {
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            let plain = part.chars().all(|char| char.is_ascii_digit() || " +-()".contains(char));
            // «8 916 …» is typed for +7 916 …
            let own = digits.strip_prefix('8').filter(|_| part.starts_with('8')).unwrap_or(&digits);
            plain && !own.is_empty() && phone.contains(own)
        };
        let part = |part: &str| known.iter().any(|known| known.contains(part)) || in_phone(part);
        let text = crate::fold(self.text.trim());
        self.state.is_none_or(|state| state == row.state)
            && self.level.is_none_or(|level| row.level == Some(level))
            && (text.split_whitespace().all(part) || in_phone(&text))
    }
}

impl AccountRow {
    /// Whether it may less, and is somebody's.
    #[must_use]
    pub fn is_below(&self, rights: Rights) -> bool {
        self.state == AccountState::Active && self.rights.within(rights) && self.rights != rights
    }

    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.level == Some(Level::Role(Role::Owner))
    }

    /// Whether there is a second factor, of whatever kind.
    #[must_use]
    pub fn has_factor(&self) -> bool {
        self.app || self.passkeys > 0
    }

    /// Whether they keep an organisation from having nobody who manages accounts.
    #[must_use]
    pub fn manages(&self) -> bool {
        self.state == AccountState::Active && self.rights.may(crate::Capability::Accounts)
    }
}

/// An account as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub level: String,
}

/// An account that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountData {
    pub name: String,
    pub email: Email,
    /// `+79161234567`, or empty.
    pub phone: String,
    pub level: Level,
}

/// Longer names are no names.
const MAX_NAME_CHARS: usize = 120;

impl AccountForm {
    /// # Errors
    /// Every wrong field. Invited by SMS, one needs a phone.
    pub fn check(&self, needs_phone: bool) -> Result<AccountData, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, problem| errors.push(FieldError { field: field.to_owned(), problem });
        let name = person_name(&self.name);
        if let Err(problem) = &name {
            wrong("name", problem.clone());
        }
        let email = sign_in_email(&self.email);
        if let Err(problem) = &email {
            wrong("email", problem.clone());
        }
        let phone = match self.phone.trim() {
            "" if needs_phone => Err(FieldProblem::Required),
            "" => Ok(String::new()),
            typed => sms_phone(typed),
        };
        if let Err(problem) = &phone {
            wrong("phone", problem.clone());
        }
        let level = Level::parse(&self.level);
        if level.is_none() {
            wrong("level", FieldProblem::Unknown);
        }
        match (name, email, phone, level) {
            (Ok(name), Ok(email), Ok(phone), Some(level)) => Ok(AccountData { name, email, phone, level }),
            _ => Err(errors),
        }
    }
}

/// A name as it is kept: without spaces around it and with one between words.
pub(crate) fn person_name(typed: &str) -> Result<String, FieldProblem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(FieldProblem::Required)
    } else if name.chars().count() > MAX_NAME_CHARS {
        Err(FieldProblem::TooLong { most: MAX_NAME_CHARS })
    } else if name.chars().any(|char| char.is_control() || "<>\u{202e}\u{202d}".contains(char)) {
        Err(FieldProblem::NotAName)
    } else if leads_away(&name) {
        Err(FieldProblem::LeadsAway)
    } else {
        Ok(name)
    }
}

/// An e-mail by which somebody can sign in: of ASCII only, for letters of other alphabets that look alike would be
/// somebody else's (Unicode Technical Standard 39, section 4).
///
/// # Errors
/// What is wrong with it.
pub fn sign_in_email(typed: &str) -> Result<Email, FieldProblem> {
    if typed.trim().is_empty() {
        return Err(FieldProblem::Required);
    }
    Email::parse(typed).filter(|_| typed.trim().is_ascii()).ok_or(FieldProblem::NotAnEmail)
}

/// A phone that gets SMS, as it is kept: «8 (916) 123-45-67» → `+79161234567`. A number without a country's code is
/// Russian. In Russia SMS come to numbers that begin with 9; of other countries it cannot be told.
///
/// # Errors
/// What is wrong with it.
pub fn sms_phone(typed: &str) -> Result<String, FieldProblem> {
    if typed.trim().is_empty() {
        return Err(FieldProblem::Required);
    }
    let phone = mobile_phone(typed).ok_or(FieldProblem::NotAPhone)?;
    // +7 6… and +7 7… are Kazakhstan's.
    match phone.strip_prefix("+7").and_then(|rest| rest.chars().next()) {
        Some('6' | '7' | '9') | None => Ok(phone),
        Some(_) => Err(FieldProblem::Landline),
    }
}

/// Whether what was typed as an e-mail is no slip: letters that look like others, or lines that go on behind it.
#[must_use]
pub fn is_forged(typed: &str) -> bool {
    let typed = typed.trim();
    typed.contains('@') && typed.chars().any(|char| char.is_control() || !char.is_ascii())
}

/// A phone number as it is kept.
fn mobile_phone(typed: &str) -> Option<String> {
    if typed.chars().any(|char| !char.is_ascii_digit() && !" +-().\u{a0}".contains(char)) {
        return None;
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let digits = match (digits.len(), digits.as_bytes().first(), typed.trim().starts_with('+')) {
        (11, Some(b'8'), false) => format!("7{}", digits.get(1..)?),
        (10, Some(b'9'), false) => format!("7{digits}"),
        // E.164: up to 15 digits with the country's code.
        (11, Some(b'7'), _) | (8..=15, Some(b'1'..=b'6' | b'8'..=b'9'), true) => digits,
        _ => return None,
    };
    Some(format!("+{digits}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_parts_of_name_email_and_phone() {
        let row = AccountRow {
            account: Account {
                id: AccountId(1), name: "Семёнова Вера".into(), email: "v.s@romashka.example".into()
            },
            phone: "+79161234567".into(),
            state: AccountState::Active,
            level: Some(Level::Role(Role::User)),
            rights: Rights::NONE,
            coverage: Coverage::Everybody,
            created_at: Instant(0),
            last_seen: None,
            sessions: 0,
            app: false,
            passkeys: 0,
        };
        let finds = |text: &str| AccountFilter { text: text.into(), ..AccountFilter::default() }.fits(&row);
        for text in
            ["", "  ", "семенова", "Вера СЕМЁНОВА", "v.s@", "romashka вера", "4567", "8 (916) 123", "+7 916 123-45-67"]
        {
            assert!(finds(text), "{text}");
        }
        for text in ["Верба", "вера север", "8", "9999", "+", "вера 9999", "8 (916) 999"] {
            assert!(!finds(text), "{text}");
        }
        let of = |state, level| AccountFilter { state, level, ..AccountFilter::default() }.fits(&row);
        assert!(of(Some(AccountState::Active), Some(Level::Role(Role::User))));
        assert!(!of(Some(AccountState::Invited), None) && !of(None, Some(Level::Own(RoleId(1)))));
    }

    #[test]
    fn a_phone_is_kept_in_one_form() {
        for typed in ["8 (916) 123-45-67", "+7 916 123 45 67", "9161234567", "79161234567", " +7(916)123-45-67 "] {
            assert_eq!(mobile_phone(typed).as_deref(), Some("+79161234567"), "{typed}");
        }
        assert_eq!(mobile_phone("+375 29 123-45-67").as_deref(), Some("+375291234567"));
        for other in [
            "",
            "12345",
            "+7 916 123 45 6",
            "+7 916 123 45 67 доб. 5",
            "8916123456",
            "+0123456789",
            "+1234567890123456",
            "916+1234567x",
        ] {
            assert_eq!(mobile_phone(other), None, "{other}");
        }
    }

    #[test]
    fn a_landline_gets_no_sms() {
        for landline in ["+7 495 123-45-67", "8 (812) 123-45-67", "84951234567", "+7 800 555-35-35"] {
            assert_eq!(sms_phone(landline), Err(FieldProblem::Landline), "{landline}");
        }
        for mobile in ["+7 916 123-45-67", "+7 701 123 45 67", "+375 29 123-45-67"] {
            assert!(sms_phone(mobile).is_ok(), "{mobile}");
        }
        assert_eq!(sms_phone(" "), Err(FieldProblem::Required));
        assert_eq!(sms_phone("12"), Err(FieldProblem::NotAPhone));
    }

    #[test]
    fn whoever_looks_like_somebody_else_is_refused() {
        let form = |email: &str| AccountForm {
            name: " Анна  Кузнецова ".into(),
            email: email.into(),
            phone: String::new(),
            level: "administrator".into(),
        };
        let kept = form("Anna+hr@Romashka.example").check(false).unwrap();
        assert_eq!((kept.email.as_str(), kept.name.as_str()), ("anna+hr@romashka.example", "Анна Кузнецова"));
        assert_eq!(kept.level, Level::Role(Role::Administrator));
        // The first letter is Cyrillic; the second address has an invisible one.
        for other in
            ["\u{430}nna@romashka.example", "anna@romashk\u{430}.example", "an\u{200b}na@romashka.example", "", "anna"]
        {
            let errors = form(other).check(false).unwrap_err();
            assert_eq!((errors.len(), errors.first().map(|error| error.field.as_str())), (1, Some("email")), "{other}");
        }
        let empty = AccountForm { level: "emperor".into(), ..AccountForm::default() };
        let fields: Vec<String> = empty.check(true).unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "email", "phone", "level"]);
        assert!(AccountForm { name: "a\u{202e}b".into(), ..form("a@b.example") }.check(false).is_err());
    }

    #[test]
    fn a_level_for_some_says_for_whom() {
        let form = |whom: &str, groups: &[i64], rights: &[&str]| RoleForm {
            name: " Филиал  на Неве ".into(),
            rights: rights.iter().copied().map(str::to_owned).collect(),
            whom: whom.into(),
            groups: groups.iter().copied().map(GroupId).collect(),
        };
        let some = Coverage::of_groups(vec![GroupId(2), GroupId(5)]);
        let (name, rights, coverage) = form("groups", &[5, 2], &["issue"]).check().unwrap();
        assert_eq!((name.as_str(), rights.to_codes().as_str()), ("Филиал на Неве", "people,issue,stock"));
        assert_eq!(coverage, some);
        assert_eq!(form("", &[5, 2], &["people"]).check().unwrap().2, some, "groups alone are meant");
        assert_eq!(form("all", &[5], &["letters"]).check().unwrap().2, Coverage::Everybody);
        let wrong =
            |form: RoleForm| form.check().unwrap_err().into_iter().map(|e| (e.field, e.problem)).collect::<Vec<_>>();
        assert_eq!(wrong(form("groups", &[], &["people"])), [("groups".to_owned(), FieldProblem::Required)]);
        assert_eq!(wrong(form("groups", &[2], &["letters"])), [("rights".to_owned(), FieldProblem::OverEverybody)]);
        let nothing = RoleForm { name: " ".into(), ..form("groups", &[], &["emperor"]) };
        assert_eq!(
            wrong(nothing).into_iter().map(|(field, _)| field).collect::<Vec<_>>(),
            ["name", "rights", "groups"]
        );
    }

    #[test]
    fn nobody_gives_a_level_the_name_of_a_built_in_one() {
        let problem = |name: &str| {
            let form = RoleForm { name: name.into(), rights: vec!["people".into()], ..RoleForm::default() };
            form.check()
                .err()
                .map(|errors| errors.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>())
        };
        for name in [
            "Владелец",
            "  вЛАДЕЛЕЦ ",
            "Влад елец",
            "Owner",
            "OWNER",
            "Администратор",
            "Administrator",
            "Техподдержка",
            "Тех-поддержка",
            "Support",
            "Пользователь",
            "User",
            "Бухгалтер",
            "Accountant",
            // Latin letters among Cyrillic ones, and the other way round.
            "Bлaдeлeц",
            "Aдминиcтpaтop",
            "Оwnеr",
            "АDМINISTRАTОR",
            // A digit, an invisible character, an accent, letters of full width, Greek ones.
            "Администрат0р",
            "Вла\u{200b}делец",
            "Владе\u{301}лец",
            "Ｏｗｎｅｒ",
            "Οwner",
        ] {
            assert_eq!(problem(name), Some(vec![("name".to_owned(), FieldProblem::Taken)]), "{name}");
        }
        // What only has it in its name is another one.
        for name in ["Владелец склада", "Администратор филиала", "Old owner", "Пользователи", "Табельщик", "—"]
        {
            assert_eq!(problem(name), None, "{name}");
        }
    }

    #[test]
    fn a_level_is_read_as_it_is_written() {
        for level in Role::ALL.map(Level::Role).into_iter().chain([Level::Own(RoleId(5))]) {
            assert_eq!(Level::parse(&level.to_string()), Some(level));
        }
        for other in ["", "own", "own:x", "emperor", "role:1", "administrator:1"] {
            assert_eq!(Level::parse(other), None, "{other}");
        }
    }
}

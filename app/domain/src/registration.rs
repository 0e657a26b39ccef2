//! «Зарегистрировать программный продукт»: a number and a PIN, and who owns it (the handbook of a reporting service,
//! «Регистрация программного продукта»).

use serde::{Deserialize, Serialize};

use crate::{Date, Email, FieldError, FieldProblem, Inn, Instant, ProductId};

/// The first step: the key, as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyForm {
    pub number: String,
    /// Never kept as it was typed.
    #[serde(default, skip_serializing)]
    pub pin: String,
}

/// Without the PIN, which no log shall hold.
impl std::fmt::Debug for KeyForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyForm").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A key that fitted: what it will give. Who asked may register it for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedKey {
    /// Names the key in the second step's form, so that no form registers what another window has checked since.
    pub key: i64,
    pub number: String,
    pub title: String,
    pub seats: u64,
    pub term_months: Option<u16>,
}

/// The second step: the owner's details, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationForm {
    /// Whether a private person registers it: then `owner` is the full name, and the ИНН is his own.
    #[serde(default)]
    pub private: bool,
    pub owner: String,
    pub inn: String,
    #[serde(default)]
    pub head: String,
    #[serde(default)]
    pub activity: String,
    pub phone: String,
    pub email: String,
    pub country: String,
    #[serde(default)]
    pub place: String,
    /// ДД.ММ.ГГГГ or ГГГГ-ММ-ДД.
    #[serde(default)]
    pub bought_on: String,
    #[serde(default)]
    pub workplaces: String,
    #[serde(default)]
    pub responsible: String,
}

/// A registration as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    pub number: String,
    pub owner: RegistrationForm,
    pub at: Instant,
    /// Who registered it.
    pub author: Option<String>,
}

/// A key as the operator brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    pub number: String,
    /// PHC string.
    pub pin_hash: String,
    pub product: ProductId,
    pub seats: u64,
    pub term_months: Option<u16>,
}

/// Wrong tries before nobody of the organisation may try for a while.
pub const KEY_TRIES: u64 = 5;
/// How long: also how far back tries count.
pub const KEY_BLOCK_SECONDS: i64 = 600;
/// How long the second step may take.
pub const KEY_CHECK_SECONDS: i64 = 15 * 60;

const LONGEST: usize = 254;

/// A number as it is compared: without blanks and hyphens, in capitals.
#[must_use]
pub fn key_number(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace() && *char != '-').flat_map(char::to_uppercase).collect()
}

impl KeyForm {
    /// Checks both fields: the number as it is compared, and the PIN.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field.
    pub fn check(&self) -> Result<Self, Vec<FieldError>> {
        let key = Self { number: key_number(&self.number), pin: self.pin.trim().to_owned() };
        let problem = |(field, text): (&str, &String)| {
            let problem = match text.chars().count() {
                0 => FieldProblem::Required,
                long if long > LONGEST => FieldProblem::TooLong { most: LONGEST },
                _ => return None,
            };
            Some(FieldError { field: field.to_owned(), problem })
        };
        let wrong: Vec<FieldError> =
            [("number", &key.number), ("pin", &key.pin)].into_iter().filter_map(problem).collect();
        if wrong.is_empty() { Ok(key) } else { Err(wrong) }
    }
}

impl RegistrationForm {
    /// Checks every field; all that is wrong comes back at once. The details as they are kept.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field.
    pub fn check(&self, now: Instant) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let tidy = |text: &str| {
            let words = text.split(|char: char| char.is_whitespace() || char.is_control());
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let owner = Self {
            private: self.private,
            owner: tidy(&self.owner),
            inn: tidy(&self.inn),
            head: tidy(&self.head),
            activity: tidy(&self.activity),
            phone: tidy(&self.phone),
            email: tidy(&self.email),
            country: tidy(&self.country),
            place: tidy(&self.place),
            bought_on: tidy(&self.bought_on),
            workplaces: tidy(&self.workplaces),
            responsible: tidy(&self.responsible),
        };
        let fields = [
            ("owner", &owner.owner, true),
            ("inn", &owner.inn, true),
            ("head", &owner.head, false),
            ("activity", &owner.activity, false),
            ("phone", &owner.phone, true),
            ("email", &owner.email, true),
            ("country", &owner.country, true),
            ("place", &owner.place, false),
            ("responsible", &owner.responsible, !owner.private),
        ];
        let mut say = |field: &str, problem| wrong.push(FieldError { field: field.to_owned(), problem });
        for (field, text, required) in fields {
            if text.trim().is_empty() {
                if required {
                    say(field, FieldProblem::Required);
                }
            } else if text.chars().count() > LONGEST {
                say(field, FieldProblem::TooLong { most: LONGEST });
            }
        }
        let given = |text: &str| !text.is_empty();
        if owner.private && given(&owner.inn) && owner.inn.chars().filter(char::is_ascii_digit).count() != 12 {
            say("inn", FieldProblem::NotAPersonsInn);
        } else if given(&owner.inn) && Inn::parse(&owner.inn).is_none() {
            say("inn", FieldProblem::NotAnInn);
        }
        if owner.private && given(&owner.owner) && owner.owner.split(' ').count() < 2 {
            say("owner", FieldProblem::NotAFullName);
        }
        if given(&owner.email) && Email::parse(&owner.email).is_none() {
            say("email", FieldProblem::NotAnEmail);
        }
        let digits = owner.phone.chars().filter(char::is_ascii_digit).count();
        let phone = owner.phone.chars().all(|char| char.is_ascii_digit() || " +-()".contains(char));
        // ITU-T E.164: 15 digits at most.
        if given(&owner.phone) && !(phone && (10..=15).contains(&digits)) {
            say("phone", FieldProblem::NotAPhone);
        }
        if given(&owner.bought_on) && day(&owner.bought_on).is_none_or(|day| day > now.date()) {
            say("bought_on", FieldProblem::NotADay);
        }
        let count: Option<u64> = owner.workplaces.replace(' ', "").parse().ok();
        if given(&owner.workplaces) && count.is_none_or(|count| !(1..=crate::MAX_SEATS).contains(&count)) {
            say("workplaces", FieldProblem::NotACount { most: crate::MAX_SEATS });
        }
        if wrong.is_empty() { Ok(owner) } else { Err(wrong) }
    }
}

/// A day as people type it: ДД.ММ.ГГГГ, or as forms send it.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['.', '-']).collect();
    let number = |text: &&str| text.parse::<i32>().ok();
    match parts.iter().map(number).collect::<Option<Vec<i32>>>()?.as_slice() {
        [day, month, year] if text.contains('.') => {
            Date::new(*year, (*month).try_into().ok()?, (*day).try_into().ok()?)
        }
        [year, month, day] => Date::new(*year, (*month).try_into().ok()?, (*day).try_into().ok()?),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn form() -> RegistrationForm {
        RegistrationForm {
            owner: "ООО  «Ромашка»".into(),
            inn: "7707083893".into(),
            phone: "+7 (495) 123-45-67".into(),
            email: "info@romashka.example".into(),
            country: "Россия".into(),
            responsible: "Иванова А. П.".into(),
            bought_on: "2026-11-20".into(),
            workplaces: "1 200".into(),
            ..RegistrationForm::default()
        }
    }

    fn now() -> Instant {
        Date::new(2026, 11, 22).unwrap().start()
    }

    #[test]
    fn what_is_typed_is_tidied() {
        assert_eq!(form().check(now()).unwrap().owner, "ООО «Ромашка»");
        let key = KeyForm { number: " ab-12 34".into(), pin: " 9876 ".into() }.check().unwrap();
        assert_eq!((key.number.as_str(), key.pin.as_str()), ("AB1234", "9876"));
        let (kept, logged) = (serde_json::to_string(&key).unwrap(), format!("{key:?}"));
        assert!(!kept.contains("9876") && !kept.contains("pin") && !logged.contains("9876"), "{kept} {logged}");
    }

    #[test]
    fn a_key_has_a_number_and_a_pin() {
        let wrong = |number: &str, pin: &str| {
            let wrong = KeyForm { number: number.into(), pin: pin.into() }.check().unwrap_err();
            wrong.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
        };
        let both = ["number", "pin"].map(|field| (field.to_owned(), FieldProblem::Required));
        assert_eq!(wrong(" - ", " "), both);
        let long = FieldProblem::TooLong { most: LONGEST };
        assert_eq!(wrong("1", &"9".repeat(255)), [("pin".to_owned(), long)]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = |change: &dyn Fn(&mut RegistrationForm)| {
            let mut form = form();
            change(&mut form);
            let wrong = form.check(now()).unwrap_err();
            wrong.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
        };
        let one = |field: &str, problem| vec![(field.to_owned(), problem)];
        assert_eq!(wrong(&|form| form.inn = "7707083894".into()), one("inn", FieldProblem::NotAnInn));
        assert_eq!(wrong(&|form| form.private = true), one("inn", FieldProblem::NotAPersonsInn), "a company's");
        for phone in ["12345", "+7 495 123 45 67 доб. 8", "1234567890123456"] {
            assert_eq!(wrong(&|form| form.phone = phone.into()), one("phone", FieldProblem::NotAPhone), "{phone}");
        }
        for day in ["2026-11-23", "31.02.2026", "вчера", "2026"] {
            assert_eq!(wrong(&|form| form.bought_on = day.into()), one("bought_on", FieldProblem::NotADay), "{day}");
        }
        assert_eq!(wrong(&|form| form.responsible = String::new()), one("responsible", FieldProblem::Required));
        let count = FieldProblem::NotACount { most: crate::MAX_SEATS };
        assert_eq!(wrong(&|form| form.workplaces = "0".into()), one("workplaces", count));
        assert_eq!(wrong(&|form| *form = RegistrationForm::default()).len(), 6);
        let person =
            RegistrationForm { private: true, inn: "500100732259".into(), responsible: String::new(), ..form() };
        assert!(person.check(now()).is_ok());
        let wrong = |person: RegistrationForm| person.check(now()).unwrap_err();
        let of = |field: &str, problem| vec![FieldError { field: field.into(), problem }];
        let digits = RegistrationForm { inn: "500100732258".into(), ..person.clone() };
        assert_eq!(wrong(digits), of("inn", FieldProblem::NotAnInn), "twelve, but wrong ones");
        let word = RegistrationForm { owner: " Гусева ".into(), ..person };
        assert_eq!(wrong(word), of("owner", FieldProblem::NotAFullName));
        assert!(RegistrationForm { owner: "Лицентия".into(), ..form() }.check(now()).is_ok(), "a company's name");
        assert!(RegistrationForm { bought_on: "20.11.2026".into(), ..form() }.check(now()).is_ok());
    }
}

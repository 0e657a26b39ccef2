//! «Зарегистрировать программный продукт»: a number and a PIN, and who owns it (the handbook of a reporting service,
//! «Регистрация программного продукта»).

use serde::{Deserialize, Serialize};

use crate::{Date, Email, FieldError, FieldProblem, Inn, Instant, ProductId};

/// What the form holds, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationForm {
    pub number: String,
    /// Never kept as it was typed.
    #[serde(default, skip_serializing)]
    pub pin: String,
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

/// A registration whose fields have been checked; the number and the PIN have not been tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    pub number: String,
    pub pin: String,
    /// The owner's details as they are kept.
    pub owner: RegistrationForm,
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

const LONGEST: usize = 254;

/// A number as it is compared: without blanks and hyphens, in capitals.
#[must_use]
pub fn key_number(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace() && *char != '-').flat_map(char::to_uppercase).collect()
}

impl RegistrationForm {
    /// Checks every field; all that is wrong comes back at once.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field.
    pub fn check(&self, now: Instant) -> Result<Registration, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let tidy = |text: &str| {
            let words = text.split(|char: char| char.is_whitespace() || char.is_control());
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let owner = Self {
            number: key_number(&self.number),
            pin: String::new(),
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
            ("number", &owner.number, true),
            ("pin", &self.pin, true),
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
        if given(&owner.inn) && Inn::parse(&owner.inn).is_none_or(|inn| owner.private && !inn.is_persons()) {
            say("inn", FieldProblem::NotAnInn);
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
        if wrong.is_empty() {
            Ok(Registration { number: owner.number.clone(), pin: self.pin.trim().to_owned(), owner })
        } else {
            Err(wrong)
        }
    }
}

/// A day as people type it: ДД.ММ.ГГГГ, or as forms send it.
pub(crate) fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['.', '-']).collect();
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
            number: " ab-12 34".into(),
            pin: " 9876 ".into(),
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
        let registration = form().check(now()).unwrap();
        assert_eq!((registration.number.as_str(), registration.pin.as_str()), ("AB1234", "9876"));
        assert_eq!(registration.owner.owner, "ООО «Ромашка»");
        let kept = serde_json::to_string(&registration.owner).unwrap();
        assert!(!kept.contains("9876") && !kept.contains("pin"), "{kept}");
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
        assert_eq!(wrong(&|form| form.pin = " ".into()), one("pin", FieldProblem::Required));
        assert_eq!(wrong(&|form| form.inn = "7707083894".into()), one("inn", FieldProblem::NotAnInn));
        assert_eq!(wrong(&|form| form.private = true), one("inn", FieldProblem::NotAnInn), "a company's");
        for phone in ["12345", "+7 495 123 45 67 доб. 8", "1234567890123456"] {
            assert_eq!(wrong(&|form| form.phone = phone.into()), one("phone", FieldProblem::NotAPhone), "{phone}");
        }
        for day in ["2026-11-23", "31.02.2026", "вчера", "2026"] {
            assert_eq!(wrong(&|form| form.bought_on = day.into()), one("bought_on", FieldProblem::NotADay), "{day}");
        }
        assert_eq!(wrong(&|form| form.responsible = String::new()), one("responsible", FieldProblem::Required));
        let count = FieldProblem::NotACount { most: crate::MAX_SEATS };
        assert_eq!(wrong(&|form| form.workplaces = "0".into()), one("workplaces", count));
        assert_eq!(wrong(&|form| *form = RegistrationForm::default()).len(), 8);
        let person =
            RegistrationForm { private: true, inn: "500100732259".into(), responsible: String::new(), ..form() };
        assert!(person.check(now()).is_ok());
        assert!(RegistrationForm { bought_on: "20.11.2026".into(), ..form() }.check(now()).is_ok());
    }
}

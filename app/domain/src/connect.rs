//! «Подключить»: what is entered before the service of an organisation is connected.

use serde::{Deserialize, Serialize};

use crate::account::{person_name, sign_in_email};
use crate::sign_up::line;
use crate::{
    AddressFault, Email, FieldError, FieldProblem, MAX_LIST_BYTES, MemberId, NewMember, ServiceAddress, people_of,
    sms_phone,
};

/// The first step, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceForm {
    pub name: String,
    pub address: String,
}

/// How a service is called, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceNamed {
    pub name: String,
    pub address: ServiceAddress,
}

/// Who is to be the responsible administrator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Responsible {
    /// Whoever connects the service.
    #[default]
    Own,
    /// One of the directory.
    Member(MemberId),
    New,
}

/// The second step, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponsibleForm {
    pub who: Responsible,
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// How somebody is reached: both ways, or no invitation comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacts {
    pub name: String,
    pub email: Email,
    /// As [`sms_phone`] gives it.
    pub phone: String,
}

/// What was entered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectDraft {
    #[serde(default)]
    pub service: Option<ServiceForm>,
    #[serde(default)]
    pub responsible: Option<ResponsibleForm>,
    /// The list as it was pasted; empty where the step was skipped.
    #[serde(default)]
    pub people: Option<String>,
}

/// A draft by which a service can be connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyDraft {
    pub service: ServiceNamed,
    pub who: Responsible,
    pub contacts: Contacts,
    pub people: Vec<NewMember>,
}

/// The steps, in their order.
pub const CONNECT_STEPS: u8 = 4;

fn wrong(field: &str, problem: FieldProblem) -> FieldError {
    FieldError { field: field.to_owned(), problem }
}

impl ServiceForm {
    /// # Errors
    /// Every wrong field; what is wrong with an address, [`ServiceAddress::parse`] tells.
    pub fn check(&self) -> Result<ServiceNamed, Vec<FieldError>> {
        let name =
            line(&self.name).and_then(|name| if name.is_empty() { Err(FieldProblem::Required) } else { Ok(name) });
        let address = ServiceAddress::parse(&self.address).map_err(|fault| match fault {
            AddressFault::Empty => FieldProblem::Required,
            AddressFault::TooShort => FieldProblem::TooShort { least: ServiceAddress::LEAST },
            AddressFault::TooLong => FieldProblem::TooLong { most: ServiceAddress::MOST },
            AddressFault::Letter(_) | AddressFault::Hyphens | AddressFault::Reserved => {
                FieldProblem::NotAServiceAddress
            }
        });
        match (name, address) {
            (Ok(name), Ok(address)) => Ok(ServiceNamed { name, address }),
            (name, address) => {
                let name = name.err().map(|problem| wrong("name", problem));
                Err(name.into_iter().chain(address.err().map(|problem| wrong("address", problem))).collect())
            }
        }
    }
}

impl ResponsibleForm {
    /// # Errors
    /// Every wrong field.
    pub fn check(&self) -> Result<Contacts, Vec<FieldError>> {
        let (name, email, phone) = (person_name(&self.name), sign_in_email(&self.email), sms_phone(&self.phone));
        match (name, email, phone) {
            (Ok(name), Ok(email), Ok(phone)) => Ok(Contacts { name, email, phone }),
            (name, email, phone) => {
                let problems = [("name", name.err()), ("email", email.err()), ("phone", phone.err())];
                Err(problems.into_iter().filter_map(|(field, problem)| Some(wrong(field, problem?))).collect())
            }
        }
    }
}

/// Whether a list can be kept at all; what is wrong in its lines, [`people_of`] tells.
///
/// # Errors
/// One [`FieldError`] on `people`.
pub fn check_list(text: &str) -> Result<(), Vec<FieldError>> {
    // PostgreSQL keeps no such character in a text.
    let strange = text.chars().any(|char| char.is_control() && !"\n\r\t".contains(char));
    match text.len() {
        long if long > MAX_LIST_BYTES => Err(vec![wrong("people", FieldProblem::TooLong { most: MAX_LIST_BYTES })]),
        _ if strange => Err(vec![wrong("people", FieldProblem::NotAList)]),
        _ => Ok(()),
    }
}

impl ConnectDraft {
    /// The first step that has still to be taken, from 1.
    #[must_use]
    pub fn next_step(&self) -> u8 {
        let wrong_list = |people: &String| people_of(people).is_err();
        match (&self.service, &self.responsible, &self.people) {
            (None, ..) => 1,
            (_, None, _) => 2,
            (.., None) => 3,
            (.., Some(people)) if wrong_list(people) => 3,
            _ => CONNECT_STEPS,
        }
    }

    /// # Errors
    /// Every wrong field, of whatever step.
    pub fn check(&self) -> Result<ReadyDraft, Vec<FieldError>> {
        let service = self.service.clone().unwrap_or_default().check();
        let form = self.responsible.clone().unwrap_or_default();
        let people = people_of(self.people.as_deref().unwrap_or_default());
        match (service, form.check(), people) {
            (Ok(service), Ok(contacts), Ok(people)) => Ok(ReadyDraft { service, who: form.who, contacts, people }),
            (service, contacts, people) => {
                // Both steps have a name: which one is meant, the address or the phone tells that is wrong as well.
                let people = people.err().map(|_| wrong("people", FieldProblem::NotAList));
                Err(service.err().into_iter().chain(contacts.err()).flatten().chain(people).collect())
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn draft() -> ConnectDraft {
        let responsible = ResponsibleForm {
            who: Responsible::New,
            name: "Вера  Новая".into(),
            email: "Vera@Lipa.example".into(),
            phone: "8 916 123-45-67".into(),
        };
        ConnectDraft {
            service: Some(ServiceForm { name: " ООО  «Липа» ".into(), address: "Lipa".into() }),
            responsible: Some(responsible),
            people: Some("Ли Анна; li@lipa.example".into()),
        }
    }

    #[test]
    fn what_is_whole_can_be_connected() {
        let ready = draft().check().unwrap();
        assert_eq!((ready.service.name.as_str(), ready.service.address.as_str()), ("ООО «Липа»", "lipa"));
        assert_eq!(
            (ready.contacts.email.as_str(), ready.contacts.phone.as_str()),
            ("vera@lipa.example", "+79161234567")
        );
        assert_eq!((ready.people.len(), draft().next_step()), (1, 4));
        let text = serde_json::to_string(&draft()).unwrap();
        assert_eq!(serde_json::from_str::<ConnectDraft>(&text).unwrap(), draft());
    }

    #[test]
    fn what_is_missing_is_asked_for_next() {
        assert_eq!(ConnectDraft::default().next_step(), 1);
        assert_eq!(ConnectDraft { responsible: None, ..draft() }.next_step(), 2);
        assert_eq!(ConnectDraft { people: None, ..draft() }.next_step(), 3);
        assert_eq!(ConnectDraft { people: Some("Ли".into()), ..draft() }.next_step(), 3);
        assert_eq!(ConnectDraft { people: Some(String::new()), ..draft() }.next_step(), 4, "skipped");
    }

    #[test]
    fn both_ways_to_reach_somebody_are_needed() {
        let form = draft().responsible.unwrap();
        for (phone, problem) in [
            ("", FieldProblem::Required),
            ("+7 495 123-45-67", FieldProblem::Landline),
            ("8 (812) 123-45-67", FieldProblem::Landline),
            ("12", FieldProblem::NotAPhone),
            ("+7 916 123-45-67\r\nTo: x", FieldProblem::NotAPhone),
        ] {
            let errors = ResponsibleForm { phone: phone.into(), ..form.clone() }.check().unwrap_err();
            assert_eq!(errors, [wrong("phone", problem)], "{phone}");
        }
        let none = ResponsibleForm { email: String::new(), ..form.clone() }.check().unwrap_err();
        assert_eq!(none, [wrong("email", FieldProblem::Required)]);
        assert!(form.check().is_ok());
    }

    #[test]
    fn no_list_holds_what_a_database_cannot_keep() {
        assert!(check_list("Ли Анна\tli@a.example\r\n").is_ok());
        assert_eq!(check_list("a\u{0}b").unwrap_err(), [wrong("people", FieldProblem::NotAList)]);
        assert!(check_list(&"a".repeat(MAX_LIST_BYTES + 1)).is_err());
    }
}

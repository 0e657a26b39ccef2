//! People: names, e-mails, and the form that adds one.

use serde::{Deserialize, Serialize};

use crate::{Employment, FieldError, FieldProblem, GroupId};

/// Lower case, «ё» as «е»: the form in which names are sorted and searched. Cyrillic and Latin letters of this form
/// sort in alphabetical order by their bytes, in either database and in the browser.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ё' { 'е' } else { letter }).collect()
}

/// The folded words of a text: what a search compares, each by its beginning.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words: Vec<String> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Фамилия, имя, отчество (which not everybody has).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    pub surname: String,
    pub first: String,
    pub patronymic: String,
}

impl PersonName {
    /// «Ворон М. А.»
    #[must_use]
    pub fn short(&self) -> String {
        let mut text = self.surname.clone();
        for part in [&self.first, &self.patronymic] {
            if let Some(letter) = part.chars().next() {
                text.push('\u{a0}');
                text.push(letter);
                text.push('.');
            }
        }
        text
    }

    /// By what the table is sorted.
    #[must_use]
    pub fn sort_key(&self) -> String {
        fold(&format!("{} {} {}", self.surname, self.first, self.patronymic))
    }
}

/// More e-mails are not read from one list.
pub const MAX_EMAILS: usize = 20_000;

/// The e-mails of a pasted list, each once, in their order; and what in it is none.
///
/// One or several a line, with commas, semicolons or spaces between, also as «Ворон М. А. <voron@romashka.ru>» from a
/// letter's head or a column of a spreadsheet. What is between commas,
/// semicolons or ends of lines and has no address in it comes back as well.
#[must_use]
pub fn emails_of(text: &str) -> (Vec<Email>, Vec<String>) {
    let (mut emails, mut others) = (Vec::new(), Vec::new());
    let text: String = text.chars().map(|char| if char.is_control() && char != '\n' { ' ' } else { char }).collect();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut quoted = false;
        let between = |c: char| {
            quoted ^= c == '"';
            !quoted && ",;".contains(c)
        };
        for entry in line.split(between).map(str::trim).filter(|entry| !entry.is_empty()) {
            let words = entry.split(|c: char| c.is_whitespace() || ",;<>\"".contains(c));
            let addresses: Vec<&str> = words.filter(|word| word.contains('@')).collect();
            if addresses.is_empty() {
                others.push(entry.chars().take(254).collect());
            }
            for address in addresses {
                match Email::parse(address) {
                    Some(email) => emails.push(email),
                    None => others.push(address.chars().take(254).collect()),
                }
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    emails.retain(|email: &Email| seen.insert(email.as_str().to_owned()));
    let mut seen = std::collections::HashSet::new();
    others.retain(|other: &String| seen.insert(other.clone()));
    (emails, others)
}

/// An e-mail address as it is compared: trimmed, lower case, at most 254 characters (RFC 5321), one `@`, a dot in
/// the domain. Whether it exists only a letter can tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.trim();
        // The sign of Kelvin is another letter than «k» until it is written small (UTS 39, section 4).
        if typed.chars().any(|char| !char.is_ascii() && char.to_lowercase().any(|small| small.is_ascii())) {
            return None;
        }
        let text = typed.to_lowercase();
        let (local, domain) = text.split_once('@')?;
        let fits = text.len() <= 254
            && !local.is_empty()
            && local.len() <= 64
            && domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
            && local.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.');
        fits.then_some(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its letters arrive: «anna+1@…» and «anna+2@…» are two accounts, and one mailbox (RFC 5233).
    #[must_use]
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        match local.split_once('+') {
            Some((user, _)) if !user.is_empty() => format!("{user}@{domain}"),
            _ => self.0.clone(),
        }
    }
}

/// A named set of people, and a tab of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
}

/// «Добавить пользователя» as it was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMemberForm {
    pub surname: String,
    pub first: String,
    #[serde(default)]
    pub patronymic: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub employment: String,
    #[serde(default)]
    pub groups: Vec<GroupId>,
}

/// A person who can be added: every field has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    pub name: PersonName,
    pub email: Email,
    pub employment: Employment,
    pub groups: Vec<GroupId>,
}

const MAX_NAME_CHARS: usize = 100;

impl NewMemberForm {
    /// Checks every field; all that is wrong comes back at once.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field.
    pub fn check(&self) -> Result<NewMember, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut name = |field: &str, text: &str, required: bool| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let problem = if text.is_empty() {
                required.then_some(FieldProblem::Required)
            } else if text.chars().count() > MAX_NAME_CHARS {
                Some(FieldProblem::TooLong { most: MAX_NAME_CHARS })
            } else if text.chars().any(|c| c.is_control() || c.is_ascii_digit() || "<>@".contains(c))
                || !text.chars().next().is_some_and(char::is_alphabetic)
            {
                Some(FieldProblem::NotAName)
            } else {
                None
            };
            if let Some(problem) = problem {
                wrong.push(FieldError { field: field.into(), problem });
            }
            text
        };
        let name = PersonName {
            surname: name("surname", &self.surname, true),
            first: name("first", &self.first, true),
            patronymic: name("patronymic", &self.patronymic, false),
        };
        let email = Email::parse(&self.email);
        if email.is_none() {
            let problem = if self.email.trim().is_empty() { FieldProblem::Required } else { FieldProblem::NotAnEmail };
            wrong.push(FieldError { field: "email".into(), problem });
        }
        let employment = Employment::from_code(&self.employment);
        if employment.is_none() {
            wrong.push(FieldError { field: "employment".into(), problem: FieldProblem::Required });
        }
        match (email, employment) {
            (Some(email), Some(employment)) if wrong.is_empty() => {
                let mut groups = self.groups.clone();
                groups.sort_unstable();
                groups.dedup();
                Ok(NewMember { name, email, employment, groups })
            }
            _ => Err(wrong),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn form() -> NewMemberForm {
        NewMemberForm {
            surname: " Ворон ".into(),
            first: "Мария".into(),
            patronymic: "Андреевна".into(),
            email: "Voron@Romashka.example".into(),
            employment: "employee".into(),
            groups: vec![GroupId(2), GroupId(1), GroupId(2)],
        }
    }

    #[test]
    fn a_pasted_list_is_read() {
        let text =
            "Ворон М. А. <Voron@romashka.ru>\r\n\n  a@mail.ru;b@mail.ru, c@mail.ru\tГруппа\nИванов\nx@y\na@MAIL.ru\n";
        let (emails, others) = emails_of(text);
        let emails: Vec<&str> = emails.iter().map(Email::as_str).collect();
        assert_eq!(emails, ["voron@romashka.ru", "a@mail.ru", "b@mail.ru", "c@mail.ru"]);
        assert_eq!(others, ["Иванов", "x@y"]);
        assert_eq!(emails_of(" \n;,\n"), (Vec::new(), Vec::new()));
        // Nothing is left out in silence, but for the names of those who have an address.
        let (emails, others) = emails_of("foo, a@mail.ru; Петров П. П.\n\"Ворон, Мария\" <voron@mail.ru>, bar\n\"x, y");
        assert_eq!(emails.iter().map(Email::as_str).collect::<Vec<_>>(), ["a@mail.ru", "voron@mail.ru"]);
        assert_eq!(others, ["foo", "Петров П. П.", "bar", "\"x, y"]);
    }

    #[test]
    fn a_good_form_is_taken_and_tidied() {
        let member = form().check().unwrap();
        assert_eq!(member.name.short(), "Ворон\u{a0}М.\u{a0}А.");
        assert_eq!(member.email.as_str(), "voron@romashka.example");
        assert_eq!(member.groups, [GroupId(1), GroupId(2)]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = NewMemberForm { surname: " ".into(), first: "1".into(), email: "a@b".into(), ..form() };
        let fields: Vec<String> = wrong.check().unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["surname", "first", "email"]);
    }

    #[test]
    fn yo_sorts_and_is_found_as_ye() {
        let name =
            |surname: &str| PersonName { surname: surname.into(), first: String::new(), patronymic: String::new() };
        assert!(name("Ежов").sort_key() < name("Ёлкин").sort_key());
        assert!(name("Ёлкин").sort_key() < name("Жуков").sort_key());
        assert_eq!(search_words("Ёлкин, А. elkin@mail.example"), ["elkin", "example", "mail", "а", "елкин"]);
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in ["", "a", "a@", "@b.ru", "a@b", "a b@c.ru", "a@b..ru", "a@-b.ru", "a@b.ru\nBcc: c@d.ru"] {
            assert_eq!(Email::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_letter_that_becomes_another_is_no_letter_of_an_address() {
        for text in ["\u{212a}ate@romashka.example", "kate@\u{212a}roma.example", "kate@romash\u{130}.example"] {
            assert_eq!(Email::parse(text), None, "{text}");
        }
        assert_eq!(Email::parse("KATE@Romashka.example").unwrap().as_str(), "kate@romashka.example");
        assert_eq!(Email::parse("ВЕРА@почта.рф").unwrap().as_str(), "вера@почта.рф");
    }

    #[test]
    fn what_stands_behind_a_plus_is_the_same_mailbox() {
        let mailbox = |text: &str| Email::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("Anna+1@romashka.example"), "anna@romashka.example");
        assert_eq!(mailbox("anna+1+2@romashka.example"), mailbox("anna@romashka.example"));
        assert_ne!(mailbox("anna.b@romashka.example"), mailbox("anna@romashka.example"));
        assert_eq!(mailbox("+1@romashka.example"), "+1@romashka.example");
    }
}

//! Who registers an organisation.

use serde::{Deserialize, Serialize};

use crate::account::{person_name, sign_in_email, sms_phone};
use crate::{Email, FieldError, FieldProblem};

/// What is typed, but for the password and the answer: these are kept nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpForm {
    pub email: String,
    pub name: String,
    pub work: String,
    pub city: String,
    pub phone: String,
    pub agreed: bool,
}

/// Somebody who can register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    pub email: Email,
    pub name: String,
    /// «ООО «Ромашка»», or empty.
    pub work: String,
    pub city: String,
    /// `+79161234567`
    pub phone: String,
}

/// Longer ones are no names of organisations or cities.
const MAX_CHARS: usize = 120;

/// A line of text as it is kept: without spaces around it and with one between words.
pub(crate) fn line(typed: &str) -> Result<String, FieldProblem> {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > MAX_CHARS {
        return Err(FieldProblem::TooLong { most: MAX_CHARS });
    }
    let strange = line.chars().any(|char| char.is_control() || "<>\u{202e}\u{202d}".contains(char));
    match strange {
        true => Err(FieldProblem::NotAName),
        false if leads_away(&line) => Err(FieldProblem::LeadsAway),
        false => Ok(line),
    }
}

/// What stands last in the name of a site, besides Latin letters.
const CYRILLIC_ENDS: [&str; 7] = ["рф", "рус", "онлайн", "сайт", "дети", "москва", "орг"];

/// Whether a name holds the address of a site: letters with it come from us, and mail programs make a link of it. A slash
/// alone is part of names («ООО «А/Б»»), and so is a dot («ООО «Ромашка.ру»»).
pub(crate) fn leads_away(name: &str) -> bool {
    let name = name.to_lowercase();
    if name.contains("://") || name.contains("www.") {
        return true;
    }
    let is_site = |text: &str| {
        let text = text.trim_matches(|char: char| !char.is_alphanumeric());
        // «site.example:8080»
        let text = text.split(':').next().unwrap_or_default();
        let Some((before, last)) = text.rsplit_once('.') else { return false };
        let latin = last.len() >= 2 && last.chars().all(|char| char.is_ascii_lowercase());
        before.ends_with(char::is_alphanumeric) && (latin || last.starts_with("xn--") || CYRILLIC_ENDS.contains(&last))
    };
    name.split_whitespace().any(|word| word.contains('/') && word.split('/').any(is_site))
}

impl SignUpForm {
    /// # Errors
    /// Every wrong field.
    pub fn check(&self) -> Result<SignUp, Vec<FieldError>> {
        let email = sign_in_email(&self.email);
        let name = person_name(&self.name);
        let work = line(&self.work);
        let city =
            line(&self.city).and_then(|city| if city.is_empty() { Err(FieldProblem::Required) } else { Ok(city) });
        let phone = sms_phone(&self.phone);
        let agreed = if self.agreed { Ok(()) } else { Err(FieldProblem::NotAgreed) };
        let problems = [
            ("email", email.as_ref().err()),
            ("name", name.as_ref().err()),
            ("work", work.as_ref().err()),
            ("city", city.as_ref().err()),
            ("phone", phone.as_ref().err()),
            ("agreed", agreed.as_ref().err()),
        ];
        let errors = problems
            .into_iter()
            .filter_map(|(field, problem)| Some(FieldError { field: field.to_owned(), problem: problem?.clone() }));
        let errors: Vec<FieldError> = errors.collect();
        match (email, name, work, city, phone, agreed) {
            (Ok(email), Ok(name), Ok(work), Ok(city), Ok(phone), Ok(())) => {
                Ok(SignUp { email, name, work, city, phone })
            }
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn form() -> SignUpForm {
        SignUpForm {
            email: " Anna@Lipa.example ".into(),
            name: "Анна  Липова".into(),
            work: " ООО  «Липа» ".into(),
            city: "Тверь".into(),
            phone: "8 (916) 123-45-67".into(),
            agreed: true,
        }
    }

    #[test]
    fn who_registers_is_kept_in_one_form() {
        let kept = form().check().unwrap();
        assert_eq!((kept.email.as_str(), kept.name.as_str()), ("anna@lipa.example", "Анна Липова"));
        assert_eq!((kept.work.as_str(), kept.phone.as_str()), ("ООО «Липа»", "+79161234567"));
        assert_eq!(SignUpForm { work: "  ".into(), ..form() }.check().unwrap().work, "", "need not be said");
    }

    #[test]
    fn no_name_leads_to_a_site() {
        for name in [
            "https://evil.example",
            "Выигрыш HTTP://evil",
            "www.evil.example",
            "ООО «www.evil.example»",
            "Забрать приз: evil.example/prize",
            "t.me/prize",
            "evil.example:8080/prize",
            "приз.рф/вход",
            "//evil.example",
            "(evil.example/)",
        ] {
            assert!(leads_away(name), "{name}");
            assert_eq!(line(name), Err(FieldProblem::LeadsAway), "{name}");
            assert_eq!(person_name(name), Err(FieldProblem::LeadsAway), "{name}");
        }
        for name in [
            "ООО «А/Б»",
            "ООО «Ромашка.ру»",
            "ООО «Север/Юг»",
            "А/О Ромашка",
            "ИП Иванов И.И.",
            "ИП И.И.Иванов/П.П.Петров",
            "24/7",
            "А. Б. / В. Г.",
            "Yandex.Taxi",
            "Липова-Садовая Анна",
        ] {
            assert!(!leads_away(name), "{name}");
            assert_eq!(line(name).unwrap(), name);
        }
    }

    #[test]
    fn each_wrong_field_is_named() {
        let fields = |form: SignUpForm| -> Vec<String> {
            form.check().unwrap_err().into_iter().map(|error| error.field).collect()
        };
        assert_eq!(fields(SignUpForm::default()), ["email", "name", "city", "phone", "agreed"]);
        assert_eq!(fields(SignUpForm { agreed: false, ..form() }), ["agreed"]);
        assert_eq!(fields(SignUpForm { work: "<b>".into(), city: "я".repeat(121), ..form() }), ["work", "city"]);
        assert_eq!(
            fields(SignUpForm { email: "\u{430}nna@lipa.example".into(), phone: "5".into(), ..form() }),
            ["email", "phone"]
        );
    }
}

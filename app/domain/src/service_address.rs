//! Where the service of an organisation is found: Latin letters, digits and hyphens («Подключение сервиса» of the
//! cabinets that the desk takes after).

use crate::fold;

/// An address of an installation: `romashka`, found at `/at/romashka`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceAddress(String);

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    Empty,
    TooShort,
    TooLong,
    /// The first that is no Latin letter, digit or hyphen: one of another alphabet that looks like one, say.
    Letter(char),
    /// At the beginning or the end, or two together.
    Hyphens,
    /// It looks like one of ours, or like a name that browsers write otherwise (RFC 5890, 2.3.1).
    Reserved,
}

/// They would be taken for the installation's own.
const RESERVED: [&str; 32] = [
    "admin",
    "administrator",
    "api",
    "app",
    "at",
    "billing",
    "cabinet",
    "connect",
    "demo",
    "help",
    "info",
    "kabinet",
    "licentia",
    "login",
    "mail",
    "news",
    "oidc",
    "operator",
    "password",
    "pkg",
    "register",
    "root",
    "security",
    "service",
    "sign-in",
    "smtp",
    "static",
    "status",
    "support",
    "system",
    "test",
    "www",
];

/// Forms of organisations: no part of what they are called by.
const FORMS: [&str; 9] = ["ооо", "ао", "пао", "зао", "оао", "ип", "нко", "гбу", "мбу"];

impl ServiceAddress {
    pub const LEAST: usize = 3;
    pub const MOST: usize = 40;

    /// Lower case, whatever was typed.
    ///
    /// # Errors
    /// The first fault.
    pub fn parse(typed: &str) -> Result<Self, AddressFault> {
        let address = typed.trim().to_ascii_lowercase();
        let allowed = |letter: &char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == '-';
        if address.is_empty() {
            return Err(AddressFault::Empty);
        }
        if let Some(letter) = address.chars().find(|letter| !allowed(letter)) {
            return Err(AddressFault::Letter(letter));
        }
        if address.starts_with("xn--") || RESERVED.contains(&address.as_str()) {
            return Err(AddressFault::Reserved);
        }
        match address.len() {
            short if short < Self::LEAST => Err(AddressFault::TooShort),
            long if long > Self::MOST => Err(AddressFault::TooLong),
            _ if address.starts_with('-') || address.ends_with('-') || address.contains("--") => {
                Err(AddressFault::Hyphens)
            }
            _ => Ok(Self(address)),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Addresses by which something of this name could be found, best first: of «ООО «Ромашка»» `romashka`,
    /// `romashka-2`, ….
    #[must_use]
    pub fn proposals(name: &str) -> Vec<Self> {
        let words = fold(name);
        let words = words.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        let latin: Vec<String> = words.filter(|word| !FORMS.contains(word)).map(latin).collect();
        let latin = latin.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
        let short: String = latin.chars().take(Self::MOST - 4).collect();
        let base = match short.trim_matches('-') {
            short if short.len() < Self::LEAST => format!("org-{short}").trim_matches('-').to_owned(),
            short => short.to_owned(),
        };
        let numbered = (2..=99).map(|number| format!("{base}-{number}"));
        std::iter::once(base.clone()).chain(numbered).filter_map(|address| Self::parse(&address).ok()).collect()
    }
}

/// As it is written in passports (ICAO Doc 9303, part 3, section 6 B); what is neither Cyrillic nor Latin falls away.
fn latin(word: &str) -> String {
    word.chars()
        .map(|letter| {
            match letter {
                'а' => "a",
                'б' => "b",
                'в' => "v",
                'г' => "g",
                'д' => "d",
                'е' | 'э' => "e",
                'ж' => "zh",
                'з' => "z",
                'и' | 'й' => "i",
                'к' => "k",
                'л' => "l",
                'м' => "m",
                'н' => "n",
                'о' => "o",
                'п' => "p",
                'р' => "r",
                'с' => "s",
                'т' => "t",
                'у' => "u",
                'ф' => "f",
                'х' => "kh",
                'ц' => "ts",
                'ч' => "ch",
                'ш' => "sh",
                'щ' => "shch",
                'ы' => "y",
                'ю' => "iu",
                'я' => "ia",
                'a'..='z' | '0'..='9' => return letter.to_string(),
                _ => "",
            }
            .to_owned()
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_kept_in_one_form() {
        for (typed, kept) in [("Romashka", "romashka"), (" a1-b2 ", "a1-b2"), ("123", "123"), ("a-b-c", "a-b-c")] {
            assert_eq!(ServiceAddress::parse(typed).unwrap().as_str(), kept);
        }
        assert!(ServiceAddress::parse(&"a".repeat(40)).is_ok());
        let refused = [
            ("", AddressFault::Empty),
            ("   ", AddressFault::Empty),
            ("ab", AddressFault::TooShort),
            (&"a".repeat(41), AddressFault::TooLong),
            ("romashk\u{430}", AddressFault::Letter('\u{430}')),
            ("ромашка", AddressFault::Letter('р')),
            ("roma shka", AddressFault::Letter(' ')),
            ("roma\u{200b}shka", AddressFault::Letter('\u{200b}')),
            ("roma\r\nx: y", AddressFault::Letter('\r')),
            ("roma_shka", AddressFault::Letter('_')),
            ("roma.shka", AddressFault::Letter('.')),
            ("../admin", AddressFault::Letter('.')),
            ("ro\u{0}ma", AddressFault::Letter('\u{0}')),
            ("\u{ff41}bc", AddressFault::Letter('\u{ff41}')),
            ("-romashka", AddressFault::Hyphens),
            ("romashka-", AddressFault::Hyphens),
            ("roma--shka", AddressFault::Hyphens),
            ("xn--80aaxgrfmo", AddressFault::Reserved),
            ("XN--abc", AddressFault::Reserved),
            ("Admin", AddressFault::Reserved),
            ("www", AddressFault::Reserved),
        ];
        for (typed, fault) in refused {
            assert_eq!(ServiceAddress::parse(typed), Err(fault), "{typed:?}");
        }
        // What is refused with one letter is taken with the other.
        assert!(ServiceAddress::parse("romashka").is_ok() && ServiceAddress::parse("roma-shka").is_ok());
    }

    #[test]
    fn names_become_addresses() {
        let first = |name: &str| ServiceAddress::proposals(name).first().map(|address| address.as_str().to_owned());
        assert_eq!(first("ООО «Ромашка»").unwrap(), "romashka");
        assert_eq!(first("АО «Северный Щит-2»").unwrap(), "severnyi-shchit-2");
        assert_eq!(first("romashk\u{430}").unwrap(), "romashka", "with a letter that only looks right");
        assert_eq!(first("ИП Ли").unwrap(), "org-li");
        assert_eq!(first("www").unwrap(), "www-2", "reserved");
        assert_eq!(first("!!!").unwrap(), "org");
        assert_eq!(ServiceAddress::proposals("ООО «Ромашка»").get(1).unwrap().as_str(), "romashka-2");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_something_is_proposed(name in ".{0,80}") {
            prop_assert!(ServiceAddress::proposals(&name).len() > 90);
        }

        #[test]
        fn what_is_taken_reads_the_same_again(typed in "[A-Za-z0-9-]{0,44}") {
            if let Ok(address) = ServiceAddress::parse(&typed) {
                prop_assert_eq!(ServiceAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}

//! Words: Russian first, English complete. Every text has both languages side by side, so neither can be forgotten.

#[cfg(feature = "ssr")]
mod access;
#[cfg(feature = "ssr")]
mod accounts;
#[cfg(feature = "ssr")]
mod connect;
#[cfg(feature = "ssr")]
mod deals;
#[cfg(feature = "ssr")]
mod entry;
#[cfg(feature = "ssr")]
mod factor;
#[cfg(feature = "ssr")]
mod journal;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
mod manage;
#[cfg(feature = "ssr")]
mod news;
#[cfg(feature = "ssr")]
mod orders;
#[cfg(feature = "ssr")]
mod partner;
#[cfg(feature = "ssr")]
mod sign_up;
#[cfg(feature = "ssr")]
mod stock;
#[cfg_attr(not(feature = "ssr"), path = "no_tasks.rs")]
mod tasks;
mod texts;
mod words;

#[cfg(feature = "ssr")]
pub use access::AccessWords;
#[cfg(feature = "ssr")]
pub use accounts::AccountWords;
#[cfg(feature = "ssr")]
pub use connect::ConnectWords;
#[cfg(feature = "ssr")]
pub use deals::DealWords;
#[cfg(feature = "ssr")]
pub use entry::EntryWords;
#[cfg(feature = "ssr")]
pub use factor::FactorWords;
#[cfg(feature = "ssr")]
pub use journal::JournalWords;
#[cfg(feature = "ssr")]
pub use letters::LetterWords;
#[cfg(feature = "ssr")]
pub use manage::ManageWords;
#[cfg(feature = "ssr")]
pub use news::NewsWords;
#[cfg(feature = "ssr")]
pub use orders::OrderWords;
#[cfg(feature = "ssr")]
pub use partner::PartnerWords;
#[cfg(feature = "ssr")]
pub use sign_up::{SignUpWords, TERMS_VERSION};
#[cfg(feature = "ssr")]
pub use stock::StockWords;
#[cfg(feature = "ssr")]
pub use tasks::TaskWords;
pub use texts::{EN, RU, Texts};
pub use words::Words;

use domain::{Date, Instant};
use leptos::prelude::*;

/// The language of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Ru,
    En,
}

impl Lang {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ru, Self::En].into_iter().find(|lang| lang.code() == code)
    }

    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    /// The form of a noun for a number: Russian 1, 2–4, 5–20, 21 …; English one and many.
    /// Rule: Unicode CLDR, plural rules «ru» and «en».
    #[must_use]
    pub fn plural<'a>(self, number: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
        match self {
            Self::Ru => match (number % 10, number % 100) {
                (_, 11..=14) => many,
                (1, _) => one,
                (2..=4, _) => few,
                _ => many,
            },
            Self::En => {
                if number == 1 {
                    one
                } else {
                    many
                }
            }
        }
    }
}

/// Digits in groups of three with non-breaking spaces: «1 000».
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// The last day of a term whose end is the first moment after it.
#[must_use]
pub fn last_day(until: Instant) -> Date {
    Instant(until.0 - 1).date()
}

/// «21.11.2026, 09:52»
#[must_use]
pub fn date_time(at: Instant) -> String {
    let (hours, minutes) = at.hours_minutes();
    format!("{}, {hours:02}:{minutes:02}", at.date())
}

/// The language of this page: from the cookie on the server, from `<html lang>` in the browser.
#[must_use]
pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}

#[cfg(feature = "ssr")]
impl From<Lang> for domain::Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_plurals() {
        let form = |n| Lang::Ru.plural(n, "лицензия", "лицензии", "лицензий");
        for (n, word) in [(1, "лицензия"), (2, "лицензии"), (4, "лицензии"), (5, "лицензий"), (11, "лицензий")]
        {
            assert_eq!(form(n), word, "{n}");
        }
        for (n, word) in [(14, "лицензий"), (20, "лицензий"), (21, "лицензия"), (112, "лицензий"), (0, "лицензий")]
        {
            assert_eq!(form(n), word, "{n}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(7), "7");
        assert_eq!(number(317), "317");
        assert_eq!(number(1000), "1\u{a0}000");
        assert_eq!(number(1_234_567), "1\u{a0}234\u{a0}567");
    }
}

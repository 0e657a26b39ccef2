//! Subjects of the Federation by their codes: where a product may be used.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Inn;

/// The code of a subject of the Federation, two digits: `77`. Source: the directory «Субъекты РФ» of the Federal Tax
/// Service, whose codes also begin an ИНН.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u8);

impl Region {
    /// What the directory has: 1–79, 83, 86, 87, 89–95 and 99 (Байконур). An inspection of its own (as 97) is nowhere.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let code: u8 = digits.then(|| text.parse().ok()).flatten()?;
        Some(Self(code)).filter(|_| matches!(code, 1..=79 | 83 | 86 | 87 | 89..=95 | 99))
    }

    /// Where whoever has this ИНН was registered; foreign organisations, whose begin with 99, nowhere.
    #[must_use]
    pub fn of_inn(inn: &Inn) -> Option<Self> {
        inn.as_str().get(..2).filter(|code| *code != "99").and_then(Self::parse)
    }

    /// All of them, in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=99).filter_map(|code: u8| Self::parse(&format!("{code:02}")))
    }

    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not the two digits of a region"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_two_digits_that_there_are() {
        assert_eq!(Region::parse("77").unwrap().to_string(), "77");
        assert_eq!(Region::parse("05").unwrap().to_string(), "05");
        for text in ["", "5", "00", "80", "97", "777", "7 ", "+7", "٧٧"] {
            assert_eq!(Region::parse(text), None, "{text}");
        }
        assert_eq!(Region::all().count(), 90);
    }

    #[test]
    fn an_inn_tells_where_it_was_given() {
        assert_eq!(Region::of_inn(&Inn::parse("7707083893").unwrap()), Region::parse("77"));
    }
}

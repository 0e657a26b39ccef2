//! Details of an organisation, checked by their check digits.

use serde::{Deserialize, Serialize};

/// ИНН: 10 digits of a legal entity, 12 of a person. Check digits: order ЕД-7-14/559@ of the Federal Tax Service
/// (26.06.2020), appendix 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inn(String);

impl Inn {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = digits(text.trim())?;
        let check = |weights: &[u32], place: usize| {
            let sum: u32 = weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
            digits.get(place).copied() == Some(sum % 11 % 10)
        };
        let fits = match digits.len() {
            10 => check(&[2, 4, 10, 3, 5, 9, 4, 6, 8], 9),
            12 => check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 10) && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 11),
            _ => false,
        };
        (fits && digits.iter().any(|digit| *digit != 0)).then(|| Self(text.trim().to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a person's: a sole proprietor has no КПП.
    #[must_use]
    pub fn is_persons(&self) -> bool {
        self.0.len() == 12
    }
}

/// КПП: four digits of the tax office, two of the reason (digits or capital letters), three of the number. The same
/// order; it has no check digit.
#[must_use]
pub fn is_kpp(text: &str) -> bool {
    text.len() == 9
        && text
            .bytes()
            .enumerate()
            .all(|(place, byte)| byte.is_ascii_digit() || (matches!(place, 4 | 5) && byte.is_ascii_uppercase()))
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|char| char.to_digit(10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        for good in ["7707083893", "7736050003", "500100732259", " 7707083893 "] {
            assert!(Inn::parse(good).is_some(), "{good}");
        }
        for bad in
            ["", "7707083894", "770708389", "77070838930", "500100732258", "500100732269", "0000000000", "77O7083893"]
        {
            assert!(Inn::parse(bad).is_none(), "{bad}");
        }
        assert!(Inn::parse("500100732259").is_some_and(|inn| inn.is_persons()));
    }

    #[test]
    fn a_wrong_last_digit_is_found() {
        for good in ["7707083893", "500100732259"] {
            let (begun, last) = good.split_at(good.len() - 1);
            for digit in ('0'..='9').map(String::from).filter(|digit| digit != last) {
                assert!(Inn::parse(&format!("{begun}{digit}")).is_none(), "{begun}{digit}");
            }
        }
    }

    #[test]
    fn kpp() {
        assert!(is_kpp("773601001") && is_kpp("7736AZ001"));
        assert!(!is_kpp("77360100") && !is_kpp("7736az001") && !is_kpp("A73601001"));
    }
}

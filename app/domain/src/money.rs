//! Money: kopecks where it is kept, roubles where it is shown, words on an invoice.

use serde::{Deserialize, Serialize};

/// An amount in kopecks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kopecks(pub u64);

impl Kopecks {
    /// Ten trillion roubles: no larger amount is read, so that sums stay within what databases hold.
    pub const MOST: u64 = 1_000_000_000_000_000;

    /// The price of so many; saturating, for no invoice is that large.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// «1234.56», «1234,5», «1 234»: as banks and people write it. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.trim().chars().filter(|char| !char.is_whitespace()).collect();
        let (roubles, kopecks) = digits.split_once(['.', ',']).unwrap_or((&digits, ""));
        let number = |text: &str| -> Option<u64> {
            (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
        };
        let kopecks = match kopecks.len() {
            0 => 0,
            1 => number(kopecks)? * 10,
            2 => number(kopecks)?,
            _ => return None,
        };
        let amount = number(roubles)?.checked_mul(100)?.checked_add(kopecks)?;
        (amount <= Self::MOST).then_some(Self(amount))
    }

    /// The amount in Russian words, as invoices have it: «Одна тысяча двести рублей 50 копеек».
    #[must_use]
    pub fn in_words(self) -> String {
        let (roubles, kopecks) = (self.0 / 100, self.0 % 100);
        let words = russian(roubles);
        let mut letters = words.chars();
        let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        format!(
            "{first}{} {} {kopecks:02} {}",
            letters.as_str(),
            form(roubles, ["рубль", "рубля", "рублей"]),
            form(kopecks, ["копейка", "копейки", "копеек"])
        )
    }
}

/// «1 234,50»
impl std::fmt::Display for Kopecks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{:02}", grouped(self.0 / 100), self.0 % 100)
    }
}

/// Digits in groups of three with non-breaking spaces: «1 000».
pub(crate) fn grouped(value: u64) -> String {
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

/// The form of a Russian noun for a number (Unicode CLDR, plural rules «ru»).
pub(crate) fn form(number: u64, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

const HUNDREDS: [&str; 10] =
    ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];
const TENS: [&str; 10] =
    ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
const SMALL: [&str; 20] = [
    "",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
const THOUSANDS: [[&str; 3]; 7] = [
    ["", "", ""],
    ["тысяча", "тысячи", "тысяч"],
    ["миллион", "миллиона", "миллионов"],
    ["миллиард", "миллиарда", "миллиардов"],
    ["триллион", "триллиона", "триллионов"],
    ["квадриллион", "квадриллиона", "квадриллионов"],
    ["квинтиллион", "квинтиллиона", "квинтиллионов"],
];

fn russian(number: u64) -> String {
    if number == 0 {
        return "ноль".to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for (power, names) in THOUSANDS.iter().enumerate().rev() {
        let group =
            u32::try_from(power).ok().and_then(|power| 1000_u64.checked_pow(power)).map(|unit| number / unit % 1000);
        let Some(group) = group.filter(|group| *group > 0) else { continue };
        let word = |list: &[&'static str], place: u64| {
            usize::try_from(place).ok().and_then(|place| list.get(place)).copied().unwrap_or_default()
        };
        words.push(word(&HUNDREDS, group / 100));
        let rest = group % 100;
        let small = if rest < 20 { rest } else { rest % 10 };
        words.push(if rest < 20 { "" } else { word(&TENS, rest / 10) });
        // A thousand is feminine.
        words.push(match (power, small) {
            (1, 1) => "одна",
            (1, 2) => "две",
            _ => word(&SMALL, small),
        });
        words.push(form(group, *names));
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_banks_and_people_write_them() {
        for (text, kopecks) in [
            ("1234.56", Some(123_456)),
            ("1 234,5", Some(123_450)),
            ("7", Some(700)),
            ("1\u{a0}000\u{a0}000,00", Some(100_000_000)),
            ("", None),
            ("-5", None),
            ("1.234", None),
            ("1,2,3", None),
            ("12a", None),
            (".5", None),
            ("999999999999999999999", None),
            ("10000000000000.00", Some(1_000_000_000_000_000)),
            ("10000000000000.01", None),
        ] {
            assert_eq!(Kopecks::parse(text), kopecks.map(Kopecks), "{text:?}");
        }
    }

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(Kopecks(5).to_string(), "0,05");
        assert_eq!(Kopecks(123_456_789).to_string(), "1\u{a0}234\u{a0}567,89");
    }

    #[test]
    fn amounts_in_words() {
        for (kopecks, words) in [
            (0, "Ноль рублей 00 копеек"),
            (101, "Один рубль 01 копейка"),
            (120_050, "Одна тысяча двести рублей 50 копеек"),
            (2_200_402, "Двадцать две тысячи четыре рубля 02 копейки"),
            (111_111_111, "Один миллион сто одиннадцать тысяч сто одиннадцать рублей 11 копеек"),
            (500_000_000, "Пять миллионов рублей 00 копеек"),
            (100_002_100_000, "Один миллиард двадцать одна тысяча рублей 00 копеек"),
            (341_921, "Три тысячи четыреста девятнадцать рублей 21 копейка"),
        ] {
            assert_eq!(Kopecks(kopecks).in_words(), words);
        }
        assert!(Kopecks(u64::MAX).in_words().starts_with("Сто восемьдесят четыре квадриллиона"));
    }
}

//! What is written of a person.

use domain::PersonName;

/// Name, sort key, e-mail and words in one allocation: hundreds of thousands of these are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonText {
    all: Box<str>,
    /// Where each part ends but the last.
    ends: [u16; 5],
}

impl PersonText {
    /// Surname, first name, patronymic; [`PersonName::sort_key`]; e-mail; [`domain::MemberRow::words`], each after a
    /// space. A name has 100 characters at most and an address 254, so that all is far below 64 KiB; what is beyond is
    /// lost.
    #[must_use]
    pub fn new(parts: [&str; 6]) -> Self {
        let (mut ends, mut end) = ([0; 5], 0);
        for (known, part) in ends.iter_mut().zip(parts) {
            end += part.len();
            *known = u16::try_from(end).unwrap_or(u16::MAX);
        }
        Self { all: parts.concat().into(), ends }
    }

    fn part(&self, number: usize) -> &str {
        let end = |number: usize| self.ends.get(number).map_or(self.all.len(), |end| usize::from(*end));
        let start = number.checked_sub(1).map_or(0, end);
        self.all.get(start..end(number)).unwrap_or_default()
    }

    #[must_use]
    pub fn name(&self) -> PersonName {
        let [surname, first, patronymic] = [0, 1, 2].map(|number| self.part(number).to_owned());
        PersonName { surname, first, patronymic }
    }

    #[must_use]
    pub fn sort_key(&self) -> &str {
        self.part(3)
    }

    #[must_use]
    pub fn email(&self) -> &str {
        self.part(4)
    }

    #[must_use]
    pub fn words(&self) -> &str {
        self.part(5)
    }
}

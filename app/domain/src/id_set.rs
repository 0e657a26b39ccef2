//! A set of member (or assignment) ids, kept sorted, written as ranges: `1-5,8,10-12`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A sorted set of ids. Text form: ascending ranges joined by commas, `1-5,8`; empty text for the empty set.
/// Ids are positive, so `-` can only stand between two of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct IdSet(Vec<i64>);

impl IdSet {
    pub const EMPTY: Self = Self(Vec::new());

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// SHA-256 over the ids, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for id in self.iter() {
            hash.update(id.to_be_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn contains(&self, id: i64) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    /// Adds an id; `false` if it was there.
    pub fn insert(&mut self, id: i64) -> bool {
        match self.0.binary_search(&id) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, id);
                true
            }
        }
    }

    /// Takes an id away; `false` if it was not there.
    pub fn remove(&mut self, id: i64) -> bool {
        match self.0.binary_search(&id) {
            Ok(place) => {
                self.0.remove(place);
                true
            }
            Err(_) => false,
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator + '_ {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn as_slice(&self) -> &[i64] {
        &self.0
    }

    /// What is in this set and not in `other`. O(n + m).
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut theirs = other.0.iter().peekable();
        let kept = self.0.iter().copied().filter(|id| {
            while theirs.next_if(|their| **their < *id).is_some() {}
            theirs.peek() != Some(&id)
        });
        Self(kept.collect())
    }

    /// What is in both sets. O(n + m).
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut theirs = other.0.iter().peekable();
        let kept = self.0.iter().copied().filter(|id| {
            while theirs.next_if(|their| **their < *id).is_some() {}
            theirs.peek() == Some(&id)
        });
        Self(kept.collect())
    }

    /// What is in either set.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// The ids as a comma-separated list without ranges, the form that SQL expands.
    #[must_use]
    pub fn to_list(&self) -> String {
        use std::fmt::Write;
        let mut text = String::with_capacity(self.0.len() * 7);
        for (place, id) in self.0.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            let _ = write!(text, "{id}");
        }
        text
    }
}

impl FromIterator<i64> for IdSet {
    fn from_iter<I: IntoIterator<Item = i64>>(ids: I) -> Self {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        if !ids.is_sorted() {
            ids.sort_unstable();
        }
        ids.dedup();
        Self(ids)
    }
}

impl fmt::Display for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ids = self.0.iter().copied().peekable();
        let mut first = true;
        while let Some(from) = ids.next() {
            let mut to = from;
            while let Some(next) = ids.next_if(|next| *next == to + 1) {
                to = next;
            }
            if !first {
                f.write_str(",")?;
            }
            first = false;
            if from == to {
                write!(f, "{from}")?;
            } else {
                write!(f, "{from}-{to}")?;
            }
        }
        Ok(())
    }
}

/// The text is not a list of ascending ranges of positive ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a set of ids")]
pub struct NotAnIdSet;

/// A hostile `1-9223372036854775807` must not make the server allocate: no set in use is larger. 16 MB.
pub(crate) const MAX_IDS: usize = 2_000_000;

impl FromStr for IdSet {
    type Err = NotAnIdSet;

    fn from_str(text: &str) -> Result<Self, NotAnIdSet> {
        Self::parse(text, MAX_IDS)
    }
}

impl IdSet {
    /// As [`FromStr`], of at most `most` ids.
    pub(crate) fn parse(text: &str, most: usize) -> Result<Self, NotAnIdSet> {
        let mut ids: Vec<i64> = Vec::new();
        if text.is_empty() {
            return Ok(Self(ids));
        }
        for part in text.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let from: i64 = from.parse().map_err(|_| NotAnIdSet)?;
            let to: i64 = to.parse().map_err(|_| NotAnIdSet)?;
            let after = ids.last().copied().unwrap_or(0);
            let room = i64::try_from(most.saturating_sub(ids.len())).map_err(|_| NotAnIdSet)?;
            if from <= after || to < from || to - from >= room {
                return Err(NotAnIdSet);
            }
            ids.extend(from..=to);
        }
        Ok(Self(ids))
    }
}

impl Serialize for IdSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn writes_ranges() {
        let set: IdSet = [3, 1, 2, 8, 10, 11].into_iter().collect();
        assert_eq!(set.to_string(), "1-3,8,10-11");
        assert_eq!(set.to_list(), "1,2,3,8,10,11");
    }

    #[test]
    fn refuses_what_is_not_ascending_positive_ranges() {
        for text in ["0", "-1", "2,1", "1,1", "5-3", "1,", "a", "1-9223372036854775807", "1 2", "1--2"] {
            assert_eq!(text.parse::<IdSet>(), Err(NotAnIdSet), "{text}");
        }
        assert_eq!("".parse::<IdSet>(), Ok(IdSet::default()));
    }

    proptest! {
        #[test]
        fn text_goes_round(ids in proptest::collection::btree_set(1_i64..500, 0..200)) {
            let set: IdSet = ids.iter().copied().collect();
            prop_assert_eq!(set.to_string().parse::<IdSet>(), Ok(set));
        }

        #[test]
        fn algebra_is_that_of_sets(
            a in proptest::collection::btree_set(1_i64..60, 0..40),
            b in proptest::collection::btree_set(1_i64..60, 0..40),
        ) {
            let (x, y): (IdSet, IdSet) = (a.iter().copied().collect(), b.iter().copied().collect());
            let of = |set: BTreeSet<i64>| set.into_iter().collect::<IdSet>();
            prop_assert_eq!(x.minus(&y), of(&a - &b));
            prop_assert_eq!(x.and(&y), of(&a & &b));
            prop_assert_eq!(x.or(&y), of(&a | &b));
        }
    }
}

//! Who is selected: people by their ids, or everybody whom a filter finds but for some.

use serde::{Deserialize, Serialize};

use crate::{Filter, IdSet, MemberRow};

/// (everybody whom `filter` finds − `except`) ∪ `ids`. What is sent is this, not the people: the request for
/// 100,000 people by filter is a few hundred bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Selection {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    #[serde(default, skip_serializing_if = "IdSet::is_empty")]
    pub except: IdSet,
    #[serde(default, skip_serializing_if = "IdSet::is_empty")]
    pub ids: IdSet,
}

impl Selection {
    #[must_use]
    pub fn of_ids(ids: IdSet) -> Self {
        Self { ids, ..Self::default() }
    }

    #[must_use]
    pub fn by_filter(filter: Filter) -> Self {
        Self { filter: Some(filter), ..Self::default() }
    }

    /// Nobody can be in it: no filter and no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.filter.is_none() && self.ids.is_empty()
    }

    /// Whether the person of a table row is selected.
    #[must_use]
    pub fn contains(&self, row: &MemberRow) -> bool {
        self.ids.contains(row.id.0)
            || self.filter.as_ref().is_some_and(|filter| filter.matches(row)) && !self.except.contains(row.id.0)
    }

    /// Selects or deselects the person of a table row.
    pub fn set(&mut self, row: &MemberRow, selected: bool) {
        let found = self.filter.as_ref().is_some_and(|filter| filter.matches(row));
        match (found, selected) {
            (true, true) => {
                self.except.remove(row.id.0);
            }
            (true, false) => {
                self.except.insert(row.id.0);
                self.ids.remove(row.id.0);
            }
            (false, true) => {
                self.ids.insert(row.id.0);
            }
            (false, false) => {
                self.ids.remove(row.id.0);
            }
        }
    }
}

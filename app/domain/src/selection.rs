//! Who is selected: people by their ids, or everybody whom a filter finds but for some.

use serde::{Deserialize, Serialize};

use crate::id_set::{MAX_IDS, NotAnIdSet};
use crate::{Filter, IdSet, MemberRow};

/// Each filter of a selection is a condition of one statement.
pub const MAX_FILTERS: usize = 20;

/// Everybody whom `filter` finds, but for some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AllBut {
    pub filter: Filter,
    #[serde(skip_serializing_if = "IdSet::is_empty")]
    pub except: IdSet,
}

impl AllBut {
    fn contains(&self, row: &MemberRow) -> bool {
        self.filter.matches(row) && !self.except.contains(row.id.0)
    }
}

/// The union of `all` and `ids`. What is sent is this, not the people: the request for 100,000 people by filter is a few
/// hundred bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Sent")]
pub struct Selection {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<AllBut>,
    #[serde(skip_serializing_if = "IdSet::is_empty")]
    pub ids: IdSet,
}

/// A selection as it is sent. A few bytes may stand for many ids, so all sets together must be no more than one may be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    #[serde(default)]
    all: Vec<SentAllBut>,
    #[serde(default)]
    ids: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentAllBut {
    filter: Filter,
    #[serde(default)]
    except: String,
}

impl TryFrom<Sent> for Selection {
    type Error = NotAnIdSet;

    fn try_from(sent: Sent) -> Result<Self, NotAnIdSet> {
        let ids = IdSet::parse(&sent.ids, MAX_IDS)?;
        let mut room = MAX_IDS - ids.len();
        let part = |SentAllBut { filter, except }| {
            let except = IdSet::parse(&except, room)?;
            room -= except.len();
            Ok(AllBut { filter, except })
        };
        // One too many is enough to be refused for.
        let all = sent.all.into_iter().take(MAX_FILTERS + 1).map(part).collect::<Result<_, _>>()?;
        Ok(Self { all, ids })
    }
}

impl Selection {
    #[must_use]
    pub fn of_ids(ids: IdSet) -> Self {
        Self { ids, ..Self::default() }
    }

    #[must_use]
    pub fn by_filter(filter: Filter) -> Self {
        Self::all_but(filter, IdSet::EMPTY)
    }

    #[must_use]
    pub fn all_but(filter: Filter, except: IdSet) -> Self {
        Self { all: vec![AllBut { filter, except }], ids: IdSet::EMPTY }
    }

    /// Nobody can be in it: no filter and no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.ids.is_empty()
    }

    /// The largest number of ids that it names for one purpose.
    #[must_use]
    pub fn most_named(&self) -> usize {
        self.all.iter().map(|part| part.except.len()).fold(self.ids.len(), usize::max)
    }

    /// Whether the person of a table row is selected.
    #[must_use]
    pub fn contains(&self, row: &MemberRow) -> bool {
        self.ids.contains(row.id.0) || self.all.iter().any(|part| part.contains(row))
    }

    /// Selects or deselects the person of a table row.
    pub fn set(&mut self, row: &MemberRow, selected: bool) {
        let id = row.id.0;
        if selected {
            // Whom a filter finds is not named too: one exception less says the same.
            match self.all.iter_mut().find(|part| part.filter.matches(row)) {
                Some(part) => part.except.remove(id),
                None => self.ids.insert(id),
            };
        } else {
            self.ids.remove(id);
            for part in self.all.iter_mut().filter(|part| part.filter.matches(row)) {
                part.except.insert(id);
            }
        }
    }

    /// Selects everybody whom the filter finds, besides whoever is selected already.
    pub fn add_all(&mut self, filter: &Filter) {
        self.all.retain(|part| part.filter != *filter);
        self.all.push(AllBut { filter: filter.clone(), except: IdSet::EMPTY });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Employment, MemberId, PersonName, Tab};

    /// Four candidates and six employees; odd ones are called «Анна».
    fn people() -> Vec<MemberRow> {
        let person = |id: i64| MemberRow {
            id: MemberId(id),
            name: PersonName {
                surname: format!("Фамилия{id}"),
                first: if id % 2 == 1 { "Анна" } else { "Олег" }.to_owned(),
                patronymic: String::new(),
            },
            employment: if id < 5 { Employment::Candidate } else { Employment::Employee },
            email: format!("m{id}@mail.example"),
            last_active: None,
            held: Vec::new(),
            unsigned: false,
            groups: Vec::new(),
        };
        (1..=10).map(person).collect()
    }

    fn filters() -> Vec<Filter> {
        let tab = |employment| Filter { tab: Tab::Employment(employment), ..Filter::default() };
        let anna = Filter { search: "анна".into(), ..Filter::default() };
        let mut all: Vec<Filter> = Employment::ALL.into_iter().map(tab).collect();
        all.extend([Filter::default(), anna]);
        all
    }

    #[derive(Clone, Debug)]
    enum Press {
        One(usize, bool),
        All(usize),
    }

    fn press() -> impl Strategy<Value = Press> {
        prop_oneof![
            3 => (0_usize..10, any::<bool>()).prop_map(|(place, selected)| Press::One(place, selected)),
            1 => (0_usize..8).prop_map(Press::All),
        ]
    }

    proptest! {
        #[test]
        fn it_is_the_set_of_those_who_were_pressed(presses in proptest::collection::vec(press(), 0..40)) {
            let (people, filters) = (people(), filters());
            let (mut selection, mut model) = (Selection::default(), std::collections::BTreeSet::new());
            for press in presses {
                match press {
                    Press::One(place, selected) => {
                        let Some(row) = people.get(place) else { continue };
                        selection.set(row, selected);
                        if selected { model.insert(row.id.0); } else { model.remove(&row.id.0); }
                    }
                    Press::All(place) => {
                        let Some(filter) = filters.get(place) else { continue };
                        selection.add_all(filter);
                        model.extend(people.iter().filter(|row| filter.matches(row)).map(|row| row.id.0));
                    }
                }
                let selected: Vec<i64> = people.iter().filter(|row| selection.contains(row)).map(|row| row.id.0).collect();
                prop_assert_eq!(selected, model.iter().copied().collect::<Vec<_>>());
            }
            prop_assert!(selection.all.len() <= filters.len());
        }
    }

    #[test]
    fn everybody_but_two_is_a_short_request() {
        let selection = Selection::all_but(Filter::default(), [3, 4].into_iter().collect());
        let json = serde_json::to_string(&selection).unwrap_or_default();
        assert_eq!(json, r#"{"all":[{"filter":{"tab":"all","licence":"whatever"},"except":"3-4"}]}"#);
        assert_eq!(serde_json::from_str::<Selection>(&json).ok(), Some(selection));
    }

    #[test]
    fn few_bytes_do_not_become_many_ids() {
        let part = |except: &str| format!(r#"{{"filter":{{}},"except":"{except}"}}"#);
        let sent = |parts: usize, except: &str| {
            let json = format!(r#"{{"all":[{}],"ids":"1-1000"}}"#, vec![part(except); parts].join(","));
            let named = |selection: &Selection| {
                selection.ids.len() + selection.all.iter().map(|part| part.except.len()).sum::<usize>()
            };
            serde_json::from_str::<Selection>(&json).map(|selection| (selection.all.len(), named(&selection)))
        };
        assert_eq!(sent(2, "1-900000").ok(), Some((2, 1_801_000)));
        assert!(sent(3, "1-900000").is_err(), "together too many");
        assert_eq!(sent(5_000, "1-10").ok(), Some((MAX_FILTERS + 1, 1_000 + 21 * 10)), "the rest is not even read");
        assert!(
            serde_json::from_str::<Selection>(r#"{"filter":{},"ids":"1"}"#).is_err(),
            "what is not known is not lost"
        );
    }
}

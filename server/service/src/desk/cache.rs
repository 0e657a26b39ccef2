//! What is asked for with every page and changes only when the organisation does: counts, and who stands where. Kept by
//! the organisation's version, which every committed change raises, it is exact on any number of servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Counts, OrganizationId, Selection, Sort, Tab};

/// Selections remembered for an organisation, some 300 bytes each besides their ids.
const MAX_SELECTIONS: usize = 500;
/// Organisations remembered.
const MAX_ORGANIZATIONS: usize = 1000;
/// Ids remembered for all organisations together, 8 bytes each: 64 MiB, or forty orders of 200,000 people.
const MAX_IDS: usize = 8 << 20;

#[derive(Default)]
struct Found {
    counts: Option<Counts>,
    orders: HashMap<Sort, Arc<[i64]>>,
}

#[derive(Default)]
struct OfOrganization {
    version: i64,
    tabs: Option<Vec<(Tab, u64)>>,
    found: HashMap<Selection, Found>,
    /// How many ids `found` holds.
    ids: usize,
}

#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<OrganizationId, OfOrganization>>);

/// One state of one organisation. The version must have been read before what is kept under it: that can only be newer
/// than its key, and nobody asks for an old key again.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub organization: OrganizationId,
    pub version: i64,
}

impl Cache {
    /// `more` ids are about to be kept.
    fn with<T>(&self, at: At, more: usize, act: impl FnOnce(&mut OfOrganization) -> T) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = known.len() > MAX_ORGANIZATIONS && !known.contains_key(&at.organization);
        if full || more > 0 && known.values().map(|entry| entry.ids).sum::<usize>() + more > MAX_IDS {
            known.clear();
        }
        let entry = known.entry(at.organization).or_default();
        if at.version < entry.version {
            // Late: nobody will ask for it.
            return act(&mut OfOrganization::default());
        }
        if entry.version != at.version || entry.found.len() > MAX_SELECTIONS {
            *entry = OfOrganization { version: at.version, ..OfOrganization::default() };
        }
        entry.ids += more;
        act(entry)
    }

    pub(super) fn tabs(&self, at: At) -> Option<Vec<(Tab, u64)>> {
        self.with(at, 0, |entry| entry.tabs.clone())
    }

    pub(super) fn keep_tabs(&self, at: At, tabs: Vec<(Tab, u64)>) {
        self.with(at, 0, |entry| entry.tabs = Some(tabs));
    }

    pub(super) fn counts(&self, at: At, selection: &Selection) -> Option<Counts> {
        self.with(at, 0, |entry| entry.found.get(selection)?.counts)
    }

    pub(super) fn keep_counts(&self, at: At, selection: &Selection, counts: Counts) {
        self.with(at, selection.named(), |entry| {
            if entry.found.entry(selection.clone()).or_default().counts.replace(counts).is_some() {
                entry.ids = entry.ids.saturating_sub(selection.named());
            }
        });
    }

    pub(super) fn order(&self, at: At, selection: &Selection, sort: Sort) -> Option<Arc<[i64]>> {
        self.with(at, 0, |entry| entry.found.get(selection)?.orders.get(&sort).cloned())
    }

    pub(super) fn keep_order(&self, at: At, selection: &Selection, sort: Sort, order: Arc<[i64]>) {
        self.with(at, selection.named() + order.len(), |entry| {
            if let Some(old) = entry.found.entry(selection.clone()).or_default().orders.insert(sort, order) {
                entry.ids = entry.ids.saturating_sub(selection.named() + old.len());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use domain::{IdSet, SortKey};

    use super::*;

    const ROMASHKA: OrganizationId = OrganizationId(1);
    const SEVER: OrganizationId = OrganizationId(2);

    fn keep(cache: &Cache, organization: OrganizationId, version: i64, ids: usize) {
        let order = vec![7_i64; ids].into();
        cache.keep_order(At { organization, version }, &Selection::default(), Sort::default(), order);
    }

    fn known(cache: &Cache, organization: OrganizationId, version: i64) -> Option<usize> {
        let order = cache.order(At { organization, version }, &Selection::default(), Sort::default());
        order.map(|order| order.len())
    }

    #[test]
    fn an_order_is_kept_by_organisation_version_selection_and_sort() {
        let cache = Cache::default();
        keep(&cache, ROMASHKA, 3, 5);
        assert_eq!(known(&cache, ROMASHKA, 3), Some(5));
        assert_eq!(known(&cache, SEVER, 3), None);
        let by_email = Sort { key: SortKey::Email, ..Sort::default() };
        let at = At { organization: ROMASHKA, version: 3 };
        assert!(cache.order(at, &Selection::default(), by_email).is_none());
        let other = Selection::of_ids(IdSet::from_iter([1]));
        assert!(cache.order(at, &other, Sort::default()).is_none());
        assert_eq!(known(&cache, ROMASHKA, 4), None, "a change makes it forget");
        assert_eq!(known(&cache, ROMASHKA, 3), None, "and for good");
        keep(&cache, ROMASHKA, 4, 6);
        keep(&cache, ROMASHKA, 3, 5);
        assert_eq!(known(&cache, ROMASHKA, 4), Some(6), "what comes late displaces nothing");
    }

    #[test]
    fn it_does_not_grow_beyond_its_bound() {
        let cache = Cache::default();
        keep(&cache, ROMASHKA, 1, MAX_IDS / 2);
        keep(&cache, SEVER, 1, MAX_IDS / 2);
        assert!(known(&cache, ROMASHKA, 1).is_some() && known(&cache, SEVER, 1).is_some(), "both fit");
        keep(&cache, OrganizationId(3), 1, 1);
        assert_eq!(known(&cache, ROMASHKA, 1), None, "one more id does not");
        assert_eq!(known(&cache, OrganizationId(3), 1), Some(1));
        keep(&cache, SEVER, 1, 1);
        for version in 2..100 {
            keep(&cache, OrganizationId(3), version, MAX_IDS / 8);
            keep(&cache, OrganizationId(3), version, MAX_IDS / 8);
        }
        assert_eq!(known(&cache, SEVER, 1), Some(1), "what was forgotten or replaced does not count");
    }
}

//! Counts are asked for with every page and change only when the organisation does: kept by its version, which every
//! committed change raises, they are exact on any number of servers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{Counts, Filter, OrganizationId, Tab};

/// Filters remembered for an organisation, some 200 bytes each; the whole is forgotten when they are more.
const MAX_FILTERS: usize = 500;
/// Organisations remembered.
const MAX_ORGANIZATIONS: usize = 1000;

#[derive(Default)]
struct OfOrganization {
    version: i64,
    tabs: Option<Vec<(Tab, u64)>>,
    counts: HashMap<Filter, Counts>,
}

#[derive(Default)]
pub(super) struct CountCache(Mutex<HashMap<OrganizationId, OfOrganization>>);

impl CountCache {
    fn with<T>(&self, organization: OrganizationId, version: i64, act: impl FnOnce(&mut OfOrganization) -> T) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MAX_ORGANIZATIONS && !known.contains_key(&organization) {
            known.clear();
        }
        let entry = known.entry(organization).or_default();
        if entry.version != version || entry.counts.len() > MAX_FILTERS {
            *entry = OfOrganization { version, ..OfOrganization::default() };
        }
        act(entry)
    }

    pub(super) fn tabs(&self, organization: OrganizationId, version: i64) -> Option<Vec<(Tab, u64)>> {
        self.with(organization, version, |entry| entry.tabs.clone())
    }

    pub(super) fn keep_tabs(&self, organization: OrganizationId, version: i64, tabs: Vec<(Tab, u64)>) {
        self.with(organization, version, |entry| entry.tabs = Some(tabs));
    }

    pub(super) fn counts(&self, organization: OrganizationId, version: i64, filter: &Filter) -> Option<Counts> {
        self.with(organization, version, |entry| entry.counts.get(filter).copied())
    }

    pub(super) fn keep_counts(&self, organization: OrganizationId, version: i64, filter: Filter, counts: Counts) {
        self.with(organization, version, |entry| entry.counts.insert(filter, counts));
    }
}

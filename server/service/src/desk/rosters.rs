//! The rosters of the organisations that are worked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{DeskError, OrganizationId};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use super::{Desk, fault, incident};
use crate::ports::Store;
use crate::roster::{Roster, Stale};

/// People in all rosters together: some 350 MB. Beyond, whatever organisation was not looked at for longest is forgotten.
const MAX_PEOPLE: usize = 1 << 20;

/// Nobody waits longer for others: as for the database.
const PATIENCE: Duration = Duration::from_secs(5);

type Shared = Arc<RwLock<Option<Roster>>>;

#[derive(Default)]
struct Entry {
    roster: Shared,
    people: usize,
    looked_at: u64,
}

#[derive(Default)]
struct Known {
    of: HashMap<OrganizationId, Entry>,
    looks: u64,
}

#[derive(Default)]
pub(super) struct Rosters(Mutex<Known>);

impl Rosters {
    fn of(&self, organization: OrganizationId) -> Shared {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.looks += 1;
        let looks = known.looks;
        let entry = known.of.entry(organization).or_default();
        entry.looked_at = looks;
        entry.roster.clone()
    }

    /// Notes an organisation's size, and forgets others until all fit.
    fn weigh(&self, organization: OrganizationId, people: usize, most: usize) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = known.of.get_mut(&organization) {
            entry.people = people;
        }
        let mut sum: usize = known.of.values().map(|entry| entry.people).sum();
        while sum > most {
            let others = known.of.iter().filter(|(id, entry)| **id != organization && entry.people > 0);
            let Some((oldest, freed)) =
                others.min_by_key(|(_, entry)| entry.looked_at).map(|(id, entry)| (*id, entry.people))
            else {
                break;
            };
            known.of.remove(&oldest);
            sum -= freed;
        }
    }
}

/// A roster that stays as it is while it is held.
pub(super) type Current = OwnedRwLockReadGuard<Option<Roster>, Roster>;

impl Desk {
    /// The roster of an organisation, at least as new as when it was asked for.
    ///
    /// # Errors
    /// [`DeskError::Busy`] if others are waited for too long; what the store says.
    pub(super) async fn roster(&self, organization: OrganizationId) -> Result<Current, DeskError> {
        let version = self.store.version(organization).await.map_err(fault)?;
        let current = |roster: &Option<Roster>| roster.as_ref().is_some_and(|roster| roster.version() == version);
        let shared = self.rosters.of(organization);
        let held = within(shared.clone().read_owned()).await?;
        if current(&held) {
            return read(held);
        }
        drop(held);
        let mut held = within(shared.write_owned()).await?;
        // Whoever waited may find that another has brought it up to date.
        if !current(&held) {
            // By itself: whoever asked may give up waiting, and the next would begin anew.
            let brought = tokio::spawn(bring_up(self.store.clone(), organization, held)).await;
            held = brought.map_err(|_| incident("a roster could not be brought up to date"))??;
            self.rosters.weigh(organization, held.as_ref().map_or(0, Roster::size), MAX_PEOPLE);
        }
        read(held.downgrade())
    }
}

async fn within<T>(held: impl Future<Output = T>) -> Result<T, DeskError> {
    tokio::time::timeout(PATIENCE, held).await.map_err(|_| DeskError::Busy)
}

fn read(held: OwnedRwLockReadGuard<Option<Roster>>) -> Result<Current, DeskError> {
    OwnedRwLockReadGuard::try_map(held, Option::as_ref).map_err(|_| incident("a roster is not there"))
}

type Held = OwnedRwLockWriteGuard<Option<Roster>>;

async fn bring_up(store: Arc<dyn Store>, organization: OrganizationId, mut held: Held) -> Result<Held, DeskError> {
    let since = held.as_ref().map(Roster::version);
    let mut changes = store.changes(organization, since).await.map_err(fault)?;
    // Taken out: whatever happens here, no half of it stays, and no two of them are in memory.
    let known = held.take();
    if changes.whole.is_none() {
        let known = known.ok_or_else(|| incident("a roster was not there"))?;
        if let Ok(roster) = aside(move || known.apply(changes)).await? {
            *held = Some(roster);
            return Ok(held);
        }
        changes = store.changes(organization, None).await.map_err(fault)?;
    } else {
        drop(known);
    }
    let made = aside(move || Roster::of(changes)).await?;
    *held = Some(made.map_err(|Stale| incident("a roster could not be made"))?);
    Ok(held)
}

/// Sorts hundreds of thousands of people on a thread of its own: others are waiting for this one.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| incident("work on a roster was broken off"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_looked_at_for_longest_is_forgotten() {
        let rosters = Rosters::default();
        let known = |rosters: &Rosters| {
            let known = rosters.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mut ids: Vec<i64> = known.of.keys().map(|id| id.0).collect();
            ids.sort_unstable();
            ids
        };
        for id in 1..=3 {
            rosters.of(OrganizationId(id));
            rosters.weigh(OrganizationId(id), 10, 30);
        }
        assert_eq!(known(&rosters), [1, 2, 3], "all fit");
        rosters.of(OrganizationId(1));
        rosters.of(OrganizationId(4));
        rosters.weigh(OrganizationId(4), 1, 30);
        assert_eq!(known(&rosters), [1, 3, 4], "the second was not looked at for longest");
        rosters.weigh(OrganizationId(4), 100, 30);
        assert_eq!(known(&rosters), [4], "one alone may be larger than all");
    }
}

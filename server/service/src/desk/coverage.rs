//! Whom a level of access concerns: what is of others is neither shown nor touched, as if they were not there.

use domain::{Deed, DeskError, Holding, IdSet, OperationId, Pool, SIGNATURE_GROUP, Selection, Snapshot};

use super::{Desk, fault};
use crate::access::Permit;
use crate::ports::{OperationRecord, StoreResult, Transaction};

impl Desk {
    /// Who may be seen, of the living; `None` if everybody may.
    pub(super) async fn covered(&self, permit: &Permit<'_>) -> Result<Option<IdSet>, DeskError> {
        let Some(groups) = permit.coverage().groups() else { return Ok(None) };
        self.store.covered(permit.scope(), groups).await.map(Some).map_err(fault)
    }

    /// Whose certificate tasks may be seen; `None` if all may.
    pub(super) async fn tasks_covered(&self, permit: &Permit<'_>) -> Result<Option<IdSet>, DeskError> {
        let Some(groups) = permit.coverage().groups() else { return Ok(None) };
        self.store.tasks_covered(permit.scope(), groups).await.map(Some).map_err(fault)
    }

    /// The rules' facts on a selection as it was sent: whom it names and this account may not see, it does not find.
    pub(super) async fn snapshot(&self, permit: &Permit<'_>, selection: &Selection) -> Result<Snapshot, DeskError> {
        self.snapshot_of(permit, SIGNATURE_GROUP, selection).await
    }

    /// The same of another exclusive group than signatures.
    pub(super) async fn snapshot_of(
        &self,
        permit: &Permit<'_>,
        group: &str,
        selection: &Selection,
    ) -> Result<Snapshot, DeskError> {
        let scope = permit.scope();
        let Some(covered) = self.covered(permit).await? else {
            return self.store.snapshot(scope, group, selection).await.map_err(fault);
        };
        let snapshot = self.store.snapshot(scope, group, &named(selection, &covered)).await;
        Ok(narrow(snapshot.map_err(fault)?, &covered))
    }

    /// As [`Desk::snapshot`], on the rows as they are in this transaction.
    pub(super) async fn snapshot_in(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        selection: &Selection,
    ) -> Result<Snapshot, DeskError> {
        let Some(covered) = covered_in(transaction, permit).await.map_err(fault)? else {
            return transaction.snapshot(SIGNATURE_GROUP, selection).await.map_err(fault);
        };
        let snapshot = transaction.snapshot(SIGNATURE_GROUP, &named(selection, &covered)).await;
        Ok(narrow(snapshot.map_err(fault)?, &covered))
    }

    /// Which operations an account may see: those that concern nobody whom it may not see. Of its own it has seen
    /// whoever is deleted by now, or is in no directory.
    pub(super) async fn sees(&self, permit: &Permit<'_>, records: &[OperationRecord]) -> Result<Vec<bool>, DeskError> {
        let (Some(people), Some(tasks)) = (self.covered(permit).await?, self.tasks_covered(permit).await?) else {
            return Ok(vec![true; records.len()]);
        };
        let scope = permit.scope();
        let mut sees = Vec::with_capacity(records.len());
        for record in records {
            let covered = if record.kind.task_step().is_some() { &tasks } else { &people };
            let sets = self.store.operation_sets(scope, record.id).await.map_err(fault)?;
            let others: IdSet =
                sets.iter().flat_map(|(_, concerned)| concerned.minus(covered).iter().collect::<Vec<_>>()).collect();
            let own = record.is_of(permit.account());
            sees.push(if !others.is_empty() {
                own && record.kind.task_step().is_none() && self.all_deleted(permit, others).await?
            } else if own {
                true
            } else {
                // A list of somebody else's may name anybody.
                let strangers = self.store.operation_strangers(scope, record.id).await.map_err(fault)?;
                !sets.is_empty() && strangers.is_empty()
            });
        }
        Ok(sees)
    }

    async fn all_deleted(&self, permit: &Permit<'_>, members: IdSet) -> Result<bool, DeskError> {
        let selection = Selection::of_ids(members);
        let snapshot = self.store.snapshot(permit.scope(), SIGNATURE_GROUP, &selection).await.map_err(fault)?;
        Ok(snapshot.classes.iter().all(|class| class.deleted))
    }

    /// An operation that an account may see.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`].
    pub(super) async fn seen(&self, permit: &Permit<'_>, id: OperationId) -> Result<OperationRecord, DeskError> {
        let record = self.store.operation(permit.scope(), id).await.map_err(fault)?;
        let record = record.ok_or(DeskError::UnknownOperation)?;
        let sees = self.sees(permit, std::slice::from_ref(&record)).await?;
        if sees == [true] { Ok(record) } else { Err(DeskError::UnknownOperation) }
    }
}

/// The exclusive group that a deed is about: a renewal's, of the pool that it goes to; else signatures.
pub(super) fn group_of(deed: Deed, pool: Option<&Pool>) -> &str {
    match (deed, pool) {
        (Deed::Renew, Some(pool)) => &pool.product.exclusive_group,
        _ => SIGNATURE_GROUP,
    }
}

/// As [`Desk::covered`], in this transaction.
pub(super) async fn covered_in(transaction: &mut dyn Transaction, permit: &Permit<'_>) -> StoreResult<Option<IdSet>> {
    match permit.coverage().groups() {
        None => Ok(None),
        Some(groups) => transaction.covered(groups).await.map(Some),
    }
}

/// Refuses what was frozen for people, now living, who may not be seen any more.
pub(super) fn check_covered(snapshot: &Snapshot, covered: Option<&IdSet>) -> Result<(), DeskError> {
    let Some(covered) = covered else { return Ok(()) };
    let living = snapshot.classes.iter().filter(|class| !class.deleted);
    match living.map(|class| class.members.minus(covered).len() as u64).sum() {
        0 => Ok(()),
        count => Err(DeskError::UnknownMembers { count }),
    }
}

/// The same for what was read of all products.
pub(super) fn check_covered_holders(people: &[Holding], covered: Option<&IdSet>) -> Result<(), DeskError> {
    let Some(covered) = covered else { return Ok(()) };
    let living = people.iter().filter(|class| !class.deleted);
    match living.map(|class| class.members.minus(covered).len() as u64).sum() {
        0 => Ok(()),
        count => Err(DeskError::UnknownMembers { count }),
    }
}

fn named(selection: &Selection, covered: &IdSet) -> Selection {
    Selection { ids: selection.ids.and(covered), all: selection.all.clone() }
}

fn narrow(mut snapshot: Snapshot, covered: &IdSet) -> Snapshot {
    for class in &mut snapshot.classes {
        class.members = class.members.and(covered);
    }
    snapshot.classes.retain(|class| !class.members.is_empty());
    snapshot
}

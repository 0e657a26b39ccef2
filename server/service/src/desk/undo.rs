//! «Вернуть как было»: the inverse operation, linked to the first.

use std::collections::BTreeMap;

use domain::{
    Deed, DeskError, IdSet, Kind, OperationId, OperationState, OperationSummary, Outcome, PoolId, Reason, Refusal,
    SIGNATURE_GROUP,
};
use serde_json::json;

use super::confirm::accepted;
use super::coverage::{check_covered, covered_in};
use super::{Desk, PREVIEW_SECONDS, fault, summary};
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{NewOperation, Seat, StoreError, UndoFacts};

/// What an undo does to whom.
struct Inverse {
    accepted: IdSet,
    /// The assignments of the accepted.
    seats: Vec<(PoolId, IdSet)>,
    sets: Vec<(Outcome, IdSet)>,
}

impl Desk {
    /// Takes back exactly the seats an issue gave, or gives back exactly those a revoke took; of a renewal, both. Whoever cannot be
    /// restored (deleted, or changed by a later deed) is left out with the reason. Undoing twice is undoing once.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`], [`DeskError::NotUndoable`]; [`DeskError::ApprovalNeeded`] for so many people that a
    /// second person has to agree: they are issued to, or revoked from, anew; [`DeskError::Refused`] if the seats are not there
    /// any more or nobody is left: nothing is changed then.
    pub async fn undo(&self, actor: &Actor, id: OperationId) -> Result<OperationSummary, DeskError> {
        let known = self.record_of(actor, id).await?;
        let needs = match &known.managed {
            Some(managed) => managed.wish.undo_needs(),
            None => known.kind.inverse().unwrap_or(known.kind).needs(),
        };
        let actor = &self.permit_all(actor, needs).await?;
        let scope = actor.scope();
        self.seen(actor, id).await?;
        let mut transaction = self.begin(actor).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        if let (OperationState::Undone, Some(undo)) = (record.state, record.undone_by) {
            let undo = transaction.operation(undo).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
            drop(transaction);
            return Ok(summary(&undo, &self.pools(scope).await?));
        }
        let not_undoable = DeskError::NotUndoable { state: record.state };
        let Some(kind) = record.kind.inverse().filter(|_| record.state == OperationState::Done) else {
            return Err(not_undoable);
        };
        let touched = accepted(&transaction.operation_sets(id).await.map_err(fault)?).clone();
        if kind == Kind::UndoManage {
            return self.undo_managed(actor, transaction, record, touched).await;
        }
        let renewed = match (kind, record.pool) {
            (Kind::UndoRenew, Some(pool)) => transaction.pool(pool).await.map_err(fault)?,
            _ => None,
        };
        let group = renewed.as_ref().map_or(SIGNATURE_GROUP, |pool| pool.product.exclusive_group.as_str());
        let facts = transaction.undo_facts(id, record.kind, group, &touched).await.map_err(fault)?;
        check_covered(&facts.snapshot, covered_in(&mut *transaction, actor).await.map_err(fault)?.as_ref())?;
        let inverse = inverse(kind, &touched, &facts);
        if inverse.accepted.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let deed = match kind {
            Kind::UndoIssue => Deed::Revoke,
            Kind::UndoRevoke => Deed::Issue,
            _ => Deed::Renew,
        };
        let people = inverse.accepted.len() as u64;
        if transaction.approval_rules().await.map_err(fault)?.asks(deed, people) {
            return Err(DeskError::ApprovalNeeded { people });
        }
        let now = self.now();
        if kind != Kind::UndoIssue {
            for (pool, seats) in &inverse.seats {
                let pool = transaction.pool(*pool).await.map_err(fault)?.ok_or(DeskError::UnknownPool)?;
                pool.admits(seats.len() as u64, now)?;
            }
        }
        let operation = NewOperation {
            kind,
            state: OperationState::Done,
            account: Some(actor.account().id),
            pool: record.pool,
            created_at: now,
            expires_at: now.plus_seconds(PREVIEW_SECONDS),
            settled_at: Some(now),
            digest: record.digest.clone(),
            undoes: Some(id),
            basis: None,
            strangers: Vec::new(),
        };
        let undo = transaction.insert_operation(&operation, &inverse.sets, &[]).await.map_err(fault)?;
        let done = match kind {
            Kind::UndoIssue => transaction.revoke(undo, &inverse.seats, now).await,
            Kind::UndoRenew => {
                let given = by_pool(&facts.given, &inverse.accepted);
                transaction.undo_renewal(undo, id, &given, &inverse.seats, group, now).await
            }
            _ => transaction.restore(undo, id, &inverse.seats, now).await,
        };
        match done {
            Ok(()) => {}
            Err(StoreError::SeatsShort) => {
                return Err(Refusal::PoolExhausted { left: 0, wanted: inverse.accepted.len() as u64 }.into());
            }
            Err(error) => return Err(fault(error)),
        }
        transaction
            .settle_operation(id, OperationState::Done, OperationState::Undone, record.pool, None, now)
            .await
            .map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "operation.undone",
            object: Object::Operation(id),
            details: json!({
                "by": undo, "accepted": inverse.accepted.len(), "rejected": touched.minus(&inverse.accepted).len(),
                "pool": record.pool,
            }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        let record = transaction.operation(undo).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        transaction.commit().await.map_err(fault)?;
        Ok(summary(&record, &self.pools(scope).await?))
    }
}

/// The seats of these members, by pool.
fn by_pool(seats: &[Seat], members: &IdSet) -> Vec<(PoolId, IdSet)> {
    let mut pools: BTreeMap<PoolId, Vec<i64>> = BTreeMap::new();
    for Seat { pool, member, assignment } in seats {
        if members.contains(*member) {
            pools.entry(*pool).or_default().push(*assignment);
        }
    }
    pools.into_iter().map(|(pool, seats)| (pool, seats.into_iter().collect())).collect()
}

fn inverse(kind: Kind, touched: &IdSet, facts: &UndoFacts) -> Inverse {
    let with = |fits: &dyn Fn(&domain::Class) -> bool| -> IdSet {
        facts.snapshot.classes.iter().filter(|class| fits(class)).flat_map(|class| class.members.iter()).collect()
    };
    let deleted = with(&|class| class.deleted);
    let (accepted, others) = match kind {
        Kind::UndoRevoke => {
            let holding = with(&|class| !class.deleted && class.holds.is_some());
            (touched.minus(&deleted).minus(&holding), vec![(Reason::AlreadyLicensed, holding)])
        }
        Kind::UndoRenew => {
            // For whoever still holds the seat that it gave; the others hold another by now, or none.
            let holding: IdSet = facts.given.iter().map(|seat| seat.member).collect();
            let holding = holding.minus(&deleted);
            let other = with(&|class| !class.deleted && class.holds.is_some()).minus(&holding);
            let none = touched.minus(&holding).minus(&deleted).minus(&other);
            (holding, vec![(Reason::AlreadyLicensed, other), (Reason::NoLicence, none)])
        }
        _ => {
            let holding: IdSet = facts.seats.iter().map(|seat| seat.member).collect();
            let none = touched.minus(&holding).minus(&deleted);
            (holding, vec![(Reason::NoLicence, none)])
        }
    };
    let others = others.into_iter().map(|(reason, members)| (Outcome::Rejected(reason), members));
    let sets = [(Outcome::Rejected(Reason::Deleted), deleted.minus(&accepted))].into_iter().chain(others);
    let sets = sets.chain([(Outcome::Accepted, accepted.clone())]);
    Inverse {
        seats: by_pool(&facts.seats, &accepted),
        sets: sets.filter(|(_, members)| !members.is_empty()).collect(),
        accepted,
    }
}

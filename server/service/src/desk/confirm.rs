//! The confirmation of a preview: one transaction, one effect however often it comes.

use domain::{
    Capability, Confirmation, Decision, Deed, DeskError, IdSet, Moved, OperationState, OperationSummary, Outcome, Plan,
    Pool, Refusal, SIGNATURE_GROUP, Selection, admit, plan,
};
use serde_json::json;

use super::coverage::{check_covered, covered_in, group_of};
use super::{Desk, fault, incident, summary};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{OperationRecord, StoreError, Transaction};

impl Desk {
    /// What an operation is, before anything is done about it.
    pub(super) async fn kind_of(&self, actor: &Actor, id: domain::OperationId) -> Result<domain::Kind, DeskError> {
        self.record_of(actor, id).await.map(|record| record.kind)
    }

    /// The same, whole.
    pub(super) async fn record_of(&self, actor: &Actor, id: domain::OperationId) -> Result<OperationRecord, DeskError> {
        let record = self.store.operation(Permit::own(actor).scope(), id).await.map_err(fault)?;
        record.ok_or(DeskError::UnknownOperation)
    }

    /// Carries out what was previewed, if it is still what would happen now.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`], [`DeskError::NotYourOperation`], [`DeskError::OperationExpired`],
    /// [`DeskError::OperationNotOpen`], [`DeskError::DigestMismatch`], [`DeskError::PoolRequired`],
    /// [`DeskError::UnknownPool`], [`DeskError::SizeRequired`], [`DeskError::ProofRequired`]: nothing is changed. [`DeskError::Refused`], [`DeskError::PlanChanged`]: the
    /// operation is kept as failed, nothing else is changed.
    pub async fn confirm(
        &self,
        actor: &Actor,
        confirmation: &Confirmation,
        password: Option<String>,
    ) -> Result<OperationSummary, DeskError> {
        let kind = self.kind_of(actor, confirmation.operation).await?;
        let actor = &self.permit_all(actor, kind.needs()).await?;
        if kind.deed() == Some(Deed::Revoke) {
            self.prove_large(actor, confirmation.size, password).await?;
        }
        let scope = actor.scope();
        let mut transaction = self.begin(actor).await?;
        let record = transaction.operation(confirmation.operation).await.map_err(fault)?;
        let record = record.ok_or(DeskError::UnknownOperation)?;
        if !record.is_of(actor.account()) {
            return Err(DeskError::NotYourOperation);
        }
        if record.digest != confirmation.digest {
            return Err(DeskError::DigestMismatch);
        }
        let deed = record.kind.deed().ok_or(DeskError::OperationNotOpen { state: record.state })?;
        match record.state {
            OperationState::Preview => {}
            OperationState::Done | OperationState::Undone | OperationState::Waiting => {
                drop(transaction);
                return Ok(summary(&record, &self.pools(scope).await?));
            }
            OperationState::Failed => {
                return Err(record
                    .failure
                    .map_or(DeskError::OperationNotOpen { state: record.state }, DeskError::from));
            }
            OperationState::Expired => return Err(DeskError::OperationExpired),
            OperationState::Cancelled | OperationState::Declined => {
                return Err(DeskError::OperationNotOpen { state: record.state });
            }
        }
        if self.now() > record.expires_at {
            return Err(DeskError::OperationExpired);
        }
        if deed == Deed::Revoke {
            check_typed(actor, record.accepted, confirmation.size)?;
        }
        // A list was previewed for one pool.
        if record.pool.is_some_and(|only| confirmation.pool.is_some_and(|pool| pool != only)) {
            return Err(DeskError::UnknownPool);
        }
        let pool = match (deed, confirmation.pool.or(record.pool)) {
            (Deed::Issue | Deed::Renew, None) => return Err(DeskError::PoolRequired),
            (Deed::Issue | Deed::Renew, Some(id)) => {
                let pool = transaction.pool(id).await.map_err(fault)?;
                let fits = |pool: &Pool| deed == Deed::Renew || pool.product.exclusive_group == SIGNATURE_GROUP;
                let pool = pool.filter(fits);
                Some(pool.ok_or(DeskError::UnknownPool)?)
            }
            (Deed::Revoke, _) => None,
        };
        let asks = transaction.approval_rules().await.map_err(fault)?.asks(deed, record.accepted);
        self.carry_out(actor, transaction, (record, deed), pool, asks).await
    }

    /// Does what was previewed, if it is still what would happen now; or, if it `asks` for one, has it wait for a second
    /// person.
    pub(super) async fn carry_out(
        &self,
        actor: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        (record, deed): (OperationRecord, Deed),
        pool: Option<Pool>,
        asks: bool,
    ) -> Result<OperationSummary, DeskError> {
        let (scope, now) = (actor.scope(), self.now());
        let sets = transaction.operation_sets(record.id).await.map_err(fault)?;
        // Nobody else writes for the organisation now. If nobody has since the preview either, what it saw is what is;
        // otherwise the rules look again.
        let seats = if record.basis == Some(transaction.audit_head().seq) {
            transaction.operation_seats(record.id).await.map_err(fault)?
        } else {
            let everybody: IdSet = sets.iter().flat_map(|(_, members)| members.iter()).collect();
            let group = group_of(deed, pool.as_ref());
            let snapshot = transaction.snapshot(group, &Selection::of_ids(everybody)).await.map_err(fault)?;
            check_covered(&snapshot, covered_in(&mut *transaction, actor).await.map_err(fault)?.as_ref())?;
            let plan = plan(deed, &snapshot);
            if plan.digest() != record.digest {
                let mut moved = moved(&sets, &plan);
                let lost: u64 = moved.lost.iter().map(|(_, members)| members.len() as u64).sum();
                let refusal = Refusal::PlanChanged { lost, gained: moved.gained.len() as u64 };
                self.fail(actor, transaction, &record, None, refusal).await?;
                let concerned: IdSet =
                    moved.lost.iter().flat_map(|(_, ids)| ids.iter()).chain(moved.gained.iter()).collect();
                moved.names = self.first_names(actor, &concerned).await?;
                return Err(DeskError::PlanChanged { moved });
            }
            plan.returned
        };
        let wanted = record.accepted;
        if let Err(refusal) = admit(wanted, pool.as_ref(), now) {
            self.fail(actor, transaction, &record, pool.map(|pool| pool.id), refusal).await?;
            return Err(refusal.into());
        }
        if asks {
            return self.ask_approval(actor, transaction, record, pool).await;
        }

        let accepted = accepted(&sets);
        let done = match &pool {
            Some(pool) if deed == Deed::Issue => transaction.issue(record.id, pool, accepted, now).await,
            _ if seats.iter().map(|(_, seats)| seats.len() as u64).sum::<u64>() != wanted => {
                return Err(incident("the seats to be taken are not its people's"));
            }
            Some(pool) => transaction.renew(record.id, pool, accepted, &seats, now).await,
            None => transaction.revoke(record.id, &seats, now).await,
        };
        match (done, &pool) {
            (Ok(()), _) => {}
            // The database's own invariant speaks although the plan found room: whoever was quicker holds the seats.
            (Err(StoreError::SeatsShort), Some(pool)) => {
                return Err(Refusal::PoolExhausted { left: pool.left(), wanted }.into());
            }
            (Err(error), _) => return Err(fault(error)),
        }
        let pool_id = pool.as_ref().map(|pool| pool.id);
        transaction
            .settle_operation(record.id, OperationState::Preview, OperationState::Done, pool_id, None, now)
            .await
            .map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: match deed {
                Deed::Issue => "licences.issued",
                Deed::Revoke => "licences.revoked",
                Deed::Renew => "licences.renewed",
            },
            object: Object::Operation(record.id),
            details: json!({
                "asked_by": record.account.as_ref().filter(|_| record.approval.is_some()).map(|account| account.id),
                "accepted": wanted, "rejected": record.rejected, "pool": pool_id, "digest": record.digest,
            }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        let done = OperationRecord { state: OperationState::Done, pool: pool_id, settled_at: Some(now), ..record };
        Ok(summary(&done, pool.as_slice()))
    }

    /// Gives up a preview; of which kind it was.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`], [`DeskError::NotYourOperation`], [`DeskError::OperationNotOpen`].
    pub async fn cancel(&self, actor: &Actor, id: domain::OperationId) -> Result<domain::Kind, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let mut transaction = self.begin(actor).await?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        if !record.is_of(actor.account()) {
            return Err(DeskError::NotYourOperation);
        }
        match record.state {
            OperationState::Preview => {}
            OperationState::Waiting => {
                let (own, now) = (actor.account().id, self.now());
                transaction.decide(id, own, (Decision::Withdrawn, ""), now).await.map_err(fault)?;
                let details = json!({ "accepted": record.accepted, "pool": record.pool });
                self.tell(&mut *transaction, actor, "operation.withdrawn", Object::Operation(id), details).await?;
            }
            OperationState::Cancelled => return Ok(record.kind),
            state => return Err(DeskError::OperationNotOpen { state }),
        }
        transaction
            .settle_operation(id, OperationState::Preview, OperationState::Cancelled, None, None, self.now())
            .await
            .map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(record.kind)
    }

    /// Keeps an operation as failed, with its reason: nothing else was changed.
    pub(super) async fn fail(
        &self,
        actor: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        record: &OperationRecord,
        pool: Option<domain::PoolId>,
        refusal: Refusal,
    ) -> Result<(), DeskError> {
        let now = self.now();
        transaction
            .settle_operation(record.id, OperationState::Preview, OperationState::Failed, pool, Some(refusal), now)
            .await
            .map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "operation.failed",
            object: Object::Operation(record.id),
            details: json!({ "refusal": refusal }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }
}

impl Desk {
    /// Before a large deed that takes something away whoever does it shows who they are, if they have not for a while.
    /// How large it is, they have typed: without the right number it is not done.
    ///
    /// # Errors
    /// As [`Desk::prove`].
    pub(super) async fn prove_large(
        &self,
        actor: &Permit<'_>,
        typed: Option<u64>,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        match typed.is_some_and(|typed| actor.organization().is_large(typed)) {
            true => self.prove(actor.actor(), password).await,
            false => Ok(()),
        }
    }
}

/// A large deed that takes something away is confirmed by its number.
pub(super) fn check_typed(actor: &Permit<'_>, people: u64, typed: Option<u64>) -> Result<(), DeskError> {
    if actor.organization().is_large(people) && typed != Some(people) {
        return Err(DeskError::SizeRequired { size: people });
    }
    Ok(())
}

pub(super) fn accepted(sets: &[(Outcome, IdSet)]) -> &IdSet {
    static NOBODY: IdSet = IdSet::EMPTY;
    sets.iter().find(|(outcome, _)| *outcome == Outcome::Accepted).map_or(&NOBODY, |(_, members)| members)
}

/// What is different between the frozen plan and the one of now.
fn moved(frozen: &[(Outcome, IdSet)], now: &Plan) -> Moved {
    let was = accepted(frozen);
    let lost = now.rejected.iter().map(|(reason, members)| (*reason, members.and(was)));
    Moved {
        lost: lost.filter(|(_, members)| !members.is_empty()).collect(),
        gained: now.accepted.minus(was),
        names: Vec::new(),
    }
}

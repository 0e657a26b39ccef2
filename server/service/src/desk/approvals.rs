//! Deeds for two: what one has confirmed waits until another agrees.

use domain::{
    AccessLetter, ApprovalForm, ApprovalRules, Capability, Decision, DeskError, FieldProblem, LetterKind, OperationId,
    OperationState, OperationSummary, Pool,
};
use serde_json::json;

use super::tickets::sent;
use super::{Desk, fault, summary, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::Object;
use crate::ports::{OperationRecord, Standing, StoreError, Transaction};

/// How long an operation waits for a second person.
const WAIT_SECONDS: i64 = 7 * 86_400;
const MAX_REASON_CHARS: usize = 500;

impl Desk {
    /// Above how many people a second person has to agree.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn approval_rules(&self, actor: &Actor) -> Result<ApprovalRules, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.store.approval_rules(permit.scope()).await.map_err(fault)
    }

    /// Sets it; what waits already goes on waiting.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`]; [`DeskError::ProofRequired`].
    pub async fn keep_approval_rules(
        &self,
        actor: &Actor,
        form: &ApprovalForm,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let rules = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        self.prove(actor, password).await?;
        let mut transaction = self.begin(&permit).await?;
        let before = transaction.approval_rules().await.map_err(fault)?;
        if before == rules {
            return Ok(());
        }
        transaction.keep_approval_rules(rules).await.map_err(fault)?;
        let told = |rules: ApprovalRules| json!({ "issue": rules.issue, "revoke": rules.revoke });
        let details = json!({ "was": told(before), "is": told(rules) });
        self.tell(&mut *transaction, &permit, "approvals.changed", Object::Account(permit.account().id), details)
            .await?;
        transaction.commit().await.map_err(fault)
    }

    /// Has an operation wait, and tells those who may agree to it.
    pub(super) async fn ask_approval(
        &self,
        actor: &Permit<'_>,
        mut transaction: Box<dyn Transaction>,
        record: OperationRecord,
        pool: Option<Pool>,
    ) -> Result<OperationSummary, DeskError> {
        let now = self.now();
        let until = now.plus_seconds(WAIT_SECONDS);
        let pool_id = pool.as_ref().map(|pool| pool.id);
        transaction.ask_approval(record.id, pool_id, now, until).await.map_err(fault)?;
        let others = transaction.accounts().await.map_err(fault)?;
        let muting = transaction.muting(LetterKind::Access(AccessLetter::ApprovalAsked)).await.map_err(fault)?;
        for Standing { account, rights, coverage } in others {
            let sees = match coverage.groups() {
                None => true,
                Some(groups) => {
                    let covered = transaction.covered(groups).await.map_err(fault)?;
                    let sets = transaction.operation_sets(record.id).await.map_err(fault)?;
                    // A list may name people of no directory: its preview is its author's.
                    record.pool.is_none() && sets.iter().all(|(_, concerned)| concerned.minus(&covered).is_empty())
                }
            };
            let may = sees && record.kind.needs().iter().all(|needs| rights.may(*needs));
            if may && account.id != actor.account().id && !muting.contains(&account.email) {
                let letter = sent(AccessLetter::ApprovalAsked, &account.name, "", until, &actor.account().name);
                self.send(&mut *transaction, letter, &account.email).await?;
            }
        }
        let details = json!({ "accepted": record.accepted, "rejected": record.rejected, "pool": pool_id });
        self.tell(&mut *transaction, actor, "operation.submitted", Object::Operation(record.id), details).await?;
        transaction.commit().await.map_err(fault)?;
        let waiting = OperationRecord { state: OperationState::Waiting, pool: pool_id, expires_at: until, ..record };
        Ok(summary(&waiting, pool.as_slice()))
    }

    /// What waits, for somebody who may decide about it.
    async fn waiting(
        &self,
        actor: &Permit<'_>,
        transaction: &mut dyn Transaction,
        id: OperationId,
        digest: &str,
    ) -> Result<OperationRecord, DeskError> {
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        if record.is_of(actor.account()) {
            return Err(DeskError::OwnApproval);
        }
        if record.digest != digest {
            return Err(DeskError::DigestMismatch);
        }
        match record.state {
            OperationState::Waiting if self.now() > record.expires_at => Err(DeskError::OperationExpired),
            OperationState::Waiting | OperationState::Done | OperationState::Undone => Ok(record),
            OperationState::Expired => Err(DeskError::OperationExpired),
            state => Err(DeskError::OperationNotOpen { state }),
        }
    }

    async fn note_own<T>(&self, permit: &Permit<'_>, id: OperationId, done: &Result<T, DeskError>) {
        if matches!(done, Err(DeskError::OwnApproval)) {
            self.note_refused(permit, "approval.refused", Object::Operation(id), json!({})).await;
        }
    }

    /// Agrees to what somebody else has confirmed: it is carried out, if it is still what would happen now.
    ///
    /// # Errors
    /// [`DeskError::OwnApproval`], which is in the log; [`DeskError::UnknownOperation`], [`DeskError::OperationExpired`],
    /// [`DeskError::OperationNotOpen`], [`DeskError::DigestMismatch`], and as [`Desk::confirm`] if the world has moved.
    pub async fn approve(&self, actor: &Actor, id: OperationId, digest: &str) -> Result<OperationSummary, DeskError> {
        let kind = self.kind_of(actor, id).await?;
        let permit = &self.permit_all(actor, kind.needs()).await?;
        self.seen(permit, id).await?;
        let mut transaction = self.begin(permit).await?;
        let record = self.waiting(permit, &mut *transaction, id, digest).await;
        if record.is_err() {
            drop(transaction);
            self.note_own(permit, id, &record).await;
            return Err(record.err().unwrap_or(DeskError::UnknownOperation));
        }
        let record = record?;
        if record.state != OperationState::Waiting {
            drop(transaction);
            return Ok(summary(&record, &self.pools(permit.scope()).await?));
        }
        let deed = record.kind.deed().ok_or(DeskError::OperationNotOpen { state: record.state })?;
        let pool = match record.pool {
            Some(pool) => Some(transaction.pool(pool).await.map_err(fault)?.ok_or(DeskError::UnknownPool)?),
            None => None,
        };
        let decided = transaction.decide(id, permit.account().id, (Decision::Approved, ""), self.now()).await;
        decided.map_err(fault)?;
        self.carry_out(permit, transaction, (record, deed), pool, false).await
    }

    /// Does not agree: nothing is done, and the reason is kept.
    ///
    /// # Errors
    /// As [`Desk::approve`]; [`DeskError::InvalidForm`] without a reason.
    pub async fn decline(&self, actor: &Actor, id: OperationId, digest: &str, reason: &str) -> Result<(), DeskError> {
        let kind = self.kind_of(actor, id).await?;
        let permit = &self.permit_all(actor, kind.needs()).await?;
        self.seen(permit, id).await?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(wrong("reason", FieldProblem::Required));
        }
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(wrong("reason", FieldProblem::TooLong { most: MAX_REASON_CHARS }));
        }
        let mut transaction = self.begin(permit).await?;
        let record = self.waiting(permit, &mut *transaction, id, digest).await;
        if record.is_err() {
            drop(transaction);
            self.note_own(permit, id, &record).await;
            return record.map(drop);
        }
        let record = record?;
        if record.state != OperationState::Waiting {
            return Err(DeskError::OperationNotOpen { state: record.state });
        }
        let now = self.now();
        let conflict = |error| match error {
            StoreError::Conflict => DeskError::OperationNotOpen { state: OperationState::Declined },
            other => fault(other),
        };
        let decided = transaction.decide(id, permit.account().id, (Decision::Declined, reason), now).await;
        decided.map_err(conflict)?;
        transaction
            .settle_operation(id, OperationState::Preview, OperationState::Cancelled, None, None, now)
            .await
            .map_err(fault)?;
        let asked_by = record.account.as_ref().map(|account| account.id);
        let details = json!({ "accepted": record.accepted, "asked_by": asked_by, "reason": reason });
        self.tell(&mut *transaction, permit, "operation.declined", Object::Operation(id), details).await?;
        transaction.commit().await.map_err(fault)
    }
}

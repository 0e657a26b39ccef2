//! Deeds for two: what one has confirmed waits until another agrees.

use domain::{
    AccessLetter, AccountId, AccountState, ApprovalForm, ApprovalRules, Capability, Coverage, Decision, Deed,
    DeskError, FieldProblem, HANDS_SECONDS, Instant, Kind, LetterKind, OperationId, OperationState, OperationSummary,
    OrganizationId, Pool, Rights, Waits,
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
    /// [`DeskError::InvalidForm`]; [`DeskError::ProofRequired`]; [`DeskError::OwnerLoosens`], which is in the log.
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
        let told = |rules: ApprovalRules| json!({ "issue": rules.issue, "revoke": rules.revoke });
        let own = permit.account().id;
        if rules.looser_than(before) && !self.account_in(&mut *transaction, own).await?.is_owner() {
            drop(transaction);
            let details = json!({ "why": "owner_loosens", "was": told(before), "is": told(rules) });
            self.note_refused(&permit, "approval.refused", Object::Account(own), details).await;
            return Err(DeskError::OwnerLoosens);
        }
        transaction.keep_approval_rules(rules).await.map_err(fault)?;
        for Standing { account, rights, .. } in transaction.accounts().await.map_err(fault)? {
            if rights.may(Capability::Accounts) && account.id != own {
                let whom = (account.name.as_str(), account.email.as_str());
                self.write_to(&mut *transaction, AccessLetter::ApprovalsChanged, whom, &permit.account().name).await?;
            }
        }
        let details = json!({ "was": told(before), "is": told(rules) });
        self.tell(&mut *transaction, &permit, "approvals.changed", Object::Account(own), details).await?;
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
        // A list may name people of no directory: nobody sees them in their groups.
        let listed = record.pool.is_some();
        let others = transaction.accounts().await.map_err(fault)?;
        let muting = transaction.muting(LetterKind::Access(AccessLetter::ApprovalAsked)).await.map_err(fault)?;
        for Standing { account, rights, coverage } in others {
            let may = may_do(&mut *transaction, (&record, listed), rights, &coverage).await?;
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

    /// How it stands with what waits, for whoever looks.
    pub(super) async fn waits(&self, permit: &Permit<'_>, record: &OperationRecord) -> Result<Waits, DeskError> {
        let (now, scope) = (self.now(), permit.scope());
        let sets = self.store.operation_sets(scope, record.id).await.map_err(fault)?;
        let listed = !self.store.operation_strangers(scope, record.id).await.map_err(fault)?.is_empty();
        let mut waits = Waits { own: record.is_of(permit.account()), ..Waits::default() };
        // A partner's people ask, and do not agree.
        let elsewhere = match record.account.as_ref() {
            Some(author) => self.store.represented(scope, author.id).await.map_err(fault)?,
            None => None,
        };
        let mut author_may = record.account.is_none()
            || elsewhere.is_some_and(|there| record.kind.needs().iter().all(|needs| there.rights.may(*needs)));
        for row in self.store.account_rows(scope, now, now).await.map_err(fault)? {
            let may = record.needs().iter().all(|needs| row.rights.may(*needs));
            if row.state != AccountState::Active || !may {
                continue;
            }
            let sees = match row.coverage.groups() {
                None => true,
                Some(groups) => {
                    let covered = self.store.covered(scope, groups).await.map_err(fault)?;
                    !listed && sets.iter().all(|(_, concerned)| concerned.minus(&covered).is_empty())
                }
            };
            if record.is_of(&row.account) {
                author_may |= sees;
                continue;
            }
            let until = self.in_hands_until(scope, row.account.id, record).await?;
            if row.account.id == permit.account().id {
                waits.cannot = until.map(|until| DeskError::ApproverTooNew { until });
            }
            match until {
                _ if !sees => {}
                None => waits.for_whom.push(row.account.name),
                Some(until) => waits.later.push((row.account.name, until)),
            }
        }
        if !author_may {
            waits.cannot = Some(DeskError::AuthorMayNot);
        }
        Ok(waits)
    }

    /// Until when whoever would agree is too lately of the author's making: invited by them, or given another way to
    /// sign in.
    async fn in_hands_until(
        &self,
        scope: OrganizationId,
        who: AccountId,
        record: &OperationRecord,
    ) -> Result<Option<Instant>, DeskError> {
        let Some(author) = record.account.as_ref() else { return Ok(None) };
        let last = self.store.last_hand(scope, who, author.id).await.map_err(fault)?;
        Ok(last.map(|last| last.plus_seconds(HANDS_SECONDS)).filter(|until| *until > self.now()))
    }

    /// Whether the author may still do what they have asked for.
    async fn author_may(
        &self,
        transaction: &mut dyn Transaction,
        record: &OperationRecord,
        listed: bool,
    ) -> Result<(), DeskError> {
        let Some(author) = record.account.as_ref() else { return Ok(()) };
        let row = transaction.account_row(author.id).await.map_err(fault)?;
        let active = row.filter(|row| row.state == AccountState::Active).map(|row| (row.rights, row.coverage));
        let standing = match active {
            None => {
                transaction.represented(author.id).await.map_err(fault)?.map(|there| (there.rights, there.coverage))
            }
            active => active,
        };
        let Some((rights, coverage)) = standing else { return Err(DeskError::AuthorMayNot) };
        match may_do(transaction, (record, listed), rights, &coverage).await? {
            true => Ok(()),
            false => Err(DeskError::AuthorMayNot),
        }
    }

    /// Begins to decide about what waits.
    async fn take_up(
        &self,
        permit: &Permit<'_>,
        id: OperationId,
        digest: &str,
    ) -> Result<(Box<dyn Transaction>, OperationRecord), DeskError> {
        // A second person is one of the organisation's own.
        if permit.actor().is_elsewhere() {
            return Err(DeskError::NotYourOperation);
        }
        let mut transaction = self.begin(permit).await?;
        match self.waiting(permit, &mut *transaction, id, digest).await {
            Ok(record) => Ok((transaction, record)),
            Err(error) => {
                drop(transaction);
                self.note_not_second(permit, id, &error).await;
                Err(error)
            }
        }
    }

    /// It is in the log that somebody wanted to be the second person and is not one.
    async fn note_not_second(&self, permit: &Permit<'_>, id: OperationId, error: &DeskError) {
        let why = match error {
            DeskError::OwnApproval => json!({}),
            DeskError::ApproverTooNew { .. } | DeskError::AuthorMayNot => json!({ "why": error.code() }),
            _ => return,
        };
        self.note_refused(permit, "approval.refused", Object::Operation(id), why).await;
    }

    /// Agrees to what somebody else has confirmed: it is carried out, if it is still what would happen now.
    ///
    /// # Errors
    /// [`DeskError::OwnApproval`], [`DeskError::ApproverTooNew`], [`DeskError::AuthorMayNot`], which are in the log;
    /// [`DeskError::UnknownOperation`], [`DeskError::OperationExpired`], [`DeskError::ProofRequired`] for a large revoke,
    /// [`DeskError::OperationNotOpen`], [`DeskError::DigestMismatch`], and as [`Desk::confirm`] if the world has moved.
    pub async fn approve(
        &self,
        actor: &Actor,
        id: OperationId,
        digest: &str,
        password: Option<String>,
    ) -> Result<OperationSummary, DeskError> {
        let permit = &self.permit_all(actor, self.record_of(actor, id).await?.needs()).await?;
        let seen = self.seen(permit, id).await?;
        let takes = match &seen.managed {
            Some(managed) => managed.wish.needs().contains(&Capability::Revoke),
            None => seen.kind.deed() == Some(Deed::Revoke),
        };
        if takes && seen.state == OperationState::Waiting {
            self.prove_large(permit, Some(seen.accepted), password).await?;
        }
        let in_hands = self.in_hands_until(permit.scope(), permit.account().id, &seen).await?;
        let listed = !self.store.operation_strangers(permit.scope(), id).await.map_err(fault)?.is_empty();
        let (mut transaction, record) = self.take_up(permit, id, digest).await?;
        if record.state != OperationState::Waiting {
            drop(transaction);
            return Ok(summary(&record, &self.pools(permit.scope()).await?));
        }
        let trusted = match in_hands {
            Some(until) => Err(DeskError::ApproverTooNew { until }),
            None => self.author_may(&mut *transaction, &record, listed).await,
        };
        if let Err(error) = trusted {
            drop(transaction);
            self.note_not_second(permit, id, &error).await;
            return Err(error);
        }
        if record.kind == Kind::Manage {
            let decided = transaction.decide(id, permit.account().id, (Decision::Approved, ""), self.now()).await;
            decided.map_err(fault)?;
            return self.carry_out_agreed(permit, transaction, record).await;
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
        let permit = &self.permit_all(actor, self.record_of(actor, id).await?.needs()).await?;
        self.seen(permit, id).await?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(wrong("reason", FieldProblem::Required));
        }
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(wrong("reason", FieldProblem::TooLong { most: MAX_REASON_CHARS }));
        }
        let (mut transaction, record) = self.take_up(permit, id, digest).await?;
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

/// Whether somebody with these rights may do all of an operation; `listed` if it names people of no directory.
async fn may_do(
    transaction: &mut dyn Transaction,
    (record, listed): (&OperationRecord, bool),
    rights: Rights,
    coverage: &Coverage,
) -> Result<bool, DeskError> {
    if !record.needs().iter().all(|needs| rights.may(*needs)) {
        return Ok(false);
    }
    let Some(groups) = coverage.groups() else { return Ok(true) };
    let covered = transaction.covered(groups).await.map_err(fault)?;
    let sets = transaction.operation_sets(record.id).await.map_err(fault)?;
    Ok(!listed && sets.iter().all(|(_, concerned)| concerned.minus(&covered).is_empty()))
}

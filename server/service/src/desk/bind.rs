//! Binding the seats of a pool to people by their e-mails: the same issue and revoke underneath, with the same rules,
//! report and undo.

use domain::{
    Capability, Deed, DeskError, Email, FieldError, FieldProblem, Holder, Instant, Kind, MAX_EMAILS, MemberId,
    OperationId, OperationState, OperationSummary, Pool, PoolId, PoolSeats, Reason, SIGNATURE_GROUP, SeatFilter,
    Selection, admit, emails_of, plan,
};
use serde_json::json;

use super::{Desk, fault, summary};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{NewOperation, StoreError, kind_of, sets_of};

/// Seats on a page, some 500 bytes each.
const SEATS: u32 = 50;

pub(super) fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

impl Desk {
    /// A page of the seats of a pool.
    ///
    /// # Errors
    /// [`DeskError::UnknownPool`], [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn seats(
        &self,
        actor: &Actor,
        id: PoolId,
        filter: SeatFilter,
        page: u32,
    ) -> Result<PoolSeats, DeskError> {
        let actor = &self.permit(actor, Capability::People).await?;
        let pools = self.pools(actor.scope()).await?;
        let pool = pools.into_iter().find(|pool| pool.id == id).ok_or(DeskError::UnknownPool)?;
        let now = self.now();
        let size = u64::from(SEATS);
        let last_page = u32::try_from(filter.count(&pool, now).div_ceil(size)).unwrap_or(u32::MAX).max(1);
        let page = page.clamp(1, last_page);
        let before = u64::from(page - 1) * size;
        let holders = match filter {
            SeatFilter::Free => Vec::new(),
            _ => self.store.pool_holders(actor.scope(), &pool, before, SEATS).await.map_err(fault)?,
        };
        let covered = self.covered(actor).await?;
        let seen = |holder: &Holder| covered.as_ref().is_none_or(|covered| covered.contains(holder.member.0));
        let holders: Vec<Option<Holder>> = holders.into_iter().map(|holder| Some(holder).filter(&seen)).collect();
        let held = holders.len() as u64;
        let first = 1 + before + if filter == SeatFilter::Free { pool.issued } else { 0 };
        let free = match filter {
            SeatFilter::Held => 0,
            _ => (size - held).min((pool.issued + SeatFilter::Free.count(&pool, now) + 1).saturating_sub(first + held)),
        };
        Ok(PoolSeats { pool, now, filter, holders, free, first, page, last_page })
    }

    /// «Привязать»: the seat goes to whoever is registered under exactly this e-mail. What the rules refuse is in the log.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] on `email`: not one, nobody's, or why that person is left out;
    /// [`DeskError::UnknownPool`]; [`DeskError::Refused`] as for any issue.
    pub async fn bind(&self, actor: &Actor, pool: PoolId, email: &str) -> Result<OperationSummary, DeskError> {
        let actor = &self.permit(actor, Capability::Issue).await?;
        let done = self.bind_seat(actor, pool, email).await;
        self.note_seat(actor, pool, &done).await;
        done
    }

    async fn bind_seat(&self, actor: &Permit<'_>, pool: PoolId, email: &str) -> Result<OperationSummary, DeskError> {
        if email.trim().is_empty() {
            return Err(wrong("email", FieldProblem::Required));
        }
        let email = Email::parse(email).ok_or_else(|| wrong("email", FieldProblem::NotAnEmail))?;
        self.signature_pool(actor, pool).await?;
        let found = self.by_email(actor, &[email]).await?;
        let member = found.first().map(|(_, member)| *member);
        let member = member.ok_or_else(|| wrong("email", FieldProblem::LeftOut(Reason::NotRegistered)))?;
        self.at_once(actor, Deed::Issue, pool, member).await
    }

    /// «Отвязать»: the seat is free at once for another.
    ///
    /// # Errors
    /// [`DeskError::NotBound`] if the person does not hold a seat of the pool; [`DeskError::UnknownPool`].
    pub async fn unbind(&self, actor: &Actor, pool: PoolId, member: MemberId) -> Result<OperationSummary, DeskError> {
        let actor = &self.permit(actor, Capability::Revoke).await?;
        let done = self.at_once(actor, Deed::Revoke, pool, member).await;
        self.note_seat(actor, pool, &done).await;
        done
    }

    /// Whom the directory knows by these e-mails, as far as the account may see them.
    async fn by_email(&self, actor: &Permit<'_>, emails: &[Email]) -> Result<Vec<(String, MemberId)>, DeskError> {
        let mut found = self.store.members_by_email(actor.scope(), emails).await.map_err(fault)?;
        if let Some(covered) = self.covered(actor).await? {
            found.retain(|(_, member)| covered.contains(member.0));
        }
        Ok(found)
    }

    async fn signature_pool(&self, actor: &Permit<'_>, id: PoolId) -> Result<(), DeskError> {
        let pools = self.pools(actor.scope()).await?;
        let ours = |pool: &Pool| pool.id == id && pool.product.exclusive_group == SIGNATURE_GROUP;
        if pools.iter().any(ours) { Ok(()) } else { Err(DeskError::UnknownPool) }
    }

    /// A deed for one person, previewed and confirmed in one.
    async fn at_once(
        &self,
        actor: &Permit<'_>,
        deed: Deed,
        pool: PoolId,
        member: MemberId,
    ) -> Result<OperationSummary, DeskError> {
        let scope = actor.scope();
        let mut transaction = self.begin(actor).await?;
        let now = self.now();
        let pool = transaction.pool(pool).await.map_err(fault)?;
        let pool = pool.filter(|pool| pool.product.exclusive_group == SIGNATURE_GROUP).ok_or(DeskError::UnknownPool)?;
        let selection = Selection::of_ids([member.0].into_iter().collect());
        let snapshot = self.snapshot_in(&mut *transaction, actor, &selection).await?;
        let plan = plan(deed, &snapshot);
        match deed {
            Deed::Issue => {
                if snapshot.classes.is_empty() {
                    return Err(wrong("email", FieldProblem::LeftOut(Reason::NotRegistered)));
                }
                if snapshot.classes.iter().any(|class| class.holds == Some(pool.id)) {
                    return Err(wrong("email", FieldProblem::BoundAlready));
                }
                if let Some((reason, _)) = plan.rejected.first() {
                    return Err(wrong("email", FieldProblem::LeftOut(*reason)));
                }
                admit(plan.wanted(), Some(&pool), now)?;
            }
            Deed::Renew => return Err(DeskError::PoolRequired),
            Deed::Revoke if plan.returned.iter().all(|(holds, _)| *holds != pool.id) => {
                return Err(DeskError::NotBound);
            }
            Deed::Revoke => {}
        }
        if transaction.approval_rules().await.map_err(fault)?.asks(deed, plan.wanted()) {
            return Err(DeskError::ApprovalNeeded { people: plan.wanted() });
        }
        let operation = done(actor, deed, &pool, plan.digest(), now);
        let id = transaction.insert_operation(&operation, &sets_of(&plan), &[]).await.map_err(fault)?;
        let carried_out = match deed {
            Deed::Issue => transaction.issue(id, &pool, &plan.accepted, now).await,
            Deed::Revoke | Deed::Renew => transaction.revoke(id, &plan.returned, now).await,
        };
        carried_out.map_err(|error| match error {
            StoreError::SeatsShort => domain::Refusal::PoolExhausted { left: pool.left(), wanted: 1 }.into(),
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: match deed {
                Deed::Issue => "licences.issued",
                Deed::Revoke | Deed::Renew => "licences.revoked",
            },
            object: Object::Operation(id),
            details: json!({ "accepted": 1, "rejected": 0, "pool": pool.id, "digest": operation.digest }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        let record = transaction.operation(id).await.map_err(fault)?.ok_or(DeskError::UnknownOperation)?;
        transaction.commit().await.map_err(fault)?;
        Ok(summary(&record, &[pool]))
    }

    /// Plans binding a pasted list of e-mails, and freezes the people; those of nobody are told in the preview and in
    /// the report.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] on `emails`: none, or too many; [`DeskError::UnknownPool`].
    pub async fn preview_list(&self, actor: &Actor, pool: PoolId, list: &str) -> Result<OperationId, DeskError> {
        let actor = &self.permit(actor, Capability::Import).await?;
        let (emails, others) = emails_of(list);
        match emails.len() + others.len() {
            0 => return Err(wrong("emails", FieldProblem::Required)),
            many if many > MAX_EMAILS => return Err(wrong("emails", FieldProblem::TooMany { most: MAX_EMAILS })),
            _ => {}
        }
        self.signature_pool(actor, pool).await?;
        let found = self.by_email(actor, &emails).await?;
        let known: std::collections::HashSet<&str> = found.iter().map(|(email, _)| email.as_str()).collect();
        let nobody: Vec<String> =
            emails.iter().map(Email::as_str).filter(|email| !known.contains(email)).map(str::to_owned).collect();
        let strangers = [(Reason::NotAnEmail, others), (Reason::NotRegistered, nobody)];
        let strangers = strangers.into_iter().filter(|(_, emails)| !emails.is_empty()).collect();
        let selection = Selection::of_ids(found.iter().map(|(_, member)| member.0).collect());
        let preview = self.preview_of(actor, Deed::Issue, &selection, Some(pool), strangers).await?;
        Ok(preview.operation)
    }
}

/// An operation that is done as it is written.
fn done(actor: &Permit<'_>, deed: Deed, pool: &Pool, digest: String, now: Instant) -> NewOperation {
    let kind: Kind = kind_of(deed);
    NewOperation {
        kind,
        state: OperationState::Done,
        account: Some(actor.account().id),
        pool: (deed == Deed::Issue).then_some(pool.id),
        created_at: now,
        expires_at: now,
        settled_at: Some(now),
        digest,
        undoes: None,
        basis: None,
        strangers: Vec::new(),
    }
}

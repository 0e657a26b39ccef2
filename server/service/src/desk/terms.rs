//! The end of a term: a pool's licences end with it, by an operation of the installation's own.

use domain::{
    Deed, DeskError, IdSet, Instant, Kind, Letter, OperationState, OrganizationId, Outcome, Plan, PoolId, PoolNamed,
};
use serde_json::json;

use super::{Desk, fault, letters};
use crate::audit::{self, Object};
use crate::ports::NewOperation;

impl Desk {
    /// Ends the licences of every pool whose term has ended. When the next one ends, if somebody holds a seat of it.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`]: what is not done then is done the next time.
    pub async fn end_terms(&self) -> Result<Option<Instant>, DeskError> {
        let now = self.now();
        let mut failed = None;
        for (organization, pool) in self.store.ended_pools(now).await.map_err(fault)? {
            // What is wrong with one must not keep the others.
            if let Err(error) = self.end_term(organization, pool, now).await {
                tracing::warn!(%organization, %pool, %error, "a term was not ended");
                failed = Some(error);
            }
        }
        match failed {
            Some(error) => Err(error),
            None => self.store.next_end(now).await.map_err(fault),
        }
    }

    async fn end_term(&self, organization: OrganizationId, pool: PoolId, now: Instant) -> Result<(), DeskError> {
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        // Another server may have been quicker, and the term may be another by now.
        let pool = transaction.pool(pool).await.map_err(fault)?.filter(|pool| pool.ended(now) && pool.issued > 0);
        let Some(pool) = pool else { return Ok(()) };
        let (members, seats) = transaction.holders(&pool).await.map_err(fault)?;
        let returned = vec![(pool.id, seats)];
        let plan = Plan { deed: Deed::Revoke, accepted: members, rejected: Vec::new(), returned };
        let operation = NewOperation {
            kind: Kind::EndTerm,
            state: OperationState::Done,
            account: None,
            pool: Some(pool.id),
            created_at: now,
            expires_at: now,
            settled_at: Some(now),
            digest: plan.digest(),
            undoes: None,
            basis: None,
            strangers: Vec::new(),
        };
        let sets: [(Outcome, IdSet); 1] = [(Outcome::Accepted, plan.accepted.clone())];
        let id = transaction.insert_operation(&operation, &sets, &[]).await.map_err(fault)?;
        // They ended when the term did, however late this is noticed.
        let ended = pool.valid_until.unwrap_or(now);
        transaction.revoke(id, &plan.returned, ended).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            author: audit::Author::default(),
            action: "licences.ended",
            object: Object::Operation(id),
            details: json!({ "accepted": plan.wanted(), "pool": pool.id, "digest": operation.digest }),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        let letter = Letter::TermEnded { operation: id, pool: PoolNamed::from(&pool), people: plan.wanted() };
        letters::write(&mut *transaction, &letter, None, now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }
}

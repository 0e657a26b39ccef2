//! A preview: who would be touched, who not and why; the people are frozen.

use domain::{
    Deed, DeskError, IdSet, LeftOut, OperationId, OperationState, Plan, Pool, PoolId, Preview, Reason, Refusal,
    Returned, SIGNATURE_GROUP, Selection, plan, renews,
};

use super::coverage::group_of;
use super::directory::check_known;
use super::{Desk, PREVIEW_SECONDS, fault};
use crate::access::Permit;
use crate::actor::Actor;
use crate::ports::{NewOperation, OperationRecord, kind_of, sets_of};

/// Names shown for each part of a preview.
const NAMES: usize = 5;
/// Out of a large set only this many are looked up to find the first names.
const LOOKED_UP: usize = 200;

impl Desk {
    /// Plans a deed for the selected people and freezes them.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`], [`DeskError::SelectionTooLarge`], [`DeskError::TooManyFilters`],
    /// [`DeskError::UnknownMembers`]; [`DeskError::PoolRequired`] for a renewal;
    /// [`DeskError::Refused`] with [`Refusal::NobodyFits`] if a filter finds nobody at all.
    pub async fn preview(&self, actor: &Actor, deed: Deed, selection: &Selection) -> Result<Preview, DeskError> {
        // It names the pool it goes to.
        if deed == Deed::Renew {
            return Err(DeskError::PoolRequired);
        }
        let actor = &self.permit_all(actor, kind_of(deed).needs()).await?;
        self.check_size(actor, selection).await?;
        self.preview_of(actor, deed, selection, None, Vec::new()).await
    }

    /// As [`Desk::preview`]; of an issue from one `pool` or a renewal to it, with those of a list whom the directory does not know.
    pub(super) async fn preview_of(
        &self,
        actor: &Permit<'_>,
        deed: Deed,
        selection: &Selection,
        pool: Option<PoolId>,
        strangers: Vec<(Reason, Vec<String>)>,
    ) -> Result<Preview, DeskError> {
        let scope = actor.scope();
        // Read first: whatever the snapshot sees of a later change, the confirmation will look again.
        let basis = self.store.version(scope).await.map_err(fault)?;
        let pools = self.pools(scope).await?;
        let group = group_of(deed, pools.iter().find(|known| Some(known.id) == pool));
        let snapshot = self.snapshot_of(actor, group, selection).await?;
        if !selection.ids.is_empty() {
            check_known(selection, &snapshot.members())?;
        }
        let plan = plan(deed, &snapshot);
        if plan.wanted() + plan.left_out() == 0 && strangers.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let now = self.now();
        if let (Deed::Renew, Some(to)) = (deed, pool) {
            check_sources(&pools, &plan, to, now)?;
        }
        let operation = NewOperation {
            kind: kind_of(deed),
            state: OperationState::Preview,
            account: Some(actor.account().id),
            pool,
            created_at: now,
            expires_at: now.plus_seconds(PREVIEW_SECONDS),
            settled_at: None,
            digest: plan.digest(),
            undoes: None,
            basis: Some(basis),
            strangers,
        };
        let frozen = async {
            let mut transaction = self.begin(actor).await?;
            let id = transaction.insert_operation(&operation, &sets_of(&plan), &plan.returned).await.map_err(fault)?;
            transaction.commit().await.map_err(fault)?;
            Ok(id)
        };
        self.describe(actor, frozen, &plan, &operation.strangers, pool, operation.digest.clone(), now).await
    }

    /// A preview that still waits, as it is now.
    pub(super) async fn waiting_preview(
        &self,
        actor: &Permit<'_>,
        record: &OperationRecord,
        deed: Deed,
    ) -> Result<(Preview, bool), DeskError> {
        let sets = self.store.operation_sets(actor.scope(), record.id).await.map_err(fault)?;
        let everybody: IdSet = sets.iter().flat_map(|(_, members)| members.iter()).collect();
        let selection = Selection::of_ids(everybody);
        let pools = self.pools(actor.scope()).await?;
        let group = group_of(deed, pools.iter().find(|known| Some(known.id) == record.pool));
        let snapshot = self.store.snapshot(actor.scope(), group, &selection).await.map_err(fault)?;
        let strangers = self.store.operation_strangers(actor.scope(), record.id).await.map_err(fault)?;
        let id = std::future::ready(Ok(record.id));
        let (digest, made) = (record.digest.clone(), record.created_at);
        let plan = plan(deed, &snapshot);
        let moved = plan.digest() != digest;
        Ok((self.describe(actor, id, &plan, &strangers, record.pool, digest, made).await?, moved))
    }

    #[expect(clippy::too_many_arguments, reason = "they are the parts of what is shown")]
    /// What is shown of a plan is read while `operation` is being written.
    async fn describe(
        &self,
        actor: &Permit<'_>,
        operation: impl Future<Output = Result<OperationId, DeskError>>,
        plan: &Plan,
        strangers: &[(Reason, Vec<String>)],
        pool: Option<PoolId>,
        digest: String,
        made: domain::Instant,
    ) -> Result<Preview, DeskError> {
        let scope = actor.scope();
        let people = async {
            let first = |emails: &[String]| emails.iter().take(NAMES).cloned().collect();
            let stranger = |(reason, emails): &(Reason, Vec<String>)| LeftOut {
                reason: *reason,
                count: emails.len() as u64,
                names: first(emails),
            };
            let mut left_out: Vec<LeftOut> = strangers.iter().map(stranger).collect();
            for (reason, members) in &plan.rejected {
                let names = self.first_names(actor, members).await?;
                left_out.push(LeftOut { reason: *reason, count: members.len() as u64, names });
            }
            Ok((self.first_names(actor, &plan.accepted).await?, left_out, self.pools(scope).await?))
        };
        let open_tasks = async {
            let seats: IdSet = plan.returned.iter().flat_map(|(_, seats)| seats.iter()).collect();
            match plan.deed {
                Deed::Issue | Deed::Renew => Ok(0),
                Deed::Revoke => self.store.open_tasks(scope, &seats).await.map_err(fault),
            }
        };
        let waiting = async {
            // Of whom one does not see, one is not told how many they are.
            if plan.deed != Deed::Renew || actor.coverage().groups().is_some() {
                return Ok(0);
            }
            let held = self.store.holders_by_employment(scope).await.map_err(fault)?;
            let from = |pool: &PoolId| plan.returned.iter().any(|(from, _)| from == pool);
            let could = held.iter().filter(|(pool, employment, _)| from(pool) && employment.may_receive());
            Ok(could.map(|(_, _, count)| count).sum::<u64>().saturating_sub(plan.wanted()))
        };
        let (operation, (names, left_out, pools), open_tasks, waiting) =
            tokio::try_join!(operation, people, open_tasks, waiting)?;
        Ok(Preview {
            operation,
            deed: plan.deed,
            digest,
            now: self.now(),
            expires_at: made.plus_seconds(PREVIEW_SECONDS),
            accepted: plan.wanted(),
            names,
            left_out,
            returned: returned(plan, &pools),
            pool,
            open_tasks,
            waiting,
            pools: match plan.deed {
                Deed::Issue => {
                    pools.into_iter().filter(|pool| pool.product.exclusive_group == SIGNATURE_GROUP).collect()
                }
                Deed::Revoke => Vec::new(),
                Deed::Renew => pools.into_iter().filter(|known| Some(known.id) == pool).collect(),
            },
        })
    }

    pub(super) async fn first_names(&self, actor: &Permit<'_>, members: &IdSet) -> Result<Vec<String>, DeskError> {
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let few: IdSet = members.iter().take(LOOKED_UP).collect();
        let briefs = self.store.briefs(actor.scope(), &few).await.map_err(fault)?;
        Ok(briefs.iter().take(NAMES).map(|brief| brief.name.short()).collect())
    }
}

/// Seats are given up for later ones of the same product, and for no others: somebody may have changed just now.
fn check_sources(pools: &[Pool], plan: &Plan, to: PoolId, now: domain::Instant) -> Result<(), DeskError> {
    let find = |id: PoolId| pools.iter().find(|pool| pool.id == id);
    let fits = |from: &PoolId| find(*from).zip(find(to)).is_some_and(|(from, to)| renews(from, to, now));
    if plan.returned.iter().all(|(from, _)| fits(from)) { Ok(()) } else { Err(DeskError::Busy) }
}

/// Seats going back, by the label that the table shows, most first.
fn returned(plan: &Plan, pools: &[Pool]) -> Vec<Returned> {
    let mut returned: Vec<Returned> = Vec::new();
    for (id, seats) in &plan.returned {
        let label = pools.iter().find(|pool| pool.id == *id).map(|pool| pool.product.label.clone()).unwrap_or_default();
        let count = seats.len() as u64;
        match returned.iter_mut().find(|known| known.label == label) {
            Some(known) => known.count += count,
            None => returned.push(Returned { label, count }),
        }
    }
    returned.sort_by_key(|returned| std::cmp::Reverse(returned.count));
    returned
}

//! «Продлить»: nothing renews by itself, so whoever holds a licence of a term that ends is moved to one that was
//! bought for a new term, all of them in one operation and without a gap.

use std::cmp::Reverse;

use domain::{
    Capability, Deed, DeskError, FieldProblem, IdSet, Instant, Kind, OperationId, OrderForm, Outcome, Plans, Pool,
    PoolId, Product, Refusal, SIGNATURE_GROUP, Selection, Sort, Want, Wish, plan, renews,
};

use super::{Desk, fault};
use crate::actor::Actor;
use crate::ports::Managed;

/// A pool whose term ends, and where its holders can go.
#[derive(Clone, Debug)]
pub struct Renewal {
    pub pool: Pool,
    /// How many of those who hold a seat can be given a new one.
    pub wanted: u64,
    /// How many cannot: dismissed people keep theirs until its term ends.
    pub dismissed: u64,
    /// Pools of a later term with seats left: those with enough for all first, then those that end last.
    pub to: Vec<Pool>,
    /// Whether the product can be ordered.
    pub sold: bool,
}

/// Several pools of one product whose holders can go to the same places.
#[derive(Clone, Debug)]
pub struct JointRenewal {
    pub product: Product,
    /// Those that end first on top.
    pub from: Vec<PoolId>,
    /// As of a [`Renewal`], of all of them.
    pub wanted: u64,
    pub to: Vec<Pool>,
}

/// Who holds what ends when.
#[derive(Clone, Debug)]
pub struct Renewals {
    /// Those that end first on top.
    pub rows: Vec<Renewal>,
    /// Where there is more than one of a product.
    pub joint: Vec<JointRenewal>,
    pub now: Instant,
}

/// Those with enough for all first, then those that end last.
fn best_first(mut to: Vec<Pool>, wanted: u64) -> Vec<Pool> {
    to.sort_by_key(|to| (to.left() < wanted, to.valid_until.is_some(), Reverse(to.valid_until), to.id));
    to
}

fn joint(rows: &[Renewal]) -> Vec<JointRenewal> {
    let mut joint: Vec<JointRenewal> = Vec::new();
    // Whoever has nowhere to go, as the holders of the last to end, keeps nobody from going there.
    for row in rows.iter().filter(|row| row.wanted > 0 && !row.to.is_empty()) {
        match joint.iter_mut().find(|known| known.product.id == row.pool.product.id) {
            Some(known) if known.to.iter().any(|to| to.id == row.pool.id) => {}
            Some(known) => {
                known.from.push(row.pool.id);
                known.wanted += row.wanted;
                known.to.retain(|to| row.to.contains(to));
            }
            None => joint.push(JointRenewal {
                product: row.pool.product.clone(),
                from: vec![row.pool.id],
                wanted: row.wanted,
                to: row.to.clone(),
            }),
        }
    }
    joint.retain(|known| known.from.len() > 1 && !known.to.is_empty());
    for known in &mut joint {
        known.to = best_first(std::mem::take(&mut known.to), known.wanted);
    }
    joint
}

impl Desk {
    /// The pools whose terms end and of which somebody holds a seat.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn renewals(&self, actor: &Actor) -> Result<Renewals, DeskError> {
        let actor = &self.permit(actor, Capability::Stock).await?;
        let now = self.now();
        let pools = self.pools(actor.scope()).await?;
        let held = self.store.holders_by_employment(actor.scope()).await.map_err(fault)?;
        let offers = self.store.offers().await.map_err(fault)?;
        let mut rows = Vec::new();
        for pool in pools.iter().filter(|pool| pool.issued > 0 && pool.valid_until.is_some() && pool.runs(now)) {
            let of_pool = |fits: bool| -> u64 {
                let some = held.iter().filter(|(id, kind, _)| *id == pool.id && kind.may_receive() == fits);
                some.map(|(_, _, count)| count).sum()
            };
            let wanted = of_pool(true);
            let to = pools.iter().filter(|to| renews(pool, to, now) && to.left() > 0);
            let to = best_first(to.cloned().collect(), wanted);
            rows.push(Renewal {
                wanted,
                dismissed: of_pool(false),
                pool: pool.clone(),
                to,
                sold: offers.iter().any(|offer| offer.product.id == pool.product.id),
            });
        }
        rows.sort_by_key(|row| (row.pool.valid_until, row.pool.id));
        let joint = joint(&rows);
        Ok(Renewals { rows, joint, now })
    }

    /// The form of an order for as many licences as the holders of these pools need.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`] if there is nobody to order for; [`DeskError::UnknownPool`];
    /// [`DeskError::NothingSold`].
    pub async fn renewal_order(&self, actor: &Actor, from: &[PoolId]) -> Result<OrderForm, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let shop = self.shop(actor.actor()).await?;
        let rows = self.renewals(actor.actor()).await?.rows;
        let mut seats: Vec<(domain::ProductId, u64)> = Vec::new();
        for id in from {
            let row = rows.iter().find(|row| row.pool.id == *id).ok_or(DeskError::UnknownPool)?;
            match seats.iter_mut().find(|(product, _)| *product == row.pool.product.id) {
                Some((_, wanted)) => *wanted += row.wanted,
                None => seats.push((row.pool.product.id, row.wanted)),
            }
        }
        seats.retain(|(_, wanted)| *wanted > 0);
        if seats.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        if seats.iter().any(|(product, _)| shop.offers.iter().all(|offer| offer.product.id != *product)) {
            return Err(super::bind::wrong("seats", FieldProblem::NotSold));
        }
        let seats = seats.into_iter().map(|(product, wanted)| (product, wanted.to_string())).collect();
        Ok(match shop.former {
            Some(buyer) => {
                OrderForm { inn: buyer.inn.as_str().to_owned(), kpp: buyer.kpp, address: buyer.address, seats }
            }
            None => OrderForm { seats, ..OrderForm::default() },
        })
    }

    /// Plans issuing licences again to whoever lost theirs when a term ended, and freezes them.
    ///
    /// # Errors
    /// [`DeskError::UnknownOperation`] for whatever is no end of a term; as [`Desk::preview`].
    pub async fn preview_again(&self, actor: &Actor, ended: OperationId) -> Result<OperationId, DeskError> {
        let permit = &self.permit_all(actor, Kind::Issue.needs()).await?;
        let record = self.seen(permit, ended).await?;
        if record.kind != Kind::EndTerm {
            return Err(DeskError::UnknownOperation);
        }
        let sets = self.store.operation_sets(permit.scope(), ended).await.map_err(fault)?;
        let lost = sets.into_iter().find_map(|(outcome, members)| (outcome == Outcome::Accepted).then_some(members));
        let lost = lost.unwrap_or_default();
        let pools = self.pools(permit.scope()).await?;
        let product = pools.iter().find(|pool| Some(pool.id) == record.pool).map(|pool| &pool.product);
        // What is no signature is given where several products are.
        if let Some(product) = product.filter(|product| product.exclusive_group != SIGNATURE_GROUP) {
            let wish = Wish([(product.id, Want::Set(Plans::ALL))].into());
            return self.freeze(permit, lost, Managed { wish, sort: Sort::default() }).await;
        }
        Ok(self.preview(actor, Deed::Issue, &Selection::of_ids(lost)).await?.operation)
    }

    /// Plans moving the holders of pools to another one of the same product and a later term, and freezes them: all of
    /// them, or as many as there are seats for, those first whose term ends first; the others stay where they are, and can
    /// go elsewhere.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`] without pools; [`DeskError::UnknownPool`] if there is no such pool, or it is none to
    /// move to.
    pub async fn preview_renewal(&self, actor: &Actor, from: &[PoolId], to: PoolId) -> Result<OperationId, DeskError> {
        let actor = &self.permit_all(actor, Kind::Renew.needs()).await?;
        if from.is_empty() {
            return Err(DeskError::EmptySelection);
        }
        let pools = self.pools(actor.scope()).await?;
        let find = |id: PoolId| pools.iter().find(|pool| pool.id == id).ok_or(DeskError::UnknownPool);
        let to = find(to)?;
        let mut from = from.iter().map(|id| find(*id)).collect::<Result<Vec<_>, _>>()?;
        from.sort_by_key(|pool| (pool.valid_until, pool.id));
        from.dedup_by_key(|pool| pool.id);
        if !from.iter().all(|from| renews(from, to, self.now())) {
            return Err(DeskError::UnknownPool);
        }
        let mut everybody = IdSet::EMPTY;
        for pool in &from {
            everybody = everybody.or(&self.store.holders(actor.scope(), pool).await.map_err(fault)?);
        }
        if everybody.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let everybody = Selection::of_ids(everybody);
        let mut snapshot = self.snapshot_of(actor, &to.product.exclusive_group, &everybody).await?;
        // Whoever has changed since is another matter.
        snapshot.classes.retain(|class| from.iter().any(|pool| class.holds == Some(pool.id)));
        let seats = usize::try_from(to.left()).unwrap_or(usize::MAX);
        let fitting = plan(Deed::Renew, &snapshot).accepted;
        let chosen = if fitting.len() > seats && seats > 0 {
            let of_pool = |pool: &&Pool| {
                let held = snapshot.classes.iter().filter(|class| class.holds == Some(pool.id));
                held.flat_map(|class| class.members.iter()).collect::<IdSet>().and(&fitting)
            };
            from.iter().map(of_pool).flat_map(|held| held.iter().collect::<Vec<_>>()).take(seats).collect()
        } else {
            snapshot.members()
        };
        let preview = self.preview_of(actor, Deed::Renew, &Selection::of_ids(chosen), Some(to.id), Vec::new()).await?;
        Ok(preview.operation)
    }
}

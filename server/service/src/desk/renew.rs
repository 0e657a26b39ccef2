//! «Продлить»: nothing renews by itself, so whoever holds a licence of a term that ends is moved to one that was
//! bought for a new term, all of them in one operation and without a gap.

use domain::{
    Deed, DeskError, FieldProblem, IdSet, Instant, OperationId, OrderForm, Plan, Pool, PoolId, Reason, SIGNATURE_GROUP,
    Selection, plan, renews,
};

use super::{Desk, fault};
use crate::actor::Actor;

/// A pool whose term ends, and where its holders can go.
#[derive(Clone, Debug)]
pub struct Renewal {
    pub pool: Pool,
    /// How many of those who hold a seat can be given a new one.
    pub wanted: u64,
    /// How many cannot: dismissed people keep theirs until its term ends.
    pub dismissed: u64,
    /// Pools of a later term with a seat for each of them, those that end last first.
    pub to: Vec<Pool>,
}

/// Who holds what ends when.
#[derive(Clone, Debug)]
pub struct Renewals {
    /// Those that end first on top.
    pub rows: Vec<Renewal>,
    pub now: Instant,
}

impl Desk {
    /// The pools whose terms end and of which somebody holds a seat.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn renewals(&self, actor: &Actor) -> Result<Renewals, DeskError> {
        let now = self.now();
        let pools = self.pools(actor.scope()).await?;
        let mut rows = Vec::new();
        for pool in pools.iter().filter(|pool| pool.issued > 0 && pool.valid_until.is_some() && pool.runs(now)) {
            let plan = self.renewal_plan(actor, pool).await?;
            let to = pools.iter().filter(|to| renews(pool, to, now) && to.left() >= plan.wanted());
            let mut to: Vec<Pool> = to.cloned().collect();
            to.sort_by_key(|to| (to.valid_until.is_some(), std::cmp::Reverse(to.valid_until), to.id));
            let dismissed = plan.rejected.iter().find(|(reason, _)| *reason == Reason::Dismissed);
            rows.push(Renewal {
                wanted: plan.wanted(),
                dismissed: dismissed.map_or(0, |(_, members)| members.len() as u64),
                pool: pool.clone(),
                to,
            });
        }
        rows.sort_by_key(|row| (row.pool.valid_until, row.pool.id));
        Ok(Renewals { rows, now })
    }

    /// Who of a pool's holders would be moved.
    async fn renewal_plan(&self, actor: &Actor, pool: &Pool) -> Result<Plan, DeskError> {
        let holders = self.store.holders(actor.scope(), pool).await.map_err(fault)?;
        if holders.is_empty() {
            return Ok(plan(Deed::Renew, &domain::Snapshot::default()));
        }
        let selection = Selection::of_ids(holders);
        let snapshot = self.store.snapshot(actor.scope(), SIGNATURE_GROUP, &selection).await.map_err(fault)?;
        Ok(plan(Deed::Renew, &snapshot))
    }

    /// The form of an order for as many licences as the holders of these pools need.
    ///
    /// # Errors
    /// [`DeskError::EmptySelection`] if there is nobody to order for; [`DeskError::UnknownPool`];
    /// [`DeskError::NothingSold`].
    pub async fn renewal_order(&self, actor: &Actor, from: &[PoolId]) -> Result<OrderForm, DeskError> {
        let shop = self.shop(actor).await?;
        let rows = self.renewals(actor).await?.rows;
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

    /// Plans moving the holders of a pool to another one of the same product and a later term, and freezes them.
    ///
    /// # Errors
    /// [`DeskError::UnknownPool`] if there is no such pool, or it is none to move to.
    pub async fn preview_renewal(&self, actor: &Actor, from: PoolId, to: PoolId) -> Result<OperationId, DeskError> {
        let pools = self.pools(actor.scope()).await?;
        let find = |id: PoolId| pools.iter().find(|pool| pool.id == id).ok_or(DeskError::UnknownPool);
        let (from, to) = (find(from)?, find(to)?);
        if !renews(from, to, self.now()) {
            return Err(DeskError::UnknownPool);
        }
        let holders: IdSet = self.store.holders(actor.scope(), from).await.map_err(fault)?;
        let preview = self.preview_of(actor, Deed::Renew, &Selection::of_ids(holders), Some(to.id), Vec::new()).await?;
        Ok(preview.operation)
    }
}

//! «Продлить»: nothing renews by itself, so whoever holds a licence of a term that ends is moved to one that was
//! bought for a new term, all of them in one operation and without a gap.

use std::cmp::Reverse;

use domain::{
    Deed, DeskError, FieldProblem, Instant, OperationId, OrderForm, Pool, PoolId, Refusal, SIGNATURE_GROUP, Selection,
    plan, renews,
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
    /// Pools of a later term with seats left: those with enough for all first, then those that end last.
    pub to: Vec<Pool>,
    /// Whether the product can be ordered.
    pub sold: bool,
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
            let mut to: Vec<Pool> = to.cloned().collect();
            to.sort_by_key(|to| (to.left() < wanted, to.valid_until.is_some(), Reverse(to.valid_until), to.id));
            rows.push(Renewal {
                wanted,
                dismissed: of_pool(false),
                pool: pool.clone(),
                to,
                sold: offers.iter().any(|offer| offer.product.id == pool.product.id),
            });
        }
        rows.sort_by_key(|row| (row.pool.valid_until, row.pool.id));
        Ok(Renewals { rows, now })
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

    /// Plans moving the holders of a pool to another one of the same product and a later term, and freezes them: all of
    /// them, or as many as there are seats for; the others stay where they are, and can go elsewhere.
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
        let everybody = Selection::of_ids(self.store.holders(actor.scope(), from).await.map_err(fault)?);
        if everybody.ids.is_empty() {
            return Err(Refusal::NobodyFits.into());
        }
        let mut snapshot = self.store.snapshot(actor.scope(), SIGNATURE_GROUP, &everybody).await.map_err(fault)?;
        // Whoever has changed since is another matter.
        snapshot.classes.retain(|class| class.holds == Some(from.id));
        let fitting = plan(Deed::Renew, &snapshot).accepted;
        let seats = usize::try_from(to.left()).unwrap_or(usize::MAX);
        let chosen =
            if fitting.len() > seats && seats > 0 { fitting.iter().take(seats).collect() } else { snapshot.members() };
        let preview = self.preview_of(actor, Deed::Renew, &Selection::of_ids(chosen), Some(to.id), Vec::new()).await?;
        Ok(preview.operation)
    }
}

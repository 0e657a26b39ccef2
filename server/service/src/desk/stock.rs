//! What the organisation has bought.

use domain::{Capability, DeskError, Stock};

use super::{Desk, fault};
use crate::actor::Actor;

impl Desk {
    /// «Лицензии»: the pools, and how their seats came and went.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn stock(&self, actor: &Actor) -> Result<Stock, DeskError> {
        let actor = &self.permit(actor, Capability::Stock).await?;
        let scope = actor.scope();
        let mut pools = self.pools(scope).await?;
        // Extensions are told of beside it: they are not bought by the seat.
        pools.retain(|pool| !pool.product.is_extension());
        Ok(Stock {
            pools,
            flows: self.store.seat_flows(scope).await.map_err(fault)?,
            orders: self.store.pool_orders(scope).await.map_err(fault)?,
            now: self.now(),
        })
    }
}

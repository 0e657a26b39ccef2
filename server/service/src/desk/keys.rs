//! «Зарегистрировать программный продукт»: a number and a PIN become stock.

use domain::{
    DeskError, FieldError, FieldProblem, Instant, KEY_BLOCK_SECONDS, KEY_TRIES, NewKey, PoolId, RegistrationForm,
};
use serde_json::json;

use super::orders::random_code;
use super::{Desk, fault};
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::password;
use crate::ports::{NewPool, StoreError};

impl Desk {
    /// Registers a product by its number and PIN: its stock is there at once, and the key is used.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; with [`FieldProblem::WrongKey`] on `pin`, the same for an
    /// unknown number, a wrong PIN and a used key; [`DeskError::TooManyTries`] after [`KEY_TRIES`] of these.
    pub async fn register_product(&self, actor: &Actor, form: &RegistrationForm) -> Result<PoolId, DeskError> {
        let scope = actor.scope();
        let now = self.now();
        let registration = form.check(now).map_err(|fields| DeskError::InvalidForm { fields })?;
        let number = registration.number;
        // Kept before it is known whether it fits: many at once are not more than so many.
        let tried = self.keep_try(actor, now).await?;
        let key = self.store.key(&number).await.map_err(fault)?;
        let hash = key.as_ref().map(|key| key.pin_hash.clone());
        let fits = password::fits(registration.pin, hash).await;
        let key = key.filter(|_| fits).ok_or_else(wrong_key)?;
        let mut transaction = self.store.begin(scope).await.map_err(fault)?;
        let pool = NewPool {
            product: key.product,
            code: random_code()?,
            total: key.seats,
            valid_from: now,
            valid_until: key.term_months.map(|months| now.date().plus_months(months.into()).end()),
            trial: false,
        };
        let id = transaction.add_pool(None, &pool).await.map_err(fault)?;
        transaction.use_key(key.id, id, &registration.owner, now).await.map_err(|error| match error {
            StoreError::Conflict => wrong_key(),
            other => fault(other),
        })?;
        transaction.forget_try(tried).await.map_err(fault)?;
        let entry = audit::Entry {
            at: now,
            account: Some(actor.account().id),
            action: "product.registered",
            object: Object::Pool(id),
            details: json!({ "key": key.id, "product": key.product, "seats": key.seats }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    async fn keep_try(&self, actor: &Actor, now: Instant) -> Result<i64, DeskError> {
        let mut transaction = self.store.begin(actor.scope()).await.map_err(fault)?;
        let since = now.plus_seconds(-KEY_BLOCK_SECONDS);
        let (tries, first) = transaction.key_tries(since).await.map_err(fault)?;
        if tries >= KEY_TRIES {
            let left = first.map_or(0, |first| first.plus_seconds(KEY_BLOCK_SECONDS).0 - now.0);
            let minutes = u64::try_from(left).unwrap_or(0).div_ceil(60_000_000).max(1);
            return Err(DeskError::TooManyTries { minutes });
        }
        let tried = transaction.keep_try(now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(tried)
    }

    /// Takes keys from the operator, all or none.
    ///
    /// # Errors
    /// [`DeskError::Busy`] if a number is there already, or the database is busy; [`DeskError::Unavailable`].
    pub async fn add_keys(&self, keys: &[NewKey]) -> Result<(), DeskError> {
        self.store.add_keys(keys).await.map_err(fault)
    }
}

fn wrong_key() -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: "pin".into(), problem: FieldProblem::WrongKey }] }
}

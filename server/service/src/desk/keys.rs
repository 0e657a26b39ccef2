//! «Зарегистрировать программный продукт»: a number and a PIN become stock.

use domain::{
    Capability, CheckedKey, DeskError, FieldError, FieldProblem, Instant, KEY_BLOCK_SECONDS, KEY_TRIES, KeyForm,
    NewKey, PoolId, Registered, RegistrationForm,
};
use serde_json::json;

use super::orders::random_code;
use super::{Desk, fault, incident};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::password;
use crate::ports::{KeyCheck, NewPool, StoreError};
use crate::secret::KeyToken;

/// Why keys are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    #[error("{number} is there already: take it out of the file; nothing was changed")]
    Known { number: String },
    #[error("not taken ({0}); try again")]
    Desk(DeskError),
}

impl Desk {
    /// The first step of a registration: whether number and PIN fit. Whoever holds the token may go on.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field; with [`FieldProblem::WrongKey`] on `pin`, the same for an
    /// unknown number, a wrong PIN and a used key (the log tells which, without number and PIN);
    /// [`DeskError::TooManyTries`] after [`KEY_TRIES`] of these.
    pub async fn check_key(&self, actor: &Actor, form: &KeyForm) -> Result<(KeyToken, CheckedKey), DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let now = self.now();
        let KeyForm { number, pin } = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        // Kept before it is known whether it fits: many at once are not more than so many.
        let (tried, tries) = self.keep_try(actor, now).await?;
        let found = self.store.key(&number).await.map_err(fault)?;
        let (known, used) = (found.is_some(), found.as_ref().is_some_and(|key| key.used));
        let key = found.filter(|key| !key.used);
        let hash = key.as_ref().map(|key| key.pin_hash.clone());
        let fits = password::turn().await.fits(pin, hash).await;
        let Some(key) = key.filter(|_| fits) else {
            let details = json!({ "why": "wrong_key", "known": known, "used": used, "tries": tries });
            self.note_refused(actor, "key.refused", Object::Keys, details).await;
            return Err(wrong_key());
        };
        let token = KeyToken::random().map_err(|_| incident("the operating system has no randomness to give"))?;
        let (account, hash) = (actor.account().id, token.hash());
        let mut transaction = self.begin(actor).await?;
        transaction.forget_try(tried).await.map_err(fault)?;
        transaction.keep_key_check(account, key.id, &hash, now).await.map_err(fault)?;
        // Used by somebody else just now, it is a used key.
        let Some(check) = transaction.key_check(account, &hash, now).await.map_err(fault)? else {
            drop(transaction);
            let details = json!({ "why": "wrong_key", "known": true, "used": true, "tries": tries });
            self.note_refused(actor, "key.refused", Object::Keys, details).await;
            return Err(wrong_key());
        };
        transaction.commit().await.map_err(fault)?;
        Ok((token, checked(check)))
    }

    /// What the second step is about.
    ///
    /// # Errors
    /// [`DeskError::KeyCheckOver`] if the first one was not taken by this account, was too long ago, or the key was used
    /// since.
    pub async fn checked_key(&self, actor: &Actor, token: Option<&KeyToken>) -> Result<CheckedKey, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let hash = token.ok_or(DeskError::KeyCheckOver)?.hash();
        let check = self.store.key_check(actor.scope(), actor.account().id, &hash, self.now()).await.map_err(fault)?;
        check.map(checked).ok_or(DeskError::KeyCheckOver)
    }

    /// The second step: registers the product that was checked. Its stock is there at once, and the key is used.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field: the check stays good. [`DeskError::KeyCheckOver`] as for
    /// [`Desk::checked_key`], or if `key` is not the one that was checked last.
    pub async fn register_product(
        &self,
        actor: &Actor,
        token: Option<&KeyToken>,
        key: i64,
        form: &RegistrationForm,
    ) -> Result<PoolId, DeskError> {
        let actor = &self.permit(actor, Capability::Orders).await?;
        let done = self.register_checked(actor, token, key, form).await;
        if done == Err(DeskError::KeyCheckOver) {
            self.note_refused(actor, "key.refused", Object::Keys, json!({ "why": "key_check_over" })).await;
        }
        done
    }

    async fn register_checked(
        &self,
        actor: &Permit<'_>,
        token: Option<&KeyToken>,
        key: i64,
        form: &RegistrationForm,
    ) -> Result<PoolId, DeskError> {
        let (scope, account, now) = (actor.scope(), actor.account().id, self.now());
        let hash = token.ok_or(DeskError::KeyCheckOver)?.hash();
        let mut transaction = self.begin(actor).await?;
        let checked = transaction.key_check(account, &hash, now).await.map_err(fault)?;
        let key = checked.filter(|checked| checked.key == key).ok_or(DeskError::KeyCheckOver)?;
        let owner = form.check(now).map_err(|fields| DeskError::InvalidForm { fields })?;
        let pool = NewPool {
            product: key.product,
            code: random_code()?,
            total: key.seats,
            valid_from: now,
            valid_until: key.term_months.map(|months| now.date().plus_months(months.into()).end()),
            trial: false,
        };
        let id = transaction.add_pool(None, &pool).await.map_err(fault)?;
        transaction.use_key(key.key, id, &owner, account, now).await.map_err(|error| match error {
            StoreError::Conflict => DeskError::KeyCheckOver,
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "product.registered",
            object: Object::Pool(id),
            details: json!({ "key": key.key, "product": key.product, "seats": key.seats }),
        };
        audit::append(&mut *transaction, scope, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(id)
    }

    /// How a pool was registered, if it was.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn registered(&self, actor: &Actor, pool: PoolId) -> Result<Option<Registered>, DeskError> {
        let actor = &self.permit(actor, Capability::Stock).await?;
        self.store.registered(actor.scope(), pool).await.map_err(fault)
    }

    /// The try, and how many there are with it.
    async fn keep_try(&self, actor: &Permit<'_>, now: Instant) -> Result<(i64, u64), DeskError> {
        let mut transaction = self.begin(actor).await?;
        let since = now.plus_seconds(-KEY_BLOCK_SECONDS);
        let (tries, first) = transaction.key_tries(since).await.map_err(fault)?;
        if tries >= KEY_TRIES {
            let left = first.map_or(0, |first| first.plus_seconds(KEY_BLOCK_SECONDS).0 - now.0);
            let minutes = u64::try_from(left).unwrap_or(0).div_ceil(60_000_000).max(1);
            return Err(DeskError::TooManyTries { minutes });
        }
        let tried = transaction.keep_try(now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok((tried, tries + 1))
    }

    /// Takes keys from the operator, all or none.
    ///
    /// # Errors
    /// [`KeysError`]: nothing is changed, except that of [`DeskError::OutcomeUnknown`] nobody knows.
    pub async fn add_keys(&self, keys: &[NewKey]) -> Result<(), KeysError> {
        let broken = |error: StoreError| KeysError::Desk(fault(error));
        for key in keys {
            if self.store.key(&key.number).await.map_err(broken)?.is_some() {
                return Err(KeysError::Known { number: key.number.clone() });
            }
        }
        self.store.add_keys(keys).await.map_err(broken)
    }
}

fn checked(check: KeyCheck) -> CheckedKey {
    CheckedKey {
        key: check.key,
        number: check.number,
        title: check.title,
        seats: check.seats,
        term_months: check.term_months,
    }
}

fn wrong_key() -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: "pin".into(), problem: FieldProblem::WrongKey }] }
}

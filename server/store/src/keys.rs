//! Products sold as a number and a PIN.

use domain::{Instant, NewKey, OrganizationId, PoolId, ProductId, RegistrationForm};
use service::ports::{KeyRecord, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, statements};

statements! {
    FIND = "SELECT id, pin_hash, product_id, seats, term_months FROM product_keys WHERE number = $1 AND used_at IS NULL";
    INSERT = "INSERT INTO product_keys (number, pin_hash, product_id, seats, term_months) VALUES ($1, $2, $3, $4, $5)";
    USE = "UPDATE product_keys SET used_at = $4, organization_id = $1, pool_id = $3, owner = $5 \
           WHERE id = $2 AND used_at IS NULL";
    KEEP_TRY = "INSERT INTO key_tries (organization_id, tried_at) VALUES ($1, $2) RETURNING id";
    FORGET_TRY = "DELETE FROM key_tries WHERE organization_id = $1 AND id = $2";
    TRIES = "SELECT count(*), MIN(tried_at) FROM key_tries WHERE organization_id = $1 AND tried_at > $2";
    FORGET_TRIES = "DELETE FROM key_tries WHERE organization_id = $1 AND tried_at < $2";
}

pub(crate) async fn find(conn: &mut Conn<'_>, number: &str) -> StoreResult<Option<KeyRecord>> {
    let Some(row) = conn.maybe_row(FIND.bind(number)).await? else { return Ok(None) };
    let months = row.maybe_int(4)?.map(|months| u16::try_from(months).map_err(|_| broken("a number of months")));
    Ok(Some(KeyRecord {
        id: row.int(0)?,
        pin_hash: row.text(1)?,
        product: ProductId(row.int(2)?),
        seats: row.count(3)?,
        term_months: months.transpose()?,
    }))
}

pub(crate) async fn add(conn: &mut Conn<'_>, keys: &[NewKey]) -> StoreResult<()> {
    for key in keys {
        let sql = INSERT
            .bind(key.number.as_str())
            .bind(key.pin_hash.as_str())
            .bind(key.product.0)
            .bind(i64::try_from(key.seats).map_err(|_| broken("the seats of a key"))?)
            .bind(key.term_months.map(i64::from));
        conn.execute(sql).await?;
    }
    Ok(())
}

pub(crate) async fn take(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    key: i64,
    pool: PoolId,
    owner: &RegistrationForm,
    at: Instant,
) -> StoreResult<()> {
    let owner = serde_json::to_string(owner).map_err(|_| broken("an owner"))?;
    match conn.execute(USE.of(organization).bind(key).bind(pool.0).bind(at.0).bind(owner)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Tries of long ago are thrown away with it.
pub(crate) async fn keep_try(conn: &mut Conn<'_>, organization: OrganizationId, at: Instant) -> StoreResult<i64> {
    conn.execute(FORGET_TRIES.of(organization).bind(at.plus_seconds(-domain::KEY_BLOCK_SECONDS).0)).await?;
    conn.row(KEEP_TRY.of(organization).bind(at.0)).await?.int(0)
}

pub(crate) async fn forget_try(conn: &mut Conn<'_>, organization: OrganizationId, id: i64) -> StoreResult<()> {
    conn.execute(FORGET_TRY.of(organization).bind(id)).await.map(drop)
}

pub(crate) async fn tries(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    since: Instant,
) -> StoreResult<(u64, Option<Instant>)> {
    let row = conn.row(TRIES.of(organization).bind(since.0)).await?;
    Ok((row.count(0)?, row.maybe_int(1)?.map(Instant)))
}

//! Products sold as a number and a PIN.

use domain::{AccountId, Instant, NewKey, OrganizationId, PoolId, ProductId, Registered, RegistrationForm};
use service::ports::{KeyCheck, KeyRecord, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

statements! {
    FIND = "SELECT id, pin_hash, product_id, seats, term_months, used_at FROM product_keys WHERE number = $1";
    INSERT = "INSERT INTO product_keys (number, pin_hash, product_id, seats, term_months) VALUES ($1, $2, $3, $4, $5)";
    USE = "UPDATE product_keys SET used_at = $4, organization_id = $1, pool_id = $3, owner = $5, account_id = $6 \
           WHERE id = $2 AND used_at IS NULL";
    REGISTERED = "SELECT k.number, k.owner, k.used_at, a.name FROM product_keys AS k \
                  LEFT JOIN accounts AS a ON a.organization_id = k.organization_id AND a.id = k.account_id \
                  WHERE k.organization_id = $1 AND k.pool_id = $2";
    // One for each account: the last.
    FORGET_CHECKS = "DELETE FROM key_checks WHERE organization_id = $1 AND (account_id = $2 OR expires_at <= $3)";
    KEEP_CHECK = "INSERT INTO key_checks (organization_id, account_id, key_id, token_hash, expires_at) \
                  VALUES ($1, $2, $3, $4, $5)";
    CHECKED = "SELECT k.id, k.number, k.product_id, p.title, k.seats, k.term_months FROM key_checks AS c \
               JOIN product_keys AS k ON k.id = c.key_id JOIN products AS p ON p.id = k.product_id \
               WHERE c.organization_id = $1 AND c.account_id = $2 AND c.token_hash = $3 AND c.expires_at > $4 \
               AND k.used_at IS NULL";
    KEEP_TRY = "INSERT INTO key_tries (organization_id, tried_at) VALUES ($1, $2) RETURNING id";
    FORGET_TRY = "DELETE FROM key_tries WHERE organization_id = $1 AND id = $2";
    TRIES = "SELECT count(*), MIN(tried_at) FROM key_tries WHERE organization_id = $1 AND tried_at > $2";
    FORGET_TRIES = "DELETE FROM key_tries WHERE organization_id = $1 AND tried_at < $2";
}

fn months(row: &Row, place: usize) -> StoreResult<Option<u16>> {
    row.maybe_int(place)?.map(|months| u16::try_from(months).map_err(|_| broken("a number of months"))).transpose()
}

pub(crate) async fn find(conn: &mut Conn<'_>, number: &str) -> StoreResult<Option<KeyRecord>> {
    let Some(row) = conn.maybe_row(FIND.bind(number)).await? else { return Ok(None) };
    Ok(Some(KeyRecord {
        id: row.int(0)?,
        pin_hash: row.text(1)?,
        product: ProductId(row.int(2)?),
        seats: row.count(3)?,
        term_months: months(&row, 4)?,
        used: row.maybe_int(5)?.is_some(),
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
    account: AccountId,
    at: Instant,
) -> StoreResult<()> {
    let owner = serde_json::to_string(owner).map_err(|_| broken("an owner"))?;
    let sql = USE.of(organization).bind(key).bind(pool.0).bind(at.0).bind(owner).bind(account.0);
    match conn.execute(sql).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// How a pool was registered, if it was.
pub(crate) async fn registered(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    pool: PoolId,
) -> StoreResult<Option<Registered>> {
    let Some(row) = conn.maybe_row(REGISTERED.of(organization).bind(pool.0)).await? else { return Ok(None) };
    Ok(Some(Registered {
        number: row.text(0)?,
        owner: serde_json::from_str(&row.text(1)?).map_err(|_| broken("an owner"))?,
        at: Instant(row.int(2)?),
        author: row.maybe_text(3)?,
    }))
}

/// Keeps that an account has shown a key's number and PIN; what it had shown before, and what is over, is forgotten.
pub(crate) async fn keep_check(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    key: i64,
    token_hash: &[u8; 32],
    at: Instant,
) -> StoreResult<()> {
    forget_checks(conn, organization, account, at).await?;
    let until = at.plus_seconds(domain::KEY_CHECK_SECONDS);
    let sql = KEEP_CHECK.of(organization).bind(account.0).bind(key).bind(token_hash).bind(until.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn forget_checks(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(FORGET_CHECKS.of(organization).bind(account.0).bind(at.0)).await.map(drop)
}

/// What an account has shown by this token, if it is not over and nobody has used the key.
pub(crate) async fn checked(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    token_hash: &[u8; 32],
    at: Instant,
) -> StoreResult<Option<KeyCheck>> {
    let sql = CHECKED.of(organization).bind(account.0).bind(token_hash).bind(at.0);
    let Some(row) = conn.maybe_row(sql).await? else { return Ok(None) };
    Ok(Some(KeyCheck {
        key: row.int(0)?,
        number: row.text(1)?,
        product: ProductId(row.int(2)?),
        title: row.text(3)?,
        seats: row.count(4)?,
        term_months: months(&row, 5)?,
    }))
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

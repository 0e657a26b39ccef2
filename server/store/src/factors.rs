//! Second factors, and the codes for whoever has lost theirs.

use domain::{AccountId, Instant, OrganizationId};
use service::ports::{FactorRecord, RecoveryCodes, StoreResult};
use service::{CodeSalt, FactorSecret};

use crate::error::broken;
use crate::sql::{Conn, statements};

statements! {
    FIND = "SELECT secret, created_at, confirmed_at, last_step FROM factors \
            WHERE organization_id = $1 AND account_id = $2";
    BEGIN = "INSERT INTO factors (organization_id, account_id, secret, created_at, confirmed_at, last_step) \
             VALUES ($1, $2, $3, $4, NULL, 0) \
             ON CONFLICT (organization_id, account_id) DO UPDATE SET secret = excluded.secret, \
                 created_at = excluded.created_at WHERE factors.confirmed_at IS NULL";
    CONFIRM = "UPDATE factors SET confirmed_at = $4, last_step = $3 WHERE organization_id = $1 AND account_id = $2";
    TAKE = "UPDATE factors SET last_step = $3 WHERE organization_id = $1 AND account_id = $2 AND last_step < $3";
    DROP = "DELETE FROM factors WHERE organization_id = $1 AND account_id = $2";
    DROP_CODES = "DELETE FROM recovery_codes WHERE organization_id = $1 AND account_id = $2";
    CODES = "SELECT count(*), MAX(salt) FROM recovery_codes \
             WHERE organization_id = $1 AND account_id = $2 AND used_at IS NULL";
    ADD_CODE = "INSERT INTO recovery_codes (organization_id, account_id, code_hash, used_at, salt) \
                VALUES ($1, $2, $3, NULL, $4)";
    KEEP_SALT = "UPDATE recovery_codes SET salt = $3 WHERE organization_id = $1 AND account_id = $2 AND salt IS NULL";
    USE_CODE = "UPDATE recovery_codes SET used_at = $4 \
                WHERE organization_id = $1 AND account_id = $2 AND code_hash = $3 AND used_at IS NULL";
    REQUIRE = "UPDATE organizations SET factor_required = $2 WHERE id = $1";
    REQUIRED = "SELECT factor_required FROM organizations WHERE id = $1";
}

pub(crate) async fn find(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Option<FactorRecord>> {
    let Some(row) = conn.maybe_row(FIND.of(organization).bind(account.0)).await? else { return Ok(None) };
    Ok(Some(FactorRecord {
        secret: FactorSecret::parse(&row.text(0)?).ok_or_else(|| broken("the secret of a factor"))?,
        created_at: Instant(row.int(1)?),
        confirmed_at: row.maybe_int(2)?.map(Instant),
        last_step: row.int(3)?,
    }))
}

pub(crate) async fn codes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<RecoveryCodes> {
    let row = conn.row(CODES.of(organization).bind(account.0)).await?;
    let salt = row.maybe_text(1)?;
    let salt =
        salt.map(|kept| CodeSalt::parse(&kept).ok_or_else(|| broken("the salt of recovery codes"))).transpose()?;
    Ok(RecoveryCodes { left: row.count(0)?, salt })
}

pub(crate) async fn begin(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    secret: &FactorSecret,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(BEGIN.of(organization).bind(account.0).bind(secret.kept()).bind(at.0)).await.map(drop)
}

pub(crate) async fn confirm(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    step: i64,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(CONFIRM.of(organization).bind(account.0).bind(step).bind(at.0)).await.map(drop)
}

pub(crate) async fn take(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    step: i64,
) -> StoreResult<bool> {
    Ok(conn.execute(TAKE.of(organization).bind(account.0).bind(step)).await? == 1)
}

pub(crate) async fn forget(conn: &mut Conn<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<bool> {
    Ok(conn.execute(DROP.of(organization).bind(account.0)).await? == 1)
}

pub(crate) async fn keep_codes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    salt: &CodeSalt,
    hashes: &[[u8; 32]],
) -> StoreResult<()> {
    forget_codes(conn, organization, account).await?;
    for hash in hashes {
        conn.execute(ADD_CODE.of(organization).bind(account.0).bind(hash).bind(salt.kept())).await?;
    }
    Ok(())
}

pub(crate) async fn keep_salt(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    salt: &CodeSalt,
) -> StoreResult<()> {
    conn.execute(KEEP_SALT.of(organization).bind(account.0).bind(salt.kept())).await.map(drop)
}

pub(crate) async fn forget_codes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<()> {
    conn.execute(DROP_CODES.of(organization).bind(account.0)).await.map(drop)
}

pub(crate) async fn use_code(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    hash: &[u8; 32],
    at: Instant,
) -> StoreResult<bool> {
    Ok(conn.execute(USE_CODE.of(organization).bind(account.0).bind(hash).bind(at.0)).await? == 1)
}

pub(crate) async fn require(conn: &mut Conn<'_>, organization: OrganizationId, required: bool) -> StoreResult<()> {
    conn.execute(REQUIRE.of(organization).bind(i64::from(required))).await.map(drop)
}

pub(crate) async fn required(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<bool> {
    Ok(conn.row(REQUIRED.of(organization)).await?.int(0)? != 0)
}

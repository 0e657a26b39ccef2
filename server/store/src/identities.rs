//! Who somebody is at an identity provider, and browsers that were sent there.

use domain::{AccountId, Instant, OrganizationId, SessionId};
use service::ports::{Flow, Linking, StoreError, StoreResult};

use crate::sql::{Conn, statements};

statements! {
    FIND = "SELECT organization_id, account_id FROM identities WHERE issuer = $1 AND subject = $2";
    OF_ACCOUNT = "SELECT subject FROM identities WHERE organization_id = $1 AND account_id = $2 AND issuer = $3";
    // Whichever key it violates: the identity or the account is taken.
    LINK = "INSERT INTO identities (issuer, subject, organization_id, account_id, created_at) \
            VALUES ($2, $3, $1, $4, $5) ON CONFLICT DO NOTHING";
    UNLINK = "DELETE FROM identities WHERE organization_id = $1 AND account_id = $2 AND issuer = $3";
    FORGET = "DELETE FROM identities WHERE organization_id = $1 AND account_id = $2";
    KEEP = "INSERT INTO identity_flows (token_hash, state_hash, nonce, verifier, wanted, organization_id, account_id, \
                                        session_id, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    // Of two browsers that come back at once, one takes it.
    TAKE = "DELETE FROM identity_flows WHERE token_hash = $1 AND state_hash = $2 \
            RETURNING nonce, verifier, wanted, organization_id, account_id, session_id, expires_at";
    TIDY = "DELETE FROM identity_flows WHERE expires_at <= $1";
}

pub(crate) async fn find(
    conn: &mut Conn<'_>,
    issuer: &str,
    subject: &str,
) -> StoreResult<Option<(OrganizationId, AccountId)>> {
    let row = conn.maybe_row(FIND.bind(issuer).bind(subject)).await?;
    row.map(|row| Ok((OrganizationId(row.int(0)?), AccountId(row.int(1)?)))).transpose()
}

pub(crate) async fn subject(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    issuer: &str,
) -> StoreResult<Option<String>> {
    let row = conn.maybe_row(OF_ACCOUNT.of(organization).bind(account.0).bind(issuer)).await?;
    row.map(|row| row.text(0)).transpose()
}

pub(crate) async fn link(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    (issuer, subject): (&str, &str),
    at: Instant,
) -> StoreResult<()> {
    let sql = LINK.of(organization).bind(issuer).bind(subject).bind(account.0).bind(at.0);
    if conn.execute(sql).await? == 0 { Err(StoreError::Conflict) } else { Ok(()) }
}

pub(crate) async fn unlink(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    issuer: &str,
) -> StoreResult<bool> {
    Ok(conn.execute(UNLINK.of(organization).bind(account.0).bind(issuer)).await? > 0)
}

/// All of an account that is removed: its owner may come back with another.
pub(crate) async fn forget(conn: &mut Conn<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<()> {
    conn.execute(FORGET.of(organization).bind(account.0)).await.map(drop)
}

pub(crate) async fn keep(conn: &mut Conn<'_>, flow: &Flow) -> StoreResult<()> {
    let linking = flow.linking;
    let sql = KEEP
        .bind(&flow.token_hash)
        .bind(&flow.state_hash)
        .bind(flow.nonce.as_str())
        .bind(flow.verifier.as_str())
        .bind(flow.wanted.as_str())
        .bind(linking.map(|linking| linking.organization.0))
        .bind(linking.map(|linking| linking.account.0))
        .bind(linking.map(|linking| linking.session.0))
        .bind(flow.expires_at.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn take(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    state_hash: &[u8; 32],
) -> StoreResult<Option<Flow>> {
    let Some(row) = conn.maybe_row(TAKE.bind(token_hash).bind(state_hash)).await? else { return Ok(None) };
    let linking = match (row.maybe_int(3)?, row.maybe_int(4)?, row.maybe_int(5)?) {
        (Some(organization), Some(account), Some(session)) => Some(Linking {
            organization: OrganizationId(organization),
            account: AccountId(account),
            session: SessionId(session),
        }),
        _ => None,
    };
    Ok(Some(Flow {
        token_hash: *token_hash,
        state_hash: *state_hash,
        nonce: row.text(0)?,
        verifier: row.text(1)?,
        wanted: row.text(2)?,
        linking,
        expires_at: Instant(row.int(6)?),
    }))
}

pub(crate) async fn tidy(conn: &mut Conn<'_>, now: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(now.0)).await.map(drop)
}

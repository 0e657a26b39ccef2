//! Who is signed in.

use domain::{Account, AccountId, Instant, Organization, OrganizationId};
use service::ports::{SessionFound, SessionRecord, StoreResult};

use crate::accounts::rights;
use crate::sql::{Conn, statements};

statements! {
    INSERT = "INSERT INTO sessions (token_hash, account_id, organization_id, created_at, last_seen_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT s.account_id, s.organization_id, s.created_at, s.last_seen_at, s.expires_at, \
                   a.name, a.email, o.name, o.large_deed, l.role, r.capabilities \
            FROM sessions AS s \
            JOIN accounts AS a ON a.organization_id = s.organization_id AND a.id = s.account_id \
            JOIN organizations AS o ON o.id = s.organization_id \
            LEFT JOIN account_levels AS l ON l.organization_id = s.organization_id AND l.account_id = s.account_id \
            LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
            WHERE s.token_hash = $1";
    TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1";
    DELETE = "DELETE FROM sessions WHERE token_hash = $1";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

pub(crate) async fn insert(conn: &mut Conn<'_>, session: &SessionRecord) -> StoreResult<()> {
    let sql = INSERT
        .bind(&session.token_hash)
        .bind(session.account.0)
        .bind(session.organization.0)
        .bind(session.created_at.0)
        .bind(session.last_seen_at.0)
        .bind(session.expires_at.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn find(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> StoreResult<Option<SessionFound>> {
    let Some(row) = conn.maybe_row(FIND.bind(token_hash)).await? else { return Ok(None) };
    let (account, organization) = (AccountId(row.int(0)?), OrganizationId(row.int(1)?));
    Ok(Some(SessionFound {
        session: SessionRecord {
            token_hash: *token_hash,
            account,
            organization,
            created_at: Instant(row.int(2)?),
            last_seen_at: Instant(row.int(3)?),
            expires_at: Instant(row.int(4)?),
        },
        account: Account { id: account, name: row.text(5)?, email: row.text(6)? },
        organization: Organization { id: organization, name: row.text(7)?, large_deed: row.count(8)? },
        rights: rights(&row, 9)?,
    }))
}

pub(crate) async fn touch(conn: &mut Conn<'_>, token_hash: &[u8; 32], at: Instant) -> StoreResult<()> {
    conn.execute(TOUCH.bind(token_hash).bind(at.0)).await.map(drop)
}

pub(crate) async fn delete(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> StoreResult<()> {
    conn.execute(DELETE.bind(token_hash)).await.map(drop)
}

pub(crate) async fn delete_expired(conn: &mut Conn<'_>, now: Instant) -> StoreResult<u64> {
    conn.execute(DELETE_EXPIRED.bind(now.0)).await
}

//! Who is signed in, and in which browsers one has been.

use domain::{Account, AccountId, Device, Instant, Organization, OrganizationId, SessionId, SessionRow};
use service::ports::{SessionEnded, SessionFound, SessionRecord, Sessions, Standing, StoreError, StoreResult};

use crate::accounts::{self, rights};
use crate::sql::{Conn, Row, statements};

statements! {
    INSERT = "INSERT INTO sessions (token_hash, account_id, organization_id, created_at, last_seen_at, expires_at, \
                                    proved_at, address, device) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    FIND = "SELECT s.account_id, s.organization_id, s.created_at, s.last_seen_at, s.expires_at, \
                   a.name, a.email, o.name, o.large_deed, l.role, r.capabilities, \
                   COALESCE(r.coverage, c.coverage), s.id, s.proved_at, s.address, s.device, \
                   o.factor_required, \
                   CASE WHEN EXISTS (SELECT 1 FROM factors AS f WHERE f.organization_id = s.organization_id \
                                         AND f.account_id = s.account_id AND f.confirmed_at IS NOT NULL) \
                          OR EXISTS (SELECT 1 FROM passkeys AS p WHERE p.organization_id = s.organization_id \
                                         AND p.account_id = s.account_id) \
                        THEN 1 ELSE 0 END, \
                   (SELECT count(*) FROM connections AS c WHERE c.organization_id = s.organization_id), \
                   (SELECT count(*) FROM handed_lists AS h WHERE h.organization_id = s.organization_id \
                        AND h.account_id = s.account_id), \
                   (SELECT count(*) FROM partners AS p WHERE p.organization_id = s.organization_id) \
            FROM sessions AS s \
            JOIN accounts AS a ON a.organization_id = s.organization_id AND a.id = s.account_id \
            JOIN organizations AS o ON o.id = s.organization_id \
            LEFT JOIN account_levels AS l ON l.organization_id = s.organization_id AND l.account_id = s.account_id \
            LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
            LEFT JOIN role_limits AS c ON c.organization_id = l.organization_id AND c.role = l.role \
            WHERE s.token_hash = $1 AND a.state = 'active'";
    STANDING = "SELECT a.id, a.name, a.email, l.role, r.capabilities, COALESCE(r.coverage, c.coverage) FROM sessions AS s \
                JOIN accounts AS a ON a.organization_id = s.organization_id AND a.id = s.account_id \
                LEFT JOIN account_levels AS l ON l.organization_id = s.organization_id AND l.account_id = s.account_id \
                LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
                LEFT JOIN role_limits AS c ON c.organization_id = l.organization_id AND c.role = l.role \
                WHERE s.organization_id = $1 AND s.id = $2 AND a.state = 'active'";
    LIST = "SELECT s.id, s.account_id, a.name, a.email, s.address, s.device, s.created_at, s.last_seen_at \
            FROM sessions AS s \
            JOIN accounts AS a ON a.organization_id = s.organization_id AND a.id = s.account_id \
            WHERE s.organization_id = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 \
              AND s.account_id = COALESCE(CAST($4 AS BIGINT), s.account_id) \
            ORDER BY s.last_seen_at DESC, s.id DESC";
    TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1";
    PROVE = "UPDATE sessions SET proved_at = $3, token_hash = $4 WHERE organization_id = $1 AND id = $2";
    KEEP_ONE = "INSERT INTO ended_sessions (token_hash, organization_id, account_id, expires_at, refused) \
                SELECT token_hash, organization_id, account_id, expires_at, 0 FROM sessions \
                WHERE organization_id = $1 AND token_hash = $2";
    KEEP_THESE = "INSERT INTO ended_sessions (token_hash, organization_id, account_id, expires_at, refused) \
                  SELECT token_hash, organization_id, account_id, expires_at, 0 FROM sessions \
                  WHERE organization_id = $1 AND {among id $2}";
    KEEP_OF = "INSERT INTO ended_sessions (token_hash, organization_id, account_id, expires_at, refused) \
               SELECT token_hash, organization_id, account_id, expires_at, 0 FROM sessions \
               WHERE organization_id = $1 AND account_id = $2 AND id <> $3";
    KEEP_RENEWED = "INSERT INTO ended_sessions (token_hash, organization_id, account_id, expires_at, refused, renewed_at, \
                                                address, device) \
                    SELECT token_hash, organization_id, account_id, expires_at, 0, $3, $4, device FROM sessions \
                    WHERE organization_id = $1 AND id = $2";
    ENDED = "SELECT organization_id, account_id, renewed_at, address, device FROM ended_sessions AS e \
             WHERE token_hash = $1 AND refused < $3 \
               AND NOT EXISTS (SELECT 1 FROM refused_sessions AS r WHERE r.token_hash = e.token_hash AND r.address = $2)";
    REFUSED_FROM = "INSERT INTO refused_sessions (token_hash, organization_id, address) \
                    SELECT token_hash, organization_id, $3 FROM ended_sessions \
                    WHERE organization_id = $1 AND token_hash = $2 AND refused < $4 \
                    ON CONFLICT (token_hash, address) DO NOTHING";
    REFUSED = "UPDATE ended_sessions SET refused = refused + 1 WHERE organization_id = $1 AND token_hash = $2";
    FORGET_ENDED = "DELETE FROM ended_sessions WHERE expires_at <= $1";
    END_ONE = "DELETE FROM sessions WHERE organization_id = $1 AND token_hash = $2 RETURNING id, account_id";
    END_THESE = "DELETE FROM sessions WHERE organization_id = $1 AND {among id $2}";
    END_OF = "DELETE FROM sessions WHERE organization_id = $1 AND account_id = $2 AND id <> $3";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2";
    TRUST = "INSERT INTO devices (organization_id, account_id, token_hash, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (organization_id, account_id, token_hash) DO UPDATE SET created_at = excluded.created_at";
    FORGET_DEVICES = "DELETE FROM devices WHERE organization_id = $1 AND account_id = $2 RETURNING token_hash";
    FORGET_DEVICES_BEFORE = "DELETE FROM devices WHERE created_at <= $1";
    KNOWS_DEVICE = "SELECT 1 FROM devices WHERE token_hash = $1 LIMIT 1";
}

pub(crate) async fn insert(conn: &mut Conn<'_>, session: &SessionRecord) -> StoreResult<SessionId> {
    let sql = INSERT
        .bind(&session.token_hash)
        .bind(session.account.0)
        .bind(session.organization.0)
        .bind(session.created_at.0)
        .bind(session.last_seen_at.0)
        .bind(session.expires_at.0)
        .bind(session.proved_at.0)
        .bind(session.address.as_str())
        .bind(session.device.as_str());
    Ok(SessionId(conn.row(sql).await?.int(0)?))
}

pub(crate) async fn find(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> StoreResult<Option<SessionFound>> {
    let Some(row) = conn.maybe_row(FIND.bind(token_hash)).await? else { return Ok(None) };
    let (account, organization) = (AccountId(row.int(0)?), OrganizationId(row.int(1)?));
    let (rights, coverage) = rights(&row, 9)?;
    Ok(Some(SessionFound {
        id: SessionId(row.int(12)?),
        session: SessionRecord {
            token_hash: *token_hash,
            account,
            organization,
            created_at: Instant(row.int(2)?),
            last_seen_at: Instant(row.int(3)?),
            expires_at: Instant(row.int(4)?),
            proved_at: Instant(row.int(13)?),
            address: row.text(14)?,
            device: row.text(15)?,
        },
        account: Account { id: account, name: row.text(5)?, email: row.text(6)? },
        organization: Organization { id: organization, name: row.text(7)?, large_deed: row.count(8)? },
        rights,
        coverage,
        must_connect: row.int(16)? > 0 && row.int(17)? == 0,
        has_factor: row.int(17)? > 0,
        connected: row.int(18)? > 0,
        listed: row.int(19)? > 0,
        partner: row.int(20)? > 0,
    }))
}

/// Who works in a session, and what they may do.
pub(crate) async fn standing(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: SessionId,
) -> StoreResult<Option<Standing>> {
    let row = conn.maybe_row(STANDING.of(organization).bind(id.0)).await?;
    row.as_ref().map(accounts::standing).transpose()
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: Option<AccountId>,
    now: Instant,
    idle_since: Instant,
) -> StoreResult<Vec<SessionRow>> {
    let session = |row: &Row| {
        Ok(SessionRow {
            id: SessionId(row.int(0)?),
            account: Account { id: AccountId(row.int(1)?), name: row.text(2)?, email: row.text(3)? },
            address: row.text(4)?,
            device: Device::of(&row.text(5)?),
            since: Instant(row.int(6)?),
            last_seen: Instant(row.int(7)?),
        })
    };
    let sql = LIST.of(organization).bind(now.0).bind(idle_since.0).bind(account.map(|account| account.0));
    conn.rows(sql).await?.iter().map(session).collect()
}

pub(crate) async fn touch(conn: &mut Conn<'_>, token_hash: &[u8; 32], at: Instant) -> StoreResult<()> {
    conn.execute(TOUCH.bind(token_hash).bind(at.0)).await.map(drop)
}

pub(crate) async fn prove(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: SessionId,
    token_hash: &[u8; 32],
    at: Instant,
    address: &str,
) -> StoreResult<()> {
    conn.execute(KEEP_RENEWED.of(organization).bind(id.0).bind(at.0).bind(address)).await?;
    match conn.execute(PROVE.of(organization).bind(id.0).bind(at.0).bind(token_hash)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn end_of(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    token_hash: &[u8; 32],
) -> StoreResult<Option<(SessionId, AccountId)>> {
    conn.execute(KEEP_ONE.of(organization).bind(token_hash)).await?;
    let row = conn.maybe_row(END_ONE.of(organization).bind(token_hash)).await?;
    row.map(|row| Ok((SessionId(row.int(0)?), AccountId(row.int(1)?)))).transpose()
}

pub(crate) async fn end(conn: &mut Conn<'_>, organization: OrganizationId, which: &Sessions) -> StoreResult<u64> {
    match which {
        Sessions::These(ids) => {
            let ids = ids.iter().map(|id| id.to_string()).collect::<Vec<_>>().join(",");
            conn.execute(KEEP_THESE.of(organization).bind(&*ids)).await?;
            conn.execute(END_THESE.of(organization).bind(&*ids)).await
        }
        Sessions::Of { account, but } => {
            let but = but.map_or(0, |id| id.0);
            conn.execute(KEEP_OF.of(organization).bind(account.0).bind(but)).await?;
            conn.execute(END_OF.of(organization).bind(account.0).bind(but)).await
        }
    }
}

/// Addresses from which a token that is over is in the log: whoever has many fills it with none.
const MOST_ADDRESSES: i64 = 20;

/// Whose session it was that has this token no more, unless that somebody came with it from this address is known.
pub(crate) async fn ended(
    conn: &mut Conn<'_>,
    token_hash: &[u8; 32],
    address: &str,
) -> StoreResult<Option<SessionEnded>> {
    let row = conn.maybe_row(ENDED.bind(token_hash).bind(address).bind(MOST_ADDRESSES)).await?;
    let ended = |row: Row| {
        let renewed = match (row.maybe_int(2)?, row.maybe_text(3)?, row.maybe_text(4)?) {
            (Some(at), Some(address), Some(device)) => Some((Instant(at), address, device)),
            _ => None,
        };
        Ok(SessionEnded { organization: OrganizationId(row.int(0)?), account: AccountId(row.int(1)?), renewed })
    };
    row.map(ended).transpose()
}

/// Keeps that somebody came with it from this address; `false` if that was known.
pub(crate) async fn refuse(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    token_hash: &[u8; 32],
    address: &str,
) -> StoreResult<bool> {
    let sql = REFUSED_FROM.of(organization).bind(token_hash).bind(address).bind(MOST_ADDRESSES);
    let new = conn.execute(sql).await? == 1;
    if new {
        conn.execute(REFUSED.of(organization).bind(token_hash)).await?;
    }
    Ok(new)
}

pub(crate) async fn delete_expired(conn: &mut Conn<'_>, now: Instant, idle_since: Instant) -> StoreResult<u64> {
    conn.execute(FORGET_ENDED.bind(now.0)).await?;
    conn.execute(DELETE_EXPIRED.bind(now.0).bind(idle_since.0)).await
}

pub(crate) async fn trust(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    device: &[u8; 32],
    at: Instant,
) -> StoreResult<()> {
    conn.execute(TRUST.of(organization).bind(account.0).bind(device).bind(at.0)).await.map(drop)
}

pub(crate) async fn forget_devices(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Vec<[u8; 32]>> {
    conn.rows(FORGET_DEVICES.of(organization).bind(account.0)).await?.iter().map(|row| row.hash(0)).collect()
}

pub(crate) async fn forget_devices_before(conn: &mut Conn<'_>, at: Instant) -> StoreResult<()> {
    conn.execute(FORGET_DEVICES_BEFORE.bind(at.0)).await.map(drop)
}

pub(crate) async fn knows_device(conn: &mut Conn<'_>, device: &[u8; 32]) -> StoreResult<bool> {
    Ok(conn.maybe_row(KNOWS_DEVICE.bind(device)).await?.is_some())
}

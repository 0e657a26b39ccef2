//! Who may sign in, and what they may do.

use domain::{
    Account, AccountData, AccountId, AccountRow, AccountState, Coverage, Instant, Level, OrganizationId, OwnRole,
    Rights, Role, RoleId,
};
use service::ports::{AccountRecord, InvitedAccount, Standing, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};
use crate::{applications, connections, identities, passkeys};

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.name, a.email, a.phone, a.state, a.created_at, l.role, r.capabilities, COALESCE(r.coverage, c.coverage), l.role_id, \
                    (SELECT MAX(s.last_seen_at) FROM sessions AS s WHERE s.organization_id = a.organization_id \
                        AND s.account_id = a.id AND s.expires_at > $2 AND s.last_seen_at > $3), \
                    (SELECT count(*) FROM sessions AS s WHERE s.organization_id = a.organization_id \
                        AND s.account_id = a.id AND s.expires_at > $2 AND s.last_seen_at > $3), \
                    (SELECT count(*) FROM factors AS f WHERE f.organization_id = a.organization_id \
                        AND f.account_id = a.id AND f.confirmed_at IS NOT NULL), \
                    (SELECT count(*) FROM passkeys AS p WHERE p.organization_id = a.organization_id \
                        AND p.account_id = a.id) \
             FROM accounts AS a \
             LEFT JOIN account_levels AS l ON l.organization_id = a.organization_id AND l.account_id = a.id \
             LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
             LEFT JOIN role_limits AS c ON c.organization_id = l.organization_id AND c.role = l.role \
             WHERE a.organization_id = $1 AND a.state <> 'removed'",
            $rest
        )
    };
}

statements! {
    // The device is looked for whether the e-mail is known or not.
    BY_EMAIL = "SELECT id, name, email, organization_id, password_hash, \
                       (SELECT count(*) FROM devices AS d WHERE d.organization_id = accounts.organization_id \
                           AND d.account_id = accounts.id AND d.token_hash = $2), \
                       (SELECT count(*) FROM factors AS f WHERE f.organization_id = accounts.organization_id \
                           AND f.account_id = accounts.id AND f.confirmed_at IS NOT NULL) \
                       + (SELECT count(*) FROM passkeys AS p WHERE p.organization_id = accounts.organization_id \
                             AND p.account_id = accounts.id) \
                FROM accounts WHERE email = $1 AND state = 'active'";
    INVITED = "SELECT organization_id, id, name FROM accounts WHERE email = $1 AND state = 'invited'";
    PASSWORD = "SELECT password_hash FROM accounts WHERE organization_id = $1 AND id = $2 AND state = 'active'";
    OF_ORGANIZATION = "SELECT a.id, a.name, a.email, l.role, r.capabilities, COALESCE(r.coverage, c.coverage) \
                       FROM accounts AS a \
                       LEFT JOIN account_levels AS l ON l.organization_id = a.organization_id AND l.account_id = a.id \
                       LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
                       LEFT JOIN role_limits AS c ON c.organization_id = l.organization_id AND c.role = l.role \
                       WHERE a.organization_id = $1 AND a.state = 'active' ORDER BY a.id";
    COUNT = "SELECT count(*) FROM accounts WHERE organization_id = $1 AND state <> 'removed'";
    NAMES = "SELECT id, name FROM accounts WHERE organization_id = $1 ORDER BY id";
    ROWS = rows!(" ORDER BY a.name, a.id");
    ONE = rows!(" AND a.id = $4");
    ADD = "INSERT INTO accounts (organization_id, email, name, phone, password_hash, state, created_at) \
           VALUES ($1, $2, $3, $4, '', 'invited', $5) RETURNING id";
    CHANGE = "UPDATE accounts SET email = $3, name = $4, phone = $5 WHERE organization_id = $1 AND id = $2 AND state <> 'removed'";
    SET_LEVEL = "INSERT INTO account_levels (organization_id, account_id, role, role_id) \
                 VALUES ($1, $2, $3, CAST($4 AS BIGINT)) \
                 ON CONFLICT (organization_id, account_id) DO UPDATE SET role = excluded.role, role_id = excluded.role_id";
    SET_PASSWORD = "UPDATE accounts SET password_hash = $3, short_password = $4 WHERE organization_id = $1 AND id = $2 AND state <> 'removed'";
    IS_SHORT = "SELECT short_password FROM accounts WHERE organization_id = $1 AND id = $2";
    SET_STATE = "UPDATE accounts SET state = $3 WHERE organization_id = $1 AND id = $2 AND state <> 'removed'";
    DELETE_LEVEL = "DELETE FROM account_levels WHERE organization_id = $1 AND account_id = $2";
    ROLES = "SELECT r.id, r.name, r.capabilities, r.coverage, count(a.id) FROM roles AS r \
             LEFT JOIN account_levels AS l ON l.organization_id = r.organization_id AND l.role_id = r.id \
             LEFT JOIN accounts AS a ON a.organization_id = l.organization_id AND a.id = l.account_id \
                                    AND a.state <> 'removed' \
             WHERE r.organization_id = $1 GROUP BY r.id, r.name, r.capabilities, r.coverage ORDER BY r.name, r.id";
    ADD_ROLE = "INSERT INTO roles (organization_id, name, capabilities, coverage) VALUES ($1, $2, $3, $4) RETURNING id";
    CHANGE_ROLE = "UPDATE roles SET name = $3, capabilities = $4, coverage = $5 WHERE organization_id = $1 AND id = $2";
    LIMITS = "SELECT role, coverage FROM role_limits WHERE organization_id = $1 ORDER BY role";
    LIMIT = "INSERT INTO role_limits (organization_id, role, coverage) VALUES ($1, $2, $3) \
             ON CONFLICT (organization_id, role) DO UPDATE SET coverage = excluded.coverage";
    UNLIMIT = "DELETE FROM role_limits WHERE organization_id = $1 AND role = $2";
    NOTE_HAND = "INSERT INTO account_hands (organization_id, account_id, by_account_id, at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (organization_id, account_id, by_account_id) DO UPDATE SET at = excluded.at";
    LAST_HAND = "SELECT at FROM account_hands WHERE organization_id = $1 AND account_id = $2 AND by_account_id = $3";
    DELETE_ROLE = "DELETE FROM roles WHERE organization_id = $1 AND id = $2";
}

/// What a level allows, and for whom: its code at `place`, after it what an own one allows, with what that rests on, and
/// its coverage. No level, or one that is not known (any more), allows nothing.
pub(crate) fn rights(row: &Row, place: usize) -> StoreResult<(Rights, Coverage)> {
    Ok(match (row.maybe_text(place)?.as_deref(), row.maybe_text(place + 1)?) {
        (Some("own"), Some(capabilities)) => {
            let coverage = Coverage::from_text(row.maybe_text(place + 2)?.as_deref());
            (Rights::from_codes(&capabilities).complete().over(&coverage), coverage)
        }
        (Some(code), _) => {
            let coverage = Coverage::from_text(row.maybe_text(place + 2)?.as_deref());
            (Role::from_code(code).map_or(Rights::NONE, Role::rights).over(&coverage), coverage)
        }
        (None, _) => (Rights::NONE, Coverage::Everybody),
    })
}

/// The accounts that may sign in, with what they may do, as they came.
pub(crate) async fn all(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<Standing>> {
    conn.rows(OF_ORGANIZATION.of(organization)).await?.iter().map(standing).collect()
}

pub(crate) async fn count(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<u64> {
    conn.row(COUNT.of(organization)).await?.count(0)
}

/// Id, name and e-mail of an account, and as [`rights`].
pub(crate) fn standing(row: &Row) -> StoreResult<Standing> {
    let (rights, coverage) = rights(row, 3)?;
    let account = Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? };
    Ok(Standing { account, rights, coverage })
}

pub(crate) async fn names(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(AccountId, String)>> {
    conn.rows(NAMES.of(organization)).await?.iter().map(|row| Ok((AccountId(row.int(0)?), row.text(1)?))).collect()
}

pub(crate) async fn by_email(
    conn: &mut Conn<'_>,
    email: &str,
    device: Option<&[u8; 32]>,
) -> StoreResult<Option<AccountRecord>> {
    // Nobody's, where there is none.
    let sql = BY_EMAIL.bind(email).bind(device.unwrap_or(&[0; 32]));
    let Some(row) = conn.maybe_row(sql).await? else { return Ok(None) };
    Ok(Some(AccountRecord {
        account: Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? },
        organization: OrganizationId(row.int(3)?),
        password_hash: row.text(4)?,
        trusts: row.int(5)? > 0,
        has_factor: row.int(6)? > 0,
    }))
}

pub(crate) async fn invited(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<InvitedAccount>> {
    let row = conn.maybe_row(INVITED.bind(email)).await?;
    row.map(|row| Ok((OrganizationId(row.int(0)?), AccountId(row.int(1)?), row.text(2)?))).transpose()
}

pub(crate) async fn password(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Option<String>> {
    conn.maybe_row(PASSWORD.of(organization).bind(account.0)).await?.map(|row| row.text(0)).transpose()
}

fn account_row(row: &Row) -> StoreResult<AccountRow> {
    let level = match (row.maybe_text(6)?.as_deref(), row.maybe_int(9)?) {
        (Some("own"), Some(id)) => Some(Level::Own(RoleId(id))),
        (Some(code), _) => Role::from_code(code).map(Level::Role),
        (None, _) => None,
    };
    let (rights, coverage) = rights(row, 6)?;
    Ok(AccountRow {
        account: Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? },
        phone: row.text(3)?,
        state: AccountState::from_code(&row.text(4)?).ok_or_else(|| broken("a state of an account"))?,
        level,
        rights,
        coverage,
        created_at: Instant(row.int(5)?),
        last_seen: row.maybe_int(10)?.map(Instant),
        sessions: row.count(11)?,
        app: row.int(12)? > 0,
        passkeys: row.count(13)?,
    })
}

pub(crate) async fn rows(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    now: Instant,
    idle_since: Instant,
) -> StoreResult<Vec<AccountRow>> {
    let sql = ROWS.of(organization).bind(now.0).bind(idle_since.0);
    conn.rows(sql).await?.iter().map(account_row).collect()
}

pub(crate) async fn row(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: AccountId,
) -> StoreResult<Option<AccountRow>> {
    let sql = ONE.of(organization).bind(i64::MAX).bind(i64::MAX).bind(id.0);
    conn.maybe_row(sql).await?.as_ref().map(account_row).transpose()
}

pub(crate) async fn add(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    data: &AccountData,
    at: Instant,
) -> StoreResult<AccountId> {
    let sql =
        ADD.of(organization).bind(data.email.as_str()).bind(data.name.as_str()).bind(data.phone.as_str()).bind(at.0);
    let id = AccountId(conn.row(sql).await?.int(0)?);
    set_level(conn, organization, id, data.level).await?;
    Ok(id)
}

/// [`StoreError::Conflict`] if it is not there.
fn once(count: u64) -> StoreResult<()> {
    if count == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

pub(crate) async fn change(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: AccountId,
    data: &AccountData,
) -> StoreResult<()> {
    let sql =
        CHANGE.of(organization).bind(id.0).bind(data.email.as_str()).bind(data.name.as_str()).bind(data.phone.as_str());
    once(conn.execute(sql).await?)
}

pub(crate) async fn set_level(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: AccountId,
    level: Level,
) -> StoreResult<()> {
    let (role, own) = match level {
        Level::Role(role) => (role.code(), None),
        Level::Own(id) => ("own", Some(id.0)),
    };
    conn.execute(SET_LEVEL.of(organization).bind(id.0).bind(role).bind(own)).await.map(drop)
}

pub(crate) async fn set_password(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: AccountId,
    hash: &str,
    short: bool,
) -> StoreResult<()> {
    once(conn.execute(SET_PASSWORD.of(organization).bind(id.0).bind(hash).bind(i64::from(short))).await?)
}

/// Whether the password is long enough only beside a second factor.
pub(crate) async fn is_short(conn: &mut Conn<'_>, organization: OrganizationId, id: AccountId) -> StoreResult<bool> {
    let row = conn.maybe_row(IS_SHORT.of(organization).bind(id.0)).await?;
    Ok(row.map(|row| row.int(0)).transpose()?.is_some_and(|short| short > 0))
}

/// Whoever is removed has no level any more.
pub(crate) async fn set_state(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: AccountId,
    state: AccountState,
) -> StoreResult<()> {
    once(conn.execute(SET_STATE.of(organization).bind(id.0).bind(state.code())).await?)?;
    if state == AccountState::Removed {
        conn.execute(DELETE_LEVEL.of(organization).bind(id.0)).await?;
        identities::forget(conn, organization, id).await?;
        passkeys::forget(conn, organization, id).await?;
        connections::forget(conn, organization, id).await?;
        applications::forget(conn, organization, id).await?;
    }
    Ok(())
}

pub(crate) async fn note_hand(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    by: AccountId,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(NOTE_HAND.of(organization).bind(account.0).bind(by.0).bind(at.0)).await.map(drop)
}

pub(crate) async fn last_hand(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    by: AccountId,
) -> StoreResult<Option<Instant>> {
    let row = conn.maybe_row(LAST_HAND.of(organization).bind(account.0).bind(by.0)).await?;
    row.map(|row| row.int(0).map(Instant)).transpose()
}

pub(crate) async fn roles(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<OwnRole>> {
    let role = |row: &Row| {
        let coverage = Coverage::from_text(row.maybe_text(3)?.as_deref());
        Ok(OwnRole {
            id: RoleId(row.int(0)?),
            name: row.text(1)?,
            rights: Rights::from_codes(&row.text(2)?).complete().over(&coverage),
            coverage,
            accounts: row.count(4)?,
        })
    };
    conn.rows(ROLES.of(organization)).await?.iter().map(role).collect()
}

pub(crate) async fn keep_role(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: Option<RoleId>,
    name: &str,
    (rights, coverage): (Rights, &Coverage),
) -> StoreResult<RoleId> {
    let (codes, coverage) = (rights.to_codes(), coverage.to_text());
    match id {
        Some(id) => {
            once(conn.execute(CHANGE_ROLE.of(organization).bind(id.0).bind(name).bind(codes).bind(coverage)).await?)?;
            Ok(id)
        }
        None => Ok(RoleId(conn.row(ADD_ROLE.of(organization).bind(name).bind(codes).bind(coverage)).await?.int(0)?)),
    }
}

pub(crate) async fn delete_role(conn: &mut Conn<'_>, organization: OrganizationId, id: RoleId) -> StoreResult<()> {
    once(conn.execute(DELETE_ROLE.of(organization).bind(id.0)).await?)
}

pub(crate) async fn limits(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(Role, Coverage)>> {
    let mut limits = Vec::new();
    for row in conn.rows(LIMITS.of(organization)).await? {
        limits.extend(Role::from_code(&row.text(0)?).zip(Some(Coverage::from_text(Some(&row.text(1)?)))));
    }
    Ok(limits)
}

pub(crate) async fn limit(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    role: Role,
    coverage: &Coverage,
) -> StoreResult<()> {
    let sql = match coverage.to_text() {
        Some(groups) => LIMIT.of(organization).bind(role.code()).bind(groups),
        None => UNLIMIT.of(organization).bind(role.code()),
    };
    conn.execute(sql).await.map(drop)
}

//! Passkeys, and browsers that were asked for one.

use domain::{Account, AccountId, Instant, OrganizationId, PasskeyId};
use service::KeptPasskey;
use service::ports::{PasskeyFound, PasskeyRecord, PasskeyState, StoreError, StoreResult};

use crate::sql::{Conn, Row, statements};

macro_rules! passkeys {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT p.id, p.name, p.credential, p.public_key, p.algorithm, p.counter, p.transports, p.created_at, \
                    p.used_at",
            $more,
            " FROM passkeys AS p ",
            $rest
        )
    };
}

statements! {
    LIST = passkeys!("", "WHERE p.organization_id = $1 AND p.account_id = $2 ORDER BY p.created_at, p.id");
    FIND = passkeys!(
        ", a.organization_id, a.id, a.name, a.email, o.handle",
        "JOIN accounts AS a ON a.organization_id = p.organization_id AND a.id = p.account_id \
         JOIN passkey_owners AS o ON o.organization_id = p.organization_id AND o.account_id = p.account_id \
         WHERE p.credential = $1 AND a.state = 'active'"
    );
    // Whoever comes second finds the first one's.
    OWN = "INSERT INTO passkey_owners (organization_id, account_id, handle) VALUES ($1, $2, $3) \
           ON CONFLICT (organization_id, account_id) DO NOTHING";
    HANDLE = "SELECT handle FROM passkey_owners WHERE organization_id = $1 AND account_id = $2";
    // Of whatever account: a credential is one person's.
    ADD = "INSERT INTO passkeys (organization_id, account_id, name, credential, public_key, algorithm, counter, \
                                 transports, created_at, used_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) ON CONFLICT DO NOTHING RETURNING id";
    USE = "UPDATE passkeys SET counter = $4, used_at = $5 WHERE organization_id = $1 AND account_id = $2 AND id = $3 \
           AND (counter < $4 OR counter = 0 AND $4 = 0)";
    DROP = "DELETE FROM passkeys WHERE organization_id = $1 AND account_id = $2 AND id = $3";
    FORGET = "DELETE FROM passkeys WHERE organization_id = $1 AND account_id = $2";
    DISOWN = "DELETE FROM passkey_owners WHERE organization_id = $1 AND account_id = $2";
    KEEP_STATE = "INSERT INTO passkey_states (bound, state, name, expires_at) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (bound) DO UPDATE SET state = excluded.state, name = excluded.name, \
                      expires_at = excluded.expires_at";
    // Of two answers that come at once, one takes it.
    TAKE_STATE = "DELETE FROM passkey_states WHERE bound = $1 RETURNING state, name, expires_at";
    TIDY = "DELETE FROM passkey_states WHERE expires_at <= $1";
}

fn passkey(row: &Row) -> StoreResult<PasskeyRecord> {
    Ok(PasskeyRecord {
        id: PasskeyId(row.int(0)?),
        name: row.text(1)?,
        kept: KeptPasskey {
            credential: row.text(2)?,
            public_key: row.text(3)?,
            algorithm: row.int(4)?,
            counter: row.int(5)?,
            transports: row.text(6)?,
        },
        created_at: Instant(row.int(7)?),
        used_at: row.maybe_int(8)?.map(Instant),
    })
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Vec<PasskeyRecord>> {
    conn.rows(LIST.of(organization).bind(account.0)).await?.iter().map(passkey).collect()
}

pub(crate) async fn find(conn: &mut Conn<'_>, credential: &str) -> StoreResult<Option<PasskeyFound>> {
    let Some(row) = conn.maybe_row(FIND.bind(credential)).await? else { return Ok(None) };
    Ok(Some(PasskeyFound {
        organization: OrganizationId(row.int(9)?),
        account: Account { id: AccountId(row.int(10)?), name: row.text(11)?, email: row.text(12)? },
        handle: row.hash(13)?,
        passkey: passkey(&row)?,
    }))
}

pub(crate) async fn handle(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    fresh: &[u8; 32],
) -> StoreResult<[u8; 32]> {
    conn.execute(OWN.of(organization).bind(account.0).bind(fresh)).await?;
    conn.row(HANDLE.of(organization).bind(account.0)).await?.hash(0)
}

pub(crate) async fn add(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    (name, kept): (&str, &KeptPasskey),
    at: Instant,
) -> StoreResult<PasskeyId> {
    let sql = ADD
        .of(organization)
        .bind(account.0)
        .bind(name)
        .bind(kept.credential.as_str())
        .bind(kept.public_key.as_str())
        .bind(kept.algorithm)
        .bind(kept.counter)
        .bind(kept.transports.as_str())
        .bind(at.0);
    let row = conn.maybe_row(sql).await?.ok_or(StoreError::Conflict)?;
    Ok(PasskeyId(row.int(0)?))
}

pub(crate) async fn note_use(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    (account, id): (AccountId, PasskeyId),
    counter: i64,
    at: Instant,
) -> StoreResult<bool> {
    let sql = USE.of(organization).bind(account.0).bind(id.0).bind(counter).bind(at.0);
    Ok(conn.execute(sql).await? == 1)
}

pub(crate) async fn remove(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    id: PasskeyId,
) -> StoreResult<bool> {
    Ok(conn.execute(DROP.of(organization).bind(account.0).bind(id.0)).await? == 1)
}

/// All of an account that is removed: its owner may come back with another.
pub(crate) async fn forget(conn: &mut Conn<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<()> {
    conn.execute(FORGET.of(organization).bind(account.0)).await?;
    conn.execute(DISOWN.of(organization).bind(account.0)).await.map(drop)
}

pub(crate) async fn keep_state(conn: &mut Conn<'_>, state: &PasskeyState) -> StoreResult<()> {
    let sql =
        KEEP_STATE.bind(&state.bound).bind(state.state.as_str()).bind(state.name.as_str()).bind(state.expires_at.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn take_state(conn: &mut Conn<'_>, bound: &[u8; 32]) -> StoreResult<Option<PasskeyState>> {
    let Some(row) = conn.maybe_row(TAKE_STATE.bind(bound)).await? else { return Ok(None) };
    Ok(Some(PasskeyState { bound: *bound, state: row.text(0)?, name: row.text(1)?, expires_at: Instant(row.int(2)?) }))
}

pub(crate) async fn tidy(conn: &mut Conn<'_>, now: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(now.0)).await.map(drop)
}

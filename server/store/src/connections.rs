//! Services that are connected, where they are found, and what waits for their connection.

use domain::{AccountId, Instant, OrganizationId, ServiceAddress};
use service::ports::{AddressFound, ConnectionRecord, DraftRecord, StoreError, StoreResult};

use crate::sql::{Conn, statements};

statements! {
    FIND = "SELECT c.connected_at, c.account_id, s.address, r.work, r.city FROM organizations AS o \
            LEFT JOIN connections AS c ON c.organization_id = o.id \
            LEFT JOIN service_addresses AS s ON s.organization_id = o.id AND s.current = 1 \
            LEFT JOIN registrations AS r ON r.organization_id = o.id WHERE o.id = $1";
    FORMER = "SELECT address FROM service_addresses WHERE organization_id = $1 AND current = 0 ORDER BY created_at, address";
    AT = "SELECT s.organization_id, o.name, \
                 (SELECT n.address FROM service_addresses AS n WHERE n.organization_id = s.organization_id AND n.current = 1) \
          FROM service_addresses AS s JOIN organizations AS o ON o.id = s.organization_id WHERE s.address = $1";
    KEEP = "INSERT INTO connections (organization_id, connected_at, account_id) VALUES ($1, $2, CAST($3 AS BIGINT))";
    RENAME = "UPDATE organizations SET name = $2 WHERE id = $1";
    RETIRE = "UPDATE service_addresses SET current = 0 WHERE organization_id = $1 AND current = 1";
    // One of one's own comes back; anybody else's stays theirs.
    TAKE = "INSERT INTO service_addresses (address, organization_id, current, created_at) VALUES ($2, $1, 1, $3) \
            ON CONFLICT (address) DO UPDATE SET current = 1 \
            WHERE service_addresses.organization_id = excluded.organization_id";
    DRAFT = "SELECT draft, updated_at FROM connection_drafts WHERE organization_id = $1 AND account_id = $2";
    KEEP_DRAFT = "INSERT INTO connection_drafts (organization_id, account_id, draft, updated_at) VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (organization_id, account_id) \
                  DO UPDATE SET draft = excluded.draft, updated_at = excluded.updated_at";
    DROP_DRAFTS = "DELETE FROM connection_drafts WHERE organization_id = $1";
    TIDY = "DELETE FROM connection_drafts WHERE updated_at < $1";
    LIST = "SELECT people FROM handed_lists WHERE organization_id = $1 AND account_id = $2";
    HAND = "INSERT INTO handed_lists (organization_id, account_id, people, created_at) VALUES ($1, $2, $3, $4)";
    DROP_LIST = "DELETE FROM handed_lists WHERE organization_id = $1 AND account_id = $2";
    FORGET = "DELETE FROM connection_drafts WHERE organization_id = $1 AND account_id = $2";
}

pub(crate) async fn find(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<ConnectionRecord> {
    let row = conn.maybe_row(FIND.of(organization)).await?.ok_or(StoreError::Conflict)?;
    let former = conn.rows(FORMER.of(organization)).await?;
    Ok(ConnectionRecord {
        connected_at: row.maybe_int(0)?.map(Instant),
        responsible: row.maybe_int(1)?.map(AccountId),
        address: row.maybe_text(2)?,
        former: former.iter().map(|row| row.text(0)).collect::<StoreResult<_>>()?,
        work: row.maybe_text(3)?.unwrap_or_default(),
        city: row.maybe_text(4)?.unwrap_or_default(),
    })
}

pub(crate) async fn at(conn: &mut Conn<'_>, address: &ServiceAddress) -> StoreResult<Option<AddressFound>> {
    let Some(row) = conn.maybe_row(AT.bind(address.as_str())).await? else { return Ok(None) };
    let current = row.maybe_text(2)?.unwrap_or_else(|| address.as_str().to_owned());
    Ok(Some(AddressFound { organization: OrganizationId(row.int(0)?), name: row.text(1)?, current }))
}

pub(crate) async fn keep(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    responsible: Option<AccountId>,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(KEEP.of(organization).bind(at.0).bind(responsible.map(|account| account.0))).await.map(drop)
}

pub(crate) async fn rename(conn: &mut Conn<'_>, organization: OrganizationId, name: &str) -> StoreResult<()> {
    conn.execute(RENAME.of(organization).bind(name)).await.map(drop)
}

/// [`StoreError::Conflict`] if it is another organisation's.
pub(crate) async fn take(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    address: &ServiceAddress,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(RETIRE.of(organization)).await?;
    let taken = conn.execute(TAKE.of(organization).bind(address.as_str()).bind(at.0)).await?;
    if taken == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

pub(crate) async fn draft(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Option<DraftRecord>> {
    let row = conn.maybe_row(DRAFT.of(organization).bind(account.0)).await?;
    row.map(|row| Ok(DraftRecord { draft: row.text(0)?, updated_at: Instant(row.int(1)?) })).transpose()
}

pub(crate) async fn keep_draft(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    draft: &str,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(KEEP_DRAFT.of(organization).bind(account.0).bind(draft).bind(at.0)).await.map(drop)
}

pub(crate) async fn drop_drafts(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<()> {
    conn.execute(DROP_DRAFTS.of(organization)).await.map(drop)
}

/// Throws away drafts of before `long_ago`.
pub(crate) async fn tidy(conn: &mut Conn<'_>, long_ago: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(long_ago.0)).await.map(drop)
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Option<String>> {
    conn.maybe_row(LIST.of(organization).bind(account.0)).await?.map(|row| row.text(0)).transpose()
}

pub(crate) async fn hand(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    people: &str,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(HAND.of(organization).bind(account.0).bind(people).bind(at.0)).await.map(drop)
}

pub(crate) async fn drop_list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<bool> {
    Ok(conn.execute(DROP_LIST.of(organization).bind(account.0)).await? == 1)
}

/// What was for this account alone, which is there no more.
pub(crate) async fn forget(conn: &mut Conn<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<()> {
    drop_list(conn, organization, account).await?;
    conn.execute(FORGET.of(organization).bind(account.0)).await.map(drop)
}

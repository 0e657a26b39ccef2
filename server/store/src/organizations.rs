//! Tenants: the version of what is theirs, and their groups.

use domain::{Group, GroupId, Inn, OrganizationId, Region};
use service::ports::{AuditHead, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, statements};

statements! {
    VERSION = "SELECT audit_seq FROM organizations WHERE id = $1";
    NAME = "SELECT name FROM organizations WHERE id = $1";
    // Else by the ИНН of its last order.
    REGION = "SELECT o.region, (SELECT r.buyer_inn FROM orders AS r WHERE r.organization_id = o.id \
                                ORDER BY r.id DESC LIMIT 1) \
              FROM organizations AS o WHERE o.id = $1";
    ANY = "SELECT count(*) FROM (SELECT 1 FROM organizations LIMIT 1) AS t";
    EVERY = "SELECT id FROM organizations ORDER BY id";
    VERSIONS = "SELECT id, audit_seq FROM organizations ORDER BY id";
    GROUPS = "SELECT id, name FROM groups WHERE organization_id = $1 ORDER BY position";
    OPEN = "SELECT audit_seq, audit_hash FROM organizations WHERE id = $1 {lock}";
}

pub(crate) async fn version(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<i64> {
    conn.maybe_row(VERSION.of(organization)).await?.ok_or(StoreError::Conflict)?.int(0)
}

pub(crate) async fn name(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<String> {
    conn.maybe_row(NAME.of(organization)).await?.ok_or(StoreError::Conflict)?.text(0)
}

pub(crate) async fn region(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Option<Region>> {
    let row = conn.maybe_row(REGION.of(organization)).await?.ok_or(StoreError::Conflict)?;
    match (row.maybe_text(0)?, row.maybe_text(1)?) {
        (Some(region), _) => Region::parse(&region).map(Some).ok_or_else(|| broken("a region")),
        (None, Some(inn)) => Ok(Inn::parse(&inn).as_ref().and_then(Region::of_inn)),
        (None, None) => Ok(None),
    }
}

pub(crate) async fn any(conn: &mut Conn<'_>) -> StoreResult<bool> {
    Ok(conn.row(ANY.sql()).await?.int(0)? > 0)
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> StoreResult<Vec<OrganizationId>> {
    conn.rows(EVERY.sql()).await?.iter().map(|row| row.int(0).map(OrganizationId)).collect()
}

pub(crate) async fn versions(conn: &mut Conn<'_>) -> StoreResult<Vec<(OrganizationId, i64)>> {
    conn.rows(VERSIONS.sql()).await?.iter().map(|row| Ok((OrganizationId(row.int(0)?), row.int(1)?))).collect()
}

pub(crate) async fn groups(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<Group>> {
    let rows = conn.rows(GROUPS.of(organization)).await?;
    rows.iter().map(|row| Ok(Group { id: GroupId(row.int(0)?), name: row.text(1)? })).collect()
}

/// The first statement of every write; [`StoreError::Conflict`] if there is no such organisation.
pub(crate) async fn open(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<AuditHead> {
    let row = conn.maybe_row(OPEN.of(organization)).await?.ok_or(StoreError::Conflict)?;
    Ok(AuditHead { seq: row.int(0)?, hash: row.hash(1)? })
}

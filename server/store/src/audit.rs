//! The audit log: appended to, never changed. Triggers refuse anything else.

use domain::{AccountId, ActAuthor, Instant, JournalFilter, OrganizationId};
use service::ports::{AuditHead, AuditRecord, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

statements! {
    READ = "SELECT seq, at, account_id, action, object, details, hash, address FROM audit_entries \
            WHERE organization_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    // The desk's own entries have no account.
    FOUND = "SELECT seq, at, account_id, action, object, details, hash, address FROM audit_entries \
             WHERE organization_id = $1 AND seq < $2 AND at >= $3 AND at < $4 \
               AND (CAST($5 AS TEXT) IS NULL OR action IN (SELECT r.value ->> 0 FROM {rows $5})) \
               AND (CAST($6 AS BIGINT) IS NULL OR COALESCE(account_id, 0) = $6) \
             ORDER BY seq DESC LIMIT $7";
    HEAD = "SELECT audit_seq, audit_hash FROM organizations WHERE id = $1";
    INSERT = "INSERT INTO audit_entries (organization_id, seq, at, account_id, action, object, details, hash, address) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    MOVE_HEAD = "UPDATE organizations SET audit_seq = $2, audit_hash = $3 WHERE id = $1";
}

fn entry(row: &Row) -> StoreResult<AuditRecord> {
    Ok(AuditRecord {
        seq: row.int(0)?,
        at: Instant(row.int(1)?),
        account: row.maybe_int(2)?.map(AccountId),
        action: row.text(3)?,
        object: row.text(4)?,
        details: row.text(5)?,
        hash: row.hash(6)?,
        address: row.maybe_text(7)?,
    })
}

pub(crate) async fn read(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    after: i64,
    limit: u32,
) -> StoreResult<Vec<AuditRecord>> {
    let sql = READ.of(organization).bind(after).bind(i64::from(limit));
    conn.rows(sql).await?.iter().map(entry).collect()
}

pub(crate) async fn found(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    filter: &JournalFilter,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<AuditRecord>> {
    let acts = filter.group.map(|group| group.acts().iter().map(|act| [*act]).collect::<Vec<_>>());
    let acts = acts.map(|acts| serde_json::to_string(&acts)).transpose().map_err(|_| broken("a list of acts"))?;
    let author = filter.author.map(|author| match author {
        ActAuthor::Account(id) => id.0,
        ActAuthor::Nobody => 0,
    });
    let sql = FOUND
        .of(organization)
        .bind(before.unwrap_or(i64::MAX))
        .bind(filter.from.map_or(i64::MIN, |day| day.start().0))
        .bind(filter.to.map_or(i64::MAX, |day| day.end().0))
        .bind(acts)
        .bind(author)
        .bind(i64::from(limit));
    conn.rows(sql).await?.iter().map(entry).collect()
}

pub(crate) async fn head(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<AuditHead> {
    let row = conn.row(HEAD.of(organization)).await?;
    Ok(AuditHead { seq: row.int(0)?, hash: row.hash(1)? })
}

/// Appends an entry; [`StoreError::Conflict`] if it does not follow `head`. The new head.
pub(crate) async fn append(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    head: AuditHead,
    entry: &AuditRecord,
) -> StoreResult<AuditHead> {
    if entry.seq != head.seq + 1 {
        return Err(StoreError::Conflict);
    }
    let sql = INSERT
        .of(organization)
        .bind(entry.seq)
        .bind(entry.at.0)
        .bind(entry.account.map(|account| account.0))
        .bind(entry.action.as_str())
        .bind(entry.object.as_str())
        .bind(entry.details.as_str())
        .bind(&entry.hash)
        .bind(entry.address.clone());
    conn.execute(sql).await?;
    conn.execute(MOVE_HEAD.of(organization).bind(entry.seq).bind(&entry.hash)).await?;
    Ok(AuditHead { seq: entry.seq, hash: entry.hash })
}

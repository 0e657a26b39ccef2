//! The audit log: appended to, never changed. Triggers refuse anything else.

use domain::{AccountId, Instant, OrganizationId};
use service::ports::{AuditHead, AuditRecord, StoreError, StoreResult};

use crate::sql::{Conn, Row, statements};

statements! {
    READ = "SELECT seq, at, account_id, action, object, details, hash FROM audit_entries \
            WHERE organization_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    INSERT = "INSERT INTO audit_entries (organization_id, seq, at, account_id, action, object, details, hash) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
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
        .bind(&entry.hash);
    conn.execute(sql).await?;
    conn.execute(MOVE_HEAD.of(organization).bind(entry.seq).bind(&entry.hash)).await?;
    Ok(AuditHead { seq: entry.seq, hash: entry.hash })
}

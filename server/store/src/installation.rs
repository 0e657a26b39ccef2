//! The installation's own log: what was refused and belongs to no organisation. Appended to, never changed.

use domain::Instant;
use service::ports::{AuditHead, AuditRecord, StoreError, StoreResult};

use crate::sql::{Conn, Row, statements};

statements! {
    READ = "SELECT seq, at, action, object, details, hash, address FROM installation_entries \
            WHERE seq > $1 ORDER BY seq LIMIT $2";
    HEAD = "SELECT seq, hash FROM installation_head WHERE id = 1";
    OPEN = "SELECT seq, hash FROM installation_head WHERE id = 1 {lock}";
    COUNT = "SELECT count(*), count(CASE WHEN address = $3 THEN 1 END) FROM installation_entries \
             WHERE at > $1 AND object = $2";
    INSERT = "INSERT INTO installation_entries (seq, at, action, object, details, hash, address) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    MOVE_HEAD = "UPDATE installation_head SET seq = $1, hash = $2 WHERE id = 1";
}

fn entry(row: &Row) -> StoreResult<AuditRecord> {
    Ok(AuditRecord {
        seq: row.int(0)?,
        at: Instant(row.int(1)?),
        account: None,
        address: row.maybe_text(6)?,
        action: row.text(2)?,
        object: row.text(3)?,
        details: row.text(4)?,
        hash: row.hash(5)?,
    })
}

pub(crate) async fn read(conn: &mut Conn<'_>, after: i64, limit: u32) -> StoreResult<Vec<AuditRecord>> {
    conn.rows(READ.bind(after).bind(i64::from(limit))).await?.iter().map(entry).collect()
}

fn end(row: &Row) -> StoreResult<AuditHead> {
    Ok(AuditHead { seq: row.int(0)?, hash: row.hash(1)? })
}

pub(crate) async fn head(conn: &mut Conn<'_>) -> StoreResult<AuditHead> {
    end(&conn.row(HEAD.sql()).await?)
}

/// As [`head`], for appending: nobody else does until the transaction ends.
pub(crate) async fn open(conn: &mut Conn<'_>) -> StoreResult<AuditHead> {
    end(&conn.row(OPEN.sql()).await?)
}

/// In all, and of those from this address.
pub(crate) async fn count(conn: &mut Conn<'_>, since: Instant, object: &str, address: &str) -> StoreResult<(u64, u64)> {
    let row = conn.row(COUNT.bind(since.0).bind(object).bind(address)).await?;
    Ok((row.count(0)?, row.count(1)?))
}

/// Appends an entry; [`StoreError::Conflict`] if it does not follow the head.
pub(crate) async fn append(conn: &mut Conn<'_>, entry: &AuditRecord) -> StoreResult<()> {
    if entry.seq != open(conn).await?.seq + 1 {
        return Err(StoreError::Conflict);
    }
    let sql = INSERT
        .bind(entry.seq)
        .bind(entry.at.0)
        .bind(entry.action.as_str())
        .bind(entry.object.as_str())
        .bind(entry.details.as_str())
        .bind(&entry.hash)
        .bind(entry.address.clone());
    conn.execute(sql).await?;
    conn.execute(MOVE_HEAD.bind(entry.seq).bind(&entry.hash)).await.map(drop)
}

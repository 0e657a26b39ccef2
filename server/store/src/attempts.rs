//! What was tried in vain, and what is blocked for it.

use domain::Instant;
use service::ports::{Limit, StoreResult};

use crate::sql::{Conn, statements};

statements! {
    BLOCKED = "SELECT blocked_until FROM attempts WHERE subject = $1 AND blocked_until > $2";
    // One statement: of two at once, each counts. `$3`: tries of before count no more; `$5`: until when it would block.
    COUNT = "INSERT INTO attempts (subject, failed, since, blocked_until) VALUES ($1, 1, $2, NULL) \
             ON CONFLICT (subject) DO UPDATE SET \
                 failed = CASE WHEN attempts.blocked_until > $2 THEN attempts.failed \
                               WHEN attempts.blocked_until <= $2 OR attempts.since <= $3 THEN 1 \
                               ELSE attempts.failed + 1 END, \
                 since = CASE WHEN attempts.blocked_until <= $2 OR attempts.since <= $3 THEN $2 ELSE attempts.since END, \
                 blocked_until = CASE WHEN attempts.blocked_until > $2 THEN attempts.blocked_until \
                                      WHEN attempts.blocked_until <= $2 OR attempts.since <= $3 THEN NULL \
                                      WHEN attempts.failed + 1 >= $4 THEN $5 END \
             RETURNING blocked_until";
    FORGET = "DELETE FROM attempts WHERE subject = $1";
    TIDY = "DELETE FROM attempts WHERE since <= $1 AND (blocked_until IS NULL OR blocked_until <= $2)";
}

pub(crate) async fn blocked_until(
    conn: &mut Conn<'_>,
    subject: &[u8; 32],
    now: Instant,
) -> StoreResult<Option<Instant>> {
    let row = conn.maybe_row(BLOCKED.bind(subject).bind(now.0)).await?;
    Ok(row.map(|row| row.int(0)).transpose()?.map(Instant))
}

pub(crate) async fn count(
    conn: &mut Conn<'_>,
    subject: &[u8; 32],
    limit: Limit,
    now: Instant,
) -> StoreResult<Option<Instant>> {
    let sql = COUNT
        .bind(subject)
        .bind(now.0)
        .bind(now.plus_seconds(-limit.within_seconds).0)
        .bind(i64::try_from(limit.tries).unwrap_or(i64::MAX))
        .bind(now.plus_seconds(limit.block_seconds).0);
    Ok(conn.row(sql).await?.maybe_int(0)?.map(Instant))
}

pub(crate) async fn forget(conn: &mut Conn<'_>, subject: &[u8; 32]) -> StoreResult<()> {
    conn.execute(FORGET.bind(subject)).await.map(drop)
}

pub(crate) async fn tidy(conn: &mut Conn<'_>, long_ago: Instant, now: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(long_ago.0).bind(now.0)).await.map(drop)
}

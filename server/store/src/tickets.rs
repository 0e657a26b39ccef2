//! Links and codes that work once.

use domain::{AccountId, Instant, LinkFault, OrganizationId};
use service::ports::{Purpose, StoreResult, Ticket};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! tickets {
    ($rest:literal) => {
        concat!(
            "SELECT purpose, organization_id, account_id, code_hash, tries, data, created_at, expires_at, closed, \
                    refused, token_hash FROM tickets ",
            $rest
        )
    };
}

statements! {
    FIND = tickets!("WHERE token_hash = $1");
    OPEN = tickets!("WHERE organization_id = $1 AND account_id = $2 AND purpose = $3 AND closed IS NULL \
                     ORDER BY created_at DESC LIMIT 1");
    ADD = "INSERT INTO tickets (token_hash, purpose, organization_id, account_id, code_hash, tries, data, created_at, \
                                expires_at) \
           VALUES ($2, $3, NULLIF(CAST($1 AS BIGINT), 0), NULLIF(CAST($4 AS BIGINT), 0), $5, 0, $6, $7, $8)";
    // What was said by whoever registers or subscribes is needed no longer.
    CLOSE = "UPDATE tickets SET closed = $3, data = CASE WHEN purpose IN ('registration', 'news') THEN '' ELSE data END \
             WHERE COALESCE(organization_id, 0) = $1 AND token_hash = $2";
    CLOSE_ALL = "UPDATE tickets SET closed = 'over' WHERE organization_id = $1 AND account_id = $2 AND closed IS NULL \
                 AND purpose = COALESCE(CAST($3 AS TEXT), purpose)";
    COUNT = "UPDATE tickets SET tries = tries + 1 WHERE organization_id = $1 AND token_hash = $2";
    NOTE = "UPDATE tickets SET refused = $3 WHERE COALESCE(organization_id, 0) = $1 AND token_hash = $2";
    TIDY = "DELETE FROM tickets WHERE expires_at <= $1";
}

pub(crate) async fn find(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>> {
    conn.maybe_row(FIND.bind(token_hash)).await?.as_ref().map(ticket).transpose()
}

pub(crate) async fn open(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    purpose: Purpose,
) -> StoreResult<Option<Ticket>> {
    let sql = OPEN.of(organization).bind(account.0).bind(purpose.code());
    conn.maybe_row(sql).await?.as_ref().map(ticket).transpose()
}

fn ticket(row: &Row) -> StoreResult<Ticket> {
    let closed = match row.maybe_text(8)?.as_deref() {
        None => None,
        Some("used") => Some(LinkFault::Used),
        Some(_) => Some(LinkFault::Over),
    };
    Ok(Ticket {
        token_hash: row.hash(10)?,
        purpose: Purpose::from_code(&row.text(0)?).ok_or_else(|| broken("the purpose of a ticket"))?,
        organization: OrganizationId(row.maybe_int(1)?.unwrap_or_default()),
        account: AccountId(row.maybe_int(2)?.unwrap_or_default()),
        code_hash: row.maybe_hash(3)?,
        tries: row.count(4)?,
        data: row.text(5)?,
        created_at: Instant(row.int(6)?),
        expires_at: Instant(row.int(7)?),
        closed,
        refused: row.maybe_text(9)?,
    })
}

pub(crate) async fn add(conn: &mut Conn<'_>, ticket: &Ticket) -> StoreResult<()> {
    // A stranger who asks for a new password closes no link that its owner has: with the first that is used, all close.
    if ticket.purpose != Purpose::Recovery {
        close_all(conn, ticket.organization, ticket.account, Some(ticket.purpose)).await?;
    }
    let sql = ADD
        .of(ticket.organization)
        .bind(&ticket.token_hash)
        .bind(ticket.purpose.code())
        .bind(ticket.account.0)
        .bind(ticket.code_hash.as_ref())
        .bind(ticket.data.as_str())
        .bind(ticket.created_at.0)
        .bind(ticket.expires_at.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn close(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    token_hash: &[u8; 32],
    why: LinkFault,
) -> StoreResult<()> {
    let closed = if why == LinkFault::Used { "used" } else { "over" };
    conn.execute(CLOSE.of(organization).bind(token_hash).bind(closed)).await.map(drop)
}

pub(crate) async fn close_all(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    purpose: Option<Purpose>,
) -> StoreResult<u64> {
    let purpose = purpose.map(|purpose| purpose.code().to_owned());
    conn.execute(CLOSE_ALL.of(organization).bind(account.0).bind(purpose)).await
}

pub(crate) async fn count_try(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    token_hash: &[u8; 32],
) -> StoreResult<()> {
    conn.execute(COUNT.of(organization).bind(token_hash)).await.map(drop)
}

pub(crate) async fn note(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    token_hash: &[u8; 32],
    why: &str,
) -> StoreResult<()> {
    conn.execute(NOTE.of(organization).bind(token_hash).bind(why)).await.map(drop)
}

pub(crate) async fn tidy(conn: &mut Conn<'_>, long_ago: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(long_ago.0)).await.map(drop)
}

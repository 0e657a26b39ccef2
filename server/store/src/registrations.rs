//! Organisations that registered themselves, and with what the installation signs.

use domain::{Instant, OrganizationId, SignUp};
use service::ports::StoreResult;

use crate::sql::{Conn, statements};

statements! {
    SECRET = "SELECT value FROM secrets WHERE name = $1";
    ORGANIZATION = "INSERT INTO organizations (name, large_deed, audit_hash) VALUES ($1, $2, $3) RETURNING id";
    SAID = "INSERT INTO registrations (organization_id, work, city, created_at) VALUES ($1, $2, $3, $4)";
}

/// From how many people on a deed asks for its number to be typed, unless an organisation says otherwise.
const LARGE_DEED: i64 = 100;

pub(crate) async fn secret(conn: &mut Conn<'_>, name: &str) -> StoreResult<[u8; 32]> {
    conn.row(SECRET.bind(name)).await?.hash(0)
}

/// Makes an organisation of nobody yet.
pub(crate) async fn found(conn: &mut Conn<'_>, said: &SignUp, at: Instant) -> StoreResult<OrganizationId> {
    let name = if said.work.is_empty() { said.name.as_str() } else { said.work.as_str() };
    let row = conn.row(ORGANIZATION.bind(name).bind(LARGE_DEED).bind(&[0; 32])).await?;
    let organization = OrganizationId(row.int(0)?);
    let sql = SAID.of(organization).bind(said.work.as_str()).bind(said.city.as_str()).bind(at.0);
    conn.execute(sql).await?;
    Ok(organization)
}

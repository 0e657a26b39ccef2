//! Partners, what customers let them do, and as whom they act there.

use domain::{
    Account, AccountId, Capability, Coverage, Grant, Instant, Kind, OperationId, Organization, OrganizationId,
    PartnerCode, Rights, Served, SessionId,
};
use service::ports::{FailedOperation, Standing, StoreError, StoreResult};

use crate::accounts;
use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! served {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.name, o.large_deed, c.capabilities, c.granted_at FROM partnerships AS c ",
            "JOIN organizations AS o ON o.id = c.organization_id WHERE c.partner_id = $1",
            $rest
        )
    };
}

macro_rules! standings {
    ($rest:literal) => {
        concat!(
            "SELECT r.account_id, x.name, x.email, l.role, w.capabilities, COALESCE(w.coverage, m.coverage), ",
            "c.capabilities ",
            "FROM representatives AS r ",
            "JOIN accounts AS x ON x.organization_id = r.organization_id AND x.id = r.account_id ",
            "JOIN partnerships AS c ON c.organization_id = r.organization_id AND c.partner_id = r.partner_id ",
            "JOIN accounts AS a ON a.organization_id = r.partner_id AND a.id = r.partner_account_id ",
            "LEFT JOIN account_levels AS l ON l.organization_id = a.organization_id AND l.account_id = a.id ",
            "LEFT JOIN roles AS w ON w.organization_id = l.organization_id AND w.id = l.role_id ",
            "LEFT JOIN role_limits AS m ON m.organization_id = l.organization_id AND m.role = l.role ",
            "WHERE r.organization_id = $1 AND a.state = 'active'",
            $rest
        )
    };
}

statements! {
    CODE = "SELECT code FROM partners WHERE organization_id = $1";
    OF_CODE = "SELECT o.id, o.name FROM partners AS p JOIN organizations AS o ON o.id = p.organization_id \
               WHERE p.code = $1";
    KEEP = "INSERT INTO partners (organization_id, code, since) VALUES ($1, $2, $3) \
            ON CONFLICT (organization_id) DO UPDATE SET code = excluded.code";
    OTHERS_CODE = "SELECT count(*) FROM partners WHERE organization_id <> $1 AND code = $2";
    GRANTS = "SELECT c.partner_id, o.name, c.capabilities, c.granted_at FROM partnerships AS c \
              JOIN organizations AS o ON o.id = c.partner_id WHERE c.organization_id = $1 ORDER BY o.name, o.id";
    KEEP_GRANT = "INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) \
                  VALUES ($1, $2, $3, $4) \
                  ON CONFLICT (organization_id, partner_id) DO UPDATE SET capabilities = excluded.capabilities";
    DROP_GRANT = "DELETE FROM partnerships WHERE organization_id = $1 AND partner_id = $2";
    // $1 is the partner here.
    CUSTOMERS = served!(" ORDER BY o.name, o.id");
    SERVED = served!(" AND c.organization_id = $2");
    PEOPLE = "SELECT m.organization_id, count(*) FROM partnerships AS c \
              JOIN members AS m ON m.organization_id = c.organization_id AND m.deleted_at IS NULL \
              WHERE c.partner_id = $1 GROUP BY m.organization_id";
    FAILURES = "SELECT o.organization_id, o.id, o.kind, o.failure, o.settled_at FROM partnerships AS c \
                JOIN operations AS o ON o.organization_id = c.organization_id \
                WHERE c.partner_id = $1 AND o.state = 'failed' AND o.settled_at > $2 \
                ORDER BY o.settled_at DESC, o.id DESC";
    // $1 is the customer again.
    REPRESENTATIVE = "SELECT a.id, a.name, a.email, r.came_at FROM representatives AS r \
                      JOIN accounts AS a ON a.organization_id = r.organization_id AND a.id = r.account_id \
                      WHERE r.organization_id = $1 AND r.partner_id = $2 AND r.partner_account_id = $3";
    // Nobody signs in by it, and its e-mail is not taken: it is of the partner's own account.
    ADD_ACCOUNT = "INSERT INTO accounts (organization_id, email, name, phone, password_hash, state, created_at) \
                   VALUES ($1, $2, $3, '', '', 'removed', $4) RETURNING id";
    ADD_REPRESENTATIVE = "INSERT INTO representatives (organization_id, account_id, partner_id, partner_account_id, came_at) \
                          VALUES ($1, $2, $3, $4, $5)";
    COME_AGAIN = "UPDATE representatives SET came_at = $3 WHERE organization_id = $1 AND account_id = $2";
    RENAME = "UPDATE accounts SET name = $3, email = $4 WHERE organization_id = $1 AND id = $2";
    STANDING = standings!(" AND r.partner_id = $2 AND EXISTS (SELECT 1 FROM sessions AS s \
                               WHERE s.organization_id = a.organization_id AND s.account_id = a.id AND s.id = $3)");
    REPRESENTED = standings!(" AND r.account_id = $2");
}

pub(crate) async fn code(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Option<PartnerCode>> {
    let Some(row) = conn.maybe_row(CODE.of(organization)).await? else { return Ok(None) };
    PartnerCode::parse(&row.text(0)?).map(Some).ok_or_else(|| broken("the code of a partner"))
}

pub(crate) async fn of_code(conn: &mut Conn<'_>, code: &PartnerCode) -> StoreResult<Option<(OrganizationId, String)>> {
    let row = conn.maybe_row(OF_CODE.bind(code.as_str())).await?;
    row.map(|row| Ok((OrganizationId(row.int(0)?), row.text(1)?))).transpose()
}

/// [`StoreError::Conflict`] if another has the code.
pub(crate) async fn keep(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    code: &PartnerCode,
    at: Instant,
) -> StoreResult<()> {
    if conn.row(OTHERS_CODE.of(organization).bind(code.as_str())).await?.int(0)? > 0 {
        return Err(StoreError::Conflict);
    }
    conn.execute(KEEP.of(organization).bind(code.as_str()).bind(at.0)).await.map(drop)
}

pub(crate) async fn grants(conn: &mut Conn<'_>, customer: OrganizationId) -> StoreResult<Vec<Grant>> {
    let grant = |row: &Row| {
        Ok(Grant {
            partner: OrganizationId(row.int(0)?),
            name: row.text(1)?,
            rights: granted(&row.text(2)?),
            granted_at: Instant(row.int(3)?),
        })
    };
    conn.rows(GRANTS.of(customer)).await?.iter().map(grant).collect()
}

/// What is kept of a grant; what cannot be granted (any more) is not.
fn granted(codes: &str) -> Rights {
    domain::grantable(Rights::from_codes(codes))
}

pub(crate) async fn keep_grant(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    partner: OrganizationId,
    rights: Rights,
    at: Instant,
) -> StoreResult<()> {
    let sql = KEEP_GRANT.of(customer).bind(partner.0).bind(rights.to_codes()).bind(at.0);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn drop_grant(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    partner: OrganizationId,
) -> StoreResult<bool> {
    Ok(conn.execute(DROP_GRANT.of(customer).bind(partner.0)).await? > 0)
}

fn one_served(row: &Row) -> StoreResult<Served> {
    let organization = Organization { id: OrganizationId(row.int(0)?), name: row.text(1)?, large_deed: row.count(2)? };
    Ok(Served { organization, rights: granted(&row.text(3)?), granted_at: Instant(row.int(4)?) })
}

pub(crate) async fn customers(conn: &mut Conn<'_>, partner: OrganizationId) -> StoreResult<Vec<Served>> {
    conn.rows(CUSTOMERS.bind(partner.0)).await?.iter().map(one_served).collect()
}

pub(crate) async fn served(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
    customer: OrganizationId,
) -> StoreResult<Option<Served>> {
    conn.maybe_row(SERVED.bind(partner.0).bind(customer.0)).await?.as_ref().map(one_served).transpose()
}

pub(crate) async fn people(conn: &mut Conn<'_>, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>> {
    let rows = conn.rows(PEOPLE.bind(partner.0)).await?;
    rows.iter().map(|row| Ok((OrganizationId(row.int(0)?), row.count(1)?))).collect()
}

pub(crate) async fn failures(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
    since: Instant,
) -> StoreResult<Vec<FailedOperation>> {
    let failed = |row: &Row| {
        let refusal = row.maybe_text(3)?.map(|text| serde_json::from_str(&text)).transpose();
        Ok(FailedOperation {
            organization: OrganizationId(row.int(0)?),
            id: OperationId(row.int(1)?),
            kind: Kind::from_code(&row.text(2)?).ok_or_else(|| broken("a kind of operation"))?,
            refusal: refusal.map_err(|_| broken("a refusal"))?,
            at: Instant(row.int(4)?),
        })
    };
    conn.rows(FAILURES.bind(partner.0).bind(since.0)).await?.iter().map(failed).collect()
}

pub(crate) async fn representative(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    (partner, account): (OrganizationId, AccountId),
) -> StoreResult<Option<(Account, Instant)>> {
    let row = conn.maybe_row(REPRESENTATIVE.of(customer).bind(partner.0).bind(account.0)).await?;
    let known = |row: Row| {
        let account = Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? };
        Ok((account, Instant(row.int(3)?)))
    };
    row.map(known).transpose()
}

pub(crate) async fn keep_representative(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    of: (OrganizationId, AccountId),
    (name, email): (&str, &str),
    at: Instant,
) -> StoreResult<Account> {
    let id = match representative(conn, customer, of).await? {
        Some((known, _)) => {
            conn.execute(COME_AGAIN.of(customer).bind(known.id.0).bind(at.0)).await?;
            conn.execute(RENAME.of(customer).bind(known.id.0).bind(name).bind(email)).await?;
            known.id
        }
        None => {
            let id = conn.row(ADD_ACCOUNT.of(customer).bind(email).bind(name).bind(at.0)).await?.int(0)?;
            let (partner, account) = of;
            conn.execute(ADD_REPRESENTATIVE.of(customer).bind(id).bind(partner.0).bind(account.0).bind(at.0)).await?;
            AccountId(id)
        }
    };
    Ok(Account { id, name: name.to_owned(), email: email.to_owned() })
}

/// What both let somebody do: their own level at the partner's, and the customer's grant. A level over some groups only is
/// over groups of the partner's.
fn standing(row: &Row) -> StoreResult<Option<Standing>> {
    let Standing { account, rights, coverage } = accounts::standing(row)?;
    if coverage != Coverage::Everybody || !rights.may(Capability::Customers) {
        return Ok(None);
    }
    Ok(Some(Standing { account, rights: rights.and(granted(&row.text(6)?)), coverage }))
}

/// Who works at the customer's in a session of the partner's.
pub(crate) async fn standing_for(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    partner: OrganizationId,
    session: SessionId,
) -> StoreResult<Option<Standing>> {
    let row = conn.maybe_row(STANDING.of(customer).bind(partner.0).bind(session.0)).await?;
    row.as_ref().map_or(Ok(None), standing)
}

/// What a representative may do.
pub(crate) async fn represented(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    account: AccountId,
) -> StoreResult<Option<Standing>> {
    let row = conn.maybe_row(REPRESENTED.of(customer).bind(account.0)).await?;
    row.as_ref().map_or(Ok(None), standing)
}

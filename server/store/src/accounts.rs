//! Who may sign in.

use domain::{Account, AccountId, OrganizationId, Rights, Role};
use service::ports::{AccountRecord, StoreResult};

use crate::sql::{Conn, Row, statements};

statements! {
    BY_EMAIL = "SELECT id, name, email, organization_id, password_hash FROM accounts WHERE email = $1";
    OF_ORGANIZATION = "SELECT a.id, a.name, a.email, l.role, r.capabilities FROM accounts AS a \
                       LEFT JOIN account_levels AS l ON l.organization_id = a.organization_id AND l.account_id = a.id \
                       LEFT JOIN roles AS r ON r.organization_id = l.organization_id AND r.id = l.role_id \
                       WHERE a.organization_id = $1 ORDER BY a.id";
}

/// What a level allows: its code at `place`, and after it what an own one allows, with what that rests on. No level, or one that is not known
/// (any more), allows nothing.
pub(crate) fn rights(row: &Row, place: usize) -> StoreResult<Rights> {
    Ok(match (row.maybe_text(place)?.as_deref(), row.maybe_text(place + 1)?) {
        (Some("own"), Some(capabilities)) => Rights::from_codes(&capabilities).complete(),
        (Some(code), _) => Role::from_code(code).map_or(Rights::NONE, Role::rights),
        (None, _) => Rights::NONE,
    })
}

/// The accounts of an organisation with what they may do, as they came.
pub(crate) async fn all(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(Account, Rights)>> {
    let account = |row: &Row| {
        Ok((Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? }, rights(row, 3)?))
    };
    conn.rows(OF_ORGANIZATION.of(organization)).await?.iter().map(account).collect()
}

pub(crate) async fn by_email(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<AccountRecord>> {
    let Some(row) = conn.maybe_row(BY_EMAIL.bind(email)).await? else { return Ok(None) };
    Ok(Some(AccountRecord {
        account: Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? },
        organization: OrganizationId(row.int(3)?),
        password_hash: row.text(4)?,
    }))
}

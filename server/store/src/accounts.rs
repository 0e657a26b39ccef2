//! Who may sign in.

use domain::{Account, AccountId, OrganizationId};
use service::ports::{AccountRecord, StoreResult};

use crate::sql::{Conn, statements};

statements! {
    BY_EMAIL = "SELECT id, name, email, organization_id, password_hash FROM accounts WHERE email = $1";
}

pub(crate) async fn by_email(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<AccountRecord>> {
    let Some(row) = conn.maybe_row(BY_EMAIL.bind(email)).await? else { return Ok(None) };
    Ok(Some(AccountRecord {
        account: Account { id: AccountId(row.int(0)?), name: row.text(1)?, email: row.text(2)? },
        organization: OrganizationId(row.int(3)?),
        password_hash: row.text(4)?,
    }))
}

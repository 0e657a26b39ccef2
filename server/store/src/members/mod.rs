//! The directory: who is in it, what has become of them, and what the rules need to know of them.

mod change;
mod changes;
mod people;
mod snapshot;

use domain::{Employment, IdSet, MemberId, OrganizationId, PersonName};
use service::ports::{MemberBrief, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Sql, Text, statements};

pub(crate) use change::{add, delete, kept_words};
pub(crate) use changes::changes;
pub(crate) use snapshot::snapshot;

statements! {
    EVER = "SELECT count(*) FROM members WHERE organization_id = $1";
    BRIEFS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.email \
              FROM {picked $2} CROSS JOIN members AS m \
              WHERE m.organization_id = $1 AND m.id = picked.value \
              ORDER BY m.sort_key, m.id";
}

/// Every fixed statement on members.
pub(crate) fn texts() -> Vec<Text> {
    [ALL, change::ALL, changes::ALL].concat()
}

/// Every statement on members that is put together, in each of its forms.
pub(crate) fn put_together() -> Vec<Sql> {
    let every_form = people::every_form();
    every_form.iter().map(|selection| snapshot::statement(OrganizationId(1), "signature", selection)).collect()
}

pub(crate) async fn ever(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<u64> {
    conn.row(EVER.of(organization)).await?.count(0)
}

pub(crate) async fn briefs(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &IdSet,
) -> StoreResult<Vec<MemberBrief>> {
    let rows = conn.rows(BRIEFS.of(organization).bind(members.to_list())).await?;
    let brief = |row: &crate::sql::Row| {
        let name = PersonName { surname: row.text(1)?, first: row.text(2)?, patronymic: row.text(3)? };
        Ok(MemberBrief { id: MemberId(row.int(0)?), name, email: row.text(4)? })
    };
    rows.iter().map(brief).collect()
}

fn employment(number: i64) -> StoreResult<Employment> {
    Employment::from_number(number).ok_or_else(|| broken("an employment"))
}

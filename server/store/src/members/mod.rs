//! The directory: who is in it, a page of them, how many, and what the rules need to know of them.

mod change;
mod counts;
mod order;
mod people;
mod rows;
mod snapshot;

use domain::{Employment, GroupId, IdSet, MemberId, OrganizationId, PersonName, Tab};
use service::ports::{MemberBrief, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Sql, Text, statements};

pub(crate) use change::{add, delete, kept_words};
pub(crate) use counts::counts;
pub(crate) use order::{near, order};
pub(crate) use rows::rows;
pub(crate) use snapshot::snapshot;

statements! {
    TABS = "SELECT 0, employment, count(*) FROM members WHERE organization_id = $1 AND deleted_at IS NULL \
            GROUP BY employment \
            UNION ALL \
            SELECT 1, group_id, count(*) FROM group_members WHERE organization_id = $1 GROUP BY group_id";
    BRIEFS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.email \
              FROM {picked $2} CROSS JOIN members AS m \
              WHERE m.organization_id = $1 AND m.id = picked.value \
              ORDER BY m.sort_key, m.id";
}

/// Every fixed statement on members.
pub(crate) fn texts() -> Vec<Text> {
    [ALL, change::ALL, rows::ALL].concat()
}

/// Every statement on members that is put together, in each of its forms.
pub(crate) fn put_together() -> Vec<Sql> {
    let mut all = Vec::new();
    for selection in people::every_form() {
        all.push(counts::statement(OrganizationId(1), &selection));
        all.push(snapshot::statement(OrganizationId(1), "signature", &selection));
        all.extend(order::every_statement(&selection));
    }
    all
}

pub(crate) async fn tab_counts(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(Tab, u64)>> {
    let rows = conn.rows(TABS.of(organization)).await?;
    let tab = |row: &crate::sql::Row| {
        let key = row.int(1)?;
        let tab = match row.int(0)? {
            0 => Tab::Employment(employment(key)?),
            _ => Tab::Group(GroupId(key)),
        };
        Ok((tab, row.count(2)?))
    };
    rows.iter().map(tab).collect()
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

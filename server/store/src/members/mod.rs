//! The directory: who is in it, what has become of them, and what the rules need to know of them.

mod change;
mod changes;
mod holdings;
mod people;
mod snapshot;

use domain::{Email, Employment, GroupId, Holder, IdSet, Instant, MemberId, OrganizationId, PersonName, Pool};
use service::ports::{MemberBrief, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Sql, Text, statements};

pub(crate) use change::{add, delete, kept_words};
pub(crate) use changes::changes;
pub(crate) use holdings::{holdings, keep_region, regions};
pub(crate) use snapshot::snapshot;

statements! {
    EVER = "SELECT count(*) FROM members WHERE organization_id = $1";
    BY_EMAIL = "SELECT m.email, m.id FROM {rows $2} CROSS JOIN members AS m \
                WHERE m.organization_id = $1 AND m.email = r.value ->> 0 AND m.deleted_at IS NULL";
    HOLDERS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.email, a.issued_at \
               FROM assignments AS a \
               JOIN members AS m ON m.organization_id = a.organization_id AND m.id = a.member_id \
               WHERE a.organization_id = $1 AND a.product_id = $2 AND a.pool_id = $3 AND a.ended_at IS NULL \
               ORDER BY m.sort_key, m.id LIMIT $4 OFFSET $5";
    // Whoever is deleted is in no group any more.
    COVERED = "SELECT string_agg(CAST(g.member_id AS TEXT), ',') FROM {picked $2} CROSS JOIN group_members AS g \
               WHERE g.organization_id = $1 AND g.group_id = picked.value";
    BRIEFS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.email \
              FROM {picked $2} CROSS JOIN members AS m \
              WHERE m.organization_id = $1 AND m.id = picked.value \
              ORDER BY m.sort_key, m.id";
}

/// Every fixed statement on members.
pub(crate) fn texts() -> Vec<Text> {
    [ALL, change::ALL, changes::ALL, holdings::ALL].concat()
}

/// Every statement on members that is put together, in each of its forms.
pub(crate) fn put_together() -> Vec<Sql> {
    let every_form = people::every_form();
    every_form.iter().map(|selection| snapshot::statement(OrganizationId(1), "signature", selection)).collect()
}

pub(crate) async fn ever(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<u64> {
    conn.row(EVER.of(organization)).await?.count(0)
}

pub(crate) async fn by_email(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    emails: &[Email],
) -> StoreResult<Vec<(String, MemberId)>> {
    let list: Vec<[&str; 1]> = emails.iter().map(|email| [email.as_str()]).collect();
    let list = serde_json::to_string(&list).map_err(|_| broken("a list of e-mails"))?;
    let rows = conn.rows(BY_EMAIL.of(organization).bind(list)).await?;
    rows.iter().map(|row| Ok((row.text(0)?, MemberId(row.int(1)?)))).collect()
}

/// Who holds the pool's seats, by name.
pub(crate) async fn holders(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    pool: &Pool,
    offset: u64,
    limit: u32,
) -> StoreResult<Vec<Holder>> {
    let sql = HOLDERS
        .of(organization)
        .bind(pool.product.id.0)
        .bind(pool.id.0)
        .bind(i64::from(limit))
        .bind(i64::try_from(offset).unwrap_or(i64::MAX));
    let holder = |row: &crate::sql::Row| {
        let name = PersonName { surname: row.text(1)?, first: row.text(2)?, patronymic: row.text(3)? };
        Ok(Holder { member: MemberId(row.int(0)?), name, email: row.text(4)?, since: Instant(row.int(5)?) })
    };
    conn.rows(sql).await?.iter().map(holder).collect()
}

/// Living people of these groups.
pub(crate) async fn covered(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    groups: &[GroupId],
) -> StoreResult<IdSet> {
    let groups: IdSet = groups.iter().map(|group| group.0).collect();
    let ids = conn.row(COVERED.of(organization).bind(groups.to_list())).await?.maybe_text(0)?.unwrap_or_default();
    ids.split_terminator(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| broken("a list of ids"))
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

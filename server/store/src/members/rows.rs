//! The rows of the table for people whose places are known.

use std::collections::HashMap;

use domain::{GroupId, Held, IdSet, Instant, MemberId, MemberRow, OrganizationId, PersonName, ProductId};
use service::ports::StoreResult;

use crate::sql::{Conn, statements};

statements! {
    MEMBERS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.employment, m.email, m.last_active_at \
               FROM {picked $2} CROSS JOIN members AS m WHERE m.organization_id = $1 AND m.id = picked.value";
    HELD = "SELECT a.member_id, a.product_id, a.valid_until FROM {picked $2} CROSS JOIN assignments AS a \
            WHERE a.organization_id = $1 AND a.member_id = picked.value AND a.ended_at IS NULL \
            ORDER BY a.member_id, a.product_id";
    MEMBER_GROUPS = "SELECT b.member_id, b.group_id FROM {picked $2} CROSS JOIN group_members AS b \
                     CROSS JOIN groups AS g \
                     WHERE b.organization_id = $1 AND b.member_id = picked.value \
                       AND g.organization_id = $1 AND g.id = b.group_id \
                     ORDER BY b.member_id, g.position";
}

/// In the order of `ids`; the organisation's own only.
pub(crate) async fn rows(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    ids: &[i64],
) -> StoreResult<Vec<MemberRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = ids.iter().copied().collect::<IdSet>().to_list();
    let mut rows: HashMap<i64, MemberRow> = HashMap::with_capacity(ids.len());
    for row in conn.rows(MEMBERS.of(organization).bind(list.as_str())).await? {
        let id = row.int(0)?;
        let member = MemberRow {
            id: MemberId(id),
            name: PersonName { surname: row.text(1)?, first: row.text(2)?, patronymic: row.text(3)? },
            employment: super::employment(row.int(4)?)?,
            email: row.text(5)?,
            last_active: row.maybe_int(6)?.map(Instant),
            held: Vec::new(),
            groups: Vec::new(),
        };
        rows.insert(id, member);
    }
    for row in conn.rows(HELD.of(organization).bind(list.as_str())).await? {
        if let Some(member) = rows.get_mut(&row.int(0)?) {
            let until = row.maybe_int(2)?.map(Instant);
            member.held.push(Held { product: ProductId(row.int(1)?), until });
        }
    }
    for row in conn.rows(MEMBER_GROUPS.of(organization).bind(list)).await? {
        if let Some(member) = rows.get_mut(&row.int(0)?) {
            member.groups.push(GroupId(row.int(1)?));
        }
    }
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

//! What the rules look at, in one statement and one row: 100,000 rows would cost more to decode than to find.

use std::collections::BTreeMap;

use domain::{Class, Employment, OrganizationId, PoolId, Selection, Snapshot};
use service::ports::StoreResult;

use super::people::{People, Start};
use crate::error::broken;
use crate::sql::{Conn, Sql};

/// A person as one number: id × 16 + employment × 2 + deleted. Grouping in SQL would sort everybody first.
const PACKED: &str = "CAST(m.id * 16 + m.employment * 2 + CASE WHEN m.deleted_at IS NULL THEN 0 ELSE 1 END AS TEXT)";

pub(super) fn statement(organization: OrganizationId, group: &str, selection: &Selection) -> Sql {
    let mut sql = Sql::scoped(organization);
    let group = sql.argument(group);
    let people = People { selection, deleted_too: true };
    let source = people.source(&mut sql, Start::Narrow);
    let text = format!(
        "SELECT string_agg(CASE WHEN h.id IS NULL THEN {PACKED} END, ','), \
                string_agg(CASE WHEN h.id IS NOT NULL THEN \
                    {PACKED} || ' ' || CAST(h.pool_id AS TEXT) || ' ' || CAST(h.id AS TEXT) END, ',') \
         {} LEFT JOIN assignments AS h ON h.organization_id = $1 AND h.member_id = m.id \
            AND h.exclusive_group = {group} AND h.ended_at IS NULL \
         WHERE {}",
        source.from, source.conditions
    );
    sql.with_text(text)
}

type Key = (Employment, bool, Option<PoolId>);

pub(crate) async fn snapshot(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    group: &str,
    selection: &Selection,
) -> StoreResult<Snapshot> {
    if selection.is_empty() {
        return Ok(Snapshot::default());
    }
    let row = conn.row(statement(organization, group, selection)).await?;
    let mut classes: BTreeMap<Key, (Vec<i64>, Vec<i64>)> = BTreeMap::new();
    for entry in row.maybe_text(0)?.iter().flat_map(|text| text.split(',')) {
        let (id, employment, deleted) = unpack(entry)?;
        classes.entry((employment, deleted, None)).or_default().0.push(id);
    }
    for entry in row.maybe_text(1)?.iter().flat_map(|text| text.split(',')) {
        let mut parts = entry.splitn(3, ' ');
        let (id, employment, deleted) = unpack(parts.next().unwrap_or_default())?;
        let pool = PoolId(number(parts.next().unwrap_or_default())?);
        let class = classes.entry((employment, deleted, Some(pool))).or_default();
        class.0.push(id);
        class.1.push(number(parts.next().unwrap_or_default())?);
    }
    let class = |((employment, deleted, holds), (members, assignments)): (Key, (Vec<i64>, Vec<i64>))| Class {
        employment,
        deleted,
        holds,
        members: members.into_iter().collect(),
        assignments: assignments.into_iter().collect(),
    };
    Ok(Snapshot { classes: classes.into_iter().map(class).collect() })
}

fn unpack(entry: &str) -> StoreResult<(i64, Employment, bool)> {
    let packed = number(entry)?;
    Ok((packed >> 4, super::employment(packed >> 1 & 0x7)?, packed & 1 == 1))
}

fn number(text: &str) -> StoreResult<i64> {
    text.parse().map_err(|_| broken("a list of ids"))
}

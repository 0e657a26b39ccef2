//! What the rules look at, in one statement and one row: 100,000 rows would cost more to decode than to find.

use std::collections::BTreeMap;

use domain::{Class, Employment, LicenceFilter, OrganizationId, PoolId, Selection, Snapshot};
use service::ports::StoreResult;

use super::people::People;
use crate::error::broken;
use crate::sql::{Conn, Sql};

/// A person as one number: id × 16 + employment × 2 + deleted. Grouping in SQL would sort everybody first.
const PACKED: &str = "CAST(m.id * 16 + m.employment * 2 + CASE WHEN m.deleted_at IS NULL THEN 0 ELSE 1 END AS TEXT)";

pub(super) fn statement(organization: OrganizationId, group: &str, selection: &Selection) -> Sql {
    let mut sql = Sql::scoped(organization);
    let people = People(selection);
    let (source, seats, pool, seat) = if people.licence() == LicenceFilter::None {
        // Nobody has a seat.
        (people.source(&mut sql), String::new(), "''", "''")
    } else {
        let group = sql.argument(group);
        let (source, seats) = match people.seated(&mut sql, &group) {
            Some(source) => (source, String::new()),
            None => {
                let seats = format!(
                    "LEFT JOIN assignments AS h ON h.organization_id = $1 AND h.member_id = m.id \
                     AND h.exclusive_group = {group} AND h.ended_at IS NULL"
                );
                (people.source(&mut sql), seats)
            }
        };
        (source, seats, "COALESCE(CAST(h.pool_id AS TEXT), '')", "COALESCE(CAST(h.id AS TEXT), '')")
    };
    // Parallel lists: to put a person's three numbers together here would take as long as to find him.
    let text = format!(
        "SELECT string_agg({PACKED}, ','), string_agg({pool}, ','), string_agg({seat}, ',') {} {seats} WHERE {}",
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
    let list = |place: usize| Ok(row.maybe_text(place)?.unwrap_or_default());
    let (people, pools, assignments) = (list(0)?, list(1)?, list(2)?);
    let held = pools.split(',').zip(assignments.split(','));
    for (person, (pool, assignment)) in people.split_terminator(',').zip(held) {
        let (id, employment, deleted) = unpack(person)?;
        let holds = if pool.is_empty() { None } else { Some(PoolId(number(pool)?)) };
        let (members, seats) = classes.entry((employment, deleted, holds)).or_default();
        members.push(id);
        if holds.is_some() {
            seats.push(number(assignment)?);
        }
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

pub(super) fn unpack(entry: &str) -> StoreResult<(i64, Employment, bool)> {
    let packed = number(entry)?;
    Ok((packed >> 4, super::employment(packed >> 1 & 0x7)?, packed & 1 == 1))
}

pub(super) fn number(text: &str) -> StoreResult<i64> {
    text.parse().map_err(|_| broken("a list of ids"))
}

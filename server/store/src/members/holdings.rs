//! What people hold of all products, in one statement and one row, as the snapshot of one group is read.

use std::collections::HashMap;

use domain::{Employment, HeldSeat, Holding, IdSet, OrganizationId, Plans, PoolId, ProductId, Region};
use service::ports::StoreResult;

use super::snapshot::{number, unpack};
use crate::error::broken;
use crate::sql::{Conn, statements};

statements! {
    // Parallel lists, a place for each seat, and one for whoever has none.
    HOLDINGS = "SELECT string_agg(CAST(m.id * 16 + m.employment * 2 \
                                       + CASE WHEN m.deleted_at IS NULL THEN 0 ELSE 1 END AS TEXT), ','), \
                       string_agg(COALESCE(m.region, ''), ','), \
                       string_agg(COALESCE(CAST(h.product_id AS TEXT), ''), ','), \
                       string_agg(COALESCE(CAST(h.pool_id AS TEXT), ''), ','), \
                       string_agg(COALESCE(CAST(h.id AS TEXT), ''), ','), \
                       string_agg(COALESCE(h.plans, ''), ',') \
                FROM {picked $2} CROSS JOIN members AS m \
                LEFT JOIN assignments AS h ON h.organization_id = $1 AND h.member_id = m.id AND h.ended_at IS NULL \
                WHERE m.organization_id = $1 AND m.id = picked.value";
    REGIONS = "SELECT m.region, count(*) FROM {picked $2} CROSS JOIN members AS m \
               WHERE m.organization_id = $1 AND m.id = picked.value AND m.deleted_at IS NULL \
               GROUP BY m.region";
    KEEP_REGION = "UPDATE members SET region = $3 WHERE organization_id = $1 AND deleted_at IS NULL \
                   AND id IN (SELECT picked.value FROM {picked $2})";
}

/// A person, with the seats by product.
type Person = (i64, Employment, bool, Option<Region>, Vec<(HeldSeat, i64)>);

/// What people have in common.
type Key = (Employment, bool, Option<Region>, Vec<HeldSeat>);

pub(crate) async fn holdings(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &IdSet,
    usual: Option<Region>,
) -> StoreResult<Vec<Holding>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let row = conn.row(HOLDINGS.of(organization).bind(members.to_list())).await?;
    let list = |place: usize| Ok(row.maybe_text(place)?.unwrap_or_default());
    let (people, regions, products, pools, seats, plans) = (list(0)?, list(1)?, list(2)?, list(3)?, list(4)?, list(5)?);
    let mut others = (regions.split(','), products.split(','), pools.split(','), seats.split(','), plans.split(','));
    let mut found: Vec<Person> = Vec::with_capacity(members.len());
    for person in people.split_terminator(',') {
        let (id, employment, deleted) = unpack(person)?;
        let next = (others.0.next(), others.1.next(), others.2.next(), others.3.next(), others.4.next());
        let (Some(region), Some(product), Some(pool), Some(seat), Some(plans)) = next else {
            return Err(broken("a list of licences"));
        };
        let region = match region {
            "" => usual,
            code => Some(Region::parse(code).ok_or_else(|| broken("a region"))?),
        };
        let mut held = Vec::new();
        if !seat.is_empty() {
            let (product, pool) = (ProductId(number(product)?), PoolId(number(pool)?));
            held.push((HeldSeat { product, pool, plans: Plans::of_kept(plans) }, number(seat)?));
        }
        found.push((id, employment, deleted, region, held));
    }
    // Whoever holds several comes as often, and not always together.
    found.sort_by_key(|person| person.0);
    found.dedup_by(|again, known| {
        let same = again.0 == known.0;
        if same {
            known.4.append(&mut again.4);
        }
        same
    });
    let mut classes: HashMap<Key, Vec<(i64, Vec<i64>)>> = HashMap::new();
    for (id, employment, deleted, region, mut held) in found {
        held.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let (held, seats): (Vec<HeldSeat>, Vec<i64>) = held.into_iter().unzip();
        classes.entry((employment, deleted, region, held)).or_default().push((id, seats));
    }
    let mut holdings: Vec<Holding> = classes.into_iter().map(|(key, people)| holding(key, &people)).collect();
    holdings.sort_by_key(|class| class.members.iter().next());
    Ok(holdings)
}

fn holding((employment, deleted, region, held): Key, people: &[(i64, Vec<i64>)]) -> Holding {
    let seats = (0..held.len()).map(|place| people.iter().filter_map(|(_, seats)| seats.get(place).copied()).collect());
    Holding {
        employment,
        deleted,
        region,
        seats: seats.collect(),
        members: people.iter().map(|(id, _)| *id).collect(),
        held,
    }
}

pub(crate) async fn regions(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &IdSet,
) -> StoreResult<Vec<(Option<Region>, u64)>> {
    let rows = conn.rows(REGIONS.of(organization).bind(members.to_list())).await?;
    let some = |row: &crate::sql::Row| {
        let region = row.maybe_text(0)?.map(|code| Region::parse(&code).ok_or_else(|| broken("a region")));
        Ok((region.transpose()?, row.count(1)?))
    };
    let mut regions = rows.iter().map(some).collect::<StoreResult<Vec<_>>>()?;
    regions.sort_unstable();
    Ok(regions)
}

pub(crate) async fn keep_region(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &IdSet,
    region: Option<Region>,
) -> StoreResult<u64> {
    let region = region.map(|region| region.to_string());
    conn.execute(KEEP_REGION.of(organization).bind(members.to_list()).bind(region)).await
}

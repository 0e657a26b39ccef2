//! Who stands where in the table: people who have nothing in the column come last, ties are broken by name, then by id.

use domain::{Direction, OrganizationId, Product, Selection, Sort, SortKey};
use service::ports::{Listing, StoreResult};

use super::people::{LIVING, People, Start};
use crate::error::broken;
use crate::sql::{Conn, Sql};
use crate::stock;

/// Up to so many people are found by an index that names them and then sorted, some 5 µs each. More are found along the
/// index of an order, some 1 µs for each person of the organisation.
const FEW: u64 = 5_000;

/// The first rows are looked for among so many people, some 0.5 µs each.
const LOOKED_AT: u64 = 10_000;

/// An order that an index on members has.
struct Walk {
    index: &'static str,
    order: String,
}

impl Walk {
    fn by_name() -> Self {
        Self { index: "members_by_name", order: "m.sort_key, m.id".to_owned() }
    }
}

fn walk(sort: Sort) -> Option<Walk> {
    let word = match sort.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    match sort.key {
        SortKey::Name => Some(Walk { index: "members_by_name", order: format!("m.sort_key {word}, m.id") }),
        // Of the living, each e-mail is one person's.
        SortKey::Email => Some(Walk { index: "members_by_email", order: format!("m.email {word}, m.id {word}") }),
        SortKey::LastActive => {
            Some(Walk { index: "members_by_activity", order: format!("m.last_active_at {word}, m.sort_key, m.id") })
        }
        SortKey::Employment | SortKey::Licence | SortKey::Until | SortKey::Group => None,
    }
}

/// The people at the places of a listing, if they are found among the first [`LOOKED_AT`] of an index; otherwise `None`,
/// and the whole order is needed.
pub(crate) async fn near(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    listing: &Listing,
) -> StoreResult<Option<Vec<i64>>> {
    if listing.total <= FEW || listing.offset + u64::from(listing.limit) > LOOKED_AT {
        return Ok(None);
    }
    let Some(sql) = nearby(organization, listing) else { return Ok(None) };
    let found: Vec<i64> = conn.rows(sql).await?.iter().map(|row| row.int(0)).collect::<StoreResult<_>>()?;
    Ok((found.len() as u64 == u64::from(listing.limit)).then_some(found))
}

/// The rows leave the inner SELECT in its order and pass the conditions one by one, until there are enough: both databases
/// keep the order of a subquery that has a LIMIT.
fn nearby(organization: OrganizationId, listing: &Listing) -> Option<Sql> {
    let Walk { index, order } = walk(listing.sort)?;
    let people = People::living(&listing.selection);
    let mut sql = Sql::scoped(organization);
    let rows = sql.argument(i64::from(listing.limit));
    let offset = sql.argument(i64::try_from(listing.offset).unwrap_or(i64::MAX));
    let conditions = people.conditions(&mut sql);
    let words = if people.by_words() { ", m.words" } else { "" };
    let ever = if listing.sort.key == SortKey::LastActive { " AND m.last_active_at IS NOT NULL" } else { "" };
    let text = format!(
        "SELECT m.id FROM (SELECT m.id, m.employment{words} FROM members AS m {{by {index}}} \
                           WHERE m.organization_id = $1 AND {LIVING}{ever} ORDER BY {order} LIMIT {LOOKED_AT}) AS m \
         WHERE {conditions} LIMIT {rows} OFFSET {offset}"
    );
    Some(sql.with_text(text))
}

/// Everybody of a selection in the order of the table. `total` is how many they are.
pub(crate) async fn order(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    selection: &Selection,
    sort: Sort,
    total: u64,
) -> StoreResult<Vec<i64>> {
    if selection.is_empty() {
        return Ok(Vec::new());
    }
    let products = match sort.key {
        SortKey::Licence => stock::products(conn).await?,
        _ => Vec::new(),
    };
    let few = total <= FEW && People::living(selection).has_driver();
    let row = conn.row(ordered(organization, selection, sort, &products, few)).await?;
    let text = row.maybe_text(0)?.unwrap_or_default();
    let people = text.split_terminator(',').map(|entry| {
        let (id, key) = entry.split_once(' ').map_or((entry, None), |(id, key)| (id, Some(key)));
        Ok((number(id)?, key.map(number).transpose()?))
    });
    let mut people = people.collect::<StoreResult<Vec<(i64, Option<i64>)>>>()?;
    // Stable: people of one key stay in the order of the statement.
    people.sort_by(|(_, one), (_, other)| match (one, other) {
        (Some(one), Some(other)) if sort.direction == Direction::Ascending => one.cmp(other),
        (Some(one), Some(other)) => other.cmp(one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    Ok(people.into_iter().map(|(id, _)| id).collect())
}

fn number(text: &str) -> StoreResult<i64> {
    text.parse().map_err(|_| broken("a list of people"))
}

/// In one row, as 100,000 rows would cost more to decode than to find: each person's id and key, if the column is not
/// an index's. Both databases aggregate a subquery in its order.
fn ordered(organization: OrganizationId, selection: &Selection, sort: Sort, products: &[Product], few: bool) -> Sql {
    let held = "FROM assignments AS k WHERE k.organization_id = $1 AND k.member_id = m.id AND k.ended_at IS NULL";
    let key = match sort.key {
        SortKey::Name | SortKey::Email => "CAST(NULL AS BIGINT)".to_owned(),
        SortKey::Employment => "m.employment".to_owned(),
        SortKey::LastActive => "m.last_active_at".to_owned(),
        SortKey::Licence => format!("(SELECT min({}) {held})", rank(products)),
        SortKey::Until => format!("(SELECT min(k.valid_until) {held})"),
        SortKey::Group => "(SELECT min(g.position) FROM group_members AS b CROSS JOIN groups AS g \
                            WHERE b.organization_id = $1 AND b.member_id = m.id \
                              AND g.organization_id = $1 AND g.id = b.group_id)"
            .to_owned(),
    };
    let Walk { index, order } = walk(sort).unwrap_or_else(Walk::by_name);
    let mut sql = Sql::scoped(organization);
    let start = if few { Start::Narrow } else { Start::Walk(index) };
    let source = People::living(selection).source(&mut sql, start);
    let text = format!(
        "SELECT string_agg(CAST(t.id AS TEXT) || COALESCE(' ' || CAST(t.key AS TEXT), ''), ',') \
         FROM (SELECT m.id AS id, {key} AS key {} WHERE {} ORDER BY {order}) AS t",
        source.from, source.conditions
    );
    sql.with_text(text)
}

/// The place of a product's label among all labels.
fn rank(products: &[Product]) -> String {
    let mut labels: Vec<&str> = products.iter().map(|product| product.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    let place = |product: &Product| labels.iter().position(|label| *label == product.label).unwrap_or_default();
    let cases = products.iter().map(|product| format!(" WHEN {} THEN {}", product.id, place(product)));
    // A CASE without any WHEN is refused, and a catalogue may be empty.
    format!("CASE k.product_id WHEN 0 THEN 0{} END", cases.collect::<String>())
}

/// The statements of this file that are put together, for one form of selection.
pub(super) fn every_statement(selection: &Selection) -> Vec<Sql> {
    let organization = OrganizationId(1);
    let mut all = Vec::new();
    for key in SortKey::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            let sort = Sort { key, direction };
            all.push(ordered(organization, selection, sort, &[], true));
            all.push(ordered(organization, selection, sort, &[], false));
            let listing = Listing { selection: selection.clone(), sort, offset: 0, limit: 100, total: FEW + 1 };
            all.extend(nearby(organization, &listing));
        }
    }
    all
}

//! A page of the table. It costs what a page holds, not what the directory holds: an order is walked along its index
//! and left after the last row wanted; only a small selection is collected and sorted.
//!
//! Columns that no index on members has (licence, term, group) are walked as segments: for each value in order the
//! people who have it, by name, and last those who have none. The latter half of a table is read from its end.

use std::collections::HashMap;

use domain::{
    Direction, Employment, Filter, GroupId, Held, IdSet, Instant, LicenceFilter, MemberId, MemberRow, OrganizationId,
    PersonName, Pool, Product, ProductId, Selection, Sort, SortKey, Tab,
};
use service::ports::{Listing, StoreResult};

use super::people::{Limit, People, Start, limits, sharpest};
use crate::sql::{Conn, Sql, statements};
use crate::{organizations, stock};

/// Up to so many people are collected and sorted without a further thought.
const FEW: u64 = 2_000;

/// How far the people of an index are counted to estimate what walks cost: some 50 ns each.
const ENOUGH: u64 = 20_000;

/// Beyond so many different terms the table is sorted after all; pools have a few.
const MANY_TERMS: usize = 200;

statements! {
    MEMBERS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.employment, m.email, m.last_active_at \
               FROM {picked $2} CROSS JOIN members AS m WHERE m.organization_id = $1 AND m.id = picked.value";
    // At least as many as the organisation has members: exact where it is the only one.
    SPAN = "SELECT COALESCE((SELECT max(m.id) FROM members AS m WHERE m.organization_id = $1) \
                          - (SELECT min(m.id) FROM members AS m WHERE m.organization_id = $1) + 1, 0)";
    HELD = "SELECT a.member_id, a.product_id, a.valid_until FROM {picked $2} CROSS JOIN assignments AS a \
            WHERE a.organization_id = $1 AND a.member_id = picked.value AND a.ended_at IS NULL \
            ORDER BY a.member_id, a.product_id";
    MEMBER_GROUPS = "SELECT b.member_id, b.group_id FROM {picked $2} CROSS JOIN group_members AS b \
                     CROSS JOIN groups AS g \
                     WHERE b.organization_id = $1 AND b.member_id = picked.value \
                       AND g.organization_id = $1 AND g.id = b.group_id \
                     ORDER BY b.member_id, g.position";
}

/// The people of one value of the sorted column, or all of them.
#[derive(Clone, Debug)]
struct Segment {
    limits: Vec<Limit>,
    order: Order,
}

/// An order that an index on members has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    column: Column,
    direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Email,
    LastActive,
}

const BY_NAME: Order = Order { column: Column::Name, direction: Direction::Ascending };

impl Segment {
    fn by_name(limits: Vec<Limit>) -> Self {
        Self { limits, order: BY_NAME }
    }

    /// The index whose order this is.
    fn index(&self, selection: &Selection) -> &'static str {
        let everybody = filter_of_everybody(selection);
        let employment = self.limits.iter().any(|limit| matches!(limit, Limit::Employment(_)))
            || everybody.is_some_and(|filter| matches!(filter.tab, Tab::Employment(_)));
        match self.order.column {
            Column::Name if employment => "members_by_employment",
            Column::Name => "members_by_name",
            Column::Email => "members_by_email",
            Column::LastActive => "members_by_activity",
        }
    }

    /// The limit whose people an index names.
    fn driver(&self) -> Option<&Limit> {
        self.limits.get(sharpest(&self.limits)?)
    }
}

/// The filter, if what it says holds of everybody in the selection: with ids besides it, it does not.
fn filter_of_everybody(selection: &Selection) -> Option<&Filter> {
    selection.filter.as_ref().filter(|_| selection.ids.is_empty())
}

/// ORDER BY: the column in its direction, ties by name and id ascending; all of it turned round if read from the end.
fn order_by(order: Order, backwards: bool) -> String {
    let word = |descending: bool| if descending != backwards { "DESC" } else { "ASC" };
    let (main, ties) = (word(order.direction == Direction::Descending), word(false));
    match order.column {
        Column::Name => format!("m.sort_key {main}, m.id {ties}"),
        // Of the living, each e-mail is one person's.
        Column::Email => format!("m.email {main}, m.id {main}"),
        Column::LastActive => format!("m.last_active_at {main}, m.sort_key {ties}, m.id {ties}"),
    }
}

pub(crate) async fn page(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    listing: &Listing,
) -> StoreResult<Vec<MemberRow>> {
    let rows = listing.total.saturating_sub(listing.offset).min(listing.limit.into());
    if rows == 0 || listing.selection.is_empty() {
        return Ok(Vec::new());
    }
    let segments = if listing.total <= FEW { None } else { segments(conn, organization, listing).await? };
    let ids = match segments {
        None => {
            let sql = small(organization, &listing.selection, listing.sort, listing.offset, rows);
            ids_of(conn, sql).await?
        }
        Some(mut segments) => {
            let backwards = listing.offset + rows / 2 > listing.total / 2;
            let offset = if backwards {
                segments.reverse();
                listing.total - listing.offset - rows
            } else {
                listing.offset
            };
            let walk = Walk::new(conn, organization, listing, backwards).await?;
            let mut ids = walk.read(conn, &segments, offset, rows).await?;
            if backwards {
                ids.reverse();
            }
            ids
        }
    };
    assemble(conn, organization, &ids).await
}

async fn ids_of(conn: &mut Conn<'_>, sql: Sql) -> StoreResult<Vec<i64>> {
    conn.rows(sql).await?.iter().map(|row| row.int(0)).collect()
}

fn places(offset: u64, rows: u64) -> (i64, i64) {
    (i64::try_from(offset).unwrap_or(i64::MAX), i64::try_from(rows).unwrap_or(i64::MAX))
}

/// Collects the selection and sorts it.
fn small(organization: OrganizationId, selection: &Selection, sort: Sort, offset: u64, rows: u64) -> Sql {
    let held = "FROM assignments AS k WHERE k.organization_id = $1 AND k.member_id = m.id AND k.ended_at IS NULL";
    let key = match sort.key {
        SortKey::Name => "m.sort_key".to_owned(),
        SortKey::Employment => "m.employment".to_owned(),
        SortKey::Email => "m.email".to_owned(),
        SortKey::LastActive => "m.last_active_at".to_owned(),
        SortKey::Licence => {
            format!("(SELECT min(p.label) FROM products AS p WHERE p.id IN (SELECT k.product_id {held}))")
        }
        SortKey::Until => format!("(SELECT min(k.valid_until) {held})"),
        SortKey::Group => "(SELECT min(g.position) FROM group_members AS b CROSS JOIN groups AS g \
                            WHERE b.organization_id = $1 AND b.member_id = m.id \
                              AND g.organization_id = $1 AND g.id = b.group_id)"
            .to_owned(),
    };
    let direction = match sort.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    let mut sql = Sql::scoped(organization);
    let (offset, rows) = places(offset, rows);
    let (rows, offset) = (sql.argument(rows), sql.argument(offset));
    let source = People::living(selection).source(&mut sql, Start::Narrow);
    let text = format!(
        "SELECT t.id FROM (SELECT m.id AS id, m.sort_key AS name, {key} AS key {} WHERE {}) AS t \
         ORDER BY CASE WHEN t.key IS NULL THEN 1 ELSE 0 END, t.key {direction}, t.name, t.id \
         LIMIT {rows} OFFSET {offset}",
        source.from, source.conditions
    );
    sql.with_text(text)
}

/// The segments in the order of the table; `None` if they would be too many.
async fn segments(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    listing: &Listing,
) -> StoreResult<Option<Vec<Segment>>> {
    let direction = listing.sort.direction;
    let filter = filter_of_everybody(&listing.selection);
    let along = |column: Column| Order { column, direction };
    let licence = filter.map_or(LicenceFilter::Whatever, |filter| filter.licence);
    let mut segments: Vec<Segment> = match listing.sort.key {
        SortKey::Name => return Ok(Some(vec![Segment { limits: Vec::new(), order: along(Column::Name) }])),
        SortKey::Email => return Ok(Some(vec![Segment { limits: Vec::new(), order: along(Column::Email) }])),
        SortKey::LastActive => {
            let ever = Segment { limits: vec![Limit::EverActive], order: along(Column::LastActive) };
            // The same index again: among those without a moment it is in the order of names.
            let order = Order { column: Column::LastActive, direction: Direction::Ascending };
            return Ok(Some(vec![ever, Segment { limits: vec![Limit::NeverActive], order }]));
        }
        SortKey::Employment => match filter.map(|filter| filter.tab) {
            Some(Tab::Employment(_)) => return Ok(Some(vec![Segment::by_name(Vec::new())])),
            _ => Employment::ALL
                .into_iter()
                .map(|employment| Segment::by_name(vec![Limit::Employment(employment.number())]))
                .collect(),
        },
        SortKey::Licence => by_licence(&stock::products(conn).await?, licence),
        SortKey::Until => {
            let terms = terms(&stock::pools(conn, organization).await?, licence);
            if terms.len() > MANY_TERMS {
                return Ok(None);
            }
            let mut segments = by_term(&terms, one_licence_each(&stock::products(conn).await?));
            if direction == Direction::Descending {
                segments.reverse();
            }
            // Not «without a term»: whatever the pools say, everybody stands somewhere.
            segments.push(Segment::by_name(vec![Limit::NoneUntil(terms)]));
            return Ok(Some(segments));
        }
        SortKey::Group => by_group(
            &organizations::groups(conn, organization).await?.iter().map(|group| group.id).collect::<Vec<_>>(),
            filter.map_or(Tab::All, |filter| filter.tab),
        ),
    };
    if direction == Direction::Descending {
        segments.reverse();
    }
    let nothing = match listing.sort.key {
        SortKey::Licence if matches!(licence, LicenceFilter::Whatever | LicenceFilter::None) => Some(Limit::Unlicensed),
        SortKey::Group if !filter.is_some_and(|filter| matches!(filter.tab, Tab::Group(_))) => Some(Limit::Groupless),
        _ => None,
    };
    segments.extend(nothing.map(|limit| Segment::by_name(vec![limit])));
    Ok(Some(segments))
}

/// Nobody can hold two licences: all products are of one exclusive group.
fn one_licence_each(products: &[Product]) -> bool {
    products.windows(2).all(|pair| matches!(pair, [one, other] if one.exclusive_group == other.exclusive_group))
}

/// A person with several licences stands where the first of their labels does.
fn by_licence(products: &[Product], licence: LicenceFilter) -> Vec<Segment> {
    let possible = |product: &Product| match licence {
        LicenceFilter::Whatever | LicenceFilter::Any => true,
        LicenceFilter::None => false,
        LicenceFilter::Product(id) => {
            product.id == id
                || !products.iter().any(|held| held.id == id && held.exclusive_group == product.exclusive_group)
        }
    };
    let mut labels: Vec<&str> = products.iter().map(|product| product.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    let segment = |label: &str| {
        let own: Vec<&Product> =
            products.iter().filter(|product| product.label == label && possible(product)).collect();
        let besides = |product: &&Product| {
            product.label.as_str() < label && own.iter().any(|one| one.exclusive_group != product.exclusive_group)
        };
        let before: Vec<i64> = products.iter().filter(besides).map(|product| product.id.0).collect();
        let mut limits = vec![Limit::Holds(own.iter().map(|product| product.id.0).collect())];
        limits.extend((!before.is_empty()).then_some(Limit::HoldsNoneOf(before)));
        (!own.is_empty()).then_some(Segment::by_name(limits))
    };
    labels.into_iter().filter_map(segment).collect()
}

/// When the licences in question end: a seat has its pool's term.
fn terms(pools: &[Pool], licence: LicenceFilter) -> Vec<i64> {
    let possible = |pool: &&Pool| match licence {
        LicenceFilter::Whatever | LicenceFilter::Any => true,
        LicenceFilter::None => false,
        LicenceFilter::Product(id) => {
            let held = pools.iter().map(|pool| &pool.product).find(|product| product.id == id);
            pool.product.id == id || held.is_some_and(|held| held.exclusive_group != pool.product.exclusive_group)
        }
    };
    let issued = pools.iter().filter(|pool| pool.issued > 0).filter(possible);
    let mut terms: Vec<i64> = issued.filter_map(|pool| pool.valid_until).map(|until| until.0).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// A person with several licences stands where the first of their ends does.
fn by_term(terms: &[i64], one_each: bool) -> Vec<Segment> {
    let segment = |until: &i64| {
        let mut limits = vec![Limit::Until(*until)];
        limits.extend((!one_each).then_some(Limit::NoneUntilBefore(*until)));
        Segment::by_name(limits)
    };
    terms.iter().map(segment).collect()
}

/// A person in several groups stands where the first of them does.
fn by_group(groups: &[GroupId], tab: Tab) -> Vec<Segment> {
    let mut before: Vec<i64> = Vec::new();
    let mut segments = Vec::new();
    for group in groups {
        let mut limits = vec![Limit::Group(group.0)];
        limits.extend((!before.is_empty()).then(|| Limit::OutsideGroups(before.clone())));
        segments.push(Segment::by_name(limits));
        before.push(group.0);
        // Everybody in the tab's group stands there or before.
        if tab == Tab::Group(*group) {
            break;
        }
    }
    segments
}

/// Reads rows of segments one after another, each from where it costs less: along the index of the order, asking of each
/// person passed by whether he belongs; or from an index that names the people, who are then sorted.
struct Walk<'s> {
    organization: OrganizationId,
    selection: &'s Selection,
    backwards: bool,
    total: u64,
    /// About how many people the organisation has.
    everybody: u64,
    /// How many the selection's own index names, if it has one; counted up to [`ENOUGH`].
    named: Option<u64>,
    /// For how many words each person's row is looked at.
    words: usize,
}

impl<'s> Walk<'s> {
    async fn new(
        conn: &mut Conn<'_>,
        organization: OrganizationId,
        listing: &'s Listing,
        backwards: bool,
    ) -> StoreResult<Self> {
        let selection = &listing.selection;
        let own = selection.filter.as_ref().map(limits);
        let named = match own.as_ref().map(|own| sharpest(own).and_then(|place| own.get(place))) {
            None => Some(0),
            Some(None) => None,
            Some(Some(limit)) => size(conn, organization, limit, ENOUGH).await?,
        };
        let is_word = |limit: &&Limit| matches!(limit, Limit::Word(_));
        Ok(Self {
            organization,
            selection,
            backwards,
            total: listing.total,
            everybody: conn.row(SPAN.of(organization)).await?.count(0)?.max(listing.total),
            named: named.map(|named| named + selection.ids.len() as u64),
            words: own.iter().flatten().filter(is_word).count(),
        })
    }

    async fn read(
        &self,
        conn: &mut Conn<'_>,
        segments: &[Segment],
        mut offset: u64,
        mut rows: u64,
    ) -> StoreResult<Vec<i64>> {
        let mut ids = Vec::new();
        for (place, segment) in segments.iter().enumerate() {
            if offset > 0 && place + 1 < segments.len() {
                let passed = conn.row(self.counting(segment, self.tally(segment), offset + 1)).await?.count(0)?;
                if passed <= offset {
                    offset -= passed;
                    continue;
                }
            }
            let found = self.rows(conn, segment, offset, rows).await?;
            rows = rows.saturating_sub(found.len() as u64);
            offset = 0;
            ids.extend(found);
            if rows == 0 {
                break;
            }
        }
        Ok(ids)
    }

    /// Counting has no use for an order, so it starts from whatever names the people.
    fn tally(&self, segment: &Segment) -> Start {
        match (segment.driver(), self.named) {
            (None, None) => Start::Walk(segment.index(self.selection)),
            _ if self.words > 0 => Start::Narrow,
            _ => Start::Tally,
        }
    }

    async fn rows(&self, conn: &mut Conn<'_>, segment: &Segment, offset: u64, rows: u64) -> StoreResult<Vec<i64>> {
        let walk = Start::Walk(segment.index(self.selection));
        let Some((narrow, sorting, walking)) = self.costs(conn, segment, offset + rows).await? else {
            return ids_of(conn, self.reading(segment, walk, offset, rows)).await;
        };
        if sorting <= walking {
            return ids_of(conn, self.reading(segment, narrow, offset, rows)).await;
        }
        // The estimate takes the people wanted to be spread evenly. They may not be, so the walk ends where sorting
        // would have been cheaper.
        let far = sorting / self.step();
        let bounded = match self.bound(conn, segment, far).await? {
            None => segment.clone(),
            Some(limit) => {
                let mut bounded = segment.clone();
                bounded.limits.push(limit);
                bounded
            }
        };
        let found = ids_of(conn, self.reading(&bounded, walk, offset, rows)).await?;
        if bounded.limits.len() == segment.limits.len() || found.len() as u64 == rows {
            return Ok(found);
        }
        ids_of(conn, self.reading(segment, narrow, offset, rows)).await
    }

    /// What one person costs who is passed by.
    fn step(&self) -> u64 {
        PASSING + ASKING + if self.words > 0 { FETCHING } else { 0 }
    }

    /// What it costs to sort the segment, and from where; and to walk to its first `wanted` people. `None` if no index
    /// names few enough people.
    async fn costs(
        &self,
        conn: &mut Conn<'_>,
        segment: &Segment,
        wanted: u64,
    ) -> StoreResult<Option<(Start, u64, u64)>> {
        // Alone, a segment is worth sorting only if it is small.
        let enough = if self.named.is_some() { ENOUGH } else { 2 * FEW };
        let size = match segment.driver() {
            Some(limit) => size(conn, self.organization, limit, enough).await?,
            None => None,
        };
        let small = size.filter(|size| *size <= enough);
        let (narrow, named, words) = match (small, self.named.filter(|named| *named <= ENOUGH)) {
            (None, None) => return Ok(None),
            (Some(size), Some(named)) if size > named => (Start::Selected, named, self.words.saturating_sub(1)),
            (Some(size), _) => (Start::Narrow, size, self.words),
            (None, Some(named)) => (Start::Selected, named, self.words.saturating_sub(1)),
        };
        // As if the segment and the selection had nothing to do with one another; a large segment as if it were half.
        let expected = match (size, small) {
            (_, Some(size)) => self.total.saturating_mul(size) / self.everybody.max(1),
            (Some(_), None) => self.total / 2,
            (None, None) => self.total,
        };
        let asking = ASKING + if words > 0 { FETCHING } else { 0 };
        let sorting = named.saturating_mul(asking).saturating_add(expected.saturating_mul(FETCHING + SORTING));
        let passed = wanted.saturating_mul(self.everybody) / expected.max(1);
        Ok(Some((narrow, sorting, passed.min(self.everybody).saturating_mul(self.step()))))
    }

    /// The limit that ends a walk after so many people; `None` if it ends before by itself.
    async fn bound(&self, conn: &mut Conn<'_>, segment: &Segment, far: u64) -> StoreResult<Option<Limit>> {
        if far >= self.everybody {
            return Ok(None);
        }
        let (sql, column, downwards) = self.bounding(segment, far);
        let Some(row) = conn.maybe_row(sql).await? else { return Ok(None) };
        let bound = if column == "last_active_at" { row.int(0)?.into() } else { row.text(0)?.into() };
        Ok(Some(Limit::UpTo { column, downwards, bound }))
    }

    fn bounding(&self, segment: &Segment, far: u64) -> (Sql, &'static str, bool) {
        let index = segment.index(self.selection);
        let column = match segment.order.column {
            Column::Name => "sort_key",
            Column::Email => "email",
            Column::LastActive if segment.limits.iter().any(|limit| matches!(limit, Limit::NeverActive)) => "sort_key",
            Column::LastActive => "last_active_at",
        };
        let downwards = (segment.order.direction == Direction::Descending) != self.backwards;
        let mut sql = Sql::scoped(self.organization);
        let far = sql.argument(places(far, 0).0);
        let own = filter_of_everybody(self.selection).map(limits).unwrap_or_default();
        // Only what the index itself is a range of.
        let prefix = own.iter().chain(&segment.limits).filter(|limit| match limit {
            Limit::Employment(_) => index == "members_by_employment",
            Limit::EverActive | Limit::NeverActive => true,
            _ => false,
        });
        let prefix: String = prefix.map(|limit| format!(" AND {}", limit.probe(&mut sql, "m.id"))).collect();
        // Ties in whatever order the index has them: the bound takes in all of its own.
        let word = if downwards { "DESC" } else { "ASC" };
        let order = match segment.order.column {
            Column::Name => format!("m.sort_key {word}, m.id {word}"),
            Column::Email => format!("m.email {word}, m.id {word}"),
            Column::LastActive => format!("m.last_active_at {word}, m.sort_key {word}, m.id {word}"),
        };
        let text = format!(
            "SELECT m.{column} FROM members AS m {{by {index}}} \
             WHERE m.organization_id = $1 AND m.deleted_at IS NULL{prefix} ORDER BY {order} LIMIT 1 OFFSET {far}"
        );
        (sql.with_text(text), column, downwards)
    }

    fn people(&self, segment: &Segment) -> People<'_> {
        People { selection: self.selection, more: segment.limits.clone(), deleted_too: false }
    }

    /// How many the segment has, but at most `bound`.
    fn counting(&self, segment: &Segment, start: Start, bound: u64) -> Sql {
        let mut sql = Sql::scoped(self.organization);
        let bound = sql.argument(places(0, bound).1);
        let source = self.people(segment).source(&mut sql, start);
        let text =
            format!("SELECT count(*) FROM (SELECT 1 {} WHERE {} LIMIT {bound}) AS t", source.from, source.conditions);
        sql.with_text(text)
    }

    fn reading(&self, segment: &Segment, start: Start, offset: u64, rows: u64) -> Sql {
        let mut sql = Sql::scoped(self.organization);
        let (offset, rows) = places(offset, rows);
        let (rows, offset) = (sql.argument(rows), sql.argument(offset));
        let source = self.people(segment).source(&mut sql, start);
        let text = format!(
            "SELECT m.id {} WHERE {} ORDER BY {} LIMIT {rows} OFFSET {offset}",
            source.from,
            source.conditions,
            order_by(segment.order, self.backwards)
        );
        sql.with_text(text)
    }
}

/// What it costs, in tenths of a microsecond as measured with SQLite, for each person: to step along an index, to ask
/// another index of him, to fetch his row, and to sort him.
const PASSING: u64 = 1;
const ASKING: u64 = 5;
const FETCHING: u64 = 8;
const SORTING: u64 = 8;

async fn size(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    limit: &Limit,
    enough: u64,
) -> StoreResult<Option<u64>> {
    match sizing(organization, limit, enough) {
        Some(sql) => Ok(Some(conn.row(sql).await?.count(0)?)),
        None => Ok(None),
    }
}

/// How many people the index of a limit names, counted up to one more than `enough`.
fn sizing(organization: OrganizationId, limit: &Limit, enough: u64) -> Option<Sql> {
    let mut sql = Sql::scoped(organization);
    let bound = sql.argument(places(0, enough + 1).1);
    // Without DISTINCT the count can only be too large, and ends at the bound.
    let driver = limit.driver(&mut sql)?.replacen("SELECT DISTINCT", "SELECT", 1);
    Some(sql.with_text(format!("SELECT count(*) FROM ({driver} LIMIT {bound}) AS t")))
}

/// The rows of these people, in this order.
async fn assemble(conn: &mut Conn<'_>, organization: OrganizationId, ids: &[i64]) -> StoreResult<Vec<MemberRow>> {
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

/// The statements of this file that are put together, for one form of selection.
pub(super) fn every_statement(selection: &Selection) -> Vec<Sql> {
    let organization = OrganizationId(1);
    let directions = [Direction::Ascending, Direction::Descending];
    let mut all = Vec::new();
    for key in SortKey::ALL {
        for direction in directions {
            all.push(small(organization, selection, Sort { key, direction }, 0, 100));
        }
    }
    let several = |limits: Vec<Limit>| Segment::by_name(limits);
    let segments = [
        Segment { limits: Vec::new(), order: Order { column: Column::Name, direction: Direction::Descending } },
        Segment { limits: Vec::new(), order: Order { column: Column::Email, direction: Direction::Ascending } },
        Segment {
            limits: vec![Limit::EverActive],
            order: Order { column: Column::LastActive, direction: Direction::Descending },
        },
        Segment {
            limits: vec![Limit::NeverActive],
            order: Order { column: Column::LastActive, direction: Direction::Ascending },
        },
        several(vec![Limit::Employment(1)]),
        several(vec![Limit::Holds(vec![2, 3]), Limit::HoldsNoneOf(vec![1])]),
        several(vec![Limit::Unlicensed]),
        several(vec![Limit::Until(5), Limit::NoneUntilBefore(5)]),
        several(vec![Limit::NoneUntil(vec![5, 6])]),
        several(vec![Limit::Group(2), Limit::OutsideGroups(vec![1])]),
        several(vec![Limit::Groupless]),
    ];
    for backwards in [false, true] {
        let walk = Walk { organization, selection, backwards, total: 0, everybody: 0, named: None, words: 0 };
        for segment in &segments {
            for start in [Start::Narrow, Start::Selected, Start::Walk(segment.index(selection))] {
                all.push(walk.reading(segment, start, 0, 100));
            }
            all.push(walk.counting(segment, walk.tally(segment), 10));
            let (sql, column, downwards) = walk.bounding(segment, 100);
            all.push(sql);
            let bound = if column == "last_active_at" { 1_i64.into() } else { "а".into() };
            let mut bounded = segment.clone();
            bounded.limits.push(Limit::UpTo { column, downwards, bound });
            all.push(walk.reading(&bounded, Start::Walk(segment.index(selection)), 0, 100));
            all.extend(segment.driver().and_then(|limit| sizing(organization, limit, FEW)));
        }
    }
    for limit in selection.filter.iter().flat_map(limits) {
        all.extend(sizing(organization, &limit, FEW));
    }
    all
}

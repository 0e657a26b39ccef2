//! What has become of the people since a version: the audit log says who is concerned, the tables say how they are now.

use domain::{Employment, GroupId, Held, IdSet, Instant, OrganizationId, ProductId};
use service::Object;
use service::ports::{Changes, Layout, PersonFacts, StoreResult};
use service::roster::PersonText;

use crate::error::broken;
use crate::sql::{Conn, Row, statements};
use crate::{audit, organizations, stock};

/// After more audit entries than this, everybody is read: some 3 µs a person.
const MANY: u32 = 200;

/// People read at a time, some 300 bytes each.
const CHUNK: i64 = 20_000;

/// Between the fields of a person, and between people. No name and no address holds control characters: the form refuses
/// them.
const FIELD: &str = "\u{1f}";
const PERSON: &str = "\u{1e}";

statements! {
    /// Lists in one row: people and numbers cost more to hand over row by row than to find.
    EVERYBODY = "SELECT string_agg(CAST(m.id AS TEXT) || $4 || CAST(m.employment AS TEXT) || $4 \
                                   || COALESCE(CAST(m.last_active_at AS TEXT), '') || $4 || m.surname || $4 \
                                   || m.first_name || $4 || m.patronymic || $4 || m.sort_key || $4 || m.email || $4 \
                                   || m.words, $5) \
                 FROM (SELECT id, employment, last_active_at, surname, first_name, patronymic, sort_key, email, words \
                       FROM members WHERE organization_id = $1 AND id > $2 AND deleted_at IS NULL \
                       ORDER BY id LIMIT $3) AS m";
    SOME = "SELECT string_agg(CAST(m.id AS TEXT) || $3 || CAST(m.employment AS TEXT) || $3 \
                              || COALESCE(CAST(m.last_active_at AS TEXT), '') || $3 || m.surname || $3 \
                              || m.first_name || $3 || m.patronymic || $3 || m.sort_key || $3 || m.email || $3 \
                              || m.words, $4) \
            FROM {picked $2} CROSS JOIN members AS m \
            WHERE m.organization_id = $1 AND m.id = picked.value AND m.deleted_at IS NULL";
    HELD = "SELECT string_agg(CAST(a.member_id AS TEXT) || ' ' || CAST(a.product_id AS TEXT) || ' ' \
                              || COALESCE(CAST(a.valid_until AS TEXT), ''), ',') \
            FROM assignments AS a {by assignments_held} WHERE a.organization_id = $1 AND a.ended_at IS NULL";
    HELD_BY_SOME = "SELECT string_agg(CAST(a.member_id AS TEXT) || ' ' || CAST(a.product_id AS TEXT) || ' ' \
                                      || COALESCE(CAST(a.valid_until AS TEXT), ''), ',') \
                    FROM {picked $2} CROSS JOIN assignments AS a \
                    WHERE a.organization_id = $1 AND a.member_id = picked.value AND a.ended_at IS NULL";
    TOUCHED = "SELECT string_agg(CAST(t.member_id AS TEXT), ',') FROM ( \
                   SELECT a.member_id FROM {picked $2} CROSS JOIN assignments AS a \
                   WHERE a.organization_id = $1 AND a.operation_id = picked.value \
                   UNION ALL \
                   SELECT a.member_id FROM {picked $2} CROSS JOIN assignments AS a \
                   WHERE a.organization_id = $1 AND a.ended_by = picked.value) AS t";
    GROUPED = "SELECT string_agg(CAST(b.member_id AS TEXT) || ' ' || CAST(b.group_id AS TEXT), ',') \
               FROM group_members AS b WHERE b.organization_id = $1";
    GROUPED_SOME = "SELECT string_agg(CAST(b.member_id AS TEXT) || ' ' || CAST(b.group_id AS TEXT), ',') \
                    FROM {picked $2} CROSS JOIN group_members AS b \
                    WHERE b.organization_id = $1 AND b.member_id = picked.value";
}

/// Must run in one state of the database.
pub(crate) async fn changes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    since: Option<i64>,
) -> StoreResult<Changes> {
    let version = organizations::version(conn, organization).await?;
    let concerned = match since {
        // What is before cannot be told: the database has been put back.
        Some(since) if since <= version => concerned(conn, organization, since).await?,
        _ => None,
    };
    match concerned {
        None => everybody(conn, organization, version).await,
        Some((members, operations)) => some(conn, organization, version, &members, &operations).await,
    }
}

/// The members and the operations that the entries after a version are about; `None` if they may be about anybody.
async fn concerned(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    since: i64,
) -> StoreResult<Option<(IdSet, IdSet)>> {
    let entries = audit::read(conn, organization, since, MANY).await?;
    if entries.len() >= MANY as usize {
        return Ok(None);
    }
    let (mut members, mut operations) = (IdSet::EMPTY, IdSet::EMPTY);
    for entry in entries {
        match Object::parse(&entry.object) {
            Some(Object::Operation(id)) => drop(operations.insert(id.0)),
            Some(Object::Member(id)) => drop(members.insert(id.0)),
            Some(Object::Members(ids)) => members = members.or(&ids),
            Some(Object::Order(_) | Object::Pool(_) | Object::Letter(_) | Object::Keys | Object::Notifications) => {}
            Some(Object::Task(_) | Object::Tasks(_) | Object::Account(_) | Object::Role(_)) => {}
            Some(Object::Session(_) | Object::Sessions | Object::Accounts | Object::Journal | Object::Report(_)) => {}
            Some(Object::Partner(_)) => {}
            Some(Object::Application(_) | Object::Contract(_)) => {}
            Some(Object::Catalogue) | None => return Ok(None),
        }
    }
    Ok(Some((members, operations)))
}

async fn everybody(conn: &mut Conn<'_>, organization: OrganizationId, version: i64) -> StoreResult<Changes> {
    let layout = Layout { groups: groups(conn, organization).await?, products: stock::products(conn).await? };
    let mut people: Vec<PersonFacts> = Vec::new();
    loop {
        let after = people.iter().map(|person| person.id).max().unwrap_or_default();
        let sql = EVERYBODY.of(organization).bind(after).bind(CHUNK).bind(FIELD).bind(PERSON);
        let Some(text) = conn.row(sql).await?.maybe_text(0)? else { break };
        listed(&text, &mut people)?;
    }
    let held = conn.row(HELD.of(organization)).await?;
    let grouped = conn.row(GROUPED.of(organization)).await?;
    complete(&mut people, &layout.groups, &held, &grouped)?;
    Ok(Changes { version, whole: Some(layout), people, ..Changes::default() })
}

async fn some(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    version: i64,
    members: &IdSet,
    operations: &IdSet,
) -> StoreResult<Changes> {
    let mut changes = Changes { version, ..Changes::default() };
    if !members.is_empty() {
        let list = members.to_list();
        let sql = SOME.of(organization).bind(list.as_str()).bind(FIELD).bind(PERSON);
        listed(&conn.row(sql).await?.maybe_text(0)?.unwrap_or_default(), &mut changes.people)?;
        let living: IdSet = changes.people.iter().map(|person| person.id).collect();
        changes.gone = members.minus(&living);
        let held = conn.row(HELD_BY_SOME.of(organization).bind(list.as_str())).await?;
        let grouped = conn.row(GROUPED_SOME.of(organization).bind(list)).await?;
        let groups = groups(conn, organization).await?;
        complete(&mut changes.people, &groups, &held, &grouped)?;
    }
    if !operations.is_empty() {
        let touched = conn.row(TOUCHED.of(organization).bind(operations.to_list())).await?.maybe_text(0)?;
        let touched = touched.as_deref().unwrap_or_default();
        let touched: IdSet =
            touched.split_terminator(',').map(number).collect::<StoreResult<Vec<_>>>()?.into_iter().collect();
        if !touched.is_empty() {
            let row = conn.row(HELD_BY_SOME.of(organization).bind(touched.to_list())).await?;
            let mut held = held(&row)?.into_iter().peekable();
            let each = |id: i64| {
                let own = std::iter::from_fn(|| held.next_if(|entry| entry.0 == id));
                (id, own.map(|(_, held)| held).collect())
            };
            changes.held = touched.iter().map(each).collect();
        }
    }
    Ok(changes)
}

async fn groups(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<GroupId>> {
    let groups = organizations::groups(conn, organization).await?;
    Ok(groups.into_iter().map(|group| group.id).collect())
}

/// Reads a list of people.
fn listed(text: &str, people: &mut Vec<PersonFacts>) -> StoreResult<()> {
    for entry in text.split_terminator(PERSON) {
        people.push(person(entry).ok_or_else(|| broken("a list of people"))?);
    }
    Ok(())
}

fn person(entry: &str) -> Option<PersonFacts> {
    let mut fields = entry.split(FIELD);
    let id = fields.next()?.parse().ok()?;
    let employment = Employment::from_number(fields.next()?.parse().ok()?)?;
    let last_active = match fields.next()? {
        "" => None,
        moment => Some(Instant(moment.parse().ok()?)),
    };
    let mut parts = [""; 6];
    for part in &mut parts {
        *part = fields.next()?;
    }
    if fields.next().is_some() {
        return None;
    }
    let text = PersonText::new(parts);
    Some(PersonFacts { id, employment, last_active, text, held: Vec::new(), groups: Vec::new() })
}

/// Adds what people hold and are in; `groups` are those of the organisation in order.
fn complete(people: &mut [PersonFacts], groups: &[GroupId], held_row: &Row, grouped: &Row) -> StoreResult<()> {
    people.sort_unstable_by_key(|person| person.id);
    let mut held = held(held_row)?.into_iter().peekable();
    let mut grouped = pairs(grouped)?.into_iter().peekable();
    for person in people {
        while let Some((id, held)) = held.next_if(|entry| entry.0 <= person.id) {
            if id == person.id {
                person.held.push(held);
            }
        }
        while let Some((id, group)) = grouped.next_if(|entry| entry.0 <= person.id) {
            if id == person.id {
                person.groups.push(GroupId(group));
            }
        }
        person.groups.sort_by_key(|group| groups.iter().position(|known| known == group));
    }
    Ok(())
}

/// Members and groups, sorted.
fn pairs(row: &Row) -> StoreResult<Vec<(i64, i64)>> {
    let text = row.maybe_text(0)?.unwrap_or_default();
    let pair = |entry: &str| {
        let (member, group) = entry.split_once(' ').ok_or_else(|| broken("a list of groups"))?;
        Ok((number(member)?, number(group)?))
    };
    let mut pairs = text.split_terminator(',').map(pair).collect::<StoreResult<Vec<_>>>()?;
    pairs.sort_unstable();
    Ok(pairs)
}

/// Members and what they hold, sorted by member and product.
fn held(row: &Row) -> StoreResult<Vec<(i64, Held)>> {
    let text = row.maybe_text(0)?.unwrap_or_default();
    let one = |entry: &str| {
        let mut numbers = entry.split(' ');
        let mut next = || numbers.next().ok_or_else(|| broken("a list of licences"));
        let (member, product, until) = (number(next()?)?, number(next()?)?, next()?);
        let until = if until.is_empty() { None } else { Some(Instant(number(until)?)) };
        Ok((member, Held { product: ProductId(product), until }))
    };
    let mut held = text.split_terminator(',').map(one).collect::<StoreResult<Vec<_>>>()?;
    held.sort_unstable_by_key(|(member, held)| (*member, held.product));
    Ok(held)
}

fn number(text: &str) -> StoreResult<i64> {
    text.parse().map_err(|_| broken("a list of numbers"))
}

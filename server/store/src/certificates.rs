//! Certificate tasks: what is shown of them, and the steps that they take.

use domain::{
    AuthorityFault, Direction, GroupId, IdSet, Identification, Instant, Invitation, LinkFault, MemberId, OperationId,
    OrganizationId, PersonName, SignatureKind, Task, TaskAuthor, TaskClass, TaskEvent, TaskFilter, TaskId, TaskRow,
    TaskSortKey, TaskState, TaskView, Way,
};
use service::ports::{AskedTask, Invited, Invitee, MemberBrief, Steps, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, Sql, Text, statements};

/// A search of more words is by these alone.
const WORDS: usize = 6;

/// Tasks with their people and their products.
macro_rules! of_tasks {
    ($rest:literal) => {
        concat!(
            " FROM certificate_tasks AS t CROSS JOIN members AS m CROSS JOIN assignments AS a ",
            "CROSS JOIN products AS p ",
            "WHERE t.organization_id = $1 AND m.organization_id = t.organization_id AND m.id = t.member_id ",
            "AND a.organization_id = t.organization_id AND a.id = t.assignment_id AND p.id = a.product_id",
            $rest
        )
    };
}

/// Those of them that product and words find.
macro_rules! found {
    ($rest:literal) => {
        concat!(
            of_tasks!(" AND (CAST($2 AS BIGINT) IS NULL OR a.product_id = $2) "),
            "AND {begins m.words $3} AND {begins m.words $4} AND {begins m.words $5} ",
            "AND {begins m.words $6} AND {begins m.words $7} AND {begins m.words $8}",
            $rest
        )
    };
}

/// A task, and those that it goes on from.
macro_rules! line {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE line AS ( ",
            "SELECT t.id, t.continues FROM certificate_tasks AS t WHERE t.organization_id = $1 AND t.id = $2 ",
            "UNION ALL ",
            "SELECT t.id, t.continues FROM line CROSS JOIN certificate_tasks AS t ",
            "WHERE t.organization_id = $1 AND t.id = line.continues) ",
            $rest
        )
    };
}

/// What took its seat away closed it, and left no step.
macro_rules! since {
    () => {
        "CASE WHEN COALESCE(t.closed_at, 0) > COALESCE(t.moved_at, 0) THEN t.closed_at \
              ELSE COALESCE(t.moved_at, t.created_at) END"
    };
}

macro_rules! row_columns {
    () => {
        concat!(
            "t.id, m.id, m.surname, m.first_name, m.patronymic, m.email, p.title, p.identification, t.state, ",
            since!(),
            ", t.valid_until"
        )
    };
}

statements! {
    /// Of all of them: without looking at people and products.
    COUNTS = "SELECT state, count(*) FROM certificate_tasks WHERE organization_id = $1 GROUP BY state";
    COUNTS_FOUND = concat!("SELECT t.state, count(*)", found!(" GROUP BY t.state"));
    // Of a page, without its order: the ids, and then the rows of those.
    FOUND_PAGE = concat!("SELECT t.id AS id", found!(" AND (CAST($9 AS TEXT) IS NULL OR t.state = $9)"));
    PICKED_PAGE = concat!("SELECT t.id AS id", of_tasks!(" AND t.id IN (SELECT picked.value FROM {picked $2})"));
    IDS = concat!(
        "SELECT string_agg(CAST(t.id AS TEXT), ',')",
        found!(" AND (CAST($9 AS TEXT) IS NULL OR t.state = $9)")
    );
    ONE = concat!(
        "SELECT ", row_columns!(), ", t.way, t.invited_until, t.serial, t.ask_at, ", "t.authority_fault", of_tasks!(" AND t.id = $2")
    );
    STEPS = line!(
        "SELECT s.at, s.author, c.name, s.operation_id, s.from_state, s.to_state, s.way, s.reason, s.task_id \
         FROM line CROSS JOIN task_steps AS s \
         LEFT JOIN accounts AS c ON c.organization_id = s.organization_id AND c.id = s.account_id \
         WHERE s.organization_id = $1 AND s.task_id = line.id ORDER BY s.id"
    );
    // The beginning is told by the operation that gave the seat, unless a renewal has given another since.
    ENDS = line!(
        "SELECT t.created_at, o.id, c.name, t.continues, t.prior_state, t.closed_at, e.id, d.name, e.kind, t.id \
         FROM line CROSS JOIN certificate_tasks AS t CROSS JOIN assignments AS a \
         LEFT JOIN operations AS o ON o.organization_id = a.organization_id AND o.id = a.operation_id \
                                  AND o.settled_at = t.created_at \
         LEFT JOIN accounts AS c ON c.organization_id = o.organization_id AND c.id = o.account_id \
         LEFT JOIN operations AS e ON e.organization_id = t.organization_id AND e.id = t.cancelled_by \
         LEFT JOIN accounts AS d ON d.organization_id = e.organization_id AND d.id = e.account_id \
         WHERE t.organization_id = $1 AND t.id = line.id AND a.organization_id = $1 AND a.id = t.assignment_id \
         ORDER BY t.id"
    );
    // The seat that the task began with, if it goes on with another: without an index, for one task at a time.
    ORIGIN = "SELECT o.id, c.name FROM assignments AS a \
              JOIN operations AS o ON o.organization_id = a.organization_id AND o.id = a.operation_id \
                                  AND o.settled_at = $3 \
              LEFT JOIN accounts AS c ON c.organization_id = o.organization_id AND c.id = o.account_id \
              WHERE a.organization_id = $1 AND a.member_id = $2 ORDER BY a.id LIMIT 1";
    CLASSES = "SELECT t.state, p.identification, string_agg(CAST(t.id AS TEXT), ',') \
               FROM {picked $2} CROSS JOIN certificate_tasks AS t CROSS JOIN assignments AS a CROSS JOIN products AS p \
               WHERE t.organization_id = $1 AND t.id = picked.value \
                 AND a.organization_id = t.organization_id AND a.id = t.assignment_id AND p.id = a.product_id \
               GROUP BY t.state, p.identification";
    BRIEFS = "SELECT m.id, m.surname, m.first_name, m.patronymic, m.email \
              FROM {picked $2} CROSS JOIN certificate_tasks AS t CROSS JOIN members AS m \
              WHERE t.organization_id = $1 AND t.id = picked.value \
                AND m.organization_id = t.organization_id AND m.id = t.member_id \
              ORDER BY m.sort_key, t.id";
    /// Whoever is deleted is in no group any more.
    COVERED = "SELECT string_agg(CAST(t.id AS TEXT), ',') FROM certificate_tasks AS t \
               WHERE t.organization_id = $1 AND t.member_id IN ( \
                   SELECT g.member_id FROM {picked $2} CROSS JOIN group_members AS g \
                   WHERE g.organization_id = $1 AND g.group_id = picked.value)";
    INVITEES = "SELECT t.id, m.surname, m.first_name, m.patronymic, m.email, p.title \
                FROM {picked $2} CROSS JOIN certificate_tasks AS t CROSS JOIN members AS m \
                CROSS JOIN assignments AS a CROSS JOIN products AS p \
                WHERE t.organization_id = $1 AND t.id = picked.value \
                  AND m.organization_id = t.organization_id AND m.id = t.member_id \
                  AND a.organization_id = t.organization_id AND a.id = t.assignment_id AND p.id = a.product_id";
    // What an undo of a revoke gave back has the same link: the newer task goes on.
    INVITED = "SELECT t.organization_id, t.id, t.state, p.identification, o.name, m.surname, m.first_name, \
                      m.patronymic, m.email, p.title, t.invited_until, t.link_fault \
               FROM certificate_tasks AS t CROSS JOIN organizations AS o CROSS JOIN members AS m \
               CROSS JOIN assignments AS a CROSS JOIN products AS p \
               WHERE t.invitation_hash = $1 AND o.id = t.organization_id \
                 AND m.organization_id = t.organization_id AND m.id = t.member_id \
                 AND a.organization_id = t.organization_id AND a.id = t.assignment_id AND p.id = a.product_id \
               ORDER BY t.id DESC LIMIT 1";
    NEW_TO_ASK = "SELECT organization_id, id FROM certificate_tasks \
                  WHERE submitted IS NULL AND ask_at <= $1 ORDER BY ask_at, id LIMIT $2";
    TO_ASK = "SELECT organization_id, id FROM certificate_tasks \
              WHERE submitted IS NOT NULL AND ask_at <= $1 ORDER BY ask_at, id LIMIT $2";
    ASKING = "SELECT count(*) FROM certificate_tasks WHERE ask_at IS NOT NULL";
    NEXT_TO_ASK = "SELECT MIN(ask_at) FROM certificate_tasks WHERE ask_at > $1";
    ASKED = "SELECT t.id, t.state, p.identification, t.way, t.submitted, COALESCE(t.asked, 0), t.ask_at, o.name, \
                    m.surname, m.first_name, m.patronymic, m.email, p.signature, t.authority_fault \
             FROM certificate_tasks AS t CROSS JOIN organizations AS o CROSS JOIN members AS m \
             CROSS JOIN assignments AS a CROSS JOIN products AS p \
             WHERE t.organization_id = $1 AND t.id = $2 AND t.ask_at IS NOT NULL AND o.id = t.organization_id \
               AND m.organization_id = t.organization_id AND m.id = t.member_id \
               AND a.organization_id = t.organization_id AND a.id = t.assignment_id AND p.id = a.product_id";
    TAKE_IN_HAND = "UPDATE certificate_tasks \
                    SET ask_at = $5, asked = COALESCE(asked, 0) + 1, submitted = COALESCE($6, submitted) \
                    WHERE organization_id = $1 AND id = $2 AND state = $3 AND ask_at = $4";
    // Unless somebody has asked for something else since.
    ASK_NEXT = "UPDATE certificate_tasks \
                SET ask_at = $4, asked = asked - 1, \
                    authority_fault = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN NULL ELSE authority_fault END \
                WHERE organization_id = $1 AND id = $2 AND ask_at = $3";
    NOTE_LINK = "UPDATE certificate_tasks SET link_fault = $3 \
                 WHERE organization_id = $1 AND id = $2 AND COALESCE(link_fault, '') <> $3";
    NOTE_AUTHORITY = "UPDATE certificate_tasks SET authority_fault = $3 \
                      WHERE organization_id = $1 AND id = $2 AND COALESCE(authority_fault, '') <> COALESCE($3, '')";
    WITHDRAW_AGAIN = "UPDATE certificate_tasks SET ask_at = $3 \
                      WHERE organization_id = $1 AND id = $2 AND ask_at IS NULL AND submitted IS NOT NULL \
                        AND state IN ('rejected', 'revoked', 'cancelled')";
    TURNING_ORGANIZATIONS = "SELECT DISTINCT organization_id FROM certificate_tasks WHERE turns_at <= $1 \
                             ORDER BY organization_id";
    NEXT_TURN = "SELECT MIN(turns_at) FROM certificate_tasks WHERE turns_at > $1";
    TURNING = "SELECT string_agg(CAST(id AS TEXT), ',') FROM certificate_tasks \
               WHERE organization_id = $1 AND state = $2 AND turns_at <= $3";
    RECORD = "INSERT INTO task_steps (organization_id, task_id, at, author, account_id, operation_id, from_state, \
                                      to_state, way, reason) \
              SELECT t.organization_id, t.id, $3, $4, $5, $6, t.state, $7, $8, $9 \
              FROM {picked $2} CROSS JOIN certificate_tasks AS t \
              WHERE t.organization_id = $1 AND t.id = picked.value";
    // What is «истекает» turns when its own term ends.
    MOVE = "UPDATE certificate_tasks \
            SET prior_state = CASE WHEN $3 = 'cancelled' THEN state ELSE prior_state END, \
                cancelled_by = CASE WHEN $3 = 'cancelled' THEN CAST($4 AS BIGINT) ELSE cancelled_by END, \
                state = $3, way = COALESCE($5, way), serial = COALESCE($6, serial), \
                valid_until = COALESCE($7, valid_until), closed_at = COALESCE(closed_at, $8), \
                moved_at = $12, ask_at = COALESCE($9, CASE WHEN submitted IS NULL THEN NULL ELSE CAST($10 AS BIGINT) END), \
                asked = NULL, authority_fault = NULL, \
                turns_at = CASE WHEN $3 = 'expiring' THEN valid_until ELSE CAST($11 AS BIGINT) END \
            WHERE organization_id = $1 AND {among id $2}";
    INVITE = "UPDATE certificate_tasks SET invitation_hash = r.value ->> 1, invited_until = $3, link_fault = NULL \
              FROM {rows $2} \
              WHERE certificate_tasks.organization_id = $1 \
                AND certificate_tasks.id = CAST(r.value ->> 0 AS BIGINT)";
}

/// The order of rows.
fn order(sort: Option<(TaskSortKey, Direction)>) -> String {
    let Some((key, direction)) = sort else { return " ORDER BY t.id DESC".to_owned() };
    let direction = match direction {
        Direction::Ascending => "",
        Direction::Descending => " DESC",
    };
    let name = "m.sort_key, t.id";
    match key {
        TaskSortKey::Name => format!(" ORDER BY m.sort_key{direction}, t.id{direction}"),
        TaskSortKey::Product => format!(" ORDER BY p.title{direction}, {name}"),
        TaskSortKey::State => {
            let place = |(place, state): (usize, TaskState)| format!("WHEN '{}' THEN {place}", state.code());
            let places: Vec<String> = TaskState::ALL.into_iter().enumerate().map(place).collect();
            format!(" ORDER BY CASE t.state {} END{direction}, {name}", places.join(" "))
        }
        TaskSortKey::Since => format!(" ORDER BY {}{direction}, {name}", since!()),
        TaskSortKey::Until => {
            format!(" ORDER BY CASE WHEN t.valid_until IS NULL THEN 1 ELSE 0 END, t.valid_until{direction}, {name}")
        }
    }
}

const SHOWN: &str = concat!("SELECT ", row_columns!(), of_tasks!(" AND t.id IN (SELECT id FROM shown)"));

/// The page of an ordered list: of what is passed over on the way to it, only the order is read.
fn page_of(mut sql: Sql, text: Text, view: &TaskView, limit: u32) -> Sql {
    let offset = i64::from(view.page.saturating_sub(1)) * i64::from(limit);
    let (limit, offset) = (sql.argument(i64::from(limit)), sql.argument(offset));
    let order = order(view.sort);
    sql.with_text(format!("WITH shown AS ({}{order} LIMIT {limit} OFFSET {offset}) {SHOWN}{order}", text.0))
}

/// Every statement on tasks that is put together, in each of its forms.
pub(crate) fn put_together() -> Vec<Sql> {
    let directions = [Direction::Ascending, Direction::Descending];
    let sorts = TaskSortKey::ALL.into_iter().flat_map(|key| directions.map(|direction| Some((key, direction))));
    let views = sorts.chain([None]).map(|sort| TaskView { sort, ..TaskView::default() });
    let both = |view: TaskView| {
        [found_page(OrganizationId(1), &view, 1), picked_page(OrganizationId(1), &IdSet::EMPTY, &view, 1)]
    };
    views.flat_map(both).collect()
}

fn found_page(organization: OrganizationId, view: &TaskView, limit: u32) -> Sql {
    let sql = found(FOUND_PAGE, organization, &view.filter).bind(state_code(&view.filter));
    page_of(sql, FOUND_PAGE, view, limit)
}

fn picked_page(organization: OrganizationId, picked: &IdSet, view: &TaskView, limit: u32) -> Sql {
    page_of(PICKED_PAGE.of(organization).bind(picked.to_list()), PICKED_PAGE, view, limit)
}

fn state(row: &Row, place: usize) -> StoreResult<TaskState> {
    TaskState::from_code(&row.text(place)?).ok_or_else(|| broken("a state of a certificate task"))
}

fn identification(row: &Row, place: usize) -> StoreResult<Identification> {
    Identification::from_code(&row.text(place)?).ok_or_else(|| broken("a way of identification"))
}

fn way(row: &Row, place: usize) -> StoreResult<Option<Way>> {
    let code = row.maybe_text(place)?;
    code.map(|code| Way::from_code(&code).ok_or_else(|| broken("a way of identification"))).transpose()
}

fn authority_fault(row: &Row, place: usize) -> StoreResult<Option<AuthorityFault>> {
    let code = row.maybe_text(place)?;
    code.map(|code| AuthorityFault::from_code(&code).ok_or_else(|| broken("a fault of the authority"))).transpose()
}

/// Surname, first name and patronymic from `place` on.
fn name(row: &Row, place: usize) -> StoreResult<PersonName> {
    Ok(PersonName { surname: row.text(place)?, first: row.text(place + 1)?, patronymic: row.text(place + 2)? })
}

fn ids(text: Option<String>) -> StoreResult<IdSet> {
    let text = text.unwrap_or_default();
    text.split_terminator(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| broken("a list of ids"))
}

fn task_row(row: &Row) -> StoreResult<TaskRow> {
    Ok(TaskRow {
        id: TaskId(row.int(0)?),
        member: MemberId(row.int(1)?),
        name: name(row, 2)?,
        email: row.text(5)?,
        product: row.text(6)?,
        identification: identification(row, 7)?,
        state: state(row, 8)?,
        since: Instant(row.int(9)?),
        valid_until: row.maybe_int(10)?.map(Instant),
    })
}

/// The statement with what product and search are compared with.
fn found(statement: Text, organization: OrganizationId, filter: &TaskFilter) -> Sql {
    let mut words = domain::search_words(&filter.search).into_iter().map(|word| format!(" {word}"));
    let mut sql = statement.of(organization).bind(filter.product.map(|product| product.0));
    for _ in 0..WORDS {
        sql = sql.bind(words.next().unwrap_or_default());
    }
    sql
}

fn state_code(filter: &TaskFilter) -> Option<String> {
    filter.state.map(|state| state.code().to_owned())
}

pub(crate) async fn counts(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    filter: &TaskFilter,
) -> StoreResult<Vec<(TaskState, u64)>> {
    let everything = filter.product.is_none() && filter.search.is_empty();
    let sql = if everything { COUNTS.of(organization) } else { found(COUNTS_FOUND, organization, filter) };
    let count = |row: &Row| Ok((state(row, 0)?, row.count(1)?));
    let mut counts = conn.rows(sql).await?.iter().map(count).collect::<StoreResult<Vec<_>>>()?;
    counts.sort_unstable();
    Ok(counts)
}

pub(crate) async fn rows(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    view: &TaskView,
    picked: Option<&IdSet>,
    limit: u32,
) -> StoreResult<Vec<TaskRow>> {
    let sql = match picked {
        Some(picked) => picked_page(organization, picked, view, limit),
        None => found_page(organization, view, limit),
    };
    conn.rows(sql).await?.iter().map(task_row).collect()
}

/// The tasks of the people of these groups.
pub(crate) async fn covered(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    groups: &[GroupId],
) -> StoreResult<IdSet> {
    let groups: IdSet = groups.iter().map(|group| group.0).collect();
    ids(conn.row(COVERED.of(organization).bind(groups.to_list())).await?.maybe_text(0)?)
}

pub(crate) async fn all_ids(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    filter: &TaskFilter,
) -> StoreResult<IdSet> {
    ids(conn.row(found(IDS, organization, filter).bind(state_code(filter))).await?.maybe_text(0)?)
}

/// How events of one task and one moment follow each other; steps as they were written.
const BEGINS: u8 = 0;
const GOES_ON: u8 = 1;
const ENDS_WITH: u8 = 2;

/// Must run in one state of the database.
pub(crate) async fn find(conn: &mut Conn<'_>, organization: OrganizationId, id: TaskId) -> StoreResult<Option<Task>> {
    let Some(row) = conn.maybe_row(ONE.of(organization).bind(id.0)).await? else { return Ok(None) };
    let task = task_row(&row)?;
    let mut history = Vec::new();
    let mut prior = None;
    for row in conn.rows(ENDS.of(organization).bind(id.0)).await? {
        let operation = |place: usize| Ok(row.maybe_int(place)?.map(OperationId));
        let author = |place: usize| Ok(row.maybe_text(place)?.map_or(TaskAuthor::Installation, TaskAuthor::Account));
        let continued = row.maybe_int(3)?.is_some();
        let quiet =
            |at, author, operation, from, to| TaskEvent { at, author, operation, from, to, way: None, reason: None };
        let (from, to) = match prior.filter(|_| continued) {
            Some(prior) => (Some(TaskState::Cancelled), prior),
            None => (None, TaskState::Created),
        };
        let (mut by, mut begun) = (author(2)?, operation(1)?);
        if begun.is_none() {
            let sql = ORIGIN.of(organization).bind(task.member.0).bind(row.int(0)?);
            if let Some(origin) = conn.maybe_row(sql).await? {
                begun = origin.maybe_int(0)?.map(OperationId);
                by = origin.maybe_text(1)?.map_or(TaskAuthor::Installation, TaskAuthor::Account);
            }
        }
        let id = row.int(9)?;
        history.push(((id, BEGINS), quiet(Instant(row.int(0)?), by, begun, from, to)));
        prior = row.maybe_text(4)?.and_then(|code| TaskState::from_code(&code));
        // Who cancelled the task itself left a row for it.
        let of_licence = row.maybe_text(8)?.is_some_and(|kind| kind != domain::Kind::TaskCancel.code());
        if let (true, Some(at)) = (of_licence, row.maybe_int(5)?) {
            history.push(((id, ENDS_WITH), quiet(Instant(at), author(7)?, operation(6)?, prior, TaskState::Cancelled)));
        }
    }
    for row in conn.rows(STEPS.of(organization).bind(id.0)).await? {
        let event = TaskEvent {
            at: Instant(row.int(0)?),
            author: match (row.text(1)?.as_str(), row.maybe_text(2)?) {
                ("account", Some(name)) => TaskAuthor::Account(name),
                ("person", _) => TaskAuthor::Person,
                ("authority", _) => TaskAuthor::Authority,
                ("installation", _) => TaskAuthor::Installation,
                _ => return Err(broken("an author of a step")),
            },
            operation: row.maybe_int(3)?.map(OperationId),
            from: Some(state(&row, 4)?),
            to: state(&row, 5)?,
            way: way(&row, 6)?,
            reason: row.maybe_text(7)?,
        };
        history.push(((row.int(8)?, GOES_ON), event));
    }
    history.sort_by_key(|(order, event)| (event.at, *order));
    Ok(Some(Task {
        row: task,
        way: way(&row, 11)?,
        invited_until: row.maybe_int(12)?.map(Instant),
        serial: row.maybe_text(13)?,
        awaits_authority: row.maybe_int(14)?.is_some(),
        authority_fault: authority_fault(&row, 15)?,
        history: history.into_iter().map(|(_, event)| event).collect(),
    }))
}

pub(crate) async fn classes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    tasks: &IdSet,
) -> StoreResult<Vec<TaskClass>> {
    let rows = conn.rows(CLASSES.of(organization).bind(tasks.to_list())).await?;
    let class = |row: &Row| {
        let (state, identification) = (state(row, 0)?, identification(row, 1)?);
        Ok(TaskClass { state, identification, tasks: ids(row.maybe_text(2)?)? })
    };
    rows.iter().map(class).collect()
}

pub(crate) async fn briefs(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    tasks: &IdSet,
) -> StoreResult<Vec<MemberBrief>> {
    let rows = conn.rows(BRIEFS.of(organization).bind(tasks.to_list())).await?;
    let brief = |row: &Row| Ok(MemberBrief { id: MemberId(row.int(0)?), name: name(row, 1)?, email: row.text(4)? });
    rows.iter().map(brief).collect()
}

pub(crate) async fn invitees(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    tasks: &IdSet,
) -> StoreResult<Vec<Invitee>> {
    let rows = conn.rows(INVITEES.of(organization).bind(tasks.to_list())).await?;
    let invitee = |row: &Row| {
        let (task, name) = (TaskId(row.int(0)?), name(row, 1)?);
        Ok(Invitee { task, name, email: row.text(4)?, product: row.text(5)? })
    };
    rows.iter().map(invitee).collect()
}

/// Whose link it is: whoever has it is nobody's, and the token alone says of which organisation it is.
pub(crate) async fn invited(conn: &mut Conn<'_>, hash: &str) -> StoreResult<Option<Invited>> {
    let Some(row) = conn.maybe_row(INVITED.bind(hash)).await? else { return Ok(None) };
    Ok(Some(Invited {
        organization: OrganizationId(row.int(0)?),
        task: TaskId(row.int(1)?),
        state: state(&row, 2)?,
        identification: identification(&row, 3)?,
        shown: Invitation {
            organization: row.text(4)?,
            name: name(&row, 5)?,
            email: row.text(8)?,
            product: row.text(9)?,
            until: Instant(row.int(10)?),
        },
        refused: row.maybe_text(11)?,
    }))
}

/// Of all organisations: the installation's own work.
pub(crate) async fn to_ask(
    conn: &mut Conn<'_>,
    now: Instant,
    limit: u32,
) -> StoreResult<Vec<(OrganizationId, TaskId)>> {
    let mut rows = conn.rows(NEW_TO_ASK.bind(now.0).bind(i64::from(limit))).await?;
    let rest = i64::from(limit) - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if rest > 0 {
        rows.extend(conn.rows(TO_ASK.bind(now.0).bind(rest)).await?);
    }
    rows.iter().map(|row| Ok((OrganizationId(row.int(0)?), TaskId(row.int(1)?)))).collect()
}

pub(crate) async fn asking(conn: &mut Conn<'_>) -> StoreResult<u64> {
    conn.row(ASKING.sql()).await?.count(0)
}

pub(crate) async fn note_link_fault(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: TaskId,
    fault: LinkFault,
) -> StoreResult<bool> {
    Ok(conn.execute(NOTE_LINK.of(organization).bind(id.0).bind(fault.code())).await? == 1)
}

pub(crate) async fn note_authority_fault(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: TaskId,
    fault: Option<AuthorityFault>,
) -> StoreResult<bool> {
    let code = fault.map(|fault| fault.code().to_owned());
    Ok(conn.execute(NOTE_AUTHORITY.of(organization).bind(id.0).bind(code)).await? == 1)
}

pub(crate) async fn next_to_ask(conn: &mut Conn<'_>, now: Instant) -> StoreResult<Option<Instant>> {
    Ok(conn.row(NEXT_TO_ASK.bind(now.0)).await?.maybe_int(0)?.map(Instant))
}

pub(crate) async fn asked(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: TaskId,
) -> StoreResult<Option<AskedTask>> {
    let Some(row) = conn.maybe_row(ASKED.of(organization).bind(id.0)).await? else { return Ok(None) };
    Ok(Some(AskedTask {
        id: TaskId(row.int(0)?),
        state: state(&row, 1)?,
        identification: identification(&row, 2)?,
        way: way(&row, 3)?,
        submitted: row.maybe_text(4)?,
        asked: row.count(5)?,
        ask_at: Instant(row.int(6)?),
        organization: row.text(7)?,
        name: name(&row, 8)?,
        email: row.text(11)?,
        signature: SignatureKind::from_code(&row.text(12)?).ok_or_else(|| broken("a kind of signature"))?,
        fault: authority_fault(&row, 13)?,
    }))
}

pub(crate) async fn take_in_hand(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    task: &AskedTask,
    submitted: Option<&str>,
    next: Instant,
) -> StoreResult<bool> {
    let sql = TAKE_IN_HAND
        .of(organization)
        .bind(task.id.0)
        .bind(task.state.code())
        .bind(task.ask_at.0)
        .bind(next.0)
        .bind(submitted.map(str::to_owned));
    Ok(conn.execute(sql).await? == 1)
}

pub(crate) async fn ask_next(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: TaskId,
    held: Instant,
    at: Option<Instant>,
) -> StoreResult<()> {
    conn.execute(ASK_NEXT.of(organization).bind(id.0).bind(held.0).bind(at.map(|at| at.0))).await.map(drop)
}

pub(crate) async fn withdraw_again(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: TaskId,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(WITHDRAW_AGAIN.of(organization).bind(id.0).bind(at.0)).await.map(drop)
}

/// Of all organisations: the installation's own work.
pub(crate) async fn turning_organizations(conn: &mut Conn<'_>, now: Instant) -> StoreResult<Vec<OrganizationId>> {
    let rows = conn.rows(TURNING_ORGANIZATIONS.bind(now.0)).await?;
    rows.iter().map(|row| row.int(0).map(OrganizationId)).collect()
}

pub(crate) async fn next_turn(conn: &mut Conn<'_>, now: Instant) -> StoreResult<Option<Instant>> {
    Ok(conn.row(NEXT_TURN.bind(now.0)).await?.maybe_int(0)?.map(Instant))
}

pub(crate) async fn turning(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    state: TaskState,
    now: Instant,
) -> StoreResult<IdSet> {
    ids(conn.row(TURNING.of(organization).bind(state.code()).bind(now.0)).await?.maybe_text(0)?)
}

pub(crate) async fn take_steps(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    steps: &Steps<'_>,
) -> StoreResult<()> {
    let list = steps.tasks.to_list();
    let operation = steps.operation.map(|operation| operation.0);
    let way = steps.way.map(|way| way.code().to_owned());
    let record = RECORD
        .of(organization)
        .bind(list.as_str())
        .bind(steps.at.0)
        .bind(steps.author.code())
        .bind(steps.author.account().map(|account| account.0))
        .bind(operation)
        .bind(steps.to.code())
        .bind(way.clone())
        .bind(steps.reason.map(str::to_owned));
    let (serial, until) = match &steps.certificate {
        Some(certificate) => (certificate.serial.clone(), Some(certificate.valid_until.0)),
        None => (None, None),
    };
    let moved = MOVE
        .of(organization)
        .bind(list)
        .bind(steps.to.code())
        .bind(operation)
        .bind(way)
        .bind(serial)
        .bind(until)
        .bind((!steps.to.is_open()).then_some(steps.at.0))
        .bind(steps.ask_at.map(|at| at.0))
        .bind(steps.withdraw_at.map(|at| at.0))
        .bind(steps.turns_at.map(|at| at.0))
        .bind(steps.at.0);
    for sql in [record, moved] {
        if conn.execute(sql).await? != steps.tasks.len() as u64 {
            return Err(StoreError::Conflict);
        }
    }
    Ok(())
}

pub(crate) async fn keep_invitations(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    hashes: &[(TaskId, String)],
    until: Instant,
) -> StoreResult<()> {
    let rows: Vec<(i64, &str)> = hashes.iter().map(|(task, hash)| (task.0, hash.as_str())).collect();
    let rows = serde_json::to_string(&rows).map_err(|_| broken("a list of invitations"))?;
    match conn.execute(INVITE.of(organization).bind(rows).bind(until.0)).await? {
        written if written == hashes.len() as u64 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

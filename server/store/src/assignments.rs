//! Seats given and taken, each time all of an operation's by a few set-based statements.

use domain::{Employment, IdSet, Instant, Kind, OperationId, OrganizationId, Pool, PoolId, SignatureKind};
use service::ports::{Seat, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, Text, statements};
use crate::stock;

statements! {
    ISSUE = "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, \
                                      operation_id, issued_at, valid_until) \
             SELECT $1, $2, $3, $4, picked.value, $5, $6, $7 FROM {picked $8}";
    // With the service plans of the seat that ends: a renewal changes none.
    KEEP_PLANS = "UPDATE assignments SET plans = e.plans FROM assignments AS e \
                  WHERE e.organization_id = $1 AND e.ended_by = $2 AND e.plans IS NOT NULL \
                    AND assignments.organization_id = $1 AND assignments.member_id = e.member_id \
                    AND assignments.exclusive_group = e.exclusive_group AND assignments.ended_at IS NULL \
                    AND assignments.operation_id = $2";
    CREATE_TASKS = "INSERT INTO certificate_tasks (organization_id, assignment_id, member_id, state, created_at) \
                    SELECT organization_id, id, member_id, 'created', issued_at FROM assignments \
                    WHERE organization_id = $1 AND operation_id = $2";
    END = "UPDATE assignments SET ended_at = $5, ended_by = $4 \
           WHERE organization_id = $1 AND pool_id = $2 AND ended_at IS NULL \
             AND {among id $3}";
    // What the authority is at work on is withdrawn at once.
    CANCEL_TASKS = "UPDATE certificate_tasks \
                    SET prior_state = state, state = 'cancelled', cancelled_by = $2, closed_at = $3, \
                        asked = NULL, authority_fault = NULL, \
                        ask_at = CASE WHEN submitted IS NOT NULL THEN CAST($3 AS BIGINT) END \
                    WHERE organization_id = $1 AND closed_at IS NULL AND assignment_id IN ( \
                        SELECT id FROM assignments WHERE organization_id = $1 AND ended_by = $2)";
    // Also what was taken meanwhile and given back: an undo makes it as it was.
    GIVEN = "WITH RECURSIVE given AS ( \
                 SELECT id, pool_id, member_id, ended_at FROM assignments \
                 WHERE organization_id = $1 AND operation_id = $2 \
                 UNION ALL \
                 SELECT a.id, a.pool_id, a.member_id, a.ended_at \
                 FROM given CROSS JOIN assignments AS a \
                 WHERE given.ended_at IS NOT NULL AND a.organization_id = $1 AND a.restores = given.id \
             ) SELECT pool_id, string_agg(CAST(member_id AS TEXT) || ' ' || CAST(id AS TEXT), ',') FROM given \
             WHERE ended_at IS NULL GROUP BY pool_id";
    TAKEN = "SELECT pool_id, string_agg(CAST(member_id AS TEXT) || ' ' || CAST(id AS TEXT), ',') FROM assignments \
             WHERE organization_id = $1 AND ended_by = $2 GROUP BY pool_id";
    RESTORE = "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, \
                                        operation_id, issued_at, valid_until, plans, restores) \
               SELECT a.organization_id, a.pool_id, a.product_id, a.exclusive_group, a.member_id, \
                      $4, a.issued_at, a.valid_until, a.plans, a.id \
               FROM {picked $3} CROSS JOIN assignments AS a \
               WHERE a.organization_id = $1 AND a.id = picked.value AND a.pool_id = $2 AND a.ended_by = $5";
    // Where the authority was at work on them, it is asked anew: also who the person is, if it was to find out itself.
    RESTORE_TASKS = "INSERT INTO certificate_tasks (organization_id, assignment_id, member_id, state, created_at, way, \
                                                    invitation_hash, invited_until, ask_at, continues) \
                     SELECT a.organization_id, a.id, a.member_id, \
                            CASE WHEN t.prior_state = 'identified' AND t.way <> 'in_person' AND t.submitted IS NOT NULL \
                                 THEN 'confirmed' ELSE t.prior_state END, \
                            $4, \
                            CASE WHEN t.way = 'in_person' OR t.submitted IS NULL THEN t.way END, t.invitation_hash, \
                            t.invited_until, \
                            CASE WHEN t.prior_state IN ('confirmed', 'identified') THEN CAST($4 AS BIGINT) END, t.id \
                     FROM assignments AS a JOIN certificate_tasks AS t \
                       ON t.organization_id = a.organization_id AND t.assignment_id = a.restores \
                     WHERE a.organization_id = $1 AND a.operation_id = $2 AND t.cancelled_by = $3";
    // The link goes with the task: a newer one replaces it there.
    HAND_ON_LINKS = "UPDATE certificate_tasks SET invitation_hash = NULL \
                     WHERE organization_id = $1 AND cancelled_by = $3 AND invitation_hash IS NOT NULL \
                       AND assignment_id IN (SELECT restores FROM assignments \
                                             WHERE organization_id = $1 AND operation_id = $2)";
    HOLDERS_BY_EMPLOYMENT = "SELECT a.pool_id, m.employment, count(*) FROM assignments AS a \
                             JOIN members AS m ON m.organization_id = a.organization_id AND m.id = a.member_id \
                             WHERE a.organization_id = $1 AND a.ended_at IS NULL AND m.deleted_at IS NULL \
                             GROUP BY a.pool_id, m.employment";
    HOLDERS = "SELECT string_agg(CAST(member_id AS TEXT), ','), string_agg(CAST(id AS TEXT), ',') FROM assignments \
               WHERE organization_id = $1 AND product_id = $2 AND pool_id = $3 AND ended_at IS NULL";
    // With the seat that was given in its place: looked up by its holder, who has no other.
    MOVE_TASKS = "UPDATE certificate_tasks SET assignment_id = given.id \
                  FROM assignments AS given \
                  WHERE certificate_tasks.organization_id = $1 AND certificate_tasks.assignment_id IN ( \
                            SELECT id FROM assignments WHERE organization_id = $1 AND ended_by = $2) \
                    AND given.organization_id = $1 AND given.member_id = certificate_tasks.member_id \
                    AND given.exclusive_group = $3 AND given.ended_at IS NULL AND given.operation_id = $2";
    OPEN_TASKS = "SELECT count(*) FROM {picked $2} CROSS JOIN certificate_tasks AS t \
                  WHERE t.organization_id = $1 AND t.assignment_id = picked.value AND t.closed_at IS NULL";
}

pub(crate) async fn issue(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    pool: &Pool,
    members: &IdSet,
    at: Instant,
) -> StoreResult<()> {
    give(conn, organization, operation, pool, members, at).await?;
    if pool.product.signature == SignatureKind::None {
        return Ok(());
    }
    conn.execute(CREATE_TASKS.of(organization).bind(operation.0)).await.map(drop)
}

async fn give(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    pool: &Pool,
    members: &IdSet,
    at: Instant,
) -> StoreResult<()> {
    stock::take(conn, organization, pool.id, members.len()).await?;
    let sql = ISSUE
        .of(organization)
        .bind(pool.id.0)
        .bind(pool.product.id.0)
        .bind(pool.product.exclusive_group.as_str())
        .bind(operation.0)
        .bind(at.0)
        .bind(pool.valid_until.map(|until| until.0))
        .bind(members.to_list());
    conn.execute(sql).await.map(drop)
}

/// What the operation took for good takes its open tasks with it.
pub(crate) async fn cancel_tasks(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(CANCEL_TASKS.of(organization).bind(operation.0).bind(at.0)).await.map(drop)
}

pub(crate) async fn revoke(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    seats: &[(PoolId, IdSet)],
    at: Instant,
) -> StoreResult<()> {
    end(conn, organization, operation, seats, at).await?;
    cancel_tasks(conn, organization, operation, at).await
}

/// Ends the seats and returns them, and leaves their tasks as they are.
pub(crate) async fn end(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    seats: &[(PoolId, IdSet)],
    at: Instant,
) -> StoreResult<()> {
    for (pool, assignments) in seats {
        let sql = END.of(organization).bind(pool.0).bind(assignments.to_list()).bind(operation.0).bind(at.0);
        all_of(assignments, conn.execute(sql).await?)?;
        stock::give_back(conn, organization, *pool, assignments.len()).await?;
    }
    Ok(())
}

/// Ends the seats, and gives each of the members one of the pool at the same moment; certificate tasks go on with it.
pub(crate) async fn renew(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    pool: &Pool,
    members: &IdSet,
    seats: &[(PoolId, IdSet)],
    at: Instant,
) -> StoreResult<()> {
    end(conn, organization, operation, seats, at).await?;
    give(conn, organization, operation, pool, members, at).await?;
    conn.execute(KEEP_PLANS.of(organization).bind(operation.0)).await?;
    move_tasks(conn, organization, operation, &pool.product.exclusive_group).await
}

/// Tasks of seats that the operation took go on with those that it gave to the same people.
pub(crate) async fn move_tasks(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    group: &str,
) -> StoreResult<()> {
    conn.execute(MOVE_TASKS.of(organization).bind(operation.0).bind(group)).await.map(drop)
}

pub(crate) async fn restore(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    undone: OperationId,
    seats: &[(PoolId, IdSet)],
    at: Instant,
) -> StoreResult<()> {
    for (pool, assignments) in seats {
        stock::take(conn, organization, *pool, assignments.len()).await?;
        let sql = RESTORE.of(organization).bind(pool.0).bind(assignments.to_list()).bind(operation.0).bind(undone.0);
        all_of(assignments, conn.execute(sql).await?)?;
    }
    conn.execute(RESTORE_TASKS.of(organization).bind(operation.0).bind(undone.0).bind(at.0)).await?;
    conn.execute(HAND_ON_LINKS.of(organization).bind(operation.0).bind(undone.0)).await.map(drop)
}

pub(crate) fn all_of(wanted: &IdSet, touched: u64) -> StoreResult<()> {
    if touched == wanted.len() as u64 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// The seats that an undo of `operation` starts from: by pool, then by member.
pub(crate) async fn seats(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    kind: Kind,
) -> StoreResult<Vec<Seat>> {
    let statement: Text = match kind {
        Kind::Issue => GIVEN,
        Kind::Revoke => TAKEN,
        _ => return Ok(Vec::new()),
    };
    let mut seats = Vec::new();
    for row in conn.rows(statement.of(organization).bind(operation.0)).await? {
        let pool = PoolId(row.int(0)?);
        for pair in row.text(1)?.split(',') {
            let seat = pair.split_once(' ').and_then(|(member, assignment)| {
                Some(Seat { pool, member: member.parse().ok()?, assignment: assignment.parse().ok()? })
            });
            seats.push(seat.ok_or_else(|| broken("a list of seats"))?);
        }
    }
    seats.sort_unstable_by_key(|seat| (seat.pool, seat.member, seat.assignment));
    Ok(seats)
}

/// Who holds the pool's seats, and these seats.
pub(crate) async fn holders(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    pool: &Pool,
) -> StoreResult<(IdSet, IdSet)> {
    let row = conn.row(HOLDERS.of(organization).bind(pool.product.id.0).bind(pool.id.0)).await?;
    let ids = |place: usize| -> StoreResult<IdSet> {
        let text = row.maybe_text(place)?.unwrap_or_default();
        let ids = text.split_terminator(',').map(str::parse);
        ids.collect::<Result<_, _>>().map_err(|_| broken("a list of ids"))
    };
    Ok((ids(0)?, ids(1)?))
}

pub(crate) async fn open_tasks(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    assignments: &IdSet,
) -> StoreResult<u64> {
    conn.row(OPEN_TASKS.of(organization).bind(assignments.to_list())).await?.count(0)
}

pub(crate) async fn holders_by_employment(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
) -> StoreResult<Vec<(PoolId, Employment, u64)>> {
    let some = |row: &Row| {
        let employment = Employment::from_number(row.int(1)?).ok_or_else(|| broken("an employment"))?;
        Ok((PoolId(row.int(0)?), employment, row.count(2)?))
    };
    conn.rows(HOLDERS_BY_EMPLOYMENT.of(organization)).await?.iter().map(some).collect()
}

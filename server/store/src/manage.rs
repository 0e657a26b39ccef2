//! Several products at once: seats ended, changed and given by a few set-based statements for each pool.

use domain::{
    IdSet, Instant, ManagePlan, OperationId, OrganizationId, Plans, Pool, PoolId, ProductId, SeatOf, SignatureKind,
};
use service::ports::{ManagedSeats, StoreResult, Turn, Turned};

use crate::assignments::{all_of, cancel_tasks, end, restore};
use crate::error::broken;
use crate::sql::{Conn, Row, Text, statements};
use crate::stock;

statements! {
    GIVE = "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, \
                                     operation_id, issued_at, valid_until, plans) \
            SELECT $1, $2, $3, $4, picked.value, $5, $6, $7, $9 FROM {picked $8}";
    // The same seat but for its service plans: it was taken a moment ago.
    GIVE_ANEW = "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, \
                                          operation_id, issued_at, valid_until, plans) \
                 SELECT a.organization_id, a.pool_id, a.product_id, a.exclusive_group, a.member_id, $4, $5, \
                        a.valid_until, $6 \
                 FROM {picked $3} CROSS JOIN assignments AS a \
                 WHERE a.organization_id = $1 AND a.id = picked.value AND a.pool_id = $2 AND a.ended_by = $4";
    CREATE_TASKS = "INSERT INTO certificate_tasks (organization_id, assignment_id, member_id, state, created_at) \
                    SELECT a.organization_id, a.id, a.member_id, 'created', a.issued_at \
                    FROM {picked $4} CROSS JOIN assignments AS a \
                    WHERE a.organization_id = $1 AND a.member_id = picked.value AND a.exclusive_group = $3 \
                      AND a.ended_at IS NULL AND a.operation_id = $2";
    // With the seat of the same pool that was given in its place.
    MOVE_TASKS = "UPDATE certificate_tasks SET assignment_id = given.id \
                  FROM assignments AS given \
                  WHERE certificate_tasks.organization_id = $1 AND certificate_tasks.assignment_id IN ( \
                            SELECT id FROM assignments WHERE organization_id = $1 AND ended_by = $2 AND pool_id = $4) \
                    AND given.organization_id = $1 AND given.member_id = certificate_tasks.member_id \
                    AND given.exclusive_group = $3 AND given.pool_id = $4 AND given.ended_at IS NULL \
                    AND given.operation_id = $2";
    GIVEN = "SELECT member_id, product_id, pool_id, id FROM assignments WHERE organization_id = $1 AND operation_id = $2 \
             ORDER BY member_id, product_id";
    // Also what was taken meanwhile and given back: an undo makes it as it was.
    STANDING = "WITH RECURSIVE given AS ( \
                    SELECT id, product_id, pool_id, member_id, ended_at FROM assignments \
                    WHERE organization_id = $1 AND operation_id = $2 \
                    UNION ALL \
                    SELECT a.id, a.product_id, a.pool_id, a.member_id, a.ended_at \
                    FROM given CROSS JOIN assignments AS a \
                    WHERE given.ended_at IS NOT NULL AND a.organization_id = $1 AND a.restores = given.id \
                ) SELECT member_id, product_id, pool_id, id FROM given WHERE ended_at IS NULL \
                ORDER BY member_id, product_id";
    TAKEN = "SELECT member_id, product_id, pool_id, id FROM assignments WHERE organization_id = $1 AND ended_by = $2 \
             ORDER BY member_id, product_id";
    TURNS = "SELECT member_id, product_id, 1, plans FROM assignments \
             WHERE organization_id = $1 AND operation_id = $2 AND {among member_id $3} \
             UNION ALL \
             SELECT member_id, product_id, 0, NULL FROM assignments \
             WHERE organization_id = $1 AND ended_by = $2 AND {among member_id $3} \
             ORDER BY 1, 2, 3";
}

/// Carries out a plan: what is taken first, lest two seats of a group be held for a moment.
pub(crate) async fn manage(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    plan: &ManagePlan,
    pools: &[Pool],
    at: Instant,
) -> StoreResult<()> {
    let find = |id: PoolId| pools.iter().find(|pool| pool.id == id).ok_or_else(|| broken("a pool of a plan"));
    end(conn, organization, operation, &plan.takes, at).await?;
    for replan in &plan.replans {
        let pool = find(replan.pool)?;
        end(conn, organization, operation, &[(pool.id, replan.seats.clone())], at).await?;
        stock::take(conn, organization, pool.id, replan.seats.len()).await?;
        let sql = GIVE_ANEW
            .of(organization)
            .bind(pool.id.0)
            .bind(replan.seats.to_list())
            .bind(operation.0)
            .bind(at.0)
            .bind(replan.plans.kept());
        all_of(&replan.seats, conn.execute(sql).await?)?;
        move_tasks(conn, organization, operation, pool).await?;
    }
    for give in &plan.gives {
        let pool = find(give.pool)?;
        stock::take(conn, organization, pool.id, give.members.len()).await?;
        let sql = GIVE
            .of(organization)
            .bind(pool.id.0)
            .bind(pool.product.id.0)
            .bind(pool.product.exclusive_group.as_str())
            .bind(operation.0)
            .bind(at.0)
            .bind(pool.valid_until.map(|until| until.0))
            .bind(give.members.to_list())
            .bind(give.plans.kept());
        conn.execute(sql).await?;
        if pool.product.signature != SignatureKind::None {
            let group = pool.product.exclusive_group.as_str();
            let sql = CREATE_TASKS.of(organization).bind(operation.0).bind(group).bind(give.members.to_list());
            conn.execute(sql).await?;
        }
    }
    if plan.takes.is_empty() {
        return Ok(());
    }
    cancel_tasks(conn, organization, operation, at).await
}

async fn move_tasks(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    pool: &Pool,
) -> StoreResult<()> {
    if pool.product.signature == SignatureKind::None {
        return Ok(());
    }
    let group = pool.product.exclusive_group.as_str();
    conn.execute(MOVE_TASKS.of(organization).bind(operation.0).bind(group).bind(pool.id.0)).await.map(drop)
}

/// Ends what `undone` gave, and restores what it took; tasks of seats that it had changed go on with those that it had found.
pub(crate) async fn unmanage(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    undone: OperationId,
    ends: &[(PoolId, IdSet)],
    restores: &[(PoolId, IdSet)],
    at: Instant,
) -> StoreResult<()> {
    end(conn, organization, operation, ends, at).await?;
    restore(conn, organization, operation, undone, restores, at).await?;
    let changed = ends.iter().filter(|(pool, _)| restores.iter().any(|(again, _)| again == pool));
    for (pool, _) in changed {
        let pool = stock::find(conn, organization, *pool).await?.ok_or_else(|| broken("a pool of seats"))?;
        move_tasks(conn, organization, operation, &pool).await?;
    }
    cancel_tasks(conn, organization, operation, at).await
}

pub(crate) async fn seats(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
) -> StoreResult<ManagedSeats> {
    Ok(ManagedSeats {
        given: some(conn, organization, operation, GIVEN).await?,
        standing: some(conn, organization, operation, STANDING).await?,
        taken: some(conn, organization, operation, TAKEN).await?,
    })
}

async fn some(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    which: Text,
) -> StoreResult<Vec<SeatOf>> {
    let seat = |row: &Row| {
        Ok(SeatOf {
            member: row.int(0)?,
            product: ProductId(row.int(1)?),
            pool: PoolId(row.int(2)?),
            assignment: row.int(3)?,
        })
    };
    conn.rows(which.of(organization).bind(operation.0)).await?.iter().map(seat).collect()
}

pub(crate) async fn turns(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: OperationId,
    members: &IdSet,
) -> StoreResult<Vec<Turn>> {
    let mut turns: Vec<Turn> = Vec::new();
    for row in conn.rows(TURNS.of(organization).bind(operation.0).bind(members.to_list())).await? {
        let (member, product) = (row.int(0)?, ProductId(row.int(1)?));
        let plans = Plans::of_kept(&row.maybe_text(3)?.unwrap_or_default());
        let given = row.int(2)? == 1;
        match turns.last_mut() {
            // It was taken, and is given anew.
            Some(last) if given && last.member == member && last.product == product => {
                last.turned = Turned::Replanned(plans);
            }
            _ => {
                let turned = if given { Turned::Given(plans) } else { Turned::Taken };
                turns.push(Turn { member, product, turned });
            }
        }
    }
    Ok(turns)
}

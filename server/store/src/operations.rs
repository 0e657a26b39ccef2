//! Operations and the people frozen in them.

use domain::{
    Account, AccountId, Approval, ApprovalRules, Decided, Decision, IdSet, Instant, Kind, OperationId, OperationState,
    OrganizationId, Outcome, PoolId, Reason, Refusal,
};
use service::ports::{Managed, NewOperation, OperationRecord, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! operations {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.kind, o.state, a.id, a.name, a.email, o.pool_id, o.created_at, o.expires_at, ",
            "o.settled_at, o.accepted, o.rejected, o.digest, o.undoes, u.id, o.failure, o.basis, ",
            "p.asked_at, p.decided_at, p.decision, p.reason, d.name, w.wish, w.sort ",
            "FROM operations AS o ",
            "LEFT JOIN accounts AS a ON a.organization_id = o.organization_id AND a.id = o.account_id ",
            "LEFT JOIN operations AS u ON u.organization_id = o.organization_id AND u.undoes = o.id ",
            "LEFT JOIN approvals AS p ON p.organization_id = o.organization_id AND p.operation_id = o.id ",
            "LEFT JOIN accounts AS d ON d.organization_id = p.organization_id AND d.id = p.decided_by ",
            "LEFT JOIN operation_wishes AS w ON w.organization_id = o.organization_id AND w.operation_id = o.id ",
            "WHERE o.organization_id = $1",
            $rest
        )
    };
}

statements! {
    FIND = operations!(" AND o.id = $2");
    SETTLED = operations!(
        " AND o.id < $2 AND (o.state IN ('done', 'undone', 'failed') OR p.operation_id IS NOT NULL) \
          ORDER BY o.id DESC LIMIT $3"
    );
    SETS = "SELECT outcome, members FROM operation_sets WHERE organization_id = $1 AND operation_id = $2";
    INSERT = "INSERT INTO operations (organization_id, account_id, kind, state, pool_id, created_at, expires_at, \
                                      settled_at, accepted, rejected, digest, undoes, basis) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id";
    INSERT_SET = "INSERT INTO operation_sets (organization_id, operation_id, outcome, count, members) \
                  VALUES ($1, $2, $3, $4, $5)";
    FORGET_WISH = "DELETE FROM operation_wishes WHERE organization_id = $1 AND operation_id = $2";
    KEEP_WISH = "INSERT INTO operation_wishes (organization_id, operation_id, wish, sort) VALUES ($1, $2, $3, $4)";
    FORGET_SET = "DELETE FROM operation_sets WHERE organization_id = $1 AND operation_id = $2";
    REFREEZE = "UPDATE operations SET accepted = $3, rejected = $4, digest = $5 \
                WHERE organization_id = $1 AND id = $2 AND state = 'preview'";
    FORGET_WISHES = "DELETE FROM operation_wishes WHERE (organization_id, operation_id) IN ( \
                         SELECT organization_id, id FROM operations \
                         WHERE state IN ('expired', 'cancelled') AND expires_at < $1) \
                     AND (organization_id, operation_id) NOT IN (SELECT organization_id, operation_id FROM approvals)";
    STRANGERS = "SELECT reason, emails FROM operation_strangers WHERE organization_id = $1 AND operation_id = $2";
    INSERT_STRANGERS = "INSERT INTO operation_strangers (organization_id, operation_id, reason, emails) \
                        VALUES ($1, $2, $3, $4)";
    // What a second person was asked about stays.
    FORGET_STRANGERS = "DELETE FROM operation_strangers WHERE (organization_id, operation_id) IN ( \
                            SELECT organization_id, id FROM operations \
                            WHERE state IN ('expired', 'cancelled') AND expires_at < $1) \
                        AND (organization_id, operation_id) NOT IN (SELECT organization_id, operation_id FROM approvals)";
    SEATS = "SELECT pool_id, assignments FROM operation_seats \
             WHERE organization_id = $1 AND operation_id = $2 ORDER BY pool_id";
    INSERT_SEATS = "INSERT INTO operation_seats (organization_id, operation_id, pool_id, assignments) \
                    VALUES ($1, $2, $3, $4)";
    FORGET_SEATS = "DELETE FROM operation_seats WHERE organization_id = $1 AND operation_id = $2";
    EXPIRE = "UPDATE operations SET state = 'expired' WHERE state = 'preview' AND expires_at < $1";
    FORGET_EXPIRED_SEATS = "DELETE FROM operation_seats WHERE (organization_id, operation_id) IN ( \
                                SELECT organization_id, id FROM operations WHERE state = 'expired')";
    FORGET_SETS = "DELETE FROM operation_sets WHERE (organization_id, operation_id) IN ( \
                       SELECT organization_id, id FROM operations \
                       WHERE state IN ('expired', 'cancelled') AND expires_at < $1) \
                   AND (organization_id, operation_id) NOT IN (SELECT organization_id, operation_id FROM approvals)";
    FORGET = "DELETE FROM operations WHERE state IN ('expired', 'cancelled') AND expires_at < $1 \
              AND (organization_id, id) NOT IN (SELECT organization_id, operation_id FROM approvals)";
    ASK = "INSERT INTO approvals (organization_id, operation_id, asked_at, reason) VALUES ($1, $2, $3, '')";
    KEEP_WAITING = "UPDATE operations SET expires_at = $3, pool_id = COALESCE(CAST($4 AS BIGINT), pool_id) \
                    WHERE organization_id = $1 AND id = $2 AND state = 'preview'";
    DECIDE = "UPDATE approvals SET decided_at = $3, decided_by = $4, decision = $5, reason = $6 \
              WHERE organization_id = $1 AND operation_id = $2 AND decided_at IS NULL";
    RULES = "SELECT approve_issue, approve_revoke FROM organizations WHERE id = $1";
    KEEP_RULES = "UPDATE organizations SET approve_issue = CAST($2 AS BIGINT), approve_revoke = CAST($3 AS BIGINT) WHERE id = $1";
    // Being undone does not change when it was carried out.
    SETTLE = "UPDATE operations SET state = $4, pool_id = COALESCE($5, pool_id), \
                     failure = COALESCE($6, failure), settled_at = COALESCE(settled_at, $7) \
              WHERE organization_id = $1 AND id = $2 AND state = $3";
}

fn operation(row: &Row) -> StoreResult<OperationRecord> {
    let kept = OperationState::from_code(&row.text(2)?).ok_or_else(|| broken("a state of an operation"))?;
    let approval = approval(row)?;
    let decision = approval.as_ref().map(|approval| approval.decided.as_ref().map(|decided| decided.decision));
    let state = match (kept, decision) {
        (OperationState::Preview, Some(None)) => OperationState::Waiting,
        (OperationState::Cancelled, Some(Some(Decision::Declined))) => OperationState::Declined,
        (kept, _) => kept,
    };
    let failure = row.maybe_text(15)?.map(|text| serde_json::from_str(&text)).transpose();
    Ok(OperationRecord {
        id: OperationId(row.int(0)?),
        kind: Kind::from_code(&row.text(1)?).ok_or_else(|| broken("a kind of operation"))?,
        state,
        approval,
        account: match row.maybe_int(3)? {
            Some(id) => Some(Account { id: AccountId(id), name: row.text(4)?, email: row.text(5)? }),
            None => None,
        },
        pool: row.maybe_int(6)?.map(PoolId),
        created_at: Instant(row.int(7)?),
        expires_at: Instant(row.int(8)?),
        settled_at: row.maybe_int(9)?.map(Instant),
        accepted: row.count(10)?,
        rejected: row.count(11)?,
        digest: row.text(12)?,
        undoes: row.maybe_int(13)?.map(OperationId),
        undone_by: row.maybe_int(14)?.map(OperationId),
        failure: failure.map_err(|_| broken("a refusal"))?,
        basis: row.maybe_int(16)?,
        managed: managed(row)?,
    })
}

fn managed(row: &Row) -> StoreResult<Option<Managed>> {
    let (Some(wish), Some(sort)) = (row.maybe_text(22)?, row.maybe_text(23)?) else { return Ok(None) };
    let wish = serde_json::from_str(&wish).map_err(|_| broken("a wish"))?;
    Ok(Some(Managed { wish, sort: serde_json::from_str(&sort).map_err(|_| broken("an order of the table"))? }))
}

/// In place of what the operation wished.
pub(crate) async fn keep_wish(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    managed: &Managed,
) -> StoreResult<()> {
    let wish = serde_json::to_string(&managed.wish).map_err(|_| broken("a wish"))?;
    let sort = serde_json::to_string(&managed.sort).map_err(|_| broken("an order of the table"))?;
    conn.execute(FORGET_WISH.of(organization).bind(id.0)).await?;
    conn.execute(KEEP_WISH.of(organization).bind(id.0).bind(wish).bind(sort)).await.map(drop)
}

/// Other people in a preview; [`StoreError::Conflict`] if it is none any more.
pub(crate) async fn refreeze(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    sets: &[(Outcome, IdSet)],
    digest: &str,
) -> StoreResult<()> {
    let sql = REFREEZE.of(organization).bind(id.0).bind(counted(sets, true)).bind(counted(sets, false)).bind(digest);
    if conn.execute(sql).await? == 0 {
        return Err(StoreError::Conflict);
    }
    conn.execute(FORGET_SET.of(organization).bind(id.0)).await?;
    insert_sets(conn, organization, id, sets).await
}

/// How many people are accepted, or left out; whoever has already what was wanted is neither. Of several products somebody
/// may be left out for several reasons.
fn counted(sets: &[(Outcome, IdSet)], accepted: bool) -> i64 {
    let several = |outcome: Outcome| outcome.fault().is_some();
    let alone = sets.iter().filter(|(outcome, _)| match outcome {
        Outcome::Accepted => accepted,
        Outcome::Unchanged => false,
        other => !accepted && !several(*other),
    });
    let left_out = sets.iter().filter(|(outcome, _)| !accepted && several(*outcome));
    let left_out: IdSet = left_out.flat_map(|(_, members)| members.iter()).collect();
    alone.map(|(_, members)| size(members)).sum::<i64>() + size(&left_out)
}

async fn insert_sets(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    sets: &[(Outcome, IdSet)],
) -> StoreResult<()> {
    for (outcome, members) in sets {
        let code = outcome.code();
        let sql = INSERT_SET.of(organization).bind(id.0).bind(&*code).bind(size(members)).bind(members.to_string());
        conn.execute(sql).await?;
    }
    Ok(())
}

fn approval(row: &Row) -> StoreResult<Option<Approval>> {
    let Some(asked_at) = row.maybe_int(17)? else { return Ok(None) };
    let decided = match (row.maybe_int(18)?, row.maybe_text(19)?) {
        (Some(at), Some(decision)) => Some(Decided {
            decision: Decision::from_code(&decision).ok_or_else(|| broken("a decision"))?,
            at: Instant(at),
            by: row.text(21)?,
            reason: row.text(20)?,
        }),
        _ => None,
    };
    Ok(Some(Approval { asked_at: Instant(asked_at), decided }))
}

/// Has a preview wait for a second person until `until`.
pub(crate) async fn ask_approval(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    pool: Option<PoolId>,
    at: Instant,
    until: Instant,
) -> StoreResult<()> {
    let sql = KEEP_WAITING.of(organization).bind(id.0).bind(until.0).bind(pool.map(|pool| pool.0));
    if conn.execute(sql).await? == 0 {
        return Err(StoreError::Conflict);
    }
    conn.execute(ASK.of(organization).bind(id.0).bind(at.0)).await.map(drop)
}

/// [`StoreError::Conflict`] if it was decided already.
pub(crate) async fn decide(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    by: AccountId,
    (decision, reason): (Decision, &str),
    at: Instant,
) -> StoreResult<()> {
    let sql = DECIDE.of(organization).bind(id.0).bind(at.0).bind(by.0).bind(decision.code()).bind(reason);
    if conn.execute(sql).await? == 0 { Err(StoreError::Conflict) } else { Ok(()) }
}

pub(crate) async fn rules(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<ApprovalRules> {
    let row = conn.row(RULES.of(organization)).await?;
    let limit = |place| Ok(row.maybe_int(place)?.and_then(|limit| u64::try_from(limit).ok()));
    Ok(ApprovalRules { issue: limit(0)?, revoke: limit(1)? })
}

pub(crate) async fn keep_rules(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    rules: ApprovalRules,
) -> StoreResult<()> {
    let limit = |limit: Option<u64>| limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
    conn.execute(KEEP_RULES.of(organization).bind(limit(rules.issue)).bind(limit(rules.revoke))).await.map(drop)
}

pub(crate) async fn find(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
) -> StoreResult<Option<OperationRecord>> {
    conn.maybe_row(FIND.of(organization).bind(id.0)).await?.as_ref().map(operation).transpose()
}

pub(crate) async fn settled(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    before: Option<OperationId>,
    limit: u32,
) -> StoreResult<Vec<OperationRecord>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    conn.rows(SETTLED.of(organization).bind(before).bind(i64::from(limit))).await?.iter().map(operation).collect()
}

pub(crate) async fn sets(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
) -> StoreResult<Vec<(Outcome, IdSet)>> {
    let rows = conn.rows(SETS.of(organization).bind(id.0)).await?;
    let set = |row: &Row| {
        let outcome = Outcome::from_code(&row.text(0)?).ok_or_else(|| broken("an outcome"))?;
        Ok((outcome, row.text(1)?.parse().map_err(|_| broken("a set of ids"))?))
    };
    let mut sets = rows.iter().map(set).collect::<StoreResult<Vec<_>>>()?;
    sets.sort_by_key(|(outcome, _)| *outcome);
    Ok(sets)
}

pub(crate) async fn strangers(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
) -> StoreResult<Vec<(Reason, Vec<String>)>> {
    let rows = conn.rows(STRANGERS.of(organization).bind(id.0)).await?;
    let some = |row: &Row| {
        let reason = Reason::from_code(&row.text(0)?).ok_or_else(|| broken("a reason"))?;
        Ok((reason, row.text(1)?.lines().map(str::to_owned).collect()))
    };
    let mut strangers = rows.iter().map(some).collect::<StoreResult<Vec<_>>>()?;
    strangers.sort_by_key(|(reason, _)| *reason);
    Ok(strangers)
}

pub(crate) async fn seats(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
) -> StoreResult<Vec<(PoolId, IdSet)>> {
    let rows = conn.rows(SEATS.of(organization).bind(id.0)).await?;
    let seats = |row: &Row| Ok((PoolId(row.int(0)?), row.text(1)?.parse().map_err(|_| broken("a set of ids"))?));
    rows.iter().map(seats).collect()
}

pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    operation: &NewOperation,
    sets: &[(Outcome, IdSet)],
    seats: &[(PoolId, IdSet)],
) -> StoreResult<OperationId> {
    let strangers: usize = operation.strangers.iter().map(|(_, emails)| emails.len()).sum();
    let strangers = i64::try_from(strangers).unwrap_or(i64::MAX);
    let sql = INSERT
        .of(organization)
        .bind(operation.account.map(|account| account.0))
        .bind(operation.kind.code())
        .bind(operation.state.code())
        .bind(operation.pool.map(|pool| pool.0))
        .bind(operation.created_at.0)
        .bind(operation.expires_at.0)
        .bind(operation.settled_at.map(|at| at.0))
        .bind(counted(sets, true))
        .bind(counted(sets, false).saturating_add(strangers))
        .bind(operation.digest.as_str())
        .bind(operation.undoes.map(|undone| undone.0))
        .bind(operation.basis);
    let id = conn.row(sql).await?.int(0)?;
    insert_sets(conn, organization, OperationId(id), sets).await?;
    for (reason, emails) in &operation.strangers {
        let sql = INSERT_STRANGERS.of(organization).bind(id).bind(reason.code()).bind(emails.join("\n"));
        conn.execute(sql).await?;
    }
    for (pool, assignments) in seats {
        conn.execute(INSERT_SEATS.of(organization).bind(id).bind(pool.0).bind(assignments.to_string())).await?;
    }
    Ok(OperationId(id))
}

/// What changes when an operation moves on.
pub(crate) struct Settlement {
    pub from: OperationState,
    pub to: OperationState,
    pub pool: Option<PoolId>,
    pub failure: Option<Refusal>,
    pub at: Instant,
}

pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OperationId,
    settlement: &Settlement,
) -> StoreResult<()> {
    let failure = settlement.failure.map(|refusal| serde_json::to_string(&refusal)).transpose();
    let carried_out = matches!(settlement.to, OperationState::Done | OperationState::Failed);
    let sql = SETTLE
        .of(organization)
        .bind(id.0)
        .bind(settlement.from.code())
        .bind(settlement.to.code())
        .bind(settlement.pool.map(|pool| pool.0))
        .bind(failure.map_err(|_| broken("a refusal"))?)
        .bind(carried_out.then_some(settlement.at.0));
    if conn.execute(sql).await? == 0 {
        return Err(StoreError::Conflict);
    }
    if settlement.from == OperationState::Preview {
        conn.execute(FORGET_SEATS.of(organization).bind(id.0)).await?;
    }
    Ok(())
}

pub(crate) async fn expire(conn: &mut Conn<'_>, now: Instant, long_ago: Instant) -> StoreResult<u64> {
    let expired = conn.execute(EXPIRE.bind(now.0)).await?;
    conn.execute(FORGET_EXPIRED_SEATS.sql()).await?;
    conn.execute(FORGET_SETS.bind(long_ago.0)).await?;
    conn.execute(FORGET_STRANGERS.bind(long_ago.0)).await?;
    conn.execute(FORGET_WISHES.bind(long_ago.0)).await?;
    conn.execute(FORGET.bind(long_ago.0)).await?;
    Ok(expired)
}

fn size(members: &IdSet) -> i64 {
    i64::try_from(members.len()).unwrap_or(i64::MAX)
}

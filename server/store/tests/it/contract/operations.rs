//! Issuing, revoking, undoing; and the operations that do it.

use domain::{
    Employment, Instant, Kind, OperationId, OperationState, Outcome, Reason, Refusal, SIGNATURE_GROUP, Selection,
};
use service::ports::{NewOperation, Seat, Store, StoreError};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{
    HOME, NOW, account, check_invariants, ids, issue, open_tasks, operation, pool_ids, revoke, seats, set,
    two_organizations,
};

on_both!(
    a_snapshot_puts_everybody_into_one_class,
    issuing_gives_seats_and_tasks,
    revoking_returns_seats_and_cancels_open_tasks,
    revoking_what_has_ended_is_a_conflict,
    an_issue_is_undone_by_taking_what_it_still_gives,
    a_revoke_is_undone_by_giving_back_what_was_taken,
    an_undone_seat_may_have_gone_to_another_in_between,
    operations_are_kept_and_moved_on,
    previews_expire,
    an_operation_is_undone_once,
    seeded_licences_look_as_if_issued,
);

async fn a_snapshot_puts_everybody_into_one_class(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    let mut tx = store.begin(HOME).await.unwrap();
    tx.delete_members(&set(&members[1..2]), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let everybody = Selection {
        ids: set(&[members[1], 9_999_999]),
        ..Selection::all_but(domain::Filter::default(), set(&members[2..3]))
    };
    let snapshot = store.snapshot(HOME, SIGNATURE_GROUP, &everybody).await.unwrap();
    let found: Vec<_> = snapshot
        .classes
        .iter()
        .map(|class| (class.employment, class.deleted, class.holds, class.members.clone(), class.assignments.len()))
        .collect();
    assert_eq!(
        found,
        [
            (Employment::Employee, false, None, set(&members[..1]), 0),
            (Employment::Employee, false, Some(pools[0]), set(&members[3..4]), 1),
            (Employment::Candidate, true, None, set(&members[1..2]), 0),
            (Employment::Dismissed, false, Some(pools[0]), set(&members[4..5]), 1),
        ]
    );
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.snapshot(SIGNATURE_GROUP, &everybody).await.unwrap(), snapshot);
    let other_group = tx.snapshot("archive", &everybody).await.unwrap();
    assert!(other_group.classes.iter().all(|class| class.holds.is_none()));
    assert_eq!(tx.snapshot(SIGNATURE_GROUP, &Selection::default()).await.unwrap().classes, []);
}

async fn issuing_gives_seats_and_tasks(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pool = pool_ids(&store, HOME).await[1];
    let two = set(&members[..2]);
    issue(&store, HOME, pool, &two).await.unwrap();
    let pools = store.pools(HOME).await.unwrap();
    assert_eq!((pools[1].issued, pools[1].left()), (2, 0));
    assert_eq!(open_tasks(&store, HOME, &two).await, 2);
    assert_eq!(seats(&store, HOME, &two).await[0].1.len(), 2);
    // Nobody at all is no error.
    issue(&store, HOME, pool, &set(&[])).await.unwrap();
    check_invariants(&store).await;
}

async fn revoking_returns_seats_and_cancels_open_tasks(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    issue(&store, HOME, pools[1], &set(&members[..2])).await.unwrap();
    let done = format!(
        "UPDATE certificate_tasks SET state = 'done', closed_at = 1 WHERE organization_id = 1 AND member_id = {}",
        members[0]
    );
    store.execute_script(&done).await.unwrap();
    let everybody = set(&members);
    let held = seats(&store, HOME, &everybody).await;
    assert_eq!(held.len(), 2);
    let id = revoke(&store, HOME, &everybody, &held).await.unwrap();
    let issued: Vec<u64> = store.pools(HOME).await.unwrap().iter().map(|pool| pool.issued).collect();
    assert_eq!(issued, [0, 0]);
    let ended = held.iter().flat_map(|(_, seats)| seats.iter()).collect();
    assert_eq!(store.open_tasks(HOME, &ended).await.unwrap(), 0);
    let cancelled = format!(
        "SELECT count(*) FROM certificate_tasks WHERE organization_id = 1 AND state = 'cancelled' \
         AND prior_state = 'created' AND cancelled_by = {id} AND closed_at = {}",
        NOW.0
    );
    assert_eq!(store.scalar(&cancelled).await.unwrap(), 3);
    let kept = "SELECT count(*) FROM certificate_tasks WHERE organization_id = 1 AND state = 'done'";
    assert_eq!(store.scalar(kept).await.unwrap(), 1, "what was closed stays as it was");
    let others = "SELECT count(*) FROM assignments WHERE organization_id = 2 AND ended_at IS NULL";
    assert_eq!(store.scalar(others).await.unwrap(), 2);
    check_invariants(&store).await;
}

async fn revoking_what_has_ended_is_a_conflict(store: SqlStore) {
    two_organizations(&store).await;
    let members = set(&ids(&store, HOME).await);
    let held = seats(&store, HOME, &members).await;
    revoke(&store, HOME, &members, &held).await.unwrap();
    assert_eq!(revoke(&store, HOME, &members, &held).await, Err(StoreError::Conflict));
    // A seat of another pool than is said.
    issue(&store, HOME, pool_ids(&store, HOME).await[1], &set(&members.as_slice()[..1])).await.unwrap();
    let held = seats(&store, HOME, &members).await;
    let wrong = [(pool_ids(&store, HOME).await[0], held[0].1.clone())];
    assert_eq!(revoke(&store, HOME, &members, &wrong).await, Err(StoreError::Conflict));
    check_invariants(&store).await;
}

async fn an_issue_is_undone_by_taking_what_it_still_gives(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pool = pool_ids(&store, HOME).await[1];
    let two = set(&members[..2]);
    let given = issue(&store, HOME, pool, &two).await.unwrap();
    // One of the two seats is taken away meanwhile.
    let first = set(&members[..1]);
    revoke(&store, HOME, &first, &seats(&store, HOME, &first).await).await.unwrap();
    let mut tx = store.begin(HOME).await.unwrap();
    let facts = tx.undo_facts(given, Kind::Issue, SIGNATURE_GROUP, &two).await.unwrap();
    assert_eq!(facts.snapshot.members(), two);
    let still: Vec<(_, i64)> = facts.seats.iter().map(|seat| (seat.pool, seat.member)).collect();
    assert_eq!(still, [(pool, members[1])]);
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoIssue, Some(given), &set(&members[1..2])).await.unwrap();
    tx.revoke(undo, &by_pool(&facts.seats), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.pools(HOME).await.unwrap()[1].issued, 0);
    check_invariants(&store).await;
}

fn by_pool(seats: &[Seat]) -> Vec<(domain::PoolId, domain::IdSet)> {
    let mut pools: Vec<domain::PoolId> = seats.iter().map(|seat| seat.pool).collect();
    pools.dedup();
    let of = |pool| seats.iter().filter(|seat| seat.pool == pool).map(|seat| seat.assignment).collect();
    pools.into_iter().map(|pool| (pool, of(pool))).collect()
}

async fn a_revoke_is_undone_by_giving_back_what_was_taken(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    let all = set(&members);
    issue(&store, HOME, pools[1], &set(&members[..1])).await.unwrap();
    let sent =
        format!("UPDATE certificate_tasks SET state = 'sent' WHERE organization_id = 1 AND member_id = {}", members[3]);
    store.execute_script(&sent).await.unwrap();
    let closed = format!(
        "UPDATE certificate_tasks SET state = 'done', closed_at = 1 WHERE organization_id = 1 AND member_id = {}",
        members[4]
    );
    store.execute_script(&closed).await.unwrap();
    let before = store.pools(HOME).await.unwrap();
    let taken = revoke(&store, HOME, &all, &seats(&store, HOME, &all).await).await.unwrap();
    let mut tx = store.begin(HOME).await.unwrap();
    let facts = tx.undo_facts(taken, Kind::Revoke, SIGNATURE_GROUP, &all).await.unwrap();
    let found: Vec<(_, i64)> = facts.seats.iter().map(|seat| (seat.pool, seat.member)).collect();
    assert_eq!(found, [(pools[0], members[3]), (pools[0], members[4]), (pools[1], members[0])]);
    assert!(facts.snapshot.classes.iter().all(|class| class.holds.is_none()));
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoRevoke, Some(taken), &all).await.unwrap();
    let later = Instant(NOW.0 + 5);
    tx.restore(undo, taken, &by_pool(&facts.seats), later).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.pools(HOME).await.unwrap(), before);
    let same = "SELECT count(*) FROM assignments n JOIN assignments o ON o.id = n.restores \
                WHERE n.organization_id = 1 AND n.pool_id = o.pool_id AND n.issued_at = o.issued_at \
                  AND n.member_id = o.member_id AND n.product_id = o.product_id \
                  AND COALESCE(n.valid_until, 0) = COALESCE(o.valid_until, 0) AND n.ended_at IS NULL";
    assert_eq!(store.scalar(same).await.unwrap(), 3);
    assert_eq!(open_tasks(&store, HOME, &all).await, 2, "a closed task is not opened again");
    let state = format!(
        "SELECT count(*) FROM certificate_tasks WHERE organization_id = 1 AND state = 'sent' AND closed_at IS NULL \
         AND member_id = {} AND created_at = {}",
        members[3], later.0
    );
    assert_eq!(store.scalar(&state).await.unwrap(), 1);
    // Not from another operation than took them.
    let mut tx = store.begin(HOME).await.unwrap();
    let wrong = tx.restore(undo, undo, &by_pool(&facts.seats), later).await;
    assert_eq!(wrong, Err(StoreError::Conflict));
    drop(tx);
    check_invariants(&store).await;
}

async fn an_undone_seat_may_have_gone_to_another_in_between(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    let two = set(&members[..2]);
    issue(&store, HOME, pools[1], &two).await.unwrap();
    let held = seats(&store, HOME, &two).await;
    let taken = revoke(&store, HOME, &two, &held).await.unwrap();
    issue(&store, HOME, pools[1], &set(&members[2..3])).await.unwrap();
    let mut tx = store.begin(HOME).await.unwrap();
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoRevoke, Some(taken), &two).await.unwrap();
    assert_eq!(tx.restore(undo, taken, &held, NOW).await, Err(StoreError::SeatsShort));
    drop(tx);
    // Or the person has got a licence elsewhere.
    issue(&store, HOME, pools[0], &set(&members[..1])).await.unwrap();
    let mut tx = store.begin(HOME).await.unwrap();
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoRevoke, Some(taken), &two).await.unwrap();
    let facts = tx.undo_facts(taken, Kind::Revoke, SIGNATURE_GROUP, &two).await.unwrap();
    let first: Vec<Seat> = facts.seats.into_iter().filter(|seat| seat.member == members[0]).collect();
    assert_eq!(tx.restore(undo, taken, &by_pool(&first), NOW).await, Err(StoreError::SeatTaken));
    drop(tx);
    check_invariants(&store).await;
}

async fn preview(store: &SqlStore) -> NewOperation {
    NewOperation {
        kind: Kind::Issue,
        state: OperationState::Preview,
        account: Some(account(store, HOME).await),
        pool: None,
        created_at: NOW,
        expires_at: NOW.plus_seconds(600),
        settled_at: None,
        digest: "abc".into(),
        undoes: None,
        basis: Some(7),
        strangers: Vec::new(),
    }
}

async fn operations_are_kept_and_moved_on(store: SqlStore) {
    two_organizations(&store).await;
    let pool = pool_ids(&store, HOME).await[1];
    let sets = [
        (Outcome::Accepted, set(&[1, 2, 3])),
        (Outcome::Rejected(Reason::NoLicence), set(&[9])),
        (Outcome::Rejected(Reason::Deleted), set(&[5, 6])),
    ];
    let seeded = store.operations(HOME, None, 10).await.unwrap();
    assert_eq!(seeded.len(), 1);
    let mut tx = store.begin(HOME).await.unwrap();
    let seats = [(pool_ids(&store, HOME).await[0], set(&[4])), (pool, set(&[7, 8]))];
    let id = tx.insert_operation(&preview(&store).await, &sets, &seats).await.unwrap();
    let failing = tx.insert_operation(&preview(&store).await, &sets, &seats).await.unwrap();
    let stale = tx.insert_operation(&preview(&store).await, &[], &[]).await.unwrap();
    assert_eq!(tx.operation_sets(id).await.unwrap().len(), 3);
    tx.commit().await.unwrap();
    let kept = store.operation(HOME, id).await.unwrap().unwrap();
    assert_eq!((kept.accepted, kept.rejected, kept.state), (3, 3, OperationState::Preview));
    assert_eq!(kept.basis, Some(7));
    assert_eq!((kept.settled_at, kept.pool, kept.failure, kept.undone_by), (None, None, None, None));
    assert_eq!(kept.account.unwrap().email, "admin@romashka.example");
    let order: Vec<Outcome> =
        store.operation_sets(HOME, id).await.unwrap().iter().map(|(outcome, _)| *outcome).collect();
    let rejected = [Outcome::Rejected(Reason::Deleted), Outcome::Rejected(Reason::NoLicence)];
    assert_eq!(order, [rejected[0], rejected[1], Outcome::Accepted]);
    assert_eq!(store.operations(HOME, None, 10).await.unwrap(), seeded, "a preview is not settled");

    use OperationState::{Done, Expired, Failed, Preview, Undone};
    let mut tx = store.begin(HOME).await.unwrap();
    let at = NOW.plus_seconds(3);
    assert_eq!(tx.operation_seats(id).await.unwrap(), seats);
    tx.settle_operation(id, Preview, Done, Some(pool), None, at).await.unwrap();
    assert!(tx.operation_seats(id).await.unwrap().is_empty(), "what is settled takes nothing any more");
    assert_eq!(tx.operation_seats(failing).await.unwrap(), seats);
    assert_eq!(tx.settle_operation(id, Preview, Done, None, None, at).await, Err(StoreError::Conflict));
    tx.settle_operation(id, Done, Undone, None, None, at.plus_seconds(1)).await.unwrap();
    let refusal = Refusal::PoolExhausted { left: 1, wanted: 3 };
    tx.settle_operation(failing, Preview, Failed, None, Some(refusal), at).await.unwrap();
    tx.settle_operation(stale, Preview, Expired, None, None, at).await.unwrap();
    tx.commit().await.unwrap();
    let kept = store.operation(HOME, id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.pool, kept.settled_at), (Undone, Some(pool), Some(at)));
    let failed = store.operation(HOME, failing).await.unwrap().unwrap();
    assert_eq!((failed.state, failed.failure, failed.settled_at), (Failed, Some(refusal), Some(at)));
    assert_eq!(store.operation(HOME, stale).await.unwrap().unwrap().settled_at, None);
    let listed = async |before, limit| -> Vec<OperationId> {
        store.operations(HOME, before, limit).await.unwrap().iter().map(|operation| operation.id).collect()
    };
    assert_eq!(listed(None, 10).await, [failing, id, seeded[0].id]);
    assert_eq!(listed(None, 1).await, [failing]);
    assert_eq!(listed(Some(failing), 10).await, [id, seeded[0].id]);
}

async fn previews_expire(store: SqlStore) {
    two_organizations(&store).await;
    let seats = [(pool_ids(&store, HOME).await[0], set(&[4]))];
    let mut tx = store.begin(HOME).await.unwrap();
    let people = [(Outcome::Accepted, set(&[4]))];
    let old = tx.insert_operation(&preview(&store).await, &people, &seats).await.unwrap();
    let later = NewOperation { expires_at: NOW.plus_seconds(1_200), ..preview(&store).await };
    let fresh = tx.insert_operation(&later, &[], &seats).await.unwrap();
    tx.commit().await.unwrap();
    let day_before = |at: Instant| at.plus_seconds(-86_400);
    let at = NOW.plus_seconds(601);
    assert_eq!(store.expire_previews(at, day_before(at)).await, Ok(1), "what was done does not expire");
    let state = async |id| store.operation(HOME, id).await.unwrap().unwrap().state;
    assert_eq!((state(old).await, state(fresh).await), (OperationState::Expired, OperationState::Preview));
    let mut tx = store.begin(HOME).await.unwrap();
    assert!(tx.operation_seats(old).await.unwrap().is_empty());
    assert_eq!(tx.operation_seats(fresh).await.unwrap(), seats);
    tx.settle_operation(fresh, OperationState::Preview, OperationState::Cancelled, None, None, at).await.unwrap();
    tx.commit().await.unwrap();
    // After a day nothing is left of what came to nothing; what was done stays.
    let at = NOW.plus_seconds(1_201 + 86_400);
    let done = store.operations(HOME, None, 10).await.unwrap();
    assert_eq!(store.expire_previews(at, day_before(at)).await, Ok(0));
    assert_eq!((store.operation(HOME, old).await, store.operation(HOME, fresh).await), (Ok(None), Ok(None)));
    for table in ["operation_sets", "operation_seats"] {
        let left = format!("SELECT count(*) FROM {table} WHERE operation_id IN ({old}, {fresh})");
        assert_eq!(store.scalar(&left).await, Ok(0), "{table}");
    }
    assert_eq!(store.operations(HOME, None, 10).await.unwrap(), done);
    // Nobody had tidied up for days: what waited is settled and thrown away at once, its seats first.
    let mut tx = store.begin(HOME).await.unwrap();
    let forgotten = tx.insert_operation(&preview(&store).await, &people, &seats).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.expire_previews(at, day_before(at)).await, Ok(1));
    assert_eq!(store.operation(HOME, forgotten).await, Ok(None));
}

async fn an_operation_is_undone_once(store: SqlStore) {
    two_organizations(&store).await;
    let done = store.operations(HOME, None, 1).await.unwrap()[0].id;
    let mut tx = store.begin(HOME).await.unwrap();
    let undo = operation(&store, tx.as_mut(), HOME, Kind::UndoIssue, Some(done), &set(&[])).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.operation(HOME, done).await.unwrap().unwrap().undone_by, Some(undo));
    assert_eq!(store.operation(HOME, undo).await.unwrap().unwrap().undoes, Some(done));
    let mut tx = store.begin(HOME).await.unwrap();
    let again = operation(&store, tx.as_mut(), HOME, Kind::UndoIssue, Some(done), &set(&[])).await;
    assert_eq!(again, Err(StoreError::Conflict));
}

async fn seeded_licences_look_as_if_issued(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = store.pools(HOME).await.unwrap();
    assert_eq!((pools[0].total, pools[0].issued, pools[0].left()), (5, 2, 3));
    let done = store.operations(HOME, None, 10).await.unwrap();
    assert_eq!(done.len(), 1);
    assert_eq!((done[0].kind, done[0].state, done[0].accepted), (Kind::Issue, OperationState::Done, 2));
    assert_eq!(done[0].pool, Some(pools[0].id));
    let sets = store.operation_sets(HOME, done[0].id).await.unwrap();
    assert_eq!(sets, [(Outcome::Accepted, set(&members[3..]))]);
    assert_eq!(open_tasks(&store, HOME, &set(&members)).await, 2);
    check_invariants(&store).await;
}

//! Pools, and how their seats come and go.

use domain::{Instant, Kind, OrganizationId, SeatFlow};
use service::ports::Store;
use store::SqlStore;

use crate::database::on_both;
use crate::world::{ABROAD, DAY, HOME, NOW, ids, operation, pool_ids, seats, set, two_organizations};

on_both!(seats_come_and_go_by_days,);

async fn flows(store: &SqlStore, organization: OrganizationId) -> Vec<(i64, i32, u64, u64)> {
    let since = |flow: &SeatFlow| flow.day.0 - NOW.date().0;
    let flows = store.seat_flows(organization).await.unwrap();
    flows.iter().map(|flow| (flow.pool.0, since(flow), flow.given, flow.ended)).collect()
}

async fn seats_come_and_go_by_days(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    let (first, second) = (pools[0], pools[1]);
    assert_eq!(flows(&store, HOME).await, [(first.0, 0, 2, 0)]);

    let later = |days: i64| Instant(NOW.0 + days * DAY);
    let two = set(&members[..2]);
    let mut tx = store.begin(HOME).await.unwrap();
    let issued = operation(&store, tx.as_mut(), HOME, Kind::Issue, None, &two).await.unwrap();
    let pool = tx.pool(second).await.unwrap().unwrap();
    tx.issue(issued, &pool, &two, later(1)).await.unwrap();
    tx.commit().await.unwrap();
    let one = set(&members[..1]);
    let held = seats(&store, HOME, &one).await;
    let mut tx = store.begin(HOME).await.unwrap();
    let revoked = operation(&store, tx.as_mut(), HOME, Kind::Revoke, None, &one).await.unwrap();
    tx.revoke(revoked, &held, later(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(flows(&store, HOME).await, [(first.0, 0, 2, 0), (second.0, 1, 2, 0), (second.0, 3, 0, 1)]);

    let mut tx = store.begin(HOME).await.unwrap();
    let undone = operation(&store, tx.as_mut(), HOME, Kind::UndoRevoke, Some(revoked), &one).await.unwrap();
    tx.restore(undone, revoked, &held, later(5)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        flows(&store, HOME).await,
        [(first.0, 0, 2, 0), (second.0, 1, 2, 0), (second.0, 3, 0, 0)],
        "a seat that was given back was never lost"
    );
    assert_eq!(flows(&store, ABROAD).await.len(), 1, "nobody else's");
}

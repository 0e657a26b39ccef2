//! Many writers at once want the seats of one pool.

use domain::{Deed, Employment, SIGNATURE_GROUP, Selection, plan};
use service::ports::{Store, StoreError, StoreResult};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{
    HOME, NOW, check_invariants, ids, member, operation, organization, pool, pool_ids, set, signatures,
};

on_both!(no_seat_too_many_and_none_lost, nobody_gets_two);

const TASKS: usize = 32;

async fn issue(store: SqlStore, members: domain::IdSet, pool: domain::PoolId) -> StoreResult<usize> {
    let mut tx = store.begin(HOME).await?;
    let snapshot = tx.snapshot(SIGNATURE_GROUP, &Selection::of_ids(members)).await?;
    let accepted = plan(Deed::Issue, &snapshot).accepted;
    let id = operation(&store, tx.as_mut(), HOME, domain::Kind::Issue, None, &accepted).await?;
    let pool = tx.pool(pool).await?.ok_or(StoreError::Conflict)?;
    tx.issue(id, &pool, &accepted, NOW).await?;
    tx.commit().await?;
    Ok(accepted.len())
}

async fn seeded(store: &SqlStore, seats: u64) -> (Vec<i64>, domain::PoolId) {
    let people = (0..TASKS * 3).map(|number| member(number, Employment::Employee)).collect();
    let pools = vec![pool(0, 1, seats, None)];
    store.seed(&signatures(), &[organization("romashka", &[], pools, people)], NOW).await.unwrap();
    (ids(store, HOME).await, pool_ids(store, HOME).await[0])
}

/// 32 times three people, and seats for ten times three and one more.
async fn no_seat_too_many_and_none_lost(store: SqlStore) {
    let (people, pool) = seeded(&store, 31).await;
    let tasks: Vec<_> = people.chunks(3).map(|three| tokio::spawn(issue(store.clone(), set(three), pool))).collect();
    let mut given = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(seats) => given += seats,
            Err(error) => assert_eq!(error, StoreError::SeatsShort),
        }
    }
    assert_eq!(given, 30);
    let pool = &store.pools(HOME).await.unwrap()[0];
    assert_eq!((pool.issued, pool.left()), (30, 1));
    check_invariants(&store).await;
}

/// 32 times the same three people, and seats for all.
async fn nobody_gets_two(store: SqlStore) {
    let (people, pool) = seeded(&store, 100).await;
    let three = set(&people[..3]);
    let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(issue(store.clone(), three.clone(), pool))).collect();
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.unwrap().unwrap());
    }
    given.sort_unstable();
    assert_eq!(given.iter().sum::<usize>(), 3, "{given:?}: whoever comes later finds them licensed");
    assert_eq!(store.pools(HOME).await.unwrap()[0].issued, 3);
    check_invariants(&store).await;
}

//! Random histories against a model, with the invariants looked at after every step.

use std::collections::BTreeMap;

use domain::{Email, Employment, IdSet, Kind, NewMember, OperationId, PersonName, PoolId, SIGNATURE_GROUP};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use service::ports::{Seat, Store, StoreError, StoreResult};
use store::{Backend, SqlStore};

use crate::database::{Database, runtime};
use crate::world::{
    HOME, NOW, check_invariants, ids, issue, member, open_tasks, operation, organization, pool, pool_ids, renew,
    revoke, seats, signatures,
};

/// What is done next; numbers name people, pools and operations by their places, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Add { email: u8 },
    Delete(Vec<u8>),
    Issue { pool: u8, members: Vec<u8> },
    Revoke(Vec<u8>),
    Renew { pool: u8, members: Vec<u8> },
    Undo(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let people = || proptest::collection::vec(any::<u8>(), 1..6);
    prop_oneof![
        1 => (0_u8..6).prop_map(|email| Step::Add { email }),
        1 => people().prop_map(Step::Delete),
        4 => (any::<u8>(), people()).prop_map(|(pool, members)| Step::Issue { pool, members }),
        3 => people().prop_map(Step::Revoke),
        2 => (any::<u8>(), people()).prop_map(|(pool, members)| Step::Renew { pool, members }),
        3 => any::<u8>().prop_map(Step::Undo),
    ]
}

#[derive(Default)]
struct Model {
    /// Every member that ever was, and whether he lives.
    members: BTreeMap<i64, bool>,
    emails: BTreeMap<u8, i64>,
    /// Who holds a seat of which pool, given by which operation.
    held: BTreeMap<i64, (PoolId, OperationId)>,
    left: BTreeMap<PoolId, u64>,
    done: Vec<Done>,
}

struct Done {
    id: OperationId,
    kind: Kind,
    /// Whose seats of which pools it gave or took (of a renewal: took), and which operation had given them.
    seats: BTreeMap<i64, (PoolId, OperationId)>,
    undone: bool,
}

impl Model {
    fn pick(&self, numbers: &[u8]) -> IdSet {
        let all: Vec<i64> = self.members.keys().copied().collect();
        numbers.iter().map(|number| all[usize::from(*number) % all.len()]).collect()
    }

    /// Gives seats, if there are enough and nobody has one.
    fn give(&mut self, wanted: &BTreeMap<i64, PoolId>) -> Result<(), StoreError> {
        let mut left = self.left.clone();
        for pool in wanted.values() {
            match left.get_mut(pool) {
                Some(left) if *left > 0 => *left -= 1,
                _ => return Err(StoreError::SeatsShort),
            }
        }
        if wanted.keys().any(|member| self.held.contains_key(member)) {
            return Err(StoreError::SeatTaken);
        }
        self.left = left;
        Ok(())
    }

    fn take(&mut self, members: impl IntoIterator<Item = i64>) -> BTreeMap<i64, (PoolId, OperationId)> {
        let mut taken = BTreeMap::new();
        for member in members {
            if let Some((pool, giver)) = self.held.remove(&member) {
                *self.left.get_mut(&pool).unwrap() += 1;
                taken.insert(member, (pool, giver));
            }
        }
        taken
    }
}

fn by_pool(seats: &[Seat]) -> Vec<(PoolId, IdSet)> {
    let mut pools: BTreeMap<PoolId, Vec<i64>> = BTreeMap::new();
    for seat in seats {
        pools.entry(seat.pool).or_default().push(seat.assignment);
    }
    pools.into_iter().map(|(pool, assignments)| (pool, assignments.into_iter().collect())).collect()
}

async fn add(store: &SqlStore, email: u8) -> StoreResult<i64> {
    let member = NewMember {
        name: PersonName { surname: "Новый".into(), first: "Иван".into(), patronymic: String::new() },
        email: Email::parse(&format!("new{email}@mail.example")).unwrap(),
        employment: Employment::Employee,
        groups: Vec::new(),
    };
    let mut tx = store.begin(HOME).await?;
    let id = tx.add_member(&member, NOW).await?;
    tx.commit().await?;
    Ok(id.0)
}

/// Undoes an operation as the desk does: as far as it can be undone.
async fn undo(store: &SqlStore, done: &Done) -> StoreResult<(OperationId, Vec<Seat>)> {
    let mut tx = store.begin(HOME).await?;
    let everybody: IdSet = done.seats.keys().copied().collect();
    let facts = tx.undo_facts(done.id, done.kind, SIGNATURE_GROUP, &everybody).await?;
    let inverse = done.kind.inverse().unwrap();
    let id = operation(store, tx.as_mut(), HOME, inverse, Some(done.id), &everybody).await?;
    let living = facts.snapshot.classes.iter().filter(|class| !class.deleted).flat_map(|class| class.members.iter());
    let living: IdSet = living.collect();
    let seats: Vec<Seat> = facts.seats.into_iter().filter(|seat| living.contains(seat.member)).collect();
    match done.kind {
        Kind::Issue => tx.revoke(id, &by_pool(&seats), NOW).await?,
        Kind::Renew => {
            // For whoever still holds what it gave.
            let given: Vec<Seat> = facts.given.into_iter().filter(|seat| living.contains(seat.member)).collect();
            let still: IdSet = given.iter().map(|seat| seat.member).collect();
            let taken: Vec<Seat> = seats.iter().copied().filter(|seat| still.contains(seat.member)).collect();
            tx.undo_renewal(id, done.id, &by_pool(&given), &by_pool(&taken), SIGNATURE_GROUP, NOW).await?;
            tx.commit().await?;
            return Ok((id, taken));
        }
        _ => tx.restore(id, done.id, &by_pool(&seats), NOW).await?,
    }
    tx.commit().await?;
    Ok((id, seats))
}

async fn go(store: &SqlStore, model: &mut Model, step: &Step) {
    match step {
        Step::Add { email } => match add(store, *email).await {
            Ok(id) => {
                assert!(model.members.insert(id, true).is_none());
                let taken = model.emails.insert(*email, id);
                assert!(!taken.is_some_and(|other| model.members[&other]), "{email} was taken");
            }
            Err(error) => {
                assert_eq!(error, StoreError::EmailTaken);
                assert!(model.members[&model.emails[email]]);
            }
        },
        Step::Delete(numbers) => {
            // The desk lets nobody be deleted who holds a licence.
            let chosen: IdSet = model.pick(numbers).iter().filter(|id| !model.held.contains_key(id)).collect();
            let mut tx = store.begin(HOME).await.unwrap();
            let deleted = tx.delete_members(&chosen, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let living = chosen.iter().filter(|id| model.members.insert(*id, false) == Some(true)).count();
            assert_eq!(deleted, living as u64);
        }
        Step::Issue { pool, members } => {
            let pools: Vec<PoolId> = model.left.keys().copied().collect();
            let pool = pools[usize::from(*pool) % pools.len()];
            // The rules issue nothing to the deleted.
            let members: IdSet = model.pick(members).iter().filter(|id| model.members[id]).collect();
            let wanted: BTreeMap<i64, PoolId> = members.iter().map(|member| (member, pool)).collect();
            let expected = model.give(&wanted);
            match issue(store, HOME, pool, &members).await {
                Ok(id) => {
                    assert_eq!(expected, Ok(()));
                    model.held.extend(members.iter().map(|member| (member, (pool, id))));
                    let seats = wanted.into_iter().map(|(member, pool)| (member, (pool, id))).collect();
                    model.done.push(Done { id, kind: Kind::Issue, seats, undone: false });
                }
                Err(error) => assert_eq!(expected, Err(error)),
            }
        }
        Step::Revoke(numbers) => {
            let members: IdSet = model.pick(numbers).iter().filter(|id| model.held.contains_key(id)).collect();
            let id = revoke(store, HOME, &members, &seats(store, HOME, &members).await).await.unwrap();
            let taken = model.take(members.iter());
            model.done.push(Done { id, kind: Kind::Revoke, seats: taken, undone: false });
        }
        Step::Renew { pool, members } => {
            let pools: Vec<PoolId> = model.left.keys().copied().collect();
            let pool = pools[usize::from(*pool) % pools.len()];
            // Nobody is moved to where he is.
            let elsewhere = |id: &i64| model.held.get(id).is_some_and(|held| held.0 != pool);
            let members: IdSet = model.pick(members).iter().filter(elsewhere).collect();
            let before = (model.held.clone(), model.left.clone());
            let taken = model.take(members.iter());
            let wanted: BTreeMap<i64, PoolId> = members.iter().map(|member| (member, pool)).collect();
            let expected = model.give(&wanted);
            match renew(store, HOME, pool, &members, &seats(store, HOME, &members).await).await {
                Ok(id) => {
                    assert_eq!(expected, Ok(()));
                    model.held.extend(members.iter().map(|member| (member, (pool, id))));
                    model.done.push(Done { id, kind: Kind::Renew, seats: taken, undone: false });
                }
                Err(error) => {
                    assert_eq!(expected, Err(error));
                    (model.held, model.left) = before;
                }
            }
        }
        Step::Undo(number)
            if !model.done.is_empty() && model.done[usize::from(*number) % model.done.len()].kind == Kind::Renew =>
        {
            let place = usize::from(*number) % model.done.len();
            let mut done = model.done.remove(place);
            let still = |id: &i64| model.held.get(id).is_some_and(|held| held.1 == done.id);
            let still: Vec<i64> = done.seats.keys().copied().filter(still).collect();
            let before = (model.held.clone(), model.left.clone());
            let expected = if done.undone {
                Err(StoreError::Conflict)
            } else {
                model.take(still.iter().copied());
                model.give(&still.iter().map(|id| (*id, done.seats[id].0)).collect())
            };
            let undone = undo(store, &done).await;
            assert_eq!(undone.as_ref().map(drop).map_err(|error| *error), expected);
            match undone {
                Ok((_, seats)) => {
                    done.undone = true;
                    assert_eq!(sorted(seats.iter().map(|seat| seat.member).collect()), still);
                    model.held.extend(still.iter().map(|id| (*id, done.seats[id])));
                }
                Err(_) => (model.held, model.left) = before,
            }
            model.done.insert(place, done);
        }
        Step::Undo(number) => {
            if model.done.is_empty() {
                return;
            }
            let place = usize::from(*number) % model.done.len();
            let mut done = model.done.remove(place);
            let living = done.seats.iter().filter(|(id, _)| model.members[id]);
            let living: BTreeMap<i64, (PoolId, OperationId)> = living.map(|(id, seat)| (*id, *seat)).collect();
            let pools = living.iter().map(|(id, (pool, _))| (*id, *pool)).collect();
            let expected = if done.undone {
                Err(StoreError::Conflict)
            } else if done.kind == Kind::Revoke {
                model.give(&pools)
            } else {
                Ok(())
            };
            let undone = undo(store, &done).await;
            assert_eq!(undone.as_ref().map(drop).map_err(|error| *error), expected);
            if let Ok((_, seats)) = undone {
                done.undone = true;
                let touched: Vec<i64> = seats.iter().map(|seat| seat.member).collect();
                if done.kind == Kind::Issue {
                    let given = |member: &i64| model.held.get(member).is_some_and(|held| held.1 == done.id);
                    let still: Vec<i64> = done.seats.keys().copied().filter(given).collect();
                    assert_eq!(sorted(touched), still);
                    model.take(still);
                } else {
                    assert_eq!(sorted(touched), living.keys().copied().collect::<Vec<_>>());
                    // As it was: whoever undoes the issue now takes them again.
                    model.held.extend(living);
                }
            }
            model.done.insert(place, done);
        }
    }
}

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

async fn compare(store: &SqlStore, model: &Model) {
    check_invariants(store).await;
    let left: BTreeMap<PoolId, u64> =
        store.pools(HOME).await.unwrap().iter().map(|pool| (pool.id, pool.left())).collect();
    assert_eq!(left, model.left);
    let living: Vec<i64> = model.members.iter().filter(|(_, lives)| **lives).map(|(id, _)| *id).collect();
    assert_eq!(ids(store, HOME).await, living);
    let everybody = domain::Selection::of_ids(model.members.keys().copied().collect());
    let snapshot = store.snapshot(HOME, SIGNATURE_GROUP, &everybody).await.unwrap();
    for class in &snapshot.classes {
        for id in class.members.iter() {
            assert_eq!(class.holds, model.held.get(&id).map(|held| held.0));
            assert_eq!(class.deleted, !model.members[&id]);
        }
    }
    let open = open_tasks(store, HOME, &everybody.ids).await;
    assert_eq!(open, model.held.len() as u64, "each active seat has one open task");
}

fn histories(backend: Backend, cases: u32) {
    runtime().block_on(async {
        let handle = tokio::runtime::Handle::current();
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
        let told = tokio::task::spawn_blocking(move || {
            let history = proptest::collection::vec(step(), 1..25);
            TestRunner::new(config).run(&history, |history| {
                handle.block_on(async {
                    let database = Database::fresh(backend).await;
                    let mut model = start(&database.store).await;
                    for step in &history {
                        go(&database.store, &mut model, step).await;
                        compare(&database.store, &model).await;
                    }
                    database.remove().await;
                });
                Ok(())
            })
        });
        if let Err(error) = told.await.unwrap() {
            panic!("{error}");
        }
    });
}

async fn start(store: &SqlStore) -> Model {
    let mut people: Vec<_> = (0..6).map(|number| member(number, Employment::Employee)).collect();
    people[0].holds = Some(0);
    let pools = vec![pool(0, 1, 3, None), pool(1, 2, 2, None)];
    store.seed(&signatures(), &[organization("romashka", &[], pools, people)], NOW).await.unwrap();
    let members = ids(store, HOME).await;
    let pools = pool_ids(store, HOME).await;
    let seeded = store.operations(HOME, None, 1).await.unwrap()[0].id;
    let done = Done {
        id: seeded,
        kind: Kind::Issue,
        seats: BTreeMap::from([(members[0], (pools[0], seeded))]),
        undone: false,
    };
    Model {
        members: members.iter().map(|id| (*id, true)).collect(),
        emails: BTreeMap::new(),
        held: BTreeMap::from([(members[0], (pools[0], seeded))]),
        left: BTreeMap::from([(pools[0], 3), (pools[1], 2)]),
        done: vec![done],
    }
}

#[test]
fn keep_the_invariants_sqlite() {
    histories(Backend::Sqlite, 16);
}

#[test]
fn keep_the_invariants_postgres() {
    histories(Backend::Postgres, 16);
}

//! What things cost, printed: `cargo test --release -p store figures -- --ignored --nocapture --test-threads=1`.

use std::time::{Duration, Instant as Clock};

use domain::{
    Direction, Employment, Filter, GroupId, IdSet, Instant, LicenceFilter, PersonName, ProductId, SIGNATURE_GROUP,
    Selection, Sort, SortKey, Tab,
};
use service::ports::{Listing, Store};
use store::{Backend, SeedMember, SeedOrganization, SqlStore};

use crate::database::{Database, runtime};
use crate::world::{self, DAY, HOME, NOW};

/// A directory of `size` people as a large employer has it; the same shares at every size.
pub fn directory(size: usize) -> SeedOrganization {
    const SURNAMES: [&str; 12] = [
        "Иванов",
        "Петров",
        "Сидоров",
        "Кузнецов",
        "Смирнов",
        "Попов",
        "Васильев",
        "Соколов",
        "Ёлкин",
        "Волков",
        "Зайцев",
        "Яковлев",
    ];
    const FIRST: [&str; 10] = ["Иван", "Анна", "Пётр", "Мария", "Олег", "Ольга", "Сергей", "Елена", "Яков", "Ирина"];
    const PATRONYMICS: [&str; 6] = ["Иванович", "Петровна", "Олегович", "Сергеевна", "", "Яковлевна"];
    let mut state = 7_u64;
    let mut dice = move |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % sides
    };
    let members = (0..size)
        .map(|number| {
            let employment = match dice(100) {
                0..70 => Employment::Employee,
                70..78 => Employment::Candidate,
                78..85 => Employment::Dismissed,
                85..90 => Employment::Individual,
                90..95 => Employment::SelfEmployed,
                _ => Employment::SoleProprietor,
            };
            let holds = match dice(100) {
                0..30 => Some(0),
                30..40 => Some(1),
                40..45 => Some(2),
                _ => None,
            };
            let mut groups = if dice(10) < 8 { vec![dice(10)] } else { Vec::new() };
            if dice(4) == 0 {
                groups.push(dice(10));
            }
            groups.sort_unstable();
            groups.dedup();
            SeedMember {
                name: PersonName {
                    surname: format!("{}-{}", SURNAMES[dice(12)], SURNAMES[dice(12)]),
                    first: FIRST[dice(10)].into(),
                    patronymic: PATRONYMICS[dice(6)].into(),
                },
                email: format!("user{number}.x{}@romashka.example", dice(1000)),
                employment,
                last_active: (dice(10) < 8).then(|| Instant(NOW.0 - i64::try_from(dice(1 << 30)).unwrap() * 1000)),
                groups,
                holds,
            }
        })
        .collect();
    let until = |days: i64| Some(Instant(NOW.0 + days * DAY));
    let left = u64::try_from(size).unwrap();
    let pools =
        vec![world::pool(0, 1, left, until(100)), world::pool(1, 2, left, until(200)), world::pool(2, 3, left, None)];
    let groups: Vec<String> = (0..10).map(|number| format!("Группа {number}")).collect();
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    world::organization("romashka", &groups, pools, members)
}

async fn loaded(backend: Backend, size: usize) -> Database {
    let database = Database::fresh(backend).await;
    let organization = directory(size);
    let start = Clock::now();
    database.store.seed(&world::signatures(), &[organization], NOW).await.unwrap();
    println!("{backend:?}: {size} people loaded in {:?}", start.elapsed());
    database
}

fn filters() -> Vec<(&'static str, Filter)> {
    let filter = |tab, licence, search: &str| Filter { tab, licence, search: search.into() };
    use LicenceFilter::{Any, None, Product, Whatever};
    vec![
        ("none", filter(Tab::All, Whatever, "")),
        ("tab employee", filter(Tab::Employment(Employment::Employee), Whatever, "")),
        ("tab dismissed", filter(Tab::Employment(Employment::Dismissed), Whatever, "")),
        ("tab group", filter(Tab::Group(GroupId(3)), Whatever, "")),
        ("licence none", filter(Tab::All, None, "")),
        ("licence any", filter(Tab::All, Any, "")),
        ("licence product", filter(Tab::All, Product(ProductId(3)), "")),
        ("search иван", filter(Tab::All, Whatever, "иван")),
        ("search user12", filter(Tab::All, Whatever, "user12")),
        ("group+none+search", filter(Tab::Group(GroupId(3)), None, "ан")),
    ]
}

async fn median(rounds: usize, mut once: impl AsyncFnMut()) -> Duration {
    once().await;
    let mut times = Vec::new();
    let begin = Clock::now();
    for _ in 0..rounds {
        // What is slow needs no median.
        if begin.elapsed() > Duration::from_millis(150) {
            break;
        }
        let start = Clock::now();
        once().await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

async fn pages(store: &SqlStore, rounds: usize) -> Vec<(String, f64)> {
    let mut figures = Vec::new();
    for (name, filter) in filters() {
        let selection = Selection::by_filter(filter);
        let total = store.counts(HOME, &selection).await.unwrap().total;
        for key in SortKey::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let offsets = [("first", 0), ("third", 200), ("middle", total / 2), ("last", total / 100 * 100)];
                for (place, offset) in offsets {
                    let sort = Sort { key, direction };
                    let listing = Listing { selection: selection.clone(), sort, offset, limit: 100, total };
                    let time = median(rounds, async || {
                        store.page(HOME, &listing).await.unwrap();
                    })
                    .await;
                    let short = if direction == Direction::Ascending { "asc" } else { "desc" };
                    figures.push((format!("{name} | {} {short} | {place}", key.code()), time.as_secs_f64() * 1e3));
                }
            }
        }
    }
    figures
}

fn compare_pages(backend: Backend) {
    runtime().block_on(async {
        let (small, large) = (loaded(backend, 2_000).await, loaded(backend, 200_000).await);
        let (one, other) = (pages(&small.store, 7).await, pages(&large.store, 7).await);
        for place in ["first", "third", "middle", "last"] {
            let mean = |figures: &[(String, f64)]| {
                let of_place: Vec<f64> =
                    figures.iter().filter(|(name, _)| name.ends_with(place)).map(|(_, time)| *time).collect();
                of_place.iter().sum::<f64>() / of_place.len() as f64
            };
            println!("{backend:?} {place}: mean {:.2} ms of 2,000, {:.2} ms of 200,000", mean(&one), mean(&other));
        }
        let mut pairs: Vec<_> = one.iter().zip(&other).map(|((name, a), (_, b))| (name, *a, *b)).collect();
        pairs.sort_by(|x, y| (y.2 / y.1).total_cmp(&(x.2 / x.1)));
        let of = |place: &str| pairs.iter().filter(|(name, _, _)| name.ends_with(place)).collect::<Vec<_>>();
        for place in ["first", "third", "last", "middle"] {
            println!("{backend:?} {place}: the worst");
            for (name, a, b) in of(place).iter().take(25) {
                println!("  {:>6.2} ms {:>7.2} ms  ×{:>5.1}  {name}", a, b, b / a);
            }
            println!(
                "  within 1.5×: {} of {}",
                of(place).iter().filter(|(_, a, b)| b / a <= 1.5).count(),
                of(place).len()
            );
        }
        for (what, filter) in filters() {
            let selection = Selection::by_filter(filter);
            let time = median(3, async || {
                large.store.counts(HOME, &selection).await.unwrap();
            })
            .await;
            println!("{backend:?} counts of {what}: {time:?}");
        }
        println!(
            "{backend:?} tab counts: {:?}",
            median(3, async || drop(large.store.tab_counts(HOME).await.unwrap())).await
        );
        small.remove().await;
        large.remove().await;
    });
}

#[test]
#[ignore = "measures"]
fn pages_sqlite() {
    compare_pages(Backend::Sqlite);
}

#[test]
#[ignore = "measures"]
fn pages_postgres() {
    compare_pages(Backend::Postgres);
}

async fn timed<T>(what: &str, work: impl Future<Output = T>) -> (T, Duration) {
    let start = Clock::now();
    let out = work.await;
    let time = start.elapsed();
    println!("    {what}: {time:?}");
    (out, time)
}

/// The bare statements of an issue and of a revoke, with the people found by the database itself.
async fn floor(store: &SqlStore) -> (Duration, Duration) {
    let operation = |kind: &str| {
        format!(
            "INSERT INTO operations (organization_id, account_id, kind, state, pool_id, created_at, expires_at, \
             settled_at, accepted, rejected, digest) VALUES (1, 1, '{kind}', 'done', 2, 1, 1, 1, 100000, 0, 'd'); "
        )
    };
    let issue = format!(
        "{} INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, \
             issued_at, valid_until) \
         SELECT 1, 2, 2, 'signature', m.id, (SELECT max(id) FROM operations), 5, 6 FROM members m \
         WHERE m.organization_id = 1 AND m.deleted_at IS NULL AND m.employment <> 3 AND NOT EXISTS \
             (SELECT 1 FROM assignments a WHERE a.organization_id = 1 AND a.member_id = m.id AND a.ended_at IS NULL) \
         ORDER BY m.id LIMIT 100000; \
         INSERT INTO certificate_tasks (organization_id, assignment_id, member_id, state, created_at) \
         SELECT 1, id, member_id, 'created', 5 FROM assignments \
         WHERE organization_id = 1 AND operation_id = (SELECT max(id) FROM operations); \
         UPDATE pools SET issued = issued + 100000 WHERE organization_id = 1 AND id = 2;",
        operation("issue")
    );
    let revoke = format!(
        "{} UPDATE assignments SET ended_at = 7, ended_by = (SELECT max(id) FROM operations) \
         WHERE organization_id = 1 AND operation_id = (SELECT max(id) FROM operations WHERE kind = 'issue') \
           AND ended_at IS NULL; \
         UPDATE certificate_tasks SET prior_state = state, state = 'cancelled', closed_at = 7, \
             cancelled_by = (SELECT max(id) FROM operations) \
         WHERE organization_id = 1 AND closed_at IS NULL AND assignment_id IN \
             (SELECT id FROM assignments WHERE organization_id = 1 AND ended_by = (SELECT max(id) FROM operations)); \
         UPDATE pools SET issued = issued - 100000 WHERE organization_id = 1 AND id = 2;",
        operation("revoke")
    );
    let (_, one) = timed("bare issue", async { store.execute_script(&issue).await.unwrap() }).await;
    let (_, other) = timed("bare revoke", async { store.execute_script(&revoke).await.unwrap() }).await;
    (one, other)
}

async fn ours(store: &SqlStore) -> (Duration, Duration) {
    let everybody = Selection::by_filter(Filter::default());
    let pools = world::pool_ids(store, HOME).await;
    let (snapshot, one) =
        timed("snapshot of all", async { store.snapshot(HOME, SIGNATURE_GROUP, &everybody).await.unwrap() }).await;
    let plan = domain::plan(domain::Deed::Issue, &snapshot);
    let members: IdSet = plan.accepted.iter().take(100_000).collect();
    assert_eq!(members.len(), 100_000);
    let (_, two) = timed("issue: snapshot, write, commit", async {
        let mut tx = store.begin(HOME).await.unwrap();
        let chosen = Selection::of_ids(members.clone());
        timed("  of which snapshot", async { tx.snapshot(SIGNATURE_GROUP, &chosen).await.unwrap() }).await;
        let id = world::operation(store, tx.as_mut(), HOME, domain::Kind::Issue, None, &members).await.unwrap();
        let pool = tx.pool(pools[1]).await.unwrap().unwrap();
        timed("  of which seats", async { tx.issue(id, &pool, &members, NOW).await.unwrap() }).await;
        timed("  of which commit", async { tx.commit().await.unwrap() }).await;
    })
    .await;
    let (_, three) = timed("revoke: two snapshots, write, commit", async {
        let chosen = Selection::of_ids(members.clone());
        store.snapshot(HOME, SIGNATURE_GROUP, &chosen).await.unwrap();
        let mut tx = store.begin(HOME).await.unwrap();
        let snapshot = tx.snapshot(SIGNATURE_GROUP, &chosen).await.unwrap();
        let plan = domain::plan(domain::Deed::Revoke, &snapshot);
        let id = world::operation(store, tx.as_mut(), HOME, domain::Kind::Revoke, None, &members).await.unwrap();
        timed("  of which seats", async { tx.revoke(id, &plan.returned, NOW).await.unwrap() }).await;
        timed("  of which commit", async { tx.commit().await.unwrap() }).await;
    })
    .await;
    (one + two, three)
}

fn compare_bulk(backend: Backend) {
    runtime().block_on(async {
        let database = loaded(backend, 200_000).await;
        let mut ratios = Vec::new();
        for _ in 0..3 {
            let (bare_issue, bare_revoke) = floor(&database.store).await;
            let (issue, revoke) = ours(&database.store).await;
            let ratio = |ours: Duration, bare: Duration| ours.as_secs_f64() / bare.as_secs_f64();
            println!("{backend:?}: issue {issue:?} against {bare_issue:?}, ×{:.2}", ratio(issue, bare_issue));
            println!("{backend:?}: revoke {revoke:?} against {bare_revoke:?}, ×{:.2}", ratio(revoke, bare_revoke));
            ratios.push((ratio(issue, bare_issue), ratio(revoke, bare_revoke)));
        }
        println!("{backend:?}: {ratios:.2?}");
        world::check_invariants(&database.store).await;
        database.remove().await;
    });
}

#[test]
#[ignore = "measures"]
fn bulk_sqlite() {
    compare_bulk(Backend::Sqlite);
}

#[test]
#[ignore = "measures"]
fn bulk_postgres() {
    compare_bulk(Backend::Postgres);
}

#[test]
#[ignore = "loads STORE_URL for a look by hand"]
fn load_for_a_look() {
    runtime().block_on(async {
        let store = SqlStore::connect(&std::env::var("STORE_URL").unwrap()).await.unwrap();
        store.seed(&world::signatures(), &[directory(200_000)], NOW).await.unwrap();
    });
}

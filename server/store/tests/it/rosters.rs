//! A desk that remembers everybody answers like one that has just been started, whatever happened in between and
//! whichever server did it.

use std::sync::Arc;

use domain::{
    Confirmation, Deed, DeskError, Direction, Employment, Filter, IdSet, LicenceFilter, NewMemberForm, OperationId,
    ProductId, Selection, Sort, SortKey, Tab, View,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use service::ports::{AuditHead, Store};
use service::{Actor, Desk};
use store::{Backend, SqlStore};

use crate::database::{Database, on_both, runtime};
use crate::world::{ABROAD, HOME, NOW, check_invariants, ids, member, organization, pool, set, signatures};

const PEOPLE: usize = 40;
const PASSWORD: &str = "licentia-test";

/// Numbers name people, pools and operations by their places, modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    Add {
        employment: usize,
        grouped: bool,
    },
    Delete(Vec<u8>),
    Deed {
        deed: Deed,
        pool: u8,
        members: Vec<u8>,
    },
    Everybody(Deed),
    Undo(u8),
    /// A day passes, and with it the term of the second pool.
    Night,
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let people = || proptest::collection::vec(any::<u8>(), 1..8);
    let deed = || prop_oneof![Just(Deed::Issue), Just(Deed::Revoke)];
    prop_oneof![
        2 => (0_usize..6, any::<bool>()).prop_map(|(employment, grouped)| Step::Add { employment, grouped }),
        1 => people().prop_map(Step::Delete),
        4 => (deed(), any::<u8>(), people()).prop_map(|(deed, pool, members)| Step::Deed { deed, pool, members }),
        1 => deed().prop_map(Step::Everybody),
        2 => any::<u8>().prop_map(Step::Undo),
        1 => Just(Step::Night),
        4 => Just(Step::Look),
    ]
}

async fn seed(store: &SqlStore) {
    let people = (0..PEOPLE).map(|number| {
        let mut person = member(number, Employment::ALL[number % 6]);
        person.groups = (0..2).filter(|group| number % (group + 3) == 0).collect();
        person.holds = (number % 4 == 0).then_some(number % 3);
        person.last_active = (number % 3 != 0).then(|| domain::Instant(NOW.0 - (number as i64 * 37) % 11));
        person
    });
    let pools = vec![pool(0, 1, 30, None), pool(1, 2, 50, Some(NOW.plus_seconds(86_400))), pool(2, 3, 3, None)];
    let mut home = organization("romashka", &["Москва", "Казань"], pools, people.collect());
    home.password_hash = service::hash_password(PASSWORD).unwrap();
    let neighbours =
        organization("lutik", &["Москва"], vec![pool(0, 1, 5, None)], vec![member(1, Employment::Employee)]);
    store.seed(&signatures(), &[home, neighbours], NOW).await.unwrap();
}

async fn desk(store: &SqlStore) -> (Desk, Actor) {
    let clock = Arc::new(service::ports::ClockFrom::new(NOW));
    let desk = Desk::with_clock(Arc::new(store.clone()), clock);
    let origin = service::Origin::default();
    let visit = service::Visit { origin: &origin, former: None, device: None };
    let entered = desk.sign_in("admin@romashka.example", PASSWORD.to_owned(), visit).await.unwrap();
    let service::FirstStep::In(signed_in) = entered else { panic!("no second factor is connected") };
    let actor = desk.actor(&signed_in.session, &origin).await.unwrap();
    (desk, actor)
}

fn pick(people: &[i64], numbers: &[u8]) -> Selection {
    Selection::of_ids(numbers.iter().map(|number| people[usize::from(*number) % people.len()]).collect())
}

/// Who acts, and what can be undone.
struct Acting {
    desk: Desk,
    actor: Actor,
    done: Vec<OperationId>,
    added: usize,
}

impl Acting {
    async fn carry_out(&mut self, store: &SqlStore, step: &Step) {
        let people = ids(store, HOME).await;
        match step {
            Step::Look => {}
            Step::Night => {
                let tomorrow = Arc::new(service::ports::ClockFrom::new(NOW.plus_seconds(2 * 86_400)));
                Desk::with_clock(Arc::new(store.clone()), tomorrow).end_terms().await.unwrap();
                let over = store.pools(HOME).await.unwrap();
                assert!(over.iter().all(|pool| pool.valid_until.is_none() || pool.issued == 0));
            }
            Step::Add { employment, grouped } => {
                self.added += 1;
                // Between those who are there.
                let surname = format!("Фамилия{}", ["a", "ba", "zz", "Ё"][self.added % 4]);
                let form = NewMemberForm {
                    surname,
                    first: "Имя".into(),
                    patronymic: String::new(),
                    email: format!("{}{}@mail.example", ["a", "n"][self.added % 2], self.added),
                    employment: Employment::ALL[*employment].code().into(),
                    groups: store.groups(HOME).await.unwrap().iter().take((*grouped).into()).map(|g| g.id).collect(),
                };
                self.desk.add_member(&self.actor, &form).await.unwrap();
            }
            Step::Delete(numbers) => {
                let chosen = pick(&people, numbers);
                match self.desk.delete_members(&self.actor, &chosen, &chosen.ids.digest(), None, None).await {
                    Ok(_) | Err(DeskError::MembersHoldLicences { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            Step::Deed { deed, pool, members } => self.deed(*deed, *pool, pick(&people, members)).await,
            Step::Everybody(deed) => self.deed(*deed, 1, Selection::by_filter(Filter::default())).await,
            Step::Undo(number) => {
                if !self.done.is_empty() {
                    let id = self.done[usize::from(*number) % self.done.len()];
                    match self.desk.undo(&self.actor, id).await {
                        Ok(_) | Err(DeskError::Refused { .. } | DeskError::NotUndoable { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
        }
    }

    async fn deed(&mut self, deed: Deed, pool: u8, selection: Selection) {
        let preview = self.desk.preview(&self.actor, deed, &selection).await.unwrap();
        let pool = preview.pools.get(usize::from(pool) % preview.pools.len().max(1)).map(|pool| pool.id);
        let size = Some(preview.accepted);
        let confirmation = Confirmation { operation: preview.operation, digest: preview.digest, pool, size };
        match self.desk.confirm(&self.actor, &confirmation, None).await {
            Ok(done) => self.done.push(done.id),
            Err(DeskError::Refused { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Invariant 4: every change has its entry, and each continues the chain.
async fn check_chain(store: &SqlStore) {
    let records = store.audit(HOME, 0, 10_000).await.unwrap();
    let head = service::chain(HOME, AuditHead { seq: 0, hash: [0; 32] }, &records).unwrap();
    assert_eq!(head.seq, store.version(HOME).await.unwrap());
}

fn questions(people: &[i64], group: domain::GroupId) -> Vec<Selection> {
    let filter = |tab, licence, search: &str| Filter { tab, licence, search: search.into() };
    use LicenceFilter::{Any, None, Product, Whatever};
    let filters = [
        filter(Tab::All, Whatever, ""),
        filter(Tab::Employment(Employment::Candidate), Whatever, ""),
        filter(Tab::Group(group), None, ""),
        filter(Tab::All, Any, "имя"),
        filter(Tab::All, Product(ProductId(2)), ""),
        filter(Tab::All, Whatever, "a"),
        filter(Tab::All, None, "фамилияb"),
    ];
    let some = set(&people[..people.len() / 2]);
    let mut all: Vec<Selection> = filters.iter().cloned().map(Selection::by_filter).collect();
    all.push(Selection::of_ids(some.clone()));
    all.push(Selection::all_but(filters[3].clone(), some.clone()));
    let mut several = Selection::all_but(filters[1].clone(), IdSet::EMPTY);
    several.add_all(&filters[5]);
    several.ids = some;
    all.push(several);
    all
}

async fn alike(store: &SqlStore, remembers: &(Desk, Actor)) {
    let (fresh, actor) = (Desk::new(Arc::new(store.clone())), &remembers.1);
    let remembers = &remembers.0;
    assert_eq!(remembers.frame(actor).await.unwrap().tabs, fresh.frame(actor).await.unwrap().tabs);
    let people = ids(store, HOME).await;
    let group = store.groups(HOME).await.unwrap()[1].id;
    for (number, selection) in questions(&people, group).into_iter().enumerate() {
        assert_eq!(remembers.selected(actor, &selection).await, fresh.selected(actor, &selection).await);
        // Not every column for everybody: the next question asks for others.
        for (place, key) in SortKey::ALL.into_iter().cycle().skip(number * 3).take(3).enumerate() {
            let direction = if (number + place) % 2 == 0 { Direction::Ascending } else { Direction::Descending };
            for (page, size) in [(1, 100), (2, 25)] {
                let view = View { sort: Sort { key, direction }, page, size, ..View::default() };
                let ours = remembers.directory(actor, &view, Some(&selection)).await;
                assert_eq!(ours, fresh.directory(actor, &view, Some(&selection)).await, "{key:?} {direction:?}");
            }
        }
    }
}

fn histories(backend: Backend, cases: u32) {
    runtime().block_on(async {
        let handle = tokio::runtime::Handle::current();
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 50, ..Config::default() };
        let told = tokio::task::spawn_blocking(move || {
            let history = proptest::collection::vec(step(), 1..30);
            TestRunner::new(config).run(&history, |history| {
                handle.block_on(async {
                    let database = Database::fresh(backend).await;
                    let store = &database.store;
                    seed(store).await;
                    let looking = desk(store).await;
                    let (desk, actor) = desk(store).await;
                    let mut acting = Acting { desk, actor, done: Vec::new(), added: 0 };
                    alike(store, &looking).await;
                    let neighbours = store.changes(ABROAD, None).await.unwrap();
                    for step in &history {
                        acting.carry_out(store, step).await;
                        check_invariants(store).await;
                        check_chain(store).await;
                        if matches!(step, Step::Look) {
                            alike(store, &looking).await;
                        }
                    }
                    alike(store, &looking).await;
                    assert_eq!(store.changes(ABROAD, None).await.unwrap(), neighbours, "nothing of anybody else's");
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

#[test]
fn any_history_sqlite() {
    histories(Backend::Sqlite, 10);
}

#[test]
fn any_history_postgres() {
    histories(Backend::Postgres, 10);
}

on_both!(what_cannot_be_told_by_persons, only_what_was_touched_is_told, a_database_that_was_put_back);

/// More people deleted than an entry names.
async fn what_cannot_be_told_by_persons(store: SqlStore) {
    let people = (0..150).map(|number| member(number, Employment::Employee)).collect();
    let mut home = organization("romashka", &["Москва", "Казань"], vec![pool(0, 1, 30, None)], people);
    home.password_hash = service::hash_password(PASSWORD).unwrap();
    store.seed(&signatures(), &[home], NOW).await.unwrap();
    let (looking, acting) = (desk(&store).await, desk(&store).await);
    alike(&store, &looking).await;
    let gone = Selection::of_ids(set(&ids(&store, HOME).await[..120]));
    let since = store.version(HOME).await.unwrap();
    assert_eq!(acting.0.delete_members(&acting.1, &gone, &gone.ids.digest(), None, None).await, Ok(120));
    assert!(store.changes(HOME, Some(since)).await.unwrap().whole.is_some());
    alike(&store, &looking).await;
    assert_eq!(looking.0.selected(&looking.1, &gone).await.unwrap().total, 0);
}

async fn only_what_was_touched_is_told(store: SqlStore) {
    seed(&store).await;
    let (desk, actor) = desk(&store).await;
    let people = ids(&store, HOME).await;
    let mut acting = Acting { desk, actor, done: Vec::new(), added: 0 };
    let since = store.version(HOME).await.unwrap();
    // The second has no licence, the fifth has one.
    acting.deed(Deed::Issue, 1, Selection::of_ids(set(&people[1..2]))).await;
    acting.deed(Deed::Revoke, 0, Selection::of_ids(set(&people[4..5]))).await;
    let between = store.version(HOME).await.unwrap();
    acting.carry_out(&store, &Step::Add { employment: 0, grouped: true }).await;
    acting.carry_out(&store, &Step::Delete(vec![6])).await;
    let changes = store.changes(HOME, Some(since)).await.unwrap();
    assert_eq!(changes.version, store.version(HOME).await.unwrap());
    assert!(changes.whole.is_none());
    let held: Vec<(i64, usize)> = changes.held.iter().map(|(id, held)| (*id, held.len())).collect();
    assert_eq!(held, [(people[1], 1), (people[4], 0)]);
    assert_eq!(changes.people.len(), 1);
    assert_eq!((changes.people[0].text.email(), changes.people[0].groups.len()), ("n1@mail.example", 1));
    assert_eq!(changes.gone, set(&people[6..7]));
    let later = store.changes(HOME, Some(between)).await.unwrap();
    assert_eq!(
        (later.held.len(), later.people.len(), later.gone.len()),
        (0, 1, 1),
        "what came before is not told again"
    );
    let now = store.changes(HOME, Some(changes.version)).await.unwrap();
    assert_eq!(now, service::ports::Changes { version: changes.version, ..Default::default() });
}

/// A server that goes on working while an older copy is put in the database's place.
async fn a_database_that_was_put_back(store: SqlStore) {
    seed(&store).await;
    let (looking, acting) = (desk(&store).await, desk(&store).await);
    let mut acting = Acting { desk: acting.0, actor: acting.1, done: Vec::new(), added: 0 };
    acting.carry_out(&store, &Step::Add { employment: 0, grouped: false }).await;
    alike(&store, &looking).await;
    let newest = *ids(&store, HOME).await.last().unwrap();
    let back = format!("UPDATE organizations SET audit_seq = 0; UPDATE members SET deleted_at = 1 WHERE id = {newest}");
    store.execute_script(&back).await.unwrap();
    alike(&store, &looking).await;
    let found = looking.0.selected(&looking.1, &Selection::of_ids(set(&[newest]))).await.unwrap();
    assert_eq!(found.total, 0);
}

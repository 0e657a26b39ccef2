//! The directory against a naive model of it: everybody in a vector, filtered and sorted in Rust.

use std::cmp::Ordering;
use std::collections::HashMap;

use domain::{
    AllBut, Counts, Coverage, Direction, Email, Employment, Filter, GroupId, Held, IdSet, Instant, LicenceFilter,
    MemberId, MemberRow, NewMember, PersonName, Product, ProductId, SIGNATURE_GROUP, Selection, Sort, SortKey, Tab,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use service::ports::Store;
use service::roster::Roster;
use store::{Backend, SeedMember, SqlStore};

use crate::database::{on_both, run};
use crate::world::{
    ABROAD, DAY, HOME, NOW, archive, check_invariants, found, ids, member, operation, organization, pool, roster, set,
    signatures, two_organizations,
};

on_both!(
    an_added_member_is_found_as_entered,
    briefs_name_also_the_deleted,
    tabs_count_the_living,
    search_is_by_the_beginnings_of_words,
    the_catalogue_and_the_stock_are_listed,
);

async fn an_added_member_is_found_as_entered(store: SqlStore) {
    two_organizations(&store).await;
    let groups: Vec<GroupId> = store.groups(HOME).await.unwrap().iter().map(|group| group.id).collect();
    let new = NewMember {
        name: PersonName { surname: "Ёлкин".into(), first: "Пётр".into(), patronymic: "Ильич".into() },
        email: Email::parse("O'Elkin@mail.example").unwrap(),
        employment: Employment::SelfEmployed,
        groups: vec![groups[1], groups[0]],
    };
    let mut tx = store.begin(HOME).await.unwrap();
    let id = tx.add_member(&new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let selection = Selection::by_filter(Filter { search: "ЕЛКИН петр elkin".into(), ..Filter::default() });
    let expected = MemberRow {
        id,
        name: new.name,
        employment: Employment::SelfEmployed,
        email: "o'elkin@mail.example".into(),
        last_active: None,
        held: Vec::new(),
        unsigned: false,
        groups,
    };
    assert_eq!(found(&roster(&store, HOME).await, &selection), [id.0]);
    assert!(found(&roster(&store, ABROAD).await, &selection).is_empty());
    let roster = roster(&store, HOME).await;
    assert_eq!(roster.page(&roster.find(&selection, &Coverage::Everybody), Sort::default(), 0, 10), [expected]);
    check_invariants(&store).await;
}

async fn briefs_name_also_the_deleted(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let mut tx = store.begin(HOME).await.unwrap();
    tx.delete_members(&set(&members[..1]), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let briefs = store.briefs(HOME, &set(&[members[1], members[0], 12345])).await.unwrap();
    let emails: Vec<&str> = briefs.iter().map(|brief| brief.email.as_str()).collect();
    assert_eq!(emails, ["m1@mail.example", "m2@mail.example"]);
    assert_eq!(ids(&store, HOME).await, members[1..]);
    check_invariants(&store).await;
}

async fn tabs_count_the_living(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let mut tx = store.begin(HOME).await.unwrap();
    tx.delete_members(&set(&members[1..2]), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let groups = store.groups(HOME).await.unwrap();
    let mut tabs = roster(&store, HOME).await.tabs(&Coverage::Everybody);
    tabs.retain(|(_, count)| *count > 0);
    let expected = [
        (Tab::All, 4),
        (Tab::Employment(Employment::Employee), 2),
        (Tab::Employment(Employment::Dismissed), 2),
        (Tab::Group(groups[0].id), 1),
    ];
    assert_eq!(tabs, expected);
}

async fn search_is_by_the_beginnings_of_words(store: SqlStore) {
    let person = |number, surname: &str, first: &str| {
        let mut person = member(number, Employment::Employee);
        person.name = PersonName { surname: surname.into(), first: first.into(), patronymic: String::new() };
        person
    };
    let people = vec![person(1, "Иванов", "Пётр"), person(2, "Петров", "Иван"), person(3, "100%_\\", "a'b\"c")];
    store.seed(&signatures(), &[organization("romashka", &[], vec![], people)], NOW).await.unwrap();
    let roster = roster(&store, HOME).await;
    for (search, count) in [
        ("иван", 2),
        ("ИВАН петр", 2),
        ("иванов", 1),
        ("ванов", 0),
        ("петр иван", 2),
        ("%", 3),
        ("100%_", 1),
        ("1_0", 0),
        ("a'", 1),
        ("' OR 1=1 --", 0),
        ("\u{10ffff}", 3),
        ("m1 иванов example", 1),
        ("example mail", 3),
    ] {
        let filter = Filter { search: search.into(), ..Filter::default() };
        let selection = Selection::by_filter(filter);
        assert_eq!(roster.find(&selection, &Coverage::Everybody).counts().total, count, "{search}");
        assert_eq!(found(&roster, &selection).len() as u64, count, "{search}");
        let snapshot = store.snapshot(HOME, SIGNATURE_GROUP, &selection).await.unwrap();
        assert_eq!(snapshot.members().len() as u64, count, "{search}");
    }
}

async fn the_catalogue_and_the_stock_are_listed(store: SqlStore) {
    two_organizations(&store).await;
    let products = store.products().await.unwrap();
    let titles: Vec<&str> = products.iter().map(|product| product.title.as_str()).collect();
    assert_eq!(titles, ["УНЭП EasyDocs", "ПЭП", "УНЭП Госключ"]);
    let pools = store.pools(HOME).await.unwrap();
    assert_eq!(pools.len(), 2);
    assert_eq!((pools[0].product.clone(), pools[0].code.as_str()), (products[0].clone(), "pool0001"));
    assert_eq!((pools[0].valid_from, pools[1].valid_until), (Instant(NOW.0 - DAY), None));
    let names: Vec<String> = store.groups(HOME).await.unwrap().into_iter().map(|group| group.name).collect();
    assert_eq!(names, ["Москва", "Казань"]);
}

/// A person as the model has him.
#[derive(Clone, Debug)]
struct Person {
    seed: SeedMember,
    /// Holds a seat of the archive besides.
    archive: bool,
    deleted: bool,
}

const GROUPS: usize = 5;

fn person() -> impl Strategy<Value = Person> {
    let names = ["Иванов", "Иваненко", "Ёлкин", "Елкин", "Smith", "Яковлев", "Абрамова"];
    let word = move |names: &'static [&'static str]| proptest::sample::select(names.to_vec());
    let name = (
        proptest::sample::select(names.to_vec()),
        word(&["Иван", "Анна", "Пётр", "Олег"]),
        word(&["", "Иванович", "Петровна"]),
    );
    let holds = prop_oneof![3 => Just(None), 2 => (0_usize..4).prop_map(Some)];
    let facts = (
        proptest::sample::select(Employment::ALL.to_vec()),
        proptest::option::of(0_i64..6),
        proptest::collection::btree_set(0..GROUPS, 0..3),
        holds,
        proptest::bool::weighted(0.15),
        proptest::bool::weighted(0.1),
    );
    (name, facts).prop_map(|((surname, first, patronymic), (employment, active, groups, holds, archive, deleted))| {
        let name = PersonName { surname: surname.into(), first: first.into(), patronymic: patronymic.into() };
        Person {
            seed: SeedMember {
                name,
                email: String::new(),
                employment,
                last_active: active.map(|days| Instant(NOW.0 - days * DAY)),
                groups: groups.into_iter().collect(),
                holds: holds.filter(|_| !deleted),
                besides: Vec::new(),
                region: None,
            },
            archive: archive && !deleted,
            deleted,
        }
    })
}

struct Model {
    rows: Vec<MemberRow>,
    products: Vec<Product>,
    groups: Vec<GroupId>,
}

/// Loads the people, gives some a seat of the archive, deletes some; the model of what is left.
async fn load(store: &SqlStore, people: &[Person]) -> Model {
    let mut people = people.to_vec();
    for (number, person) in people.iter_mut().enumerate() {
        person.seed.email = format!("{}{number}@mail.example", ["a", "b", "user"][number * 7 % 3]);
    }
    let catalogue = [signatures(), vec![archive()]].concat();
    let until = |days: i64| Some(Instant(NOW.0 + days * DAY));
    let pools = vec![
        pool(0, 1, 5, until(10)),
        pool(1, 2, 5, until(20)),
        pool(2, 3, 5, None),
        pool(0, 4, 5, until(20)),
        pool(3, 5, 5000, until(15)),
    ];
    let names: Vec<String> = (0..GROUPS).map(|number| format!("Группа {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let seeds = people.iter().map(|person| person.seed.clone()).collect();
    let abroad = organization("lutik", &["Другая"], vec![pool(0, 1, 5, None)], {
        let mut stranger = member(1, Employment::Employee);
        stranger.groups = vec![0];
        stranger.holds = Some(0);
        vec![stranger]
    });
    let home = organization("romashka", &names, pools, seeds);
    store.seed(&catalogue, &[home, abroad], NOW).await.unwrap();

    let (groups, products) = (store.groups(HOME).await.unwrap(), store.products().await.unwrap());
    let groups: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let stock = store.pools(HOME).await.unwrap();
    let everybody = set(&ids(store, HOME).await);
    let by_email: HashMap<String, MemberId> =
        store.briefs(HOME, &everybody).await.unwrap().into_iter().map(|brief| (brief.email, brief.id)).collect();
    let of = |wanted: fn(&Person) -> bool| -> IdSet {
        people.iter().filter(|person| wanted(person)).map(|person| by_email[&person.seed.email].0).collect()
    };
    let mut tx = store.begin(HOME).await.unwrap();
    let besides = of(|person| person.archive);
    let id = operation(store, tx.as_mut(), HOME, domain::Kind::Issue, None, &besides).await.unwrap();
    tx.issue(id, &stock[4], &besides, NOW).await.unwrap();
    tx.delete_members(&of(|person| person.deleted), NOW).await.unwrap();
    tx.commit().await.unwrap();
    check_invariants(store).await;

    let row = |person: &Person| MemberRow {
        id: by_email[&person.seed.email],
        name: person.seed.name.clone(),
        employment: person.seed.employment,
        email: person.seed.email.clone(),
        last_active: person.seed.last_active,
        held: (person.seed.holds.into_iter().chain(person.archive.then_some(4)))
            .map(|place| Held { product: stock[place].product.id, until: stock[place].valid_until })
            .collect(),
        unsigned: person.seed.holds.is_none() && person.archive,
        groups: person.seed.groups.iter().map(|place| groups[*place]).collect(),
    };
    Model { rows: people.iter().filter(|person| !person.deleted).map(row).collect(), products, groups }
}

impl Model {
    fn counts(&self, selection: &Selection) -> Counts {
        let selected = self.rows.iter().filter(|row| selection.contains(row));
        selected.fold(Counts::default(), |sum, row| sum.plus(Counts::of_row(row)))
    }

    fn order(&self, selection: &Selection, sort: Sort) -> Vec<&MemberRow> {
        let mut rows: Vec<&MemberRow> = self.rows.iter().filter(|row| selection.contains(row)).collect();
        rows.sort_by(|one, other| self.compare(sort, one, other));
        rows
    }

    fn compare(&self, sort: Sort, one: &MemberRow, other: &MemberRow) -> Ordering {
        let label = |row: &MemberRow| {
            let mut labels =
                row.held.iter().map(|held| &self.products.iter().find(|p| p.id == held.product).unwrap().label);
            labels.next().cloned()
        };
        let until = |row: &MemberRow| row.held.iter().filter_map(|held| held.until).min();
        let group = |row: &MemberRow| self.groups.iter().position(|group| row.groups.contains(group));
        match sort.key {
            SortKey::Name => by(sort, Some(one.name.sort_key()), Some(other.name.sort_key())),
            SortKey::Employment => by(sort, Some(one.employment), Some(other.employment)),
            SortKey::Licence => by(sort, label(one), label(other)),
            SortKey::Until => by(sort, until(one), until(other)),
            SortKey::LastActive => by(sort, one.last_active, other.last_active),
            SortKey::Email => by(sort, Some(&one.email), Some(&other.email)),
            SortKey::Group => by(sort, group(one), group(other)),
        }
        .then_with(|| one.name.sort_key().cmp(&other.name.sort_key()))
        .then_with(|| one.id.cmp(&other.id))
    }
}

/// Nothing comes last in both directions.
fn by<K: Ord>(sort: Sort, one: Option<K>, other: Option<K>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if sort.direction == Direction::Descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// A filter and its exceptions, with places instead of ids.
#[derive(Clone, Debug)]
struct Part {
    tab: usize,
    licence: usize,
    search: &'static str,
    except: Vec<usize>,
}

/// A question to the directory.
#[derive(Clone, Debug)]
struct Question {
    all: Vec<Part>,
    ids: Vec<usize>,
    sort: Sort,
    /// Where the page begins, in thousandths.
    from: u64,
    limit: u32,
}

fn question() -> impl Strategy<Value = Question> {
    let searches = ["", "", "", "иван", "и", "елк", "user1", "иванов анна", "mail", "smith a1", "нет такого"];
    let sort = (proptest::sample::select(SortKey::ALL.to_vec()), any::<bool>())
        .prop_map(|(key, up)| Sort { key, direction: if up { Direction::Ascending } else { Direction::Descending } });
    let picked = || prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(0_usize..3000, 1..30)];
    let part = (0_usize..13, 0_usize..9, proptest::sample::select(searches.to_vec()), picked())
        .prop_map(|(tab, licence, search, except)| Part { tab, licence, search, except });
    let all = prop_oneof![
        1 => Just(Vec::new()),
        6 => proptest::collection::vec(part.clone(), 1),
        3 => proptest::collection::vec(part, 2..4),
    ];
    let page = (sort, 0_u64..1000, proptest::sample::select(vec![1_u32, 7, 25, 100]));
    (all, picked(), page).prop_map(|(all, ids, (sort, from, limit))| Question { all, ids, sort, from, limit })
}

impl Question {
    fn selection(&self, model: &Model) -> Selection {
        let picked = |places: &[usize]| -> IdSet {
            let stranger = 1_000_000;
            places.iter().map(|place| model.rows.get(*place).map_or(stranger, |row| row.id.0)).collect()
        };
        let all_but = |part: &Part| {
            let tab = match part.tab {
                0..=1 => Tab::All,
                2..=7 => Tab::Employment(Employment::ALL[part.tab - 2]),
                _ => Tab::Group(model.groups[part.tab - 8]),
            };
            let licence = match part.licence {
                0..=2 => LicenceFilter::Whatever,
                3 => LicenceFilter::None,
                4 => LicenceFilter::Any,
                _ => LicenceFilter::Product(ProductId(model.products[part.licence - 5].id.0)),
            };
            let filter = Filter { tab, licence, search: part.search.into() };
            AllBut { filter, except: picked(&part.except) }
        };
        Selection { all: self.all.iter().map(all_but).collect(), ids: picked(&self.ids) }
    }
}

async fn answer_alike(
    store: &SqlStore,
    roster: &Roster,
    model: &Model,
    question: &Question,
) -> Result<(), TestCaseError> {
    let selection = question.selection(model);
    let found = roster.find(&selection, &Coverage::Everybody);
    let counts = found.counts();
    prop_assert_eq!(counts, model.counts(&selection));
    let model_order = model.order(&selection, question.sort);
    let offset = counts.total * question.from / 1000;
    let Question { sort, limit, .. } = *question;
    let place = usize::try_from(offset).unwrap();
    let page: Vec<&MemberRow> = model_order.iter().skip(place).take(limit as usize).copied().collect();
    prop_assert_eq!(roster.page(&found, sort, offset, limit), page.into_iter().cloned().collect::<Vec<_>>());
    let short = |row: &MemberRow| (row.id.0, row.name.sort_key());
    let everybody: Vec<_> = roster.page(&found, sort, 0, u32::MAX).iter().map(short).collect();
    prop_assert_eq!(everybody, model_order.iter().map(|row| short(row)).collect::<Vec<_>>());
    let snapshot = store.snapshot(HOME, SIGNATURE_GROUP, &selection).await.unwrap();
    let selected = model.rows.iter().filter(|row| selection.contains(row));
    prop_assert_eq!(snapshot.members(), selected.map(|row| row.id.0).collect::<IdSet>());
    for class in &snapshot.classes {
        for id in class.members.iter() {
            let row = model.rows.iter().find(|row| row.id.0 == id).unwrap();
            let signed = row.held.iter().any(|held| held.product != model.products[3].id);
            prop_assert_eq!((class.employment, class.deleted, class.holds.is_some()), (row.employment, false, signed));
        }
        prop_assert_eq!(class.assignments.len(), if class.holds.is_some() { class.members.len() } else { 0 });
    }
    Ok(())
}

fn ask(backend: Backend, size: usize, questions: u32) {
    run(backend, |store| async move {
        let mut runner = TestRunner::deterministic();
        let people = proptest::collection::vec(person(), size).new_tree(&mut runner).unwrap().current();
        let model = load(&store, &people).await;
        let roster = roster(&store, HOME).await;
        let handle = tokio::runtime::Handle::current();
        let config = Config { cases: questions, failure_persistence: None, ..Config::default() };
        let asked = tokio::task::spawn_blocking(move || {
            TestRunner::new(config)
                .run(&question(), |question| handle.block_on(answer_alike(&store, &roster, &model, &question)))
        });
        if let Err(error) = asked.await.unwrap() {
            panic!("{error}");
        }
    });
}

#[test]
fn many_people_sqlite() {
    ask(Backend::Sqlite, 5_000, 250);
}

#[test]
fn many_people_postgres() {
    ask(Backend::Postgres, 5_000, 250);
}

#[test]
fn few_people_sqlite() {
    ask(Backend::Sqlite, 60, 200);
}

#[test]
fn few_people_postgres() {
    ask(Backend::Postgres, 60, 200);
}

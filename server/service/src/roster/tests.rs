//! A roster that is brought up to date against one that is made anew.

use std::collections::BTreeMap;

use domain::{AllBut, Direction, Filter, GroupId, Held, IdSet, LicenceFilter, Product, ProductId, SortKey};
use proptest::prelude::*;

use super::*;
use crate::ports::Layout;

fn layout() -> Layout {
    let product = |id: i64, label: &str| Product {
        id: ProductId(id),
        title: label.into(),
        label: label.into(),
        signature: domain::SignatureKind::Simple,
        identification: domain::Identification::None,
        exclusive_group: domain::SIGNATURE_GROUP.into(),
    };
    Layout {
        groups: vec![GroupId(2), GroupId(1)], products: vec![product(1, "Б"), product(2, "А"), product(3, "Б")]
    }
}

/// What is somebody's own, from a few numbers.
fn person(id: i64, (name, employment, active, groups): (u8, usize, Option<i64>, u8)) -> PersonFacts {
    let sort_key = format!("{} имя", ["анна", "борис", "вера", "анна б"][usize::from(name) % 4]);
    let email = format!("{}{id}@mail.example", ["m", "a", "z"][usize::from(name) % 3]);
    let words: String =
        domain::search_words(&format!("{sort_key} {email}")).iter().map(|word| format!(" {word}")).collect();
    PersonFacts {
        id,
        employment: Employment::ALL[employment],
        last_active: active.map(Instant),
        text: PersonText::new([&sort_key, &name.to_string(), "", &sort_key, &email, &words]),
        held: Vec::new(),
        groups: [2, 1].into_iter().filter(|group| groups & group > 0).map(|group| GroupId(group.into())).collect(),
    }
}

fn held(products: u8) -> Vec<Held> {
    let held = (1..=3).filter(|product| products & (1 << product) > 0);
    held.map(|product| Held { product: ProductId(product), until: (product != 2).then(|| Instant(product * 7 % 5)) })
        .collect()
}

type Own = (u8, usize, Option<i64>, u8);

#[derive(Clone, Debug)]
enum Step {
    /// New people.
    Come(Vec<Own>),
    /// Others, by their places among all, get other names and groups.
    Change(Vec<(u16, Own)>),
    Hold(Vec<(u16, u8)>),
    Go(Vec<u16>),
    Ask,
}

fn step() -> impl Strategy<Value = Step> {
    let own = || (any::<u8>(), 0_usize..6, proptest::option::of(0_i64..4), 0_u8..4);
    let few = 1..6_usize;
    prop_oneof![
        3 => proptest::collection::vec(own(), few.clone()).prop_map(Step::Come),
        // So many that everybody is sorted anew.
        1 => proptest::collection::vec(own(), MANY - 3..MANY + 3).prop_map(Step::Come),
        2 => proptest::collection::vec((any::<u16>(), own()), few.clone()).prop_map(Step::Change),
        3 => proptest::collection::vec((any::<u16>(), 0_u8..16), few.clone()).prop_map(Step::Hold),
        1 => proptest::collection::vec((any::<u16>(), 0_u8..16), 3 * MANY).prop_map(Step::Hold),
        2 => proptest::collection::vec(any::<u16>(), few).prop_map(Step::Go),
        3 => Just(Step::Ask),
    ]
}

#[derive(Default)]
struct Model {
    living: BTreeMap<i64, PersonFacts>,
    last: i64,
}

impl Model {
    fn whole(&self) -> Changes {
        Changes { whole: Some(layout()), people: self.living.values().cloned().collect(), ..Changes::default() }
    }

    fn named(&self, place: u16) -> i64 {
        i64::from(place) % self.last.max(1) + 1
    }

    fn go(&mut self, step: &Step) -> Changes {
        let mut changes = Changes::default();
        match step {
            Step::Ask => {}
            Step::Come(all) => {
                for own in all {
                    self.last += 1;
                    let person = person(self.last, *own);
                    self.living.insert(self.last, person.clone());
                    changes.people.push(person);
                }
            }
            Step::Change(all) => {
                for (place, own) in all {
                    let id = self.named(*place);
                    if let Some(known) = self.living.get_mut(&id) {
                        *known = PersonFacts { held: known.held.clone(), ..person(id, *own) };
                        changes.people.retain(|person| person.id != id);
                        changes.people.push(known.clone());
                    }
                }
            }
            Step::Hold(all) => {
                for (place, products) in all {
                    let id = self.named(*place);
                    if let Some(known) = self.living.get_mut(&id) {
                        known.held = held(*products);
                    }
                    changes.held.retain(|(other, _)| *other != id);
                    changes.held.push((id, held(*products)));
                }
            }
            Step::Go(all) => {
                changes.gone = all.iter().map(|place| self.named(*place)).collect();
                self.living.retain(|id, _| !changes.gone.contains(*id));
            }
        }
        changes
    }
}

fn selections() -> Vec<Selection> {
    let filter = |tab, licence, search: &str| Filter { tab, licence, search: search.into() };
    let some: IdSet = (1..200).step_by(3).collect();
    let one = filter(Tab::Group(GroupId(1)), LicenceFilter::None, "");
    let two = filter(Tab::All, LicenceFilter::Any, "анна");
    let part = |filter: &Filter, except: &IdSet| AllBut { filter: filter.clone(), except: except.clone() };
    vec![
        Selection::default(),
        Selection::by_filter(Filter::default()),
        Selection::by_filter(filter(Tab::Employment(Employment::Dismissed), LicenceFilter::Whatever, "")),
        Selection::by_filter(filter(Tab::All, LicenceFilter::Product(ProductId(2)), "")),
        Selection::by_filter(filter(Tab::All, LicenceFilter::Whatever, "а")),
        Selection::by_filter(two.clone()),
        Selection::of_ids(some.clone()),
        Selection::all_but(one.clone(), some.clone()),
        Selection { all: vec![part(&one, &IdSet::EMPTY), part(&two, &some)], ids: (5..9).collect() },
        Selection { all: vec![part(&one, &IdSet::EMPTY), part(&one, &some)], ids: IdSet::EMPTY },
    ]
}

fn answers(roster: &Roster) -> Vec<(Counts, Vec<MemberRow>)> {
    let mut all = Vec::new();
    for selection in selections() {
        let found = roster.find(&selection, &Coverage::Everybody);
        let some = Coverage::of_groups(vec![GroupId(1)]);
        let covered = roster.find(&selection, &some);
        for key in SortKey::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort { key, direction };
                let everybody = roster.page(&found, sort, 0, u32::MAX);
                assert_eq!(everybody.len() as u64, found.counts().total);
                // Whoever is limited sees the same table without the others.
                let rows = roster.page(&covered, sort, 0, u32::MAX);
                assert_eq!(rows.len() as u64, covered.counts().total);
                let without = everybody.iter().filter(|row| some.admits(&row.groups));
                assert!(rows.iter().eq(without), "{sort:?}");
                // Any page is a slice of the whole.
                for offset in [0, 7, everybody.len() / 2, everybody.len().saturating_sub(5), everybody.len() + 1] {
                    let slice: Vec<MemberRow> = everybody.iter().skip(offset).take(10).cloned().collect();
                    assert_eq!(roster.page(&found, sort, offset as u64, 10), slice, "{sort:?} {offset}");
                }
                all.push((found.counts(), everybody));
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn brought_up_to_date_it_is_as_if_made_anew(steps in proptest::collection::vec(step(), 1..25)) {
        let mut model = Model::default();
        let mut roster = Roster::of(model.whole()).unwrap();
        for step in &steps {
            let changes = model.go(step);
            // What was heard may be heard again.
            roster = roster.apply(changes.clone()).unwrap().apply(changes).unwrap();
            if matches!(step, Step::Ask) {
                prop_assert_eq!(answers(&roster), answers(&Roster::of(model.whole()).unwrap()));
            }
        }
        let anew = Roster::of(model.whole()).unwrap();
        prop_assert_eq!(roster.tabs(&Coverage::Everybody), anew.tabs(&Coverage::Everybody));
        prop_assert_eq!(answers(&roster), answers(&anew));
    }
}

#[test]
fn it_does_not_go_on_from_where_it_cannot() {
    let own = (0, 0, None, 0);
    let roster = Roster::of(Changes { whole: Some(layout()), ..Changes::default() }).unwrap();
    assert_eq!(Roster::of(Changes::default()).err(), Some(Stale), "only a part");
    let roster = roster.apply(Changes { people: vec![person(2, own), person(4, own)], ..Changes::default() }).unwrap();
    let between = Changes { people: vec![person(3, own)], ..Changes::default() };
    assert_eq!(roster.apply(between).err(), Some(Stale), "somebody between those who are there");
}

#[test]
fn a_class_that_nobody_is_in_is_given_up() {
    let people = (1..=50).map(|id| person(id, (0, 0, None, 0))).collect();
    let mut roster = Roster::of(Changes { whole: Some(layout()), people, ..Changes::default() }).unwrap();
    for until in 0..1000 {
        let term = vec![Held { product: ProductId(1), until: Some(Instant(until)) }];
        let held = (1..=50).map(|id| (id, term.clone())).collect();
        roster = roster.apply(Changes { held, ..Changes::default() }).unwrap();
    }
    assert!(roster.classes.len() < 5, "{}", roster.classes.len());
    assert_eq!(roster.find(&Selection::by_filter(Filter::default()), &Coverage::Everybody).counts().licensed, 50);
}

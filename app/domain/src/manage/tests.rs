use proptest::prelude::*;

use super::*;
use crate::rules::tests::product;
use crate::{PoolCode, RuledProduct};

const NOW: Instant = Instant(1_000);

/// 1 and 2 exclude each other; 4 needs 3, and 5 needs 4; 6 only in 77; 3 has plans.
fn range() -> Assortment {
    vec![
        product(1, &[], &[2], &[], &[]),
        product(2, &[], &[], &[], &[]),
        product(3, &[], &[], &[], &["mail", "calls"]),
        product(4, &[3], &[], &[], &[]),
        product(5, &[4], &[], &[], &[]),
        product(6, &[], &[], &["77"], &[]),
    ]
    .into_iter()
    .collect()
}

fn pool(id: i64, of: &RuledProduct, left: u64) -> Pool {
    Pool {
        id: PoolId(id),
        product: of.product.clone(),
        code: PoolCode::parse("ea9ENYf6").unwrap(),
        total: left,
        issued: 0,
        valid_from: Instant(0),
        valid_until: None,
        trial: false,
    }
}

/// A pool of each product, with its number times 10.
fn pools(left: u64) -> Vec<Pool> {
    range().iter().map(|known| pool(known.product.id.0 * 10, known, left)).collect()
}

fn class(held: &[i64], members: &[i64]) -> Holding {
    let seat = |id: &i64| HeldSeat { product: ProductId(*id), pool: PoolId(id * 10), plans: Plans::ALL };
    Holding {
        employment: Employment::Employee,
        deleted: false,
        region: Region::parse("16"),
        held: held.iter().map(seat).collect(),
        members: members.iter().copied().collect(),
        seats: held.iter().map(|id| members.iter().map(|member| id * 1000 + member).collect()).collect(),
    }
}

fn wish(set: &[i64], clear: &[i64]) -> Wish {
    let set = set.iter().map(|id| (ProductId(*id), Want::Set(Plans::ALL)));
    Wish(set.chain(clear.iter().map(|id| (ProductId(*id), Want::Clear))).collect())
}

fn plan(set: &[i64], clear: &[i64], people: &[Holding]) -> ManagePlan {
    manage(&range(), &wish(set, clear), people, &pools(100), NOW)
}

fn faults(plan: &ManagePlan) -> Vec<(String, &[i64])> {
    plan.faults.iter().map(|(fault, ids)| (fault.code(), ids.as_slice())).collect()
}

#[test]
fn several_products_are_set_and_cleared_at_once() {
    let plan = plan(&[3, 4], &[1], &[class(&[], &[1, 5]), class(&[1], &[2]), class(&[3, 4], &[3])]);
    assert_eq!(plan.accepted.as_slice(), [1, 2, 5]);
    assert_eq!(plan.unchanged.as_slice(), [3], "they have it already");
    assert_eq!(plan.products[&ProductId(3)].given.as_slice(), [1, 2, 5]);
    assert_eq!(plan.products[&ProductId(1)].taken.as_slice(), [2]);
    assert_eq!(plan.takes, [(PoolId(10), [1002].into_iter().collect())]);
    assert_eq!((plan.gaining.as_slice(), plan.losing.as_slice()), ([1, 2, 5].as_slice(), [2].as_slice()));
    assert!(plan.ready());
}

#[test]
fn what_needs_a_product_falls_with_it() {
    let plan = plan(&[], &[3], &[class(&[3, 4, 5], &[1]), class(&[5], &[2])]);
    assert_eq!(plan.products[&ProductId(4)].fell.as_slice(), [1]);
    assert_eq!(plan.products[&ProductId(5)].fell.as_slice(), [1], "and what needs that");
    assert_eq!(plan.unchanged.as_slice(), [2], "who held it without what it needs keeps it");
    assert_eq!(plan.takes.iter().map(|(pool, _)| pool.0).collect::<Vec<_>>(), [30, 40, 50]);
}

#[test]
fn what_cannot_go_together_is_said_by_product() {
    let mut dismissed = class(&[], &[4]);
    dismissed.employment = Employment::Dismissed;
    let mut deleted = class(&[], &[5]);
    deleted.deleted = true;
    let mut unknown = class(&[], &[6]);
    unknown.region = None;
    let people = [class(&[], &[1]), class(&[2], &[2]), class(&[3], &[3]), dismissed, deleted, unknown];
    let text = |faults: &[(&str, &[i64])]| {
        faults.iter().map(|(code, ids)| ((*code).to_owned(), ids.to_vec())).collect::<Vec<_>>()
    };
    let said = |set: &[i64], clear: &[i64]| {
        let plan = plan(set, clear, &people);
        let said = faults(&plan).into_iter().map(|(code, ids)| (code, ids.to_vec())).collect::<Vec<_>>();
        (plan.accepted.as_slice().to_vec(), said)
    };
    assert_eq!(
        said(&[4], &[]),
        (vec![3], text(&[("deleted", &[5]), ("dismissed 4", &[4]), ("needs 4 3", &[1, 2, 4, 6])])),
        "each of them under every reason"
    );
    assert_eq!(
        said(&[1], &[]),
        (vec![1, 3, 6], text(&[("deleted", &[5]), ("dismissed 1", &[4]), ("excludes 1 2", &[2])]))
    );
    assert_eq!(said(&[1], &[2]).0, [1, 2, 3, 6], "cleared, it is in nobody's way");
    assert_eq!(
        said(&[6], &[]),
        (
            Vec::new(),
            text(&[("deleted", &[5]), ("dismissed 6", &[4]), ("region 6", &[1, 2, 3, 4]), ("unplaced 6", &[6])])
        ),
        "nor where nobody knows the region"
    );
    assert_eq!(said(&[1, 2], &[]).0, Vec::<i64>::new(), "both are nobody's");
    assert_eq!(said(&[4], &[3]).0, Vec::<i64>::new(), "what is asked for does not fall");
    let both =
        [("deleted", [5].as_slice()), ("dismissed 4", &[4]), ("dismissed 5", &[4]), ("needs 4 3", &[1, 2, 4, 6])];
    assert_eq!(said(&[4, 5], &[]).1, text(&both), "5 has what it needs, where 4 is wanted too");
}

#[test]
fn service_plans_change_for_whoever_holds_the_product() {
    let range = range();
    let mail = Plans::chosen(&range.get(ProductId(3)).unwrap().rules.plans, ["mail"]).unwrap();
    let mut some = class(&[3], &[2]);
    some.held[0].plans = mail.clone();
    let people = [class(&[3], &[1]), some, class(&[], &[3])];
    let replan = Wish([(ProductId(3), Want::Plans(mail.clone()))].into());
    let plan = manage(&range, &replan, &people, &pools(0), NOW);
    assert_eq!((plan.accepted.as_slice(), plan.unchanged.as_slice()), ([1].as_slice(), [2, 3].as_slice()));
    assert_eq!(plan.replans[0].seats.as_slice(), [3001]);
    assert!(plan.ready(), "no other seat is needed");
    assert_eq!((plan.gaining.len(), plan.losing.as_slice()), (0, [1].as_slice()));
    let set = Wish([(ProductId(3), Want::Set(mail))].into());
    let plan = manage(&range, &set, &people, &pools(1), NOW);
    assert_eq!(plan.products[&ProductId(3)].given.as_slice(), [3]);
    assert_eq!(plan.products[&ProductId(3)].replanned.as_slice(), [1]);
}

#[test]
fn seats_come_from_paid_pools_that_last_by_ascending_id() {
    let range = range();
    let known = range.get(ProductId(1)).unwrap();
    let ends = |id, left, until: i64| Pool { valid_until: Some(Instant(until)), ..pool(id, known, left) };
    let trial = Pool { trial: true, ..pool(1, known, 5) };
    let over = ends(2, 50, 1_000);
    let later = Pool { valid_from: Instant(2_000), ..pool(3, known, 50) };
    let pools = [trial, over, later, ends(4, 2, 5_000), ends(5, 1, 9_000)];
    let people = [class(&[], &[7, 3, 9, 1, 5])];
    let plan = manage(&range, &wish(&[1], &[]), &people, &pools, NOW);
    let gives: Vec<(i64, &[i64])> = plan.gives.iter().map(|give| (give.pool.0, give.members.as_slice())).collect();
    assert_eq!(gives, [(5, [1].as_slice()), (4, &[3, 5]), (1, &[7, 9])]);
    let nine: Vec<i64> = (1..=9).collect();
    let plan = manage(&range, &wish(&[1], &[]), &[class(&[], &nine)], &pools, NOW);
    assert_eq!(plan.short, [Shortage { product: ProductId(1), left: 8, wanted: 9 }]);
    assert!(!plan.ready() && plan.gives.is_empty());
}

#[test]
fn beside_each_box_stands_what_it_does() {
    let people = [class(&[1], &[1]), class(&[2], &[2]), class(&[3, 4], &[3])];
    let range = range();
    let all: Vec<ProductId> = range.iter().map(|known| known.product.id).collect();
    let (_, rows) = beside(&range, &all, &wish(&[1], &[3]), &people, &pools(0), NOW);
    assert_eq!(rows[0].held_by_all(), None);
    assert_eq!((rows[0].holders.as_slice(), rows[0].available, rows[0].missing), ([1].as_slice(), 0, 1));
    let clash = Fault::Excludes { product: ProductId(1), other: ProductId(2) };
    assert_eq!(rows[0].conflicts, BTreeMap::from([(clash, 1)]));
    assert_eq!(rows[3].change.fell.as_slice(), [3], "what falls is said beside it");
    assert_eq!(rows[5].held_by_all(), Some(false));
    assert_eq!((rows[2].plans.clone(), rows[5].plans.clone()), (Some(Plans::ALL), None));
}

#[test]
fn whom_another_product_keeps_from_it_is_said_beside_it() {
    let people = [class(&[], &[1, 2]), class(&[2], &[3])];
    let ids = [1, 3, 4].map(ProductId);
    let (plan, rows) = beside(&range(), &ids, &wish(&[1, 3], &[]), &people, &pools(0), NOW);
    assert_eq!(rows[1].hindered, (1, BTreeSet::from([ProductId(1)])), "3 would get it, but for 1");
    assert_eq!((rows[0].hindered.clone(), rows[1].conflicts.len()), ((0, BTreeSet::new()), 0));
    assert_eq!(plan.left_out().as_slice(), [3]);
    // As many are missing as would get it.
    assert_eq!((rows[0].missing, rows[0].lacking, rows[1].lacking), (2, 2, 2));
    assert_eq!(rows[2].lacking, 3, "if 4 were wanted besides: for everybody, once 1 is cleared");
    let all_out = [class(&[2], &[3, 4])];
    let (plan, rows) = beside(&range(), &ids, &wish(&[1, 3], &[]), &all_out, &pools(0), NOW);
    assert_eq!((plan.short.len(), rows[1].missing, rows[1].lacking), (0, 0, 2), "so many, once 1 is cleared");
    assert_eq!((rows[0].missing, rows[0].lacking), (0, 2), "so many, once 2 is cleared");
    let mut dismissed = class(&[], &[5, 6]);
    dismissed.employment = Employment::Dismissed;
    let (_, rows) = beside(&range(), &ids, &wish(&[4], &[]), &[class(&[], &[1]), dismissed], &pools(0), NOW);
    assert_eq!((rows[2].missing, rows[2].lacking), (0, 1), "once 3 is wanted too; the dismissed never get it");
    let (_, rows) = beside(&range(), &ids, &wish(&[], &[3]), &people, &pools(5), NOW);
    assert!(rows.iter().all(|row| row.lacking == 0), "there are enough");
}

#[test]
fn the_digest_changes_when_anything_shown_changes() {
    let people = [class(&[1], &[1]), class(&[], &[2])];
    let of = |set: &[i64], clear: &[i64], people: &[Holding], left| {
        let wish = wish(set, clear);
        manage(&range(), &wish, people, &pools(left), NOW).digest(&wish)
    };
    let one = of(&[3], &[1], &people, 10);
    assert_eq!(one, of(&[3], &[1], &people, 10));
    let mut other = people.clone();
    other[0].seats[0] = [1999].into_iter().collect();
    assert_ne!(one, of(&[3], &[1], &other, 10), "another seat of the same person");
    assert_ne!(one, of(&[3], &[1, 2], &people, 10), "another wish of the same effect");
    assert_ne!(one, of(&[3], &[1], &people, 1), "too few");
}

#[test]
fn faults_are_kept_by_their_codes() {
    let (product, other) = (ProductId(4), ProductId(3));
    for fault in [
        Fault::Deleted,
        Fault::Dismissed { product },
        Fault::Region { product },
        Fault::Unplaced { product },
        Fault::Needs { product, needs: other },
        Fault::Excludes { product, other },
        Fault::Gone { product },
        Fault::HoldsAgain { product },
    ] {
        assert_eq!(Fault::from_code(&fault.code()), Some(fault));
    }
    for code in ["", "needs", "needs 4", "deleted 3", "region x"] {
        assert_eq!(Fault::from_code(code), None, "{code}");
    }
}

fn seat(member: i64, product: i64, assignment: i64) -> SeatOf {
    SeatOf { member, product: ProductId(product), pool: PoolId(product * 10), assignment }
}

#[test]
fn an_undo_is_of_all_of_a_person_or_nothing() {
    // 3 was given and 1 taken, to and from each of them.
    let given: Vec<SeatOf> = (1..=6).map(|member| seat(member, 3, 3000 + member)).collect();
    let taken: Vec<SeatOf> = (1..=6).map(|member| seat(member, 1, 1000 + member)).collect();
    let standing: Vec<SeatOf> = given.iter().filter(|seat| seat.member != 2).copied().collect();
    let mut deleted = class(&[3], &[6]);
    deleted.deleted = true;
    let people = [
        class(&[3], &[1]),
        class(&[], &[2]),
        class(&[1, 3], &[3]),
        class(&[3, 4], &[4]),
        class(&[2, 3], &[5]),
        deleted,
    ];
    let touched = (1..=6).collect();
    let undo = unmanage(&range(), &touched, &people, &Done { given: &given, standing: &standing, taken: &taken });
    assert_eq!(undo.accepted.as_slice(), [1]);
    assert_eq!(undo.ends, [(PoolId(30), [3001].into_iter().collect())]);
    assert_eq!(undo.restores, [(PoolId(10), [1001].into_iter().collect())]);
    let faults: Vec<(String, &[i64])> = undo.faults.iter().map(|(fault, ids)| (fault.code(), ids.as_slice())).collect();
    assert_eq!(
        faults,
        [
            ("deleted".to_owned(), [6].as_slice()),
            ("needs 4 3".to_owned(), &[4]),
            ("excludes 1 2".to_owned(), &[5]),
            ("gone 3".to_owned(), &[2]),
            ("holds_again 1".to_owned(), &[3]),
        ]
    );
}

/// What nobody may come to hold: the first rule that is broken by what is new.
fn breaks(range: &Assortment, before: &BTreeSet<i64>, after: &BTreeSet<i64>) -> Option<&'static str> {
    let has = |set: &BTreeSet<i64>, id: ProductId| set.contains(&id.0);
    let missing = after.iter().any(|id| {
        let all = |set: &BTreeSet<i64>| range.requires(ProductId(*id)).all(|needed| has(set, needed));
        (!before.contains(id) || all(before)) && !all(after)
    });
    let clash = after.iter().any(|one| {
        after.iter().any(|other| {
            let new = !before.contains(one) || !before.contains(other);
            new && range.exclude(ProductId(*one), ProductId(*other))
        })
    });
    if missing { Some("needs") } else { clash.then_some("excludes") }
}

#[test]
fn the_oracle_notices_broken_rules() {
    let set = |ids: &[i64]| ids.iter().copied().collect::<BTreeSet<i64>>();
    let range = range();
    assert_eq!(breaks(&range, &set(&[3, 4]), &set(&[4])), Some("needs"), "4 stays without 3");
    assert_eq!(breaks(&range, &set(&[4]), &set(&[4])), None, "it was so before");
    assert_eq!(breaks(&range, &set(&[1]), &set(&[1, 2])), Some("excludes"));
    assert_eq!(breaks(&range, &set(&[]), &set(&[3, 4, 5])), None);
}

type Person = (BTreeSet<i64>, bool, bool, bool);

fn person() -> impl Strategy<Value = Person> {
    (proptest::collection::btree_set(1_i64..=6, 0..4), any::<bool>(), any::<bool>(), prop::bool::weighted(0.1))
}

fn of_person(number: i64, (held, dismissed, moscow, deleted): &Person) -> Holding {
    let held: Vec<i64> = held.iter().copied().collect();
    Holding {
        employment: if *dismissed { Employment::Dismissed } else { Employment::Employee },
        region: Region::parse(if *moscow { "77" } else { "16" }),
        deleted: *deleted,
        ..class(&held, &[number])
    }
}

/// People of one kind in one class, as the store brings them.
fn together(people: &[Person]) -> Vec<Holding> {
    let mut classes: BTreeMap<&Person, Vec<i64>> = BTreeMap::new();
    for (person, number) in people.iter().zip(1..) {
        classes.entry(person).or_default().push(number);
    }
    let one = |(person, members): (&Person, Vec<i64>)| {
        let held: Vec<i64> = person.0.iter().copied().collect();
        Holding {
            members: members.iter().copied().collect(),
            seats: class(&held, &members).seats,
            ..of_person(0, person)
        }
    };
    classes.into_iter().map(one).collect()
}

proptest! {
    #[test]
    fn everybody_is_in_one_place_and_keeps_the_rules(
        people in proptest::collection::vec(person(), 0..30),
        set in proptest::collection::btree_set(1_i64..=6, 0..4),
        clear in proptest::collection::btree_set(1_i64..=6, 0..3),
    ) {
        let range = range();
        let clear: Vec<i64> = clear.difference(&set).copied().collect();
        let set: Vec<i64> = set.into_iter().collect();
        let wish = wish(&set, &clear);
        let classes = together(&people);
        let plan = manage(&range, &wish, &classes, &pools(1000), NOW);
        let mut everybody: Vec<i64> = plan.accepted.iter().chain(plan.unchanged.iter()).collect();
        everybody.extend(plan.left_out().iter());
        everybody.sort_unstable();
        prop_assert_eq!(everybody, (1..=people.len() as i64).collect::<Vec<_>>());
        for (person, number) in people.iter().zip(1_i64..) {
            let mut after = person.0.clone();
            for (product, change) in &plan.products {
                if change.taken.contains(number) || change.fell.contains(number) {
                    prop_assert!(after.remove(&product.0));
                }
                if change.given.contains(number) {
                    prop_assert!(after.insert(product.0));
                    prop_assert!(!person.1 && !person.3, "to a dismissed or deleted person");
                    prop_assert!(product.0 != 6 || person.2, "outside its region");
                }
            }
            prop_assert_eq!(after != person.0, plan.accepted.contains(number));
            prop_assert_eq!(breaks(&range, &person.0, &after), None);
            if plan.accepted.contains(number) || plan.unchanged.contains(number) {
                prop_assert!(set.iter().all(|id| after.contains(id)), "all of what is wanted, or nothing");
                prop_assert!(clear.iter().all(|id| !after.contains(id)));
            }
        }
        let seats: usize = plan.gives.iter().map(|give| give.members.len()).sum();
        let given: usize = plan.products.values().map(|change| change.given.len()).sum();
        prop_assert_eq!(seats, given);
    }

    #[test]
    fn classes_change_nothing(
        people in proptest::collection::vec(person(), 0..20),
        set in proptest::collection::btree_set(1_i64..=6, 0..4),
    ) {
        let set: Vec<i64> = set.into_iter().collect();
        let wish = wish(&set, &[]);
        let apart: Vec<Holding> = people.iter().zip(1..).map(|(person, number)| of_person(number, person)).collect();
        let one = manage(&range(), &wish, &together(&people), &pools(1000), NOW);
        prop_assert_eq!(one.digest(&wish), manage(&range(), &wish, &apart, &pools(1000), NOW).digest(&wish));
    }
}

//! Several products at once: what people hold of all of them, and how it changes.

use domain::{
    Assortment, Done, Holding, IdSet, Instant, Kind, OperationId, OperationState, Outcome, Plans, PoolId, ProductId,
    ProductRules, Region, ServicePlan, SignatureKind, Sort, SortKey, Want, Wish, manage, unmanage,
};
use service::ports::{Managed, NewOperation, Store, StoreError, Turned};
use store::{SeedProduct, SqlStore};

use crate::database::on_both;
use crate::world::{
    ABROAD, HOME, NOW, account, archive, check_invariants, ids, member, open_tasks, operation, organization, pool,
    pool_ids, set, signatures,
};

on_both!(
    rules_are_kept_with_the_catalogue,
    people_are_classed_by_all_they_hold,
    products_are_set_and_cleared_at_once,
    service_plans_change_and_tasks_go_on,
    an_undo_makes_it_as_it_was,
    seats_that_are_short_are_refused,
    a_wish_is_kept_with_its_operation,
    regions_are_of_people_or_of_their_organisation,
    two_who_save_at_once_overdraw_nothing,
    a_renewal_keeps_service_plans,
);

const LATER: Instant = Instant(NOW.0 + 1);

fn office(title: &str, group: &str) -> SeedProduct {
    let plan = |code: &str| ServicePlan { code: code.into(), title: code.to_uppercase() };
    SeedProduct {
        title: title.into(),
        label: title.into(),
        signature: SignatureKind::None,
        exclusive_group: group.into(),
        rules: ProductRules { plans: vec![plan("box"), plan("calendar")], ..ProductRules::default() },
        ..archive()
    }
}

/// Three signatures, the archive (4), mail (5), and calls (6), which need mail, are excluded by the archive, and are for one
/// region. Pools of УНЭП, ПЭП, mail and calls; the fourth of five people holds УНЭП and mail, the fifth УНЭП.
async fn world(store: &SqlStore) {
    let mut calls = office("Звонки", "calls");
    calls.rules.requires = vec![ProductId(5)];
    calls.rules.excludes = vec![ProductId(4)];
    calls.rules.regions = vec![Region::parse("77").unwrap()];
    let catalogue = [signatures(), vec![archive(), office("Почта", "mail"), calls]].concat();
    use domain::Employment::{Candidate, Dismissed, Employee};
    let people = || {
        let mut people: Vec<_> = [Employee, Candidate, Dismissed, Employee, Employee]
            .into_iter()
            .zip(1..)
            .map(|(kind, number)| member(number, kind))
            .collect();
        people[3].holds = Some(0);
        people[4].holds = Some(0);
        people[3].besides = vec![2];
        people[0].region = Region::parse("16");
        people
    };
    let pools = || vec![pool(0, 1, 3, None), pool(1, 2, 5, None), pool(4, 3, 4, None), pool(5, 4, 2, None)];
    let mut home = organization("romashka", &[], pools(), people());
    home.region = Region::parse("77");
    let abroad = organization("lutik", &[], pools(), people());
    store.seed(&catalogue, &[home, abroad], NOW).await.unwrap();
}

fn wish(wants: &[(i64, Want)]) -> Wish {
    Wish(wants.iter().map(|(id, want)| (ProductId(*id), want.clone())).collect())
}

fn all() -> Want {
    Want::Set(Plans::ALL)
}

async fn facts(store: &SqlStore, members: &IdSet) -> (Assortment, Vec<Holding>) {
    let region = store.region(HOME).await.unwrap();
    (store.assortment().await.unwrap(), store.holdings(HOME, members, region).await.unwrap())
}

/// What each person holds: products with their plans.
async fn held(store: &SqlStore, members: &[i64]) -> Vec<Vec<(i64, Option<String>)>> {
    let (_, people) = facts(store, &set(members)).await;
    let of = |member: &i64| {
        let class = people.iter().find(|class| class.members.contains(*member)).unwrap();
        class.held.iter().map(|seat| (seat.product.0, seat.plans.kept())).collect()
    };
    members.iter().map(of).collect()
}

async fn save(store: &SqlStore, members: &IdSet, wanted: &Wish) -> Result<OperationId, StoreError> {
    let mut tx = store.begin(HOME).await?;
    let (assortment, region, pools) = (tx.assortment().await?, tx.region().await?, tx.pools().await?);
    let people = tx.holdings(members, region).await?;
    let plan = manage(&assortment, wanted, &people, &pools, NOW);
    let id = operation(store, tx.as_mut(), HOME, Kind::Manage, None, &plan.accepted).await?;
    tx.manage(id, &plan, &pools, LATER).await?;
    tx.commit().await?;
    Ok(id)
}

async fn undo(store: &SqlStore, undone: OperationId, members: &IdSet) -> OperationId {
    let mut tx = store.begin(HOME).await.unwrap();
    let seats = tx.managed_seats(undone).await.unwrap();
    let (assortment, people) = (tx.assortment().await.unwrap(), tx.holdings(members, None).await.unwrap());
    let done = Done { given: &seats.given, standing: &seats.standing, taken: &seats.taken };
    let plan = unmanage(&assortment, members, &people, &done);
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    let id = operation(store, tx.as_mut(), HOME, Kind::UndoManage, Some(undone), &plan.accepted).await.unwrap();
    tx.unmanage(id, undone, &plan.ends, &plan.restores, LATER).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn rules_are_kept_with_the_catalogue(store: SqlStore) {
    world(&store).await;
    let products = store.catalogue().await.unwrap();
    let calls = &products[5].rules;
    assert_eq!(
        (calls.requires.as_slice(), calls.excludes.as_slice()),
        ([ProductId(5)].as_slice(), [ProductId(4)].as_slice())
    );
    assert_eq!(products[3].rules.excludes, [ProductId(6)], "said of one, it is true of both");
    assert_eq!(calls.plans.iter().map(|plan| plan.code.as_str()).collect::<Vec<_>>(), ["box", "calendar"]);
    let assortment = store.assortment().await.unwrap();
    assert_eq!(assortment.check(), Ok(()));
    assert!(assortment.exclude(ProductId(4), ProductId(6)) && assortment.exclude(ProductId(1), ProductId(2)));
    assert!(assortment.get(ProductId(1)).unwrap().sold && !assortment.get(ProductId(6)).unwrap().sold);
    let mut changed = products.clone();
    changed[5].rules = ProductRules { requires: vec![ProductId(4)], ..ProductRules::default() };
    changed[3].rules.excludes.clear();
    let mut tx = store.begin_installation().await.unwrap();
    tx.keep_catalogue(None, &changed).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.catalogue().await.unwrap(), changed);
}

async fn people_are_classed_by_all_they_hold(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let foreign = ids(&store, ABROAD).await;
    let everybody: IdSet = members.iter().chain(&foreign).copied().chain([9_999_999]).collect();
    let mut tx = store.begin(HOME).await.unwrap();
    tx.delete_members(&set(&members[1..2]), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let (_, people) = facts(&store, &everybody).await;
    let told: Vec<_> = people
        .iter()
        .map(|class| {
            let held: Vec<i64> = class.held.iter().map(|seat| seat.product.0).collect();
            let region = class.region.map(|region| region.to_string()).unwrap_or_default();
            (class.members.clone(), class.deleted, region, held, class.seats.iter().map(IdSet::len).collect::<Vec<_>>())
        })
        .collect();
    let one = |place: usize| set(&members[place..=place]);
    assert_eq!(
        told,
        [
            (one(0), false, "16".to_owned(), vec![], vec![]),
            (one(1), true, "77".to_owned(), vec![], vec![]),
            (one(2), false, "77".to_owned(), vec![], vec![]),
            (one(3), false, "77".to_owned(), vec![1, 5], vec![1, 1]),
            (one(4), false, "77".to_owned(), vec![1], vec![1]),
        ]
    );
    assert_eq!(store.begin(HOME).await.unwrap().holdings(&everybody, Region::parse("77")).await.unwrap(), people);
    assert_eq!(store.holdings(HOME, &IdSet::EMPTY, None).await.unwrap(), []);
}

async fn products_are_set_and_cleared_at_once(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    // УНЭП goes, ПЭП, mail and calls come; to the dismissed nothing comes.
    let wanted = wish(&[(1, Want::Clear), (2, all()), (5, all()), (6, all())]);
    let done = save(&store, &set(&members[2..5]), &wanted).await.unwrap();
    check_invariants(&store).await;
    let whole = vec![(2, None), (5, None), (6, None)];
    assert_eq!(held(&store, &members[2..5]).await, [vec![], whole.clone(), whole]);
    let issued: Vec<u64> = store.pools(HOME).await.unwrap().iter().map(|pool| pool.issued).collect();
    assert_eq!(issued, [0, 2, 2, 2]);
    let tasks = format!(
        "SELECT count(*) FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id WHERE a.operation_id = {done}"
    );
    assert_eq!(store.scalar(&tasks).await.unwrap(), 2, "of signatures alone");
}

async fn service_plans_change_and_tasks_go_on(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let four = set(&members[3..4]);
    let tasks = || async { store.scalar("SELECT count(*) FROM certificate_tasks").await.unwrap() };
    let before = (tasks().await, open_tasks(&store, HOME, &four).await);
    assert_eq!(before.1, 1);
    // Whatever plans a signature may have, its task goes on with the seat that changes.
    let some = Want::Plans(Plans::of_kept("box"));
    let done = save(&store, &four, &wish(&[(1, some.clone()), (5, some)])).await.unwrap();
    check_invariants(&store).await;
    assert_eq!((tasks().await, open_tasks(&store, HOME, &four).await), before);
    let box_only = |id| (id, Some("box".to_owned()));
    assert_eq!(held(&store, &members[3..4]).await, [vec![box_only(1), box_only(5)]]);
    let turns = store.turns(HOME, done, &four).await.unwrap();
    let plans = Plans::of_kept("box");
    let told: Vec<(i64, Turned)> = turns.into_iter().map(|turn| (turn.product.0, turn.turned)).collect();
    assert_eq!(told, [(1, Turned::Replanned(plans.clone())), (5, Turned::Replanned(plans))]);
    undo(&store, done, &four).await;
    check_invariants(&store).await;
    assert_eq!((tasks().await, open_tasks(&store, HOME, &four).await), before);
    assert_eq!(held(&store, &members[3..4]).await, [vec![(1, None), (5, None)]]);
}

async fn an_undo_makes_it_as_it_was(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let pools = || async { store.pools(HOME).await.unwrap().iter().map(|pool| pool.issued).collect::<Vec<_>>() };
    let (before, issued) = (held(&store, &members).await, pools().await);
    let two = set(&members[3..5]);
    let done = save(&store, &two, &wish(&[(1, Want::Clear), (5, all()), (6, all())])).await.unwrap();
    check_invariants(&store).await;
    assert_eq!(open_tasks(&store, HOME, &two).await, 0, "what goes takes its task with it");
    let turns = store.turns(HOME, done, &two).await.unwrap();
    let told: Vec<(i64, i64)> = turns.iter().map(|turn| (turn.member, turn.product.0)).collect();
    let (four, five) = (members[3], members[4]);
    assert_eq!(told, [(four, 1), (four, 6), (five, 1), (five, 5), (five, 6)]);
    undo(&store, done, &two).await;
    check_invariants(&store).await;
    assert_eq!((held(&store, &members).await, pools().await), (before, issued));
    assert_eq!(open_tasks(&store, HOME, &two).await, 2, "and the tasks go on");
}

async fn seats_that_are_short_are_refused(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let (assortment, people) = facts(&store, &set(&members)).await;
    let pools = store.pools(HOME).await.unwrap();
    let mut plan = manage(&assortment, &wish(&[(5, all())]), &people, &pools, NOW);
    // As if somebody else had been quicker.
    for give in &mut plan.gives {
        give.members = set(&members);
    }
    let mut tx = store.begin(HOME).await.unwrap();
    let id = operation(&store, tx.as_mut(), HOME, Kind::Manage, None, &plan.accepted).await.unwrap();
    assert_eq!(tx.manage(id, &plan, &pools, LATER).await, Err(StoreError::SeatsShort));
    drop(tx);
    check_invariants(&store).await;
}

async fn a_wish_is_kept_with_its_operation(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let author = account(&store, HOME).await;
    let draft = NewOperation {
        kind: Kind::Manage,
        state: OperationState::Preview,
        account: Some(author),
        pool: None,
        created_at: NOW,
        expires_at: Instant(NOW.0 + 10),
        settled_at: None,
        digest: "selection".into(),
        undoes: None,
        basis: None,
        strangers: Vec::new(),
    };
    let sort = Sort { key: SortKey::Email, ..Sort::default() };
    let mut managed = Managed { wish: Wish::default(), sort };
    let mut tx = store.begin(HOME).await.unwrap();
    let everybody = [(Outcome::Accepted, set(&members))];
    let id = tx.insert_operation(&draft, &everybody, &[]).await.unwrap();
    tx.keep_wish(id, &managed).await.unwrap();
    managed.wish = wish(&[(5, Want::Set(Plans::of_kept("box"))), (1, Want::Clear), (6, Want::Plans(Plans::ALL))]);
    tx.keep_wish(id, &managed).await.unwrap();
    let fault = domain::Fault::Needs { product: ProductId(6), needs: ProductId(5) };
    let sets = [
        (Outcome::LeftOut(fault), set(&members[..1])),
        (Outcome::Accepted, set(&members[1..3])),
        (Outcome::Unchanged, set(&members[3..])),
    ];
    tx.refreeze(id, &sets, "plan").await.unwrap();
    tx.commit().await.unwrap();
    let record = store.operation(HOME, id).await.unwrap().unwrap();
    assert_eq!(record.managed, Some(managed));
    assert_eq!((record.accepted, record.rejected, record.digest.as_str()), (2, 1, "plan"));
    assert_eq!(store.operation_sets(HOME, id).await.unwrap(), sets);
    assert_eq!(store.operation(ABROAD, id).await.unwrap(), None);
    // What nobody came back for is forgotten with all that hangs on it.
    store.expire_previews(Instant(NOW.0 + 11), NOW).await.unwrap();
    store.expire_previews(Instant(NOW.0 + 100), Instant(NOW.0 + 50)).await.unwrap();
    assert_eq!(store.operation(HOME, id).await.unwrap(), None);
    assert_eq!(store.scalar("SELECT count(*) FROM operation_wishes").await.unwrap(), 0);
}

async fn regions_are_of_people_or_of_their_organisation(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    assert_eq!(store.region(HOME).await.unwrap(), Region::parse("77"));
    assert_eq!(store.region(ABROAD).await.unwrap(), None, "nobody has said it, and nothing was ordered");
    let kazan = Region::parse("16");
    assert_eq!(
        store.regions(HOME, &set(&members)).await.unwrap(),
        [(None, 4), (kazan, 1)].into_iter().collect::<Vec<_>>()
    );
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.keep_region(&set(&members[..2]), Region::parse("50")).await.unwrap(), 2);
    let foreign = ids(&store, ABROAD).await;
    assert_eq!(tx.keep_region(&set(&foreign), kazan).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let said = store.regions(HOME, &set(&members)).await.unwrap();
    assert_eq!(said.iter().map(|(_, count)| count).sum::<u64>(), 5);
    assert!(said.contains(&(Region::parse("50"), 2)));
}

async fn two_who_save_at_once_overdraw_nothing(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    // Two seats of calls, for three people: whoever comes last finds none.
    let wanted = wish(&[(5, all()), (6, all())]);
    let saving = [set(&members[1..2]), set(&members[3..4]), set(&members[4..5])].map(|people| {
        let (store, wanted) = (store.clone(), wanted.clone());
        tokio::spawn(async move { save(&store, &people, &wanted).await })
    });
    for one in saving {
        // A plan that finds too few gives none of the product; what another product gives is no matter here.
        one.await.unwrap().unwrap();
    }
    check_invariants(&store).await;
    let calls = store.pools(HOME).await.unwrap().remove(3);
    assert_eq!((calls.issued, calls.left()), (2, 0));
}

async fn a_renewal_keeps_service_plans(store: SqlStore) {
    world(&store).await;
    let members = ids(&store, HOME).await;
    let four = set(&members[3..4]);
    save(&store, &four, &wish(&[(5, Want::Plans(Plans::of_kept("box")))])).await.unwrap();
    let pools = pool_ids(&store, HOME).await;
    let (_, people) = facts(&store, &four).await;
    let seats = people[0].held.iter().zip(&people[0].seats).find(|(seat, _)| seat.product.0 == 5).unwrap();
    let seats: Vec<(PoolId, IdSet)> = vec![(seats.0.pool, seats.1.clone())];
    crate::world::renew(&store, HOME, pools[2], &four, &seats).await.unwrap();
    check_invariants(&store).await;
    assert_eq!(held(&store, &members[3..4]).await, [vec![(1, None), (5, Some("box".to_owned()))]]);
}

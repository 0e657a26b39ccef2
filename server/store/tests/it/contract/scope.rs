//! Ids of another organisation are as if they did not exist (invariant 3).

use domain::{
    Coverage, Employment, Filter, Kind, LicenceFilter, NewMember, PersonName, SIGNATURE_GROUP, Selection, Tab,
};
use service::ports::{Store, StoreError};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{
    ABROAD, HOME, NOW, check_invariants, found, ids, issue, open_tasks, operation, pool_ids, revoke, roster, seats,
    set, two_organizations,
};

on_both!(
    foreign_people_are_not_found,
    foreign_people_are_not_touched,
    foreign_pools_operations_and_groups_are_not_found,
    a_row_cannot_point_into_another_organisation,
);

async fn foreign_people_are_not_found(store: SqlStore) {
    two_organizations(&store).await;
    let theirs = set(&ids(&store, ABROAD).await);
    let chosen = Selection::of_ids(theirs.clone());
    let (home, abroad) = (roster(&store, HOME).await, roster(&store, ABROAD).await);
    assert_eq!(home.find(&chosen, &Coverage::Everybody).counts().total, 0);
    assert_eq!(abroad.find(&chosen, &Coverage::Everybody).counts().total, 5);
    assert!(store.snapshot(HOME, SIGNATURE_GROUP, &chosen).await.unwrap().classes.is_empty());
    assert!(store.briefs(HOME, &theirs).await.unwrap().is_empty());
    assert_eq!(open_tasks(&store, HOME, &theirs).await, 0);
    assert_eq!(open_tasks(&store, ABROAD, &theirs).await, 2);
    let seats = seats(&store, ABROAD, &theirs).await.iter().flat_map(|(_, seats)| seats.iter()).collect();
    assert_eq!(store.open_tasks(HOME, &seats).await.unwrap(), 0, "though the seats are named");
    assert!(found(&home, &chosen).is_empty());
    // The filter's own group belongs to the other organisation.
    let group = store.groups(ABROAD).await.unwrap()[0].id;
    let filter = Filter { tab: Tab::Group(group), ..Filter::default() };
    assert_eq!(home.find(&Selection::by_filter(filter.clone()), &Coverage::Everybody).counts().total, 0);
    assert_eq!(abroad.find(&Selection::by_filter(filter), &Coverage::Everybody).counts().total, 2);
    let everybody = Selection::by_filter(Filter { licence: LicenceFilter::Any, ..Filter::default() });
    assert_eq!(home.find(&everybody, &Coverage::Everybody).counts().total, 2);
}

async fn foreign_people_are_not_touched(store: SqlStore) {
    two_organizations(&store).await;
    let theirs = set(&ids(&store, ABROAD).await);
    let pool = pool_ids(&store, HOME).await[1];
    let candidate = set(&theirs.as_slice()[..1]);
    assert_eq!(issue(&store, HOME, pool, &candidate).await, Err(StoreError::Conflict));
    let their_seats = seats(&store, ABROAD, &theirs).await;
    assert_eq!(revoke(&store, HOME, &theirs, &their_seats).await, Err(StoreError::Conflict));
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.delete_members(&theirs, NOW).await, Ok(0));
    tx.commit().await.unwrap();
    assert_eq!(ids(&store, ABROAD).await.len(), 5);
    let filter = Filter { search: "фамилия".into(), ..Filter::default() };
    let people = store.snapshot(ABROAD, SIGNATURE_GROUP, &Selection::by_filter(filter)).await.unwrap().members();
    assert_eq!(people.len(), 5, "words are kept");
    check_invariants(&store).await;
}

async fn foreign_pools_operations_and_groups_are_not_found(store: SqlStore) {
    two_organizations(&store).await;
    let pool = pool_ids(&store, ABROAD).await[1];
    let candidate = set(&ids(&store, ABROAD).await[..1]);
    let done = issue(&store, ABROAD, pool, &candidate).await.unwrap();
    assert!(store.operation(HOME, done).await.unwrap().is_none());
    assert!(store.operation_sets(HOME, done).await.unwrap().is_empty());
    // A level for a group of another organisation covers nobody.
    let group = [store.groups(ABROAD).await.unwrap()[0].id];
    assert_eq!(store.covered(ABROAD, &group).await.unwrap().len(), 2);
    let (tasks, people) =
        (store.tasks_covered(ABROAD, &group).await.unwrap(), store.covered(HOME, &group).await.unwrap());
    assert!(people.is_empty() && store.tasks_covered(HOME, &group).await.unwrap().is_empty() && !tasks.is_empty());
    assert!(store.covered(ABROAD, &[]).await.unwrap().is_empty());
    let mut tx = store.begin(HOME).await.unwrap();
    assert!(tx.covered(&group).await.unwrap().is_empty() && tx.tasks_covered(&group).await.unwrap().is_empty());
    assert!(tx.pool(pool).await.unwrap().is_none());
    assert!(tx.operation(done).await.unwrap().is_none());
    let facts = tx.undo_facts(done, Kind::Issue, SIGNATURE_GROUP, &candidate).await.unwrap();
    assert_eq!(facts, service::ports::UndoFacts::default());
    drop(tx);
    let mut tx = store.begin(HOME).await.unwrap();
    let member = NewMember {
        name: PersonName { surname: "Новый".into(), first: "Иван".into(), patronymic: String::new() },
        email: domain::Email::parse("new@mail.example").unwrap(),
        employment: Employment::Employee,
        groups: vec![store.groups(ABROAD).await.unwrap()[0].id],
    };
    assert_eq!(tx.add_member(&member, NOW).await, Err(StoreError::Conflict));
    drop(tx);
    let nobody = domain::OrganizationId(77);
    assert_eq!(store.begin(nobody).await.err(), Some(StoreError::Conflict));
    assert!(store.operations(nobody, None, 10).await.unwrap().is_empty());
}

async fn a_row_cannot_point_into_another_organisation(store: SqlStore) {
    two_organizations(&store).await;
    let (mine, theirs) = (ids(&store, HOME).await[0], ids(&store, ABROAD).await[0]);
    let (my_pool, their_pool) = (pool_ids(&store, HOME).await[1], pool_ids(&store, ABROAD).await[1]);
    let mut tx = store.begin(HOME).await.unwrap();
    let mine_done = operation(&store, tx.as_mut(), HOME, Kind::Issue, None, &set(&[])).await.unwrap();
    tx.commit().await.unwrap();
    let their_done = store.operations(ABROAD, None, 1).await.unwrap()[0].id;
    let seat = |pool, member, done, product| {
        format!(
            "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, \
             issued_at) VALUES (1, {pool}, {product}, 'signature', {member}, {done}, 1)"
        )
    };
    for wrong in [
        seat(my_pool, theirs, mine_done, 2),
        seat(their_pool, mine, mine_done, 2),
        seat(my_pool, mine, their_done, 2),
        seat(my_pool, mine, mine_done, 1),
        format!("INSERT INTO group_members (organization_id, group_id, member_id) VALUES (1, 1, {theirs})"),
        format!("INSERT INTO group_members (organization_id, group_id, member_id) VALUES (2, 1, {theirs})"),
        "UPDATE certificate_tasks SET organization_id = 2 WHERE organization_id = 1".to_owned(),
        "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from) VALUES (77, 1, 'x', 1, 0, 0)"
            .to_owned(),
        "INSERT INTO sessions (token_hash, account_id, organization_id, created_at, last_seen_at, expires_at, \
                               proved_at, address, device) \
         SELECT audit_hash, 1, 2, 0, 0, 0, 0, '', '' FROM organizations WHERE id = 1"
            .to_owned(),
    ] {
        assert_eq!(store.execute_script(&wrong).await, Err(StoreError::Conflict), "{wrong}");
    }
    store.execute_script(&seat(my_pool, mine, mine_done, 2)).await.unwrap();
}

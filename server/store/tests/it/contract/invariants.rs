//! What breaks an invariant is refused by the database itself, and its refusal is understood.

use domain::{Email, Employment, NewMember, PersonName};
use service::ports::{Store, StoreError};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{HOME, NOW, check_invariants, ids, issue, pool_ids, revoke, seats, set, two_organizations};

on_both!(
    a_pool_is_never_overdrawn,
    a_member_never_holds_two_licences_of_a_group,
    an_email_is_one_living_members,
    the_audit_log_is_append_only,
    what_is_dropped_never_was,
    a_task_is_cancelled_as_a_whole,
    tables_take_no_other_types,
);

async fn a_pool_is_never_overdrawn(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pool = pool_ids(&store, HOME).await[1];
    let three = set(&members[..3]);
    assert_eq!(issue(&store, HOME, pool, &three).await, Err(StoreError::SeatsShort));
    issue(&store, HOME, pool, &set(&members[..2])).await.unwrap();
    assert_eq!(issue(&store, HOME, pool, &set(&members[2..3])).await, Err(StoreError::SeatsShort));
    for wrong in ["issued = total + 1", "issued = -1", "total = 1"] {
        let sql = format!("UPDATE pools SET {wrong} WHERE id = {pool}");
        assert_eq!(store.execute_script(&sql).await, Err(StoreError::SeatsShort), "{wrong}");
    }
    check_invariants(&store).await;
}

async fn a_member_never_holds_two_licences_of_a_group(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let pools = pool_ids(&store, HOME).await;
    assert_eq!(issue(&store, HOME, pools[1], &set(&members[3..4])).await, Err(StoreError::SeatTaken));
    let twin = format!(
        "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, \
         issued_at) SELECT organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, issued_at \
         FROM assignments WHERE organization_id = 1 AND member_id = {}",
        members[3]
    );
    assert_eq!(store.execute_script(&twin).await, Err(StoreError::SeatTaken));
    // An ended one is no obstacle, and cannot be called back by hand while another is held.
    let held = seats(&store, HOME, &set(&members[3..4])).await;
    revoke(&store, HOME, &set(&members[3..4]), &held).await.unwrap();
    issue(&store, HOME, pools[1], &set(&members[3..4])).await.unwrap();
    let back = "UPDATE assignments SET ended_at = NULL, ended_by = NULL WHERE ended_at IS NOT NULL";
    assert_eq!(store.execute_script(back).await, Err(StoreError::SeatTaken));
    check_invariants(&store).await;
}

async fn an_email_is_one_living_members(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let member = NewMember {
        name: PersonName { surname: "Новый".into(), first: "Иван".into(), patronymic: String::new() },
        email: Email::parse("m1@mail.example").unwrap(),
        employment: Employment::Employee,
        groups: Vec::new(),
    };
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.add_member(&member, NOW).await, Err(StoreError::EmailTaken));
    drop(tx);
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!(tx.delete_members(&set(&members[..1]), NOW).await, Ok(1));
    assert_eq!(tx.delete_members(&set(&members[..1]), NOW).await, Ok(0), "once");
    let id = tx.add_member(&member, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!members.contains(&id.0));
    let back = format!("UPDATE members SET deleted_at = NULL WHERE id = {}", members[0]);
    assert_eq!(store.execute_script(&back).await, Err(StoreError::EmailTaken));
    check_invariants(&store).await;
}

async fn the_audit_log_is_append_only(store: SqlStore) {
    two_organizations(&store).await;
    super::log::append(&store, 1, NOW).await.unwrap();
    for wrong in [
        "UPDATE audit_entries SET details = '{}'",
        "UPDATE audit_entries SET at = at + 1 WHERE seq = 1",
        "DELETE FROM audit_entries",
        // PostgreSQL has no REPLACE, and says so; SQLite's deletes first.
        "REPLACE INTO audit_entries (organization_id, seq, at, action, object, details, hash) \
         SELECT organization_id, seq, at, 'x', object, details, hash FROM audit_entries",
    ] {
        assert_eq!(store.execute_script(wrong).await, Err(StoreError::Broken), "{wrong}");
    }
    let twin = "INSERT INTO audit_entries (organization_id, seq, at, action, object, details, hash) \
                SELECT organization_id, seq, at, action, object, details, hash FROM audit_entries";
    assert_eq!(store.execute_script(twin).await, Err(StoreError::Conflict));
    assert_eq!(store.audit(HOME, 0, 10).await.unwrap().len(), 1);
}

async fn what_is_dropped_never_was(store: SqlStore) {
    two_organizations(&store).await;
    let members = ids(&store, HOME).await;
    let version = store.version(HOME).await.unwrap();
    let mut tx = store.begin(HOME).await.unwrap();
    tx.delete_members(&set(&members), NOW).await.unwrap();
    drop(tx);
    assert_eq!(ids(&store, HOME).await, members);
    assert_eq!(store.version(HOME).await.unwrap(), version);
    // A refused statement does not leave the connection behind in a broken state.
    for _ in 0..30 {
        let mut tx = store.begin(HOME).await.unwrap();
        let pool = tx.pool(pool_ids(&store, HOME).await[0]).await.unwrap().unwrap();
        let wrong = tx.issue(domain::OperationId(999), &pool, &set(&members[..1]), NOW).await;
        assert_eq!(wrong, Err(StoreError::Conflict));
    }
    let tx = store.begin(HOME).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.version(HOME).await.unwrap(), version, "nothing was changed");
    check_invariants(&store).await;
}

async fn a_task_is_cancelled_as_a_whole(store: SqlStore) {
    two_organizations(&store).await;
    for wrong in [
        "UPDATE certificate_tasks SET state = 'cancelled'",
        "UPDATE certificate_tasks SET cancelled_by = 1 WHERE organization_id = 1",
        "UPDATE certificate_tasks SET prior_state = 'created'",
        "UPDATE assignments SET ended_at = 5",
        "UPDATE members SET employment = 7",
        "UPDATE operations SET state = 'lost'",
    ] {
        assert!(store.execute_script(wrong).await.is_err(), "{wrong}");
    }
}

async fn tables_take_no_other_types(store: SqlStore) {
    two_organizations(&store).await;
    for wrong in [
        "UPDATE pools SET total = 'many'",
        "UPDATE members SET created_at = 'today'",
        "UPDATE members SET surname = NULL",
        "UPDATE assignments SET member_id = NULL",
    ] {
        assert!(store.execute_script(wrong).await.is_err(), "{wrong}");
    }
}

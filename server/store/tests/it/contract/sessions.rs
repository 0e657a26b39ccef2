//! Sign-in and sessions, what is tried in vain, and links that work once.

use domain::{Capability, Coverage, Instant, Level, LinkFault, Rights, SessionId};
use service::ports::{Accounts, Limit, Purpose, SessionRecord, Sessions, Store, StoreError, Ticket};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{ABROAD, HOME, NOW, account, two_organizations};

on_both!(
    an_account_is_found_by_its_email,
    a_session_lives_until_it_is_ended,
    who_works_in_a_session_is_known_as_long_as_it_lives,
    expired_and_idle_sessions_go,
    sessions_are_ended_by_their_organisation_alone,
    a_block_is_fixed_and_ends,
    tries_far_apart_do_not_block,
    tries_at_once_all_count,
    a_ticket_replaces_the_former_one,
);

async fn an_account_is_found_by_its_email(store: SqlStore) {
    two_organizations(&store).await;
    let found = store.account_by_email("admin@romashka.example", None).await.unwrap().unwrap();
    assert_eq!(found.organization, HOME);
    assert_eq!(found.account.name, "Администратор romashka");
    assert_eq!(found.password_hash, "$argon2id$");
    assert!(!found.trusts);
    assert!(store.account_by_email("ADMIN@romashka.example", None).await.unwrap().is_none());
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.trust_device(found.account.id, &[7; 32], NOW).await.unwrap();
    transaction.trust_device(found.account.id, &[7; 32], NOW).await.unwrap();
    transaction.commit().await.unwrap();
    let trusts = async |device: u8| {
        let found = store.account_by_email("admin@romashka.example", Some(&[device; 32])).await.unwrap();
        found.unwrap().trusts
    };
    assert!(trusts(7).await && !trusts(8).await);
    assert!(store.knows_device(&[7; 32]).await.unwrap() && !store.knows_device(&[8; 32]).await.unwrap());
    // As long as somebody signs in by it, and no longer.
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.trust_device(found.account.id, &[8; 32], NOW).await.unwrap();
    transaction.trust_device(found.account.id, &[7; 32], NOW.plus_seconds(2)).await.unwrap();
    transaction.commit().await.unwrap();
    store.forget_devices_before(NOW.plus_seconds(1)).await.unwrap();
    assert!(trusts(7).await && !trusts(8).await);
    let mut abroad = store.begin(ABROAD).await.unwrap();
    assert!(abroad.forget_devices(found.account.id).await.unwrap().is_empty(), "another organisation's");
    drop(abroad);
    let mut transaction = store.begin(HOME).await.unwrap();
    assert_eq!(transaction.forget_devices(found.account.id).await.unwrap(), [[7; 32]]);
    transaction.commit().await.unwrap();
    assert!(!trusts(7).await);
}

async fn session(store: &SqlStore, token: u8, expires_at: Instant) -> SessionRecord {
    let session = SessionRecord {
        token_hash: [token; 32],
        account: account(store, HOME).await,
        organization: HOME,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at,
        proved_at: NOW,
        address: "192.0.2.7".into(),
        device: "Firefox/132.0".into(),
    };
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.insert_session(&session).await.unwrap();
    transaction.commit().await.unwrap();
    session
}

async fn a_session_lives_until_it_is_ended(store: SqlStore) {
    two_organizations(&store).await;
    let session = session(&store, 1, NOW.plus_seconds(60)).await;
    store.touch_session(&session.token_hash, NOW.plus_seconds(5)).await.unwrap();
    let found = store.session(&session.token_hash).await.unwrap().unwrap();
    assert_eq!(found.session.last_seen_at, NOW.plus_seconds(5));
    assert_eq!((found.session.created_at, found.session.expires_at), (NOW, NOW.plus_seconds(60)));
    assert_eq!((found.account.id, found.organization.id), (session.account, HOME));
    assert_eq!((found.organization.name.as_str(), found.organization.large_deed), ("romashka", 1000));
    // Shown again who works in it, it has another token, and not in another organisation.
    let next = [9; 32];
    for (organization, expected) in [(ABROAD, Err(StoreError::Conflict)), (HOME, Ok(()))] {
        let mut transaction = store.begin(organization).await.unwrap();
        assert_eq!(transaction.prove_session(found.id, &next, NOW.plus_seconds(9), "192.0.2.7").await, expected);
        transaction.commit().await.unwrap();
    }
    assert!(store.session(&session.token_hash).await.unwrap().is_none());
    assert_eq!(store.session(&next).await.unwrap().unwrap().session.proved_at, NOW.plus_seconds(9));
    let listed = store.sessions(HOME, None, NOW, NOW.plus_seconds(-60)).await.unwrap();
    let row = listed.first().unwrap();
    assert_eq!((row.id, row.address.as_str()), (found.id, "192.0.2.7"));
    assert_eq!(row.device.browser.as_deref(), Some("Firefox\u{a0}132"));
    assert!(store.sessions(ABROAD, None, NOW, NOW.plus_seconds(-60)).await.unwrap().is_empty());
    let mut transaction = store.begin(HOME).await.unwrap();
    let ended = transaction.end_session_of(&next).await.unwrap();
    assert_eq!(ended, Some((found.id, session.account)));
    assert_eq!(transaction.end_session_of(&next).await.unwrap(), None);
    transaction.commit().await.unwrap();
    assert!(store.session(&next).await.unwrap().is_none());
}

async fn who_works_in_a_session_is_known_as_long_as_it_lives(store: SqlStore) {
    two_organizations(&store).await;
    session(&store, 1, NOW.plus_seconds(60)).await;
    let id = store.session(&[1; 32]).await.unwrap().unwrap().id;
    let groups = store.groups(HOME).await.unwrap();
    let some = Coverage::of_groups(vec![groups[0].id]);
    let owner = account(&store, HOME).await;
    let mut transaction = store.begin(HOME).await.unwrap();
    let standing = transaction.standing(id).await.unwrap().unwrap();
    assert_eq!((standing.account.id, standing.rights, standing.coverage), (owner, Rights::all(), Coverage::Everybody));
    let people = [Capability::People, Capability::Letters].into_iter().collect();
    let role = transaction.keep_role(None, "Филиал", (people, &some)).await.unwrap();
    transaction.set_level(owner, Level::Own(role)).await.unwrap();
    let standing = transaction.standing(id).await.unwrap().unwrap();
    assert_eq!((standing.rights.to_codes().as_str(), &standing.coverage), ("people", &some));
    transaction.commit().await.unwrap();
    let found = store.session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!((found.rights, &found.coverage), (standing.rights, &some));
    assert_eq!(store.own_roles(HOME).await.unwrap()[0].coverage, some);
    let mut abroad = store.begin(ABROAD).await.unwrap();
    assert!(abroad.standing(id).await.unwrap().is_none(), "nor in another organisation");
    drop(abroad);
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.end_sessions(&these(&[id])).await.unwrap();
    assert!(transaction.standing(id).await.unwrap().is_none());
}

fn these(ids: &[SessionId]) -> Sessions {
    Sessions::These(ids.iter().map(|id| id.0).collect())
}

async fn expired_and_idle_sessions_go(store: SqlStore) {
    two_organizations(&store).await;
    let old = session(&store, 1, NOW).await;
    let fresh = session(&store, 2, NOW.plus_seconds(100)).await;
    let before = NOW.plus_seconds(-1);
    assert_eq!(store.delete_expired_sessions(NOW, before, before).await.unwrap(), 1);
    assert!(store.session(&old.token_hash).await.unwrap().is_none());
    assert!(store.session(&fresh.token_hash).await.unwrap().is_some());
    assert_eq!(store.delete_expired_sessions(NOW, NOW, before).await.unwrap(), 1, "nothing has happened in it since");
}

async fn sessions_are_ended_by_their_organisation_alone(store: SqlStore) {
    two_organizations(&store).await;
    let one = session(&store, 1, NOW.plus_seconds(60)).await;
    let other = session(&store, 2, NOW.plus_seconds(60)).await;
    let id = store.session(&one.token_hash).await.unwrap().unwrap().id;
    let end = async |organization, which: &Sessions| {
        let mut transaction = store.begin(organization).await.unwrap();
        let ended = transaction.end_sessions(which).await.unwrap();
        transaction.commit().await.unwrap();
        ended
    };
    let other = store.session(&other.token_hash).await.unwrap().unwrap().id;
    let of = |but| Sessions::Of { account: one.account, but };
    for which in [these(&[id, other]), of(None)] {
        assert_eq!(end(ABROAD, &which).await, 0, "{which:?}");
    }
    assert_eq!(end(HOME, &these(&[])).await, 0);
    assert_eq!(end(HOME, &of(Some(id))).await, 1, "but for one's own");
    assert_eq!(end(HOME, &these(&[id, other])).await, 1, "one has ended already");
    assert_eq!(end(HOME, &of(None)).await, 0);
}

const LIMIT: Limit = Limit { tries: 3, within_seconds: 60, block_seconds: 600 };
const WHO: [u8; 32] = [9; 32];

async fn a_block_is_fixed_and_ends(store: SqlStore) {
    let until = NOW.plus_seconds(600);
    assert_eq!(store.blocked_until(&WHO, NOW).await.unwrap(), None);
    for blocked in [None, None, Some(until)] {
        assert_eq!(store.count_failure(&WHO, LIMIT, NOW).await.unwrap(), blocked);
    }
    // What is tried meanwhile makes it no longer.
    let later = NOW.plus_seconds(300);
    assert_eq!(store.count_failure(&WHO, LIMIT, later).await.unwrap(), Some(until));
    assert_eq!(store.blocked_until(&WHO, later).await.unwrap(), Some(until));
    assert_eq!(store.blocked_until(&[8; 32], later).await.unwrap(), None, "somebody else");
    assert_eq!(store.blocked_until(&WHO, until).await.unwrap(), None);
    // After it, all tries are there again.
    for blocked in [None, None, Some(until.plus_seconds(600))] {
        assert_eq!(store.count_failure(&WHO, LIMIT, until).await.unwrap(), blocked);
    }
    store.forget_failures(&WHO).await.unwrap();
    assert_eq!(store.blocked_until(&WHO, until).await.unwrap(), None);
}

async fn tries_far_apart_do_not_block(store: SqlStore) {
    for minute in 0..6 {
        let at = NOW.plus_seconds(61 * minute);
        assert_eq!(store.count_failure(&WHO, LIMIT, at).await.unwrap(), None, "{minute}");
    }
    // Its twin: as many, near together.
    let at = NOW.plus_seconds(61 * 5);
    assert_eq!(store.count_failure(&WHO, LIMIT, at).await.unwrap(), None);
    assert!(store.count_failure(&WHO, LIMIT, at).await.unwrap().is_some());
}

async fn tries_at_once_all_count(store: SqlStore) {
    let limit = Limit { tries: 20, ..LIMIT };
    let tries = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.count_failure(&WHO, limit, NOW).await.unwrap() })
    });
    let tries: Vec<_> = tries.collect();
    let mut blocked = 0;
    for tried in tries {
        blocked += usize::from(tried.await.unwrap().is_some());
    }
    assert_eq!(blocked, 1, "the last one alone");
}

async fn a_ticket_replaces_the_former_one(store: SqlStore) {
    two_organizations(&store).await;
    let whose = account(&store, HOME).await;
    let ticket = |token: u8, purpose| Ticket {
        token_hash: [token; 32],
        purpose,
        organization: HOME,
        account: whose,
        code_hash: (token == 2).then_some([5; 32]),
        tries: 0,
        data: "7".into(),
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
        closed: None,
        refused: None,
    };
    let mut transaction = store.begin(HOME).await.unwrap();
    for (token, purpose) in [
        (1, Purpose::Invitation),
        (3, Purpose::Deletion),
        (2, Purpose::Invitation),
        // But for a new password, which a stranger can ask for: with the first that is used, all close.
        (6, Purpose::Recovery),
        (7, Purpose::Recovery),
    ] {
        transaction.add_ticket(&ticket(token, purpose)).await.unwrap();
    }
    transaction.count_ticket_try(&[2; 32]).await.unwrap();
    transaction.note_ticket_refused(&[2; 32], "wrong_code").await.unwrap();
    transaction.commit().await.unwrap();
    let closed = async |token: u8| store.ticket(&[token; 32]).await.unwrap().unwrap().closed;
    assert_eq!((closed(1).await, closed(2).await, closed(3).await), (Some(LinkFault::Over), None, None));
    assert_eq!((closed(6).await, closed(7).await), (None, None));
    let mut transaction = store.begin(HOME).await.unwrap();
    assert_eq!(transaction.close_tickets(whose, Some(Purpose::Recovery)).await.unwrap(), 2);
    transaction.commit().await.unwrap();
    let kept = store.ticket(&[2; 32]).await.unwrap().unwrap();
    assert_eq!((kept.tries, kept.code_hash, kept.refused.as_deref()), (1, Some([5; 32]), Some("wrong_code")));
    assert_eq!((kept.account, kept.data.as_str(), kept.purpose), (whose, "7", Purpose::Invitation));
    assert!(store.ticket(&[4; 32]).await.unwrap().is_none());
    // Another organisation finds and closes none.
    let mut transaction = store.begin(ABROAD).await.unwrap();
    assert!(transaction.ticket(&[2; 32]).await.unwrap().is_none());
    transaction.close_ticket(&[2; 32], LinkFault::Used).await.unwrap();
    assert_eq!(transaction.close_tickets(whose, None).await.unwrap(), 0);
    transaction.commit().await.unwrap();
    assert_eq!(closed(2).await, None);
    let mut transaction = store.begin(HOME).await.unwrap();
    assert_eq!(transaction.open_ticket(whose, Purpose::Deletion).await.unwrap().unwrap().token_hash, [3; 32]);
    transaction.close_ticket(&[2; 32], LinkFault::Used).await.unwrap();
    assert_eq!(transaction.close_tickets(whose, Some(Purpose::Deletion)).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!((closed(2).await, closed(3).await), (Some(LinkFault::Used), Some(LinkFault::Over)));
}

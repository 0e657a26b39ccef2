//! Sign-in and sessions.

use domain::Instant;
use service::ports::{SessionRecord, Store};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{HOME, NOW, account, two_organizations};

on_both!(an_account_is_found_by_its_email, a_session_lives_until_it_is_deleted, expired_sessions_go);

async fn an_account_is_found_by_its_email(store: SqlStore) {
    two_organizations(&store).await;
    let found = store.account_by_email("admin@romashka.example").await.unwrap().unwrap();
    assert_eq!(found.organization, HOME);
    assert_eq!(found.account.name, "Администратор romashka");
    assert_eq!(found.password_hash, "$argon2id$");
    assert!(store.account_by_email("ADMIN@romashka.example").await.unwrap().is_none());
}

async fn session(store: &SqlStore, token: u8, expires_at: Instant) -> SessionRecord {
    let session = SessionRecord {
        token_hash: [token; 32],
        account: account(store, HOME).await,
        organization: HOME,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at,
    };
    store.insert_session(&session).await.unwrap();
    session
}

async fn a_session_lives_until_it_is_deleted(store: SqlStore) {
    two_organizations(&store).await;
    let session = session(&store, 1, NOW.plus_seconds(60)).await;
    store.touch_session(&session.token_hash, NOW.plus_seconds(5)).await.unwrap();
    let found = store.session(&session.token_hash).await.unwrap().unwrap();
    assert_eq!(found.session.last_seen_at, NOW.plus_seconds(5));
    assert_eq!((found.session.created_at, found.session.expires_at), (NOW, NOW.plus_seconds(60)));
    assert_eq!((found.account.id, found.organization.id), (session.account, HOME));
    assert_eq!((found.organization.name.as_str(), found.organization.large_deed), ("romashka", 1000));
    store.delete_session(&session.token_hash).await.unwrap();
    assert!(store.session(&session.token_hash).await.unwrap().is_none());
}

async fn expired_sessions_go(store: SqlStore) {
    two_organizations(&store).await;
    let old = session(&store, 1, NOW).await;
    let fresh = session(&store, 2, NOW.plus_seconds(1)).await;
    assert_eq!(store.delete_expired_sessions(NOW).await.unwrap(), 1);
    assert!(store.session(&old.token_hash).await.unwrap().is_none());
    assert!(store.session(&fresh.token_hash).await.unwrap().is_some());
}

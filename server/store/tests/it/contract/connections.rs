//! Services: whose an address is, and who sees what was entered.

use domain::{AccountState, Instant, ServiceAddress};
use service::ports::{Accounts, Connections, Store, StoreError};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{ABROAD, HOME, NOW, account, two_organizations};

on_both!(
    an_address_is_one_organisations_for_ever,
    drafts_and_lists_are_their_accounts_alone,
    what_was_for_an_account_goes_with_it,
);

fn address(text: &str) -> ServiceAddress {
    ServiceAddress::parse(text).unwrap()
}

async fn take(store: &SqlStore, organization: domain::OrganizationId, text: &str, at: i64) -> Result<(), StoreError> {
    let mut transaction = store.begin(organization).await.unwrap();
    transaction.take_address(&address(text), Instant(NOW.0 + at)).await?;
    transaction.commit().await
}

async fn an_address_is_one_organisations_for_ever(store: SqlStore) {
    two_organizations(&store).await;
    let record = store.connection(HOME).await.unwrap();
    assert_eq!((record.connected_at, record.address, record.city.as_str()), (Some(NOW), None, ""));
    assert_eq!(store.service_at(&address("romashka")).await.unwrap(), None);
    take(&store, HOME, "romashka", 1).await.unwrap();
    take(&store, HOME, "romashka", 2).await.unwrap();
    assert_eq!(take(&store, ABROAD, "romashka", 3).await, Err(StoreError::Conflict));
    assert_eq!(store.connection(ABROAD).await.unwrap().address, None, "what it had before stays");
    take(&store, HOME, "daisy", 4).await.unwrap();
    let found = store.service_at(&address("romashka")).await.unwrap().unwrap();
    assert_eq!((found.organization, found.current.as_str()), (HOME, "daisy"), "the former one leads on");
    assert_eq!(take(&store, ABROAD, "romashka", 5).await, Err(StoreError::Conflict), "and is nobody else's");
    assert_eq!(store.connection(HOME).await.unwrap().former, ["romashka"]);
    take(&store, HOME, "romashka", 6).await.unwrap();
    let record = store.connection(HOME).await.unwrap();
    assert_eq!((record.address.as_deref(), record.former), (Some("romashka"), vec!["daisy".to_owned()]));
    // Both at once: one gets it.
    let (one, other) = tokio::join!(take(&store, HOME, "wanted", 7), take(&store, ABROAD, "wanted", 7));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

async fn drafts_and_lists_are_their_accounts_alone(store: SqlStore) {
    two_organizations(&store).await;
    let (own, theirs) = (account(&store, HOME).await, account(&store, ABROAD).await);
    store.keep_connection_draft(HOME, own, "{}", NOW).await.unwrap();
    store.keep_connection_draft(HOME, own, "{\"a\":1}", Instant(NOW.0 + 1)).await.unwrap();
    let draft = store.connection_draft(HOME, own).await.unwrap().unwrap();
    assert_eq!((draft.draft.as_str(), draft.updated_at), ("{\"a\":1}", Instant(NOW.0 + 1)));
    assert_eq!(store.connection_draft(ABROAD, own).await.unwrap(), None);
    assert_eq!(store.connection_draft(HOME, theirs).await.unwrap(), None);
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.hand_list(own, "x", NOW).await.unwrap();
    assert_eq!(transaction.hand_list(theirs, "x", NOW).await, Err(StoreError::Conflict), "of another organisation");
    drop(transaction);
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.hand_list(own, "x", NOW).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.handed_list(HOME, own).await.unwrap().as_deref(), Some("x"));
    assert_eq!(store.handed_list(ABROAD, own).await.unwrap(), None);
    assert_eq!(store.handed_list(ABROAD, theirs).await.unwrap(), None);
    let mut transaction = store.begin(ABROAD).await.unwrap();
    assert!(!transaction.drop_list(own).await.unwrap());
    transaction.drop_connection_drafts().await.unwrap();
    transaction.commit().await.unwrap();
    assert!(store.connection_draft(HOME, own).await.unwrap().is_some(), "another organisation's are not dropped");
    // Long ago.
    store.delete_expired_sessions(NOW, NOW, Instant(NOW.0 + 1)).await.unwrap();
    assert!(store.connection_draft(HOME, own).await.unwrap().is_some());
    store.delete_expired_sessions(NOW, NOW, Instant(NOW.0 + 2)).await.unwrap();
    assert!(store.connection_draft(HOME, own).await.unwrap().is_none());
}

async fn what_was_for_an_account_goes_with_it(store: SqlStore) {
    two_organizations(&store).await;
    let own = account(&store, HOME).await;
    store.keep_connection_draft(HOME, own, "{}", NOW).await.unwrap();
    let mut transaction = store.begin(HOME).await.unwrap();
    transaction.hand_list(own, "x", NOW).await.unwrap();
    transaction.set_account_state(own, AccountState::Removed).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.handed_list(HOME, own).await.unwrap(), None);
    assert_eq!(store.connection_draft(HOME, own).await.unwrap(), None);
    assert!(store.account_by_email("admin@romashka.example", None).await.unwrap().is_none());
}

use domain::Instant;
use service::ports::{Accounts, Store};
use store::SqlStore;

use crate::demo;

/// Fills an empty database; `false` if it was not empty.
pub(super) async fn fill(store: &SqlStore, members: usize, now: Instant) -> Result<bool, String> {
    let fail = |error| format!("cannot fill the database: {error}");
    if !store.is_empty().await.map_err(fail)? {
        return Ok(false);
    }
    let hash = service::hash_password(demo::PASSWORD).map_err(str::to_owned)?;
    let mut data = demo::demo(&hash, now, members);
    data.organizations.extend(demo::partner::organizations(&hash, now, demo::partner::CUSTOMERS));
    data.organizations.push(demo::partner::applications::vendor(&hash));
    store.seed(&data.products, &data.organizations, now).await.map_err(fail)?;
    demo::partner::fill(store, demo::partner::CUSTOMERS, now).await.map_err(fail)?;
    demo::partner::applications::fill(store, now).await.map_err(fail)?;
    let mut transaction = store.begin_installation().await.map_err(fail)?;
    transaction.keep_catalogue(Some(&demo::seller()), &[]).await.map_err(fail)?;
    transaction.commit().await.map_err(fail)?;
    if let Some(admin) = store.account_by_email(demo::EMAIL, None).await.map_err(fail)? {
        demo::tasks::fill(store, admin.organization, admin.account.id, now).await.map_err(fail)?;
    }
    Ok(true)
}

/// Whether the database holds the demo.
pub(super) async fn is_there(store: &SqlStore) -> Result<bool, String> {
    let account = store.account_by_email(demo::EMAIL, None).await;
    account.map(|account| account.is_some()).map_err(|error| format!("cannot read the database: {error}"))
}

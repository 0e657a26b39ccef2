use service::ports::{Clock, SystemClock};
use store::SqlStore;

use crate::demo;

/// Fills an empty database; `false` if it was not empty.
pub(super) async fn fill(store: &SqlStore, members: usize) -> Result<bool, String> {
    let fail = |error| format!("cannot fill the database: {error}");
    if !store.is_empty().await.map_err(fail)? {
        return Ok(false);
    }
    let now = SystemClock.now();
    let hash = service::hash_password(demo::PASSWORD).map_err(str::to_owned)?;
    let data = demo::demo(&hash, now, members);
    store.seed(&data.products, &data.organizations, now).await.map_err(fail)?;
    Ok(true)
}

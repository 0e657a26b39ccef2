//! Pools and their terms.

use domain::{Date, Instant, PoolCode};
use store::SeedPool;

/// The day so many days after today.
pub(super) fn day(now: Instant, offset: i32) -> Date {
    Date(now.date().0.saturating_add(offset))
}

/// `None` for what is no code of a pool.
pub(super) fn pool(
    product: usize,
    code: &str,
    left: u64,
    valid_from: Instant,
    valid_until: Option<Instant>,
) -> Option<SeedPool> {
    Some(SeedPool { product, code: PoolCode::parse(code)?, left, valid_from, valid_until })
}

//! Pools and their terms.

use domain::{Date, Instant, PoolCode};
use store::SeedPool;

/// The day so many days after today.
pub(super) fn day(now: Instant, offset: i32) -> Date {
    Date(now.date().0.saturating_add(offset))
}

/// The same day a year later; after 29 February, 28 February.
pub(super) fn year_after(date: Date) -> Date {
    let (year, month, day) = date.parts();
    let same = |day: u8| Date::new(year.saturating_add(1), month, day);
    same(day).or_else(|| same(day.saturating_sub(1))).unwrap_or(date)
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

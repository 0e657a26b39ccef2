//! The stock of an organisation as a whole: which pools are shown, what they sum up to, how seats go over time.

use serde::{Deserialize, Serialize};

use crate::{Date, Instant, MemberId, OrderId, PersonName, Pool, PoolId, Product, ProductId};

/// Where a pool stands. Only from an active one licences are issued: [`Pool::admits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolStatus {
    /// «активна»
    Active,
    /// «срок не наступил»
    Upcoming,
    /// «срок истёк»
    Expired,
    /// «исчерпана»: every seat is issued.
    Exhausted,
}

impl PoolStatus {
    pub const ALL: [Self; 4] = [Self::Active, Self::Upcoming, Self::Exhausted, Self::Expired];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Upcoming => "upcoming",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

impl Pool {
    /// Whether its term has ended.
    #[must_use]
    pub fn ended(&self, now: Instant) -> bool {
        self.valid_until.is_some_and(|until| now >= until)
    }

    /// Whether its term runs.
    #[must_use]
    pub fn runs(&self, now: Instant) -> bool {
        self.valid_from <= now && !self.ended(now)
    }

    #[must_use]
    pub fn status(&self, now: Instant) -> PoolStatus {
        match self.left() {
            _ if self.ended(now) => PoolStatus::Expired,
            _ if now < self.valid_from => PoolStatus::Upcoming,
            0 => PoolStatus::Exhausted,
            _ => PoolStatus::Active,
        }
    }
}

/// Whether the holders of a pool can be moved to another at `now`: of the same product, running, and ending later.
#[must_use]
pub fn renews(from: &Pool, to: &Pool, now: Instant) -> bool {
    from.id != to.id
        && from.product.id == to.product.id
        && from.runs(now)
        && to.runs(now)
        && from.valid_until.is_some_and(|until| to.valid_until.is_none_or(|later| until < later))
}

/// Which pools are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockFilter {
    pub product: Option<ProductId>,
    /// `None` for whatever status.
    pub status: Option<PoolStatus>,
}

impl Default for StockFilter {
    fn default() -> Self {
        Self { product: None, status: Some(PoolStatus::Active) }
    }
}

impl StockFilter {
    #[must_use]
    pub fn admits(self, pool: &Pool, now: Instant) -> bool {
        self.of_product(pool) && self.status.is_none_or(|status| pool.status(now) == status)
    }

    /// Whether the pool is of the product, whatever its status.
    #[must_use]
    pub fn of_product(self, pool: &Pool) -> bool {
        self.product.is_none_or(|product| pool.product.id == product)
    }
}

/// Seats of a pool that were given and that were taken back on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatFlow {
    pub pool: PoolId,
    pub day: Date,
    pub given: u64,
    pub ended: u64,
}

/// What an organisation has bought, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// By id.
    pub pools: Vec<Pool>,
    pub flows: Vec<SeatFlow>,
    /// Which order a pool was bought by, for those that were.
    pub orders: Vec<(PoolId, OrderId)>,
    pub now: Instant,
}

/// A product's pools whose term runs, taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductTotal {
    pub product: Product,
    pub bought: u64,
    /// Those of them that are a trial's.
    pub tried: u64,
    pub issued: u64,
    /// The end of the term that ends first, if one does.
    pub ends: Option<Instant>,
    /// The end of the one that ends last; `None` if one does not end.
    pub last_end: Option<Instant>,
    /// Seats given and not taken back in the last [`PACE_DAYS`] days.
    pub used: u64,
    /// The day on which nothing is left if that goes on; `None` if nothing is used, or it is too far away to say.
    pub lasts: Option<Date>,
}

/// The days by which the pace is reckoned at which seats are used: four whole weeks.
pub const PACE_DAYS: i32 = 28;
/// Nobody knows what is further away.
const FORESEEN_DAYS: u64 = 3 * 365;

/// The day on which `left` seats are used up at the pace of `used` seats in [`PACE_DAYS`] days.
fn lasts(today: Date, left: u64, used: u64) -> Option<Date> {
    let days = left.saturating_mul(u64::from(PACE_DAYS.unsigned_abs())).checked_div(used)?;
    let days = i32::try_from(days).ok().filter(|_| days <= FORESEEN_DAYS)?;
    Some(Date(today.0.saturating_add(days)))
}

/// Seats at the end of a month; in the current one, now; in a later one, if nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthSeats {
    /// Its first day.
    pub month: Date,
    /// Of pools whose term runs.
    pub bought: u64,
    /// Those of them that somebody holds.
    pub issued: u64,
    /// Of pools whose term ends in the month.
    pub expiring: u64,
}

impl Stock {
    /// Pools that a filter shows, those that end first on top.
    #[must_use]
    pub fn shown(&self, filter: StockFilter) -> Vec<&Pool> {
        let mut pools: Vec<&Pool> = self.pools.iter().filter(|pool| filter.admits(pool, self.now)).collect();
        pools.sort_by_key(|pool| (pool.valid_until.is_none(), pool.valid_until, pool.id));
        pools
    }

    /// By product, in the catalogue's order; products of which no pool's term runs are left out.
    #[must_use]
    pub fn totals(&self) -> Vec<ProductTotal> {
        let mut totals: Vec<ProductTotal> = Vec::new();
        for pool in self.pools.iter().filter(|pool| pool.runs(self.now)) {
            let place = totals.iter().position(|total| total.product.id == pool.product.id);
            let place = place.unwrap_or_else(|| {
                let product = pool.product.clone();
                totals.push(ProductTotal {
                    product,
                    bought: 0,
                    tried: 0,
                    issued: 0,
                    ends: None,
                    last_end: None,
                    used: 0,
                    lasts: None,
                });
                totals.len() - 1
            });
            if let Some(total) = totals.get_mut(place) {
                total.bought += pool.total;
                total.tried += if pool.trial { pool.total } else { 0 };
                total.issued += pool.issued;
                total.ends = [total.ends, pool.valid_until].into_iter().flatten().min();
            }
        }
        for total in &mut totals {
            let running = self.pools.iter().filter(|pool| pool.runs(self.now) && pool.product.id == total.product.id);
            total.last_end = running
                .map(|pool| pool.valid_until)
                .collect::<Option<Vec<_>>>()
                .and_then(|ends| ends.into_iter().max());
            let since = self.now.date().0 - PACE_DAYS;
            let ours = |flow: &&SeatFlow| {
                flow.day.0 > since
                    && self.pools.iter().any(|pool| pool.id == flow.pool && pool.product.id == total.product.id)
            };
            // Seats that end with their term were not given back: they are wanted as before.
            let returned = |flow: &SeatFlow| {
                let pool = self.pools.iter().find(|pool| pool.id == flow.pool);
                let end = pool.and_then(|pool| pool.valid_until).map(Instant::date);
                if end.is_some_and(|end| flow.day >= end) { 0 } else { flow.ended }
            };
            let (given, ended) = self.flows.iter().filter(ours).fold((0, 0), |(given, ended), flow| {
                (u64::saturating_add(given, flow.given), u64::saturating_add(ended, returned(flow)))
            });
            total.used = given.saturating_sub(ended);
            total.lasts = lasts(self.now.date(), total.bought.saturating_sub(total.issued), total.used);
        }
        totals.sort_by_key(|total| total.product.id);
        totals
    }

    /// Month by month, so many before the current one and so many after it.
    #[must_use]
    pub fn months(&self, product: Option<ProductId>, before: i32, after: i32) -> Vec<MonthSeats> {
        let filter = StockFilter { product, status: None };
        // What has no limit would dwarf the rest.
        let limited = |pool: &&Pool| filter.of_product(pool) && !pool.is_unlimited();
        let pools: Vec<&Pool> = self.pools.iter().filter(limited).collect();
        let current = self.now.date().month();
        (-before..=after).map(|place| self.month(&pools, current, current.plus_months(place))).collect()
    }

    fn month(&self, pools: &[&Pool], current: Date, month: Date) -> MonthSeats {
        let next = month.plus_months(1).start();
        let at = if month == current { self.now } else { Instant(next.0 - 1) };
        let running = || pools.iter().filter(|pool| pool.runs(at));
        let held = |pool: &Pool| {
            if at >= self.now {
                return pool.issued;
            }
            let flows = self.flows.iter().filter(|flow| flow.pool == pool.id && flow.day <= at.date());
            let (given, ended) = flows.fold((0, 0), |(given, ended), flow| (given + flow.given, ended + flow.ended));
            u64::saturating_sub(given, ended)
        };
        let ends = |pool: &&&Pool| pool.valid_until.is_some_and(|until| month.start() < until && until <= next);
        MonthSeats {
            month,
            bought: running().map(|pool| pool.total).sum(),
            issued: running().map(|pool| held(pool)).sum(),
            expiring: pools.iter().filter(ends).map(|pool| pool.total).sum(),
        }
    }
}

/// Which seats of a pool are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeatFilter {
    /// Those that are held, then the free ones.
    #[default]
    All,
    Held,
    Free,
}

impl SeatFilter {
    pub const ALL: [Self; 3] = [Self::All, Self::Free, Self::Held];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Held => "held",
            Self::Free => "free",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.code() == code)
    }

    /// How many seats of a pool it shows: the free ones while its term runs.
    #[must_use]
    pub fn count(self, pool: &Pool, now: Instant) -> u64 {
        // Of an extension nobody is given a certain seat.
        let free = if pool.runs(now) && !pool.product.is_extension() { pool.left() } else { 0 };
        match self {
            Self::All => pool.issued + free,
            Self::Held => pool.issued,
            Self::Free => free,
        }
    }
}

/// «Привязать» as it was filled in: an e-mail for the seat of this number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatForm {
    pub seat: u64,
    pub email: String,
}

/// Who holds a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub member: MemberId,
    pub name: PersonName,
    pub email: String,
    pub since: Instant,
}

/// A page of the seats of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSeats {
    pub pool: Pool,
    pub now: Instant,
    pub filter: SeatFilter,
    /// By name; `None` for whoever may not be seen.
    pub holders: Vec<Option<Holder>>,
    /// Free seats on the page, after the holders.
    pub free: u64,
    /// The number of the first seat of the page, from 1.
    pub first: u64,
    /// From 1.
    pub page: u32,
    pub last_page: u32,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{Identification, PoolCode, SignatureKind};

    fn day(year: i32, month: u8, day: u8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    /// `until` is the last day of the term.
    fn pool(id: i64, product: i64, seats: (u64, u64), from: Date, until: Option<Date>) -> Pool {
        Pool {
            id: PoolId(id),
            product: Product {
                id: ProductId(product),
                title: format!("{product}"),
                label: "ЛК".into(),
                signature: SignatureKind::Simple,
                identification: Identification::None,
                exclusive_group: crate::SIGNATURE_GROUP.into(),
            },
            code: PoolCode::parse("ea9ENYf6").unwrap(),
            total: seats.0,
            issued: seats.1,
            valid_from: from.start(),
            valid_until: until.map(Date::end),
            trial: false,
        }
    }

    fn stock() -> Stock {
        let flow = |pool, day, given, ended| SeatFlow { pool: PoolId(pool), day, given, ended };
        Stock {
            pools: vec![
                pool(1, 7, (10, 4), day(2026, 9, 10), None),
                pool(2, 7, (5, 5), day(2026, 10, 1), Some(day(2026, 12, 31))),
                pool(3, 3, (8, 0), day(2027, 1, 1), Some(day(2027, 12, 31))),
                pool(4, 3, (6, 2), day(2025, 10, 1), Some(day(2026, 10, 20))),
            ],
            flows: vec![
                flow(1, day(2026, 9, 12), 6, 0),
                flow(1, day(2026, 11, 3), 0, 2),
                flow(2, day(2026, 10, 31), 5, 0),
                flow(4, day(2025, 11, 1), 3, 0),
                flow(4, day(2026, 9, 30), 0, 1),
            ],
            orders: Vec::new(),
            now: day(2026, 11, 22).start(),
        }
    }

    #[test]
    fn a_status_says_whether_a_licence_can_be_issued() {
        let stock = stock();
        let statuses: Vec<PoolStatus> = stock.pools.iter().map(|pool| pool.status(stock.now)).collect();
        use PoolStatus::{Active, Exhausted, Expired, Upcoming};
        assert_eq!(statuses, [Active, Exhausted, Upcoming, Expired]);
        for (pool, status) in stock.pools.iter().zip(statuses) {
            assert_eq!(pool.admits(1, stock.now).is_ok(), status == Active);
        }
        let last = pool(5, 1, (1, 0), day(2026, 1, 1), Some(day(2026, 11, 22)));
        assert_eq!(last.status(day(2026, 11, 22).start()), Active, "the last day counts");
        assert_eq!(last.status(day(2026, 11, 23).start()), Expired);
    }

    #[test]
    fn filters_narrow() {
        let stock = stock();
        let ids = |filter| stock.shown(filter).iter().map(|pool| pool.id.0).collect::<Vec<_>>();
        assert_eq!(ids(StockFilter::default()), [1]);
        assert_eq!(ids(StockFilter { product: None, status: None }), [4, 2, 3, 1], "by the end of the term");
        assert_eq!(ids(StockFilter { product: Some(ProductId(3)), status: None }), [4, 3]);
        let expired = Some(PoolStatus::Expired);
        assert!(ids(StockFilter { product: Some(ProductId(7)), status: expired }).is_empty());
    }

    #[test]
    fn totals_count_what_runs() {
        let totals = stock().totals();
        assert_eq!(totals.len(), 1);
        assert_eq!((totals[0].product.id.0, totals[0].bought, totals[0].issued), (7, 15, 9));
        assert_eq!(totals[0].ends, Some(day(2026, 12, 31).end()));
    }

    #[test]
    fn stock_lasts_at_the_pace_of_the_last_weeks() {
        let mut stock = stock();
        // In four weeks 5 were given, and 2 given back; 6 are left.
        assert_eq!((stock.totals()[0].used, stock.totals()[0].lasts), (3, Some(day(2027, 1, 17))));
        stock.flows.push(SeatFlow { pool: PoolId(1), day: day(2026, 11, 20), given: 25, ended: 0 });
        // 28 in 28 days are one a day.
        assert_eq!((stock.totals()[0].used, stock.totals()[0].lasts), (28, Some(day(2026, 11, 28))));
        stock.flows.retain(|flow| flow.day < day(2026, 10, 25));
        assert_eq!((stock.totals()[0].used, stock.totals()[0].lasts), (0, None), "what is not used lasts");
        assert_eq!(lasts(day(2026, 11, 22), 1_000_000, 1), None, "too far away to be foreseen");
        assert_eq!(lasts(day(2026, 11, 22), 0, 5), Some(day(2026, 11, 22)));
    }

    #[test]
    fn months_tell_what_was_and_what_will_be() {
        let months = stock().months(None, 3, 2);
        let told: Vec<(String, u64, u64, u64)> =
            months.iter().map(|at| (at.month.to_string(), at.bought, at.issued, at.expiring)).collect();
        let month = |text: &str, bought, issued, expiring| (text.to_owned(), bought, issued, expiring);
        assert_eq!(
            told,
            [
                month("01.08.2026", 6, 3, 0),
                month("01.09.2026", 16, 8, 0),
                // The fourth pool ended on the 20th.
                month("01.10.2026", 15, 11, 6),
                month("01.11.2026", 15, 9, 0),
                // At the last moment of the month the second pool's term still runs.
                month("01.12.2026", 15, 9, 5),
                month("01.01.2027", 18, 4, 0),
            ]
        );
        assert_eq!(stock().months(Some(ProductId(3)), 0, 0)[0].bought, 0);
    }
}

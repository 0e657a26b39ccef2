//! «Управление лицензиями»: several products set and cleared for many people at once. Pure, and by classes of people
//! instead of one by one, as [`crate::plan()`]; what each person holds afterwards keeps the rules of the [`Assortment`], or
//! nothing changes for that person.

mod beside;
mod fault;
mod undo;
mod wish;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub use self::beside::{Beside, beside};
pub use self::fault::Fault;
pub use self::undo::{Done, ManageUndo, SeatOf, unmanage};
pub use self::wish::{Want, Wish};
use crate::{Assortment, Employment, IdSet, Instant, Plans, Pool, PoolId, ProductId, Region};

/// A seat that a class of people hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldSeat {
    pub product: ProductId,
    pub pool: PoolId,
    pub plans: Plans,
}

/// People who are alike in what the rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub employment: Employment,
    pub deleted: bool,
    /// `None` if nobody knows.
    pub region: Option<Region>,
    /// By product.
    pub held: Vec<HeldSeat>,
    pub members: IdSet,
    /// Beside each of `held`: the seats, one of each person.
    pub seats: Vec<IdSet>,
}

impl Holding {
    #[must_use]
    pub fn holds(&self, product: ProductId) -> Option<&HeldSeat> {
        self.held.iter().find(|seat| seat.product == product)
    }

    fn with_seats(&self) -> impl Iterator<Item = (&HeldSeat, &IdSet)> {
        self.held.iter().zip(&self.seats)
    }
}

/// What becomes of one class.
#[derive(Clone, Debug, Default)]
struct Change {
    given: BTreeSet<ProductId>,
    taken: BTreeSet<ProductId>,
    /// Taken because of what it needs.
    fell: BTreeSet<ProductId>,
    replanned: BTreeMap<ProductId, Plans>,
    /// Everything that keeps it from being done.
    faults: BTreeSet<Fault>,
}

/// Which of these products would be without what they require, of those that had it `before`.
fn bereft(
    assortment: &Assortment,
    before: &BTreeSet<ProductId>,
    after: &BTreeSet<ProductId>,
) -> impl Iterator<Item = Fault> {
    let whole = |product: &ProductId| {
        !before.contains(product) || assortment.requires(*product).all(|needed| before.contains(&needed))
    };
    after.iter().copied().filter(whole).flat_map(|product| {
        let missing = assortment.requires(product).filter(|needed| !after.contains(needed));
        missing.map(move |needs| Fault::Needs { product, needs })
    })
}

fn change(assortment: &Assortment, wish: &Wish, class: &Holding) -> Change {
    let mut change = Change::default();
    if class.deleted {
        change.faults.insert(Fault::Deleted);
        return change;
    }
    let before: BTreeSet<ProductId> = class.held.iter().map(|seat| seat.product).collect();
    let mut after = before.clone();
    for (product, want) in &wish.0 {
        match (want, class.holds(*product)) {
            (Want::Clear, Some(_)) => {
                after.remove(product);
                change.taken.insert(*product);
            }
            (Want::Set(_), None) => {
                after.insert(*product);
                change.given.insert(*product);
            }
            (Want::Set(plans) | Want::Plans(plans), Some(seat)) if seat.plans != *plans => {
                change.replanned.insert(*product, plans.clone());
            }
            _ => {}
        }
    }
    // What was asked for does not fall: without what it needs, it is refused.
    let mut stands: BTreeSet<ProductId> = after.clone();
    loop {
        let held = stands.iter().copied().filter(|product| before.contains(product) && !wish.sets(*product));
        let falls = held.filter(|product| {
            let had = assortment.requires(*product).all(|needed| before.contains(&needed));
            had && !assortment.requires(*product).all(|needed| stands.contains(&needed))
        });
        let falls: BTreeSet<ProductId> = falls.collect();
        if falls.is_empty() {
            break;
        }
        stands.retain(|product| !falls.contains(product));
        change.fell.extend(falls);
    }
    change.replanned.retain(|product, _| stands.contains(product));
    for product in &change.given {
        let product = *product;
        if !class.employment.may_receive() {
            change.faults.insert(Fault::Dismissed { product });
        }
        let regions = assortment.get(product).map(|known| known.rules.regions.as_slice()).unwrap_or_default();
        match class.region {
            _ if regions.is_empty() => {}
            None => {
                change.faults.insert(Fault::Unplaced { product });
            }
            Some(region) if !regions.contains(&region) => {
                change.faults.insert(Fault::Region { product });
            }
            Some(_) => {}
        }
        for other in stands.iter().copied().filter(|other| assortment.exclude(product, *other)) {
            change.faults.insert(Fault::Excludes { product, other });
        }
    }
    change.faults.extend(bereft(assortment, &before, &stands));
    change
}

/// Who gets and who loses one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductChange {
    pub given: IdSet,
    pub taken: IdSet,
    /// Taken because something that it needs was.
    pub fell: IdSet,
    /// Their service plans change.
    pub replanned: IdSet,
}

/// Seats of a pool for people without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Give {
    pub pool: PoolId,
    pub plans: Plans,
    pub members: IdSet,
}

/// Seats of a pool that end, and begin anew with other service plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replan {
    pub pool: PoolId,
    pub plans: Plans,
    pub members: IdSet,
    pub seats: IdSet,
}

/// Too few seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    pub product: ProductId,
    pub left: u64,
    pub wanted: u64,
}

/// What becomes of the people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagePlan {
    pub accepted: IdSet,
    /// They have already what is wanted.
    pub unchanged: IdSet,
    /// Each person under every reason; no empty sets.
    pub faults: BTreeMap<Fault, IdSet>,
    /// No product of which nothing changes.
    pub products: BTreeMap<ProductId, ProductChange>,
    pub gives: Vec<Give>,
    pub replans: Vec<Replan>,
    /// Seats that go back for good, by pool.
    pub takes: Vec<(PoolId, IdSet)>,
    /// Of these products there are too few seats: none of this can be done.
    pub short: Vec<Shortage>,
    /// To whom something is given that they had not, be it a service plan.
    pub gaining: IdSet,
    /// From whom something is taken, be it a service plan.
    pub losing: IdSet,
}

/// The pools from which seats of a product are taken at `now`, in this order: those that are paid for first; of these, the
/// one that ends last.
#[must_use]
pub fn sources(pools: &[Pool], product: ProductId, now: Instant) -> Vec<&Pool> {
    let mut sources: Vec<&Pool> = pools.iter().filter(|pool| pool.product.id == product && pool.runs(now)).collect();
    sources.sort_by_key(|pool| (pool.trial, pool.valid_until.is_some(), Reverse(pool.valid_until), pool.id));
    sources
}

/// How many seats of a product can be given at `now`.
#[must_use]
pub fn available(pools: &[Pool], product: ProductId, now: Instant) -> u64 {
    sources(pools, product, now).iter().map(|pool| pool.left()).sum()
}

type Sets<K> = BTreeMap<K, Vec<i64>>;

fn put<K: Ord>(sets: &mut Sets<K>, key: K, ids: &IdSet) {
    sets.entry(key).or_default().extend(ids.iter());
}

fn sets<K: Ord>(sets: Sets<K>) -> impl Iterator<Item = (K, IdSet)> {
    sets.into_iter().map(|(key, ids)| (key, ids.into_iter().collect()))
}

/// What becomes of people who are in exactly one class each.
///
/// Rules (the seed on licences for several users, and the issue it belongs to): a person holds afterwards what they held,
/// without what is cleared, with what is set; what needs something that was taken falls with it. It is done for all of a
/// person or not at all.
#[must_use]
pub fn manage(assortment: &Assortment, wish: &Wish, people: &[Holding], pools: &[Pool], now: Instant) -> ManagePlan {
    let mut plan = ManagePlan::default();
    let (mut accepted, mut unchanged, mut faults) = (Vec::new(), Vec::new(), Sets::new());
    let (mut gaining, mut losing) = (Vec::new(), Vec::new());
    let (mut given, mut taken, mut fell, mut replanned) = (Sets::new(), Sets::new(), Sets::new(), Sets::new());
    let mut takes = Sets::new();
    let mut replans: BTreeMap<(PoolId, Plans), (Vec<i64>, Vec<i64>)> = BTreeMap::new();
    for class in people {
        let change = change(assortment, wish, class);
        if !change.faults.is_empty() {
            for fault in &change.faults {
                put(&mut faults, *fault, &class.members);
            }
            continue;
        }
        if change.given.is_empty() && change.taken.is_empty() && change.fell.is_empty() && change.replanned.is_empty() {
            unchanged.extend(class.members.iter());
            continue;
        }
        accepted.extend(class.members.iter());
        for product in &change.given {
            put(&mut given, *product, &class.members);
        }
        for product in &change.taken {
            put(&mut taken, *product, &class.members);
        }
        for product in &change.fell {
            put(&mut fell, *product, &class.members);
        }
        let (mut gains, mut loses) = (!change.given.is_empty(), !change.taken.is_empty() || !change.fell.is_empty());
        for (held, seats) in class.with_seats() {
            if change.taken.contains(&held.product) || change.fell.contains(&held.product) {
                put(&mut takes, held.pool, seats);
            } else if let Some(plans) = change.replanned.get(&held.product) {
                put(&mut replanned, held.product, &class.members);
                gains |= !plans.within(&held.plans);
                loses |= !held.plans.within(plans);
                let (members, ended) = replans.entry((held.pool, plans.clone())).or_default();
                members.extend(class.members.iter());
                ended.extend(seats.iter());
            }
        }
        if gains {
            gaining.extend(class.members.iter());
        }
        if loses {
            losing.extend(class.members.iter());
        }
    }
    let of = |product: &ProductId, all: &Sets<ProductId>| -> IdSet {
        all.get(product).map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    };
    let touched: BTreeSet<ProductId> =
        [&given, &taken, &fell, &replanned].into_iter().flat_map(|some| some.keys().copied()).collect();
    for product in touched {
        let change = ProductChange {
            given: of(&product, &given),
            taken: of(&product, &taken),
            fell: of(&product, &fell),
            replanned: of(&product, &replanned),
        };
        if let Some(Want::Set(plans)) = wish.get(product) {
            plan.allot(product, plans, &change.given, pools, now);
        }
        plan.products.insert(product, change);
    }
    plan.accepted = accepted.into_iter().collect();
    plan.unchanged = unchanged.into_iter().collect();
    plan.faults = sets(faults).collect();
    plan.takes = sets(takes).collect();
    let replan = |((pool, plans), (members, seats)): ((PoolId, Plans), (Vec<i64>, Vec<i64>))| Replan {
        pool,
        plans,
        members: members.into_iter().collect(),
        seats: seats.into_iter().collect(),
    };
    plan.replans = replans.into_iter().map(replan).collect();
    plan.gaining = gaining.into_iter().collect();
    plan.losing = losing.into_iter().collect();
    plan
}

impl ManagePlan {
    /// Seats for these people, by ascending id, pool after pool.
    fn allot(&mut self, product: ProductId, plans: &Plans, members: &IdSet, pools: &[Pool], now: Instant) {
        let (wanted, left) = (members.len() as u64, available(pools, product, now));
        if wanted > left {
            self.short.push(Shortage { product, left, wanted });
            return;
        }
        let mut waiting = members.iter();
        for pool in sources(pools, product, now) {
            let members: IdSet = waiting.by_ref().take(usize::try_from(pool.left()).unwrap_or(usize::MAX)).collect();
            if !members.is_empty() {
                self.gives.push(Give { pool: pool.id, plans: plans.clone(), members });
            }
        }
    }

    /// All of the selected.
    #[must_use]
    pub fn everybody(&self) -> IdSet {
        self.faults.values().fold(self.accepted.or(&self.unchanged), |all, left_out| all.or(left_out))
    }

    /// Whether it can be done: somebody changes, and there are seats enough.
    #[must_use]
    pub fn ready(&self) -> bool {
        !self.accepted.is_empty() && self.short.is_empty()
    }

    /// Who is left out, for whatever reason.
    #[must_use]
    pub fn left_out(&self) -> IdSet {
        self.faults.values().flat_map(IdSet::iter).collect()
    }

    /// SHA-256 over what the administrator was shown that it does, in hexadecimal: two plans of one digest do the same to the
    /// same people and the same seats, and leave out the same ones, for whatever reasons.
    #[must_use]
    pub fn digest(&self, wish: &Wish) -> String {
        let mut hash = Sha256::new();
        for (product, want) in &wish.0 {
            hash.update(format!("wish {product} {want:?}\n"));
        }
        let mut add = |name: &str, ids: &IdSet| {
            hash.update(format!("\n{name}:{}:", ids.len()));
            for id in ids.iter() {
                hash.update(id.to_be_bytes());
            }
        };
        add("accepted", &self.accepted);
        add("unchanged", &self.unchanged);
        add("left out", &self.left_out());
        for (product, change) in &self.products {
            add(&format!("given {product}"), &change.given);
            add(&format!("fell {product}"), &change.fell);
        }
        for give in &self.gives {
            add(&format!("pool {} {:?}", give.pool, give.plans), &give.members);
        }
        for (pool, seats) in &self.takes {
            add(&format!("back {pool}"), seats);
        }
        for replan in &self.replans {
            add(&format!("anew {} {:?}", replan.pool, replan.plans), &replan.seats);
        }
        for short in &self.short {
            add(&format!("short {} {} {}", short.product, short.left, short.wanted), &IdSet::EMPTY);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests;

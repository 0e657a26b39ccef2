//! «Управление лицензиями»: several products set and cleared for many people at once. Pure, and by classes of people
//! instead of one by one, as [`crate::plan()`]; what each person holds afterwards keeps the rules of the [`Assortment`], or
//! nothing changes for that person.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Assortment, Capability, Employment, IdSet, Instant, Plans, Pool, PoolId, ProductId, Region};

/// What is wanted of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// That everybody holds it, with these service plans.
    Set(Plans),
    /// That whoever holds it has these service plans.
    Plans(Plans),
    /// That nobody holds it.
    Clear,
}

/// What is wanted of some products; the others stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wish(pub BTreeMap<ProductId, Want>);

impl Wish {
    #[must_use]
    pub fn get(&self, product: ProductId) -> Option<&Want> {
        self.0.get(&product)
    }

    /// What one has to be allowed to wish it. To change service plans is to take and to give.
    #[must_use]
    pub fn needs(&self) -> &'static [Capability] {
        let gives = self.0.values().any(|want| matches!(want, Want::Set(_) | Want::Plans(_)));
        let takes = self.0.values().any(|want| matches!(want, Want::Clear | Want::Plans(_)));
        match (gives, takes) {
            (true, true) => &[Capability::Issue, Capability::Revoke],
            (true, false) => &[Capability::Issue],
            (false, true) => &[Capability::Revoke],
            (false, false) => &[Capability::People],
        }
    }

    /// What one has to be allowed to take it back.
    #[must_use]
    pub fn undo_needs(&self) -> &'static [Capability] {
        match self.needs() {
            [Capability::Issue] => &[Capability::Revoke],
            [Capability::Revoke] => &[Capability::Issue],
            both => both,
        }
    }

    fn sets(&self, product: ProductId) -> bool {
        matches!(self.get(product), Some(Want::Set(_)))
    }
}

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

/// Why somebody is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Deleted since they were selected.
    Deleted,
    /// To dismissed people nothing is issued.
    Dismissed { product: ProductId },
    /// The product may not be used where they are.
    Region { product: ProductId },
    /// The product may be used in some regions, and nobody has said where they are.
    Unplaced { product: ProductId },
    /// They would hold `product` without `needs`.
    Needs { product: ProductId, needs: ProductId },
    /// They would hold both.
    Excludes { product: ProductId, other: ProductId },
    /// Of an undo: the seat that was given is not theirs any more, or was changed since.
    Gone { product: ProductId },
    /// Of an undo: they hold one again of what was taken.
    HoldsAgain { product: ProductId },
}

impl Fault {
    /// The product that it is about.
    #[must_use]
    pub fn product(self) -> Option<ProductId> {
        match self {
            Self::Deleted => None,
            Self::Dismissed { product }
            | Self::Region { product }
            | Self::Unplaced { product }
            | Self::Needs { product, .. }
            | Self::Excludes { product, .. }
            | Self::Gone { product }
            | Self::HoldsAgain { product } => Some(product),
        }
    }

    /// The other product that it names.
    #[must_use]
    pub fn other(self) -> Option<ProductId> {
        match self {
            Self::Needs { needs, .. } => Some(needs),
            Self::Excludes { other, .. } => Some(other),
            _ => None,
        }
    }

    /// As it is kept: `needs 5 3`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Deleted => "deleted".to_owned(),
            Self::Dismissed { product } => format!("dismissed {product}"),
            Self::Region { product } => format!("region {product}"),
            Self::Unplaced { product } => format!("unplaced {product}"),
            Self::Needs { product, needs } => format!("needs {product} {needs}"),
            Self::Excludes { product, other } => format!("excludes {product} {other}"),
            Self::Gone { product } => format!("gone {product}"),
            Self::HoldsAgain { product } => format!("holds_again {product}"),
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let mut words = code.split(' ');
        let name = words.next()?;
        let mut id = || words.next()?.parse::<ProductId>().ok();
        let fault = match name {
            "deleted" => Self::Deleted,
            "dismissed" => Self::Dismissed { product: id()? },
            "region" => Self::Region { product: id()? },
            "unplaced" => Self::Unplaced { product: id()? },
            "needs" => Self::Needs { product: id()?, needs: id()? },
            "excludes" => Self::Excludes { product: id()?, other: id()? },
            "gone" => Self::Gone { product: id()? },
            "holds_again" => Self::HoldsAgain { product: id()? },
            _ => return None,
        };
        words.next().is_none().then_some(fault)
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

/// What stands beside the box of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    pub product: ProductId,
    /// Of the selected, those who hold it now.
    pub holders: IdSet,
    /// How many are selected, the deleted not counted.
    pub people: u64,
    /// The service plans that its holders have; `None` if they have different ones, or nobody holds it.
    pub plans: Option<Plans>,
    /// Seats that can be given now.
    pub available: u64,
    /// How many seats are missing for what is wanted.
    pub missing: u64,
    /// How many seats would have to be bought: for what is wanted; where nothing is wanted of it and none is left, for
    /// everybody who may have it.
    pub lacking: u64,
    /// Who would get it, were it not for these other products.
    pub hindered: (u64, BTreeSet<ProductId>),
    /// What keeps it from being given, and from how many people; a person may be under several.
    pub conflicts: BTreeMap<Fault, u64>,
    /// Who gets it, who loses it, and with what.
    pub change: ProductChange,
}

impl Beside {
    /// Whether all, some (`None`) or none of the selected hold it.
    #[must_use]
    pub fn held_by_all(&self) -> Option<bool> {
        match self.holders.len() as u64 {
            0 => Some(false),
            all if all >= self.people => Some(true),
            _ => None,
        }
    }
}

/// What would be done for a wish, and what is to be said of each of these products.
#[must_use]
pub fn beside(
    assortment: &Assortment,
    products: &[ProductId],
    wish: &Wish,
    people: &[Holding],
    pools: &[Pool],
    now: Instant,
) -> (ManagePlan, Vec<Beside>) {
    let plan = manage(assortment, wish, people, pools, now);
    let mut hindered: BTreeMap<ProductId, (u64, BTreeSet<ProductId>)> = BTreeMap::new();
    for class in people.iter().filter(|class| !class.deleted) {
        let change = change(assortment, wish, class);
        let at_fault: BTreeSet<ProductId> = change.faults.iter().filter_map(|fault| fault.product()).collect();
        for product in change.given.iter().filter(|product| !at_fault.is_empty() && !at_fault.contains(product)) {
            let (people, by) = hindered.entry(*product).or_default();
            *people += class.members.len() as u64;
            by.extend(&at_fault);
        }
    }
    let lacking = |product: ProductId, missing: u64| {
        let free = available(pools, product, now);
        let unasked = wish.get(product).is_none() && free == 0;
        if missing > 0 || !(unasked || wish.sets(product)) {
            return missing;
        }
        let mut wish = wish.clone();
        wish.0.entry(product).or_insert(Want::Set(Plans::ALL));
        // Whoever other products keep from it is to get it too, once that is mended.
        let gets = |class: &&Holding| {
            let change = change(assortment, &wish, class);
            change.given.contains(&product) && change.faults.iter().all(|fault| fault.product() != Some(product))
        };
        let wanted: u64 = people.iter().filter(gets).map(|class| class.members.len() as u64).sum();
        wanted.saturating_sub(free)
    };
    let living: u64 = people.iter().filter(|class| !class.deleted).map(|class| class.members.len() as u64).sum();
    let row = |product: &ProductId| {
        let holding = || people.iter().filter(|class| !class.deleted && class.holds(*product).is_some());
        let mut plans = holding().filter_map(|class| class.holds(*product)).map(|seat| &seat.plans);
        let first = plans.next();
        let short = plan.short.iter().find(|short| short.product == *product);
        let missing = short.map_or(0, |short| short.wanted.saturating_sub(short.left));
        Beside {
            product: *product,
            holders: holding().flat_map(|class| class.members.iter()).collect(),
            people: living,
            plans: first.filter(|first| plans.all(|other| other == *first)).cloned(),
            available: available(pools, *product, now),
            missing,
            lacking: lacking(*product, missing),
            hindered: hindered.get(product).cloned().unwrap_or_default(),
            conflicts: plan
                .faults
                .iter()
                .filter(|(fault, _)| fault.product() == Some(*product))
                .map(|(fault, members)| (*fault, members.len() as u64))
                .collect(),
            change: plan.products.get(product).cloned().unwrap_or_default(),
        }
    };
    let rows = products.iter().map(row).collect();
    (plan, rows)
}

/// A seat that an operation gave or took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeatOf {
    pub member: i64,
    pub product: ProductId,
    pub pool: PoolId,
    pub assignment: i64,
}

/// What an undo starts from.
#[derive(Clone, Debug, Default)]
pub struct Done<'f> {
    /// The seats that the operation gave, and those that stand in for them since; whether they are held now or not.
    pub given: &'f [SeatOf],
    /// Those of them that are held.
    pub standing: &'f [SeatOf],
    /// The seats that it took.
    pub taken: &'f [SeatOf],
}

/// What an undo does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManageUndo {
    pub accepted: IdSet,
    /// Each person under every reason, what would be missing only where nothing else stands in the way; no empty sets.
    pub faults: BTreeMap<Fault, IdSet>,
    /// Seats that it ends, by pool.
    pub ends: Vec<(PoolId, IdSet)>,
    /// Ended seats that it gives back, by pool.
    pub restores: Vec<(PoolId, IdSet)>,
    /// To whom something is given that they have not now.
    pub gaining: IdSet,
    /// From whom something is taken.
    pub losing: IdSet,
}

/// Takes back exactly what was given, and gives back exactly what was taken, all of a person or nothing. Whoever has changed
/// since is left out: there is nothing to take back, or what would be given back goes no more with what they hold.
#[must_use]
pub fn unmanage(assortment: &Assortment, touched: &IdSet, people: &[Holding], done: &Done<'_>) -> ManageUndo {
    type Seats = BTreeMap<i64, Vec<SeatOf>>;
    let by_member = |seats: &[SeatOf]| {
        let mut members = Seats::new();
        for seat in seats {
            members.entry(seat.member).or_default().push(*seat);
        }
        members
    };
    let (given, standing, taken) = (by_member(done.given), by_member(done.standing), by_member(done.taken));
    let none = Vec::new();
    let mut undo = ManageUndo::default();
    let (mut accepted, mut gaining, mut losing) = (Vec::new(), Vec::new(), Vec::new());
    let (mut faults, mut ends, mut restores) = (Sets::new(), Sets::new(), Sets::new());
    for class in people {
        let before: BTreeSet<ProductId> = class.held.iter().map(|seat| seat.product).collect();
        for member in class.members.iter().filter(|member| touched.contains(*member)) {
            let of = |seats: &'_ Seats| seats.get(&member).unwrap_or(&none).clone();
            let (given, standing, taken) = (of(&given), of(&standing), of(&taken));
            let products = |seats: &[SeatOf]| seats.iter().map(|seat| seat.product).collect::<BTreeSet<_>>();
            let (ending, returning) = (products(&standing), products(&taken));
            let kept: BTreeSet<ProductId> = before.difference(&ending).copied().collect();
            let after: BTreeSet<ProductId> = kept.union(&returning).copied().collect();
            let gone = given.iter().map(|seat| seat.product).filter(|product| !ending.contains(product));
            let mut why: BTreeSet<Fault> = gone.map(|product| Fault::Gone { product }).collect();
            why.extend(returning.intersection(&kept).map(|product| Fault::HoldsAgain { product: *product }));
            for product in returning.difference(&before) {
                let clashes = after.iter().filter(|other| assortment.exclude(*product, **other));
                why.extend(clashes.map(|other| Fault::Excludes { product: *product, other: *other }));
            }
            if class.deleted {
                why = BTreeSet::from([Fault::Deleted]);
            } else if why.is_empty() {
                why.extend(bereft(assortment, &before, &after));
            }
            if !why.is_empty() {
                for fault in why {
                    faults.entry(fault).or_insert_with(Vec::new).push(member);
                }
                continue;
            }
            accepted.push(member);
            for seat in &standing {
                ends.entry(seat.pool).or_insert_with(Vec::new).push(seat.assignment);
            }
            for seat in &taken {
                restores.entry(seat.pool).or_insert_with(Vec::new).push(seat.assignment);
            }
            if !taken.is_empty() {
                gaining.push(member);
            }
            if !standing.is_empty() {
                losing.push(member);
            }
        }
    }
    undo.accepted = accepted.into_iter().collect();
    undo.faults = sets(faults).collect();
    undo.ends = sets(ends).collect();
    undo.restores = sets(restores).collect();
    undo.gaining = gaining.into_iter().collect();
    undo.losing = losing.into_iter().collect();
    undo
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::tests::product;
    use crate::{PoolCode, RuledProduct};

    const NOW: Instant = Instant(1_000);

    /// 1 and 2 exclude each other; 4 needs 3, and 5 needs 4; 6 only in 77; 3 has plans.
    fn range() -> Assortment {
        vec![
            product(1, &[], &[2], &[], &[]),
            product(2, &[], &[], &[], &[]),
            product(3, &[], &[], &[], &["mail", "calls"]),
            product(4, &[3], &[], &[], &[]),
            product(5, &[4], &[], &[], &[]),
            product(6, &[], &[], &["77"], &[]),
        ]
        .into_iter()
        .collect()
    }

    fn pool(id: i64, of: &RuledProduct, left: u64) -> Pool {
        Pool {
            id: PoolId(id),
            product: of.product.clone(),
            code: PoolCode::parse("ea9ENYf6").unwrap(),
            total: left,
            issued: 0,
            valid_from: Instant(0),
            valid_until: None,
            trial: false,
        }
    }

    /// A pool of each product, with its number times 10.
    fn pools(left: u64) -> Vec<Pool> {
        range().iter().map(|known| pool(known.product.id.0 * 10, known, left)).collect()
    }

    fn class(held: &[i64], members: &[i64]) -> Holding {
        let seat = |id: &i64| HeldSeat { product: ProductId(*id), pool: PoolId(id * 10), plans: Plans::ALL };
        Holding {
            employment: Employment::Employee,
            deleted: false,
            region: Region::parse("16"),
            held: held.iter().map(seat).collect(),
            members: members.iter().copied().collect(),
            seats: held.iter().map(|id| members.iter().map(|member| id * 1000 + member).collect()).collect(),
        }
    }

    fn wish(set: &[i64], clear: &[i64]) -> Wish {
        let set = set.iter().map(|id| (ProductId(*id), Want::Set(Plans::ALL)));
        Wish(set.chain(clear.iter().map(|id| (ProductId(*id), Want::Clear))).collect())
    }

    fn plan(set: &[i64], clear: &[i64], people: &[Holding]) -> ManagePlan {
        manage(&range(), &wish(set, clear), people, &pools(100), NOW)
    }

    fn faults(plan: &ManagePlan) -> Vec<(String, &[i64])> {
        plan.faults.iter().map(|(fault, ids)| (fault.code(), ids.as_slice())).collect()
    }

    #[test]
    fn several_products_are_set_and_cleared_at_once() {
        let plan = plan(&[3, 4], &[1], &[class(&[], &[1, 5]), class(&[1], &[2]), class(&[3, 4], &[3])]);
        assert_eq!(plan.accepted.as_slice(), [1, 2, 5]);
        assert_eq!(plan.unchanged.as_slice(), [3], "they have it already");
        assert_eq!(plan.products[&ProductId(3)].given.as_slice(), [1, 2, 5]);
        assert_eq!(plan.products[&ProductId(1)].taken.as_slice(), [2]);
        assert_eq!(plan.takes, [(PoolId(10), [1002].into_iter().collect())]);
        assert_eq!((plan.gaining.as_slice(), plan.losing.as_slice()), ([1, 2, 5].as_slice(), [2].as_slice()));
        assert!(plan.ready());
    }

    #[test]
    fn what_needs_a_product_falls_with_it() {
        let plan = plan(&[], &[3], &[class(&[3, 4, 5], &[1]), class(&[5], &[2])]);
        assert_eq!(plan.products[&ProductId(4)].fell.as_slice(), [1]);
        assert_eq!(plan.products[&ProductId(5)].fell.as_slice(), [1], "and what needs that");
        assert_eq!(plan.unchanged.as_slice(), [2], "who held it without what it needs keeps it");
        assert_eq!(plan.takes.iter().map(|(pool, _)| pool.0).collect::<Vec<_>>(), [30, 40, 50]);
    }

    #[test]
    fn what_cannot_go_together_is_said_by_product() {
        let mut dismissed = class(&[], &[4]);
        dismissed.employment = Employment::Dismissed;
        let mut deleted = class(&[], &[5]);
        deleted.deleted = true;
        let mut unknown = class(&[], &[6]);
        unknown.region = None;
        let people = [class(&[], &[1]), class(&[2], &[2]), class(&[3], &[3]), dismissed, deleted, unknown];
        let text = |faults: &[(&str, &[i64])]| {
            faults.iter().map(|(code, ids)| ((*code).to_owned(), ids.to_vec())).collect::<Vec<_>>()
        };
        let said = |set: &[i64], clear: &[i64]| {
            let plan = plan(set, clear, &people);
            let said = faults(&plan).into_iter().map(|(code, ids)| (code, ids.to_vec())).collect::<Vec<_>>();
            (plan.accepted.as_slice().to_vec(), said)
        };
        assert_eq!(
            said(&[4], &[]),
            (vec![3], text(&[("deleted", &[5]), ("dismissed 4", &[4]), ("needs 4 3", &[1, 2, 4, 6])])),
            "each of them under every reason"
        );
        assert_eq!(
            said(&[1], &[]),
            (vec![1, 3, 6], text(&[("deleted", &[5]), ("dismissed 1", &[4]), ("excludes 1 2", &[2])]))
        );
        assert_eq!(said(&[1], &[2]).0, [1, 2, 3, 6], "cleared, it is in nobody's way");
        assert_eq!(
            said(&[6], &[]),
            (
                Vec::new(),
                text(&[("deleted", &[5]), ("dismissed 6", &[4]), ("region 6", &[1, 2, 3, 4]), ("unplaced 6", &[6])])
            ),
            "nor where nobody knows the region"
        );
        assert_eq!(said(&[1, 2], &[]).0, Vec::<i64>::new(), "both are nobody's");
        assert_eq!(said(&[4], &[3]).0, Vec::<i64>::new(), "what is asked for does not fall");
        let both =
            [("deleted", [5].as_slice()), ("dismissed 4", &[4]), ("dismissed 5", &[4]), ("needs 4 3", &[1, 2, 4, 6])];
        assert_eq!(said(&[4, 5], &[]).1, text(&both), "5 has what it needs, where 4 is wanted too");
    }

    #[test]
    fn service_plans_change_for_whoever_holds_the_product() {
        let range = range();
        let mail = Plans::chosen(&range.get(ProductId(3)).unwrap().rules.plans, ["mail"]).unwrap();
        let mut some = class(&[3], &[2]);
        some.held[0].plans = mail.clone();
        let people = [class(&[3], &[1]), some, class(&[], &[3])];
        let replan = Wish([(ProductId(3), Want::Plans(mail.clone()))].into());
        let plan = manage(&range, &replan, &people, &pools(0), NOW);
        assert_eq!((plan.accepted.as_slice(), plan.unchanged.as_slice()), ([1].as_slice(), [2, 3].as_slice()));
        assert_eq!(plan.replans[0].seats.as_slice(), [3001]);
        assert!(plan.ready(), "no other seat is needed");
        assert_eq!((plan.gaining.len(), plan.losing.as_slice()), (0, [1].as_slice()));
        let set = Wish([(ProductId(3), Want::Set(mail))].into());
        let plan = manage(&range, &set, &people, &pools(1), NOW);
        assert_eq!(plan.products[&ProductId(3)].given.as_slice(), [3]);
        assert_eq!(plan.products[&ProductId(3)].replanned.as_slice(), [1]);
    }

    #[test]
    fn seats_come_from_paid_pools_that_last_by_ascending_id() {
        let range = range();
        let known = range.get(ProductId(1)).unwrap();
        let ends = |id, left, until: i64| Pool { valid_until: Some(Instant(until)), ..pool(id, known, left) };
        let trial = Pool { trial: true, ..pool(1, known, 5) };
        let over = ends(2, 50, 1_000);
        let later = Pool { valid_from: Instant(2_000), ..pool(3, known, 50) };
        let pools = [trial, over, later, ends(4, 2, 5_000), ends(5, 1, 9_000)];
        let people = [class(&[], &[7, 3, 9, 1, 5])];
        let plan = manage(&range, &wish(&[1], &[]), &people, &pools, NOW);
        let gives: Vec<(i64, &[i64])> = plan.gives.iter().map(|give| (give.pool.0, give.members.as_slice())).collect();
        assert_eq!(gives, [(5, [1].as_slice()), (4, &[3, 5]), (1, &[7, 9])]);
        let nine: Vec<i64> = (1..=9).collect();
        let plan = manage(&range, &wish(&[1], &[]), &[class(&[], &nine)], &pools, NOW);
        assert_eq!(plan.short, [Shortage { product: ProductId(1), left: 8, wanted: 9 }]);
        assert!(!plan.ready() && plan.gives.is_empty());
    }

    #[test]
    fn beside_each_box_stands_what_it_does() {
        let people = [class(&[1], &[1]), class(&[2], &[2]), class(&[3, 4], &[3])];
        let range = range();
        let all: Vec<ProductId> = range.iter().map(|known| known.product.id).collect();
        let (_, rows) = beside(&range, &all, &wish(&[1], &[3]), &people, &pools(0), NOW);
        assert_eq!(rows[0].held_by_all(), None);
        assert_eq!((rows[0].holders.as_slice(), rows[0].available, rows[0].missing), ([1].as_slice(), 0, 1));
        let clash = Fault::Excludes { product: ProductId(1), other: ProductId(2) };
        assert_eq!(rows[0].conflicts, BTreeMap::from([(clash, 1)]));
        assert_eq!(rows[3].change.fell.as_slice(), [3], "what falls is said beside it");
        assert_eq!(rows[5].held_by_all(), Some(false));
        assert_eq!((rows[2].plans.clone(), rows[5].plans.clone()), (Some(Plans::ALL), None));
    }

    #[test]
    fn whom_another_product_keeps_from_it_is_said_beside_it() {
        let people = [class(&[], &[1, 2]), class(&[2], &[3])];
        let ids = [1, 3, 4].map(ProductId);
        let (plan, rows) = beside(&range(), &ids, &wish(&[1, 3], &[]), &people, &pools(0), NOW);
        assert_eq!(rows[1].hindered, (1, BTreeSet::from([ProductId(1)])), "3 would get it, but for 1");
        assert_eq!((rows[0].hindered.clone(), rows[1].conflicts.len()), ((0, BTreeSet::new()), 0));
        assert_eq!(plan.left_out().as_slice(), [3]);
        // As many are missing as would get it.
        assert_eq!((rows[0].missing, rows[0].lacking, rows[1].lacking), (2, 2, 2));
        assert_eq!(rows[2].lacking, 3, "if 4 were wanted besides: for everybody, once 1 is cleared");
        let all_out = [class(&[2], &[3, 4])];
        let (plan, rows) = beside(&range(), &ids, &wish(&[1, 3], &[]), &all_out, &pools(0), NOW);
        assert_eq!((plan.short.len(), rows[1].missing, rows[1].lacking), (0, 0, 2), "so many, once 1 is cleared");
        let (_, rows) = beside(&range(), &ids, &wish(&[], &[3]), &people, &pools(5), NOW);
        assert!(rows.iter().all(|row| row.lacking == 0), "there are enough");
    }

    #[test]
    fn the_digest_changes_when_anything_shown_changes() {
        let people = [class(&[1], &[1]), class(&[], &[2])];
        let of = |set: &[i64], clear: &[i64], people: &[Holding], left| {
            let wish = wish(set, clear);
            manage(&range(), &wish, people, &pools(left), NOW).digest(&wish)
        };
        let one = of(&[3], &[1], &people, 10);
        assert_eq!(one, of(&[3], &[1], &people, 10));
        let mut other = people.clone();
        other[0].seats[0] = [1999].into_iter().collect();
        assert_ne!(one, of(&[3], &[1], &other, 10), "another seat of the same person");
        assert_ne!(one, of(&[3], &[1, 2], &people, 10), "another wish of the same effect");
        assert_ne!(one, of(&[3], &[1], &people, 1), "too few");
    }

    #[test]
    fn faults_are_kept_by_their_codes() {
        let (product, other) = (ProductId(4), ProductId(3));
        for fault in [
            Fault::Deleted,
            Fault::Dismissed { product },
            Fault::Region { product },
            Fault::Unplaced { product },
            Fault::Needs { product, needs: other },
            Fault::Excludes { product, other },
            Fault::Gone { product },
            Fault::HoldsAgain { product },
        ] {
            assert_eq!(Fault::from_code(&fault.code()), Some(fault));
        }
        for code in ["", "needs", "needs 4", "deleted 3", "region x"] {
            assert_eq!(Fault::from_code(code), None, "{code}");
        }
    }

    fn seat(member: i64, product: i64, assignment: i64) -> SeatOf {
        SeatOf { member, product: ProductId(product), pool: PoolId(product * 10), assignment }
    }

    #[test]
    fn an_undo_is_of_all_of_a_person_or_nothing() {
        // 3 was given and 1 taken, to and from each of them.
        let given: Vec<SeatOf> = (1..=6).map(|member| seat(member, 3, 3000 + member)).collect();
        let taken: Vec<SeatOf> = (1..=6).map(|member| seat(member, 1, 1000 + member)).collect();
        let standing: Vec<SeatOf> = given.iter().filter(|seat| seat.member != 2).copied().collect();
        let mut deleted = class(&[3], &[6]);
        deleted.deleted = true;
        let people = [
            class(&[3], &[1]),
            class(&[], &[2]),
            class(&[1, 3], &[3]),
            class(&[3, 4], &[4]),
            class(&[2, 3], &[5]),
            deleted,
        ];
        let touched = (1..=6).collect();
        let undo = unmanage(&range(), &touched, &people, &Done { given: &given, standing: &standing, taken: &taken });
        assert_eq!(undo.accepted.as_slice(), [1]);
        assert_eq!(undo.ends, [(PoolId(30), [3001].into_iter().collect())]);
        assert_eq!(undo.restores, [(PoolId(10), [1001].into_iter().collect())]);
        let faults: Vec<(String, &[i64])> =
            undo.faults.iter().map(|(fault, ids)| (fault.code(), ids.as_slice())).collect();
        assert_eq!(
            faults,
            [
                ("deleted".to_owned(), [6].as_slice()),
                ("needs 4 3".to_owned(), &[4]),
                ("excludes 1 2".to_owned(), &[5]),
                ("gone 3".to_owned(), &[2]),
                ("holds_again 1".to_owned(), &[3]),
            ]
        );
    }

    /// What nobody may come to hold: the first rule that is broken by what is new.
    fn breaks(range: &Assortment, before: &BTreeSet<i64>, after: &BTreeSet<i64>) -> Option<&'static str> {
        let has = |set: &BTreeSet<i64>, id: ProductId| set.contains(&id.0);
        let missing = after.iter().any(|id| {
            let all = |set: &BTreeSet<i64>| range.requires(ProductId(*id)).all(|needed| has(set, needed));
            (!before.contains(id) || all(before)) && !all(after)
        });
        let clash = after.iter().any(|one| {
            after.iter().any(|other| {
                let new = !before.contains(one) || !before.contains(other);
                new && range.exclude(ProductId(*one), ProductId(*other))
            })
        });
        if missing { Some("needs") } else { clash.then_some("excludes") }
    }

    #[test]
    fn the_oracle_notices_broken_rules() {
        let set = |ids: &[i64]| ids.iter().copied().collect::<BTreeSet<i64>>();
        let range = range();
        assert_eq!(breaks(&range, &set(&[3, 4]), &set(&[4])), Some("needs"), "4 stays without 3");
        assert_eq!(breaks(&range, &set(&[4]), &set(&[4])), None, "it was so before");
        assert_eq!(breaks(&range, &set(&[1]), &set(&[1, 2])), Some("excludes"));
        assert_eq!(breaks(&range, &set(&[]), &set(&[3, 4, 5])), None);
    }

    type Person = (BTreeSet<i64>, bool, bool, bool);

    fn person() -> impl Strategy<Value = Person> {
        (proptest::collection::btree_set(1_i64..=6, 0..4), any::<bool>(), any::<bool>(), prop::bool::weighted(0.1))
    }

    fn of_person(number: i64, (held, dismissed, moscow, deleted): &Person) -> Holding {
        let held: Vec<i64> = held.iter().copied().collect();
        Holding {
            employment: if *dismissed { Employment::Dismissed } else { Employment::Employee },
            region: Region::parse(if *moscow { "77" } else { "16" }),
            deleted: *deleted,
            ..class(&held, &[number])
        }
    }

    /// People of one kind in one class, as the store brings them.
    fn together(people: &[Person]) -> Vec<Holding> {
        let mut classes: BTreeMap<&Person, Vec<i64>> = BTreeMap::new();
        for (person, number) in people.iter().zip(1..) {
            classes.entry(person).or_default().push(number);
        }
        let one = |(person, members): (&Person, Vec<i64>)| {
            let held: Vec<i64> = person.0.iter().copied().collect();
            Holding {
                members: members.iter().copied().collect(),
                seats: class(&held, &members).seats,
                ..of_person(0, person)
            }
        };
        classes.into_iter().map(one).collect()
    }

    proptest! {
        #[test]
        fn everybody_is_in_one_place_and_keeps_the_rules(
            people in proptest::collection::vec(person(), 0..30),
            set in proptest::collection::btree_set(1_i64..=6, 0..4),
            clear in proptest::collection::btree_set(1_i64..=6, 0..3),
        ) {
            let range = range();
            let clear: Vec<i64> = clear.difference(&set).copied().collect();
            let set: Vec<i64> = set.into_iter().collect();
            let wish = wish(&set, &clear);
            let classes = together(&people);
            let plan = manage(&range, &wish, &classes, &pools(1000), NOW);
            let mut everybody: Vec<i64> = plan.accepted.iter().chain(plan.unchanged.iter()).collect();
            everybody.extend(plan.left_out().iter());
            everybody.sort_unstable();
            prop_assert_eq!(everybody, (1..=people.len() as i64).collect::<Vec<_>>());
            for (person, number) in people.iter().zip(1_i64..) {
                let mut after = person.0.clone();
                for (product, change) in &plan.products {
                    if change.taken.contains(number) || change.fell.contains(number) {
                        prop_assert!(after.remove(&product.0));
                    }
                    if change.given.contains(number) {
                        prop_assert!(after.insert(product.0));
                        prop_assert!(!person.1 && !person.3, "to a dismissed or deleted person");
                        prop_assert!(product.0 != 6 || person.2, "outside its region");
                    }
                }
                prop_assert_eq!(after != person.0, plan.accepted.contains(number));
                prop_assert_eq!(breaks(&range, &person.0, &after), None);
                if plan.accepted.contains(number) || plan.unchanged.contains(number) {
                    prop_assert!(set.iter().all(|id| after.contains(id)), "all of what is wanted, or nothing");
                    prop_assert!(clear.iter().all(|id| !after.contains(id)));
                }
            }
            let seats: usize = plan.gives.iter().map(|give| give.members.len()).sum();
            let given: usize = plan.products.values().map(|change| change.given.len()).sum();
            prop_assert_eq!(seats, given);
        }

        #[test]
        fn classes_change_nothing(
            people in proptest::collection::vec(person(), 0..20),
            set in proptest::collection::btree_set(1_i64..=6, 0..4),
        ) {
            let set: Vec<i64> = set.into_iter().collect();
            let wish = wish(&set, &[]);
            let apart: Vec<Holding> = people.iter().zip(1..).map(|(person, number)| of_person(number, person)).collect();
            let one = manage(&range(), &wish, &together(&people), &pools(1000), NOW);
            prop_assert_eq!(one.digest(&wish), manage(&range(), &wish, &apart, &pools(1000), NOW).digest(&wish));
        }
    }
}

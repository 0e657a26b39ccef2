//! What is said beside the box of each product, before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Holding, ManagePlan, ProductChange, Want, Wish, available, change, manage};
use crate::{Assortment, IdSet, Instant, Plans, Pool, ProductId};

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
        // What can be mended on this page keeps nobody from what is wanted; nor do other products.
        let hinders = |fault: &Fault| {
            let own = fault.product() == Some(product);
            own && (unasked || matches!(fault, Fault::Dismissed { .. } | Fault::Region { .. }))
        };
        let gets = |class: &&Holding| {
            let change = change(assortment, &wish, class);
            change.given.contains(&product) && !change.faults.iter().any(hinders)
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

//! Putting everything back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Holding, Sets, bereft, sets};
use crate::{Assortment, IdSet, PoolId, ProductId};

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

//! Who stands where. Columns that people have of their own (name, e-mail, activity) are orders that are kept; columns of
//! classes are the order of names, class after class.

use std::cmp::Ordering;

use domain::{Direction, Sort, SortKey};
use fixedbitset::FixedBitSet;

use super::{People, Place};

pub(super) const ORDERS: usize = 6;

/// The orders that are kept. People who have nothing in the column come last, ties are broken by name, then by id.
const KEPT: [Sort; ORDERS] = [
    Sort { key: SortKey::Name, direction: Direction::Ascending },
    Sort { key: SortKey::Name, direction: Direction::Descending },
    Sort { key: SortKey::Email, direction: Direction::Ascending },
    Sort { key: SortKey::Email, direction: Direction::Descending },
    Sort { key: SortKey::LastActive, direction: Direction::Ascending },
    Sort { key: SortKey::LastActive, direction: Direction::Descending },
];

/// So many people are counted before it is looked whether that was enough: some 0.5 µs.
const BLOCK: usize = 1024;
/// People in one word of a set.
const WORD: usize = usize::BITS as usize;

/// Everybody in an order, and beside each the number of his class: a walk reads one after another.
#[derive(Debug, Default)]
pub(super) struct Order {
    places: Vec<Place>,
    classes: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Orders([Order; ORDERS]);

/// Nothing comes last in both directions.
fn by<K: Ord>(direction: Direction, one: Option<K>, other: Option<K>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if direction == Direction::Descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// Never equal for two people. A column of classes is that of names.
pub(super) fn compare(people: &People, sort: Sort, one: Place, other: Place) -> Ordering {
    let first = match sort.key {
        SortKey::Name => by(sort.direction, Some(people.sort_key(one)), Some(people.sort_key(other))),
        SortKey::Email => by(sort.direction, Some(people.email(one)), Some(people.email(other))),
        SortKey::LastActive => by(sort.direction, people.last_active(one), people.last_active(other)),
        SortKey::Employment | SortKey::Licence | SortKey::Until | SortKey::Group => Ordering::Equal,
    };
    first.then_with(|| people.sort_key(one).cmp(people.sort_key(other))).then(one.cmp(&other))
}

impl Orders {
    /// `class` is by place.
    pub fn of(people: &People, class: &[u32], living: impl Iterator<Item = Place>) -> Self {
        let mut names: Vec<Place> = living.collect();
        names.sort_by(|one, other| people.sort_key(*one).cmp(people.sort_key(*other)));
        let backwards = |order: &[Place], same: &dyn Fn(Place, Place) -> bool| -> Vec<Place> {
            order.chunk_by(|one, other| same(*one, *other)).rev().flatten().copied().collect()
        };
        let mut emails = names.clone();
        emails.sort_by(|one, other| people.email(*one).cmp(people.email(*other)));
        let active = |direction| {
            let mut active = names.clone();
            active.sort_by(|one, other| by(direction, people.last_active(*one), people.last_active(*other)));
            active
        };
        let orders = [
            backwards(&names, &|one, other| people.sort_key(one) == people.sort_key(other)),
            backwards(&emails, &|one, other| people.email(one) == people.email(other)),
            active(Direction::Ascending),
            active(Direction::Descending),
        ];
        let [names_back, emails_back, active, active_back] = orders;
        let mut orders = Self(
            [names, names_back, emails, emails_back, active, active_back]
                .map(|places| Order { classes: Vec::new(), places }),
        );
        orders.reclass_all(class);
        orders
    }

    fn kept(&mut self) -> impl Iterator<Item = (Sort, &mut Order)> {
        KEPT.into_iter().zip(&mut self.0)
    }

    pub fn insert(&mut self, people: &People, place: Place, class: u32) {
        for (sort, order) in self.kept() {
            let at = order.seek(people, sort, place);
            if order.places.get(at) != Some(&place) {
                order.places.insert(at, place);
                order.classes.insert(at, class);
            }
        }
    }

    /// Takes somebody out who still has the name under which he was put in. Nothing happens if he is not in.
    pub fn remove(&mut self, people: &People, place: Place) {
        for (sort, order) in self.kept() {
            let at = order.seek(people, sort, place);
            if order.places.get(at) == Some(&place) {
                order.places.remove(at);
                order.classes.remove(at);
            }
        }
    }

    pub fn reclass(&mut self, people: &People, place: Place, class: u32) {
        for (sort, order) in self.kept() {
            let at = order.seek(people, sort, place);
            if order.places.get(at) == Some(&place)
                && let Some(known) = order.classes.get_mut(at)
            {
                *known = class;
            }
        }
    }

    /// `class` is by place.
    pub fn reclass_all(&mut self, class: &[u32]) {
        for order in &mut self.0 {
            let classes = order.places.iter().map(|place| class.get(*place as usize).copied().unwrap_or_default());
            order.classes = classes.collect();
        }
    }

    /// The order of a column, or that of names for a column of classes, and its number below [`ORDERS`].
    pub fn walked(&self, sort: Sort) -> (usize, &Order) {
        let [names, ..] = &self.0;
        let known = KEPT.iter().zip(&self.0).enumerate().find(|(_, (kept, _))| **kept == sort);
        known.map_or((0, names), |(number, (_, order))| (number, order))
    }
}

/// Some of those who are in some classes and in a set.
pub(super) struct Wanted<'w> {
    /// By class: 1 or 0.
    pub classes: &'w [u8],
    pub set: Set<'w>,
    /// How many they are.
    pub of: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Set<'w> {
    Everybody,
    /// A bit for each person.
    Places(&'w FixedBitSet),
    /// A bit for each place in the order that is walked: read one after another.
    InOrder(&'w FixedBitSet),
}

/// Some people of an order, one after another.
#[derive(Clone, Copy)]
struct Block<'o> {
    start: usize,
    places: &'o [Place],
    classes: &'o [u32],
}

impl Wanted<'_> {
    fn one(&self, class: u32) -> u32 {
        self.classes.get(class as usize).copied().unwrap_or_default().into()
    }

    fn has(&self, at: usize, place: Place, class: u32) -> bool {
        self.one(class) == 1
            && match self.set {
                Set::Everybody => true,
                Set::Places(set) => set.contains(place as usize),
                Set::InOrder(set) => set.contains(at),
            }
    }

    /// Without a branch for each.
    fn count(&self, block: Block) -> usize {
        let classes = block.classes.iter();
        let count: u32 = match self.set {
            Set::Everybody => classes.map(|class| self.one(*class)).sum(),
            Set::Places(set) => {
                let one = |(class, place): (&u32, &Place)| self.one(*class) & u32::from(set.contains(*place as usize));
                classes.zip(block.places).map(one).sum()
            }
            Set::InOrder(set) => {
                let words = set.as_slice().get(block.start / WORD..).unwrap_or_default();
                let each = |(classes, word): (&[u32], &usize)| {
                    let bit = |(at, class): (usize, &u32)| self.one(*class) & u32::from(word >> at & 1 == 1);
                    classes.iter().enumerate().map(bit).sum::<u32>()
                };
                block.classes.chunks(WORD).zip(words).map(each).sum()
            }
        };
        count as usize
    }
}

impl Order {
    /// A bit for each place in this order: whether who stands there is in the set.
    pub fn set(&self, places: &FixedBitSet) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.places.len());
        let here = self.places.iter().enumerate().filter(|(_, place)| places.contains(**place as usize));
        set.extend(here.map(|(at, _)| at));
        set
    }

    fn seek(&self, people: &People, sort: Sort, place: Place) -> usize {
        self.places.partition_point(|other| compare(people, sort, *other, place).is_lt())
    }

    /// Those of the wanted who stand at places `from..to` among them, in order.
    pub fn walk(&self, wanted: &Wanted, from: usize, to: usize) -> Vec<Place> {
        let (from, to) = (from.min(wanted.of), to.min(wanted.of));
        let blocks = self.places.chunks(BLOCK).zip(self.classes.chunks(BLOCK)).enumerate();
        let blocks = blocks.map(|(number, (places, classes))| Block { start: number * BLOCK, places, classes });
        // From the nearer end.
        if wanted.of - to < from {
            let mut picked = pick(blocks.rev(), true, wanted, wanted.of - to, wanted.of - from);
            picked.reverse();
            picked
        } else {
            pick(blocks, false, wanted, from, to)
        }
    }
}

fn pick<'o>(
    blocks: impl Iterator<Item = Block<'o>>,
    backwards: bool,
    wanted: &Wanted,
    from: usize,
    to: usize,
) -> Vec<Place> {
    let mut picked = Vec::with_capacity(to - from);
    let mut passed = 0;
    for block in blocks {
        if passed >= to {
            break;
        }
        let count = wanted.count(block);
        if passed + count <= from {
            passed += count;
            continue;
        }
        let mut look = |(at, (place, class)): (usize, (&Place, &u32))| {
            if wanted.has(block.start + at, *place, *class) {
                if (from..to).contains(&passed) {
                    picked.push(*place);
                }
                passed += 1;
            }
        };
        let people = block.places.iter().zip(block.classes).enumerate();
        if backwards { people.rev().for_each(&mut look) } else { people.for_each(&mut look) }
    }
    picked
}

//! The roster (картотека): everybody living in one organisation, in memory and in order, so that a page of the table and
//! its counts cost the same however many people there are and however often their licences change.
//!
//! People are told apart by few things besides their names: employment, licences, groups. Who has the same of these is in
//! one [`Class`], and a filter is asked once for each class, not for each person. A deed moves people from class to class
//! and leaves every order as it was.
//!
//! Some 330 bytes a person, where classes are few. It is brought up to date by [`Changes`], and exact for its version.

mod class;
mod order;
mod search;
#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Counts, Coverage, Direction, Employment, Instant, MemberId, MemberRow, PersonName, Selection, Sort, Tab};
use fixedbitset::FixedBitSet;

use self::class::{Class, Classes};
use self::order::{Orders, Set, Wanted, compare};
use self::search::{Hits, Searches};
pub use self::text::PersonText;
use crate::ports::{Changes, PersonFacts};

/// With more changed people than this, sorting everybody anew is quicker than finding each one's place: some 0.3 ms a
/// person against 0.3 s, where there are 200,000.
const MANY: usize = 500;

/// So few people are sorted more quickly than found in an order: 0.1 ms.
const FEW: u64 = 200;

/// What was told does not continue what is known: everything must be told anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the roster must be made anew")]
pub struct Stale;

/// The number of a person, by ascending id. It stays a person's own: whoever is deleted leaves his place empty.
type Place = u32;

#[derive(Debug)]
pub struct Roster {
    version: i64,
    ids: Vec<i64>,
    /// By place: the number of the person's class.
    class: Vec<u32>,
    people: People,
    classes: Classes,
    orders: Orders,
    searches: Searches,
}

/// What people have of their own, by place.
#[derive(Debug, Default)]
struct People {
    text: Vec<PersonText>,
    last_active: Vec<Option<Instant>>,
}

impl People {
    fn name(&self, place: Place) -> PersonName {
        self.text.get(place as usize).map(PersonText::name).unwrap_or_default()
    }

    fn sort_key(&self, place: Place) -> &str {
        self.text.get(place as usize).map_or("", PersonText::sort_key)
    }

    fn email(&self, place: Place) -> &str {
        self.text.get(place as usize).map_or("", PersonText::email)
    }

    fn words(&self, place: Place) -> &str {
        self.text.get(place as usize).map_or("", PersonText::words)
    }

    fn last_active(&self, place: Place) -> Option<Instant> {
        self.last_active.get(place as usize).copied().flatten()
    }
}

/// Who is meant by a selection, and how many they are.
#[derive(Debug)]
pub struct Found {
    who: Who,
    /// By class: 0 where nobody is meant.
    population: Vec<u32>,
    counts: Counts,
}

/// Who is meant, of those whose class has a population.
#[derive(Debug)]
enum Who {
    Everybody,
    Hits(Arc<Hits>),
    Places(FixedBitSet),
}

impl Found {
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn places(&self) -> Option<&FixedBitSet> {
        match &self.who {
            Who::Everybody => None,
            Who::Hits(hits) => Some(&hits.places),
            Who::Places(places) => Some(places),
        }
    }
}

impl Roster {
    /// Everybody, from the beginning. Takes a second of a processor for 500,000 people.
    ///
    /// # Errors
    /// [`Stale`] if `changes` is not the whole.
    pub fn of(mut changes: Changes) -> Result<Self, Stale> {
        let layout = changes.whole.take().ok_or(Stale)?;
        let mut roster = Self {
            version: changes.version,
            ids: Vec::new(),
            class: Vec::new(),
            people: People::default(),
            classes: Classes::new(layout),
            orders: Orders::default(),
            searches: Searches::default(),
        };
        for person in in_order(changes.people) {
            roster.settle(person)?;
        }
        roster.orders = Orders::of(&roster.people, &roster.class, roster.living());
        Ok(roster)
    }

    /// Goes on to another version. What was heard before may be heard again.
    ///
    /// # Errors
    /// [`Stale`] if it cannot go on from here, or need not because `changes` is the whole.
    pub fn apply(mut self, changes: Changes) -> Result<Self, Stale> {
        if changes.whole.is_some() {
            return Err(Stale);
        }
        self.version = changes.version;
        if changes.people.len() + changes.gone.len() + changes.held.len() <= MANY {
            self.apply_each(changes)?;
        } else {
            self.apply_all(changes)?;
        }
        Ok(self)
    }

    fn apply_each(&mut self, changes: Changes) -> Result<(), Stale> {
        for (id, held) in changes.held {
            let Some(place) = self.place(id) else { continue };
            let Some(class) = self.class_at(place) else { continue };
            let class = Class { held, ..class.clone() };
            let (from, to) = self.reclass(place, Some(class));
            self.orders.reclass(&self.people, place, to);
            self.searches.reclass(place, from, to);
        }
        if !changes.gone.is_empty() || !changes.people.is_empty() {
            self.searches.reorder();
        }
        for place in self.known(&changes.gone) {
            self.orders.remove(&self.people, place);
            let (from, to) = self.reclass(place, None);
            self.searches.reclass(place, from, to);
        }
        for person in in_order(changes.people) {
            if let Some(place) = self.place(person.id) {
                self.orders.remove(&self.people, place);
            }
            let (place, from, to) = self.settle(person)?;
            self.searches.reclass(place, from, to);
            self.searches.reword(&self.people, place, to);
            self.orders.insert(&self.people, place, to);
        }
        Ok(())
    }

    fn apply_all(&mut self, changes: Changes) -> Result<(), Stale> {
        // To be found anew takes less than to be looked at for each of these.
        self.searches = Searches::default();
        let same_people = changes.people.is_empty() && changes.gone.is_empty();
        for (id, held) in changes.held {
            let Some(place) = self.place(id) else { continue };
            let Some(class) = self.class_at(place) else { continue };
            let class = Class { held, ..class.clone() };
            self.reclass(place, Some(class));
        }
        for place in self.known(&changes.gone) {
            self.reclass(place, None);
        }
        for person in in_order(changes.people) {
            self.settle(person)?;
        }
        if same_people {
            self.orders.reclass_all(&self.class);
        } else {
            self.orders = Orders::of(&self.people, &self.class, self.living());
        }
        Ok(())
    }

    /// The number of the last audit entry that is taken into account; 0 before the first.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }

    /// How many people it has room for, deleted ones too.
    #[must_use]
    pub fn size(&self) -> usize {
        self.ids.len()
    }

    /// Living people by tab, of those who are covered; tabs of other groups are not there.
    #[must_use]
    pub fn tabs(&self, coverage: &Coverage) -> Vec<(Tab, u64)> {
        let tabs = [Tab::All].into_iter();
        let tabs = tabs.chain(Employment::ALL.map(Tab::Employment));
        let tabs =
            tabs.chain(self.classes.groups().iter().copied().filter(|group| coverage.has(*group)).map(Tab::Group));
        let all = |tab| Selection::by_filter(domain::Filter { tab, ..domain::Filter::default() });
        tabs.map(|tab| (tab, self.find(&all(tab), coverage).counts.total)).collect()
    }

    /// Whom a selection means, of those who are covered.
    #[must_use]
    pub fn find(&self, selection: &Selection, coverage: &Coverage) -> Found {
        let mut found = self.find_all(selection);
        if coverage.groups().is_some() {
            // Nobody is meant whose class has no population.
            let covered = self.classes.covered(coverage);
            for (people, covered) in found.population.iter_mut().zip(covered) {
                if !covered {
                    *people = 0;
                }
            }
            found.counts = self.classes.counts(&found.population);
        }
        found
    }

    fn find_all(&self, selection: &Selection) -> Found {
        let whole = |part: &domain::AllBut| part.except.is_empty() && part.filter.words().is_empty();
        let classes = self.classes.admitted(selection.all.iter().filter(|part| whole(part)).map(|part| &part.filter));
        if selection.ids.is_empty() && selection.all.iter().all(whole) {
            return self.found(Who::Everybody, self.classes.population(&classes));
        }
        if let ([one], true) = (selection.all.as_slice(), selection.ids.is_empty())
            && one.except.is_empty()
        {
            let hits = self.searches.find(&self.people, &self.class, &one.filter.words());
            let classes = self.classes.admitted([&one.filter].into_iter());
            let masked = hits.population.iter().zip(&classes).map(|(people, fits)| if *fits { *people } else { 0 });
            return self.found(Who::Hits(hits.clone()), masked.collect());
        }
        let mut places = FixedBitSet::with_capacity(self.ids.len());
        if classes.contains(&true) {
            self.add(&mut places, &classes, None, &[]);
        }
        for part in selection.all.iter().filter(|part| !whole(part)) {
            let classes = self.classes.admitted([&part.filter].into_iter());
            let words = part.filter.words();
            let hits = (!words.is_empty()).then(|| self.searches.find(&self.people, &self.class, &words));
            let except: Vec<Place> = self.places(part.except.as_slice()).collect();
            self.add(&mut places, &classes, hits.as_deref(), &except);
        }
        for place in self.places(selection.ids.as_slice()) {
            if self.class_at(place).is_some() {
                places.insert(place as usize);
            }
        }
        let mut population = vec![0; self.classes.len()];
        for place in places.ones() {
            if let Some(count) = self.class.get(place).and_then(|class| population.get_mut(*class as usize)) {
                *count += 1;
            }
        }
        self.found(Who::Places(places), population)
    }

    fn found(&self, who: Who, population: Vec<u32>) -> Found {
        Found { counts: self.classes.counts(&population), who, population }
    }

    /// The rows at some places of the table.
    #[must_use]
    pub fn page(&self, found: &Found, sort: Sort, offset: u64, limit: u32) -> Vec<MemberRow> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let places = match found.places() {
            Some(few) if found.counts.total <= FEW => {
                self.sorted(few, found, sort).into_iter().skip(offset).take(limit as usize).collect()
            }
            _ => self.walked(found, sort, offset, offset.saturating_add(limit as usize)),
        };
        places.into_iter().filter_map(|place| self.row(place)).collect()
    }

    fn row(&self, place: Place) -> Option<MemberRow> {
        let number = *self.class.get(place as usize)?;
        let class = self.classes.get(number)?;
        Some(MemberRow {
            id: MemberId(*self.ids.get(place as usize)?),
            name: self.people.name(place),
            employment: class.employment,
            email: self.people.email(place).to_owned(),
            last_active: self.people.last_active(place),
            unsigned: !class.held.is_empty() && !self.classes.signs(number),
            held: class.held.clone(),
            groups: class.groups.clone(),
        })
    }

    /// By what a column of classes sorts a class; whoever has nothing in it comes last.
    fn rank(&self, class: usize, sort: Sort) -> (bool, i64) {
        match (self.classes.key(class, sort.key), sort.direction) {
            (None, _) => (true, 0),
            (Some(key), Direction::Ascending) => (false, key),
            (Some(key), Direction::Descending) => (false, key.saturating_neg()),
        }
    }

    fn sorted(&self, places: &FixedBitSet, found: &Found, sort: Sort) -> Vec<Place> {
        let meant = |place: &Place| found.population.get(self.number(*place)).is_some_and(|people| *people > 0);
        let places = places.ones().filter_map(|place| Place::try_from(place).ok());
        let mut places: Vec<Place> = places.filter(meant).collect();
        let rank = |place: Place| self.rank(self.number(place), sort);
        places.sort_unstable_by(|one, other| {
            rank(*one).cmp(&rank(*other)).then_with(|| compare(&self.people, sort, *one, *other))
        });
        places
    }

    /// People of one rank stand together, in an order that is kept: of the first and the last rank of the page some are
    /// wanted, of those between all.
    fn walked(&self, found: &Found, sort: Sort, from: usize, to: usize) -> Vec<Place> {
        let mut ranks: BTreeMap<(bool, i64), (usize, Vec<usize>)> = BTreeMap::new();
        for (class, people) in found.population.iter().enumerate().filter(|(_, people)| **people > 0) {
            let (of, classes) = ranks.entry(self.rank(class, sort)).or_default();
            *of += *people as usize;
            classes.push(class);
        }
        let (number, order) = self.orders.walked(sort);
        let set = match &found.who {
            Who::Everybody => Set::Everybody,
            Who::Hits(hits) => hits.in_order(number, order).map_or(Set::Places(&hits.places), Set::InOrder),
            Who::Places(places) => Set::Places(places),
        };
        let walk = |classes: &[usize], of: usize, from: usize, to: usize| {
            let mut wanted = vec![0; found.population.len()];
            for class in classes {
                if let Some(wanted) = wanted.get_mut(*class) {
                    *wanted = 1;
                }
            }
            order.walk(&Wanted { classes: &wanted, set, of }, from, to)
        };
        let (mut start, mut middle, mut end) = (Vec::new(), Vec::new(), Vec::new());
        let (mut between, mut before): (Vec<usize>, usize) = (Vec::new(), 0);
        for (of, classes) in ranks.into_values() {
            let (first, last) = (from.saturating_sub(before).min(of), to.saturating_sub(before).min(of));
            if first == 0 && last == of {
                between.extend(classes);
                middle.push(of);
            } else if first > 0 && first < last {
                start = walk(&classes, of, first, last);
            } else if first < last {
                end = walk(&classes, of, first, last);
            }
            before += of;
        }
        if !middle.is_empty() {
            let of = middle.iter().sum();
            let mut places = walk(&between, of, 0, of);
            // Stable: within a rank they are in order.
            places.sort_by_cached_key(|place| self.rank(self.number(*place), sort));
            start.extend(places);
        }
        start.extend(end);
        start
    }

    /// Takes in those who are of such a class and were found, but for some.
    fn add(&self, to: &mut FixedBitSet, classes: &[bool], hits: Option<&Hits>, except: &[Place]) {
        let admitted = |place: usize| {
            let class = self.class.get(place).copied().unwrap_or_default();
            classes.get(class as usize).copied().unwrap_or_default()
        };
        let mut part = FixedBitSet::with_capacity(self.ids.len());
        match hits {
            Some(hits) => part.extend(hits.places.ones().filter(|place| admitted(*place))),
            None => part.extend((0..self.ids.len()).filter(|place| admitted(*place))),
        }
        for place in except {
            part.set(*place as usize, false);
        }
        to.union_with(&part);
    }

    /// Gives a person his place and class: the place, the number of the class before and after. His places in the orders
    /// are left to the caller.
    fn settle(&mut self, person: PersonFacts) -> Result<(Place, u32, u32), Stale> {
        let PersonFacts { id, employment, last_active, text, held, groups } = person;
        let place = match self.place(id) {
            Some(place) => {
                let text_known = self.people.text.get_mut(place as usize);
                let (text_known, active_known) =
                    text_known.zip(self.people.last_active.get_mut(place as usize)).ok_or(Stale)?;
                (*text_known, *active_known) = (text, last_active);
                place
            }
            // Ids ascend: the database makes them one after another, and an organisation has one writer at a time.
            None if self.ids.last().is_some_and(|last| *last > id) => return Err(Stale),
            None => {
                let place = Place::try_from(self.ids.len()).map_err(|_| Stale)?;
                self.ids.push(id);
                self.class.push(Classes::NOBODY);
                self.people.text.push(text);
                self.people.last_active.push(last_active);
                place
            }
        };
        let class = Class { employment, held, groups };
        let (from, to) = self.reclass(place, Some(class));
        Ok((place, from, to))
    }

    /// The numbers of the class before and after.
    fn reclass(&mut self, place: Place, class: Option<Class>) -> (u32, u32) {
        let Some(known) = self.class.get_mut(place as usize) else { return (Classes::NOBODY, Classes::NOBODY) };
        let from = std::mem::replace(known, self.classes.change(*known, class));
        (from, *known)
    }

    fn number(&self, place: Place) -> usize {
        self.class.get(place as usize).copied().unwrap_or_default() as usize
    }

    fn class_at(&self, place: Place) -> Option<&Class> {
        self.classes.get(*self.class.get(place as usize)?)
    }

    fn place(&self, id: i64) -> Option<Place> {
        self.ids.binary_search(&id).ok().and_then(|place| Place::try_from(place).ok())
    }

    fn known(&self, ids: &domain::IdSet) -> Vec<Place> {
        self.places(ids.as_slice()).collect()
    }

    /// The places of ascending ids; unknown ones are left out.
    fn places<'s>(&'s self, ids: &'s [i64]) -> impl Iterator<Item = Place> + 's {
        let mut from = 0;
        ids.iter().filter_map(move |id| {
            let rest = self.ids.get(from..)?;
            // Ids that are named lie close together: the step doubles until it is beyond.
            let mut step = 1;
            while rest.get(step).is_some_and(|known| known < id) {
                step *= 2;
            }
            let near = rest.get(..rest.len().min(step + 1))?;
            let found = near.binary_search(id);
            from += found.unwrap_or_else(|after| after);
            found.ok().and_then(|_| Place::try_from(from).ok())
        })
    }

    fn living(&self) -> impl Iterator<Item = Place> + '_ {
        let places = (0..).zip(&self.class);
        places.filter(|(_, class)| **class != Classes::NOBODY).map(|(place, _)| place)
    }
}

fn in_order(mut people: Vec<PersonFacts>) -> Vec<PersonFacts> {
    people.sort_unstable_by_key(|person| person.id);
    people
}

//! Who is found by the beginnings of words.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fixedbitset::FixedBitSet;

use super::order::{ORDERS, Order};
use super::{People, Place};

/// Searches remembered. Each takes a bit for each person, and another in each order that was looked at.
const MAX_SEARCHES: usize = 50;

/// Who was found, deleted people among them.
#[derive(Clone, Debug)]
pub(super) struct Hits {
    pub places: FixedBitSet,
    /// By class.
    pub population: Vec<u32>,
    /// `places` in each order, once it was walked.
    in_order: [OnceLock<FixedBitSet>; ORDERS],
}

impl Hits {
    /// A bit for each place in the order of this number.
    pub fn in_order(&self, number: usize, order: &Order) -> Option<&FixedBitSet> {
        Some(self.in_order.get(number)?.get_or_init(|| order.set(&self.places)))
    }
}

/// What has been searched for. It is kept up to date: words are not licences, and whoever looks at the table again after
/// a deed finds the same people.
#[derive(Debug, Default)]
pub(super) struct Searches(Mutex<HashMap<Vec<String>, Arc<Hits>>>);

/// Each word is kept after a space.
fn needles(words: &[String]) -> Vec<String> {
    words.iter().map(|word| format!(" {word}")).collect()
}

fn fits(kept: &str, needles: &[String]) -> bool {
    needles.iter().all(|needle| kept.contains(needle.as_str()))
}

/// Whether everybody who is found by `long` is found by `short` too.
fn narrows(long: &[String], short: &[String]) -> bool {
    short.iter().all(|word| long.iter().any(|longer| longer.starts_with(word.as_str())))
}

fn count(population: &mut Vec<u32>, class: u32, act: impl FnOnce(u32) -> u32) {
    let class = class as usize;
    if population.len() <= class {
        population.resize(class + 1, 0);
    }
    if let Some(people) = population.get_mut(class) {
        *people = act(*people);
    }
}

impl Searches {
    /// Who is found by these words, of which there is at least one. `class` is by place.
    pub fn find(&self, people: &People, class: &[u32], words: &[String]) -> Arc<Hits> {
        let among = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(hits) = known.get(words) {
                return hits.clone();
            }
            // One types on: whoever is found now was found before.
            let wider = known.iter().filter(|(short, _)| narrows(words, short));
            wider.map(|(_, hits)| hits).min_by_key(|hits| hits.population.iter().sum::<u32>()).cloned()
        };
        let needles = needles(words);
        let fits = |place: &usize| Place::try_from(*place).is_ok_and(|place| fits(people.words(place), &needles));
        let mut places = FixedBitSet::with_capacity(class.len());
        match among {
            Some(among) => places.extend(among.places.ones().filter(fits)),
            None => places.extend((0..class.len()).filter(fits)),
        }
        let mut population = Vec::new();
        for class in places.ones().filter_map(|place| class.get(place)) {
            count(&mut population, *class, |people| people + 1);
        }
        let hits = Arc::new(Hits { places, population, in_order: Default::default() });
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_SEARCHES {
            known.clear();
        }
        known.insert(words.to_vec(), hits.clone());
        hits
    }

    fn known(&mut self) -> impl Iterator<Item = (&Vec<String>, &mut Arc<Hits>)> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).iter_mut()
    }

    /// Somebody is in another class.
    pub fn reclass(&mut self, place: Place, from: u32, to: u32) {
        for (_, hits) in self.known().filter(|(_, hits)| hits.places.contains(place as usize)) {
            let population = &mut Arc::make_mut(hits).population;
            count(population, from, |people| people.saturating_sub(1));
            count(population, to, |people| people + 1);
        }
    }

    /// Somebody has come, gone or got another name: everybody behind him stands elsewhere.
    pub fn reorder(&mut self) {
        for (_, hits) in self.known() {
            Arc::make_mut(hits).in_order = Default::default();
        }
    }

    /// Somebody, in this class, is new or has other words.
    pub fn reword(&mut self, people: &People, place: Place, class: u32) {
        for (words, hits) in self.known() {
            let fits = fits(people.words(place), &needles(words));
            if fits != hits.places.contains(place as usize) {
                let Hits { places, population, .. } = Arc::make_mut(hits);
                places.grow(place as usize + 1);
                places.set(place as usize, fits);
                count(population, class, |people| if fits { people + 1 } else { people.saturating_sub(1) });
            }
        }
    }
}

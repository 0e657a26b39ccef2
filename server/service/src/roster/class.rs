//! What people have in common who differ in nothing but name, e-mail and activity.

use std::collections::HashMap;

use domain::{Counts, Coverage, Employment, Filter, GroupId, Held, SortKey};

use crate::ports::Layout;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class {
    pub employment: Employment,
    /// By product.
    pub held: Vec<Held>,
    /// In the order of the tabs.
    pub groups: Vec<GroupId>,
}

/// What a class is sorted by; `None` for whoever has nothing in the column.
#[derive(Debug, Default)]
struct Keys {
    licence: Option<i64>,
    until: Option<i64>,
    group: Option<i64>,
}

impl Keys {
    fn of(class: &Class, layout: &Layout) -> Self {
        Self {
            // What the table shows first.
            licence: class.held.iter().find_map(|held| layout.label(held.product)),
            until: class.held.iter().filter_map(|held| held.until).min().map(|until| until.0),
            group: class.groups.iter().filter_map(|group| layout.position(*group)).min(),
        }
    }
}

#[derive(Debug, Default)]
struct Numbered {
    /// `None` for a number that is free.
    class: Option<Class>,
    keys: Keys,
    /// Holds a signature.
    signs: bool,
    population: u32,
}

/// All classes that anybody is in, by number.
#[derive(Debug)]
pub(super) struct Classes {
    layout: Layout,
    all: Vec<Numbered>,
    numbers: HashMap<Class, u32>,
    free: Vec<u32>,
}

impl Classes {
    /// The number of those who are in no class: the deleted.
    pub const NOBODY: u32 = 0;

    pub fn new(layout: Layout) -> Self {
        Self { layout, all: vec![Numbered::default()], numbers: HashMap::new(), free: Vec::new() }
    }

    /// The organisation's groups, in the order of the tabs.
    pub fn groups(&self) -> &[GroupId] {
        &self.layout.groups
    }

    /// One more than the largest number.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn get(&self, number: u32) -> Option<&Class> {
        self.all.get(number as usize)?.class.as_ref()
    }

    /// Whether the people of the class hold a signature.
    pub fn signs(&self, number: u32) -> bool {
        self.all.get(number as usize).is_some_and(|numbered| numbered.signs)
    }

    /// Moves one person; the number of where he is now.
    pub fn change(&mut self, from: u32, to: Option<Class>) -> u32 {
        let number = match to {
            Some(class) => self.number(class),
            None => Self::NOBODY,
        };
        // Entered before the other is left, lest a class be given up and made anew.
        if let Some(entered) = self.all.get_mut(number as usize) {
            entered.population += 1;
        }
        if let Some(left) = self.all.get_mut(from as usize) {
            left.population = left.population.saturating_sub(1);
            if left.population == 0
                && let Some(class) = left.class.take()
            {
                self.numbers.remove(&class);
                self.free.push(from);
            }
        }
        number
    }

    fn number(&mut self, class: Class) -> u32 {
        if let Some(number) = self.numbers.get(&class) {
            return *number;
        }
        let numbered = Numbered {
            keys: Keys::of(&class, &self.layout),
            signs: class.held.iter().any(|held| self.layout.signs(held.product)),
            class: Some(class.clone()),
            population: 0,
        };
        let number = match self.free.pop().and_then(|number| Some((number, self.all.get_mut(number as usize)?))) {
            Some((number, free)) => {
                *free = numbered;
                number
            }
            None => {
                self.all.push(numbered);
                u32::try_from(self.all.len() - 1).unwrap_or(Self::NOBODY)
            }
        };
        self.numbers.insert(class, number);
        number
    }

    /// By number: whether one of the filters admits the class, whatever it searches for.
    pub fn admitted<'f>(&self, filters: impl Iterator<Item = &'f Filter> + Clone) -> Vec<bool> {
        let admitted =
            |class: &Class| filters.clone().any(|filter| filter.admits(class.employment, &class.held, &class.groups));
        self.all.iter().map(|numbered| numbered.class.as_ref().is_some_and(admitted)).collect()
    }

    /// By number: whether the people of the class are covered.
    pub fn covered(&self, coverage: &Coverage) -> impl Iterator<Item = bool> {
        self.all.iter().map(|numbered| numbered.class.as_ref().is_some_and(|class| coverage.admits(&class.groups)))
    }

    /// By number: how many people are in the admitted classes.
    pub fn population(&self, admitted: &[bool]) -> Vec<u32> {
        let people = |(numbered, admitted): (&Numbered, &bool)| if *admitted { numbered.population } else { 0 };
        self.all.iter().zip(admitted).map(people).collect()
    }

    pub fn counts(&self, population: &[u32]) -> Counts {
        let mut counts = Counts::default();
        for (numbered, population) in self.all.iter().zip(population) {
            let (Some(class), people) = (&numbered.class, u64::from(*population)) else { continue };
            counts.total += people;
            if numbered.signs {
                counts.licensed += people;
            } else if class.employment.may_receive() {
                counts.issuable += people;
            }
        }
        counts
    }

    /// What a class is sorted by in a column of classes; `None` for whoever has nothing in it.
    pub fn key(&self, number: usize, key: SortKey) -> Option<i64> {
        let Numbered { class, keys, .. } = self.all.get(number)?;
        match key {
            SortKey::Employment => class.as_ref().map(|class| class.employment.number()),
            SortKey::Licence => keys.licence,
            SortKey::Until => keys.until,
            SortKey::Group => keys.group,
            SortKey::Name | SortKey::Email | SortKey::LastActive => None,
        }
    }
}

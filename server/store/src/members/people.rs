//! A selection of people as SQL: FROM and WHERE over `members AS m`, the same for pages, counts and snapshots.
//!
//! A [`Limit`] can be asked of a row at hand (its probe), and most can also name their people from a narrow index (their
//! driver). Which of the two a statement starts from decides what it costs.

use domain::{Filter, IdSet, LicenceFilter, Selection, Tab};

use crate::sql::Sql;

/// One condition on a person.
#[derive(Clone, Debug)]
pub(super) enum Limit {
    Employment(i64),
    Group(i64),
    Licensed,
    Unlicensed,
    /// Holds a licence of this product.
    Holds(i64),
    /// A word of the person's begins with this.
    Word(String),
}

/// Keeps the planner of PostgreSQL from turning a probe into a join, which reads everything before the first row.
const FENCE: &str = "LIMIT 1 OFFSET 0";

/// `EXISTS` an active assignment of the person.
fn held(id: &str, which: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM assignments AS a WHERE a.organization_id = $1 AND a.member_id = {id} \
         AND a.ended_at IS NULL{which} {FENCE})"
    )
}

impl Limit {
    /// The condition on the person whose id is `id` and whose row, if it takes that, is `m`.
    fn probe(&self, sql: &mut Sql, id: &str) -> String {
        match self {
            Self::Employment(number) => format!("m.employment = {}", sql.argument(*number)),
            Self::Group(group) => {
                let group = sql.argument(*group);
                format!(
                    "EXISTS (SELECT 1 FROM group_members AS g \
                     WHERE g.organization_id = $1 AND g.member_id = {id} AND g.group_id = {group} {FENCE})"
                )
            }
            Self::Licensed => held(id, ""),
            Self::Unlicensed => format!("NOT {}", held(id, "")),
            Self::Holds(product) => held(id, &format!(" AND a.product_id = {}", sql.argument(*product))),
            Self::Word(word) => format!("{{begins m.words {}}}", sql.argument(format!(" {word}"))),
        }
    }

    /// A SELECT of the ids of everybody who fits (and perhaps of deleted people), each once, from a narrow index.
    fn driver(&self, sql: &mut Sql) -> Option<String> {
        let held = "FROM assignments AS a WHERE a.organization_id = $1 AND a.ended_at IS NULL";
        Some(match self {
            Self::Group(group) => {
                let group = sql.argument(*group);
                format!(
                    "SELECT g.member_id AS id FROM group_members AS g \
                     WHERE g.organization_id = $1 AND g.group_id = {group}"
                )
            }
            Self::Licensed => format!("SELECT DISTINCT a.member_id AS id {held}"),
            // The exclusive group of a product lets a member hold it once.
            Self::Holds(product) => {
                format!("SELECT a.member_id AS id {held} AND a.product_id = {}", sql.argument(*product))
            }
            Self::Word(word) => {
                let from = sql.argument(word.as_str());
                let until = match after(word) {
                    Some(bound) => format!(" AND w.word < {}", sql.argument(bound)),
                    None => String::new(),
                };
                format!(
                    "SELECT DISTINCT w.member_id AS id FROM member_words AS w \
                     WHERE w.organization_id = $1 AND w.word >= {from}{until}"
                )
            }
            Self::Employment(_) | Self::Unlicensed => return None,
        })
    }

    /// Which driver to take if there are several: that of the fewest people, by experience.
    fn rank(&self) -> usize {
        match self {
            Self::Word(word) => match word.chars().count() {
                // Begins a word of every other person.
                1..=3 => 203,
                long => 100_usize.saturating_sub(long),
            },
            Self::Group(_) => 201,
            Self::Holds(_) => 202,
            Self::Licensed => 204,
            Self::Employment(_) | Self::Unlicensed => usize::MAX,
        }
    }
}

/// The conditions that a filter sets.
fn limits(filter: &Filter) -> Vec<Limit> {
    let tab = match filter.tab {
        Tab::All => None,
        Tab::Employment(employment) => Some(Limit::Employment(employment.number())),
        Tab::Group(group) => Some(Limit::Group(group.0)),
    };
    let licence = match filter.licence {
        LicenceFilter::Whatever => None,
        LicenceFilter::None => Some(Limit::Unlicensed),
        LicenceFilter::Any => Some(Limit::Licensed),
        LicenceFilter::Product(product) => Some(Limit::Holds(product.0)),
    };
    tab.into_iter().chain(licence).chain(filter.words().into_iter().map(Limit::Word)).collect()
}

/// Which people a statement is about: those of a selection.
#[derive(Clone, Copy, Debug)]
pub(super) struct People<'s> {
    pub selection: &'s Selection,
    /// Whether `ids` finds deleted people too.
    pub deleted_too: bool,
}

/// Where a statement starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// From the narrowest index that has everybody; from all members if there is none.
    Narrow,
    /// From this index on members, in its order.
    Walk(&'static str),
}

/// The two parts of a statement that say who.
pub(super) struct Source {
    /// `FROM …`
    pub from: String,
    /// What follows `WHERE`.
    pub conditions: String,
}

/// What every index on members is limited to.
pub(super) const LIVING: &str = "m.deleted_at IS NULL";

impl<'s> People<'s> {
    pub fn living(selection: &'s Selection) -> Self {
        Self { selection, deleted_too: false }
    }

    /// Whether an index names few enough people to be worth starting from: all but «everybody», an employment, and
    /// «no licence».
    pub fn has_driver(&self) -> bool {
        self.selection.filter.as_ref().is_none_or(|filter| sharpest(&limits(filter)).is_some())
    }

    /// Whether a person's words are looked at.
    pub fn by_words(&self) -> bool {
        self.selection.filter.as_ref().is_some_and(|filter| !filter.words().is_empty())
    }

    pub fn source(&self, sql: &mut Sql, start: Start) -> Source {
        let mut own = self.selection.filter.as_ref().map(limits);
        // What the driver has ascertained is not asked again.
        let mut ask_ids = own.is_none() || !self.selection.ids.is_empty();
        let driver = match (start, &mut own) {
            (Start::Walk(_), _) => None,
            (Start::Narrow, None) => {
                ask_ids = false;
                Some(self.driver_of_ids(sql))
            }
            (Start::Narrow, Some(own)) => sharpest(own).and_then(|place| {
                if ask_ids {
                    let by_filter = own.get(place)?.driver(sql)?;
                    Some(format!("{by_filter} UNION {}", self.driver_of_ids(sql)))
                } else {
                    own.remove(place).driver(sql)
                }
            }),
        };
        let from = match (&driver, start) {
            (Some(driver), _) => format!("FROM ({driver}) AS d CROSS JOIN members AS m"),
            (None, Start::Walk(index)) => format!("FROM members AS m {{by {index}}}"),
            (None, Start::Narrow) => format!("FROM members AS m{}", self.scan(own.as_deref())),
        };
        let mut conditions = vec!["m.organization_id = $1".to_owned()];
        if driver.is_some() {
            conditions.push("m.id = d.id".to_owned());
        }
        // What needs no row is asked before the row is fetched.
        let id = if driver.is_some() { "d.id" } else { "m.id" };
        conditions.extend(self.chosen(sql, own, ask_ids, id));
        if !self.deleted_too {
            conditions.push(LIVING.to_owned());
        }
        Source { from, conditions: conditions.join(" AND ") }
    }

    /// What is asked of each person in `m`, who lives.
    pub fn conditions(&self, sql: &mut Sql) -> String {
        let own = self.selection.filter.as_ref().map(limits);
        let ask_ids = own.is_none() || !self.selection.ids.is_empty();
        all(&self.chosen(sql, own, ask_ids, "m.id"))
    }

    /// Without a driver, everybody is looked at: by the index that tells most without the row.
    fn scan(&self, own: Option<&[Limit]>) -> &'static str {
        let ids = !self.selection.ids.is_empty();
        if self.deleted_too && ids {
            ""
        } else if !ids && own.is_some_and(|own| own.iter().any(|limit| matches!(limit, Limit::Employment(_)))) {
            " {by members_by_employment}"
        } else {
            " {by members_living}"
        }
    }

    fn driver_of_ids(&self, sql: &mut Sql) -> String {
        format!("SELECT picked.value AS id FROM {{picked {}}}", sql.argument(self.selection.ids.to_list()))
    }

    fn chosen(&self, sql: &mut Sql, own: Option<Vec<Limit>>, ask_ids: bool, id: &str) -> Vec<String> {
        let by_filter = own.map(|own| {
            let mut found: Vec<String> = own.iter().map(|limit| limit.probe(sql, id)).collect();
            if !self.selection.except.is_empty() {
                let except = sql.argument(self.selection.except.to_list());
                found.push(format!("{id} NOT IN (SELECT picked.value FROM {{picked {except}}})"));
            }
            if self.deleted_too {
                found.push(LIVING.to_owned());
            }
            found
        });
        let by_ids = ask_ids.then(|| {
            let ids = sql.argument(self.selection.ids.to_list());
            format!("{id} IN (SELECT picked.value FROM {{picked {ids}}})")
        });
        match (by_filter, by_ids) {
            (Some(found), Some(by_ids)) => vec![format!("({} OR {by_ids})", all(&found))],
            (Some(found), None) => found,
            (None, by_ids) => by_ids.into_iter().collect(),
        }
    }
}

/// The place of the limit whose driver has the fewest people.
fn sharpest(limits: &[Limit]) -> Option<usize> {
    let ranked = limits.iter().enumerate().filter(|(_, limit)| limit.rank() < usize::MAX);
    ranked.min_by_key(|(_, limit)| limit.rank()).map(|(place, _)| place)
}

fn all(conditions: &[String]) -> String {
    if conditions.is_empty() { "1 = 1".to_owned() } else { format!("({})", conditions.join(" AND ")) }
}

/// The least text after every text that begins with `word`; `None` if there is none. Both databases compare these by
/// bytes of UTF-8, which is the order of code points.
fn after(word: &str) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    while let Some(last) = letters.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

/// One selection of each form that makes another statement.
pub(super) fn every_form() -> Vec<Selection> {
    use domain::{Employment, GroupId, ProductId};
    let tabs = [Tab::All, Tab::Employment(Employment::Employee), Tab::Group(GroupId(1))];
    let licences =
        [LicenceFilter::Whatever, LicenceFilter::None, LicenceFilter::Any, LicenceFilter::Product(ProductId(1))];
    let some: IdSet = [1, 2, 3].into_iter().collect();
    let mut all = vec![Selection::default(), Selection::of_ids(some.clone())];
    for tab in tabs {
        for licence in licences {
            for search in ["", "ива", "ива петр"] {
                let filter = Some(Filter { tab, licence, search: search.to_owned() });
                for except in [IdSet::default(), some.clone()] {
                    for ids in [IdSet::default(), some.clone()] {
                        all.push(Selection { filter: filter.clone(), except: except.clone(), ids });
                    }
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn the_bound_follows_every_continuation() {
        assert_eq!(after("иван").as_deref(), Some("ивао"));
        assert_eq!(after("a\u{d7ff}").as_deref(), Some("a\u{e000}"), "no text holds a surrogate");
        assert_eq!(after("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after("\u{10ffff}"), None);
    }
}

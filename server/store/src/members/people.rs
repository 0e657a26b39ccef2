//! A selection of people as SQL: FROM and WHERE over `members AS m`, for snapshots.
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

/// Which people a statement is about: those of a selection. A filter finds the living, ids also the deleted.
#[derive(Clone, Copy, Debug)]
pub(super) struct People<'s>(pub &'s Selection);

/// The two parts of a statement that say who.
pub(super) struct Source {
    /// `FROM …`
    pub from: String,
    /// What follows `WHERE`.
    pub conditions: String,
}

/// What every index on members is limited to.
const LIVING: &str = "m.deleted_at IS NULL";

impl<'s> People<'s> {
    /// Whether an index names few enough people to be worth starting from: all but «everybody», an employment, and
    /// «no licence».
    fn has_driver(&self) -> bool {
        self.0.all.iter().all(|part| sharpest(&limits(&part.filter)).is_some())
    }

    fn finds_deleted(&self) -> bool {
        !self.0.ids.is_empty()
    }

    /// From the narrowest index that has everybody; from all members if there is none.
    pub fn source(&self, sql: &mut Sql) -> Source {
        let mut parts = self.parts();
        let driver = self.driver(sql, &mut parts);
        let from = match &driver {
            Some(driver) => format!("FROM ({driver}) AS d CROSS JOIN members AS m"),
            None => format!("FROM members AS m{}", self.scan()),
        };
        let mut conditions = vec!["m.organization_id = $1".to_owned()];
        if driver.is_some() {
            conditions.push("m.id = d.id".to_owned());
        }
        // What needs no row is asked before the row is fetched.
        let id = if driver.is_some() { "d.id" } else { "m.id" };
        conditions.extend(self.chosen(sql, &parts, id));
        if !self.finds_deleted() {
            conditions.push(LIVING.to_owned());
        }
        Source { from, conditions: conditions.join(" AND ") }
    }

    /// The licence that everybody of the selection is known to hold or not to hold.
    pub fn licence(&self) -> LicenceFilter {
        match self.0.all.as_slice() {
            [one] if self.0.ids.is_empty() => one.filter.licence,
            _ => LicenceFilter::Whatever,
        }
    }

    /// As [`People::source`], but with each person's seat of an exclusive group at hand as `h`, and NULL for whoever has
    /// none in it. `None` if the selection does not start from licences.
    pub fn seated(&self, sql: &mut Sql, group: &str) -> Option<Source> {
        let mut parts = self.parts();
        let [Part::Filter { limits, .. }] = parts.as_mut_slice() else { return None };
        let place = sharpest(limits)?;
        if !matches!(limits.get(place), Some(Limit::Licensed)) {
            return None;
        }
        limits.remove(place);
        let active = "FROM assignments AS a {by assignments_held} WHERE a.organization_id = $1 AND a.ended_at IS NULL";
        // Whoever holds licences of other groups only, holds one.
        let from = format!(
            "FROM (SELECT a.member_id, a.pool_id, a.id {active} AND a.exclusive_group = {group} \
                   UNION ALL \
                   SELECT DISTINCT a.member_id, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT) {active} \
                      AND a.exclusive_group <> {group} AND NOT EXISTS (SELECT 1 FROM assignments AS o WHERE o.organization_id = $1 \
                                      AND o.member_id = a.member_id AND o.exclusive_group = {group} \
                                      AND o.ended_at IS NULL)) AS h CROSS JOIN members AS m"
        );
        let mut conditions = vec!["m.organization_id = $1 AND m.id = h.member_id".to_owned()];
        conditions.extend(self.chosen(sql, &parts, "h.member_id"));
        conditions.push(LIVING.to_owned());
        Some(Source { from, conditions: conditions.join(" AND ") })
    }

    fn parts(&self) -> Vec<Part<'s>> {
        let filters = self.0.all.iter();
        let mut parts: Vec<Part> =
            filters.map(|part| Part::Filter { limits: limits(&part.filter), except: &part.except }).collect();
        if parts.is_empty() || !self.0.ids.is_empty() {
            parts.push(Part::Ids(&self.0.ids));
        }
        parts
    }

    /// A SELECT of everybody's id, if indexes name them. What it has ascertained is not asked again.
    fn driver(&self, sql: &mut Sql, parts: &mut Vec<Part>) -> Option<String> {
        match parts.as_mut_slice() {
            [Part::Filter { limits, .. }] => limits.remove(sharpest(limits)?).driver(sql),
            [Part::Ids(ids)] => {
                let driver = driver_of_ids(sql, ids);
                parts.clear();
                Some(driver)
            }
            several => {
                if !self.has_driver() {
                    return None;
                }
                let drivers = several.iter().map(|part| match part {
                    Part::Filter { limits, .. } => limits.get(sharpest(limits)?)?.driver(sql),
                    Part::Ids(ids) => Some(driver_of_ids(sql, ids)),
                });
                Some(drivers.collect::<Option<Vec<_>>>()?.join(" UNION "))
            }
        }
    }

    /// Without a driver, everybody is looked at: by the index that tells most without the row.
    fn scan(&self) -> &'static str {
        let ids = !self.0.ids.is_empty();
        match self.0.all.as_slice() {
            _ if self.finds_deleted() => "",
            [one] if !ids && matches!(one.filter.tab, Tab::Employment(_)) => " {by members_by_employment}",
            _ => " {by members_living}",
        }
    }

    fn chosen(&self, sql: &mut Sql, parts: &[Part], id: &str) -> Vec<String> {
        let by_part = parts.iter().map(|part| match part {
            Part::Filter { limits, except } => {
                let mut found: Vec<String> = limits.iter().map(|limit| limit.probe(sql, id)).collect();
                if !except.is_empty() {
                    let except = sql.argument(except.to_list());
                    found.push(format!("{id} NOT IN (SELECT picked.value FROM {{picked {except}}})"));
                }
                if self.finds_deleted() {
                    found.push(LIVING.to_owned());
                }
                found
            }
            Part::Ids(ids) => {
                let ids = sql.argument(ids.to_list());
                vec![format!("{id} IN (SELECT picked.value FROM {{picked {ids}}})")]
            }
        });
        let mut by_part: Vec<Vec<String>> = by_part.collect();
        match by_part.len() {
            0 | 1 => by_part.pop().unwrap_or_default(),
            _ => vec![format!("({})", by_part.iter().map(|part| all(part)).collect::<Vec<_>>().join(" OR "))],
        }
    }
}

/// What makes up a selection.
enum Part<'s> {
    Filter { limits: Vec<Limit>, except: &'s IdSet },
    Ids(&'s IdSet),
}

fn driver_of_ids(sql: &mut Sql, ids: &IdSet) -> String {
    format!("SELECT picked.value AS id FROM {{picked {}}}", sql.argument(ids.to_list()))
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
    use domain::{AllBut, Employment, GroupId, ProductId};
    let tabs = [Tab::All, Tab::Employment(Employment::Employee), Tab::Group(GroupId(1))];
    let licences =
        [LicenceFilter::Whatever, LicenceFilter::None, LicenceFilter::Any, LicenceFilter::Product(ProductId(1))];
    let some: IdSet = [1, 2, 3].into_iter().collect();
    let dismissed = Filter { tab: Tab::Employment(Employment::Dismissed), ..Filter::default() };
    let mut all = vec![Selection::default(), Selection::of_ids(some.clone())];
    for tab in tabs {
        for licence in licences {
            for search in ["", "ива", "ива петр"] {
                let filter = Filter { tab, licence, search: search.to_owned() };
                for except in [IdSet::default(), some.clone()] {
                    let one = AllBut { filter: filter.clone(), except };
                    for all_but in
                        [vec![one.clone()], vec![one, AllBut { filter: dismissed.clone(), except: some.clone() }]]
                    {
                        for ids in [IdSet::default(), some.clone()] {
                            all.push(Selection { all: all_but.clone(), ids });
                        }
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

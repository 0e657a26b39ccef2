//! A selection of people as SQL: FROM and WHERE over `members AS m`, the same for pages, counts and snapshots.
//!
//! A [`Limit`] can be asked of a row at hand (its probe), and most can also name their people from a narrow index (their
//! driver). Which of the two a statement starts from decides what it costs.

use domain::{Filter, IdSet, LicenceFilter, Selection, Tab};

use crate::sql::{Sql, Value};

/// One condition on a person.
#[derive(Clone, Debug)]
pub(super) enum Limit {
    Employment(i64),
    Group(i64),
    /// Belongs to none of these groups.
    OutsideGroups(Vec<i64>),
    Groupless,
    Licensed,
    Unlicensed,
    /// Holds a licence of one of these products.
    Holds(Vec<i64>),
    HoldsNoneOf(Vec<i64>),
    /// Holds a licence that ends at this moment.
    Until(i64),
    /// Holds no licence that ends before this moment.
    NoneUntilBefore(i64),
    /// Holds no licence that ends at one of these moments.
    NoneUntil(Vec<i64>),
    /// A word of the person's begins with this.
    Word(String),
    EverActive,
    NeverActive,
    /// In the order of this column, stands no further than this.
    UpTo {
        column: &'static str,
        downwards: bool,
        bound: Value,
    },
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

/// `EXISTS` a group of the person's.
fn belongs(id: &str, which: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM group_members AS g WHERE g.organization_id = $1 AND g.member_id = {id}{which} {FENCE})"
    )
}

impl Limit {
    /// The condition on the person whose id is `id` and whose row, if it takes that, is `m`.
    pub fn probe(&self, sql: &mut Sql, id: &str) -> String {
        match self {
            Self::Employment(number) => format!("m.employment = {}", sql.argument(*number)),
            Self::Group(group) => belongs(id, &format!(" AND g.group_id = {}", sql.argument(*group))),
            Self::OutsideGroups(groups) => {
                format!("NOT {}", belongs(id, &format!(" AND g.group_id IN ({})", list(groups))))
            }
            Self::Groupless => format!("NOT {}", belongs(id, "")),
            Self::Licensed => held(id, ""),
            Self::Unlicensed => format!("NOT {}", held(id, "")),
            Self::Holds(products) => held(id, &format!(" AND a.product_id IN ({})", list(products))),
            Self::HoldsNoneOf(products) => {
                format!("NOT {}", held(id, &format!(" AND a.product_id IN ({})", list(products))))
            }
            Self::Until(until) => held(id, &format!(" AND a.valid_until = {}", sql.argument(*until))),
            Self::NoneUntilBefore(until) => {
                format!("NOT {}", held(id, &format!(" AND a.valid_until < {}", sql.argument(*until))))
            }
            Self::NoneUntil(terms) if terms.is_empty() => "1 = 1".to_owned(),
            Self::NoneUntil(terms) => format!("NOT {}", held(id, &format!(" AND a.valid_until IN ({})", list(terms)))),
            Self::Word(word) => format!("{{begins m.words {}}}", sql.argument(format!(" {word}"))),
            Self::EverActive => "m.last_active_at IS NOT NULL".to_owned(),
            Self::NeverActive => "m.last_active_at IS NULL".to_owned(),
            Self::UpTo { column, downwards, bound } => {
                let sign = if *downwards { ">=" } else { "<=" };
                format!("m.{column} {sign} {}", sql.argument(bound.clone()))
            }
        }
    }

    /// A SELECT of the ids of everybody who fits (and perhaps of deleted people), each once, from a narrow index.
    pub fn driver(&self, sql: &mut Sql) -> Option<String> {
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
            // The exclusive group of one product lets a member hold it once.
            Self::Holds(products) => {
                let distinct = if products.len() > 1 { "DISTINCT " } else { "" };
                format!("SELECT {distinct}a.member_id AS id {held} AND a.product_id IN ({})", list(products))
            }
            Self::Until(until) => {
                format!("SELECT DISTINCT a.member_id AS id {held} AND a.valid_until = {}", sql.argument(*until))
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
            _ => return None,
        })
    }

    /// Which driver to take if there are several: that of the fewest people, by experience.
    pub fn rank(&self) -> usize {
        match self {
            Self::Word(word) => match word.chars().count() {
                // Begins a word of every other person.
                1..=3 => 203,
                long => 100_usize.saturating_sub(long),
            },
            Self::Until(_) => 200,
            Self::Group(_) => 201,
            Self::Holds(_) => 202,
            Self::Licensed => 204,
            _ => usize::MAX,
        }
    }
}

/// The conditions that a filter sets.
pub(super) fn limits(filter: &Filter) -> Vec<Limit> {
    let tab = match filter.tab {
        Tab::All => None,
        Tab::Employment(employment) => Some(Limit::Employment(employment.number())),
        Tab::Group(group) => Some(Limit::Group(group.0)),
    };
    let licence = match filter.licence {
        LicenceFilter::Whatever => None,
        LicenceFilter::None => Some(Limit::Unlicensed),
        LicenceFilter::Any => Some(Limit::Licensed),
        LicenceFilter::Product(product) => Some(Limit::Holds(vec![product.0])),
    };
    tab.into_iter().chain(licence).chain(filter.words().into_iter().map(Limit::Word)).collect()
}

/// Which people a statement is about: those of a selection to whom all of `more` applies.
#[derive(Clone, Debug)]
pub(super) struct People<'s> {
    pub selection: &'s Selection,
    pub more: Vec<Limit>,
    /// Whether `ids` finds deleted people too.
    pub deleted_too: bool,
}

/// Where a statement starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// From the narrowest index that has everybody; from all members if there is none.
    Narrow,
    /// From the narrowest index that has everybody of the selection, whatever else is asked.
    Selected,
    /// From this index on members, in its order.
    Walk(&'static str),
    /// As [`Start::Narrow`], reading nothing of a person but whether he lives and how he is employed.
    Tally,
}

/// The two parts of a statement that say who.
pub(super) struct Source {
    /// `FROM …`
    pub from: String,
    /// What follows `WHERE`.
    pub conditions: String,
}

impl<'s> People<'s> {
    pub fn living(selection: &'s Selection) -> Self {
        Self { selection, more: Vec::new(), deleted_too: false }
    }

    pub fn source(&self, sql: &mut Sql, start: Start) -> Source {
        let mut more = self.more.clone();
        let mut own = self.selection.filter.as_ref().map(limits);
        // What the driver has ascertained is not asked again.
        let mut ask_ids = own.is_none() || !self.selection.ids.is_empty();
        let driver = match start {
            Start::Walk(_) => None,
            Start::Narrow | Start::Selected | Start::Tally => match (sharpest(&more), &mut own) {
                (Some(place), _) if start != Start::Selected => more.remove(place).driver(sql),
                (_, None) => {
                    ask_ids = false;
                    Some(self.driver_of_ids(sql))
                }
                (_, Some(own)) => sharpest(own).and_then(|place| {
                    if ask_ids {
                        let by_filter = own.get(place)?.driver(sql)?;
                        Some(format!("{by_filter} UNION {}", self.driver_of_ids(sql)))
                    } else {
                        own.remove(place).driver(sql)
                    }
                }),
            },
        };
        let from = match (&driver, start) {
            (Some(driver), Start::Tally) => {
                format!("FROM ({driver}) AS d CROSS JOIN members AS m {{by members_living}}")
            }
            (Some(driver), _) => format!("FROM ({driver}) AS d CROSS JOIN members AS m"),
            (None, Start::Walk(index)) => format!("FROM members AS m {{by {index}}}"),
            (None, _) => format!("FROM members AS m{}", self.scan(own.as_deref())),
        };
        let mut conditions = vec!["m.organization_id = $1".to_owned()];
        if driver.is_some() {
            conditions.push("m.id = d.id".to_owned());
        }
        // What needs no row is asked before the row is fetched.
        let id = if driver.is_some() { "d.id" } else { "m.id" };
        conditions.extend(more.iter().map(|limit| limit.probe(sql, id)));
        conditions.extend(self.membership(sql, own, ask_ids, id));
        Source { from, conditions: conditions.join(" AND ") }
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

    fn membership(&self, sql: &mut Sql, own: Option<Vec<Limit>>, ask_ids: bool, id: &str) -> Vec<String> {
        let living = "m.deleted_at IS NULL".to_owned();
        let by_filter = own.map(|own| {
            let mut found: Vec<String> = own.iter().map(|limit| limit.probe(sql, id)).collect();
            if !self.selection.except.is_empty() {
                let except = sql.argument(self.selection.except.to_list());
                found.push(format!("{id} NOT IN (SELECT picked.value FROM {{picked {except}}})"));
            }
            found
        });
        let by_ids = ask_ids.then(|| {
            let ids = sql.argument(self.selection.ids.to_list());
            format!("{id} IN (SELECT picked.value FROM {{picked {ids}}})")
        });
        match (by_filter, by_ids) {
            (Some(mut found), None) => {
                found.push(living);
                found
            }
            (Some(mut found), Some(by_ids)) if self.deleted_too => {
                found.push(living);
                vec![format!("({} OR {by_ids})", all(&found))]
            }
            (Some(found), Some(by_ids)) => vec![living, format!("({} OR {by_ids})", all(&found))],
            (None, by_ids) => by_ids.into_iter().chain((!self.deleted_too).then_some(living)).collect(),
        }
    }
}

/// The place of the limit whose driver has the fewest people.
pub(super) fn sharpest(limits: &[Limit]) -> Option<usize> {
    let ranked = limits.iter().enumerate().filter(|(_, limit)| limit.rank() < usize::MAX);
    ranked.min_by_key(|(_, limit)| limit.rank()).map(|(place, _)| place)
}

fn all(conditions: &[String]) -> String {
    if conditions.is_empty() { "1 = 1".to_owned() } else { format!("({})", conditions.join(" AND ")) }
}

fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
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

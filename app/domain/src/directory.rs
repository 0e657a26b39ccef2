//! The table of people: its tabs, filters, order and pages.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Employment, GroupId, Instant, MemberId, PersonName, Product, ProductId, search_words};

/// A tab of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// «Все пользователи»
    #[default]
    All,
    Employment(Employment),
    Group(GroupId),
}

/// «Лицензия: любая», «нет», «есть», or one product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceFilter {
    #[default]
    Whatever,
    None,
    Any,
    Product(ProductId),
}

/// Longer searches are cut: no name is longer.
pub const MAX_SEARCH_CHARS: usize = 200;

/// Which people are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)] // A misspelt condition would mean everybody.
pub struct Filter {
    #[serde(default)]
    pub tab: Tab,
    /// Each word must begin a word of the name or the e-mail.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "cut")]
    pub search: String,
    #[serde(default)]
    pub licence: LicenceFilter,
}

fn cut<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(String::deserialize(deserializer)?.chars().take(MAX_SEARCH_CHARS).collect())
}

impl Filter {
    /// The folded words that are searched for.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        search_words(&self.search.chars().take(MAX_SEARCH_CHARS).collect::<String>())
    }

    /// Whether somebody who has these is meant, by tab and licence; the words are looked at elsewhere.
    #[must_use]
    pub fn admits(&self, employment: Employment, held: &[Held], groups: &[GroupId]) -> bool {
        let in_tab = match self.tab {
            Tab::All => true,
            Tab::Employment(wanted) => employment == wanted,
            Tab::Group(group) => groups.contains(&group),
        };
        in_tab
            && match self.licence {
                LicenceFilter::Whatever => true,
                LicenceFilter::None => held.is_empty(),
                LicenceFilter::Any => !held.is_empty(),
                LicenceFilter::Product(product) => held.iter().any(|held| held.product == product),
            }
    }

    /// Whether the person of a row is meant; the same answer as the database's.
    #[must_use]
    pub fn matches(&self, row: &MemberRow) -> bool {
        self.admits(row.employment, &row.held, &row.groups) && {
            let words = self.words();
            words.is_empty() || {
                let theirs = row.words();
                words.iter().all(|word| theirs.iter().any(|their| their.starts_with(word.as_str())))
            }
        }
    }
}

/// A column to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    #[default]
    Name,
    Employment,
    Licence,
    Until,
    LastActive,
    Email,
    Group,
}

impl SortKey {
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Employment, Self::Licence, Self::Until, Self::LastActive, Self::Email, Self::Group];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Employment => "employment",
            Self::Licence => "licence",
            Self::Until => "until",
            Self::LastActive => "last_active",
            Self::Email => "email",
            Self::Group => "group",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.code() == code)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Ascending,
    Descending,
}

/// The order of the table. People who have nothing in the column (no licence, no group) come last in both
/// directions; ties are broken by name, then by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    pub key: SortKey,
    pub direction: Direction,
}

/// Rows a page may have, some 250 bytes each on the wire.
pub const PAGE_SIZES: [u32; 3] = [25, 50, 100];

/// What of the table is in sight.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    #[serde(default)]
    pub filter: Filter,
    #[serde(default)]
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// One of [`PAGE_SIZES`].
    pub size: u32,
}

impl Default for View {
    fn default() -> Self {
        Self { filter: Filter::default(), sort: Sort::default(), page: 1, size: 50 }
    }
}

impl View {
    /// The number of the last page for `total` rows; at least 1.
    #[must_use]
    pub fn last_page(&self, total: u64) -> u32 {
        u32::try_from(total.div_ceil(u64::from(self.size.max(1)))).unwrap_or(u32::MAX).max(1)
    }
}

/// A licence as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Held {
    pub product: ProductId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub id: MemberId,
    pub name: PersonName,
    pub employment: Employment,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active: Option<Instant>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// None of what is held is a signature: one can be issued besides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsigned: bool,
    /// In the order of the tabs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
}

impl MemberRow {
    /// The words by which this person is found.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        search_words(&format!("{} {} {} {}", self.name.surname, self.name.first, self.name.patronymic, self.email))
    }

    /// Whether a licence of a signature is held.
    #[must_use]
    pub fn signs(&self) -> bool {
        !self.held.is_empty() && !self.unsigned
    }

    /// Whether a licence of a signature can be issued to this person.
    #[must_use]
    pub fn may_receive(&self) -> bool {
        !self.signs() && self.employment.may_receive()
    }
}

/// How many people a filter or selection holds, and what can be done for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub total: u64,
    /// People to whom a licence of a signature can be issued.
    pub issuable: u64,
    /// People who hold one.
    pub licensed: u64,
}

impl Counts {
    /// The counts of one row.
    #[must_use]
    pub fn of_row(row: &MemberRow) -> Self {
        Self { total: 1, issuable: row.may_receive().into(), licensed: row.signs().into() }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            issuable: self.issuable + other.issuable,
            licensed: self.licensed + other.licensed,
        }
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            total: self.total.saturating_sub(other.total),
            issuable: self.issuable.saturating_sub(other.issuable),
            licensed: self.licensed.saturating_sub(other.licensed),
        }
    }
}

/// A page of the table with its totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    pub rows: Vec<MemberRow>,
    /// Of everybody whom the filter finds.
    pub counts: Counts,
    /// The page that is shown: the last one if the one asked for does not exist (any more).
    pub page: u32,
}

/// What frames the table: who works here, for whom, the tabs with their counts, the stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub organization: crate::Organization,
    pub account: crate::Account,
    /// What is worth offering.
    pub rights: crate::Rights,
    pub groups: Vec<crate::Group>,
    pub products: Vec<Product>,
    /// Of signatures: what the table of people issues.
    pub pools: Vec<crate::Pool>,
    /// Living members by tab, [`Tab::All`] included.
    pub tabs: Vec<(Tab, u64)>,
    pub now: Instant,
}

impl Frame {
    /// How many people a tab holds.
    #[must_use]
    pub fn count(&self, tab: Tab) -> u64 {
        self.tabs.iter().find(|(known, _)| *known == tab).map_or(0, |(_, count)| *count)
    }
}

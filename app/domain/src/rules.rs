//! What products mean to each other, and where they may be used: data of the catalogue, beside [`Product`], which is all
//! that the table of people downloads.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Product, ProductId, Region};

/// A part of a product that can be given without the others: «План обслуживания».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePlan {
    /// `a–z 0–9 _ -`, once in a product.
    pub code: String,
    pub title: String,
}

/// What is said of a product besides what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductRules {
    /// All of these are held by whoever holds it.
    pub requires: Vec<ProductId>,
    /// None of these is; said of both.
    pub excludes: Vec<ProductId>,
    /// Where it may be used; empty for everywhere.
    pub regions: Vec<Region>,
    /// Empty for what has no parts.
    pub plans: Vec<ServicePlan>,
}

/// A product with its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledProduct {
    pub product: Product,
    pub rules: ProductRules,
    /// Whether it can be ordered.
    pub sold: bool,
}

/// Products with their rules, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assortment(BTreeMap<ProductId, RuledProduct>);

/// Why rules are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    #[error("product {product} names product {other}, which there is not")]
    Unknown { product: ProductId, other: ProductId },
    #[error("product {product} names itself")]
    Itself { product: ProductId },
    #[error("product {product} requires, in the end, itself")]
    Circle { product: ProductId },
    /// Nobody could ever hold it.
    #[error("product {product} requires product {other}, and excludes it or shares its exclusive group")]
    RequiresExcluded { product: ProductId, other: ProductId },
    /// Nobody could ever hold it.
    #[error("product {product} requires products {one} and {other}, which exclude each other")]
    RequiresBoth { product: ProductId, one: ProductId, other: ProductId },
    /// Signatures are also issued and revoked by themselves, where nothing of this is asked.
    #[error("product {product} is a signature, or names one: signatures have no such rules")]
    Signature { product: ProductId },
    #[error("product {product} has a service plan without a title, or whose code is there twice or is none")]
    Plan { product: ProductId },
}

impl FromIterator<RuledProduct> for Assortment {
    fn from_iter<I: IntoIterator<Item = RuledProduct>>(products: I) -> Self {
        Self(products.into_iter().map(|known| (known.product.id, known)).collect())
    }
}

const LONGEST_CODE: usize = 32;
const LONGEST_TITLE: usize = 100;

impl Assortment {
    #[must_use]
    pub fn get(&self, id: ProductId) -> Option<&RuledProduct> {
        self.0.get(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &RuledProduct> {
        self.0.values()
    }

    /// What has to be held besides a product, that itself not counted.
    pub fn requires(&self, id: ProductId) -> impl Iterator<Item = ProductId> {
        self.get(id).into_iter().flat_map(|known| known.rules.requires.iter().copied())
    }

    /// Whether nobody may hold both.
    #[must_use]
    pub fn exclude(&self, one: ProductId, other: ProductId) -> bool {
        let (Some(one), Some(other)) = (self.get(one), self.get(other)) else { return false };
        one.product.id != other.product.id
            && (one.product.exclusive_group == other.product.exclusive_group
                || one.rules.excludes.contains(&other.product.id)
                || other.rules.excludes.contains(&one.product.id))
    }

    /// Everything that a product requires, and what that requires.
    fn rests_on(&self, id: ProductId) -> BTreeSet<ProductId> {
        let (mut found, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(next) = open.pop() {
            open.extend(self.requires(next).filter(|required| found.insert(*required)));
        }
        found
    }

    /// # Errors
    /// The first fault, by product.
    pub fn check(&self) -> Result<(), RulesFault> {
        self.iter().try_for_each(|known| self.check_one(known))
    }

    fn check_one(&self, RuledProduct { product, rules, .. }: &RuledProduct) -> Result<(), RulesFault> {
        let signs = |product: &crate::Product| product.exclusive_group == crate::SIGNATURE_GROUP;
        let named = || rules.requires.iter().chain(&rules.excludes).filter_map(|other| self.get(*other));
        let ruled = !rules.requires.is_empty() || !rules.excludes.is_empty() || !rules.regions.is_empty();
        if (signs(product) && ruled) || named().any(|other| signs(&other.product)) {
            return Err(RulesFault::Signature { product: product.id });
        }
        let product = product.id;
        for other in rules.requires.iter().chain(&rules.excludes).copied() {
            if other == product {
                return Err(RulesFault::Itself { product });
            }
            if self.get(other).is_none() {
                return Err(RulesFault::Unknown { product, other });
            }
        }
        let rests_on = self.rests_on(product);
        if rests_on.contains(&product) {
            return Err(RulesFault::Circle { product });
        }
        if let Some(other) = rests_on.iter().copied().find(|other| self.exclude(product, *other)) {
            return Err(RulesFault::RequiresExcluded { product, other });
        }
        for one in rests_on.iter().copied() {
            if let Some(other) = rests_on.iter().copied().find(|other| self.exclude(one, *other)) {
                return Err(RulesFault::RequiresBoth { product, one, other });
            }
        }
        let mut codes = BTreeSet::new();
        let fits = |plan: &ServicePlan| {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
            let title = plan.title.trim();
            (1..=LONGEST_CODE).contains(&plan.code.len())
                && plan.code.bytes().all(letter)
                && (1..=LONGEST_TITLE).contains(&title.chars().count())
                && !title.chars().any(char::is_control)
        };
        match rules.plans.iter().all(|plan| fits(plan) && codes.insert(plan.code.as_str())) {
            true => Ok(()),
            false => Err(RulesFault::Plan { product }),
        }
    }
}

/// Which service plans of a product are held: all that it has, also those that it will have; or some, by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plans(Option<BTreeSet<String>>);

impl Plans {
    pub const ALL: Self = Self(None);

    /// As they were chosen; all if nothing is missing. `None` if none of the product's was.
    #[must_use]
    pub fn chosen<'c>(of: &[ServicePlan], codes: impl IntoIterator<Item = &'c str>) -> Option<Self> {
        let codes: BTreeSet<&str> = codes.into_iter().collect();
        let known: BTreeSet<String> =
            of.iter().filter(|plan| codes.contains(plan.code.as_str())).map(|plan| plan.code.clone()).collect();
        match known.len() {
            0 if !of.is_empty() => None,
            all if all == of.len() => Some(Self::ALL),
            _ => Some(Self(Some(known))),
        }
    }

    /// As they are kept: codes with spaces between, or nothing for all.
    #[must_use]
    pub fn of_kept(kept: &str) -> Self {
        if kept.is_empty() { Self::ALL } else { Self(Some(kept.split(' ').map(str::to_owned).collect())) }
    }

    /// See [`Plans::of_kept`]; `None` for all.
    #[must_use]
    pub fn kept(&self) -> Option<String> {
        self.0.as_ref().map(|codes| codes.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
    }

    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.0.as_ref().is_none_or(|codes| codes.contains(code))
    }

    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether nothing is in it that is not in `other`.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(some), Some(other)) => some.is_subset(other),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
pub(crate) mod tests {
    use super::*;
    use crate::{Identification, SignatureKind};

    /// A product of a group of its own.
    pub fn product(id: i64, requires: &[i64], excludes: &[i64], regions: &[&str], plans: &[&str]) -> RuledProduct {
        let ids = |ids: &[i64]| ids.iter().copied().map(ProductId).collect();
        RuledProduct {
            product: Product {
                id: ProductId(id),
                title: format!("Продукт {id}"),
                label: format!("П{id}"),
                signature: SignatureKind::None,
                identification: Identification::None,
                exclusive_group: format!("g{id}"),
            },
            rules: ProductRules {
                requires: ids(requires),
                excludes: ids(excludes),
                regions: regions.iter().map(|code| Region::parse(code).unwrap()).collect(),
                plans: plans.iter().map(|code| ServicePlan { code: (*code).into(), title: "План".into() }).collect(),
            },
            sold: true,
        }
    }

    fn check(products: Vec<RuledProduct>) -> Result<(), RulesFault> {
        products.into_iter().collect::<Assortment>().check()
    }

    #[test]
    fn rules_that_nobody_could_keep_are_refused() {
        let id = ProductId;
        assert_eq!(check(vec![product(1, &[], &[2], &["77"], &["a", "b"]), product(2, &[], &[], &[], &[])]), Ok(()));
        assert_eq!(
            check(vec![product(1, &[9], &[], &[], &[])]),
            Err(RulesFault::Unknown { product: id(1), other: id(9) })
        );
        assert_eq!(check(vec![product(1, &[], &[1], &[], &[])]), Err(RulesFault::Itself { product: id(1) }));
        let circle =
            vec![product(1, &[2], &[], &[], &[]), product(2, &[3], &[], &[], &[]), product(3, &[1], &[], &[], &[])];
        assert_eq!(check(circle), Err(RulesFault::Circle { product: id(1) }));
        let excluded =
            vec![product(1, &[2], &[3], &[], &[]), product(2, &[3], &[], &[], &[]), product(3, &[], &[], &[], &[])];
        assert_eq!(check(excluded), Err(RulesFault::RequiresExcluded { product: id(1), other: id(3) }));
        let both =
            vec![product(1, &[2, 3], &[], &[], &[]), product(2, &[], &[3], &[], &[]), product(3, &[], &[], &[], &[])];
        assert_eq!(check(both), Err(RulesFault::RequiresBoth { product: id(1), one: id(2), other: id(3) }));
        for plans in [&["a", "a"][..], &["А"], &[""], &["a b"]] {
            assert_eq!(check(vec![product(1, &[], &[], &[], plans)]), Err(RulesFault::Plan { product: id(1) }));
        }
    }

    #[test]
    fn signatures_have_no_rules() {
        let signature = |mut known: RuledProduct| {
            known.product.exclusive_group = crate::SIGNATURE_GROUP.to_owned();
            known
        };
        let one = |id: i64| product(id, &[], &[], &[], &[]);
        assert_eq!(check(vec![signature(one(1)), signature(one(2)), one(3)]), Ok(()));
        let refused = Err(RulesFault::Signature { product: ProductId(1) });
        assert_eq!(check(vec![signature(product(1, &[], &[], &["77"], &[]))]), refused);
        assert_eq!(check(vec![signature(product(1, &[2], &[], &[], &[])), one(2)]), refused);
        assert_eq!(
            check(vec![product(1, &[], &[2], &[], &[]), signature(one(2))]),
            refused,
            "nor does another name one"
        );
    }

    #[test]
    fn chosen_plans_are_those_of_the_product() {
        let known = product(1, &[], &[], &[], &["calls", "mail", "room"]);
        let chosen = |codes: &[&str]| Plans::chosen(&known.rules.plans, codes.iter().copied());
        assert_eq!(chosen(&["mail", "calls", "room"]), Some(Plans::ALL));
        assert_eq!(chosen(&["mail", "other"]).unwrap().kept().as_deref(), Some("mail"));
        assert_eq!(chosen(&[]), None);
        assert_eq!(Plans::chosen(&[], []), Some(Plans::ALL), "what has no parts is whole");
        let some = chosen(&["room", "calls"]).unwrap();
        assert_eq!(Plans::of_kept(&some.kept().unwrap()), some);
        assert!(some.within(&Plans::ALL) && !Plans::ALL.within(&some) && some.has("room") && !some.has("mail"));
    }
}

//! What a service can have besides, for how many people, and what it costs: data of the installation, of a partner's
//! contract, and of promotions. Source: «Как оформить продажу расширения „многопользовательский режим“» (information
//! release 30781 of 01.08.2023): promotions do not apply to the mode, the discount is that of the contract.

use serde::{Deserialize, Serialize};

use crate::{Date, Instant, Kopecks, Pool, PoolId, Product, ProductId};

/// The seats of a pool that has no limit: more people than any directory has.
pub const UNLIMITED_SEATS: u64 = 1_000_000_000;
/// The beginning of the exclusive group of a product that stands behind an extension.
pub const EXTENSION_GROUP: &str = "extension:";

impl Product {
    /// Whether it stands behind an extension, and is not a licence that is bought.
    #[must_use]
    pub fn is_extension(&self) -> bool {
        self.exclusive_group.starts_with(EXTENSION_GROUP)
    }
}

impl Pool {
    /// Whether it has seats for whoever comes: what is left of it is no number to be shown.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.total >= UNLIMITED_SEATS
    }
}

/// For how many people an extension is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionSize {
    /// «2-9»
    pub code: String,
    /// «от 2 до 9»
    pub title: String,
    pub least: u64,
    /// `None` for «10 и более».
    pub most: Option<u64>,
    pub price: Kopecks,
}

impl ExtensionSize {
    /// How many people may hold it.
    #[must_use]
    pub fn seats(&self) -> u64 {
        self.most.unwrap_or(UNLIMITED_SEATS)
    }
}

/// What an owner of a signature does with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerRole {
    pub code: String,
    /// «подписание»
    pub title: String,
}

/// Something a service can have besides: data of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub code: String,
    /// «Многопользовательский режим»
    pub title: String,
    /// Whose seats are what its size limits.
    pub product: ProductId,
    /// From the smallest.
    pub sizes: Vec<ExtensionSize>,
    pub roles: Vec<OwnerRole>,
    /// Codes of promotions that do not apply to it.
    pub excluded: Vec<String>,
}

impl Extension {
    #[must_use]
    pub fn size(&self, code: &str) -> Option<&ExtensionSize> {
        self.sizes.iter().find(|size| size.code == code)
    }

    /// The title of a size; its code, if there is none (any more).
    #[must_use]
    pub fn size_title<'a>(&'a self, code: &'a str) -> &'a str {
        self.size(code).map_or(code, |size| &size.title)
    }

    /// The sizes that can be asked for: all, or those above the one that is there.
    #[must_use]
    pub fn sizes_above(&self, size: Option<&str>) -> &[ExtensionSize] {
        let place = size.and_then(|code| self.sizes.iter().position(|known| known.code == code));
        self.sizes.get(place.map_or(0, |place| place + 1)..).unwrap_or_default()
    }

    /// The title of a role; its code, if there is none (any more).
    #[must_use]
    pub fn role_title<'a>(&'a self, code: &'a str) -> &'a str {
        self.roles.iter().find(|role| role.code == code).map_or(code, |role| &role.title)
    }
}

/// «Акция»: less is paid in its days, where it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    pub code: String,
    /// «Добро пожаловать!»
    pub title: String,
    /// Up to 100.
    pub percent: u8,
    pub from: Date,
    /// The last day.
    pub until: Date,
}

impl Promotion {
    #[must_use]
    pub fn runs(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// What an extension of a customer is by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    pub extension: String,
    /// The code of its size.
    pub size: String,
    pub pool: PoolId,
    pub since: Instant,
    /// When it got its size, if it had another one before.
    pub grown_at: Option<Instant>,
    /// How many people hold it; `None` where the customer's stock is not shown.
    pub held: Option<u64>,
    /// How many may.
    pub seats: u64,
}

/// What became of a promotion that an application named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionUse {
    Applied,
    /// «не действует на расширение»
    Excluded,
    /// «не действует в этот день»
    OutOfDays,
}

/// What an extension costs, as of the day on which it was connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Before any discount.
    pub price: Kopecks,
    /// Of the contract, in percent.
    pub discount: u8,
    /// The title of the promotion that was named, what became of it, and its percent.
    pub promotion: Option<(String, PromotionUse, u8)>,
    pub amount: Kopecks,
}

/// So many percent of a price, rounded to kopecks, half a kopeck up.
#[must_use]
pub fn percent_of(price: Kopecks, percent: u8) -> Kopecks {
    let exact = u128::from(price.0) * u128::from(percent.min(100));
    Kopecks(u64::try_from((exact + 50) / 100).unwrap_or(price.0))
}

impl Charge {
    /// The price of a size, less what the size before it cost if it grows (never below nothing); less a promotion that
    /// applies on that day; of the rest, less the contract's discount. Each reduction is rounded to kopecks, half up.
    #[must_use]
    pub fn of(
        extension: &Extension,
        (from, to): (Option<&ExtensionSize>, &ExtensionSize),
        discount: u8,
        promotion: Option<&Promotion>,
        day: Date,
    ) -> Self {
        let price = Kopecks(to.price.0.saturating_sub(from.map_or(0, |from| from.price.0)));
        let promotion = promotion.map(|promotion| {
            let fate = match promotion.runs(day) {
                _ if extension.excluded.contains(&promotion.code) => PromotionUse::Excluded,
                true => PromotionUse::Applied,
                false => PromotionUse::OutOfDays,
            };
            (promotion.title.clone(), fate, promotion.percent)
        });
        let mut amount = price;
        if let Some((_, PromotionUse::Applied, percent)) = promotion {
            amount = Kopecks(amount.0 - percent_of(amount, percent).0);
        }
        amount = Kopecks(amount.0 - percent_of(amount, discount).0);
        Self { price, discount: discount.min(100), promotion, amount }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn extension() -> Extension {
        let size = |code: &str, least, most, roubles: u64| ExtensionSize {
            code: code.into(),
            title: code.into(),
            least,
            most,
            price: Kopecks(roubles * 100),
        };
        Extension {
            code: "multi_user".into(),
            title: "Многопользовательский режим".into(),
            product: ProductId(9),
            sizes: vec![size("2-9", 2, Some(9), 3_000), size("10+", 10, None, 9_000)],
            roles: ["sign", "encrypt", "administer"]
                .map(|code| OwnerRole { code: code.into(), title: code.into() })
                .to_vec(),
            excluded: vec!["welcome".into()],
        }
    }

    pub(crate) fn promotion(code: &str) -> Promotion {
        Promotion { code: code.into(), title: code.into(), percent: 10, from: Date(100), until: Date(110) }
    }

    #[test]
    fn promotions_that_are_excluded_or_over_change_nothing() {
        let extension = extension();
        let of = |code: &str, day: i32| {
            let charge = Charge::of(&extension, (None, &extension.sizes[0]), 30, Some(&promotion(code)), Date(day));
            (charge.promotion.unwrap().1, charge.amount)
        };
        assert_eq!(of("welcome", 105), (PromotionUse::Excluded, Kopecks(210_000)));
        assert_eq!(of("welcome", 99), (PromotionUse::Excluded, Kopecks(210_000)));
        assert_eq!(of("autumn", 100), (PromotionUse::Applied, Kopecks(189_000)), "3000 − 10 %, and of that − 30 %");
        assert_eq!(of("autumn", 110), (PromotionUse::Applied, Kopecks(189_000)), "the last day");
        assert_eq!(of("autumn", 111), (PromotionUse::OutOfDays, Kopecks(210_000)));
        assert_eq!(of("autumn", 99), (PromotionUse::OutOfDays, Kopecks(210_000)));
    }

    #[test]
    fn half_a_kopeck_is_rounded_up() {
        assert_eq!(percent_of(Kopecks(150), 33), Kopecks(50), "49.5");
        assert_eq!(percent_of(Kopecks(101), 50), Kopecks(51), "50.5");
        assert_eq!(percent_of(Kopecks(149), 33), Kopecks(49), "49.17");
        assert_eq!(percent_of(Kopecks(u64::MAX), 100), Kopecks(u64::MAX));
    }

    /// The rule broken: both reductions of the whole price, as one would take them by mistake.
    fn twin(price: u64, promotion: u8, discount: u8) -> u64 {
        let of = |percent: u8| (u128::from(price) * u128::from(percent) + 50) / 100;
        u64::try_from(u128::from(price).saturating_sub(of(promotion) + of(discount))).unwrap()
    }

    proptest! {
        #[test]
        fn a_charge_is_never_more_than_the_price(price in 0..=Kopecks::MOST, smaller in 0..=Kopecks::MOST, discount in 0..=100_u8, percent in 0..=100_u8) {
            let mut extension = extension();
            extension.sizes[0].price = Kopecks(smaller);
            extension.sizes[1].price = Kopecks(price);
            let promotion = Promotion { percent, ..promotion("autumn") };
            let of = |discount, promotion| Charge::of(&extension, (Some(&extension.sizes[0]), &extension.sizes[1]), discount, promotion, Date(105));
            let charge = of(discount, Some(&promotion));
            prop_assert_eq!(charge.price.0, price.saturating_sub(smaller));
            prop_assert!(charge.amount <= charge.price);
            prop_assert!(charge.amount <= of(discount, None).amount, "a promotion never makes it dearer");
            prop_assert_eq!(of(100, Some(&promotion)).amount, Kopecks(0));
            prop_assert_eq!(of(0, None).amount, charge.price);
            // Within a kopeck of the exact product.
            let exact = u128::from(charge.price.0) * u128::from(100 - percent) * u128::from(100 - discount);
            let kept = u128::from(charge.amount.0) * 10_000;
            prop_assert!(exact.abs_diff(kept) <= 10_000, "{exact} {kept}");
            // The broken rule differs as soon as both reduce something.
            if (1..100).contains(&percent) && (1..100).contains(&discount) && charge.price.0 > 100_000 {
                prop_assert!(twin(charge.price.0, percent, discount) < charge.amount.0);
            }
        }
    }
}

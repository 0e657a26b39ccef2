//! Extensions and promotions: a part of the catalogue, edited by the operator of the installation.

use domain::{Date, Extension, ExtensionSize, Kopecks, MAX_SEATS, OwnerRole, ProductId, Promotion};
use serde::{Deserialize, Serialize};

use super::catalogue::{CatalogueError, CatalogueFile};
use super::{Desk, fault};
use crate::ports::{StoreResult, Transaction};

/// An extension in [`CatalogueFile`]. One whose code is there is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionEntry {
    /// «multi_user»
    pub code: String,
    pub title: String,
    /// From the smallest.
    pub sizes: Vec<SizeEntry>,
    /// Of owners of signatures.
    pub roles: Vec<OwnerRole>,
    /// Codes of promotions that do not apply to it.
    #[serde(default)]
    pub excluded_promotions: Vec<String>,
}

/// A size of an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeEntry {
    /// «2-9»
    pub code: String,
    /// «от 2 до 9»
    pub title: String,
    pub least: u64,
    /// Absent for «10 и более»: only of the last one.
    #[serde(default)]
    pub most: Option<u64>,
    /// In roubles, «3000.00».
    pub price: String,
}

/// A promotion in [`CatalogueFile`]. One whose code is there is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionEntry {
    pub code: String,
    /// «Добро пожаловать!»
    pub title: String,
    /// 1–100
    pub percent: u8,
    /// «2026-09-01»
    pub from: String,
    /// The last day.
    pub until: String,
}

const LONGEST: usize = 100;

fn is_code(text: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "_-+.".contains(sign);
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

fn is_title(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
}

fn roubles(price: Kopecks) -> String {
    format!("{}.{:02}", price.0 / 100, price.0 % 100)
}

fn is_once<T: PartialEq>(all: &[T]) -> bool {
    all.iter().enumerate().all(|(place, one)| all.iter().skip(place + 1).all(|other| other != one))
}

impl ExtensionEntry {
    pub(super) fn of(extension: &Extension) -> Self {
        let size = |size: &ExtensionSize| SizeEntry {
            code: size.code.clone(),
            title: size.title.clone(),
            least: size.least,
            most: size.most,
            price: roubles(size.price),
        };
        Self {
            code: extension.code.clone(),
            title: extension.title.clone(),
            sizes: extension.sizes.iter().map(size).collect(),
            roles: extension.roles.clone(),
            excluded_promotions: extension.excluded.clone(),
        }
    }

    fn check(&self, place: usize, known: Option<&Extension>) -> Result<Extension, CatalogueError> {
        let wrong = |field| CatalogueError::Extension { place, field };
        if !is_code(&self.code) {
            return Err(wrong("code"));
        }
        if !is_title(&self.title) {
            return Err(wrong("title"));
        }
        let mut sizes: Vec<ExtensionSize> = Vec::new();
        for size in &self.sizes {
            if !is_code(&size.code) || !is_title(&size.title) {
                return Err(wrong("sizes"));
            }
            let last = sizes.last().map(|last| last.most);
            let above = match last {
                None => size.least >= 1,
                Some(Some(most)) => size.least > most,
                // Nothing is above the one without a limit.
                Some(None) => false,
            };
            let fits = size.most.is_none_or(|most| (size.least..=MAX_SEATS).contains(&most));
            if !above || !fits {
                return Err(wrong("sizes"));
            }
            let price = Kopecks::parse(&size.price).ok_or_else(|| wrong("price"))?;
            let (code, title) = (size.code.clone(), size.title.trim().to_owned());
            sizes.push(ExtensionSize { code, title, least: size.least, most: size.most, price });
        }
        let codes: Vec<&str> = sizes.iter().map(|size| size.code.as_str()).collect();
        if sizes.is_empty() || !is_once(&codes) {
            return Err(wrong("sizes"));
        }
        let roles: Vec<&str> = self.roles.iter().map(|role| role.code.as_str()).collect();
        if roles.is_empty()
            || !is_once(&roles)
            || self.roles.iter().any(|role| !is_code(&role.code) || !is_title(&role.title))
        {
            return Err(wrong("roles"));
        }
        if !self.excluded_promotions.iter().all(|code| is_code(code)) || !is_once(&self.excluded_promotions) {
            return Err(wrong("excluded_promotions"));
        }
        if let Some(known) = known {
            let same = |(before, now): (&ExtensionSize, &ExtensionSize)| {
                before.code == now.code && before.least == now.least && before.most == now.most
            };
            if known.sizes.len() > sizes.len() || !known.sizes.iter().zip(&sizes).all(same) {
                return Err(CatalogueError::SizesChanged { place });
            }
        }
        Ok(Extension {
            code: self.code.clone(),
            title: self.title.trim().to_owned(),
            product: known.map_or(ProductId(0), |known| known.product),
            sizes,
            roles: self.roles.clone(),
            excluded: self.excluded_promotions.clone(),
        })
    }
}

impl PromotionEntry {
    pub(super) fn of(promotion: &Promotion) -> Self {
        Self {
            code: promotion.code.clone(),
            title: promotion.title.clone(),
            percent: promotion.percent,
            from: promotion.from.iso(),
            until: promotion.until.iso(),
        }
    }

    fn check(&self, place: usize) -> Result<Promotion, CatalogueError> {
        let wrong = |field| CatalogueError::Promotion { place, field };
        if !is_code(&self.code) {
            return Err(wrong("code"));
        }
        if !is_title(&self.title) {
            return Err(wrong("title"));
        }
        if !(1..=100).contains(&self.percent) {
            return Err(wrong("percent"));
        }
        let from = Date::from_iso(&self.from).ok_or_else(|| wrong("from"))?;
        let until = Date::from_iso(&self.until).filter(|until| from <= *until).ok_or_else(|| wrong("until"))?;
        let (code, title) = (self.code.clone(), self.title.trim().to_owned());
        Ok(Promotion { code, title, percent: self.percent, from, until })
    }
}

impl Desk {
    /// The extensions and promotions of a file, checked against those that there are.
    pub(super) async fn checked_extensions(
        &self,
        file: &CatalogueFile,
    ) -> Result<(Vec<Extension>, Vec<Promotion>), CatalogueError> {
        let known = self.store.extensions().await.map_err(|error| CatalogueError::Desk(fault(error)))?;
        let mut extensions: Vec<Extension> = Vec::new();
        for (entry, place) in file.extensions.iter().zip(1..) {
            let before = known.iter().find(|known| known.code == entry.code);
            if extensions.iter().any(|other| other.code == entry.code) {
                return Err(CatalogueError::Extension { place, field: "code" });
            }
            extensions.push(entry.check(place, before)?);
        }
        let mut promotions: Vec<Promotion> = Vec::new();
        for (entry, place) in file.promotions.iter().zip(1..) {
            if promotions.iter().any(|other| other.code == entry.code) {
                return Err(CatalogueError::Promotion { place, field: "code" });
            }
            promotions.push(entry.check(place)?);
        }
        Ok((extensions, promotions))
    }
}

/// Writes them; a new extension gets the product that stands behind it, a known one keeps its.
pub(super) async fn keep_extensions(
    transaction: &mut dyn Transaction,
    mut extensions: Vec<Extension>,
    promotions: &[Promotion],
) -> StoreResult<()> {
    for extension in &mut extensions {
        match extension.product {
            ProductId(0) => {
                extension.product = transaction.add_extension_product(&extension.code, &extension.title).await?;
            }
            known => transaction.rename_product(known, &extension.title).await?,
        }
    }
    transaction.keep_extensions(&extensions, promotions).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn entry() -> ExtensionEntry {
        let size = |code: &str, least, most| SizeEntry {
            code: code.into(),
            title: format!("от {least}"),
            least,
            most,
            price: "3000.00".into(),
        };
        ExtensionEntry {
            code: "multi_user".into(),
            title: "Многопользовательский режим".into(),
            sizes: vec![size("2-9", 2, Some(9)), size("10+", 10, None)],
            roles: vec![OwnerRole { code: "sign".into(), title: "подписание".into() }],
            excluded_promotions: vec!["welcome".into()],
        }
    }

    #[test]
    fn an_extension_is_checked() {
        let checked = entry().check(1, None).unwrap();
        assert_eq!(ExtensionEntry::of(&checked), entry(), "it goes round");
        let wrong = |change: &dyn Fn(&mut ExtensionEntry)| {
            let mut entry = entry();
            change(&mut entry);
            entry.check(1, Some(&checked)).unwrap_err()
        };
        let field = |field| CatalogueError::Extension { place: 1, field };
        assert_eq!(wrong(&|entry| entry.code = "два слова".into()), field("code"));
        assert_eq!(wrong(&|entry| entry.title = " ".into()), field("title"));
        assert_eq!(wrong(&|entry| entry.sizes.clear()), field("sizes"));
        assert_eq!(wrong(&|entry| entry.sizes[1].least = 9), field("sizes"), "they overlap");
        assert_eq!(wrong(&|entry| entry.sizes[0].most = None), field("sizes"), "only the last has no limit");
        assert_eq!(wrong(&|entry| entry.sizes[0].most = Some(1)), field("sizes"), "least above most");
        assert_eq!(wrong(&|entry| entry.sizes[1].code = "2-9".into()), field("sizes"), "twice");
        assert_eq!(wrong(&|entry| entry.sizes[0].price = "-1".into()), field("price"));
        assert_eq!(wrong(&|entry| entry.roles.clear()), field("roles"));
        let changed = CatalogueError::SizesChanged { place: 1 };
        assert_eq!(wrong(&|entry| entry.sizes[0].most = Some(8)), changed);
        assert_eq!(wrong(&|entry| drop(entry.sizes.pop())), changed);
        let mut dearer = entry();
        dearer.sizes[0].price = "1".into();
        assert!(dearer.check(1, Some(&checked)).is_ok(), "prices may change");
    }

    #[test]
    fn a_promotion_is_checked() {
        let entry = PromotionEntry {
            code: "autumn".into(),
            title: "Осень".into(),
            percent: 10,
            from: "2026-09-01".into(),
            until: "2026-11-30".into(),
        };
        assert_eq!(PromotionEntry::of(&entry.check(1).unwrap()), entry);
        let backwards = PromotionEntry { until: "2026-08-31".into(), ..entry.clone() };
        assert_eq!(backwards.check(2), Err(CatalogueError::Promotion { place: 2, field: "until" }));
        assert!(PromotionEntry { percent: 0, ..entry.clone() }.check(1).is_err());
        assert!(PromotionEntry { from: "01.09.2026".into(), ..entry }.check(1).is_err());
    }
}

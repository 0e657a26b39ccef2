//! The catalogue: data of the installation, edited by its operator.

use domain::{
    Assortment, DeskError, Identification, Inn, Kopecks, MAX_SEATS, Product, ProductId, ProductRules, Region,
    RuledProduct, RulesFault, SIGNATURE_GROUP, Seller, ServicePlan, SignatureKind, Trial,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::extensions::{ExtensionEntry, PromotionEntry, keep_extensions};
use super::{Desk, Outside, fault};
use crate::audit::{self, Object};
use crate::ports::{CatalogueProduct, StoreError};

/// The catalogue as the operator edits it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFile {
    pub seller: Option<Seller>,
    /// Without those that stand behind extensions.
    pub products: Vec<ProductEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtensionEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<PromotionEntry>,
}

/// A product in [`CatalogueFile`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductEntry {
    /// Absent for a new one.
    #[serde(default)]
    pub id: Option<ProductId>,
    pub title: String,
    pub label: String,
    pub signature: SignatureKind,
    pub identification: Identification,
    pub exclusive_group: String,
    /// In roubles, «300.00»; absent for what is not sold.
    #[serde(default)]
    pub price: Option<String>,
    /// Absent for a licence without end.
    #[serde(default)]
    pub term_months: Option<u16>,
    /// Absent where there is none.
    #[serde(default)]
    pub trial: Option<Trial>,
    /// Products that have to be held besides, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<ProductId>,
    /// Products that cannot be held besides; it is enough to say it of one of the two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<ProductId>,
    /// Where it may be used, by the codes of subjects of the Federation: «77». Absent for everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// Parts of it that can be given without the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<ServicePlan>,
}

/// Why a catalogue is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("product {place}: {field} is missing, too long, or not as it should be")]
    Field { place: usize, field: &'static str },
    #[error("product {place}: there is none with this id")]
    UnknownProduct { place: usize },
    /// What people sign with is a signature.
    #[error("product {place}: a product of the group «signature» has a signature")]
    NoSignature { place: usize },
    #[error("{0}")]
    Rules(RulesFault),
    /// Seats that are held count by it.
    #[error("product {place}: the exclusive group of a product cannot be changed")]
    GroupChanged { place: usize },
    #[error("extension {place}: {field} is missing, too long, or not as it should be")]
    Extension { place: usize, field: &'static str },
    /// Customers have it by this size: their stock follows from it.
    #[error("extension {place}: sizes that there are keep their codes, their order and whom they are for")]
    SizesChanged { place: usize },
    #[error("promotion {place}: {field} is missing, too long, or not as it should be")]
    Promotion { place: usize, field: &'static str },
    #[error("seller: {field} is not one, or its check digits do not fit")]
    Seller { field: &'static str },
    #[error("{0}")]
    Desk(DeskError),
}

const LONGEST: usize = 100;
const LONGEST_TERM: u16 = 120;
const LONGEST_TRIAL: u16 = 366;

impl Desk {
    /// The catalogue and who sells.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn catalogue(&self) -> Result<CatalogueFile, DeskError> {
        let entry = |known: CatalogueProduct| ProductEntry {
            id: Some(known.product.id),
            title: known.product.title,
            label: known.product.label,
            signature: known.product.signature,
            identification: known.product.identification,
            exclusive_group: known.product.exclusive_group,
            price: known.price.map(|price| format!("{}.{:02}", price.0 / 100, price.0 % 100)),
            term_months: known.term_months,
            trial: known.trial,
            requires: known.rules.requires,
            excludes: known.rules.excludes,
            regions: known.rules.regions,
            plans: known.rules.plans,
        };
        let extensions = self.store.extensions().await.map_err(fault)?;
        let behind = |product: ProductId| extensions.iter().any(|extension| extension.product == product);
        let products = self.store.catalogue().await.map_err(fault)?.into_iter();
        Ok(CatalogueFile {
            seller: self.store.seller().await.map_err(fault)?,
            products: products.filter(|known| !behind(known.product.id)).map(entry).collect(),
            extensions: extensions.iter().map(ExtensionEntry::of).collect(),
            promotions: self.store.promotions().await.map_err(fault)?.iter().map(PromotionEntry::of).collect(),
        })
    }

    /// Takes a catalogue. Every organisation's log tells that it was changed; the installation's, that it was not.
    ///
    /// # Errors
    /// [`CatalogueError`]: nothing is changed, except that of [`DeskError::OutcomeUnknown`] nobody knows.
    pub async fn keep_catalogue(&self, file: &CatalogueFile) -> Result<(), CatalogueError> {
        let done = self.take_catalogue(file).await;
        match &done {
            Ok(()) | Err(CatalogueError::Desk(_)) => {}
            Err(error) => self.note_outside(Outside::Catalogue, "", json!({ "error": error.to_string() })).await,
        }
        done
    }

    async fn take_catalogue(&self, file: &CatalogueFile) -> Result<(), CatalogueError> {
        let broken = |error: StoreError| CatalogueError::Desk(fault(error));
        if file.seller.as_ref().is_some_and(|seller| Inn::parse(&seller.inn).is_none()) {
            return Err(CatalogueError::Seller { field: "inn" });
        }
        let known = self.store.catalogue().await.map_err(broken)?;
        let mut products = Vec::new();
        for (entry, place) in file.products.iter().zip(1..) {
            products.push(entry.check(place, &known)?);
        }
        let (known_extensions, promotions) = self.checked_extensions(file).await?;
        check_rules(&known, &products)?;
        let seller = self.store.seller().await.map_err(broken)?;
        let details = json!({
            "products": products.len(),
            "seller_changed": file.seller.is_some() && file.seller != seller,
            "extensions": file.extensions.len(), "promotions": file.promotions.len(),
            "changed_products": products.iter().filter_map(|product| change_of(product, &known)).collect::<Vec<_>>(),
        });
        let mut transaction = self.store.begin_installation().await.map_err(broken)?;
        transaction.keep_catalogue(file.seller.as_ref(), &products).await.map_err(broken)?;
        keep_extensions(&mut *transaction, known_extensions, &promotions).await.map_err(broken)?;
        for organization in self.store.organizations().await.map_err(broken)? {
            transaction.turn_to(organization).await.map_err(broken)?;
            let entry = audit::Entry {
                at: self.now(),
                author: audit::Author::default(),
                action: "catalogue.changed",
                object: Object::Catalogue,
                details: details.clone(),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(broken)?;
        }
        transaction.commit().await.map_err(broken)?;
        Ok(())
    }
}

impl ProductEntry {
    fn check(&self, place: usize, known: &[CatalogueProduct]) -> Result<CatalogueProduct, CatalogueError> {
        let wrong = |field| CatalogueError::Field { place, field };
        for (field, text) in
            [("title", &self.title), ("label", &self.label), ("exclusive_group", &self.exclusive_group)]
        {
            if text.trim().is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
                return Err(wrong(field));
            }
        }
        if self.signature == SignatureKind::None && self.exclusive_group == SIGNATURE_GROUP {
            return Err(CatalogueError::NoSignature { place });
        }
        if let Some(id) = self.id {
            let before = known.iter().find(|known| known.product.id == id);
            let before = before.ok_or(CatalogueError::UnknownProduct { place })?;
            if before.product.exclusive_group != self.exclusive_group {
                return Err(CatalogueError::GroupChanged { place });
            }
        }
        let price = match &self.price {
            Some(text) => Some(Kopecks::parse(text).ok_or_else(|| wrong("price"))?),
            None => None,
        };
        if self.term_months.is_some_and(|months| !(1..=LONGEST_TERM).contains(&months)) {
            return Err(wrong("term_months"));
        }
        let few = |trial: &Trial| (1..=MAX_SEATS).contains(&trial.seats) && (1..=LONGEST_TRIAL).contains(&trial.days);
        if self.trial.is_some_and(|trial| !few(&trial)) {
            return Err(wrong("trial"));
        }
        Ok(CatalogueProduct {
            product: Product {
                id: self.id.unwrap_or(ProductId(0)),
                title: self.title.trim().to_owned(),
                label: self.label.trim().to_owned(),
                signature: self.signature,
                identification: self.identification,
                exclusive_group: self.exclusive_group.clone(),
            },
            price,
            term_months: self.term_months,
            trial: self.trial,
            rules: ProductRules {
                requires: distinct(&self.requires),
                excludes: distinct(&self.excludes),
                regions: distinct(&self.regions),
                plans: self.plans.clone(),
            },
        })
    }
}

fn distinct<T: Copy + Ord>(all: &[T]) -> Vec<T> {
    let mut all = all.to_vec();
    all.sort_unstable();
    all.dedup();
    all
}

/// What products say of each other, as all of them will be. New ones have no ids yet, and nothing is said of them by ids: they
/// stand under negative ones.
fn check_rules(known: &[CatalogueProduct], changed: &[CatalogueProduct]) -> Result<(), CatalogueError> {
    let stays = known.iter().filter(|known| changed.iter().all(|changed| changed.product.id != known.product.id));
    let numbered = changed.iter().zip(1..).map(|(entry, place): (_, i64)| {
        let id = if entry.product.id.0 == 0 { ProductId(-place) } else { entry.product.id };
        (id, entry)
    });
    let all = stays.map(|known| (known.product.id, known)).chain(numbered);
    let ruled = |(id, entry): (ProductId, &CatalogueProduct)| RuledProduct {
        product: Product { id, ..entry.product.clone() },
        rules: entry.rules.clone(),
        sold: entry.price.is_some(),
    };
    all.map(ruled).collect::<Assortment>().check().map_err(CatalogueError::Rules)
}

/// How a product that is changed or new was sold, and is.
fn change_of(product: &CatalogueProduct, known: &[CatalogueProduct]) -> Option<serde_json::Value> {
    let before = known.iter().find(|known| known.product.id == product.product.id);
    let told = |product: &CatalogueProduct| json!({ "kopecks": product.price, "months": product.term_months, "trial": product.trial.is_some() });
    let title = &product.product.title;
    (before != Some(product)).then(|| json!({ "title": title, "was": before.map(told), "is": told(product) }))
}

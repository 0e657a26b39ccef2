//! Contracts of partners: kept by the operator of the installation, and told in the logs of both sides.

use std::collections::BTreeMap;

use domain::{Buyer, Contract, ContractId, Date, DeskError, Inn, OrganizationId, Seller, is_kpp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Desk, fault};
use crate::audit::{self, Object};
use crate::ports::StoreError;

/// Contracts as the operator edits them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractsFile {
    pub contracts: Vec<ContractEntry>,
}

/// A contract in [`ContractsFile`]. One whose vendor and number are there is changed; it stays the same partner's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractEntry {
    /// The number of the organisation.
    pub partner: OrganizationId,
    /// Only to be read: its name.
    #[serde(default)]
    pub partner_name: String,
    /// «Правообладатель»
    pub vendor: OrganizationId,
    #[serde(default)]
    pub vendor_name: String,
    pub number: String,
    /// «2026-01-15»
    pub signed: String,
    /// Percent by the code of an extension: others are not sold under it.
    pub discounts: BTreeMap<String, u8>,
    pub buyer: BuyerEntry,
    /// The vendor, as its invoices name it; absent if it is whoever sells in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<Seller>,
}

/// The partner, as its invoices name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuyerEntry {
    pub name: String,
    pub inn: String,
    #[serde(default)]
    pub kpp: String,
    pub address: String,
}

/// Why contracts are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    #[error("contract {place}: {field} is missing, too long, or not as it should be")]
    Field { place: usize, field: &'static str },
    #[error("contract {place}: there is no such {side}")]
    UnknownSide { place: usize, side: &'static str },
    #[error("contract {place}: this number is a contract of another partner")]
    OtherPartner { place: usize },
    #[error("{0}")]
    Desk(DeskError),
}

const LONGEST: usize = 300;

impl ContractEntry {
    fn of(contract: &Contract) -> Self {
        let buyer = &contract.buyer;
        Self {
            partner: contract.partner,
            partner_name: contract.partner_name.clone(),
            vendor: contract.vendor,
            vendor_name: contract.vendor_name.clone(),
            number: contract.number.clone(),
            signed: contract.signed.iso(),
            discounts: contract.discounts.clone(),
            buyer: BuyerEntry {
                name: buyer.name.clone(),
                inn: buyer.inn.as_str().to_owned(),
                kpp: buyer.kpp.clone(),
                address: buyer.address.clone(),
            },
            seller: contract.seller.clone(),
        }
    }

    fn check(&self, place: usize, extensions: &[String]) -> Result<Contract, ContractError> {
        let wrong = |field| ContractError::Field { place, field };
        let line = |text: &str| {
            let text = text.trim();
            let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
        };
        if self.partner == self.vendor {
            return Err(wrong("vendor"));
        }
        if self.seller.as_ref().is_some_and(|seller| Inn::parse(&seller.inn).is_none()) {
            return Err(wrong("seller"));
        }
        let inn = Inn::parse(&self.buyer.inn).ok_or_else(|| wrong("inn"))?;
        let kpp = self.buyer.kpp.trim();
        if if inn.is_persons() { !kpp.is_empty() } else { !is_kpp(kpp) } {
            return Err(wrong("kpp"));
        }
        if self.discounts.iter().any(|(code, percent)| *percent > 100 || !extensions.contains(code)) {
            return Err(wrong("discounts"));
        }
        Ok(Contract {
            id: ContractId(0),
            partner: self.partner,
            partner_name: String::new(),
            vendor: self.vendor,
            vendor_name: String::new(),
            number: line(&self.number).ok_or_else(|| wrong("number"))?,
            signed: Date::from_iso(&self.signed).ok_or_else(|| wrong("signed"))?,
            discounts: self.discounts.clone(),
            buyer: Buyer {
                name: line(&self.buyer.name).ok_or_else(|| wrong("name"))?,
                inn,
                kpp: kpp.to_owned(),
                address: line(&self.buyer.address).ok_or_else(|| wrong("address"))?,
            },
            seller: self.seller.clone(),
        })
    }
}

impl Desk {
    /// All contracts of the installation.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn contracts(&self) -> Result<ContractsFile, DeskError> {
        let contracts = self.store.all_contracts().await.map_err(fault)?;
        Ok(ContractsFile { contracts: contracts.iter().map(ContractEntry::of).collect() })
    }

    /// Takes contracts, all or none; how many are new or changed. What was connected keeps the price and the discount of
    /// its day. The logs of both sides tell it.
    ///
    /// # Errors
    /// [`ContractError`]: nothing is changed, except that of [`DeskError::OutcomeUnknown`] nobody knows.
    pub async fn keep_contracts(&self, file: &ContractsFile) -> Result<u64, ContractError> {
        let broken = |error: StoreError| ContractError::Desk(fault(error));
        let extensions = self.store.extensions().await.map_err(broken)?;
        let extensions: Vec<String> = extensions.into_iter().map(|extension| extension.code).collect();
        let known = self.store.all_contracts().await.map_err(broken)?;
        let organizations = self.store.organizations().await.map_err(broken)?;
        let mut changed: Vec<(usize, Contract)> = Vec::new();
        for (entry, place) in file.contracts.iter().zip(1..) {
            let mut contract = entry.check(place, &extensions)?;
            if !organizations.contains(&contract.vendor) {
                return Err(ContractError::UnknownSide { place, side: "vendor" });
            }
            if self.store.partner_code(contract.partner).await.map_err(broken)?.is_none() {
                return Err(ContractError::UnknownSide { place, side: "partner" });
            }
            let same = |other: &Contract| other.vendor == contract.vendor && other.number == contract.number;
            if changed.iter().any(|(_, other)| same(other)) {
                return Err(ContractError::Field { place, field: "number" });
            }
            if let Some(before) = known.iter().find(|other| same(other)) {
                if before.partner != contract.partner {
                    return Err(ContractError::OtherPartner { place });
                }
                contract.id = before.id;
                if ContractEntry::of(before) == entry.clone().named(before) {
                    continue;
                }
            }
            changed.push((place, contract));
        }
        let mut transaction = self.store.begin_installation().await.map_err(broken)?;
        let mut told: BTreeMap<OrganizationId, Vec<(ContractId, serde_json::Value)>> = BTreeMap::new();
        // Whoever holds one organisation waits for none below it.
        let mut sides: Vec<OrganizationId> = changed.iter().flat_map(|(_, one)| [one.partner, one.vendor]).collect();
        sides.sort_unstable();
        sides.dedup();
        for side in &sides {
            transaction.turn_to(*side).await.map_err(broken)?;
        }
        for (_, contract) in &changed {
            let before = known.iter().find(|before| before.id == contract.id);
            let was = before.map(|before| json!(before.discounts));
            let seller_changed = before.is_some_and(|before| before.seller != contract.seller);
            let id = transaction.keep_contract(contract).await.map_err(broken)?;
            let details = json!({
                "number": contract.number, "signed": contract.signed.iso(), "discounts_before": was,
                "discounts": contract.discounts, "seller": contract.seller.as_ref().map(|seller| seller.name.as_str()),
                "seller_changed": seller_changed,
            });
            for side in [contract.partner, contract.vendor] {
                told.entry(side).or_default().push((id, details.clone()));
            }
        }
        for (side, entries) in told {
            transaction.turn_to(side).await.map_err(broken)?;
            for (id, details) in entries {
                let entry = audit::Entry {
                    at: self.now(),
                    author: audit::Author::default(),
                    action: "contract.changed",
                    object: Object::Contract(id),
                    details,
                };
                audit::append(&mut *transaction, side, entry).await.map_err(broken)?;
            }
        }
        transaction.commit().await.map_err(broken)?;
        Ok(changed.len() as u64)
    }
}

impl ContractEntry {
    /// The same, with what is only to be read as it is.
    fn named(mut self, known: &Contract) -> Self {
        self.partner_name.clone_from(&known.partner_name);
        self.vendor_name.clone_from(&known.vendor_name);
        self
    }
}

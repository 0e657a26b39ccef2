//! Who works at the desk, and for whom.

use serde::{Deserialize, Serialize};

use crate::{AccountId, OrganizationId};

/// The tenant: owns people and stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrganizationId,
    /// «ООО «Ромашка»».
    pub name: String,
    /// From how many people on a deed asks for its number to be typed.
    pub large_deed: u64,
}

impl Organization {
    /// Whether whoever takes something away from so many people types their number first.
    #[must_use]
    pub fn is_large(&self, people: u64) -> bool {
        people >= self.large_deed
    }
}

/// Someone who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: String,
}

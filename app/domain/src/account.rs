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

/// Someone who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: String,
}

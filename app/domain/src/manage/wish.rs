//! What is wanted of each product, and what one has to be allowed for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Capability, Plans, ProductId};

/// What is wanted of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// That everybody holds it, with these service plans.
    Set(Plans),
    /// That whoever holds it has these service plans.
    Plans(Plans),
    /// That nobody holds it.
    Clear,
}

/// What is wanted of some products; the others stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wish(pub BTreeMap<ProductId, Want>);

impl Wish {
    #[must_use]
    pub fn get(&self, product: ProductId) -> Option<&Want> {
        self.0.get(&product)
    }

    /// What one has to be allowed to wish it. To change service plans is to take and to give.
    #[must_use]
    pub fn needs(&self) -> &'static [Capability] {
        let gives = self.0.values().any(|want| matches!(want, Want::Set(_) | Want::Plans(_)));
        let takes = self.0.values().any(|want| matches!(want, Want::Clear | Want::Plans(_)));
        match (gives, takes) {
            (true, true) => &[Capability::Issue, Capability::Revoke],
            (true, false) => &[Capability::Issue],
            (false, true) => &[Capability::Revoke],
            (false, false) => &[Capability::People],
        }
    }

    /// What one has to be allowed to take it back.
    #[must_use]
    pub fn undo_needs(&self) -> &'static [Capability] {
        match self.needs() {
            [Capability::Issue] => &[Capability::Revoke],
            [Capability::Revoke] => &[Capability::Issue],
            both => both,
        }
    }

    pub(super) fn sets(&self, product: ProductId) -> bool {
        matches!(self.get(product), Some(Want::Set(_)))
    }
}

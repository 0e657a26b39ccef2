//! Why somebody is left out, and how that is kept.

use serde::{Deserialize, Serialize};

use crate::ProductId;

/// Why somebody is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Deleted since they were selected.
    Deleted,
    /// To dismissed people nothing is issued.
    Dismissed { product: ProductId },
    /// The product may not be used where they are.
    Region { product: ProductId },
    /// The product may be used in some regions, and nobody has said where they are.
    Unplaced { product: ProductId },
    /// They would hold `product` without `needs`.
    Needs { product: ProductId, needs: ProductId },
    /// They would hold both.
    Excludes { product: ProductId, other: ProductId },
    /// Of an undo: the seat that was given is not theirs any more, or was changed since.
    Gone { product: ProductId },
    /// Of an undo: they hold one again of what was taken.
    HoldsAgain { product: ProductId },
}

impl Fault {
    /// The product that it is about.
    #[must_use]
    pub fn product(self) -> Option<ProductId> {
        match self {
            Self::Deleted => None,
            Self::Dismissed { product }
            | Self::Region { product }
            | Self::Unplaced { product }
            | Self::Needs { product, .. }
            | Self::Excludes { product, .. }
            | Self::Gone { product }
            | Self::HoldsAgain { product } => Some(product),
        }
    }

    /// The other product that it names.
    #[must_use]
    pub fn other(self) -> Option<ProductId> {
        match self {
            Self::Needs { needs, .. } => Some(needs),
            Self::Excludes { other, .. } => Some(other),
            _ => None,
        }
    }

    /// As it is kept: `needs 5 3`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Deleted => "deleted".to_owned(),
            Self::Dismissed { product } => format!("dismissed {product}"),
            Self::Region { product } => format!("region {product}"),
            Self::Unplaced { product } => format!("unplaced {product}"),
            Self::Needs { product, needs } => format!("needs {product} {needs}"),
            Self::Excludes { product, other } => format!("excludes {product} {other}"),
            Self::Gone { product } => format!("gone {product}"),
            Self::HoldsAgain { product } => format!("holds_again {product}"),
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let mut words = code.split(' ');
        let name = words.next()?;
        let mut id = || words.next()?.parse::<ProductId>().ok();
        let fault = match name {
            "deleted" => Self::Deleted,
            "dismissed" => Self::Dismissed { product: id()? },
            "region" => Self::Region { product: id()? },
            "unplaced" => Self::Unplaced { product: id()? },
            "needs" => Self::Needs { product: id()?, needs: id()? },
            "excludes" => Self::Excludes { product: id()?, other: id()? },
            "gone" => Self::Gone { product: id()? },
            "holds_again" => Self::HoldsAgain { product: id()? },
            _ => return None,
        };
        words.next().is_none().then_some(fault)
    }
}

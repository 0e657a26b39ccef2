//! Stock: what a licence grants, and how many were bought.

use serde::{Deserialize, Serialize};

use crate::{Instant, PoolId, ProductId, Refusal};

/// The exclusive group of electronic signatures: a person has one personal account («ЛК»), with one signature.
pub const SIGNATURE_GROUP: &str = "signature";

/// ПЭП, УНЭП, УКЭП (Federal Law 63-ФЗ, article 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    Simple,
    EnhancedUnqualified,
    EnhancedQualified,
    /// The product is none: nobody needs a certificate for it.
    None,
}

impl SignatureKind {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::EnhancedUnqualified => "enhanced_unqualified",
            Self::EnhancedQualified => "enhanced_qualified",
            Self::None => "none",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Simple, Self::EnhancedUnqualified, Self::EnhancedQualified, Self::None];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

/// How the holder of a signature is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identification {
    None,
    InPerson,
    EasyDocs,
    Goskey,
}

impl Identification {
    pub const ALL: [Self; 4] = [Self::None, Self::InPerson, Self::EasyDocs, Self::Goskey];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InPerson => "in_person",
            Self::EasyDocs => "easy_docs",
            Self::Goskey => "goskey",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// What a licence grants. The catalogue belongs to the installation; stock of it belongs to organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    /// In dialogs: «УНЭП EasyDocs».
    pub title: String,
    /// In the table: «ЛК с УНЭП».
    pub label: String,
    pub signature: SignatureKind,
    pub identification: Identification,
    /// A member holds at most one licence of a group.
    pub exclusive_group: String,
}

/// The code of a pool: 8 characters of `A–Z a–z 0–9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PoolCode(String);

impl PoolCode {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The code that six bits of each byte make.
    #[must_use]
    pub fn of_bytes(bytes: [u8; 8]) -> Self {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        let letter = |byte: u8| LETTERS.get(usize::from(byte & 63)).copied().map_or('-', char::from);
        Self(bytes.map(letter).iter().collect())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Purchased stock of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    pub id: PoolId,
    pub product: Product,
    pub code: PoolCode,
    pub total: u64,
    pub issued: u64,
    /// The first moment of the term.
    pub valid_from: Instant,
    /// The first moment after the term; `None` for a term without end.
    pub valid_until: Option<Instant>,
    /// Without payment, to try the product.
    #[serde(default)]
    pub trial: bool,
}

/// How far a pool goes for a number of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// «останется 97»
    Leaves(u64),
    /// «хватит 1 из 3»
    Short { left: u64, wanted: u64 },
}

impl Pool {
    /// «остаток»
    #[must_use]
    pub fn left(&self) -> u64 {
        self.total.saturating_sub(self.issued)
    }

    #[must_use]
    pub fn reach(&self, wanted: u64) -> Reach {
        match self.left().checked_sub(wanted) {
            Some(left) => Reach::Leaves(left),
            None => Reach::Short { left: self.left(), wanted },
        }
    }

    /// Whether `wanted` seats may be issued from it at `now`.
    ///
    /// # Errors
    /// Why not: before the term, after it, or too few left.
    pub fn admits(&self, wanted: u64, now: Instant) -> Result<(), Refusal> {
        if now < self.valid_from {
            return Err(Refusal::PoolNotYetValid { from: self.valid_from });
        }
        if let Some(until) = self.valid_until.filter(|until| now >= *until) {
            return Err(Refusal::PoolExpired { until });
        }
        match self.reach(wanted) {
            Reach::Leaves(_) => Ok(()),
            Reach::Short { left, wanted } => Err(Refusal::PoolExhausted { left, wanted }),
        }
    }
}

//! Partners and their customers: an organisation lets another do some things at its desk, and may take that back at any
//! time. Source: the partner centres that the desk takes after, where a partner manages the users and licences of many
//! customers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Capability, Date, FieldError, FieldProblem, Instant, Kind, OperationId, Organization, OrganizationId, Pool,
    Product, ProductId, Refusal, Rights,
};

/// By what a customer finds its partner: 8 letters and digits that are not taken for each other, «7KQM-2XRA».
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartnerCode(String);

/// Without 0, O, 1, I and L.
const SIGNS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const CODE_SIGNS: usize = 8;

impl PartnerCode {
    /// As it is typed: spaces, hyphens and the case of letters do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let signs = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
        let code: String = signs.map(|sign| sign.to_ascii_uppercase()).collect();
        let fits = code.len() == CODE_SIGNS && code.bytes().all(|sign| SIGNS.contains(&sign));
        fits.then_some(Self(code))
    }

    /// The code that these bytes make.
    #[must_use]
    pub fn of_bytes(bytes: [u8; CODE_SIGNS]) -> Self {
        let sign = |byte: u8| SIGNS.get(usize::from(byte) % SIGNS.len()).copied().map_or('2', char::from);
        Self(bytes.map(sign).iter().collect())
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is read: «7KQM-2XRA».
    #[must_use]
    pub fn shown(&self) -> String {
        let (first, last) = self.0.split_at_checked(CODE_SIGNS / 2).unwrap_or((&self.0, ""));
        format!("{first}-{last}")
    }
}

/// What an organisation can let a partner do: nothing of who works at its desk, nor of the installation.
pub const GRANTABLE: [Capability; 9] = [
    Capability::People,
    Capability::EditPeople,
    Capability::Issue,
    Capability::Revoke,
    Capability::Import,
    Capability::Certificates,
    Capability::Stock,
    Capability::Orders,
    Capability::Audit,
];

/// Of these, what can be granted; with what it rests on.
#[must_use]
pub fn grantable(rights: Rights) -> Rights {
    rights.and(GRANTABLE.into_iter().collect()).complete()
}

/// What a customer lets a partner do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub partner: OrganizationId,
    pub name: String,
    pub rights: Rights,
    pub granted_at: Instant,
}

/// The same as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    pub code: String,
    /// Codes of capabilities.
    pub capability: Vec<String>,
}

impl GrantForm {
    /// What it allows.
    ///
    /// # Errors
    /// Nothing is allowed, or something that cannot be.
    pub fn rights(&self) -> Result<Rights, Vec<FieldError>> {
        let wrong = |problem| vec![FieldError { field: "capability".to_owned(), problem }];
        let known: Option<Vec<Capability>> = self.capability.iter().map(|code| Capability::from_code(code)).collect();
        let known = known.filter(|known| known.iter().all(|one| GRANTABLE.contains(one)));
        let known = known.ok_or_else(|| wrong(FieldProblem::Unknown))?;
        if known.is_empty() { Err(wrong(FieldProblem::Required)) } else { Ok(grantable(known.into_iter().collect())) }
    }

    /// The partner's code.
    ///
    /// # Errors
    /// It is none.
    pub fn code(&self) -> Result<PartnerCode, Vec<FieldError>> {
        let problem = if self.code.trim().is_empty() { FieldProblem::Required } else { FieldProblem::NotAPartnerCode };
        PartnerCode::parse(&self.code).ok_or_else(|| vec![FieldError { field: "code".to_owned(), problem }])
    }
}

/// An organisation that lets a partner do something, as the partner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    pub organization: Organization,
    pub rights: Rights,
    pub granted_at: Instant,
}

/// Seats that run out are pointed out from so few on: a twentieth of what was bought, and never more than this.
const FEW_SEATS: u64 = 50;
/// A term that ends within so many days is pointed out, as everywhere at the desk.
pub const ENDING_DAYS: i32 = 60;
/// Operations that failed are pointed out for so many days.
pub const FAILED_DAYS: i32 = 7;

/// Something of a customer that a partner should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Of a product with holders no seats are left, or few.
    RunsOut {
        product: Product,
        left: u64,
        bought: u64,
        /// Whether more can be ordered.
        sold: bool,
    },
    /// So many people hold seats of a term that ends soon.
    Ends { product: Product, on: Date, held: u64 },
    /// An operation that was not carried out.
    Failed { operation: OperationId, kind: Kind, refusal: Option<Refusal>, at: Instant },
    /// Applications that nobody has decided about.
    Waits { applications: u64 },
}

impl Attention {
    /// What is to be looked at first.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Waits { .. } => 0,
            Self::Failed { .. } => 1,
            Self::RunsOut { left: 0, .. } => 2,
            Self::Ends { .. } => 3,
            Self::RunsOut { .. } => 4,
        }
    }
}

/// What of a customer's stock a partner should look at, at `now`; `sold`: of what more can be ordered.
#[must_use]
pub fn attention(pools: &[Pool], sold: &[ProductId], now: Instant) -> Vec<Attention> {
    let running = || pools.iter().filter(|pool| pool.runs(now));
    let mut products: Vec<&Product> = running().map(|pool| &pool.product).collect();
    products.sort_by_key(|product| product.id);
    products.dedup_by_key(|product| product.id);
    let mut all = Vec::new();
    for product in products {
        let of = || running().filter(|pool| pool.product.id == product.id);
        let (bought, issued) = of().fold((0, 0), |(bought, issued), pool| (bought + pool.total, issued + pool.issued));
        let left = u64::saturating_sub(bought, issued);
        if issued > 0 && left <= (bought / 20).min(FEW_SEATS) {
            let sold = sold.contains(&product.id);
            all.push(Attention::RunsOut { product: product.clone(), left, bought, sold });
        }
        let soon = Date(now.date().0.saturating_add(ENDING_DAYS)).end();
        let mut ending: BTreeMap<Date, u64> = BTreeMap::new();
        for pool in of().filter(|pool| pool.issued > 0) {
            if let Some(until) = pool.valid_until.filter(|until| *until <= soon) {
                // By the last day on which they may be used.
                *ending.entry(Instant(until.0 - 1).date()).or_default() += pool.issued;
            }
        }
        all.extend(ending.into_iter().map(|(on, held)| Attention::Ends { product: product.clone(), on, held }));
    }
    all
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{Identification, PoolCode, PoolId, SignatureKind, UNLIMITED_SEATS};

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = PartnerCode::of_bytes([0, 1, 2, 3, 30, 31, 32, 255]);
        assert_eq!(code.as_str().len(), CODE_SIGNS);
        for typed in [code.as_str().to_owned(), code.shown(), format!(" {} ", code.shown().to_lowercase())] {
            assert_eq!(PartnerCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "7KQM", "7KQM-2XR0", "7KQM-2XRAA", "7KQM-2XRЯ"] {
            assert_eq!(PartnerCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn who_works_at_the_desk_is_never_granted() {
        let all = grantable(Rights::all());
        for never in [Capability::Accounts, Capability::Letters, Capability::Customers, Capability::Notifications] {
            assert!(!all.may(never), "{never:?}");
        }
        assert_eq!(all, GRANTABLE.into_iter().collect(), "what is granted rests on nothing else");
        let form = |codes: &[&str]| GrantForm {
            capability: codes.iter().map(|c| (*c).to_owned()).collect(),
            ..GrantForm::default()
        };
        assert_eq!(form(&["issue"]).rights().unwrap().to_codes(), "people,issue,stock");
        for refused in [&[][..], &["accounts"], &["people", "customers"], &["everything"]] {
            assert!(form(refused).rights().is_err(), "{refused:?}");
        }
    }

    fn pool(total: u64, issued: u64, from: i32, until: Option<i32>) -> Pool {
        let product = Product {
            id: ProductId(1),
            title: "ПЭП".into(),
            label: "ЛК".into(),
            signature: SignatureKind::Simple,
            identification: Identification::None,
            exclusive_group: "signature".into(),
        };
        Pool {
            id: PoolId(1),
            product,
            code: PoolCode::parse("ea9ENYf6").unwrap(),
            total,
            issued,
            valid_from: Date(from).start(),
            valid_until: until.map(|day| Date(day).end()),
            trial: false,
        }
    }

    #[test]
    fn what_runs_out_and_what_ends_is_pointed_out_and_nothing_else() {
        let now = Date(1000).start();
        let of = |pools: &[Pool]| attention(pools, &[], now).iter().map(Attention::rank).collect::<Vec<_>>();
        assert_eq!(of(&[pool(100, 50, 900, None)]), [0; 0]);
        assert_eq!(of(&[pool(100, 95, 900, None)]), [4], "a twentieth");
        assert_eq!(of(&[pool(100, 100, 900, None)]), [2]);
        assert_eq!(of(&[pool(100, 100, 900, None), pool(100, 0, 900, None)]), [0; 0], "of the product together");
        assert_eq!(of(&[pool(100, 0, 900, Some(1010))]), [0; 0], "nobody holds it");
        assert_eq!(of(&[pool(100, 50, 900, Some(1010))]), [3]);
        assert_eq!(of(&[pool(100, 50, 900, Some(1000 + ENDING_DAYS + 1))]), [0; 0], "later");
        assert_eq!(of(&[pool(100, 100, 900, Some(999))]), [0; 0], "over already");
        assert_eq!(of(&[pool(9, 8, 900, None)]), [0; 0], "a twentieth of few is none");
        assert_eq!(of(&[pool(UNLIMITED_SEATS, 500, 900, None)]), [0; 0]);
        let ends = [(3, 1010), (2, 1020), (4, 1010), (5, 1000 + ENDING_DAYS + 1)];
        let ends = ends.map(|(issued, until)| pool(10, issued, 900, Some(until)));
        let ends: Vec<_> = attention(&ends, &[], now)
            .into_iter()
            .filter_map(|what| if let Attention::Ends { on, held, .. } = what { Some((on.0, held)) } else { None })
            .collect();
        assert_eq!(ends, [(1010, 7), (1020, 2)], "each day, and what ends later is told later");
        for sold in [&[][..], &[ProductId(1)], &[ProductId(2)]] {
            let all = attention(&[pool(10, 10, 900, None)], sold, now);
            let can = sold == [ProductId(1)];
            assert!(matches!(all.as_slice(), [Attention::RunsOut { sold, .. }] if *sold == can), "{all:?}");
        }
    }
}

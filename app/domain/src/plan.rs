//! Planning: who gets it, who does not and why. Pure, and by classes of people instead of one by one, so that
//! 100,000 people cost a few set operations.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Employment, IdSet, Instant, Pool, PoolId};

/// What is to be done for the people of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Issue,
    Revoke,
    /// From the seats they hold to those of one pool of a later term.
    Renew,
}

impl Deed {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Renew => "renew",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Issue, Self::Revoke, Self::Renew].into_iter().find(|deed| deed.code() == code)
    }
}

/// Why a member is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// In a list of e-mails: not one.
    NotAnEmail,
    /// In a list of e-mails: nobody in the directory has it.
    NotRegistered,
    /// Deleted since they were selected.
    Deleted,
    /// To dismissed people nothing is issued.
    Dismissed,
    /// Holds a licence of the same exclusive group.
    AlreadyLicensed,
    /// Nothing to take away.
    NoLicence,
    /// The certificate task has not come to this step yet.
    TaskEarly,
    /// The certificate task has passed this step.
    TaskFurther,
    /// There is a certificate already.
    HasCertificate,
    /// The certificate task has ended.
    TaskOver,
    /// The product does not allow this way of identification.
    OtherWay,
}

impl Reason {
    pub const ALL: [Self; 11] = [
        Self::NotAnEmail,
        Self::NotRegistered,
        Self::Deleted,
        Self::Dismissed,
        Self::AlreadyLicensed,
        Self::NoLicence,
        Self::TaskEarly,
        Self::TaskFurther,
        Self::HasCertificate,
        Self::TaskOver,
        Self::OtherWay,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnEmail => "not_an_email",
            Self::NotRegistered => "not_registered",
            Self::Deleted => "deleted",
            Self::Dismissed => "dismissed",
            Self::AlreadyLicensed => "already_licensed",
            Self::NoLicence => "no_licence",
            Self::TaskEarly => "task_early",
            Self::TaskFurther => "task_further",
            Self::HasCertificate => "has_certificate",
            Self::TaskOver => "task_over",
            Self::OtherWay => "other_way",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Why a whole operation is refused; nothing is changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    #[error("pool_exhausted")]
    PoolExhausted { left: u64, wanted: u64 },
    /// Of several products at once: of this one there are too few, in all its pools together. Never sent to the table of people.
    #[cfg(not(target_arch = "wasm32"))]
    #[error("product_exhausted")]
    ProductExhausted { product: crate::ProductId, left: u64, wanted: u64 },
    #[error("pool_not_yet_valid")]
    PoolNotYetValid { from: Instant },
    #[error("pool_expired")]
    PoolExpired { until: Instant },
    /// Everybody selected is left out.
    #[error("nobody_fits")]
    NobodyFits,
    /// Between preview and confirmation `lost` people stopped fitting and `gained` began to.
    #[error("plan_changed")]
    PlanChanged { lost: u64, gained: u64 },
}

impl Refusal {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PoolExhausted { .. } => "pool_exhausted",
            #[cfg(not(target_arch = "wasm32"))]
            Self::ProductExhausted { .. } => "product_exhausted",
            Self::PoolNotYetValid { .. } => "pool_not_yet_valid",
            Self::PoolExpired { .. } => "pool_expired",
            Self::NobodyFits => "nobody_fits",
            Self::PlanChanged { .. } => "plan_changed",
        }
    }
}

/// People who are alike in what the rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub employment: Employment,
    pub deleted: bool,
    /// The pool whose seat these people hold, if they hold one in the exclusive group concerned.
    pub holds: Option<PoolId>,
    pub members: IdSet,
    /// The seats they hold, one each; empty where `holds` is `None`.
    pub assignments: IdSet,
}

/// The facts about the people concerned, each person in exactly one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub classes: Vec<Class>,
}

impl Snapshot {
    #[must_use]
    pub fn members(&self) -> IdSet {
        self.classes.iter().flat_map(|class| class.members.iter()).collect()
    }
}

/// Who is touched, who is left out and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub deed: Deed,
    pub accepted: IdSet,
    /// In the order of [`Reason`]; no empty sets.
    pub rejected: Vec<(Reason, IdSet)>,
    /// For a revoke or a renewal: the seats that go back, by pool; in the order of pools.
    pub returned: Vec<(PoolId, IdSet)>,
}

/// What becomes of the people of a snapshot.
///
/// Rules (the seed on bulk issue and revoke): a licence is issued to people without one; never to dismissed people;
/// revoked from whoever holds one, dismissed or not. A renewal does both: it takes what is held and gives a new one.
#[must_use]
pub fn plan(deed: Deed, snapshot: &Snapshot) -> Plan {
    let verdict = |class: &Class| match deed {
        _ if class.deleted => Some(Reason::Deleted),
        Deed::Issue if class.holds.is_some() => Some(Reason::AlreadyLicensed),
        Deed::Revoke | Deed::Renew if class.holds.is_none() => Some(Reason::NoLicence),
        Deed::Issue | Deed::Renew if !class.employment.may_receive() => Some(Reason::Dismissed),
        Deed::Issue | Deed::Revoke | Deed::Renew => None,
    };
    let with = |wanted: Option<Reason>| -> IdSet {
        snapshot
            .classes
            .iter()
            .filter(|class| verdict(class) == wanted)
            .flat_map(|class| class.members.iter())
            .collect()
    };
    let mut returned: Vec<(PoolId, IdSet)> = Vec::new();
    if deed != Deed::Issue {
        let mut pools: Vec<PoolId> =
            snapshot.classes.iter().filter(|class| verdict(class).is_none()).filter_map(|class| class.holds).collect();
        pools.sort_unstable();
        pools.dedup();
        for pool in pools {
            let of_pool = |class: &&Class| class.holds == Some(pool) && verdict(class).is_none();
            let seats = snapshot.classes.iter().filter(of_pool).flat_map(|class| class.assignments.iter()).collect();
            returned.push((pool, seats));
        }
    }
    Plan {
        deed,
        accepted: with(None),
        rejected: Reason::ALL
            .into_iter()
            .map(|reason| (reason, with(Some(reason))))
            .filter(|(_, members)| !members.is_empty())
            .collect(),
        returned,
    }
}

/// Whether a deed for `wanted` people may be carried out now, from `pool` if it issues.
///
/// # Errors
/// The [`Refusal`] of the whole operation.
pub fn admit(wanted: u64, pool: Option<&Pool>, now: Instant) -> Result<(), Refusal> {
    match pool {
        _ if wanted == 0 => Err(Refusal::NobodyFits),
        Some(pool) => pool.admits(wanted, now),
        None => Ok(()),
    }
}

impl Plan {
    /// How many people are touched.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.accepted.len() as u64
    }

    /// How many people are left out.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.rejected.iter().map(|(_, members)| members.len() as u64).sum()
    }

    /// SHA-256 over everything the administrator was shown, in hexadecimal: two plans with one digest touch the same
    /// people and the same seats.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.deed.code());
        let mut add = |name: &str, ids: &IdSet| {
            hash.update(format!("\n{name}:{}:", ids.len()));
            for id in ids.iter() {
                hash.update(id.to_be_bytes());
            }
        };
        add("accepted", &self.accepted);
        for (reason, members) in &self.rejected {
            add(reason.code(), members);
        }
        for (pool, seats) in &self.returned {
            add(&format!("pool {pool}"), seats);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(employment: Employment, deleted: bool, holds: Option<i64>, members: &[i64]) -> Class {
        Class {
            employment,
            deleted,
            holds: holds.map(PoolId),
            members: members.iter().copied().collect(),
            assignments: if holds.is_some() { members.iter().map(|id| id + 1000).collect() } else { IdSet::default() },
        }
    }

    fn mixed() -> Snapshot {
        Snapshot {
            classes: vec![
                class(Employment::Employee, false, None, &[1, 4]),
                class(Employment::Candidate, false, Some(7), &[2]),
                class(Employment::Dismissed, false, None, &[3]),
                class(Employment::Dismissed, false, Some(5), &[6]),
                class(Employment::Employee, true, None, &[5]),
            ],
        }
    }

    #[test]
    fn issues_to_those_without_and_says_why_not_to_others() {
        let plan = plan(Deed::Issue, &mixed());
        assert_eq!(plan.accepted.as_slice(), [1, 4]);
        let rejected: Vec<(Reason, &[i64])> = plan.rejected.iter().map(|(r, ids)| (*r, ids.as_slice())).collect();
        assert_eq!(
            rejected,
            [(Reason::Deleted, [5].as_slice()), (Reason::Dismissed, &[3]), (Reason::AlreadyLicensed, &[2, 6])]
        );
        assert!(plan.returned.is_empty());
    }

    #[test]
    fn revokes_also_from_dismissed_people_and_returns_each_seat_to_its_pool() {
        let plan = plan(Deed::Revoke, &mixed());
        assert_eq!(plan.accepted.as_slice(), [2, 6]);
        let returned: Vec<(i64, &[i64])> = plan.returned.iter().map(|(p, ids)| (p.0, ids.as_slice())).collect();
        assert_eq!(returned, [(5, [1006].as_slice()), (7, &[1002])]);
    }

    #[test]
    fn renews_for_those_who_hold_one_and_may_have_another() {
        let plan = plan(Deed::Renew, &mixed());
        assert_eq!(plan.accepted.as_slice(), [2]);
        let returned: Vec<(i64, &[i64])> = plan.returned.iter().map(|(p, ids)| (p.0, ids.as_slice())).collect();
        assert_eq!(returned, [(7, [1002].as_slice())], "the dismissed keep theirs until its term ends");
        let rejected: Vec<(Reason, &[i64])> = plan.rejected.iter().map(|(r, ids)| (*r, ids.as_slice())).collect();
        assert_eq!(
            rejected,
            [(Reason::Deleted, [5].as_slice()), (Reason::Dismissed, &[6]), (Reason::NoLicence, &[1, 3, 4])]
        );
    }

    #[test]
    fn the_digest_changes_when_anything_shown_changes() {
        let one = plan(Deed::Revoke, &mixed());
        let mut other = mixed();
        other.classes[1].assignments = [1999].into_iter().collect();
        assert_ne!(one.digest(), plan(Deed::Revoke, &other).digest(), "another seat of the same person");
        let mut other = mixed();
        other.classes[0].members.insert(9);
        assert_ne!(one.digest(), plan(Deed::Revoke, &other).digest(), "one more person left out");
        assert_eq!(one.digest(), plan(Deed::Revoke, &mixed()).digest());
    }

    fn any_class() -> impl Strategy<Value = (Employment, bool, Option<i64>)> {
        (proptest::sample::select(Employment::ALL.to_vec()), any::<bool>(), proptest::option::of(1_i64..4))
    }

    proptest! {
        #[test]
        fn everybody_is_in_exactly_one_place(
            people in proptest::collection::vec(any_class(), 0..60),
            deed in proptest::sample::select(vec![Deed::Issue, Deed::Revoke, Deed::Renew]),
        ) {
            let classes = people
                .iter()
                .zip(1_i64..)
                .map(|((employment, deleted, holds), id)| class(*employment, *deleted, *holds, &[id]))
                .collect();
            let snapshot = Snapshot { classes };
            let plan = plan(deed, &snapshot);
            let mut everybody: Vec<i64> = plan.accepted.iter().collect();
            everybody.extend(plan.rejected.iter().flat_map(|(_, ids)| ids.iter()));
            everybody.sort_unstable();
            prop_assert_eq!(everybody, snapshot.members().as_slice().to_vec());
            let seats: usize = plan.returned.iter().map(|(_, seats)| seats.len()).sum();
            prop_assert_eq!(seats, if deed == Deed::Issue { 0 } else { plan.accepted.len() });
        }
    }
}

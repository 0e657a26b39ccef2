//! «Журнал»: what the audit log tells of an organisation.

use crate::{AccountId, Date, Instant};

/// Acts that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActGroup {
    Licences,
    People,
    Certificates,
    Orders,
    Letters,
    Access,
    /// «История подключений»
    Connections,
}

impl ActGroup {
    pub const ALL: [Self; 7] = [
        Self::Licences,
        Self::People,
        Self::Certificates,
        Self::Orders,
        Self::Letters,
        Self::Access,
        Self::Connections,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Licences => "licences",
            Self::People => "people",
            Self::Certificates => "certificates",
            Self::Orders => "orders",
            Self::Letters => "letters",
            Self::Access => "access",
            Self::Connections => "connections",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The codes under which its acts are in the log.
    #[must_use]
    pub fn acts(self) -> &'static [&'static str] {
        match self {
            Self::Licences => &[
                "licences.issued",
                "licences.revoked",
                "licences.renewed",
                "licences.ended",
                "licences.managed",
                "operation.undone",
                "operation.failed",
                "operation.submitted",
                "operation.declined",
                "operation.withdrawn",
                "approval.refused",
                "seat.refused",
            ],
            Self::People => {
                &["member.added", "members.deleted", "members.region_changed", "people.imported", "list.dropped"]
            }
            Self::Certificates => &[
                "tasks.invited",
                "task.confirmed",
                "task.identified",
                "tasks.identified",
                "task.issued",
                "tasks.issued",
                "task.rejected",
                "tasks.rejected",
                "tasks.revoked",
                "tasks.cancelled",
                "tasks.expiring",
                "tasks.expired",
                "step.refused",
                "invitation.refused",
                "authority.refused",
            ],
            Self::Orders => &[
                "order.raised",
                "order.paid",
                "order.cancelled",
                "payment.unmatched",
                "product.registered",
                "key.refused",
                "trial.started",
                "catalogue.changed",
                "application.sent",
                "application.withdrawn",
                "application.corrected",
                "application.processed",
                "application.declined",
                "contract.changed",
                "reconciliation.confirmed",
                "reconciliation.disputed",
                "reconciliation.agreed",
            ],
            Self::Letters => &["notifications.changed", "letter.retried", "letters.retried"],
            Self::Access => &[
                "access.refused",
                "account.invited",
                "account.changed",
                "account.joined",
                "account.removed",
                "account.refused",
                "password.changed",
                "account.notified",
                "password.reset_sent",
                "partner.granted",
                "partner.revoked",
                "partner.came",
                "partner.renamed",
                "partner.made",
                "role.kept",
                "role.deleted",
                "owner.changed",
                "approvals.changed",
                "organization.registered",
                "organization.connected",
                "organization.changed",
                "ticket.refused",
                "identity.linked",
                "identity.unlinked",
                "identity.refused",
                "factor.connected",
                "factor.removed",
                "factor.codes",
                "factor.required",
                "factor.reset",
                "passkey.added",
                "passkey.removed",
                "account.restored",
                "deletion.code_sent",
                "factor.begun",
                "journal.exported",
                "report.exported",
            ],
            Self::Connections => &[
                "session.started",
                "session.ended",
                "session.refused",
                "sessions.ended",
                "sign_in.refused",
                "sign_in.blocked",
                "code.refused",
                "recovery_code.used",
                "passkey.refused",
                "password.shown",
            ],
        }
    }
}

/// Who has done something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActAuthor {
    Account(AccountId),
    /// The desk by itself, or somebody without an account.
    Nobody,
}

/// Which entries are shown; days as the organisation counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalFilter {
    pub group: Option<ActGroup>,
    pub author: Option<ActAuthor>,
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// An entry as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Its place in the log, from 1, without gaps.
    pub seq: i64,
    pub at: Instant,
    /// The name of the account.
    pub author: Option<String>,
    /// Whence it was done: «192.0.2.7».
    pub address: Option<String>,
    /// A code: `licences.issued`.
    pub act: String,
    /// `operation:12`, `members:1-5,8`.
    pub object: String,
    /// The name of the account that it is about, or whose it is.
    pub whose: Option<String>,
    /// JSON, in one line.
    pub details: String,
    /// What the chain goes on from, in hexadecimal.
    pub hash: String,
}

/// Entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    pub rows: Vec<JournalRow>,
    /// Older ones are below this one.
    pub next: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_belongs_to_one_group() {
        let mut all: Vec<&str> = ActGroup::ALL.into_iter().flat_map(ActGroup::acts).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(ActGroup::ALL.into_iter().all(|group| ActGroup::from_code(group.code()) == Some(group)));
    }
}

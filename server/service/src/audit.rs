//! The audit log: append-only, one chain of hashes per organisation. An entry's hash covers the hash before it, so a
//! changed, removed or reordered entry breaks every later one.

use std::fmt;

use domain::{
    AccountId, ApplicationId, ContractId, IdSet, Instant, LetterId, MemberId, OperationId, OrderId, OrganizationId,
    PoolId, RoleId, SessionId, TaskId,
};
use sha2::{Digest, Sha256};

use crate::ports::{AuditHead, AuditRecord, StoreResult, Transaction};

/// What happened, before it has its place in the chain.
pub(crate) struct Entry<'a> {
    pub at: Instant,
    pub author: Author,
    pub action: &'a str,
    pub object: Object,
    pub details: serde_json::Value,
}

/// Who acted, and whence; neither for what the installation itself did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Author {
    pub account: Option<AccountId>,
    pub address: Option<String>,
}

impl Author {
    /// Somebody who has no session yet, or none any more.
    pub fn outside(account: Option<AccountId>, address: &str) -> Self {
        Self { account, address: Some(address.to_owned()).filter(|text| !text.is_empty()) }
    }
}

/// What an act was done to, in the words of [`AuditRecord::object`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// `operation:12`: to whoever got or lost a licence by it.
    Operation(OperationId),
    /// `member:7`
    Member(MemberId),
    /// `members:1-5,8`, or `members:many`.
    Members(IdSet),
    /// `order:12`: no person is concerned.
    Order(OrderId),
    /// `pool:3`: no person is concerned.
    Pool(PoolId),
    /// `keys`, for what was no product's: no person is concerned.
    Keys,
    /// `task:5`: nobody's licence is concerned.
    Task(TaskId),
    /// `tasks:1-5,8`, or `tasks:many`: likewise.
    Tasks(IdSet),
    /// `letter:3`: no person is concerned.
    Letter(LetterId),
    /// `notifications`: no person is concerned.
    Notifications,
    /// `account:3`: no person is concerned.
    Account(AccountId),
    /// `accounts`: no person is concerned.
    Accounts,
    /// `role:5`: no person is concerned.
    Role(RoleId),
    /// `session:3`: no person is concerned.
    Session(SessionId),
    /// `sessions`: no person is concerned.
    Sessions,
    /// `report:12`: of an operation, taken as a file; no person is concerned.
    Report(OperationId),
    /// `journal`: no person is concerned.
    Journal,
    /// `application:12`: no person is concerned.
    Application(ApplicationId),
    /// `contract:3`: no person is concerned.
    Contract(ContractId),
    /// `catalogue`: everybody may be concerned.
    Catalogue,
    /// `partner:3`: no person is concerned.
    Partner(OrganizationId),
}

/// More members than this are written as `many`: an entry is for people to read. Who they were, its details tell.
const MANY: usize = 100;
const TASKS_MANY: &str = "tasks:many";

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => write!(f, "operation:{id}"),
            Self::Member(id) => write!(f, "member:{id}"),
            Self::Members(ids) if ids.len() > MANY => f.write_str("members:many"),
            Self::Members(ids) => write!(f, "members:{ids}"),
            Self::Order(id) => write!(f, "order:{id}"),
            Self::Pool(id) => write!(f, "pool:{id}"),
            Self::Keys => f.write_str("keys"),
            Self::Task(id) => write!(f, "task:{id}"),
            Self::Tasks(ids) if ids.len() > MANY => f.write_str(TASKS_MANY),
            Self::Tasks(ids) => write!(f, "tasks:{ids}"),
            Self::Letter(id) => write!(f, "letter:{id}"),
            Self::Notifications => f.write_str("notifications"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Accounts => f.write_str("accounts"),
            Self::Role(id) => write!(f, "role:{id}"),
            Self::Session(id) => write!(f, "session:{id}"),
            Self::Sessions => f.write_str("sessions"),
            Self::Report(id) => write!(f, "report:{id}"),
            Self::Journal => f.write_str("journal"),
            Self::Application(id) => write!(f, "application:{id}"),
            Self::Contract(id) => write!(f, "contract:{id}"),
            Self::Catalogue => f.write_str("catalogue"),
            Self::Partner(id) => write!(f, "partner:{id}"),
        }
    }
}

impl Object {
    /// `None` for many members and for whatever has no name here: everybody may be concerned.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "catalogue" => return Some(Self::Catalogue),
            "journal" => return Some(Self::Journal),
            "keys" => return Some(Self::Keys),
            "sessions" => return Some(Self::Sessions),
            "accounts" => return Some(Self::Accounts),
            "notifications" => return Some(Self::Notifications),
            // However many: of no person.
            TASKS_MANY => return Some(Self::Tasks(IdSet::EMPTY)),
            _ => {}
        }
        match text.split_once(':')? {
            ("application", id) => id.parse().ok().map(Self::Application),
            ("contract", id) => id.parse().ok().map(Self::Contract),
            ("account", id) => id.parse().ok().map(Self::Account),
            ("partner", id) => id.parse().ok().map(Self::Partner),
            ("report", id) => id.parse().ok().map(Self::Report),
            ("role", id) => id.parse().ok().map(Self::Role),
            ("session", id) => id.parse().ok().map(Self::Session),
            ("letter", id) => id.parse().ok().map(Self::Letter),
            ("operation", id) => id.parse().ok().map(Self::Operation),
            ("member", id) => id.parse().ok().map(Self::Member),
            ("members", ids) => ids.parse().ok().map(Self::Members),
            ("order", id) => id.parse().ok().map(Self::Order),
            ("pool", id) => id.parse().ok().map(Self::Pool),
            ("task", id) => id.parse().ok().map(Self::Task),
            ("tasks", ids) => ids.parse().ok().map(Self::Tasks),
            _ => None,
        }
    }
}

pub(crate) async fn append(
    transaction: &mut dyn Transaction,
    organization: OrganizationId,
    entry: Entry<'_>,
) -> StoreResult<()> {
    let head = transaction.audit_head();
    let mut record = AuditRecord {
        seq: head.seq + 1,
        at: entry.at,
        account: entry.author.account,
        address: entry.author.address,
        action: entry.action.to_owned(),
        object: entry.object.to_string(),
        details: entry.details.to_string(),
        hash: [0; 32],
    };
    record.hash = hash(organization, &head.hash, &record);
    transaction.append_audit(&record).await
}

/// The installation's own chain is no organisation's.
pub const INSTALLATION: OrganizationId = OrganizationId(0);

/// Appends to the installation's own log, whose head is `head`.
pub(crate) async fn append_installation(
    transaction: &mut dyn Transaction,
    head: AuditHead,
    at: Instant,
    author: Author,
    (object, action): (&str, &str),
    details: &serde_json::Value,
) -> StoreResult<()> {
    let mut record = AuditRecord {
        seq: head.seq + 1,
        at,
        account: author.account,
        address: author.address,
        action: action.to_owned(),
        object: object.to_owned(),
        details: details.to_string(),
        hash: [0; 32],
    };
    record.hash = hash(INSTALLATION, &head.hash, &record);
    transaction.append_installation(&record).await
}

/// SHA-256 over the hash before and every field, each with its length, so that no two entries read alike.
fn hash(organization: OrganizationId, before: &[u8; 32], record: &AuditRecord) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    for number in [organization.0, record.seq, record.at.0, record.account.map_or(0, |account| account.0)] {
        hash.update(number.to_be_bytes());
    }
    // Entries of before there were addresses have none, and hash as they did.
    for text in [&record.action, &record.object, &record.details].into_iter().chain(&record.address) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// The first entry that does not continue the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain breaks at entry {seq}")]
pub struct ChainFault {
    pub seq: i64,
}

/// Follows the chain from `head` over `records`.
///
/// # Errors
/// Where it breaks.
pub fn chain(
    organization: OrganizationId,
    mut head: AuditHead,
    records: &[AuditRecord],
) -> Result<AuditHead, ChainFault> {
    for record in records {
        if record.seq != head.seq + 1 || record.hash != hash(organization, &head.hash, record) {
            return Err(ChainFault { seq: head.seq + 1 });
        }
        head = AuditHead { seq: record.seq, hash: record.hash };
    }
    Ok(head)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    const ORGANIZATION: OrganizationId = OrganizationId(1);
    const START: AuditHead = AuditHead { seq: 0, hash: [0; 32] };

    fn records() -> Vec<AuditRecord> {
        let mut head = START;
        (1..=4)
            .map(|seq| {
                let mut record = AuditRecord {
                    seq,
                    at: Instant(seq * 10),
                    account: Some(AccountId(seq)),
                    address: None,
                    action: "operation.done".into(),
                    object: format!("operation:{seq}"),
                    details: "{}".into(),
                    hash: [0; 32],
                };
                record.hash = hash(ORGANIZATION, &head.hash, &record);
                head = AuditHead { seq, hash: record.hash };
                record
            })
            .collect()
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert_eq!(chain(ORGANIZATION, START, &records()).unwrap().seq, 4);
    }

    #[test]
    fn an_object_is_read_as_it_was_written() {
        let members = |ids: std::ops::RangeInclusive<i64>| Object::Members(ids.collect());
        let others = [
            Object::Operation(OperationId(12)),
            Object::Member(MemberId(7)),
            Object::Order(OrderId(5)),
            Object::Pool(PoolId(3)),
            Object::Letter(LetterId(3)),
            Object::Keys,
            Object::Role(RoleId(4)),
            Object::Session(SessionId(5)),
            Object::Sessions,
            Object::Accounts,
            Object::Notifications,
            Object::Journal,
            Object::Report(OperationId(12)),
            Object::Application(ApplicationId(4)),
            Object::Contract(ContractId(2)),
            Object::Catalogue,
            Object::Task(TaskId(5)),
            Object::Tasks((3..=102).collect()),
        ];
        for object in others.into_iter().chain([members(3..=102)]) {
            assert_eq!(Object::parse(&object.to_string()), Some(object));
        }
        assert_eq!(members(1..=101).to_string(), "members:many");
        let many = Object::Tasks((1..=101).collect()).to_string();
        assert_eq!((many.as_str(), Object::parse(&many)), ("tasks:many", Some(Object::Tasks(IdSet::EMPTY))));
        for other in ["members:many", "person:1", "operation", "operation:x", ""] {
            assert_eq!(Object::parse(other), None, "{other}");
        }
    }

    #[test]
    fn any_tampering_is_found() {
        let mut changed = records();
        changed[1].details = "{\"accepted\":1}".into();
        assert_eq!(chain(ORGANIZATION, START, &changed), Err(ChainFault { seq: 2 }));
        let mut removed = records();
        removed.remove(2);
        assert_eq!(chain(ORGANIZATION, START, &removed), Err(ChainFault { seq: 3 }));
        let mut swapped = records();
        swapped.swap(0, 1);
        assert_eq!(chain(ORGANIZATION, START, &swapped), Err(ChainFault { seq: 1 }));
        assert!(chain(OrganizationId(2), START, &records()).is_err(), "another organisation's chain");
        let mut moved = records();
        moved[3].address = Some("192.0.2.1".into());
        assert_eq!(chain(ORGANIZATION, START, &moved), Err(ChainFault { seq: 4 }));
    }
}

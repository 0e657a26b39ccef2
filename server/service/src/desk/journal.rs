//! «Журнал»: the organisation's audit log, and whether nobody has changed it past the desk.

use std::collections::HashMap;

use domain::{AccountId, ActGroup, Capability, DeskError, Journal, JournalFilter, JournalRow, OrganizationId};
use serde_json::json;

use super::{Desk, fault};
use crate::actor::Actor;
use crate::audit::{INSTALLATION, Object, chain};
use crate::ports::{AuditHead, AuditRecord};

/// Entries on a page, some 300 bytes each.
const PAGE: u32 = 100;
/// Entries of an export, or of a verification, that are read at a time.
const CHUNK: u32 = 1000;

/// Where a log was at some time; kept elsewhere, it shows a log that was cut off or written anew since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub organization: OrganizationId,
    pub head: AuditHead,
}

/// What is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFault {
    /// This entry does not continue the chain: it, or one before it, was changed, removed or moved.
    Broken { seq: i64 },
    /// The log ends before what the organisation knows to be its last entry, or goes beyond it.
    WrongEnd { seq: i64, last: i64 },
    /// The entry that was noted down was another one, or is not there any more.
    OtherThanAnchored { seq: i64 },
    /// An anchor of an organisation that is not there.
    UnknownOrganization,
}

/// The log of an organisation, looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedLog {
    pub anchor: Anchor,
    pub fault: Option<LogFault>,
}

/// Whose it was, if the details tell.
fn of_account(details: &str) -> Option<AccountId> {
    let details: serde_json::Value = serde_json::from_str(details).ok()?;
    details.get("account")?.as_i64().map(AccountId)
}

fn needs(actor: &Actor, filter: &JournalFilter) -> Capability {
    match filter.group {
        // Who manages accounts sees who was there.
        Some(ActGroup::Connections) if actor.rights().may(Capability::Accounts) => Capability::Accounts,
        _ => Capability::Audit,
    }
}

impl Desk {
    /// Entries below `before`.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn journal(
        &self,
        actor: &Actor,
        filter: &JournalFilter,
        before: Option<i64>,
    ) -> Result<Journal, DeskError> {
        self.entries(actor, filter, before, PAGE).await
    }

    /// As [`Desk::journal`], many at a time. That somebody takes them with them is an entry by itself.
    ///
    /// # Errors
    /// As [`Desk::journal`].
    pub async fn export_journal(
        &self,
        actor: &Actor,
        filter: &JournalFilter,
        before: Option<i64>,
    ) -> Result<Journal, DeskError> {
        if before.is_none() {
            let permit = self.permit(actor, needs(actor, filter)).await?;
            let details = json!({ "group": filter.group.map(ActGroup::code) });
            self.tell_export(&permit, "journal.exported", Object::Journal, details).await?;
        }
        self.entries(actor, filter, before, CHUNK).await
    }

    async fn entries(
        &self,
        actor: &Actor,
        filter: &JournalFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Journal, DeskError> {
        let permit = self.permit(actor, needs(actor, filter)).await?;
        let mut found = self.store.journal(permit.scope(), filter, before, limit + 1).await.map_err(fault)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let accounts = self.store.account_names(permit.scope()).await.map_err(fault)?;
        let names: HashMap<AccountId, String> = accounts.into_iter().collect();
        let row = |entry: AuditRecord| JournalRow {
            seq: entry.seq,
            at: entry.at,
            author: entry.account.and_then(|id| names.get(&id).cloned()),
            address: entry.address,
            act: entry.action,
            whose: match Object::parse(&entry.object) {
                Some(Object::Account(id)) => names.get(&id).cloned(),
                Some(Object::Session(_)) => of_account(&entry.details).and_then(|id| names.get(&id).cloned()),
                _ => None,
            },
            object: entry.object,
            details: entry.details,
            hash: entry.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        let next = found.last().filter(|_| more).map(|last| last.seq);
        Ok(Journal { rows: found.into_iter().map(row).collect(), next })
    }

    /// Whose acts can be looked for.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn journal_authors(&self, actor: &Actor) -> Result<Vec<(AccountId, String)>, DeskError> {
        let needs = if actor.rights().may(Capability::Accounts) { Capability::Accounts } else { Capability::Audit };
        let permit = self.permit(actor, needs).await?;
        self.store.account_names(permit.scope()).await.map_err(fault)
    }

    /// Looks through the logs of the installation and of all organisations and holds them against `anchors` that were kept elsewhere. For whoever
    /// operates the installation.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn verify_audit(&self, anchors: &[Anchor]) -> Result<Vec<CheckedLog>, DeskError> {
        let mut checked = Vec::new();
        let organizations =
            self.store.versions().await.map_err(fault)?.into_iter().map(|(organization, _)| organization);
        // The installation's own log is one of them.
        for organization in organizations.chain([INSTALLATION]) {
            let ours: Vec<&Anchor> = anchors.iter().filter(|anchor| anchor.organization == organization).collect();
            checked.push(self.verify_one(organization, &ours).await?);
        }
        for anchor in anchors {
            if !checked.iter().any(|known| known.anchor.organization == anchor.organization) {
                checked.push(CheckedLog { anchor: *anchor, fault: Some(LogFault::UnknownOrganization) });
            }
        }
        Ok(checked)
    }

    /// What the organisation, or the installation, knows to be its last entry.
    async fn end_of(&self, organization: OrganizationId) -> Result<AuditHead, DeskError> {
        let own = organization == INSTALLATION;
        let end = if own { self.store.installation_head().await } else { self.store.audit_head(organization).await };
        end.map_err(fault)
    }

    async fn verify_one(&self, organization: OrganizationId, anchors: &[&Anchor]) -> Result<CheckedLog, DeskError> {
        let own = organization == INSTALLATION;
        // Read first: whatever is appended meanwhile is beyond it.
        let last = self.end_of(organization).await?;
        let mut head = AuditHead { seq: 0, hash: [0; 32] };
        let mut anchored = anchors.iter().filter(|anchor| anchor.head == head).count();
        let told = |head, fault| CheckedLog { anchor: Anchor { organization, head }, fault };
        loop {
            let chunk = match own {
                true => self.store.installation_log(head.seq, CHUNK).await,
                false => self.store.audit(organization, head.seq, CHUNK).await,
            };
            let chunk = chunk.map_err(fault)?;
            if chunk.is_empty() {
                break;
            }
            for record in &chunk {
                head = match chain(organization, head, std::slice::from_ref(record)) {
                    Ok(next) => next,
                    Err(broken) => return Ok(told(head, Some(LogFault::Broken { seq: broken.seq }))),
                };
                anchored += anchors.iter().filter(|anchor| anchor.head == head).count();
                if head.seq == last.seq && head.hash != last.hash {
                    return Ok(told(head, Some(LogFault::Broken { seq: head.seq })));
                }
            }
        }
        if head.seq < last.seq {
            return Ok(told(head, Some(LogFault::WrongEnd { seq: head.seq, last: last.seq })));
        }
        // And again: an entry and the end that it moves come together, so none is beyond it but by another hand, however
        // rightly it goes on from the one before.
        let end = self.end_of(organization).await?;
        if head.seq > end.seq {
            return Ok(told(end, Some(LogFault::WrongEnd { seq: head.seq, last: end.seq })));
        }
        if anchored < anchors.len() {
            let seq = anchors.iter().map(|anchor| anchor.head.seq).max().unwrap_or_default();
            return Ok(told(head, Some(LogFault::OtherThanAnchored { seq })));
        }
        Ok(told(head, None))
    }
}

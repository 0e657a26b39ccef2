//! The link of an invitation, as whoever got it meets it: nobody signs in for it.

use domain::{DeskError, IdSet, Instant, Invitation, LinkFault, TaskState, TaskStep, admits_link, step};
use serde_json::json;

use super::refusals::Outside;
use super::tasks::{action, written};
use super::{Desk, fault};
use crate::actor::Origin;
use crate::audit::{self, Author, Object};
use crate::invitation::hash;
use crate::ports::{Invited, StepAuthor};

fn refused(fault: LinkFault) -> DeskError {
    DeskError::LinkRefused { fault }
}

/// Where the link leads, if it works.
fn admitted(invited: &Invited, now: Instant) -> Result<TaskState, LinkFault> {
    admits_link(invited.state, invited.shown.until, now)?;
    step(invited.state, invited.identification, TaskStep::ConfirmData).map_err(|_| LinkFault::Used)
}

impl Desk {
    /// What a link shows as long as it works.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn invitation(&self, token: &str) -> Result<Invitation, DeskError> {
        let invited = self.store.invited(&hash(token)).await.map_err(fault)?;
        let invited = invited.ok_or(refused(LinkFault::Unknown))?;
        admits_link(invited.state, invited.shown.until, self.now()).map_err(refused)?;
        Ok(invited.shown)
    }

    /// «Подтвердить данные»: works once. A link that works no more changes nothing, and is in the
    /// audit log, once for each reason; one that nobody was sent, in the installation's own.
    ///
    /// # Errors
    /// As [`Desk::invitation`].
    pub async fn confirm_data(&self, token: &str, origin: &Origin) -> Result<(), DeskError> {
        let hash = hash(token);
        // Whose it was to be, nobody knows; what it was, is nobody's to read.
        let unknown = async || {
            self.note_outside(Outside::Link, origin.address(), json!({ "bytes": token.len() })).await;
            Err(refused(LinkFault::Unknown))
        };
        let Some(seen) = self.store.invited(&hash).await.map_err(fault)? else { return unknown().await };
        // What is in the log already holds up nobody who works.
        if let Err(again) = admitted(&seen, self.now())
            && seen.refused.as_deref() == Some(again.code())
        {
            return Err(refused(again));
        }
        let organization = seen.organization;
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        // It may have been replaced while we waited.
        let Some(invited) = transaction.invited(&hash).await.map_err(fault)? else {
            drop(transaction);
            return unknown().await;
        };
        let now = self.now();
        let answer = admitted(&invited, now);
        let entry = |action, details| audit::Entry {
            at: now,
            author: Author::outside(None, origin.address()),
            action,
            object: Object::Task(invited.task),
            details,
        };
        let entry = match answer {
            Ok(to) => {
                let tasks: IdSet = [invited.task.0].into_iter().collect();
                transaction.take_steps(&written(&tasks, to, StepAuthor::Person, None, now)).await.map_err(fault)?;
                Some(entry(action(TaskState::Confirmed, false), json!({ "by": "link" })))
            }
            Err(why) => {
                let new = transaction.note_link_fault(invited.task, why).await.map_err(fault)?;
                new.then(|| entry("invitation.refused", json!({ "fault": why.code(), "by": "link" })))
            }
        };
        if let Some(entry) = entry {
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        answer.map(drop).map_err(refused)
    }
}

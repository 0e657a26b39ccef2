//! What an account may do. A [`Permit`] cannot be forged: it is made of an [`Actor`], whom the session alone makes, by
//! [`Desk::permit`](crate::Desk), which asks what it is for, or [`Permit::own`] for one's own matters. What it was given
//! for is looked at again when something is written ([`Desk::begin`](crate::Desk)); that each use case asks for the right
//! thing is held by a test that walks all of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{Account, AccountId, Capability, Coverage, DeskError, Instant, Organization, OrganizationId, Rights};
use serde_json::json;

use crate::Desk;
use crate::actor::Actor;
use crate::audit::{Author, Object};

/// An account that was found to be allowed what it asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permit<'a> {
    actor: &'a Actor,
    needs: Rights,
}

impl<'a> Permit<'a> {
    /// For what everybody who has signed in is shown of their own organisation.
    pub fn own(actor: &'a Actor) -> Self {
        Self { actor, needs: Rights::NONE }
    }

    /// For another use case, which looks again.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    pub fn account(&self) -> &'a Account {
        self.actor.account()
    }

    pub fn organization(&self) -> &'a Organization {
        self.actor.organization()
    }

    pub fn scope(&self) -> OrganizationId {
        self.actor.organization().id
    }

    /// Whom it concerns.
    pub fn coverage(&self) -> &'a Coverage {
        self.actor.coverage()
    }

    /// As the audit log names them.
    pub fn author(&self) -> Author {
        self.actor.author()
    }

    /// What it was given for.
    pub fn needs(&self) -> Rights {
        self.needs
    }

    pub fn may(&self, capability: Capability) -> bool {
        self.actor.rights().may(capability)
    }

    pub(crate) fn rights(&self) -> Rights {
        self.actor.rights()
    }
}

/// When each account was last refused each thing: whoever tries again and again fills no log.
#[derive(Default)]
pub(crate) struct Refused(Mutex<HashMap<(AccountId, Capability), Instant>>);

/// An entry of the audit log for each account and capability in so many seconds, on each server.
const AGAIN_SECONDS: i64 = 60;
/// More accounts than are refused in that time by one server.
const MOST: usize = 10_000;

impl Refused {
    /// Whether it is to be written down.
    pub(crate) fn is_new(&self, account: AccountId, needs: Capability, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &Instant| now < at.plus_seconds(AGAIN_SECONDS);
        if known.get(&(account, needs)).is_some_and(recent) {
            return false;
        }
        if known.len() >= MOST {
            known.retain(|_, at| recent(at));
        }
        known.insert((account, needs), now);
        true
    }
}

impl Desk {
    /// Lets an account do what `needs` allows.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`], which is in the audit log.
    pub(crate) async fn permit<'a>(&self, actor: &'a Actor, needs: Capability) -> Result<Permit<'a>, DeskError> {
        let permit = Permit { actor, needs: [needs].into_iter().collect() };
        if permit.may(needs) {
            return Ok(permit);
        }
        let account = actor.account().id;
        if self.refused.is_new(account, needs, self.now()) {
            let details = json!({ "needs": needs.code() });
            self.note_refused(&permit, "access.refused", Object::Account(account), details).await;
        }
        Err(DeskError::Forbidden { needs })
    }

    /// Whether an account may do this: for pages and steps that only lead to it.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`], which is in the audit log.
    pub async fn allow(&self, actor: &Actor, needs: Capability) -> Result<(), DeskError> {
        self.permit(actor, needs).await.map(drop)
    }

    /// Lets an account do what needs all of these.
    ///
    /// # Errors
    /// As [`Desk::permit`], for the first that is missing.
    pub(crate) async fn permit_all<'a>(&self, actor: &'a Actor, needs: &[Capability]) -> Result<Permit<'a>, DeskError> {
        for needed in needs {
            self.permit(actor, *needed).await?;
        }
        Ok(Permit { actor, needs: needs.iter().copied().collect() })
    }
}

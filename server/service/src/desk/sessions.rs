//! «Сеансы»: who is signed in, and how they are ended.

use std::collections::BTreeSet;

use domain::{Capability, DeskError, IdSet, LetterKind, SessionId, SessionRow};
use serde_json::json;

use super::sign_in::IDLE_SECONDS;
use super::{Desk, fault};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::Object;
use crate::ports::Sessions;

/// Names in a refusal.
const FEW: usize = 3;

/// Sessions that are ended at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndSessions {
    One(SessionId),
    /// One's own others: whoever ends these goes on working.
    OwnOthers,
    /// «Завершить все сеансы»: one's own too, or not. `seen` are those that were shown.
    All {
        own: bool,
        seen: IdSet,
    },
}

impl Desk {
    /// The organisation's sessions, last seen first.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<SessionRow>, DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        let now = self.now();
        let idle_since = now.plus_seconds(-IDLE_SECONDS);
        self.store.sessions(permit.scope(), None, now, idle_since).await.map_err(fault)
    }

    /// One's own sessions.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn own_sessions(&self, actor: &Actor) -> Result<Vec<SessionRow>, DeskError> {
        let permit = Permit::own(actor);
        let now = self.now();
        let idle_since = now.plus_seconds(-IDLE_SECONDS);
        self.store.sessions(permit.scope(), Some(permit.account().id), now, idle_since).await.map_err(fault)
    }

    /// Ends sessions, effective with their next request; how many. One's own, everybody may end.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::ProofRequired`] for more than one of others;
    /// [`DeskError::SessionsChanged`] if all were to end, and somebody has come since they were shown: none ends.
    pub async fn end_sessions(
        &self,
        actor: &Actor,
        which: EndSessions,
        password: Option<String>,
    ) -> Result<u64, DeskError> {
        let of_own = match which {
            EndSessions::One(id) => self.own_sessions(actor).await?.iter().any(|session| session.id == id),
            EndSessions::OwnOthers => true,
            EndSessions::All { .. } => false,
        };
        let permit = if of_own { Permit::own(actor) } else { self.permit(actor, Capability::Accounts).await? };
        if matches!(which, EndSessions::All { .. }) {
            self.prove(actor, password).await?;
        }
        let mut transaction = self.begin(&permit).await?;
        let now = self.now();
        let open = transaction.sessions(now, now.plus_seconds(-IDLE_SECONDS)).await.map_err(fault)?;
        let own = actor.session();
        let (ending, action, object) = match &which {
            EndSessions::One(id) => {
                let ending: Vec<_> = open.iter().filter(|session| session.id == *id).collect();
                (ending, "session.ended", Object::Session(*id))
            }
            EndSessions::OwnOthers => {
                let account = permit.account().id;
                let others = |session: &&SessionRow| session.account.id == account && session.id != own;
                (open.iter().filter(others).collect(), "sessions.ended", Object::Account(account))
            }
            EndSessions::All { own: too, seen } => {
                let ending: Vec<_> = open.iter().filter(|session| *too || session.id != own).collect();
                let come: Vec<_> = ending.iter().filter(|session| !seen.contains(session.id.0)).collect();
                if !come.is_empty() {
                    let names = come.iter().map(|session| session.account.name.clone()).take(FEW).collect();
                    return Err(DeskError::SessionsChanged { names });
                }
                (ending, "sessions.ended", Object::Sessions)
            }
        };
        let ids: IdSet = ending.iter().map(|session| session.id.0).collect();
        let ended = transaction.end_sessions(&Sessions::These(ids)).await.map_err(fault)?;
        if ended > 0 {
            let accounts: BTreeSet<i64> = ending.iter().map(|session| session.account.id.0).collect();
            let own_too = ending.iter().any(|session| session.id == own);
            // Of one person's sessions, whose they were; of many's, whose all were.
            let account = accounts.iter().next().filter(|_| accounts.len() == 1);
            let details = json!({ "sessions": ended, "own": own_too, "account": account, "accounts": accounts });
            self.tell(&mut *transaction, &permit, action, object, details).await?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(ended)
    }
}

impl Desk {
    /// «Настройки уведомлений»: of which letters one wants none oneself.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn muted(&self, actor: &Actor) -> Result<Vec<LetterKind>, DeskError> {
        let permit = Permit::own(actor);
        self.store.muted(permit.scope(), permit.account().id).await.map_err(fault)
    }

    /// Keeps it: `wanted` of those that can come to one. Of the others it stays as it was set when they could.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn keep_wanted(&self, actor: &Actor, wanted: &[LetterKind]) -> Result<(), DeskError> {
        let permit = Permit::own(actor);
        let mut transaction = self.begin(&permit).await?;
        let before = self.store.muted(permit.scope(), permit.account().id).await.map_err(fault)?;
        let shown: Vec<LetterKind> = LetterKind::coming_to(actor.rights()).collect();
        let mutes =
            |kind: &LetterKind| if shown.contains(kind) { !wanted.contains(kind) } else { before.contains(kind) };
        let muted: Vec<LetterKind> = LetterKind::OWN.into_iter().filter(mutes).collect();
        transaction.keep_muted(permit.account().id, &muted).await.map_err(fault)?;
        let codes = |kinds: &[LetterKind]| kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>();
        let object = Object::Account(permit.account().id);
        self.tell(
            &mut *transaction,
            &permit,
            "account.notified",
            object,
            json!({ "muted_before": codes(&before), "muted": codes(&muted) }),
        )
        .await?;
        transaction.commit().await.map_err(fault)
    }
}

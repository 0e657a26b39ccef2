//! «Сеансы»: who is signed in, and how they are ended.

use domain::{AccountId, Capability, DeskError, LetterKind, SessionId, SessionRow};
use serde_json::json;

use super::sign_in::IDLE_SECONDS;
use super::{Desk, fault};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::Object;
use crate::ports::Sessions;

/// Sessions that are ended at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSessions {
    One(SessionId),
    /// All of an account.
    Of(AccountId),
    /// «Завершить все сеансы»: one's own too, or not.
    All {
        own: bool,
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
    /// [`DeskError::Forbidden`]; [`DeskError::ProofRequired`] for more than one of others.
    pub async fn end_sessions(
        &self,
        actor: &Actor,
        which: EndSessions,
        password: Option<String>,
    ) -> Result<u64, DeskError> {
        let own = self.own_sessions(actor).await?;
        let of_own = match which {
            EndSessions::One(id) => own.iter().any(|session| session.id == id),
            EndSessions::Of(account) => account == actor.account().id,
            EndSessions::All { .. } => false,
        };
        let permit = if of_own { Permit::own(actor) } else { self.permit(actor, Capability::Accounts).await? };
        if matches!(which, EndSessions::All { .. }) {
            self.prove(actor, password).await?;
        }
        let (which, but) = match which {
            EndSessions::One(id) => (Sessions::One(id), None),
            // One's own others: whoever ends these goes on working.
            EndSessions::Of(account) => (Sessions::Of(account), of_own.then(|| actor.session())),
            EndSessions::All { own } => (Sessions::All, (!own).then(|| actor.session())),
        };
        let whose = match which {
            Sessions::One(id) => {
                let (now, scope) = (self.now(), permit.scope());
                let all =
                    self.store.sessions(scope, None, now, now.plus_seconds(-IDLE_SECONDS)).await.map_err(fault)?;
                all.into_iter().find(|session| session.id == id).map(|session| session.account.id)
            }
            Sessions::Of(_) | Sessions::All => None,
        };
        let mut transaction = self.begin(&permit).await?;
        let ended = transaction.end_sessions(which, but).await.map_err(fault)?;
        if ended > 0 {
            let (action, object) = match which {
                Sessions::One(id) => ("session.ended", Object::Session(id)),
                Sessions::Of(account) => ("sessions.ended", Object::Account(account)),
                Sessions::All => ("sessions.ended", Object::Sessions),
            };
            let details = json!({ "sessions": ended, "own": but.is_none(), "account": whose });
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

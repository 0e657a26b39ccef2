//! Coming in and going out.

use domain::{DeskError, Email};

use super::{Desk, SESSION_SECONDS, fault, incident};
use crate::actor::{Actor, SessionToken};
use crate::password;
use crate::ports::SessionRecord;

/// «Last seen» is written at most this often, so that reading does not cost a write each time.
const SEEN_SECONDS: i64 = 300;
/// The people of a preview that came to nothing are kept a day: whoever comes back to its page still sees them.
const KEEP_SECONDS: i64 = 24 * 3600;

impl Desk {
    /// Checks e-mail and password and starts a session; `former`, the session of this browser until now, ends.
    ///
    /// # Errors
    /// [`DeskError::WrongCredentials`], the same and after the same time for an unknown e-mail and a wrong password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: String,
        former: Option<&SessionToken>,
    ) -> Result<SessionToken, DeskError> {
        let record = match Email::parse(email) {
            Some(email) => self.store.account_by_email(email.as_str()).await.map_err(fault)?,
            None => None,
        };
        let hash = record.as_ref().map(|record| record.password_hash.clone());
        let fits = password::fits(password, hash).await;
        let Some(record) = record.filter(|_| fits) else { return Err(DeskError::WrongCredentials) };
        let token = SessionToken::random().map_err(|_| incident("no randomness for a session"))?;
        let now = self.now();
        let session = SessionRecord {
            token_hash: token.hash(),
            account: record.account.id,
            organization: record.organization,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus_seconds(SESSION_SECONDS),
        };
        self.store.insert_session(&session).await.map_err(fault)?;
        if let Some(former) = former {
            self.store.delete_session(&former.hash()).await.map_err(fault)?;
        }
        Ok(token)
    }

    /// Who acts by this token, if its session lives.
    ///
    /// # Errors
    /// [`DeskError::NotSignedIn`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn actor(&self, token: &SessionToken) -> Result<Actor, DeskError> {
        let hash = token.hash();
        let found = self.store.session(&hash).await.map_err(fault)?.ok_or(DeskError::NotSignedIn)?;
        let now = self.now();
        if now >= found.session.expires_at {
            return Err(DeskError::NotSignedIn);
        }
        if now > found.session.last_seen_at.plus_seconds(SEEN_SECONDS) {
            // Whoever is working must not be stopped because this could not be noted.
            let _ = self.store.touch_session(&hash, now).await;
        }
        Ok(Actor::of_session(found))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn sign_out(&self, token: &SessionToken) -> Result<(), DeskError> {
        self.store.delete_session(&token.hash()).await.map_err(fault)
    }

    /// Throws away what nobody needs any more: expired sessions. Called from time to time.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn tidy(&self) -> Result<(), DeskError> {
        self.store.delete_expired_sessions(self.now()).await.map_err(fault)?;
        let now = self.now();
        self.store.expire_previews(now, now.plus_seconds(-KEEP_SECONDS)).await.map(drop).map_err(fault)
    }
}

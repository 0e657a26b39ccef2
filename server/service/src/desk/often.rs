//! How often somebody may have others written to: an invitation costs an SMS, and whoever gets it did not ask for it.

use domain::{DeskError, Email, FieldProblem};
use serde_json::json;

use super::sign_in::minutes_until;
use super::{Desk, fault, wrong};
use crate::access::Permit;
use crate::audit::Object;
use crate::ports::{Limit, Transaction};
use crate::secret::hash_of;

/// By an organisation to one mailbox or number.
const TO_ONE: Limit = Limit { tries: 10, within_seconds: 3600, block_seconds: 3600 };
/// To one mailbox or number by all of them: strangers keep no honest organisation from inviting, and flood nobody.
const TO_ONE_BY_ALL: Limit = Limit { tries: 30, within_seconds: 3600, block_seconds: 3600 };
/// Codes to oneself, one for each account that is deleted.
const TO_ONESELF: Limit = Limit { tries: 60, within_seconds: 3600, block_seconds: 3600 };
/// By one organisation: more than are invited in an hour on its first day.
const OF_ORGANIZATION: Limit = Limit { tries: 100, within_seconds: 3600, block_seconds: 3600 };
/// E-mails of other organisations' accounts that somebody comes upon: more are looked for.
const ELSEWHERE: Limit = Limit { tries: 10, within_seconds: 86_400, block_seconds: 86_400 };

impl Desk {
    /// Counts that somebody is written to at another's behest, as part of that.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`]: nobody is to be written to.
    pub(super) async fn count_behest(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        to: &[&str],
    ) -> Result<(), DeskError> {
        let of = permit.scope().to_string();
        let mut all = Vec::new();
        for to in to {
            let to = Email::parse(to).map_or_else(|| (*to).to_owned(), |email| email.mailbox());
            all.push((hash_of(&["write to", &of, &to]), TO_ONE));
            all.push((hash_of(&["write to by all", &to]), TO_ONE_BY_ALL));
        }
        all.push((hash_of(&["write of", &of]), OF_ORGANIZATION));
        self.count_all(transaction, all).await
    }

    /// Counts that somebody has a code sent to themselves.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`].
    pub(super) async fn count_own_code(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
    ) -> Result<(), DeskError> {
        let own = hash_of(&["write to oneself", &permit.account().id.to_string()]);
        self.count_all(transaction, vec![(own, TO_ONESELF)]).await
    }

    async fn count_all(&self, transaction: &mut dyn Transaction, all: Vec<([u8; 32], Limit)>) -> Result<(), DeskError> {
        let now = self.now();
        for (subject, limit) in all {
            if let Some(until) = transaction.blocked_until(&subject, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            transaction.count_failure(&subject, limit, now).await.map_err(fault)?;
        }
        Ok(())
    }

    /// Whether somebody may still be told of an e-mail that it is somebody's elsewhere.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`].
    pub(super) async fn may_look_elsewhere(&self, permit: &Permit<'_>) -> Result<(), DeskError> {
        let now = self.now();
        match self.store.blocked_until(&elsewhere(permit), now).await.map_err(fault)? {
            Some(until) => Err(DeskError::TooManyTries { minutes: minutes_until(until, now) }),
            None => Ok(()),
        }
    }

    /// Counts and writes down that somebody came upon an e-mail of another organisation's account: whoever tries one after
    /// another would learn who is there.
    pub(super) async fn note_elsewhere<T>(
        &self,
        permit: &Permit<'_>,
        email: &str,
        done: Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        if !done.as_ref().err().is_some_and(|error| *error == wrong("email", FieldProblem::Taken)) {
            return done;
        }
        let now = self.now();
        let own = self.store.account_rows(permit.scope(), now, now).await.map_err(fault)?;
        if !own.iter().any(|row| row.account.email == email) {
            self.store.count_failure(&elsewhere(permit), ELSEWHERE, now).await.map_err(fault)?;
            let object = Object::Account(permit.account().id);
            self.note_refused(permit, "account.refused", object, json!({ "why": "taken_elsewhere" })).await;
        }
        done
    }
}

fn elsewhere(permit: &Permit<'_>) -> [u8; 32] {
    hash_of(&["elsewhere", &permit.account().id.to_string()])
}

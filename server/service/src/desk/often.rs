//! How often somebody may have others written to: an invitation costs an SMS, and whoever gets it did not ask for it.

use domain::{DeskError, FieldProblem};
use serde_json::json;

use super::sign_in::minutes_until;
use super::{Desk, fault, wrong};
use crate::access::Permit;
use crate::audit::Object;
use crate::ports::{Limit, Transaction};
use crate::secret::hash_of;

/// To one e-mail or number, whoever asks.
const TO_ONE: Limit = Limit { tries: 5, within_seconds: 3600, block_seconds: 3600 };
/// By one organisation: more than are invited in an hour on its first day.
const OF_ORGANIZATION: Limit = Limit { tries: 100, within_seconds: 3600, block_seconds: 3600 };
/// E-mails of other organisations' accounts that one comes upon: more are looked for.
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
        let now = self.now();
        let ones = to.iter().map(|to| (hash_of(&["write to", to]), TO_ONE));
        for (subject, limit) in ones.chain([(hash_of(&["write of", &permit.scope().to_string()]), OF_ORGANIZATION)]) {
            if let Some(until) = transaction.blocked_until(&subject, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            transaction.count_failure(&subject, limit, now).await.map_err(fault)?;
        }
        Ok(())
    }

    /// Whether the organisation may still be told of an e-mail that it is somebody's elsewhere.
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
    hash_of(&["elsewhere", &permit.scope().to_string()])
}

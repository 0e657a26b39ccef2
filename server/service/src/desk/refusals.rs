//! What was refused is written down: in the organisation's log, or, where nobody knows whose it is, in the installation's
//! own.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use domain::DeskError;
use serde_json::{Value, json};

use super::{Desk, fault};
use crate::access::Permit;
use crate::audit::{self, Author, Object};
use crate::ports::{AuditHead, AuditRecord, Limit, StoreResult};
use crate::secret::hash_of;

/// What came from outside of every organisation and was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// A payment told of without the right signature.
    NotSigned,
    /// With an old time stamp.
    TooOld,
    Malformed,
    TooLarge,
    /// Another payment was told of by this name.
    Contradicts,
    /// A catalogue that cannot be.
    Catalogue,
    /// A sign-in by an e-mail that nobody has.
    SignIn,
    /// The link of an invitation that nobody was sent, or that a newer one has replaced.
    Link,
    /// The link of a registration that works no more.
    Registration,
    /// The link of a subscription to the news that works no more.
    Subscription,
    /// The certification authority does not take our token.
    AuthorityToken,
    /// Whoever came back from the identity provider, and did not come in.
    Identity,
    /// A passkey that nobody has, or that was not asked for.
    Passkey,
    /// The question of a registration, answered wrongly, too late or twice.
    Question,
    /// An e-mail that is made to look like another, or to go on behind it, where a new password is asked for.
    Recovery,
    /// The second step of a sign-in whose first nobody took.
    SecondStep,
}

impl Outside {
    /// What it is about, and what became of it.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::NotSigned => ("webhook", "webhook.not_signed"),
            Self::TooOld => ("webhook", "webhook.too_old"),
            Self::Malformed => ("webhook", "webhook.malformed"),
            Self::TooLarge => ("webhook", "webhook.too_large"),
            Self::Contradicts => ("payment", "payment.contradicts"),
            Self::Catalogue => ("catalogue", "catalogue.refused"),
            Self::SignIn => ("sign-in", "sign_in.unknown"),
            Self::Link => ("invitation", "invitation.unknown"),
            Self::Identity => ("identity", "identity.refused"),
            Self::Passkey => ("passkey", "passkey.refused"),
            Self::Registration => ("registration", "registration.refused"),
            Self::Subscription => ("news", "news.refused"),
            Self::Question => ("question", "question.refused"),
            Self::Recovery => ("recovery", "recovery.refused"),
            Self::SecondStep => ("second step", "code.unknown"),
            Self::AuthorityToken => ("authority", "authority.not_allowed"),
        }
    }
}

/// So many entries an hour about an object: no strangers fill the disk. Some 200 bytes each.
const AN_HOUR: u64 = 300;
/// And so many from one address: whoever makes noise hides nobody else's tries behind it.
const OF_ADDRESS: u64 = 20;
const HOUR_SECONDS: i64 = 3600;
/// What is counted for nothing blocks nothing.
const ALIKE: Limit = Limit { tries: u64::MAX, within_seconds: HOUR_SECONDS, block_seconds: 1 };
/// Entries read at a time.
const CHUNK: u32 = 1000;

/// The installation's own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallationLog {
    /// Newest first.
    pub entries: Vec<AuditRecord>,
    /// How many there are in all.
    pub count: i64,
    /// The first entry that does not continue the chain, if there is one.
    pub broken_at: Option<i64>,
}

impl Desk {
    /// Writes down what came from outside and was refused, whence (empty if nobody knows), unless there was too much of it within the hour: that is only
    /// counted in the log of the process. That it cannot be written changes nothing for whoever is refused.
    pub async fn note_outside(&self, refused: Outside, address: &str, details: Value) {
        self.wrote_outside(refused, address, details).await;
    }

    /// As [`Desk::note_outside`], of what somebody asks about an e-mail: with one write, as it is for an e-mail that is
    /// known, also when there was too much of it. Whoever asks again at once does not learn from the time they wait for it
    /// which of the two it was.
    pub(super) async fn note_outside_alike(&self, refused: Outside, address: &str, details: Value) {
        if !self.wrote_outside(refused, address, details).await {
            self.write_alike(refused.names().1).await;
        }
    }

    /// One write that says nothing.
    pub(super) async fn write_alike(&self, what: &str) {
        let counted = self.store.count_failure(&hash_of(&["alike", what]), ALIKE, self.now()).await;
        if let Err(error) = counted {
            tracing::error!(what, %error, "what was asked about nobody was not counted");
        }
    }

    async fn wrote_outside(&self, refused: Outside, address: &str, details: Value) -> bool {
        let (_, action) = refused.names();
        match self.keep_outside(refused, address, &details).await {
            Ok(true) => {
                self.unwritten.store(0, Ordering::Relaxed);
                tracing::warn!(action, address, %details, "refused");
                return true;
            }
            Ok(false) => {
                let unwritten = self.unwritten.fetch_add(1, Ordering::Relaxed) + 1;
                // At 1, 10, 100, …: a flood fills no log of the process either.
                if 10_u64.pow(unwritten.ilog10()) == unwritten {
                    tracing::warn!(action, unwritten, "refused too often within an hour: not written down");
                }
            }
            Err(error) => tracing::error!(action, %error, "a refusal was not written down"),
        }
        false
    }

    async fn keep_outside(&self, refused: Outside, address: &str, details: &Value) -> StoreResult<bool> {
        let (object, action) = refused.names();
        let now = self.now();
        let since = now.plus_seconds(-HOUR_SECONDS);
        let too_many = |(all, of_address): (u64, u64)| all >= AN_HOUR || of_address >= OF_ADDRESS;
        // Without a write first: a flood does not hold up those who work.
        if too_many(self.store.installation_count(since, object, address).await?) {
            return Ok(false);
        }
        let mut transaction = self.store.begin_installation().await?;
        let head = transaction.open_installation_log().await?;
        if too_many(transaction.installation_count(since, object, address).await?) {
            return Ok(false);
        }
        let author = Author::outside(None, address);
        audit::append_installation(&mut *transaction, head, now, author, (object, action), details).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The last entries of the installation's own log, and whether its chain holds from the first to the last.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn installation_log(&self, last: usize) -> Result<InstallationLog, DeskError> {
        // Before the entries: what comes meanwhile is more than it promises, and no loss.
        let end = self.store.installation_head().await.map_err(fault)?;
        let mut head = AuditHead { seq: 0, hash: [0; 32] };
        let mut entries: VecDeque<AuditRecord> = VecDeque::new();
        let mut broken_at = None;
        let mut after = 0;
        loop {
            let chunk = self.store.installation_log(after, CHUNK).await.map_err(fault)?;
            let Some(record) = chunk.last() else { break };
            after = record.seq;
            if broken_at.is_none() {
                match audit::chain(audit::INSTALLATION, head, &chunk) {
                    Ok(next) => head = next,
                    Err(fault) => broken_at = Some(fault.seq),
                }
            }
            entries.extend(chunk);
            entries.drain(..entries.len().saturating_sub(last));
        }
        if broken_at.is_none() && head.seq < end.seq {
            broken_at = Some(head.seq + 1);
        }
        // And after them: an entry and the end that it moves come together, so none is beyond it but by another hand.
        let end = self.store.installation_head().await.map_err(fault)?;
        if broken_at.is_none() && head.seq > end.seq {
            broken_at = Some(end.seq + 1);
        }
        Ok(InstallationLog { entries: entries.into_iter().rev().collect(), count: after, broken_at })
    }

    /// Writes down in the organisation's log what was refused; nothing else has changed.
    pub(crate) async fn note_refused(&self, actor: &Permit<'_>, action: &'static str, object: Object, details: Value) {
        let written = async {
            let mut transaction = self.store.begin(actor.scope()).await?;
            let entry = audit::Entry { at: self.now(), author: actor.author(), action, object, details };
            audit::append(&mut *transaction, actor.scope(), entry).await?;
            transaction.commit().await
        };
        if let Err(error) = written.await {
            tracing::error!(action, %error, "a refusal was not written down");
        }
    }

    /// Why a seat was not bound or freed, if the rules refused it: a slip in the form is no refusal.
    pub(super) async fn note_seat<T>(&self, actor: &Permit<'_>, pool: domain::PoolId, done: &Result<T, DeskError>) {
        let Err(error) = done else { return };
        let why = match error {
            DeskError::InvalidForm { fields } => match fields.first().map(|field| &field.problem) {
                Some(domain::FieldProblem::LeftOut(reason)) => reason.code().to_owned(),
                Some(domain::FieldProblem::BoundAlready) => "bound_already".to_owned(),
                _ => return,
            },
            DeskError::Refused { .. }
            | DeskError::NotBound
            | DeskError::UnknownPool
            | DeskError::ApprovalNeeded { .. } => error.code(),
            _ => return,
        };
        self.note_refused(actor, "seat.refused", Object::Pool(pool), json!({ "why": why })).await;
    }
}

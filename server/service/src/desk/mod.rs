//! The [`Desk`]: every use case, one method each, in the file named for it.

mod accounts;
mod applications;
mod approvals;
mod bind;
mod catalogue;
mod certificates;
mod confirm;
mod connection;
mod contracts;
mod coverage;
mod directory;
mod extensions;
mod factor;
mod identities;
mod invitations;
mod journal;
mod keys;
mod letters;
mod manage;
mod members;
mod news;
mod often;
mod orders;
mod partners;
mod passkeys;
mod preview;
mod reconciliation;
mod recover;
mod refusals;
mod renew;
mod report;
mod rosters;
mod sessions;
mod sign_in;
mod sign_up;
mod stock;
mod tasks;
mod terms;
mod tickets;
mod undo;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use domain::{DeskError, FieldError, FieldProblem, Instant, Issuer, OperationSummary, OrganizationId, Pool, Refusal};

use serde_json::json;

use crate::access::{Permit, Refused};
use crate::actor::Actor;
use crate::audit::Object;
use crate::passkey::RelyingParty;
use crate::ports::{Clock, IdentityProvider, OperationRecord, Standing, Store, StoreError, SystemClock, Transaction};

pub use accounts::AccountList;
pub use applications::{
    ApplicationPage, Applications, Decided, DecisionForm, ExtensionState, FormOf, Offered, Queue, Waiting,
};
pub use catalogue::{CatalogueError, CatalogueFile, ProductEntry};
pub use certificates::AskError;
pub use connection::{ConnectState, Connecting, HandedList, Service};
pub use contracts::{BuyerEntry, ContractEntry, ContractError, ContractsFile};
pub use extensions::{ExtensionEntry, PromotionEntry, SizeEntry};
pub use factor::{Factor, FirstStep, HALF_SECONDS, Ways};
pub use identities::{Answer, Entered, EntryError, EntryFault, FLOW_SECONDS, SentAway};
pub use journal::{Anchor, CheckedLog, LogFault};
pub use keys::KeysError;
pub use letters::{LetterPage, Letters, Reminded};
pub use manage::{
    Leaves, ManageRow, ManageSheet, ManagedChunk, ManagedReport, ManagedRow, RegionChoice, Saved, Selected,
};
pub use news::{NewsPage, Published, Subscribing};
pub use orders::{OrderPage, Orders, Shop};
pub use partners::{Customer, Dashboard};
pub use passkeys::{MOST_PASSKEYS, PASSKEY_SECONDS};
pub use reconciliation::{ReconciliationForm, ReconciliationPage, Reconciliations};
pub use recover::{Recoverable, Recovered};
pub use refusals::{InstallationLog, Outside};
pub use renew::{JointRenewal, Renewal, Renewals};
pub use report::CsvChunk;
pub use sessions::EndSessions;
pub use sign_in::{DEVICE_SECONDS, IDLE_SECONDS, SignedIn, Visit};
pub use sign_up::{Registering, SigningUp};
pub use tasks::{SelectedTasks, StepsDone, TaskPage};
pub use tickets::Joining;

/// How long a preview waits for its confirmation.
pub const PREVIEW_SECONDS: i64 = 30 * 60;
/// How long one may work after signing in: a working day.
pub const SESSION_SECONDS: i64 = 12 * 3600;

/// The licence desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    rosters: Arc<rosters::Rosters>,
    /// Refusals since the last that was written down.
    unwritten: Arc<AtomicU64>,
    issuer: Issuer,
    provider: Option<Arc<dyn IdentityProvider>>,
    passkeys: Option<Arc<RelyingParty>>,
    registers: bool,
    pub(crate) refused: Arc<Refused>,
}

impl Desk {
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self::with_clock(store, Arc::new(SystemClock))
    }

    #[must_use]
    pub fn with_clock(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            rosters: Arc::default(),
            unwritten: Arc::default(),
            issuer: Issuer::ByHand,
            provider: None,
            passkeys: None,
            registers: true,
            refused: Arc::default(),
        }
    }

    /// The same desk, at which a certification authority decides about certificates, or administrators by hand.
    #[must_use]
    pub fn issued_by(self, issuer: Issuer) -> Self {
        Self { issuer, ..self }
    }

    /// The same desk, into which one may also come by an identity provider.
    #[must_use]
    pub fn entered_by(self, provider: Option<Arc<dyn IdentityProvider>>) -> Self {
        Self { provider, ..self }
    }

    /// The same desk, at which one may also show a passkey; none where browsers find it by a number.
    #[must_use]
    pub fn with_passkeys(self, passkeys: Option<RelyingParty>) -> Self {
        Self { passkeys: passkeys.map(Arc::new), ..self }
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`] or [`DeskError::Busy`].
    pub async fn ready(&self) -> Result<(), DeskError> {
        self.store.products().await.map(drop).map_err(fault)
    }

    /// Begins a write by what an account may do then: nobody else writes for the organisation any more, so that what is
    /// allowed now stays allowed until this ends.
    ///
    /// # Errors
    /// [`DeskError::NotSignedIn`], [`DeskError::Forbidden`] if that has changed since the request came, which is in the log;
    /// [`DeskError::Busy`] if they may do other things now: asked again, they are known.
    pub(super) async fn begin(&self, permit: &Permit<'_>) -> Result<Box<dyn Transaction>, DeskError> {
        let transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        self.admitted(transaction, permit).await
    }

    /// Begins a write in two organisations by what an account may do in its own: as [`Desk::begin`], and nobody else
    /// writes for the other one either. It begins in the other one.
    ///
    /// # Errors
    /// As [`Desk::begin`].
    pub(super) async fn begin_beside(
        &self,
        permit: &Permit<'_>,
        other: OrganizationId,
    ) -> Result<Box<dyn Transaction>, DeskError> {
        let own = permit.scope();
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        // In the order of their ids: whoever holds one waits for none below it.
        for organization in [own.min(other), own.max(other), own] {
            transaction.turn_to(organization).await.map_err(fault)?;
        }
        let mut transaction = self.admitted(transaction, permit).await?;
        transaction.turn_to(other).await.map_err(fault)?;
        Ok(transaction)
    }

    /// A write that has begun in the own organisation, for what an account may (still) do.
    async fn admitted(
        &self,
        mut transaction: Box<dyn Transaction>,
        permit: &Permit<'_>,
    ) -> Result<Box<dyn Transaction>, DeskError> {
        let standing = self.standing_in(&mut *transaction, permit.actor()).await?;
        let account = Object::Account(permit.account().id);
        let Some(standing) = standing else {
            drop(transaction);
            self.note_refused(permit, "access.refused", account, json!({ "why": "session_over" })).await;
            return Err(DeskError::NotSignedIn);
        };
        if let Some(needs) = permit.needs().iter().find(|needs| !standing.rights.may(*needs)) {
            drop(transaction);
            self.note_refused(permit, "access.refused", account, json!({ "needs": needs.code() })).await;
            return Err(DeskError::Forbidden { needs });
        }
        if standing.rights != permit.actor().rights() || standing.coverage != *permit.coverage() {
            return Err(DeskError::Busy);
        }
        Ok(transaction)
    }

    /// What an account may do in this transaction, wherever it has signed in.
    async fn standing_in(
        &self,
        transaction: &mut dyn Transaction,
        actor: &Actor,
    ) -> Result<Option<Standing>, DeskError> {
        let session = actor.session();
        let standing = match actor.is_elsewhere() {
            true => transaction.standing_for(actor.own_organization().id, session).await,
            false => transaction.standing(session).await,
        };
        standing.map_err(fault)
    }

    async fn pools(&self, organization: OrganizationId) -> Result<Vec<Pool>, DeskError> {
        self.store.pools(organization).await.map_err(fault)
    }
}

/// What a failure of the store is to whoever called. The store has logged what the database said.
fn fault(error: StoreError) -> DeskError {
    match error {
        StoreError::Busy | StoreError::Conflict | StoreError::SeatTaken => DeskError::Busy,
        StoreError::Unavailable => DeskError::Unavailable,
        StoreError::OutcomeUnknown => DeskError::OutcomeUnknown,
        StoreError::SeatsShort => Refusal::PoolExhausted { left: 0, wanted: 0 }.into(),
        // No door lets such a term in: it is a fault of ours.
        StoreError::EmailTaken | StoreError::TermBackwards | StoreError::Broken => incident("the store failed"),
    }
}

/// One wrong field.
fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

/// Logs a fault of ours under a number that the screen shows.
fn incident(what: &'static str) -> DeskError {
    let mut bytes = [0_u8; 4];
    let _ = getrandom::fill(&mut bytes);
    let incident: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    tracing::error!(incident, "{what}");
    DeskError::Internal { incident }
}

fn summary(record: &OperationRecord, pools: &[Pool]) -> OperationSummary {
    let pool = record.pool.and_then(|id| pools.iter().find(|pool| pool.id == id));
    OperationSummary {
        id: record.id,
        kind: record.kind,
        state: record.state,
        author: record.account.as_ref().map(|account| account.name.clone()),
        pool: pool.map(|pool| (pool.product.title.clone(), pool.code.as_str().to_owned())),
        created_at: record.created_at,
        settled_at: record.settled_at,
        accepted: record.accepted,
        rejected: record.rejected,
        undoes: record.undoes,
        undone_by: record.undone_by,
        failure: record.failure,
    }
}

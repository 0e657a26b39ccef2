//! «Вход через госуслуги», or by any other identity provider: whoever the provider means comes into the account that is
//! linked with them, or that has the e-mail which the provider has verified. Nobody gets an account by it.

use domain::{AccessLetter, AccountId, AccountRow, AccountState, DeskError, Email, OrganizationId, sign_in_email};
use serde_json::json;

use super::factor::BY_PROVIDER;
use super::refusals::Outside;
use super::sign_in::{NewSession, minutes_until};
use super::{Desk, SignedIn, Visit, fault, incident};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Author, Object};
use crate::ports::{
    Flow, Identity, IdentityError, IdentityProvider, Limit, Linking, StoreError, StoreResult, Transaction,
};
use crate::secret::{FlowToken, HalfToken, hash_of};

/// So long one may take at the provider.
pub const FLOW_SECONDS: i64 = 600;
/// Begun from one address of the network: an office behind one address is many people.
const OF_ADDRESS: Limit = Limit { tries: 300, within_seconds: 600, block_seconds: 600 };

/// Why nobody came in by the provider, or was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFault {
    /// Not begun in this browser, or it has come back already.
    NotBegun,
    Late,
    /// RFC 9207: another provider answers.
    OtherProvider,
    /// Whoever was asked said no.
    Denied,
    /// The provider will not, for whatever reason.
    Declined,
    Provider(IdentityError),
    NoAccount,
    Unverified,
    /// The account is linked with somebody else at the provider.
    LinkedOtherwise,
    /// They are linked with another account.
    Taken,
    /// Whoever began to link has left.
    SessionOver,
}

impl EntryFault {
    /// As the log has it.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::NotBegun => "not_begun",
            Self::Late => "too_late",
            Self::OtherProvider => "other_provider",
            Self::Denied => "denied",
            Self::Declined => "declined",
            Self::Provider(error) => return error.to_string(),
            Self::NoAccount => "no_account",
            Self::Unverified => "email_not_verified",
            Self::LinkedOtherwise => "linked_otherwise",
            Self::Taken => "linked_to_another",
            Self::SessionOver => "session_over",
        }
        .to_owned()
    }
}

/// With what a browser comes back from the provider.
#[derive(Clone, Default)]
pub struct Answer {
    pub state: String,
    pub code: String,
    /// Why there is no code: RFC 6749, 4.1.2.1.
    pub error: Option<String>,
    /// Who answers: RFC 9207.
    pub issuer: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Entered {
    /// `wanted` is where they wanted to go, or nothing.
    In { signed_in: SignedIn, wanted: String },
    /// The account has a second factor: a code is asked for, as after a password.
    Half { half: HalfToken, wanted: String },
    /// To one's own account.
    Linked,
}

/// Why nothing did.
#[derive(Clone, Debug)]
pub enum EntryError {
    /// `linking`: it was begun by somebody who has signed in.
    Refused {
        fault: EntryFault,
        linking: bool,
    },
    Desk(DeskError),
}

impl From<DeskError> for EntryError {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

fn broken(error: StoreError) -> EntryError {
    EntryError::Desk(fault(error))
}

/// Where the browser is sent, and what it is to bring back.
#[derive(Debug)]
pub struct SentAway {
    pub url: String,
    pub token: FlowToken,
}

impl Desk {
    /// Where the provider's form leads a browser; `None` without a provider.
    #[must_use]
    pub fn provider_origins(&self) -> Option<Vec<String>> {
        self.provider.as_ref().map(|provider| provider.origins())
    }

    fn provider(&self) -> Result<&dyn IdentityProvider, DeskError> {
        self.provider.as_deref().ok_or(DeskError::Malformed)
    }

    /// Sends a browser to the provider, to sign in; `wanted` is where it goes on to, a path of ours or nothing.
    ///
    /// # Errors
    /// [`DeskError::Malformed`] without a provider; [`DeskError::ProviderAway`]; [`DeskError::TooManyTries`] from one
    /// address of the network.
    pub async fn begin_oidc(&self, wanted: &str, visit: Visit<'_>) -> Result<SentAway, DeskError> {
        self.provider()?;
        let now = self.now();
        if let Some(subject) = self.beginning("oidc", visit).await? {
            if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            self.store.count_failure(&subject, OF_ADDRESS, now).await.map_err(fault)?;
        }
        self.send_away(wanted, None).await
    }

    /// «Привязать»: sends whoever has signed in to the provider, to say who they are there.
    ///
    /// # Errors
    /// As [`Desk::begin_oidc`] and [`Desk::prove`].
    pub async fn link_identity(&self, actor: &Actor, password: Option<String>) -> Result<SentAway, DeskError> {
        self.provider()?;
        self.prove(actor, password).await?;
        let (organization, account) = (actor.organization().id, actor.account().id);
        self.send_away("", Some(Linking { organization, account, session: actor.session() })).await
    }

    async fn send_away(&self, wanted: &str, linking: Option<Linking>) -> Result<SentAway, DeskError> {
        let begun = self.provider()?.begin().await.map_err(|_| DeskError::ProviderAway)?;
        let token = FlowToken::random().map_err(|_| incident("no randomness for a sign-in"))?;
        let flow = Flow {
            token_hash: token.hash(),
            state_hash: hash_of(&[&begun.state]),
            nonce: begun.nonce,
            verifier: begun.verifier,
            wanted: wanted.to_owned(),
            linking,
            expires_at: self.now().plus_seconds(FLOW_SECONDS),
        };
        self.store.keep_flow(&flow).await.map_err(fault)?;
        Ok(SentAway { url: begun.url, token })
    }

    /// «Отвязать»: what the provider says of them leads into this account no more.
    ///
    /// # Errors
    /// [`DeskError::Malformed`] without a provider; as [`Desk::prove`].
    pub async fn unlink_identity(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        let issuer = self.provider()?.issuer();
        self.prove(actor, password).await?;
        let (organization, account) = (actor.organization().id, actor.account().id);
        let mut transaction = self.begin(&Permit::own(actor)).await?;
        if transaction.unlink_identity(account, issuer).await.map_err(fault)? {
            let entry = audit::Entry {
                at: self.now(),
                author: actor.author(),
                action: "identity.unlinked",
                object: Object::Account(account),
                details: json!({ "issuer": issuer }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }

    /// Whether one's own account is linked; `None` without a provider.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn is_linked(&self, actor: &Actor) -> Result<Option<bool>, DeskError> {
        let Some(provider) = &self.provider else { return Ok(None) };
        let (organization, account) = (actor.organization().id, actor.account().id);
        let subject = self.store.subject_of(organization, account, provider.issuer()).await.map_err(fault)?;
        Ok(Some(subject.is_some()))
    }

    /// Takes whoever comes back from the provider. `actor` has signed in here already, if anybody has.
    ///
    /// # Errors
    /// [`EntryError`]: nothing has changed, but that this browser cannot come back once more.
    pub async fn finish_oidc(
        &self,
        token: Option<&FlowToken>,
        answer: Answer,
        visit: Visit<'_>,
        actor: Option<&Actor>,
    ) -> Result<Entered, EntryError> {
        self.provider()?;
        let flow = match token {
            Some(token) => self.store.take_flow(&token.hash(), &hash_of(&[&answer.state])).await.map_err(broken)?,
            None => None,
        };
        let Some(flow) = flow else { return Err(self.turn_away(None, None, EntryFault::NotBegun, visit).await) };
        let done = match self.identify(&flow, answer, actor).await {
            Err(fault) => Err((None, fault)),
            Ok(identity) => match flow.linking {
                Some(linking) => self.keep_link(linking, &identity, visit).await?.map_err(|fault| (None, fault)),
                None => self.enter(&flow, &identity, visit).await?,
            },
        };
        match done {
            Ok(entered) => Ok(entered),
            Err((whose, fault)) => Err(self.turn_away(flow.linking, whose, fault, visit).await),
        }
    }

    /// What can be said of the answer before anybody's account is looked for.
    async fn identify(&self, flow: &Flow, answer: Answer, actor: Option<&Actor>) -> Result<Identity, EntryFault> {
        let Ok(provider) = self.provider() else { return Err(EntryFault::NotBegun) };
        if self.now() >= flow.expires_at {
            return Err(EntryFault::Late);
        }
        if flow.linking.is_some_and(|linking| actor.is_none_or(|actor| actor.session() != linking.session)) {
            return Err(EntryFault::SessionOver);
        }
        // RFC 9207, 2.4: before anything else of the answer is looked at.
        if answer.issuer.is_some_and(|issuer| issuer != provider.issuer()) {
            return Err(EntryFault::OtherProvider);
        }
        match answer.error.as_deref() {
            Some("access_denied") => return Err(EntryFault::Denied),
            Some(_) => return Err(EntryFault::Declined),
            None if answer.code.is_empty() => return Err(EntryFault::Declined),
            None => {}
        }
        let (verifier, nonce) = (flow.verifier.clone(), flow.nonce.clone());
        provider.finish(answer.code, verifier, nonce).await.map_err(EntryFault::Provider)
    }

    /// Lets in whom the provider means, or says whose account was meant and why not.
    async fn enter(
        &self,
        flow: &Flow,
        identity: &Identity,
        visit: Visit<'_>,
    ) -> Result<Result<Entered, (Option<Whose>, EntryFault)>, EntryError> {
        let linked = self.store.identity(&identity.issuer, &identity.subject).await.map_err(broken)?;
        // As strictly as where it is typed: a letter that looks like another is somebody else's.
        let email = identity.email.as_deref().and_then(|email| sign_in_email(email).ok());
        let whose = match (linked, &email) {
            (Some(whose), _) => Some(whose),
            (None, Some(email)) => {
                let record = self.store.account_by_email(email.as_str(), None).await.map_err(broken)?;
                record.map(|record| (record.organization, record.account.id))
            }
            (None, None) => None,
        };
        // Said to whoever has not shown that the e-mail is theirs whether anybody has it or not.
        if linked.is_none() && email.is_some() && !identity.email_verified {
            return Ok(Err((whose, EntryFault::Unverified)));
        }
        let Some((organization, account)) = whose else { return Ok(Err((None, EntryFault::NoAccount))) };
        let mut transaction = self.store.begin(organization).await.map_err(broken)?;
        let row = transaction.account_row(account).await.map_err(broken)?;
        // With the e-mail that it has now: it may have been changed while we looked.
        let fits = |email: &Option<Email>, known: &str| email.as_ref().is_some_and(|email| email.as_str() == known);
        let row = row.filter(|row| row.state == AccountState::Active);
        let has_factor = row.as_ref().is_some_and(AccountRow::has_factor);
        if row.is_none_or(|row| linked.is_none() && !fits(&email, &row.account.email)) {
            return Ok(Err((whose, EntryFault::NoAccount)));
        }
        if linked.is_none() {
            let now = self.now();
            match transaction.link_identity(account, identity, now).await {
                Ok(()) => {}
                Err(StoreError::Conflict) => return Ok(Err((whose, EntryFault::LinkedOtherwise))),
                Err(error) => return Err(broken(error)),
            }
            let entry = audit::Entry {
                at: now,
                author: Author::outside(Some(account), visit.origin.address()),
                action: "identity.linked",
                object: Object::Account(account),
                details: json!({ "by": "email" }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(broken)?;
            self.write_linked(&mut *transaction, account).await?;
        }
        if has_factor {
            let half = self.write_half(&mut *transaction, organization, account, BY_PROVIDER.to_owned()).await?;
            transaction.commit().await.map_err(broken)?;
            return Ok(Ok(Entered::Half { half, wanted: flow.wanted.clone() }));
        }
        let new = NewSession { account, organization, by: "oidc" };
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(broken)?;
        self.end_former(visit).await?;
        Ok(Ok(Entered::In { signed_in, wanted: flow.wanted.clone() }))
    }

    /// Links whom the provider means to the account of whoever asked for it, whatever their e-mail is there.
    async fn keep_link(
        &self,
        linking: Linking,
        identity: &Identity,
        visit: Visit<'_>,
    ) -> Result<Result<Entered, EntryFault>, EntryError> {
        let Linking { organization, account, session } = linking;
        match self.store.identity(&identity.issuer, &identity.subject).await.map_err(broken)? {
            Some(whose) if whose == (organization, account) => return Ok(Ok(Entered::Linked)),
            Some(_) => return Ok(Err(EntryFault::Taken)),
            None => {}
        }
        let mut transaction = self.store.begin(organization).await.map_err(broken)?;
        // It may have been ended while the provider was asked.
        if transaction.standing(session).await.map_err(broken)?.is_none() {
            return Ok(Err(EntryFault::SessionOver));
        }
        let now = self.now();
        match transaction.link_identity(account, identity, now).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Ok(Err(EntryFault::LinkedOtherwise)),
            Err(error) => return Err(broken(error)),
        }
        let entry = audit::Entry {
            at: now,
            author: Author::outside(Some(account), visit.origin.address()),
            action: "identity.linked",
            object: Object::Account(account),
            details: json!({ "by": "own", "issuer": identity.issuer }),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(broken)?;
        self.write_linked(&mut *transaction, account).await?;
        transaction.commit().await.map_err(broken)?;
        Ok(Ok(Entered::Linked))
    }

    /// Tells the owner of an account that there is another way into it.
    async fn write_linked(&self, transaction: &mut dyn Transaction, id: AccountId) -> Result<(), EntryError> {
        let Some(row) = transaction.account_row(id).await.map_err(broken)? else { return Ok(()) };
        let whose = (row.account.name.as_str(), row.account.email.as_str());
        self.write_to(transaction, AccessLetter::IdentityLinked, whose, "").await.map_err(EntryError::Desk)
    }

    /// Writes down that somebody was not let in, or not linked: where it belongs, if anybody knows.
    async fn turn_away(
        &self,
        linking: Option<Linking>,
        whose: Option<Whose>,
        fault: EntryFault,
        visit: Visit<'_>,
    ) -> EntryError {
        let details = json!({ "why": fault.code() });
        match linking.map(|linking| (linking.organization, linking.account)).or(whose) {
            None => self.note_outside(Outside::Identity, visit.origin.address(), details).await,
            Some((organization, account)) => {
                let author = linking.map(|linking| linking.account);
                let entry = audit::Entry {
                    at: self.now(),
                    author: Author::outside(author, visit.origin.address()),
                    action: "identity.refused",
                    object: Object::Account(account),
                    details,
                };
                let written: StoreResult<()> = async {
                    let mut transaction = self.store.begin(organization).await?;
                    audit::append(&mut *transaction, organization, entry).await?;
                    transaction.commit().await
                }
                .await;
                if let Err(error) = written {
                    tracing::error!(%error, "a refusal was not written down");
                }
            }
        }
        EntryError::Refused { fault, linking: linking.is_some() }
    }
}

/// An account of an organisation.
type Whose = (OrganizationId, AccountId);

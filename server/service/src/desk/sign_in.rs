//! Coming in and going out.

use domain::{AccountId, DeskError, Email, Instant, OrganizationId};
use serde_json::json;

use super::refusals::Outside;
use super::{Desk, FirstStep, SESSION_SECONDS, fault, incident};
use crate::actor::{Actor, Origin};
use crate::audit::{self, Author, Object};
use crate::password;
use crate::ports::{Limit, SessionEnded, SessionRecord, StoreError, StoreResult, Transaction};
use crate::secret::{DeviceToken, SessionToken, hash_of};

/// «Last seen» is written at most this often, so that reading does not cost a write each time.
const SEEN_SECONDS: i64 = 300;
/// Whoever does nothing for so long is signed out (ASVS 5.0, 7.3.1): longer than lunch and a meeting.
pub const IDLE_SECONDS: i64 = 3 * 3600;
/// The people of a preview that came to nothing are kept a day: whoever comes back to its page still sees them.
const KEEP_SECONDS: i64 = 24 * 3600;
/// Links and codes, and what was tried in vain, are kept so long when they are over: a link of last week says that it is
/// too old, not that there is none.
const LONG_SECONDS: i64 = 30 * 24 * 3600;
/// A browser in which one has signed in is known for so long, as is its cookie.
pub const DEVICE_SECONDS: i64 = 365 * 24 * 3600;

/// Wrong passwords of one e-mail, by strangers together and by each trusted browser for itself: ten minutes as in the
/// cabinets that the desk takes after.
pub(super) const PASSWORDS: Limit = Limit { tries: 5, within_seconds: 600, block_seconds: 600 };
/// Wrong passwords of one address of the network, for whatever e-mails: an office behind one address is many people.
pub(super) const OF_ADDRESS: Limit = Limit { tries: 100, within_seconds: 600, block_seconds: 600 };

/// What a browser gets that has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: SessionToken,
    /// By which it is known the next time.
    pub device: DeviceToken,
}

/// Who wants in, and whence.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    pub origin: &'a Origin,
    /// The session of this browser until now: it ends.
    pub former: Option<&'a SessionToken>,
    pub device: Option<&'a DeviceToken>,
}

/// What an address of the network tries; `None` if it is not known, for then everybody has the same.
pub(super) fn of_address(what: &str, origin: &Origin) -> Option<[u8; 32]> {
    let network = origin.network();
    (!network.is_empty()).then(|| hash_of(&[what, "from", &network]))
}

/// What an e-mail's sign-ins are counted as: by strangers together (`lane` is empty), and by a known browser for itself.
pub(super) fn of_email(email: &str, lane: &str) -> [u8; 32] {
    hash_of(&["sign-in", email, lane])
}

/// What an account shows again while it works.
fn of_proof(account: AccountId) -> [u8; 32] {
    hash_of(&["proof", &account.to_string()])
}

/// How long a block lasts from now, in whole minutes.
pub(super) fn minutes_until(until: Instant, now: Instant) -> u64 {
    u64::try_from(until.0 - now.0).unwrap_or(0).div_ceil(60_000_000).max(1)
}

impl Desk {
    /// Checks e-mail and password and starts a session, or asks for the second factor.
    ///
    /// # Errors
    /// [`DeskError::WrongCredentials`], the same and after the same time for an unknown e-mail and a wrong password;
    /// [`DeskError::SignInBlocked`] after too many of these, for ten minutes, whatever is tried meanwhile.
    pub async fn sign_in(&self, email: &str, password: String, visit: Visit<'_>) -> Result<FirstStep, DeskError> {
        let typed = Email::parse(email);
        let known = typed.as_ref().map_or("", Email::as_str);
        let device = visit.device.map(DeviceToken::hash);
        let record = self.store.account_by_email(known, device.as_ref()).await.map_err(fault)?;
        // A stranger's tries are counted together; those of a browser that is known, for itself.
        let trusted = device.filter(|_| record.as_ref().is_some_and(|record| record.trusts));
        let lane = trusted.map(|hash| hex(&hash)).unwrap_or_default();
        // What is no e-mail is nobody's: one lane for all of it would be everybody's.
        let of_email = typed.as_ref().map(|_| of_email(known, &lane));
        let of_address = of_address("sign-in", visit.origin);
        let turn = password::turn().await;
        // A neighbour behind the same address keeps no browser out that is known.
        let strangers = of_address.as_ref().filter(|_| trusted.is_none());
        for subject in [of_email.as_ref(), strangers].into_iter().flatten() {
            if let Some(until) = self.store.blocked_until(subject, self.now()).await.map_err(fault)? {
                return Err(DeskError::SignInBlocked { minutes: minutes_until(until, self.now()) });
            }
        }
        let hash = record.as_ref().map(|record| record.password_hash.clone());
        let fits = turn.fits(password, hash).await;
        match record.as_ref().filter(|_| fits) {
            Some(record) => {
                drop(turn);
                if let Some(of_email) = &of_email {
                    self.store.forget_failures(of_email).await.map_err(fault)?;
                }
                if record.has_factor {
                    return self.half_way(record, lane).await.map(FirstStep::Half);
                }
                let new = NewSession { account: record.account.id, organization: record.organization, by: "password" };
                self.start_session(new, visit).await.map(FirstStep::In)
            }
            None => {
                let now = self.now();
                let blocks = match &of_email {
                    Some(of_email) => self.store.count_failure(of_email, PASSWORDS, now).await.map_err(fault)?,
                    None => None,
                };
                if let Some(of_address) = &of_address {
                    self.store.count_failure(of_address, OF_ADDRESS, now).await.map_err(fault)?;
                }
                drop(turn);
                // By itself: whoever is refused must not learn from the time it takes that the e-mail is known.
                let (desk, address) = (self.clone(), visit.origin.address().to_owned());
                tokio::spawn(async move {
                    match record {
                        Some(record) => {
                            let (organization, account) = (record.organization, record.account.id);
                            let action = if blocks.is_some() { "sign_in.blocked" } else { "sign_in.refused" };
                            desk.note_sign_in(organization, account, address, action).await;
                        }
                        None => desk.note_outside_alike(Outside::SignIn, &address, json!({})).await,
                    }
                });
                match blocks {
                    Some(until) => Err(DeskError::SignInBlocked { minutes: minutes_until(until, now) }),
                    None => Err(DeskError::WrongCredentials),
                }
            }
        }
    }

    /// As what is counted that somebody begins to sign in, before it is known who: a browser in which anybody has signed in
    /// for itself, others by their address; `None` if that is not known.
    pub(super) async fn beginning(&self, what: &str, visit: Visit<'_>) -> Result<Option<[u8; 32]>, DeskError> {
        if let Some(device) = visit.device.map(DeviceToken::hash)
            && self.store.knows_device(&device).await.map_err(fault)?
        {
            return Ok(Some(hash_of(&[what, "in", &hex(&device)])));
        }
        Ok(of_address(what, visit.origin))
    }

    /// Forgets what was tried in vain for an account, by strangers and in these browsers: whoever has shown by a letter
    /// that it is theirs comes in.
    pub(super) async fn forgive(&self, (account, email): (AccountId, &str), devices: &[[u8; 32]]) {
        let lanes = devices.iter().map(|device| hex(device)).chain([String::new()]);
        let subjects = lanes.flat_map(|lane| [of_email(email, &lane), Self::half_subject(account, &lane)]);
        for subject in subjects.chain([of_proof(account)]) {
            // The password is set all the same.
            if let Err(error) = self.store.forget_failures(&subject).await {
                tracing::error!(%account, %error, "a block that a new password ends goes on");
            }
        }
    }

    /// Writes down that somebody was not let in; `action` is its code.
    pub(super) async fn note_sign_in(
        &self,
        organization: OrganizationId,
        account: AccountId,
        address: String,
        action: &'static str,
    ) {
        let author = Author::outside(None, &address);
        let written = async {
            let mut transaction = self.store.begin(organization).await?;
            let object = Object::Account(account);
            let entry = audit::Entry { at: self.now(), author, action, object, details: json!({}) };
            audit::append(&mut *transaction, organization, entry).await?;
            transaction.commit().await
        };
        if let Err(error) = written.await {
            tracing::error!(action, %error, "a refusal was not written down");
        }
    }

    /// Starts a session for an account that has shown who it is.
    pub(super) async fn start_session(&self, new: NewSession, visit: Visit<'_>) -> Result<SignedIn, DeskError> {
        let mut transaction = self.store.begin(new.organization).await.map_err(fault)?;
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(fault)?;
        self.end_former(visit).await?;
        Ok(signed_in)
    }

    /// As [`Desk::start_session`], in a transaction of the account's organisation; [`Desk::end_former`] comes after it.
    pub(super) async fn write_session(
        &self,
        transaction: &mut dyn Transaction,
        new: NewSession,
        visit: Visit<'_>,
    ) -> Result<SignedIn, DeskError> {
        let no_randomness = |_| incident("no randomness for a session");
        let session = SessionToken::random().map_err(no_randomness)?;
        // A browser keeps its token: it may be several people's.
        let device = match visit.device {
            Some(device) => device.clone(),
            None => DeviceToken::random().map_err(no_randomness)?,
        };
        let now = self.now();
        let record = SessionRecord {
            token_hash: session.hash(),
            account: new.account,
            organization: new.organization,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus_seconds(SESSION_SECONDS),
            proved_at: now,
            address: visit.origin.address().to_owned(),
            device: visit.origin.device().to_owned(),
        };
        let written = async {
            let id = transaction.insert_session(&record).await?;
            transaction.trust_device(new.account, &device.hash(), now).await?;
            let told = domain::Device::of(&record.device);
            let entry = audit::Entry {
                at: now,
                author: Author::outside(Some(new.account), &record.address),
                action: "session.started",
                object: Object::Session(id),
                details: json!({ "by": new.by, "browser": told.browser, "system": told.system }),
            };
            audit::append(transaction, new.organization, entry).await
        };
        written.await.map_err(fault)?;
        Ok(SignedIn { session, device })
    }

    /// Ends the session that a browser had until now.
    pub(super) async fn end_former(&self, visit: Visit<'_>) -> Result<(), DeskError> {
        match visit.former {
            Some(former) => self.sign_out(former, visit.origin).await,
            None => Ok(()),
        }
    }

    /// Who acts by this token, if its session lives.
    ///
    /// # Errors
    /// [`DeskError::NotSignedIn`]; [`DeskError::FactorRequired`] if they connect a second factor first;
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn actor(&self, token: &SessionToken, origin: &Origin) -> Result<Actor, DeskError> {
        let actor = self.whoever(token, origin).await?;
        if actor.must_connect() { Err(DeskError::FactorRequired) } else { Ok(actor) }
    }

    /// As [`Desk::actor`], also whoever has yet to connect a second factor, and may do nothing else.
    ///
    /// # Errors
    /// [`DeskError::NotSignedIn`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn whoever(&self, token: &SessionToken, origin: &Origin) -> Result<Actor, DeskError> {
        let hash = token.hash();
        let Some(found) = self.store.session(&hash).await.map_err(fault)? else {
            self.note_ended(&hash, origin).await;
            return Err(DeskError::NotSignedIn);
        };
        let now = self.now();
        if now >= found.session.expires_at || now >= found.session.last_seen_at.plus_seconds(IDLE_SECONDS) {
            return Err(DeskError::NotSignedIn);
        }
        if now > found.session.last_seen_at.plus_seconds(SEEN_SECONDS) {
            // Whoever is working must not be stopped because this could not be noted.
            let _ = self.store.touch_session(&hash, now).await;
        }
        Ok(Actor::of_session(found, origin))
    }

    /// As an account may act now that began to: for what takes long.
    ///
    /// # Errors
    /// [`DeskError::NotSignedIn`]; [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn again(&self, actor: &Actor) -> Result<Actor, DeskError> {
        let standing = match actor.is_elsewhere() {
            true => {
                let mut transaction = self.store.begin(actor.organization().id).await.map_err(fault)?;
                self.standing_in(&mut *transaction, actor).await?
            }
            false => self.store.standing(actor.organization().id, actor.session()).await.map_err(fault)?,
        };
        standing.map(|standing| actor.with(standing)).ok_or(DeskError::NotSignedIn)
    }

    /// Writes down that somebody came with the token of a session that has ended: perhaps they have stolen it. Once for
    /// each address: whose it was comes first, and their own browser must not hide the thief.
    async fn note_ended(&self, hash: &[u8; 32], origin: &Origin) {
        let written = async {
            let Some(ended) = self.store.ended_session(hash, origin.address()).await? else { return Ok(()) };
            let SessionEnded { organization, account, renewed } = ended;
            // What another tab had asked before the new token came.
            let own = |(at, address, device): (Instant, String, String)| {
                self.now() < at.plus_seconds(OVERLAP_SECONDS)
                    && address == origin.address()
                    && device == origin.device()
            };
            if renewed.is_some_and(own) {
                return Ok(());
            }
            let mut transaction = self.store.begin(organization).await?;
            if !transaction.refuse_session(hash, origin.address()).await? {
                return Ok(());
            }
            let entry = audit::Entry {
                at: self.now(),
                author: Author::outside(None, origin.address()),
                action: "session.refused",
                object: Object::Account(account),
                details: json!({ "why": "session_over" }),
            };
            audit::append(&mut *transaction, organization, entry).await?;
            transaction.commit().await
        };
        let written: StoreResult<()> = written.await;
        if let Err(error) = written {
            tracing::error!(%error, "that a session was refused was not written down");
        }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn sign_out(&self, token: &SessionToken, origin: &Origin) -> Result<(), DeskError> {
        let hash = token.hash();
        let Some(found) = self.store.session(&hash).await.map_err(fault)? else { return Ok(()) };
        let ended = async {
            let organization = found.organization.id;
            let mut transaction = self.store.begin(organization).await?;
            let Some((id, account)) = transaction.end_session_of(&hash).await? else { return Ok(()) };
            let entry = audit::Entry {
                at: self.now(),
                author: Author::outside(Some(account), origin.address()),
                action: "session.ended",
                object: Object::Session(id),
                details: json!({ "by": "sign_out" }),
            };
            audit::append(&mut *transaction, organization, entry).await?;
            transaction.commit().await
        };
        let ended: StoreResult<()> = ended.await;
        ended.map_err(fault)
    }

    /// Throws away what nobody needs any more: expired sessions, and links long over. Called from time to time.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn tidy(&self) -> Result<(), DeskError> {
        let now = self.now();
        let (idle_since, long_ago) = (now.plus_seconds(-IDLE_SECONDS), now.plus_seconds(-LONG_SECONDS));
        self.store.delete_expired_sessions(now, idle_since, long_ago).await.map_err(fault)?;
        self.store.forget_devices_before(now.plus_seconds(-DEVICE_SECONDS)).await.map_err(fault)?;
        self.store.expire_previews(now, now.plus_seconds(-KEEP_SECONDS)).await.map(drop).map_err(fault)
    }

    /// Whoever has not shown for a while who they are does so before a dangerous deed (ASVS 5.0, 7.5.3). Their session
    /// has another token then: [`Actor::renewed`].
    ///
    /// # Errors
    /// [`DeskError::ProofRequired`] without a password; [`DeskError::InvalidForm`] if it is wrong;
    /// [`DeskError::SignInBlocked`] after too many wrong ones.
    pub(crate) async fn prove(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        if self.now() < actor.proved_at().plus_seconds(PROOF_SECONDS) {
            return Ok(());
        }
        let Some(password) = password.filter(|password| !password.is_empty()) else {
            return Err(DeskError::ProofRequired);
        };
        self.show_password(actor, "proof", password).await?;
        let (organization, now) = (actor.own_organization().id, self.now());
        // Whoever knew the former token, and not the password, is out (ASVS 5.0, 7.2.4).
        let token = SessionToken::random().map_err(|_| incident("no randomness for a session"))?;
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let ended = |error| if error == StoreError::Conflict { DeskError::NotSignedIn } else { fault(error) };
        transaction.prove_session(actor.session(), &token.hash(), now, actor.address()).await.map_err(ended)?;
        let entry = audit::Entry {
            at: now,
            author: actor.own_author(),
            action: "password.shown",
            object: Object::Session(actor.session()),
            details: json!({}),
        };
        audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        actor.renew(token);
        Ok(())
    }

    /// Whether a password is the account's own; wrong ones are counted. `field` is where it was typed.
    pub(super) async fn show_password(&self, actor: &Actor, field: &str, password: String) -> Result<(), DeskError> {
        let (organization, account) = (actor.own_organization().id, actor.own_account().id);
        let subject = of_proof(account);
        let turn = password::turn().await;
        if let Some(until) = self.store.blocked_until(&subject, self.now()).await.map_err(fault)? {
            return Err(DeskError::SignInBlocked { minutes: minutes_until(until, self.now()) });
        }
        let hash = self.store.password_of(organization, account).await.map_err(fault)?;
        let fits = turn.fits(password, hash).await;
        drop(turn);
        if fits {
            return self.store.forget_failures(&subject).await.map_err(fault);
        }
        let blocks = self.store.count_failure(&subject, PASSWORDS, self.now()).await.map_err(fault)?;
        let action = if blocks.is_some() { "sign_in.blocked" } else { "sign_in.refused" };
        self.note_sign_in(organization, account, actor.address().to_owned(), action).await;
        match blocks {
            Some(until) => Err(DeskError::SignInBlocked { minutes: minutes_until(until, self.now()) }),
            None => Err(super::wrong(field, domain::FieldProblem::WrongPassword)),
        }
    }

    /// Whether a password is asked for before a dangerous deed.
    #[must_use]
    pub fn asks_proof(&self, actor: &Actor) -> bool {
        // A form that is looked at for a minute is still good.
        self.now() >= actor.proved_at().plus_seconds(PROOF_SECONDS - 120)
    }
}

/// For so long after a session got another token, its owner's other tabs may still come with the former one: they are
/// refused, but nobody's theft.
const OVERLAP_SECONDS: i64 = 10;
/// For so long after showing who one is, one is not asked again.
const PROOF_SECONDS: i64 = 15 * 60;

/// A session that is to be: for whom, and by what they have shown who they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewSession {
    pub account: AccountId,
    pub organization: OrganizationId,
    pub by: &'static str,
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

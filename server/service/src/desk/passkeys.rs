//! «Ключи доступа»: the second factor beside the app, and by themselves both factors in one, for whoever shows one has
//! shown as well to their device who they are.

use domain::{AccessLetter, AccountId, AccountState, DeskError, FieldProblem, LinkFault, OrganizationId, PasskeyId};
use serde_json::json;

use super::factor::{BY_PROVIDER, CHECKS, FreshCodes, app_of};
use super::refusals::Outside;
use super::sign_in::{NewSession, OF_ADDRESS, PASSWORDS, hex, minutes_until, of_address, of_email};
use super::{Desk, SignedIn, Visit, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::{Actor, Origin};
use crate::audit::{self, Author, Object};
use crate::passkey::{Asked, PasskeyFault, RelyingParty, credential_of};
use crate::ports::{Limit, PasskeyFound, PasskeyState, StoreError, StoreResult, Ticket};
use crate::secret::{DeviceToken, HalfToken, PasskeyToken, hash_of};

/// So long the desk waits for a passkey.
pub const PASSKEY_SECONDS: i64 = 5 * 60;
/// Of one account.
pub const MOST_PASSKEYS: usize = 10;
const LONGEST_NAME: usize = 60;
/// Asked for from one address of the network: an office behind one address is many people.
const ASKED: Limit = Limit { tries: 300, within_seconds: 600, block_seconds: 600 };

/// By what the answer to whoever adds one is found: nobody else's session has it.
fn of_session(actor: &Actor) -> [u8; 32] {
    hash_of(&["passkey of session", &actor.session().to_string()])
}

/// Likewise after a password: no cookie that lies elsewhere finds it.
fn of_half(ticket: &Ticket) -> [u8; 32] {
    hash_of(&["passkey of half", &hex(&ticket.token_hash)])
}

/// As its owner calls it.
fn checked_name(typed: &str) -> Result<String, DeskError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let problem = if name.is_empty() {
        FieldProblem::Required
    } else if name.chars().count() > LONGEST_NAME {
        FieldProblem::TooLong { most: LONGEST_NAME }
    } else if name.chars().any(|char| char.is_control() || "<>\u{202e}\u{202d}".contains(char)) {
        FieldProblem::NotAName
    } else {
        return Ok(name);
    };
    Err(wrong("name", problem))
}

impl Desk {
    /// Whose pages may ask for passkeys: `https://licences.example`. `None` where there are none.
    #[must_use]
    pub fn passkey_origin(&self) -> Option<&str> {
        self.passkeys.as_ref().map(|passkeys| passkeys.origin())
    }

    fn relying_party(&self) -> Result<&RelyingParty, DeskError> {
        self.passkeys.as_deref().ok_or(DeskError::Malformed)
    }

    async fn remember(&self, asked: Asked, bound: [u8; 32], name: String) -> Result<String, DeskError> {
        let expires_at = self.now().plus_seconds(PASSKEY_SECONDS);
        let state = PasskeyState { bound, state: asked.state, name, expires_at };
        self.store.keep_passkey_state(&state).await.map_err(fault)?;
        Ok(asked.options)
    }

    /// What was asked for, if it was, and not too long ago: from now on nobody answers it any more.
    async fn recall(&self, bound: &[u8; 32]) -> Result<Option<PasskeyState>, DeskError> {
        let state = self.store.take_passkey_state(bound).await.map_err(fault)?;
        Ok(state.filter(|state| self.now() < state.expires_at))
    }

    /// «Добавить ключ»: what the browser is to ask for, as JSON.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for the name; [`DeskError::TooManyPasskeys`]; [`DeskError::ProofRequired`];
    /// [`DeskError::Malformed`] where there are none.
    pub async fn begin_passkey(
        &self,
        actor: &Actor,
        name: &str,
        password: Option<String>,
    ) -> Result<String, DeskError> {
        let site = self.relying_party()?;
        let name = checked_name(name)?;
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let own = permit.account();
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|_| incident("no randomness for a passkey"))?;
        let mut transaction = self.begin(&permit).await?;
        let has = transaction.passkeys(own.id).await.map_err(fault)?;
        if has.len() >= MOST_PASSKEYS {
            return Err(DeskError::TooManyPasskeys);
        }
        let handle = transaction.passkey_handle(own.id, &fresh).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        let has: Vec<_> = has.into_iter().map(|passkey| passkey.kept).collect();
        let asked = site.begin_adding(&handle, (&own.email, &own.name), &has);
        let asked = asked.map_err(|_| incident("a passkey could not be asked for"))?;
        self.remember(asked, of_session(actor), name).await
    }

    /// With the browser's answer the passkey is the account's; the recovery codes, which are shown this once: none if
    /// there was a second factor before.
    ///
    /// # Errors
    /// [`DeskError::PasskeyOver`], [`DeskError::PasskeyRefused`], [`DeskError::PasskeyTaken`],
    /// [`DeskError::TooManyPasskeys`].
    pub async fn add_passkey(&self, actor: &Actor, answer: &str) -> Result<Vec<String>, DeskError> {
        let site = self.relying_party()?;
        let permit = Permit::own(actor);
        let own = permit.account();
        let refuse = async |why: &str, error: DeskError| {
            self.note_refused(&permit, "passkey.refused", Object::Account(own.id), json!({ "why": why })).await;
            Err(error)
        };
        let Some(state) = self.recall(&of_session(actor)).await? else {
            return refuse("not_asked", DeskError::PasskeyOver).await;
        };
        let kept = match site.finish_adding(answer, &state.state) {
            Ok(kept) => kept,
            Err(why) => return refuse(why.code(), DeskError::PasskeyRefused).await,
        };
        let codes = FreshCodes::make().await?;
        let mut transaction = self.begin(&permit).await?;
        let has = transaction.passkeys(own.id).await.map_err(fault)?.len();
        if has >= MOST_PASSKEYS {
            return Err(DeskError::TooManyPasskeys);
        }
        let first = has == 0 && app_of(&mut *transaction, own.id).await?.is_none();
        let id = match transaction.add_passkey(own.id, &state.name, &kept, self.now()).await {
            Ok(id) => id,
            Err(StoreError::Conflict) => {
                drop(transaction);
                return refuse("taken", DeskError::PasskeyTaken).await;
            }
            Err(error) => return Err(fault(error)),
        };
        let codes = if first { codes.keep(&mut *transaction, own.id).await? } else { Vec::new() };
        self.write_to(&mut *transaction, AccessLetter::PasskeyAdded, (&own.name, &own.email), &own.name).await?;
        let details = json!({ "passkey": id, "algorithm": kept.algorithm });
        self.tell(&mut *transaction, &permit, "passkey.added", Object::Account(own.id), details).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(codes)
    }

    /// «Удалить»; the recovery codes go with the last second factor.
    ///
    /// # Errors
    /// [`DeskError::FactorRequired`] while the organisation requires a second factor, and this is the only one;
    /// [`DeskError::ProofRequired`].
    pub async fn remove_passkey(
        &self,
        actor: &Actor,
        id: PasskeyId,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let own = permit.account();
        let mut transaction = self.begin(&permit).await?;
        let has = transaction.passkeys(own.id).await.map_err(fault)?;
        if !has.iter().any(|passkey| passkey.id == id) {
            return Ok(());
        }
        let last = has.len() == 1 && app_of(&mut *transaction, own.id).await?.is_none();
        if last && transaction.factor_required().await.map_err(fault)? {
            return Err(DeskError::FactorRequired);
        }
        transaction.drop_passkey(own.id, id).await.map_err(fault)?;
        if last {
            self.no_factor(&mut *transaction, &permit, (own.id, &own.name, &own.email)).await?;
        } else {
            self.write_to(&mut *transaction, AccessLetter::PasskeyRemoved, (&own.name, &own.email), &own.name).await?;
        }
        let details = json!({ "passkey": id, "left": has.len() - 1 });
        self.tell(&mut *transaction, &permit, "passkey.removed", Object::Account(own.id), details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// After the password: what the browser is to ask for, as JSON.
    ///
    /// # Errors
    /// [`DeskError::SignInOver`]; [`DeskError::PasskeyOver`] of an account that has none.
    pub async fn begin_passkey_step(&self, half: Option<&HalfToken>, origin: &Origin) -> Result<String, DeskError> {
        let site = self.relying_party()?;
        let ticket = self.half_ticket(half, origin).await?;
        let has = self.store.passkeys(ticket.organization, ticket.account).await.map_err(fault)?;
        if has.is_empty() {
            return Err(DeskError::PasskeyOver);
        }
        let allowed: Vec<_> = has.into_iter().map(|passkey| passkey.kept).collect();
        let asked = site.begin_showing(&allowed).map_err(|_| incident("a passkey could not be asked for"))?;
        self.remember(asked, of_half(&ticket), String::new()).await
    }

    /// With one of their passkeys, whoever has shown the password is in.
    ///
    /// # Errors
    /// [`DeskError::SignInOver`], [`DeskError::PasskeyOver`], [`DeskError::PasskeyRefused`];
    /// [`DeskError::TooManyTries`] after too many wrong answers or codes, for ten minutes.
    pub async fn enter_passkey(
        &self,
        half: Option<&HalfToken>,
        answer: &str,
        visit: Visit<'_>,
    ) -> Result<SignedIn, DeskError> {
        let site = self.relying_party()?;
        let ticket = self.half_ticket(half, visit.origin).await?;
        let _turn = CHECKS.lock().await;
        let (organization, account, now) = (ticket.organization, ticket.account, self.now());
        let subject = Self::half_subject(account, &ticket.data);
        if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
        }
        let Some(state) = self.recall(&of_half(&ticket)).await? else {
            self.note_passkey((organization, account), "not_asked", visit.origin).await;
            return Err(DeskError::PasskeyOver);
        };
        let found = self.found(answer).await?.and_then(|found| {
            let own = found.organization == organization && found.account.id == account;
            if own { Ok(found) } else { Err(PasskeyFault::NotAllowed) }
        });
        let shown = found.and_then(|PasskeyFound { passkey, handle, .. }| {
            let counter = site.finish_showing(answer, &state.state, &passkey.kept, &handle, false)?;
            Ok((passkey.id, counter))
        });
        let (id, counter) = match shown {
            Ok(shown) => shown,
            Err(why) => return self.count_passkey(&subject, (organization, account), why, visit.origin, true).await,
        };
        let transaction = self.store.begin(organization).await.map_err(fault)?;
        let mut transaction = self.still_half_way(transaction, &ticket, visit.origin).await?;
        if !transaction.use_passkey(account, id, counter, now).await.map_err(fault)? {
            drop(transaction);
            let (whose, why) = ((organization, account), PasskeyFault::Counter);
            return self.count_passkey(&subject, whose, why, visit.origin, true).await;
        }
        transaction.close_ticket(&ticket.token_hash, LinkFault::Used).await.map_err(fault)?;
        let by = if ticket.data == BY_PROVIDER { "oidc+passkey" } else { "password+passkey" };
        let new = NewSession { account, organization, by };
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(fault)?;
        self.store.forget_failures(&subject).await.map_err(fault)?;
        self.end_former(visit).await?;
        Ok(signed_in)
    }

    /// «Войти с ключом доступа», without a password: what the browser is to ask for, as JSON, and what it is to bring
    /// back.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`] from one address of the network; [`DeskError::Malformed`] where there are none.
    pub async fn begin_passkey_sign_in(&self, visit: Visit<'_>) -> Result<(String, PasskeyToken), DeskError> {
        let site = self.relying_party()?;
        let now = self.now();
        if let Some(subject) = self.beginning("passkey", visit).await? {
            if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            self.store.count_failure(&subject, ASKED, now).await.map_err(fault)?;
        }
        let asked = site.begin_showing(&[]).map_err(|_| incident("a passkey could not be asked for"))?;
        let token = PasskeyToken::random().map_err(|_| incident("no randomness for a sign-in"))?;
        let options = self.remember(asked, token.hash(), String::new()).await?;
        Ok((options, token))
    }

    /// Whoever shows a passkey is in: their device has asked them who they are.
    ///
    /// # Errors
    /// [`DeskError::PasskeyOver`]; [`DeskError::PasskeyRefused`], also for one that nobody has;
    /// [`DeskError::SignInBlocked`] after too many wrong passwords or answers, for ten minutes.
    pub async fn sign_in_by_passkey(
        &self,
        token: Option<&PasskeyToken>,
        answer: &str,
        visit: Visit<'_>,
    ) -> Result<SignedIn, DeskError> {
        let site = self.relying_party()?;
        let now = self.now();
        let blocked = |until| DeskError::SignInBlocked { minutes: minutes_until(until, now) };
        let of_address = of_address("sign-in", visit.origin);
        let stranger_blocked = match &of_address {
            Some(of_address) => self.store.blocked_until(of_address, now).await.map_err(fault)?,
            None => None,
        };
        let state = match token {
            Some(token) => self.recall(&token.hash()).await?,
            None => None,
        };
        let Some(state) = state else {
            self.note_outside(Outside::Passkey, visit.origin.address(), json!({ "why": "not_asked" })).await;
            return Err(DeskError::PasskeyOver);
        };
        let PasskeyFound { organization, account, handle, passkey } = match self.found(answer).await? {
            Ok(found) => found,
            Err(why) => {
                if let Some(until) = stranger_blocked {
                    return Err(blocked(until));
                }
                if let Some(of_address) = &of_address {
                    self.store.count_failure(of_address, OF_ADDRESS, now).await.map_err(fault)?;
                }
                self.note_outside(Outside::Passkey, visit.origin.address(), json!({ "why": why.code() })).await;
                return Err(DeskError::PasskeyRefused);
            }
        };
        let _turn = CHECKS.lock().await;
        let device = visit.device.map(DeviceToken::hash);
        let record = self.store.account_by_email(&account.email, device.as_ref()).await.map_err(fault)?;
        let trusted = device.filter(|_| record.is_some_and(|record| record.trusts));
        let lane = trusted.map(|hash| hex(&hash)).unwrap_or_default();
        // A neighbour behind the same address keeps no browser out that is known.
        if let Some(until) = stranger_blocked.filter(|_| trusted.is_none()) {
            return Err(blocked(until));
        }
        let subject = Self::half_subject(account.id, &lane);
        for subject in [&subject, &of_email(&account.email, &lane)] {
            if let Some(until) = self.store.blocked_until(subject, now).await.map_err(fault)? {
                return Err(blocked(until));
            }
        }
        let whose = (organization, account.id);
        let counter = match site.finish_showing(answer, &state.state, &passkey.kept, &handle, true) {
            Ok(counter) => counter,
            Err(why) => return self.count_passkey(&subject, whose, why, visit.origin, false).await,
        };
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let row = transaction.account_row(account.id).await.map_err(fault)?;
        if row.is_none_or(|row| row.state != AccountState::Active) {
            drop(transaction);
            self.note_passkey(whose, "not_active", visit.origin).await;
            return Err(DeskError::PasskeyRefused);
        }
        if !transaction.use_passkey(account.id, passkey.id, counter, now).await.map_err(fault)? {
            drop(transaction);
            return self.count_passkey(&subject, whose, PasskeyFault::Counter, visit.origin, false).await;
        }
        let new = NewSession { account: account.id, organization, by: "passkey" };
        let signed_in = self.write_session(&mut *transaction, new, visit).await?;
        transaction.commit().await.map_err(fault)?;
        self.store.forget_failures(&subject).await.map_err(fault)?;
        self.end_former(visit).await?;
        Ok(signed_in)
    }

    /// Whose the passkey is that has answered.
    async fn found(&self, answer: &str) -> Result<Result<PasskeyFound, PasskeyFault>, DeskError> {
        let credential = match credential_of(answer) {
            Ok(credential) => credential,
            Err(why) => return Ok(Err(why)),
        };
        let found = self.store.passkey(&credential).await.map_err(fault)?;
        Ok(found.ok_or(PasskeyFault::NotAllowed))
    }

    /// Counts an answer that does not fit, and writes it down. `half`: after a password.
    async fn count_passkey<T>(
        &self,
        subject: &[u8; 32],
        whose: (OrganizationId, AccountId),
        why: PasskeyFault,
        origin: &Origin,
        half: bool,
    ) -> Result<T, DeskError> {
        let now = self.now();
        let blocks = self.store.count_failure(subject, PASSWORDS, now).await.map_err(fault)?;
        self.note_passkey(whose, why.code(), origin).await;
        let Some(until) = blocks else { return Err(DeskError::PasskeyRefused) };
        self.note_sign_in(whose.0, whose.1, origin.address().to_owned(), "sign_in.blocked").await;
        let minutes = minutes_until(until, now);
        Err(if half { DeskError::TooManyTries { minutes } } else { DeskError::SignInBlocked { minutes } })
    }

    async fn note_passkey(&self, (organization, account): (OrganizationId, AccountId), why: &str, origin: &Origin) {
        let entry = audit::Entry {
            at: self.now(),
            author: Author::outside(None, origin.address()),
            action: "passkey.refused",
            object: Object::Account(account),
            details: json!({ "why": why }),
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

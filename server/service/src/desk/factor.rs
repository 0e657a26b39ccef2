//! «Второй фактор»: an app that gives codes (RFC 6238), and codes for whoever has lost it (OWASP ASVS 5.0, 6.5).

use domain::{AccessLetter, AccountId, Capability, DeskError, FieldProblem, Instant, LinkFault, OrganizationId};
use serde_json::json;
use tokio::sync::Mutex;

use super::accounts::may_touch;
use super::sign_in::{NewSession, PASSWORDS, minutes_until};
use super::tickets::{INVITATION_SECONDS, sent};
use super::{Desk, SignedIn, Visit, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Author, Object};
use crate::password;
use crate::ports::{AccountRecord, FactorRecord, Purpose, Transaction};
use crate::secret::{HalfToken, hash_of, recovery_code, typed_code, typed_recovery_code};
use crate::totp::FactorSecret;

/// How long one has for the code after the password.
pub const HALF_SECONDS: i64 = 5 * 60;
/// A secret that was shown waits so long for its first code.
const PENDING_SECONDS: i64 = 3600;
const CODES: usize = 10;
/// In the place of a lane: the first step was an identity provider's.
pub(super) const BY_PROVIDER: &str = "oidc";

/// Codes are looked at one at a time: of many at once, each would find the block not there yet.
static CHECKS: Mutex<()> = Mutex::const_new(());

/// One's own second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factor {
    /// Since when an app is connected.
    pub since: Option<Instant>,
    pub codes_left: u64,
    /// Whether the organisation requires one.
    pub required: bool,
    /// What the app is to be told, while it is being connected.
    pub pending: Option<FactorSecret>,
}

/// How far a password leads.
#[derive(Clone, Debug)]
pub enum FirstStep {
    In(SignedIn),
    /// A code is yet to come.
    Half(HalfToken),
}

impl Desk {
    /// One's own second factor.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn factor(&self, actor: &Actor) -> Result<Factor, DeskError> {
        let permit = Permit::own(actor);
        let (scope, account) = (permit.scope(), permit.account().id);
        let required = self.store.factor_required(scope).await.map_err(fault)?;
        let Some(found) = self.store.factor(scope, account).await.map_err(fault)? else {
            return Ok(Factor { required, ..Factor::default() });
        };
        let fresh = found.confirmed_at.is_none() && self.now() < found.created_at.plus_seconds(PENDING_SECONDS);
        Ok(Factor {
            since: found.confirmed_at,
            codes_left: found.codes_left,
            required,
            pending: fresh.then_some(found.secret),
        })
    }

    /// «Подключить приложение»: makes a secret, which waits for its first code.
    ///
    /// # Errors
    /// [`DeskError::ProofRequired`].
    pub async fn begin_factor(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let secret = FactorSecret::random().map_err(|_| incident("no randomness for a second factor"))?;
        let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        transaction.begin_factor(permit.account().id, &secret, self.now()).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// With the first code the app is connected; the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for a wrong code; [`DeskError::SignInOver`] if nothing waits for one.
    pub async fn confirm_factor(&self, actor: &Actor, typed: &str) -> Result<Vec<String>, DeskError> {
        let permit = Permit::own(actor);
        let (own, now) = (permit.account().id, self.now());
        let fresh =
            |found: &FactorRecord| found.confirmed_at.is_none() && now < found.created_at.plus_seconds(PENDING_SECONDS);
        let found = self.store.factor(permit.scope(), own).await.map_err(fault)?.filter(fresh);
        let secret = found.ok_or(DeskError::SignInOver)?.secret;
        let step = secret.step(&typed_code(typed), now);
        let step = step.ok_or_else(|| wrong("code", FieldProblem::WrongAppCode))?;
        let (codes, hashes) = fresh_codes(&secret).await?;
        let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        // It may be another one by now, or connected.
        let found = transaction.factor(own).await.map_err(fault)?.filter(fresh);
        found.filter(|found| found.secret == secret).ok_or(DeskError::SignInOver)?;
        transaction.confirm_factor(own, step, now).await.map_err(fault)?;
        transaction.keep_recovery_codes(own, &hashes).await.map_err(fault)?;
        self.tell(&mut *transaction, &permit, "factor.connected", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(codes)
    }

    /// «Новые коды»: the former ones work no more.
    ///
    /// # Errors
    /// [`DeskError::ProofRequired`]; [`DeskError::SignInOver`] without an app.
    pub async fn new_codes(&self, actor: &Actor, password: Option<String>) -> Result<Vec<String>, DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let own = permit.account().id;
        let connected = |found: &FactorRecord| found.confirmed_at.is_some();
        let found = self.store.factor(permit.scope(), own).await.map_err(fault)?.filter(connected);
        let secret = found.ok_or(DeskError::SignInOver)?.secret;
        let (codes, hashes) = fresh_codes(&secret).await?;
        let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        let found = transaction.factor(own).await.map_err(fault)?.filter(connected);
        found.filter(|found| found.secret == secret).ok_or(DeskError::SignInOver)?;
        transaction.keep_recovery_codes(own, &hashes).await.map_err(fault)?;
        self.tell(&mut *transaction, &permit, "factor.codes", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(codes)
    }

    /// «Отключить»
    ///
    /// # Errors
    /// [`DeskError::FactorRequired`] while the organisation requires one; [`DeskError::ProofRequired`].
    pub async fn remove_factor(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        if transaction.factor_required().await.map_err(fault)? {
            return Err(DeskError::FactorRequired);
        }
        let whose = (permit.account().id, permit.account().name.as_str(), permit.account().email.as_str());
        self.drop_factor(&mut *transaction, &permit, whose, "factor.removed").await?;
        transaction.commit().await.map_err(fault)
    }

    /// «Сбросить второй фактор»: of whoever has lost the phone and the codes.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`], also for one that has none; [`DeskError::OwnersOwn`]; [`DeskError::Forbidden`];
    /// [`DeskError::ProofRequired`].
    pub async fn reset_factor(&self, actor: &Actor, id: AccountId, password: Option<String>) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
            let row = self.account_in(&mut *transaction, id).await?;
            may_touch(&permit, &row)?;
            if !row.factor {
                return Err(DeskError::UnknownAccount);
            }
            let whose = (id, row.account.name.as_str(), row.account.email.as_str());
            self.drop_factor(&mut *transaction, &permit, whose, "factor.reset").await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    async fn drop_factor(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        (id, name, email): (AccountId, &str, &str),
        action: &str,
    ) -> Result<(), DeskError> {
        if !transaction.drop_factor(id).await.map_err(fault)? {
            return Ok(());
        }
        transaction.close_tickets(id, Some(Purpose::Half)).await.map_err(fault)?;
        let until = self.now().plus_seconds(INVITATION_SECONDS);
        let letter = sent(AccessLetter::FactorRemoved, name, "", until, &permit.account().name);
        self.send(transaction, letter, email).await?;
        self.tell(transaction, permit, action, Object::Account(id), json!({})).await
    }

    /// «Второй фактор обязателен»: whoever has none connects one with their next request.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`]; [`DeskError::ProofRequired`].
    pub async fn require_factor(
        &self,
        actor: &Actor,
        required: bool,
        password: Option<String>,
    ) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.prove(actor, password).await?;
        let mut transaction = self.store.begin(permit.scope()).await.map_err(fault)?;
        if transaction.factor_required().await.map_err(fault)? != required {
            transaction.require_factor(required).await.map_err(fault)?;
            let details = json!({ "required": required });
            self.tell(&mut *transaction, &permit, "factor.required", Object::Accounts, details).await?;
        }
        transaction.commit().await.map_err(fault)
    }

    /// After the right password of an account with a second factor: no session yet. Wrong codes are counted as `lane`
    /// says, for a known browser by itself.
    pub(super) async fn half_way(&self, record: &AccountRecord, lane: String) -> Result<HalfToken, DeskError> {
        let organization = record.organization;
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        let token = self.write_half(&mut *transaction, organization, record.account.id, lane).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(token)
    }

    /// As [`Desk::half_way`], in a transaction of the account's organisation.
    pub(super) async fn write_half(
        &self,
        transaction: &mut dyn Transaction,
        organization: OrganizationId,
        account: AccountId,
        lane: String,
    ) -> Result<HalfToken, DeskError> {
        let token = HalfToken::random().map_err(|_| incident("no randomness for a sign-in"))?;
        let until = self.now().plus_seconds(HALF_SECONDS);
        let mut ticket = self.ticket_for(organization, account, Purpose::Half, (None, lane), until)?.kept;
        ticket.token_hash = token.hash();
        transaction.add_ticket(&ticket).await.map_err(fault)?;
        Ok(token)
    }

    /// Whether a code is still waited for.
    ///
    /// # Errors
    /// [`DeskError::SignInOver`].
    pub async fn half_waits(&self, half: Option<&HalfToken>) -> Result<(), DeskError> {
        let Some(half) = half else { return Err(DeskError::SignInOver) };
        let ticket = self.store.ticket(&half.hash()).await.map_err(fault)?;
        let waits = ticket.filter(|ticket| {
            ticket.purpose == Purpose::Half && ticket.closed.is_none() && self.now() < ticket.expires_at
        });
        waits.map(drop).ok_or(DeskError::SignInOver)
    }

    /// With a code of the app, or a recovery code, whoever has shown the password is in.
    ///
    /// # Errors
    /// [`DeskError::SignInOver`]; [`DeskError::InvalidForm`] for a wrong code, or one that was used;
    /// [`DeskError::TooManyTries`] after too many of these, for ten minutes.
    pub async fn enter_code(
        &self,
        half: Option<&HalfToken>,
        typed: &str,
        visit: Visit<'_>,
    ) -> Result<SignedIn, DeskError> {
        self.half_waits(half).await?;
        let half = half.ok_or(DeskError::SignInOver)?.hash();
        if typed.trim().is_empty() {
            return Err(wrong("code", FieldProblem::Required));
        }
        let _turn = CHECKS.lock().await;
        let ticket = self.store.ticket(&half).await.map_err(fault)?.ok_or(DeskError::SignInOver)?;
        let (organization, account, now) = (ticket.organization, ticket.account, self.now());
        // Whoever came by a provider is as strange as whoever came by a password in a browser that is not known.
        let by_provider = ticket.data == BY_PROVIDER;
        let lane = if by_provider { "" } else { ticket.data.as_str() };
        let subject = hash_of(&["second factor", &account.to_string(), lane]);
        if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
        }
        let factor = self.store.factor(organization, account).await.map_err(fault)?;
        let factor = factor.filter(|found| found.confirmed_at.is_some()).ok_or(DeskError::SignInOver)?;
        let code = typed_code(typed);
        let six = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let hashes = match six {
            true => Vec::new(),
            false => {
                let typed = vec![typed_recovery_code(typed)];
                password::digests(typed, factor.secret.salt()).await.map_err(incident)?
            }
        };
        let mut transaction = self.store.begin(organization).await.map_err(fault)?;
        // It may have been closed while we waited.
        let ticket = transaction.ticket(&half).await.map_err(fault)?.filter(|ticket| ticket.closed.is_none());
        ticket.ok_or(DeskError::SignInOver)?;
        let factor = transaction.factor(account).await.map_err(fault)?.filter(|found| found.confirmed_at.is_some());
        let factor = factor.ok_or(DeskError::SignInOver)?;
        let of_app = match factor.secret.step(&code, now) {
            Some(step) => transaction.take_step(account, step).await.map_err(fault)?,
            None => false,
        };
        let of_paper = match hashes.first() {
            Some(hash) => transaction.use_recovery_code(account, hash, now).await.map_err(fault)?,
            None => false,
        };
        if !of_app && !of_paper {
            drop(transaction);
            let blocks = self.store.count_failure(&subject, PASSWORDS, now).await.map_err(fault)?;
            let action = if blocks.is_some() { "sign_in.blocked" } else { "code.refused" };
            self.note_sign_in(organization, account, visit.origin.address().to_owned(), action).await;
            return match blocks {
                Some(until) => Err(DeskError::TooManyTries { minutes: minutes_until(until, now) }),
                None => Err(wrong("code", FieldProblem::WrongAppCode)),
            };
        }
        transaction.close_ticket(&half, LinkFault::Used).await.map_err(fault)?;
        if of_paper {
            let entry = audit::Entry {
                at: now,
                author: Author::outside(Some(account), visit.origin.address()),
                action: "recovery_code.used",
                object: Object::Account(account),
                details: json!({ "left": factor.codes_left.saturating_sub(1) }),
            };
            audit::append(&mut *transaction, organization, entry).await.map_err(fault)?;
        }
        let by = match (by_provider, of_app) {
            (false, true) => "password+totp",
            (false, false) => "password+recovery_code",
            (true, true) => "oidc+totp",
            (true, false) => "oidc+recovery_code",
        };
        let signed_in = self.write_session(&mut *transaction, NewSession { account, organization, by }, visit).await?;
        transaction.commit().await.map_err(fault)?;
        self.store.forget_failures(&subject).await.map_err(fault)?;
        self.end_former(visit).await?;
        Ok(signed_in)
    }
}

/// Recovery codes to go with an app, and how they are kept.
async fn fresh_codes(secret: &FactorSecret) -> Result<(Vec<String>, Vec<[u8; 32]>), DeskError> {
    let codes: Result<Vec<String>, _> = (0..CODES).map(|_| recovery_code()).collect();
    let codes = codes.map_err(|_| incident("no randomness for recovery codes"))?;
    let typed = codes.iter().map(|code| typed_recovery_code(code)).collect();
    let hashes = password::digests(typed, secret.salt()).await.map_err(incident)?;
    Ok((codes, hashes))
}

//! «Второй фактор»: an app that gives codes (RFC 6238), and codes for whoever has lost it or their passkeys, which are in
//! `passkeys.rs` (OWASP ASVS 5.0, 6.5).

use domain::{AccessLetter, AccountId, Capability, DeskError, FieldProblem, Instant, LinkFault, OrganizationId};
use serde_json::json;
use tokio::sync::Mutex;

use super::accounts::may_touch;
use super::refusals::Outside;
use super::sign_in::{NewSession, PASSWORDS, minutes_until};
use super::tickets::{INVITATION_SECONDS, sent};
use super::{Desk, SignedIn, Visit, fault, incident, wrong};
use crate::access::Permit;
use crate::actor::{Actor, Origin};
use crate::audit::{self, Author, Object};
use crate::password;
use crate::ports::{AccountRecord, FactorRecord, PasskeyRecord, Purpose, RecoveryCodes, Ticket, Transaction};
use crate::secret::{CodeSalt, HalfToken, TicketToken, hash_of, recovery_code, typed_code, typed_recovery_code};
use crate::totp::FactorSecret;

/// How long one has for the code after the password.
pub const HALF_SECONDS: i64 = 5 * 60;
/// A secret that was shown waits so long for its first code.
const PENDING_SECONDS: i64 = 3600;
const CODES: usize = 10;
/// In the place of a lane: the first step was an identity provider's.
pub(super) const BY_PROVIDER: &str = "oidc";

/// Codes are looked at one at a time: of many at once, each would find the block not there yet.
pub(super) static CHECKS: Mutex<()> = Mutex::const_new(());

/// One's own second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factor {
    /// Since when an app is connected.
    pub since: Option<Instant>,
    /// Oldest first.
    pub passkeys: Vec<PasskeyRecord>,
    pub codes_left: u64,
    /// Whether the organisation requires one.
    pub required: bool,
    /// What the app is to be told, while it is being connected.
    pub pending: Option<FactorSecret>,
}

impl Factor {
    /// Whether there is one, of whatever kind.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.since.is_some() || !self.passkeys.is_empty()
    }
}

/// By what whoever has shown the password may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    pub passkey: bool,
    pub app: bool,
    pub recovery: bool,
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
        let factor = Factor {
            required: self.store.factor_required(scope).await.map_err(fault)?,
            passkeys: self.store.passkeys(scope, account).await.map_err(fault)?,
            codes_left: self.store.recovery_codes(scope, account).await.map_err(fault)?.left,
            ..Factor::default()
        };
        let Some(found) = self.store.factor(scope, account).await.map_err(fault)? else { return Ok(factor) };
        let fresh = found.confirmed_at.is_none() && self.now() < found.created_at.plus_seconds(PENDING_SECONDS);
        Ok(Factor { since: found.confirmed_at, pending: fresh.then_some(found.secret), ..factor })
    }

    /// «Подключить приложение»: makes a secret, which waits for its first code.
    ///
    /// # Errors
    /// [`DeskError::ProofRequired`].
    pub async fn begin_factor(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let secret = FactorSecret::random().map_err(|_| incident("no randomness for a second factor"))?;
        let mut transaction = self.begin(&permit).await?;
        let own = permit.account().id;
        transaction.begin_factor(own, &secret, self.now()).await.map_err(fault)?;
        self.tell(&mut *transaction, &permit, "factor.begun", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)
    }

    /// With the first code the app is connected; the recovery codes, which are shown this once: none if there is another
    /// second factor, with which they came.
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
        let Some(step) = step else {
            let details = json!({ "why": "wrong_code" });
            self.note_refused(&permit, "code.refused", Object::Account(own), details).await;
            return Err(wrong("code", FieldProblem::WrongAppCode));
        };
        let codes = FreshCodes::make().await?;
        let mut transaction = self.begin(&permit).await?;
        // It may be another one by now, or connected.
        let found = transaction.factor(own).await.map_err(fault)?.filter(fresh);
        found.filter(|found| found.secret == secret).ok_or(DeskError::SignInOver)?;
        let first = transaction.passkeys(own).await.map_err(fault)?.is_empty();
        transaction.confirm_factor(own, step, now).await.map_err(fault)?;
        let codes = if first { codes.keep(&mut *transaction, own).await? } else { Vec::new() };
        self.tell(&mut *transaction, &permit, "factor.connected", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(codes)
    }

    /// «Новые коды»: the former ones work no more.
    ///
    /// # Errors
    /// [`DeskError::ProofRequired`]; [`DeskError::SignInOver`] without a second factor.
    pub async fn new_codes(&self, actor: &Actor, password: Option<String>) -> Result<Vec<String>, DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let own = permit.account().id;
        let codes = FreshCodes::make().await?;
        let mut transaction = self.begin(&permit).await?;
        let app = app_of(&mut *transaction, own).await?;
        if app.is_none() && transaction.passkeys(own).await.map_err(fault)?.is_empty() {
            return Err(DeskError::SignInOver);
        }
        let codes = codes.keep(&mut *transaction, own).await?;
        self.tell(&mut *transaction, &permit, "factor.codes", Object::Account(own), json!({})).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(codes)
    }

    /// «Отключить»: the app; the recovery codes stay while there is a passkey.
    ///
    /// # Errors
    /// [`DeskError::FactorRequired`] while the organisation requires a second factor, and this is the only one;
    /// [`DeskError::ProofRequired`].
    pub async fn remove_factor(&self, actor: &Actor, password: Option<String>) -> Result<(), DeskError> {
        self.prove(actor, password).await?;
        let permit = Permit::own(actor);
        let mut transaction = self.begin(&permit).await?;
        let own = permit.account();
        let last = transaction.passkeys(own.id).await.map_err(fault)?.is_empty();
        if last && transaction.factor_required().await.map_err(fault)? {
            return Err(DeskError::FactorRequired);
        }
        let Some(app) = app_of(&mut *transaction, own.id).await? else { return Ok(()) };
        transaction.drop_factor(own.id).await.map_err(fault)?;
        if last {
            self.no_factor(&mut *transaction, &permit, (own.id, &own.name, &own.email)).await?;
        } else {
            // They go on working: what they were digested with must not go with the app.
            transaction.keep_code_salt(own.id, &app.secret.salt()).await.map_err(fault)?;
            self.write_to(&mut *transaction, AccessLetter::AppRemoved, (&own.name, &own.email), &own.name).await?;
        }
        self.tell(&mut *transaction, &permit, "factor.removed", Object::Account(own.id), json!({})).await?;
        transaction.commit().await.map_err(fault)
    }

    /// «Сбросить второй фактор»: the app, the passkeys and the codes of whoever has lost them.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`], also for one that has none; [`DeskError::OwnersOwn`]; [`DeskError::Forbidden`];
    /// [`DeskError::ProofRequired`].
    pub async fn reset_factor(&self, actor: &Actor, id: AccountId, password: Option<String>) -> Result<(), DeskError> {
        let permit = self.permit(actor, Capability::Accounts).await?;
        self.prove(actor, password).await?;
        let done = async {
            let mut transaction = self.begin(&permit).await?;
            let row = self.account_in(&mut *transaction, id).await?;
            may_touch(&permit, &row)?;
            if !row.has_factor() {
                return Err(DeskError::UnknownAccount);
            }
            drop_factors(&mut *transaction, id).await?;
            transaction.note_hand(id, permit.account().id, self.now()).await.map_err(fault)?;
            self.no_factor(&mut *transaction, &permit, (id, &row.account.name, &row.account.email)).await?;
            let details = json!({ "app": row.app, "passkeys": row.passkeys });
            self.tell(&mut *transaction, &permit, "factor.reset", Object::Account(id), details).await?;
            transaction.commit().await.map_err(fault)
        };
        let done = done.await;
        self.noted(&permit, Some(id), done).await
    }

    /// What comes of it that the last second factor is gone: the codes go too, whoever was half way in begins again, and
    /// the owner is told.
    pub(super) async fn no_factor(
        &self,
        transaction: &mut dyn Transaction,
        permit: &Permit<'_>,
        (id, name, email): (AccountId, &str, &str),
    ) -> Result<(), DeskError> {
        if transaction.has_short_password(id).await.map_err(fault)? {
            if id == permit.account().id {
                return Err(DeskError::ShortPassword);
            }
            void_short_password(transaction, id).await?;
            self.offer_recovery(transaction, permit, (id, name, email)).await?;
        }
        transaction.drop_recovery_codes(id).await.map_err(fault)?;
        transaction.close_tickets(id, Some(Purpose::Half)).await.map_err(fault)?;
        self.write_to(transaction, AccessLetter::FactorRemoved, (name, email), &permit.account().name).await
    }

    /// Tells the owner of an account what `whom` has done with it.
    pub(super) async fn write_to(
        &self,
        transaction: &mut dyn Transaction,
        what: AccessLetter,
        (name, email): (&str, &str),
        whom: &str,
    ) -> Result<(), DeskError> {
        let until = self.now().plus_seconds(INVITATION_SECONDS);
        self.send(transaction, sent(what, name, "", until, whom), email).await
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
        let mut transaction = self.begin(&permit).await?;
        if transaction.factor_required().await.map_err(fault)? != required {
            transaction.require_factor(required).await.map_err(fault)?;
            let details = json!({ "required_before": !required, "required": required });
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

    /// The first step of a sign-in that waits for its second. One that is over, or that nobody took, is in the log.
    pub(super) async fn half_ticket(&self, half: Option<&HalfToken>, origin: &Origin) -> Result<Ticket, DeskError> {
        let ticket = match half {
            Some(half) => self.store.ticket(&half.hash()).await.map_err(fault)?,
            None => None,
        };
        let Some(ticket) = ticket.filter(|ticket| ticket.purpose == Purpose::Half) else {
            let why = if half.is_some() { LinkFault::Unknown.code() } else { "not_begun" };
            self.note_outside(Outside::SecondStep, origin.address(), json!({ "why": why })).await;
            return Err(DeskError::SignInOver);
        };
        let Err(why) = self.admits(&ticket, Purpose::Half) else { return Ok(ticket) };
        self.note_ticket(&ticket, origin, why.code()).await;
        Err(DeskError::SignInOver)
    }

    /// As [`Desk::still_open`], for the first step of a sign-in.
    pub(super) async fn still_half_way(
        &self,
        transaction: Box<dyn Transaction>,
        seen: &Ticket,
        origin: &Origin,
    ) -> Result<Box<dyn Transaction>, DeskError> {
        match self.still_open(transaction, seen, origin).await {
            Ok((transaction, _)) => Ok(transaction),
            Err(DeskError::LinkRefused { .. }) => Err(DeskError::SignInOver),
            Err(error) => Err(error),
        }
    }

    /// By what whoever has shown the password may go on.
    ///
    /// # Errors
    /// [`DeskError::SignInOver`] if nothing is waited for.
    pub async fn half_ways(&self, half: Option<&HalfToken>, origin: &Origin) -> Result<Ways, DeskError> {
        // Whoever only looks for the page has tried nothing.
        if half.is_none() {
            return Err(DeskError::SignInOver);
        }
        let Ticket { organization, account, .. } = self.half_ticket(half, origin).await?;
        let app = self.store.factor(organization, account).await.map_err(fault)?;
        let passkeys = self.store.passkeys(organization, account).await.map_err(fault)?;
        let codes = self.store.recovery_codes(organization, account).await.map_err(fault)?;
        Ok(Ways {
            passkey: !passkeys.is_empty() && self.passkeys.is_some(),
            app: app.is_some_and(|app| app.confirmed_at.is_some()),
            recovery: codes.left > 0,
        })
    }

    /// As what the tries of whoever is half way in are counted.
    pub(super) fn half_subject(account: AccountId, lane: &str) -> [u8; 32] {
        // Whoever came by a provider is as strange as whoever came by a password in a browser that is not known.
        let lane = if lane == BY_PROVIDER { "" } else { lane };
        hash_of(&["second factor", &account.to_string(), lane])
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
        let half = self.half_ticket(half, visit.origin).await?.token_hash;
        if typed.trim().is_empty() {
            return Err(wrong("code", FieldProblem::Required));
        }
        let _turn = CHECKS.lock().await;
        let ticket = self.store.ticket(&half).await.map_err(fault)?.ok_or(DeskError::SignInOver)?;
        let (organization, account, now) = (ticket.organization, ticket.account, self.now());
        let by_provider = ticket.data == BY_PROVIDER;
        let subject = Self::half_subject(account, &ticket.data);
        if let Some(until) = self.store.blocked_until(&subject, now).await.map_err(fault)? {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
        }
        let app = self.store.factor(organization, account).await.map_err(fault)?;
        let app = app.filter(|found| found.confirmed_at.is_some());
        let passkeys = self.store.passkeys(organization, account).await.map_err(fault)?;
        if app.is_none() && passkeys.is_empty() {
            return Err(DeskError::SignInOver);
        }
        let code = typed_code(typed);
        let six = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let codes = self.store.recovery_codes(organization, account).await.map_err(fault)?;
        let hashes = match salt_of(&codes, app.as_ref()).filter(|_| !six) {
            None => Vec::new(),
            Some(salt) => password::digests(vec![typed_recovery_code(typed)], salt.0).await.map_err(incident)?,
        };
        let transaction = self.store.begin(organization).await.map_err(fault)?;
        let mut transaction = self.still_half_way(transaction, &ticket, visit.origin).await?;
        let app = app_of(&mut *transaction, account).await?;
        let of_app = match app.and_then(|app| app.secret.step(&code, now)) {
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
                details: json!({ "left": codes.left.saturating_sub(1) }),
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

/// The app of an account that gives codes.
pub(super) async fn app_of(
    transaction: &mut dyn Transaction,
    account: AccountId,
) -> Result<Option<FactorRecord>, DeskError> {
    let found = transaction.factor(account).await.map_err(fault)?;
    Ok(found.filter(|found| found.confirmed_at.is_some()))
}

/// With what the codes of an account are digested.
fn salt_of(codes: &RecoveryCodes, app: Option<&FactorRecord>) -> Option<CodeSalt> {
    codes.salt.or_else(|| app.map(|app| app.secret.salt()))
}

/// Recovery codes, and how they are kept: made before the transaction, for it takes a while.
pub(super) struct FreshCodes {
    codes: Vec<String>,
    salt: CodeSalt,
    hashes: Vec<[u8; 32]>,
}

impl FreshCodes {
    pub(super) async fn make() -> Result<Self, DeskError> {
        let unlucky = |_| incident("no randomness for recovery codes");
        let codes = (0..CODES).map(|_| recovery_code()).collect::<Result<Vec<String>, _>>().map_err(unlucky)?;
        let salt = CodeSalt::random().map_err(unlucky)?;
        let typed = codes.iter().map(|code| typed_recovery_code(code)).collect();
        let hashes = password::digests(typed, salt.0).await.map_err(incident)?;
        Ok(Self { codes, salt, hashes })
    }

    /// To be shown once.
    pub(super) async fn keep(
        self,
        transaction: &mut dyn Transaction,
        account: AccountId,
    ) -> Result<Vec<String>, DeskError> {
        transaction.keep_recovery_codes(account, &self.salt, &self.hashes).await.map_err(fault)?;
        Ok(self.codes)
    }
}

/// Forgets the app, the passkeys and the recovery codes of an account; whether there was an app or a passkey.
pub(super) async fn drop_factors(transaction: &mut dyn Transaction, id: AccountId) -> Result<bool, DeskError> {
    let mut some = transaction.drop_factor(id).await.map_err(fault)?;
    for passkey in transaction.passkeys(id).await.map_err(fault)? {
        transaction.drop_passkey(id, passkey.id).await.map_err(fault)?;
        some = true;
    }
    transaction.drop_recovery_codes(id).await.map_err(fault)?;
    Ok(some)
}

/// A password that is too short to be alone lets nobody in any more: they choose another by a link.
pub(super) async fn void_short_password(transaction: &mut dyn Transaction, id: AccountId) -> Result<(), DeskError> {
    if transaction.has_short_password(id).await.map_err(fault)? {
        let nobodys = TicketToken::random().map_err(|_| incident("no randomness for a password"))?;
        let hash = password::hashed(nobodys.secret().to_owned()).await.map_err(incident)?;
        transaction.set_password(id, &hash, false).await.map_err(fault)?;
    }
    Ok(())
}

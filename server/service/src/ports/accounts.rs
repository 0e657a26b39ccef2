//! Accounts, sessions and what is sent to get into them, as the store keeps them.

use async_trait::async_trait;
use domain::{
    Account, AccountData, AccountId, AccountRow, AccountState, Coverage, IdSet, Instant, LetterKind, Level, LinkFault,
    Organization, OrganizationId, OwnRole, PasskeyId, Rights, Role, RoleId, SessionId, SessionRow, SignUp,
};

use super::StoreResult;
use crate::passkey::KeptPasskey;
use crate::secret::CodeSalt;
use crate::totp::FactorSecret;

/// An account with what sign-in needs.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    pub account: Account,
    pub organization: OrganizationId,
    /// PHC string.
    pub password_hash: String,
    /// Whether the browser that was asked about is one in which it has signed in before.
    pub trusts: bool,
    /// Whether there is a second factor, of whatever kind.
    pub has_factor: bool,
}

/// Somebody who is invited: by which organisation, which account, and the name.
pub type InvitedAccount = (OrganizationId, AccountId, String);

/// An app that gives codes, as the desk knows it.
#[derive(Clone, Debug)]
pub struct FactorRecord {
    pub secret: FactorSecret,
    pub created_at: Instant,
    /// `None` until the first code.
    pub confirmed_at: Option<Instant>,
    /// Of the last code that was taken.
    pub last_step: i64,
}

/// The recovery codes of an account.
#[derive(Clone, Debug, Default)]
pub struct RecoveryCodes {
    /// Those that have not been used.
    pub left: u64,
    /// With what they were digested; `None` of those that were made with an app before they had one of their own.
    pub salt: Option<CodeSalt>,
}

/// A passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRecord {
    pub id: PasskeyId,
    /// As its owner calls it.
    pub name: String,
    pub kept: KeptPasskey,
    pub created_at: Instant,
    pub used_at: Option<Instant>,
}

/// A passkey with its owner, who may sign in.
#[derive(Clone, Debug)]
pub struct PasskeyFound {
    pub organization: OrganizationId,
    pub account: Account,
    /// By which authenticators know the account.
    pub handle: [u8; 32],
    pub passkey: PasskeyRecord,
}

/// What a browser was asked for.
#[derive(Clone, Debug)]
pub struct PasskeyState {
    /// By what it is found: a hash of the session, of the first step of the sign-in, or of the browser's own token.
    pub bound: [u8; 32],
    /// What the answer has to fit.
    pub state: String,
    /// Of the passkey that is to be.
    pub name: String,
    pub expires_at: Instant,
}

/// A session as it is kept: the token only as its SHA-256.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    pub token_hash: [u8; 32],
    pub account: AccountId,
    pub organization: OrganizationId,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub expires_at: Instant,
    /// When whoever works in it last showed who they are.
    pub proved_at: Instant,
    pub address: String,
    /// `User-Agent`.
    pub device: String,
}

/// A session found by its token's hash, with whom it belongs to.
#[derive(Clone, Debug)]
pub struct SessionFound {
    pub id: SessionId,
    pub session: SessionRecord,
    pub account: Account,
    pub organization: Organization,
    pub rights: Rights,
    pub coverage: Coverage,
    /// The organisation requires a second factor, and the account has none.
    pub must_connect: bool,
    /// The service of the organisation is connected.
    pub connected: bool,
    /// A list of people was handed over to the account.
    pub listed: bool,
    /// The organisation serves others.
    pub partner: bool,
    /// There is a second factor, of whatever kind.
    pub has_factor: bool,
}

/// An account that may sign in, with what it may do and for whom.
#[derive(Clone, Debug)]
pub struct Standing {
    pub account: Account,
    pub rights: Rights,
    pub coverage: Coverage,
}

/// How much may be tried in vain, and how long nothing more is looked at then.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// At least 2.
    pub tries: u64,
    /// Tries that are further apart do not count together.
    pub within_seconds: i64,
    pub block_seconds: i64,
}

/// What a link or a code that is sent to somebody is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A new password, by e-mail.
    Recovery,
    /// To an account that has none yet.
    Invitation,
    /// A code for whoever deletes an account.
    Deletion,
    /// Of an organisation, by whoever has an e-mail.
    Registration,
    /// Between the password and the second factor.
    Half,
    /// Of a subscription to the news, by whoever has an e-mail.
    News,
}

impl Purpose {
    pub const ALL: [Self; 6] =
        [Self::Recovery, Self::Invitation, Self::Deletion, Self::Registration, Self::Half, Self::News];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Invitation => "invitation",
            Self::Deletion => "deletion",
            Self::Registration => "registration",
            Self::Half => "half",
            Self::News => "news",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// A link or a code that works once.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub token_hash: [u8; 32],
    pub purpose: Purpose,
    /// [`crate::INSTALLATION`] for a registration, where there is none yet, and for the news.
    pub organization: OrganizationId,
    /// 0 for a registration and for the news.
    pub account: AccountId,
    /// SHA-256 of the code that has to be shown with it, if one has.
    pub code_hash: Option<[u8; 32]>,
    /// In vain.
    pub tries: u64,
    /// Of a deletion: which account. Of an invitation: who invites. Of a registration: what was said, as JSON. Of the news:
    /// the e-mail. Half way: the browser by which wrong codes are counted, if it is known.
    pub data: String,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// Why it works no more, unless its time is over.
    pub closed: Option<LinkFault>,
    /// Why it was refused last: it is in the log already.
    pub refused: Option<String>,
}

/// A session that has this token no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEnded {
    pub organization: OrganizationId,
    pub account: AccountId,
    /// If it goes on by another: since when, and the address and the device of whoever works in it.
    pub renewed: Option<(Instant, String, String)>,
}

/// Questions about accounts, and what is written without an entry in the audit log.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// `email` in the form of [`domain::Email`]; only who may sign in. `device` is the hash of the browser's token.
    async fn account_by_email(&self, email: &str, device: Option<&[u8; 32]>) -> StoreResult<Option<AccountRecord>>;
    /// Whoever was invited by this e-mail, and has not come in yet.
    async fn invited_account(&self, email: &str) -> StoreResult<Option<InvitedAccount>>;
    /// Of an account that may sign in: its PHC string.
    async fn password_of(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<String>>;
    async fn session(&self, token_hash: &[u8; 32]) -> StoreResult<Option<SessionFound>>;
    /// As [`AccountWrites::standing`].
    async fn standing(&self, organization: OrganizationId, session: SessionId) -> StoreResult<Option<Standing>>;
    /// Whose session it was that was ended before its time, or goes on by another token, unless somebody has come with this
    /// one since from this address and is in the log.
    async fn ended_session(&self, token_hash: &[u8; 32], address: &str) -> StoreResult<Option<SessionEnded>>;
    async fn touch_session(&self, token_hash: &[u8; 32], at: Instant) -> StoreResult<()>;
    /// Throws away sessions whose time is over, or in which nothing has happened since `idle_since`, and tickets,
    /// attempts and letters of the installation itself of before `long_ago`.
    async fn delete_expired_sessions(&self, now: Instant, idle_since: Instant, long_ago: Instant) -> StoreResult<u64>;
    /// Forgets the browsers in which nobody has signed in since then.
    async fn forget_devices_before(&self, at: Instant) -> StoreResult<()>;
    /// Those that live, last seen first.
    async fn sessions(
        &self,
        organization: OrganizationId,
        account: Option<AccountId>,
        now: Instant,
        idle_since: Instant,
    ) -> StoreResult<Vec<SessionRow>>;

    /// Whether somebody has signed in in this browser, whoever it was.
    async fn knows_device(&self, device: &[u8; 32]) -> StoreResult<bool>;
    /// Until when nothing that this subject tries is looked at.
    async fn blocked_until(&self, subject: &[u8; 32], now: Instant) -> StoreResult<Option<Instant>>;
    /// Counts a try in vain; until when it blocks, if it does. A block is not made longer.
    async fn count_failure(&self, subject: &[u8; 32], limit: Limit, now: Instant) -> StoreResult<Option<Instant>>;
    async fn forget_failures(&self, subject: &[u8; 32]) -> StoreResult<()>;

    /// Of which letters this account wants none.
    async fn muted(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<LetterKind>>;
    /// All but the removed, by name; `known_since` as for [`Accounts::sessions`].
    async fn account_rows(
        &self,
        organization: OrganizationId,
        now: Instant,
        idle_since: Instant,
    ) -> StoreResult<Vec<AccountRow>>;
    async fn organization_name(&self, organization: OrganizationId) -> StoreResult<String>;
    /// Also the removed.
    async fn account_names(&self, organization: OrganizationId) -> StoreResult<Vec<(AccountId, String)>>;
    /// Whom the levels that every organisation has concern in this one, where that is not everybody.
    async fn role_limits(&self, organization: OrganizationId) -> StoreResult<Vec<(Role, Coverage)>>;
    /// When `by` last took this account into their hands.
    async fn last_hand(
        &self,
        organization: OrganizationId,
        account: AccountId,
        by: AccountId,
    ) -> StoreResult<Option<Instant>>;
    /// By name.
    async fn own_roles(&self, organization: OrganizationId) -> StoreResult<Vec<OwnRole>>;
    /// With what questions to whoever registers are signed.
    async fn question_secret(&self) -> StoreResult<[u8; 32]>;
    async fn factor(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<FactorRecord>>;
    async fn recovery_codes(&self, organization: OrganizationId, account: AccountId) -> StoreResult<RecoveryCodes>;
    /// Oldest first.
    async fn passkeys(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<PasskeyRecord>>;
    /// Of whatever organisation: whoever shows it is nobody's yet. `credential` in base64url.
    async fn passkey(&self, credential: &str) -> StoreResult<Option<PasskeyFound>>;
    /// What was asked for before by the same is forgotten.
    async fn keep_passkey_state(&self, state: &PasskeyState) -> StoreResult<()>;
    /// Each once, whatever becomes of it.
    async fn take_passkey_state(&self, bound: &[u8; 32]) -> StoreResult<Option<PasskeyState>>;
    /// Whether an organisation requires a second factor.
    async fn factor_required(&self, organization: OrganizationId) -> StoreResult<bool>;
    /// Of whatever organisation: whoever has the link is nobody's.
    async fn ticket(&self, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>>;
}

/// What is written about accounts with an entry in the audit log.
#[async_trait]
pub trait AccountWrites: Send {
    async fn insert_session(&mut self, session: &SessionRecord) -> StoreResult<SessionId>;
    /// Whoever works in it, at this address, has shown who they are: from now on it has another token.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if it has ended.
    async fn prove_session(
        &mut self,
        id: SessionId,
        token_hash: &[u8; 32],
        at: Instant,
        address: &str,
    ) -> StoreResult<()>;
    /// Ends a session by its token; which one and whose, if it was there.
    async fn end_session_of(&mut self, token_hash: &[u8; 32]) -> StoreResult<Option<(SessionId, AccountId)>>;
    /// Ends these; how many there were.
    async fn end_sessions(&mut self, which: &Sessions) -> StoreResult<u64>;
    /// As [`Accounts::sessions`] of everybody.
    async fn sessions(&mut self, now: Instant, idle_since: Instant) -> StoreResult<Vec<SessionRow>>;
    /// Who works in a session of this organisation, and what they may do now; `None` if it has ended.
    async fn standing(&mut self, session: SessionId) -> StoreResult<Option<Standing>>;
    /// Keeps that somebody came from this address with the token of a session that has ended; `false` if that was known.
    async fn refuse_session(&mut self, token_hash: &[u8; 32], address: &str) -> StoreResult<bool>;
    /// As [`Accounts::blocked_until`].
    async fn blocked_until(&mut self, subject: &[u8; 32], now: Instant) -> StoreResult<Option<Instant>>;
    /// As [`Accounts::count_failure`]: what is refused after all has not been tried.
    async fn count_failure(&mut self, subject: &[u8; 32], limit: Limit, now: Instant) -> StoreResult<Option<Instant>>;
    async fn trust_device(&mut self, account: AccountId, device: &[u8; 32], at: Instant) -> StoreResult<()>;
    /// The hashes of their tokens.
    async fn forget_devices(&mut self, account: AccountId) -> StoreResult<Vec<[u8; 32]>>;

    /// As [`Accounts::account_rows`], without sessions.
    async fn account_row(&mut self, id: AccountId) -> StoreResult<Option<AccountRow>>;
    /// How many may manage accounts, but for this one.
    async fn other_managers(&mut self, but: AccountId) -> StoreResult<u64>;
    /// Makes an organisation, and goes on in it in the same unit of work.
    async fn found_organization(&mut self, said: &SignUp, at: Instant) -> StoreResult<OrganizationId>;
    /// # Errors
    /// [`super::StoreError::EmailTaken`].
    async fn add_account(&mut self, data: &AccountData, at: Instant) -> StoreResult<AccountId>;
    /// # Errors
    /// [`super::StoreError::EmailTaken`].
    async fn change_account(&mut self, id: AccountId, data: &AccountData) -> StoreResult<()>;
    /// As [`Accounts::role_limits`].
    async fn role_limits(&mut self) -> StoreResult<Vec<(Role, Coverage)>>;
    async fn limit_role(&mut self, role: Role, coverage: &Coverage) -> StoreResult<()>;
    /// Keeps that `by` took this account into their hands: invited it, or changed what it signs in with.
    async fn note_hand(&mut self, account: AccountId, by: AccountId, at: Instant) -> StoreResult<()>;
    async fn set_level(&mut self, id: AccountId, level: Level) -> StoreResult<()>;
    /// `short`: it is long enough only beside a second factor.
    async fn set_password(&mut self, id: AccountId, hash: &str, short: bool) -> StoreResult<()>;
    /// As it was said when it was set.
    async fn has_short_password(&mut self, id: AccountId) -> StoreResult<bool>;
    async fn set_account_state(&mut self, id: AccountId, state: AccountState) -> StoreResult<()>;

    /// # Errors
    /// [`super::StoreError::Conflict`] if there is one of this name.
    async fn keep_role(&mut self, id: Option<RoleId>, name: &str, allows: (Rights, &Coverage)) -> StoreResult<RoleId>;
    /// # Errors
    /// [`super::StoreError::Conflict`] if somebody has it.
    async fn delete_role(&mut self, id: RoleId) -> StoreResult<()>;
    /// As [`Accounts::own_roles`].
    async fn own_roles(&mut self) -> StoreResult<Vec<OwnRole>>;

    async fn keep_muted(&mut self, account: AccountId, muted: &[LetterKind]) -> StoreResult<()>;
    /// The e-mails of accounts that want no letters of this kind.
    async fn muting(&mut self, kind: LetterKind) -> StoreResult<Vec<String>>;
    /// As [`Accounts::factor`].
    async fn factor(&mut self, account: AccountId) -> StoreResult<Option<FactorRecord>>;
    /// Keeps a secret that waits for its first code; what there was is forgotten, but for one that is connected.
    async fn begin_factor(&mut self, account: AccountId, secret: &FactorSecret, at: Instant) -> StoreResult<()>;
    async fn confirm_factor(&mut self, account: AccountId, step: i64, at: Instant) -> StoreResult<()>;
    /// Takes a code of this step; `false` if one of it, or of a later one, was taken.
    async fn take_step(&mut self, account: AccountId, step: i64) -> StoreResult<bool>;
    /// The app; whether there was one.
    async fn drop_factor(&mut self, account: AccountId) -> StoreResult<bool>;
    /// As [`Accounts::recovery_codes`].
    async fn recovery_codes(&mut self, account: AccountId) -> StoreResult<RecoveryCodes>;
    /// The former ones work no more.
    async fn keep_recovery_codes(
        &mut self,
        account: AccountId,
        salt: &CodeSalt,
        hashes: &[[u8; 32]],
    ) -> StoreResult<()>;
    /// With what the codes were digested that have no salt of their own.
    async fn keep_code_salt(&mut self, account: AccountId, salt: &CodeSalt) -> StoreResult<()>;
    async fn drop_recovery_codes(&mut self, account: AccountId) -> StoreResult<()>;
    /// As [`Accounts::passkeys`].
    async fn passkeys(&mut self, account: AccountId) -> StoreResult<Vec<PasskeyRecord>>;
    /// By what authenticators know the account: `fresh`, if nothing yet.
    async fn passkey_handle(&mut self, account: AccountId, fresh: &[u8; 32]) -> StoreResult<[u8; 32]>;
    /// # Errors
    /// [`super::StoreError::Conflict`] if any account of the installation has it.
    async fn add_passkey(
        &mut self,
        account: AccountId,
        name: &str,
        kept: &KeptPasskey,
        at: Instant,
    ) -> StoreResult<PasskeyId>;
    /// Notes that it was used; `false` if it is gone, or has counted as far by now.
    async fn use_passkey(&mut self, account: AccountId, id: PasskeyId, counter: i64, at: Instant) -> StoreResult<bool>;
    /// Whether there was one.
    async fn drop_passkey(&mut self, account: AccountId, id: PasskeyId) -> StoreResult<bool>;
    /// Uses a code; `false` if there is none, or it was used.
    async fn use_recovery_code(&mut self, account: AccountId, hash: &[u8; 32], at: Instant) -> StoreResult<bool>;
    async fn require_factor(&mut self, required: bool) -> StoreResult<()>;
    /// As [`Accounts::factor_required`].
    async fn factor_required(&mut self) -> StoreResult<bool>;

    /// Keeps a ticket; those of the same purpose that the account had are over.
    async fn add_ticket(&mut self, ticket: &Ticket) -> StoreResult<()>;
    /// As [`Accounts::ticket`], of this organisation.
    async fn ticket(&mut self, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>>;
    /// The one that is open, if there is one.
    async fn open_ticket(&mut self, account: AccountId, purpose: Purpose) -> StoreResult<Option<Ticket>>;
    async fn close_ticket(&mut self, token_hash: &[u8; 32], why: LinkFault) -> StoreResult<()>;
    /// Those of an account that are open; how many.
    async fn close_tickets(&mut self, account: AccountId, purpose: Option<Purpose>) -> StoreResult<u64>;
    /// Counts a wrong code.
    async fn count_ticket_try(&mut self, token_hash: &[u8; 32]) -> StoreResult<()>;
    async fn note_ticket_refused(&mut self, token_hash: &[u8; 32], why: &str) -> StoreResult<()>;
}

/// Which sessions of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sessions {
    These(IdSet),
    /// All of an account, but one perhaps.
    Of {
        account: AccountId,
        but: Option<SessionId>,
    },
}

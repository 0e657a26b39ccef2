//! Accounts, sessions and what is sent to get into them, as the store keeps them.

use async_trait::async_trait;
use domain::{
    Account, AccountData, AccountId, AccountRow, AccountState, Instant, LetterKind, Level, LinkFault, Organization,
    OrganizationId, OwnRole, Rights, RoleId, SessionId, SessionRow, SignUp,
};

use super::StoreResult;
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
    /// Whether an app is connected.
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
    /// Recovery codes that have not been used.
    pub codes_left: u64,
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
    /// The organisation requires a second factor, and the account has none.
    pub must_connect: bool,
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
    async fn touch_session(&self, token_hash: &[u8; 32], at: Instant) -> StoreResult<()>;
    /// Throws away sessions whose time is over, or in which nothing has happened since `idle_since`, and tickets,
    /// attempts and letters of the installation itself of before `long_ago`.
    async fn delete_expired_sessions(&self, now: Instant, idle_since: Instant, long_ago: Instant) -> StoreResult<u64>;
    /// Those that live, last seen first.
    async fn sessions(
        &self,
        organization: OrganizationId,
        account: Option<AccountId>,
        now: Instant,
        idle_since: Instant,
    ) -> StoreResult<Vec<SessionRow>>;

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
    /// By name.
    async fn own_roles(&self, organization: OrganizationId) -> StoreResult<Vec<OwnRole>>;
    /// With what questions to whoever registers are signed.
    async fn question_secret(&self) -> StoreResult<[u8; 32]>;
    async fn factor(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<FactorRecord>>;
    /// Whether an organisation requires a second factor.
    async fn factor_required(&self, organization: OrganizationId) -> StoreResult<bool>;
    /// Of whatever organisation: whoever has the link is nobody's.
    async fn ticket(&self, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>>;
}

/// What is written about accounts with an entry in the audit log.
#[async_trait]
pub trait AccountWrites: Send {
    async fn insert_session(&mut self, session: &SessionRecord) -> StoreResult<SessionId>;
    /// Whoever works in it has shown who they are: from now on it has another token.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if it has ended.
    async fn prove_session(&mut self, id: SessionId, token_hash: &[u8; 32], at: Instant) -> StoreResult<()>;
    /// Ends a session by its token; which one and whose, if it was there.
    async fn end_session_of(&mut self, token_hash: &[u8; 32]) -> StoreResult<Option<(SessionId, AccountId)>>;
    /// Ends these; how many there were. `but` stays.
    async fn end_sessions(&mut self, which: Sessions, but: Option<SessionId>) -> StoreResult<u64>;
    async fn trust_device(&mut self, account: AccountId, device: &[u8; 32], at: Instant) -> StoreResult<()>;
    async fn forget_devices(&mut self, account: AccountId) -> StoreResult<()>;

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
    async fn set_level(&mut self, id: AccountId, level: Level) -> StoreResult<()>;
    async fn set_password(&mut self, id: AccountId, hash: &str) -> StoreResult<()>;
    async fn set_account_state(&mut self, id: AccountId, state: AccountState) -> StoreResult<()>;

    /// # Errors
    /// [`super::StoreError::Conflict`] if there is one of this name.
    async fn keep_role(&mut self, id: Option<RoleId>, name: &str, rights: Rights) -> StoreResult<RoleId>;
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
    /// With its recovery codes; whether there was one.
    async fn drop_factor(&mut self, account: AccountId) -> StoreResult<bool>;
    /// The former ones work no more.
    async fn keep_recovery_codes(&mut self, account: AccountId, hashes: &[[u8; 32]]) -> StoreResult<()>;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    One(SessionId),
    Of(AccountId),
    All,
}

//! Accounts, sessions and what is sent to get into them: the doors of the store and of its transactions.

use async_trait::async_trait;
use domain::{
    Account, AccountData, AccountId, AccountRow, AccountState, Capability, Coverage, Grant, Instant, LetterKind, Level,
    LinkFault, News, NewsText, OrganizationId, OwnRole, PartnerCode, PasskeyId, Pool, Rights, Role, RoleId, Served,
    ServiceAddress, SessionId, SessionRow, SignUp,
};
use service::ports::{
    AccountRecord, AccountWrites, Accounts, AddressFound, ConnectionRecord, ConnectionWrites, Connections, DraftRecord,
    FactorRecord, FailedOperation, Flow, Identities, Identity, IdentityWrites, InvitedAccount, Limit, NewsBoard,
    NewsWrites, PartnerWrites, Partners, PasskeyFound, PasskeyRecord, PasskeyState, Purpose, RecoveryCodes,
    SessionEnded, SessionFound, SessionRecord, Sessions, Standing, StoreResult, Subscriber, Ticket, Transaction,
};
use service::{CodeSalt, FactorSecret, KeptPasskey};

use crate::transaction::SqlTransaction;
use crate::{
    SqlStore, accounts, applications, attempts, connections, factors, identities, letters, news, organizations,
    partners, passkeys, registrations, sessions, stock, tickets,
};

#[async_trait]
impl Accounts for SqlStore {
    async fn account_by_email(&self, email: &str, device: Option<&[u8; 32]>) -> StoreResult<Option<AccountRecord>> {
        accounts::by_email(&mut self.reader().await?.conn(), email, device).await
    }

    async fn invited_account(&self, email: &str) -> StoreResult<Option<InvitedAccount>> {
        accounts::invited(&mut self.reader().await?.conn(), email).await
    }

    async fn password_of(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<String>> {
        accounts::password(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn session(&self, token_hash: &[u8; 32]) -> StoreResult<Option<SessionFound>> {
        sessions::find(&mut self.reader().await?.conn(), token_hash).await
    }

    async fn standing(&self, organization: OrganizationId, session: SessionId) -> StoreResult<Option<Standing>> {
        sessions::standing(&mut self.reader().await?.conn(), organization, session).await
    }

    async fn ended_session(&self, token_hash: &[u8; 32], address: &str) -> StoreResult<Option<SessionEnded>> {
        sessions::ended(&mut self.reader().await?.conn(), token_hash, address).await
    }

    async fn touch_session(&self, token_hash: &[u8; 32], at: Instant) -> StoreResult<()> {
        sessions::touch(&mut self.writer().await?.conn(), token_hash, at).await
    }

    async fn delete_expired_sessions(&self, now: Instant, idle_since: Instant, long_ago: Instant) -> StoreResult<u64> {
        let mut taken = self.writer().await?;
        attempts::tidy(&mut taken.conn(), long_ago, now).await?;
        tickets::tidy(&mut taken.conn(), long_ago).await?;
        connections::tidy(&mut taken.conn(), long_ago).await?;
        applications::tidy(&mut taken.conn(), long_ago).await?;
        identities::tidy(&mut taken.conn(), now).await?;
        passkeys::tidy(&mut taken.conn(), now).await?;
        letters::tidy(&mut taken.conn(), long_ago).await?;
        sessions::delete_expired(&mut taken.conn(), now, idle_since).await
    }

    async fn sessions(
        &self,
        organization: OrganizationId,
        account: Option<AccountId>,
        now: Instant,
        idle_since: Instant,
    ) -> StoreResult<Vec<SessionRow>> {
        sessions::list(&mut self.reader().await?.conn(), organization, account, now, idle_since).await
    }

    async fn forget_devices_before(&self, at: Instant) -> StoreResult<()> {
        sessions::forget_devices_before(&mut self.writer().await?.conn(), at).await
    }

    async fn knows_device(&self, device: &[u8; 32]) -> StoreResult<bool> {
        sessions::knows_device(&mut self.reader().await?.conn(), device).await
    }

    async fn blocked_until(&self, subject: &[u8; 32], now: Instant) -> StoreResult<Option<Instant>> {
        attempts::blocked_until(&mut self.reader().await?.conn(), subject, now).await
    }

    async fn count_failure(&self, subject: &[u8; 32], limit: Limit, now: Instant) -> StoreResult<Option<Instant>> {
        attempts::count(&mut self.writer().await?.conn(), subject, limit, now).await
    }

    async fn forget_failures(&self, subject: &[u8; 32]) -> StoreResult<()> {
        attempts::forget(&mut self.writer().await?.conn(), subject).await
    }

    async fn muted(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<LetterKind>> {
        letters::muted(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn account_rows(
        &self,
        organization: OrganizationId,
        now: Instant,
        idle_since: Instant,
    ) -> StoreResult<Vec<AccountRow>> {
        accounts::rows(&mut self.reader().await?.conn(), organization, now, idle_since).await
    }

    async fn organization_name(&self, organization: OrganizationId) -> StoreResult<String> {
        organizations::name(&mut self.reader().await?.conn(), organization).await
    }

    async fn account_names(&self, organization: OrganizationId) -> StoreResult<Vec<(AccountId, String)>> {
        accounts::names(&mut self.reader().await?.conn(), organization).await
    }

    async fn role_limits(&self, organization: OrganizationId) -> StoreResult<Vec<(Role, Coverage)>> {
        accounts::limits(&mut self.reader().await?.conn(), organization).await
    }

    async fn own_roles(&self, organization: OrganizationId) -> StoreResult<Vec<OwnRole>> {
        accounts::roles(&mut self.reader().await?.conn(), organization).await
    }

    async fn last_hand(
        &self,
        organization: OrganizationId,
        account: AccountId,
        by: AccountId,
    ) -> StoreResult<Option<Instant>> {
        accounts::last_hand(&mut self.reader().await?.conn(), organization, account, by).await
    }

    async fn question_secret(&self) -> StoreResult<[u8; 32]> {
        registrations::secret(&mut self.reader().await?.conn(), "questions").await
    }

    async fn factor(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<FactorRecord>> {
        factors::find(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn recovery_codes(&self, organization: OrganizationId, account: AccountId) -> StoreResult<RecoveryCodes> {
        factors::codes(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn passkeys(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Vec<PasskeyRecord>> {
        passkeys::list(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn passkey(&self, credential: &str) -> StoreResult<Option<PasskeyFound>> {
        passkeys::find(&mut self.reader().await?.conn(), credential).await
    }

    async fn keep_passkey_state(&self, state: &PasskeyState) -> StoreResult<()> {
        passkeys::keep_state(&mut self.writer().await?.conn(), state).await
    }

    async fn take_passkey_state(&self, bound: &[u8; 32]) -> StoreResult<Option<PasskeyState>> {
        passkeys::take_state(&mut self.writer().await?.conn(), bound).await
    }

    async fn factor_required(&self, organization: OrganizationId) -> StoreResult<bool> {
        factors::required(&mut self.reader().await?.conn(), organization).await
    }

    async fn ticket(&self, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>> {
        tickets::find(&mut self.reader().await?.conn(), token_hash).await
    }
}

#[async_trait]
impl AccountWrites for SqlTransaction {
    async fn insert_session(&mut self, session: &SessionRecord) -> StoreResult<SessionId> {
        sessions::insert(&mut self.conn(), session).await
    }

    async fn prove_session(
        &mut self,
        id: SessionId,
        token_hash: &[u8; 32],
        at: Instant,
        address: &str,
    ) -> StoreResult<()> {
        let organization = self.organization;
        sessions::prove(&mut self.conn(), organization, id, token_hash, at, address).await
    }

    async fn end_session_of(&mut self, token_hash: &[u8; 32]) -> StoreResult<Option<(SessionId, AccountId)>> {
        let organization = self.organization;
        sessions::end_of(&mut self.conn(), organization, token_hash).await
    }

    async fn end_sessions(&mut self, which: &Sessions) -> StoreResult<u64> {
        let organization = self.organization;
        sessions::end(&mut self.conn(), organization, which).await
    }

    async fn sessions(&mut self, now: Instant, idle_since: Instant) -> StoreResult<Vec<SessionRow>> {
        let organization = self.organization;
        sessions::list(&mut self.conn(), organization, None, now, idle_since).await
    }

    async fn standing(&mut self, session: SessionId) -> StoreResult<Option<Standing>> {
        let organization = self.organization;
        sessions::standing(&mut self.conn(), organization, session).await
    }

    async fn refuse_session(&mut self, token_hash: &[u8; 32], address: &str) -> StoreResult<bool> {
        let organization = self.organization;
        sessions::refuse(&mut self.conn(), organization, token_hash, address).await
    }

    async fn blocked_until(&mut self, subject: &[u8; 32], now: Instant) -> StoreResult<Option<Instant>> {
        attempts::blocked_until(&mut self.conn(), subject, now).await
    }

    async fn count_failure(&mut self, subject: &[u8; 32], limit: Limit, now: Instant) -> StoreResult<Option<Instant>> {
        attempts::count(&mut self.conn(), subject, limit, now).await
    }

    async fn trust_device(&mut self, account: AccountId, device: &[u8; 32], at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        sessions::trust(&mut self.conn(), organization, account, device, at).await
    }

    async fn forget_devices(&mut self, account: AccountId) -> StoreResult<Vec<[u8; 32]>> {
        let organization = self.organization;
        sessions::forget_devices(&mut self.conn(), organization, account).await
    }

    async fn account_row(&mut self, id: AccountId) -> StoreResult<Option<AccountRow>> {
        let organization = self.organization;
        accounts::row(&mut self.conn(), organization, id).await
    }

    async fn other_managers(&mut self, but: AccountId) -> StoreResult<u64> {
        let organization = self.organization;
        let all = accounts::all(&mut self.conn(), organization).await?;
        let manages = all.iter().filter(|other| other.account.id != but && other.rights.may(Capability::Accounts));
        Ok(manages.count() as u64)
    }

    async fn found_organization(&mut self, said: &SignUp, at: Instant) -> StoreResult<OrganizationId> {
        let organization = registrations::found(&mut self.conn(), said, at).await?;
        self.turn_to(organization).await?;
        Ok(organization)
    }

    async fn add_account(&mut self, data: &AccountData, at: Instant) -> StoreResult<AccountId> {
        let organization = self.organization;
        accounts::add(&mut self.conn(), organization, data, at).await
    }

    async fn change_account(&mut self, id: AccountId, data: &AccountData) -> StoreResult<()> {
        let organization = self.organization;
        accounts::change(&mut self.conn(), organization, id, data).await
    }

    async fn role_limits(&mut self) -> StoreResult<Vec<(Role, Coverage)>> {
        let organization = self.organization;
        accounts::limits(&mut self.conn(), organization).await
    }

    async fn limit_role(&mut self, role: Role, coverage: &Coverage) -> StoreResult<()> {
        let organization = self.organization;
        accounts::limit(&mut self.conn(), organization, role, coverage).await
    }

    async fn note_hand(&mut self, account: AccountId, by: AccountId, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        accounts::note_hand(&mut self.conn(), organization, account, by, at).await
    }

    async fn set_level(&mut self, id: AccountId, level: Level) -> StoreResult<()> {
        let organization = self.organization;
        accounts::set_level(&mut self.conn(), organization, id, level).await
    }

    async fn set_password(&mut self, id: AccountId, hash: &str, short: bool) -> StoreResult<()> {
        let organization = self.organization;
        accounts::set_password(&mut self.conn(), organization, id, hash, short).await
    }

    async fn has_short_password(&mut self, id: AccountId) -> StoreResult<bool> {
        let organization = self.organization;
        accounts::is_short(&mut self.conn(), organization, id).await
    }

    async fn set_account_state(&mut self, id: AccountId, state: AccountState) -> StoreResult<()> {
        let organization = self.organization;
        accounts::set_state(&mut self.conn(), organization, id, state).await
    }

    async fn keep_role(&mut self, id: Option<RoleId>, name: &str, allows: (Rights, &Coverage)) -> StoreResult<RoleId> {
        let organization = self.organization;
        accounts::keep_role(&mut self.conn(), organization, id, name, allows).await
    }

    async fn delete_role(&mut self, id: RoleId) -> StoreResult<()> {
        let organization = self.organization;
        accounts::delete_role(&mut self.conn(), organization, id).await
    }

    async fn own_roles(&mut self) -> StoreResult<Vec<OwnRole>> {
        let organization = self.organization;
        accounts::roles(&mut self.conn(), organization).await
    }

    async fn keep_muted(&mut self, account: AccountId, muted: &[LetterKind]) -> StoreResult<()> {
        let organization = self.organization;
        letters::keep_muted(&mut self.conn(), organization, account, muted).await
    }

    async fn muting(&mut self, kind: LetterKind) -> StoreResult<Vec<String>> {
        let organization = self.organization;
        letters::muting(&mut self.conn(), organization, kind).await
    }

    async fn factor(&mut self, account: AccountId) -> StoreResult<Option<FactorRecord>> {
        let organization = self.organization;
        factors::find(&mut self.conn(), organization, account).await
    }

    async fn begin_factor(&mut self, account: AccountId, secret: &FactorSecret, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        factors::begin(&mut self.conn(), organization, account, secret, at).await
    }

    async fn confirm_factor(&mut self, account: AccountId, step: i64, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        factors::confirm(&mut self.conn(), organization, account, step, at).await
    }

    async fn take_step(&mut self, account: AccountId, step: i64) -> StoreResult<bool> {
        let organization = self.organization;
        factors::take(&mut self.conn(), organization, account, step).await
    }

    async fn drop_factor(&mut self, account: AccountId) -> StoreResult<bool> {
        let organization = self.organization;
        factors::forget(&mut self.conn(), organization, account).await
    }

    async fn recovery_codes(&mut self, account: AccountId) -> StoreResult<RecoveryCodes> {
        let organization = self.organization;
        factors::codes(&mut self.conn(), organization, account).await
    }

    async fn keep_recovery_codes(
        &mut self,
        account: AccountId,
        salt: &CodeSalt,
        hashes: &[[u8; 32]],
    ) -> StoreResult<()> {
        let organization = self.organization;
        factors::keep_codes(&mut self.conn(), organization, account, salt, hashes).await
    }

    async fn keep_code_salt(&mut self, account: AccountId, salt: &CodeSalt) -> StoreResult<()> {
        let organization = self.organization;
        factors::keep_salt(&mut self.conn(), organization, account, salt).await
    }

    async fn drop_recovery_codes(&mut self, account: AccountId) -> StoreResult<()> {
        let organization = self.organization;
        factors::forget_codes(&mut self.conn(), organization, account).await
    }

    async fn passkeys(&mut self, account: AccountId) -> StoreResult<Vec<PasskeyRecord>> {
        let organization = self.organization;
        passkeys::list(&mut self.conn(), organization, account).await
    }

    async fn passkey_handle(&mut self, account: AccountId, fresh: &[u8; 32]) -> StoreResult<[u8; 32]> {
        let organization = self.organization;
        passkeys::handle(&mut self.conn(), organization, account, fresh).await
    }

    async fn add_passkey(
        &mut self,
        account: AccountId,
        name: &str,
        kept: &KeptPasskey,
        at: Instant,
    ) -> StoreResult<PasskeyId> {
        let organization = self.organization;
        passkeys::add(&mut self.conn(), organization, account, (name, kept), at).await
    }

    async fn use_passkey(&mut self, account: AccountId, id: PasskeyId, counter: i64, at: Instant) -> StoreResult<bool> {
        let organization = self.organization;
        passkeys::note_use(&mut self.conn(), organization, (account, id), counter, at).await
    }

    async fn drop_passkey(&mut self, account: AccountId, id: PasskeyId) -> StoreResult<bool> {
        let organization = self.organization;
        passkeys::remove(&mut self.conn(), organization, account, id).await
    }

    async fn use_recovery_code(&mut self, account: AccountId, hash: &[u8; 32], at: Instant) -> StoreResult<bool> {
        let organization = self.organization;
        factors::use_code(&mut self.conn(), organization, account, hash, at).await
    }

    async fn require_factor(&mut self, required: bool) -> StoreResult<()> {
        let organization = self.organization;
        factors::require(&mut self.conn(), organization, required).await
    }

    async fn factor_required(&mut self) -> StoreResult<bool> {
        let organization = self.organization;
        factors::required(&mut self.conn(), organization).await
    }

    async fn add_ticket(&mut self, ticket: &Ticket) -> StoreResult<()> {
        tickets::add(&mut self.conn(), ticket).await
    }

    async fn ticket(&mut self, token_hash: &[u8; 32]) -> StoreResult<Option<Ticket>> {
        let organization = self.organization;
        let found = tickets::find(&mut self.conn(), token_hash).await?;
        Ok(found.filter(|ticket| ticket.organization == organization))
    }

    async fn open_ticket(&mut self, account: AccountId, purpose: Purpose) -> StoreResult<Option<Ticket>> {
        let organization = self.organization;
        tickets::open(&mut self.conn(), organization, account, purpose).await
    }

    async fn close_ticket(&mut self, token_hash: &[u8; 32], why: LinkFault) -> StoreResult<()> {
        let organization = self.organization;
        tickets::close(&mut self.conn(), organization, token_hash, why).await
    }

    async fn close_tickets(&mut self, account: AccountId, purpose: Option<Purpose>) -> StoreResult<u64> {
        let organization = self.organization;
        tickets::close_all(&mut self.conn(), organization, account, purpose).await
    }

    async fn count_ticket_try(&mut self, token_hash: &[u8; 32]) -> StoreResult<()> {
        let organization = self.organization;
        tickets::count_try(&mut self.conn(), organization, token_hash).await
    }

    async fn note_ticket_refused(&mut self, token_hash: &[u8; 32], why: &str) -> StoreResult<()> {
        let organization = self.organization;
        tickets::note(&mut self.conn(), organization, token_hash, why).await
    }
}

#[async_trait]
impl Identities for SqlStore {
    async fn keep_flow(&self, flow: &Flow) -> StoreResult<()> {
        identities::keep(&mut self.writer().await?.conn(), flow).await
    }

    async fn take_flow(&self, token_hash: &[u8; 32], state_hash: &[u8; 32]) -> StoreResult<Option<Flow>> {
        identities::take(&mut self.writer().await?.conn(), token_hash, state_hash).await
    }

    async fn identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<(OrganizationId, AccountId)>> {
        identities::find(&mut self.reader().await?.conn(), issuer, subject).await
    }

    async fn subject_of(
        &self,
        organization: OrganizationId,
        account: AccountId,
        issuer: &str,
    ) -> StoreResult<Option<String>> {
        identities::subject(&mut self.reader().await?.conn(), organization, account, issuer).await
    }
}

#[async_trait]
impl IdentityWrites for SqlTransaction {
    async fn link_identity(&mut self, account: AccountId, identity: &Identity, at: Instant) -> StoreResult<()> {
        let (organization, who) = (self.organization, (identity.issuer.as_str(), identity.subject.as_str()));
        identities::link(&mut self.conn(), organization, account, who, at).await
    }

    async fn forget_identities(&mut self, account: AccountId) -> StoreResult<()> {
        let organization = self.organization;
        identities::forget(&mut self.conn(), organization, account).await
    }

    async fn unlink_identity(&mut self, account: AccountId, issuer: &str) -> StoreResult<bool> {
        let organization = self.organization;
        identities::unlink(&mut self.conn(), organization, account, issuer).await
    }
}

#[async_trait]
impl Connections for SqlStore {
    async fn connection(&self, organization: OrganizationId) -> StoreResult<ConnectionRecord> {
        connections::find(&mut self.reader().await?.conn(), organization).await
    }

    async fn service_at(&self, address: &ServiceAddress) -> StoreResult<Option<AddressFound>> {
        connections::at(&mut self.reader().await?.conn(), address).await
    }

    async fn connection_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
    ) -> StoreResult<Option<DraftRecord>> {
        connections::draft(&mut self.reader().await?.conn(), organization, account).await
    }

    async fn keep_connection_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        draft: &str,
        at: Instant,
    ) -> StoreResult<()> {
        connections::keep_draft(&mut self.writer().await?.conn(), organization, account, draft, at).await
    }

    async fn handed_list(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<String>> {
        connections::list(&mut self.reader().await?.conn(), organization, account).await
    }
}

#[async_trait]
impl NewsBoard for SqlStore {
    async fn news(&self, before: Option<i64>, limit: u32) -> StoreResult<Vec<News>> {
        news::list(&mut self.reader().await?.conn(), before, limit).await
    }

    async fn news_text(&self, id: i64) -> StoreResult<Option<String>> {
        news::text(&mut self.reader().await?.conn(), id).await
    }

    async fn news_of_digest(&self, digest: &[u8; 32]) -> StoreResult<Option<News>> {
        news::of_digest(&mut self.reader().await?.conn(), digest).await
    }

    async fn subscriber(&self, email: &str) -> StoreResult<Option<Subscriber>> {
        news::of_email(&mut self.reader().await?.conn(), email).await
    }

    async fn subscriber_of(&self, token: &str) -> StoreResult<Option<Subscriber>> {
        news::of_token(&mut self.reader().await?.conn(), token).await
    }

    async fn subscription_waits(&self, email: &str, now: Instant) -> StoreResult<bool> {
        news::waits(&mut self.reader().await?.conn(), email, now).await
    }
}

#[async_trait]
impl ConnectionWrites for SqlTransaction {
    async fn connection(&mut self) -> StoreResult<ConnectionRecord> {
        let organization = self.organization;
        connections::find(&mut self.conn(), organization).await
    }

    async fn keep_connection(&mut self, responsible: Option<AccountId>, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        connections::keep(&mut self.conn(), organization, responsible, at).await
    }

    async fn rename(&mut self, name: &str) -> StoreResult<()> {
        let organization = self.organization;
        connections::rename(&mut self.conn(), organization, name).await
    }

    async fn take_address(&mut self, address: &ServiceAddress, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        connections::take(&mut self.conn(), organization, address, at).await
    }

    async fn connection_draft(&mut self, account: AccountId) -> StoreResult<Option<DraftRecord>> {
        let organization = self.organization;
        connections::draft(&mut self.conn(), organization, account).await
    }

    async fn drop_connection_drafts(&mut self) -> StoreResult<()> {
        let organization = self.organization;
        connections::drop_drafts(&mut self.conn(), organization).await
    }

    async fn hand_list(&mut self, account: AccountId, people: &str, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        connections::hand(&mut self.conn(), organization, account, people, at).await
    }

    async fn handed_list(&mut self, account: AccountId) -> StoreResult<Option<String>> {
        let organization = self.organization;
        connections::list(&mut self.conn(), organization, account).await
    }

    async fn drop_list(&mut self, account: AccountId) -> StoreResult<bool> {
        let organization = self.organization;
        connections::drop_list(&mut self.conn(), organization, account).await
    }
}

#[async_trait]
impl NewsWrites for SqlTransaction {
    async fn publish_news(&mut self, digest: &[u8; 32], text: &NewsText, at: Instant) -> StoreResult<Option<i64>> {
        news::publish(&mut self.conn(), digest, text, at).await
    }

    async fn news_written(&mut self, id: i64, letters: u64) -> StoreResult<()> {
        news::written(&mut self.conn(), id, letters).await
    }

    async fn subscribers(&mut self, after: &str, limit: u32) -> StoreResult<Vec<Subscriber>> {
        news::subscribers(&mut self.conn(), after, limit).await
    }

    async fn subscriber_count(&mut self) -> StoreResult<u64> {
        news::count(&mut self.conn()).await
    }

    async fn add_subscriber(&mut self, new: &Subscriber, at: Instant) -> StoreResult<bool> {
        news::add(&mut self.conn(), new, at).await
    }

    async fn forget_subscriber(&mut self, email: &str) -> StoreResult<bool> {
        news::forget(&mut self.conn(), email).await
    }

    async fn close_subscriptions(&mut self, email: &str) -> StoreResult<()> {
        news::close(&mut self.conn(), email).await
    }
}

#[async_trait]
impl Partners for SqlStore {
    async fn partner_code(&self, organization: OrganizationId) -> StoreResult<Option<PartnerCode>> {
        partners::code(&mut self.reader().await?.conn(), organization).await
    }

    async fn partner_of_code(&self, code: &PartnerCode) -> StoreResult<Option<(OrganizationId, String)>> {
        partners::of_code(&mut self.reader().await?.conn(), code).await
    }

    async fn grants(&self, customer: OrganizationId) -> StoreResult<Vec<Grant>> {
        partners::grants(&mut self.reader().await?.conn(), customer).await
    }

    async fn customers(&self, partner: OrganizationId) -> StoreResult<Vec<Served>> {
        partners::customers(&mut self.reader().await?.conn(), partner).await
    }

    async fn served(&self, partner: OrganizationId, customer: OrganizationId) -> StoreResult<Option<Served>> {
        partners::served(&mut self.reader().await?.conn(), partner, customer).await
    }

    async fn representative(
        &self,
        customer: OrganizationId,
        of: (OrganizationId, AccountId),
    ) -> StoreResult<Option<(Account, Instant)>> {
        partners::representative(&mut self.reader().await?.conn(), customer, of).await
    }

    async fn represented(&self, customer: OrganizationId, account: AccountId) -> StoreResult<Option<Standing>> {
        partners::represented(&mut self.reader().await?.conn(), customer, account).await
    }

    async fn pools_of_customers(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, Pool)>> {
        stock::pools_of_customers(&mut self.reader().await?.conn(), partner).await
    }

    async fn people_of_customers(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>> {
        partners::people(&mut self.reader().await?.conn(), partner).await
    }

    async fn failures_of_customers(
        &self,
        partner: OrganizationId,
        since: Instant,
    ) -> StoreResult<Vec<FailedOperation>> {
        partners::failures(&mut self.reader().await?.conn(), partner, since).await
    }
}

#[async_trait]
impl PartnerWrites for SqlTransaction {
    async fn keep_partner(&mut self, code: &PartnerCode, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        partners::keep(&mut self.conn(), organization, code, at).await
    }

    async fn grants(&mut self) -> StoreResult<Vec<Grant>> {
        let organization = self.organization;
        partners::grants(&mut self.conn(), organization).await
    }

    async fn keep_grant(&mut self, partner: OrganizationId, rights: Rights, at: Instant) -> StoreResult<()> {
        let organization = self.organization;
        partners::keep_grant(&mut self.conn(), organization, partner, rights, at).await
    }

    async fn drop_grant(&mut self, partner: OrganizationId) -> StoreResult<bool> {
        let organization = self.organization;
        partners::drop_grant(&mut self.conn(), organization, partner).await
    }

    async fn keep_representative(
        &mut self,
        of: (OrganizationId, AccountId),
        name: &str,
        email: &str,
        at: Instant,
    ) -> StoreResult<Account> {
        let organization = self.organization;
        partners::keep_representative(&mut self.conn(), organization, of, (name, email), at).await
    }

    async fn standing_for(&mut self, partner: OrganizationId, session: SessionId) -> StoreResult<Option<Standing>> {
        let organization = self.organization;
        partners::standing_for(&mut self.conn(), organization, partner, session).await
    }

    async fn represented(&mut self, account: AccountId) -> StoreResult<Option<Standing>> {
        let organization = self.organization;
        partners::represented(&mut self.conn(), organization, account).await
    }
}

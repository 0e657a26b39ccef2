//! Applications, what they connect, contracts and what is agreed on under them, as the store keeps them.

use async_trait::async_trait;
use domain::{
    AccountId, Application, ApplicationFilter, ApplicationId, ChargeLine, Choice, Connected, Contract, ContractId,
    Date, Extension, Instant, Kopecks, Month, NewApplication, OrderId, OrganizationId, PoolId, Promotion, Recorded,
    Side, Word,
};

use super::StoreResult;

/// What both sides have said of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub partner: Option<Word>,
    pub vendor: Option<Word>,
    /// Who said it for the partner.
    pub partner_account: Option<AccountId>,
    /// As they were when both agreed.
    pub agreed: Option<Vec<ChargeLine>>,
    pub order: Option<OrderId>,
}

/// How an application ends.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    pub state: domain::ApplicationState,
    /// In the customer's own log.
    pub by: AccountId,
    pub reason: &'a str,
    /// Of one by which something is connected.
    pub recorded: Option<&'a Recorded>,
    pub at: Instant,
}

/// Questions about applications and contracts. Whoever asks is part of each: a customer finds its own, a partner those of
/// organisations that it serves now, either side of a contract its own.
#[async_trait]
pub trait Applications: Send + Sync {
    /// By code.
    async fn extensions(&self) -> StoreResult<Vec<Extension>>;
    /// Those that end last first.
    async fn promotions(&self) -> StoreResult<Vec<Promotion>>;
    /// A customer's, newest first, below `before`.
    async fn applications(
        &self,
        customer: OrganizationId,
        before: Option<ApplicationId>,
        limit: u32,
    ) -> StoreResult<Vec<Application>>;
    async fn application(&self, customer: OrganizationId, id: ApplicationId) -> StoreResult<Option<Application>>;
    /// Those to a partner: those that wait first, oldest on top, then the others, newest on top; `limit` from `offset` on,
    /// and how many there are.
    async fn applications_to(
        &self,
        partner: OrganizationId,
        filter: ApplicationFilter,
        offset: u64,
        limit: u32,
    ) -> StoreResult<(Vec<Application>, u64)>;
    async fn application_to(&self, partner: OrganizationId, id: ApplicationId) -> StoreResult<Option<Application>>;
    /// How many wait for a partner, by customer.
    async fn applications_waiting(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>>;
    /// By the code of the extension.
    async fn connected(&self, customer: OrganizationId) -> StoreResult<Vec<Connected>>;
    /// All of the installation, by id.
    async fn all_contracts(&self) -> StoreResult<Vec<Contract>>;
    /// Those of which an organisation is a side, newest first.
    async fn contracts(&self, side: OrganizationId) -> StoreResult<Vec<Contract>>;
    /// One of them.
    async fn contract(&self, side: OrganizationId, id: ContractId) -> StoreResult<Option<Contract>>;
    /// How much was connected under a contract, by day in Moscow.
    async fn charged_days(&self, contract: &Contract) -> StoreResult<Vec<(Date, u64, Kopecks)>>;
    /// What was connected in a month, by time.
    async fn charges(&self, contract: &Contract, month: Month) -> StoreResult<Vec<ChargeLine>>;
    async fn words(&self, contract: &Contract, month: Month) -> StoreResult<Words>;
    /// Of all months of which somebody has said something.
    async fn all_words(&self, contract: &Contract) -> StoreResult<Vec<(Month, Words)>>;
    /// Which reconciliation an order is the invoice of.
    async fn reconciled_by(&self, partner: OrganizationId, order: OrderId) -> StoreResult<Option<(ContractId, Month)>>;
    /// A form of an account that goes on, as JSON.
    async fn form_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        about: &str,
    ) -> StoreResult<Option<String>>;
    /// Keeps it; `None` forgets it.
    async fn keep_form_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        about: &str,
        draft: Option<&str>,
        at: Instant,
    ) -> StoreResult<()>;
}

/// What is written about applications and contracts with an entry in the audit log.
#[async_trait]
pub trait ApplicationWrites: Send {
    /// Changes and adds extensions and promotions.
    async fn keep_extensions(&mut self, extensions: &[Extension], promotions: &[Promotion]) -> StoreResult<()>;
    /// A product that stands behind a new extension.
    async fn add_extension_product(&mut self, code: &str, title: &str) -> StoreResult<domain::ProductId>;
    /// Changes how that product is called.
    async fn rename_product(&mut self, product: domain::ProductId, title: &str) -> StoreResult<()>;
    /// # Errors
    /// [`super::StoreError::Conflict`] if one waits for the extension already.
    async fn insert_application(
        &mut self,
        account: AccountId,
        new: &NewApplication,
        at: Instant,
    ) -> StoreResult<ApplicationId>;
    /// As [`Applications::application`].
    async fn application(&mut self, id: ApplicationId) -> StoreResult<Option<Application>>;
    /// Keeps what the partner has set, if the application still waits in this version.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if not.
    async fn correct_application(&mut self, id: ApplicationId, version: u64, set: Option<&Choice>) -> StoreResult<()>;
    /// Settles an application that still waits in this version.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if not.
    async fn settle_application(
        &mut self,
        id: ApplicationId,
        version: u64,
        set: Option<&Choice>,
        settled: Settled<'_>,
    ) -> StoreResult<()>;
    /// As [`Applications::connected`].
    async fn connected(&mut self) -> StoreResult<Vec<Connected>>;
    /// # Errors
    /// [`super::StoreError::Conflict`] if it is connected already.
    async fn connect_extension(&mut self, extension: &str, size: &str, pool: PoolId, at: Instant) -> StoreResult<()>;
    /// Gives a connected extension a larger size, and its pool as many seats.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if it is not connected, or has as many seats.
    async fn grow_extension(
        &mut self,
        extension: &str,
        size: &str,
        pool: PoolId,
        seats: u64,
        at: Instant,
    ) -> StoreResult<()>;
    /// The contract's id is 0 for a new one; its id then.
    async fn keep_contract(&mut self, contract: &Contract) -> StoreResult<ContractId>;
    /// As [`Applications::contracts`].
    async fn contracts(&mut self) -> StoreResult<Vec<Contract>>;
    /// As [`Applications::charges`].
    async fn charges(&mut self, contract: &Contract, month: Month) -> StoreResult<Vec<ChargeLine>>;
    /// As [`Applications::words`].
    async fn words(&mut self, contract: &Contract, month: Month) -> StoreResult<Words>;
    /// Keeps what a side says of a month, instead of what it said before: that lines of a digest are right, or what is
    /// wrong with them.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if both have agreed already.
    async fn say(
        &mut self,
        contract: &Contract,
        month: Month,
        side: Side,
        account: AccountId,
        said: &domain::Said,
        at: Instant,
    ) -> StoreResult<()>;
    /// Keeps what both have agreed on, and its invoice.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if they have agreed already.
    async fn agree(
        &mut self,
        contract: &Contract,
        month: Month,
        lines: &[ChargeLine],
        order: Option<OrderId>,
    ) -> StoreResult<()>;
    /// As [`Applications::reconciled_by`].
    async fn reconciled_by(&mut self, order: OrderId) -> StoreResult<Option<(ContractId, Month)>>;
    async fn drop_form_draft(&mut self, account: AccountId, about: &str) -> StoreResult<()>;
}

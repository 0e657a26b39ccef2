//! Services that are connected, as the store keeps them.

use async_trait::async_trait;
use domain::{AccountId, Instant, OrganizationId, ServiceAddress};

use super::StoreResult;

/// What is known of an organisation's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRecord {
    /// `None` until it is connected.
    pub connected_at: Option<Instant>,
    /// `None` if nobody was named.
    pub responsible: Option<AccountId>,
    pub address: Option<String>,
    /// Addresses that it had before, oldest first.
    pub former: Vec<String>,
    /// Place of work and city of whoever registered; empty if nobody did.
    pub work: String,
    pub city: String,
}

/// Whose service is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFound {
    pub organization: OrganizationId,
    pub name: String,
    /// Another one than was asked for, if that is a former one.
    pub current: String,
}

/// What was entered so far, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRecord {
    pub draft: String,
    pub updated_at: Instant,
}

/// Questions about connections, and what is kept without an entry in the audit log.
#[async_trait]
pub trait Connections: Send + Sync {
    async fn connection(&self, organization: OrganizationId) -> StoreResult<ConnectionRecord>;
    /// Of whatever organisation: whoever has an address is nobody's yet.
    async fn service_at(&self, address: &ServiceAddress) -> StoreResult<Option<AddressFound>>;
    /// Whose draft and list it is, is part of the question: nobody else's is found.
    async fn connection_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
    ) -> StoreResult<Option<DraftRecord>>;
    async fn keep_connection_draft(
        &self,
        organization: OrganizationId,
        account: AccountId,
        draft: &str,
        at: Instant,
    ) -> StoreResult<()>;
    async fn handed_list(&self, organization: OrganizationId, account: AccountId) -> StoreResult<Option<String>>;
}

/// What is written about connections with an entry in the audit log.
#[async_trait]
pub trait ConnectionWrites: Send {
    /// As [`Connections::connection`].
    async fn connection(&mut self) -> StoreResult<ConnectionRecord>;
    async fn keep_connection(&mut self, responsible: Option<AccountId>, at: Instant) -> StoreResult<()>;
    async fn rename(&mut self, name: &str) -> StoreResult<()>;
    /// The former address goes on leading here.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if it is another organisation's.
    async fn take_address(&mut self, address: &ServiceAddress, at: Instant) -> StoreResult<()>;
    /// As [`Connections::connection_draft`].
    async fn connection_draft(&mut self, account: AccountId) -> StoreResult<Option<DraftRecord>>;
    /// Everybody's.
    async fn drop_connection_drafts(&mut self) -> StoreResult<()>;
    async fn hand_list(&mut self, account: AccountId, people: &str, at: Instant) -> StoreResult<()>;
    /// As [`Connections::handed_list`].
    async fn handed_list(&mut self, account: AccountId) -> StoreResult<Option<String>>;
    /// Whether there was one.
    async fn drop_list(&mut self, account: AccountId) -> StoreResult<bool>;
}

//! Partners and whom they serve, as the store keeps them.

use async_trait::async_trait;
use domain::{
    Account, AccountId, Grant, Instant, Kind, OperationId, OrganizationId, PartnerCode, Pool, Refusal, Rights, Served,
    SessionId,
};

use super::{Standing, StoreResult};

/// An operation of a customer that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedOperation {
    pub organization: OrganizationId,
    pub id: OperationId,
    pub kind: Kind,
    pub refusal: Option<Refusal>,
    pub at: Instant,
}

/// What is asked of partners. Whatever tells of customers begins with the grant that each of them has given.
#[async_trait]
pub trait Partners: Send + Sync {
    /// By what customers find this organisation; `None` if it is no partner.
    async fn partner_code(&self, organization: OrganizationId) -> StoreResult<Option<PartnerCode>>;
    /// The partner of a code: which, and its name.
    async fn partner_of_code(&self, code: &PartnerCode) -> StoreResult<Option<(OrganizationId, String)>>;
    /// Whom this organisation lets do something, by name.
    async fn grants(&self, customer: OrganizationId) -> StoreResult<Vec<Grant>>;
    /// Who lets this partner do something, by name.
    async fn customers(&self, partner: OrganizationId) -> StoreResult<Vec<Served>>;
    /// One of them.
    async fn served(&self, partner: OrganizationId, customer: OrganizationId) -> StoreResult<Option<Served>>;
    /// As whom an account of a partner acts there, and when they last came for the first time since they were let in.
    async fn representative(
        &self,
        customer: OrganizationId,
        of: (OrganizationId, AccountId),
    ) -> StoreResult<Option<(Account, Instant)>>;
    /// As [`PartnerWrites::represented`].
    async fn represented(&self, customer: OrganizationId, account: AccountId) -> StoreResult<Option<Standing>>;
    /// Of all customers, by customer, then by id.
    async fn pools_of_customers(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, Pool)>>;
    /// How many living people each of them has.
    async fn people_of_customers(&self, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>>;
    /// Of all customers since then, newest first.
    async fn failures_of_customers(&self, partner: OrganizationId, since: Instant)
    -> StoreResult<Vec<FailedOperation>>;
}

/// What is written about partners, at the customer's.
#[async_trait]
pub trait PartnerWrites: Send {
    /// Makes this organisation a partner, or gives it another code.
    ///
    /// # Errors
    /// [`super::StoreError::Conflict`] if another has the code.
    async fn keep_partner(&mut self, code: &PartnerCode, at: Instant) -> StoreResult<()>;
    /// As [`Partners::grants`].
    async fn grants(&mut self) -> StoreResult<Vec<Grant>>;
    /// Lets a partner do this and nothing else from now on.
    async fn keep_grant(&mut self, partner: OrganizationId, rights: Rights, at: Instant) -> StoreResult<()>;
    /// Lets it do nothing any more; whether it might.
    async fn drop_grant(&mut self, partner: OrganizationId) -> StoreResult<bool>;
    /// As whom an account of a partner acts here: made if it is new, called by this name from now on.
    async fn keep_representative(
        &mut self,
        of: (OrganizationId, AccountId),
        name: &str,
        email: &str,
        at: Instant,
    ) -> StoreResult<Account>;
    /// Who works here in a session of another organisation, and what both let them do now.
    async fn standing_for(&mut self, partner: OrganizationId, session: SessionId) -> StoreResult<Option<Standing>>;
    /// What a representative may do now; `None` if nothing any more, or it is none.
    async fn represented(&mut self, account: AccountId) -> StoreResult<Option<Standing>>;
}

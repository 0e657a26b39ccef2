//! The identity provider: who somebody says that another is (OpenID Connect Core 1.0); and what of it the store keeps.

use async_trait::async_trait;
use domain::{AccountId, Instant, OrganizationId, SessionId};

use super::StoreResult;

/// With what a browser is sent to the provider, and what is kept until it comes back.
#[derive(Clone)]
pub struct Begun {
    /// `https://…`, with all of it but the verifier.
    pub url: String,
    /// What the provider hands back: RFC 6749, 10.12.
    pub state: String,
    /// What the ID token has to hold.
    pub nonce: String,
    /// By which the code is ours alone: RFC 7636.
    pub verifier: String,
}

/// Whom the provider means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// As the provider calls itself.
    pub issuer: String,
    /// Never given to another: the e-mail may be.
    pub subject: String,
    /// As the provider has it, in whatever form.
    pub email: Option<String>,
    /// Whether the provider says that it has looked.
    pub email_verified: bool,
}

/// Why nobody knows who it is. The provider's own words stay in the log of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("provider_away")]
    Away,
    /// An answer that is none.
    #[error("provider_garbled")]
    Garbled,
    /// The code is not the provider's, not ours, or was used.
    #[error("code_refused")]
    Code,
    /// No ID token, or one without its parts.
    #[error("no_token")]
    NoToken,
    #[error("wrong_issuer")]
    Issuer,
    #[error("wrong_audience")]
    Audience,
    #[error("wrong_nonce")]
    Nonce,
    #[error("token_expired")]
    Expired,
    /// Issued in the future, or long ago.
    #[error("token_time")]
    IssuedAt,
    /// None, or one that does not tell who signed.
    #[error("wrong_algorithm")]
    Algorithm,
    #[error("wrong_signature")]
    Signature,
    /// Signed with a key that the provider does not show.
    #[error("unknown_key")]
    Key,
}

/// An identity provider: code flow with PKCE (RFC 7636, S256), a state and a nonce (RFC 9700, 2.1.1).
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// As it calls itself.
    fn issuer(&self) -> &str;
    /// Where it sends browsers on from a form of ours, as far as it is known: `https://id.example`.
    fn origins(&self) -> Vec<String>;
    async fn begin(&self) -> Result<Begun, IdentityError>;
    /// Exchanges the code, and checks what comes for it.
    async fn finish(&self, code: String, verifier: String, nonce: String) -> Result<Identity, IdentityError>;
}

/// A browser that was sent to the provider.
#[derive(Clone)]
pub struct Flow {
    pub token_hash: [u8; 32],
    pub state_hash: [u8; 32],
    pub nonce: String,
    pub verifier: String,
    /// Where it goes on to: a path of ours, or nothing.
    pub wanted: String,
    /// Of whoever links an identity to their account.
    pub linking: Option<Linking>,
    pub expires_at: Instant,
}

/// Who links, and in which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linking {
    pub organization: OrganizationId,
    pub account: AccountId,
    pub session: SessionId,
}

/// Questions about identities, and what is kept without an entry in the audit log.
#[async_trait]
pub trait Identities: Send + Sync {
    async fn keep_flow(&self, flow: &Flow) -> StoreResult<()>;
    /// Each once, whatever becomes of it.
    async fn take_flow(&self, token_hash: &[u8; 32], state_hash: &[u8; 32]) -> StoreResult<Option<Flow>>;
    /// Whose account an identity is: of whatever organisation, for whoever comes is nobody's yet.
    async fn identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<(OrganizationId, AccountId)>>;
    /// Whom the provider means by the owner of an account, if they are linked.
    async fn subject_of(
        &self,
        organization: OrganizationId,
        account: AccountId,
        issuer: &str,
    ) -> StoreResult<Option<String>>;
}

/// What is written about identities with an entry in the audit log.
#[async_trait]
pub trait IdentityWrites: Send {
    /// # Errors
    /// [`super::StoreError::Conflict`] if the identity is another account's, or the account has one of this issuer.
    async fn link_identity(&mut self, account: AccountId, identity: &Identity, at: Instant) -> StoreResult<()>;
    /// Whether there was one.
    /// Unlinks all of an account.
    async fn forget_identities(&mut self, account: AccountId) -> StoreResult<()>;
    async fn unlink_identity(&mut self, account: AccountId, issuer: &str) -> StoreResult<bool>;
}

//! A certification authority: whom certificates are asked of.

use async_trait::async_trait;
use domain::{Instant, PersonName, SignatureKind, Way};

/// What is asked for. Asked twice under one key, it is one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    pub key: String,
    /// Who pays for it.
    pub organization: String,
    pub name: PersonName,
    pub email: String,
    pub signature: SignatureKind,
    pub identification: Identify,
}

/// What the authority has to do about the person's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identify {
    /// Nothing: this kind of signature asks for nobody's passport.
    Nobody,
    /// Make sure of it in this way.
    By(Way),
    /// Nothing any more: the organisation has done it in this way.
    Done(Way),
}

impl Identify {
    /// As it is kept: what was asked for.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::By(way) => way.code(),
            Self::Done(Way::InPerson) => "done_in_person",
            Self::Done(Way::Gosuslugi) => "done_gosuslugi",
            Self::Done(Way::Goskey) => "done_goskey",
        }
    }
}

/// Where a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestState {
    Pending,
    /// The person has been identified; the certificate is being made.
    Identified(Way),
    Issued {
        serial: String,
        /// The first moment after its term.
        valid_until: Instant,
    },
    Rejected {
        reason: String,
    },
    /// Withdrawn, or the certificate revoked.
    Revoked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// No connection, no answer in time, or it is busy: trying again helps.
    #[error("the certification authority does not answer")]
    Unreachable,
    /// It does not know us: the token is wrong.
    #[error("the certification authority refuses the token")]
    NotAllowed,
    /// It knows no request of this key.
    #[error("the certification authority knows no such request")]
    Unknown,
    /// It will not take this request.
    #[error("the certification authority refuses the request")]
    Refused,
    /// Its answer is none of the contract's.
    #[error("the certification authority's answer makes no sense")]
    Garbled,
}

impl AuthorityError {
    /// Whether it is about the authority as a whole and not about one request.
    #[must_use]
    pub fn is_of_all(self) -> bool {
        matches!(self, Self::Unreachable | Self::NotAllowed)
    }
}

#[async_trait]
pub trait Authority: Send + Sync + 'static {
    async fn submit(&self, request: &CertificateRequest) -> Result<RequestState, AuthorityError>;
    async fn state(&self, key: &str) -> Result<RequestState, AuthorityError>;
    /// Revokes the certificate, or withdraws the request as long as there is none. Twice is once.
    async fn revoke(&self, key: &str) -> Result<(), AuthorityError>;
}

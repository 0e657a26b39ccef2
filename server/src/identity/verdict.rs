//! What the library's errors mean to us. Their texts may hold what a token says: they go no further than here.

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError, StandardErrorResponse,
};
use service::ports::IdentityError;

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("{0}")]
    Http(#[from] ureq::Error),
    #[error("status {0}")]
    Down(u16),
    /// The provider's own description leads where secrets do not go.
    #[error("not by TLS")]
    Open,
}

pub(super) fn of_discovery(error: &DiscoveryError<NoAnswer>) -> IdentityError {
    match error {
        DiscoveryError::Request(said) => {
            tracing::warn!(%said, "the identity provider does not answer");
            of_silence(said)
        }
        DiscoveryError::Validation(said) => {
            tracing::error!(said, "the identity provider describes another: check LICENTIA_OIDC_ISSUER");
            IdentityError::Issuer
        }
        other => {
            tracing::error!(%other, "the identity provider does not describe itself");
            IdentityError::Garbled
        }
    }
}

fn of_silence(error: &NoAnswer) -> IdentityError {
    match error {
        NoAnswer::Http(ureq::Error::BodyExceedsLimit(_)) | NoAnswer::Open => IdentityError::Garbled,
        NoAnswer::Http(_) | NoAnswer::Down(_) => IdentityError::Away,
    }
}

pub(super) fn of_exchange(
    error: &RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>,
) -> IdentityError {
    match error {
        RequestTokenError::ServerResponse(said) => match said.error() {
            CoreErrorResponseType::InvalidGrant => IdentityError::Code,
            code => {
                tracing::error!(code = code.as_ref(), "the identity provider does not take us: check the client");
                IdentityError::Garbled
            }
        },
        RequestTokenError::Request(said) => {
            tracing::warn!(%said, "the identity provider does not answer");
            of_silence(said)
        }
        // With the answer in it, and so the tokens: not for the log.
        RequestTokenError::Parse(..) => IdentityError::NoToken,
        RequestTokenError::Other(_) => IdentityError::Garbled,
    }
}

/// OpenID Connect Core 1.0, 3.1.3.7.
pub(super) fn of_claims(error: &ClaimsVerificationError) -> IdentityError {
    use SignatureVerificationError as Signature;
    match error {
        ClaimsVerificationError::Expired(_) => IdentityError::Expired,
        ClaimsVerificationError::InvalidAudience(_) => IdentityError::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => IdentityError::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => IdentityError::Nonce,
        ClaimsVerificationError::SignatureVerification(why) => match why {
            Signature::NoSignature | Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_) => {
                IdentityError::Algorithm
            }
            Signature::NoMatchingKey | Signature::AmbiguousKeyId(_) | Signature::InvalidKey(_) => IdentityError::Key,
            _ => IdentityError::Signature,
        },
        _ => IdentityError::NoToken,
    }
}

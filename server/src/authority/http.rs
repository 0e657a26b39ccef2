use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use service::ports::{Authority, AuthorityError, CertificateRequest, RequestState};
use ureq::http::Request;

use super::message::{Answered, Asked};
use crate::outgoing;

/// How long an answer is waited for, from the connection to its last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// No answer of the contract is longer.
const LONGEST: u64 = 64 * 1024;
const SHORTEST_TOKEN: usize = 8;

/// A certification authority behind an address.
#[derive(Clone)]
pub struct HttpAuthority {
    agent: ureq::Agent,
    url: Arc<str>,
    /// `Bearer …`
    authorization: Arc<str>,
}

impl std::fmt::Debug for HttpAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpAuthority({})", self.url)
    }
}

impl HttpAuthority {
    /// `url` is `https://…`; `http://…` only on this machine, for the token goes with every request.
    ///
    /// # Errors
    /// What to tell whoever configured it.
    pub fn new(url: &str, token: &str) -> Result<Self, String> {
        let url = url.trim_end_matches('/');
        outgoing::checked(&format!("{url}/v1/requests/1"), "LICENTIA_AUTHORITY_URL")?;
        let authorization = outgoing::bearer(token, SHORTEST_TOKEN, "LICENTIA_AUTHORITY_TOKEN")?;
        let agent = outgoing::agent(PATIENCE);
        Ok(Self { agent, url: url.into(), authorization })
    }

    async fn ask(
        &self,
        method: &'static str,
        path: String,
        body: Option<String>,
    ) -> Result<RequestState, AuthorityError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/v1/requests/{path}", self.url))
            .header("authorization", &*self.authorization)
            .header("accept", "application/json")
            .header("content-type", "application/json");
        let request = request.body(body.unwrap_or_default()).map_err(|_| AuthorityError::Refused)?;
        let agent = self.agent.clone();
        // ureq waits in its thread; there are never more than a few of these at a time.
        let answer = tokio::task::spawn_blocking(move || {
            let mut answer = agent.run(request)?;
            let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec()?;
            Ok::<_, ureq::Error>((answer.status().as_u16(), body))
        });
        let (status, body) = match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(ureq::Error::BodyExceedsLimit(_))) => return Err(AuthorityError::Garbled),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the certification authority does not answer");
                return Err(AuthorityError::Unreachable);
            }
            Err(_) => return Err(AuthorityError::Unreachable),
        };
        match status {
            200 | 201 => {
                let answered: Option<Answered> = serde_json::from_slice(&body).ok();
                answered.and_then(Answered::state).ok_or(AuthorityError::Garbled)
            }
            401 | 403 => Err(AuthorityError::NotAllowed),
            404 => Err(AuthorityError::Unknown),
            400 | 409 | 422 => Err(AuthorityError::Refused),
            429 | 500..=599 => Err(AuthorityError::Unreachable),
            _ => Err(AuthorityError::Garbled),
        }
    }
}

#[async_trait]
impl Authority for HttpAuthority {
    async fn submit(&self, request: &CertificateRequest) -> Result<RequestState, AuthorityError> {
        let body = serde_json::to_string(&Asked::from(request)).map_err(|_| AuthorityError::Refused)?;
        self.ask("PUT", request.key.clone(), Some(body)).await
    }

    async fn state(&self, key: &str) -> Result<RequestState, AuthorityError> {
        self.ask("GET", key.to_owned(), None).await
    }

    async fn revoke(&self, key: &str) -> Result<(), AuthorityError> {
        match self.ask("PUT", format!("{key}/revocation"), None).await? {
            RequestState::Revoked => Ok(()),
            _ => Err(AuthorityError::Garbled),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_not_travel_in_the_clear() {
        for url in ["https://ca.example", "https://ca.example/licentia/", "http://127.0.0.1:4000", "http://[::1]:4000"]
        {
            assert!(HttpAuthority::new(url, "12345678").is_ok(), "{url}");
        }
        let wrong =
            ["http://ca.example", "http://127.0.0.1.example:80", "ftp://ca.example", "ca.example", "", "https://a b"];
        for url in wrong {
            assert!(HttpAuthority::new(url, "12345678").unwrap_err().contains("LICENTIA_AUTHORITY_URL"), "{url}");
        }
        for token in ["", "1234567", "1234 5678", "1234567\n8", "ключключ"] {
            let refused = HttpAuthority::new("https://ca.example", token).unwrap_err();
            assert!(refused.contains("LICENTIA_AUTHORITY_TOKEN") && (token.is_empty() || !refused.contains(token)));
        }
        let shown = format!("{:?}", HttpAuthority::new("https://ca.example", "12345678").unwrap());
        assert!(!shown.contains("12345678"), "{shown}");
    }
}

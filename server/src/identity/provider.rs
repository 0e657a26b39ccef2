use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    SignatureVerificationError, TokenResponse,
};
use service::ports::{Begun, Identity, IdentityError, IdentityProvider};
use tokio::sync::Semaphore;

use super::Settings;
use super::verdict::{NoAnswer, of_claims, of_discovery, of_exchange};
use crate::outgoing::{agent, keeps_secrets};

/// How long an answer is waited for, from the connection to its last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// No description, set of keys or token of a provider is longer.
const LONGEST: u64 = 256 * 1024;
/// What a provider says of itself and its keys is asked for again after so long,
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// and when a key is not known, but not more often than so.
const AGAIN: Duration = Duration::from_secs(60);
/// One that does not answer is let alone for so long.
const DOWN: Duration = Duration::from_secs(5);
/// Requests at once: each holds a thread.
const AT_ONCE: usize = 8;
/// How far its clock may be ahead of ours.
const SKEW_SECONDS: i64 = 60;
/// How old an ID token may be: it is made when the code is exchanged.
const OLD_SECONDS: i64 = 600;

/// Only those that tell who signed: the others know a secret that we know too, or nothing (RFC 8725, 3.1).
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// An identity provider that describes itself at its address. Cheap to clone.
#[derive(Clone)]
pub struct OpenIdProvider(Arc<Inner>);

struct Inner {
    settings: Settings,
    agent: ureq::Agent,
    /// How long keys are not asked for again.
    pause: Duration,
    known: Mutex<Known>,
    turns: Semaphore,
}

/// What the provider has said of itself.
#[derive(Default)]
struct Known {
    metadata: Option<(Arc<CoreProviderMetadata>, Instant)>,
    failed: Option<(IdentityError, Instant)>,
}

impl OpenIdProvider {
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_pause(settings, AGAIN)
    }

    /// The same, for which unknown keys are asked for again after `pause`.
    #[must_use]
    pub fn with_pause(settings: Settings, pause: Duration) -> Self {
        let (agent, known, turns) = (agent(PATIENCE), Mutex::default(), Semaphore::new(AT_ONCE));
        Self(Arc::new(Inner { settings, agent, pause, known, turns }))
    }

    /// Asks in a thread that may wait.
    async fn wait<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Inner) -> Result<T, IdentityError> + Send + 'static,
    ) -> Result<T, IdentityError> {
        let _turn = self.0.turns.acquire().await.map_err(|_| IdentityError::Away)?;
        let inner = self.0.clone();
        tokio::task::spawn_blocking(move || ask(&inner)).await.unwrap_or(Err(IdentityError::Away))
    }
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    fn issuer(&self) -> &str {
        self.0.settings.issuer.as_str()
    }

    fn origins(&self) -> Vec<String> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner).metadata.clone();
        let there = known.map(|(metadata, _)| metadata.authorization_endpoint().url().origin().ascii_serialization());
        let own = self.0.settings.issuer.url().origin().ascii_serialization();
        let mut origins = vec![own];
        origins.extend(there);
        origins.dedup();
        origins
    }

    async fn begin(&self) -> Result<Begun, IdentityError> {
        self.wait(|inner| {
            let client = inner.client(&*inner.metadata()?);
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let (url, state, nonce) = client
                .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
                .add_scopes(inner.settings.scopes.iter().cloned())
                .set_pkce_challenge(challenge)
                .url();
            let verifier = verifier.into_secret();
            Ok(Begun { url: url.into(), state: state.into_secret(), nonce: nonce.secret().clone(), verifier })
        })
        .await
    }

    async fn finish(&self, code: String, verifier: String, nonce: String) -> Result<Identity, IdentityError> {
        self.wait(move |inner| inner.finish(code, verifier, nonce)).await
    }
}

impl Inner {
    fn http(&self) -> impl Fn(HttpRequest) -> Result<HttpResponse, NoAnswer> + '_ {
        |request| {
            if !keeps_secrets(request.uri()) {
                return Err(NoAnswer::Open);
            }
            let mut answer = self.agent.run(request)?;
            let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec()?;
            if answer.status().is_server_error() {
                return Err(NoAnswer::Down(answer.status().as_u16()));
            }
            let (parts, _) = answer.into_parts();
            Ok(HttpResponse::from_parts(parts, body))
        }
    }

    /// What it has said of itself, asked for if it is not known or old.
    fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        let former = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            match (&known.metadata, known.failed) {
                (Some((metadata, at)), _) if at.elapsed() < FRESH => return Ok(metadata.clone()),
                (None, Some((error, at))) if at.elapsed() < DOWN => return Err(error),
                (metadata, _) => metadata.as_ref().map(|(metadata, _)| metadata.clone()),
            }
        };
        // One that does not answer just now is as it was.
        self.discover().or_else(|error| former.ok_or(error))
    }

    fn discover(&self) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        let found = CoreProviderMetadata::discover(&self.settings.issuer, &self.http());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Known { metadata: Some((metadata.clone(), Instant::now())), failed: None };
                Ok(metadata)
            }
            Err(error) => {
                let error = of_discovery(&error);
                known.failed = Some((error, Instant::now()));
                Err(error)
            }
        }
    }

    /// With new keys, if there may be any.
    fn renewed(&self) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).metadata.clone();
        match known {
            Some((_, at)) if at.elapsed() < self.pause => Err(IdentityError::Key),
            _ => self.discover(),
        }
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let Settings { client, secret, callback, .. } = &self.settings;
        // RFC 6749, 2.3.1: by the header, unless the provider takes nothing but the body.
        let methods = metadata.token_endpoint_auth_methods_supported().map_or(&[][..], Vec::as_slice);
        let by_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
        CoreClient::from_provider_metadata(metadata.clone(), client.clone(), Some(secret.clone()))
            .set_redirect_uri(callback.clone())
            .set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    fn verifier(&self, metadata: &CoreProviderMetadata) -> CoreIdTokenVerifier<'static> {
        let Settings { issuer, client, secret, .. } = &self.settings;
        let keys = metadata.jwks().clone();
        CoreIdTokenVerifier::new_confidential_client(client.clone(), secret.clone(), issuer.clone(), keys)
            .set_allowed_algs(ALGORITHMS)
    }

    fn finish(&self, code: String, verifier: String, nonce: String) -> Result<Identity, IdentityError> {
        let metadata = self.metadata()?;
        let client = self.client(&metadata);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| IdentityError::Garbled)?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&self.http())
            .map_err(|error| of_exchange(&error))?;
        let token = tokens.id_token().ok_or(IdentityError::NoToken)?;
        let nonce = Nonce::new(nonce);
        let mut checks = self.verifier(&metadata);
        let unknown = ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey);
        if token.claims(&checks, &nonce).is_err_and(|error| error == unknown) {
            checks = self.verifier(&*self.renewed()?);
        }
        let claims = token.claims(&checks, &nonce).map_err(|error| of_claims(&error))?;
        // OpenID Connect Core 1.0, 3.1.3.7, 5: the library leaves it to us. Of several audiences it takes none.
        if claims.authorized_party().is_some_and(|party| *party != self.settings.client) {
            return Err(IdentityError::Audience);
        }
        let age = now_seconds() - claims.issue_time().timestamp();
        if !(-SKEW_SECONDS..=OLD_SECONDS).contains(&age) {
            return Err(IdentityError::IssuedAt);
        }
        // 3.1.3.8: the access token is the one that came with it.
        if let Some(expected) = claims.access_token_hash() {
            let signed = token.signing_alg().and_then(|algorithm| Ok((algorithm, token.signing_key(&checks)?)));
            let (algorithm, key) = signed.map_err(|_| IdentityError::Signature)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if actual.ok().as_ref() != Some(expected) {
                return Err(IdentityError::Signature);
            }
        }
        let mut identity = Identity {
            issuer: self.settings.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            email: claims.email().map(|email| email.as_str().to_owned()),
            email_verified: claims.email_verified().unwrap_or(false),
        };
        // Many providers tell the e-mail there only (5.3). Whoever is linked needs none.
        if identity.email.is_none()
            && let Ok(asked) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let told: Result<CoreUserInfoClaims, _> = asked.request(&self.http());
            match told {
                Ok(told) => {
                    identity.email = told.email().map(|email| email.as_str().to_owned());
                    identity.email_verified = told.email_verified().unwrap_or(false);
                }
                Err(_) => tracing::warn!("the identity provider did not tell the e-mail"),
            }
        }
        Ok(identity)
    }
}

fn now_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

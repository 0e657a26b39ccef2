//! Passkeys (WebAuthn Level 3), by the crate passki. What is shown to the browser and comes back from it is JSON, as
//! `PublicKeyCredential` reads and writes it.

use std::fmt;

use passki::{
    AttestationConveyancePreference, AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki,
    PasskiError, RegistrationCredential, RegistrationOptions, RegistrationState, ResidentKeyRequirement, StoredPasskey,
    UserVerificationRequirement,
};

/// EdDSA, ES256, ES384, RS256, RS384: with attestation `none` nobody looks at the key before it is used.
const ALGORITHMS: [i32; 5] = [-8, -7, -35, -257, -258];
/// Longer answers are of no authenticator.
const LONGEST_ANSWER: usize = 32 * 1024;
/// WebAuthn Level 3, 4: «credential ID … at most 1023 bytes».
const LONGEST_ID: usize = 1023;
/// What the browser waits for whoever is asked, in milliseconds.
const TIMEOUT: u64 = super::desk::PASSKEY_SECONDS.unsigned_abs() * 1000;

/// Whose passkeys these are: a domain, and the one address whose pages may ask for them.
pub struct RelyingParty {
    passki: Passki,
    origin: String,
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// A passkey as it is kept. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPasskey {
    /// As the authenticator calls it, in base64url.
    pub credential: String,
    /// In COSE (RFC 9052), in base64url.
    pub public_key: String,
    /// As COSE numbers it.
    pub algorithm: i64,
    /// Of its last use; stays 0 where the authenticator does not count.
    pub counter: i64,
    /// How the browser reaches it: a JSON list.
    pub transports: String,
}

/// Why an answer is not taken. What it held stays here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyFault {
    /// No answer of a passkey, or one with parts missing.
    Garbled,
    Challenge,
    Origin,
    RelyingParty,
    /// Nobody was there, or they did not show who they are.
    NotVerified,
    /// It counts less than before: there may be a copy of it.
    Counter,
    Signature,
    Algorithm,
    /// Not one of those that were asked for, or somebody else's.
    NotAllowed,
}

impl PasskeyFault {
    /// As the log has it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Garbled => "garbled",
            Self::Challenge => "wrong_challenge",
            Self::Origin => "wrong_origin",
            Self::RelyingParty => "wrong_site",
            Self::NotVerified => "not_verified",
            Self::Counter => "counter_went_back",
            Self::Signature => "wrong_signature",
            Self::Algorithm => "wrong_algorithm",
            Self::NotAllowed => "foreign_passkey",
        }
    }
}

impl From<PasskiError> for PasskeyFault {
    fn from(error: PasskiError) -> Self {
        match error {
            PasskiError::ChallengeMismatch => Self::Challenge,
            PasskiError::OriginMismatch { .. }
            | PasskiError::TopOriginMismatch { .. }
            | PasskiError::CrossOriginNotAllowed => Self::Origin,
            PasskiError::RpIdHashMismatch => Self::RelyingParty,
            PasskiError::UserNotPresent | PasskiError::UserVerificationRequired => Self::NotVerified,
            PasskiError::CounterRegression => Self::Counter,
            PasskiError::SignatureVerificationFailed => Self::Signature,
            PasskiError::UnsupportedAlgorithm(_) => Self::Algorithm,
            PasskiError::CredentialNotAllowed | PasskiError::CredentialIdMismatch => Self::NotAllowed,
            _ => Self::Garbled,
        }
    }
}

/// What the browser is asked, and what the desk remembers of it until it answers: both JSON.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub options: String,
    pub state: String,
}

impl RelyingParty {
    /// `domain` as `licences.example`; `origin` as browsers write it: `https://licences.example`, with the port if it is
    /// not the usual one.
    #[must_use]
    pub fn new(domain: &str, origin: &str) -> Self {
        Self { passki: Passki::new(domain, &[origin], "Licentia"), origin: origin.to_owned() }
    }

    /// Whose pages may ask for passkeys.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Asks for a new one. `has`: an authenticator that has one of these makes no other.
    pub(crate) fn begin_adding(
        &self,
        handle: &[u8; 32],
        (email, name): (&str, &str),
        has: &[KeptPasskey],
    ) -> Result<Asked, PasskeyFault> {
        let has: Vec<StoredPasskey> = has.iter().filter_map(stored).collect();
        // Attestation would only tell which maker's authenticator it is.
        let mut options = RegistrationOptions::default();
        options.timeout = TIMEOUT;
        options.attestation = AttestationConveyancePreference::None;
        options.resident_key = ResidentKeyRequirement::Required;
        options.user_verification = UserVerificationRequirement::Required;
        options.exclude_credentials = Some(&has);
        let (options, state) = self.passki.start_passkey_registration(handle, email, name, options)?;
        asked(&options, &state)
    }

    pub(crate) fn finish_adding(&self, answer: &str, state: &str) -> Result<KeptPasskey, PasskeyFault> {
        let answer: RegistrationCredential = read(answer)?;
        let state: RegistrationState = read(state)?;
        let made = self.passki.finish_passkey_registration(&answer, &state)?;
        if !ALGORITHMS.contains(&made.algorithm) {
            return Err(PasskeyFault::Algorithm);
        }
        if made.credential_id.is_empty() || made.credential_id.len() > LONGEST_ID {
            return Err(PasskeyFault::Garbled);
        }
        Ok(KeptPasskey {
            credential: Passki::base64_encode(&made.credential_id),
            public_key: Passki::base64_encode(&made.public_key),
            algorithm: i64::from(made.algorithm),
            counter: i64::from(made.counter),
            transports: serde_json::to_string(&made.transports).map_err(|_| PasskeyFault::Garbled)?,
        })
    }

    /// Asks for one of `allowed`; of nobody's in particular if there are none: the browser offers what it has for us.
    pub(crate) fn begin_showing(&self, allowed: &[KeptPasskey]) -> Result<Asked, PasskeyFault> {
        let allowed: Vec<StoredPasskey> = allowed.iter().filter_map(stored).collect();
        let mut options = AuthenticationOptions::default();
        options.timeout = TIMEOUT;
        options.user_verification = UserVerificationRequirement::Required;
        let (options, state) = self.passki.start_passkey_authentication(&allowed, options)?;
        asked(&options, &state)
    }

    /// What the passkey counts now. `handle` is its owner's; `alone`: nobody else has said who it is.
    pub(crate) fn finish_showing(
        &self,
        answer: &str,
        state: &str,
        kept: &KeptPasskey,
        handle: &[u8; 32],
        alone: bool,
    ) -> Result<i64, PasskeyFault> {
        let answer: AuthenticationCredential = read(answer)?;
        let state: AuthenticationState = read(state)?;
        let kept = stored(kept).ok_or(PasskeyFault::Garbled)?;
        let shown = self.passki.finish_passkey_authentication(&answer, &state, &kept)?;
        // Left to us by the library: whose the authenticator says that it is.
        match shown.user_handle {
            Some(said) if said != handle => Err(PasskeyFault::NotAllowed),
            None if alone => Err(PasskeyFault::NotAllowed),
            _ => Ok(i64::from(shown.counter)),
        }
    }
}

/// Which passkey an answer is of, in base64url.
pub(crate) fn credential_of(answer: &str) -> Result<String, PasskeyFault> {
    let answer: AuthenticationCredential = read(answer)?;
    // The same bytes are written in one way only.
    let bytes = Passki::base64_decode(&answer.raw_id).map_err(|_| PasskeyFault::Garbled)?;
    if bytes.len() > LONGEST_ID {
        return Err(PasskeyFault::Garbled);
    }
    Ok(Passki::base64_encode(&bytes))
}

fn asked(options: &impl serde::Serialize, state: &impl serde::Serialize) -> Result<Asked, PasskeyFault> {
    let json = |value: Result<String, serde_json::Error>| value.map_err(|_| PasskeyFault::Garbled);
    Ok(Asked { options: json(serde_json::to_string(options))?, state: json(serde_json::to_string(state))? })
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, PasskeyFault> {
    if json.len() > LONGEST_ANSWER {
        return Err(PasskeyFault::Garbled);
    }
    serde_json::from_str(json).map_err(|_| PasskeyFault::Garbled)
}

fn stored(kept: &KeptPasskey) -> Option<StoredPasskey> {
    let mut stored = StoredPasskey::default();
    stored.credential_id = Passki::base64_decode(&kept.credential).ok()?;
    stored.public_key = Passki::base64_decode(&kept.public_key).ok()?;
    stored.algorithm = i32::try_from(kept.algorithm).ok()?;
    stored.counter = u32::try_from(kept.counter).ok()?;
    stored.transports = serde_json::from_str(&kept.transports).unwrap_or_default();
    Some(stored)
}

//! Who acts, and for which organisation. The fields are private and only a session makes an [`Actor`], so whoever
//! holds one has signed in. What they may do, a [permit](crate::access) says.

use std::fmt;

use domain::{Account, Organization, Rights};
use sha2::{Digest, Sha256};

use crate::ports::SessionFound;

/// An account acting in its organisation.
#[derive(Clone, Debug)]
pub struct Actor {
    account: Account,
    organization: Organization,
    rights: Rights,
}

impl Actor {
    pub(crate) fn of_session(found: SessionFound) -> Self {
        Self { account: found.account, organization: found.organization, rights: found.rights }
    }

    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// What is worth offering; whether it is allowed, each use case looks for itself.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.rights
    }
}

/// The secret of a session: 256 random bits in hexadecimal. Only its hash is kept; it is never shown in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// A new one from the operating system's source.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// What a cookie brought, if it has the form of a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// For the cookie only.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// The secret by which an account goes on to the second step of a registration; like a session's in everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyToken(SessionToken);

impl KeyToken {
    /// As [`SessionToken::random`].
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        SessionToken::random().map(Self)
    }

    /// What a cookie brought, if it has the form of a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        SessionToken::parse(text).map(Self)
    }

    /// For the cookie only.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.0.secret()
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        self.0.hash()
    }
}

//! Passwords: Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet; RFC 9106).

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Each check takes 19 MiB and some 20 ms of a core: this many at once, the rest wait.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Longer passwords are refused unhashed: hashing a megabyte would be a gift to an attacker.
const MAX_BYTES: usize = 1024;

fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// The PHC string of a password. Takes tens of milliseconds.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn hash_password(password: &str) -> Result<String, &'static str> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| "no randomness")?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| "no salt")?;
    argon().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|_| "not hashed")
}

/// One's turn to have a password checked: whoever holds it looks first whether it is to be checked at all.
pub(crate) struct Turn(Option<SemaphorePermit<'static>>);

/// Waits for it.
pub(crate) async fn turn() -> Turn {
    Turn(CHECKS.acquire().await.ok())
}

impl Turn {
    /// Whether the password is the one of `hash`. Without a hash (unknown account) it takes the same time and says no.
    pub(crate) async fn fits(&self, password: String, hash: Option<String>) -> bool {
        self.0.is_some() && fits(password, hash).await
    }
}

async fn fits(password: String, hash: Option<String>) -> bool {
    if password.len() > MAX_BYTES {
        return false;
    }
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits =
            PasswordHash::new(&hash).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok());
        known && fits
    })
    .await
    .unwrap_or(false)
}

/// Digests of short random secrets, made as slowly as a password's: whoever has the database does not try them all (OWASP
/// ASVS 5.0, 6.5.2). One salt for all of them, so that one that is typed is digested once.
///
/// # Errors
/// If it could not be made.
pub(crate) async fn digests(secrets: Vec<String>, salt: [u8; 16]) -> Result<Vec<[u8; 32]>, &'static str> {
    let _turn = turn().await;
    let digest = move |secret: String| {
        let mut digest = [0; 32];
        let made = argon().hash_password_into(secret.as_bytes(), &salt, &mut digest);
        made.map(|()| digest).map_err(|_| "not digested")
    };
    let all = tokio::task::spawn_blocking(move || secrets.into_iter().map(digest).collect());
    all.await.map_err(|_| "not digested")?
}

/// Whether it is one of those that are guessed first, once or over and over.
pub(crate) fn is_common(password: &str) -> bool {
    let again = [Some(password.to_lowercase()), domain::repeated(password)];
    passwords::analyzer::is_common_password(password)
        || again.into_iter().flatten().any(|text| passwords::analyzer::is_common_password(&text))
}

/// The PHC string of a password that somebody has chosen.
///
/// # Errors
/// If the operating system has no randomness to give.
pub(crate) async fn hashed(password: String) -> Result<String, &'static str> {
    let _turn = turn().await;
    tokio::task::spawn_blocking(move || hash_password(&password)).await.map_err(|_| "not hashed")?
}

/// A hash of the same parameters that belongs to nobody.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn knows_the_right_password_only() {
        let hash = hash_password("licentia-demo").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("licentia-demo".into(), Some(hash.clone())).await);
        assert!(!fits("licentia-dem0".into(), Some(hash)).await);
        assert!(!fits("licentia-demo".into(), None).await);
    }

    #[test]
    fn common_passwords_are_known() {
        for common in ["password", "PassWord", "йцукен", "qwertyuiop", "1q2w3e4r5t6y7u8i"] {
            assert!(is_common(common), "{common}");
        }
        for again in ["parolparolparol", "Parol-Parol-Parol1", "пароль пароль пароль", "monkeymonkeymonkey"]
        {
            assert!(is_common(again), "{again}");
        }
        for phrase in ["korova na lugu zelenom", "korova na lugu korova na lugu", "parol of mine is long"] {
            assert!(!is_common(phrase), "{phrase}");
        }
    }

    #[test]
    fn nobodys_hash_is_a_hash_of_the_same_cost() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let real = hash_password("x").unwrap();
        let real = PasswordHash::new(&real).unwrap();
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.hash.unwrap().len(), real.hash.unwrap().len());
    }
}

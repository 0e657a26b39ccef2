//! Codes of an app (RFC 6238): SHA-1, six digits, thirty seconds, for that is what every app has.

use std::fmt;

use domain::Instant;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::secret::{CodeSalt, hash_of};

/// What an app and the desk share: 160 bits (RFC 4226, section 4, R6). In no log.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorSecret([u8; 20]);

impl fmt::Debug for FactorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FactorSecret(…)")
    }
}

impl FactorSecret {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As it is kept, 40 hexadecimal digits.
    #[must_use]
    pub fn kept(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What [`FactorSecret::kept`] wrote.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        if kept.len() != 2 * bytes.len() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(kept.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// With what the recovery codes were digested that were made with it, before they had a salt of their own.
    pub(crate) fn salt(&self) -> CodeSalt {
        let mut salt = [0; 16];
        let hash = hash_of(&["recovery codes", &self.kept()]);
        salt.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        CodeSalt(salt)
    }

    /// As it is typed into an app: base32, in groups of four.
    #[must_use]
    pub fn groups(&self) -> String {
        let text = Secret::from(&self.0[..]).to_base32();
        let chars: Vec<char> = text.chars().collect();
        chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    fn totp(&self, account: &str) -> Option<Totp> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30)
            // The step before and the one after: clocks differ, and people type (RFC 6238, 5.2).
            .with_skew(1)
            .with_secret(Secret::from(&self.0[..]))
            // A colon ends the issuer.
            .with_account_name(account.replace(':', " "))
            .with_issuer(Some("Licentia"))
            .build()
            .ok()
    }

    /// What the QR code says: `otpauth://totp/…`.
    #[must_use]
    pub fn address(&self, account: &str) -> Option<String> {
        self.totp(account)?.to_url().ok()
    }

    /// Of which step a code is, if it is one of now, early or late by one step.
    pub(crate) fn step(&self, code: &str, now: Instant) -> Option<i64> {
        let seconds = u64::try_from(now.0 / 1_000_000).ok()?;
        self.totp("account")?.check(code, seconds).and_then(|step| i64::try_from(step).ok())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, with the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = FactorSecret(*b"12345678901234567890");
        let at = |seconds: i64| Instant(seconds * 1_000_000);
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let step = Some(seconds / 30);
            assert_eq!(secret.step(code, at(seconds)), step);
            assert_eq!(secret.step(code, at(seconds + 30)), step, "late by one step");
            assert_eq!(secret.step(code, at(seconds - 30)), step, "early by one step");
            assert_eq!(secret.step(code, at(seconds + 60)), None);
        }
        for wrong in ["", "28708", "2870822", "abcdef", "+87082", "287082 "] {
            assert_eq!(secret.step(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_kept_and_typed_and_never_told() {
        let secret = FactorSecret(*b"12345678901234567890");
        assert_eq!(FactorSecret::parse(&secret.kept()), Some(secret.clone()));
        assert_eq!(secret.groups(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(format!("{secret:?}"), "FactorSecret(…)");
        let address = secret.address("a:nna@romashka.example").unwrap();
        assert!(address.starts_with("otpauth://totp/Licentia:"), "{address}");
        for other in ["", "12", &"z".repeat(40), &"é".repeat(20)] {
            assert_eq!(FactorSecret::parse(other), None);
        }
    }
}

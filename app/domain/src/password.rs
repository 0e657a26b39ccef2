//! What a password has to be (OWASP ASVS 5.0, 6.2; NIST SP 800-63B, 3.1.1.2): long enough, and not a common one. Nothing
//! is asked of which characters it is made.

use crate::FieldProblem;

/// Of an account with a second factor.
pub const LEAST_WITH_FACTOR: usize = 8;
/// Of one without.
pub const LEAST: usize = 15;
/// Longer ones are refused: hashing a megabyte would be a gift to an attacker.
pub const MOST: usize = 256;

/// Whether it is long enough only beside a second factor.
#[must_use]
pub fn needs_factor(password: &str) -> bool {
    password.chars().count() < LEAST
}

/// Whether a password is long enough, and not made of the account's own name; whether it is a common one, the server
/// knows.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &str, has_factor: bool, own: &[&str]) -> Result<(), FieldProblem> {
    let least = if has_factor { LEAST_WITH_FACTOR } else { LEAST };
    let count = password.chars().count();
    if password.is_empty() {
        return Err(FieldProblem::Required);
    }
    if count < least {
        return Err(FieldProblem::TooShort { least });
    }
    if count > MOST {
        return Err(FieldProblem::TooLong { most: MOST });
    }
    let folded = password.to_lowercase();
    // One word over and over, or the e-mail itself, is guessed first.
    let mut chars: Vec<char> = folded.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    let guessed = own.iter().any(|own| own.chars().count() >= 4 && folded == own.to_lowercase());
    if chars.len() < 4 || guessed { Err(FieldProblem::CommonPassword) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_what_counts() {
        let check = |password: &str, factor| check_password(password, factor, &["anna@romashka.example"]);
        assert_eq!(check("korova na lugu z", false), Ok(()));
        assert_eq!(check("зелёная лампа 7", false), Ok(()), "letters are counted, not bytes");
        assert_eq!(check("зелёная лампа ", false), Err(FieldProblem::TooShort { least: 15 }));
        assert_eq!(check("korova n", true), Ok(()));
        assert_eq!(check("korova ", true), Err(FieldProblem::TooShort { least: 8 }));
        assert_eq!(check("", false), Err(FieldProblem::Required));
        assert_eq!(check("abababababababab", false), Err(FieldProblem::CommonPassword));
        assert_eq!(check("Anna@Romashka.example", false), Err(FieldProblem::CommonPassword));
        assert_eq!(check(&"abcdef".repeat(50), false), Err(FieldProblem::TooLong { most: 256 }));
    }
}

//! Secrets that we make: 256 random bits in hexadecimal. Only their SHA-256 is kept; they are never shown in a log.

use std::fmt;

use sha2::{Digest, Sha256};

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// A new one from the operating system's source.
            ///
            /// # Errors
            /// If the operating system has no randomness to give.
            pub(crate) fn random() -> Result<Self, getrandom::Error> {
                let mut bytes = [0_u8; 32];
                getrandom::fill(&mut bytes)?;
                Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
            }

            /// What a cookie or a link brought, if it has the form of one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                fits.then(|| Self(text.to_owned()))
            }

            /// For its cookie or its link only.
            #[must_use]
            pub fn secret(&self) -> &str {
                &self.0
            }

            pub(crate) fn hash(&self) -> [u8; 32] {
                Sha256::digest(self.0.as_bytes()).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

secrets! {
    /// Of a session.
    SessionToken,
    /// By which an account goes on to the second step of a registration.
    KeyToken,
    /// Of a browser in which somebody has signed in.
    DeviceToken,
    /// Of a link that is sent to somebody and works once.
    TicketToken,
    /// Of a browser that was sent to the identity provider.
    FlowToken,
    /// Of a browser that was asked for a passkey before anybody has said who they are.
    PasskeyToken,
    /// Of whoever has shown the password and has yet to show the second factor.
    HalfToken,
}

/// SHA-256 over texts, each with its length, so that no two lists hash alike.
pub(crate) fn hash_of(texts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Six random digits.
///
/// # Errors
/// If the operating system has no randomness to give.
pub(crate) fn code() -> Result<String, getrandom::Error> {
    // Of 2³² numbers, the last that would make some codes likelier than others are not taken.
    const BOUND: u32 = u32::MAX - u32::MAX % 1_000_000;
    loop {
        let mut bytes = [0_u8; 4];
        getrandom::fill(&mut bytes)?;
        let number = u32::from_be_bytes(bytes);
        if number < BOUND {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

/// With what the recovery codes of an account are digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSalt(pub(crate) [u8; 16]);

impl CodeSalt {
    /// # Errors
    /// If the operating system has no randomness to give.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As it is kept, 32 hexadecimal digits.
    #[must_use]
    pub fn kept(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What [`CodeSalt::kept`] wrote.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        let number = u128::from_str_radix(kept, 16).ok().filter(|_| kept.len() == 32)?;
        Some(Self(number.to_be_bytes()))
    }
}

/// The letters of recovery codes (Crockford's base32): none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A recovery code: sixty random bits, `k7m2-9xqf-4pta`.
///
/// # Errors
/// If the operating system has no randomness to give.
pub(crate) fn recovery_code() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes)?;
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter)));
    let letters: Vec<char> = letters.collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// A recovery code as it is typed: capitals, without its dashes, with what is easily taken for another letter.
pub(crate) fn typed_recovery_code(text: &str) -> String {
    let letter = |char: char| match char {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    typed_code(text).to_lowercase().chars().map(letter).collect()
}

/// A code as it is typed: «123 456».
pub(crate) fn typed_code(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace() && *char != '-').take(32).collect()
}

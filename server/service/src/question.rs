//! A question that people answer and programs that fill in forms do not: a sum in words. What was asked is not kept; its
//! token says until when it may be answered and is signed together with the answer, which nobody finds out from it
//! without the installation's secret.

use domain::Instant;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How long it may be answered.
pub(crate) const QUESTION_SECONDS: i64 = 20 * 60;
/// The greatest number that is asked about.
pub const MOST: u8 = 20;

/// What is asked: `left` and `right` together, or `left` without `right`.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// From 1 to [`MOST`], as `right`; not less than it if that is taken away.
    pub left: u8,
    pub right: u8,
    pub minus: bool,
    /// What comes back with the answer.
    pub token: String,
}

/// The answer is in no log.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if text.len().is_multiple_of(2) && text.is_ascii() { text.as_bytes().chunks(2).map(byte).collect() } else { None }
}

/// `nonce` is 32 digits and `until` a number: the parts cannot run into each other.
fn signed(secret: &[u8; 32], nonce: &str, until: i64, answer: u8) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("question/{nonce}/{until}/{answer}").as_bytes());
    Some(mac)
}

impl Question {
    /// # Errors
    /// If the operating system has no randomness to give.
    pub(crate) fn random(secret: &[u8; 32], now: Instant) -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 19];
        getrandom::fill(&mut bytes)?;
        let [first, second, sign, nonce @ ..] = bytes;
        let (first, second, minus) = (first % MOST + 1, second % MOST + 1, sign % 2 == 1);
        let (left, right) = if minus { (first.max(second), first.min(second)) } else { (first, second) };
        let answer = if minus { left - right } else { left + right };
        let (nonce, until) = (hex(&nonce), now.plus_seconds(QUESTION_SECONDS).0);
        let mac = signed(secret, &nonce, until, answer).map(|mac| hex(&mac.finalize().into_bytes()));
        Ok(Self { left, right, minus, token: format!("{nonce}.{until}.{}", mac.unwrap_or_default()) })
    }
}

/// What tells a question from others, if this is one of ours that may still be answered, and the answer fits or not.
pub(crate) fn answered(secret: &[u8; 32], token: &str, answer: &str, now: Instant) -> Option<(String, bool)> {
    let mut parts = token.splitn(3, '.');
    let (nonce, until, mac) = (parts.next()?, parts.next()?, parts.next()?);
    let until: i64 = until.parse().ok().filter(|until| now.0 < *until)?;
    if nonce.len() != 32 || !nonce.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let answer = answer.trim();
    let digits = answer.len() <= 3 && answer.bytes().all(|byte| byte.is_ascii_digit());
    let answer: Option<u8> = answer.parse().ok().filter(|_| digits);
    let mac = unhex(mac)?;
    let fits = answer.and_then(|answer| signed(secret, nonce, until, answer)?.verify_slice(&mac).ok()).is_some();
    Some((nonce.to_owned(), fits))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn right(question: &Question) -> String {
        let answer = if question.minus { question.left - question.right } else { question.left + question.right };
        answer.to_string()
    }

    #[test]
    fn only_the_right_answer_fits_and_only_for_a_while() {
        for _ in 0..200 {
            let question = Question::random(&SECRET, Instant(0)).unwrap();
            assert!((1..=MOST).contains(&question.left) && (1..=MOST).contains(&question.right));
            let late = Instant(0).plus_seconds(QUESTION_SECONDS);
            let fits = |answer: &str, at: Instant| answered(&SECRET, &question.token, answer, at).map(|(_, fits)| fits);
            let right = right(&question);
            assert_eq!(fits(&format!(" {right} "), Instant(late.0 - 1)), Some(true));
            assert_eq!(fits(&right, late), None);
            let others = (0..=255_u16).map(|other| other.to_string()).filter(|other| *other != right);
            assert!(others.into_iter().all(|other| fits(&other, Instant(0)) == Some(false)));
            for other in ["", "x", "+5", "0005", "256", "5.0"] {
                assert_eq!(fits(other, Instant(0)), Some(false), "{other}");
            }
        }
    }

    #[test]
    fn what_was_changed_is_no_question_of_ours() {
        let question = Question::random(&SECRET, Instant(0)).unwrap();
        let right = right(&question);
        let (nonce, until, mac) = {
            let mut parts = question.token.split('.');
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
        };
        let fits = |token: &str| answered(&SECRET, token, &right, Instant(0)).is_some_and(|(_, fits)| fits);
        assert!(fits(&question.token));
        let other_nonce = "0".repeat(32);
        for token in [
            format!("{other_nonce}.{until}.{mac}"),
            format!("{nonce}.{until}0.{mac}"),
            format!("{nonce}.{until}."),
            format!("{nonce}.{until}.00"),
            format!("{nonce}.{until}.{mac}00"),
            format!("{nonce}/{until}.{until}.{mac}"),
            "..".to_owned(),
            String::new(),
        ] {
            assert!(!fits(&token), "{token}");
        }
        assert!(
            answered(&[8; 32], &question.token, &right, Instant(0)).is_some_and(|(_, fits)| !fits),
            "another secret"
        );
        // Nothing of what it brings depends on the answer but the signature.
        assert!(!question.token.contains(&format!(".{right}.")));
    }
}

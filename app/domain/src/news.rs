//! News of the installation: what its operator tells whoever subscribed.

use serde::{Deserialize, Serialize};

use crate::Instant;

/// A subject is one line of a mailbox.
pub const MAX_NEWS_SUBJECT: usize = 150;
/// Some ten pages: longer ones are no news.
pub const MAX_NEWS_TEXT: usize = 20_000;

/// News that can be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsText {
    pub subject: String,
    /// Lines end with `\n`; paragraphs are parted by an empty line.
    pub text: String,
}

/// Why a text cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewsFault {
    #[error("the subject is empty")]
    NoSubject,
    #[error("the subject is longer than {MAX_NEWS_SUBJECT} characters")]
    LongSubject,
    #[error("the text is empty")]
    NoText,
    #[error("the text is longer than {MAX_NEWS_TEXT} characters")]
    LongText,
    /// Also such as turn the direction of writing round.
    #[error("line {line} of the {part} has a control character")]
    Control { part: &'static str, line: usize },
}

/// Whether a character is no text: it would change how what stands beside it is read.
fn is_control(char: char) -> bool {
    (char.is_control() && char != '\t') || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl NewsText {
    /// # Errors
    /// What is wrong with it.
    pub fn check(subject: &str, text: &str) -> Result<Self, NewsFault> {
        let subject = subject.trim();
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let text: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
        let line = |part, lines: &[&str]| {
            let strange = lines.iter().position(|line| line.chars().any(is_control));
            strange.map_or(Ok(()), |line| Err(NewsFault::Control { part, line: line + 1 }))
        };
        line("subject", &[subject])?;
        line("text", &text)?;
        let text = text.join("\n");
        match (subject.chars().count(), text.chars().count()) {
            (0, _) => Err(NewsFault::NoSubject),
            (long, _) if long > MAX_NEWS_SUBJECT => Err(NewsFault::LongSubject),
            (_, 0) => Err(NewsFault::NoText),
            (_, long) if long > MAX_NEWS_TEXT => Err(NewsFault::LongText),
            _ => Ok(Self { subject: subject.to_owned(), text }),
        }
    }
}

/// The paragraphs of a text.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(|paragraph| paragraph.trim_matches('\n')).filter(|paragraph| !paragraph.is_empty())
}

/// News that were published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub id: i64,
    pub subject: String,
    pub text: String,
    pub published_at: Instant,
    /// To how many subscribers they went.
    pub letters: u64,
}

/// How somebody stands to the news.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subscription {
    /// «не подписан»
    #[default]
    None,
    /// «ждёт подтверждения»
    Waiting,
    /// «подписан»
    Subscribed,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_as_paragraphs() {
        let text =
            NewsText::check(" Новая версия ", "\u{feff}Здравствуйте!\r\n\r\nРаз.  \r\nДва.\n\n\n\nТри.\n").unwrap();
        assert_eq!(text.subject, "Новая версия");
        assert_eq!(paragraphs(&text.text).collect::<Vec<_>>(), ["Здравствуйте!", "Раз.\nДва.", "Три."]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let check = |subject: &str, text: &str| NewsText::check(subject, text).unwrap_err();
        assert_eq!(check(" ", "Да"), NewsFault::NoSubject);
        assert_eq!(check("Тема", " \n\n"), NewsFault::NoText);
        assert_eq!(check(&"я".repeat(MAX_NEWS_SUBJECT + 1), "Да"), NewsFault::LongSubject);
        assert_eq!(check("Тема", &"я".repeat(MAX_NEWS_TEXT + 1)), NewsFault::LongText);
        assert_eq!(check("Тема\r\nBcc: a@b.example", "Да"), NewsFault::Control { part: "subject", line: 1 });
        assert_eq!(check("Тема", "Раз\nДва\u{202e}"), NewsFault::Control { part: "text", line: 2 });
        assert!(NewsText::check(&"я".repeat(MAX_NEWS_SUBJECT), &"я".repeat(MAX_NEWS_TEXT)).is_ok());
    }
}

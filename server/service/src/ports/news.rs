//! News of the installation, and who subscribed to them, as the store keeps them.

use async_trait::async_trait;
use domain::{Instant, Language, News, NewsText};

use super::StoreResult;

/// Whoever gets the news.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// In the form of [`domain::Email`].
    pub email: String,
    /// Of the link that unsubscribes: 64 hexadecimal digits.
    pub token: String,
    /// In which the letters' own words are.
    pub language: Language,
}

/// Whose it is and by which link it ends is in no log.
impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscriber(…)")
    }
}

/// Questions about the news.
#[async_trait]
pub trait NewsBoard: Send + Sync {
    /// Newest first, below `before` if given.
    async fn news(&self, before: Option<i64>, limit: u32) -> StoreResult<Vec<News>>;
    async fn news_text(&self, id: i64) -> StoreResult<Option<String>>;
    async fn news_of_digest(&self, digest: &[u8; 32]) -> StoreResult<Option<News>>;
    async fn subscriber(&self, email: &str) -> StoreResult<Option<Subscriber>>;
    async fn subscriber_of(&self, token: &str) -> StoreResult<Option<Subscriber>>;
    /// Whether an e-mail waits for its confirmation.
    async fn subscription_waits(&self, email: &str, now: Instant) -> StoreResult<bool>;
}

/// What is written about the news, in the installation's own unit of work.
#[async_trait]
pub trait NewsWrites: Send {
    /// `None` if such news were published before.
    async fn publish_news(&mut self, digest: &[u8; 32], news: &NewsText, at: Instant) -> StoreResult<Option<i64>>;
    /// To how many they go.
    async fn news_written(&mut self, id: i64, letters: u64) -> StoreResult<()>;
    /// By e-mail, after this one.
    async fn subscribers(&mut self, after: &str, limit: u32) -> StoreResult<Vec<Subscriber>>;
    async fn subscriber_count(&mut self) -> StoreResult<u64>;
    /// `false` if the e-mail has subscribed already.
    async fn add_subscriber(&mut self, new: &Subscriber, at: Instant) -> StoreResult<bool>;
    /// With all letters to it that tell of news; whether it had subscribed.
    async fn forget_subscriber(&mut self, email: &str) -> StoreResult<bool>;
    /// Links by which this e-mail could subscribe work no more, and do not tell whose they were.
    async fn close_subscriptions(&mut self, email: &str) -> StoreResult<()>;
}

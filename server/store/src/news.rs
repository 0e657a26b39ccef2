//! News of the installation, and who subscribed to them.

use domain::{Instant, News, NewsText};
use service::ports::{StoreResult, Subscriber};

use crate::letters::{language, language_of};
use crate::sql::{Conn, Row, statements};

statements! {
    LIST = "SELECT id, subject, text, published_at, letters FROM news WHERE id < $1 ORDER BY id DESC LIMIT $2";
    OF_DIGEST = "SELECT id, subject, text, published_at, letters FROM news WHERE digest = $1";
    TEXT = "SELECT text FROM news WHERE id = $1";
    PUBLISH = "INSERT INTO news (digest, subject, text, published_at, letters) VALUES ($1, $2, $3, $4, 0) \
               ON CONFLICT (digest) DO NOTHING RETURNING id";
    WRITTEN = "UPDATE news SET letters = $2 WHERE id = $1";
    SUBSCRIBERS = "SELECT email, token, language FROM subscribers WHERE email > $1 ORDER BY email LIMIT $2";
    OF_EMAIL = "SELECT email, token, language FROM subscribers WHERE email = $1";
    OF_TOKEN = "SELECT email, token, language FROM subscribers WHERE token = $1";
    COUNT = "SELECT count(*) FROM subscribers";
    ADD = "INSERT INTO subscribers (email, token, language, created_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (email) DO NOTHING";
    FORGET = "DELETE FROM subscribers WHERE email = $1";
    FORGET_TRIES = "DELETE FROM letter_tries WHERE organization_id = 0 AND letter_id IN ( \
                        SELECT id FROM letters WHERE organization_id = 0 AND recipient = $1 \
                        AND kind IN ('news', 'news_confirmation', 'news_already'))";
    FORGET_LETTERS = "DELETE FROM letters WHERE organization_id = 0 AND recipient = $1 \
                      AND kind IN ('news', 'news_confirmation', 'news_already')";
    WAITS = "SELECT 1 FROM tickets WHERE purpose = 'news' AND data = $1 AND closed IS NULL AND expires_at > $2 LIMIT 1";
    CLOSE = "UPDATE tickets SET closed = 'over', data = '' WHERE purpose = 'news' AND data = $1";
}

fn news(row: &Row) -> StoreResult<News> {
    Ok(News {
        id: row.int(0)?,
        subject: row.text(1)?,
        text: row.text(2)?,
        published_at: Instant(row.int(3)?),
        letters: row.count(4)?,
    })
}

fn subscriber(row: &Row) -> StoreResult<Subscriber> {
    Ok(Subscriber { email: row.text(0)?, token: row.text(1)?, language: language_of(&row.text(2)?)? })
}

pub(crate) async fn list(conn: &mut Conn<'_>, before: Option<i64>, limit: u32) -> StoreResult<Vec<News>> {
    conn.rows(LIST.bind(before.unwrap_or(i64::MAX)).bind(i64::from(limit))).await?.iter().map(news).collect()
}

pub(crate) async fn of_digest(conn: &mut Conn<'_>, digest: &[u8; 32]) -> StoreResult<Option<News>> {
    conn.maybe_row(OF_DIGEST.bind(digest)).await?.as_ref().map(news).transpose()
}

pub(crate) async fn text(conn: &mut Conn<'_>, id: i64) -> StoreResult<Option<String>> {
    conn.maybe_row(TEXT.bind(id)).await?.map(|row| row.text(0)).transpose()
}

pub(crate) async fn of_email(conn: &mut Conn<'_>, email: &str) -> StoreResult<Option<Subscriber>> {
    conn.maybe_row(OF_EMAIL.bind(email)).await?.as_ref().map(subscriber).transpose()
}

pub(crate) async fn of_token(conn: &mut Conn<'_>, token: &str) -> StoreResult<Option<Subscriber>> {
    conn.maybe_row(OF_TOKEN.bind(token)).await?.as_ref().map(subscriber).transpose()
}

pub(crate) async fn waits(conn: &mut Conn<'_>, email: &str, now: Instant) -> StoreResult<bool> {
    Ok(conn.maybe_row(WAITS.bind(email).bind(now.0)).await?.is_some())
}

/// `None` if it was published before.
pub(crate) async fn publish(
    conn: &mut Conn<'_>,
    digest: &[u8; 32],
    news: &NewsText,
    at: Instant,
) -> StoreResult<Option<i64>> {
    let sql = PUBLISH.bind(digest).bind(news.subject.as_str()).bind(news.text.as_str()).bind(at.0);
    conn.maybe_row(sql).await?.map(|row| row.int(0)).transpose()
}

pub(crate) async fn written(conn: &mut Conn<'_>, id: i64, letters: u64) -> StoreResult<()> {
    let letters = i64::try_from(letters).unwrap_or(i64::MAX);
    conn.execute(WRITTEN.bind(id).bind(letters)).await.map(drop)
}

pub(crate) async fn subscribers(conn: &mut Conn<'_>, after: &str, limit: u32) -> StoreResult<Vec<Subscriber>> {
    conn.rows(SUBSCRIBERS.bind(after).bind(i64::from(limit))).await?.iter().map(subscriber).collect()
}

pub(crate) async fn count(conn: &mut Conn<'_>) -> StoreResult<u64> {
    conn.row(COUNT.sql()).await?.count(0)
}

pub(crate) async fn add(conn: &mut Conn<'_>, new: &Subscriber, at: Instant) -> StoreResult<bool> {
    let sql = ADD.bind(new.email.as_str()).bind(new.token.as_str()).bind(language(new.language)).bind(at.0);
    Ok(conn.execute(sql).await? == 1)
}

pub(crate) async fn forget(conn: &mut Conn<'_>, email: &str) -> StoreResult<bool> {
    conn.execute(FORGET_TRIES.bind(email)).await?;
    conn.execute(FORGET_LETTERS.bind(email)).await?;
    Ok(conn.execute(FORGET.bind(email)).await? == 1)
}

pub(crate) async fn close(conn: &mut Conn<'_>, email: &str) -> StoreResult<()> {
    conn.execute(CLOSE.bind(email)).await.map(drop)
}

//! News of the installation: subscribed to by a link, ended by one press, published by the operator.

use domain::{
    AccessLetter, AccountId, DeskError, Email, FieldError, Instant, Language, Letter, LinkFault, News, NewsText,
    Subscription, is_forged, sign_in_email,
};
use serde_json::json;

use super::refusals::Outside;
use super::sign_in::{minutes_until, of_address};
use super::tickets::{numbered, sent};
use super::{Desk, fault, incident};
use crate::actor::{Actor, Origin};
use crate::audit::{self, INSTALLATION};
use crate::ports::{AuditHead, Limit, NewLetter, Purpose, Subscriber, Ticket, Transaction};
use crate::secret::{TicketToken, hash_of};

/// How long the link of the confirmation works.
const LINK_SECONDS: i64 = 24 * 3600;
/// How long a letter without such a link says something.
const LETTER_SECONDS: i64 = 7 * 86_400;
/// Letters to one e-mail, known or not.
const OF_EMAIL: Limit = Limit { tries: 4, within_seconds: 3600, block_seconds: 3600 };
/// Tries from one address of the network.
const OF_ADDRESS: Limit = Limit { tries: 30, within_seconds: 3600, block_seconds: 3600 };
/// News on a page.
const PAGE: u32 = 20;
/// Letters that are written by one statement: some 300 bytes each.
const CHUNK: u32 = 500;

/// A page of the news, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewsPage {
    pub rows: Vec<News>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

/// A subscription that waits for its confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribing {
    pub email: String,
    pub until: Instant,
}

/// What became of news that were to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// Letters that wait for the mail server.
    Now { id: i64, letters: u64 },
    /// They were published before: nothing is sent again.
    Before(News),
}

/// In the installation's log, without an address: of whoever unsubscribes nothing is kept.
async fn tell_news(
    transaction: &mut dyn Transaction,
    head: AuditHead,
    now: Instant,
    action: &str,
    details: &serde_json::Value,
) -> Result<(), DeskError> {
    let nobody = audit::Author::default();
    audit::append_installation(transaction, head, now, nobody, ("news", action), details).await.map_err(fault)
}

fn email_of(ticket: &Ticket) -> Result<Email, DeskError> {
    Email::parse(&ticket.data).ok_or_else(|| incident("a subscription has no e-mail"))
}

impl Desk {
    /// News, newest first, below `before`: everybody may read them.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn news(&self, before: Option<i64>) -> Result<NewsPage, DeskError> {
        let mut rows = self.store.news(before, PAGE + 1).await.map_err(fault)?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|last| last.id);
        Ok(NewsPage { rows, next })
    }

    /// «Подписаться»: sends a link to the e-mail. The answer is the same for whoever has subscribed already.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] for what is no e-mail; [`DeskError::TooManyTries`] from one address of the network.
    pub async fn subscribe(&self, typed: &str, language: Language, origin: &Origin) -> Result<(), DeskError> {
        let now = self.now();
        if let Some(of_address) = of_address("news", origin) {
            if let Some(until) = self.store.blocked_until(&of_address, now).await.map_err(fault)? {
                return Err(DeskError::TooManyTries { minutes: minutes_until(until, now) });
            }
            self.store.count_failure(&of_address, OF_ADDRESS, now).await.map_err(fault)?;
        }
        let wrong = |problem| FieldError { field: "email".to_owned(), problem };
        let email = match sign_in_email(typed) {
            Ok(email) => email,
            Err(problem) => {
                if is_forged(typed) {
                    let details = json!({ "why": "forged_email" });
                    self.note_outside(Outside::Subscription, origin.address(), details).await;
                }
                return Err(DeskError::InvalidForm { fields: vec![wrong(problem)] });
            }
        };
        if self.may_write_to(&email).await?.is_none() {
            // By itself: the answer comes as soon for whoever has subscribed.
            let desk = self.clone();
            tokio::spawn(async move {
                if let Err(error) = desk.write_subscription(&email, language).await {
                    tracing::error!(%error, "the letter of a subscription was not written");
                }
            });
        }
        Ok(())
    }

    /// Counts a letter to an e-mail; until when there are no more, if there were too many.
    async fn may_write_to(&self, email: &Email) -> Result<Option<Instant>, DeskError> {
        let (of_email, now) = (hash_of(&["news", &email.mailbox()]), self.now());
        let often = self.store.blocked_until(&of_email, now).await.map_err(fault)?;
        self.store.count_failure(&of_email, OF_EMAIL, now).await.map_err(fault)?;
        Ok(often)
    }

    async fn write_subscription(&self, email: &Email, language: Language) -> Result<(), DeskError> {
        let now = self.now();
        let to = email.as_str().to_owned();
        let known = self.store.subscriber(&to).await.map_err(fault)?;
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        let letter = if let Some(known) = known {
            sent(AccessLetter::NewsAlready, "", &known.token, now.plus_seconds(LETTER_SECONDS), "")
        } else {
            let until = now.plus_seconds(LINK_SECONDS);
            let about = (None, to.clone());
            let ticket = self.ticket_for(INSTALLATION, AccountId(0), Purpose::News, about, until)?;
            transaction.close_subscriptions(&to).await.map_err(fault)?;
            transaction.add_ticket(&ticket.kept).await.map_err(fault)?;
            sent(AccessLetter::NewsConfirmation, "", ticket.token.secret(), until, "")
        };
        let letter = numbered(letter, now);
        transaction.insert_letters(&[NewLetter { letter, language, to, due: now }], now).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// What the link of a confirmation shows: mail programs open links by themselves.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn subscribing(&self, token: &str, origin: &Origin) -> Result<Subscribing, DeskError> {
        let ticket = self.open(token, Purpose::News, origin).await?;
        Ok(Subscribing { email: email_of(&ticket)?.as_str().to_owned(), until: ticket.expires_at })
    }

    /// «Подтвердить»: from now on news go to the e-mail. Confirmed twice, it has subscribed once.
    ///
    /// # Errors
    /// [`DeskError::LinkRefused`].
    pub async fn confirm_subscription(
        &self,
        token: &str,
        language: Language,
        origin: &Origin,
    ) -> Result<(), DeskError> {
        let ticket = self.open(token, Purpose::News, origin).await?;
        let now = self.now();
        let token = TicketToken::random().map_err(|_| incident("no randomness for a subscription"))?;
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        let head = transaction.open_installation_log().await.map_err(fault)?;
        let (mut transaction, ticket) = self.still_open(transaction, &ticket, origin).await?;
        let email = email_of(&ticket)?.as_str().to_owned();
        transaction.close_ticket(&ticket.token_hash, LinkFault::Used).await.map_err(fault)?;
        transaction.close_subscriptions(&email).await.map_err(fault)?;
        let new = Subscriber { email, token: token.secret().to_owned(), language };
        if transaction.add_subscriber(&new, now).await.map_err(fault)? {
            let subscribers = transaction.subscriber_count().await.map_err(fault)?;
            let details = json!({ "subscribers": subscribers });
            tell_news(&mut *transaction, head, now, "news.subscribed", &details).await?;
        }
        transaction.commit().await.map_err(fault)
    }

    /// Whether the link of a letter still ends a subscription.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn is_subscribed_by(&self, token: &str) -> Result<bool, DeskError> {
        let Some(token) = TicketToken::parse(token) else { return Ok(false) };
        Ok(self.store.subscriber_of(token.secret()).await.map_err(fault)?.is_some())
    }

    /// «Отписаться», by the link of a letter. Whoever has unsubscribed already is told nothing else.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn unsubscribe(&self, token: &str) -> Result<(), DeskError> {
        let Some(token) = TicketToken::parse(token) else { return Ok(()) };
        match self.store.subscriber_of(token.secret()).await.map_err(fault)? {
            Some(found) => self.forget(&found.email).await,
            None => Ok(()),
        }
    }

    /// Of whoever unsubscribes nothing is kept.
    async fn forget(&self, email: &str) -> Result<(), DeskError> {
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        // First: whoever publishes at the same moment does so before, and these letters go too, or after.
        let head = transaction.open_installation_log().await.map_err(fault)?;
        transaction.close_subscriptions(email).await.map_err(fault)?;
        if !transaction.forget_subscriber(email).await.map_err(fault)? {
            return transaction.commit().await.map_err(fault);
        }
        let details = json!({ "subscribers": transaction.subscriber_count().await.map_err(fault)? });
        tell_news(&mut *transaction, head, self.now(), "news.unsubscribed", &details).await?;
        transaction.commit().await.map_err(fault)
    }

    /// How one's own e-mail stands to the news.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn own_subscription(&self, actor: &Actor) -> Result<Subscription, DeskError> {
        let email = &actor.account().email;
        if self.store.subscriber(email).await.map_err(fault)?.is_some() {
            return Ok(Subscription::Subscribed);
        }
        let waits = self.store.subscription_waits(email, self.now()).await.map_err(fault)?;
        Ok(if waits { Subscription::Waiting } else { Subscription::None })
    }

    /// Subscribes one's own e-mail, by a link that is sent to it, or ends that at once.
    ///
    /// # Errors
    /// [`DeskError::TooManyTries`] after too many letters; [`DeskError::InvalidForm`] if no letter can go to it.
    pub async fn keep_subscription(&self, actor: &Actor, on: bool, language: Language) -> Result<(), DeskError> {
        let own = &actor.account().email;
        if !on {
            return self.forget(own).await;
        }
        let email = Email::parse(own).ok_or_else(|| super::wrong("email", domain::FieldProblem::NotAnEmail))?;
        if let Some(until) = self.may_write_to(&email).await? {
            return Err(DeskError::TooManyTries { minutes: minutes_until(until, self.now()) });
        }
        self.write_subscription(&email, language).await
    }

    /// Publishes news, for the operator: they are on the page, and a letter to every subscriber waits in the outbox, or
    /// neither. The same text is published once.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`]: nothing was published then.
    pub async fn publish_news(&self, news: &NewsText) -> Result<Published, DeskError> {
        let now = self.now();
        let digest = hash_of(&["news", &news.subject, &news.text]);
        let mut transaction = self.store.begin_installation().await.map_err(fault)?;
        let head = transaction.open_installation_log().await.map_err(fault)?;
        let Some(id) = transaction.publish_news(&digest, news, now).await.map_err(fault)? else {
            drop(transaction);
            let before = self.store.news_of_digest(&digest).await.map_err(fault)?;
            return before.map(Published::Before).ok_or_else(|| incident("news that were published are not there"));
        };
        let letters = write_news(&mut *transaction, (id, &news.subject), now).await?;
        transaction.news_written(id, letters).await.map_err(fault)?;
        let details = json!({ "news": id, "letters": letters });
        tell_news(&mut *transaction, head, now, "news.published", &details).await?;
        transaction.commit().await.map_err(fault)?;
        Ok(Published::Now { id, letters })
    }
}

/// A letter to every subscriber; how many.
async fn write_news(
    transaction: &mut dyn Transaction,
    (news, subject): (i64, &str),
    now: Instant,
) -> Result<u64, DeskError> {
    let (mut letters, mut after) = (0, String::new());
    loop {
        let chunk = transaction.subscribers(&after, CHUNK).await.map_err(fault)?;
        let Some(last) = chunk.last() else { return Ok(letters) };
        after.clone_from(&last.email);
        let letter = |to: Subscriber| NewLetter {
            letter: Letter::News { news, subject: subject.to_owned(), text: String::new(), secret: to.token },
            language: to.language,
            to: to.email,
            due: now,
        };
        let chunk: Vec<NewLetter> = chunk.into_iter().map(letter).collect();
        letters += transaction.insert_letters(&chunk, now).await.map_err(fault)?;
    }
}

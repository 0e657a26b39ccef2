//! Letters: the outbox, what is set of it under «Уведомления», and the reminders that go into it.

use std::collections::HashMap;
use std::time::Duration;

use domain::{
    AccessLetter, AccountState, Capability, Date, Delivery, DeskError, Instant, Letter, LetterId, LetterKind,
    LetterRow, LetterState, LetterTry, Notifications, NotificationsForm, OrganizationId, PoolNamed, Product, Stock,
    after, reminder,
};
use serde_json::json;

use super::accounts::may_touch;
use super::{Desk, fault};
use crate::access::Permit;
use crate::actor::Actor;
use crate::audit::{self, Object};
use crate::ports::{DueLetter, NewLetter, Post, StoreError, StoreResult, Transaction};
use crate::secret::TicketToken;

/// Letters on a page of the list.
const LIST: u32 = 50;
/// Letters that are taken at once: whoever is interrupted leaves no more than this to be sent again.
const BATCH: u32 = 1;
/// How long whoever took a letter may take to send it; then it goes again. Much longer than [`Post::send`] may take.
const LEASE_SECONDS: i64 = 10 * 60;
/// How often it is tried to note down how a try ended, and with what pauses: a letter that has gone would go again.
const SETTLE_TRIES: u32 = 5;
const SETTLE_PAUSE: Duration = Duration::from_secs(2);

/// A page of the outbox, newest first.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    pub rows: Vec<LetterRow>,
    /// The one state that is shown.
    pub state: Option<LetterState>,
    pub counts: Vec<(LetterState, u64)>,
    /// Where the next page begins, if there is one.
    pub next: Option<LetterId>,
}

/// A letter and its log.
#[derive(Clone, Debug)]
pub struct LetterPage {
    pub row: LetterRow,
    pub tries: Vec<LetterTry>,
}

/// Of which organisations reminders were looked for: on which day, and at which version.
#[derive(Debug, Default)]
pub struct Reminded(HashMap<OrganizationId, (Date, i64)>);

/// What is set, with what is usual for kinds that were not there when it was set.
fn complete(set: Option<Notifications>) -> Notifications {
    let usual = Notifications::default();
    let mut set = set.unwrap_or_else(|| usual.clone());
    for (kind, notice) in usual.notices {
        set.notices.entry(kind).or_insert(notice);
    }
    set
}

/// What is set, as the log tells it.
fn told_of(set: &Notifications) -> serde_json::Value {
    let notice = |(kind, notice): (&LetterKind, &domain::Notice)| {
        let told = json!({
            "on": notice.on, "to": notice.to, "at": notice.at, "delay": notice.delay, "quiet": notice.quiet,
        });
        (kind.code().to_owned(), told)
    };
    let notices: serde_json::Map<_, _> = set.notices.iter().map(notice).collect();
    json!({
        "language": set.language, "threshold": set.threshold, "horizon_days": set.horizon_days, "notices": notices,
    })
}

/// Puts a letter into the outbox with what it tells of: to `own`, and to whom it is set that it goes.
pub(super) async fn write(
    transaction: &mut dyn Transaction,
    letter: &Letter,
    own: Option<String>,
    now: Instant,
) -> StoreResult<u64> {
    let set = complete(transaction.notifications().await?);
    let Some(notice) = set.of(letter.kind()) else { return Ok(0) };
    // Whom the organisation has named gets it; whoever gets it by what they are may want none.
    let mut theirs: Vec<String> = own.into_iter().collect();
    let mut to: Vec<String> = notice.to.iter().map(|to| to.as_str().to_owned()).collect();
    if theirs.is_empty() && to.is_empty() {
        let all = transaction.accounts().await?;
        let told = all.into_iter().filter(|one| one.rights.may(Capability::Issue));
        theirs = told.map(|one| one.account.email).collect();
    }
    let muting = transaction.muting(letter.kind()).await?;
    to.extend(theirs.into_iter().filter(|email| !muting.contains(email)));
    to.sort_unstable();
    to.dedup();
    let due = notice.due(now);
    let language = set.language;
    let new = |to| NewLetter { letter: letter.clone(), language, to, due };
    let letters: Vec<NewLetter> = to.into_iter().map(new).collect();
    transaction.insert_letters(&letters, now).await
}

impl Desk {
    /// What is set under «Уведомления».
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn notifications(&self, actor: &Actor) -> Result<Notifications, DeskError> {
        let actor = &self.permit(actor, Capability::Notifications).await?;
        self.store.notifications(actor.scope()).await.map(complete).map_err(fault)
    }

    /// Sets it; letters that wait already go as they were to.
    ///
    /// # Errors
    /// [`DeskError::InvalidForm`] with every wrong field.
    pub async fn keep_notifications(&self, actor: &Actor, form: &NotificationsForm) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Notifications).await?;
        let set = form.check().map_err(|fields| DeskError::InvalidForm { fields })?;
        let mut transaction = self.begin(actor).await?;
        let before = complete(transaction.notifications().await.map_err(fault)?);
        if before == set {
            return Ok(());
        }
        transaction.keep_notifications(&set).await.map_err(fault)?;
        let entry = audit::Entry {
            at: self.now(),
            author: actor.author(),
            action: "notifications.changed",
            object: Object::Notifications,
            details: json!({ "changed": before.changed(&set), "was": told_of(&before), "is": told_of(&set) }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Letters, newest first, below `before`.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn letters(
        &self,
        actor: &Actor,
        state: Option<LetterState>,
        before: Option<LetterId>,
    ) -> Result<Letters, DeskError> {
        let actor = &self.permit(actor, Capability::Letters).await?;
        let mut rows = self.store.letters(actor.scope(), state, before, LIST + 1).await.map_err(fault)?;
        let counts = self.store.letter_counts(actor.scope()).await.map_err(fault)?;
        let more = rows.len() > LIST as usize;
        rows.truncate(LIST as usize);
        let next = rows.last().filter(|_| more).map(|last| last.id);
        Ok(Letters { rows, state, counts, next })
    }

    /// # Errors
    /// [`DeskError::UnknownLetter`].
    pub async fn letter(&self, actor: &Actor, id: LetterId) -> Result<LetterPage, DeskError> {
        let actor = &self.permit(actor, Capability::Letters).await?;
        let mut row = self.store.letter(actor.scope(), id).await.map_err(fault)?.ok_or(DeskError::UnknownLetter)?;
        if matches!(row.letter, Letter::Access { .. }) && !self.may_read(actor, &row.to).await? {
            row.letter = row.letter.without_secret();
        }
        let tries = self.store.letter_tries(actor.scope(), id).await.map_err(fault)?;
        Ok(LetterPage { row, tries })
    }

    /// Whether somebody may read what gets another into an account: with a link to a new password goes the account, so
    /// nobody reads one of whoever may as much as they may, or more. The owner reads all but other owners'.
    async fn may_read(&self, actor: &Permit<'_>, to: &str) -> Result<bool, DeskError> {
        if !actor.may(Capability::Accounts) {
            return Ok(false);
        }
        let rows = self.store.account_rows(actor.scope(), self.now(), self.now()).await.map_err(fault)?;
        let own = actor.account().id;
        let is_owner = rows.iter().any(|row| row.account.id == own && row.is_owner());
        for row in rows.iter().filter(|row| row.account.email == to || row.phone == to) {
            // An account that is nobody's yet is its inviter's, and is in their hands.
            let invited = row.state == AccountState::Invited
                && self.store.last_hand(actor.scope(), row.account.id, own).await.map_err(fault)?.is_some();
            let below = is_owner || invited || row.is_below(actor.rights());
            if row.account.id != own && (may_touch(actor, row).is_err() || !below) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets a letter go at once that waits, or was given up.
    ///
    /// # Errors
    /// [`DeskError::UnknownLetter`]; [`DeskError::LetterSent`] if it has gone.
    pub async fn retry_letter(&self, actor: &Actor, id: LetterId) -> Result<(), DeskError> {
        let actor = &self.permit(actor, Capability::Letters).await?;
        self.letter(actor.actor(), id).await?;
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        transaction.retry_letter(id, now).await.map_err(|error| match error {
            StoreError::Conflict => DeskError::LetterSent,
            other => fault(other),
        })?;
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "letter.retried",
            object: Object::Letter(id),
            details: json!({}),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Lets all letters go at once that were given up; how many.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn retry_failed_letters(&self, actor: &Actor) -> Result<u64, DeskError> {
        let actor = &self.permit(actor, Capability::Letters).await?;
        let now = self.now();
        let mut transaction = self.begin(actor).await?;
        let letters = transaction.retry_failed(now).await.map_err(fault)?;
        if letters == 0 {
            return Ok(0);
        }
        let entry = audit::Entry {
            at: now,
            author: actor.author(),
            action: "letters.retried",
            object: Object::Notifications,
            details: json!({ "letters": letters }),
        };
        audit::append(&mut *transaction, actor.scope(), entry).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(letters)
    }

    /// Sends letters that are to go now and that this post carries; how many were taken. Each arrives at least once: whoever is interrupted between
    /// sending and noting it down leaves it to be sent again.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`].
    pub async fn send_letters(&self, post: &dyn Post) -> Result<usize, DeskError> {
        let carried = |kind: &LetterKind| post.carries(kind.channel());
        let (news, others): (Vec<LetterKind>, Vec<LetterKind>) =
            LetterKind::all().filter(carried).partition(|kind| *kind == LetterKind::News);
        // Thousands at once, which no link to a new password has to wait for.
        match self.send_of(post, others).await? {
            0 => self.send_of(post, news).await,
            taken => Ok(taken),
        }
    }

    async fn send_of(&self, post: &dyn Post, kinds: Vec<LetterKind>) -> Result<usize, DeskError> {
        let now = self.now();
        if self.store.next_letter(&kinds).await.map_err(fault)?.is_none_or(|next| now < next) {
            return Ok(0);
        }
        let until = now.plus_seconds(LEASE_SECONDS);
        let due = self.store.take_letters(&kinds, now, until, BATCH).await.map_err(fault)?;
        for letter in &due {
            let set = complete(letter.notifications.clone());
            let quiet = set.of(letter.letter.kind()).and_then(|notice| notice.quiet_until(now));
            // Also what waited for another try, or for a server.
            if let Some(until) = quiet {
                self.store.release_letter(letter, until).await.map_err(fault)?;
                continue;
            }
            let stale = letter.letter.stale(letter.written, now) || self.is_void(letter).await?;
            let delivery = match self.filled(letter).await? {
                Some(filled) if !stale => post.send(&filled).await,
                _ => Delivery::Stale,
            };
            self.settle(letter, delivery).await?;
            let (id, outcome, reply) = (letter.id, delivery.code(), delivery.reply());
            tracing::info!(%id, outcome, reply, tries = letter.tries, "a letter was tried");
        }
        Ok(due.len())
    }

    /// As it goes: of news, the outbox keeps but which they are. `None` if they are nowhere any more.
    async fn filled(&self, due: &DueLetter) -> Result<Option<DueLetter>, DeskError> {
        let mut filled = due.clone();
        if let Letter::News { news, text, .. } = &mut filled.letter {
            let Some(published) = self.store.news_text(*news).await.map_err(fault)? else { return Ok(None) };
            *text = published;
        }
        Ok(Some(filled))
    }

    /// Whether what it says is true no more: its link works no longer, or there is stock again.
    async fn is_void(&self, due: &DueLetter) -> Result<bool, DeskError> {
        match &due.letter {
            Letter::Invitation { token, .. } => {
                let invited = self.store.invited(&crate::invitation::hash(token)).await.map_err(fault)?;
                Ok(invited.is_none_or(|invited| invited.state != domain::TaskState::Invited))
            }
            Letter::Access {
                what:
                    AccessLetter::Invitation
                    | AccessLetter::Recovery
                    | AccessLetter::Registration
                    | AccessLetter::NewsConfirmation,
                secret,
                ..
            } => {
                let Some(token) = TicketToken::parse(secret) else { return Ok(true) };
                let ticket = self.store.ticket(&token.hash()).await.map_err(fault)?;
                Ok(ticket.is_none_or(|ticket| ticket.closed.is_some()))
            }
            Letter::News { .. } => Ok(self.store.subscriber(&due.to).await.map_err(fault)?.is_none()),
            Letter::StockLow { .. } | Letter::StockLasts { .. } => {
                let told = self.store.told(due.organization).await.map_err(fault)?;
                Ok(!told.contains(&(due.letter.kind(), due.letter.about())))
            }
            _ => Ok(false),
        }
    }

    async fn settle(&self, letter: &DueLetter, delivery: Delivery) -> Result<(), DeskError> {
        let now = self.now();
        let (state, next) = after(delivery, letter.tries, now);
        let mut tries = 1;
        loop {
            match self.store.settle_letter(letter, delivery, state, next.unwrap_or(now), now).await {
                Err(_) if tries < SETTLE_TRIES => tokio::time::sleep(SETTLE_PAUSE).await,
                settled => return settled.map_err(fault),
            }
            tries += 1;
        }
    }

    /// Writes the reminders that are due: of terms that end soon, and of stock that runs short. Nobody gets one twice.
    ///
    /// # Errors
    /// [`DeskError::Busy`], [`DeskError::Unavailable`]: what is not written then is written the next time.
    pub async fn remind(&self, reminded: &mut Reminded) -> Result<(), DeskError> {
        let mut failed = None;
        for (organization, version) in self.store.versions().await.map_err(fault)? {
            // What is wrong with one must not keep the others.
            if let Err(error) = self.remind_one(organization, version, reminded).await {
                tracing::warn!(%organization, %error, "reminders were not written");
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn remind_one(
        &self,
        organization: OrganizationId,
        version: i64,
        reminded: &mut Reminded,
    ) -> Result<(), DeskError> {
        let now = self.now();
        let former = reminded.0.get(&organization).copied();
        if former == Some((now.date(), version)) {
            return Ok(());
        }
        // How seats go is a matter of days.
        let new_day = former.is_none_or(|(day, _)| day != now.date());
        let flows = if new_day { self.store.seat_flows(organization).await.map_err(fault)? } else { Vec::new() };
        let stock = Stock { pools: self.pools(organization).await?, flows, orders: Vec::new(), now };
        let set = complete(self.store.notifications(organization).await.map_err(fault)?);
        let mut letters = reminders(&stock, &set);
        let mut told = self.store.told(organization).await.map_err(fault)?;
        // What is over may come again; of how seats go, this look has nothing to say within a day.
        let over = |(kind, about): &(LetterKind, String)| {
            let looked_at = *kind == LetterKind::StockLow || *kind == LetterKind::StockLasts && new_day;
            looked_at && !letters.iter().any(|letter| letter.kind() == *kind && letter.about() == *about)
        };
        let over: Vec<(LetterKind, String)> = told.extract_if(.., |one| over(one)).collect();
        letters.retain(|letter| !told.contains(&(letter.kind(), letter.about())));
        if !letters.is_empty() || !over.is_empty() {
            let mut transaction = self.store.begin(organization).await.map_err(fault)?;
            for (kind, about) in &over {
                transaction.forget_told(*kind, about).await.map_err(fault)?;
            }
            let mut written = 0;
            for letter in &letters {
                written += write(&mut *transaction, letter, None, now).await.map_err(fault)?;
            }
            transaction.commit().await.map_err(fault)?;
            tracing::info!(%organization, written, "reminders were written");
        }
        reminded.0.insert(organization, (now.date(), version));
        Ok(())
    }
}

/// What the stock is to be reminded of.
fn reminders(stock: &Stock, set: &Notifications) -> Vec<Letter> {
    let mut ends: Vec<(i32, Instant, Vec<PoolNamed>)> = Vec::new();
    for pool in &stock.pools {
        let (Some(stage), Some(until)) = (reminder(pool, stock.now), pool.valid_until) else { continue };
        match ends.iter_mut().find(|(known, end, _)| *known == stage && *end == until) {
            Some((_, _, pools)) => pools.push(pool.into()),
            None => ends.push((stage, until, vec![pool.into()])),
        }
    }
    let mut letters: Vec<Letter> =
        ends.into_iter().map(|(stage, until, pools)| Letter::TermEnds { stage, until, pools }).collect();
    for total in stock.totals() {
        let left = total.bought.saturating_sub(total.issued);
        let is_extension = total.product.is_extension();
        let Product { id: product, title, .. } = total.product;
        // Whoever has as many as an extension is for asks for a larger one.
        if left < set.threshold && !is_extension {
            let title = title.clone();
            letters.push(Letter::StockLow { product, title, left, threshold: set.threshold });
        }
        let days = |until: Date| u64::try_from(until.0 - stock.now.date().0).unwrap_or(0);
        if let Some(until) = total.lasts.filter(|until| left > 0 && days(*until) < set.horizon_days) {
            letters.push(Letter::StockLasts { product, title, left, until });
        }
    }
    letters
}

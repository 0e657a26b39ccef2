//! The outbox: letters that are to go and that have gone, and of what an organisation gets them.

use domain::{
    AccountId, Delivery, Instant, Language, Letter, LetterId, LetterKind, LetterRow, LetterState, LetterTry,
    Notifications, OURSELVES, OrganizationId,
};
use service::INSTALLATION;
use service::ports::{DueLetter, NewLetter, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! letters {
    ($rest:literal) => {
        concat!(
            "SELECT id, letter, recipient, state, created_at, at, tries, language FROM letters WHERE organization_id = $1",
            $rest
        )
    };
}

statements! {
    MUTED = "SELECT muted FROM account_notifications WHERE organization_id = $1 AND account_id = $2";
    KEEP_MUTED = "INSERT INTO account_notifications (organization_id, account_id, muted) VALUES ($1, $2, $3) \
                  ON CONFLICT (organization_id, account_id) DO UPDATE SET muted = excluded.muted";
    MUTING = "SELECT a.email, n.muted FROM account_notifications AS n \
              JOIN accounts AS a ON a.organization_id = n.organization_id AND a.id = n.account_id \
              WHERE n.organization_id = $1";
    NOTIFICATIONS = "SELECT value FROM notifications WHERE organization_id = $1";
    KEEP_NOTIFICATIONS = "INSERT INTO notifications (organization_id, value) VALUES ($1, $2) \
                          ON CONFLICT (organization_id) DO UPDATE SET value = excluded.value";
    // «WHERE TRUE»: else SQLite takes ON for a join's.
    INSERT = "INSERT INTO letters (organization_id, kind, about, recipient, letter, language, state, created_at, at, tries) \
              SELECT $1, r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 5, 'waiting', $3, \
                     CAST(r.value ->> 4 AS BIGINT), 0 \
              FROM {rows $2} WHERE TRUE \
              ON CONFLICT (organization_id, kind, about, recipient) DO NOTHING";
    LIST = letters!(" AND id < $2 ORDER BY id DESC LIMIT $3");
    LIST_OF = letters!(" AND id < $2 AND state = $4 ORDER BY id DESC LIMIT $3");
    FIND = letters!(" AND id = $2");
    COUNTS = "SELECT state, count(*) FROM letters WHERE organization_id = $1 GROUP BY state";
    TRIES = "SELECT at, outcome, reply FROM letter_tries WHERE organization_id = $1 AND letter_id = $2 ORDER BY number";
    NEXT = "SELECT MIN(at) FROM letters WHERE state = 'waiting' AND kind IN (SELECT r.value ->> 0 FROM {rows $1})";
    // Said twice: of two servers that choose the same letter the second looks at it again, and leaves it.
    TAKE = "UPDATE letters SET at = $2, tries = tries + 1 WHERE state = 'waiting' AND at <= $1 AND id IN ( \
                SELECT id FROM letters WHERE state = 'waiting' AND at <= $1 \
                AND kind IN (SELECT r.value ->> 0 FROM {rows $4}) ORDER BY at, id LIMIT $3) \
            RETURNING id, organization_id, recipient, letter, tries, created_at, language";
    NAMES = "SELECT o.id, o.name, n.value FROM {picked $1} \
             JOIN organizations AS o ON o.id = picked.value \
             LEFT JOIN notifications AS n ON n.organization_id = o.id";
    SETTLE = "UPDATE letters SET state = $3, at = $4, letter = $5 \
              WHERE organization_id = $1 AND id = $2 AND state = 'waiting' AND tries = $6";
    RELEASE = "UPDATE letters SET at = $3, tries = tries - 1 \
               WHERE organization_id = $1 AND id = $2 AND state = 'waiting' AND tries = $4";
    TOLD = "SELECT DISTINCT kind, about FROM letters \
            WHERE organization_id = $1 AND kind IN ('term_ends', 'stock_low', 'stock_lasts') AND about NOT LIKE '%#%'";
    // Told of again, it is another matter.
    FORGET_TOLD = "UPDATE letters SET about = about || '#' || CAST(id AS TEXT) \
                   WHERE organization_id = $1 AND kind = $2 AND about = $3";
    // Of those who registered, or never did: what is told in the installation's own letters is nobody's to keep.
    TIDY_TRIES = "DELETE FROM letter_tries WHERE organization_id = 0 AND letter_id IN ( \
                      SELECT id FROM letters WHERE organization_id = 0 AND created_at <= $1)";
    TIDY = "DELETE FROM letters WHERE organization_id = 0 AND created_at <= $1";
    // Of a letter that is still there: whoever unsubscribes takes theirs away.
    KEEP_TRY = "INSERT INTO letter_tries (organization_id, letter_id, number, at, outcome, reply) \
                SELECT $1, $2, COALESCE(MAX(number), 0) + 1, CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT) \
                FROM letter_tries WHERE organization_id = $1 AND letter_id = $2 \
                HAVING EXISTS (SELECT 1 FROM letters WHERE organization_id = $1 AND id = $2)";
    RETRY_FAILED = "UPDATE letters SET state = 'waiting', at = $2, tries = 0 WHERE organization_id = $1 AND state = 'failed'";
    // A try of before that is not settled yet finds that it is another one's.
    RETRY = "UPDATE letters SET state = 'waiting', at = $3, tries = 0 WHERE organization_id = $1 AND id = $2 AND state <> 'sent'";
}

/// What is kept of a language.
pub(crate) fn language(language: Language) -> &'static str {
    match language {
        Language::Ru => "ru",
        Language::En => "en",
    }
}

pub(crate) fn language_of(code: &str) -> StoreResult<Language> {
    [Language::Ru, Language::En].into_iter().find(|known| language(*known) == code).ok_or_else(|| broken("a language"))
}

fn settings(text: &str) -> StoreResult<Notifications> {
    serde_json::from_str(text).map_err(|_| broken("notifications"))
}

fn kinds(codes: &str) -> Vec<LetterKind> {
    codes.split(',').filter_map(LetterKind::from_code).collect()
}

pub(crate) async fn muted(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
) -> StoreResult<Vec<LetterKind>> {
    let row = conn.maybe_row(MUTED.of(organization).bind(account.0)).await?;
    row.map_or(Ok(Vec::new()), |row| Ok(kinds(&row.text(0)?)))
}

pub(crate) async fn keep_muted(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    muted: &[LetterKind],
) -> StoreResult<()> {
    let codes = muted.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(",");
    conn.execute(KEEP_MUTED.of(organization).bind(account.0).bind(codes)).await.map(drop)
}

/// The e-mails of accounts that want no letters of this kind.
pub(crate) async fn muting(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    kind: LetterKind,
) -> StoreResult<Vec<String>> {
    let mut emails = Vec::new();
    for row in conn.rows(MUTING.of(organization)).await? {
        if kinds(&row.text(1)?).contains(&kind) {
            emails.push(row.text(0)?);
        }
    }
    Ok(emails)
}

pub(crate) async fn notifications(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
) -> StoreResult<Option<Notifications>> {
    let row = conn.maybe_row(NOTIFICATIONS.of(organization)).await?;
    row.map(|row| settings(&row.text(0)?)).transpose()
}

pub(crate) async fn keep_notifications(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    notifications: &Notifications,
) -> StoreResult<()> {
    let value = serde_json::to_string(notifications).map_err(|_| broken("notifications"))?;
    conn.execute(KEEP_NOTIFICATIONS.of(organization).bind(value)).await.map(drop)
}

/// How many of them are new.
pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    letters: &[NewLetter],
    at: Instant,
) -> StoreResult<u64> {
    let row = |new: &NewLetter| {
        let text = serde_json::to_string(&new.letter).ok()?;
        Some(serde_json::json!([
            new.letter.kind().code(),
            new.letter.about(),
            new.to,
            text,
            new.due.0,
            language(new.language)
        ]))
    };
    let rows: Option<Vec<serde_json::Value>> = letters.iter().map(row).collect();
    let rows = serde_json::Value::Array(rows.ok_or_else(|| broken("a letter"))?).to_string();
    conn.execute(INSERT.of(organization).bind(rows).bind(at.0)).await
}

fn letter(text: &str) -> StoreResult<Letter> {
    serde_json::from_str(text).map_err(|_| broken("a letter"))
}

fn row(row: &Row) -> StoreResult<LetterRow> {
    Ok(LetterRow {
        id: LetterId(row.int(0)?),
        letter: letter(&row.text(1)?)?,
        to: row.text(2)?,
        state: LetterState::from_code(&row.text(3)?).ok_or_else(|| broken("a state of a letter"))?,
        created_at: Instant(row.int(4)?),
        at: Instant(row.int(5)?),
        tries: row.count(6)?,
        language: language_of(&row.text(7)?)?,
    })
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    state: Option<LetterState>,
    before: Option<LetterId>,
    limit: u32,
) -> StoreResult<Vec<LetterRow>> {
    let statement = if state.is_some() { LIST_OF } else { LIST };
    let mut sql = statement.of(organization).bind(before.map_or(i64::MAX, |id| id.0)).bind(i64::from(limit));
    if let Some(state) = state {
        sql = sql.bind(state.code());
    }
    conn.rows(sql).await?.iter().map(row).collect()
}

pub(crate) async fn find(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: LetterId,
) -> StoreResult<Option<LetterRow>> {
    conn.maybe_row(FIND.of(organization).bind(id.0)).await?.as_ref().map(row).transpose()
}

pub(crate) async fn counts(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(LetterState, u64)>> {
    let count = |row: &Row| {
        let state = LetterState::from_code(&row.text(0)?).ok_or_else(|| broken("a state of a letter"))?;
        Ok((state, row.count(1)?))
    };
    conn.rows(COUNTS.of(organization)).await?.iter().map(count).collect()
}

pub(crate) async fn tries(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: LetterId,
) -> StoreResult<Vec<LetterTry>> {
    let one = |row: &Row| {
        let reply = row.maybe_int(2)?.and_then(|reply| u16::try_from(reply).ok());
        let delivery = Delivery::from_code(&row.text(1)?, reply).ok_or_else(|| broken("a try of a letter"))?;
        Ok(LetterTry { at: Instant(row.int(0)?), delivery })
    };
    conn.rows(TRIES.of(organization).bind(id.0)).await?.iter().map(one).collect()
}

/// As the statements take kinds.
fn codes(kinds: &[LetterKind]) -> String {
    let codes = kinds.iter().map(|kind| serde_json::json!([kind.code()]));
    serde_json::Value::Array(codes.collect()).to_string()
}

pub(crate) async fn next(conn: &mut Conn<'_>, kinds: &[LetterKind]) -> StoreResult<Option<Instant>> {
    Ok(conn.row(NEXT.bind(codes(kinds))).await?.maybe_int(0)?.map(Instant))
}

pub(crate) async fn take(
    conn: &mut Conn<'_>,
    kinds: &[LetterKind],
    (now, until): (Instant, Instant),
    limit: u32,
) -> StoreResult<Vec<DueLetter>> {
    let rows = conn.rows(TAKE.bind(now.0).bind(until.0).bind(i64::from(limit)).bind(codes(kinds))).await?;
    let mut organizations = rows.iter().map(|row| row.int(1)).collect::<StoreResult<Vec<_>>>()?;
    organizations.sort_unstable();
    organizations.dedup();
    let names: Vec<String> = organizations.iter().map(ToString::to_string).collect();
    let names = conn.rows(NAMES.bind(names.join(","))).await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let organization = row.int(1)?;
        let mut known = None;
        for name in &names {
            if name.int(0)? == organization {
                known = Some(name);
            }
        }
        let (organization_name, notifications) = match known {
            Some(known) => (known.text(1)?, known.maybe_text(2)?),
            None if organization == INSTALLATION.0 => (OURSELVES.to_owned(), None),
            None => return Err(broken("a letter of no organisation")),
        };
        due.push(DueLetter {
            id: LetterId(row.int(0)?),
            organization: OrganizationId(organization),
            organization_name,
            language: language_of(&row.text(6)?)?,
            to: row.text(2)?,
            letter: letter(&row.text(3)?)?,
            tries: row.count(4)?,
            written: Instant(row.int(5)?),
            notifications: notifications.map(|value| settings(&value)).transpose()?,
        });
    }
    due.sort_unstable_by_key(|letter| letter.id);
    Ok(due)
}

/// What became of a try: `at` is when the next one is, or when it was settled.
pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    tried: &DueLetter,
    delivery: Delivery,
    state: LetterState,
    at: Instant,
    now: Instant,
) -> StoreResult<()> {
    // What has gone, or never will, needs no link any more.
    let over = state == LetterState::Sent || delivery == Delivery::Stale;
    let kept = if over { tried.letter.clone().without_secret() } else { tried.letter.clone() };
    let kept = serde_json::to_string(&kept).map_err(|_| broken("a letter"))?;
    let number = i64::try_from(tried.tries).unwrap_or(i64::MAX);
    let sql = SETTLE.of(tried.organization).bind(tried.id.0).bind(state.code()).bind(at.0).bind(kept).bind(number);
    conn.execute(sql).await?;
    let sql = KEEP_TRY
        .of(tried.organization)
        .bind(tried.id.0)
        .bind(now.0)
        .bind(delivery.code())
        .bind(delivery.reply().map(i64::from));
    conn.execute(sql).await.map(drop)
}

/// [`StoreError::Conflict`] if it has gone, or is not there.
pub(crate) async fn retry(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: LetterId,
    at: Instant,
) -> StoreResult<()> {
    match conn.execute(RETRY.of(organization).bind(id.0).bind(at.0)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn retry_failed(conn: &mut Conn<'_>, organization: OrganizationId, at: Instant) -> StoreResult<u64> {
    conn.execute(RETRY_FAILED.of(organization).bind(at.0)).await
}

/// Throws away the installation's own letters of before `long_ago`.
pub(crate) async fn tidy(conn: &mut Conn<'_>, long_ago: Instant) -> StoreResult<()> {
    conn.execute(TIDY_TRIES.bind(long_ago.0)).await?;
    conn.execute(TIDY.bind(long_ago.0)).await.map(drop)
}

/// Gives back what was taken and not tried.
pub(crate) async fn release(conn: &mut Conn<'_>, taken: &DueLetter, at: Instant) -> StoreResult<()> {
    let number = i64::try_from(taken.tries).unwrap_or(i64::MAX);
    conn.execute(RELEASE.of(taken.organization).bind(taken.id.0).bind(at.0).bind(number)).await.map(drop)
}

pub(crate) async fn told(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(LetterKind, String)>> {
    let one = |row: &Row| {
        let kind = LetterKind::from_code(&row.text(0)?).ok_or_else(|| broken("a kind of letter"))?;
        Ok((kind, row.text(1)?))
    };
    conn.rows(TOLD.of(organization)).await?.iter().map(one).collect()
}

pub(crate) async fn forget_told(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    kind: LetterKind,
    about: &str,
) -> StoreResult<()> {
    conn.execute(FORGET_TOLD.of(organization).bind(kind.code()).bind(about)).await.map(drop)
}

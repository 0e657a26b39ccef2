//! Extensions, applications for them, and what they have become.

use domain::{
    AccountId, Application, ApplicationFilter, ApplicationId, ApplicationState, Choice, Connected, Extension, Instant,
    NewApplication, OrganizationId, Owner, PoolId, ProductId, Promotion, Purpose,
};
use service::ports::{Settled, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! applications {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.organization_id, c.name, p.partner_id, s.name, p.account_id, a.name, a.email, p.extension, ",
            "p.purpose, p.state, p.version, p.asked_on, p.asked_size, p.set_on, p.set_size, p.owners, p.comment, ",
            "p.promotion, p.created_at, p.settled_at, b.name, p.reason, p.charge FROM applications AS p ",
            "JOIN organizations AS c ON c.id = p.organization_id ",
            "JOIN organizations AS s ON s.id = p.partner_id ",
            "JOIN accounts AS a ON a.organization_id = p.organization_id AND a.id = p.account_id ",
            "LEFT JOIN accounts AS b ON b.organization_id = p.organization_id AND b.id = p.settled_by ",
            $rest
        )
    };
}

/// Only of whoever is served now.
macro_rules! served {
    ($rest:literal) => {
        concat!(
            "JOIN partnerships AS w ON w.organization_id = p.organization_id AND w.partner_id = p.partner_id ",
            "WHERE p.partner_id = $1",
            $rest
        )
    };
}

/// Of the partner `$1`, in the state `$2` and of the customer `$3`, if given.
macro_rules! filtered {
    ($head:expr, $rest:literal) => {
        concat!(
            $head,
            served!(
                " AND ($2 = '' OR p.state = $2) AND (CAST($3 AS BIGINT) = 0 OR p.organization_id = CAST($3 AS BIGINT))"
            ),
            $rest
        )
    };
}

statements! {
    EXTENSIONS = "SELECT code, title, product_id, sizes, roles, excluded FROM extensions ORDER BY code";
    KEEP_EXTENSION = "INSERT INTO extensions (code, title, product_id, sizes, roles, excluded) VALUES ($1, $2, $3, $4, $5, $6) \
                      ON CONFLICT (code) DO UPDATE SET title = excluded.title, sizes = excluded.sizes, \
                                                       roles = excluded.roles, excluded = excluded.excluded";
    RENAME_PRODUCT = "UPDATE products SET title = $2, label = $2 WHERE id = $1";
    PROMOTIONS = "SELECT code, title, percent, first_day, last_day FROM promotions ORDER BY last_day DESC, code";
    KEEP_PROMOTION = "INSERT INTO promotions (code, title, percent, first_day, last_day) VALUES ($1, $2, $3, $4, $5) \
                      ON CONFLICT (code) DO UPDATE SET title = excluded.title, percent = excluded.percent, \
                                                       first_day = excluded.first_day, last_day = excluded.last_day";
    LIST = applications!("WHERE p.organization_id = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3");
    FIND = applications!("WHERE p.organization_id = $1 AND p.id = $2");
    TO_PARTNER = filtered!(
        applications!(""),
        " ORDER BY CASE WHEN p.state = 'sent' THEN 0 ELSE 1 END, CASE WHEN p.state = 'sent' THEN p.id ELSE -p.id END \
          LIMIT $4 OFFSET $5"
    );
    COUNT_TO_PARTNER = filtered!("SELECT count(*) FROM applications AS p ", "");
    FIND_TO_PARTNER = concat!(applications!(""), served!(" AND p.id = $2"));
    WAITING = concat!(
        "SELECT p.organization_id, count(*) FROM applications AS p ",
        served!(" AND p.state = 'sent' GROUP BY p.organization_id ORDER BY p.organization_id")
    );
    INSERT = "INSERT INTO applications (organization_id, account_id, partner_id, extension, purpose, state, version, asked_on, \
                                        asked_size, owners, comment, promotion, created_at, reason) \
              VALUES ($1, $2, $3, $4, $5, 'sent', 1, $6, $7, $8, $9, $10, $11, '') RETURNING id";
    CORRECT = "UPDATE applications SET set_on = $4, set_size = $5, version = version + 1 \
               WHERE organization_id = $1 AND id = $2 AND version = $3 AND state = 'sent'";
    SETTLE = "UPDATE applications SET set_on = $4, set_size = $5, version = version + 1, state = $6, settled_at = $7, \
                                      settled_by = $8, reason = $9, contract_id = $10, amount = $11, charge = $12 \
              WHERE organization_id = $1 AND id = $2 AND version = $3 AND state = 'sent'";
    CONNECTED = "SELECT e.extension, e.size, e.pool_id, e.since, e.grown_at, s.issued, s.total \
                 FROM connected_extensions AS e \
                 JOIN pools AS s ON s.organization_id = e.organization_id AND s.id = e.pool_id \
                 WHERE e.organization_id = $1 ORDER BY e.extension";
    CONNECT = "INSERT INTO connected_extensions (organization_id, extension, size, pool_id, since) VALUES ($1, $2, $3, $4, $5)";
    GROW = "UPDATE connected_extensions SET size = $3, grown_at = $5 \
            WHERE organization_id = $1 AND extension = $2 AND pool_id = $4";
    MORE_SEATS = "UPDATE pools SET total = $3 WHERE organization_id = $1 AND id = $2 AND total < $3";
    DRAFT = "SELECT draft FROM form_drafts WHERE organization_id = $1 AND account_id = $2 AND about = $3";
    KEEP_DRAFT = "INSERT INTO form_drafts (organization_id, account_id, about, draft, updated_at) VALUES ($1, $2, $3, $4, $5) \
                  ON CONFLICT (organization_id, account_id, about) \
                  DO UPDATE SET draft = excluded.draft, updated_at = excluded.updated_at";
    DROP_DRAFT = "DELETE FROM form_drafts WHERE organization_id = $1 AND account_id = $2 AND about = $3";
    FORGET_DRAFTS = "DELETE FROM form_drafts WHERE organization_id = $1 AND account_id = $2";
    TIDY = "DELETE FROM form_drafts WHERE updated_at < $1";
}

fn json<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> StoreResult<T> {
    serde_json::from_str(text).map_err(|_| broken(what))
}

pub(crate) fn text_of(value: &impl serde::Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| broken("what cannot be written as JSON"))
}

pub(crate) fn number(value: u64) -> StoreResult<i64> {
    i64::try_from(value).map_err(|_| broken("a number that no column holds"))
}

pub(crate) async fn extensions(conn: &mut Conn<'_>) -> StoreResult<Vec<Extension>> {
    let extension = |row: &Row| {
        Ok(Extension {
            code: row.text(0)?,
            title: row.text(1)?,
            product: ProductId(row.int(2)?),
            sizes: json(&row.text(3)?, "the sizes of an extension")?,
            roles: json(&row.text(4)?, "the roles of an extension")?,
            excluded: json(&row.text(5)?, "the excluded promotions of an extension")?,
        })
    };
    conn.rows(EXTENSIONS.sql()).await?.iter().map(extension).collect()
}

pub(crate) async fn keep_extension(conn: &mut Conn<'_>, extension: &Extension) -> StoreResult<()> {
    let sql = KEEP_EXTENSION
        .bind(extension.code.as_str())
        .bind(extension.title.as_str())
        .bind(extension.product.0)
        .bind(text_of(&extension.sizes)?)
        .bind(text_of(&extension.roles)?)
        .bind(text_of(&extension.excluded)?);
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn rename_product(conn: &mut Conn<'_>, product: ProductId, title: &str) -> StoreResult<()> {
    conn.execute(RENAME_PRODUCT.bind(product.0).bind(title)).await.map(drop)
}

pub(crate) async fn promotions(conn: &mut Conn<'_>) -> StoreResult<Vec<Promotion>> {
    let promotion = |row: &Row| {
        Ok(Promotion {
            code: row.text(0)?,
            title: row.text(1)?,
            percent: u8::try_from(row.int(2)?).map_err(|_| broken("a percentage"))?,
            from: day(row, 3)?,
            until: day(row, 4)?,
        })
    };
    conn.rows(PROMOTIONS.sql()).await?.iter().map(promotion).collect()
}

pub(crate) fn day(row: &Row, place: usize) -> StoreResult<domain::Date> {
    i32::try_from(row.int(place)?).map(domain::Date).map_err(|_| broken("a day"))
}

pub(crate) async fn keep_promotion(conn: &mut Conn<'_>, promotion: &Promotion) -> StoreResult<()> {
    let sql = KEEP_PROMOTION
        .bind(promotion.code.as_str())
        .bind(promotion.title.as_str())
        .bind(i64::from(promotion.percent))
        .bind(i64::from(promotion.from.0))
        .bind(i64::from(promotion.until.0));
    conn.execute(sql).await.map(drop)
}

fn application(row: &Row) -> StoreResult<Application> {
    let set = match (row.maybe_int(14)?, row.maybe_text(15)?) {
        (Some(on), Some(size)) => Some(Choice { on: on == 1, size }),
        _ => None,
    };
    Ok(Application {
        id: ApplicationId(row.int(0)?),
        customer: OrganizationId(row.int(1)?),
        customer_name: row.text(2)?,
        partner: OrganizationId(row.int(3)?),
        partner_name: row.text(4)?,
        author: AccountId(row.int(5)?),
        author_name: row.text(6)?,
        author_email: row.text(7)?,
        extension: row.text(8)?,
        purpose: Purpose::from_code(&row.text(9)?).ok_or_else(|| broken("a purpose"))?,
        state: ApplicationState::from_code(&row.text(10)?).ok_or_else(|| broken("a state of an application"))?,
        version: row.count(11)?,
        asked: Choice { on: row.int(12)? == 1, size: row.text(13)? },
        set,
        owners: json::<Vec<Owner>>(&row.text(16)?, "the owners of signatures")?,
        comment: row.text(17)?,
        promotion: row.maybe_text(18)?,
        created_at: Instant(row.int(19)?),
        settled_at: row.maybe_int(20)?.map(Instant),
        settled_by: row.maybe_text(21)?,
        reason: row.text(22)?,
        charge: row.maybe_text(23)?.map(|text| json(&text, "a charge")).transpose()?,
    })
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    before: Option<ApplicationId>,
    limit: u32,
) -> StoreResult<Vec<Application>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    conn.rows(LIST.of(customer).bind(before).bind(i64::from(limit))).await?.iter().map(application).collect()
}

pub(crate) async fn find(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    id: ApplicationId,
) -> StoreResult<Option<Application>> {
    conn.maybe_row(FIND.of(customer).bind(id.0)).await?.as_ref().map(application).transpose()
}

pub(crate) async fn to_partner(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
    filter: ApplicationFilter,
    offset: u64,
    limit: u32,
) -> StoreResult<(Vec<Application>, u64)> {
    let state = filter.state.map_or("", ApplicationState::code);
    let customer = filter.customer.map_or(0, |customer| customer.0);
    let count = conn.row(COUNT_TO_PARTNER.of(partner).bind(state).bind(customer)).await?.count(0)?;
    let sql = TO_PARTNER.of(partner).bind(state).bind(customer).bind(i64::from(limit)).bind(number(offset)?);
    Ok((conn.rows(sql).await?.iter().map(application).collect::<StoreResult<_>>()?, count))
}

pub(crate) async fn find_to_partner(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
    id: ApplicationId,
) -> StoreResult<Option<Application>> {
    conn.maybe_row(FIND_TO_PARTNER.of(partner).bind(id.0)).await?.as_ref().map(application).transpose()
}

pub(crate) async fn waiting(conn: &mut Conn<'_>, partner: OrganizationId) -> StoreResult<Vec<(OrganizationId, u64)>> {
    let rows = conn.rows(WAITING.of(partner)).await?;
    rows.iter().map(|row| Ok((OrganizationId(row.int(0)?), row.count(1)?))).collect()
}

/// [`StoreError::Conflict`] if one waits for the extension already.
pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    account: AccountId,
    new: &NewApplication,
    at: Instant,
) -> StoreResult<ApplicationId> {
    let sql = INSERT
        .of(customer)
        .bind(account.0)
        .bind(new.partner.0)
        .bind(new.extension.as_str())
        .bind(new.purpose.code())
        .bind(i64::from(new.asked.on))
        .bind(new.asked.size.as_str())
        .bind(text_of(&new.owners)?)
        .bind(new.comment.as_str())
        .bind(new.promotion.clone())
        .bind(at.0);
    conn.row(sql).await?.int(0).map(ApplicationId)
}

fn of_one(touched: u64) -> StoreResult<()> {
    if touched == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// [`StoreError::Conflict`] if it does not wait in this version.
pub(crate) async fn correct(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    id: ApplicationId,
    version: u64,
    set: Option<&Choice>,
) -> StoreResult<()> {
    let sql = CORRECT
        .of(customer)
        .bind(id.0)
        .bind(number(version)?)
        .bind(set.map(|set| i64::from(set.on)))
        .bind(set.map(|set| set.size.clone()));
    of_one(conn.execute(sql).await?)
}

/// [`StoreError::Conflict`] if it does not wait in this version.
pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    id: ApplicationId,
    version: u64,
    set: Option<&Choice>,
    settled: Settled<'_>,
) -> StoreResult<()> {
    let recorded = settled.recorded;
    let sql = SETTLE
        .of(customer)
        .bind(id.0)
        .bind(number(version)?)
        .bind(set.map(|set| i64::from(set.on)))
        .bind(set.map(|set| set.size.clone()))
        .bind(settled.state.code())
        .bind(settled.at.0)
        .bind(settled.by.0)
        .bind(settled.reason)
        .bind(recorded.map(|recorded| recorded.contract.0))
        .bind(recorded.map(|recorded| number(recorded.charge.amount.0)).transpose()?)
        .bind(recorded.map(|recorded| text_of(&recorded.charge)).transpose()?);
    of_one(conn.execute(sql).await?)
}

pub(crate) async fn connected(conn: &mut Conn<'_>, customer: OrganizationId) -> StoreResult<Vec<Connected>> {
    let connected = |row: &Row| {
        Ok(Connected {
            extension: row.text(0)?,
            size: row.text(1)?,
            pool: PoolId(row.int(2)?),
            since: Instant(row.int(3)?),
            grown_at: row.maybe_int(4)?.map(Instant),
            held: Some(row.count(5)?),
            seats: row.count(6)?,
        })
    };
    conn.rows(CONNECTED.of(customer)).await?.iter().map(connected).collect()
}

/// [`StoreError::Conflict`] if it is connected already.
pub(crate) async fn connect(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    extension: &str,
    size: &str,
    pool: PoolId,
    at: Instant,
) -> StoreResult<()> {
    conn.execute(CONNECT.of(customer).bind(extension).bind(size).bind(pool.0).bind(at.0)).await.map(drop)
}

/// [`StoreError::Conflict`] if it is not connected, or has as many seats.
pub(crate) async fn grow(
    conn: &mut Conn<'_>,
    customer: OrganizationId,
    extension: &str,
    size: &str,
    pool: PoolId,
    seats: u64,
    at: Instant,
) -> StoreResult<()> {
    of_one(conn.execute(GROW.of(customer).bind(extension).bind(size).bind(pool.0).bind(at.0)).await?)?;
    of_one(conn.execute(MORE_SEATS.of(customer).bind(pool.0).bind(number(seats)?)).await?)
}

pub(crate) async fn draft(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    about: &str,
) -> StoreResult<Option<String>> {
    conn.maybe_row(DRAFT.of(organization).bind(account.0).bind(about)).await?.map(|row| row.text(0)).transpose()
}

pub(crate) async fn keep_draft(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    about: &str,
    draft: Option<&str>,
    at: Instant,
) -> StoreResult<()> {
    let sql = match draft {
        Some(draft) => KEEP_DRAFT.of(organization).bind(account.0).bind(about).bind(draft).bind(at.0),
        None => DROP_DRAFT.of(organization).bind(account.0).bind(about),
    };
    conn.execute(sql).await.map(drop)
}

/// What was for this account alone, which is there no more.
pub(crate) async fn forget(conn: &mut Conn<'_>, organization: OrganizationId, account: AccountId) -> StoreResult<()> {
    conn.execute(FORGET_DRAFTS.of(organization).bind(account.0)).await.map(drop)
}

/// Throws away drafts of before `long_ago`.
pub(crate) async fn tidy(conn: &mut Conn<'_>, long_ago: Instant) -> StoreResult<()> {
    conn.execute(TIDY.bind(long_ago.0)).await.map(drop)
}

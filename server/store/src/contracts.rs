//! Contracts of partners, what was connected under them, and what both sides have said of it.

use std::collections::HashMap;

use domain::{
    AccountId, ApplicationId, Buyer, ChargeLine, Contract, ContractId, Date, Extension, Inn, Instant, Kopecks, Month,
    OrderId, OrganizationId, Purpose, Said, Side, Word,
};
use service::ports::{StoreError, StoreResult, Words};

use crate::applications::{day, extensions, text_of};
use crate::error::broken;
use crate::sql::{Conn, Row, Sql, statements};

macro_rules! contracts {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.organization_id, p.name, c.vendor_id, v.name, c.number, c.signed_day, c.discounts, ",
            "c.buyer_name, c.buyer_inn, c.buyer_kpp, c.buyer_address, c.seller FROM contracts AS c ",
            "JOIN organizations AS p ON p.id = c.organization_id JOIN organizations AS v ON v.id = c.vendor_id ",
            $rest
        )
    };
}

macro_rules! words {
    ($rest:literal) => {
        concat!(
            "SELECT r.month, r.partner_digest, r.partner_remark, p.name, r.partner_at, r.vendor_digest, r.vendor_remark, ",
            "v.name, r.vendor_at, r.partner_account, r.agreed_lines, r.order_id FROM reconciliations AS r ",
            "LEFT JOIN accounts AS p ON p.organization_id = r.organization_id AND p.id = r.partner_account ",
            "LEFT JOIN accounts AS v ON v.organization_id = r.vendor_id AND v.id = r.vendor_account ",
            "WHERE r.organization_id = $1 AND r.contract_id = $2",
            $rest
        )
    };
}

statements! {
    EVERY = contracts!("ORDER BY c.id");
    OF_SIDE = contracts!("WHERE c.organization_id = $1 OR c.vendor_id = $1 ORDER BY c.signed_day DESC, c.id DESC");
    FIND = contracts!("WHERE (c.organization_id = $1 OR c.vendor_id = $1) AND c.id = $2");
    INSERT = "INSERT INTO contracts (organization_id, vendor_id, number, signed_day, discounts, buyer_name, buyer_inn, \
                                     buyer_kpp, buyer_address, seller) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
    CHANGE = "UPDATE contracts SET signed_day = $3, discounts = $4, buyer_name = $5, buyer_inn = $6, buyer_kpp = $7, \
                                   buyer_address = $8, seller = $9 WHERE organization_id = $1 AND id = $2";
    // Days in Moscow.
    DAYS = "SELECT (settled_at + 10800000000) / 86400000000 AS day, count(*), CAST(SUM(amount) AS BIGINT) FROM applications \
            WHERE partner_id = $1 AND contract_id = $2 GROUP BY 1 ORDER BY 1";
    CHARGES = "SELECT a.id, o.name, a.settled_at, a.extension, COALESCE(a.set_size, a.asked_size), a.purpose, a.charge \
               FROM applications AS a JOIN organizations AS o ON o.id = a.organization_id \
               WHERE a.partner_id = $1 AND a.contract_id = $2 AND a.settled_at >= $3 AND a.settled_at < $4 \
               ORDER BY a.settled_at, a.id";
    WORDS = words!(" AND r.month = $3");
    ALL_WORDS = words!(" ORDER BY r.month");
    OPEN = "INSERT INTO reconciliations (organization_id, contract_id, month, vendor_id) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (organization_id, contract_id, month) DO NOTHING";
    PARTNER_SAYS = "UPDATE reconciliations SET partner_digest = $4, partner_remark = $5, partner_account = $6, partner_at = $7 \
                    WHERE organization_id = $1 AND contract_id = $2 AND month = $3 AND agreed_lines IS NULL";
    VENDOR_SAYS = "UPDATE reconciliations SET vendor_digest = $4, vendor_remark = $5, vendor_account = $6, vendor_at = $7 \
                   WHERE organization_id = $1 AND contract_id = $2 AND month = $3 AND agreed_lines IS NULL";
    AGREE = "UPDATE reconciliations SET agreed_lines = $4, order_id = $5 \
             WHERE organization_id = $1 AND contract_id = $2 AND month = $3 AND agreed_lines IS NULL";
    OF_ORDER = "SELECT contract_id, month FROM reconciliations WHERE organization_id = $1 AND order_id = $2";
}

fn contract(row: &Row) -> StoreResult<Contract> {
    Ok(Contract {
        id: ContractId(row.int(0)?),
        partner: OrganizationId(row.int(1)?),
        partner_name: row.text(2)?,
        vendor: OrganizationId(row.int(3)?),
        vendor_name: row.text(4)?,
        number: row.text(5)?,
        signed: day(row, 6)?,
        discounts: serde_json::from_str(&row.text(7)?).map_err(|_| broken("the discounts of a contract"))?,
        buyer: Buyer {
            name: row.text(8)?,
            inn: Inn::parse(&row.text(9)?).ok_or_else(|| broken("an INN"))?,
            kpp: row.text(10)?,
            address: row.text(11)?,
        },
        seller: row
            .maybe_text(12)?
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| broken("a seller"))?,
    })
}

async fn read(conn: &mut Conn<'_>, sql: Sql) -> StoreResult<Vec<Contract>> {
    conn.rows(sql).await?.iter().map(contract).collect()
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> StoreResult<Vec<Contract>> {
    read(conn, EVERY.sql()).await
}

pub(crate) async fn of_side(conn: &mut Conn<'_>, side: OrganizationId) -> StoreResult<Vec<Contract>> {
    read(conn, OF_SIDE.of(side)).await
}

pub(crate) async fn find(conn: &mut Conn<'_>, side: OrganizationId, id: ContractId) -> StoreResult<Option<Contract>> {
    conn.maybe_row(FIND.of(side).bind(id.0)).await?.as_ref().map(contract).transpose()
}

pub(crate) async fn keep(conn: &mut Conn<'_>, contract: &Contract) -> StoreResult<ContractId> {
    let discounts = text_of(&contract.discounts)?;
    let seller = contract.seller.as_ref().map(text_of).transpose()?;
    let buyer = &contract.buyer;
    let sql = match contract.id.0 {
        0 => INSERT
            .of(contract.partner)
            .bind(contract.vendor.0)
            .bind(contract.number.as_str())
            .bind(i64::from(contract.signed.0)),
        id => CHANGE.of(contract.partner).bind(id).bind(i64::from(contract.signed.0)),
    };
    let sql = sql
        .bind(discounts)
        .bind(buyer.name.as_str())
        .bind(buyer.inn.as_str())
        .bind(buyer.kpp.as_str())
        .bind(buyer.address.as_str())
        .bind(seller);
    if contract.id.0 == 0 {
        return conn.row(sql).await?.int(0).map(ContractId);
    }
    match conn.execute(sql).await? {
        1 => Ok(contract.id),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn days(conn: &mut Conn<'_>, contract: &Contract) -> StoreResult<Vec<(Date, u64, Kopecks)>> {
    let rows = conn.rows(DAYS.of(contract.partner).bind(contract.id.0)).await?;
    rows.iter().map(|row| Ok((day(row, 0)?, row.count(1)?, Kopecks(row.count(2)?)))).collect()
}

pub(crate) async fn charges(conn: &mut Conn<'_>, contract: &Contract, month: Month) -> StoreResult<Vec<ChargeLine>> {
    let known: HashMap<String, Extension> =
        extensions(conn).await?.into_iter().map(|extension| (extension.code.clone(), extension)).collect();
    let (from, until) = month.bounds();
    let line = |row: &Row| {
        let extension = known.get(&row.text(3)?).ok_or_else(|| broken("an extension"))?;
        Ok(ChargeLine {
            application: ApplicationId(row.int(0)?),
            customer: row.text(1)?,
            at: Instant(row.int(2)?),
            product: extension.product,
            title: extension.title.clone(),
            size: extension.size_title(&row.text(4)?).to_owned(),
            purpose: Purpose::from_code(&row.text(5)?).ok_or_else(|| broken("a purpose"))?,
            charge: serde_json::from_str(&row.text(6)?).map_err(|_| broken("a charge"))?,
        })
    };
    let sql = CHARGES.of(contract.partner).bind(contract.id.0).bind(from.0).bind(until.0);
    conn.rows(sql).await?.iter().map(line).collect()
}

fn word(row: &Row, place: usize) -> StoreResult<Option<Word>> {
    let said = match (row.maybe_text(place)?, row.maybe_text(place + 1)?) {
        (Some(digest), _) => Said::Confirmed(digest),
        (None, Some(remark)) => Said::Disputed(remark),
        (None, None) => return Ok(None),
    };
    let by = row.maybe_text(place + 2)?.unwrap_or_default();
    let at = row.maybe_int(place + 3)?.map(Instant).ok_or_else(|| broken("a word without its day"))?;
    Ok(Some(Word { said, by, at }))
}

fn words_of(row: &Row) -> StoreResult<(Month, Words)> {
    let agreed = row.maybe_text(10)?;
    let words = Words {
        partner: word(row, 1)?,
        vendor: word(row, 5)?,
        partner_account: row.maybe_int(9)?.map(AccountId),
        agreed: agreed.map(|text| serde_json::from_str(&text).map_err(|_| broken("agreed lines"))).transpose()?,
        order: row.maybe_int(11)?.map(OrderId),
    };
    Ok((Month::of(day(row, 0)?), words))
}

fn month_number(month: Month) -> i64 {
    i64::from(month.first_day().0)
}

pub(crate) async fn words(conn: &mut Conn<'_>, contract: &Contract, month: Month) -> StoreResult<Words> {
    let sql = WORDS.of(contract.partner).bind(contract.id.0).bind(month_number(month));
    Ok(conn.maybe_row(sql).await?.as_ref().map(words_of).transpose()?.map(|(_, words)| words).unwrap_or_default())
}

pub(crate) async fn all_words(conn: &mut Conn<'_>, contract: &Contract) -> StoreResult<Vec<(Month, Words)>> {
    conn.rows(ALL_WORDS.of(contract.partner).bind(contract.id.0)).await?.iter().map(words_of).collect()
}

/// [`StoreError::Conflict`] if both have agreed already.
pub(crate) async fn say(
    conn: &mut Conn<'_>,
    contract: &Contract,
    month: Month,
    (side, account): (Side, AccountId),
    said: &Said,
    at: Instant,
) -> StoreResult<()> {
    let month = month_number(month);
    conn.execute(OPEN.of(contract.partner).bind(contract.id.0).bind(month).bind(contract.vendor.0)).await?;
    let (digest, remark) = match said {
        Said::Confirmed(digest) => (Some(digest.clone()), None),
        Said::Disputed(remark) => (None, Some(remark.clone())),
    };
    let text = if side == Side::Partner { PARTNER_SAYS } else { VENDOR_SAYS };
    let sql = text.of(contract.partner).bind(contract.id.0).bind(month);
    match conn.execute(sql.bind(digest).bind(remark).bind(account.0).bind(at.0)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// [`StoreError::Conflict`] if they have agreed already.
pub(crate) async fn agree(
    conn: &mut Conn<'_>,
    contract: &Contract,
    month: Month,
    lines: &[ChargeLine],
    order: Option<OrderId>,
) -> StoreResult<()> {
    let sql = AGREE.of(contract.partner).bind(contract.id.0).bind(month_number(month));
    match conn.execute(sql.bind(text_of(&lines)?).bind(order.map(|order| order.0))).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn reconciled_by(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
    order: OrderId,
) -> StoreResult<Option<(ContractId, Month)>> {
    let row = conn.maybe_row(OF_ORDER.of(partner).bind(order.0)).await?;
    row.map(|row| Ok((ContractId(row.int(0)?), Month::of(day(&row, 1)?)))).transpose()
}

//! Orders, the payments told of, and what is sold by whom.

use std::collections::BTreeMap;

use domain::{
    Buyer, Inn, Instant, Kopecks, Mismatch, NewOrder, Offer, Order, OrderId, OrderLine, OrderState, OrganizationId,
    Payment, PaymentOutcome, PoolId, ProductId, Seller, Trial,
};
use service::ports::{CatalogueProduct, NewPool, StoreError, StoreResult, UnmatchedPayment};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};
use crate::{rules, stock};

macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.state, a.name, a.email, o.created_at, o.settled_at, o.buyer_name, o.buyer_inn, o.buyer_kpp, ",
            "o.buyer_address, o.seller FROM orders AS o ",
            "JOIN accounts AS a ON a.organization_id = o.organization_id AND a.id = o.account_id ",
            "WHERE o.organization_id = $1",
            $rest
        )
    };
}

statements! {
    OFFERS = "SELECT id, title, label, signature, identification, exclusive_group, price, term_months FROM products \
              WHERE price IS NOT NULL ORDER BY id";
    CATALOGUE = "SELECT id, title, label, signature, identification, exclusive_group, price, term_months, trial_seats, trial_days \
                 FROM products ORDER BY id";
    CHANGE_PRODUCT = "UPDATE products SET title = $2, label = $3, signature = $4, identification = $5, price = $6, \
                      term_months = $7, trial_seats = $8, trial_days = $9 WHERE id = $1";
    SETTING = "SELECT value FROM settings WHERE name = $1";
    FORGET_SETTING = "DELETE FROM settings WHERE name = $1";
    KEEP_SETTING = "INSERT INTO settings (name, value) VALUES ($1, $2)";
    ORDERS = orders!(" AND o.id < $2 ORDER BY o.id DESC LIMIT $3");
    ORDER = orders!(" AND o.id = $2");
    LINES = "SELECT order_id, product_id, title, seats, price, term_months, pool_id FROM order_lines \
             WHERE organization_id = $1 AND order_id >= $2 AND order_id <= $3 ORDER BY order_id, place";
    OF_POOLS = "SELECT pool_id, order_id FROM order_lines WHERE organization_id = $1 AND pool_id IS NOT NULL";
    WHOSE = "SELECT organization_id FROM orders WHERE id = $1";
    INSERT = "INSERT INTO orders (organization_id, account_id, state, created_at, buyer_name, buyer_inn, buyer_kpp, \
                                  buyer_address, seller) \
              VALUES ($1, $2, 'raised', $3, $4, $5, $6, $7, $8) RETURNING id";
    INSERT_LINE = "INSERT INTO order_lines (organization_id, order_id, place, product_id, title, seats, price, term_months) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SETTLE = "UPDATE orders SET state = $3, settled_at = $4 WHERE organization_id = $1 AND id = $2 AND state = 'raised'";
    BECOMES = "UPDATE order_lines SET pool_id = $4 \
               WHERE organization_id = $1 AND order_id = $2 AND product_id = $3 AND pool_id IS NULL";
    INSERT_POOL = "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from, valid_until, trial) \
                   VALUES ($1, $2, $3, $4, 0, $5, $6, $7) RETURNING id";
    PAYMENT = "SELECT amount, purpose, order_id FROM payments WHERE source = $1 AND reference = $2";
    INSERT_PAYMENT = "INSERT INTO payments (organization_id, source, reference, amount, payer, purpose, recorded_at, \
                                            order_id, mismatch) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UNMATCHED = "SELECT source, reference, amount, payer, purpose, recorded_at, mismatch FROM payments \
                 WHERE order_id IS NULL ORDER BY id DESC LIMIT $1";
}

const SELLER: &str = "seller";

fn kopecks(row: &Row, place: usize) -> StoreResult<Kopecks> {
    row.count(place).map(Kopecks)
}

fn months(row: &Row, place: usize) -> StoreResult<Option<u16>> {
    row.maybe_int(place)?.map(|months| u16::try_from(months).map_err(|_| broken("a number of months"))).transpose()
}

pub(crate) async fn offers(conn: &mut Conn<'_>) -> StoreResult<Vec<Offer>> {
    let offer =
        |row: &Row| Ok(Offer { product: stock::product(row)?, price: kopecks(row, 6)?, term_months: months(row, 7)? });
    conn.rows(OFFERS.sql()).await?.iter().map(offer).collect()
}

pub(crate) async fn catalogue(conn: &mut Conn<'_>) -> StoreResult<Vec<CatalogueProduct>> {
    let mut rules = rules::all(conn).await?;
    let product = |row: &Row| {
        let price = row.maybe_int(6)?.map(|price| u64::try_from(price).map_err(|_| broken("a price"))).transpose()?;
        let trial = match (row.maybe_int(8)?, row.maybe_int(9)?) {
            (Some(seats), Some(days)) => Some(Trial {
                seats: u64::try_from(seats).map_err(|_| broken("the seats of a trial"))?,
                days: u16::try_from(days).map_err(|_| broken("the days of a trial"))?,
            }),
            _ => None,
        };
        let (price, term_months) = (price.map(Kopecks), months(row, 7)?);
        let product = stock::product(row)?;
        let rules = rules.remove(&product.id).unwrap_or_default();
        Ok(CatalogueProduct { product, price, term_months, trial, rules })
    };
    conn.rows(CATALOGUE.sql()).await?.iter().map(product).collect()
}

/// Its rules are another matter: they may be about products that are still to be kept.
pub(crate) async fn keep_product(conn: &mut Conn<'_>, entry: &CatalogueProduct) -> StoreResult<ProductId> {
    let product = &entry.product;
    if product.id.0 == 0 {
        return stock::add_product(conn, entry).await;
    }
    let sql = CHANGE_PRODUCT
        .bind(product.id.0)
        .bind(product.title.as_str())
        .bind(product.label.as_str())
        .bind(product.signature.code())
        .bind(product.identification.code())
        .bind(entry.price.map(|price| number(price.0)).transpose()?)
        .bind(entry.term_months.map(i64::from))
        .bind(entry.trial.map(|trial| number(trial.seats)).transpose()?)
        .bind(entry.trial.map(|trial| i64::from(trial.days)));
    match conn.execute(sql).await? {
        1 => Ok(product.id),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn seller(conn: &mut Conn<'_>) -> StoreResult<Option<Seller>> {
    let Some(row) = conn.maybe_row(SETTING.bind(SELLER)).await? else { return Ok(None) };
    serde_json::from_str(&row.text(0)?).map(Some).map_err(|_| broken("the seller"))
}

pub(crate) async fn keep_seller(conn: &mut Conn<'_>, seller: &Seller) -> StoreResult<()> {
    conn.execute(FORGET_SETTING.bind(SELLER)).await?;
    let text = serde_json::to_string(seller).map_err(|_| broken("the seller"))?;
    conn.execute(KEEP_SETTING.bind(SELLER).bind(text)).await.map(drop)
}

fn order(row: &Row, lines: Vec<OrderLine>) -> StoreResult<Order> {
    Ok(Order {
        id: OrderId(row.int(0)?),
        state: OrderState::from_code(&row.text(1)?).ok_or_else(|| broken("a state of an order"))?,
        author: row.text(2)?,
        author_email: row.text(3)?,
        created_at: Instant(row.int(4)?),
        settled_at: row.maybe_int(5)?.map(Instant),
        seller: serde_json::from_str(&row.text(10)?).map_err(|_| broken("the seller"))?,
        buyer: Buyer {
            name: row.text(6)?,
            inn: Inn::parse(&row.text(7)?).ok_or_else(|| broken("an INN"))?,
            kpp: row.text(8)?,
            address: row.text(9)?,
        },
        lines,
    })
}

async fn with_lines(conn: &mut Conn<'_>, organization: OrganizationId, rows: Vec<Row>) -> StoreResult<Vec<Order>> {
    let ids = rows.iter().map(|row| row.int(0)).collect::<StoreResult<Vec<_>>>()?;
    let (Some(least), Some(most)) = (ids.iter().min(), ids.iter().max()) else { return Ok(Vec::new()) };
    let mut lines: BTreeMap<i64, Vec<OrderLine>> = BTreeMap::new();
    for row in conn.rows(LINES.of(organization).bind(*least).bind(*most)).await? {
        lines.entry(row.int(0)?).or_default().push(OrderLine {
            product: ProductId(row.int(1)?),
            title: row.text(2)?,
            seats: row.count(3)?,
            price: kopecks(&row, 4)?,
            term_months: months(&row, 5)?,
            pool: row.maybe_int(6)?.map(PoolId),
        });
    }
    rows.iter().zip(ids).map(|(row, id)| order(row, lines.remove(&id).unwrap_or_default())).collect()
}

pub(crate) async fn list(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    before: Option<OrderId>,
    limit: u32,
) -> StoreResult<Vec<Order>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    let rows = conn.rows(ORDERS.of(organization).bind(before).bind(i64::from(limit))).await?;
    with_lines(conn, organization, rows).await
}

pub(crate) async fn find(conn: &mut Conn<'_>, organization: OrganizationId, id: OrderId) -> StoreResult<Option<Order>> {
    let rows = conn.rows(ORDER.of(organization).bind(id.0)).await?;
    Ok(with_lines(conn, organization, rows).await?.pop())
}

pub(crate) async fn of_pools(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<(PoolId, OrderId)>> {
    let rows = conn.rows(OF_POOLS.of(organization)).await?;
    rows.iter().map(|row| Ok((PoolId(row.int(0)?), OrderId(row.int(1)?)))).collect()
}

/// Whose order it is: for payments, which come from outside.
pub(crate) async fn whose(conn: &mut Conn<'_>, id: OrderId) -> StoreResult<Option<OrganizationId>> {
    conn.maybe_row(WHOSE.bind(id.0)).await?.map(|row| row.int(0).map(OrganizationId)).transpose()
}

pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: domain::AccountId,
    order: &NewOrder,
    seller: &Seller,
    at: Instant,
) -> StoreResult<OrderId> {
    let sql = INSERT
        .of(organization)
        .bind(account.0)
        .bind(at.0)
        .bind(order.buyer.name.as_str())
        .bind(order.buyer.inn.as_str())
        .bind(order.buyer.kpp.as_str())
        .bind(order.buyer.address.as_str())
        .bind(serde_json::to_string(seller).map_err(|_| broken("the seller"))?);
    let id = conn.row(sql).await?.int(0)?;
    for (line, place) in order.lines.iter().zip(1_i64..) {
        let sql = INSERT_LINE
            .of(organization)
            .bind(id)
            .bind(place)
            .bind(line.product.0)
            .bind(line.title.as_str())
            .bind(number(line.seats)?)
            .bind(number(line.price.0)?)
            .bind(line.term_months.map(i64::from));
        conn.execute(sql).await?;
    }
    Ok(OrderId(id))
}

/// [`StoreError::Conflict`] if it does not wait for its payment any more.
pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: OrderId,
    state: OrderState,
    at: Instant,
) -> StoreResult<()> {
    match conn.execute(SETTLE.of(organization).bind(id.0).bind(state.code()).bind(at.0)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn add_pool(conn: &mut Conn<'_>, organization: OrganizationId, pool: &NewPool) -> StoreResult<PoolId> {
    let sql = INSERT_POOL
        .of(organization)
        .bind(pool.product.0)
        .bind(pool.code.as_str())
        .bind(number(pool.total)?)
        .bind(pool.valid_from.0)
        .bind(pool.valid_until.map(|until| until.0))
        .bind(i64::from(pool.trial));
    conn.row(sql).await?.int(0).map(PoolId)
}

/// The line of the product has become this pool.
pub(crate) async fn becomes(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    order: OrderId,
    product: ProductId,
    pool: PoolId,
) -> StoreResult<()> {
    match conn.execute(BECOMES.of(organization).bind(order.0).bind(product.0).bind(pool.0)).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// What became of a payment of this name, if one was told of.
pub(crate) async fn known_payment(conn: &mut Conn<'_>, payment: &Payment) -> StoreResult<Option<PaymentOutcome>> {
    let sql = PAYMENT.bind(payment.source.as_str()).bind(payment.reference.as_str());
    let Some(row) = conn.maybe_row(sql).await? else { return Ok(None) };
    let same = kopecks(&row, 0)? == payment.amount && row.text(1)? == payment.purpose;
    let order = row.maybe_int(2)?.map(OrderId);
    Ok(Some(if same { PaymentOutcome::Known(order) } else { PaymentOutcome::Contradicts }))
}

/// [`StoreError::Conflict`] if it is known already.
pub(crate) async fn insert_payment(
    conn: &mut Conn<'_>,
    organization: Option<OrganizationId>,
    payment: &Payment,
    order: Result<OrderId, Mismatch>,
    at: Instant,
) -> StoreResult<()> {
    let sql = INSERT_PAYMENT
        .bind(organization.map(|organization| organization.0))
        .bind(payment.source.as_str())
        .bind(payment.reference.as_str())
        .bind(number(payment.amount.0)?)
        .bind(payment.payer.as_str())
        .bind(payment.purpose.as_str())
        .bind(at.0)
        .bind(order.ok().map(|order| order.0))
        .bind(order.err().map(|mismatch| mismatch.code().to_owned()));
    conn.execute(sql).await.map(drop)
}

pub(crate) async fn unmatched(conn: &mut Conn<'_>, limit: u32) -> StoreResult<Vec<UnmatchedPayment>> {
    let payment = |row: &Row| {
        Ok(UnmatchedPayment {
            payment: Payment {
                source: row.text(0)?,
                reference: row.text(1)?,
                amount: kopecks(row, 2)?,
                payer: row.text(3)?,
                purpose: row.text(4)?,
            },
            recorded_at: Instant(row.int(5)?),
            mismatch: Mismatch::from_code(&row.text(6)?).ok_or_else(|| broken("a mismatch"))?,
        })
    };
    conn.rows(UNMATCHED.bind(i64::from(limit))).await?.iter().map(payment).collect()
}

fn number(value: u64) -> StoreResult<i64> {
    i64::try_from(value).map_err(|_| broken("a number that no column holds"))
}

//! The catalogue and the pools. The counter of a pool moves only here, by one conditional statement (invariant 1).

use domain::{
    Date, Identification, Instant, OrganizationId, Pool, PoolCode, PoolId, Product, ProductId, SeatFlow, SignatureKind,
};
use service::ports::{CatalogueProduct, StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! pools {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.title, p.label, p.signature, p.identification, p.exclusive_group, ",
            "s.id, s.code, s.total, s.issued, s.valid_from, s.valid_until, s.trial, s.organization_id ",
            "FROM pools AS s JOIN products AS p ON p.id = s.product_id ",
            $rest
        )
    };
}

statements! {
    ADD_PRODUCT = "INSERT INTO products (title, label, signature, identification, exclusive_group, price, term_months, \
                                         trial_seats, trial_days) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    PRODUCTS = "SELECT id, title, label, signature, identification, exclusive_group FROM products ORDER BY id";
    POOLS = pools!("WHERE s.organization_id = $1 ORDER BY s.id");
    POOL = pools!("WHERE s.organization_id = $1 AND s.id = $2");
    // $1 is the partner.
    OF_CUSTOMERS = pools!(
        "JOIN partnerships AS c ON c.organization_id = s.organization_id \
         WHERE c.partner_id = $1 ORDER BY s.organization_id, s.id"
    );
    ENDED = "SELECT organization_id, id FROM pools WHERE valid_until <= $1 AND issued > 0 ORDER BY organization_id, id";
    NEXT_END = "SELECT MIN(valid_until) FROM pools WHERE valid_until > $1 AND issued > 0";
    // Days in Moscow. A seat that an undo gave back counts as never taken.
    FLOWS = "SELECT f.pool_id, f.day, CAST(SUM(f.given) AS BIGINT), CAST(SUM(f.ended) AS BIGINT) FROM ( \
                 SELECT a.pool_id, (a.issued_at + 10800000000) / 86400000000 AS day, COUNT(*) AS given, 0 AS ended \
                 FROM assignments AS a WHERE a.organization_id = $1 AND a.restores IS NULL GROUP BY 1, 2 \
                 UNION ALL \
                 SELECT a.pool_id, (a.ended_at + 10800000000) / 86400000000 AS day, 0 AS given, COUNT(*) AS ended \
                 FROM assignments AS a WHERE a.organization_id = $1 AND a.ended_at IS NOT NULL GROUP BY 1, 2 \
                 UNION ALL \
                 SELECT b.pool_id, (b.ended_at + 10800000000) / 86400000000 AS day, 0 AS given, -COUNT(*) AS ended \
                 FROM assignments AS a \
                 JOIN assignments AS b ON b.organization_id = a.organization_id AND b.id = a.restores \
                 WHERE a.organization_id = $1 AND a.restores IS NOT NULL GROUP BY 1, 2 \
             ) AS f GROUP BY f.pool_id, f.day ORDER BY f.pool_id, f.day";
    TAKE = "UPDATE pools SET issued = issued + $3 \
            WHERE organization_id = $1 AND id = $2 AND total - issued >= $3";
    GIVE_BACK = "UPDATE pools SET issued = issued - $3 WHERE organization_id = $1 AND id = $2 AND issued >= $3";
}

pub(crate) fn product(row: &Row) -> StoreResult<Product> {
    Ok(Product {
        id: ProductId(row.int(0)?),
        title: row.text(1)?,
        label: row.text(2)?,
        signature: SignatureKind::from_code(&row.text(3)?).ok_or_else(|| broken("a kind of signature"))?,
        identification: Identification::from_code(&row.text(4)?).ok_or_else(|| broken("a way of identification"))?,
        exclusive_group: row.text(5)?,
    })
}

fn pool(row: &Row) -> StoreResult<Pool> {
    Ok(Pool {
        product: product(row)?,
        id: PoolId(row.int(6)?),
        code: PoolCode::parse(&row.text(7)?).ok_or_else(|| broken("the code of a pool"))?,
        total: row.count(8)?,
        issued: row.count(9)?,
        valid_from: Instant(row.int(10)?),
        valid_until: row.maybe_int(11)?.map(Instant),
        trial: row.int(12)? == 1,
    })
}

pub(crate) async fn add_product(conn: &mut Conn<'_>, entry: &CatalogueProduct) -> StoreResult<ProductId> {
    let product = &entry.product;
    let sql = ADD_PRODUCT
        .bind(product.title.as_str())
        .bind(product.label.as_str())
        .bind(product.signature.code())
        .bind(product.identification.code())
        .bind(product.exclusive_group.as_str())
        .bind(entry.price.map(|price| i64::try_from(price.0).unwrap_or(i64::MAX)))
        .bind(entry.term_months.map(i64::from))
        .bind(entry.trial.map(|trial| i64::try_from(trial.seats).unwrap_or(i64::MAX)))
        .bind(entry.trial.map(|trial| i64::from(trial.days)));
    conn.row(sql).await?.int(0).map(ProductId)
}

pub(crate) async fn products(conn: &mut Conn<'_>) -> StoreResult<Vec<Product>> {
    conn.rows(PRODUCTS.sql()).await?.iter().map(product).collect()
}

pub(crate) async fn pools(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<Pool>> {
    conn.rows(POOLS.of(organization)).await?.iter().map(pool).collect()
}

/// Those of all organisations that let a partner do something.
pub(crate) async fn pools_of_customers(
    conn: &mut Conn<'_>,
    partner: OrganizationId,
) -> StoreResult<Vec<(OrganizationId, Pool)>> {
    let rows = conn.rows(OF_CUSTOMERS.bind(partner.0)).await?;
    rows.iter().map(|row| Ok((OrganizationId(row.int(13)?), pool(row)?))).collect()
}

pub(crate) async fn ended(conn: &mut Conn<'_>, now: Instant) -> StoreResult<Vec<(OrganizationId, PoolId)>> {
    let rows = conn.rows(ENDED.bind(now.0)).await?;
    rows.iter().map(|row| Ok((OrganizationId(row.int(0)?), PoolId(row.int(1)?)))).collect()
}

pub(crate) async fn next_end(conn: &mut Conn<'_>, now: Instant) -> StoreResult<Option<Instant>> {
    Ok(conn.row(NEXT_END.bind(now.0)).await?.maybe_int(0)?.map(Instant))
}

pub(crate) async fn flows(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<SeatFlow>> {
    let flow = |row: &Row| {
        let day = i32::try_from(row.int(1)?).map_err(|_| broken("a day"))?;
        Ok(SeatFlow { pool: PoolId(row.int(0)?), day: Date(day), given: row.count(2)?, ended: row.count(3)? })
    };
    conn.rows(FLOWS.of(organization)).await?.iter().map(flow).collect()
}

pub(crate) async fn find(conn: &mut Conn<'_>, organization: OrganizationId, id: PoolId) -> StoreResult<Option<Pool>> {
    conn.maybe_row(POOL.of(organization).bind(id.0)).await?.as_ref().map(pool).transpose()
}

/// [`StoreError::SeatsShort`] if fewer than `seats` are left.
pub(crate) async fn take(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: PoolId,
    seats: usize,
) -> StoreResult<()> {
    match conn.execute(TAKE.of(organization).bind(id.0).bind(number(seats)?)).await? {
        0 => Err(StoreError::SeatsShort),
        _ => Ok(()),
    }
}

pub(crate) async fn give_back(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    id: PoolId,
    seats: usize,
) -> StoreResult<()> {
    match conn.execute(GIVE_BACK.of(organization).bind(id.0).bind(number(seats)?)).await? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

fn number(seats: usize) -> StoreResult<i64> {
    i64::try_from(seats).map_err(|_| broken("more seats than numbers"))
}

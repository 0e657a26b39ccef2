//! The catalogue and the pools. The counter of a pool moves only here, by one conditional statement (invariant 1).

use domain::{Identification, Instant, OrganizationId, Pool, PoolCode, PoolId, Product, ProductId, SignatureKind};
use service::ports::{StoreError, StoreResult};

use crate::error::broken;
use crate::sql::{Conn, Row, statements};

macro_rules! pools {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.title, p.label, p.signature, p.identification, p.exclusive_group, ",
            "s.id, s.code, s.total, s.issued, s.valid_from, s.valid_until ",
            "FROM pools AS s JOIN products AS p ON p.id = s.product_id WHERE s.organization_id = $1",
            $rest
        )
    };
}

statements! {
    PRODUCTS = "SELECT id, title, label, signature, identification, exclusive_group FROM products ORDER BY id";
    POOLS = pools!(" ORDER BY s.id");
    POOL = pools!(" AND s.id = $2");
    TAKE = "UPDATE pools SET issued = issued + $3 \
            WHERE organization_id = $1 AND id = $2 AND total - issued >= $3";
    GIVE_BACK = "UPDATE pools SET issued = issued - $3 WHERE organization_id = $1 AND id = $2 AND issued >= $3";
}

fn product(row: &Row) -> StoreResult<Product> {
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
    })
}

pub(crate) async fn products(conn: &mut Conn<'_>) -> StoreResult<Vec<Product>> {
    conn.rows(PRODUCTS.sql()).await?.iter().map(product).collect()
}

pub(crate) async fn pools(conn: &mut Conn<'_>, organization: OrganizationId) -> StoreResult<Vec<Pool>> {
    conn.rows(POOLS.of(organization)).await?.iter().map(pool).collect()
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

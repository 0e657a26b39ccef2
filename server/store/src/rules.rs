//! What products mean to each other, and where they may be used.

use std::collections::BTreeMap;

use domain::{Assortment, ProductId, ProductRules, Region, RuledProduct, ServicePlan};
use service::ports::StoreResult;

use crate::error::broken;
use crate::sql::{Conn, statements};
use crate::stock;

statements! {
    PRODUCTS = "SELECT id, title, label, signature, identification, exclusive_group, \
                       CASE WHEN price IS NULL THEN 0 ELSE 1 END FROM products ORDER BY id";
    REQUIREMENTS = "SELECT product_id, required_id FROM product_requirements ORDER BY product_id, required_id";
    EXCLUSIONS = "SELECT product_id, excluded_id FROM product_exclusions ORDER BY product_id, excluded_id";
    REGIONS = "SELECT product_id, region FROM product_regions ORDER BY product_id, region";
    PLANS = "SELECT product_id, code, title FROM product_plans ORDER BY product_id, place";
    FORGET_REQUIREMENTS = "DELETE FROM product_requirements WHERE product_id = $1";
    FORGET_EXCLUSIONS = "DELETE FROM product_exclusions WHERE product_id = $1 OR excluded_id = $1";
    FORGET_REGIONS = "DELETE FROM product_regions WHERE product_id = $1";
    FORGET_PLANS = "DELETE FROM product_plans WHERE product_id = $1";
    REQUIRE = "INSERT INTO product_requirements (product_id, required_id) VALUES ($1, $2)";
    EXCLUDE = "INSERT INTO product_exclusions (product_id, excluded_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    ALLOW = "INSERT INTO product_regions (product_id, region) VALUES ($1, $2)";
    ADD_PLAN = "INSERT INTO product_plans (product_id, code, title, place) VALUES ($1, $2, $3, $4)";
}

/// Of every product that has any.
pub(crate) async fn all(conn: &mut Conn<'_>) -> StoreResult<BTreeMap<ProductId, ProductRules>> {
    let mut all: BTreeMap<ProductId, ProductRules> = BTreeMap::new();
    for row in conn.rows(REQUIREMENTS.sql()).await? {
        all.entry(ProductId(row.int(0)?)).or_default().requires.push(ProductId(row.int(1)?));
    }
    for row in conn.rows(EXCLUSIONS.sql()).await? {
        let (one, other) = (ProductId(row.int(0)?), ProductId(row.int(1)?));
        all.entry(one).or_default().excludes.push(other);
        all.entry(other).or_default().excludes.push(one);
    }
    for row in conn.rows(REGIONS.sql()).await? {
        let region = Region::parse(&row.text(1)?).ok_or_else(|| broken("a region"))?;
        all.entry(ProductId(row.int(0)?)).or_default().regions.push(region);
    }
    for row in conn.rows(PLANS.sql()).await? {
        let plan = ServicePlan { code: row.text(1)?, title: row.text(2)? };
        all.entry(ProductId(row.int(0)?)).or_default().plans.push(plan);
    }
    for rules in all.values_mut() {
        rules.excludes.sort_unstable();
    }
    Ok(all)
}

pub(crate) async fn assortment(conn: &mut Conn<'_>) -> StoreResult<Assortment> {
    let mut rules = all(conn).await?;
    let known = |row: &crate::sql::Row| {
        let product = stock::product(row)?;
        let rules = rules.remove(&product.id).unwrap_or_default();
        Ok(RuledProduct { product, rules, sold: row.int(6)? == 1 })
    };
    conn.rows(PRODUCTS.sql()).await?.iter().map(known).collect()
}

/// In place of what was said of these products; what one excludes, excludes it too.
pub(crate) async fn keep(conn: &mut Conn<'_>, all: &[(ProductId, &ProductRules)]) -> StoreResult<()> {
    for (product, _) in all {
        for forget in [FORGET_REQUIREMENTS, FORGET_EXCLUSIONS, FORGET_REGIONS, FORGET_PLANS] {
            conn.execute(forget.bind(product.0)).await?;
        }
    }
    for (product, rules) in all {
        for required in &rules.requires {
            conn.execute(REQUIRE.bind(product.0).bind(required.0)).await?;
        }
        for other in &rules.excludes {
            conn.execute(EXCLUDE.bind(product.0.min(other.0)).bind(product.0.max(other.0))).await?;
        }
        for region in &rules.regions {
            conn.execute(ALLOW.bind(product.0).bind(region.to_string())).await?;
        }
        for (plan, place) in rules.plans.iter().zip(1_i64..) {
            conn.execute(ADD_PLAN.bind(product.0).bind(plan.code.as_str()).bind(plan.title.trim()).bind(place)).await?;
        }
    }
    Ok(())
}

//! Which pools are shown: links, so that a choice acts at once and has an address: `/licenses?product=2&status=expired`.

use domain::{PoolStatus, ProductId, Stock, StockFilter};
use leptos::prelude::*;

use crate::i18n::{StockWords, number, use_lang};

/// The filter of a query (the text after `?`); what cannot be read counts as usual.
#[must_use]
pub fn parse_filter(query: &str) -> StockFilter {
    let find = |wanted: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(name, value)| (name == wanted).then_some(value))
    };
    StockFilter {
        product: find("product").and_then(|id| id.parse().ok()).map(ProductId),
        status: match find("status") {
            Some("all") => None,
            code => code.and_then(PoolStatus::from_code).or(StockFilter::default().status),
        },
    }
}

/// The address of a filter's pools, without what is as usual.
pub fn address(filter: StockFilter) -> String {
    let status = match filter.status {
        status if status == StockFilter::default().status => None,
        Some(status) => Some(status.code()),
        None => Some("all"),
    };
    let pairs: Vec<String> =
        [filter.product.map(|product| format!("product={product}")), status.map(|code| format!("status={code}"))]
            .into_iter()
            .flatten()
            .collect();
    if pairs.is_empty() { "/licenses".to_owned() } else { format!("/licenses?{}", pairs.join("&")) }
}

#[component]
pub fn Filters(stock: Stock, filter: StockFilter) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let count = |filter| stock.shown(filter).len() as u64;
    let status = |status: Option<PoolStatus>, text: &'static str| {
        let there = StockFilter { status, ..filter };
        view! {
            <a href=address(there) aria-current=(filter.status == status).then_some("true")>
                {text}" "<span class="count">{number(count(there))}</span>
            </a>
        }
    };
    let mut products: Vec<(ProductId, String)> =
        stock.pools.iter().map(|pool| (pool.product.id, pool.product.title.clone())).collect();
    products.sort_unstable();
    products.dedup();
    let chosen = products.iter().find(|(id, _)| filter.product == Some(*id)).map(|(_, title)| title.clone());
    let product = |product: Option<ProductId>, text: String| {
        let there = StockFilter { product, ..filter };
        view! {
            <a href=address(there) aria-current=(filter.product == product).then_some("true")>
                {text}" "<span class="count">{number(count(there))}</span>
            </a>
        }
    };
    view! {
        <div class="stock-filters">
            <nav class="choices" aria-label=t.status>
                {PoolStatus::ALL.map(|code| status(Some(code), lang.pool_statuses(code))).into_iter().collect_view()}
                {status(None, t.any_status)}
            </nav>
            <button class="button menu-opener" type="button" popovertarget="products">
                {chosen.unwrap_or_else(|| t.any_product.to_owned())}
            </button>
            <nav class="menu menu-products" id="products" popover="" aria-label=t.products>
                {product(None, t.any_product.to_owned())}
                {products.iter().map(|(id, title)| product(Some(*id), title.clone())).collect_view()}
            </nav>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_pools_have_the_plain_address() {
        assert_eq!(address(StockFilter::default()), "/licenses");
        assert_eq!(parse_filter(""), StockFilter::default());
        assert_eq!(parse_filter("status=x&product=y&&="), StockFilter::default());
    }

    #[test]
    fn a_filter_goes_round() {
        for status in PoolStatus::ALL.map(Some).into_iter().chain([None]) {
            for product in [None, Some(ProductId(3))] {
                let there = StockFilter { product, status };
                assert_eq!(parse_filter(address(there).trim_start_matches("/licenses").trim_start_matches('?')), there);
            }
        }
    }
}

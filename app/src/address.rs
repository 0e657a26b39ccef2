//! The address of a view of the table: `/users?tab=employee&q=вор&licence=none&sort=email&dir=desc&page=2&size=100`.
//! What is as usual is left out, so that the plain list is plain `/users`; what cannot be read counts as usual.

use domain::{Direction, Employment, Filter, GroupId, LicenceFilter, PAGE_SIZES, ProductId, Sort, SortKey, Tab, View};
use leptos_router::params::ParamsMap;

/// The view that an address shows.
#[must_use]
pub fn view(params: &ParamsMap) -> View {
    let text = |name: &str| params.get_str(name).unwrap_or_default();
    let usual = View::default();
    View {
        filter: Filter { tab: tab(text("tab")), search: text("q").to_owned(), licence: licence(text("licence")) },
        sort: Sort {
            key: SortKey::from_code(text("sort")).unwrap_or_default(),
            direction: if text("dir") == "desc" { Direction::Descending } else { Direction::Ascending },
        },
        page: text("page").parse().unwrap_or(usual.page).max(1),
        size: text("size").parse().ok().filter(|size| PAGE_SIZES.contains(size)).unwrap_or(usual.size),
    }
}

/// The address of a view.
#[must_use]
pub fn of_view(view: &View) -> String {
    let params: ParamsMap = pairs(view).into_iter().collect();
    format!("/users{}", params.to_query_string())
}

/// The parameters of a view's address, without what is as usual: also the hidden fields of its forms.
#[must_use]
pub fn pairs(view: &View) -> Vec<(&'static str, String)> {
    let usual = View::default();
    let mut pairs = vec![
        ("tab", tab_code(view.filter.tab)),
        ("q", view.filter.search.clone()),
        ("licence", licence_code(view.filter.licence)),
    ];
    if view.sort.key != usual.sort.key {
        pairs.push(("sort", view.sort.key.code().to_owned()));
    }
    if view.sort.direction == Direction::Descending {
        pairs.push(("dir", "desc".to_owned()));
    }
    if view.page > 1 {
        pairs.push(("page", view.page.to_string()));
    }
    if view.size != usual.size {
        pairs.push(("size", view.size.to_string()));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    pairs
}

/// `employee`, `group-3`; nothing for everybody.
#[must_use]
pub fn tab_code(tab: Tab) -> String {
    match tab {
        Tab::All => String::new(),
        Tab::Employment(employment) => employment.code().to_owned(),
        Tab::Group(group) => format!("group-{group}"),
    }
}

fn tab(code: &str) -> Tab {
    if let Some(employment) = Employment::from_code(code) {
        return Tab::Employment(employment);
    }
    match code.strip_prefix("group-").and_then(|id| id.parse().ok()) {
        Some(id) => Tab::Group(GroupId(id)),
        None => Tab::All,
    }
}

/// `none`, `any`, or the id of a product; nothing for whatever.
#[must_use]
pub fn licence_code(licence: LicenceFilter) -> String {
    match licence {
        LicenceFilter::Whatever => String::new(),
        LicenceFilter::None => "none".to_owned(),
        LicenceFilter::Any => "any".to_owned(),
        LicenceFilter::Product(product) => product.to_string(),
    }
}

/// The filter of a code, as [`licence_code`] writes it.
#[must_use]
pub fn licence(code: &str) -> LicenceFilter {
    match code {
        "none" => LicenceFilter::None,
        "any" => LicenceFilter::Any,
        other => other.parse().map_or(LicenceFilter::Whatever, |id| LicenceFilter::Product(ProductId(id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_list_has_the_plain_address() {
        assert_eq!(of_view(&View::default()), "/users");
    }

    #[test]
    fn a_view_goes_round() {
        let there = View {
            filter: Filter {
                tab: Tab::Group(GroupId(3)),
                search: "вор & ко".into(),
                licence: LicenceFilter::Product(ProductId(2)),
            },
            sort: Sort { key: SortKey::Until, direction: Direction::Descending },
            page: 7,
            size: 100,
        };
        let address = of_view(&there);
        let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let params: ParamsMap = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert!(!address.contains(' '));
        assert_eq!(view(&params).filter.tab, there.filter.tab);
        assert_eq!(view(&params).sort, there.sort);
        assert_eq!((view(&params).page, view(&params).size), (7, 100));
    }

    #[test]
    fn nonsense_counts_as_usual() {
        let params: ParamsMap = [("tab", "x"), ("page", "-1"), ("size", "7"), ("sort", "x"), ("licence", "x")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(view(&params), View::default());
    }
}

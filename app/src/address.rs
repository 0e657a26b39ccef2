//! The address of a view of the table: `/users?tab=employee&q=вор&licence=none&sort=email&dir=desc&page=2&size=100`.
//! What is as usual is left out, so that the plain list is plain `/users`; what cannot be read counts as usual.

use domain::{Direction, Employment, Filter, GroupId, LicenceFilter, PAGE_SIZES, ProductId, Sort, SortKey, Tab, View};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The view that a query shows; the text after `?`, without it.
#[must_use]
pub fn parse(query: &str) -> View {
    let find = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find_map(|(name, value)| (name == wanted).then_some(value)).unwrap_or_default();
        percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let usual = View::default();
    View {
        filter: Filter { tab: tab(&find("tab")), search: find("q"), licence: licence(&find("licence")) },
        sort: Sort { key: SortKey::from_code(&find("sort")).unwrap_or_default(), direction: direction(&find("dir")) },
        page: find("page").parse().unwrap_or(usual.page).max(1),
        size: find("size").parse().ok().filter(|size| PAGE_SIZES.contains(size)).unwrap_or(usual.size),
    }
}

/// An address of the desk as the page of people leads there. Woken in the browser it does so relatively: the page is one
/// of many desks, and does not know what stands before its own address.
#[must_use]
pub fn there(address: &'static str) -> &'static str {
    if !cfg!(feature = "csr") {
        address
    } else if address == "/" {
        "."
    } else {
        address.get(1..).unwrap_or_default()
    }
}

/// Whether the desk is a customer's, at which a partner works.
#[must_use]
pub fn is_elsewhere() -> bool {
    #[cfg(feature = "csr")]
    return web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .is_some_and(|path| path.starts_with("/for/"));
    #[cfg(not(feature = "csr"))]
    return crate::pages::is_elsewhere();
}

/// `desc`; anything else is ascending.
#[must_use]
pub fn direction(code: &str) -> Direction {
    if code == "desc" { Direction::Descending } else { Direction::Ascending }
}

/// The address of a view.
#[must_use]
pub fn of_view(view: &View) -> String {
    let mut address = there("/users").to_owned();
    for (place, (name, value)) in pairs(view).into_iter().enumerate() {
        address.push(if place == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        // Codes are letters, digits, `-` and `_`: encoded alike they stay as they are, but for these two.
        let encoded = utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string();
        address.push_str(&encoded.replace("%5F", "_").replace("%2D", "-"));
    }
    address
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
        assert_eq!(parse(""), View::default());
    }

    #[test]
    fn a_view_goes_round() {
        let there = View {
            filter: Filter {
                tab: Tab::Employment(Employment::SelfEmployed),
                search: "вор & ко+%=".into(),
                licence: LicenceFilter::Product(ProductId(2)),
            },
            sort: Sort { key: SortKey::LastActive, direction: Direction::Descending },
            page: 7,
            size: 100,
        };
        let address = of_view(&there);
        assert!(address.is_ascii() && !address.contains(' '), "{address}");
        assert!(address.contains("tab=self_employed"), "{address}");
        assert_eq!(parse(address.trim_start_matches("/users?")), there);
        assert_eq!(parse("tab=group-3").filter.tab, Tab::Group(GroupId(3)));
    }

    #[test]
    fn a_form_writes_spaces_as_plus() {
        assert_eq!(parse("q=%D0%B2%D0%BE%D1%80+%D0%BC").filter.search, "вор м");
    }

    /// Woken, the page stands at a customer's desk perhaps: an address that begins at the root would lead from there to one's
    /// own, with the customer's people selected.
    #[test]
    fn what_is_woken_leads_relatively() {
        let sources = [
            include_str!("users/add.rs"),
            include_str!("users/bar.rs"),
            include_str!("users/delete.rs"),
            include_str!("users/filters.rs"),
            include_str!("users/issue.rs"),
            include_str!("users/mod.rs"),
            include_str!("users/pager.rs"),
            include_str!("users/revoke.rs"),
            include_str!("users/table.rs"),
            include_str!("users/tabs.rs"),
            include_str!("parts/layout.rs"),
            include_str!("parts/toast.rs"),
        ];
        // One's own, wherever one is.
        let own = ["href=\"/account\"", "action=\"/api/sign_out\""];
        for line in sources.into_iter().flat_map(str::lines) {
            for name in ["href=\"/", "action=\"/"] {
                assert!(!line.contains(name) || own.iter().any(|own| line.contains(own)), "{line}");
            }
        }
        assert_eq!(there("/users/new"), "/users/new", "the server writes it whole");
    }

    #[test]
    fn nonsense_counts_as_usual() {
        assert_eq!(parse("tab=x&page=-1&size=7&sort=x&licence=x&&=&q"), View::default());
    }
}

use domain::{Capability, Instant};
use leptos::prelude::*;
use service::{Customer, Dashboard};

use super::dashboard::line;
use crate::i18n::{Lang, PartnerWords, number, use_lang};
use crate::pages::journal::find;
use crate::pages::{may, pager};

/// Customers on a page.
const PAGE: usize = 50;

/// Which customers are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    pub text: String,
    pub attention: bool,
    /// From 1.
    pub page: u32,
}

/// The filter of a query (the text after `?`); what cannot be read counts as usual.
#[must_use]
pub fn parse_customers(query: &str) -> CustomerFilter {
    CustomerFilter {
        text: find(query, "q").trim().to_owned(),
        attention: find(query, "which") == "attention",
        page: find(query, "page").parse().unwrap_or(1).max(1),
    }
}

impl CustomerFilter {
    fn fits(&self, customer: &Customer) -> bool {
        let name = domain::fold(&customer.served.organization.name);
        (!self.attention || !customer.attention.is_empty())
            && domain::fold(&self.text).split_whitespace().all(|word| name.contains(word))
    }

    fn address(&self, page: u32) -> String {
        let which = if self.attention { "&which=attention" } else { "" };
        format!("/partner/customers?q={}{which}&page={page}", crate::ssr::encoded(&self.text))
    }
}

#[component]
fn Search(filter: CustomerFilter) -> impl IntoView {
    let t = use_lang().partnering();
    view! {
        <form class="account-search" method="get" action="/partner/customers" role="search" aria-label=t.find>
            <input class="input" type="search" name="q" maxlength="100" placeholder=t.find_hint aria-label=t.find_hint value=filter.text/>
            <span class="select">
                <select name="which" aria-label=t.which>
                    <option value="">{t.any}</option>
                    <option value="attention" selected=filter.attention>{t.only_attention}</option>
                </select>
            </span>
            <button class="button">{t.find}</button>
        </form>
    }
}

/// `/partner/customers`
#[component]
pub fn Customers(dashboard: Dashboard, filter: CustomerFilter, gone: bool) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let nobody = dashboard.customers.is_empty();
    let found: Vec<&Customer> = dashboard.customers.iter().filter(|customer| filter.fits(customer)).collect();
    let last_page = u32::try_from(found.len().div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = filter.page.min(last_page);
    let shown = found.iter().skip((page as usize - 1) * PAGE).take(PAGE);
    let rows = shown.map(|customer| row(lang, customer, dashboard.now)).collect_view();
    let content = match found.is_empty() {
        true if nobody => view! {
            <div class="empty"><h2>{t.no_customers}</h2><p>{t.no_customers_hint}</p></div>
        }
        .into_any(),
        true => view! {
            <div class="empty">
                <h2>{t.none_found}</h2>
                <p>{t.none_found_hint}</p>
                <a class="button" href="/partner/customers">{t.show_all}</a>
            </div>
        }
        .into_any(),
        false => view! {
            <p class="pale" role="status">{lang.customer_count(u64::try_from(found.len()).unwrap_or(u64::MAX))}</p>
            <div class="table-scroll">
                <table class="table stack customers" role="table" aria-label=t.customers>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" aria-sort="ascending">{t.customer}</th>
                        <th role="columnheader" class="col-act">{t.users_and_licences}</th>
                        <th role="columnheader" class="col-count number">{t.issued_of}</th>
                        <th role="columnheader" class="col-attention">{t.attention}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            {pager::pager(page, last_page, |page| filter.address(page))}
        }
        .into_any(),
    };
    view! {
        {gone.then(|| view! { <p class="alert" role="alert">{t.gone}</p> })}
        {(!nobody).then(|| view! { <Search filter=filter.clone()/> })}
        {content}
    }
}

fn row(lang: Lang, customer: &Customer, now: Instant) -> impl IntoView + use<> {
    let t = lang.partnering();
    let id = customer.served.organization.id;
    let name = customer.served.organization.name.clone();
    let people = customer.people.filter(|_| may(Capability::People)).map(|people| {
        let said = format!("{}: {name}", t.users_and_licences);
        view! { <a href=format!("/for/{id}/users") aria-label=said>{t.users_and_licences}</a>" "<span class="pale">{number(people)}</span> }
    });
    let seats = customer.pools.as_ref().map(|pools| {
        let running = pools.iter().filter(|pool| pool.runs(now));
        let (issued, bought) =
            running.fold((0, 0), |(issued, bought), pool| (issued + pool.issued, bought + pool.total));
        format!("{} / {}", number(issued), number(bought))
    });
    let attention = customer.attention.iter().map(|what| view! { <li>{line(lang, id, what, customer)}</li> });
    let attention = (!customer.attention.is_empty()).then(|| view! { <ul>{attention.collect_view()}</ul> });
    view! {
        <tr role="row">
            <td role="cell" class="name"><a href=format!("/partner/customers/{id}")>{name}</a></td>
            <td role="cell" data-label=t.people>{people}</td>
            <td role="cell" class="number" data-label=t.issued_of>{seats}</td>
            <td role="cell" data-label=t.attention>{attention}</td>
        </tr>
    }
}

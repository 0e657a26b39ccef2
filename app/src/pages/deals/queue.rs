//! The applications to a partner.

use domain::{Application, ApplicationFilter, ApplicationState, Extension, OrganizationId};
use leptos::prelude::*;
use service::Queue;

use super::{option_chip, state_chip, what};
use crate::i18n::{DealWords, Lang, date_time, use_lang};
use crate::pages::pager::pager;

/// The filter of a query and its page; what cannot be read counts as usual.
#[must_use]
pub fn parse_queue(query: &str) -> (ApplicationFilter, u32) {
    let find = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| (name == wanted).then_some(value))
    };
    let filter = ApplicationFilter {
        state: find("state").and_then(ApplicationState::from_code),
        customer: find("customer").and_then(|id| id.parse().ok()).map(OrganizationId),
    };
    (filter, find("page").and_then(|page| page.parse().ok()).unwrap_or(1))
}

fn address(filter: ApplicationFilter, page: u32) -> String {
    let pairs = [
        filter.state.map(|state| format!("state={}", state.code())),
        filter.customer.map(|customer| format!("customer={customer}")),
        (page > 1).then(|| format!("page={page}")),
    ];
    let pairs: Vec<String> = pairs.into_iter().flatten().collect();
    let path = "/partner/applications";
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// `/partner/applications`
#[component]
pub(super) fn List(queue: Queue) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let Queue { rows, filter, page, last_page, customers, extensions, .. } = queue;
    let state = |state: ApplicationState| {
        view! {
            <option value=state.code() selected=filter.state == Some(state)>{lang.application_state(state)}</option>
        }
    };
    let customer = |(id, name): (OrganizationId, String)| {
        view! { <option value=id.to_string() selected=filter.customer == Some(id)>{name}</option> }
    };
    let all = filter == ApplicationFilter::default();
    let filters = view! {
        <form class="filters journal-filters" method="get" action="/partner/applications" role="search" aria-label=d.filters>
            <span class="select">
                <select name="state" aria-label=d.state>
                    <option value="">{d.any_state}</option>
                    {ApplicationState::ALL.map(state).into_iter().collect_view()}
                </select>
            </span>
            <span class="select">
                <select name="customer" aria-label=d.customer>
                    <option value="">{d.any_customer}</option>
                    {customers.into_iter().map(customer).collect_view()}
                </select>
            </span>
            <button class="button">{d.show}</button>
        </form>
    };
    let content = if rows.is_empty() {
        let (title, hint) = if all { (d.none_yet, d.none_to_partner) } else { (d.none_such, d.none_such_hint) };
        let act = (!all).then(|| view! { <a class="button" href="/partner/applications">{d.show_all}</a> });
        view! { <div class="empty"><h2>{title}</h2><p>{hint}</p>{act}</div> }.into_any()
    } else {
        let rows = rows.iter().map(|application| row(lang, application, &extensions)).collect_view();
        view! {
            <div class="table-scroll">
                <table class="table orders deals stack" role="table" aria-label=d.applications>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-number">{d.number}</th>
                        <th role="columnheader" class="col-when">{d.sent_at}</th>
                        <th role="columnheader">{d.customer}</th>
                        <th role="columnheader" class="col-what">{d.what}</th>
                        <th role="columnheader" class="col-term">{d.option}</th>
                        <th role="columnheader" class="col-state">{d.state}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            {pager(page, last_page, |there| address(filter, there))}
        }
        .into_any()
    };
    view! { {filters}{content} }
}

fn row(lang: Lang, application: &Application, extensions: &[Extension]) -> impl IntoView + use<> {
    let d = lang.dealing();
    let there = format!("/partner/applications/{}", application.id);
    view! {
        <tr role="row">
            <td role="cell" class="name"><a href=there>{application.id.number()}</a></td>
            <td role="cell" data-label=d.sent_at>{date_time(application.created_at)}</td>
            <td role="cell" data-label=d.customer>{application.customer_name.clone()}</td>
            <td role="cell">{what(lang, application, extensions)}</td>
            <td role="cell" data-label=d.option>{option_chip(lang, application.wish().on)}</td>
            <td role="cell" class="state">{state_chip(lang, application.state)}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_round() {
        for state in ApplicationState::ALL.map(Some).into_iter().chain([None]) {
            for customer in [None, Some(OrganizationId(7))] {
                for page in [1, 3] {
                    let filter = ApplicationFilter { state, customer };
                    let there = address(filter, page);
                    let query = there.split_once('?').map_or("", |(_, query)| query);
                    assert_eq!(parse_queue(query), (filter, page), "{there}");
                }
            }
        }
        assert_eq!(parse_queue("state=x&customer=y&page=z"), (ApplicationFilter::default(), 1));
    }
}

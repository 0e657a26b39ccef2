use domain::{Capability, Instant, Pool};
use leptos::prelude::*;
use service::{Customer, ExtensionState};

use super::CardTab;
use super::dashboard::line;
use crate::i18n::{AccessWords, DealWords, PartnerWords, number, use_lang};
use crate::pages::deals::ExtensionList;
use crate::pages::may;
use crate::parts::term_end;

/// `/partner/customers/7`
#[component]
pub fn Card(customer: Customer, extensions: Vec<ExtensionState>, now: Instant, tab: CardTab) -> impl IntoView {
    let t = use_lang().partnering();
    let id = customer.served.organization.id;
    let rights = customer.served.rights;
    let offered = |needs, there: String, text: &'static str, primary: bool| {
        let class = if primary { "button primary" } else { "button" };
        (rights.may(needs) && may(needs)).then(|| view! { <a class=class href=there>{text}</a> })
    };
    let card = format!("/partner/customers/{id}");
    let choice = |of: CardTab, query: &str, text: &'static str| {
        view! { <a href=format!("{card}{query}") aria-current=(tab == of).then_some("page")>{text}</a> }
    };
    let content = match tab {
        CardTab::Overview => view! { <Overview customer/> }.into_any(),
        CardTab::Products => view! { <ExtensionList states=extensions/><Products customer now/> }.into_any(),
    };
    view! {
        <div class="row-acts">
            {offered(Capability::People, format!("/for/{id}/users"), t.users_and_licences, true)}
            {offered(Capability::Stock, format!("/for/{id}/licenses"), t.licences, false)}
            {offered(Capability::Audit, format!("/for/{id}/log"), t.open_log, false)}
        </div>
        <nav class="choices" aria-label=t.card>
            {choice(CardTab::Overview, "", t.overview)}
            {choice(CardTab::Products, "?tab=products", t.products)}
        </nav>
        {content}
    }
}

#[component]
fn Overview(customer: Customer) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let id = customer.served.organization.id;
    let rights = customer.served.rights.iter().map(|one| view! { <li>{lang.capability(one)}</li> });
    let attention = customer.attention.iter().map(|what| view! { <li>{line(lang, id, what, &customer)}</li> });
    let attention = match customer.attention.is_empty() {
        true => t.all_well.into_any(),
        false => view! { <ul>{attention.collect_view()}</ul> }.into_any(),
    };
    view! {
        <dl class="facts">
            <div><dt>{t.attention}</dt><dd>{attention}</dd></div>
            {customer.people.map(|people| view! { <div><dt>{t.people}</dt><dd>{number(people)}</dd></div> })}
            <div><dt>{t.since}</dt><dd>{customer.served.granted_at.date().to_string()}</dd></div>
            <div><dt>{t.allowed}</dt><dd><ul>{rights.collect_view()}</ul></dd></div>
        </dl>
    }
}

/// Tab «Продукты»
#[component]
fn Products(customer: Customer, now: Instant) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let Some(pools) = customer.pools else {
        return view! { <p class="pale">{t.not_allowed}</p> }.into_any();
    };
    let mut running: Vec<Pool> = pools.into_iter().filter(|pool| pool.runs(now)).collect();
    running.sort_by_key(|pool| (pool.product.id, pool.valid_until.is_none(), pool.valid_until, pool.id));
    if running.is_empty() {
        return view! { <div class="empty"><h2>{t.no_stock}</h2></div> }.into_any();
    }
    let row = |pool: Pool| {
        let end = pool.valid_until.map_or_else(|| t.no_end.into_any(), |until| term_end(until, now).into_any());
        view! {
            <tr role="row">
                <td role="cell" class="name">{pool.product.title.clone()}</td>
                <td role="cell" class="number" data-label=t.bought>{lang.seats(pool.total)}</td>
                <td role="cell" class="number" data-label=t.issued>{number(pool.issued)}</td>
                <td role="cell" class="number" data-label=t.left>{lang.seats(pool.left())}</td>
                <td role="cell" data-label=t.ends>{end}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="table stack" role="table" aria-label=t.products>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader">{t.product}</th>
                    <th role="columnheader" class="col-count number">{t.bought}</th>
                    <th role="columnheader" class="col-count number">{t.issued}</th>
                    <th role="columnheader" class="col-count number">{t.left}</th>
                    <th role="columnheader" class="col-when">{t.ends}</th>
                </tr></thead>
                <tbody role="rowgroup">{running.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

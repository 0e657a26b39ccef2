//! «Лицензии»: what was bought, from when, until when, and how much of it is issued.

mod chart;
mod filter;
mod register;
mod renew;
mod seats;
mod trial;

use domain::{
    Capability, DeskError, Frame, Pool, PoolId, PoolStatus, Product, ProductTotal, Stock, StockFilter, Trial,
};
use leptos::prelude::*;
use service::ExtensionState;

use crate::i18n::{DealWords, Lang, OrderWords, StockWords, number, use_lang};
use crate::pages::deals::ExtensionList;
use crate::pages::{Refused, SEATS, link_if, may, may_renew};
use crate::parts::{Head, Here, Layout, term_end};

pub use filter::parse_filter;
use filter::{Filters, address};
pub use register::{Register, RegisterOwner};
pub use renew::Renew;
pub use seats::{Happened, Seats};
pub use trial::StartTrial;

/// `/licenses`
#[component]
pub fn Licenses(
    frame: Frame,
    stock: Stock,
    filter: StockFilter,
    trials: Vec<(Product, Trial)>,
    started: Option<PoolId>,
    extensions: Vec<ExtensionState>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let trials = (!trials.is_empty()).then(|| view! { <Trials trials/> });
    let content = if stock.pools.is_empty() {
        let t = lang.stock();
        view! {
            <div class="page">
                <Refused error=refused/>
                <div class="empty"><h2>{t.none_yet}</h2><p>{t.none_yet_hint}</p></div>
                <ExtensionList states=extensions own=true/>
                {trials}
            </div>
        }
        .into_any()
    } else {
        let started = stock.pools.iter().find(|pool| pool.trial && Some(pool.id) == started);
        view! {
            <div class="page">
                <Refused error=refused/>
                {started.map(|pool| view! {
                    <p class="note" role="status">
                        <span>{lang.trial_started(pool)}</span>
                        {may(Capability::Issue).then(|| view! { <a class="link" href="/users?licence=none">{lang.ordering().issue_now}</a> })}
                    </p>
                })}
                {unheld(lang, &stock)}
                <div class="overview">
                    <Totals totals=stock.totals() now=stock.now filter/>
                    <chart::Chart months=stock.months(filter.product, chart::BEFORE, chart::AFTER) now=stock.now/>
                </div>
                <section aria-label=lang.texts().licences>
                    <Filters stock=stock.clone() filter/>
                    <Pools stock filter/>
                </section>
                <ExtensionList states=extensions own=true/>
                {trials}
            </div>
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=lang.texts().licences>
                <div class="head-acts">
                    {(may_renew() || may(Capability::Orders)).then(|| view! { <a class="button" href="/licenses/renew">{lang.stock().renew}</a> })}
                    {may(Capability::Orders).then(|| view! {
                        <a class="button" href="/licenses/register">{lang.stock().register}</a>
                        <a class="button" href="/orders/new">{lang.ordering().new_order}</a>
                    })}
                </div>
            </Head>
            {content}
        </Layout>
    }
}

/// What can be tried without payment.
#[component]
fn Trials(trials: Vec<(Product, Trial)>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let trial = |(product, trial): (Product, Trial)| {
        let start = lang.start_trial(trial);
        let label = format!("{start}, {}", product.title);
        view! {
            <li>
                <span>{product.title}</span>
                <a class="button" href=format!("/licenses/trial?product={}", product.id) aria-label=label>{start}</a>
            </li>
        }
    };
    view! {
        <section>
            <h2>{t.trials}</h2>
            <p class="pale">{t.trials_hint}</p>
            <ul class="trials" aria-label=t.trials>{trials.into_iter().map(trial).collect_view()}</ul>
        </section>
    }
}

/// Paid seats that nobody holds while their term runs: said with a way to issue them.
fn unheld(lang: Lang, stock: &Stock) -> Option<impl IntoView + use<>> {
    let ends = |pool: &&Pool| pool.runs(stock.now) && pool.valid_until.is_some() && !pool.trial;
    let left: u64 = stock.pools.iter().filter(ends).map(Pool::left).sum();
    let o = lang.ordering();
    (left > 0).then(|| {
        view! {
            <p class="note">
                <span>{o.unheld}" "<b>{number(left)}</b></span>
                {may(Capability::Issue).then(|| view! { <a class="link" href="/users?licence=none">{o.issue_now}</a> })}
            </p>
        }
    })
}

/// What runs, by product; each leads to its pools.
#[component]
fn Totals(totals: Vec<ProductTotal>, now: domain::Instant, filter: StockFilter) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let row = move |total: ProductTotal| {
        let tried =
            (total.tried > 0).then(|| view! { " "<span class="chip trial">{lang.of_them_tried(total.tried)}</span> });
        let here = filter.product == Some(total.product.id);
        let there = StockFilter { product: Some(total.product.id), ..filter };
        let until = match total.ends {
            Some(until) => term_end(until, now).into_any(),
            None => view! { <span class="pale">{t.endless}</span> }.into_any(),
        };
        let said = |text: &'static str| view! { <span class="pale">{text}</span> }.into_any();
        // What ends before it is used up ends.
        let lasts = match total.lasts {
            Some(day) if total.last_end.is_none_or(|end| day.start() < end) => term_end(day.end(), now).into_any(),
            None if total.used == 0 => said(t.unused),
            None if total.last_end.is_none() => said(t.for_years),
            Some(_) | None => said(t.to_the_end),
        };
        view! {
            <tr role="row">
                <td role="cell" class="name"><a href=address(there) aria-current=here.then_some("true")>{total.product.title}</a>{tried}</td>
                <td role="cell" class="number" data-label=t.bought>{lang.seats(total.bought)}</td>
                <td role="cell" class="number" data-label=t.issued>{number(total.issued)}</td>
                <td role="cell" class="number" data-label=t.left><b>{lang.seats(total.bought.saturating_sub(total.issued))}</b></td>
                <td role="cell" data-label=t.until>{until}</td>
                <td role="cell" data-label=t.lasts>{lasts}</td>
            </tr>
        }
    };
    view! {
        <section>
            <h2>{t.by_product}</h2>
            <table class="table totals stack" role="table" aria-label=t.by_product>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader">{t.product}</th>
                    <th role="columnheader" class="col-seats number">{t.bought}</th>
                    <th role="columnheader" class="col-seats number">{t.issued}</th>
                    <th role="columnheader" class="col-seats number">{t.left}</th>
                    <th role="columnheader" class="col-day">{t.until}</th>
                    <th role="columnheader" class="col-day">{t.lasts}</th>
                </tr></thead>
                <tbody role="rowgroup">{totals.into_iter().map(row).collect_view()}</tbody>
            </table>
            <p class="pale">{t.lasts_hint}</p>
        </section>
    }
}

#[component]
fn Pools(stock: Stock, filter: StockFilter) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let pools = stock.shown(filter);
    if pools.is_empty() {
        let all = StockFilter { product: None, status: None };
        return view! {
            <div class="empty">
                <h2>{t.none_such}</h2>
                <p>{t.none_such_hint}</p>
                <a class="button" href=address(all)>{t.show_all}</a>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="table-scroll">
            <table class="table pool-list stack" role="table" aria-label=lang.texts().licences>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader">{t.product}</th>
                    <th role="columnheader" class="col-code">{t.code}</th>
                    <th role="columnheader" class="col-seats number">{t.bought}</th>
                    <th role="columnheader" class="col-seats number">{t.issued}</th>
                    <th role="columnheader" class="col-seats number">{t.left}</th>
                    <th role="columnheader" class="col-day">{t.from}</th>
                    <th role="columnheader" class="col-day">{t.until}</th>
                    <th role="columnheader" class="col-order">{t.order}</th>
                    <th role="columnheader" class="col-status">{t.status}</th>
                </tr></thead>
                <tbody role="rowgroup">{pools.into_iter().map(|pool| row(lang, pool, &stock)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(lang: Lang, pool: &Pool, stock: &Stock) -> impl IntoView + use<> {
    let t = lang.stock();
    let now = stock.now;
    let order = stock.orders.iter().find(|(known, _)| *known == pool.id).map(|(_, order)| *order);
    let order_label = order.map(|_| t.order);
    let order = order.map(|id| link_if(&[Capability::Orders], format!("/orders/{id}"), id.number()));
    let until = match pool.valid_until {
        Some(until) if pool.ended(now) => crate::i18n::last_day(until).to_string().into_any(),
        Some(until) => term_end(until, now).into_any(),
        None => view! { <span class="pale">{t.endless}</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" class="name">{link_if(&SEATS, format!("/licenses/{}", pool.id), pool.product.title.clone())}{trial_chip(lang, pool)}</td>
            <td role="cell" data-label=t.code><code>{pool.code.as_str().to_owned()}</code></td>
            <td role="cell" class="number" data-label=t.bought>{lang.seats(pool.total)}</td>
            <td role="cell" class="number" data-label=t.issued>{number(pool.issued)}</td>
            <td role="cell" class="number" data-label=t.left><b>{lang.seats(pool.left())}</b></td>
            <td role="cell" data-label=t.from>{pool.valid_from.date().to_string()}</td>
            <td role="cell" data-label=t.until>{until}</td>
            <td role="cell" data-label=order_label>{order}</td>
            <td role="cell" class="status">{status_chip(lang, pool.status(now))}</td>
        </tr>
    }
}

/// What is only to be tried is marked wherever it is named.
fn trial_chip(lang: Lang, pool: &Pool) -> Option<impl IntoView + use<>> {
    pool.trial.then(|| view! { " "<span class="chip trial">{lang.texts().trial}</span> })
}

/// The chip of a status: what cannot be issued from stands out.
fn status_chip(lang: Lang, status: PoolStatus) -> impl IntoView {
    let kind = match status {
        PoolStatus::Active => Some("sign"),
        PoolStatus::Expired => Some("failed"),
        PoolStatus::Upcoming | PoolStatus::Exhausted => None,
    };
    view! { <span class="chip" data-kind=kind>{lang.pool_status(status)}</span> }
}

use domain::{DeskError, Frame, Pool};
use leptos::prelude::*;
use service::{Renewal, Renewals};

use super::trial_chip;
use crate::i18n::{Lang, StockWords, last_day, number, use_lang};
use crate::pages::Refused;
use crate::parts::{Head, Here, Layout, term_end};

/// `/licenses/renew`: who holds what ends when, and where they can go.
#[component]
pub fn Renew(frame: Frame, renewals: Renewals, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let s = lang.stock();
    let now = renewals.now;
    // Here it is licences that nobody has chosen.
    let nothing = refused == Some(DeskError::EmptySelection);
    let refused = refused.filter(|_| !nothing);
    let content = if renewals.rows.is_empty() {
        view! {
            <div class="empty">
                <h2>{s.nothing_ends}</h2>
                <p>{s.nothing_ends_hint}</p>
                <a class="button" href="/licenses">{s.to_licences}</a>
            </div>
        }
        .into_any()
    } else {
        let rows = renewals.rows.into_iter().map(|renewal| row(lang, renewal, now)).collect_view();
        view! {
            <p class="pale">{s.renew_lead}</p>
            <div class="table-scroll">
                <table class="table renewals stack" role="table" aria-label=s.renew>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-box"><span class="sr">{s.renew_choose}</span></th>
                        <th role="columnheader">{s.product}</th>
                        <th role="columnheader" class="col-code">{s.code}</th>
                        <th role="columnheader" class="col-held number">{s.held_by}</th>
                        <th role="columnheader" class="col-day">{s.until}</th>
                        <th role="columnheader" class="col-to">{s.renew_to}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            <form class="renew-order" id="order" method="post" action="/api/renew_order">
                <button class="button primary">{s.order_as_many}</button>
                <span class="pale">{s.order_as_many_hint}</span>
            </form>
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=s.renew>
                <div class="head-acts"><a class="button" href="/licenses">{s.to_licences}</a></div>
            </Head>
            <div class="page">
                {nothing.then(|| view! { <p class="alert" role="alert">{s.nothing_chosen}</p> })}
                <Refused error=refused/>
                {content}
            </div>
        </Layout>
    }
}

/// Chosen from the start if it ends within so many days.
const SOON_DAYS: i32 = 60;

fn row(lang: Lang, renewal: Renewal, now: domain::Instant) -> impl IntoView {
    let s = lang.stock();
    let Renewal { pool, wanted, dismissed, to } = renewal;
    let id = pool.id;
    let soon = pool.valid_until.is_some_and(|until| last_day(until).0 - now.date().0 <= SOON_DAYS);
    let dismissed = (dismissed > 0).then(|| view! { <span class="pale">{lang.of_them_dismissed(dismissed)}</span> });
    let name = format!("{}, {}", pool.product.title, pool.code.as_str());
    view! {
        <tr role="row">
            <td role="cell" class="box">
                <input type="checkbox" name="pool[]" value=id.to_string() form="order" checked=soon disabled={wanted == 0} aria-label=name/>
            </td>
            <td role="cell" class="name"><a href=format!("/licenses/{id}?show=held")>{pool.product.title.clone()}</a>{trial_chip(lang, &pool)}</td>
            <td role="cell" data-label=s.code><code>{pool.code.as_str().to_owned()}</code></td>
            <td role="cell" class="number" data-label=s.held_by>{number(pool.issued)}" "{dismissed}</td>
            <td role="cell" data-label=s.until>{pool.valid_until.map(|until| term_end(until, now))}</td>
            <td role="cell" class="to-cell" data-label=s.renew_to>{target(lang, &pool, wanted, to)}</td>
        </tr>
    }
}

/// Where the holders of a pool can go, and the deed.
fn target(lang: Lang, from: &Pool, wanted: u64, to: Vec<Pool>) -> AnyView {
    let s = lang.stock();
    if wanted == 0 {
        return view! { <span class="pale">{s.nobody_to_renew}</span> }.into_any();
    }
    if to.is_empty() {
        return view! { <span class="pale">{s.nowhere_to_renew}</span> }.into_any();
    }
    let option = |pool: &Pool| {
        let until = pool.valid_until.map_or(s.endless.to_owned(), |until| last_day(until).to_string());
        view! { <option value=pool.id.to_string()>{lang.renewal_target(pool.code.as_str(), &until, pool.left())}</option> }
    };
    let label = format!("{}: {}", s.renew_to, from.code.as_str());
    view! {
        <form class="renew-to" method="post" action="/api/start_renew">
            <input type="hidden" name="from" value=from.id.to_string()/>
            <select class="input" name="to" aria-label=label>{to.iter().map(option).collect_view()}</select>
            <button class="button">{format!("{} ({})", s.renew, number(wanted))}</button>
        </form>
    }
    .into_any()
}

use domain::{Capability, DeskError, Frame, Pool, PoolId};
use leptos::prelude::*;
use service::{JointRenewal, Renewal, Renewals};

use super::trial_chip;
use crate::i18n::{Lang, StockWords, last_day, number, use_lang};
use crate::pages::{Refused, SEATS, link_if, may, may_renew};
use crate::parts::{Head, Here, Layout, term_end};

/// `/licenses/renew`: who holds what ends when, and where they can go.
#[component]
pub fn Renew(frame: Frame, renewals: Renewals, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let s = lang.stock();
    let now = renewals.now;
    let may_order = may(Capability::Orders);
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
        let joint = renewals.joint.into_iter().map(|renewal| joint_row(lang, &renewal)).collect_view();
        view! {
            {may_renew().then(|| view! { <p class="pale">{s.renew_lead}</p> })}
            <div class="table-scroll">
                <table class="table renewals stack" role="table" aria-label=s.renew>
                    <thead role="rowgroup"><tr role="row">
                        {may_order.then(|| view! { <th role="columnheader" class="col-box"><span class="sr">{s.renew_choose}</span></th> })}
                        <th role="columnheader">{s.product}</th>
                        <th role="columnheader" class="col-code">{s.code}</th>
                        <th role="columnheader" class="col-held number">{s.held_by}</th>
                        <th role="columnheader" class="col-day">{s.until}</th>
                        <th role="columnheader" class="col-to">{s.renew_to}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}{joint}</tbody>
                </table>
            </div>
            {may_order.then(|| view! {
                <form class="renew-order" id="order" method="post" action="/api/renew_order">
                    <button class="button primary">{s.order_as_many}</button>
                    <span class="pale">{s.order_as_many_hint}</span>
                </form>
            })}
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
    let Renewal { pool, wanted, dismissed, to, sold } = renewal;
    let id = pool.id;
    // Whoever has where to go needs no order.
    let soon = to.iter().all(|to| to.left() < wanted)
        && pool.valid_until.is_some_and(|until| last_day(until).0 - now.date().0 <= SOON_DAYS);
    let dismissed = (dismissed > 0).then(|| view! { <span class="pale">{lang.of_them_dismissed(dismissed)}</span> });
    let name = format!("{}, {}", pool.product.title, pool.code.as_str());
    view! {
        <tr role="row">
            {may(Capability::Orders).then(|| view! {
                <td role="cell" class="box">
                    <input type="checkbox" name="pool[]" value=id.to_string() form="order" checked={soon && sold && wanted > 0} disabled={wanted == 0 || !sold} aria-label=name.clone()/>
                </td>
            })}
            <td role="cell" class="name">{link_if(&SEATS, format!("/licenses/{id}?show=held"), pool.product.title.clone())}{trial_chip(lang, &pool)}</td>
            <td role="cell" data-label=s.code><code>{pool.code.as_str().to_owned()}</code></td>
            <td role="cell" class="number" data-label=s.held_by>{number(pool.issued)}" "{dismissed}</td>
            <td role="cell" data-label=s.until>{pool.valid_until.map(|until| term_end(until, now))}</td>
            <td role="cell" class="to-cell" data-label=s.renew_to>{target(lang, &[id], &name, wanted, &to, sold)}</td>
        </tr>
    }
}

/// All pools of a product at once.
fn joint_row(lang: Lang, renewal: &JointRenewal) -> impl IntoView + use<> {
    let s = lang.stock();
    let JointRenewal { product, from, wanted, to } = renewal;
    let name = format!("{}: {}", product.title, s.all_at_once);
    view! {
        <tr role="row" class="joint">
            {may(Capability::Orders).then(|| view! { <td role="cell" class="box"></td> })}
            <td role="cell" class="name" colspan="2">{name.clone()}</td>
            <td role="cell" class="number" data-label=s.held_by>{number(*wanted)}</td>
            <td role="cell"></td>
            <td role="cell" class="to-cell" data-label=s.renew_to>{target(lang, from, &name, *wanted, to, true)}</td>
        </tr>
    }
}

/// Where the holders of pools can go, and the deed.
fn target(lang: Lang, from: &[PoolId], name: &str, wanted: u64, to: &[Pool], sold: bool) -> AnyView {
    let s = lang.stock();
    if wanted == 0 {
        return view! { <span class="pale">{s.nobody_to_renew}</span> }.into_any();
    }
    if to.is_empty() {
        let why = if sold { s.nowhere_to_renew } else { s.not_sold };
        return view! { <span class="pale">{why}</span> }.into_any();
    }
    let option = |pool: &Pool| {
        let text = lang.renewal_target(pool.code.as_str(), pool.valid_until.map(last_day), pool.left());
        view! { <option value=pool.id.to_string()>{text}</option> }
    };
    if !may_renew() {
        // Where they can go is worth knowing to whoever orders, too.
        let there = |pool: &Pool| lang.renewal_target(pool.code.as_str(), pool.valid_until.map(last_day), pool.left());
        let there = to.iter().map(there).collect::<Vec<_>>().join("; ");
        return view! { <span class="pale">{there}</span> }.into_any();
    }
    let label = format!("{}: {name}", s.renew_to);
    // As many as there are seats for.
    let most = to.iter().map(Pool::left).max().unwrap_or_default().min(wanted);
    let press = if most < wanted { lang.renew_some(most, wanted) } else { format!("{} ({})", s.renew, number(wanted)) };
    view! {
        <form class="renew-to" method="post" action="/api/start_renew">
            {from.iter().map(|id| view! { <input type="hidden" name="from[]" value=id.to_string()/> }).collect_view()}
            <select class="input" name="to" aria-label=label>{to.iter().map(option).collect_view()}</select>
            <button class="button" aria-label=format!("{press}: {name}")>{press.clone()}</button>
        </form>
    }
    .into_any()
}

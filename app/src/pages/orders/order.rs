use domain::{Capability, DeskError, Frame, OrderState};
use leptos::prelude::*;
use service::OrderPage;

use super::state_chip;
use crate::i18n::{DealWords, OrderWords, date_time, number, use_lang};
use crate::pages::{Refused, SEATS, link_if, may, may_renew};
use crate::parts::{Head, Here, Layout};

/// `/orders/12`. `cancelled`: it was cancelled just now.
#[component]
pub fn OneOrder(frame: Frame, page: OrderPage, cancelled: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let o = lang.ordering();
    let OrderPage { order, pools, reconciles, .. } = page;
    let id = order.id;
    let raised = order.state == OrderState::Raised;
    let settled = order.settled_at.map(|at| {
        let label = if order.state == OrderState::Paid { o.paid } else { o.cancelled };
        view! { <div><dt>{label}</dt><dd>{date_time(at)}</dd></div> }
    });
    let reconciled = reconciles.map(|(contract, month)| {
        let d = lang.dealing();
        view! {
            <p class="note">
                <span>{d.reconciled_order}</span>
                {(!crate::pages::is_elsewhere()).then(|| view! {
                    <a class="link" href=format!("/reconciliations/{contract}/{month}")>{d.to_reconciliation}</a>
                })}
            </p>
        }
    });
    let plain = reconciled.is_none();
    let note = match order.state {
        _ if !plain => reconciled.into_any(),
        OrderState::Raised => view! { <p class="note"><span>{o.waits_note}</span></p> }.into_any(),
        OrderState::Paid => view! {
            <p class="note">
                <span>{o.stock_note}</span>
                {may(Capability::Issue).then(|| view! { <a class="link" href="/users?licence=none">{o.issue_now}</a> })}
                {may_renew().then(|| view! { <a class="link" href="/licenses/renew">{o.renew_now}</a> })}
            </p>
        }
        .into_any(),
        OrderState::Cancelled => view! {
            <p class="note" role=cancelled.then_some("status")>
                <span>{o.cancelled_note}</span>
                <a class="link" href="/orders/new">{o.new_order}</a>
            </p>
        }
        .into_any(),
    };
    let line = |line: &domain::OrderLine| {
        let term = line.term_months.map_or(o.endless.to_owned(), |months| lang.months(months));
        let pool = line.pool.and_then(|id| pools.iter().find(|pool| pool.id == id));
        let title = match pool {
            Some(pool) => view! {
                {link_if(&SEATS, format!("/licenses/{}", pool.id), line.title.clone())}" "<code>{pool.code.as_str().to_owned()}</code>
            }
            .into_any(),
            None => line.title.clone().into_any(),
        };
        view! {
            <tr role="row">
                <td role="cell" class="name">{title}</td>
                <td role="cell" data-label=o.term>{term}</td>
                <td role="cell" class="number" data-label=o.seats>{number(line.seats)}</td>
                <td role="cell" class="number" data-label=o.price>{lang.roubles(line.price)}</td>
                <td role="cell" class="number" data-label=o.sum>{lang.roubles(line.sum())}</td>
            </tr>
        }
    };
    let lines = order.lines.iter().map(line).collect_view();
    let cancel = (raised && plain).then(|| {
        view! {
            <a class="button danger-line" href=format!("/orders/{id}/cancel")>{o.cancel_order}</a>
        }
    });
    let kpp = (!order.buyer.kpp.is_empty()).then(|| format!(", {} {}", o.kpp, order.buyer.kpp));
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Orders>
            <Head title=format!("{} {}", o.order, order.number())>
                <div class="head-acts">
                    <a class=if raised { "button primary" } else { "button" } href=format!("/orders/{id}/invoice")>{o.invoice}</a>
                    {(order.state != OrderState::Cancelled).then(|| view! { <a class="button" href=format!("/orders/{id}/invoice.pdf")>{o.as_pdf}</a> })}
                    {cancel}
                </div>
            </Head>
            <div class="page">
                <Refused error=refused/>
                {note}
                <dl class="facts">
                    <div><dt>{o.total}</dt><dd class="big">{lang.roubles(order.total())}</dd></div>
                    <div><dt>{o.state}</dt><dd>{state_chip(lang, order.state)}</dd></div>
                    <div><dt>{o.created}</dt><dd>{date_time(order.created_at)}</dd></div>
                    {settled}
                    <div><dt>{o.author}</dt><dd>{order.author.clone()}</dd></div>
                    <div><dt>{o.buyer}</dt><dd>{order.buyer.name.clone()}<br/><span class="pale">{o.inn}" "{order.buyer.inn.as_str().to_owned()}{kpp}</span></dd></div>
                </dl>
                <section>
                    <h2>{o.products}</h2>
                    <div class="table-scroll">
                        <table class="table order-lines stack" role="table" aria-label=o.products>
                            <thead role="rowgroup"><tr role="row">
                                <th role="columnheader">{o.product}</th>
                                <th role="columnheader" class="col-term">{o.term}</th>
                                <th role="columnheader" class="col-seats number">{o.seats}</th>
                                <th role="columnheader" class="col-sum number">{o.price}</th>
                                <th role="columnheader" class="col-sum number">{o.sum}</th>
                            </tr></thead>
                            <tbody role="rowgroup">{lines}</tbody>
                        </table>
                    </div>
                    {plain.then(|| view! { <p class="pale">{o.term_note}</p> })}
                </section>
            </div>
        </Layout>
    }
}

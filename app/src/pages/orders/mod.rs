//! «Заказы»: what was ordered, its invoice, and whether it is paid.

mod cancel;
mod invoice;
mod new;
mod order;

use domain::{Capability, Frame, Order, OrderState};
use leptos::prelude::*;
use service::Orders;

use crate::i18n::{DealWords, Lang, OrderWords, date_time, number, use_lang};
use crate::pages::is_elsewhere;
use crate::parts::{Head, Here, Layout};

pub use cancel::CancelOrder;
pub use invoice::Invoice;
pub use new::NewOrder;
pub use order::OneOrder;

/// `/orders`. `later`: there are newer ones than these; `deals`: the organisation is a side of a contract.
#[component]
pub fn OrderList(frame: Frame, orders: Orders, later: bool, deals: bool) -> impl IntoView {
    let lang = use_lang();
    let (t, o, d) = (lang.texts(), lang.ordering(), lang.dealing());
    // Whoever acts for a customer neither asks themselves for something, nor is a side of its contracts.
    let own = !is_elsewhere();
    let partner = frame.rights.may(Capability::Customers);
    let content = if orders.rows.is_empty() {
        view! {
            <div class="empty">
                <h2>{o.none_yet}</h2>
                <p>{o.none_yet_hint}</p>
                <a class="button primary" href="/orders/new">{o.new_order}</a>
            </div>
        }
        .into_any()
    } else {
        let newest = later.then(|| view! { <a href="/orders">{t.newest}</a> });
        let older = orders.next.map(|id| view! { <a href=format!("/orders?before={id}") rel="next">{t.older}</a> });
        view! {
            <div class="table-scroll">
                <table class="table orders stack" role="table" aria-label=t.orders>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-number">{o.number}</th>
                        <th role="columnheader" class="col-when" aria-sort="descending">{o.created}</th>
                        <th role="columnheader">{o.what}</th>
                        <th role="columnheader" class="col-sum number">{o.sum}</th>
                        <th role="columnheader" class="col-state">{o.state}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{orders.rows.into_iter().map(|order| row(lang, order)).collect_view()}</tbody>
                </table>
            </div>
            {(later || orders.next.is_some()).then(|| view! {
                <div class="pager"><nav aria-label=t.pages>{newest}{older}</nav></div>
            })}
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Orders>
            <Head title=t.orders>
                <div class="head-acts">
                    {(own && deals).then(|| view! { <a class="button" href="/reconciliations">{d.reconciliations}</a> })}
                    // Of a partner it is not in the side bar.
                    {(own && partner).then(|| view! { <a class="button" href="/applications">{d.applications}</a> })}
                    <a class="button primary" href="/orders/new">{o.new_order}</a>
                </div>
            </Head>
            {content}
        </Layout>
    }
}

fn row(lang: Lang, order: Order) -> impl IntoView {
    let o = lang.ordering();
    view! {
        <tr role="row">
            <td role="cell" class="name"><a href=format!("/orders/{}", order.id)>{order.number()}</a></td>
            <td role="cell" data-label=o.created>{date_time(order.created_at)}</td>
            <td role="cell">{what(&order)}</td>
            <td role="cell" class="number" data-label=o.sum>{lang.roubles(order.total())}</td>
            <td role="cell" class="state">{state_chip(lang, order.state)}</td>
        </tr>
    }
}

/// «ПЭП — 10, УНЭП — 2»
fn what(order: &Order) -> String {
    let lines: Vec<String> =
        order.lines.iter().map(|line| format!("{} — {}", line.title, number(line.seats))).collect();
    lines.join(", ")
}

/// The chip of a state: what waits stands out.
fn state_chip(lang: Lang, state: OrderState) -> impl IntoView {
    let kind = (state == OrderState::Raised).then_some("running");
    view! { <span class="chip" data-kind=kind>{lang.order_state(state)}</span> }
}

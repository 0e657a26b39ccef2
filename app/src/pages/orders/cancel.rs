use domain::{DeskError, Frame};
use leptos::prelude::*;
use service::OrderPage;

use crate::i18n::{OrderWords, use_lang};
use crate::pages::confirmation::Confirmation;
use crate::parts::{Head, Here, Layout};

/// `/orders/12/cancel`
#[component]
pub fn CancelOrder(frame: Frame, page: OrderPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let o = lang.ordering();
    let order = page.order;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Orders>
            <Head title=lang.cancel_order_title(&order.number())/>
            <Confirmation
                action="/api/cancel_order"
                field=("order", order.id.to_string())
                press=o.cancel_order.to_owned()
                danger=true
                leave=(format!("/orders/{}", order.id), o.keep_order)
                refused
            >
                <p>{super::what(&order)}": "<b>{lang.roubles(order.total())}</b></p>
                <p>{o.cancel_final}</p>
                <p>{o.cancel_paid_later}</p>
            </Confirmation>
        </Layout>
    }
}

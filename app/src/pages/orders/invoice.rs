use domain::{Frame, InvoiceText, OrderState};
use leptos::prelude::*;
use service::OrderPage;

use crate::i18n::{OrderWords, use_lang};
use crate::parts::{Head, Here, Layout};

/// `/orders/12/invoice`: to be printed. The words are those of the file at `/orders/12/invoice.pdf`.
#[component]
pub fn Invoice(frame: Frame, page: OrderPage) -> impl IntoView {
    let o = use_lang().ordering();
    let id = page.order.id;
    let text = InvoiceText::of(&page.order);
    let class = |place: usize| InvoiceText::FIGURES.get(place).is_some_and(|figures| *figures).then_some("number");
    let heads = InvoiceText::COLUMNS.into_iter().enumerate();
    let heads =
        heads.map(|(place, name)| view! { <th role="columnheader" class=class(place)>{name}</th> }).collect_view();
    let line = |line: [String; 6]| {
        let cells = line.into_iter().zip(InvoiceText::COLUMNS).enumerate();
        let cells =
            cells.map(|(place, (cell, name))| view! { <td role="cell" class=class(place) data-label=name>{cell}</td> });
        view! { <tr role="row">{cells.collect_view()}</tr> }
    };
    let lines = text.lines.into_iter().map(line).collect_view();
    let parties = text.parties.into_iter();
    let parties = parties.map(|(label, text)| view! { <dt>{label}</dt><dd>{text}</dd> }).collect_view();
    let bank = text.bank;
    let cancelled = page.order.state == OrderState::Cancelled;
    let settled = text.settled.map(|said| view! { <p class="settled" class:cancelled=cancelled>{said}</p> });
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Orders>
            <Head title=format!("{} {}", o.invoice, text.number)>
                <div class="head-acts">
                    <span class="pale print-hint">{o.print}</span>
                    {(!cancelled).then(|| view! { <a class="button" href=format!("/orders/{id}/invoice.pdf")>{o.as_pdf}</a> })}
                    <a class="button" href=format!("/orders/{id}")>{o.to_order}</a>
                </div>
            </Head>
            <div class="page">
                <article class="invoice" lang="ru">
                    {settled}
                    <table class="bank" role="table">
                        <caption class="sr">"Образец заполнения платёжного поручения"</caption>
                        <tbody role="rowgroup">
                            <tr role="row"><td role="cell" colspan="2" rowspan="2">{bank.bank}<br/><small>{InvoiceText::BANK}</small></td><th role="rowheader">{InvoiceText::BIC}</th><td role="cell">{bank.bic}</td></tr>
                            <tr role="row"><th role="rowheader">{InvoiceText::ACCOUNT}</th><td role="cell">{bank.correspondent_account}</td></tr>
                            <tr role="row"><td role="cell">{bank.inn}</td><td role="cell">{bank.kpp}</td><th role="rowheader" rowspan="2">{InvoiceText::ACCOUNT}</th><td role="cell" rowspan="2">{bank.account}</td></tr>
                            <tr role="row"><td role="cell" colspan="2">{bank.name}<br/><small>{InvoiceText::RECIPIENT}</small></td></tr>
                        </tbody>
                    </table>
                    <h2>{text.heading}</h2>
                    <dl>{parties}</dl>
                    <table class="goods" role="table">
                        <caption class="sr">"Товары и услуги"</caption>
                        <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                        <tbody role="rowgroup">{lines}</tbody>
                        <tfoot role="rowgroup"><tr role="row"><th role="rowheader" colspan="5" class="number">{InvoiceText::TOTAL}</th><td role="cell" class="number"><b>{text.total}</b></td></tr></tfoot>
                    </table>
                    <p>{text.count}</p>
                    <p><b>{text.words}</b></p>
                    <p class="sign">{InvoiceText::DIRECTOR}" "<span></span>{text.director}</p>
                </article>
            </div>
        </Layout>
    }
}

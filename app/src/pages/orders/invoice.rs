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
    let heads = heads.map(|(place, name)| view! { <th scope="col" class=class(place)>{name}</th> }).collect_view();
    let line = |line: [String; 6]| {
        let cells = line.into_iter().enumerate();
        let cells = cells.map(|(place, cell)| view! { <td class=class(place)>{cell}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
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
                    <table class="bank">
                        <caption class="sr">"Образец заполнения платёжного поручения"</caption>
                        <tbody>
                            <tr><td colspan="2" rowspan="2">{bank.bank}<br/><small>{InvoiceText::BANK}</small></td><th scope="row">{InvoiceText::BIC}</th><td>{bank.bic}</td></tr>
                            <tr><th scope="row">{InvoiceText::ACCOUNT}</th><td>{bank.correspondent_account}</td></tr>
                            <tr><td>{bank.inn}</td><td>{bank.kpp}</td><th scope="row" rowspan="2">{InvoiceText::ACCOUNT}</th><td rowspan="2">{bank.account}</td></tr>
                            <tr><td colspan="2">{bank.name}<br/><small>{InvoiceText::RECIPIENT}</small></td></tr>
                        </tbody>
                    </table>
                    <h2>{text.heading}</h2>
                    <dl>{parties}</dl>
                    <table class="goods">
                        <caption class="sr">"Товары и услуги"</caption>
                        <thead><tr>{heads}</tr></thead>
                        <tbody>{lines}</tbody>
                        <tfoot><tr><th scope="row" colspan="5" class="number">{InvoiceText::TOTAL}</th><td class="number"><b>{text.total}</b></td></tr></tfoot>
                    </table>
                    <p>{text.count}</p>
                    <p><b>{text.words}</b></p>
                    <p class="sign">{InvoiceText::DIRECTOR}" "<span></span>{text.director}</p>
                </article>
            </div>
        </Layout>
    }
}

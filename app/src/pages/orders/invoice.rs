use domain::Frame;
use leptos::prelude::*;
use service::OrderPage;

use crate::i18n::{Lang, OrderWords, number, use_lang};
use crate::parts::{Head, Here, Layout};

/// `/orders/12/invoice`: to be printed. An invoice is a Russian document in any language of the desk.
#[component]
pub fn Invoice(frame: Frame, page: OrderPage) -> impl IntoView {
    let o = use_lang().ordering();
    let OrderPage { order, .. } = page;
    let seller = order.seller.clone();
    let ru = Lang::Ru;
    let kpp = |kpp: &str| if kpp.is_empty() { String::new() } else { format!(", КПП {kpp}") };
    let from = format!("{}, ИНН {}{}, {}", seller.name, seller.inn, kpp(&seller.kpp), seller.address);
    let to = format!(
        "{}, ИНН {}{}, {}",
        order.buyer.name,
        order.buyer.inn.as_str(),
        kpp(&order.buyer.kpp),
        order.buyer.address
    );
    let line = move |(line, place): (&domain::OrderLine, usize)| {
        let term =
            line.term_months.map_or("бессрочно".to_owned(), |months| format!("на {}", ru.months(months)));
        view! {
            <tr>
                <td class="number">{place}</td>
                <td>{format!("Лицензия «{}», {term}", line.title)}</td>
                <td class="number">{number(line.seats)}</td>
                <td>"шт."</td>
                <td class="number">{line.price.to_string()}</td>
                <td class="number">{line.sum().to_string()}</td>
            </tr>
        }
    };
    let lines = order.lines.iter().zip(1..).map(line).collect_view();
    let total = order.total();
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Orders>
            <Head title=format!("{} {}", o.invoice, order.number())>
                <div class="head-acts">
                    <span class="pale print-hint">{o.print}</span>
                    <a class="button" href=format!("/orders/{}", order.id)>{o.to_order}</a>
                </div>
            </Head>
            <div class="page">
                <article class="invoice" lang="ru">
                    <table class="bank">
                        <caption class="sr">"Образец заполнения платёжного поручения"</caption>
                        <tbody>
                            <tr><td colspan="2" rowspan="2">{seller.bank.clone()}<br/><small>"Банк получателя"</small></td><th scope="row">"БИК"</th><td>{seller.bic.clone()}</td></tr>
                            <tr><th scope="row">"Сч. №"</th><td>{seller.correspondent_account.clone()}</td></tr>
                            <tr><td>"ИНН "{seller.inn.clone()}</td><td>"КПП "{seller.kpp.clone()}</td><th scope="row" rowspan="2">"Сч. №"</th><td rowspan="2">{seller.account.clone()}</td></tr>
                            <tr><td colspan="2">{seller.name.clone()}<br/><small>"Получатель"</small></td></tr>
                        </tbody>
                    </table>
                    <h2>{format!("Счёт на оплату № {} от {}", order.number(), order.created_at.date())}</h2>
                    <dl>
                        <dt>"Поставщик:"</dt><dd>{from}</dd>
                        <dt>"Покупатель:"</dt><dd>{to}</dd>
                        <dt>"Назначение платежа:"</dt><dd>{format!("Оплата по счёту № {} от {}. {}", order.number(), order.created_at.date(), seller.vat)}</dd>
                    </dl>
                    <table class="goods">
                        <caption class="sr">"Товары и услуги"</caption>
                        <thead><tr>
                            <th scope="col" class="number">"№"</th>
                            <th scope="col">"Товары (работы, услуги)"</th>
                            <th scope="col" class="number">"Кол-во"</th>
                            <th scope="col">"Ед."</th>
                            <th scope="col" class="number">"Цена"</th>
                            <th scope="col" class="number">"Сумма"</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                        <tfoot><tr><th scope="row" colspan="5" class="number">"Итого к оплате:"</th><td class="number"><b>{total.to_string()}</b></td></tr></tfoot>
                    </table>
                    <p>{format!("Всего наименований {}, на сумму {total} руб. {}", order.lines.len(), seller.vat)}</p>
                    <p><b>{total.in_words()}</b></p>
                    <p class="sign">"Руководитель "<span></span>{seller.director.clone()}</p>
                </article>
            </div>
        </Layout>
    }
}

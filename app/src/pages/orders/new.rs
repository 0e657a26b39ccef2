use domain::{DeskError, FieldProblem, Frame, OrderForm};
use leptos::prelude::*;
use service::Shop;

use crate::i18n::{OrderWords, Words, use_lang};
use crate::pages::{Refused, wrong_fields};
use crate::parts::{Field, Head, Here, Layout};

/// `/orders/new`: `typed` is what a refused form was filled in with, or the buyer of the order before.
#[component]
pub fn NewOrder(frame: Frame, shop: Shop, typed: OrderForm, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, o) = (lang.texts(), lang.ordering());
    let mut order: Vec<String> = shop.offers.iter().map(|offer| format!("seats-{}", offer.product.id)).collect();
    let begin = order.first().cloned();
    order.extend(["seats", "inn", "kpp", "address"].map(str::to_owned));
    let errors = wrong_fields(refused.as_ref(), &order);
    let none = errors.iter().find(|error| error.field == "seats").map(|error| match &error.problem {
        FieldProblem::Required => o.none_typed.to_owned(),
        problem => lang.field(problem),
    });
    let focus = match errors.first() {
        Some(error) if error.field == "seats" => begin,
        error => error.map(|error| error.field.clone()),
    };
    let offer = |offer: domain::Offer| {
        let id = offer.product.id;
        let name = format!("seats-{id}");
        let value =
            typed.seats.iter().find(|(product, _)| *product == id).map(|(_, text)| text.clone()).unwrap_or_default();
        let term = offer.term_months.map_or(o.endless.to_owned(), |months| lang.months(months));
        let problem = errors.iter().find(|error| error.field == name).map(|error| lang.field(&error.problem));
        let described = match &problem {
            Some(_) => Some(format!("{name}-error")),
            None => none.as_ref().map(|_| "seats-error".to_owned()),
        };
        view! {
            <tr role="row">
                <td role="cell" class="name"><label for=name.clone()>{offer.product.title.clone()}</label></td>
                <td role="cell" data-label=o.term>{term}</td>
                <td role="cell" class="number" data-label=o.price>{lang.roubles(offer.price)}</td>
                <td role="cell" class="count-cell" data-label=o.seats>
                    <input type="hidden" name="product[]" value=id.to_string()/>
                    <input
                        class="input"
                        id=name.clone()
                        name="seats[]"
                        value=value
                        inputmode="numeric"
                        maxlength="12"
                        autocomplete="off"
                        placeholder="0"
                        autofocus=focus.as_ref() == Some(&name)
                        aria-invalid=described.is_some().then_some("true")
                        aria-describedby=described
                    />
                    {problem.map(|text| view! { <p class="field-error" id=format!("{name}-error")>{text}</p> })}
                </td>
            </tr>
        }
    };
    let offers = shop.offers.into_iter().map(offer).collect_view();
    let errors = RwSignal::new(errors);
    view! {
        <Layout frame=RwSignal::new(frame.clone()) here=Here::Orders>
            <Head title=o.new_order/>
            <div class="page">
                <form class="deed wide" method="post" action="/api/raise_order">
                    <div class="deed-body">
                        <Refused error=refused/>
                        <table class="table offers stack" role="table" aria-label=o.products>
                            <thead role="rowgroup"><tr role="row">
                                <th role="columnheader">{o.product}</th>
                                <th role="columnheader" class="col-term">{o.term}</th>
                                <th role="columnheader" class="col-sum number">{o.price}</th>
                                <th role="columnheader" class="col-count">{o.seats}</th>
                            </tr></thead>
                            <tbody role="rowgroup">{offers}</tbody>
                        </table>
                        {none.map(|text| view! { <p class="field-error" id="seats-error">{text}</p> })}
                        <fieldset class="fields">
                            <legend>{o.buyer}": "{frame.organization.name}</legend>
                            <Field name="inn" label=o.inn value=typed.inn.clone() errors/>
                            <Field name="kpp" label=o.kpp value=typed.kpp.clone() hint=o.kpp_hint errors/>
                            <Field name="address" label=o.address value=typed.address.clone() whole=true errors/>
                        </fieldset>
                        <p class="pale">{o.term_note}</p>
                    </div>
                    <footer class="deed-foot">
                        <button class="button primary">{o.raise}</button>
                        <a class="button" href="/orders">{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

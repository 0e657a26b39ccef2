//! «Зарегистрировать программный продукт» in two steps: the key, then who owns it.

use domain::{CheckedKey, DeskError, Frame, KeyForm, RegistrationForm};
use leptos::prelude::*;

use crate::i18n::{OrderWords, StockWords, number, use_lang};
use crate::pages::{Refused, wrong_fields};
use crate::parts::{Field, Head, Here, Layout};

/// The fields of the owner, in the order of the page.
const OWNER_FIELDS: [&str; 11] = [
    "owner",
    "inn",
    "head",
    "activity",
    "responsible",
    "phone",
    "email",
    "country",
    "place",
    "bought_on",
    "workplaces",
];

/// `/licenses/register`: `typed` is what a refused form held, without the PIN.
#[component]
pub fn Register(frame: Frame, typed: KeyForm, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, s) = (lang.texts(), lang.stock());
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["number", "pin"]));
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=s.register/>
            <div class="page">
                <form class="deed wide" method="post" action="/api/check_key" novalidate=true>
                    <div class="deed-body">
                        <p class="pale">{s.first_step}</p>
                        <Refused error=refused/>
                        <fieldset class="fields">
                            <legend>{s.key}</legend>
                            <Field name="number" label=s.key_number value=typed.number first=true must=true errors/>
                            <Field name="pin" label=s.key_pin value=String::new() must=true errors/>
                        </fieldset>
                        <p class="pale">{s.register_hint}</p>
                    </div>
                    <footer class="deed-foot">
                        <button class="button primary">{s.go_on}</button>
                        <a class="button" href="/licenses">{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

/// `/licenses/register/owner`: of the key that was checked.
#[component]
pub fn RegisterOwner(
    frame: Frame,
    key: CheckedKey,
    typed: RegistrationForm,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, s) = (lang.texts(), lang.stock());
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &OWNER_FIELDS));
    let country = if typed.country.is_empty() { s.country_usual.to_owned() } else { typed.country };
    let owner = if typed.owner.is_empty() { frame.organization.name.clone() } else { typed.owner };
    let term = key.term_months.map_or(s.endless.to_owned(), |months| lang.months(months));
    let any = t.if_any;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=s.register/>
            <div class="page">
                <form class="deed wide" method="post" action="/api/register_product" novalidate=true>
                    <input type="hidden" name="key" value=key.key.to_string()/>
                    <div class="deed-body">
                        <p class="pale">{s.second_step}</p>
                        <Refused error=refused/>
                        <dl class="facts">
                            <div><dt>{s.product}</dt><dd>{key.title}</dd></div>
                            <div><dt>{s.seats}</dt><dd>{number(key.seats)}</dd></div>
                            <div><dt>{s.term}</dt><dd>{term}</dd></div>
                            <div><dt>{s.key_number}</dt><dd><code>{key.number}</code></dd></div>
                        </dl>
                        <fieldset class="fields">
                            <legend>{s.owner}</legend>
                            <p class="whole pale">{s.must_hint}</p>
                            <label class="whole check">
                                <input type="checkbox" name="private" value="true" checked=typed.private/>
                                {s.private}
                            </label>
                            <Field name="owner" label=s.owner_name value=owner whole=true must=true errors/>
                            <Field name="inn" label=s.inn value=typed.inn must=true errors/>
                            <Field name="head" label=s.head value=typed.head hint=any errors/>
                            <Field name="activity" label=s.activity value=typed.activity hint=any errors/>
                            <Field name="responsible" label=s.responsible value=typed.responsible hint=s.if_organisation must=true errors/>
                            <Field name="phone" label=s.phone value=typed.phone kind="tel" must=true errors/>
                            <Field name="email" label=s.email value=typed.email kind="email" must=true errors/>
                            <Field name="country" label=s.country value=country must=true errors/>
                            <Field name="place" label=s.place value=typed.place hint=any errors/>
                            <Field name="bought_on" label=s.bought_on value=typed.bought_on hint=s.bought_hint errors/>
                            <Field name="workplaces" label=s.workplaces value=typed.workplaces hint=any errors/>
                        </fieldset>
                    </div>
                    <footer class="deed-foot">
                        <button class="button primary">{s.register}</button>
                        <a class="button" href="/licenses/register">{s.other_key}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

use domain::{DeskError, FieldError, Frame, RegistrationForm};
use leptos::prelude::*;

use crate::i18n::{StockWords, use_lang};
use crate::pages::Refused;
use crate::parts::{Field, Head, Here, Layout};

/// `/licenses/register`: `typed` is what a refused form held, without the PIN.
#[component]
pub fn Register(frame: Frame, typed: RegistrationForm, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, s) = (lang.texts(), lang.stock());
    let errors: Vec<FieldError> = match &refused {
        Some(DeskError::InvalidForm { fields }) => fields.clone(),
        _ => Vec::new(),
    };
    let errors = RwSignal::new(errors);
    let country = if typed.country.is_empty() { s.country_usual.to_owned() } else { typed.country };
    let owner = if typed.owner.is_empty() { frame.organization.name.clone() } else { typed.owner };
    let any = t.if_any;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=s.register/>
            <div class="page">
                <form class="deed wide" method="post" action="/api/register_product" novalidate=true>
                    <div class="deed-body">
                        <Refused error=refused/>
                        <fieldset class="fields">
                            <legend>{s.key}</legend>
                            <Field name="number" label=s.key_number value=typed.number first=true errors/>
                            <Field name="pin" label=s.key_pin value=String::new() errors/>
                        </fieldset>
                        <p class="pale">{s.register_hint}</p>
                        <fieldset class="fields">
                            <legend>{s.owner}</legend>
                            <label class="whole check">
                                <input type="checkbox" name="private" value="true" checked=typed.private/>
                                {s.private}
                            </label>
                            <Field name="owner" label=s.owner_name value=owner whole=true errors/>
                            <Field name="inn" label=s.inn value=typed.inn errors/>
                            <Field name="head" label=s.head value=typed.head hint=any errors/>
                            <Field name="activity" label=s.activity value=typed.activity hint=any errors/>
                            <Field name="responsible" label=s.responsible value=typed.responsible hint=s.if_organisation errors/>
                            <Field name="phone" label=s.phone value=typed.phone kind="tel" errors/>
                            <Field name="email" label=s.email value=typed.email kind="email" errors/>
                            <Field name="country" label=s.country value=country errors/>
                            <Field name="place" label=s.place value=typed.place hint=any errors/>
                            <Field name="bought_on" label=s.bought_on value=typed.bought_on hint=s.bought_hint errors/>
                            <Field name="workplaces" label=s.workplaces value=typed.workplaces hint=any errors/>
                        </fieldset>
                    </div>
                    <footer class="deed-foot">
                        <button class="button primary">{s.register}</button>
                        <a class="button" href="/licenses">{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

//! Registering an organisation: pages for whoever has no account yet.

use domain::{FieldError, SignUpForm};
use leptos::prelude::*;
use service::{Question, Registering};

use super::Refused;
use super::account::Secret;
use crate::i18n::{AccountWords, SignUpWords, date_time, use_lang};
use crate::parts::{Field, FieldProblemText};

/// The fields as they stand on the page.
pub(super) const FIELDS: [&str; 9] =
    ["email", "password", "again", "name", "work", "city", "phone", "answer", "agreed"];

/// `/register`
#[component]
pub fn SignUpPage(
    typed: SignUpForm,
    question: Question,
    errors: RwSignal<Vec<FieldError>>,
    refused: Option<domain::DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.signing_up(), lang.accounting());
    let wrong = move |name: &'static str| errors.read().iter().any(|error| error.field == name);
    view! {
        <form class="sign-in" method="post" action="/api/sign_up" novalidate=true>
            <p class="logo">"Licentia"</p>
            <h1>{t.title}</h1>
            <p class="pale">{t.lead}</p>
            <Refused error=refused/>
            <Field name="email" label=t.email value=typed.email kind="email" complete="username" first=true errors/>
            <Secret name="password" label=t.password hint=a.password_hint complete="new-password" errors/>
            <Secret name="again" label=t.again complete="new-password" errors/>
            <Field name="name" label=t.name value=typed.name complete="name" errors/>
            <Field name="work" label=t.work value=typed.work hint=t.optional complete="organization" errors/>
            <Field name="city" label=t.city value=typed.city complete="address-level2" errors/>
            <Field name="phone" label=t.phone value=typed.phone kind="tel" complete="tel" errors/>
            <input type="hidden" name="question" value=question.token.clone()/>
            <div class="field">
                <label for="answer">{lang.asks(&question)}" "<span class="pale">{t.question_hint}</span></label>
                <input
                    class="input"
                    id="answer"
                    name="answer"
                    inputmode="numeric"
                    maxlength="3"
                    autocomplete="off"
                    required=true
                    aria-invalid=move || wrong("answer").then_some("true")
                    aria-describedby=move || wrong("answer").then_some("answer-error")
                />
                <FieldProblemText name="answer" errors/>
            </div>
            <div class="field">
                <div class="agree">
                    <input
                        type="checkbox"
                        id="agreed"
                        name="agreed"
                        value="true"
                        required=true
                        checked=typed.agreed
                        aria-invalid=move || wrong("agreed").then_some("true")
                        aria-describedby=move || wrong("agreed").then_some("agreed-error")
                    />
                    <label for="agreed">
                        {t.agree}" "<a class="link" href="/terms" target="_blank" rel="noopener">{t.agree_terms}</a>
                    </label>
                </div>
                <FieldProblemText name="agreed" errors/>
            </div>
            <button class="button primary">{t.go}</button>
            <a class="link" href="/sign-in">{t.have_one}</a>
        </form>
    }
}

/// `/register/…`: nothing happens until the button is pressed.
#[component]
pub fn ConfirmSignUp(
    registering: Registering,
    token: String,
    errors: RwSignal<Vec<FieldError>>,
    refused: Option<domain::DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.signing_up(), lang.accounting());
    let work = (!registering.work.is_empty()).then_some(registering.work);
    view! {
        <form class="sign-in" method="post" action="/api/confirm_sign_up" novalidate=true>
            <p class="logo">"Licentia"</p>
            <h1>{t.confirm_title}</h1>
            <Refused error=refused/>
            <p>{t.confirm_lead}</p>
            <dl class="invitation-facts">
                <dt>{a.name}</dt>
                <dd>{registering.name}</dd>
                <dt>{a.email}</dt>
                <dd>{registering.email}</dd>
                {work.map(|work| view! { <dt>{t.work}</dt><dd>{work}</dd> })}
            </dl>
            <input type="hidden" name="token" value=token/>
            <Secret name="password" label=t.password hint=t.chosen_before complete="current-password" errors/>
            <button class="button primary">{t.confirm}</button>
            <p class="pale">{t.works_until}" "{date_time(registering.until)}</p>
        </form>
    }
}

/// `/terms`
#[component]
pub fn Terms() -> impl IntoView {
    let lang = use_lang();
    let part = |(title, text): &(&'static str, &'static str)| view! { <h2>{*title}</h2><p>{*text}</p> };
    view! {
        <article class="sign-in terms">
            <p class="logo">"Licentia"</p>
            <h1>{lang.signing_up().terms}</h1>
            {lang.terms().iter().map(part).collect_view()}
        </article>
    }
}

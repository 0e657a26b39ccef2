use domain::DeskError;
use leptos::prelude::*;

use super::Refused;
use super::entry::EnterBy;
use super::passkey::{Ceremony, PasskeyForm};
use crate::i18n::{AccountWords, FactorWords, Lang, NewsWords, SignUpWords, use_lang};

/// The only page for whoever has not signed in; `to` is where they wanted to go, `service` whose address they have.
#[component]
pub fn SignIn(
    refused: Option<DeskError>,
    email: String,
    to: String,
    reset: bool,
    service: Option<String>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.texts(), lang.accounting());
    let blocked = matches!(refused, Some(DeskError::SignInBlocked { .. }));
    let failed = matches!(refused, Some(DeskError::WrongCredentials));
    let other = match lang {
        Lang::Ru => ("en", "English"),
        Lang::En => ("ru", "Русский"),
    };
    let again = !email.is_empty();
    let wanted = to.clone();
    let passkeys = crate::ssr::desk().is_ok_and(|desk| desk.passkey_origin().is_some());
    let shown_for = to.clone();
    // Whoever comes to a service does not want another one.
    let registers = service.is_none() && crate::ssr::desk().is_ok_and(|desk| desk.registers());
    view! {
        <main class="alone">
            <div>
                <form class="sign-in" method="post" action="/api/sign_in">
                    <p class="logo">"Licentia"</p>
                    {service.map(|name| view! { <p class="service-name" data-testid="service">{name}</p> })}
                    <h1>{t.sign_in_title}</h1>
                    <Refused error=refused/>
                    {blocked.then(|| view! { <p>{a.blocked_hint}</p> })}
                    {reset.then(|| view! { <p class="note" role="status"><span>{a.password_set}</span></p> })}
                    <div class="field">
                        <label for="email">{t.email}</label>
                        <input class="input" id="email" name="email" type="email" autocomplete="username" required=true autofocus=!again value=email/>
                    </div>
                    <div class="field">
                        <label for="password">{t.password}</label>
                        <input class="input" id="password" name="password" type="password" autocomplete="current-password" required=true autofocus=again/>
                    </div>
                    {(!to.is_empty()).then(|| view! { <input type="hidden" name="to" value=to/> })}
                    <button class="button primary">{t.sign_in}</button>
                    <a class="link" href="/recovery">{a.forgot}</a>
                    {failed.then(|| view! {
                        <details class="trouble" open=true>
                            <summary>{a.trouble}</summary>
                            <ul><li>{a.trouble_layout}</li><li>{a.trouble_copy}</li><li>{a.trouble_browser}</li></ul>
                        </details>
                    })}
                </form>
                {passkeys.then(|| view! {
                    <PasskeyForm ceremony=Ceremony::ALONE label=lang.factoring().enter_by_passkey class="enter-by">
                        {(!shown_for.is_empty()).then(|| view! { <input type="hidden" name="to" value=shown_for/> })}
                    </PasskeyForm>
                })}
                <EnterBy to=wanted/>
                <p class="sign-in-foot">
                    {registers.then(|| view! { <a class="link" href="/register">{lang.signing_up().register}</a> })}
                    <a class="link" href="/news">{lang.telling().news}</a>
                </p>
                <form class="sign-in-foot" method="post" action="/api/set_language">
                    <button class="link" name="language" value=other.0 lang=other.0>{other.1}</button>
                </form>
            </div>
        </main>
    }
}

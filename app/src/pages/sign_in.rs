use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, use_lang};
use crate::parts::FormError;

/// The only page for whoever has not signed in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let refused = RwSignal::new(None::<String>);
    let sign_in = Action::new(move |(email, password): &(String, String)| {
        let answer = api::sign_in(email.clone(), password.clone());
        async move {
            match answer.await {
                Ok(()) => {
                    let _ = window().location().set_href("/users");
                }
                Err(ApiError(error)) => refused.set(Some(lang.error(&error))),
            }
        }
    });
    // Without scripts the form goes by itself; with them what was typed stays after a refusal.
    let submit = move |event: SubmitEvent| {
        let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked()) else { return };
        event.prevent_default();
        if !sign_in.pending().get_untracked() {
            refused.set(None);
            sign_in.dispatch((email.value(), password.value()));
        }
    };
    let other = match lang {
        Lang::Ru => ("en", "English"),
        Lang::En => ("ru", "Русский"),
    };
    view! {
        <Title text=format!("{} · Licentia", t.sign_in_title)/>
        <main class="alone">
            <div>
                <form class="sign-in" method="post" action="/api/sign_in" on:submit=submit>
                    <p class="logo">"Licentia"</p>
                    <h1>{t.sign_in_title}</h1>
                    {move || refused.get().map(|text| view! { <p class="alert" role="alert">{text}</p> })}
                    <Show when=move || refused.read().is_none()><FormError/></Show>
                    <div class="field">
                        <label for="email">{t.email}</label>
                        <input node_ref=email class="input" id="email" name="email" type="email" autocomplete="username" required=true autofocus=true/>
                    </div>
                    <div class="field">
                        <label for="password">{t.password}</label>
                        <input node_ref=password class="input" id="password" name="password" type="password" autocomplete="current-password" required=true/>
                    </div>
                    <button class="button primary" aria-busy=move || sign_in.pending().get().then_some("true")>{t.sign_in}</button>
                </form>
                <form class="sign-in-foot" method="post" action="/api/set_language">
                    <button class="link" name="language" value=other.0 lang=other.0>{other.1}</button>
                </form>
            </div>
        </main>
    }
    .into_any()
}

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::Toast;
use crate::error::ApiError;
use crate::i18n::{Lang, number};
use crate::state::DeskState;

/// The desk: side bar, content, message.
#[component]
pub fn Layout(children: Children) -> impl IntoView {
    let state = DeskState::provide();
    let t = state.lang.texts();
    // A session that ended elsewhere: the sign-in page, wholly fresh.
    Effect::new(move |_| {
        if let Some(Err(ApiError(domain::DeskError::NotSignedIn))) = state.frame.get() {
            let _ = window().location().set_href("/sign-in");
        }
    });
    view! {
        <a class="skip" href="#main">{t.to_content}</a>
        <div class="shell">
            <Suspense>{move || Suspend::new(async move {
                let frame = state.frame.await.ok();
                view! { <Side frame/> }
            })}</Suspense>
            <main class="main" id="main" tabindex="-1">{children()}</main>
        </div>
        <Toast/>
    }
    .into_any()
}

#[component]
fn Side(frame: Option<domain::Frame>) -> impl IntoView {
    let lang = crate::i18n::use_lang();
    let t = lang.texts();
    let path = use_location().pathname;
    let here = move |prefix: &'static str| move || path.read().starts_with(prefix).then_some("page");
    let (organization, name, email, all) = frame
        .map(|frame| {
            let all = frame.count(domain::Tab::All);
            (frame.organization.name, frame.account.name, frame.account.email, all)
        })
        .unwrap_or_default();
    view! {
        <aside class="side" id="side" popover="" aria-label=t.menu>
            <a class="logo" href="/users">"Licentia"</a>
            <p class="organisation">{organization}</p>
            <nav class="nav" aria-label=t.sections>
                <ul>
                    <li><a href="/users" aria-current=here("/users")>{t.users}" "<span class="count">{number(all)}</span></a></li>
                    <li><a href="/operations" aria-current=here("/operations")>{t.operations}</a></li>
                </ul>
            </nav>
            <button class="account" type="button" popovertarget="account">{name}" "<span>{email}</span></button>
            <div class="menu menu-account" id="account" popover="" role="group" aria-label=t.account>
                <Themes/>
                <form class="segmented" method="post" action="/api/set_language" role="group" aria-labelledby="language-label">
                    <p id="language-label">{t.language}</p>
                    <div class="segments">
                        <button name="language" value="ru" lang="ru" aria-pressed=pressed(lang == Lang::Ru)>"Русский"</button>
                        <button name="language" value="en" lang="en" aria-pressed=pressed(lang == Lang::En)>"English"</button>
                    </div>
                </form>
                <form method="post" action="/api/sign_out"><button class="menu-item">{t.sign_out}</button></form>
            </div>
        </aside>
    }
}

/// System, light or dark: which of them is set, `<html data-theme>` says.
#[component]
fn Themes() -> impl IntoView {
    let t = crate::i18n::use_lang().texts();
    let now = page_theme();
    let choice = |code: &'static str, text: &'static str| {
        view! { <button name="theme" value=code aria-pressed=pressed(now == code)>{text}</button> }
    };
    view! {
        <form class="segmented" method="post" action="/api/set_theme" role="group" aria-labelledby="theme-label">
            <p id="theme-label">{t.theme}</p>
            <div class="segments">
                {choice("system", t.theme_system)}
                {choice("light", t.theme_light)}
                {choice("dark", t.theme_dark)}
            </div>
        </form>
    }
}

fn page_theme() -> String {
    #[cfg(feature = "ssr")]
    {
        crate::ssr::preferences().theme.code().to_owned()
    }
    #[cfg(not(feature = "ssr"))]
    {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute("data-theme")).unwrap_or_else(|| "system".to_owned())
    }
}

fn pressed(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// A page's title row; `children` are what stands to the right of it.
#[component]
pub fn Head(#[prop(into)] title: Signal<String>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let t = crate::i18n::use_lang().texts();
    view! {
        <Title text=move || format!("{} · Licentia", title.get())/>
        <header class="head">
            <h1>{move || title.get()}</h1>
            {children.map(|children| children())}
            <button class="icon-button menu-button" type="button" popovertarget="side" aria-label=t.menu></button>
        </header>
    }
}

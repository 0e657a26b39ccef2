use domain::{Capability, Frame, Tab};
use leptos::prelude::*;

use crate::address::{is_elsewhere, there};
use crate::i18n::{Lang, number, use_lang};

/// Which section one is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Users,
    Licenses,
    Orders,
    Applications,
    Tasks,
    Operations,
    Notifications,
    Journal,
    Partner,
    Admin,
    Account,
}

/// The desk: side bar and content.
#[component]
pub fn Layout(frame: RwSignal<Frame>, here: Here, children: Children) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let current = move |section: Here| (here == section).then_some("page");
    let account = frame.with_untracked(|frame| frame.account.clone());
    let may = move |capability: Capability| frame.read().rights.may(capability);
    let section = move |needs: Capability, section: Here, address: &'static str, text: &'static str| {
        move || may(needs).then(|| view! { <li><a href=there(address) aria-current=current(section)>{text}</a></li> })
    };
    view! {
        <a class="skip" href="#main">{t.to_content}</a>
        <div class="shell">
            <aside class="side" id="side" popover="" aria-label=t.menu>
                <a class="logo" href=there("/")>"Licentia"</a>
                <p class="organisation">{move || frame.read().organization.name.clone()}</p>
                <nav class="nav" aria-label=t.sections>
                    <ul>
                        {move || may(Capability::People).then(|| view! {
                            <li><a href=there("/users") aria-current=current(Here::Users)>{t.users}" "<span class="count">{move || number(frame.read().count(Tab::All))}</span></a></li>
                        })}
                        {section(Capability::Stock, Here::Licenses, "/licenses", t.licences)}
                        {section(Capability::Orders, Here::Orders, "/orders", t.orders)}
                        // A customer sends them itself, and a partner has those that it gets under «Клиенты».
                        {move || (!is_elsewhere() && !may(Capability::Customers)).then(|| section(Capability::Orders, Here::Applications, "/applications", t.applications))}
                        {section(Capability::People, Here::Tasks, "/tasks", t.tasks)}
                        {section(Capability::People, Here::Operations, "/operations", t.operations)}
                        {section(Capability::Notifications, Here::Notifications, "/notifications", t.notifications)}
                        {section(Capability::Audit, Here::Journal, "/log", t.journal)}
                        {section(Capability::Customers, Here::Partner, "/partner", t.customers)}
                        {section(Capability::Accounts, Here::Admin, "/admin", t.admin)}
                        // Whoever manages no accounts may change the organisation's details all the same.
                        {move || (!may(Capability::Accounts)).then(|| section(Capability::Organization, Here::Admin, "/connect", t.admin))}
                    </ul>
                </nav>
                <button class="account" type="button" popovertarget="account">{account.name}" "<span>{account.email}</span></button>
                <div class="menu menu-account" id="account" popover="" role="group" aria-label=t.account>
                    <Themes/>
                    <form class="segmented" method="post" action=there("/api/set_language")>
                        <p id="language-label">{t.language}</p>
                        <div class="segments" role="group" aria-labelledby="language-label">
                            <button name="language" value="ru" lang="ru" aria-pressed=pressed(lang == Lang::Ru)>"Русский"</button>
                            <button name="language" value="en" lang="en" aria-pressed=pressed(lang == Lang::En)>"English"</button>
                        </div>
                    </form>
                    <a class="menu-item" href="/account" aria-current=current(Here::Account)>{t.own_account}</a>
                    <form method="post" action="/api/sign_out"><button class="menu-item">{t.sign_out}</button></form>
                </div>
            </aside>
            <main class="main" id="main" tabindex="-1">{children()}</main>
        </div>
    }
}

/// System, light or dark: which of them is set, `<html data-theme>` says.
#[component]
fn Themes() -> impl IntoView {
    let t = use_lang().texts();
    let now = page_theme();
    let choice = |code: &'static str, text: &'static str| {
        view! { <button name="theme" value=code aria-pressed=pressed(now == code)>{text}</button> }
    };
    view! {
        <form class="segmented" method="post" action=there("/api/set_theme")>
            <p id="theme-label">{t.theme}</p>
            <div class="segments" role="group" aria-labelledby="theme-label">
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
pub fn Head(#[prop(into)] title: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let t = use_lang().texts();
    view! {
        <header class="head">
            <h1>{title}</h1>
            {children.map(|children| children())}
            <button class="icon-button menu-button" type="button" popovertarget="side" aria-label=t.menu></button>
        </header>
    }
}

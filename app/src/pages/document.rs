//! The HTML document around a page: head, style, and for the table of people the script that wakes it.

use axum::http::{HeaderName, HeaderValue};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::Page;
use super::connect::NoticeBar;
use super::partner::AtCustomer;
use crate::mail::escaped;
use crate::ssr::{self, Site, Theme};

/// The whole document. Sets its own Content-Security-Policy: scripts only with this response's nonce.
pub fn document(site: &Site, page: Page) -> impl IntoView + use<> {
    let preferences = ssr::preferences();
    provide_context(preferences.lang);
    let theme = (preferences.theme != Theme::System).then(|| preferences.theme.code());
    let nonce = use_nonce();
    // Browsers look at where a form is led on to as well.
    let away = ssr::desk().ok().filter(|_| page.sends_away()).and_then(|desk| desk.provider_origins());
    let away: String = away.into_iter().flatten().map(|origin| format!(" {origin}")).collect();
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), nonce.as_ref()) {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self'; connect-src 'self'; form-action 'self'{away}; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(HeaderName::from_static("content-security-policy"), policy);
        }
    }
    // As children it would be followed by a marker of Leptos', which a tab shows as text.
    let title = escaped(&page.title(preferences.lang));
    let initial = page.initial(preferences.lang);
    let scripts = initial.as_ref().map(|initial| {
        // No text of the data can end the element that holds it.
        let data = serde_json::to_string(initial).unwrap_or_default().replace('<', "\\u003c");
        let wake = format!(
            "import init,{{wake}} from '{}';init({{module_or_path:'{}'}}).then(()=>wake())",
            site.js, site.wasm
        );
        view! {
            <link rel="modulepreload" href=site.js.to_string() nonce=nonce.clone()/>
            <link rel="preload" href=site.wasm.to_string() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="application/json" id="initial" inner_html=data></script>
            <script type="module" nonce=nonce.clone() inner_html=wake></script>
        }
    });
    let sections = scripts.is_none().then(|| view! { <link rel="stylesheet" href=site.sections.to_string()/> });
    let picker =
        page.picks().then(|| view! { <script type="module" src=site.picker.to_string() nonce=nonce.clone()></script> });
    let manage = page.manages().then(|| {
        view! {
            <script type="module" src=site.manage.to_string() nonce=nonce.clone()></script>
        }
    });
    let passkey = page
        .asks_passkey()
        .then(|| view! { <script type="module" src=site.passkey.to_string() nonce=nonce.clone()></script> });
    // Of the body the browser makes anew what comes after it: see `Wake`.
    let visitor = ssr::visitor().ok().and_then(|visitor| visitor.actor.ok());
    let elsewhere = visitor.filter(|actor| actor.is_elsewhere());
    let notice = match elsewhere {
        Some(actor) => {
            let there = actor.organization();
            view! { <AtCustomer name=there.name.clone() id=there.id/> }.into_any()
        }
        None => page.notice().map(|notice| view! { <NoticeBar notice/> }).into_any(),
    };
    let body = page.body(initial);
    view! {
        <!DOCTYPE html>
        <html lang=preferences.lang.code() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title inner_html=title></title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=site.css.to_string()/>
                {sections}
                {scripts}
                {picker}
                {manage}
                {passkey}
            </head>
            <body>{notice}{body}</body>
        </html>
    }
}

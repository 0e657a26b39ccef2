use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::use_lang;

#[component]
pub fn NotFound() -> impl IntoView {
    let t = use_lang().texts();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=t.not_found/>
        <main class="alone">
            <div class="empty">
                <h1>{t.not_found}</h1>
                <p>{t.not_found_hint}</p>
                <a class="button primary" href="/users">{t.to_users}</a>
            </div>
        </main>
    }
    .into_any()
}

/// The desk begins with the table of people.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <leptos_router::components::Redirect path="/users"/> }.into_any()
}

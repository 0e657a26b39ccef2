use domain::DeskError;
use leptos::prelude::*;

use crate::i18n::{Words, use_lang};

#[component]
pub fn NotFound() -> impl IntoView {
    let t = use_lang().texts();
    view! {
        <main class="alone">
            <div class="empty">
                <h1>{t.not_found}</h1>
                <p>{t.not_found_hint}</p>
                <a class="button primary" href="/users">{t.to_users}</a>
            </div>
        </main>
    }
}

/// A page that could not be shown: why, and where to go.
#[component]
pub fn Failed(error: DeskError) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    view! {
        <main class="alone">
            <div class="empty" role="alert">
                <h1>{t.not_loaded}</h1>
                <p>{lang.error(&error)}</p>
                <a class="button primary" href="/users">{t.to_users}</a>
            </div>
        </main>
    }
}

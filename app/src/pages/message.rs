use domain::{Capability, DeskError};
use leptos::prelude::*;

use crate::i18n::{AccessWords, Words, use_lang};
use crate::pages::{is_elsewhere, may};

#[component]
pub fn NotFound() -> impl IntoView {
    let t = use_lang().texts();
    view! {
        <main class="alone">
            <div class="empty">
                <h1>{t.not_found}</h1>
                <p>{t.not_found_hint}</p>
                <Start/>
            </div>
        </main>
    }
}

/// A page that could not be shown: why, and where to go.
#[component]
pub fn Failed(error: DeskError) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let (title, text) = match &error {
        DeskError::Forbidden { needs } if is_elsewhere() => (t.forbidden, lang.forbidden_there(*needs)),
        DeskError::Forbidden { needs } => (t.forbidden, lang.forbidden(*needs)),
        error => (t.not_loaded, lang.error(error)),
    };
    view! {
        <main class="alone">
            <div class="empty" role="alert">
                <h1>{title}</h1>
                <p>{text}</p>
                <Start/>
            </div>
        </main>
    }
}

/// The way to where one works.
#[component]
fn Start() -> impl IntoView {
    let t = use_lang().texts();
    let (text, there) = if may(Capability::People) { (t.to_users, "/users") } else { (t.to_start, "/") };
    view! { <a class="button primary" href=there>{text}</a> }
}

//! Wakes the server-rendered table of people in the browser.

use app::UsersApp;
use leptos::mount::hydrate_body;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    // Without its data the page stays what it is: links and forms.
    let Some(initial) = app::initial() else { return };
    app::remember_early_ticks();
    hydrate_body(move || view! { <UsersApp initial/> });
}

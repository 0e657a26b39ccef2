//! Wakes the server-rendered page in the browser.

use leptos::mount::hydrate_body;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    app::remember_early_ticks();
    hydrate_body(app::App);
}

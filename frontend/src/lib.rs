//! Wakes the server-rendered table of people in the browser.

use app::{UsersApp, Wake};
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Builds the page anew from the data it was rendered from and puts it in the place of what the server sent, between
/// two paintings: nothing is seen of it. Against hydration this saves a tenth of the download, and server and browser
/// need not agree on every mark between two nodes. What was ticked, typed, focused and scrolled until now is kept.
#[wasm_bindgen]
pub fn wake() {
    // At a customer's desk, the server's functions are asked there.
    let path = window().location().pathname().unwrap_or_default();
    if let Some(door) = path.strip_suffix("/users").filter(|door| !door.is_empty()) {
        leptos::server_fn::client::set_server_url(String::leak(door.to_owned()));
    }
    // Without its data the page stays what it is: links and forms.
    let Some(initial) = app::initial() else { return };
    let before = Wake::remember();
    mount_to_body(move || view! { <UsersApp initial/> });
    before.restore();
}

//! What the browser sees. Every page is rendered whole on the server and works by links and forms alone. One of them,
//! the table of people, is woken in the browser (`csr`): only its code is downloaded.
#![recursion_limit = "256"]

mod address;
pub mod api;
pub mod error;
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod pages;
mod parts;
#[cfg(feature = "ssr")]
pub mod ssr;
mod state;
mod users;
#[cfg(feature = "csr")]
mod wake;

pub use state::Initial;
pub use users::UsersApp;

#[cfg(feature = "ssr")]
pub use address::parse as parse_address;

/// What the page of people was rendered from, as the server left it in the document.
#[cfg(feature = "csr")]
#[must_use]
pub fn initial() -> Option<Initial> {
    let data = leptos::prelude::document().get_element_by_id("initial")?.text_content()?;
    // From bytes, as server functions read their answers: one parser to download instead of two.
    serde_json::from_slice(data.as_bytes()).ok()
}

#[cfg(feature = "csr")]
pub use wake::Wake;

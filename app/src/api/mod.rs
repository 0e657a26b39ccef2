//! Server functions: who acts → what they ask → one call of the desk → the answer. Each is a public address under
//! `/api/`, named as the function.

mod accounts;
mod connect;
mod deals;
mod directory;
mod factor;
mod letters;
mod manage;
mod members;
mod news;
mod operations;
mod orders;
mod partners;
mod preferences;
mod register;
mod session;
mod sign_up;
mod stock;
mod tasks;

pub use accounts::*;
pub use connect::*;
pub use deals::*;
pub use directory::*;
pub use factor::*;
pub use letters::*;
pub use manage::*;
pub use members::*;
pub use news::*;
pub use operations::*;
pub use orders::*;
pub use partners::*;
pub use preferences::*;
pub use register::*;
pub use session::*;
pub use sign_up::*;
pub use stock::*;
pub use tasks::*;

/// The functions whose arguments are JSON (`input = Json`); the others take what forms send.
pub const JSON_FUNCTIONS: [&str; 5] = ["directory", "selected", "preview", "deletion", "delete_members"];

/// A number as people type it: «1 200».
#[cfg(feature = "ssr")]
fn typed_number(text: &str) -> Option<u64> {
    text.chars().filter(|char| !char.is_whitespace()).collect::<String>().parse().ok()
}

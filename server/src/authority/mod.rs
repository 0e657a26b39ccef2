//! The certification authority over HTTP, by the contract in README.md beside this file, and a sandbox that speaks it.

mod http;
mod message;
pub mod sandbox;

pub use http::HttpAuthority;

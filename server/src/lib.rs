//! The server: wiring, HTTP, command line. Decode → `Desk` → encode; the rules are elsewhere.

pub mod authority;
pub mod cli;
pub mod demo;
pub mod http;
pub mod identity;
pub mod invoice;
mod outgoing;
pub mod post;

//! For whoever watches the server.

use axum::extract::State;
use axum::http::StatusCode;
use service::Desk;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// The database answers too.
pub(super) async fn ready(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    match desk.ready().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

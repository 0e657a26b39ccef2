//! HTTP: routes and layers.

mod assets;
mod csv;
mod errors;
mod health;
mod invoice;
mod letters;
mod pages;
mod payments;
mod security;
mod session;
mod tasks;

use app::ssr::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use leptos::prelude::provide_context;
use service::Desk;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use assets::site;
pub use payments::PaymentSecret;

/// The largest body that is read: a selection of some 500,000 people by their ids.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// No payment takes more to tell of.
const WEBHOOK_LIMIT: usize = 64 * 1024;

/// Pages are some 60 KB and take 2 ms at this level; higher ones save nothing on so little.
const PAGE_BROTLI: i32 = 6;

/// What every page and server function is given.
#[derive(Clone)]
struct Hall {
    desk: Desk,
    site: Site,
}

impl Hall {
    fn provide(&self) {
        provide_context(self.desk.clone());
        provide_context(self.site.clone());
    }
}

/// Every route of the desk.
///
/// With `payments`, payments are taken from a provider that signs with this secret.
pub fn router(desk: Desk, site: Site, payments: Option<PaymentSecret>) -> Router {
    // Pages are rendered on the runtime that serves; a second router in one process finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let hall = Hall { desk: desk.clone(), site: site.clone() };
    let functions = {
        let hall = hall.clone();
        post(move |request: Request| {
            let hall = hall.clone();
            async move { leptos_axum::handle_server_fns_with_context(move || hall.provide(), request).await.into_response() }
        })
    };
    let told = match payments {
        Some(secret) => Router::new()
            .route("/webhooks/payments", post(payments::receive))
            .with_state((desk.clone(), secret))
            .layer(DefaultBodyLimit::max(WEBHOOK_LIMIT)),
        None => Router::new(),
    };
    let visited = Router::new()
        .route("/", get(|| async { Redirect::to("/users") }))
        .route("/sign-in", get(pages::sign_in))
        .route("/users", get(pages::users))
        .route("/users/new", get(pages::new_user))
        .route("/users/delete", get(pages::delete))
        .route("/licenses", get(pages::licenses))
        .route("/licenses/register", get(pages::register))
        .route("/licenses/register/owner", get(pages::register_owner))
        .route("/licenses/renew", get(pages::renew))
        .route("/licenses/{id}", get(pages::seats))
        .route("/orders", get(pages::orders))
        .route("/orders/new", get(pages::new_order))
        .route("/orders/{id}", get(pages::order))
        .route("/orders/{id}/invoice", get(pages::invoice))
        .route("/orders/{id}/invoice.pdf", get(invoice::file))
        .route("/notifications", get(pages::notifications))
        .route("/letters", get(pages::letters))
        .route("/letters/{id}", get(pages::letter))
        .route("/letters/{id}/html", get(letters::html))
        .route("/tasks", get(tasks::list).post(tasks::picked))
        .route("/tasks/{id}", get(tasks::one))
        .route("/invitation/{token}", get(tasks::invitation))
        .route("/operations", get(pages::operations))
        .route("/operations/{id}", get(pages::report))
        .route("/operations/{id}/report.csv", get(csv::report))
        .route("/api/{*function}", functions)
        .fallback(pages::not_found)
        .with_state(hall)
        .layer(from_fn(session::guard_pages))
        .layer(from_fn_with_state((desk.clone(), site), session::recognise))
        .layer(from_fn(errors::forget_former))
        .layer(from_fn(errors::speak))
        .layer(from_fn(security::refuse_other_content))
        .layer(from_fn(security::refuse_large))
        .layer(from_fn(security::refuse_foreign))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(PAGE_BROTLI)));
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready).with_state(desk))
        .route("/pkg/{*file}", get(assets::file))
        .route("/favicon.svg", get(assets::file))
        .route("/robots.txt", get(assets::file))
        .merge(told)
        .merge(visited)
        .layer(from_fn(security::headers))
        .layer(CatchPanicLayer::custom(errors::panicked))
}

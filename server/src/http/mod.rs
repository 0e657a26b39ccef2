//! HTTP: routes and layers.

mod assets;
mod csv;
mod errors;
mod health;
mod security;
mod session;

use app::App;
use app::ssr::Site;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use service::Desk;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

pub use assets::site;

/// The largest body that is read: a selection of some 500,000 people by their ids.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// Every route of the desk.
pub fn router(desk: Desk, site: Site) -> Router {
    let options = LeptosOptions::builder().output_name("licentia").build();
    let context = {
        let (desk, site) = (desk.clone(), site.clone());
        move || {
            provide_context(desk.clone());
            provide_context(site.clone());
        }
    };
    let functions = {
        let context = context.clone();
        post(move |request: Request| {
            let context = context.clone();
            async move { leptos_axum::handle_server_fns_with_context(context, request).await.into_response() }
        })
    };
    let shell = {
        let site = site.clone();
        move || app::shell(&site)
    };
    let fallback = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    let visited = Router::new()
        .route("/api/{*function}", functions)
        .route("/operations/{id}/report.csv", get(csv::report).with_state(desk.clone()))
        .leptos_routes_with_context(&options, generate_route_list(App), context, shell)
        .fallback(fallback)
        .with_state(options)
        .layer(from_fn(session::guard_pages))
        .layer(from_fn_with_state((desk.clone(), site), session::recognise))
        .layer(from_fn(errors::speak))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(from_fn(security::refuse_large))
        .layer(from_fn(security::refuse_foreign))
        .layer(CompressionLayer::new());
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready).with_state(desk))
        .route("/pkg/{*file}", get(assets::file))
        .route("/favicon.svg", get(assets::file))
        .route("/robots.txt", get(assets::file))
        .merge(visited)
        .layer(from_fn(security::headers))
        .layer(CatchPanicLayer::custom(errors::panicked))
}

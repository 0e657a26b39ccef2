//! HTTP: routes and layers.

mod admin;
mod assets;
mod connect;
mod csv;
mod errors;
mod factor;
mod health;
mod invoice;
mod journal;
mod letters;
mod news;
mod oidc;
mod pages;
mod passkeys;
mod payments;
mod rate;
mod security;
mod session;
mod tasks;

use app::ssr::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use leptos::prelude::provide_context;
use service::Desk;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use assets::site;
pub use passkeys::relying_party;
pub use payments::PaymentSecret;
pub use rate::USUAL as USUAL_RATE;

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

/// Every page and file that one finds by its address.
fn pages() -> Vec<(&'static str, MethodRouter<Hall>)> {
    vec![
        ("/", get(pages::start)),
        ("/sign-in", get(pages::sign_in)),
        ("/recovery", get(admin::ask_recovery)),
        ("/recovery/{token}", get(admin::recovery)),
        ("/join/{token}", get(admin::join)),
        ("/register", get(admin::sign_up)),
        ("/register/{token}", get(admin::confirm_sign_up)),
        ("/terms", get(admin::terms)),
        ("/at/{address}", get(connect::at)),
        ("/connect", get(connect::connect)),
        ("/connect/edit", get(connect::edit)),
        ("/connect/people", get(connect::people)),
        ("/news", get(news::list)),
        ("/news/confirm/{token}", get(news::confirm)),
        ("/news/unsubscribe/{token}", get(news::unsubscribing).post(news::unsubscribe)),
        ("/sign-in/code", get(factor::enter)),
        ("/account", get(admin::own)),
        ("/oidc/callback", get(oidc::callback)),
        ("/account/factor", get(factor::connect)),
        ("/account/factor/codes", get(factor::codes)),
        ("/account/factor/new-codes", get(factor::new_codes)),
        ("/account/factor/off", get(factor::off)),
        ("/account/passkeys/new", get(factor::new_passkey)),
        ("/account/passkeys/{id}/delete", get(factor::remove_passkey)),
        ("/admin", get(admin::accounts)),
        ("/admin/new", get(admin::new_account)),
        ("/admin/factor", get(admin::require_factor)),
        ("/admin/levels", get(admin::levels)),
        ("/admin/levels/new", get(admin::new_level)),
        ("/admin/levels/{id}", get(admin::level)),
        ("/admin/approvals", get(admin::approvals)),
        ("/admin/sessions", get(admin::sessions)),
        ("/admin/sessions/end", get(admin::end_sessions)),
        ("/admin/connections", get(admin::connections)),
        ("/admin/{id}", get(admin::account)),
        ("/admin/{id}/delete", get(admin::remove)),
        ("/admin/{id}/hand-over", get(admin::hand_over)),
        ("/admin/{id}/factor", get(admin::reset_factor)),
        ("/users", get(pages::users)),
        ("/users/new", get(pages::new_user)),
        ("/users/delete", get(pages::delete)),
        ("/licenses", get(pages::licenses)),
        ("/licenses/register", get(pages::register)),
        ("/licenses/register/owner", get(pages::register_owner)),
        ("/licenses/renew", get(pages::renew)),
        ("/licenses/trial", get(pages::start_trial)),
        ("/licenses/{id}", get(pages::seats)),
        ("/orders", get(pages::orders)),
        ("/orders/new", get(pages::new_order)),
        ("/orders/{id}", get(pages::order)),
        ("/orders/{id}/cancel", get(pages::cancel_order)),
        ("/orders/{id}/invoice", get(pages::invoice)),
        ("/orders/{id}/invoice.pdf", get(invoice::file)),
        ("/notifications", get(pages::notifications)),
        ("/letters", get(pages::letters)),
        ("/letters/{id}", get(pages::letter)),
        ("/letters/{id}/html", get(letters::html)),
        ("/tasks", get(tasks::list).post(tasks::picked)),
        ("/tasks/{id}", get(tasks::one)),
        ("/invitation/{token}", get(tasks::invitation)),
        ("/operations", get(pages::operations)),
        ("/log", get(journal::list)),
        ("/log.csv", get(journal::file)),
        ("/operations/{id}", get(pages::report)),
        ("/operations/{id}/report.csv", get(csv::report)),
    ]
}

/// The addresses of all pages, as axum writes them: `/orders/{id}`.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    pages().into_iter().map(|(path, _)| path).collect()
}

/// Every route of the desk.
///
/// With `payments`, payments are taken from a provider that signs with this secret.
pub fn router(desk: Desk, site: Site, payments: Option<PaymentSecret>) -> Router {
    // Pages are rendered on the runtime that serves; a second router in one process finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let secure = site.secure;
    let hall = Hall { desk: desk.clone(), site: site.clone() };
    let allowance = rate::Allowance::new(site.rate);
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
            .layer(from_fn_with_state(site.clone(), session::locate))
            .layer(DefaultBodyLimit::max(WEBHOOK_LIMIT)),
        None => Router::new(),
    };
    let pages = pages().into_iter().fold(Router::new(), |router, (path, page)| router.route(path, page));
    let visited = pages
        .route("/api/{*function}", functions)
        .fallback(pages::not_found)
        .with_state(hall)
        .layer(from_fn(session::guard_pages))
        .layer(from_fn_with_state((desk.clone(), site, allowance), session::recognise))
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
        .layer(from_fn_with_state(secure, security::hear_own_cookies))
        .layer(from_fn_with_state(secure, security::headers))
        .layer(CatchPanicLayer::custom(errors::panicked))
}

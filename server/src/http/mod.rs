//! HTTP: routes and layers.

mod admin;
mod assets;
mod connect;
mod csv;
mod customer;
mod deals;
mod errors;
mod factor;
mod health;
mod invoice;
mod journal;
mod letters;
mod manage;
mod news;
mod oidc;
mod pages;
mod partner;
mod passkeys;
mod payments;
mod rate;
mod security;
mod session;
mod tasks;

use app::ssr::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use leptos::prelude::provide_context;
use service::Desk;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use assets::site;
pub use customer::FUNCTIONS as AT_CUSTOMERS;
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

/// One method at one address, and what answers it.
struct Route<S> {
    method: Method,
    path: &'static str,
    answer: MethodRouter<S>,
}

/// What is looked at.
fn see<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(path: &'static str, answer: H) -> Route<S> {
    Route { method: Method::GET, path, answer: get(answer) }
}

/// What is told to us.
fn tell<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(path: &'static str, answer: H) -> Route<S> {
    Route { method: Method::POST, path, answer: post(answer) }
}

/// Every page and file that one finds by its address, and what is told to them.
fn pages() -> Vec<Route<Hall>> {
    vec![
        see("/", pages::start),
        see("/sign-in", pages::sign_in),
        see("/recovery", admin::ask_recovery),
        see("/recovery/{token}", admin::recovery),
        see("/join/{token}", admin::join),
        see("/register", admin::sign_up),
        see("/register/{token}", admin::confirm_sign_up),
        see("/terms", admin::terms),
        see("/at/{address}", connect::at),
        see("/connect", connect::connect),
        see("/connect/edit", connect::edit),
        see("/connect/people", connect::people),
        see("/news", news::list),
        see("/news/confirm/{token}", news::confirm),
        see("/news/unsubscribe/{token}", news::unsubscribing),
        tell("/news/unsubscribe/{token}", news::unsubscribe),
        see("/sign-in/code", factor::enter),
        see("/account", admin::own),
        see("/oidc/callback", oidc::callback),
        see("/account/factor", factor::connect),
        see("/account/factor/codes", factor::codes),
        see("/account/factor/new-codes", factor::new_codes),
        see("/account/factor/off", factor::off),
        see("/account/passkeys/new", factor::new_passkey),
        see("/account/passkeys/{id}/delete", factor::remove_passkey),
        see("/admin", admin::accounts),
        see("/admin/new", admin::new_account),
        see("/admin/factor", admin::require_factor),
        see("/admin/levels", admin::levels),
        see("/admin/levels/new", admin::new_level),
        see("/admin/levels/{id}", admin::level),
        see("/admin/approvals", admin::approvals),
        see("/admin/sessions", admin::sessions),
        see("/admin/sessions/end", admin::end_sessions),
        see("/admin/connections", admin::connections),
        see("/admin/partners", partner::grants),
        see("/admin/partners/new", partner::new_grant),
        see("/admin/partners/{id}", partner::one_grant),
        see("/admin/partners/{id}/revoke", partner::revoke_grant),
        see("/admin/{id}", admin::account),
        see("/admin/{id}/delete", admin::remove),
        see("/admin/{id}/hand-over", admin::hand_over),
        see("/admin/{id}/factor", admin::reset_factor),
        see("/users", pages::users),
        see("/users/new", pages::new_user),
        see("/users/delete", pages::delete),
        see("/users/manage/{id}", manage::see),
        tell("/users/manage/{id}", manage::check),
        tell("/users/manage/{id}/narrow", manage::narrow),
        tell("/users/manage/{id}/save", manage::save),
        see("/users/manage/{id}/region", manage::region),
        see("/licenses", pages::licenses),
        see("/licenses/register", pages::register),
        see("/licenses/register/owner", pages::register_owner),
        see("/licenses/renew", pages::renew),
        see("/licenses/trial", pages::start_trial),
        see("/licenses/{id}", pages::seats),
        see("/partner", partner::dashboard),
        see("/partner/customers", partner::customers),
        see("/partner/customers/{id}", partner::customer),
        see("/orders", pages::orders),
        see("/orders/new", pages::new_order),
        see("/orders/{id}", pages::order),
        see("/orders/{id}/cancel", pages::cancel_order),
        see("/orders/{id}/invoice", pages::invoice),
        see("/orders/{id}/invoice.pdf", invoice::file),
        see("/applications", deals::own),
        see("/applications/new", deals::new),
        see("/applications/{id}", deals::one),
        see("/partner/applications", deals::queue),
        see("/partner/applications/{id}", deals::decide),
        see("/reconciliations", deals::reconciliations),
        see("/reconciliations/{contract}/{month}", deals::reconciliation),
        see("/reconciliations/{contract}/{month}/lines.csv", deals::file),
        see("/notifications", pages::notifications),
        see("/letters", pages::letters),
        see("/letters/{id}", pages::letter),
        see("/letters/{id}/html", letters::html),
        see("/tasks", tasks::list),
        tell("/tasks", tasks::picked),
        see("/tasks/{id}", tasks::one),
        see("/invitation/{token}", tasks::invitation),
        see("/operations", pages::operations),
        see("/log", journal::list),
        see("/log.csv", journal::file),
        see("/operations/{id}", pages::report),
        see("/operations/{id}/report.csv", csv::report),
    ]
}

/// What is there without a session: files of the site, and what tells whether the server is well.
fn open() -> Vec<Route<Desk>> {
    vec![
        see("/healthz", health::alive),
        see("/readyz", health::ready),
        see("/pkg/{*file}", assets::file),
        see("/favicon.svg", assets::file),
        see("/robots.txt", assets::file),
    ]
}

/// What programs of others tell, by a secret that both know.
fn told() -> Vec<Route<(Desk, PaymentSecret)>> {
    vec![tell("/webhooks/payments", payments::receive)]
}

/// All server functions, each of which has its own address.
fn functions() -> Vec<Route<Hall>> {
    vec![tell("/api/{*function}", call)]
}

async fn call(State(hall): State<Hall>, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(move || hall.provide(), request).await.into_response()
}

/// A router of these routes: there is no other way into it.
fn answering<S: Clone + Send + Sync + 'static>(routes: Vec<Route<S>>) -> Router<S> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.answer))
}

/// Every method at every address that is answered, as axum writes them: `GET /orders/{id}`. Whatever answers to GET answers
/// to HEAD.
#[must_use]
pub fn routes() -> Vec<(Method, &'static str)> {
    fn named<S>(routes: Vec<Route<S>>) -> impl Iterator<Item = (Method, &'static str)> {
        routes.into_iter().map(|route| (route.method, route.path))
    }
    named(pages())
        .chain(named(functions()))
        .chain(named(customer::door()))
        .chain(named(open()))
        .chain(named(told()))
        .collect()
}

/// The addresses of all pages, as axum writes them: `/orders/{id}`.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    pages().into_iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect()
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
    let told = match payments {
        Some(secret) => answering(told())
            .with_state((desk.clone(), secret))
            .layer(from_fn_with_state(site.clone(), session::locate))
            .layer(DefaultBodyLimit::max(WEBHOOK_LIMIT)),
        None => Router::new(),
    };
    let visited = answering(pages())
        .merge(answering(functions()))
        .fallback(pages::not_found)
        .with_state(hall)
        .layer(from_fn(session::guard_pages))
        .layer(from_fn_with_state((desk.clone(), site.clone(), allowance.clone()), session::recognise))
        .layer(from_fn(errors::forget_former))
        .layer(from_fn(errors::speak))
        .layer(from_fn(security::refuse_other_content))
        .layer(from_fn(security::refuse_large))
        .layer(from_fn(security::refuse_foreign));
    let visited = answering(customer::door())
        .with_state(visited.clone())
        .merge(visited)
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(PAGE_BROTLI)));
    // Before anything is read or looked for; files and the server's own health cost nothing.
    let counted = told.merge(visited).layer(from_fn_with_state((site, allowance), rate::count_address));
    answering(open())
        .with_state(desk)
        .merge(counted)
        .layer(from_fn_with_state(secure, security::hear_own_cookies))
        .layer(from_fn_with_state(secure, security::headers))
        .layer(CatchPanicLayer::custom(errors::panicked))
}

//! Who makes a request, and which pages they may see.

use std::net::{IpAddr, SocketAddr};

use app::ssr::{CONNECT, NEW_PASSKEY, Site, Visitor, cookie, device_cookie, renewed_line, session_cookie, sign_in_for};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::DeskError;
use service::{Desk, DeviceToken, Origin, SessionToken};

use super::customer::{AtCustomer, Outside};
use super::errors;
use super::rate::Allowance;

/// Finds the session of the cookie and says who it is to everything after.
pub(super) async fn recognise(
    State((desk, site, allowance)): State<(Desk, Site, Option<Allowance>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie(request.headers(), session_cookie(site.secure)).and_then(SessionToken::parse);
    let device = cookie(request.headers(), device_cookie(site.secure)).and_then(DeviceToken::parse);
    let origin = origin(&request, &site);
    let whoever = match &token {
        Some(token) => desk.whoever(token, &origin).await,
        None => Err(DeskError::NotSignedIn),
    };
    let actor = match &whoever {
        Ok(actor) if actor.must_connect() => Err(DeskError::FactorRequired),
        whoever => whoever.clone(),
    };
    let at = request.extensions().get::<AtCustomer>().copied();
    let actor = match (actor, at) {
        (Ok(actor), Some(AtCustomer(customer))) => desk.acting_for(&actor, customer).await,
        (actor, _) => actor,
    };
    let visitor = Visitor { actor, whoever: whoever.ok(), token, device, origin };
    if let Some(wait) = allowance.and_then(|allowance| allowance.wait_of_account(&visitor)) {
        return errors::too_many(&request, wait);
    }
    let whoever = visitor.whoever.clone();
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    if let Some(token) = whoever.as_ref().and_then(|actor| actor.renewed())
        && let Ok(line) = HeaderValue::from_str(&renewed_line(site.secure, token))
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Whoever has a link needs no account; server functions look for themselves.
const OPEN: [&str; 10] = [
    "/api/",
    "/at/",
    "/invitation/",
    "/recovery",
    "/join/",
    "/oidc/callback",
    "/register",
    "/terms",
    "/news",
    "/sign-in/",
];

/// Whence a request comes: behind a proxy its own neighbour's, which is the last that is named, for whoever asks can
/// name others before it.
pub(super) fn origin(request: &Request, site: &Site) -> Origin {
    let text =
        |name: HeaderName| request.headers().get_all(name).iter().next_back().and_then(|line| line.to_str().ok());
    let named = text(HeaderName::from_static("x-forwarded-for")).filter(|_| site.forwarded);
    let named = named.and_then(|line| line.rsplit(',').next()).and_then(|last| last.trim().parse::<IpAddr>().ok());
    // Behind TLS there is a proxy: its own address is nobody's, and everybody would have it.
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().filter(|_| site.forwarded || !site.secure);
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let address = named.or(peer).map(|address| address.to_canonical().to_string()).unwrap_or_default();
    Origin::new(address, text(header::USER_AGENT).unwrap_or_default())
}

/// Says whence a request comes that no browser makes.
pub(super) async fn locate(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let origin = origin(&request, &site);
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// Pages other than sign-in and invitations are for those who have signed in; server functions look for themselves.
pub(super) async fn guard_pages(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = path == "/sign-in" || OPEN.iter().any(|open| path.starts_with(open));
    if open || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    match request.extensions().get::<Visitor>().map(|visitor| &visitor.actor) {
        Some(Ok(_)) => next.run(request).await,
        Some(Err(DeskError::FactorRequired)) if path == CONNECT || path == NEW_PASSKEY => next.run(request).await,
        Some(Err(DeskError::FactorRequired)) => Redirect::to(CONNECT).into_response(),
        // Of whoever has signed in, and is let in here no more.
        Some(Err(DeskError::UnknownCustomer)) => Redirect::to("/partner/customers?gone").into_response(),
        Some(Err(error @ DeskError::Forbidden { .. })) => {
            let mut response = errors::page(request.headers(), error);
            response.extensions_mut().insert(Outside);
            response
        }
        Some(Err(error @ (DeskError::Busy | DeskError::Unavailable | DeskError::Internal { .. }))) => {
            errors::page(request.headers(), error)
        }
        _ => {
            // Only what is asked for by looking is worth coming back to.
            let to = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
            let at = request.extensions().get::<AtCustomer>().map(|at| at.prefix()).unwrap_or_default();
            let to = to.map(|to| format!("{at}{to}")).unwrap_or_default();
            Redirect::to(&sign_in_for(&to)).into_response()
        }
    }
}

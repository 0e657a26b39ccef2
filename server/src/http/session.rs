//! Who makes a request, and which pages they may see.

use app::ssr::{Site, Visitor, cookie, session_cookie, sign_in_for};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::DeskError;
use service::{Desk, SessionToken};

use super::errors;

/// Finds the session of the cookie and says who it is to everything after.
pub(super) async fn recognise(State((desk, site)): State<(Desk, Site)>, mut request: Request, next: Next) -> Response {
    let token = cookie(request.headers(), session_cookie(site.secure)).and_then(SessionToken::parse);
    let actor = match &token {
        Some(token) => desk.actor(token).await,
        None => Err(DeskError::NotSignedIn),
    };
    request.extensions_mut().insert(Visitor { actor, token });
    next.run(request).await
}

/// Pages other than sign-in and invitations are for those who have signed in; server functions look for themselves.
pub(super) async fn guard_pages(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = path.starts_with("/api/") || path.starts_with("/invitation/") || path == "/sign-in";
    if open || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    match request.extensions().get::<Visitor>().map(|visitor| &visitor.actor) {
        Some(Ok(_)) => next.run(request).await,
        Some(Err(error @ (DeskError::Busy | DeskError::Unavailable | DeskError::Internal { .. }))) => {
            errors::page(request.headers(), error)
        }
        _ => {
            // Only what is asked for by looking is worth coming back to.
            let to = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
            Redirect::to(&sign_in_for(to.map_or("", |to| to.as_str()))).into_response()
        }
    }
}

//! The news of the installation, for everybody; and the links by which one subscribes and unsubscribes.

use app::pages::{DoorPage, NewsDoor, Page};
use app::ssr::{refused, typed_email};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use domain::{DeskError, LinkFault};

use super::Hall;
use super::pages::{asked, find, show, visitor};

type Token = Result<Path<String>, PathRejection>;

pub(super) async fn list(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = match (&refused, actor) {
        (Some(_), _) => typed_email(request.headers()),
        (None, Ok(actor)) => actor.account().email.clone(),
        (None, Err(_)) => String::new(),
    };
    let before = find(&query, "before").and_then(|before| before.parse().ok());
    let page = match query.as_str() {
        "sent" => Ok(NewsDoor::Sent),
        "subscribed" => Ok(NewsDoor::Subscribed),
        _ => hall.desk.news(before).await.map(|page| NewsDoor::List { page, typed, earlier: before.is_some() }),
    };
    let page = page.map(|page| Page::Door { page: Box::new(DoorPage::News(page)), refused });
    show(hall, request, page).await
}

pub(super) async fn confirm(State(hall): State<Hall>, token: Token, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let page = match hall.desk.subscribing(&token, &origin).await {
        Ok(subscribing) => Ok(NewsDoor::Confirm { subscribing, token }),
        Err(DeskError::LinkRefused { fault }) => Ok(NewsDoor::Refused(fault)),
        Err(error) => Err(error),
    };
    let unknown = matches!(page, Ok(NewsDoor::Refused(LinkFault::Unknown)));
    by_link(hall, request, page, refused(&query), unknown).await
}

pub(super) async fn unsubscribing(State(hall): State<Hall>, token: Token, request: Request) -> Response {
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let known = hall.desk.is_subscribed_by(&token).await;
    let unknown = known == Ok(false);
    let page = known.map(|known| if known { NewsDoor::Unsubscribe { token } } else { NewsDoor::NoSubscription });
    by_link(hall, request, page, None, unknown).await
}

/// From the page's button, or by a mail program's own (RFC 8058): the link alone says whose subscription it is. One that
/// is over already is no mistake of theirs.
pub(super) async fn unsubscribe(State(hall): State<Hall>, token: Token, request: Request) -> Response {
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let page = hall.desk.unsubscribe(&token).await.map(|()| NewsDoor::Unsubscribed);
    by_link(hall, request, page, None, false).await
}

/// A page that somebody has a link to; no search engine keeps it.
async fn by_link(
    hall: Hall,
    request: Request,
    page: Result<NewsDoor, DeskError>,
    refused: Option<DeskError>,
    unknown: bool,
) -> Response {
    let page = page.map(|page| Page::Door { page: Box::new(DoorPage::News(page)), refused });
    let mut response = show(hall, request, page).await;
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    if unknown {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

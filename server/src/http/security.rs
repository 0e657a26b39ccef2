//! What protects every request and response alike.

use app::api::JSON_FUNCTIONS;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::DeskError;

use super::{BODY_LIMIT, errors};

/// A change may only come from our own pages: `Sec-Fetch-Site` where the browser sends it, `Origin` against `Host`
/// otherwise. Programs that are no browsers send neither; they have no cookies of somebody else's to abuse.
pub(super) async fn refuse_foreign(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_one_click(&request) || is_own(request.headers()) {
        next.run(request).await
    } else {
        errors::json(&DeskError::ForeignOrigin)
    }
}

/// The press by which a mail program unsubscribes (RFC 8058) comes from wherever the letter is read. No cookie counts
/// there: the link alone says whose subscription it is.
fn is_one_click(request: &Request) -> bool {
    let token = request.uri().path().strip_prefix("/news/unsubscribe/");
    request.method() == Method::POST && token.is_some_and(|token| !token.is_empty() && !token.contains('/'))
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, authority)| authority == host),
        (Some(_), None) => false,
    }
}

/// Behind TLS only cookies are heard that are bound to the host: another site of the domain can set the others.
pub(super) async fn hear_own_cookies(State(secure): State<bool>, mut request: Request, next: Next) -> Response {
    if secure {
        let lines = request.headers().get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
        let own: Vec<&str> = pairs.filter(|pair| pair.starts_with("__Host-")).collect();
        let own = HeaderValue::from_str(&own.join("; "));
        request.headers_mut().remove(header::COOKIE);
        if let Some(own) = own.ok().filter(|own| !own.is_empty()) {
            request.headers_mut().insert(header::COOKIE, own);
        }
    }
    next.run(request).await
}

/// Reads the body of a change here, so that one that is too large is told from one that makes no sense.
pub(super) async fn refuse_large(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > BODY_LIMIT) {
        return errors::json(&DeskError::TooLarge);
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => errors::json(&DeskError::TooLarge),
    }
}

/// A server function reads one type of content. Others, among them those that a foreign page may send unasked, are
/// not looked at.
pub(super) async fn refuse_other_content(request: Request, next: Next) -> Response {
    let Some(function) = request.uri().path().strip_prefix("/api/") else { return next.run(request).await };
    let wanted =
        if JSON_FUNCTIONS.contains(&function) { "application/json" } else { "application/x-www-form-urlencoded" };
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let sent = sent.split(';').next().unwrap_or_default().trim();
    // A form without fields is sent without a type by some programs.
    if sent.eq_ignore_ascii_case(wanted) || sent.is_empty() && !JSON_FUNCTIONS.contains(&function) {
        next.run(request).await
    } else {
        errors::json(&DeskError::Malformed)
    }
}

/// Headers of every response. Pages bring their own Content-Security-Policy, with a nonce.
pub(super) async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    // Scripts and styles are no documents: what says how a document is opened says nothing of them, and each first visit
    // would download it with every file.
    let is_part = request.uri().path().starts_with("/pkg/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let of_documents = [
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in always.into_iter().chain(of_documents.into_iter().filter(|_| !is_part)) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    let usual = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

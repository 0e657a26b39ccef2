//! Errors as they leave the server: a code with its data, the status that belongs to it, never a foreign text.

use std::any::Any;
use std::time::Duration;

use app::error::ApiError;
use app::i18n::Words;
use app::mail::escaped;
use app::ssr::{Preferences, Theme};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::DeskError;

use super::assets;

/// No error that we write is longer.
const LONGEST: usize = 256 * 1024;

/// A refusal as server functions answer it.
pub(super) fn json(error: &DeskError) -> Response {
    let body = serde_json::to_string(&ApiError(error.clone())).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (status(error), headers, body).into_response()
}

/// A refusal as a page, for where the app itself cannot be shown.
pub(super) fn page(headers: &HeaderMap, error: &DeskError) -> Response {
    let Preferences { lang, theme } = Preferences::of(headers);
    let t = lang.texts();
    let theme = if theme == Theme::System { String::new() } else { format!(" data-theme=\"{}\"", theme.code()) };
    let title = if matches!(error, DeskError::Forbidden { .. }) { t.forbidden } else { t.not_loaded };
    let style = assets::style().map(|style| format!("<link rel=\"stylesheet\" href=\"{style}\">"));
    let body = format!(
        "<!doctype html><html lang=\"{}\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Licentia</title>\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">{}</head>\
         <body><main class=\"alone\"><div class=\"empty\" role=\"alert\"><h1>{title}</h1><p>{}</p>\
         <a class=\"button primary\" href=\"/\">{}</a></div></main></body></html>",
        lang.code(),
        style.unwrap_or_default(),
        escaped(&lang.error(error)),
        t.to_start,
    );
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'";
    (status(error), [(header::CONTENT_SECURITY_POLICY, policy)], Html(body)).into_response()
}

/// Whoever has asked too much waits: a function is answered in JSON, whoever looks at a page by a page.
pub(super) fn too_many(request: &Request, wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let error = DeskError::TooManyTries { minutes: seconds.div_ceil(60) };
    let path = request.uri().path();
    let program = path.starts_with("/webhooks/") || path.starts_with("/api/") && !wants_page(request.headers());
    let mut response = if program { json(&error) } else { page(request.headers(), &error) };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn status(error: &DeskError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Server functions answer every refusal with 500 and the framework's faults with texts of its own: here each gets
/// the status of its code, and what is no error of ours becomes one.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let for_functions = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    // Whoever has to wait was told so in the form that they understand.
    let told = response.headers().contains_key(header::RETRY_AFTER);
    if !for_functions || told || !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let known: Option<ApiError> = match to_bytes(body, LONGEST).await {
        Ok(bytes) => serde_json::from_slice(&bytes).ok(),
        Err(_) => None,
    };
    let error = match known {
        Some(ApiError(error)) => error,
        None if parts.status == StatusCode::PAYLOAD_TOO_LARGE => DeskError::TooLarge,
        None if parts.status.is_client_error() => DeskError::Malformed,
        None => DeskError::Internal { incident: "—".to_owned() },
    };
    parts.status = status(&error);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = serde_json::to_string(&ApiError(error)).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}

/// A plain form that is refused leads back to where it came from, with the refusal in the query: that of the time
/// before is taken out first, or the address would keep both.
pub(super) async fn forget_former(mut request: Request, next: Next) -> Response {
    let referer = request.headers().get(header::REFERER).and_then(|line| line.to_str().ok());
    if let Some((page, query)) = referer.and_then(|referer| referer.split_once('?')) {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.starts_with("__err=") && !pair.starts_with("__path=")).collect();
        let referer = if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) };
        if let Ok(referer) = HeaderValue::from_str(&referer) {
            request.headers_mut().insert(header::REFERER, referer);
        }
    }
    next.run(request).await
}

/// The last net: a bug that panicked is logged by the panic hook and answered like any fault of ours.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    json(&DeskError::Internal { incident: "panic".to_owned() })
}

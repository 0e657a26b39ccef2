//! The site's files: inside the binary in a release build, from `target/site` in the daily one.

use std::sync::Arc;

use app::ssr::Site;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Files;

#[derive(Deserialize)]
struct Manifest {
    js: Arc<str>,
    wasm: Arc<str>,
    css: Arc<str>,
    sections: Arc<str>,
    picker: Arc<str>,
    manage: Arc<str>,
    passkey: Arc<str>,
}

/// The names of the site's files; `secure` if browsers reach us by TLS, at `url`. It sends nothing.
///
/// # Errors
/// If the site was not built.
pub fn site(secure: bool, url: &str) -> Result<Site, String> {
    let manifest = manifest().ok_or("the site is not built: run `make site`")?;
    let Manifest { js, wasm, css, sections, picker, manage, passkey } = manifest;
    let url = url.trim_end_matches('/').into();
    Ok(Site {
        js,
        wasm,
        css,
        sections,
        picker,
        manage,
        passkey,
        secure,
        url,
        sends_mail: false,
        sends_sms: false,
        rate: None,
        forwarded: false,
        provider: None,
    })
}

fn manifest() -> Option<Manifest> {
    serde_json::from_slice(&Files::get("pkg/manifest.json")?.data).ok()
}

/// The address of the style that all pages share.
pub(super) fn style() -> Option<Arc<str>> {
    manifest().map(|manifest| manifest.css)
}

/// One file, compressed beforehand if the browser takes that.
pub(super) async fn file(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let Some(plain) = Files::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = plain.metadata.mimetype().to_owned();
    let accepted = |coding: &str| accepts(request.headers(), coding);
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(coding, ending)| {
        let packed = Files::get(&format!("{path}.{ending}")).filter(|_| accepted(coding))?;
        Some((coding, packed))
    });
    let (coding, data) = match packed {
        Some((coding, packed)) => (Some(coding), packed.data),
        None => (None, plain.data),
    };
    let mut response = Response::new(Body::from(data.into_owned()));
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // A name under /pkg/ holds the hash of its content: it never changes.
    let caching = if path.starts_with("pkg/") { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let line = headers.get(header::ACCEPT_ENCODING).and_then(|line| line.to_str().ok()).unwrap_or_default();
    line.split(',').any(|offer| {
        let (name, quality) = offer.split_once(";q=").unwrap_or((offer, "1"));
        name.trim() == coding && quality.trim().parse::<f32>().is_ok_and(|quality| quality > 0.0)
    })
}

//! A letter as its reader sees it: `GET /letters/3/html`, shut in a sandbox.

use std::collections::BTreeSet;

use app::i18n::Lang;
use app::mail::mail;
use app::ssr::Visitor;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Channel, DeskError, LetterId, LetterRow};
use sha2::{Digest, Sha256};

use super::{Hall, errors};

/// No scripts and nothing from elsewhere; links open. Styles stand in the elements, as mail programs want it: those of the
/// letter, by their hashes (Content Security Policy Level 3, 8.3).
fn policy(html: &str) -> String {
    let styles = html.split(" style=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let hashes: BTreeSet<String> =
        styles.map(|style| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(style)))).collect();
    let hashes: String = hashes.into_iter().collect();
    format!(
        "default-src 'none'; style-src 'unsafe-hashes'{hashes}; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'; sandbox allow-top-navigation-by-user-activation"
    )
}

pub(super) async fn html(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let id = id.ok().and_then(|Path(id)| id.parse().ok());
    match letter(&hall, visitor, id).await {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, policy(&html))], Html(html)).into_response(),
        Err(error) => errors::page(&headers, &error),
    }
}

async fn letter(hall: &Hall, visitor: Visitor, id: Option<LetterId>) -> Result<String, DeskError> {
    let actor = visitor.actor?;
    let page = hall.desk.letter(&actor, id.ok_or(DeskError::UnknownLetter)?).await?;
    let LetterRow { letter, language, .. } = page.row;
    // An SMS is text alone.
    if letter.channel() == Channel::Sms {
        return Err(DeskError::UnknownLetter);
    }
    let letter = if hall.site.sends_mail { letter.without_secret() } else { letter };
    Ok(mail(Lang::from(language), &letter, &actor.organization().name, &hall.site.url).html)
}

//! A certification authority for demonstrations and tests: in memory, and always the same. A request is identified after
//! a moment and issued after another; whose e-mail holds `+reject@` is rejected, and `+slow@` waits for ever.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use domain::Instant;
use serde::Serialize;
use service::ports::Clock;
use sha2::{Digest, Sha256};

use super::message::{Answered, Asked};

/// Months for which a certificate is valid.
const MONTHS: i32 = 12;
const LONGEST_KEY: usize = 64;

struct Kept {
    asked: Asked,
    since: Instant,
    revoked: bool,
    /// How often it was sent.
    sent: u64,
}

#[derive(Clone)]
struct Sandbox {
    authorization: Arc<str>,
    clock: Arc<dyn Clock>,
    moment: Duration,
    requests: Arc<Mutex<BTreeMap<String, Kept>>>,
}

/// A line of `GET /sandbox/requests`: what tests ask besides the contract.
#[derive(Serialize)]
struct Line {
    key: String,
    email: String,
    sent: u64,
    #[serde(flatten)]
    answered: Answered,
}

/// The sandbox; each step of a request takes it a `moment`.
pub fn router(token: &str, clock: Arc<dyn Clock>, moment: Duration) -> Router {
    let sandbox = Sandbox { authorization: format!("Bearer {token}").into(), clock, moment, requests: Arc::default() };
    Router::new()
        .route("/v1/requests/{key}", put(submit).get(state))
        .route("/v1/requests/{key}/revocation", put(revoke))
        .route("/sandbox/requests", get(list))
        .with_state(sandbox)
}

impl Sandbox {
    fn answer(&self, headers: &HeaderMap, act: impl FnOnce(&mut BTreeMap<String, Kept>) -> Response) -> Response {
        let sent = headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok());
        if sent != Some(&*self.authorization) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        act(&mut self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answered(&self, key: &str, kept: &Kept) -> Answered {
        let passed = self.clock.now().0.saturating_sub(kept.since.0);
        let moment = i64::try_from(self.moment.as_micros()).unwrap_or(i64::MAX);
        let moments = passed.checked_div(moment).unwrap_or(i64::MAX);
        let serial = Sha256::digest(key.as_bytes()).iter().take(10).map(|byte| format!("{byte:02X}")).collect();
        let issued = || Answered::issued(serial, kept.since.date().plus_months(MONTHS).end());
        match kept.asked.identification {
            _ if kept.revoked => Answered::Revoked,
            _ if moments < 1 || kept.asked.email.contains("+slow@") => Answered::Pending,
            _ if kept.asked.email.contains("+reject@") => {
                Answered::Rejected { reason: "Данные не совпали с паспортными".to_owned() }
            }
            Some(identification) if !identification.done && moments < 2 => {
                Answered::Identified { way: identification.way }
            }
            _ => issued(),
        }
    }
}

async fn submit(State(sandbox): State<Sandbox>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let asked: Option<Asked> = serde_json::from_slice(&body).ok();
    sandbox.answer(&headers, |requests| {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let Some(asked) = asked.filter(|_| plain && key.len() <= LONGEST_KEY) else {
            return StatusCode::UNPROCESSABLE_ENTITY.into_response();
        };
        let now = sandbox.clock.now();
        let Some(kept) = requests.get_mut(&key) else {
            let kept = Kept { asked, since: now, revoked: false, sent: 1 };
            let answered = sandbox.answered(&key, &kept);
            requests.insert(key, kept);
            return (StatusCode::CREATED, Json(answered)).into_response();
        };
        kept.sent += 1;
        if kept.asked != asked {
            let mut known = kept.asked.clone();
            let done = asked.identification.filter(|identification| identification.done);
            // Who came in person has been identified, however it was to be.
            known.identification = done;
            if done.is_none() || known != asked {
                return StatusCode::CONFLICT.into_response();
            }
            (kept.asked, kept.since) = (asked, now);
        }
        Json(sandbox.answered(&key, kept)).into_response()
    })
}

async fn state(State(sandbox): State<Sandbox>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    sandbox.answer(&headers, |requests| match requests.get(&key) {
        Some(kept) => Json(sandbox.answered(&key, kept)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

async fn revoke(State(sandbox): State<Sandbox>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    sandbox.answer(&headers, |requests| match requests.get_mut(&key) {
        Some(kept) => {
            kept.revoked = true;
            Json(Answered::Revoked).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

async fn list(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    sandbox.answer(&headers, |requests| {
        let line = |(key, kept): (&String, &Kept)| Line {
            key: key.clone(),
            email: kept.asked.email.clone(),
            sent: kept.sent,
            answered: sandbox.answered(key, kept),
        };
        Json(requests.iter().map(line).collect::<Vec<_>>()).into_response()
    })
}

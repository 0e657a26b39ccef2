//! Payments told of by a payment provider: `POST /webhooks/payments`, signed with a secret that both know.
//!
//! The body is JSON: `{"reference": "…", "amount": "12000.00", "payer": "…", "purpose": "…"}`. The header
//! `X-Licentia-Timestamp` is the time of sending in seconds since 1970, and `X-Licentia-Signature` is `sha256=` and, in
//! hexadecimal, the HMAC-SHA256 (RFC 2104) of that number, a full stop and the body. What was sent more than five
//! minutes ago is refused. Refusals are in the log of the installation (`licentia log`). Whatever is told of twice counts once, so that the provider may send again until it is
//! answered with 200.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Kopecks, Payment, PaymentOutcome};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::json;
use service::{Desk, Origin, Outside};
use sha2::Sha256;

use super::WEBHOOK_LIMIT;

/// The secret; never shown.
#[derive(Clone)]
pub struct PaymentSecret(Arc<str>);

impl PaymentSecret {
    /// Shorter secrets can be guessed.
    const LEAST: usize = 32;

    /// # Errors
    /// If it is too short.
    pub fn new(secret: &str) -> Result<Self, String> {
        if secret.len() < Self::LEAST {
            return Err(format!("LICENTIA_PAYMENT_SECRET must have at least {} characters", Self::LEAST));
        }
        Ok(Self(secret.into()))
    }

    fn signed(&self, timestamp: &str, body: &[u8], signature: &str) -> bool {
        let Some(hex) = signature.strip_prefix("sha256=").filter(|hex| hex.len() == 64) else { return false };
        let byte = |place: usize| hex.get(place..place + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        let Some(bytes) = (0..64).step_by(2).map(byte).collect::<Option<Vec<u8>>>() else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else { return false };
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        // In constant time.
        mac.verify_slice(&bytes).is_ok()
    }
}

impl std::fmt::Debug for PaymentSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PaymentSecret(…)")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    reference: String,
    amount: String,
    #[serde(default)]
    payer: String,
    purpose: String,
}

const LONGEST: usize = 500;
/// How old a message may be, or how far the clocks may differ, in seconds.
const FRESH: u64 = 300;

fn answer(status: StatusCode, outcome: &str, more: &str) -> Response {
    let body = format!("{{\"outcome\":\"{outcome}\"{more}}}");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

pub(super) async fn receive(
    State((desk, secret)): State<(Desk, PaymentSecret)>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let address = origin.address();
    let Ok(body) = body else {
        desk.note_outside(Outside::TooLarge, address, json!({ "most": WEBHOOK_LIMIT })).await;
        return answer(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "");
    };
    // Nothing of what a stranger sent is written down but its length.
    let length = json!({ "bytes": body.len() });
    let text = |name: &str| headers.get(name).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let (timestamp, signature) = (text("x-licentia-timestamp"), text("x-licentia-signature"));
    if !secret.signed(timestamp, &body, signature) {
        desk.note_outside(Outside::NotSigned, address, length).await;
        return answer(StatusCode::UNAUTHORIZED, "not_signed", "");
    }
    // Of this machine: a demo's clock is not what a provider goes by.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    if !timestamp.parse::<u64>().is_ok_and(|sent| now.abs_diff(sent) <= FRESH) {
        desk.note_outside(Outside::TooOld, address, length).await;
        return answer(StatusCode::UNAUTHORIZED, "too_old", "");
    }
    let told: Option<Told> = serde_json::from_slice(&body).ok();
    let payment = told.and_then(|told| {
        let short = [&told.reference, &told.payer, &told.purpose].iter().all(|text| text.chars().count() <= LONGEST);
        let amount = Kopecks::parse(&told.amount).filter(|_| short && !told.reference.trim().is_empty())?;
        let source = "webhook".to_owned();
        Some(Payment { source, reference: told.reference, amount, payer: told.payer, purpose: told.purpose })
    });
    let Some(payment) = payment else {
        desk.note_outside(Outside::Malformed, address, length).await;
        return answer(StatusCode::BAD_REQUEST, "malformed", "");
    };
    match desk.told_of_payment(&payment, address).await {
        Ok(PaymentOutcome::Recorded(order)) => {
            answer(StatusCode::OK, "recorded", &format!(",\"order\":\"{}\"", order.number()))
        }
        Ok(PaymentOutcome::Known(order)) => {
            let order = order.map(|order| format!(",\"order\":\"{}\"", order.number())).unwrap_or_default();
            answer(StatusCode::OK, "known", &order)
        }
        Ok(PaymentOutcome::Contradicts) => answer(StatusCode::CONFLICT, "contradicts", ""),
        Ok(PaymentOutcome::Unmatched(why)) => {
            answer(StatusCode::OK, "unmatched", &format!(",\"reason\":\"{}\"", why.code()))
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer(status, &error.code(), "")
        }
    }
}

//! An invoice as a file.

use app::ssr::Visitor;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{DeskError, InvoiceText, OrderId};
use service::Desk;

use super::{Hall, errors};
use crate::invoice;

/// `GET /orders/12/invoice.pdf`: what `/orders/12/invoice` shows.
pub(super) async fn file(
    State(hall): State<Hall>,
    Extension(visitor): Extension<Visitor>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let answer = match id.ok().and_then(|Path(id)| id.parse().ok()) {
        Some(id) => prepare(hall.desk, visitor, id).await,
        None => Err(DeskError::UnknownOrder),
    };
    match answer {
        Ok(response) => response,
        Err(error) => errors::page(&headers, &error),
    }
}

async fn prepare(desk: Desk, visitor: Visitor, id: OrderId) -> Result<Response, DeskError> {
    let order = desk.order(&visitor.actor?, id).await?.order;
    let (text, day) = (InvoiceText::of(&order), order.created_at.date());
    // Milliseconds for a page, more for many: not where others wait to be served.
    let written = tokio::task::spawn_blocking(move || invoice::pdf(&text, day)).await;
    let file = written.map_err(|error| error.to_string()).flatten().map_err(|error| {
        tracing::error!(order = %id, error, "an invoice could not be written");
        DeskError::Internal { incident: format!("invoice-{id}") }
    })?;
    let headers =
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, named(&order.number()))];
    Ok((headers, file).into_response())
}

/// The file's name in the words of its language, and for those who do not read RFC 5987 in ASCII.
fn named(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let name = percent_encoding::utf8_percent_encode(&format!("Счёт {number}.pdf"), percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    format!("inline; filename=\"invoice-{digits}.pdf\"; filename*=UTF-8''{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_for_everybody() {
        assert_eq!(
            named("Л-000012"),
            "inline; filename=\"invoice-000012.pdf\"; \
             filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82%20%D0%9B%2D000012%2Epdf"
        );
    }
}

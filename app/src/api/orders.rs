use domain::{OrderId, ProductId};
use leptos::prelude::*;

use crate::error::ApiError;

/// Raises an order. `product` and `seats` go in pairs. From a form it leads to the order's page.
#[server(name = RaiseOrderCall, prefix = "/api", endpoint = "raise_order")]
pub async fn raise_order(
    inn: String,
    #[server(default)] kpp: String,
    #[server(default)] address: String,
    #[server(default)] product: Vec<ProductId>,
    #[server(default)] seats: Vec<String>,
) -> Result<OrderId, ApiError> {
    use crate::ssr;
    let form = domain::OrderForm { inn, kpp, address, seats: product.into_iter().zip(seats).collect() };
    let raised = ssr::desk()?.raise_order(&ssr::actor()?, &form).await;
    if raised.is_err() && ssr::from_plain_form() {
        let mut typed = form.clone();
        typed.seats.retain(|(_, text)| !text.trim().is_empty());
        ssr::keep_typed_order(&typed)?;
    }
    let id = raised?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/orders/{id}"));
    }
    Ok(id)
}

/// Gives up an order that waits for its payment.
#[server(name = CancelOrderCall, prefix = "/api", endpoint = "cancel_order")]
pub async fn cancel_order(order: OrderId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.cancel_order(&ssr::actor()?, order).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/orders/{order}?cancelled"));
    }
    Ok(())
}

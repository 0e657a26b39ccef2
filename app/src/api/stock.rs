use domain::{MemberId, PoolId};
use leptos::prelude::*;

use crate::error::ApiError;

/// «Привязать»: a seat of the pool goes to whoever is registered under the e-mail. From a form it leads back to the
/// pool's page, which says so.
#[server(name = BindCall, prefix = "/api", endpoint = "bind")]
pub async fn bind(
    pool: PoolId,
    email: String,
    #[server(default)] seat: u64,
    #[server(default)] show: String,
    #[server(default)] page: u32,
) -> Result<domain::OperationSummary, ApiError> {
    use crate::ssr;
    let bound = ssr::desk()?.bind(&ssr::actor()?, pool, &email).await;
    if bound.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_seat(&domain::SeatForm { seat, email })?;
    }
    lead_to_seats(pool, &show, page, bound?)
}

/// «Отвязать»
#[server(name = UnbindCall, prefix = "/api", endpoint = "unbind")]
pub async fn unbind(
    pool: PoolId,
    member: MemberId,
    #[server(default)] show: String,
    #[server(default)] page: u32,
) -> Result<domain::OperationSummary, ApiError> {
    use crate::ssr;
    let unbound = ssr::desk()?.unbind(&ssr::actor()?, pool, member).await?;
    lead_to_seats(pool, &show, page, unbound)
}

#[cfg(feature = "ssr")]
fn lead_to_seats(
    pool: PoolId,
    show: &str,
    page: u32,
    done: domain::OperationSummary,
) -> Result<domain::OperationSummary, ApiError> {
    if crate::ssr::from_plain_form() {
        let show = domain::SeatFilter::from_code(show).unwrap_or_default().code();
        let page = if page > 1 { format!("&page={page}") } else { String::new() };
        leptos_axum::redirect(&format!("/licenses/{pool}?show={show}{page}&operation={}", done.id));
    }
    Ok(done)
}

/// «Начать пробный период»: a trial of a product. From a form it leads to «Лицензии», where it is said.
#[server(name = StartTrialCall, prefix = "/api", endpoint = "start_trial")]
pub async fn start_trial(product: domain::ProductId) -> Result<PoolId, ApiError> {
    use crate::ssr;
    let pool = ssr::desk()?.start_trial(&ssr::actor()?, product).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/licenses?started={pool}"));
    }
    Ok(pool)
}

/// A pasted list of e-mails; leads to the operation's page, where it is confirmed.
#[server(name = BindListCall, prefix = "/api", endpoint = "bind_list")]
pub async fn bind_list(pool: PoolId, emails: String) -> Result<domain::OperationId, ApiError> {
    use crate::ssr;
    let operation = ssr::desk()?.preview_list(&ssr::actor()?, pool, &emails).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/operations/{operation}"));
    }
    Ok(operation)
}

/// Leads to the form that adds a user, with this e-mail filled in, and from there back to the seats of the pool.
#[server(name = StartAddCall, prefix = "/api", endpoint = "start_add")]
pub async fn start_add(email: String, #[server(default)] pool: Option<PoolId>) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.allow(&ssr::actor()?, domain::Capability::EditPeople).await?;
    ssr::keep_typed_member(&domain::NewMemberForm { email, ..Default::default() })?;
    leptos_axum::redirect(&pool.map_or("/users/new?typed".to_owned(), |pool| format!("/users/new?typed&pool={pool}")));
    Ok(())
}

/// «Заказать столько же»: leads to the form of an order for as many as hold seats of these pools.
#[server(name = RenewOrderCall, prefix = "/api", endpoint = "renew_order")]
pub async fn renew_order(#[server(default)] pool: Vec<PoolId>) -> Result<(), ApiError> {
    use crate::ssr;
    let form = ssr::desk()?.renewal_order(&ssr::actor()?, &pool).await?;
    ssr::keep_typed_order(&form)?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/orders/new?typed");
    }
    Ok(())
}

/// «Выдать им снова»: plans issuing to whoever lost a licence when its term ended, and leads to the operation's page.
#[server(name = IssueAgainCall, prefix = "/api", endpoint = "issue_again")]
pub async fn issue_again(operation: domain::OperationId) -> Result<domain::OperationId, ApiError> {
    use crate::ssr;
    let preview = ssr::desk()?.preview_again(&ssr::actor()?, operation).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/operations/{preview}"));
    }
    Ok(preview)
}

/// «Продлить»: plans moving the holders of pools to another, and leads to the operation's page, where it is confirmed.
#[server(name = StartRenewCall, prefix = "/api", endpoint = "start_renew")]
pub async fn start_renew(#[server(default)] from: Vec<PoolId>, to: PoolId) -> Result<domain::OperationId, ApiError> {
    use crate::ssr;
    let operation = ssr::desk()?.preview_renewal(&ssr::actor()?, &from, to).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/operations/{operation}"));
    }
    Ok(operation)
}

#![expect(clippy::too_many_arguments, reason = "a form has as many fields as it has")]

use domain::PoolId;
use leptos::prelude::*;

use crate::error::ApiError;

/// «Зарегистрировать программный продукт»: by its number and PIN, with the owner's details. From a form it leads to its
/// seats.
#[server(name = RegisterCall, prefix = "/api", endpoint = "register_product")]
pub async fn register_product(
    number: String,
    pin: String,
    #[server(default)] private: bool,
    #[server(default)] owner: String,
    #[server(default)] inn: String,
    #[server(default)] head: String,
    #[server(default)] activity: String,
    #[server(default)] phone: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] place: String,
    #[server(default)] bought_on: String,
    #[server(default)] workplaces: String,
    #[server(default)] responsible: String,
) -> Result<PoolId, ApiError> {
    use crate::ssr;
    let form = domain::RegistrationForm {
        number,
        pin,
        private,
        owner,
        inn,
        head,
        activity,
        phone,
        email,
        country,
        place,
        bought_on,
        workplaces,
        responsible,
    };
    let registered = ssr::desk()?.register_product(&ssr::actor()?, &form).await;
    if registered.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_registration(&form)?;
    }
    let pool = registered?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/licenses/{pool}"));
    }
    Ok(pool)
}

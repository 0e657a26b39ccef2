#![expect(clippy::too_many_arguments, reason = "a form has as many fields as it has")]

use domain::{CheckedKey, PoolId};
use leptos::prelude::*;

use crate::error::ApiError;

/// «Зарегистрировать программный продукт», the first step: its number and PIN. From a form it leads to the second, for
/// which the answer's cookie is needed.
#[server(name = CheckKeyCall, prefix = "/api", endpoint = "check_key")]
pub async fn check_key(number: String, pin: String) -> Result<CheckedKey, ApiError> {
    use crate::ssr;
    let form = domain::KeyForm { number, pin };
    let checked = ssr::desk()?.check_key(&ssr::actor()?, &form).await;
    if checked.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_key(&form)?;
    }
    let (token, key) = checked?;
    ssr::set_cookie(ssr::key_cookie(ssr::site()?.secure), token.secret(), domain::KEY_CHECK_SECONDS)?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/licenses/register/owner");
    }
    Ok(key)
}

/// The second step: the owner's details of what was checked. From a form it leads to the seats.
#[server(name = RegisterCall, prefix = "/api", endpoint = "register_product")]
pub async fn register_product(
    key: i64,
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
    let registered = ssr::desk()?.register_product(&ssr::actor()?, ssr::key_token()?.as_ref(), key, &form).await;
    if registered.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_registration(&form)?;
    }
    let pool = registered?;
    ssr::set_cookie(ssr::key_cookie(ssr::site()?.secure), "", 0)?;
    if ssr::from_plain_form() {
        // Whose seats they are, not everybody may see who registers.
        let sees = ssr::actor()?.rights().may(domain::Capability::People);
        leptos_axum::redirect(&if sees { format!("/licenses/{pool}") } else { "/licenses".to_owned() });
    }
    Ok(pool)
}

use domain::AccountId;
use leptos::prelude::*;

use crate::error::ApiError;

/// «Подключить приложение»: makes a secret. From a form it leads to the page that shows it.
#[server(name = BeginFactorCall, prefix = "/api", endpoint = "begin_factor")]
pub async fn begin_factor(#[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.begin_factor(&ssr::whoever()?, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account/factor");
    }
    Ok(())
}

/// The first code of the app; the recovery codes. From a form it leads to the page that shows them once.
#[server(name = ConfirmFactorCall, prefix = "/api", endpoint = "confirm_factor")]
pub async fn confirm_factor(code: String) -> Result<Vec<String>, ApiError> {
    use crate::ssr;
    let actor = ssr::whoever()?;
    let codes = ssr::desk()?.confirm_factor(&actor, &code).await?;
    ssr::show_codes(actor.account().id, codes)
}

/// «Новые коды»
#[server(name = NewCodesCall, prefix = "/api", endpoint = "new_codes")]
pub async fn new_codes(#[server(default)] proof: String) -> Result<Vec<String>, ApiError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let codes = ssr::desk()?.new_codes(&actor, Some(proof)).await?;
    ssr::show_codes(actor.account().id, codes)
}

/// «Отключить»
#[server(name = RemoveFactorCall, prefix = "/api", endpoint = "remove_factor")]
pub async fn remove_factor(#[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.remove_factor(&ssr::actor()?, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account?factor-off");
    }
    Ok(())
}

/// The second step of the sign-in; `to` as for the first.
#[server(name = EnterCodeCall, prefix = "/api", endpoint = "enter_code")]
pub async fn enter_code(code: String, #[server(default)] to: String) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let half = ssr::half_token()?;
    let signed_in = ssr::desk()?.enter_code(half.as_ref(), &code, visitor.visit()).await?;
    ssr::set_cookie(ssr::half_cookie(ssr::site()?.secure), "", 0)?;
    ssr::go_in(&signed_in, &to).await
}

/// «Второй фактор обязателен»
#[server(name = RequireFactorCall, prefix = "/api", endpoint = "require_factor")]
pub async fn require_factor(required: bool, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.require_factor(&ssr::actor()?, required, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(if required { "/admin?factor-required" } else { "/admin?factor-optional" });
    }
    Ok(())
}

/// «Сбросить второй фактор»
#[server(name = ResetFactorCall, prefix = "/api", endpoint = "reset_factor")]
pub async fn reset_factor(account: AccountId, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.reset_factor(&ssr::actor()?, account, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/admin/{account}?factor-reset"));
    }
    Ok(())
}

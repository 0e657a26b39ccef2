use domain::{AccountId, PasskeyId};
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
    ssr::show_codes(actor.account().id, codes, "/account?factor-on")
}

/// «Новые коды»
#[server(name = NewCodesCall, prefix = "/api", endpoint = "new_codes")]
pub async fn new_codes(#[server(default)] proof: String) -> Result<Vec<String>, ApiError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let codes = ssr::desk()?.new_codes(&actor, Some(proof)).await?;
    ssr::show_codes(actor.account().id, codes, "/account?factor-on")
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

/// «Добавить ключ»: what the browser is to ask for, as JSON that `PublicKeyCredential` reads.
#[server(name = BeginPasskeyCall, prefix = "/api", endpoint = "begin_passkey")]
pub async fn begin_passkey(name: String, #[server(default)] proof: String) -> Result<String, ApiError> {
    use crate::ssr;
    let begun = ssr::desk()?.begin_passkey(&ssr::whoever()?, &name, Some(proof)).await;
    if begun.is_err() {
        ssr::keep_typed_passkey(&name)?;
    }
    Ok(begun?)
}

/// What the browser has made; the recovery codes, if it is the first second factor.
#[server(name = AddPasskeyCall, prefix = "/api", endpoint = "add_passkey")]
pub async fn add_passkey(answer: String) -> Result<Vec<String>, ApiError> {
    use crate::ssr;
    let actor = ssr::whoever()?;
    let codes = ssr::desk()?.add_passkey(&actor, &answer).await?;
    ssr::show_codes(actor.account().id, codes, "/account?passkey-added")
}

/// «Удалить» a passkey.
#[server(name = RemovePasskeyCall, prefix = "/api", endpoint = "remove_passkey")]
pub async fn remove_passkey(passkey: PasskeyId, #[server(default)] proof: String) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.remove_passkey(&ssr::actor()?, passkey, Some(proof)).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/account?passkey-removed");
    }
    Ok(())
}

/// The second step of the sign-in by a passkey: what the browser is to ask for.
#[server(name = BeginPasskeyStepCall, prefix = "/api", endpoint = "begin_passkey_step")]
pub async fn begin_passkey_step() -> Result<String, ApiError> {
    use crate::ssr;
    let half = ssr::half_token()?;
    Ok(ssr::desk()?.begin_passkey_step(half.as_ref(), &ssr::visitor()?.origin).await?)
}

/// What the browser was shown; `to` as for the first step.
#[server(name = EnterPasskeyCall, prefix = "/api", endpoint = "enter_passkey")]
pub async fn enter_passkey(answer: String, #[server(default)] to: String) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let half = ssr::half_token()?;
    let signed_in = ssr::desk()?.enter_passkey(half.as_ref(), &answer, visitor.visit()).await?;
    ssr::set_cookie(ssr::half_cookie(ssr::site()?.secure), "", 0)?;
    ssr::go_in(&signed_in, &to).await
}

/// «Войти с ключом доступа», without a password: what the browser is to ask for.
#[server(name = BeginPasskeySignInCall, prefix = "/api", endpoint = "begin_passkey_sign_in")]
pub async fn begin_passkey_sign_in() -> Result<String, ApiError> {
    use crate::ssr;
    let (options, token) = ssr::desk()?.begin_passkey_sign_in(ssr::visitor()?.visit()).await?;
    ssr::keep_passkey_token(&token)?;
    Ok(options)
}

/// What the browser was shown; `to` is where whoever signs in wanted to go.
#[server(name = SignInByPasskeyCall, prefix = "/api", endpoint = "sign_in_by_passkey")]
pub async fn sign_in_by_passkey(answer: String, #[server(default)] to: String) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let token = ssr::take_passkey_token()?;
    let signed_in = ssr::desk()?.sign_in_by_passkey(token.as_ref(), &answer, visitor.visit()).await?;
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

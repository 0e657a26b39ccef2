use leptos::prelude::*;

use crate::error::ApiError;

/// `to` is where whoever signs in wanted to go.
#[server(name = SignInCall, prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] to: String) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let entered = match ssr::desk()?.sign_in(&email, password, visitor.visit()).await {
        Ok(entered) => entered,
        Err(error) => {
            // The form is shown again with what was typed; an address would keep that in histories and logs.
            ssr::keep_typed_email(&email)?;
            return Err(error.into());
        }
    };
    match entered {
        service::FirstStep::In(signed_in) => ssr::go_in(&signed_in, &to).await,
        service::FirstStep::Half(half) => ssr::ask_code(&half, &to),
    }
}

/// Sends a browser to the identity provider; `to` is where whoever signs in wanted to go.
#[server(name = BeginOidcCall, prefix = "/api", endpoint = "begin_oidc")]
pub async fn begin_oidc(#[server(default)] to: String) -> Result<(), ApiError> {
    use crate::ssr;
    let wanted = ssr::own_path(&to).unwrap_or_default();
    let there = ssr::desk()?.begin_oidc(wanted, ssr::visitor()?.visit()).await?;
    ssr::send_away(&there)
}

#[server(name = SignOutCall, prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    if let Some(token) = visitor.token {
        ssr::desk()?.sign_out(&token, &visitor.origin).await?;
    }
    ssr::set_cookie(ssr::session_cookie(ssr::site()?.secure), "", 0)?;
    ssr::clear_site()?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}

use domain::OrganizationId;
use leptos::prelude::*;

use crate::error::ApiError;

/// Lets a partner do something here: `code` is the partner's, `capability` are codes.
#[server(name = GrantPartnerCall, prefix = "/api", endpoint = "grant_partner")]
pub async fn grant_partner(
    #[server(default)] code: String,
    #[server(default)] capability: Vec<String>,
    #[server(default)] proof: String,
) -> Result<OrganizationId, ApiError> {
    use crate::ssr;
    let form = domain::GrantForm { code, capability };
    let granted = ssr::desk()?.grant(&ssr::actor()?, &form, Some(proof)).await;
    keep_refused(&form, granted.is_err())?;
    let granted = granted?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/partners?saved");
    }
    Ok(granted)
}

/// Changes what a partner may do here.
#[server(name = ChangeGrantCall, prefix = "/api", endpoint = "change_grant")]
pub async fn change_grant(
    partner: OrganizationId,
    #[server(default)] capability: Vec<String>,
    #[server(default)] proof: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::GrantForm { capability, ..domain::GrantForm::default() };
    let changed = ssr::desk()?.change_grant(&ssr::actor()?, partner, &form, Some(proof)).await;
    keep_refused(&form, changed.is_err())?;
    changed?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/partners?saved");
    }
    Ok(())
}

/// Lets a partner do nothing here any more.
#[server(name = RevokeGrantCall, prefix = "/api", endpoint = "revoke_grant")]
pub async fn revoke_grant(partner: OrganizationId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.revoke_grant(&ssr::actor()?, partner).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/admin/partners?revoked");
    }
    Ok(())
}

#[cfg(feature = "ssr")]
fn keep_refused(form: &domain::GrantForm, refused: bool) -> Result<(), ApiError> {
    use crate::ssr;
    if refused && ssr::from_plain_form() { ssr::keep_typed_grant(form) } else { Ok(()) }
}

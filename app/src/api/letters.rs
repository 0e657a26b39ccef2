use std::collections::BTreeMap;

use domain::{LetterId, NoticeForm};
use leptos::prelude::*;

use crate::error::ApiError;

/// Sets «Уведомления». From a form it leads back to it.
#[server(name = KeepNotificationsCall, prefix = "/api", endpoint = "keep_notifications")]
pub async fn keep_notifications(
    threshold: String,
    horizon_days: String,
    #[server(default)] english: bool,
    #[server(default)] notices: BTreeMap<String, NoticeForm>,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::NotificationsForm { english, notices, threshold, horizon_days };
    let kept = ssr::desk()?.keep_notifications(&ssr::actor()?, &form).await;
    if kept.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_notifications(&form)?;
    }
    kept?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/notifications?saved");
    }
    Ok(())
}

/// Lets a letter go at once that waits, or was given up.
#[server(name = RetryLetterCall, prefix = "/api", endpoint = "retry_letter")]
pub async fn retry_letter(letter: LetterId) -> Result<(), ApiError> {
    use crate::ssr;
    ssr::desk()?.retry_letter(&ssr::actor()?, letter).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(&format!("/letters/{letter}"));
    }
    Ok(())
}

use leptos::prelude::*;

use crate::error::ApiError;

/// «Подписаться»: sends a link to the e-mail. From a form it leads to the page that says so.
#[server(name = SubscribeCall, prefix = "/api", endpoint = "subscribe")]
pub async fn subscribe(email: String) -> Result<(), ApiError> {
    use crate::ssr;
    let language = ssr::preferences().lang.into();
    let done = ssr::desk()?.subscribe(&email, language, &ssr::visitor()?.origin).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_email(&email)?;
    }
    done?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/news?sent");
    }
    Ok(())
}

/// «Подтвердить»: by the link of the letter.
#[server(name = ConfirmNewsCall, prefix = "/api", endpoint = "confirm_news")]
pub async fn confirm_news(token: String) -> Result<(), ApiError> {
    use crate::ssr;
    let language = ssr::preferences().lang.into();
    ssr::desk()?.confirm_subscription(&token, language, &ssr::visitor()?.origin).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/news?subscribed");
    }
    Ok(())
}

/// Subscribes one's own e-mail to the news, by a link that is sent to it, or ends that. From a form it leads back.
#[server(name = KeepSubscriptionCall, prefix = "/api", endpoint = "keep_subscription")]
pub async fn keep_subscription(on: bool) -> Result<(), ApiError> {
    use crate::ssr;
    let language = ssr::preferences().lang.into();
    ssr::desk()?.keep_subscription(&ssr::actor()?, on, language).await?;
    if ssr::from_plain_form() {
        leptos_axum::redirect(if on { "/account?news-sent" } else { "/account?news-off" });
    }
    Ok(())
}

#![expect(clippy::too_many_arguments, reason = "a form has as many fields as it has")]

use leptos::prelude::*;

use crate::error::ApiError;

/// «Зарегистрировать»: sends a link to the e-mail. From a form it leads to the page that says so.
#[server(name = SignUpCall, prefix = "/api", endpoint = "sign_up")]
pub async fn sign_up(
    email: String,
    password: String,
    again: String,
    name: String,
    #[server(default)] work: String,
    city: String,
    phone: String,
    #[server(default)] agreed: bool,
    question: String,
    #[server(default)] answer: String,
) -> Result<(), ApiError> {
    use crate::ssr;
    let form = domain::SignUpForm { email, name, work, city, phone, agreed };
    let language = ssr::preferences().lang.into();
    let (again, question, answer) = (again.as_str(), question.as_str(), answer.as_str());
    let terms = crate::i18n::TERMS_VERSION;
    let typed = service::SigningUp { form: &form, password, again, question, answer, terms, language };
    let done = ssr::desk()?.sign_up(typed, &ssr::visitor()?.origin).await;
    if done.is_err() && ssr::from_plain_form() {
        ssr::keep_typed_sign_up(&form)?;
    }
    done?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/register?sent");
    }
    Ok(())
}

/// «Подтвердить»: makes the organisation of whoever has the link, and lets them in.
#[server(name = ConfirmSignUpCall, prefix = "/api", endpoint = "confirm_sign_up")]
pub async fn confirm_sign_up(token: String, #[server(default)] password: String) -> Result<(), ApiError> {
    use crate::ssr;
    let visitor = ssr::visitor()?;
    let signed_in = ssr::desk()?.confirm_sign_up(&token, password, visitor.visit()).await?;
    ssr::let_in(&signed_in)?;
    if ssr::from_plain_form() {
        leptos_axum::redirect("/connect");
    }
    Ok(())
}

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
const YEAR_SECONDS: i64 = 365 * 24 * 3600;

#[server(name = SetLanguageCall, prefix = "/api", endpoint = "set_language")]
pub async fn set_language(language: String) -> Result<(), ApiError> {
    use crate::{i18n::Lang, ssr};
    let lang = Lang::from_code(&language).ok_or(domain::DeskError::Malformed)?;
    ssr::set_cookie("lang", lang.code(), YEAR_SECONDS)
}

#[server(name = SetThemeCall, prefix = "/api", endpoint = "set_theme")]
pub async fn set_theme(theme: String) -> Result<(), ApiError> {
    use crate::ssr;
    let theme = ssr::Theme::from_code(&theme).ok_or(domain::DeskError::Malformed)?;
    ssr::set_cookie("theme", theme.code(), YEAR_SECONDS)
}

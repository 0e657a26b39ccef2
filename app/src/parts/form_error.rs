use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;

use crate::error::ApiError;
use crate::i18n::{Words, use_lang};

/// What a plain form post was refused with: it leads back to its page with the error, without names, in the address.
#[component]
pub fn FormError(#[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    move || {
        let error = query.read().get("__err")?;
        let ApiError(error) = ServerFnUrlError::<ApiError>::decode_err(&error);
        Some(view! { <p class="alert" role="alert" id=id>{lang.error(&error)}</p> })
    }
}

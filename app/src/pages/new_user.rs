use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::users::AddForm;
use crate::parts::{FormError, Head};
use crate::state::use_desk;

/// `/users/new`: the form on a page of its own.
#[component]
pub fn NewUserPage() -> impl IntoView {
    let t = use_desk().lang.texts();
    let navigate = StoredValue::new_local(use_navigate());
    let done = move |()| navigate.with_value(|navigate| navigate("/users", NavigateOptions::default()));
    view! {
        <Head title=t.new_user/>
        <div class="page">
            <FormError/>
            <AddForm on_done=done cancel=move || view! { <a class="button" href="/users">{t.cancel}</a> }.into_any()/>
        </div>
    }
    .into_any()
}

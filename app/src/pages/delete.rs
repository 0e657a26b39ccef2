use domain::IdSet;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::users::delete_title;
use crate::i18n::number;
use crate::parts::{FormError, Head};
use crate::state::use_desk;

/// `/users/delete?ids=3,5-7`: confirms deleting where scripts are off.
#[component]
pub fn DeletePage() -> impl IntoView {
    let lang = use_desk().lang;
    let t = lang.texts();
    let query = use_query_map();
    let ids = query.get_untracked().get_str("ids").and_then(|ids| ids.parse::<IdSet>().ok()).unwrap_or_default();
    let count = ids.len() as u64;
    view! {
        <Head title=delete_title(lang, count)/>
        <div class="page">
            <form class="deed" method="post" action="/api/delete_listed">
                <FormError/>
                <div class="deed-body"><p>{t.delete_text}</p></div>
                <input type="hidden" name="ids" value=ids.to_string()/>
                <footer class="deed-foot">
                    <button class="button danger">{format!("{} ({})", t.delete, number(count))}</button>
                    <a class="button" href="/users">{t.cancel}</a>
                </footer>
            </form>
        </div>
    }
    .into_any()
}

use domain::{DeskError, Frame, IdSet};
use leptos::prelude::*;

use super::Refused;
use crate::i18n::{number, use_lang};
use crate::parts::{Head, Here, Layout};
use crate::users::delete_title;

/// `/users/delete?ids=3,5-7`: confirms deleting where scripts are off.
#[component]
pub fn Delete(frame: Frame, ids: IdSet, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let count = ids.len() as u64;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Users>
            <Head title=delete_title(lang, count)/>
            <div class="page">
                <form class="deed" method="post" action="/api/delete_listed">
                    <div class="deed-body">
                        <Refused error=refused/>
                        <p>{t.delete_text}</p>
                    </div>
                    <input type="hidden" name="ids" value=ids.to_string()/>
                    <footer class="deed-foot">
                        <button class="button danger">{format!("{} ({})", t.delete, number(count))}</button>
                        <a class="button" href="/users">{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

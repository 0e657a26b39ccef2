use domain::{Deletion, DeskError, Frame, IdSet};
use leptos::prelude::*;

use super::{Refused, proof_of};
use crate::i18n::{number, use_lang};
use crate::parts::{Head, Here, Layout, TypedNumber, lead};
use crate::users::delete_title;

/// `/users/delete?ids=3,5-7`: confirms deleting where scripts are off.
#[component]
pub fn Delete(frame: Frame, ids: IdSet, deletion: Deletion, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let Deletion { digest, count, names, holders, holder_names } = deletion;
    let blocked = (holders > 0).then_some(DeskError::MembersHoldLicences { count: holders, names: holder_names });
    let large = blocked.is_none() && frame.organization.is_large(count);
    let proof = proof_of(refused.as_ref());
    let impossible = blocked.is_some() || count == 0;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Users>
            <Head title=delete_title(lang, count)/>
            <div class="page">
                <form class="deed" method="post" action="/api/delete_listed">
                    <div class="deed-body">
                        <Refused error=blocked.or(refused)/>
                        <p>{lead(lang, count, &names)}</p>
                        <p>{t.delete_text}</p>
                        {large.then(|| view! { <TypedNumber count typed=RwSignal::new(false) proof/> })}
                    </div>
                    <input type="hidden" name="ids" value=ids.to_string()/>
                    <input type="hidden" name="digest" value=digest/>
                    <footer class="deed-foot">
                        <button class="button danger" disabled=impossible>{format!("{} ({})", t.delete, number(count))}</button>
                        <a class="button" href="/users">{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

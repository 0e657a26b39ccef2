use domain::{DeskError, Frame, NewMemberForm, PoolId};
use leptos::prelude::*;

use super::Refused;
use crate::i18n::use_lang;
use crate::parts::{Head, Here, Layout};
use crate::users::AddFields;

/// `/users/new`: the form on a page of its own, for where scripts are off, and for whoever is to be bound to a seat of
/// `pool`.
#[component]
pub fn NewUser(frame: Frame, typed: NewMemberForm, pool: Option<PoolId>, refused: Option<DeskError>) -> impl IntoView {
    let t = use_lang().texts();
    let groups = frame.groups.clone();
    let errors = match &refused {
        Some(DeskError::InvalidForm { fields }) => fields.clone(),
        _ => Vec::new(),
    };
    let back = pool.map_or("/users".to_owned(), |pool| format!("/licenses/{pool}"));
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Users>
            <Head title=t.new_user/>
            <div class="page">
                <form class="deed" method="post" action="/api/add_member">
                    <div class="deed-body">
                        <Refused error=refused/>
                        <AddFields groups typed errors=RwSignal::new(errors)/>
                    </div>
                    {pool.map(|pool| view! { <input type="hidden" name="pool" value=pool.to_string()/> })}
                    <footer class="deed-foot">
                        <button class="button primary">{t.add_user}</button>
                        <a class="button" href=back>{t.cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

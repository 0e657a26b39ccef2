use domain::{ApprovalForm, DeskError};
use leptos::prelude::*;

use super::Proof;
use crate::i18n::{AccountWords, use_lang};
use crate::pages::wrong_fields;
use crate::parts::Field;

/// `/admin/approvals`
#[component]
pub fn Approvals(typed: ApprovalForm, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let t = use_lang().accounting();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["issue", "revoke", "proof"]));
    view! {
        <form class="deed" method="post" action="/api/keep_approvals" novalidate=true>
            <div class="deed-body">
                <p class="pale">{t.approvals_lead}</p>
                <Field name="issue" label=t.approve_issue value=typed.issue hint=t.if_any errors/>
                <Field name="revoke" label=t.approve_revoke value=typed.revoke hint=t.if_any errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot"><button class="button primary">{t.save}</button></footer>
        </form>
    }
}

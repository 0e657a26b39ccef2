//! Steps of their own before an account is deleted, or the organisation handed over.

use domain::{AccountRow, DeskError};
use leptos::prelude::*;

use super::Proof;
use crate::i18n::{AccountWords, use_lang};
use crate::pages::{Refused, wrong_fields};
use crate::parts::Field;

fn whole(refused: Option<DeskError>) -> Option<DeskError> {
    refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }))
}

/// `/admin/3/delete`: first a code is sent to whoever deletes, then it is typed.
#[component]
pub fn Remove(row: AccountRow, sent: bool, proof: bool, email: String, refused: Option<DeskError>) -> impl IntoView {
    let t = use_lang().accounting();
    let id = row.account.id;
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["code", "proof"]));
    let account = move || view! { <input type="hidden" name="account" value=id.to_string()/> };
    let who = format!("{}, {}", row.account.name, row.account.email);
    let leave = move || view! { <a class="button" href=format!("/admin/{id}")>{t.keep}</a> };
    if sent {
        view! {
            <form class="deed" method="post" action="/api/remove_account" novalidate=true>
                {account()}
                <div class="deed-body">
                    <Refused error=whole(refused)/>
                    <p><b>{who}</b></p>
                    <p>{t.delete_effect}</p>
                    <p class="pale">{t.code_sent}" "{email}</p>
                    <Field name="code" label=t.code value=String::new() first=true must=true errors/>
                </div>
                <footer class="deed-foot">
                    <button class="button danger">{t.delete}</button>
                    {leave()}
                </footer>
            </form>
            <form method="post" action="/api/send_deletion_code">
                {account()}
                <button class="link">{t.send_code_again}</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <form class="deed" method="post" action="/api/send_deletion_code" novalidate=true>
                {account()}
                <div class="deed-body">
                    <Refused error=whole(refused)/>
                    <p><b>{who}</b></p>
                    <p>{t.delete_effect}</p>
                    <p class="pale">{t.code_goes_to}": "{email}</p>
                    {proof.then(|| view! { <Proof errors/> })}
                </div>
                <footer class="deed-foot">
                    <button class="button primary">{t.send_code}</button>
                    {leave()}
                </footer>
            </form>
        }
        .into_any()
    }
}

/// `/admin/3/hand-over`
#[component]
pub fn HandOver(row: AccountRow, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let t = use_lang().accounting();
    let id = row.account.id;
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["proof"]));
    view! {
        <form class="deed" method="post" action="/api/hand_over" novalidate=true>
            <input type="hidden" name="account" value=id.to_string()/>
            <div class="deed-body">
                <Refused error=whole(refused)/>
                <p><b>{row.account.name}", "{row.account.email}</b></p>
                <p>{t.hand_over_effect}</p>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button danger">{t.hand_over}</button>
                <a class="button" href=format!("/admin/{id}")>{t.keep}</a>
            </footer>
        </form>
    }
}

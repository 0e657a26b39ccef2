//! Steps of their own before a second factor is required of everybody, or somebody's is reset.

use domain::{AccountRow, DeskError};
use leptos::prelude::*;

use super::Proof;
use crate::i18n::{AccountWords, FactorWords, use_lang};
use crate::pages::{Refused, wrong_fields};

/// `/admin/factor`
#[component]
pub fn RequireFactor(required: bool, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.factoring(), lang.accounting());
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let (effect, act) =
        if required { (t.optional_effect, t.make_optional) } else { (t.required_effect, t.make_required) };
    view! {
        <form class="deed" method="post" action="/api/require_factor" novalidate=true>
            <input type="hidden" name="required" value=(!required).to_string()/>
            <div class="deed-body">
                <Refused error=whole/>
                <p>{effect}</p>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{act}</button>
                <a class="button" href="/admin">{a.keep}</a>
            </footer>
        </form>
    }
}

/// `/admin/3/factor`
#[component]
pub fn ResetFactor(row: AccountRow, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.factoring(), lang.accounting());
    let id = row.account.id;
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    view! {
        <form class="deed" method="post" action="/api/reset_factor" novalidate=true>
            <input type="hidden" name="account" value=id.to_string()/>
            <div class="deed-body">
                <Refused error=whole/>
                <p><b>{row.account.name}", "{row.account.email}</b></p>
                <p>{t.connected_now}" "<b>{lang.factors(row.app, row.passkeys)}</b>"."</p>
                <p>{t.reset_effect}</p>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button danger">{t.reset}</button>
                <a class="button" href=format!("/admin/{id}")>{a.keep}</a>
            </footer>
        </form>
    }
}

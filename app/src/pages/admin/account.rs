use domain::{AccountForm, AccountId, AccountRow, AccountState, DeskError, FieldError, Level, Role};
use leptos::prelude::*;
use service::AccountList;

use super::{Proof, choosable, level_name};
use crate::i18n::{AccountWords, FactorWords, use_lang};
use crate::pages::{Refused, wrong_fields};
use crate::parts::{Field, FieldProblemText};

const FIELDS: [&str; 5] = ["name", "email", "phone", "level", "proof"];

/// Wrong fields are said beside them; what is wrong as a whole, above.
fn whole(refused: Option<DeskError>) -> Option<DeskError> {
    refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }))
}

#[component]
fn LevelField(list: AccountList, chosen: Option<Level>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let options = choosable(&list, chosen).into_iter().map(|level| {
        let name = level_name(lang, Some(level), &list);
        view! { <option value=level.to_string() selected=chosen == Some(level)>{name}</option> }
    });
    let wrong = errors.with_untracked(|errors| errors.iter().any(|error| error.field == "level"));
    view! {
        <div class="field">
            <label for="level">{t.level}</label>
            <span class="select">
                <select id="level" name="level" aria-invalid=wrong.then_some("true") aria-describedby=wrong.then_some("level-error")>
                    {options.collect_view()}
                </select>
            </span>
            <FieldProblemText name="level" errors/>
        </div>
    }
}

/// `/admin/new`
#[component]
pub fn NewAccount(list: AccountList, typed: AccountForm, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &FIELDS));
    let level = Level::parse(&typed.level).or(Some(Level::Role(Role::User)));
    view! {
        <form class="deed wide" method="post" action="/api/invite_account" novalidate=true>
            <div class="deed-body">
                <p class="pale">{t.add_hint}</p>
                <Refused error=whole(refused)/>
                <fieldset class="fields">
                    <legend class="sr">{t.account}</legend>
                    <Field name="name" label=t.name value=typed.name first=true must=true errors/>
                    <LevelField list chosen=level errors/>
                    <Field name="email" label=t.email value=typed.email kind="email" must=true errors/>
                    <Field name="phone" label=t.phone value=typed.phone kind="tel" must=true errors/>
                    {proof.then(|| view! { <Proof errors/> })}
                </fieldset>
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.invite}</button>
                <a class="button" href="/admin">{lang.texts().cancel}</a>
            </footer>
        </form>
        <a class="link" href="/admin/levels">{t.matrix}</a>
    }
}

/// `/admin/3`
#[component]
pub fn OneAccount(
    list: AccountList,
    row: AccountRow,
    typed: AccountForm,
    proof: bool,
    own: AccountId,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let id = row.account.id;
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &FIELDS));
    let is_own = id == own;
    let owner = list.rows.iter().any(|row| row.account.id == own && row.is_owner());
    let rights = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok()).map(|actor| actor.rights());
    let within = rights.is_some_and(|rights| row.rights.within(rights));
    let fixed = if row.is_owner() && !is_own { Some(t.owner_fixed) } else { (!within).then_some(t.beyond) };
    let level = Level::parse(&typed.level).or(row.level);
    let level_field = if is_own {
        let code = row.level.map(|level| level.to_string()).unwrap_or_default();
        view! {
            <div class="field">
                <span class="field-label">{t.level}</span>
                <p>{level_name(lang, row.level, &list)}</p>
                <p class="pale">{t.own_level_fixed}</p>
                <input type="hidden" name="level" value=code/>
                <FieldProblemText name="level" errors/>
            </div>
        }
        .into_any()
    } else {
        view! { <LevelField list=list.clone() chosen=level errors/> }.into_any()
    };
    let account = move || view! { <input type="hidden" name="account" value=id.to_string()/> };
    let form = match fixed {
        Some(why) => view! {
            <p class="note" role="note"><span>{why}</span></p>
            <dl class="facts">
                <div><dt>{t.email}</dt><dd>{row.account.email.clone()}</dd></div>
                <div><dt>{t.level}</dt><dd>{level_name(lang, row.level, &list)}</dd></div>
            </dl>
        }
        .into_any(),
        None => view! {
            <form class="deed wide" method="post" action="/api/change_account" novalidate=true>
                {account()}
                <div class="deed-body">
                    <fieldset class="fields">
                        <legend class="sr">{t.account}</legend>
                        <Field name="name" label=t.name value=typed.name must=true errors/>
                        {level_field}
                        <Field name="email" label=t.email value=typed.email kind="email" must=true errors/>
                        <Field name="phone" label=t.phone value=typed.phone kind="tel" hint=t.if_any errors/>
                        {proof.then(|| view! { <Proof errors/> })}
                    </fieldset>
                </div>
                <footer class="deed-foot">
                    <button class="button primary">{t.save}</button>
                    <a class="button" href="/admin">{t.to_list}</a>
                </footer>
            </form>
        }
        .into_any(),
    };
    let post = move |action: &'static str, text: &'static str| {
        view! { <form method="post" action=action>{account()}<button class="button">{text}</button></form> }
    };
    let acts = (fixed.is_none()).then(|| {
        let invited = row.state == AccountState::Invited;
        view! {
            <div class="row-acts">
                {invited.then(|| post("/api/invite_again", t.invite_again))}
                {invited.then(|| post("/api/withdraw_invitation", t.withdraw))}
                {(!invited).then(|| post("/api/send_recovery", t.send_recovery))}
                {(row.has_factor() && !is_own).then(|| view! {
                    <a class="button" href=format!("/admin/{id}/factor")>{lang.factoring().reset}</a>
                })}
                {(owner && !is_own && !invited).then(|| view! {
                    <a class="button" href=format!("/admin/{id}/hand-over")>{t.hand_over}</a>
                })}
                {(!is_own && !invited && !row.is_owner()).then(|| view! {
                    <a class="button danger" href=format!("/admin/{id}/delete")>{t.delete}</a>
                })}
            </div>
        }
    });
    view! { <Refused error=whole(refused)/>{form}{acts} }
}

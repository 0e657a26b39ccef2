use domain::{DeskError, FieldError, Frame, Kind, TaskConfirmation, TaskPreview, TaskStep};
use leptos::prelude::*;

use super::list_mark;
use crate::i18n::{TaskWords, Words, number, use_lang};
use crate::pages::{Refused, proof_of, sends};
use crate::parts::{Head, Here, Layout, LeftOutList, TypedNumber, lead};

/// `/operations/12` of a step that still waits: its confirmation, a plain form. `typed` is what a refused one held.
#[component]
pub fn ConfirmSteps(
    frame: Frame,
    preview: TaskPreview,
    typed: TaskConfirmation,
    from: String,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let mark = list_mark(&frame, preview.operation);
    let Some(step) = preview.kind.task_step() else { return ().into_any() };
    let nobody = preview.accepted == 0;
    let one = preview.accepted == 1;
    let large = step.takes_away() && frame.organization.is_large(preview.accepted);
    let proof = proof_of(refused.as_ref());
    let class = if step.takes_away() { "button danger" } else { "button primary" };
    let press = match one {
        true => lang.step(step, None, true).to_owned(),
        false => format!("{} ({})", lang.step(step, None, false), number(preview.accepted)),
    };
    let errors = match &refused {
        Some(DeskError::InvalidForm { fields }) => fields.clone(),
        _ => Vec::new(),
    };
    let field = match preview.kind {
        Kind::TaskReject => Some(view! {
            <Typed name="reason" label=k.reason hint=k.reason_hint value=typed.reason most="300" errors/>
        }),
        Kind::TaskIssue => Some(view! {
            <Typed name="until" label=k.until_label hint=k.until_hint value=typed.until most="10" errors/>
        }),
        _ => None,
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Tasks>
            <Head title=lang.kind(preview.kind)/>
            <div class="page">
                <form class="deed" method="post" action="/api/confirm_steps" data-steps=mark>
                    <input type="hidden" name="operation" value=preview.operation.to_string()/>
                    <input type="hidden" name="from" value=from/>
                    <input type="hidden" name="digest" value=preview.digest.clone()/>
                    <header class="deed-head">
                        <p id="deed-lead">{lead(lang, preview.accepted, &preview.names)}</p>
                        <p>{lang.step_text(step)}</p>
                        {(step == TaskStep::Invite).then(|| view! { <p>{if sends(domain::Channel::Mail) { k.by_mail } else { k.by_hand_links }}</p> })}
                    </header>
                    <div class="deed-body">
                        <Refused error=refused/>
                        {nobody.then(|| view! { <p class="alert" role="alert">{k.nobody}</p> })}
                        {(!nobody).then_some(field)}
                        <LeftOutList deed=domain::Deed::Revoke left_out=preview.left_out.clone()/>
                        {large.then(|| view! { <TypedNumber count=preview.accepted typed=RwSignal::new(false) proof/> })}
                        {(!nobody).then(|| view! { <p class="pale">{if step == TaskStep::Invite { k.invite_undone } else { k.not_undone }}</p> })}
                    </div>
                    <footer class="deed-foot">
                        <button class=class disabled=nobody>{press}</button>
                        <button class="button" formaction="/api/cancel" formnovalidate=true>{t.cancel}</button>
                    </footer>
                </form>
            </div>
        </Layout>
    }
    .into_any()
}

/// A required field with its hint, and beside it what is wrong.
#[component]
fn Typed(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    most: &'static str,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let lang = use_lang();
    let problem = errors.iter().find(|error| error.field == name).map(|error| lang.wrong(error));
    let wrong = problem.is_some();
    let described = if wrong { format!("{name}-error {name}-hint") } else { format!("{name}-hint") };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                value=value
                maxlength=most
                required=true
                autocomplete="off"
                autofocus=true
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            />
            {problem.map(|text| view! { <p class="field-error" id=format!("{name}-error")>{text}</p> })}
            <p class="field-hint" id=format!("{name}-hint")>{hint}</p>
        </div>
    }
}

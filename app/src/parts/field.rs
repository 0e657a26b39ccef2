use domain::FieldError;
use leptos::prelude::*;

use crate::i18n::{Words, use_lang};

/// What is wrong with the fields of a form.
pub type FieldErrors = RwSignal<Vec<FieldError>>;

/// A labelled text field with its error beside it.
#[component]
pub fn Field(
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] whole: bool,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    errors: FieldErrors,
) -> impl IntoView {
    let lang = use_lang();
    let problem =
        move || errors.read().iter().find(|error| error.field == name).map(|error| lang.field(&error.problem));
    let described = move || problem().map(|_| format!("{name}-error"));
    view! {
        <div class=if whole { "field whole" } else { "field" }>
            <label for=name>{label}{(!hint.is_empty()).then(|| view! { " "<span class="pale">{hint}</span> })}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                maxlength="254"
                autocomplete="off"
                required=!optional
                autofocus=autofocus
                aria-invalid=move || problem().map(|_| "true")
                aria-describedby=described
            />
            {move || problem().map(|text| view! { <p class="field-error" id=format!("{name}-error")>{text}</p> })}
        </div>
    }
}

use domain::FieldError;
use leptos::prelude::*;

use crate::i18n::{Words, use_lang};

/// A labelled text field with its error beside it; one with a hint may be left empty.
#[component]
pub fn Field(
    name: &'static str,
    label: &'static str,
    value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] whole: bool,
    /// Where the form begins, if nothing is wrong with it.
    #[prop(optional)]
    first: bool,
    #[prop(optional)] hint: &'static str,
    /// What browsers may fill it with.
    #[prop(default = "off")]
    complete: &'static str,
    /// Whether it is marked as one that has to be filled in.
    #[prop(optional)]
    must: bool,
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let focus = errors.with_untracked(|errors| errors.first().map_or(first, |error| error.field == name));
    let problem = move || errors.read().iter().any(|error| error.field == name).then_some(());
    view! {
        <div class=if whole { "field whole" } else { "field" }>
            <label for=name>{label}{must.then(|| view! { <span class="must" aria-hidden="true">"*"</span> })}{(!hint.is_empty()).then(|| view! { " "<span class="pale">{hint}</span> })}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=value
                maxlength="254"
                autocomplete=complete
                required=hint.is_empty()
                autofocus=focus
                aria-invalid=move || problem().map(|_| "true")
                aria-describedby=move || problem().map(|_| format!("{name}-error"))
            />
            <FieldProblemText name errors/>
        </div>
    }
}

/// What is wrong with a field, beside it.
#[component]
pub fn FieldProblemText(name: &'static str, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        let errors = errors.read();
        let text = errors.iter().find(|error| error.field == name).map(|error| lang.wrong(error));
        text.map(|text| view! { <p class="field-error" id=format!("{name}-error")>{text}</p> })
    }
}

use domain::{DeskError, Employment, FieldError, Group, GroupId, NewMemberForm};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, use_lang};
use crate::parts::{Dialog, Field, FieldProblemText};
use crate::state::{Message, act, use_desk};

/// «Добавить пользователя» over the table. Errors stand beside the fields; what was typed stays.
#[component]
pub fn AddDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    view! { <Dialog open what=Open::Add><Content open/></Dialog> }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let fail = move |wrong: Vec<FieldError>| {
        let first = wrong.first().map(|error| error.field.clone());
        let _ = errors.try_set(wrong);
        let target = first.and_then(|field| document().get_element_by_id(&field));
        if let Some(field) = target.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    };
    let send = move |form: NewMemberForm| {
        let work = async move {
            let name = [form.surname.trim(), form.first.trim()].join(" ");
            let NewMemberForm { surname, first, patronymic, email, employment, groups } = form;
            match api::add_member(surname, first, patronymic, email, employment, groups, None).await {
                Ok(_) => {
                    // Another dialog may be open by now.
                    if errors.try_set(Vec::new()).is_none() {
                        open.set(None);
                    }
                    state.settled(Message::note(match lang {
                        Lang::Ru => format!("Пользователь добавлен: {name}"),
                        Lang::En => format!("User added: {name}"),
                    }));
                }
                Err(ApiError(DeskError::InvalidForm { fields })) => fail(fields),
                Err(ApiError(error)) => drop(refused.try_set(Some(lang.error(&error)))),
            }
        };
        act(busy, Box::pin(work));
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        refused.set(None);
        let Some(form) = read_form(&event) else { return };
        match form.check() {
            Ok(_) => {
                errors.set(Vec::new());
                send(form);
            }
            Err(wrong) => fail(wrong),
        }
    };
    let groups = state.frame.with_untracked(|frame| frame.groups.clone());
    view! {
        <form class="deed" novalidate=true on:submit=submit>
            <header class="deed-head"><h2 id="deed-title">{t.new_user}</h2></header>
            <div class="deed-body">
                <div role="alert">{move || refused.get().map(|text| view! { <p class="alert">{text}</p> })}</div>
                <AddFields groups errors/>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button class="button primary" aria-busy=move || busy.get().then_some("true")>{t.add_user}</button>
            </footer>
        </form>
    }
}

/// The fields, in the dialog and on the page of its own.
#[component]
pub fn AddFields(
    groups: Vec<Group>,
    #[prop(optional)] typed: NewMemberForm,
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let boxes = (!groups.is_empty()).then(|| {
        let boxes = groups.into_iter().map(|group| {
            let ticked = typed.groups.contains(&group.id);
            view! { <label><input type="checkbox" name="groups[]" value=group.id.to_string() checked=ticked/>{group.name}</label> }
        });
        view! {
            <fieldset class="field whole" id="groups" tabindex="-1" aria-describedby="groups-error">
                <legend>{t.groups}</legend>
                <div class="checks">{boxes.collect_view()}</div>
                <FieldProblemText name="groups" errors/>
            </fieldset>
        }
    });
    let employments = Employment::ALL.map(|employment| {
        let chosen = typed.employment == employment.code();
        view! { <option value=employment.code() selected=chosen>{lang.employment(employment)}</option> }
    });
    view! {
        <div class="fields">
            <Field name="surname" label=t.surname value=typed.surname whole=true first=true errors/>
            <Field name="first" label=t.first_name value=typed.first errors/>
            <Field name="patronymic" label=t.patronymic value=typed.patronymic hint=t.if_any errors/>
            <Field name="email" label=t.email value=typed.email kind="email" errors/>
            <div class="field">
                <label for="employment">{t.col_employment}</label>
                <span class="select">
                    <select id="employment" name="employment" required=true aria-describedby="employment-error">
                        {employments.into_iter().collect_view()}
                    </select>
                </span>
                <FieldProblemText name="employment" errors/>
            </div>
            {boxes}
        </div>
    }
}

/// What the form holds, read from its elements: nothing typed is ever overwritten by the app.
fn read_form(event: &SubmitEvent) -> Option<NewMemberForm> {
    let form = event.target()?.dyn_into::<web_sys::HtmlFormElement>().ok()?;
    let text = |name: &str| {
        let element = form.query_selector(&format!("[name='{name}']")).ok().flatten()?;
        match element.dyn_ref::<web_sys::HtmlInputElement>() {
            Some(input) => Some(input.value()),
            None => element.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value),
        }
    };
    let boxes = form.query_selector_all("[name='groups[]']:checked").ok()?;
    let groups = (0..boxes.length())
        .filter_map(|place| boxes.item(place)?.dyn_into::<web_sys::HtmlInputElement>().ok()?.value().parse().ok())
        .map(GroupId)
        .collect();
    Some(NewMemberForm {
        surname: text("surname")?,
        first: text("first")?,
        patronymic: text("patronymic")?,
        email: text("email")?,
        employment: text("employment")?,
        groups,
    })
}

use domain::{DeskError, Employment, FieldError, GroupId, NewMemberForm};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, use_lang};
use crate::parts::{Dialog, Field};
use crate::state::{Message, use_desk};

/// «Добавить пользователя» over the table.
#[component]
pub fn AddDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    let is_open = Memo::new(move |_| open.get() == Some(Open::Add));
    let close = move || {
        if open.get_untracked() == Some(Open::Add) {
            open.set(None);
        }
    };
    view! {
        <Dialog open=is_open on_close=move |()| close()>
            <AddForm
                title=true
                on_done=move |()| open.set(None)
                cancel=move || view! {
                    <button class="button" type="button" on:click=move |_| open.set(None)>{use_lang().texts().cancel}</button>
                }.into_any()
            />
        </Dialog>
    }
}

/// The form, in the dialog and on its own page. Errors stand beside the fields; what was typed stays.
#[component]
pub fn AddForm(
    #[prop(optional)] title: bool,
    #[prop(into)] on_done: Callback<()>,
    #[prop(into)] cancel: ViewFn,
) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let refused = RwSignal::new(None::<String>);
    let fail = move |wrong: Vec<FieldError>| {
        let first = wrong.first().map(|error| error.field.clone());
        errors.set(wrong);
        let target = first.and_then(|field| document().get_element_by_id(&field));
        if let Some(field) = target.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    };
    let send = Action::new(move |form: &NewMemberForm| {
        let form = form.clone();
        async move {
            let name = [form.surname.trim(), form.first.trim()].join(" ");
            let NewMemberForm { surname, first, patronymic, email, employment, groups } = form;
            match api::add_member(surname, first, patronymic, email, employment, groups).await {
                Ok(_) => {
                    let text = match lang {
                        Lang::Ru => format!("Пользователь добавлен: {name}"),
                        Lang::En => format!("User added: {name}"),
                    };
                    state.settled(Message::note(text));
                    on_done.run(());
                }
                Err(ApiError(DeskError::InvalidForm { fields })) => fail(fields),
                Err(ApiError(error)) => refused.set(Some(lang.error(&error))),
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if send.pending().get_untracked() {
            return;
        }
        refused.set(None);
        let Some(form) = read_form(&event) else { return };
        match form.check() {
            Ok(_) => {
                errors.set(Vec::new());
                send.dispatch(form);
            }
            Err(wrong) => fail(wrong),
        }
    };
    let groups = move || {
        let groups = state.frame_now().map(|frame| frame.groups).unwrap_or_default();
        (!groups.is_empty()).then(|| {
            let boxes = groups.into_iter().map(|group| {
                view! {
                    <label><input type="checkbox" name="groups[]" value=group.id.to_string()/>{group.name}</label>
                }
            });
            view! {
                <fieldset class="field whole">
                    <legend>{t.groups}</legend>
                    <div class="checks">{boxes.collect_view()}</div>
                </fieldset>
            }
        })
    };
    let employment_problem =
        move || errors.read().iter().find(|error| error.field == "employment").map(|error| lang.field(&error.problem));
    let employments = Employment::ALL.map(|employment| {
        view! { <option value=employment.code()>{lang.employment(employment)}</option> }
    });
    let cancel = cancel.run();
    view! {
        <form class="deed" method="post" action="/api/add_member" novalidate=move || true on:submit=submit>
            {title.then(|| view! { <header class="deed-head"><h2 id="deed-title">{t.new_user}</h2></header> })}
            <div class="deed-body">
                <div role="alert">{move || refused.get().map(|text| view! { <p class="alert">{text}</p> })}</div>
                <div class="fields">
                    <Field name="surname" label=t.surname whole=true autofocus=true errors/>
                    <Field name="first" label=t.first_name errors/>
                    <Field name="patronymic" label=t.patronymic hint=t.if_any optional=true errors/>
                    <Field name="email" label=t.email kind="email" errors/>
                    <div class="field" aria-invalid=move || employment_problem().map(|_| "true")>
                        <label for="employment">{t.col_employment}</label>
                        <span class="select">
                            <select id="employment" name="employment" required=true aria-describedby=move || employment_problem().map(|_| "employment-error")>
                                {employments.into_iter().collect_view()}
                            </select>
                        </span>
                        {move || employment_problem().map(|text| view! { <p class="field-error" id="employment-error">{text}</p> })}
                    </div>
                    <Transition>{groups}</Transition>
                </div>
            </div>
            <footer class="deed-foot">
                {cancel}
                <button class="button primary" aria-busy=move || send.pending().get().then_some("true")>{t.add_user}</button>
            </footer>
        </form>
    }
    .into_any()
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

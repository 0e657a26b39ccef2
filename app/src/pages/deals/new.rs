//! A new application.

use domain::{ApplicationForm, DeskError, Extension, FieldError, OwnerForm, OwnerRole, Promotion, Purpose};
use leptos::prelude::*;
use service::{ExtensionState, Offered, Waiting};

use super::{extensions_note, form_address};
use crate::i18n::{DealWords, Lang, Words, use_lang};
use crate::mail::escaped;
use crate::pages::{Refused, wrong_fields};

/// Rows of owners that an empty form has.
const ROWS: usize = 3;

/// `/applications/new`: what can be asked for.
#[component]
pub(super) fn Choose(offered: Offered, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let none = match (offered.partners.is_empty(), offered.extensions.is_empty()) {
        (true, _) => Some((d.no_partner, d.no_partner_hint)),
        (_, true) => Some((d.nothing_offered, d.nothing_offered_hint)),
        _ => None,
    };
    let in_vain = |waiting: &Waiting| {
        let there = super::application_address(waiting.id);
        view! { <p class="note"><span>{d.in_vain}</span><a class="link" href=there>{d.application}" "{waiting.id.number()}</a></p> }
    };
    let in_vain = offered.waiting.iter().filter(|waiting| waiting.in_vain).map(in_vain).collect_view();
    if let Some((title, hint)) = none {
        return view! { <div class="page">{in_vain}<div class="empty"><h2>{title}</h2><p>{hint}</p></div></div> }
            .into_any();
    }
    let item = |state: ExtensionState| {
        let note = extensions_note(lang, &state);
        let size = state.connected.as_ref().map(|known| known.size.clone());
        let larger = !state.extension.sizes_above(size.as_deref()).is_empty();
        let (purpose, text) = match size {
            None => (Purpose::Connect, d.connect_it),
            Some(_) => (Purpose::Grow, d.grow_it),
        };
        let size = size.map(|code| format!(", {}", state.extension.size_title(&code)));
        let waits = offered.waiting.iter().find(|waiting| waiting.extension == state.extension.code);
        let act = match larger {
            _ if let Some(Waiting { id, in_vain, .. }) = waits => {
                let there = super::application_address(*id);
                let text = if *in_vain { d.application } else { d.waiting };
                view! { <a class="link" href=there>{text}": "{id.number()}</a> }.into_any()
            }
            true => {
                let label = format!("{text}: {}", state.extension.title);
                let there = form_address(&state.extension.code, purpose);
                view! { <a class="button primary" href=there aria-label=label>{text}</a> }.into_any()
            }
            false => view! { <span class="pale">{d.largest}</span> }.into_any(),
        };
        view! { <li><span>{state.extension.title.clone()}<br/><span class="pale">{note}{size}</span></span>{act}</li> }
    };
    view! {
        <div class="page">
            <Refused error=refused/>
            {in_vain}
            <section>
                <h2>{d.extensions}</h2>
                <ul class="trials" aria-label=d.extensions>{offered.extensions.iter().cloned().map(item).collect_view()}</ul>
            </section>
        </div>
    }
    .into_any()
}

/// The form: works without scripts; one more row of owners is asked for by its button.
#[component]
pub(super) fn New(offered: Offered, typed: ApplicationForm, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, d) = (lang.texts(), lang.dealing());
    let Some(state) = offered.extensions.iter().find(|state| state.extension.code == typed.extension).cloned() else {
        return view! { <Choose offered refused/> }.into_any();
    };
    let ExtensionState { extension, connected } = state;
    let mut rows = typed.owners.clone();
    rows.resize(rows.len().max(ROWS), OwnerForm::default());
    let mut order = vec!["partner".to_owned(), "size".to_owned(), "owners".to_owned()];
    for place in 1..=rows.len() {
        order.extend(["name", "email", "roles"].map(|part| format!("owner-{place}-{part}")));
    }
    order.extend(["promotion", "comment"].map(str::to_owned));
    let errors = wrong_fields(refused.as_ref(), &order);
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let problem = |field: &str| said(lang, &errors, field);
    let first = errors.first().map(|error| error.field.clone());
    let grows = typed.purpose == Purpose::Grow;
    let former = connected.as_ref().map(|known| known.size.as_str());
    let sizes = extension.sizes_above(former);
    let chosen = sizes.iter().position(|size| size.code == typed.size).unwrap_or_default();
    let size = |(place, size): (usize, &domain::ExtensionSize)| {
        view! {
            <label class="check">
                <input type="radio" name="size" value=size.code.clone() checked=place == chosen/>
                {size.title.clone()}
            </label>
        }
    };
    let sizes = sizes.iter().enumerate().map(size).collect_view();
    let partner = match offered.partners.as_slice() {
        [(id, name)] => view! {
            <input type="hidden" name="partner" value=id.to_string()/>
            <p>{d.partner}": "<b>{name.clone()}</b></p>
        }
        .into_any(),
        partners => {
            let option = |(id, name): &(domain::OrganizationId, String)| {
                view! { <option value=id.to_string() selected=typed.partner == Some(*id)>{name.clone()}</option> }
            };
            let wrong = problem("partner");
            view! {
                <div class="field">
                    <label for="partner">{d.partner}</label>
                    <span class="select"><select id="partner" name="partner" aria-invalid=wrong.is_some().then_some("true") aria-describedby=wrong.is_some().then_some("partner-error")>
                        <option value="">{d.choose_partner}</option>
                        {partners.iter().map(option).collect_view()}
                    </select></span>
                    {wrong}
                </div>
            }
            .into_any()
        }
    };
    let option = if grows {
        view! { <input type="hidden" name="on" value="true"/> }.into_any()
    } else {
        view! {
            <label class="check">
                <input type="checkbox" name="on" value="true" checked=typed.on/>
                {extension.title.clone()}": "{d.on}
            </label>
        }
        .into_any()
    };
    let owners = rows.into_iter().zip(1..).map(|(owner, place)| {
        let fields = OwnerFields { owner, place, roles: extension.roles.clone(), errors: errors.clone() };
        view! { <OwnerRow fields focus=first.clone()/> }
    });
    let owners = owners.collect_view();
    let promotions = promotions(lang, &offered.promotions, &extension, &typed.promotion);
    let comment_wrong = problem("comment");
    let described = if comment_wrong.is_some() { "comment-error" } else { "comment-hint" };
    view! {
        <div class="page">
            <form class="deed wide" method="post" action="/api/send_application" novalidate=true>
                <input type="hidden" name="extension" value=extension.code.clone()/>
                <input type="hidden" name="purpose" value=typed.purpose.code()/>
                // What Enter presses: the application is sent, and no row added.
                <button class="pressed-first" tabindex="-1" aria-hidden="true"></button>
                <div class="deed-body">
                    <Refused error=whole/>
                    <p><b>{lang.application_title(typed.purpose, &extension.title)}</b></p>
                    {partner}
                    <fieldset class="rights">
                        <legend>{d.size}</legend>
                        {option}
                        {sizes}
                        {problem("size")}
                    </fieldset>
                    <fieldset class="rights owners-form" id="owners">
                        <legend>{d.owners}</legend>
                        <p class="pale">{d.owners_hint}</p>
                        {problem("owners")}
                        {owners}
                        <button class="button" name="more" value="true">{d.one_more}</button>
                    </fieldset>
                    {promotions}
                    {problem("promotion")}
                    <div class="field">
                        <label for="comment">{d.comment}" "<span class="pale" id="comment-hint">{d.comment_hint}</span></label>
                        <textarea
                            class="input typed"
                            id="comment"
                            name="comment"
                            rows="4"
                            aria-describedby=described
                            aria-invalid=comment_wrong.is_some().then_some("true")
                            inner_html=escaped(&typed.comment)
                        ></textarea>
                        {comment_wrong}
                    </div>
                </div>
                <footer class="deed-foot">
                    <button class="button primary">{d.send}</button>
                    <a class="button" href="/applications">{t.cancel}</a>
                </footer>
            </form>
        </div>
    }
    .into_any()
}

/// What is wrong with a field, beside it.
fn said(lang: Lang, errors: &[FieldError], field: &str) -> Option<AnyView> {
    let error = errors.iter().find(|error| error.field == field)?;
    let id = format!("{field}-error");
    Some(view! { <p class="field-error" id=id>{lang.wrong(error)}</p> }.into_any())
}

/// Those that run; one that does not apply says so before it is chosen.
fn promotions(lang: Lang, promotions: &[Promotion], extension: &Extension, typed: &str) -> Option<AnyView> {
    let d = lang.dealing();
    let option = |promotion: &Promotion| {
        let excluded = extension.excluded.contains(&promotion.code).then(|| format!(" — {}", d.excluded));
        let text = format!("«{}»{}", promotion.title, excluded.unwrap_or_default());
        view! { <option value=promotion.code.clone() selected=promotion.code == typed>{text}</option> }
    };
    (!promotions.is_empty()).then(|| {
        view! {
            <div class="field">
                <label for="promotion">{d.promotion}</label>
                <span class="select"><select id="promotion" name="promotion">
                    <option value="">{d.no_promotion}</option>
                    {promotions.iter().map(option).collect_view()}
                </select></span>
            </div>
        }
        .into_any()
    })
}

/// A row of the form.
#[derive(Clone)]
struct OwnerFields {
    owner: OwnerForm,
    /// From 1.
    place: usize,
    roles: Vec<OwnerRole>,
    errors: Vec<FieldError>,
}

#[component]
fn OwnerRow(fields: OwnerFields, focus: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let OwnerFields { owner, place, roles, errors } = fields;
    let name = move |part: &str| format!("owner-{place}-{part}");
    let wrong = |part: &str| errors.iter().any(|error| error.field == name(part));
    let role = |role: OwnerRole| {
        view! {
            <label class="check">
                <input type="checkbox" name="roles[]" value=format!("{place}:{}", role.code) checked=owner.roles.contains(&role.code)/>
                {role.title}
            </label>
        }
    };
    let field = |part: &'static str, array: &'static str, label: &'static str, hint: &'static str, value: String| {
        let (id, bad) = (name(part), wrong(part));
        let described = bad.then(|| format!("{id}-error"));
        view! {
            <div class="field">
                <label for=id.clone()>{label}{(!hint.is_empty()).then(|| view! { " "<span class="pale">{hint}</span> })}</label>
                <input
                    class="input"
                    id=id.clone()
                    name=array
                    value=value
                    maxlength="254"
                    autocomplete="off"
                    autofocus=focus.as_ref() == Some(&id)
                    aria-invalid=bad.then_some("true")
                    aria-describedby=described
                />
                {said(lang, &errors, &id)}
            </div>
        }
    };
    view! {
        <div class="owner-row" role="group" aria-label=format!("{} {place}", d.owner)>
            {field("name", "name[]", d.owner_name, "", owner.name.clone())}
            {field("email", "email[]", "E-mail", d.email_optional, owner.email.clone())}
            <div class="owner-roles" role="group" aria-label=format!("{}, {} {place}", d.roles, d.owner)>
                {roles.into_iter().map(role).collect_view()}
            </div>
            {said(lang, &errors, &name("roles"))}
        </div>
    }
}

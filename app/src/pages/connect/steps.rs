//! The four steps.

use domain::{
    AddressFault, CONNECT_STEPS, DeskError, FieldError, FieldProblem, LineError, MemberRow, Responsible as Who,
    ResponsibleForm, ServiceAddress, ServiceForm, people_of,
};
use leptos::prelude::*;
use service::Connecting;

use super::{Choosing, Whence, address_of};
use crate::i18n::{ConnectWords, Words, number, use_lang};
use crate::mail::escaped;
use crate::pages::admin::Proof;
use crate::parts::{Field, FieldProblemText};

/// Lines of a list that are named at once.
const MOST_LINES: usize = 20;

/// Where one is on the way, and the way back.
#[component]
pub fn Steps(step: u8) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let names = [t.step_name, t.step_responsible, t.step_people, t.step_summary];
    let one = |(place, name): (u8, &'static str)| {
        let content = if place < step {
            view! { <a href=format!("/connect?step={place}")>{name}</a> }.into_any()
        } else {
            view! { <span>{name}</span> }.into_any()
        };
        view! { <li aria-current=(place == step).then_some("step") data-done=(place < step).then_some("")>{content}</li> }
    };
    view! {
        <nav class="steps" aria-label=t.steps>
            <p>{lang.step_of(step)}</p>
            <ol>{(1..=CONNECT_STEPS).zip(names).map(one).collect_view()}</ol>
        </nav>
    }
}

/// The field of an address: what is wrong with it to the letter, and one that is free.
#[component]
pub fn AddressField(typed: String, free: Option<String>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let (problem, first) = errors.with_untracked(|errors| {
        let problem = errors.iter().find(|error| error.field == "address").map(|error| error.problem.clone());
        (problem, errors.first().is_some_and(|error| error.field == "address"))
    });
    let wrong = problem.is_some();
    let text = problem.map(|problem| match (problem, ServiceAddress::parse(&typed).err()) {
        (FieldProblem::Taken, _) => t.taken.to_owned(),
        (_, Some(fault)) => lang.address_fault(fault),
        (problem, None) => lang.wrong(&FieldError { field: "address".into(), problem }),
    });
    let free = free.filter(|free| wrong && *free != typed);
    let described = if wrong { "address-error address-hint" } else { "address-hint" };
    view! {
        <div class="field">
            <label for="address">{t.address}</label>
            <input
                class="input"
                id="address"
                name="address"
                value=typed
                maxlength="254"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                required=true
                autofocus=first
                aria-invalid=wrong.then_some("true")
                aria-describedby=described
            />
            {text.map(|text| view! {
                <p class="field-error" id="address-error">
                    {text}
                    {free.map(|free| view! { ". "{t.free}" "<b>{free}</b> })}
                </p>
            })}
            <p class="pale" id="address-hint">{t.address_hint}</p>
        </div>
    }
}

#[component]
pub fn Name(typed: ServiceForm, free: Option<String>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let t = use_lang().connecting();
    view! {
        <form class="deed" method="post" action="/api/connect_name" novalidate=true>
            <div class="deed-body">
                <p>{t.name_lead}</p>
                <Field name="name" label=t.name value=typed.name first=true complete="organization" errors/>
                <AddressField typed=typed.address free errors/>
            </div>
            <footer class="deed-foot"><button class="button primary">{t.next}</button></footer>
        </form>
    }
}

#[component]
fn Found(query: String, found: Option<(Vec<MemberRow>, bool)>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let row = |row: MemberRow| {
        let name = [row.name.surname.as_str(), row.name.first.as_str(), row.name.patronymic.as_str()].join(" ");
        let label = format!("{}: {name}", t.choose);
        view! {
            <li>
                <span><b>{name.clone()}</b>" "<span class="pale">{row.email}</span></span>
                <a class="button" href=format!("/connect?step=2&who=member&member={}", row.id) aria-label=label>{t.choose}</a>
            </li>
        }
    };
    let found = found.map(|(rows, more)| {
        if rows.is_empty() {
            return view! { <p role="status">{t.nobody}</p> }.into_any();
        }
        view! {
            <ul class="found">{rows.into_iter().map(row).collect_view()}</ul>
            {more.then(|| view! { <p class="pale">{t.more}</p> })}
        }
        .into_any()
    });
    view! {
        <form class="deed" method="get" action="/connect">
            <input type="hidden" name="step" value="2"/>
            <input type="hidden" name="who" value="member"/>
            <div class="field">
                <label for="q">{t.find}</label>
                <div class="beside">
                    <input class="input" id="q" name="q" type="search" value=query maxlength="200" autocomplete="off"/>
                    <button class="button">{t.search}</button>
                </div>
            </div>
        </form>
        {found}
        <p class="deed-foot"><a class="button" href="/connect?step=1">{t.back}</a></p>
    }
}

#[component]
pub fn Responsible(typed: ResponsibleForm, choosing: Choosing, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let Choosing { way, people, query, found } = choosing;
    let choice = |(one, text): (Whence, &'static str)| {
        let there = format!("/connect?step=2&who={}", one.code());
        (one != Whence::People || people)
            .then(|| view! { <a href=there aria-current=(one == way).then_some("true")>{text}</a> })
    };
    let choices = [(Whence::Own, t.own), (Whence::People, t.from_people), (Whence::New, t.new)];
    let who = errors.with_untracked(|errors| errors.iter().find(|error| error.field == "who").cloned());
    let who = who.map(|error| if error.problem == FieldProblem::BeyondOwn { t.beyond } else { t.nobody });
    let member = match typed.who {
        Who::Member(id) if way == Whence::People => Some(id),
        _ => None,
    };
    let content = if way == Whence::People && member.is_none() {
        view! { <Found query found/> }.into_any()
    } else {
        let name = match way {
            Whence::New => {
                view! { <Field name="name" label=t.full_name value=typed.name first=true complete="off" errors/> }
                    .into_any()
            }
            _ => view! { <div class="field"><span class="field-label">{t.full_name}</span><p>{typed.name}</p></div> }
                .into_any(),
        };
        let email = match way {
            Whence::Own => view! {
                <div class="field">
                    <span class="field-label">{t.email}</span>
                    <p>{typed.email}</p>
                    <p class="pale">{t.email_fixed}</p>
                </div>
            }
            .into_any(),
            _ => view! { <Field name="email" label=t.email value=typed.email kind="email" errors/> }.into_any(),
        };
        let first = way != Whence::New;
        view! {
            <form class="deed" method="post" action="/api/connect_responsible" novalidate=true>
                <div class="deed-body">
                    <p>{if way == Whence::Own { t.own_lead } else { t.other_lead }}</p>
                    <input type="hidden" name="who" value=way.code()/>
                    {member.map(|id| view! { <input type="hidden" name="member" value=id.to_string()/> })}
                    {name}
                    {member.map(|_| view! { <a class="link" href="/connect?step=2&who=member">{t.other_person}</a> })}
                    {email}
                    <Field name="phone" label=t.phone value=typed.phone kind="tel" first errors/>
                </div>
                <footer class="deed-foot">
                    <button class="button primary">{t.next}</button>
                    <a class="button" href="/connect?step=1">{t.back}</a>
                </footer>
            </form>
        }
        .into_any()
    };
    view! {
        <p>{t.responsible_lead}</p>
        <nav class="choices" aria-label=t.who>{choices.map(choice).into_iter().collect_view()}</nav>
        {who.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {content}
    }
}

#[component]
pub fn People(typed: String, lines: Vec<LineError>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let wrong = !lines.is_empty() || errors.with_untracked(|errors| !errors.is_empty());
    // What was no list at all is not kept: nothing of it can be shown.
    let refused = lines.is_empty().then(|| view! { <FieldProblemText name="people" errors/> });
    let rest = lines.len().saturating_sub(MOST_LINES);
    let named = lines.iter().take(MOST_LINES).map(|error| view! { <li>{lang.line_error(error)}</li> }).collect_view();
    let said = (!lines.is_empty()).then(|| {
        view! {
            <div class="alert" role="alert" id="people-lines">
                <p>{t.people_wrong}</p>
                <ul>
                    {named}
                    {(rest > 0).then(|| view! { <li>{lang.more_lines(rest as u64)}</li> })}
                </ul>
            </div>
        }
    });
    let described = match (wrong, lines.is_empty()) {
        (true, false) => "people-lines people-hint",
        (true, true) => "people-error people-hint",
        _ => "people-hint",
    };
    view! {
        {said}
        <form class="deed" method="post" action="/api/connect_people">
            <div class="deed-body">
                <p>{t.people_lead}</p>
                <div class="field">
                    <label for="people">{t.people}</label>
                    <textarea
                        class="input lines"
                        id="people"
                        name="people"
                        rows="10"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby=described
                        aria-invalid=wrong.then_some("true")
                        inner_html=escaped(&typed)
                    ></textarea>
                    {refused}
                    <p class="pale" id="people-hint">{t.people_hint}</p>
                </div>
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.next}</button>
                <button class="button" name="skip" value="true">{t.skip}</button>
                <a class="button" href="/connect?step=2">{t.back}</a>
            </footer>
        </form>
    }
}

/// A part of the summary, with the way back to where it is changed.
#[component]
fn Part(title: &'static str, step: u8, wrong: Option<String>, children: Children) -> impl IntoView {
    let t = use_lang().connecting();
    view! {
        <section class="part" aria-label=title>
            <h2>{title}</h2>
            <a class="link" href=format!("/connect?step={step}") aria-label=format!("{}: {title}", t.change)>{t.change}</a>
            <div class="pairs">{children()}</div>
            {wrong.map(|text| view! { <p class="field-error">{text}</p> })}
        </section>
    }
}

#[component]
pub fn Summary(
    connecting: Connecting,
    url: String,
    proof: bool,
    refused: Option<DeskError>,
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let Connecting { draft, digest, trials, .. } = connecting;
    let service = draft.service.unwrap_or_default();
    let responsible = draft.responsible.unwrap_or_default();
    let people = people_of(draft.people.as_deref().unwrap_or_default()).unwrap_or_default();
    let of = |wanted: &str| errors.with_untracked(|errors| errors.iter().find(|error| error.field == wanted).cloned());
    let address = of("address").map(|error| match (error.problem, ServiceAddress::parse(&service.address).err()) {
        (FieldProblem::Taken, _) => t.taken.to_owned(),
        (_, Some(fault)) => lang.address_fault(fault),
        (problem, None) => lang.wrong(&FieldError { field: "address".into(), problem }),
    });
    let address = address.or_else(|| service.check().err().map(|_| lang.address_fault(AddressFault::Empty)));
    let person = ["email", "phone", "level"].into_iter().find_map(of).map(|error| lang.wrong(&error));
    let unseen = of("people").map(|_| t.unseen.to_owned());
    let broken = matches!(refused, Some(DeskError::InvalidForm { .. })) && of("proof").is_none();
    let who = match responsible.who {
        Who::Own => t.own,
        Who::Member(_) => t.from_people,
        Who::New => t.new,
    };
    let count = people.len() as u64;
    let rows = people.into_iter().map(|person| {
        let name = [person.name.surname, person.name.first, person.name.patronymic].join(" ");
        view! { <li><span>{name}</span>" "<span class="pale">{person.email.as_str().to_owned()}", "{lang.employment(person.employment)}</span></li> }
    });
    let list = match count {
        0 => view! { <p>{t.no_list}</p> }.into_any(),
        _ => view! {
            <details class="left-out">
                <summary>{lang.people(count)}</summary>
                <ul>{rows.collect_view()}</ul>
            </details>
        }
        .into_any(),
    };
    let trials = match trials.is_empty() {
        true => view! { <p>{t.no_trial}</p> }.into_any(),
        false => trials
            .into_iter()
            .map(|(product, trial)| view! { <p>{lang.trial_of(&product.title, trial.seats, trial.days.into())}</p> })
            .collect_view()
            .into_any(),
    };
    view! {
        {broken.then(|| view! { <p class="alert" role="alert">{t.not_ready}</p> })}
        <form class="deed" method="post" action="/api/connect_service" novalidate=true>
            <div class="deed-body">
                <p>{t.summary_lead}</p>
                <Part title=t.step_name step=1 wrong=address><dl>
                    <div><dt>{t.name}</dt><dd>{service.name}</dd></div>
                    <div><dt>{t.address}</dt><dd>{address_of(&url, &service.address)}</dd></div>
                </dl></Part>
                <Part title=t.step_responsible step=2 wrong=person><dl>
                    <div><dt>{t.full_name}</dt><dd>{responsible.name}" "<span class="pale">{format!("({})", who.to_lowercase())}</span></dd></div>
                    <div><dt>{t.email}</dt><dd>{responsible.email}</dd></div>
                    <div><dt>{t.phone}</dt><dd>{responsible.phone}</dd></div>
                </dl></Part>
                <Part title=t.step_people step=3 wrong=unseen>{list}</Part>
                <section class="part" aria-label=t.trial><h2>{t.trial}</h2><div class="pairs">{trials}</div></section>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <input type="hidden" name="digest" value=digest/>
            <footer class="deed-foot">
                <button class="button primary">{t.connect}</button>
                <a class="button" href="/connect?step=3">{t.back}</a>
            </footer>
        </form>
    }
}

/// How many, after a word: «Список людей (3)».
pub(super) fn counted(word: &str, count: usize) -> String {
    format!("{word} ({})", number(count as u64))
}

//! «Задачи на сертификаты»: who is on the way to a certificate, how far, and what can be done for them.

mod confirm;
mod filter;
mod invitation;
mod task;

use domain::{Frame, TaskRow, TaskState, TaskStep, Tasks};
use leptos::prelude::*;

use crate::i18n::{Lang, TaskWords, last_day, use_lang};
use crate::pages::Refused;
use crate::pages::pager::pager;
use crate::parts::{Head, Here, Layout, term_end};

pub use confirm::ConfirmSteps;
pub use filter::parse_task_filter;
use filter::{Search, States, address};
pub use invitation::InvitationPage;
pub use task::{OneTask, StepTaken};

/// `/tasks`
#[component]
pub fn TaskList(
    frame: Frame,
    tasks: Tasks,
    products: Vec<(domain::ProductId, String)>,
    refused: Option<domain::DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let filtered = tasks.filter.product.is_some() || !tasks.filter.search.is_empty();
    let content = if tasks.count(None) == 0 && !filtered {
        view! {
            <div class="empty">
                <h2>{k.none_yet}</h2>
                <p>{k.none_yet_hint}</p>
                <a class="button primary" href="/users?licence=none">{k.to_issue}</a>
            </div>
        }
        .into_any()
    } else {
        let list = if tasks.rows.is_empty() {
            view! {
                <div class="empty">
                    <h2>{k.none_such}</h2>
                    <p>{k.none_such_hint}</p>
                    <a class="button" href="/tasks">{k.show_all}</a>
                </div>
            }
            .into_any()
        } else {
            view! { <List tasks=tasks.clone()/> }.into_any()
        };
        view! {
            <States tasks=tasks.clone()/>
            <div class="panel">
                <Search filter=tasks.filter.clone() products/>
                {list}
            </div>
            {pager(tasks.page, tasks.last_page, |page| address(&tasks.filter, page))}
        }
        .into_any()
    };
    let refused = refused.map(|error| view! { <div class="notice"><Refused error=Some(error)/></div> });
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Tasks>
            <Head title=t.tasks/>
            {refused}
            {content}
        </Layout>
    }
}

/// The steps that administrators can take for tasks in the states that are shown.
fn offered(tasks: &Tasks) -> Vec<TaskStep> {
    let shown = |state: &TaskState| tasks.filter.state.is_none_or(|only| only == *state);
    let states: Vec<TaskState> =
        tasks.counts.iter().filter(|(_, count)| *count > 0).map(|(state, _)| *state).filter(shown).collect();
    let possible = |step: &TaskStep| {
        states.iter().any(|state| TaskStep::offered(*state, tasks.issuer).any(|offered| offered == *step))
    };
    TaskStep::ALL.into_iter().filter(possible).collect()
}

#[component]
fn List(tasks: Tasks) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let steps = offered(&tasks);
    let pickable = !steps.is_empty();
    let total = tasks.count(tasks.filter.state);
    let bar = pickable.then(|| view! { <Bar tasks=tasks.clone() steps/> });
    let all = pickable.then(|| {
        view! {
            <label class="all-found">
                <input type="checkbox" name="all" value="1" autocomplete="off"/>
                <span>{lang.all_found(total, tasks.filter != domain::TaskFilter::default())}</span>
            </label>
        }
    });
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    view! {
        <form class="list task-list" method="post" action="/api/start_steps">
            {hidden("state", tasks.filter.state.map(|state| state.code().to_owned()))}
            {hidden("product", tasks.filter.product.map(|product| product.to_string()))}
            {hidden("q", Some(tasks.filter.search.clone()).filter(|search| !search.is_empty()))}
            {bar}
            {all}
            <div class="table-scroll">
                <table class="table tasks stack" role="table" aria-label=t.tasks>
                    <thead role="rowgroup"><tr role="row">
                        {pickable.then(|| view! { <th role="columnheader" class="pick"><span class="sr">{k.pick}</span></th> })}
                        <th role="columnheader" class="col-name">{k.person}</th>
                        <th role="columnheader" class="col-email">{t.email}</th>
                        <th role="columnheader" class="col-product">{k.product}</th>
                        <th role="columnheader" class="col-state">{k.state}</th>
                        <th role="columnheader" class="col-since">{k.since}</th>
                        <th role="columnheader" class="col-until">{k.until}</th>
                    </tr></thead>
                    <tbody role="rowgroup">
                        {tasks.rows.iter().map(|task| row(lang, task, pickable, tasks.now)).collect_view()}
                    </tbody>
                </table>
            </div>
        </form>
    }
}

/// What can be done with the ticked; it lies over the search as soon as something is ticked, by CSS.
#[component]
fn Bar(tasks: Tasks, steps: Vec<TaskStep>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let k = lang.tasking();
    let state = tasks.filter.state;
    let mut first = true;
    let button = |step: TaskStep| {
        let class = match (step.takes_away(), std::mem::take(&mut first)) {
            (true, _) => "button danger-line",
            (false, true) => "button primary",
            (false, false) => "button",
        };
        let code = step.kind().map(domain::Kind::code);
        view! { <button class=class name="step" value=code>{lang.step(step, state, false)}</button> }
    };
    view! {
        <div class="deeds" role="group" aria-label=k.steps>
            <p class="deeds-size">{t.with_selected}</p>
            <div class="deeds-links"><button class="link" type="reset">{t.clear_selection}</button></div>
            <div class="deeds-acts">{steps.into_iter().map(button).collect_view()}</div>
        </div>
    }
}

fn row(lang: Lang, task: &TaskRow, pickable: bool, now: domain::Instant) -> impl IntoView + use<> {
    let t = lang.texts();
    let k = lang.tasking();
    let name = task.name.short();
    let pick = pickable.then(|| {
        view! {
            <td role="cell" class="pick">
                <input type="checkbox" name="task[]" value=task.id.to_string() aria-label=name.clone() autocomplete="off"/>
            </td>
        }
    });
    let until = task.valid_until.map(|until| match task.state.has_certificate() {
        true => term_end(until, now).into_any(),
        false => last_day(until).to_string().into_any(),
    });
    let label = until.is_some().then_some(k.until);
    view! {
        <tr role="row">
            {pick}
            <td role="cell" class="name"><a href=format!("/tasks/{}", task.id)>{name}</a></td>
            <td role="cell" class="email" data-label=t.email>{task.email.clone()}</td>
            <td role="cell" class="product">{task.product.clone()}</td>
            <td role="cell" class="state">{task_chip(lang, task.state)}</td>
            <td role="cell" class="since" data-label=k.since>{task.since.date().to_string()}</td>
            <td role="cell" class="until" data-label=label>{until}</td>
        </tr>
    }
}

/// The chip of a state: what is there stands out, and what came to nothing.
fn task_chip(lang: Lang, state: TaskState) -> impl IntoView {
    let kind = match state {
        TaskState::Issued => Some("sign"),
        TaskState::Invited | TaskState::Confirmed | TaskState::Identified => Some("running"),
        TaskState::Expiring => Some("soon"),
        TaskState::Rejected | TaskState::Expired | TaskState::Revoked => Some("failed"),
        TaskState::Created | TaskState::Cancelled => None,
    };
    view! { <span class="chip" data-kind=kind>{lang.task_state(state)}</span> }
}

//! «Задачи на сертификаты»: who is on the way to a certificate, how far, and what can be done for them.

mod confirm;
mod filter;
mod invitation;
mod task;

use domain::{
    Capability, Direction, Frame, Identification, OperationId, TaskClass, TaskFilter, TaskRow, TaskSortKey, TaskState,
    TaskStep, TaskView, Tasks,
};
use leptos::prelude::*;

use crate::i18n::{Lang, TaskWords, last_day, use_lang};
use crate::pages::pager::pager;
use crate::pages::{Refused, may};
use crate::parts::{Head, Here, Layout, term_end};

pub use confirm::ConfirmSteps;
pub use filter::parse_task_view;
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
    let content = if tasks.total() == 0 {
        view! {
            <div class="empty">
                <h2>{k.none_yet}</h2>
                <p>{k.none_yet_hint}</p>
                {may(Capability::Issue).then(|| view! { <a class="button primary" href="/users?licence=none">{k.to_issue}</a> })}
            </div>
        }
        .into_any()
    } else {
        let list = list_name(&frame);
        let there = |page| address(&TaskView { page, ..tasks.view.clone() });
        view! {
            <States tasks=tasks.clone()/>
            <div class="panel">
                <Search view=tasks.view.clone() products/>
                <List tasks=tasks.clone() list/>
            </div>
            {pager(tasks.view.page, tasks.last_page, there)}
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

/// Under what the browser keeps who is selected: an account's own.
fn list_name(frame: &Frame) -> String {
    format!("tasks-{}-{}", frame.organization.id, frame.account.id)
}

/// By what the browser knows the operation that a selection was made for.
pub(crate) fn list_mark(frame: &Frame, operation: OperationId) -> String {
    format!("{} {operation}", list_name(frame))
}

/// What the rules look at in a task, as one word: `created-easy_docs`.
pub(crate) fn task_class(state: TaskState, identification: Identification) -> String {
    format!("{}-{}", state.code(), identification.code())
}

/// The classes of [`task_class`] that a step fits.
fn fitting(taken: TaskStep) -> Vec<(TaskState, String)> {
    let all = TaskState::ALL.into_iter().flat_map(|state| Identification::ALL.map(|way| (state, way)));
    let fits = all.filter(|(state, way)| domain::step(*state, *way, taken).is_ok());
    fits.map(|(state, way)| (state, task_class(state, way))).collect()
}

/// Everything that is selected here and on other pages is kept by the browser, under the name of `list`: see
/// `frontend/src/picker.ts`. Without scripts the boxes of this page are sent.
#[component]
fn List(tasks: Tasks, list: String) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let filter = &tasks.view.filter;
    let total = tasks.count(filter.state);
    let all_found = lang.all_found(total, *filter != TaskFilter::default());
    // Whoever may only look has nothing to select for.
    let acts = may(Capability::Certificates);
    let all = (acts && !tasks.rows.is_empty()).then(|| {
        view! {
            <label class="all-found scripts-off">
                <input type="checkbox" name="all" value="1" autocomplete="off"/>
                <span>{all_found.clone()}</span>
            </label>
        }
    });
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    let of_class = |class: &TaskClass| (task_class(class.state, class.identification), class.tasks.clone());
    let classes: Vec<_> = tasks.classes.iter().map(of_class).collect();
    let classes = tasks.picked.then(|| serde_json::to_string(&classes).unwrap_or_default());
    let table = if tasks.rows.is_empty() {
        view! {
            <div class="empty">
                <h2>{k.none_such}</h2>
                <p>{k.none_such_hint}</p>
                <a class="button" href="/tasks">{k.show_all}</a>
            </div>
        }
        .into_any()
    } else {
        let head = |key: Option<TaskSortKey>, class: &'static str, text: &'static str| match key {
            Some(key) => column_head(&tasks.view, key, class, text).into_any(),
            None => view! { <th role="columnheader" class=class>{text}</th> }.into_any(),
        };
        let heads = [
            head(Some(TaskSortKey::Name), "col-name", k.person),
            head(None, "col-email", t.email),
            head(Some(TaskSortKey::Product), "col-product", k.product),
            head(Some(TaskSortKey::State), "col-state", k.state),
            head(Some(TaskSortKey::Since), "col-since", k.since),
            head(Some(TaskSortKey::Until), "col-until", k.until),
        ];
        let rows = tasks.rows.iter().map(|task| row(lang, task, tasks.now)).collect_view();
        view! {
            <div class="table-scroll">
                <table class="table tasks stack" role="table" aria-label=t.tasks>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="pick">
                            <span class="sr scripts-off">{k.pick}</span>
                            <input type="checkbox" class="scripts-on" data-testid="select-page" aria-label=k.pick_page autocomplete="off"/>
                        </th>
                        {heads.into_iter().collect_view()}
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <form
            class="list task-list"
            method=acts.then_some("post")
            action=acts.then_some("/api/start_steps")
            data-list=acts.then_some(list)
            data-found=total.to_string()
            data-picked=tasks.picked.then_some("")
            data-classes=classes
            data-looks=(!acts).then_some("")
        >
            {hidden("filter[state]", filter.state.map(|state| state.code().to_owned()))}
            {hidden("filter[product]", filter.product.map(|product| product.to_string()))}
            {hidden("filter[q]", Some(filter.search.clone()).filter(|search| !search.is_empty()))}
            <input type="hidden" name="from" value=address(&tasks.view)/>
            {acts.then(|| view! { <Bar tasks=tasks.clone() all_found/> })}
            <div class="toast" role="alert" data-failed="" hidden=true>{k.not_answered}</div>
            {all}
            {table}
        </form>
    }
}

/// A column's name: a link that sorts by it, and the other way round when it already does.
fn column_head(view: &TaskView, key: TaskSortKey, class: &'static str, text: &'static str) -> impl IntoView + use<> {
    let (sorted, next) = match view.sort {
        Some((by, Direction::Ascending)) if by == key => ("ascending", Direction::Descending),
        Some((by, Direction::Descending)) if by == key => ("descending", Direction::Ascending),
        _ => ("none", Direction::Ascending),
    };
    let there = address(&TaskView { sort: Some((key, next)), page: 1, ..view.clone() });
    view! { <th role="columnheader" class=class aria-sort=sorted><a href=there>{text}</a></th> }
}

/// What can be done with the selected; it lies over the search as soon as something is selected. Without scripts the
/// boxes of the page decide, by CSS, and only what fits the states that are shown is offered.
#[component]
fn Bar(tasks: Tasks, all_found: String) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let only = tasks.view.filter.state;
    let shown = |state: TaskState| only.is_none_or(|only| only == state) && tasks.count(Some(state)) > 0;
    let steps = TaskStep::ALL.into_iter().filter(|step| step.is_administrators(tasks.issuer));
    let mut first = true;
    let buttons = steps.map(|step| {
        let fitting = fitting(step);
        let here = fitting.iter().any(|(state, _)| shown(*state));
        let classes = fitting.into_iter().map(|(_, class)| class).collect::<Vec<_>>().join(" ");
        let look = match (step.takes_away(), here && std::mem::take(&mut first)) {
            (true, _) => "button danger-line",
            (false, true) => "button primary",
            (false, false) => "button",
        };
        let look = if here { look.to_owned() } else { format!("{look} with-app") };
        let code = step.kind().map(domain::Kind::code);
        view! { <button class=look name="step" value=code data-fits=classes>{lang.step_short(step)}</button> }
    });
    let buttons = buttons.collect_view();
    let toggle = if tasks.picked { k.show_all_again } else { t.only_selected };
    view! {
        <div class="deeds" role="group" aria-label=k.steps>
            <p class="deeds-size" aria-live="polite">
                <span class="before-app">{t.with_selected}</span>
                <span class="with-app" data-size=lang.picked_of(tasks.total())></span>
            </p>
            <div class="deeds-links">
                <button class="link with-app" type="button" data-act="only">{toggle}</button>
                <button class="link with-app phone" type="button" data-act="page">{t.whole_page}</button>
                {(!tasks.picked).then(|| view! {
                    <button class="link with-app all" type="button" data-act="found">{all_found}</button>
                })}
                <button class="link" type="reset">{t.clear_selection}</button>
            </div>
            <div class="deeds-acts">{buttons}</div>
        </div>
    }
}

fn row(lang: Lang, task: &TaskRow, now: domain::Instant) -> impl IntoView + use<> {
    let t = lang.texts();
    let k = lang.tasking();
    let name = task.name.short();
    let until = task.valid_until.map(|until| match task.state.has_certificate() {
        true => term_end(until, now).into_any(),
        false => last_day(until).to_string().into_any(),
    });
    let label = until.is_some().then_some(k.until);
    view! {
        <tr role="row">
            <td role="cell" class="pick">
                <input
                    type="checkbox"
                    name="task[]"
                    value=task.id.to_string()
                    data-class=task_class(task.state, task.identification)
                    aria-label=name.clone()
                    autocomplete="off"
                />
            </td>
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

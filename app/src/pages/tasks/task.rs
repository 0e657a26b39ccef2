use domain::{
    AuthorityFault, Capability, DeskError, Frame, Identification, Issuer, OperationSummary, TaskEvent, TaskState,
    TaskStep, step,
};
use leptos::prelude::*;
use service::TaskPage;

use super::{list_mark, task_chip};
use crate::i18n::{Lang, TaskWords, Words, date_time, last_day, number, use_lang};
use crate::pages::{Refused, may};
use crate::parts::{Head, Here, Layout, term_end};

/// What has just been done on the page.
#[derive(Clone, Debug, Default)]
pub struct StepTaken {
    pub done: Option<OperationSummary>,
    /// The whole link of the invitation, to be passed on by hand.
    pub link: Option<String>,
    pub refused: Option<DeskError>,
}

/// `/tasks/12`
#[component]
pub fn OneTask(frame: Frame, page: TaskPage, taken: StepTaken) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let TaskPage { task, issuer, now } = page;
    let row = task.row.clone();
    let mark = taken.done.as_ref().map(|done| list_mark(&frame, done.id));
    let possible = |next: &TaskStep| {
        may(Capability::Certificates)
            && next.is_administrators(issuer)
            && step(row.state, row.identification, *next).is_ok()
    };
    let mut first = true;
    let button = |next: TaskStep| {
        let class = match (next.takes_away(), std::mem::take(&mut first)) {
            (true, _) => "button danger-line",
            (false, true) => "button primary",
            (false, false) => "button",
        };
        let code = next.kind().map(domain::Kind::code);
        view! { <button class=class name="step" value=code>{lang.step(next, Some(row.state), true)}</button> }
    };
    let buttons: Vec<_> = TaskStep::ALL.into_iter().filter(possible).map(button).collect();
    let acts = (!buttons.is_empty()).then(|| {
        view! {
            <form class="head-acts" method="post" action="/api/start_steps">
                <input type="hidden" name="task[]" value=row.id.to_string()/>
                {buttons}
            </form>
        }
    });
    let until = row.valid_until.map(|until| match row.state.has_certificate() {
        true => term_end(until, now).into_any(),
        false => last_day(until).to_string().into_any(),
    });
    let until = until.map(|until| view! { <div><dt>{k.valid_until}</dt><dd>{until}</dd></div> });
    let serial = row.valid_until.map(|_| {
        let serial = match task.serial.clone() {
            Some(serial) => view! { <code>{serial}</code> }.into_any(),
            None => view! { <span class="pale">{k.by_hand}</span> }.into_any(),
        };
        view! { <div class="serial"><dt>{k.serial}</dt><dd>{serial}</dd></div> }
    });
    let invitation = task.invited_until.map(|until| {
        let text = match row.state {
            TaskState::Invited if now < until => format!("{} {}", k.works_until, date_time(until)),
            TaskState::Invited | TaskState::Rejected | TaskState::Cancelled => {
                format!(
                    "{} {}",
                    k.worked_until,
                    date_time(until.min(if row.state == TaskState::Invited { now } else { row.since }))
                )
            }
            _ => k.used.to_owned(),
        };
        view! { <div><dt>{k.invitation}</dt><dd>{text}</dd></div> }
    });
    let way = task.way.map(|way| view! { <div><dt>{k.identification}</dt><dd>{lang.way(way)}</dd></div> });
    let expired = task.invited_until.is_some_and(|until| until <= now);
    let next = next_step(lang, row.state, row.identification, issuer, task.awaits_authority, expired);
    let next = next.map(|text| view! { <p class="note"><span>{text}</span></p> });
    // What is over can only be withdrawn, and nobody has to do anything for that.
    let fault = task.authority_fault.map(|fault| if row.state.is_open() { fault } else { AuthorityFault::Unfit });
    let wrong = fault.map(|fault| view! { <p class="alert">{lang.authority_fault(fault)}</p> });
    let history = task.history.iter().rev().map(|event| event_row(lang, event)).collect_view();
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Tasks>
            <Head title=row.name.short()>
                {acts}
            </Head>
            <div class="page" data-done=mark>
                <Refused error=taken.refused/>
                {taken.done.map(|operation| view! { <Done operation link=taken.link/> })}
                {wrong}
                {next}
                <dl class="facts task-facts">
                    <div><dt>{k.state}</dt><dd>{task_chip(lang, row.state)}</dd></div>
                    <div><dt>{k.since}</dt><dd>{date_time(row.since)}</dd></div>
                    <div><dt>{k.product}</dt><dd>{row.product.clone()}</dd></div>
                    <div><dt>{t.email}</dt><dd class="wraps">{row.email.clone()}</dd></div>
                    {invitation}
                    {way}
                    {until}
                    {serial}
                </dl>
                <section>
                    <h2>{k.history}</h2>
                    <div class="table-scroll">
                        <table class="table task-history stack" role="table" aria-label=k.history>
                            <thead role="rowgroup"><tr role="row">
                                <th role="columnheader" class="col-when" aria-sort="descending">{t.when}</th>
                                <th role="columnheader" class="col-state">{k.state}</th>
                                <th role="columnheader" class="col-who">{t.who}</th>
                                <th role="columnheader">{k.details}</th>
                            </tr></thead>
                            <tbody role="rowgroup">{history}</tbody>
                        </table>
                    </div>
                </section>
                <p><a class="button" href="/tasks">{k.to_tasks}</a></p>
            </div>
        </Layout>
    }
}

/// Whom or what the task waits for.
fn next_step(
    lang: Lang,
    state: TaskState,
    identification: Identification,
    issuer: Issuer,
    awaits_authority: bool,
    expired: bool,
) -> Option<&'static str> {
    let k = lang.tasking();
    let with = issuer == Issuer::Authority;
    match state {
        TaskState::Created => Some(k.invite_next),
        TaskState::Invited if expired => Some(k.again_next),
        TaskState::Invited => Some(k.data_next),
        TaskState::Confirmed if with && identification == Identification::InPerson => Some(k.in_person_next),
        TaskState::Confirmed | TaskState::Identified if !with => Some(k.hand_next),
        TaskState::Confirmed | TaskState::Identified => Some(k.asked),
        TaskState::Rejected | TaskState::Revoked | TaskState::Cancelled if with && awaits_authority => Some(k.told),
        _ => None,
    }
}

fn event_row(lang: Lang, event: &TaskEvent) -> impl IntoView + use<> {
    let (t, k) = (lang.texts(), lang.tasking());
    let way = event.way.map(|way| view! { <span>{lang.way(way)}</span> });
    let reason = event.reason.clone().map(|reason| view! { <span>{reason}</span> });
    let operation = event.operation.map(|id| {
        view! {
            <a href=format!("/operations/{id}")>{format!("{} № {}", k.operation, number(id.0.unsigned_abs()))}</a>
        }
    });
    view! {
        <tr role="row">
            <td role="cell" class="when">{date_time(event.at)}</td>
            <td role="cell" class="state">{task_chip(lang, event.to)}</td>
            <td role="cell" data-label=t.who>{lang.task_author(&event.author)}</td>
            <td role="cell" class="details">{way}{reason}{operation}</td>
        </tr>
    }
}

/// What was just done; for whoever has no mail server, with the link to pass on.
#[component]
fn Done(operation: OperationSummary, link: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let link = link.map(|link| {
        view! {
            <div class="field invitation-link">
                <label for="invitation-link">{k.link}</label>
                <input class="input" id="invitation-link" readonly=true value=link/>
                <p class="field-hint">{k.link_once}</p>
            </div>
        }
    });
    view! {
        <div class="note" role="status">
            <span>{k.done}": "{lang.kind(operation.kind)}</span>
            <a class="link" href=format!("/operations/{}", operation.id)>{t.report}</a>
        </div>
        {link}
    }
}

use domain::{
    Decision, Deed, DeskError, Frame, OperationId, OperationState, Outcome, Pool, Preview, Reason, Report, ReportRow,
};
use leptos::prelude::*;

use super::Refused;
use super::operations::{author, operation_title, state_chip};
use crate::i18n::{
    AccountWords, Lang, LetterWords, ManageWords, StockWords, TaskWords, Words, date_time, number, use_lang,
};
use crate::pages::admin::Proof;
use service::ManagedReport;

use crate::pages::list_mark;
use crate::pages::manage::{ManagedPeople, managed_title};
use crate::pages::pager::pager;
use crate::pages::{may, proof_of, sends};
use crate::parts::{Field, Head, Here, Layout, LeftOutList, PoolOptions, TypedNumber, lead, proof_problem};
use crate::users::RevokeFacts;

/// `/operations/12`: what an operation did; of one that still waits, its confirmation.
#[component]
pub fn OperationReport(
    frame: Frame,
    mut report: Report,
    managed: Option<ManagedReport>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let content = match report.preview.take_if(|_| report.decide.is_none()) {
        Some(preview) => {
            let large = preview.deed == Deed::Revoke && frame.organization.is_large(preview.accepted);
            view! { <Confirm preview large refused/> }.into_any()
        }
        None => {
            let done = report.summary.kind.task_step().filter(|_| report.summary.state.carried_out());
            let mark = done.map(|_| list_mark(&frame, report.summary.id));
            view! { <Done report managed refused mark/> }.into_any()
        }
    };
    view! { <Layout frame=RwSignal::new(frame) here=Here::Operations>{content}</Layout> }
}

#[component]
fn Done(
    mut report: Report,
    managed: Option<ManagedReport>,
    refused: Option<DeskError>,
    mark: Option<String>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let a = lang.accounting();
    let summary = report.summary;
    let id = summary.id;
    let undo_needs = managed.as_ref().map(|managed| managed.wish.undo_needs());
    let allowed = |kind: domain::Kind| undo_needs.unwrap_or(kind.needs()).iter().all(|needs| may(*needs));
    let undoable = summary.state == OperationState::Done && summary.kind.inverse().is_some_and(allowed);
    let again =
        (summary.kind == domain::Kind::EndTerm && summary.accepted > 0 && may(domain::Capability::Issue)).then(|| {
            view! {
                <form method="post" action="/api/issue_again">
                    <input type="hidden" name="operation" value=id.to_string()/>
                    <button class="button primary">{lang.stock().issue_again}</button>
                </form>
            }
        });
    let retry = managed.as_ref().filter(|managed| managed.again).map(|_| {
        view! {
            <form method="post" action="/api/manage_again">
                <input type="hidden" name="operation" value=id.to_string()/>
                <button class="button primary">{lang.managing().again}</button>
            </form>
        }
    });
    let title = match &managed {
        Some(_) => managed_title(lang, &summary),
        None => operation_title(lang, &summary),
    };
    let undo = undoable.then(|| {
        view! {
            <form method="post" action="/api/undo">
                <input type="hidden" name="operation" value=id.to_string()/>
                <button class="button">{t.undo}</button>
            </form>
        }
    });
    let carried_out = summary.state.carried_out();
    let failure = summary.failure.map(|refusal| {
        let text = lang.refusal(refusal);
        let stop = if text.ends_with('.') { " " } else { ". " };
        view! {
            <p class="alert" role="alert">{text}{stop}{t.nothing_changed}" "<a href="/users">{t.to_users}</a></p>
        }
    });
    let wrong_reason = matches!(&refused, Some(DeskError::InvalidForm { .. }));
    let errors = RwSignal::new(super::wrong_fields(refused.as_ref(), &["reason"]));
    let proof_wrong = refused.as_ref().and_then(|error| proof_problem(lang, error));
    let proof = proof_wrong.map(|_| view! { <Proof errors=RwSignal::new(Vec::new())/> });
    // What was refused on this page is the undo; why the operation failed is said anyway.
    let refused = refused.filter(|_| !wrong_reason || proof_wrong.is_some()).map(|error| match carried_out {
        _ if proof_wrong.is_some() => proof_wrong.unwrap_or_default().to_owned(),
        true => lang.undo_error(&error),
        false => lang.error(&error),
    });
    let refused = refused.filter(|_| summary.failure.is_none() || carried_out);
    let by_hand = summary.kind == domain::Kind::TaskInvite
        && carried_out
        && !sends(domain::Channel::Mail)
        && may(domain::Capability::Letters);
    let invited = by_hand.then(|| {
        view! { <p class="note"><span>{lang.tasking().links_are}</span><a class="link" href="/letters">{lang.lettering().letters}</a></p> }
    });
    let code = summary.pool.clone().map(|(title, code)| {
        view! { <div><dt>{t.licence}</dt><dd>{title}", "<code>{code}</code></dd></div> }
    });
    let link = |label: &'static str, id: OperationId| {
        view! { <div><dt>{label}</dt><dd><a href=format!("/operations/{id}")>{format!("№ {}", number(id.0.unsigned_abs()))}</a></dd></div> }
    };
    let rejected_class = if summary.rejected > 0 { "big bad" } else { "big" };
    let waiting = summary.state == OperationState::Waiting;
    let done = if carried_out || waiting { summary.accepted } else { 0 };
    let done_label = if waiting { a.will_touch } else { t.accepted };
    let approval = report.approval.take();
    let waits = report.waits.take();
    let preview = report.preview.take();
    // Why whoever looks can only decline it.
    let cannot = waits.as_ref().and_then(|waits| match &waits.cannot {
        _ if waits.moved => Some(a.has_moved.to_owned()),
        cannot => cannot.as_ref().map(|cannot| lang.error(cannot)),
    });
    let deciding = report.decide.take();
    let decided =
        approval.and_then(|approval| approval.decided).filter(|decided| decided.decision != Decision::Withdrawn);
    let decided_facts = decided.map(|decided| {
        let label = if decided.decision == Decision::Approved { a.approved_by } else { a.declined_by };
        view! {
            <div><dt>{label}</dt><dd>{decided.by}", "{date_time(decided.at)}</dd></div>
            {(!decided.reason.is_empty()).then(|| view! { <div><dt>{a.declined_because}</dt><dd>{decided.reason}</dd></div> })}
        }
    });
    let deciding = deciding.map(|digest| {
        let agrees = cannot.is_none();
        view! {
            <form class="deed" method="post" action="/api/approve" novalidate=true>
                <input type="hidden" name="operation" value=id.to_string()/>
                <input type="hidden" name="digest" value=digest/>
                <div class="deed-body">
                    <p>{a.waits_for}</p>
                    {cannot.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
                    {preview.map(|preview| view! { <Foreseen preview/> })}
                    <Field name="reason" label=a.reason value=String::new() hint=a.if_any errors/>
                    {agrees.then_some(proof)}
                </div>
                <footer class="deed-foot">
                    {agrees.then(|| view! { <button class="button primary">{a.approve}</button> })}
                    <button class="button danger" formaction="/api/decline">{a.decline}</button>
                </footer>
            </form>
        }
    });
    let stands = waits.filter(|_| deciding.is_none()).map(|waits| {
        let asked = if waits.for_whom.is_empty() && waits.later.is_empty() {
            view! { <p class="alert" role="alert">{a.nobody_agrees}</p> }.into_any()
        } else {
            let named = |label: &str, names: Vec<String>| match names.is_empty() {
                true => String::new(),
                false => format!(" {label}: {}.", names.join(", ")),
            };
            let later =
                waits.later.iter().map(|(name, until)| format!("{name} ({} {})", a.not_before, date_time(*until)));
            let (now, later) = (named(a.may_agree, waits.for_whom.clone()), named(a.may_agree_later, later.collect()));
            view! { <p class="note" role="note"><span>{a.waits_for}{now}{later}</span></p> }.into_any()
        };
        view! {
            {asked}
            {waits.own.then(|| view! {
                <form class="row-acts" method="post" action="/api/cancel">
                    <input type="hidden" name="operation" value=id.to_string()/>
                    <input type="hidden" name="from" value=format!("/operations/{id}")/>
                    <button class="button">{a.withdraw_asked}</button>
                </form>
            })}
        }
    });
    // Of several products, they are told otherwise.
    let rows = if managed.is_some() { Vec::new() } else { report.rows };
    let (rejected, accepted): (Vec<ReportRow>, Vec<ReportRow>) =
        rows.into_iter().partition(|row| matches!(row.outcome, Outcome::Rejected(_)));
    let accepted_title = match summary.state {
        OperationState::Waiting => a.will_touch,
        _ if carried_out => lang.accepted_title(summary.kind),
        _ => lang.not_done(),
    };
    let pages = pager(report.page, report.last_page, |page| format!("/operations/{id}?page={page}"));
    view! {
        <Head title>
            <div class="head-acts">
                <a class="button" href=format!("/operations/{id}/report.csv")>{t.download_csv}</a>
                {undo}
                {again}
                {retry}
            </div>
        </Head>
        <div class="page" data-done=mark>
            {refused.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {failure}
            {stands}
            {deciding}
            {invited}
            <dl class="facts">
                <div><dt>{done_label}</dt><dd class="big">{number(done)}</dd></div>
                <div><dt>{t.rejected}</dt><dd class=rejected_class>{number(summary.rejected)}</dd></div>
                {code}
                <div><dt>{t.who}</dt><dd>{author(lang, &summary)}</dd></div>
                <div><dt>{t.when}</dt><dd>{date_time(summary.settled_at.unwrap_or(summary.created_at))}</dd></div>
                <div><dt>{t.state}</dt><dd>{state_chip(lang, summary.state)}</dd></div>
                {decided_facts}
                {summary.undoes.map(|id| link(t.undoes, id))}
                {summary.undone_by.map(|id| link(t.undone_by, id))}
            </dl>
            {managed.map(|report| view! { <ManagedPeople report summary=summary.clone()/> })}
            {(!rejected.is_empty()).then(|| view! { <Rejected rows=rejected total=summary.rejected/> })}
            {(!accepted.is_empty()).then(|| view! { <Accepted title=accepted_title rows=accepted total=summary.accepted/> })}
            {pages}
        </div>
    }
}

/// «ЛК — 63, ЛК с УНЭП — 50»: what goes back to stock.
fn freed(preview: &Preview) -> String {
    let freed = preview.returned.iter().map(|returned| format!("{} — {}", returned.label, number(returned.count)));
    freed.collect::<Vec<_>>().join(", ")
}

/// What would happen now, for whoever is to agree: as its author saw it before.
#[component]
fn Foreseen(preview: Preview) -> impl IntoView {
    let lang = use_lang();
    let (s, a) = (lang.stock(), lang.accounting());
    let people = lead(lang, preview.accepted, &preview.names);
    let stays = preview.pools.iter().find(|pool| Some(pool.id) == preview.pool).map(|pool| {
        let short = pool.admits(preview.accepted, preview.now).err();
        let left = number(pool.left().saturating_sub(preview.accepted));
        match short {
            Some(refusal) => view! { <p class="alert" role="alert">{lang.refusal(refusal)}</p> }.into_any(),
            None => view! {
                <p class="facts-box">{pool.product.label.clone()}", "<code>{pool.code.as_str().to_owned()}</code>": "{a.free_now}" "<b>{number(pool.left())}</b>", "{a.free_then}" "<b>{left}</b>"."</p>
            }
            .into_any(),
        }
    });
    let facts = match preview.deed {
        Deed::Issue => view! { <LeftOutList deed=Deed::Issue left_out=preview.left_out.clone()/> }.into_any(),
        Deed::Revoke => view! { <RevokeFacts preview=preview.clone()/> }.into_any(),
        Deed::Renew => view! {
            <p>{s.renew_from}": "{freed(&preview)}</p>
            <LeftOutList deed=Deed::Renew left_out=preview.left_out.clone()/>
        }
        .into_any(),
    };
    view! { <p id="deed-lead">{people}</p>{stays}{facts} }
}

#[component]
fn Rejected(rows: Vec<ReportRow>, total: u64) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let title = format!("{} ({})", t.rejected_title, number(total));
    let row = |row: ReportRow| {
        let (reason, remedy) = match row.outcome {
            Outcome::Rejected(reason) => (lang.reason(reason), lang.remedy(reason)),
            Outcome::Accepted | Outcome::LeftOut(_) | Outcome::Unchanged => ("", ""),
        };
        view! {
            <tr role="row">
                // Whom the directory does not know has no name.
                <td role="cell" class="name">{if row.name.is_empty() { row.email.clone() } else { row.name }}</td>
                <td role="cell" data-label=t.reason>{reason}</td>
                <td role="cell" class="remedy" data-label=t.remedy>{remedy}{invite(lang, row.outcome, row.email)}</td>
            </tr>
        }
    };
    outcome(title, [t.reason, t.remedy], rows.into_iter().map(row).collect_view())
}

/// People of a report in a table under its title: who, and two things that are said of each.
pub(super) fn outcome(title: String, [what, then]: [&'static str; 2], rows: impl IntoView) -> impl IntoView {
    let t = use_lang().texts();
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <div class="table-scroll">
                <table class="table outcome stack" role="table" aria-label=title>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-name">{t.col_user}</th>
                        <th role="columnheader" class="col-reason">{what}</th>
                        <th role="columnheader" class="col-remedy">{then}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// A way to add whoever is not registered.
fn invite(lang: Lang, outcome: Outcome, email: String) -> Option<impl IntoView> {
    (outcome == Outcome::Rejected(Reason::NotRegistered) && may(domain::Capability::EditPeople)).then(|| {
        view! {
            <form class="invite" method="post" action="/api/start_add">
                <input type="hidden" name="email" value=email.clone()/>
                <button class="link" aria-label=format!("{} {email}", lang.texts().add_user)>{lang.texts().add_user}</button>
            </form>
        }
    })
}

#[component]
fn Accepted(title: &'static str, rows: Vec<ReportRow>, total: u64) -> impl IntoView {
    let t = use_lang().texts();
    let title = format!("{title} ({})", number(total));
    let row = |row: ReportRow| {
        view! {
            <tr role="row">
                <td role="cell" class="name">{row.name}</td>
                <td role="cell" data-label=t.email>{row.email}</td>
            </tr>
        }
    };
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <div class="table-scroll">
                <table class="table outcome stack" role="table" aria-label=title>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-name">{t.col_user}</th>
                        <th role="columnheader" class="col-reason">{t.email}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The confirmation on a page of its own: a plain form, so that the deed works with scripts off.
#[component]
fn Confirm(preview: Preview, large: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, s) = (lang.texts(), lang.stock());
    let chosen = RwSignal::new(preview.pool);
    let deed = preview.deed;
    let people = lead(lang, preview.accepted, &preview.names);
    let nobody = preview.accepted == 0;
    let proof = proof_of(refused.as_ref());
    // A list was pasted for one pool: no other is offered.
    let pools: Vec<Pool> =
        preview.pools.iter().filter(|pool| preview.pool.is_none_or(|only| pool.id == only)).cloned().collect();
    let short = !pools.is_empty() && pools.iter().all(|pool| pool.admits(preview.accepted, preview.now).is_err());
    let renew = format!("{} ({})", s.renew, number(preview.accepted));
    let (title, text, press, class, nobody_text) = match deed {
        Deed::Issue => (t.issue_title, None, t.send, "button primary", t.nobody_to_issue),
        Deed::Revoke => (t.revoke_title, Some(t.revoke_text), t.revoke, "button danger", t.nobody_to_revoke),
        Deed::Renew => (s.renew, Some(s.renew_text), renew.as_str(), "button primary", t.nobody_to_issue),
    };
    let body = match deed {
        Deed::Issue => view! {
            <PoolOptions pools wanted=preview.accepted now=preview.now chosen/>
            <LeftOutList deed left_out=preview.left_out.clone()/>
        }
        .into_any(),
        Deed::Revoke => view! { <RevokeFacts preview=preview.clone()/> }.into_any(),
        Deed::Renew => {
            view! {
                <PoolOptions pools wanted=preview.accepted now=preview.now chosen/>
                {(preview.waiting > 0).then(|| view! { <p class="alert">{s.renew_short}" "<b>{number(preview.waiting)}</b></p> })}
                <p>{s.renew_from}": "{freed(&preview)}</p>
                <LeftOutList deed left_out=preview.left_out.clone()/>
            }
            .into_any()
        }
    };
    let press = press.to_owned();
    let shortage = deed != Deed::Revoke && short && !nobody;
    view! {
        <Head title=title/>
        <div class="page">
            <form class="deed" method="post" action="/api/confirm">
                <input type="hidden" name="operation" value=preview.operation.to_string()/>
                <input type="hidden" name="digest" value=preview.digest.clone()/>
                <header class="deed-head">
                    <p id="deed-lead">{people}</p>
                    {text.map(|text| view! { <p>{text}</p> })}
                </header>
                <div class="deed-body">
                    <Refused error=refused/>
                    {shortage.then(|| view! { <p class="alert" role="alert">{t.shortage}</p> })}
                    {nobody.then(|| view! { <p class="alert" role="alert">{nobody_text}</p> })}
                    {body}
                    {large.then(|| view! { <TypedNumber count=preview.accepted typed=RwSignal::new(false) proof/> })}
                    {(!nobody).then(|| view! { <p class="pale">{t.can_be_undone}</p> })}
                </div>
                <footer class="deed-foot">
                    <button class=class disabled=nobody>{press}</button>
                    <button class="button" formaction="/api/cancel" formnovalidate=true>{t.cancel}</button>
                </footer>
            </form>
        </div>
    }
}

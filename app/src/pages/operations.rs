use domain::{Frame, OperationState, OperationSummary, Operations};
use leptos::prelude::*;

use crate::i18n::{Lang, Words, date_time, number, use_lang};
use crate::parts::{Head, Here, Layout};

/// «Операции»: who did what, when, to how many, and where it stands. `later`: there are newer ones than these.
#[component]
pub fn OperationList(frame: Frame, operations: Operations, later: bool) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let content = if operations.rows.is_empty() {
        view! {
            <div class="empty">
                <h2>{t.no_operations}</h2>
                <p>{t.no_operations_hint}</p>
                <a class="button primary" href="/users">{t.to_users}</a>
            </div>
        }
        .into_any()
    } else {
        let newest = later.then(|| view! { <a href="/operations">{t.newest}</a> });
        let older =
            operations.next.map(|id| view! { <a href=format!("/operations?before={id}") rel="next">{t.older}</a> });
        view! {
            <div class="table-scroll">
                <table class="table operations stack" role="table" aria-label=t.operations>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-when" aria-sort="descending">{t.when}</th>
                        <th role="columnheader" class="col-who">{t.who}</th>
                        <th role="columnheader" class="col-what">{t.what}</th>
                        <th role="columnheader" class="col-size number">{t.how_many}</th>
                        <th role="columnheader" class="col-state">{t.state}</th>
                    </tr></thead>
                    <tbody role="rowgroup">
                        {operations.rows.into_iter().map(|row| operation_row(lang, row)).collect_view()}
                    </tbody>
                </table>
            </div>
            {(later || operations.next.is_some()).then(|| view! {
                <div class="pager"><nav aria-label=t.pages>{newest}{older}</nav></div>
            })}
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Operations>
            <Head title=t.operations/>
            {content}
        </Layout>
    }
}

/// «Выдача лицензий: ПЭП»
pub fn operation_title(lang: Lang, operation: &OperationSummary) -> String {
    let kind = lang.kind(operation.kind);
    match &operation.pool {
        Some((title, _)) => format!("{kind}: {title}"),
        None => kind.to_owned(),
    }
}

/// Who did it; what the installation did by itself is the system's.
pub fn author(lang: Lang, operation: &OperationSummary) -> String {
    operation.author.clone().unwrap_or_else(|| lang.texts().system.to_owned())
}

/// The chip of a state: failures stand out.
pub fn state_chip(lang: Lang, state: OperationState) -> impl IntoView {
    let kind = match state {
        OperationState::Failed => Some("failed"),
        OperationState::Preview | OperationState::Waiting => Some("running"),
        OperationState::Declined => Some("failed"),
        _ => None,
    };
    view! { <span class="chip" data-kind=kind>{lang.operation_state(state)}</span> }
}

fn operation_row(lang: Lang, row: OperationSummary) -> impl IntoView {
    let t = lang.texts();
    let all = row.accepted + row.rejected;
    let done = if row.state.carried_out() { row.accepted } else { 0 };
    let count = if done == all { number(done) } else { format!("{} / {}", number(done), number(all)) };
    let when = date_time(row.settled_at.unwrap_or(row.created_at));
    view! {
        <tr role="row">
            <td role="cell" class="when" data-label=t.when>{when}</td>
            <td role="cell" class="who" data-label=t.who>{author(lang, &row)}</td>
            <td role="cell" class="name"><a href=format!("/operations/{}", row.id)>{operation_title(lang, &row)}</a></td>
            <td role="cell" class="number size" data-label=t.how_many>{count}</td>
            <td role="cell" class="state">{state_chip(lang, row.state)}</td>
        </tr>
    }
}

use domain::{DeskError, Device, IdSet, SessionId, SessionRow};
use leptos::prelude::*;

use super::Proof;
use crate::i18n::{AccountWords, Lang, date_time, use_lang};
use crate::pages::{Refused, wrong_fields};

fn device(lang: Lang, device: &Device) -> String {
    let parts: Vec<&str> = device.browser.as_deref().into_iter().chain(device.system).collect();
    if parts.is_empty() { lang.accounting().unknown.to_owned() } else { parts.join(", ") }
}

/// Sessions with a button to end each; `own` is the one that looks. `people`: whose they are is said.
#[component]
pub fn SessionTable(
    rows: Vec<SessionRow>,
    own: SessionId,
    #[prop(optional)] people: bool,
    #[prop(optional)] fixed: bool,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let row = |row: &SessionRow| {
        let id = row.id;
        let act = if id == own {
            view! { <span class="chip">{t.this_one}</span> }.into_any()
        } else if fixed {
            ().into_any()
        } else {
            let label = format!("{}: {}, {}", t.end, row.account.name, device(lang, &row.device));
            view! {
                <form method="post" action="/api/end_session">
                    <input type="hidden" name="session" value=id.to_string()/>
                    <button class="button small" aria-label=label>{t.end}</button>
                </form>
            }
            .into_any()
        };
        view! {
            <tr role="row">
                {people.then(|| view! {
                    <td role="cell" class="name">{row.account.name.clone()}<span class="pale address">{row.account.email.clone()}</span></td>
                })}
                <td role="cell" data-label=t.device>{device(lang, &row.device)}</td>
                <td role="cell" data-label=t.address>{if row.address.is_empty() { t.unknown.to_owned() } else { row.address.clone() }}</td>
                <td role="cell" data-label=t.since>{date_time(row.since)}</td>
                <td role="cell" data-label=t.seen>{date_time(row.last_seen)}</td>
                <td role="cell" class="act">{act}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="table sessions stack" role="table" aria-label=t.sessions>
                <thead role="rowgroup"><tr role="row">
                    {people.then(|| view! { <th role="columnheader" class="col-person">{t.who}</th> })}
                    <th role="columnheader">{t.device}</th>
                    <th role="columnheader" class="col-address">{t.address}</th>
                    <th role="columnheader" class="col-when">{t.since}</th>
                    <th role="columnheader" class="col-when" aria-sort="descending">{t.seen}</th>
                    <th role="columnheader" class="col-act"><span class="sr">{t.end}</span></th>
                </tr></thead>
                <tbody role="rowgroup">{rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// `/admin/sessions`
#[component]
pub fn Sessions(rows: Vec<SessionRow>, own: SessionId, ended: Option<u64>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let said = ended.map(|ended| view! { <p class="note" role="status"><span>{lang.sessions_ended(ended)}</span></p> });
    view! {
        {said}
        <SessionTable rows own people=true/>
        <div class="row-acts"><a class="button danger" href="/admin/sessions/end">{t.end_all}</a></div>
    }
}

/// `/admin/sessions/end`: what is ended, before it is.
#[component]
pub fn EndAll(
    rows: Vec<SessionRow>,
    own: SessionId,
    own_too: bool,
    proof: bool,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let ending: Vec<SessionRow> = rows.into_iter().filter(|row| own_too || row.id != own).collect();
    let count = ending.len() as u64;
    let seen: IdSet = ending.iter().map(|row| row.id.0).collect();
    let choice = |there: &'static str, text: String, is: bool| {
        view! { <a href=there aria-current=is.then_some("true")>{text}</a> }
    };
    let form = if count == 0 {
        view! { <p>{t.none_other}</p><a class="button" href="/admin/sessions">{t.keep}</a> }.into_any()
    } else {
        view! {
            <SessionTable rows=ending own people=true fixed=true/>
            <form class="deed" method="post" action="/api/end_all_sessions" novalidate=true>
                <input type="hidden" name="own" value=own_too.to_string()/>
                <input type="hidden" name="seen" value=seen.to_string()/>
                <div class="deed-body">
                    <p>{t.end_all_effect}</p>
                    {proof.then(|| view! { <Proof errors/> })}
                </div>
                <footer class="deed-foot">
                    <button class="button danger">{lang.sessions_to_end(count)}</button>
                    <a class="button" href="/admin/sessions">{t.keep}</a>
                </footer>
            </form>
        }
        .into_any()
    };
    view! {
        <Refused error=whole/>
        <nav class="choices" aria-label=t.end_all>
            {choice("/admin/sessions/end", t.end_others_all.to_owned(), !own_too)}
            {choice("/admin/sessions/end?own", t.own_too.to_owned(), own_too)}
        </nav>
        {form}
    }
}

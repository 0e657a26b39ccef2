//! A customer's own applications.

use domain::{Application, ApplicationState, DeskError};
use leptos::prelude::*;
use service::{ApplicationPage, Applications, ExtensionState};

use super::{
    Owners, Said, application_address, extensions_note, option_chip, promotion_text, state_chip, what, wish_text,
};
use crate::i18n::{DealWords, Lang, date_time, use_lang};
use crate::pages::Refused;

/// `/applications`
#[component]
pub(super) fn List(list: Applications, later: bool) -> impl IntoView {
    let lang = use_lang();
    let (t, d) = (lang.texts(), lang.dealing());
    if list.rows.is_empty() {
        let served = !list.serving.is_empty();
        let (title, hint) = match served {
            true => (d.none_yet, d.none_yet_hint),
            false => (d.no_partner, d.no_partner_hint),
        };
        let act = served.then(|| {
            view! { <a class="button primary" href="/applications/new">{d.new_application}</a> }
        });
        return view! { <div class="empty"><h2>{title}</h2><p>{hint}</p>{act}</div> }.into_any();
    }
    let newest = later.then(|| view! { <a href="/applications">{t.newest}</a> });
    let older = list.next.map(|id| view! { <a href=format!("/applications?before={id}") rel="next">{t.older}</a> });
    let pages = (later || list.next.is_some()).then(|| {
        view! { <div class="pager"><nav aria-label=t.pages>{newest}{older}</nav></div> }
    });
    let rows = list.rows.iter().map(|application| row(lang, application, &list)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="table orders deals stack" role="table" aria-label=d.applications>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader" class="col-number">{d.number}</th>
                    <th role="columnheader" class="col-when" aria-sort="descending">{d.sent_at}</th>
                    <th role="columnheader" class="col-what">{d.what}</th>
                    <th role="columnheader">{d.partner}</th>
                    <th role="columnheader" class="col-term">{d.option}</th>
                    <th role="columnheader" class="col-state">{d.state}</th>
                </tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        {pages}
    }
    .into_any()
}

fn row(lang: Lang, application: &Application, list: &Applications) -> impl IntoView + use<> {
    let d = lang.dealing();
    let in_vain =
        application.waits_in_vain(&list.serving).then(|| view! { <br/><span class="soon">{d.in_vain}</span> });
    view! {
        <tr role="row">
            <td role="cell" class="name"><a href=application_address(application.id)>{application.id.number()}</a></td>
            <td role="cell" data-label=d.sent_at>{date_time(application.created_at)}</td>
            <td role="cell">{what(lang, application, &list.extensions)}{in_vain}</td>
            <td role="cell" data-label=d.partner>{application.partner_name.clone()}</td>
            <td role="cell" data-label=d.option>{option_chip(lang, application.wish().on)}</td>
            <td role="cell" class="state">{state_chip(lang, application.state)}</td>
        </tr>
    }
}

/// `/applications/12`
#[component]
pub(super) fn One(page: ApplicationPage, said: Said, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let promotion = promotion_text(lang, &page);
    let ApplicationPage { application, extension, connected, in_vain, .. } = page;
    let waits = application.state == ApplicationState::Sent;
    let note = match (application.state, said) {
        (ApplicationState::Sent, Said::Sent) => Some(d.sent),
        (ApplicationState::Withdrawn, _) => Some(d.withdrawn),
        (ApplicationState::Processed, _) if !application.wish().on => Some(d.off_processed),
        _ => None,
    };
    let hint = waits.then_some(if in_vain { d.in_vain } else { d.waits_note });
    let status = (said != Said::Nothing).then_some("status");
    let settled = application.settled_at.map(|at| {
        let by = application.settled_by.clone().unwrap_or_default();
        view! { <div><dt>{d.settled}</dt><dd>{date_time(at)}<br/><span class="pale">{by}</span></dd></div> }
    });
    let reason = (!application.reason.is_empty()).then(|| {
        view! {
            <section><h2>{d.declined_because}</h2><p class="typed">{application.reason.clone()}</p></section>
        }
    });
    let set = application.set.as_ref().map(|set| {
        view! { <div><dt>{d.corrected}</dt><dd>{wish_text(lang, set, &extension)}</dd></div> }
    });
    let comment = (!application.comment.is_empty()).then(|| {
        view! { <section><h2>{d.comment}</h2><p class="typed">{application.comment.clone()}</p></section> }
    });
    let state = ExtensionState { extension: extension.clone(), connected };
    let now = (application.state == ApplicationState::Processed && state.connected.is_some()).then(|| {
        let held = state.connected.as_ref().and_then(|known| Some(lang.held_of(known.held?, known.seats)));
        let size = state.connected.as_ref().map(|known| extension.size_title(&known.size).to_owned());
        view! { <div><dt>{d.size_now}</dt><dd>{extensions_note(lang, &state)}<br/><span class="pale">{size}", "{d.held_low}" "{held}</span></dd></div> }
    });
    let withdraw = waits.then(|| {
        view! {
            <form method="post" action="/api/withdraw_application">
                <input type="hidden" name="application" value=application.id.to_string()/>
                <p class="pale">{d.withdraw_note}</p>
                <div class="row-acts"><button class="button danger-line">{d.withdraw}</button></div>
            </form>
        }
    });
    view! {
        <div class="page">
            <Refused error=refused/>
            {(note.is_some() || hint.is_some()).then(|| view! {
                <p class="note" role=status><span>{note.map(|note| format!("{note}. ").replace("..", "."))}{hint}</span></p>
            })}
            <dl class="facts wide-facts">
                <div><dt>{d.what}</dt><dd>{lang.application_title(application.purpose, &extension.title)}</dd></div>
                <div><dt>{d.state}</dt><dd>{state_chip(lang, application.state)}</dd></div>
                <div><dt>{d.asked}</dt><dd>{wish_text(lang, &application.asked, &extension)}</dd></div>
                {set}
                <div><dt>{d.partner}</dt><dd>{application.partner_name.clone()}</dd></div>
                <div><dt>{d.sent_at}</dt><dd>{date_time(application.created_at)}<br/><span class="pale">{application.author_name.clone()}</span></dd></div>
                {settled}
                {now}
                {promotion.map(|text| view! { <div><dt>{d.promotion}</dt><dd>{text}</dd></div> })}
            </dl>
            {reason}
            <Owners owners=application.owners.clone() extension=extension.clone()/>
            {comment}
            {withdraw}
        </div>
    }
}

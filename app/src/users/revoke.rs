use domain::{Deed, Preview};
use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::i18n::{Lang, Words, number, use_lang};
use crate::parts::{Deal, Dialog, LeftOutList, TypedNumber, lead};
use crate::state::use_desk;

/// «Подтвердите отзыв лицензий».
#[component]
pub fn RevokeDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    view! { <Dialog open what=Open::Revoke class="dialog narrow"><Content open/></Dialog> }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let typed = RwSignal::new(false);
    let deal = Deal::new(Deed::Revoke);
    let wanted = Memo::new(move |_| {
        let previewed = deal.previewed.with(|preview| preview.as_ref().map(|preview| preview.accepted));
        previewed.unwrap_or_else(|| state.picked.counts().licensed)
    });
    let limit = state.frame.with_untracked(|frame| frame.organization.large_deed);
    let large = Memo::new(move |_| wanted.get() >= limit);
    let problem = move || deal.nobody().then(|| t.nobody_to_revoke.to_owned()).or_else(|| deal.refused.get());
    let ready = move || (!large.get() || typed.get()) && deal.ready();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (true, Some(preview)) = (ready(), deal.previewed.get_untracked()) {
            let size = if typed.get_untracked() { preview.accepted.to_string() } else { String::new() };
            let proof = deal.proof.get_untracked().unwrap_or_default();
            deal.confirm(Box::pin(api::confirm(preview.operation, preview.digest, None, size, proof)), open);
        }
    };
    let people = move || {
        let names = deal.previewed.with(|preview| preview.as_ref().map(|preview| preview.names.clone()));
        lead(state.lang, wanted.get(), &names.unwrap_or_default())
    };
    let facts = move || match deal.previewed.get() {
        Some(preview) => view! { <RevokeFacts preview/> }.into_any(),
        None => view! { <p class="facts-box">{t.counting}</p> }.into_any(),
    };
    let number_to_type =
        move || large.get().then(|| view! { <TypedNumber count=wanted.get() typed proof=deal.proof/> });
    let press =
        move || if large.get() { format!("{} ({})", t.revoke, number(wanted.get())) } else { t.revoke.to_owned() };
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{t.revoke_title}</h2>
                <p id="deed-lead">{people}</p>
                <p>{t.revoke_text}</p>
            </header>
            <div class="deed-body">
                {facts}
                {number_to_type}
                <p class="pale">{t.can_be_undone}</p>
                <div role="alert">{move || problem().map(|text| view! { <p class="alert" id="deed-error">{text}</p> })}</div>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button class="button danger" disabled=move || !ready() aria-busy=move || deal.busy.get().then_some("true")>
                    {press}
                </button>
            </footer>
        </form>
    }
}

/// What goes back to stock, which tasks end, who is left out.
#[component]
pub fn RevokeFacts(preview: Preview) -> impl IntoView {
    let lang = use_lang();
    let returned: Vec<String> =
        preview.returned.iter().map(|returned| format!("{} — {}", returned.label, number(returned.count))).collect();
    let returned = returned.join(", ");
    let (back, tasks, end) = match lang {
        Lang::Ru => (
            format!(" {} на остаток: {returned}.", lang.plural(preview.accepted, "вернётся", "вернутся", "вернутся")),
            "Открытые задачи на сертификаты: ",
            lang.plural(preview.open_tasks, ", будет отменена.", ", будут отменены.", ", будут отменены."),
        ),
        Lang::En => (
            format!(" will go back to stock: {returned}."),
            "Open certificate tasks: ",
            lang.plural(preview.open_tasks, ", it will be cancelled.", "", ", they will be cancelled."),
        ),
    };
    let open_tasks = (preview.open_tasks > 0).then(|| view! { <br/>{tasks}<b>{number(preview.open_tasks)}</b>{end} });
    let facts = (preview.accepted > 0)
        .then(|| view! { <p class="facts-box"><b>{lang.licences(preview.accepted)}</b>{back}{open_tasks}</p> });
    view! {
        {facts}
        <LeftOutList deed=Deed::Revoke left_out=preview.left_out/>
    }
}

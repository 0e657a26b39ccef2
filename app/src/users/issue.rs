use domain::{Deed, PoolId};
use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::i18n::Words;
use crate::parts::{Deal, Dialog, LeftOutList, PoolOptions, lead};
use crate::state::use_desk;

/// «Задача на получение сертификата электронной подписи».
///
/// It opens at once with what the browser knows; the server's preview, which freezes the people, replaces that. What
/// does not fit is said before the press, and by the server in any case.
#[component]
pub fn IssueDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    view! { <Dialog open what=Open::Issue><Content open/></Dialog> }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let chosen = RwSignal::new(None::<PoolId>);
    let deal = Deal::new(Deed::Issue);
    let wanted = Memo::new(move |_| {
        let previewed = deal.previewed.with(|preview| preview.as_ref().map(|preview| preview.accepted));
        previewed.unwrap_or_else(|| state.picked.counts().issuable)
    });
    let pools = move || {
        let previewed =
            deal.previewed.with(|preview| preview.as_ref().map(|preview| (preview.pools.clone(), preview.now)));
        previewed.unwrap_or_else(|| state.frame.with_untracked(|frame| (frame.pools.clone(), frame.now)))
    };
    // Why the chosen pool will not do, by the same rule that the server keeps.
    let shortage = Memo::new(move |_| {
        let chosen = chosen.get()?;
        let (pools, now) = pools();
        let pool = pools.into_iter().find(|pool| pool.id == chosen)?;
        pool.admits(wanted.get(), now).err().map(|refusal| lang.refusal(refusal))
    });
    let problem = move || {
        shortage.get().or_else(|| deal.nobody().then(|| t.nobody_to_issue.to_owned())).or_else(|| deal.refused.get())
    };
    let ready = move || chosen.get().is_some() && shortage.read().is_none() && deal.ready();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (true, Some(preview)) = (ready(), deal.previewed.get_untracked()) {
            let confirmed =
                api::confirm(preview.operation, preview.digest, chosen.get_untracked(), String::new(), String::new());
            deal.confirm(Box::pin(confirmed), open);
        }
    };
    let people = move || {
        let names = deal.previewed.with(|preview| preview.as_ref().map(|preview| preview.names.clone()));
        lead(lang, wanted.get(), &names.unwrap_or_default())
    };
    let options = move || {
        let (pools, now) = pools();
        view! { <PoolOptions pools wanted=wanted.get() now chosen/> }
    };
    let left_out = move || {
        let left_out = deal.previewed.with(|preview| preview.as_ref().map(|preview| preview.left_out.clone()));
        view! { <LeftOutList deed=Deed::Issue left_out=left_out.unwrap_or_default()/> }
    };
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{t.issue_title}</h2>
                <p id="deed-lead">{people}</p>
            </header>
            <div class="deed-body">
                {options}
                <div role="alert">{move || problem().map(|text| view! { <p class="alert" id="deed-error">{text}</p> })}</div>
                {left_out}
                <p class="pale">{t.can_be_undone}</p>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button
                    class="button primary"
                    disabled=move || !ready()
                    aria-busy=move || deal.busy.get().then_some("true")
                    aria-describedby=move || problem().map(|_| "deed-error")
                >
                    {t.send}
                </button>
            </footer>
        </form>
    }
}

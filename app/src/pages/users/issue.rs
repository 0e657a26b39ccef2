use domain::{Confirmation, Deed, DeskError, PoolId, Preview};
use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::Words;
use crate::parts::{Dialog, LeftOutList, PoolOptions, lead};
use crate::state::{Message, use_desk};

/// «Задача на получение сертификата электронной подписи».
///
/// It opens at once with what the browser knows; the server's preview, which freezes the people, replaces that. What
/// does not fit is said before the press, and by the server in any case.
#[component]
pub fn IssueDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    let is_open = Memo::new(move |_| open.get() == Some(Open::Issue));
    let close = move || {
        if open.get_untracked() == Some(Open::Issue) {
            open.set(None);
        }
    };
    view! {
        <Dialog open=is_open on_close=move |()| close()>
            <Content open/>
        </Dialog>
    }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let chosen = RwSignal::new(None::<PoolId>);
    let refused = RwSignal::new(None::<String>);
    let previewed = RwSignal::new(None::<Preview>);
    let look = Action::new(move |(): &()| {
        let selection = state.picked.selection.get_untracked();
        async move {
            match api::preview(Deed::Issue, selection).await {
                Ok(preview) => previewed.set(Some(preview)),
                Err(ApiError(error)) => refused.set(Some(lang.error(&error))),
            }
        }
    });
    look.dispatch(());
    let wanted = Memo::new(move |_| {
        previewed
            .with(|preview| preview.as_ref().map(|preview| preview.accepted))
            .unwrap_or_else(|| state.picked.counts().issuable)
    });
    let pools = move || {
        let of_preview = previewed.with(|preview| preview.as_ref().map(|preview| (preview.pools.clone(), preview.now)));
        of_preview.or_else(|| state.frame.get_untracked().and_then(Result::ok).map(|frame| (frame.pools, frame.now)))
    };
    // Why the chosen pool will not do, by the same rule that the server keeps.
    let shortage = Memo::new(move |_| {
        let chosen = chosen.get()?;
        let (pools, now) = pools()?;
        let pool = pools.into_iter().find(|pool| pool.id == chosen)?;
        pool.admits(wanted.get(), now).err().map(|refusal| lang.refusal(refusal))
    });
    let nobody = move || previewed.with(|preview| preview.as_ref().is_some_and(|preview| preview.accepted == 0));
    let problem =
        move || shortage.get().or_else(|| nobody().then(|| t.nobody_to_issue.to_owned())).or_else(|| refused.get());
    let send = Action::new(move |confirmation: &Confirmation| {
        let Confirmation { operation, digest, pool } = confirmation.clone();
        async move {
            match api::confirm(operation, digest, pool).await {
                Ok(done) => {
                    open.set(None);
                    state.picked.clear();
                    state.settled(Message::of_operation(lang, &done));
                }
                Err(ApiError(error)) => {
                    refused.set(Some(lang.error(&error)));
                    // The world has moved: show it as it is now. A lost reply is asked for again as it was.
                    if !matches!(error, DeskError::Unavailable | DeskError::Busy) {
                        previewed.set(None);
                        look.dispatch(());
                        state.version.update(|version| *version += 1);
                    }
                }
            }
        }
    });
    let ready = move || {
        chosen.get().is_some()
            && shortage.get().is_none()
            && !nobody()
            && previewed.read().is_some()
            && !send.pending().get()
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !ready() {
            return;
        }
        if let (Some(preview), pool) = (previewed.get_untracked(), chosen.get_untracked()) {
            refused.set(None);
            send.dispatch(Confirmation { operation: preview.operation, digest: preview.digest, pool });
        }
    };
    let people = move || {
        let names = previewed.with(|preview| preview.as_ref().map(|preview| preview.names.clone()));
        lead(lang, wanted.get(), &names.unwrap_or_default())
    };
    let options = move || pools().map(|(pools, now)| view! { <PoolOptions pools wanted=wanted.get() now chosen/> });
    let left_out = move || {
        previewed.with(|preview| {
            preview.as_ref().map(|preview| view! { <LeftOutList deed=Deed::Issue left_out=preview.left_out.clone()/> })
        })
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
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button
                    class="button primary"
                    disabled=move || !ready() && !send.pending().get()
                    aria-busy=move || send.pending().get().then_some("true")
                    aria-describedby=move || problem().map(|_| "deed-error")
                >
                    {t.send}
                </button>
            </footer>
        </form>
    }
}

use domain::{Confirmation, Deed, DeskError, Preview};
use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, number};
use crate::parts::{Dialog, LeftOutList, TypedNumber};
use crate::state::{Message, use_desk};

/// «Подтвердите отзыв лицензий».
#[component]
pub fn RevokeDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    let is_open = Memo::new(move |_| open.get() == Some(Open::Revoke));
    let close = move || {
        if open.get_untracked() == Some(Open::Revoke) {
            open.set(None);
        }
    };
    view! {
        <Dialog open=is_open class="dialog narrow" on_close=move |()| close()>
            <Content open/>
        </Dialog>
    }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let refused = RwSignal::new(None::<String>);
    let previewed = RwSignal::new(None::<Preview>);
    let typed = RwSignal::new(false);
    let look = Action::new(move |(): &()| {
        let selection = state.picked.selection.get_untracked();
        async move {
            match api::preview(Deed::Revoke, selection).await {
                Ok(preview) => previewed.set(Some(preview)),
                Err(ApiError(error)) => refused.set(Some(lang.error(&error))),
            }
        }
    });
    look.dispatch(());
    let wanted = Memo::new(move |_| {
        previewed
            .with(|preview| preview.as_ref().map(|preview| preview.accepted))
            .unwrap_or_else(|| state.picked.counts().licensed)
    });
    let limit =
        state.frame.get_untracked().and_then(Result::ok).map_or(u64::MAX, |frame| frame.organization.large_deed);
    let large = Memo::new(move |_| wanted.get() >= limit);
    let nobody = move || previewed.with(|preview| preview.as_ref().is_some_and(|preview| preview.accepted == 0));
    let problem = move || nobody().then(|| t.nobody_to_revoke.to_owned()).or_else(|| refused.get());
    let send = Action::new(move |confirmation: &Confirmation| {
        let Confirmation { operation, digest, .. } = confirmation.clone();
        async move {
            match api::confirm(operation, digest, None).await {
                Ok(done) => {
                    open.set(None);
                    state.picked.clear();
                    state.settled(Message::of_operation(lang, &done));
                }
                Err(ApiError(error)) => {
                    refused.set(Some(lang.error(&error)));
                    if !matches!(error, DeskError::Unavailable | DeskError::Busy) {
                        previewed.set(None);
                        look.dispatch(());
                        state.version.update(|version| *version += 1);
                    }
                }
            }
        }
    });
    let ready =
        move || previewed.read().is_some() && !nobody() && (!large.get() || typed.get()) && !send.pending().get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !ready() {
            return;
        }
        if let Some(preview) = previewed.get_untracked() {
            refused.set(None);
            send.dispatch(Confirmation { operation: preview.operation, digest: preview.digest, pool: None });
        }
    };
    let facts = move || {
        previewed
            .get()
            .map(|preview| view! { <RevokeFacts preview/> }.into_any())
            .unwrap_or_else(|| view! { <p class="facts-box">{t.counting}</p> }.into_any())
    };
    let button =
        move || if large.get() { format!("{} ({})", t.revoke, number(wanted.get())) } else { t.revoke.to_owned() };
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{t.revoke_title}</h2>
                <p id="deed-lead">{t.revoke_text}</p>
            </header>
            <div class="deed-body">
                {facts}
                <Show when=move || large.get()>{move || view! { <TypedNumber count=wanted.get() typed/> }}</Show>
                <div role="alert">{move || problem().map(|text| view! { <p class="alert" id="deed-error">{text}</p> })}</div>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button
                    class="button danger"
                    disabled=move || !ready() && !send.pending().get()
                    aria-busy=move || send.pending().get().then_some("true")
                >
                    {button}
                </button>
            </footer>
        </form>
    }
}

/// What goes back to stock, which tasks end, who is left out.
#[component]
pub fn RevokeFacts(preview: Preview) -> impl IntoView {
    let lang = crate::i18n::use_lang();
    let returned: Vec<String> =
        preview.returned.iter().map(|returned| format!("{} — {}", returned.label, number(returned.count))).collect();
    let (back, tasks, end) = match lang {
        Lang::Ru => (
            format!(
                " {} на остаток: {}.",
                lang.plural(preview.accepted, "вернётся", "вернутся", "вернутся"),
                returned.join(", ")
            ),
            "Открытые задачи на сертификаты: ",
            lang.plural(preview.open_tasks, ", будет отменена.", ", будут отменены.", ", будут отменены."),
        ),
        Lang::En => (
            format!(" will go back to stock: {}.", returned.join(", ")),
            "Open certificate tasks: ",
            lang.plural(preview.open_tasks, ", it will be cancelled.", "", ", they will be cancelled."),
        ),
    };
    let open_tasks = (preview.open_tasks > 0).then(|| {
        view! { <br/>{tasks}<b>{number(preview.open_tasks)}</b>{end} }
    });
    let facts = (preview.accepted > 0).then(|| {
        view! { <p class="facts-box"><b>{lang.licences(preview.accepted)}</b>{back}{open_tasks}</p> }
    });
    view! {
        {facts}
        <LeftOutList deed=Deed::Revoke left_out=preview.left_out/>
    }
}

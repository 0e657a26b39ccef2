use leptos::prelude::*;

use crate::address::there;
use crate::api;
use crate::error::ApiError;
use crate::i18n::Words;
use crate::state::{Message, act, use_desk};

/// The message after a deed, with «Вернуть как было» and a link to the report. It stays until it is closed or the
/// next one comes: nobody has to hurry.
#[component]
pub fn Toast() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let busy = RwSignal::new(false);
    let undo = move |operation| {
        let work = async move {
            match api::undo(operation).await {
                Ok(done) => state.settled(Message::of_operation(state.lang, &done)),
                // The report and another try stay at hand.
                Err(ApiError(error)) => {
                    let text = state.lang.undo_error(&error);
                    state.settled(Message { report: Some(operation), undo: Some(operation), ..Message::failure(text) });
                }
            }
        };
        act(busy, Box::pin(work));
    };
    let toast = move |message: Message| {
        let report = message
            .report
            .map(|id| view! { <a class="link" href=format!("{}{id}", there("/operations/"))>{t.report}</a> });
        let back = message.undo.map(|id| {
            view! {
                <button class="link" type="button" aria-busy=move || busy.get().then_some("true") on:click=move |_| undo(id)>
                    {t.undo}
                </button>
            }
        });
        view! {
            <div class="toast" data-failed=message.failed.then_some("")>
                <span>{message.text}</span>
                {report}
                {back}
                <button class="icon-button" type="button" aria-label=t.close on:click=move |_| state.message.set(None)>"×"</button>
            </div>
        }
    };
    view! { <div role="status">{move || state.message.get().map(toast)}</div> }
}

use domain::{Deletion, DeskError};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, number};
use crate::parts::{Dialog, TypedNumber, lead, proof_problem};
use crate::state::{Message, act, use_desk};

/// «Удалить пользователя», confirmed. Who holds a licence must lose it first, and the dialog says so.
#[component]
pub fn DeleteDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    view! { <Dialog open what=Open::Delete class="dialog narrow"><Content open/></Dialog> }
}

/// «Удалить 5 пользователей?»
pub fn delete_title(lang: Lang, count: u64) -> String {
    match lang {
        Lang::Ru => {
            let noun = lang.plural(count, "пользователя", "пользователей", "пользователей");
            format!("Удалить {} {noun}?", number(count))
        }
        Lang::En => format!("Delete {} {}?", number(count), lang.plural(count, "user", "users", "users")),
    }
}

#[component]
fn Content(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    // What the browser knows, until the server has said who they are.
    let (count, names) = untrack(move || (state.picked.counts().total, state.picked.names()));
    let shown = RwSignal::new(None::<Deletion>);
    let refused = RwSignal::new(None::<String>);
    let typed = RwSignal::new(false);
    let proof = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let refuse = move |ApiError(error): ApiError| {
        let asked = proof_problem(lang, &error);
        if asked.is_some() {
            drop(proof.try_set(Some(String::new())));
        }
        drop(refused.try_set(Some(asked.map_or_else(|| lang.error(&error), str::to_owned))));
    };
    let look = move || {
        spawn_local(async move {
            match api::deletion(state.picked.selection.get_untracked()).await {
                Ok(deletion) => {
                    if deletion.holders > 0 {
                        let (count, names) = (deletion.holders, deletion.holder_names.clone());
                        refuse(ApiError(DeskError::MembersHoldLicences { count, names }));
                    }
                    let _ = shown.try_set(Some(deletion));
                }
                Err(error) => refuse(error),
            }
        });
    };
    look();
    let count = move || shown.with(|shown| shown.as_ref().map_or(count, |shown| shown.count));
    let names = move || shown.with(|shown| shown.as_ref().map_or(names.clone(), |shown| shown.names.clone()));
    let blocked = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.holders > 0));
    let large =
        Memo::new(move |_| !blocked() && state.frame.with_untracked(|frame| frame.organization.is_large(count())));
    let delete = move |deletion: Deletion| {
        let selection = state.picked.selection.get_untracked();
        let size = typed.get_untracked().then_some(deletion.count);
        let work = async move {
            match api::delete_members(selection, deletion.digest, size, proof.get_untracked()).await {
                Ok(deleted) => {
                    // Whoever has closed the dialog meanwhile may be busy with another, and with other people.
                    if shown.try_set(None).is_none() {
                        open.set(None);
                        state.picked.clear();
                        state.picked.only.set(None);
                    }
                    let text = match lang {
                        Lang::Ru => format!("Пользователи удалены: {}", number(deleted)),
                        Lang::En => format!("Users deleted: {}", number(deleted)),
                    };
                    state.settled(Message::note(text));
                }
                Err(error) => {
                    let moved = matches!(error.0, DeskError::SelectionChanged { .. });
                    refuse(error);
                    if moved {
                        look();
                    }
                }
            }
        };
        act(busy, Box::pin(work));
    };
    let ready = move || shown.read().is_some() && !blocked() && (!large.get() || typed.get()) && !busy.get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (true, Some(deletion)) = (ready(), shown.get_untracked()) {
            refused.set(None);
            delete(deletion);
        }
    };
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{move || delete_title(lang, count())}</h2>
                <p id="deed-lead">{move || lead(lang, count(), &names())}</p>
                <p>{t.delete_text}</p>
            </header>
            <div class="deed-body">
                {move || large.get().then(|| view! { <TypedNumber count=count() typed proof/> })}
                <div role="alert">{move || refused.get().map(|text| view! { <p class="alert">{text}</p> })}</div>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button class="button danger" disabled=move || !ready() aria-busy=move || busy.get().then_some("true")>
                    {move || format!("{} ({})", t.delete, number(count()))}
                </button>
            </footer>
        </form>
    }
}

use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, number};
use crate::parts::{Dialog, TypedNumber, lead};
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
    let counts = untrack(move || state.picked.counts());
    let count = counts.total;
    let refused = RwSignal::new(None::<String>);
    let typed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let large = count >= state.frame.with_untracked(|frame| frame.organization.large_deed);
    let blocked = counts.licensed > 0;
    if blocked {
        let licences = lang.licences(counts.licensed);
        refused.set(Some(match lang {
            Lang::Ru => {
                format!("У выбранных есть лицензии: {licences}. Сначала отзовите их, потом удалите пользователей.")
            }
            Lang::En => format!("The selected hold {licences}. Revoke them first, then delete the users."),
        }));
    }
    let delete = move || {
        let selection = state.picked.selection.get_untracked();
        let work = async move {
            match api::delete_members(selection, count).await {
                Ok(deleted) => {
                    open.set(None);
                    state.picked.clear();
                    state.picked.only.set(None);
                    let text = match lang {
                        Lang::Ru => format!("Пользователи удалены: {}", number(deleted)),
                        Lang::En => format!("Users deleted: {}", number(deleted)),
                    };
                    state.settled(Message::note(text));
                }
                Err(ApiError(error)) => drop(refused.try_set(Some(lang.error(&error)))),
            }
        };
        act(busy, Box::pin(work));
    };
    let ready = move || !blocked && (!large || typed.get()) && !busy.get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if ready() {
            refused.set(None);
            delete();
        }
    };
    let names = untrack(move || lead(lang, count, &state.picked.names()));
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{delete_title(lang, count)}</h2>
                <p id="deed-lead">{names}". "{t.delete_text}</p>
            </header>
            <div class="deed-body">
                {(large && !blocked).then(|| view! { <TypedNumber count typed/> })}
                <div role="alert">{move || refused.get().map(|text| view! { <p class="alert">{text}</p> })}</div>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button class="button danger" disabled=move || !ready() aria-busy=move || busy.get().then_some("true")>
                    {format!("{} ({})", t.delete, number(count))}
                </button>
            </footer>
        </form>
    }
}

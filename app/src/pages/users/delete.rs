use leptos::prelude::*;

use super::Open;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, number};
use crate::parts::{Dialog, TypedNumber};
use crate::state::{Message, use_desk};

/// «Удалить пользователя», confirmed. Who holds a licence must lose it first, and the dialog says so.
#[component]
pub fn DeleteDialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    let is_open = Memo::new(move |_| open.get() == Some(Open::Delete));
    let close = move || {
        if open.get_untracked() == Some(Open::Delete) {
            open.set(None);
        }
    };
    view! {
        <Dialog open=is_open class="dialog narrow" on_close=move |()| close()>
            <Content open/>
        </Dialog>
    }
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
    let counts = state.picked.counts();
    let count = counts.total;
    let refused = RwSignal::new(None::<String>);
    let typed = RwSignal::new(false);
    let limit =
        state.frame.get_untracked().and_then(Result::ok).map_or(u64::MAX, |frame| frame.organization.large_deed);
    let large = count >= limit;
    let held = (counts.licensed > 0).then(|| match lang {
        Lang::Ru => format!(
            "{} у выбранных. Сначала отзовите лицензии, потом удалите пользователей.",
            lang.licences(counts.licensed)
        ),
        Lang::En => {
            format!("The selected hold {}. Revoke the licences first, then delete.", lang.licences(counts.licensed))
        }
    });
    let blocked = held.is_some();
    let send = Action::new(move |(): &()| {
        let selection = state.picked.selection.get_untracked();
        async move {
            match api::delete_members(selection, count).await {
                Ok(deleted) => {
                    open.set(None);
                    state.picked.clear();
                    let text = match lang {
                        Lang::Ru => format!("Пользователи удалены: {}", number(deleted)),
                        Lang::En => format!("Users deleted: {}", number(deleted)),
                    };
                    state.settled(Message::note(text));
                }
                Err(ApiError(error)) => refused.set(Some(lang.error(&error))),
            }
        }
    });
    let ready = move || !blocked && (!large || typed.get()) && !send.pending().get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if ready() {
            refused.set(None);
            send.dispatch(());
        }
    };
    let names = crate::parts::lead(lang, count, &state.picked.names());
    view! {
        <form class="deed" on:submit=submit>
            <header class="deed-head">
                <h2 id="deed-title">{delete_title(lang, count)}</h2>
                <p id="deed-lead">{names}". "{t.delete_text}</p>
            </header>
            <div class="deed-body">
                {(large && !blocked).then(|| view! { <TypedNumber count typed/> })}
                <div role="alert">
                    {held.map(|text| view! { <p class="alert">{text}</p> })}
                    {move || refused.get().map(|text| view! { <p class="alert">{text}</p> })}
                </div>
            </div>
            <footer class="deed-foot">
                <button class="button" type="button" on:click=move |_| open.set(None)>{t.cancel}</button>
                <button
                    class="button danger"
                    disabled=move || !ready() && !send.pending().get()
                    aria-busy=move || send.pending().get().then_some("true")
                >
                    {format!("{} ({})", t.delete, number(count))}
                </button>
            </footer>
        </form>
    }
}

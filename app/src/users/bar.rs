use domain::Capability;
use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

use super::Open;
use crate::i18n::{Lang, Words, number};
use crate::state::use_desk;

/// The bar that lies over the filters while somebody is selected: how many, and what can be done.
///
/// Before the app is awake the boxes themselves show it (by CSS) and its buttons post the form.
#[component]
pub fn DeedsBar(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let picked = state.picked;
    let counts = Memo::new(move |_| picked.counts());
    // Of a page that has not come nothing is known.
    let found = Memo::new(move |_| state.failed.read().is_none().then(|| state.directory.read().counts));
    let size = move || {
        let count = counts.get();
        let all = state.frame.read().count(domain::Tab::All);
        let of = match state.lang {
            Lang::Ru => format!(" из {}", number(all)),
            Lang::En => format!(" of {}", number(all)),
        };
        let back = match state.lang {
            Lang::Ru => format!(" · вернётся на остаток: {}", number(count.licensed)),
            Lang::En => format!(" · back to stock: {}", number(count.licensed)),
        };
        view! {
            {state.lang.selected(count.total)}
            <span class="desk">{of}</span>
            {(count.licensed > 0).then(|| view! { <span class="phone pale">{back}</span> })}
        }
    };
    let only = move || picked.only.read().is_some();
    let toggle_only = move |event: MouseEvent| {
        event.prevent_default();
        let now = (!only()).then(|| picked.selection.get_untracked());
        picked.only.set(now);
        state.go(domain::View { page: 1, ..state.view.get_untracked() }, true);
    };
    let whole = move || {
        let selection = picked.selection.read();
        let filter = &state.view.read().filter;
        selection.all.iter().any(|part| part.filter == *filter && part.except.is_empty())
    };
    let pick_all = move |event: MouseEvent| {
        event.prevent_default();
        state.pick_all(state.view.read_untracked().filter.clone());
    };
    let all_text = move || {
        let count = number(found.get().unwrap_or_default().total);
        match state.lang {
            Lang::Ru if state.view.read().filter == domain::Filter::default() => format!("Выбрать все {count}"),
            Lang::Ru => format!("Выбрать все {count} по фильтру"),
            Lang::En => format!("Select all {count}"),
        }
    };
    // The name of a button says the deed and, once that is known, its size.
    let with_count = move |text: &'static str, count: u64| {
        if counts.get().total == 0 { text.to_owned() } else { format!("{text} ({})", number(count)) }
    };
    let press = move |what: Open| {
        move |event: MouseEvent| {
            event.prevent_default();
            open.set(Some(what));
        }
    };
    let offered = move |needs: Capability, count: u64| {
        state.frame.read().rights.may(needs) && (counts.get().total == 0 || count > 0)
    };
    let may_manage =
        move || [Capability::Issue, Capability::Revoke].iter().any(|deed| state.frame.read().rights.may(*deed));
    // The form goes on to another page, with everybody who is selected and not only the boxes of this one.
    let sent = NodeRef::<html::Input>::new();
    let leave = move |_: MouseEvent| {
        if let Some(input) = sent.get_untracked() {
            input.set_value(
                &picked.selection.with_untracked(|selection| serde_json::to_string(selection)).unwrap_or_default(),
            );
        }
    };
    view! {
        <div class="deeds" role="group" aria-label=t.deeds>
            <input type="hidden" name="selection" node_ref=sent/>
            <p class="deeds-size" aria-live="polite">
                <span class="before-app">{t.with_selected}</span>
                <span class="with-app">{size}</span>
            </p>
            <div class="deeds-links">
                <button class="link with-app" type="button" aria-pressed=move || if only() { "true" } else { "false" } on:click=toggle_only>
                    {move || if only() { t.show_everybody } else { t.only_selected }}
                </button>
                <button class="link with-app phone" type="button" on:click=move |_| super::keyboard::pick_page(state, true)>
                    {t.whole_page}
                </button>
                <Show when=move || !only() && !whole() && found.read().is_some()>
                    <button class="link with-app all" type="button" on:click=pick_all>{all_text}</button>
                </Show>
                <button
                    class="link with-app desk"
                    type="button"
                    aria-label=t.find_more
                    title=t.find_more
                    on:click=|_| super::keyboard::focus_search()
                >
                    <kbd aria-hidden="true">"/"</kbd>
                </button>
                <button class="link" type="reset">{t.clear_selection}</button>
            </div>
            <div class="deeds-acts">
                <Show when=move || offered(Capability::Issue, counts.get().issuable)>
                    <button class="button primary" formaction="/api/start_issue" on:click=press(Open::Issue)>
                        {move || with_count(t.issue, counts.get().issuable)}
                    </button>
                </Show>
                <Show when=move || offered(Capability::Revoke, counts.get().licensed)>
                    <button class="button danger-line" formaction="/api/start_revoke" on:click=press(Open::Revoke)>
                        {move || with_count(t.revoke, counts.get().licensed)}
                    </button>
                </Show>
                <Show when=move || may_manage()>
                    <button class="button" formaction="/api/start_manage" data-leaves="" on:click=leave>
                        {move || with_count(t.manage, counts.get().total)}
                    </button>
                </Show>
                <Show when=move || offered(Capability::EditPeople, counts.get().total)>
                    <button class="button quiet" formaction="/api/start_delete" on:click=press(Open::Delete)>
                        {move || with_count(t.delete, counts.get().total)}
                    </button>
                </Show>
            </div>
        </div>
    }
}

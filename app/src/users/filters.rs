use std::time::Duration;

use domain::{Direction, LicenceFilter, SortKey, View};
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::tabs::hide;
use crate::address;
use crate::i18n::Texts;
use crate::state::use_desk;

/// How long after the last letter a search begins.
const TYPING: Duration = Duration::from_millis(180);

/// A column's name in the language of the page.
pub type ColumnText = fn(&Texts) -> &'static str;

/// What the columns are called, in the order of the table.
pub const COLUMNS: [(SortKey, &str, ColumnText); 7] = [
    (SortKey::Name, "col-name", |t| t.col_user),
    (SortKey::Employment, "col-employment", |t| t.col_employment),
    (SortKey::Licence, "col-licence", |t| t.col_licence),
    (SortKey::Until, "col-term", |t| t.col_until),
    (SortKey::LastActive, "col-activity", |t| t.col_active),
    (SortKey::Email, "col-email", |t| t.email),
    (SortKey::Group, "col-group", |t| t.col_group),
];

/// Search and filters: a plain form to `/users`; with scripts each change acts at once.
#[component]
pub fn Filters() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let view = state.view;
    let search = NodeRef::<html::Input>::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |text: String| {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        let begin = move || {
            let mut there = view.get_untracked();
            let further = !there.filter.search.is_empty();
            if there.filter.search != text {
                there.filter.search = text;
                there.page = 1;
                state.go(there, further);
            }
        };
        waiting.set_value(set_timeout_with_handle(begin, TYPING).ok());
    };
    // Back and the tabs change the search too; whoever is typing is not disturbed, unless he goes back himself.
    Effect::new(move |before: Option<u32>| {
        let text = view.read().filter.search.clone();
        let moved = state.moved.get();
        if let Some(input) = search.get() {
            let typing = document().active_element().is_some_and(|active| active.id() == "search");
            let back = before.is_some_and(|before| before != moved);
            if (back || !typing) && input.value() != text {
                input.set_value(&text);
            }
        }
        moved
    });
    super::keyboard::slash_searches();
    let licence = move |code: String| {
        let mut there = view.get_untracked();
        there.filter.licence = address::licence(&code);
        there.page = 1;
        state.go(there, false);
    };
    let order = move |code: String| {
        let mut there = view.get_untracked();
        there.sort = domain::Sort { key: SortKey::from_code(&code).unwrap_or_default(), ..there.sort };
        there.page = 1;
        state.go(there, false);
    };
    let licences = {
        let products = state.frame.with_untracked(|frame| frame.products.clone());
        let option = |licence: LicenceFilter, text: String| {
            view! {
                <option value=address::licence_code(licence) selected=move || view.read().filter.licence == licence>{text}</option>
            }
        };
        let products = products.into_iter().map(|product| {
            let text = match product.label == product.title {
                true => product.title,
                false => format!("{} · {}", product.label, product.title),
            };
            option(LicenceFilter::Product(product.id), text)
        });
        view! {
            {option(LicenceFilter::Whatever, t.licence_whatever.to_owned())}
            {option(LicenceFilter::None, t.no_licence.to_owned())}
            {option(LicenceFilter::Any, t.licence_any.to_owned())}
            {products.collect_view()}
        }
    };
    let direction = move |code: String| {
        let mut there = view.get_untracked();
        there.sort.direction = address::direction(&code);
        there.page = 1;
        state.go(there, false);
    };
    let descending = move || view.read().sort.direction == Direction::Descending;
    // Without scripts the form keeps tab and page size by these.
    let kept = move || {
        let kept = address::pairs(&View { page: 1, ..view.get() });
        let kept = kept.into_iter().filter(|(name, _)| ["tab", "size"].contains(name));
        kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    };
    view! {
        <form
            class="filters"
            method="get"
            action=address::there("/users")
            role="search"
            aria-label=t.search_and_filters
            on:submit=move |event| {
                event.prevent_default();
                hide("filters");
                // While somebody is selected, the search gives way to the bar again.
                if let Some(input) = search.get_untracked() {
                    let _ = input.blur();
                }
            }
        >
            {kept}
            <div class="search">
                <input
                    node_ref=search
                    class="input"
                    type="search"
                    id="search"
                    name="q"
                    value=view.get_untracked().filter.search
                    maxlength="200"
                    placeholder=t.search
                    aria-label=t.search
                    aria-keyshortcuts="/"
                    autocomplete="off"
                    on:input:target=move |event| typed(event.target().value())
                />
                <kbd aria-hidden="true">"/"</kbd>
            </div>
            <button class="button icon-button filters-button" type="button" popovertarget="filters" aria-label=t.filters></button>
            <div class="filters-set" id="filters" popover="">
                <span class="select">
                    <select name="licence" aria-label=t.licence on:change:target=move |event| licence(event.target().value())>
                        {licences}
                    </select>
                </span>
                <span class="select phone">
                    <select name="sort" aria-label=t.order on:change:target=move |event| order(event.target().value())>
                        {COLUMNS.map(|(key, _, text)| view! {
                            <option value=key.code() selected=move || view.read().sort.key == key>{text(t)}</option>
                        }).into_iter().collect_view()}
                    </select>
                </span>
                <span class="select phone">
                    <select name="dir" aria-label=t.direction on:change:target=move |event| direction(event.target().value())>
                        <option value="" selected=move || !descending()>{t.ascending}</option>
                        <option value="desc" selected=descending>{t.descending}</option>
                    </select>
                </span>
                <button class="button primary phone">{t.show}</button>
                <button class="button scripts-off">{t.show}</button>
            </div>
        </form>
    }
}

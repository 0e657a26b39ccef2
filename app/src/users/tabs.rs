use domain::{Employment, Frame, Tab, View};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::address;
use crate::i18n::{Lang, Words, number};
use crate::state::use_desk;

/// Groups beyond these are also offered under «Ещё».
const FIRST_GROUPS: usize = 3;

/// The id of a tab's element.
pub fn tab_id(tab: Tab) -> String {
    let code = address::tab_code(tab);
    if code.is_empty() { "tab-all".to_owned() } else { format!("tab-{code}") }
}

/// A tab: the same search, filter and order, its first page.
fn at(view: &View, tab: Tab) -> View {
    let mut there = view.clone();
    there.filter.tab = tab;
    there.page = 1;
    there
}

/// «Все пользователи», the employments, the groups: links that work without scripts, tabs for the keyboard
/// (WAI-ARIA tabs pattern: ← → Home End).
#[component]
pub fn Tabs() -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let t = lang.texts();
    let tab = move |here: Tab, text: AnyView| {
        let chosen = move || state.view.read().filter.tab == here;
        view! {
            <a
                role="tab"
                id=tab_id(here)
                href=move || address::of_view(&at(&state.view.read(), here))
                aria-selected=move || if chosen() { "true" } else { "false" }
                aria-controls=move || chosen().then_some("panel")
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |event| state.follow(&event, at(&state.view.get_untracked(), here))
            >
                {text}
                " "
                <span class="count">{move || number(state.frame.read().count(here))}</span>
            </a>
        }
        .into_any()
    };
    let employments =
        Employment::ALL.map(|employment| tab(Tab::Employment(employment), lang.employment_tab(employment).into_any()));
    let all = tab(Tab::All, view! { {t.all_short}<span class="desk">{t.all_rest}</span> }.into_any());
    let groups = state.frame.with_untracked(|frame: &Frame| frame.groups.clone());
    let others: Vec<(Tab, String)> =
        groups.iter().skip(FIRST_GROUPS).map(|group| (Tab::Group(group.id), group.name.clone())).collect();
    let groups = groups.into_iter().map(|group| tab(Tab::Group(group.id), group.name.into_any())).collect_view();
    let more = (!others.is_empty()).then(|| {
        let label = match lang {
            Lang::Ru => format!("Ещё {}", others.len()),
            Lang::En => format!("{} more", others.len()),
        };
        let link = |(here, name): (Tab, String)| {
            let follow = move |event| {
                hide("more-tabs");
                state.follow(&event, at(&state.view.get_untracked(), here));
            };
            view! {
                <a href=move || address::of_view(&at(&state.view.read(), here)) on:click=follow>
                    {name}" "<span class="count">{move || number(state.frame.read().count(here))}</span>
                </a>
            }
        };
        view! {
            <button class="tabs-more" type="button" popovertarget="more-tabs">{label}</button>
            <div class="menu menu-tabs" id="more-tabs" popover="" role="group" aria-label=t.more_groups>
                {others.into_iter().map(link).collect_view()}
            </div>
        }
    });
    view! {
        <div class="tabs">
            <div role="tablist" aria-label=t.lists on:keydown=rove>
                {all}
                {employments.into_iter().collect_view()}
                {groups}
            </div>
            {more}
        </div>
    }
}

/// Moves the focus among the tabs.
fn rove(event: KeyboardEvent) {
    let Some(here) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
    let there = match event.key().as_str() {
        "ArrowRight" => here.next_element_sibling(),
        "ArrowLeft" => here.previous_element_sibling(),
        "Home" => here.parent_element().and_then(|list| list.first_element_child()),
        "End" => here.parent_element().and_then(|list| list.last_element_child()),
        " " => {
            event.prevent_default();
            if let Some(link) = here.dyn_ref::<web_sys::HtmlElement>() {
                link.click();
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(tab) = there.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = tab.focus();
        tab.scroll_into_view_with_bool(false);
    }
}

/// Closes a popover after something in it was chosen.
pub fn hide(id: &str) {
    if let Some(menu) = document().get_element_by_id(id).and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

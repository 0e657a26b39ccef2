use domain::{Employment, Frame, Tab, View};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::address;
use crate::i18n::{Words, number, use_lang};

/// Groups beyond these are also offered under «Ещё».
const FIRST_GROUPS: usize = 3;

/// The id of a tab's element.
pub fn tab_id(tab: Tab) -> String {
    let code = address::tab_code(tab);
    if code.is_empty() { "tab-all".to_owned() } else { format!("tab-{code}") }
}

/// The address of a tab: the same search, filter and order, its first page.
fn tab_address(view: &View, tab: Tab) -> String {
    let mut there = view.clone();
    there.filter.tab = tab;
    there.page = 1;
    address::of_view(&there)
}

/// «Все пользователи», the employments, the groups: links that work without scripts, tabs for the keyboard
/// (WAI-ARIA tabs pattern: ← → Home End).
#[component]
pub fn Tabs(frame: Frame, view: Memo<View>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let tab = |tab: Tab, text: AnyView, count: u64| {
        let chosen = move || view.read().filter.tab == tab;
        view! {
            <a
                role="tab"
                id=tab_id(tab)
                href=move || tab_address(&view.read(), tab)
                aria-selected=move || if chosen() { "true" } else { "false" }
                aria-controls=move || chosen().then_some("panel")
                tabindex=move || if chosen() { "0" } else { "-1" }
            >
                {text}
                " "
                <span class="count">{number(count)}</span>
            </a>
        }
    };
    let everybody = {
        let text = view! { {t.all_short}<span class="desk">{t.all_rest}</span> }.into_any();
        tab(Tab::All, text, frame.count(Tab::All))
    };
    let employments = Employment::ALL.map(|employment| {
        let here = Tab::Employment(employment);
        tab(here, lang.employment_tab(employment).into_any(), frame.count(here))
    });
    let groups = frame.groups.iter().map(|group| {
        let here = Tab::Group(group.id);
        tab(here, group.name.clone().into_any(), frame.count(here))
    });
    let groups = groups.collect_view();
    let others: Vec<(Tab, String, u64)> = frame
        .groups
        .iter()
        .skip(FIRST_GROUPS)
        .map(|group| (Tab::Group(group.id), group.name.clone(), frame.count(Tab::Group(group.id))))
        .collect();
    let more = (!others.is_empty()).then(|| {
        let label = match lang {
            crate::i18n::Lang::Ru => format!("Ещё {}", others.len()),
            crate::i18n::Lang::En => format!("{} more", others.len()),
        };
        let link = |(tab, name, count): (Tab, String, u64)| {
            view! {
                <a href=move || tab_address(&view.read(), tab) on:click=|_| hide("more-tabs")>
                    {name}" "<span class="count">{number(count)}</span>
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
                {everybody}
                {employments.into_iter().collect_view()}
                {groups}
            </div>
            {more}
        </div>
    }
    .into_any()
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

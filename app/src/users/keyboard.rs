//! Selecting by mouse and keyboard: click, Shift+click, Space, arrows, Shift+arrows, Ctrl+A.

use std::ops::RangeInclusive;

use domain::MemberRow;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::state::DeskState;

fn set(state: DeskState, places: &RangeInclusive<usize>, selected: bool) {
    let rows: Vec<MemberRow> = state.directory.with_untracked(|directory| {
        let rows = directory.rows.iter().enumerate().filter(|(place, _)| places.contains(place));
        rows.map(|(_, row)| row.clone()).collect()
    });
    state.picked.set(&rows, selected);
}

/// The whole page.
pub fn pick_page(state: DeskState, selected: bool) {
    set(state, &(0..=usize::MAX), selected);
}

/// A box was clicked (or toggled by Space): with Shift everything from the last one on follows it.
pub fn clicked(event: &MouseEvent, place: usize, state: DeskState) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(checked) = target.map(|input| input.checked()) else { return };
    // A range begins where it is seen: on another page, or in another order, there is none.
    let begun = state.picked.anchor.get_untracked().filter(|_| event.shift_key());
    let from = state.directory.with_untracked(|directory| {
        begun.and_then(|id| directory.rows.iter().position(|row| row.id.0 == id)).unwrap_or(place)
    });
    set(state, &(from.min(place)..=from.max(place)), checked);
    begin_at(state, place);
}

fn begin_at(state: DeskState, place: usize) {
    let id = state.directory.with_untracked(|directory| directory.rows.get(place).map(|row| row.id.0));
    state.picked.anchor.set(id);
}

/// A key in the table.
pub fn pressed(event: &KeyboardEvent, state: DeskState) {
    if (event.ctrl_key() || event.meta_key()) && event.code() == "KeyA" {
        event.prevent_default();
        pick_page(state, true);
        return;
    }
    let step: isize = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let here = target.and_then(|target| target.get_attribute("data-place")?.parse::<usize>().ok());
    let Some((here, there)) = here.and_then(|here| Some((here, here.checked_add_signed(step)?))) else { return };
    let found = document().query_selector(&format!("input[data-place='{there}']")).ok().flatten();
    let Some(next) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    event.prevent_default();
    if event.shift_key() {
        set(state, &(here.min(there)..=here.max(there)), true);
        begin_at(state, there);
    }
    let _ = next.focus();
}

/// The search comes up, over the bar if that is there.
pub fn focus_search() {
    let search = document().get_element_by_id("search");
    if let Some(search) = search.and_then(|search| search.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = search.focus();
    }
}

/// «/» leads to the search from wherever nothing is being typed.
pub fn slash_searches() {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let typing = document().active_element().is_some_and(|active| {
                let tag = active.tag_name();
                let ticks = active.get_attribute("type").is_some_and(|kind| kind == "checkbox");
                (tag == "INPUT" && !ticks) || tag == "TEXTAREA" || tag == "SELECT"
            });
            let over = document().query_selector("dialog[open]").ok().flatten().is_some();
            if event.key() != "/" || event.ctrl_key() || event.meta_key() || typing || over {
                return;
            }
            event.prevent_default();
            focus_search();
        });
        on_cleanup(move || handle.remove());
    });
}

/// Boxes ticked before the app was awake count.
#[cfg(feature = "csr")]
pub fn adopt_early_ticks(state: DeskState) {
    Effect::new(move |_| {
        let ticked = crate::wake::take_early_ticks();
        let rows: Vec<MemberRow> = state.directory.with_untracked(|directory| {
            directory.rows.iter().filter(|row| ticked.contains(&row.id.0)).cloned().collect()
        });
        if !rows.is_empty() {
            state.picked.set(&rows, true);
        }
    });
}

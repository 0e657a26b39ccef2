//! Selecting by mouse and keyboard: click, Shift+click, Space, arrows, Shift+arrows, Ctrl+A.

use domain::{Directory, Frame, MemberRow};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::state::DeskState;

fn set(
    state: DeskState,
    frame: StoredValue<Frame>,
    directory: StoredValue<Directory>,
    places: std::ops::RangeInclusive<usize>,
    selected: bool,
) {
    directory.with_value(|directory| {
        let rows: Vec<&MemberRow> =
            directory.rows.iter().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, row)| row).collect();
        frame.with_value(|frame| state.picked.set(&rows, &frame.products, selected));
    });
}

/// The whole page.
pub fn pick_page(state: DeskState, frame: StoredValue<Frame>, directory: StoredValue<Directory>, selected: bool) {
    set(state, frame, directory, 0..=usize::MAX, selected);
}

/// A box was clicked (or toggled by Space): with Shift everything from the last one on follows it.
pub fn clicked(
    event: &MouseEvent,
    place: usize,
    state: DeskState,
    frame: StoredValue<Frame>,
    directory: StoredValue<Directory>,
) {
    let checked = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(checked) = checked.map(|input| input.checked()) else { return };
    let from = state.picked.anchor.get_untracked().filter(|_| event.shift_key()).unwrap_or(place);
    set(state, frame, directory, from.min(place)..=from.max(place), checked);
    state.picked.anchor.set(Some(place));
}

/// A key in the table.
pub fn pressed(event: &KeyboardEvent, state: DeskState, frame: StoredValue<Frame>, directory: StoredValue<Directory>) {
    if (event.ctrl_key() || event.meta_key()) && event.code() == "KeyA" {
        event.prevent_default();
        pick_page(state, frame, directory, true);
        return;
    }
    let step: isize = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(here) = target.and_then(|target| target.get_attribute("data-place")?.parse::<usize>().ok()) else {
        return;
    };
    let Some(there) = here.checked_add_signed(step) else { return };
    let found = document().query_selector(&format!("input[data-place='{there}']")).ok().flatten();
    let Some(next) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    event.prevent_default();
    if event.shift_key() {
        set(state, frame, directory, here.min(there)..=here.max(there), true);
        state.picked.anchor.set(Some(there));
    }
    let _ = next.focus();
}

/// Boxes ticked before the app was awake count.
#[cfg(feature = "hydrate")]
pub fn adopt_early_ticks(directory: Resource<Result<Directory, crate::error::ApiError>>, state: DeskState) {
    Effect::new(move |_| {
        let Some(Ok(directory)) = directory.get() else { return };
        let Some(frame) = state.frame_now() else { return };
        let ticked = crate::state::take_early_ticks();
        let rows: Vec<&MemberRow> = directory.rows.iter().filter(|row| ticked.contains(&row.id.0)).collect();
        if !rows.is_empty() {
            state.picked.set(&rows, &frame.products, true);
        }
    });
}

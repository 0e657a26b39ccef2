//! What the pages of the desk share: the frame, the selection, the last message. Lives as long as one stays signed in.

use std::collections::HashMap;

use domain::{
    Counts, Directory, Filter, Frame, IdSet, Kind, MemberRow, OperationId, OperationSummary, Product, Selection,
};
use leptos::prelude::*;

use crate::error::ApiError;
use crate::i18n::{Lang, Words, use_lang};

/// A message after a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub failed: bool,
    pub report: Option<OperationId>,
    pub undo: Option<OperationId>,
}

impl Message {
    pub fn of_operation(lang: Lang, done: &OperationSummary) -> Self {
        let undoable = matches!(done.kind, Kind::Issue | Kind::Revoke);
        Self {
            text: lang.done(done.kind, done.accepted),
            failed: false,
            report: Some(done.id),
            undo: undoable.then_some(done.id),
        }
    }

    pub fn failure(text: String) -> Self {
        Self { text, failed: true, report: None, undo: None }
    }

    pub fn note(text: String) -> Self {
        Self { text, failed: false, report: None, undo: None }
    }
}

/// Shared by the pages of the desk.
#[derive(Clone, Copy)]
pub struct DeskState {
    pub lang: Lang,
    /// Raised after every deed: what was read before is read again.
    pub version: RwSignal<u32>,
    pub frame: Resource<Result<Frame, ApiError>>,
    pub picked: Picked,
    pub message: RwSignal<Option<Message>>,
}

impl DeskState {
    pub fn provide() -> Self {
        let version = RwSignal::new(0_u32);
        let frame = Resource::new(move || version.get(), |_| crate::api::frame());
        let state = Self { lang: use_lang(), version, frame, picked: Picked::default(), message: RwSignal::new(None) };
        provide_context(state);
        state
    }

    /// The frame as last read; to be called under a `Suspense`.
    pub fn frame_now(&self) -> Option<Frame> {
        self.frame.get().and_then(Result::ok)
    }

    /// After a deed: shows what it says and reads everything again.
    pub fn settled(&self, message: Message) {
        self.message.set(Some(message));
        self.version.update(|version| *version += 1);
    }
}

pub fn use_desk() -> DeskState {
    expect_context::<DeskState>()
}

/// The one selection set: drives the boxes, the counts, the buttons, and what is sent.
#[derive(Clone, Copy, Default)]
pub struct Picked {
    pub selection: RwSignal<Selection>,
    /// What is known of the people picked or left out one by one.
    rows: RwSignal<HashMap<i64, MemberRow>>,
    /// Of everybody whom the selection's filter finds.
    found: RwSignal<Counts>,
    /// The selection that «Только выбранные» shows: people taken out of it since stay in sight.
    pub only: RwSignal<Option<Selection>>,
    /// Where a range begins.
    pub anchor: RwSignal<Option<usize>>,
}

impl Picked {
    /// How many are selected, and what can be done for them.
    pub fn counts(&self) -> Counts {
        let selection = self.selection.read();
        let rows = self.rows.read();
        let of = |ids: &IdSet| {
            ids.iter().filter_map(|id| rows.get(&id)).map(Counts::of_row).fold(Counts::default(), Counts::plus)
        };
        let found = if selection.filter.is_some() { self.found.get() } else { Counts::default() };
        found.minus(of(&selection.except)).plus(of(&selection.ids))
    }

    pub fn set(&self, picked: &[&MemberRow], products: &[Product], selected: bool) {
        self.rows.update(|known| {
            for row in picked {
                known.insert(row.id.0, (*row).clone());
            }
        });
        self.selection.update(|selection| {
            for row in picked {
                selection.set(row, products, selected);
            }
        });
    }

    /// Everybody whom the filter finds; whoever was picked one by one and is not among them stays picked.
    pub fn pick_all(&self, filter: &Filter, counts: Counts, products: &[Product]) {
        let rows = self.rows.get_untracked();
        self.found.set(counts);
        self.selection.update(|selection| {
            let outside = |id: &i64| rows.get(id).is_some_and(|row| !filter.matches(row, products));
            let ids = selection.ids.iter().filter(outside).collect();
            *selection = Selection { filter: Some(filter.clone()), except: IdSet::default(), ids };
        });
    }

    pub fn clear(&self) {
        self.selection.set(Selection::default());
        self.rows.update(HashMap::clear);
        self.only.set(None);
        self.anchor.set(None);
    }

    /// The first few names that are known.
    pub fn names(&self) -> Vec<String> {
        let selection = self.selection.read();
        let rows = self.rows.read();
        let mut picked: Vec<&MemberRow> = selection.ids.iter().filter_map(|id| rows.get(&id)).collect();
        picked.sort_by_key(|row| row.name.sort_key());
        picked.iter().take(5).map(|row| row.name.short()).collect()
    }

    /// Fresh rows replace what was known of the same people.
    pub fn refresh(&self, directory: &Directory) {
        let stale = |row: &&MemberRow| {
            self.rows.with_untracked(|known| known.get(&row.id.0).is_some_and(|known| known != *row))
        };
        let fresh: Vec<MemberRow> = directory.rows.iter().filter(stale).cloned().collect();
        if !fresh.is_empty() {
            self.rows.update(|known| known.extend(fresh.into_iter().map(|row| (row.id.0, row))));
        }
    }
}

#[cfg(feature = "hydrate")]
mod early {
    use std::cell::RefCell;

    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast;

    thread_local! {
        static TICKED: RefCell<Vec<i64>> = const { RefCell::new(Vec::new()) };
    }

    /// Boxes ticked before the app was awake: to be called just before it wakes, while the page is as it was left.
    pub fn remember_early_ticks() {
        let Ok(boxes) = document().query_selector_all("input[name='member[]']:checked") else { return };
        let ticked = (0..boxes.length())
            .filter_map(|place| boxes.item(place)?.dyn_into::<web_sys::HtmlInputElement>().ok())
            .filter_map(|input| input.value().parse().ok())
            .collect();
        TICKED.with(|known| known.replace(ticked));
    }

    pub fn take_early_ticks() -> Vec<i64> {
        TICKED.with(RefCell::take)
    }
}

#[cfg(feature = "hydrate")]
pub use early::{remember_early_ticks, take_early_ticks};

//! What the parts of the table page share: what is shown, the selection, the last message. On the server it only
//! holds what the page is rendered from; in the browser it goes from view to view.

use std::collections::HashMap;
use std::pin::Pin;

use domain::{
    Counts, DeskError, Directory, Filter, Frame, IdSet, Kind, MemberRow, OperationId, OperationState, OperationSummary,
    Selection, View,
};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use crate::address;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Lang, Words, use_lang};

/// What the page of people is rendered from, on the server and again in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initial {
    /// `ru` or `en`.
    pub lang: String,
    pub view: View,
    pub frame: Frame,
    pub directory: Directory,
    /// What a plain form post was refused with.
    pub refused: Option<DeskError>,
}

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
        let undoable = matches!(done.kind, Kind::Issue | Kind::Revoke) && done.state == OperationState::Done;
        Self { text: lang.done(done), failed: false, report: Some(done.id), undo: undoable.then_some(done.id) }
    }

    pub fn failure(text: String) -> Self {
        Self { text, failed: true, report: None, undo: None }
    }

    pub fn note(text: String) -> Self {
        Self { text, failed: false, report: None, undo: None }
    }
}

/// Shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct DeskState {
    pub lang: Lang,
    pub view: RwSignal<View>,
    pub frame: RwSignal<Frame>,
    pub directory: RwSignal<Directory>,
    /// What the last attempt to read failed with.
    pub failed: RwSignal<Option<DeskError>>,
    pub loading: RwSignal<bool>,
    pub picked: Picked,
    pub message: RwSignal<Option<Message>>,
    /// Number of the last request: a late answer to an earlier one is thrown away.
    asked: StoredValue<u32>,
    /// The next rows are of another view: they are shown from the first.
    from_top: StoredValue<bool>,
    /// How often one went back or forward.
    pub moved: RwSignal<u32>,
}

fn scroll_to_top() {
    if let Ok(Some(table)) = document().query_selector(".table-scroll") {
        table.set_scroll_top(0);
        // On the phone the window scrolls, not the table.
        if table.get_bounding_client_rect().top() < 0.0 {
            table.scroll_into_view();
        }
    }
}

impl DeskState {
    pub fn provide(initial: Initial) -> Self {
        let state = Self {
            lang: use_lang(),
            view: RwSignal::new(initial.view),
            frame: RwSignal::new(initial.frame),
            directory: RwSignal::new(initial.directory),
            failed: RwSignal::new(None),
            loading: RwSignal::new(false),
            picked: Picked::default(),
            message: RwSignal::new(None),
            asked: StoredValue::new(0),
            from_top: StoredValue::new(false),
            moved: RwSignal::new(0),
        };
        provide_context(state);
        state
    }

    /// Shows another view, under its address. «Только выбранные» stays while only order and page change.
    pub fn go(self, view: View, replace: bool) {
        if self.view.with_untracked(|before| before.filter != view.filter) {
            self.picked.only.set(None);
        }
        let address = address::of_view(&view);
        if let Ok(history) = window().history() {
            let nothing = leptos::wasm_bindgen::JsValue::NULL;
            let _ = if replace {
                history.replace_state_with_url(&nothing, "", Some(&address))
            } else {
                history.push_state_with_url(&nothing, "", Some(&address))
            };
        }
        self.show(view);
    }

    fn show(self, view: View) {
        self.view.set(view);
        self.from_top.set_value(true);
        self.load();
    }

    /// A plain click on a link to a view; with Ctrl, Shift or another button it stays the browser's.
    pub fn follow(self, event: &MouseEvent, view: View) {
        if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key() {
            event.prevent_default();
            self.go(view, false);
        }
    }

    /// Back and forward.
    pub fn follow_history(self) {
        Effect::new(move |_| {
            let handle = window_event_listener(leptos::ev::popstate, move |_| {
                let query = window().location().search().unwrap_or_default();
                self.picked.only.set(None);
                self.show(address::parse(query.trim_start_matches('?')));
                self.moved.update(|moved| *moved = moved.wrapping_add(1));
            });
            on_cleanup(move || handle.remove());
        });
    }

    /// Reads the page of the table anew.
    pub fn load(self) {
        let number = self.asked.with_value(|asked| asked.wrapping_add(1));
        self.asked.set_value(number);
        self.loading.set(true);
        let view = self.view.get_untracked();
        let only = self.picked.only.get_untracked();
        spawn_local(async move {
            let answer = api::directory(view, only).await;
            if self.asked.get_value() != number {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(directory) => {
                    self.picked.refresh(&directory);
                    self.directory.set(directory);
                    self.failed.set(None);
                    if self.from_top.get_value() {
                        self.from_top.set_value(false);
                        scroll_to_top();
                    }
                }
                Err(error) => self.fail(error),
            }
        });
    }

    /// Reads everything anew: after a deed, or to try again.
    pub fn reload(self) {
        self.load();
        spawn_local(async move {
            match api::frame().await {
                Ok(frame) => self.frame.set(frame),
                Err(error) => self.fail(error),
            }
        });
    }

    /// Selects everybody whom the filter finds.
    pub fn pick_all(self, filter: Filter) {
        // While another page is on its way, or has not come, the counts are still those of the one before.
        let known = !self.loading.get_untracked() && self.failed.read_untracked().is_none();
        let found = known.then(|| self.directory.with_untracked(|known| known.counts));
        let found = found.filter(|_| self.picked.only.with_untracked(Option::is_none));
        spawn_local(async move {
            match self.picked.with_all(&filter, found).await {
                Ok(Some((selection, counts))) => self.picked.replace(selection, counts),
                Ok(None) => {}
                Err(ApiError(error)) => self.message.set(Some(Message::failure(self.lang.error(&error)))),
            }
        });
    }

    fn fail(self, ApiError(error): ApiError) {
        if error == DeskError::NotSignedIn {
            // And comes back to this desk.
            let here = window().location().pathname().unwrap_or_default();
            let _ = window().location().set_href(&format!("/sign-in?to={here}"));
        } else {
            self.failed.set(Some(error));
        }
    }

    /// After a deed: shows what it says and reads everything again.
    pub fn settled(self, message: Message) {
        self.message.set(Some(message));
        self.reload();
    }
}

/// Does one thing at a time: while `busy`, another press does nothing.
pub fn act(busy: RwSignal<bool>, work: Pin<Box<dyn Future<Output = ()>>>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    spawn_local(async move {
        work.await;
        // What was pressed may be gone by now.
        let _ = busy.try_set(false);
    });
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
    /// Of the selection as it was when everybody of a filter was last added.
    found: RwSignal<Counts>,
    /// Who has come to the selection and who has gone since.
    since: RwSignal<(IdSet, IdSet)>,
    /// How often it was replaced as a whole.
    turn: StoredValue<u32>,
    /// The selection that «Только выбранные» shows: people taken out of it since stay in sight.
    pub only: RwSignal<Option<Selection>>,
    /// Whom a range begins with.
    pub anchor: RwSignal<Option<i64>>,
}

impl Picked {
    /// How many are selected, and what can be done for them.
    pub fn counts(&self) -> Counts {
        let rows = self.rows.read();
        let of = |ids: &IdSet| {
            ids.iter().filter_map(|id| rows.get(&id)).map(Counts::of_row).fold(Counts::default(), Counts::plus)
        };
        let since = self.since.read();
        let (come, gone) = &*since;
        self.found.get().minus(of(gone)).plus(of(come))
    }

    pub fn set(&self, picked: &[MemberRow], selected: bool) {
        self.rows.update(|known| {
            for row in picked {
                known.insert(row.id.0, row.clone());
            }
        });
        let (mut selection, mut since) = (self.selection.get_untracked(), self.since.get_untracked());
        let (come, gone) = &mut since;
        for row in picked.iter().filter(|row| selection.contains(row) != selected).collect::<Vec<_>>() {
            selection.set(row, selected);
            let (to, from) = if selected { (&mut *come, &mut *gone) } else { (&mut *gone, &mut *come) };
            if !from.remove(row.id.0) {
                to.insert(row.id.0);
            }
        }
        self.since.set(since);
        self.selection.set(selection);
    }

    /// The selection with everybody whom the filter finds besides; `None` if it was cleared meanwhile. `found` is how many
    /// the filter finds, if that is known: with other filters in the selection, only the server can say how many they are
    /// together.
    async fn with_all(&self, filter: &Filter, found: Option<Counts>) -> Result<Option<(Selection, Counts)>, ApiError> {
        let turn = self.turn.get_value();
        while self.turn.get_value() == turn {
            let before = self.selection.get_untracked();
            let mut selection = before.clone();
            selection.add_all(filter);
            if let (true, Some(found)) = (before.all.is_empty(), found) {
                let rows = self.rows.get_untracked();
                let outside = |id: &i64| rows.get(id).is_some_and(|row| !filter.matches(row));
                selection.ids = before.ids.iter().filter(outside).collect();
                let besides = selection.ids.iter().filter_map(|id| rows.get(&id)).map(Counts::of_row);
                let counts = besides.fold(found, Counts::plus);
                return Ok(Some((selection, counts)));
            }
            let counts = api::selected(selection.clone()).await?;
            // Somebody may have been ticked meanwhile.
            if self.selection.get_untracked() == before {
                return Ok(Some((selection, counts)));
            }
        }
        Ok(None)
    }

    fn replace(&self, selection: Selection, found: Counts) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.found.set(found);
        self.since.set(Default::default());
        self.selection.set(selection);
    }

    pub fn clear(&self) {
        self.replace(Selection::default(), Counts::default());
        self.rows.update(HashMap::clear);
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
    fn refresh(&self, directory: &Directory) {
        let stale = |row: &&MemberRow| {
            self.rows.with_untracked(|known| known.get(&row.id.0).is_some_and(|known| known != *row))
        };
        let fresh: Vec<MemberRow> = directory.rows.iter().filter(stale).cloned().collect();
        if !fresh.is_empty() {
            self.rows.update(|known| known.extend(fresh.into_iter().map(|row| (row.id.0, row))));
        }
    }
}

use std::pin::Pin;

use domain::{Deed, DeskError, OperationSummary, Preview};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::error::ApiError;
use crate::i18n::Words;
use crate::state::{DeskState, Message, act, use_desk};

/// A deed in the making, as its dialog holds it: the preview, the refusal if there is one, the confirmation.
#[derive(Clone, Copy)]
pub struct Deal {
    deed: Deed,
    state: DeskState,
    pub previewed: RwSignal<Option<Preview>>,
    pub refused: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
}

impl Deal {
    /// Asks the server at once for the preview of the selection, which freezes the people.
    pub fn new(deed: Deed) -> Self {
        let deal = Self {
            deed,
            state: use_desk(),
            previewed: RwSignal::new(None),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        deal.look();
        deal
    }

    fn look(self) {
        let selection = self.state.picked.selection.get_untracked();
        spawn_local(async move {
            // The dialog may have been closed meanwhile.
            match api::preview(self.deed, selection).await {
                Ok(preview) => drop(self.previewed.try_set(Some(preview))),
                Err(ApiError(error)) => drop(self.refused.try_set(Some(self.state.lang.error(&error)))),
            }
        });
    }

    /// Nobody of the selection fits.
    pub fn nobody(self) -> bool {
        self.previewed.with(|preview| preview.as_ref().is_some_and(|preview| preview.accepted == 0))
    }

    pub fn ready(self) -> bool {
        self.previewed.read().is_some() && !self.nobody() && !self.busy.get()
    }

    /// Sends the confirmation; closes the dialog when it is done.
    pub fn confirm<T: Send + Sync + 'static>(
        self,
        answer: Pin<Box<dyn Future<Output = Result<OperationSummary, ApiError>>>>,
        open: RwSignal<Option<T>>,
    ) {
        self.refused.set(None);
        let work = async move {
            match answer.await {
                Ok(done) => {
                    open.set(None);
                    self.state.picked.clear();
                    self.state.picked.only.set(None);
                    self.state.settled(Message::of_operation(self.state.lang, &done));
                }
                Err(ApiError(error)) => {
                    let _ = self.refused.try_set(Some(self.state.lang.error(&error)));
                    // The world has moved: show it as it is now. A lost reply is asked for again as it was.
                    if !matches!(error, DeskError::Unavailable | DeskError::Busy) {
                        let _ = self.previewed.try_set(None);
                        self.look();
                        self.state.reload();
                    }
                }
            }
        };
        act(self.busy, Box::pin(work));
    }
}

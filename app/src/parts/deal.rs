use std::pin::Pin;

use domain::{Deed, DeskError, OperationSummary, Preview};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::error::ApiError;
use crate::i18n::Words;
use crate::parts::proof_problem;
use crate::state::{DeskState, Message, act, use_desk};

/// A deed in the making, as its dialog holds it: the preview, the refusal if there is one, the confirmation.
#[derive(Clone, Copy)]
pub struct Deal {
    deed: Deed,
    state: DeskState,
    pub previewed: RwSignal<Option<Preview>>,
    pub refused: RwSignal<Option<String>>,
    /// One's own password, once the server has asked for it.
    pub proof: RwSignal<Option<String>>,
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
            proof: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        deal.look();
        on_cleanup(move || {
            // What has been sent is the server's to say.
            if deal.busy.try_get_untracked() == Some(false) {
                give_up(deal.previewed.try_get_untracked().flatten());
            }
        });
        deal
    }

    fn look(self) {
        let selection = self.state.picked.selection.get_untracked();
        spawn_local(async move {
            match api::preview(self.deed, selection).await {
                // If the dialog was closed meanwhile, nobody waits for it.
                Ok(preview) => {
                    if let Some(preview) = self.previewed.try_set(Some(preview)) {
                        give_up(preview);
                    }
                }
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
                    // Carried out: nothing to give up. Another dialog may be open by now.
                    if self.previewed.try_set(None).is_none() {
                        open.set(None);
                        self.state.picked.clear();
                        self.state.picked.only.set(None);
                    }
                    self.state.settled(Message::of_operation(self.state.lang, &done));
                }
                Err(ApiError(error)) => {
                    let proof = proof_problem(self.state.lang, &error);
                    let text = proof.map_or_else(|| self.state.lang.error(&error), str::to_owned);
                    // Whoever has closed the dialog meanwhile is told all the same.
                    if let Some(text) = self.refused.try_set(Some(text)).flatten() {
                        self.state.settled(Message::failure(text));
                        return;
                    }
                    if proof.is_some() {
                        self.proof.set(Some(String::new()));
                        return;
                    }
                    // The world has moved: show it as it is now. A lost reply is asked for again as it was.
                    if !matches!(error, DeskError::OutcomeUnknown | DeskError::Unavailable | DeskError::Busy) {
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

/// Tells the server that nobody will confirm it; if that does not reach it, the preview expires.
fn give_up(preview: Option<Preview>) {
    if let Some(preview) = preview {
        spawn_local(async move { drop(api::cancel(preview.operation, String::new()).await) });
    }
}

use leptos::prelude::*;
use service::ExtensionState;

use crate::i18n::{DealWords, Lang, use_lang};
use crate::pages::{SEATS, link_if};

/// «Включён с 21.10.2026, увеличен 02.11.2026»
#[must_use]
pub fn extensions_note(lang: Lang, state: &ExtensionState) -> String {
    let t = lang.dealing();
    let Some(connected) = &state.connected else { return t.not_connected.to_owned() };
    let since = format!("{} {}", t.enabled, connected.since.date());
    match connected.grown_at {
        Some(at) => format!("{since}, {} {}", t.grown, at.date()),
        None => since,
    }
}

/// Extensions, and what there is of each: for a card's «Продукты» and for the own licences.
#[component]
pub fn ExtensionList(
    states: Vec<ExtensionState>,
    /// Whether they are those of the desk one is at.
    #[prop(optional)]
    own: bool,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.dealing();
    let row = |state: ExtensionState| {
        let note = extensions_note(lang, &state);
        let connected = state.connected.as_ref();
        let size = connected.map(|known| state.extension.size_title(&known.size).to_owned());
        let held = connected.and_then(|known| Some(lang.held_of(known.held?, known.seats)));
        let title = state.extension.title.clone();
        let title = match connected.filter(|_| own) {
            Some(known) => link_if(&SEATS, format!("/licenses/{}", known.pool), title),
            None => title.into_any(),
        };
        view! {
            <tr role="row">
                <td role="cell" class="name">{title}</td>
                <td role="cell" data-label=t.state>{note}</td>
                <td role="cell" data-label=size.is_some().then_some(t.size)>{size.clone()}</td>
                <td role="cell" data-label=held.is_some().then_some(t.held)>{held.clone()}</td>
            </tr>
        }
    };
    (!states.is_empty()).then(|| {
        view! {
            <section>
                <h2>{t.extensions}</h2>
                <div class="table-scroll">
                    <table class="table extensions stack" role="table" aria-label=t.extensions>
                        <thead role="rowgroup"><tr role="row">
                            <th role="columnheader">{t.what}</th>
                            <th role="columnheader">{t.state}</th>
                            <th role="columnheader">{t.size}</th>
                            <th role="columnheader">{t.held}</th>
                        </tr></thead>
                        <tbody role="rowgroup">{states.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

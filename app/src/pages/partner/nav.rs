use domain::Capability;
use leptos::prelude::*;

use crate::i18n::{DealWords, use_lang};
use crate::pages::may;

/// A part of the partner centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerTab {
    Applications,
    Reconciliations,
}

/// The parts of the section.
#[component]
pub fn PartnerTabs(here: PartnerTab) -> impl IntoView {
    let t = use_lang().dealing();
    let all = [
        (PartnerTab::Applications, "/partner/applications", t.applications, Capability::Customers),
        (PartnerTab::Reconciliations, "/reconciliations", t.reconciliations, Capability::Orders),
    ];
    let tab = |(tab, there, text, needs): (PartnerTab, &'static str, &'static str, Capability)| {
        may(needs).then(|| view! { <a href=there aria-current=(tab == here).then_some("page")>{text}</a> })
    };
    view! { <nav class="choices admin-tabs" aria-label=t.sections>{all.map(tab).into_iter().collect_view()}</nav> }
}

use leptos::prelude::*;

use crate::i18n::{PartnerWords, use_lang};

/// A part of the partner centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerTab {
    Dashboard,
    Customers,
    Applications,
    Reconciliations,
}

/// The parts of the section.
#[component]
pub fn PartnerTabs(here: PartnerTab) -> impl IntoView {
    let t = use_lang().partnering();
    let all =
        [(PartnerTab::Dashboard, "/partner", t.dashboard), (PartnerTab::Customers, "/partner/customers", t.customers)];
    let tab = |(tab, there, text): (PartnerTab, &'static str, &'static str)| {
        view! { <a href=there aria-current=(tab == here).then_some("page")>{text}</a> }
    };
    view! { <nav class="choices admin-tabs" aria-label=t.sections>{all.map(tab).into_iter().collect_view()}</nav> }
}

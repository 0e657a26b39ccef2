use domain::Capability;
use leptos::prelude::*;

use crate::i18n::{PartnerWords, use_lang};
use crate::pages::{may, serves};

/// A part of the partner centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerTab {
    Dashboard,
    Customers,
    Applications,
    Reconciliations,
}

/// The parts of the section; whoever reckons with partners, and is none, has the last alone.
#[component]
pub fn PartnerTabs(here: PartnerTab) -> impl IntoView {
    let t = use_lang().partnering();
    let all = [
        (PartnerTab::Dashboard, "/partner", t.dashboard, serves()),
        (PartnerTab::Customers, "/partner/customers", t.customers, serves()),
        (PartnerTab::Applications, "/partner/applications", t.applications, serves()),
        (PartnerTab::Reconciliations, "/reconciliations", t.reconciliations, may(Capability::Orders)),
    ];
    let tab = |(tab, there, text, may): (PartnerTab, &'static str, &'static str, bool)| {
        may.then(|| view! { <a href=there aria-current=(tab == here).then_some("page")>{text}</a> })
    };
    view! { <nav class="choices admin-tabs" aria-label=t.sections>{all.map(tab).into_iter().collect_view()}</nav> }
}

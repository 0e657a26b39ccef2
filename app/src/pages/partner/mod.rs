//! The partner centre: customers, and what of theirs needs attention; and what a customer lets partners do.

mod card;
mod customers;
mod dashboard;
mod grants;
mod nav;

use domain::{DeskError, Frame, Grant, GrantForm, OrganizationId};
use leptos::prelude::*;
use service::{Customer, Dashboard, ExtensionState};

use crate::i18n::{Lang, PartnerWords, use_lang};
use crate::pages::Refused;
use crate::parts::{Head, Here, Layout};

pub use customers::{CustomerFilter, parse_customers};
pub use nav::{PartnerTab, PartnerTabs};

/// A page of the partner centre.
#[derive(Clone, Debug)]
pub enum PartnerPage {
    Dashboard(Dashboard),
    /// `gone`: one was asked for that lets the partner in no more.
    Customers {
        dashboard: Dashboard,
        filter: CustomerFilter,
        gone: bool,
    },
    Card {
        customer: Box<Customer>,
        extensions: Vec<ExtensionState>,
        now: domain::Instant,
        tab: CardTab,
    },
}

/// A part of a customer's card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardTab {
    #[default]
    Overview,
    Products,
}

impl PartnerPage {
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = lang.partnering();
        match self {
            Self::Dashboard(_) => t.dashboard.to_owned(),
            Self::Customers { .. } => t.customers.to_owned(),
            Self::Card { customer, .. } => customer.served.organization.name.clone(),
        }
    }

    fn tab(&self) -> PartnerTab {
        match self {
            Self::Dashboard(_) => PartnerTab::Dashboard,
            Self::Customers { .. } | Self::Card { .. } => PartnerTab::Customers,
        }
    }
}

/// A page of the centre.
#[component]
pub fn Centre(frame: Frame, page: PartnerPage, refused: Option<DeskError>) -> impl IntoView {
    let (title, here) = (page.title(use_lang()), page.tab());
    let content = match page {
        PartnerPage::Dashboard(dashboard) => view! { <dashboard::Overview dashboard/> }.into_any(),
        PartnerPage::Customers { dashboard, filter, gone } => {
            view! { <customers::Customers dashboard filter gone/> }.into_any()
        }
        PartnerPage::Card { customer, extensions, now, tab } => {
            view! { <card::Card customer=*customer extensions now tab/> }.into_any()
        }
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Partner>
            <Head title/>
            <PartnerTabs here/>
            <div class="page">
                <Refused error=refused/>
                {content}
            </div>
        </Layout>
    }
}

/// A page on which an organisation says what partners may do.
#[derive(Clone, Debug)]
pub enum GrantPage {
    List {
        grants: Vec<Grant>,
        typed: GrantForm,
        said: GrantSaid,
    },
    /// `name` is that of the partner whose code was typed.
    New {
        name: String,
        typed: GrantForm,
        proof: bool,
    },
    One {
        grant: Grant,
        typed: GrantForm,
        proof: bool,
    },
    /// Before the access is taken back.
    Revoke(Grant),
}

/// What has just been done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GrantSaid {
    #[default]
    Nothing,
    Saved,
    Revoked,
}

impl GrantPage {
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = lang.partnering();
        match self {
            Self::List { .. } => t.partners.to_owned(),
            Self::New { .. } => t.new_grant.to_owned(),
            Self::One { grant, .. } => grant.name.clone(),
            Self::Revoke(grant) => lang.revoke_title(&grant.name),
        }
    }
}

/// `/admin/partners` and what is behind it.
#[component]
pub fn Grants(frame: Frame, page: GrantPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (listed, confirms) = (matches!(page, GrantPage::List { .. }), matches!(page, GrantPage::Revoke(_)));
    let title = if listed { crate::i18n::AccountWords::accounting(lang).admin.to_owned() } else { page.title(lang) };
    let whole = refused.clone().filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let content = match page {
        GrantPage::List { grants, typed, said } => view! { <grants::List grants typed said refused/> }.into_any(),
        GrantPage::New { name, typed, proof } => view! { <grants::New name typed proof refused/> }.into_any(),
        GrantPage::One { grant, typed, proof } => view! { <grants::One grant typed proof refused/> }.into_any(),
        GrantPage::Revoke(grant) => view! { <grants::Revoke grant refused/> }.into_any(),
    };
    let content = match confirms {
        true => content,
        false => view! { <div class="page"><Refused error=whole/>{content}</div> }.into_any(),
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Admin>
            <Head title/>
            {listed.then(|| view! { <super::admin::Tabs here="/admin/partners"/> })}
            {content}
        </Layout>
    }
}

/// Whose desk one is at, above every page there. It stays where it is when the table of people wakes.
#[component]
pub fn AtCustomer(name: String, id: OrganizationId) -> impl IntoView {
    let t = use_lang().partnering();
    view! {
        <aside id="notice" class="elsewhere" aria-label=t.at_desk>
            <span>{t.at_desk}" "<b>{name}</b></span>
            // Buttons: the first link of a page is the one that skips to its content.
            <form action=format!("/partner/customers/{id}")><button class="button">{t.to_card}</button></form>
            <form action="/partner/customers"><button class="button">{t.to_customers}</button></form>
        </aside>
    }
}

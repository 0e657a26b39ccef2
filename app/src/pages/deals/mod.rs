//! «Заявления» and «Сверки»: of a customer, of its partner, and of the two sides of a contract.

mod decision;
mod extensions;
mod new;
mod own;
mod queue;
mod reconciliation;

use domain::{
    Application, ApplicationForm, ApplicationId, ApplicationState, Choice, DealFault, DeskError, Extension, Frame,
    Owner, Purpose,
};
use leptos::prelude::*;
use service::{
    ApplicationPage, Applications, DecisionForm, Offered, Queue, ReconciliationForm, ReconciliationPage,
    Reconciliations,
};

use super::partner::{PartnerTab, PartnerTabs};
use crate::i18n::{DealWords, Lang, use_lang};
use crate::parts::{Head, Here, Layout};

pub use extensions::{ExtensionList, extensions_note};
pub use queue::parse_queue;

/// A page of applications or reconciliations.
#[derive(Clone, Debug)]
pub enum DealPage {
    /// `later`: there are newer ones than these.
    Own {
        list: Applications,
        later: bool,
    },
    /// What can be asked for.
    Choose(Offered),
    /// The form; `typed` is what it was filled in with.
    New {
        offered: Offered,
        typed: ApplicationForm,
    },
    One {
        page: ApplicationPage,
        said: Said,
    },
    Queue(Queue),
    /// `typed` is what was refused.
    Decide {
        page: ApplicationPage,
        typed: Option<DecisionForm>,
        said: Said,
    },
    Reconciliations {
        list: Reconciliations,
        partner: bool,
    },
    /// `typed` is what was refused.
    Reconciliation {
        page: ReconciliationPage,
        typed: Option<ReconciliationForm>,
        partner: bool,
    },
}

/// What has just been done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    #[default]
    Nothing,
    Sent,
    Withdrawn,
    Saved,
    Done,
    Declined,
}

impl Said {
    /// What a query says.
    #[must_use]
    pub fn of(query: &str) -> Self {
        match query {
            "sent" => Self::Sent,
            "withdrawn" => Self::Withdrawn,
            "saved" => Self::Saved,
            "done" => Self::Done,
            "declined" => Self::Declined,
            _ => Self::Nothing,
        }
    }
}

impl DealPage {
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = lang.dealing();
        match self {
            Self::Own { .. } | Self::Queue(_) => t.applications.to_owned(),
            Self::Choose(_) | Self::New { .. } => t.new_application.to_owned(),
            Self::One { page, .. } | Self::Decide { page, .. } => {
                format!("{} {}", t.application, page.application.id.number())
            }
            Self::Reconciliations { .. } => t.reconciliations.to_owned(),
            Self::Reconciliation { page, .. } => {
                let month = lang.month_name(page.reconciliation.month);
                format!("{}: {month}", t.reconciliation)
            }
        }
    }

    /// The part of the partner centre that it is.
    fn tab(&self) -> Option<PartnerTab> {
        match self {
            Self::Queue(_) | Self::Decide { .. } => Some(PartnerTab::Applications),
            Self::Reconciliations { partner: true, .. } | Self::Reconciliation { partner: true, .. } => {
                Some(PartnerTab::Reconciliations)
            }
            _ => None,
        }
    }
}

/// A page with its head.
#[component]
pub fn Deals(frame: Frame, page: DealPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.dealing();
    let (title, tab) = (page.title(lang), page.tab());
    let here = match &page {
        DealPage::Own { .. } | DealPage::Choose(_) | DealPage::New { .. } | DealPage::One { .. } => Here::Applications,
        _ if tab.is_some() => Here::Partner,
        _ => Here::Orders,
    };
    let acts = match &page {
        DealPage::Own { list, .. } if !list.serving.is_empty() && !list.rows.is_empty() => {
            view! { <a class="button primary" href="/applications/new">{t.new_application}</a> }.into_any()
        }
        DealPage::One { .. } => view! { <a class="button" href="/applications">{t.to_list}</a> }.into_any(),
        DealPage::Decide { .. } => view! { <a class="button" href="/partner/applications">{t.to_list}</a> }.into_any(),
        DealPage::Reconciliation { page, .. } => {
            let (contract, month) = (page.reconciliation.contract.id, page.reconciliation.month);
            let file = format!("/reconciliations/{contract}/{month}/lines.csv");
            view! { <a class="button" href=file>{t.download}</a> }.into_any()
        }
        _ => ().into_any(),
    };
    let content = match page {
        DealPage::Own { list, later } => view! { <own::List list later/> }.into_any(),
        DealPage::Choose(offered) => view! { <new::Choose offered refused/> }.into_any(),
        DealPage::New { offered, typed } => view! { <new::New offered typed refused/> }.into_any(),
        DealPage::One { page, said } => view! { <own::One page said refused/> }.into_any(),
        DealPage::Queue(queue) => view! { <queue::List queue/> }.into_any(),
        DealPage::Decide { page, typed, said } => view! { <decision::Decide page typed said refused/> }.into_any(),
        DealPage::Reconciliations { list, .. } => view! { <reconciliation::List list/> }.into_any(),
        DealPage::Reconciliation { page, typed, .. } => view! { <reconciliation::One page typed refused/> }.into_any(),
    };
    view! {
        <Layout frame=RwSignal::new(frame) here>
            <Head title><div class="head-acts">{acts}</div></Head>
            {tab.map(|here| view! { <PartnerTabs here/> })}
            {content}
        </Layout>
    }
}

/// The chip of a state: what waits stands out.
fn state_chip(lang: Lang, state: ApplicationState) -> impl IntoView {
    let kind = match state {
        ApplicationState::Sent => Some("running"),
        ApplicationState::Processed => Some("sign"),
        ApplicationState::Declined => Some("failed"),
        ApplicationState::Withdrawn => None,
    };
    view! { <span class="chip" data-kind=kind>{lang.application_state(state)}</span> }
}

/// «Включен» or «Выключен».
fn option_chip(lang: Lang, on: bool) -> impl IntoView {
    let t = lang.dealing();
    let text = if on { t.on } else { t.off };
    view! { <span class="chip" data-kind=on.then_some("sign")>{text}</span> }
}

/// «Многопользовательский режим: подключение, от 2 до 9»
fn what(lang: Lang, application: &Application, extensions: &[Extension]) -> String {
    let extension = extensions.iter().find(|known| known.code == application.extension);
    let title = extension.map_or(application.extension.as_str(), |known| &known.title);
    let size = &application.wish().size;
    let size = extension.map_or(size.as_str(), |known| known.size_title(size));
    format!("{}, {size}", lang.application_title(application.purpose, title))
}

/// «Включен, от 2 до 9»
fn wish_text(lang: Lang, wish: &Choice, extension: &Extension) -> String {
    let t = lang.dealing();
    match wish.on {
        true => format!("{}, {}", t.on, extension.size_title(&wish.size)),
        false => t.off.to_owned(),
    }
}

/// Who owns signatures, and does what: nothing that can be changed.
#[component]
fn Owners(owners: Vec<Owner>, extension: Extension, #[prop(optional)] foreign: bool) -> impl IntoView {
    let t = use_lang().dealing();
    let roles = |owner: &Owner| {
        let titles = owner.roles.iter().map(|code| extension.role_title(code).to_owned());
        titles.collect::<Vec<_>>().join(", ")
    };
    let row = |owner: Owner| {
        view! {
            <tr role="row">
                <td role="cell" class="name">{owner.name.clone()}</td>
                <td role="cell" data-label=t.roles>{roles(&owner)}</td>
                <td role="cell">{owner.email.clone()}</td>
            </tr>
        }
    };
    let content = if owners.is_empty() {
        view! { <p class="pale">{t.no_owners}</p> }.into_any()
    } else {
        view! {
            <div class="table-scroll">
                <table class="table owners stack" role="table" aria-label=t.owners>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader">{t.owner_name}</th>
                        <th role="columnheader">{t.roles}</th>
                        <th role="columnheader">"E-mail"</th>
                    </tr></thead>
                    <tbody role="rowgroup">{owners.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>{t.owners}</h2>
            {content}
            {foreign.then(|| view! { <p class="pale">{t.not_added}</p> })}
        </section>
    }
}

/// The promotion that an application names, and what becomes of it.
fn promotion_text(lang: Lang, page: &ApplicationPage) -> Option<String> {
    let t = lang.dealing();
    let application = &page.application;
    if let Some(charge) = &application.charge {
        let (title, fate, percent) = charge.promotion.as_ref()?;
        return Some(format!("«{title}»: {}", lang.promotion_use(*fate, *percent)));
    }
    let promotion = page.promotion.as_ref();
    let Some(promotion) = promotion else { return application.promotion.as_ref().map(|_| t.promotion_gone.to_owned()) };
    let fate = if page.extension.excluded.contains(&promotion.code) {
        domain::PromotionUse::Excluded
    } else if promotion.runs(page.now.date()) {
        domain::PromotionUse::Applied
    } else {
        domain::PromotionUse::OutOfDays
    };
    Some(format!("«{}»: {}", promotion.title, lang.promotion_use(fate, promotion.percent)))
}

/// «30 %»
fn percent(percent: u8) -> String {
    format!("{percent}\u{a0}%")
}

/// Whether somebody was quicker.
fn was_overtaken(refused: Option<&DeskError>) -> bool {
    matches!(refused, Some(DeskError::Deal { fault: DealFault::Changed | DealFault::Settled }))
}

/// Where the form of a new application is.
fn form_address(extension: &str, purpose: Purpose) -> String {
    format!("/applications/new?extension={}&purpose={}", crate::ssr::encoded(extension), purpose.code())
}

fn application_address(id: ApplicationId) -> String {
    format!("/applications/{id}")
}

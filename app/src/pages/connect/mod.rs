//! «Подключение сервиса»: its steps, what has come of it, and the list that was handed over.

mod about;
mod listed;
mod steps;

use domain::{Capability, DeskError, Frame, LineError, MemberRow, ResponsibleForm, ServiceForm};
use leptos::prelude::*;
use service::{Connecting, HandedList};

use crate::i18n::{ConnectWords, Lang, use_lang};
use crate::pages::Refused;
use crate::parts::{Head, Here, Layout};

/// Such a page.
#[derive(Clone, Debug)]
pub enum ConnectPage {
    /// `free` is an address that nobody has.
    Name {
        typed: ServiceForm,
        free: Option<String>,
    },
    Responsible {
        typed: ResponsibleForm,
        choosing: Choosing,
    },
    People {
        typed: String,
        errors: Vec<LineError>,
    },
    Summary {
        connecting: Box<Connecting>,
        url: String,
        proof: bool,
    },
    /// «О сервисе»
    Service {
        service: Box<service::Service>,
        url: String,
        said: ServiceSaid,
    },
    Change {
        typed: ServiceForm,
        free: Option<String>,
        proof: bool,
    },
    /// `added`: how many were added just now, and how many were there; `drops`: whoever looks is asked before it goes.
    Listed {
        list: HandedList,
        added: Option<(u64, u64)>,
        drops: bool,
    },
}

/// How the responsible is chosen.
#[derive(Clone, Debug)]
pub struct Choosing {
    pub way: Whence,
    /// Whether there are people to choose from.
    pub people: bool,
    pub query: String,
    /// The first who were found, and whether there are more; `None` as long as nobody looks.
    pub found: Option<(Vec<MemberRow>, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    Own,
    People,
    New,
}

impl Whence {
    const ALL: [Self; 3] = [Self::Own, Self::People, Self::New];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::People => "member",
            Self::New => "new",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// What has just been done, as the address of the page says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceSaid {
    #[default]
    Nothing,
    Connected,
    Saved,
    Dropped,
}

impl ServiceSaid {
    /// The word of a query.
    #[must_use]
    pub fn of(query: &str) -> Self {
        match query {
            "done" => Self::Connected,
            "saved" => Self::Saved,
            "dropped" => Self::Dropped,
            _ => Self::Nothing,
        }
    }
}

impl ConnectPage {
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = lang.connecting();
        match self {
            Self::Service { said: ServiceSaid::Connected, .. } => t.done.to_owned(),
            Self::Service { .. } => t.about.to_owned(),
            Self::Change { .. } => t.change_title.to_owned(),
            Self::Listed { .. } => t.list.to_owned(),
            step => format!("{}: {}", t.title, lang.step_of(step.step())),
        }
    }

    fn step(&self) -> u8 {
        match self {
            Self::Name { .. } => 1,
            Self::Responsible { .. } => 2,
            Self::People { .. } => 3,
            _ => 4,
        }
    }

    /// The fields in their order.
    fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::Responsible { .. } => &["who", "name", "email", "phone"],
            Self::People { .. } => &["people"],
            _ => &["name", "address", "proof"],
        }
    }
}

/// A page of the connection.
#[component]
pub fn Connect(frame: Frame, page: ConnectPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let (title, step) = (page.title(lang), page.step());
    let errors = RwSignal::new(super::wrong_fields(refused.as_ref(), page.fields()));
    let whole = refused.clone().filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let tabs = matches!(&page, ConnectPage::Service { said, .. } if *said != ServiceSaid::Connected);
    let guided = matches!(
        page,
        ConnectPage::Name { .. }
            | ConnectPage::Responsible { .. }
            | ConnectPage::People { .. }
            | ConnectPage::Summary { .. }
    );
    let here = if matches!(page, ConnectPage::Listed { .. }) { Here::Users } else { Here::Admin };
    let title = match (guided, tabs) {
        (true, _) => t.title.to_owned(),
        // Of the section's pages the tab says which it is.
        (_, true) => crate::i18n::AccountWords::accounting(lang).admin.to_owned(),
        _ => title,
    };
    // Of a summary the whole is refused, and each part says for itself what is wrong with it.
    let whole = match (&page, whole) {
        (ConnectPage::Summary { .. }, Some(DeskError::DigestMismatch)) => {
            view! { <p class="alert" role="alert">{t.stale}</p> }.into_any()
        }
        (_, whole) => view! { <Refused error=whole/> }.into_any(),
    };
    let content = match page {
        ConnectPage::Name { typed, free } => view! { <steps::Name typed free errors/> }.into_any(),
        ConnectPage::Responsible { typed, choosing } => {
            view! { <steps::Responsible typed choosing errors/> }.into_any()
        }
        ConnectPage::People { typed, errors: lines } => view! { <steps::People typed lines errors/> }.into_any(),
        ConnectPage::Summary { connecting, url, proof } => {
            view! { <steps::Summary connecting=*connecting url proof refused errors/> }.into_any()
        }
        ConnectPage::Service { service, url, said } => {
            view! { <about::AboutService service=*service url said/> }.into_any()
        }
        ConnectPage::Change { typed, free, proof } => {
            view! { <about::ChangeService typed free proof errors/> }.into_any()
        }
        ConnectPage::Listed { list, drops: true, .. } => view! { <listed::DropList list/> }.into_any(),
        ConnectPage::Listed { list, added, .. } => view! { <listed::Listed list added/> }.into_any(),
    };
    view! {
        <Layout frame=RwSignal::new(frame) here>
            <Head title/>
            {tabs.then(|| view! { <super::admin::Tabs here="/connect"/> })}
            <div class="page">
                {guided.then(|| view! { <steps::Steps step/> })}
                {whole}
                {content}
            </div>
        </Layout>
    }
}

/// Where a service is found, as people pass it on.
fn address_of(url: &str, address: &str) -> String {
    format!("{url}/at/{address}")
}

/// What is said on the desk of the service, above every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// To whoever may connect it.
    Open,
    /// To everybody else.
    Waits,
    /// To whom a list was handed over, where they begin.
    Listed,
}

/// What one needs to connect a service: it invites somebody, and begins a trial.
const NEEDS: [Capability; 3] = [Capability::Organization, Capability::Accounts, Capability::Orders];

impl Notice {
    /// For whoever looks.
    pub(super) fn here(start: bool) -> Option<Self> {
        let actor = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok())?;
        let may = |capability| actor.rights().may(capability);
        match (actor.connected(), actor.listed()) {
            (false, _) if NEEDS.into_iter().all(may) => Some(Self::Open),
            (false, _) => Some(Self::Waits),
            (true, true) if start && may(Capability::EditPeople) => Some(Self::Listed),
            _ => None,
        }
    }
}

/// Stands before the page, and stays where it is when the table of people wakes.
#[component]
pub fn NoticeBar(notice: Notice) -> impl IntoView {
    let t = use_lang().connecting();
    let (text, link) = match notice {
        Notice::Open => (t.notice_open, Some(("/connect", t.connect))),
        Notice::Waits => (t.notice_others, None),
        Notice::Listed => (t.notice_list, Some(("/connect/people", t.open_list))),
    };
    view! {
        <aside id="notice" aria-label=t.notice>
            <span>{text}</span>
            // A button: the first link of a page is the one that skips to its content.
            {link.map(|(there, text)| view! { <form action=there><button class="button primary">{text}</button></form> })}
        </aside>
    }
}

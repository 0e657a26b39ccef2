//! The pages, one file each, rendered whole on the server from what the desk answered.

mod account;
mod admin;
mod changes;
mod confirmation;
mod connect;
mod deals;
mod delete;
mod document;
mod door;
mod entry;
mod factor;
mod journal;
mod letters;
mod licenses;
mod manage;
mod message;
mod new_user;
mod news;
mod operations;
mod orders;
mod pager;
mod partner;
mod passkey;
mod qr;
mod report;
mod sign_in;
mod sign_up;
mod tasks;

use domain::{
    AccountId, Capability, Channel, CheckedKey, Deletion, DeskError, FieldError, Frame, IdSet, Invitation, Journal,
    JournalFilter, KeyForm, LetterKind, LinkFault, NewMemberForm, NotificationsForm, Operations, OrderForm, PoolId,
    PoolSeats, Product, ProductId, Registered, RegistrationForm, Report, Rights, SessionId, SessionRow, Stock,
    StockFilter, Subscription, TaskConfirmation, TaskPreview, Tasks, Trial,
};
use leptos::prelude::*;
use service::{
    ExtensionState, Factor, LetterPage, Letters, ManageSheet, ManagedReport, OrderPage, Orders, RegionChoice, Renewals,
    Shop, TaskPage,
};

use crate::i18n::{AccountWords, Lang, LetterWords, ManageWords, OrderWords, StockWords, TaskWords, Words, number};
use crate::parts::proof_problem;
use crate::state::Initial;

pub use account::AccountSaid;
pub use admin::{AdminPage, Done, parse_accounts};
pub use connect::{Choosing, ConnectPage, ServiceSaid, Whence};
pub use deals::{DealPage, Said as DealSaid, parse_queue};
pub use document::document;
pub use door::DoorPage;
pub use entry::Linked;
pub use factor::{FactorPage, Way};
pub use journal::{author, parse_journal, wrong_days};
pub use licenses::{Happened, parse_filter};
pub use manage::{ManageForm, moved_since};
pub use news::NewsDoor;
pub use partner::{CardTab, CustomerFilter, GrantPage, GrantSaid, PartnerPage, parse_customers};
pub use tasks::{StepTaken, parse_task_view};
pub(crate) use tasks::{list_mark, task_class};

/// A page with all it shows.
#[derive(Clone, Debug)]
pub enum Page {
    SignIn {
        refused: Option<DeskError>,
        email: String,
        to: String,
        /// A new password has just been set.
        reset: bool,
        /// At whose address one signs in, if at one's.
        service: Option<String>,
    },
    /// For whoever is not in yet.
    Door {
        page: Box<DoorPage>,
        refused: Option<DeskError>,
    },
    /// One's own second factor, or the second step of the sign-in.
    Factor {
        page: Box<FactorPage>,
        refused: Option<DeskError>,
    },
    /// One's own.
    Account {
        frame: Frame,
        sessions: Vec<SessionRow>,
        own: SessionId,
        /// Letters of which one wants none.
        muted: Vec<LetterKind>,
        /// `None` without an identity provider.
        linked: Option<Linked>,
        factor: Factor,
        /// Of their e-mail to the news.
        subscription: Subscription,
        said: Option<AccountSaid>,
        refused: Option<DeskError>,
    },
    Admin {
        frame: Frame,
        page: Box<AdminPage>,
        refused: Option<DeskError>,
    },
    /// The connection of the service, and what has come of it.
    Connect {
        frame: Frame,
        page: Box<ConnectPage>,
        refused: Option<DeskError>,
    },
    /// The partner centre.
    Partner {
        frame: Frame,
        page: Box<PartnerPage>,
        refused: Option<DeskError>,
    },
    /// What partners may do.
    Grants {
        frame: Frame,
        page: Box<GrantPage>,
        refused: Option<DeskError>,
    },
    Users(Box<Initial>),
    /// `typed` is what a refused form was filled in with.
    NewUser {
        frame: Frame,
        typed: Box<NewMemberForm>,
        /// Of which a seat is wanted.
        pool: Option<PoolId>,
        refused: Option<DeskError>,
    },
    Delete {
        frame: Frame,
        ids: IdSet,
        deletion: Box<Deletion>,
        refused: Option<DeskError>,
    },
    Licenses {
        frame: Frame,
        stock: Box<Stock>,
        filter: StockFilter,
        trials: Vec<(Product, Trial)>,
        /// The trial that has just begun.
        started: Option<PoolId>,
        /// Those that are connected.
        extensions: Vec<ExtensionState>,
        refused: Option<DeskError>,
    },
    StartTrial {
        frame: Frame,
        product: Box<Product>,
        trial: Trial,
        refused: Option<DeskError>,
    },
    Register {
        frame: Frame,
        typed: KeyForm,
        refused: Option<DeskError>,
    },
    RegisterOwner {
        frame: Frame,
        key: Box<CheckedKey>,
        typed: Box<RegistrationForm>,
        refused: Option<DeskError>,
    },
    Renew {
        frame: Frame,
        renewals: Renewals,
        refused: Option<DeskError>,
    },
    /// `deals`: the organisation is a side of a contract.
    Orders {
        frame: Frame,
        orders: Orders,
        later: bool,
        deals: bool,
    },
    NewOrder {
        frame: Frame,
        shop: Box<Shop>,
        typed: Box<OrderForm>,
        refused: Option<DeskError>,
    },
    /// `cancelled`: it was cancelled just now.
    Order {
        frame: Frame,
        page: Box<OrderPage>,
        cancelled: bool,
        refused: Option<DeskError>,
    },
    CancelOrder {
        frame: Frame,
        page: Box<OrderPage>,
        refused: Option<DeskError>,
    },
    Invoice {
        frame: Frame,
        page: Box<OrderPage>,
    },
    /// Applications, and what is agreed on under contracts.
    Deals {
        frame: Frame,
        page: Box<DealPage>,
        refused: Option<DeskError>,
    },
    Seats {
        frame: Frame,
        seats: Box<PoolSeats>,
        registered: Option<Box<Registered>>,
        happened: Box<Happened>,
    },
    /// `later`: there are newer operations than these.
    Operations {
        frame: Frame,
        operations: Operations,
        later: bool,
    },
    /// `managed`: its people, if it was about several products.
    Report {
        frame: Frame,
        report: Box<Report>,
        managed: Option<Box<ManagedReport>>,
        refused: Option<DeskError>,
    },
    /// Several products for the selected people. `typed` are the boxes as they were sent, `moved` what has changed since.
    Manage {
        frame: Frame,
        sheet: Box<ManageSheet>,
        typed: Box<ManageForm>,
        moved: Vec<String>,
        refused: Option<DeskError>,
    },
    Region {
        frame: Frame,
        choice: Box<RegionChoice>,
        refused: Option<DeskError>,
    },
    Notifications {
        frame: Frame,
        typed: Box<NotificationsForm>,
        saved: bool,
        refused: Option<DeskError>,
    },
    Letters {
        frame: Frame,
        letters: Letters,
        later: bool,
    },
    /// `base` is where its links lead.
    Letter {
        frame: Frame,
        page: Box<LetterPage>,
        base: String,
        refused: Option<DeskError>,
    },
    /// `products` are those that the organisation has stock of.
    Tasks {
        frame: Frame,
        tasks: Box<Tasks>,
        products: Vec<(ProductId, String)>,
        refused: Option<DeskError>,
    },
    Task {
        frame: Frame,
        page: Box<TaskPage>,
        taken: Box<StepTaken>,
    },
    /// A step of certificate tasks that waits for its confirmation.
    Steps {
        frame: Frame,
        preview: Box<TaskPreview>,
        typed: TaskConfirmation,
        /// The page of tasks where it began.
        from: String,
        refused: Option<DeskError>,
    },
    /// For whoever has its link; `token` is the link's.
    Invitation {
        shown: Box<Result<Invitation, LinkFault>>,
        token: String,
        refused: Option<DeskError>,
    },
    /// `authors` are those whose acts can be looked for; `later`: there are newer entries than these.
    Journal {
        frame: Frame,
        path: &'static str,
        journal: Journal,
        authors: Vec<(AccountId, String)>,
        filter: JournalFilter,
        /// What was typed for the days and is none.
        wrong: [Option<String>; 2],
        later: bool,
    },
    NotFound,
    /// Something that could not be shown, and why.
    Failed(DeskError),
}

impl Page {
    /// What the browser's tab says.
    fn title(&self, lang: Lang) -> String {
        let t = lang.texts();
        let title = match self {
            Self::SignIn { .. } => t.sign_in_title.to_owned(),
            Self::Door { page, .. } => page.title(lang).to_owned(),
            Self::Account { .. } => lang.accounting().account.to_owned(),
            Self::Factor { page, .. } => page.title(lang).to_owned(),
            Self::Admin { page, .. } => page.title(lang),
            Self::Connect { page, .. } => page.title(lang),
            Self::Partner { page, .. } => page.title(lang),
            Self::Grants { page, .. } => page.title(lang),
            Self::Users(_) => t.users.to_owned(),
            Self::NewUser { .. } => t.new_user.to_owned(),
            Self::Delete { deletion, .. } => crate::users::delete_title(lang, deletion.count),
            Self::Licenses { .. } => t.licences.to_owned(),
            Self::StartTrial { product, .. } => lang.start_trial_title(&product.title),
            Self::Register { .. } | Self::RegisterOwner { .. } => lang.stock().register.to_owned(),
            Self::Renew { .. } => lang.stock().renew.to_owned(),
            Self::Orders { .. } => t.orders.to_owned(),
            Self::NewOrder { .. } => lang.ordering().new_order.to_owned(),
            Self::Order { page, .. } => format!("{} {}", lang.ordering().order, page.order.number()),
            Self::CancelOrder { page, .. } => lang.cancel_order_title(&page.order.number()),
            // What a browser calls the file into which it prints.
            Self::Invoice { page, .. } => format!("{} {}", lang.ordering().invoice, page.order.number()),
            Self::Deals { page, .. } => page.title(lang),
            Self::Seats { seats, .. } => format!("{}, {}", seats.pool.product.title, seats.pool.code.as_str()),
            Self::Operations { .. } => t.operations.to_owned(),
            Self::Report { report, .. } => {
                format!("{} № {}", lang.kind(report.summary.kind), number(report.summary.id.0.unsigned_abs()))
            }
            Self::Manage { .. } => lang.managing().title.to_owned(),
            Self::Region { .. } => lang.managing().region_title.to_owned(),
            Self::Notifications { .. } => t.notifications.to_owned(),
            Self::Letters { .. } => lang.lettering().letters.to_owned(),
            Self::Letter { page, .. } => crate::mail::subject(lang, &page.row.letter),
            Self::Tasks { .. } => t.tasks.to_owned(),
            Self::Task { page, .. } => format!("{} · {}", page.task.row.name.short(), t.tasks),
            Self::Steps { preview, .. } => lang.kind(preview.kind).to_owned(),
            Self::Invitation { .. } => lang.tasking().invited_title.to_owned(),
            Self::Journal { path: "/log", .. } => t.journal.to_owned(),
            Self::Journal { .. } => lang.accounting().connections.to_owned(),
            Self::NotFound => t.not_found.to_owned(),
            Self::Failed(_) => t.not_loaded.to_owned(),
        };
        match elsewhere() {
            Some(customer) => format!("{title} · {customer} · Licentia"),
            None => format!("{title} · Licentia"),
        }
    }

    /// What the browser needs to wake the page; only the table of people is woken.
    fn initial(&self, lang: Lang) -> Option<Initial> {
        let Self::Users(initial) = self else { return None };
        Some(Initial { lang: lang.code().to_owned(), ..(**initial).clone() })
    }

    /// Whether it has a list to select from, or ends what was begun with one.
    fn picks(&self) -> bool {
        match self {
            Self::Tasks { .. } | Self::Steps { .. } => true,
            Self::Task { taken, .. } => taken.done.is_some(),
            Self::Report { report, .. } => report.summary.kind.task_step().is_some(),
            _ => false,
        }
    }

    /// Whether products are set and cleared on it, or it tells how that went.
    fn manages(&self) -> bool {
        match self {
            Self::Manage { .. } => true,
            Self::Report { managed, .. } => managed.is_some(),
            _ => false,
        }
    }

    /// Whether it has a form that asks the browser for a passkey.
    fn asks_passkey(&self) -> bool {
        match self {
            Self::SignIn { .. } => true,
            Self::Factor { page, .. } => page.asks_passkey(),
            _ => false,
        }
    }

    /// What is said above it of the service: nothing on pages of their own, nor where the service is what they are about.
    fn notice(&self) -> Option<connect::Notice> {
        match self {
            Self::SignIn { .. } | Self::Door { .. } | Self::Factor { .. } | Self::Invitation { .. } => None,
            Self::Connect { .. } | Self::Invoice { .. } | Self::NotFound | Self::Failed(_) => None,
            Self::Users(_) => connect::Notice::here(true),
            _ => connect::Notice::here(false),
        }
    }

    /// Whether it has a form that leads to the identity provider.
    fn sends_away(&self) -> bool {
        matches!(self, Self::SignIn { .. } | Self::Account { .. })
    }

    fn body(self, initial: Option<Initial>) -> AnyView {
        match (self, initial) {
            (Self::SignIn { refused, email, to, reset, service }, _) => {
                view! { <sign_in::SignIn refused email to reset service/> }.into_any()
            }
            (Self::Door { page, refused }, _) => view! { <door::Door page=*page refused/> }.into_any(),
            (Self::Account { frame, sessions, own, muted, factor, subscription, linked, said, refused }, _) => {
                view! { <account::OwnAccount frame sessions own muted factor subscription linked said refused/> }
                    .into_any()
            }
            (Self::Factor { page, refused }, _) => view! { <factor::FactorSteps page=*page refused/> }.into_any(),
            (Self::Admin { frame, page, refused }, _) => view! { <admin::Admin frame page=*page refused/> }.into_any(),
            (Self::Connect { frame, page, refused }, _) => {
                view! { <connect::Connect frame page=*page refused/> }.into_any()
            }
            (Self::Users(_), Some(initial)) => view! { <crate::UsersApp initial/> }.into_any(),
            (Self::Partner { frame, page, refused }, _) => {
                view! { <partner::Centre frame page=*page refused/> }.into_any()
            }
            (Self::Grants { frame, page, refused }, _) => {
                view! { <partner::Grants frame page=*page refused/> }.into_any()
            }
            (Self::NewUser { frame, typed, pool, refused }, _) => {
                view! { <new_user::NewUser frame typed=*typed pool refused/> }.into_any()
            }
            (Self::Delete { frame, ids, deletion, refused }, _) => {
                view! { <delete::Delete frame ids deletion=*deletion refused/> }.into_any()
            }
            (Self::Licenses { frame, stock, filter, trials, started, extensions, refused }, _) => {
                view! { <licenses::Licenses frame stock=*stock filter trials started extensions refused/> }.into_any()
            }
            (Self::StartTrial { frame, product, trial, refused }, _) => {
                view! { <licenses::StartTrial frame product=*product trial refused/> }.into_any()
            }
            (Self::Register { frame, typed, refused }, _) => {
                view! { <licenses::Register frame typed refused/> }.into_any()
            }
            (Self::RegisterOwner { frame, key, typed, refused }, _) => {
                view! { <licenses::RegisterOwner frame key=*key typed=*typed refused/> }.into_any()
            }
            (Self::Renew { frame, renewals, refused }, _) => {
                view! { <licenses::Renew frame renewals refused/> }.into_any()
            }
            (Self::Orders { frame, orders, later, deals }, _) => {
                view! { <orders::OrderList frame orders later deals/> }.into_any()
            }
            (Self::NewOrder { frame, shop, typed, refused }, _) => {
                view! { <orders::NewOrder frame shop=*shop typed=*typed refused/> }.into_any()
            }
            (Self::Order { frame, page, cancelled, refused }, _) => {
                view! { <orders::OneOrder frame page=*page cancelled refused/> }.into_any()
            }
            (Self::CancelOrder { frame, page, refused }, _) => {
                view! { <orders::CancelOrder frame page=*page refused/> }.into_any()
            }
            (Self::Invoice { frame, page }, _) => view! { <orders::Invoice frame page=*page/> }.into_any(),
            (Self::Deals { frame, page, refused }, _) => view! { <deals::Deals frame page=*page refused/> }.into_any(),
            (Self::Seats { frame, seats, registered, happened }, _) => {
                let registered = registered.map(|registered| *registered);
                view! { <licenses::Seats frame seats=*seats registered happened=*happened/> }.into_any()
            }
            (Self::Operations { frame, operations, later }, _) => {
                view! { <operations::OperationList frame operations later/> }.into_any()
            }
            (Self::Report { frame, report, managed, refused }, _) => {
                let managed = managed.map(|managed| *managed);
                view! { <report::OperationReport frame report=*report managed refused/> }.into_any()
            }
            (Self::Manage { frame, sheet, typed, moved, refused }, _) => {
                view! { <manage::ManagePage frame sheet=*sheet typed=*typed moved refused/> }.into_any()
            }
            (Self::Region { frame, choice, refused }, _) => {
                view! { <manage::ChooseRegion frame choice=*choice refused/> }.into_any()
            }
            (Self::Notifications { frame, typed, saved, refused }, _) => {
                view! { <letters::NotificationSettings frame typed=*typed saved refused/> }.into_any()
            }
            (Self::Letters { frame, letters, later }, _) => {
                view! { <letters::LetterList frame letters later/> }.into_any()
            }
            (Self::Letter { frame, page, base, refused }, _) => {
                view! { <letters::OneLetter frame page=*page base refused/> }.into_any()
            }
            (Self::Tasks { frame, tasks, products, refused }, _) => {
                view! { <tasks::TaskList frame tasks=*tasks products refused/> }.into_any()
            }
            (Self::Task { frame, page, taken }, _) => {
                view! { <tasks::OneTask frame page=*page taken=*taken/> }.into_any()
            }
            (Self::Steps { frame, preview, typed, from, refused }, _) => {
                view! { <tasks::ConfirmSteps frame preview=*preview typed from refused/> }.into_any()
            }
            (Self::Invitation { shown, token, refused }, _) => {
                view! { <tasks::InvitationPage shown=*shown token refused/> }.into_any()
            }
            (Self::Journal { frame, path, journal, authors, filter, wrong, later }, _) => {
                view! { <journal::JournalPage frame path journal authors filter wrong later/> }.into_any()
            }
            (Self::Failed(error), _) => view! { <message::Failed error/> }.into_any(),
            (Self::NotFound | Self::Users(_), _) => view! { <message::NotFound/> }.into_any(),
        }
    }
}

/// What whoever looks may do.
fn rights() -> Rights {
    let actor = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok());
    actor.map(|actor| actor.rights()).unwrap_or_default()
}

/// The customer for whom whoever looks acts, if they act for one.
fn elsewhere() -> Option<String> {
    let actor = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok());
    actor.filter(|actor| actor.is_elsewhere()).map(|actor| actor.organization().name.clone())
}

/// Whether they do.
pub(crate) fn is_elsewhere() -> bool {
    elsewhere().is_some()
}

/// Whether whoever looks may do this: what they may not is not offered.
fn may(capability: Capability) -> bool {
    rights().may(capability)
}

/// Whether whoever looks has customers to look after.
fn serves() -> bool {
    crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok()).is_some_and(|actor| actor.serves())
}

fn may_all(needs: &[Capability]) -> bool {
    needs.iter().all(|needs| may(*needs))
}

/// Whether whoever looks may move people from one licence to another.
fn may_renew() -> bool {
    may_all(domain::Kind::Renew.needs())
}

/// What the page of a licence and of who holds its seats needs.
const SEATS: [Capability; 2] = [Capability::People, Capability::Stock];

/// A link for those who may see where it leads to; for others its words alone.
fn link_if(needs: &[Capability], there: String, text: String) -> AnyView {
    if may_all(needs) { view! { <a href=there>{text}</a> }.into_any() } else { text.into_any() }
}

/// Whether letters of this channel go by themselves.
fn sends(channel: Channel) -> bool {
    crate::ssr::site().is_ok_and(|site| site.sends(channel))
}

/// What is wrong with a form, in the order that its fields have on the page: the first is where one goes on.
fn wrong_fields(refused: Option<&DeskError>, order: &[impl AsRef<str>]) -> Vec<FieldError> {
    let Some(DeskError::InvalidForm { fields }) = refused else { return Vec::new() };
    let mut fields = fields.clone();
    let place = |error: &FieldError| order.iter().position(|name| name.as_ref() == error.field);
    fields.sort_by_key(|error| place(error).unwrap_or(order.len()));
    fields
}

/// What a plain form post was refused with, above the page's content.
#[component]
fn Refused(error: Option<DeskError>) -> impl IntoView {
    let lang = crate::i18n::use_lang();
    error.map(|error| {
        let text = proof_problem(lang, &error).map_or_else(|| lang.error(&error), str::to_owned);
        view! { <p class="alert" role="alert">{text}</p> }
    })
}

/// The password that a large deed asks for, if it was refused without.
fn proof_of(refused: Option<&DeskError>) -> RwSignal<Option<String>> {
    let asked = refused.and_then(|error| proof_problem(crate::i18n::use_lang(), error)).map(|_| String::new());
    RwSignal::new(asked)
}

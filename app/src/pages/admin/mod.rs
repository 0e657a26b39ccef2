//! «Администрирование»: accounts, levels of access, sessions.

mod account;
mod approvals;
mod factor;
mod levels;
mod list;
mod removal;
mod sessions;

use domain::{
    AccountFilter, AccountForm, AccountRow, ApprovalForm, Capability, DeskError, Frame, Level, Role, RoleForm, RoleId,
    SessionId, SessionRow,
};
use leptos::prelude::*;
use service::AccountList;

use crate::i18n::{AccessWords, AccountWords, ConnectWords, FactorWords, Lang, use_lang};
use crate::pages::{Refused, may};
use crate::parts::{Head, Here, Layout};

pub use list::parse_accounts;
pub use sessions::SessionTable;

/// A page of «Администрирование».
#[derive(Clone, Debug)]
pub enum AdminPage {
    /// `done` is what has just been done: a word of the address.
    Accounts {
        list: AccountList,
        filter: AccountFilter,
        done: Done,
    },
    /// A new account.
    New {
        list: AccountList,
        typed: AccountForm,
        proof: bool,
    },
    /// One account; what it may become.
    Account {
        list: AccountList,
        row: AccountRow,
        typed: AccountForm,
        proof: bool,
        done: Done,
    },
    Remove {
        row: AccountRow,
        sent: bool,
        proof: bool,
    },
    HandOver {
        row: AccountRow,
        proof: bool,
    },
    /// Above how many people a second person has to agree.
    Approvals {
        typed: ApprovalForm,
        proof: bool,
        done: Done,
    },
    /// «Второй фактор обязателен»
    RequireFactor {
        required: bool,
        proof: bool,
    },
    ResetFactor {
        row: AccountRow,
        proof: bool,
    },
    Levels {
        list: AccountList,
        done: Done,
    },
    /// A new own level, or one that is there.
    Level {
        list: AccountList,
        id: Option<RoleId>,
        typed: RoleForm,
        proof: bool,
    },
    /// Whom a level that every organisation has concerns.
    Limit {
        list: AccountList,
        role: Role,
        typed: RoleForm,
        proof: bool,
    },
    Sessions {
        rows: Vec<SessionRow>,
        own: SessionId,
        ended: Option<u64>,
    },
    EndAll {
        rows: Vec<SessionRow>,
        own: SessionId,
        own_too: bool,
        proof: bool,
    },
}

/// What has just been done, as the address of the page says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Done {
    #[default]
    Nothing,
    Invited,
    Withdrawn,
    Saved,
    RecoverySent,
    Deleted,
    HandedOver,
    LevelDeleted,
    FactorRequired,
    FactorOptional,
    FactorReset,
}

impl Done {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Invited, "invited"),
        (Self::Withdrawn, "withdrawn"),
        (Self::Saved, "saved"),
        (Self::RecoverySent, "recovery"),
        (Self::Deleted, "deleted"),
        (Self::HandedOver, "handed-over"),
        (Self::LevelDeleted, "level-deleted"),
        (Self::FactorRequired, "factor-required"),
        (Self::FactorOptional, "factor-optional"),
        (Self::FactorReset, "factor-reset"),
    ];

    /// The word of a query.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let known = Self::ALL.into_iter().find(|(_, word)| query.split('&').any(|part| part == *word));
        known.map_or(Self::Nothing, |(done, _)| done)
    }

    fn words(self, lang: Lang) -> Option<&'static str> {
        let t = lang.accounting();
        Some(match self {
            Self::Nothing => return None,
            Self::Invited => t.invited,
            Self::Withdrawn => t.withdrawn,
            Self::Saved => t.saved,
            Self::RecoverySent => t.recovery_sent,
            Self::Deleted => t.deleted,
            Self::HandedOver => t.handed_over,
            Self::LevelDeleted => t.level_deleted,
            Self::FactorRequired => lang.factoring().required_set,
            Self::FactorOptional => lang.factoring().optional_set,
            Self::FactorReset => lang.factoring().was_reset,
        })
    }
}

impl AdminPage {
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = lang.accounting();
        match self {
            Self::Accounts { .. } => t.admin.to_owned(),
            Self::New { .. } => t.add.to_owned(),
            Self::Account { row, .. } => row.account.name.clone(),
            Self::Remove { row, .. } => format!("{}: {}", t.delete_account, row.account.name),
            Self::HandOver { .. } => t.hand_over_title.to_owned(),
            Self::Approvals { .. } => t.approvals.to_owned(),
            Self::RequireFactor { .. } => lang.factoring().requirement.to_owned(),
            Self::ResetFactor { .. } => lang.factoring().reset.to_owned(),
            Self::Levels { .. } => t.levels.to_owned(),
            Self::Level { id: None, .. } => t.new_level.to_owned(),
            Self::Level { .. } | Self::Limit { .. } => t.edit_level.to_owned(),
            Self::Sessions { .. } => t.sessions.to_owned(),
            Self::EndAll { .. } => t.end_all.to_owned(),
        }
    }
}

#[component]
pub fn Admin(frame: Frame, page: AdminPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let title = page.title(lang);
    let (here, act) = match &page {
        AdminPage::Accounts { .. } => ("/admin", Some(("/admin/new", t.add))),
        AdminPage::Levels { .. } => ("/admin/levels", Some(("/admin/levels/new", t.new_level))),
        AdminPage::Approvals { .. } => ("/admin/approvals", None),
        AdminPage::Sessions { .. } => ("/admin/sessions", Some(("/admin/connections", t.connections))),
        _ => ("", None),
    };
    // Of these three the section is the title, and the tab says which it is.
    let title = if here.is_empty() { title } else { t.admin.to_owned() };
    let act = act.map(|(there, text)| {
        let class = if there == "/admin/connections" { "button" } else { "button primary" };
        view! { <a class=class href=there>{text}</a> }
    });
    let content = match page {
        AdminPage::Accounts { list, filter, done } => {
            let own = frame.account.id;
            view! { <Said done/><list::Accounts list filter own/> }.into_any()
        }
        AdminPage::New { list, typed, proof } => {
            view! { <account::NewAccount list typed proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::Account { list, row, typed, proof, done } => {
            let own = frame.account.id;
            view! { <Said done/><account::OneAccount list row typed proof own refused=refused.clone()/> }.into_any()
        }
        AdminPage::Remove { row, sent, proof } => {
            view! { <removal::Remove row sent proof email=frame.account.email.clone() refused=refused.clone()/> }
                .into_any()
        }
        AdminPage::HandOver { row, proof } => {
            view! { <removal::HandOver row proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::Approvals { typed, proof, done } => {
            view! { <Said done/><approvals::Approvals typed proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::RequireFactor { required, proof } => {
            view! { <factor::RequireFactor required proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::ResetFactor { row, proof } => {
            view! { <factor::ResetFactor row proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::Levels { list, done } => view! { <Said done/><levels::Levels list/> }.into_any(),
        AdminPage::Limit { list, role, typed, proof } => {
            view! { <levels::Limit list role typed proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::Level { list, id, typed, proof } => {
            view! { <levels::OneLevel list id typed proof refused=refused.clone()/> }.into_any()
        }
        AdminPage::Sessions { rows, own, ended } => view! { <sessions::Sessions rows own ended/> }.into_any(),
        AdminPage::EndAll { rows, own, own_too, proof } => {
            view! { <sessions::EndAll rows own own_too proof refused=refused.clone()/> }.into_any()
        }
    };
    // A form says itself what is wrong with it.
    let refused = refused.filter(|error| !here.is_empty() && !matches!(error, DeskError::InvalidForm { .. }));
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Admin>
            <Head title><div class="head-acts">{act}</div></Head>
            {(!here.is_empty()).then(|| view! { <Tabs here/> })}
            <div class="page">
                <Refused error=refused/>
                {content}
            </div>
        </Layout>
    }
}

/// The parts of the section.
#[component]
pub fn Tabs(here: &'static str) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let all = [
        ("/admin", t.users, Capability::Accounts),
        ("/admin/levels", t.levels, Capability::Accounts),
        ("/admin/sessions", t.sessions, Capability::Accounts),
        ("/admin/approvals", t.approvals, Capability::Accounts),
        ("/admin/partners", crate::i18n::PartnerWords::partnering(lang).partners, Capability::Accounts),
        ("/connect", lang.connecting().about, Capability::Organization),
        ("/log", lang.texts().journal, Capability::Audit),
    ];
    let tab = |(there, text, needs): (&'static str, &'static str, Capability)| {
        may(needs).then(|| view! { <a href=there aria-current=(there == here).then_some("page")>{text}</a> })
    };
    view! { <nav class="choices admin-tabs" aria-label=t.admin>{all.map(tab).into_iter().collect_view()}</nav> }
}

/// What has just been done.
#[component]
fn Said(done: Done) -> impl IntoView {
    let lang = use_lang();
    done.words(lang).map(|words| view! { <p class="note" role="status"><span>{words}</span></p> })
}

/// A level in words.
fn level_name(lang: Lang, level: Option<Level>, list: &AccountList) -> String {
    match level {
        Some(Level::Role(role)) => lang.role(role).to_owned(),
        Some(Level::Own(id)) => {
            let own = list.roles.iter().find(|role| role.id == id);
            own.map_or_else(|| lang.accounting().own_level.to_owned(), |role| role.name.clone())
        }
        None => lang.accounting().no_level.to_owned(),
    }
}

/// Levels that may be chosen for somebody by whoever looks; the one that they have is always among them.
fn choosable(list: &AccountList, has: Option<Level>) -> Vec<Level> {
    let own = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok()).map(|actor| actor.rights());
    let own = own.unwrap_or_default();
    let common =
        Role::ALL.into_iter().filter(|role| *role != Role::Owner && role.rights().within(own)).map(Level::Role);
    let roles = list.roles.iter().filter(|role| role.rights.within(own)).map(|role| Level::Own(role.id));
    let mut all: Vec<Level> = common.chain(roles).collect();
    if let Some(has) = has.filter(|has| !all.contains(has)) {
        all.push(has);
    }
    all
}

/// The password that is asked for again before a dangerous deed.
#[component]
pub fn Proof(errors: RwSignal<Vec<domain::FieldError>>) -> impl IntoView {
    let t = use_lang().accounting();
    let wrong = errors.with_untracked(|errors| errors.iter().any(|error| error.field == "proof"));
    view! {
        <div class="field whole">
            <label for="proof">{t.proof}" "<span class="pale">{t.proof_hint}</span></label>
            <input
                class="input"
                id="proof"
                name="proof"
                type="password"
                autocomplete="current-password"
                required=true
                autofocus=wrong
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then_some("proof-error")
            />
            <crate::parts::FieldProblemText name="proof" errors/>
        </div>
    }
}

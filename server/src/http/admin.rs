//! «Администрирование», one's own account, and the pages for whoever is not in yet.

use app::pages::{AccountSaid, AdminPage, Done, DoorPage, Linked, Page, parse_accounts, parse_journal, wrong_days};
use app::ssr::{refused, typed_account, typed_approvals, typed_email, typed_role, typed_sign_up};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use domain::{
    AccountForm, AccountId, AccountRow, ActGroup, ApprovalForm, Capability, DeskError, JournalFilter, LinkFault, Role,
    RoleForm, RoleId, SignUpForm,
};
use service::ports::Purpose;
use service::{AccountList, Actor};

use super::Hall;
use super::pages::{asked, find, number, says, show, visitor};

/// A page of the section: `make` is given who looks, and all accounts.
async fn admin(
    hall: Hall,
    mut request: Request,
    make: impl AsyncFnOnce(&Hall, &Actor, AccountList, &str) -> Result<AdminPage, DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let list = hall.desk.accounts(&actor).await?;
        let page = Box::new(make(&hall, &actor, list, &query).await?);
        Ok(Page::Admin { frame: hall.desk.frame(&actor).await?, page, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

type Id = Result<Path<String>, PathRejection>;

fn row(list: &AccountList, id: &Id) -> Result<AccountRow, DeskError> {
    let id: Option<AccountId> = number(id);
    list.rows.iter().find(|row| Some(row.account.id) == id).cloned().ok_or(DeskError::UnknownAccount)
}

fn form_of(row: &AccountRow) -> AccountForm {
    AccountForm {
        name: row.account.name.clone(),
        email: row.account.email.clone(),
        phone: row.phone.clone(),
        level: row.level.map(|level| level.to_string()).unwrap_or_default(),
    }
}

pub(super) async fn accounts(State(hall): State<Hall>, request: Request) -> Response {
    admin(hall, request, async |_, _, list, query| {
        Ok(AdminPage::Accounts { list, filter: parse_accounts(query), done: Done::of(query) })
    })
    .await
}

pub(super) async fn new_account(State(hall): State<Hall>, request: Request) -> Response {
    let typed = typed_account(request.headers());
    admin(hall, request, async |hall, actor, list, query| {
        let typed = if refused(query).is_some() { typed } else { AccountForm::default() };
        Ok(AdminPage::New { list, typed, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn account(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    let typed = typed_account(request.headers());
    admin(hall, request, async |hall, actor, list, query| {
        let row = row(&list, &id)?;
        let typed = Some(typed).filter(|typed| refused(query).is_some() && *typed != AccountForm::default());
        let typed = typed.unwrap_or_else(|| form_of(&row));
        Ok(AdminPage::Account { list, row, typed, proof: hall.desk.asks_proof(actor), done: Done::of(query) })
    })
    .await
}

pub(super) async fn remove(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    admin(hall, request, async |hall, actor, list, query| {
        let row = row(&list, &id)?;
        Ok(AdminPage::Remove { row, sent: says(query, "sent"), proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn hand_over(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    admin(hall, request, async |hall, actor, list, _| {
        let row = row(&list, &id)?;
        Ok(AdminPage::HandOver { row, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn require_factor(State(hall): State<Hall>, request: Request) -> Response {
    admin(hall, request, async |hall, actor, list, _| {
        Ok(AdminPage::RequireFactor { required: list.factor_required, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn reset_factor(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    admin(hall, request, async |hall, actor, list, _| {
        Ok(AdminPage::ResetFactor { row: row(&list, &id)?, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn levels(State(hall): State<Hall>, request: Request) -> Response {
    admin(hall, request, async |_, _, list, query| Ok(AdminPage::Levels { list, done: Done::of(query) })).await
}

pub(super) async fn new_level(State(hall): State<Hall>, request: Request) -> Response {
    let typed = typed_role(request.headers());
    admin(hall, request, async |hall, actor, list, query| {
        let typed = if refused(query).is_some() { typed } else { RoleForm::default() };
        Ok(AdminPage::Level { list, id: None, typed, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn level(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    let typed = typed_role(request.headers());
    admin(hall, request, async |hall, actor, list, query| {
        let role = id.as_ref().ok().and_then(|Path(id)| Role::from_code(id)).filter(|role| role.may_be_limited());
        if let Some(role) = role {
            let coverage = list.limit_of(role);
            let typed = if refused(query).is_some() { typed } else { RoleForm::of_coverage(&coverage) };
            return Ok(AdminPage::Limit { list, role, typed, proof: hall.desk.asks_proof(actor) });
        }
        let id: Option<RoleId> = number(&id);
        let known = list.roles.iter().find(|role| Some(role.id) == id).ok_or(DeskError::UnknownAccount)?;
        let typed = if refused(query).is_some() { typed } else { RoleForm::of(known) };
        Ok(AdminPage::Level { list, id, typed, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn approvals(State(hall): State<Hall>, request: Request) -> Response {
    let typed = typed_approvals(request.headers());
    admin(hall, request, async |hall, actor, _, query| {
        let rules = ApprovalForm::of(hall.desk.approval_rules(actor).await?);
        let typed = if refused(query).is_some() { typed } else { rules };
        Ok(AdminPage::Approvals { typed, proof: hall.desk.asks_proof(actor), done: Done::of(query) })
    })
    .await
}

pub(super) async fn sessions(State(hall): State<Hall>, request: Request) -> Response {
    admin(hall, request, async |hall, actor, _, query| {
        let ended = find(query, "ended").and_then(|ended| ended.parse().ok());
        Ok(AdminPage::Sessions { rows: hall.desk.sessions(actor).await?, own: actor.session(), ended })
    })
    .await
}

pub(super) async fn end_sessions(State(hall): State<Hall>, request: Request) -> Response {
    admin(hall, request, async |hall, actor, _, query| {
        let (rows, own) = (hall.desk.sessions(actor).await?, actor.session());
        Ok(AdminPage::EndAll { rows, own, own_too: says(query, "own"), proof: hall.desk.asks_proof(actor) })
    })
    .await
}

/// «История подключений»: a part of the log.
pub(super) async fn connections(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        hall.desk.allow(&actor, Capability::Accounts).await?;
        let (filter, before) = parse_journal(&query);
        let filter = JournalFilter { group: Some(ActGroup::Connections), ..filter };
        let journal = hall.desk.journal(&actor, &filter, before).await?;
        let authors = hall.desk.journal_authors(&actor).await?;
        Ok(Page::Journal {
            frame: hall.desk.frame(&actor).await?,
            path: "/admin/connections",
            journal,
            authors,
            filter: JournalFilter { group: None, ..filter },
            wrong: wrong_days(&query),
            later: before.is_some(),
        })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// One's own account.
pub(super) async fn own(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let sessions = hall.desk.own_sessions(&actor).await?;
        let linked = hall.desk.is_linked(&actor).await?.map(|linked| Linked {
            linked,
            proof: hall.desk.asks_proof(&actor),
            now: query == if linked { "linked" } else { "unlinked" },
        });
        Ok(Page::Account {
            frame: hall.desk.frame(&actor).await?,
            sessions,
            own: actor.session(),
            muted: hall.desk.muted(&actor).await?,
            factor: hall.desk.factor(&actor).await?,
            subscription: hall.desk.own_subscription(&actor).await?,
            said: AccountSaid::of(&query),
            linked,
            refused: refused(&query),
        })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn ask_recovery(State(hall): State<Hall>, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = if refused.is_some() { typed_email(request.headers()) } else { String::new() };
    let page = if query == "sent" { DoorPage::RecoverySent } else { DoorPage::AskRecovery { typed } };
    show(hall, request, Ok(Page::Door { page: Box::new(page), refused })).await
}

pub(super) async fn recovery(State(hall): State<Hall>, token: Id, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let page = hall.desk.recovery(&token, &origin).await.map(|()| DoorPage::NewPassword { token });
    door(hall, request, Purpose::Recovery, (page, refused(&query))).await
}

pub(super) async fn join(State(hall): State<Hall>, token: Id, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let page = hall.desk.joining(&token, &origin).await.map(|joining| DoorPage::Join { joining, token });
    door(hall, request, Purpose::Invitation, (page, refused(&query))).await
}

pub(super) async fn sign_up(State(hall): State<Hall>, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = if refused.is_some() { typed_sign_up(request.headers()) } else { SignUpForm::default() };
    let page = match query.as_str() {
        "sent" => Ok(DoorPage::SignUpSent),
        _ => hall.desk.question().await.map(|question| DoorPage::SignUp { typed, question }),
    };
    show(hall, request, page.map(|page| Page::Door { page: Box::new(page), refused })).await
}

pub(super) async fn confirm_sign_up(State(hall): State<Hall>, token: Id, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let page = hall.desk.registration(&token, &origin).await;
    let page = page.map(|registering| DoorPage::ConfirmSignUp { registering, token });
    door(hall, request, Purpose::Registration, (page, refused(&query))).await
}

pub(super) async fn terms(State(hall): State<Hall>, request: Request) -> Response {
    show(hall, request, Ok(Page::Door { page: Box::new(DoorPage::Terms), refused: None })).await
}

/// A page that somebody has a link to; no search engine keeps it.
async fn door(
    hall: Hall,
    request: Request,
    purpose: Purpose,
    (page, refused): (Result<DoorPage, DeskError>, Option<DeskError>),
) -> Response {
    // Also of a link that was refused when the button was pressed, and nothing is left to do on its page.
    let (page, refused) = match (page, refused) {
        (Err(DeskError::LinkRefused { fault }), _) | (Ok(_), Some(DeskError::LinkRefused { fault })) => {
            (Ok(DoorPage::Refused { fault, purpose }), None)
        }
        others => others,
    };
    let unknown = matches!(page, Ok(DoorPage::Refused { fault: LinkFault::Unknown, .. }));
    let page = page.map(|page| Page::Door { page: Box::new(page), refused });
    let mut response = show(hall, request, page).await;
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    if unknown {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

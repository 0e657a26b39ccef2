//! «Подключение сервиса», and the addresses of services.

use app::pages::{Choosing, ConnectPage, DoorPage, Page, ServiceSaid, Whence};
use app::ssr::{home, refused, text_in, typed_email, typed_responsible, typed_service, wanted_path};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    CONNECT_STEPS, DeskError, Filter, MAX_SEARCH_CHARS, MemberId, PAGE_SIZES, Responsible, ResponsibleForm,
    ServiceForm, View, people_of,
};
use service::{Actor, ConnectState, Connecting};

use super::Hall;
use super::pages::{asked, find, says, show, visitor};

/// People who are shown of those that were found.
const FOUND: usize = 20;

/// What refused forms held.
struct Typed {
    service: Option<ServiceForm>,
    responsible: Option<ResponsibleForm>,
}

/// The step that is asked for, or the first that has still to be taken; «О сервисе» of one that is connected.
pub(super) async fn connect(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = Typed {
        service: refused.is_some().then(|| typed_service(request.headers())),
        responsible: refused.is_some().then(|| typed_responsible(request.headers())),
    };
    let page = async {
        let actor = actor?;
        let page = match hall.desk.connecting(&actor).await? {
            ConnectState::Connected(service) => {
                ConnectPage::Service { service, url: hall.site.url.to_string(), said: ServiceSaid::of(&query) }
            }
            ConnectState::Open(open) => step(&hall, &actor, open, &query, typed).await?,
        };
        Ok(Page::Connect { frame: hall.desk.frame(&actor).await?, page: Box::new(page), refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

async fn step(
    hall: &Hall,
    actor: &Actor,
    open: Box<Connecting>,
    query: &str,
    typed: Typed,
) -> Result<ConnectPage, DeskError> {
    let next = open.draft.next_step();
    let wanted = find(query, "step").and_then(|step| step.parse().ok()).unwrap_or(next);
    Ok(match wanted.clamp(1, next.min(CONNECT_STEPS)) {
        1 => {
            let kept = typed.service.filter(|typed| *typed != ServiceForm::default()).or(open.draft.service);
            let typed = match kept {
                Some(typed) => typed,
                None => {
                    let free = hall.desk.free_address(actor, &open.name).await?;
                    let address = free.map(|free| free.as_str().to_owned()).unwrap_or_default();
                    ServiceForm { name: open.name.clone(), address }
                }
            };
            ConnectPage::Name { free: free(hall, actor, &typed, &open.name).await?, typed }
        }
        2 => responsible(hall, actor, *open, query, typed.responsible).await?,
        3 => {
            let typed = open.draft.people.unwrap_or_default();
            ConnectPage::People { errors: people_of(&typed).err().unwrap_or_default(), typed }
        }
        _ => ConnectPage::Summary {
            connecting: open,
            url: hall.site.url.to_string(),
            proof: hall.desk.asks_proof(actor),
        },
    })
}

/// An address that is free: near to the one that was typed, or to the name.
async fn free(hall: &Hall, actor: &Actor, typed: &ServiceForm, name: &str) -> Result<Option<String>, DeskError> {
    let near = [typed.address.as_str(), typed.name.as_str(), name].into_iter().find(|text| !text.trim().is_empty());
    let free = hall.desk.free_address(actor, near.unwrap_or_default()).await?;
    Ok(free.map(|free| free.as_str().to_owned()))
}

async fn responsible(
    hall: &Hall,
    actor: &Actor,
    open: Connecting,
    query: &str,
    typed: Option<ResponsibleForm>,
) -> Result<ConnectPage, DeskError> {
    let typed = typed.filter(|typed| *typed != ResponsibleForm::default());
    let kept = typed.or(open.draft.responsible);
    let way_of = |who: Responsible| match who {
        Responsible::Own => Whence::Own,
        Responsible::Member(_) => Whence::People,
        Responsible::New => Whence::New,
    };
    let kept_way = kept.as_ref().map_or(Whence::Own, |kept| way_of(kept.who));
    let way = find(query, "who").and_then(Whence::from_code).unwrap_or(kept_way);
    let way = if way == Whence::People && !open.people { Whence::New } else { way };
    // Another way than was kept begins anew.
    let kept = kept.filter(|kept| way_of(kept.who) == way);
    let wanted = find(query, "member").and_then(|id| id.parse().ok()).map(MemberId);
    let search = text_in(query, "q").map(|text| text.chars().take(MAX_SEARCH_CHARS).collect::<String>());
    // Whoever asks for others has not chosen yet; `who` alone in the query is «Выбрать другого».
    let looks = way == Whence::People && wanted.is_none() && find(query, "who").is_some();
    let typed = match (way, kept) {
        _ if looks => ResponsibleForm::default(),
        (Whence::Own, kept) => {
            let phone = kept.map(|kept| kept.phone).filter(|phone| !phone.is_empty());
            ResponsibleForm { phone: phone.unwrap_or_else(|| open.own.phone.clone()), ..open.own }
        }
        (Whence::New, kept) => kept.unwrap_or(ResponsibleForm { who: Responsible::New, ..Default::default() }),
        (Whence::People, kept) => {
            let kept_id = kept.as_ref().and_then(|kept| match kept.who {
                Responsible::Member(id) => Some(id),
                _ => None,
            });
            let id = wanted.or(kept_id);
            let contacts = match id {
                Some(id) => hall.desk.member_contacts(actor, id).await?,
                None => None,
            };
            match (id, contacts) {
                (Some(id), Some((name, email))) => {
                    let kept = kept.filter(|_| kept_id == Some(id)).unwrap_or_default();
                    let email = if kept.email.is_empty() { email } else { kept.email };
                    ResponsibleForm { who: Responsible::Member(id), name, email, phone: kept.phone }
                }
                _ => ResponsibleForm::default(),
            }
        }
    };
    let found = match (way, typed.who, search.as_deref()) {
        (Whence::People, Responsible::Own, search) => {
            let filter = Filter { search: search.unwrap_or_default().to_owned(), ..Filter::default() };
            let size = PAGE_SIZES.into_iter().min().unwrap_or_default();
            let view = View { filter, size, ..View::default() };
            let directory = hall.desk.directory(actor, &view, None).await?;
            let more = directory.counts.total > FOUND as u64;
            Some((directory.rows.into_iter().take(FOUND).collect(), more))
        }
        _ => None,
    };
    let query = search.unwrap_or_default();
    Ok(ConnectPage::Responsible { typed, choosing: Choosing { way, people: open.people, query, found } })
}

/// Changes name and address of a service that is connected; of another one, begins.
pub(super) async fn edit(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = refused.is_some().then(|| typed_service(request.headers()));
    let page = async {
        let actor = actor?;
        let ConnectState::Connected(service) = hall.desk.connecting(&actor).await? else { return Ok(None) };
        let kept = ServiceForm { name: service.name.clone(), address: service.address.unwrap_or_default() };
        let mut typed = typed.filter(|typed| *typed != ServiceForm::default()).unwrap_or(kept);
        let free = free(&hall, &actor, &typed, &service.name).await?;
        if refused.is_none() && typed.address.is_empty() {
            typed.address = free.clone().unwrap_or_default();
        }
        let page = Box::new(ConnectPage::Change { typed, free, proof: hall.desk.asks_proof(&actor) });
        Ok(Some(Page::Connect { frame: hall.desk.frame(&actor).await?, page, refused }))
    };
    match page.await {
        Ok(None) => Redirect::to("/connect").into_response(),
        Ok(Some(page)) => show(hall, request, Ok(page)).await,
        Err(error) => show(hall, request, Err(error)).await,
    }
}

/// The list that was handed over to whoever asks; nobody else finds one.
pub(super) async fn people(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let Some(list) = hall.desk.handed_list(&actor).await? else { return Ok(Page::NotFound) };
        let count = |name| find(&query, name).and_then(|count| count.parse().ok());
        let added = count("added").zip(count("known"));
        let page = Box::new(ConnectPage::Listed { list, added, drops: says(&query, "drop") });
        Ok(Page::Connect { frame: hall.desk.frame(&actor).await?, page, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// The sign-in of a service; whoever is signed in to it goes on to their work.
pub(super) async fn at(
    State(hall): State<Hall>,
    address: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    let address = address.map(|Path(address)| address).unwrap_or_default();
    let mut response = match hall.desk.service_at(&address, &origin).await {
        Ok(Some(found)) => match actor {
            Ok(actor) if actor.organization().id == found.organization => {
                Redirect::to(home(actor.rights())).into_response()
            }
            _ if found.current != address => Redirect::to(&format!("/at/{}", found.current)).into_response(),
            _ => {
                let over = says(&query, "over").then_some(DeskError::SignInOver);
                let refused = refused(&query).or(over);
                let email = if refused.is_some() { typed_email(request.headers()) } else { String::new() };
                let page =
                    Page::SignIn { refused, email, to: wanted_path(&query), reset: false, service: Some(found.name) };
                show(hall, request, Ok(page)).await
            }
        },
        Ok(None) => {
            let page = Page::Door { page: Box::new(DoorPage::NoService), refused: None };
            let mut response = show(hall, request, Ok(page)).await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
        Err(error) => show(hall, request, Err(error)).await,
    };
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

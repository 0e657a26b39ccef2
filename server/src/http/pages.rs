//! The pages: query and path → one call of the desk → a page.

use app::Initial;
use app::pages::{Happened, Page, document, parse_filter};
use app::ssr::{
    Visitor, cookie, former_path, home, key_cookie, refused, typed_email, typed_key, typed_member, typed_notifications,
    typed_order, typed_registration, typed_seat, wanted_path,
};
use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, RequestExt};
use domain::{
    Capability, DeskError, Frame, IdSet, Kind, LetterId, LetterState, OperationId, OperationState, OrderForm, OrderId,
    OrderState, PoolId, ProductId, SeatFilter, SeatForm, Selection,
};
use service::{Actor, KeyToken, OrderPage};

use super::Hall;

/// The page, or the one that says why not, with the status that belongs to it.
pub(super) async fn show(hall: Hall, request: Request, page: Result<Page, DeskError>) -> Response {
    let (status, page) = match page {
        Ok(Page::NotFound) => (StatusCode::NOT_FOUND, Page::NotFound),
        Ok(page) => (StatusCode::OK, page),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Page::Failed(error))
        }
    };
    let site = hall.site.clone();
    let render =
        leptos_axum::render_app_async_with_context(move || hall.provide(), move || document(&site, page.clone()));
    let mut response = render(request).await;
    *response.status_mut() = status;
    response
}

/// Whoever asks.
pub(super) async fn visitor(request: &mut Request) -> Option<Visitor> {
    request.extract_parts::<Extension<Visitor>>().await.ok().map(|Extension(visitor)| visitor)
}

/// Who asks, and the query of the address.
pub(super) async fn asked(request: &mut Request) -> (Result<Actor, DeskError>, String) {
    let actor = visitor(request).await.map_or(Err(DeskError::NotSignedIn), |visitor| visitor.actor);
    let query = request.extract_parts::<OriginalUri>().await.ok();
    let query = query.and_then(|OriginalUri(uri)| uri.query().map(str::to_owned)).unwrap_or_default();
    (actor, query)
}

/// The number in a path; what is none, or no text at all, is nobody's.
pub(super) fn number<T: std::str::FromStr>(id: &Result<Path<String>, PathRejection>) -> Option<T> {
    id.as_ref().ok()?.parse().ok()
}

/// The pair of a query that holds a refusal, if it can be sent on.
fn refusal_in(query: &str) -> Option<&str> {
    query.split('&').find(|pair| pair.starts_with("__err=") && pair.bytes().all(|byte| byte.is_ascii_graphic()))
}

pub(super) fn find<'a>(query: &'a str, wanted: &str) -> Option<&'a str> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name == wanted).then_some(value))
}

/// Whether a query holds this word, without a value.
pub(super) fn says(query: &str, word: &str) -> bool {
    query.split('&').any(|pair| pair == word)
}

pub(super) async fn sign_in(State(hall): State<Hall>, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let over = says(&query, "over").then_some(DeskError::SignInOver);
    let refused = refused(&query).or(over);
    let email = if refused.is_some() { typed_email(request.headers()) } else { String::new() };
    show(
        hall,
        request,
        Ok(Page::SignIn { refused, email, to: wanted_path(&query), reset: query == "password-set", service: None }),
    )
    .await
}

/// The first section that one may see.
pub(super) async fn start(mut request: Request) -> Redirect {
    let (actor, _) = asked(&mut request).await;
    Redirect::to(actor.map_or("/users", |actor| home(actor.rights())))
}

pub(super) async fn users(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let view = app::parse_address(&query);
        let frame = hall.desk.frame(&actor).await?;
        let directory = hall.desk.directory(&actor, &view, None).await?;
        Ok(Page::Users(Box::new(Initial { lang: String::new(), view, frame, directory, refused: refused(&query) })))
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn new_user(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = refused.is_some() || says(&query, "typed");
    let pool = find(&query, "pool").and_then(|id| id.parse().ok());
    let typed = if typed { typed_member(request.headers()) } else { Default::default() };
    let page = async {
        let actor = actor?;
        hall.desk.allow(&actor, Capability::EditPeople).await?;
        Ok(Page::NewUser { frame: hall.desk.frame(&actor).await?, typed: Box::new(typed), pool, refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn delete(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let ids = find(&query, "ids").map(|ids| ids.replace("%2C", ","));
        let ids: IdSet = ids.and_then(|ids| ids.parse().ok()).ok_or(DeskError::EmptySelection)?;
        let actor = actor?;
        let deletion = Box::new(hall.desk.deletion(&actor, &Selection::of_ids(ids.clone())).await?);
        Ok(Page::Delete { frame: hall.desk.frame(&actor).await?, ids, deletion, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn licenses(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let stock = Box::new(hall.desk.stock(&actor).await?);
        let trials = match actor.rights().may(Capability::Orders) {
            true => hall.desk.trials(&actor).await?,
            false => Vec::new(),
        };
        let (filter, refused) = (parse_filter(&query), refused(&query));
        let started = find(&query, "started").and_then(|id| id.parse().ok()).map(PoolId);
        let extensions = hall.desk.own_extensions(&actor).await?;
        let frame = hall.desk.frame(&actor).await?;
        Ok(Page::Licenses { frame, stock, filter, trials, started, extensions, refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// Asks before a trial begins.
pub(super) async fn start_trial(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let wanted = find(&query, "product").and_then(|id| id.parse().ok()).map(ProductId);
        let trials = hall.desk.trials(&actor).await?;
        let (product, trial) =
            trials.into_iter().find(|(product, _)| Some(product.id) == wanted).ok_or(DeskError::TrialUsed)?;
        let frame = hall.desk.frame(&actor).await?;
        Ok(Page::StartTrial { frame, product: Box::new(product), trial, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn register(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = if refused.is_some() { typed_key(request.headers()) } else { Default::default() };
    let page = async {
        let actor = actor?;
        hall.desk.allow(&actor, Capability::Orders).await?;
        Ok(Page::Register { frame: hall.desk.frame(&actor).await?, typed, refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// The second step; whoever has not taken the first, or too long ago, is led back to it.
pub(super) async fn register_owner(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = Box::new(if refused.is_some() { typed_registration(request.headers()) } else { Default::default() });
    let token = cookie(request.headers(), key_cookie(hall.site.secure)).and_then(KeyToken::parse);
    let page = async {
        let actor = actor?;
        let key = Box::new(hall.desk.checked_key(&actor, token.as_ref()).await?);
        Ok(Page::RegisterOwner { frame: hall.desk.frame(&actor).await?, key, typed, refused })
    };
    match page.await {
        Err(DeskError::KeyCheckOver) => {
            // With what the second step was refused with, if it was.
            let there =
                refusal_in(&query).map_or("/licenses/register".to_owned(), |pair| format!("/licenses/register?{pair}"));
            Redirect::to(&there).into_response()
        }
        page => show(hall, request, page).await,
    }
}

pub(super) async fn renew(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let renewals = hall.desk.renewals(&actor).await?;
        Ok(Page::Renew { frame: hall.desk.frame(&actor).await?, renewals, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn seats(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let added = refused.is_none() && says(&query, "added");
    let typed = if added || refused.is_some() { typed_seat(request.headers()) } else { SeatForm::default() };
    let page = async {
        let actor = actor?;
        let id: PoolId = number(&id).ok_or(DeskError::UnknownPool)?;
        let filter = find(&query, "show").and_then(SeatFilter::from_code).unwrap_or_default();
        let page = find(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let seats = Box::new(hall.desk.seats(&actor, id, filter, page).await?);
        let done = match find(&query, "operation").and_then(|id| id.parse().ok()).filter(|_| refused.is_none()) {
            Some(operation) => {
                let report = hall.desk.report(&actor, operation, 1).await?;
                (report.summary.state == OperationState::Done).then(|| (report.summary, report.rows.into_iter().next()))
            }
            None => None,
        };
        let happened = Box::new(Happened { done, added, refused, typed });
        let registered = hall.desk.registered(&actor, id).await?.map(Box::new);
        Ok(Page::Seats { frame: hall.desk.frame(&actor).await?, seats, registered, happened })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn orders(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let before = find(&query, "before").and_then(|id| id.parse().ok());
        let orders = hall.desk.orders(&actor, before).await?;
        let deals = hall.desk.has_contracts(&actor).await?;
        Ok(Page::Orders { frame: hall.desk.frame(&actor).await?, orders, later: before.is_some(), deals })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn new_order(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = (refused.is_some() || query == "typed").then(|| typed_order(request.headers()));
    // As many of a product as are missing elsewhere.
    let number = |name| find(&query, name).and_then(|text| text.parse::<u64>().ok());
    let wanted = number("product").and_then(|product| i64::try_from(product).ok()).map(ProductId);
    let wanted: Vec<(ProductId, String)> =
        wanted.zip(number("seats")).into_iter().map(|(product, seats)| (product, seats.to_string())).collect();
    let page = async {
        let actor = actor?;
        let shop = Box::new(hall.desk.shop(&actor).await?);
        let former = || {
            let buyer = shop.former.clone();
            buyer.map(|buyer| OrderForm {
                inn: buyer.inn.as_str().to_owned(),
                kpp: buyer.kpp,
                address: buyer.address,
                seats: Vec::new(),
            })
        };
        let mut typed = Box::new(typed.or_else(former).unwrap_or_default());
        if typed.seats.is_empty() {
            typed.seats = wanted;
        }
        Ok(Page::NewOrder { frame: hall.desk.frame(&actor).await?, shop, typed, refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

async fn order_page(
    hall: &Hall,
    actor: Result<Actor, DeskError>,
    id: &Result<Path<String>, PathRejection>,
) -> Result<(Frame, Box<OrderPage>), DeskError> {
    let actor = actor?;
    let id: OrderId = number(id).ok_or(DeskError::UnknownOrder)?;
    let page = Box::new(hall.desk.order(&actor, id).await?);
    Ok((hall.desk.frame(&actor).await?, page))
}

pub(super) async fn order(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = order_page(&hall, actor, &id).await;
    let page = page.map(|(frame, page)| {
        let cancelled = query == "cancelled";
        Page::Order { frame, page, cancelled, refused: refused(&query) }
    });
    show(hall, request, page).await
}

/// Asks before an order is cancelled; one that cannot be (any more) is shown.
pub(super) async fn cancel_order(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    match order_page(&hall, actor, &id).await {
        Ok((_, page)) if page.order.state != OrderState::Raised => {
            let there = format!("/orders/{}", page.order.id);
            Redirect::to(&refusal_in(&query).map_or(there.clone(), |pair| format!("{there}?{pair}"))).into_response()
        }
        page => {
            let page = page.map(|(frame, page)| Page::CancelOrder { frame, page, refused: refused(&query) });
            show(hall, request, page).await
        }
    }
}

pub(super) async fn invoice(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, _) = asked(&mut request).await;
    let page = order_page(&hall, actor, &id).await.map(|(frame, page)| Page::Invoice { frame, page });
    show(hall, request, page).await
}

pub(super) async fn notifications(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let refused = refused(&query);
    let typed = refused.is_some().then(|| typed_notifications(request.headers()));
    let page = async {
        let actor = actor?;
        let set = hall.desk.notifications(&actor).await?.form();
        // A form that was too long to be kept is shown as it is set.
        let typed = Box::new(typed.filter(|typed| !typed.notices.is_empty()).unwrap_or(set));
        Ok(Page::Notifications { frame: hall.desk.frame(&actor).await?, typed, saved: query == "saved", refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn letters(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let before: Option<LetterId> = find(&query, "before").and_then(|id| id.parse().ok());
        let state = find(&query, "state").and_then(LetterState::from_code);
        let letters = hall.desk.letters(&actor, state, before).await?;
        Ok(Page::Letters { frame: hall.desk.frame(&actor).await?, letters, later: before.is_some() })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn letter(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let id: LetterId = number(&id).ok_or(DeskError::UnknownLetter)?;
        let page = Box::new(hall.desk.letter(&actor, id).await?);
        let base = hall.site.url.to_string();
        Ok(Page::Letter { frame: hall.desk.frame(&actor).await?, page, base, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn operations(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let before = find(&query, "before").and_then(|id| id.parse().ok());
        let operations = hall.desk.operations(&actor, before).await?;
        Ok(Page::Operations { frame: hall.desk.frame(&actor).await?, operations, later: before.is_some() })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn report(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let typed_steps = app::ssr::typed_steps(request.headers());
    let page = async {
        let actor = actor?;
        let id: OperationId = number(&id).ok_or(DeskError::UnknownOperation)?;
        if let Some(preview) = hall.desk.waiting_steps(&actor, id).await? {
            let refused = refused(&query);
            let typed = if refused.is_some() { typed_steps } else { Default::default() };
            return Ok(Page::Steps {
                frame: hall.desk.frame(&actor).await?,
                preview: Box::new(preview),
                typed,
                from: former_path(&query),
                refused,
            });
        }
        let page = find(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let mut report = hall.desk.report(&actor, id, page).await?;
        let managed = hall.desk.managed_report(&actor, id, page).await?;
        let managed = managed.map(|(managed, page, last_page)| {
            (report.page, report.last_page) = (page, last_page);
            Box::new(managed)
        });
        let frame = hall.desk.frame(&actor).await?;
        Ok(Page::Report { frame, report: Box::new(report), managed, refused: refused(&query) })
    };
    let page = page.await;
    // What nobody has saved yet is where its boxes are.
    if let Ok(Page::Report { report, managed: Some(managed), .. }) = &page
        && managed.own
        && report.summary.kind == Kind::Manage
        && report.summary.state == OperationState::Preview
    {
        return Redirect::to(&format!("/users/manage/{}", report.summary.id)).into_response();
    }
    show(hall, request, page).await
}

pub(super) async fn not_found(State(hall): State<Hall>, request: Request) -> Response {
    show(hall, request, Ok(Page::NotFound)).await
}

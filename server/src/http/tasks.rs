//! «Задачи на сертификаты», and the page of an invitation, which is anybody's who has its link.

use app::pages::{Page, StepTaken, parse_task_view};
use app::ssr::{forget_link, kept_link, refused};
use axum::Form;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::{DeskError, Frame, IdSet, LinkFault, OperationState, ProductId, TaskId, TaskState};

use super::Hall;
use super::pages::{asked, find, number, show};

pub(super) async fn list(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let tasks = Box::new(hall.desk.tasks(&actor, parse_task_view(&query)).await?);
        let frame = hall.desk.frame(&actor).await?;
        let products = products(&frame);
        Ok(Page::Tasks { frame, tasks, products, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// Those that the organisation has stock of.
fn products(frame: &Frame) -> Vec<(ProductId, String)> {
    let mut products: Vec<_> = frame.pools.iter().map(|pool| (pool.product.id, pool.product.title.clone())).collect();
    products.sort_unstable();
    products.dedup();
    products
}

#[derive(serde::Deserialize)]
pub(super) struct PickedTasks {
    tasks: IdSet,
}

/// «Только выбранные»: what is selected may be far too long for an address.
pub(super) async fn picked(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let (parts, body) = request.into_parts();
    let shown = Request::from_parts(parts.clone(), Body::empty());
    let form = Form::<PickedTasks>::from_request(Request::from_parts(parts, body), &()).await;
    let page = async {
        let actor = actor?;
        let Form(PickedTasks { tasks }) = form.map_err(|_| DeskError::Malformed)?;
        let tasks = Box::new(hall.desk.picked_tasks(&actor, &tasks, parse_task_view(&query)).await?);
        let frame = hall.desk.frame(&actor).await?;
        let products = products(&frame);
        Ok(Page::Tasks { frame, tasks, products, refused: None })
    };
    let page = page.await;
    show(hall, shown, page).await
}

pub(super) async fn one(
    State(hall): State<Hall>,
    id: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let id: Option<TaskId> = number(&id);
    let link = id.and_then(|id| kept_link(request.headers(), id));
    let page = async {
        let actor = actor?;
        let page = Box::new(hall.desk.task(&actor, id.ok_or(DeskError::UnknownTask)?).await?);
        let mut taken = StepTaken { refused: refused(&query), ..StepTaken::default() };
        // Only what was done to this very task is said of it.
        let named = find(&query, "operation").and_then(|id| id.parse().ok());
        if let Some(named) = named.filter(|named| page.task.history.iter().any(|event| event.operation == Some(*named)))
        {
            let done = hall.desk.report(&actor, named, 1).await?.summary;
            taken.done = Some(done).filter(|done| done.state == OperationState::Done);
            // One that was used meanwhile is of no use to anybody.
            let works = page.task.row.state == TaskState::Invited;
            taken.link = link.filter(|_| works).map(|token| format!("{}/invitation/{token}", hall.site.url));
        }
        let taken = Box::new(taken);
        Ok(Page::Task { frame: hall.desk.frame(&actor).await?, page, taken })
    };
    let page = page.await;
    let shown = matches!(&page, Ok(Page::Task { taken, .. }) if taken.link.is_some());
    let line = forget_link(hall.site.secure);
    let mut response = show(hall, request, page).await;
    if shown && let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Nobody signs in for it, so it says nothing of whom the link does not concern, and no search engine keeps it.
pub(super) async fn invitation(
    State(hall): State<Hall>,
    token: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    let (_, query) = asked(&mut request).await;
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let shown = match hall.desk.invitation(&token).await {
        Ok(invitation) => Ok(Ok(invitation)),
        Err(DeskError::LinkRefused { fault }) => Ok(Err(fault)),
        Err(error) => Err(error),
    };
    let unknown = matches!(shown, Ok(Err(LinkFault::Unknown)));
    let page = shown.map(|shown| Page::Invitation { shown: Box::new(shown), token, refused: refused(&query) });
    let mut response = show(hall, request, page).await;
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    if unknown {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

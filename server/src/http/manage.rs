//! «Управление лицензиями»: the page, what its form asks for, and the region of the selected.

use app::pages::{ManageForm, Page, moved_since};
use app::ssr::{Preferences, refused};
use axum::Form;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DeskError, Fault, IdSet, OperationId, OperationState};
use service::{Actor, Leaves, ManageSheet, Saved};

use super::Hall;
use super::pages::{asked, find, number, show};

type Id = Result<Path<String>, PathRejection>;

fn id_of(id: &Id) -> Result<OperationId, DeskError> {
    number(id).ok_or(DeskError::UnknownOperation)
}

/// The form, and a request without it, of which the page is made.
async fn taken(request: Request) -> (Result<ManageForm, DeskError>, Request) {
    let (parts, body) = request.into_parts();
    let shown = Request::from_parts(parts.clone(), Body::empty());
    let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), &()).await;
    (form.map(|Form(pairs)| ManageForm::of(pairs)).map_err(|_| DeskError::Malformed), shown)
}

async fn page_of(
    hall: &Hall,
    actor: &Actor,
    sheet: ManageSheet,
    mut typed: ManageForm,
    moved: Vec<String>,
    refused: Option<DeskError>,
) -> Result<Page, DeskError> {
    // Whoever has been taken out since, here or in another tab, is ticked no more.
    typed.out = typed.out.and(&sheet.plan.everybody());
    let frame = hall.desk.frame(actor).await?;
    Ok(Page::Manage { frame, sheet: Box::new(sheet), typed: Box::new(typed), moved, refused })
}

/// What was saved already is looked at where its report is.
fn led_on(error: &DeskError, id: OperationId) -> Option<Response> {
    let over = matches!(
        error,
        DeskError::OperationNotOpen { state: OperationState::Done | OperationState::Undone | OperationState::Waiting }
    );
    over.then(|| Redirect::to(&format!("/operations/{id}")).into_response())
}

/// As it was kept.
pub(super) async fn see(State(hall): State<Hall>, id: Id, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = find(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let shown = async {
        let (actor, id) = (actor?, id_of(&id)?);
        let leaves = Leaves { selected: page, holders: None };
        let sheet = hall.desk.manage_sheet(&actor, id, None, leaves).await?;
        page_of(&hall, &actor, sheet, ManageForm::default(), Vec::new(), refused(&query)).await
    };
    let shown = shown.await;
    if let (Err(error), Ok(id)) = (&shown, id_of(&id))
        && let Some(response) = led_on(error, id)
    {
        return response;
    }
    show(hall, request, shown).await
}

/// «Проверить»: what the boxes would do. Nothing is kept.
pub(super) async fn check(State(hall): State<Hall>, id: Id, mut request: Request) -> Response {
    let (actor, _) = asked(&mut request).await;
    let (form, request) = taken(request).await;
    let page = async {
        let (actor, id, form) = (actor?, id_of(&id)?, form?);
        let wish = form.wish(&hall.desk.assortment(&actor).await?);
        let sheet = hall.desk.manage_sheet(&actor, id, Some(wish), form.leaves).await?;
        page_of(&hall, &actor, sheet, form, Vec::new(), None).await
    };
    let page = page.await;
    show(hall, request, page).await
}

/// What a form is answered with.
enum Answer {
    Go(String),
    /// With the status of what it was refused with.
    Page(Box<Page>, StatusCode),
}

async fn give(hall: Hall, request: Request, answer: Result<Answer, DeskError>) -> Response {
    match answer {
        Ok(Answer::Go(there)) => Redirect::to(&there).into_response(),
        Ok(Answer::Page(page, status)) => {
            let mut response = show(hall, request, Ok(*page)).await;
            *response.status_mut() = status;
            response
        }
        Err(error) => show(hall, request, Err(error)).await,
    }
}

/// The boxes as they were sent, and why nothing came of it.
async fn refused_page(
    hall: &Hall,
    actor: &Actor,
    id: OperationId,
    form: ManageForm,
    error: DeskError,
) -> Result<Answer, DeskError> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let wish = form.wish(&hall.desk.assortment(actor).await?);
    let sheet = hall.desk.manage_sheet(actor, id, Some(wish), form.leaves).await?;
    let page = page_of(hall, actor, sheet, form, Vec::new(), Some(error)).await?;
    Ok(Answer::Page(Box::new(page), status))
}

/// Takes out whoever is ticked, or is left out for a reason, and keeps what is ticked; or leads to the region of all.
pub(super) async fn narrow(State(hall): State<Hall>, id: Id, mut request: Request) -> Response {
    let (actor, _) = asked(&mut request).await;
    let (form, request) = taken(request).await;
    let answer = async {
        let (actor, id, form) = (actor?, id_of(&id)?, form?);
        let wish = form.wish(&hall.desk.assortment(&actor).await?);
        // Whoever was ticked in passing stays: only the button that says so takes them out.
        let leaves = form.to == "region";
        let out = match Fault::from_code(&form.to) {
            Some(fault) => {
                let sheet = hall.desk.manage_sheet(&actor, id, Some(wish.clone()), Leaves::default()).await?;
                sheet.plan.faults.get(&fault).cloned().unwrap_or_default()
            }
            None if leaves => IdSet::EMPTY,
            None => form.out.clone(),
        };
        match hall.desk.narrow_selected(&actor, id, &out, wish).await {
            Ok(()) => Ok(Answer::Go(format!("/users/manage/{id}{}", if leaves { "/region" } else { "" }))),
            Err(error @ DeskError::EmptySelection) => refused_page(&hall, &actor, id, form, error).await,
            Err(error) => Err(error),
        }
    };
    let answer = answer.await;
    give(hall, request, answer).await
}

/// «Сохранить»
pub(super) async fn save(State(hall): State<Hall>, id: Id, mut request: Request) -> Response {
    let (actor, _) = asked(&mut request).await;
    let lang = Preferences::of(request.headers()).lang;
    let (form, request) = taken(request).await;
    let answer = async {
        let (actor, id, form) = (actor?, id_of(&id)?, form?);
        match saved(&hall, &actor, id, &form).await {
            Ok(Saved::Done(done)) => Ok(Answer::Go(format!("/operations/{}", done.id))),
            Ok(Saved::Again(sheet)) => {
                let moved = moved_since(lang, &form, &sheet);
                let page = page_of(&hall, &actor, *sheet, form, moved, None).await?;
                Ok(Answer::Page(Box::new(page), StatusCode::CONFLICT))
            }
            // It can be typed again, or something else be ticked.
            Err(error) if mendable(&error) => refused_page(&hall, &actor, id, form, error).await,
            Err(error) => Err(error),
        }
    };
    let answer = answer.await;
    give(hall, request, answer).await
}

async fn saved(hall: &Hall, actor: &Actor, id: OperationId, form: &ManageForm) -> Result<Saved, DeskError> {
    let assortment = hall.desk.assortment(actor).await?;
    let wish = form.wish(&assortment);
    // Without any of its parts nothing is given; what else is ticked waits for that to be mended.
    if !form.planless(&assortment).is_empty() {
        let sheet = hall.desk.manage_sheet(actor, id, Some(wish), form.leaves).await?;
        return Ok(Saved::Again(Box::new(sheet)));
    }
    let size: String = form.size.chars().filter(|char| !char.is_whitespace()).collect();
    hall.desk.save_managed(actor, id, wish, &form.digest, size.parse().ok(), Some(form.proof.clone())).await
}

fn mendable(error: &DeskError) -> bool {
    matches!(
        error,
        DeskError::Refused { .. }
            | DeskError::SizeRequired { .. }
            | DeskError::ProofRequired
            | DeskError::InvalidForm { .. }
            | DeskError::Forbidden { .. }
            | DeskError::Busy
    )
}

pub(super) async fn region(State(hall): State<Hall>, id: Id, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let (actor, id) = (actor?, id_of(&id)?);
        let choice = Box::new(hall.desk.region_choice(&actor, id).await?);
        Ok(Page::Region { frame: hall.desk.frame(&actor).await?, choice, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

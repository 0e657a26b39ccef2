//! The partner centre, and what customers let partners do.

use app::pages::{CardTab, GrantPage, GrantSaid, Page, PartnerPage, parse_customers};
use app::ssr::{refused, text_in, typed_grant};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::{Capability, DeskError, Grant, GrantForm, OrganizationId};
use service::Actor;

use super::Hall;
use super::pages::{asked, find, number, says, show};

/// What is offered first: to look after users and licences.
const USUAL: [Capability; 4] = [Capability::People, Capability::Issue, Capability::Revoke, Capability::Stock];

type Id = Result<Path<String>, PathRejection>;

/// A page of the centre: `make` is given who looks.
async fn centre(
    hall: Hall,
    mut request: Request,
    make: impl AsyncFnOnce(&Hall, &Actor, &str) -> Result<PartnerPage, DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let page = Box::new(make(&hall, &actor, &query).await?);
        Ok(Page::Partner { frame: hall.desk.frame(&actor).await?, page, refused: refused(&query) })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn dashboard(State(hall): State<Hall>, request: Request) -> Response {
    centre(hall, request, async |hall, actor, _| Ok(PartnerPage::Dashboard(hall.desk.dashboard(actor).await?))).await
}

pub(super) async fn customers(State(hall): State<Hall>, request: Request) -> Response {
    centre(hall, request, async |hall, actor, query| {
        let dashboard = hall.desk.dashboard(actor).await?;
        Ok(PartnerPage::Customers { dashboard, filter: parse_customers(query), gone: says(query, "gone") })
    })
    .await
}

pub(super) async fn customer(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    centre(hall, request, async |hall, actor, query| {
        let dashboard = hall.desk.dashboard(actor).await?;
        let id: Option<OrganizationId> = number(&id);
        let customer = dashboard.customers.into_iter().find(|known| Some(known.served.organization.id) == id);
        let tab = if find(query, "tab") == Some("products") { CardTab::Products } else { CardTab::Overview };
        let customer = Box::new(customer.ok_or(DeskError::UnknownCustomer)?);
        let extensions = hall.desk.extensions_of(actor, customer.served.organization.id).await?;
        Ok(PartnerPage::Card { customer, extensions, now: dashboard.now, tab })
    })
    .await
}

/// A page on which a customer says what partners may do.
async fn granting(
    hall: Hall,
    mut request: Request,
    make: impl AsyncFnOnce(&Hall, &Actor, &str) -> Result<(GrantPage, Option<DeskError>), DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        hall.desk.allow(&actor, Capability::Accounts).await?;
        let (page, wrong) = make(&hall, &actor, &query).await?;
        let refused = wrong.or_else(|| refused(&query));
        Ok(Page::Grants { frame: hall.desk.frame(&actor).await?, page: Box::new(page), refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

pub(super) async fn grants(State(hall): State<Hall>, request: Request) -> Response {
    granting(hall, request, async |hall, actor, query| {
        let said = match query {
            "saved" => GrantSaid::Saved,
            "revoked" => GrantSaid::Revoked,
            _ => GrantSaid::Nothing,
        };
        Ok((GrantPage::List { grants: hall.desk.grants(actor).await?, typed: GrantForm::default(), said }, None))
    })
    .await
}

pub(super) async fn new_grant(State(hall): State<Hall>, request: Request) -> Response {
    let kept = typed_grant(request.headers());
    granting(hall, request, async |hall, actor, query| {
        let code = text_in(query, "code").unwrap_or_default();
        let refused = refused(query).is_some() && kept.code == code;
        let typed = GrantForm {
            capability: if refused { kept.capability } else { USUAL.map(|one| one.code().to_owned()).to_vec() },
            code,
        };
        match hall.desk.partner_of(actor, &typed).await {
            Ok((_, name)) => Ok((GrantPage::New { name, typed, proof: hall.desk.asks_proof(actor) }, None)),
            // Said where it was typed.
            Err(error @ DeskError::InvalidForm { .. }) => {
                let grants = hall.desk.grants(actor).await?;
                Ok((GrantPage::List { grants, typed, said: GrantSaid::Nothing }, Some(error)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// What is let do whoever stands in the address.
async fn granted(hall: &Hall, actor: &Actor, id: &Id) -> Result<Grant, DeskError> {
    let id: Option<OrganizationId> = number(id);
    let grants = hall.desk.grants(actor).await?;
    grants.into_iter().find(|grant| Some(grant.partner) == id).ok_or(DeskError::UnknownCustomer)
}

pub(super) async fn one_grant(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    let kept = typed_grant(request.headers());
    granting(hall, request, async |hall, actor, query| {
        let grant = granted(hall, actor, &id).await?;
        let typed = match refused(query).is_some() {
            true => kept,
            false => GrantForm {
                capability: grant.rights.iter().map(|one| one.code().to_owned()).collect(),
                ..GrantForm::default()
            },
        };
        Ok((GrantPage::One { grant, typed, proof: hall.desk.asks_proof(actor) }, None))
    })
    .await
}

pub(super) async fn revoke_grant(State(hall): State<Hall>, id: Id, request: Request) -> Response {
    granting(hall, request, async |hall, actor, _| Ok((GrantPage::Revoke(granted(hall, actor, &id).await?), None)))
        .await
}

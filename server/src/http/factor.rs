//! One's own second factor, and the second step of the sign-in.

use app::pages::{FactorPage, Page, Way};
use app::ssr::{CONNECT, cookie, forget_codes, half_cookie, kept_codes, refused, typed_passkey, wanted_path};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DeskError, PasskeyId};
use service::{Actor, Factor, HalfToken, MOST_PASSKEYS};

use super::Hall;
use super::pages::{asked, says, show, visitor};

/// Whoever asks, also if they have yet to connect a second factor, and the query.
async fn whoever(request: &mut Request) -> (Result<Actor, DeskError>, String) {
    let (actor, query) = asked(request).await;
    let whoever = visitor(request).await.and_then(|visitor| visitor.whoever);
    (whoever.map_or(actor, Ok), query)
}

/// Connects an app; whoever has one is led to their account.
pub(super) async fn connect(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = whoever(&mut request).await;
    let page = async {
        let actor = actor?;
        let factor = hall.desk.factor(&actor).await?;
        let forced = actor.must_connect();
        Ok(match (factor.since, factor.pending) {
            (Some(_), _) => None,
            (None, Some(secret)) => Some(FactorPage::Connect { secret, email: actor.account().email.clone(), forced }),
            (None, None) => Some(FactorPage::Begin { forced, proof: hall.desk.asks_proof(&actor) }),
        })
    };
    match page.await {
        Ok(None) => Redirect::to("/account").into_response(),
        page => {
            let page = page.map(|page| page.map_or(Page::NotFound, |page| of(page, &query)));
            show(hall, request, page).await
        }
    }
}

fn of(page: FactorPage, query: &str) -> Page {
    Page::Factor { page: Box::new(page), refused: refused(query) }
}

/// Shows recovery codes once.
pub(super) async fn codes(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = asked(&mut request).await;
    let headers = request.headers().clone();
    let page = actor.map(|actor| of(FactorPage::Codes { codes: kept_codes(&headers, actor.account().id) }, &query));
    let line = HeaderValue::from_str(&forget_codes(hall.site.secure));
    let mut response = show(hall, request, page).await;
    if let Ok(line) = line {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// A page for whoever has something; others are led to where an app is connected.
async fn connected(
    hall: Hall,
    mut request: Request,
    has: impl Fn(&Factor) -> bool,
    make: impl AsyncFnOnce(&Hall, &Actor, Factor) -> Result<FactorPage, DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let factor = hall.desk.factor(&actor).await?;
        if has(&factor) { make(&hall, &actor, factor).await.map(Some) } else { Ok(None) }
    };
    match page.await {
        Ok(None) => Redirect::to(CONNECT).into_response(),
        page => {
            let page = page.map(|page| page.map_or(Page::NotFound, |page| of(page, &query)));
            show(hall, request, page).await
        }
    }
}

pub(super) async fn new_codes(State(hall): State<Hall>, request: Request) -> Response {
    connected(hall, request, Factor::is_there, async |hall, actor, _| {
        Ok(FactorPage::NewCodes { frame: hall.desk.frame(actor).await?, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn off(State(hall): State<Hall>, request: Request) -> Response {
    connected(
        hall,
        request,
        |factor| factor.since.is_some(),
        async |hall, actor, factor| {
            Ok(FactorPage::Off {
                frame: hall.desk.frame(actor).await?,
                last: factor.passkeys.is_empty(),
                proof: hall.desk.asks_proof(actor),
            })
        },
    )
    .await
}

/// Adds a passkey; also for whoever has to have a second factor before anything else.
pub(super) async fn new_passkey(State(hall): State<Hall>, mut request: Request) -> Response {
    let (actor, query) = whoever(&mut request).await;
    let refused = refused(&query);
    let typed = if refused.is_some() { typed_passkey(request.headers()) } else { String::new() };
    let page = async {
        let actor = actor?;
        if hall.desk.passkey_origin().is_none() {
            return Ok(Page::NotFound);
        }
        let full = hall.desk.factor(&actor).await?.passkeys.len() >= MOST_PASSKEYS;
        let (forced, proof) = (actor.must_connect(), hall.desk.asks_proof(&actor));
        let page = Box::new(FactorPage::NewPasskey { typed, forced, full, proof });
        Ok(Page::Factor { page, refused })
    };
    let page = page.await;
    show(hall, request, page).await
}

/// Removes one.
pub(super) async fn remove_passkey(
    State(hall): State<Hall>,
    id: Result<Path<PasskeyId>, PathRejection>,
    mut request: Request,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let factor = hall.desk.factor(&actor).await?;
        let last = factor.since.is_none() && factor.passkeys.len() == 1;
        let passkey = id.ok().and_then(|Path(id)| factor.passkeys.into_iter().find(|passkey| passkey.id == id));
        let Some(passkey) = passkey else { return Ok(Page::NotFound) };
        let (frame, proof) = (hall.desk.frame(&actor).await?, hall.desk.asks_proof(&actor));
        let (passkey, required) = (Box::new(passkey), factor.required);
        Ok(of(FactorPage::RemovePasskey { frame, passkey, last, required, proof }, &query))
    };
    let page = page.await;
    show(hall, request, page).await
}

/// The second step of the sign-in; whoever has not taken the first, or too long ago, is led back to it.
pub(super) async fn enter(State(hall): State<Hall>, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let half = cookie(request.headers(), half_cookie(hall.site.secure)).and_then(HalfToken::parse);
    let origin = visitor(&mut request).await.map(|visitor| visitor.origin).unwrap_or_default();
    match hall.desk.half_ways(half.as_ref(), &origin).await {
        Ok(ways) => {
            let wanted = [("recovery", Way::Recovery), ("app", Way::App), ("passkey", Way::Passkey)];
            let wanted = wanted.into_iter().find_map(|(word, way)| says(&query, word).then_some(way));
            let page = FactorPage::Enter { way: Way::of(wanted, ways), ways, to: wanted_path(&query) };
            show(hall, request, Ok(of(page, &query))).await
        }
        Err(DeskError::SignInOver) => {
            let to = wanted_path(&query);
            let to = if to.is_empty() { String::new() } else { format!("&to={}", app::ssr::encoded(&to)) };
            Redirect::to(&format!("/sign-in?over{to}")).into_response()
        }
        Err(error) => show(hall, request, Err(error)).await,
    }
}

//! One's own second factor, and the second step of the sign-in.

use app::pages::{FactorPage, Page};
use app::ssr::{CONNECT, cookie, forget_codes, half_cookie, kept_codes, refused, wanted_path};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::DeskError;
use service::{Actor, HalfToken};

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

/// A page for whoever has an app; others are led to where one is connected.
async fn connected(
    hall: Hall,
    mut request: Request,
    make: impl AsyncFnOnce(&Hall, &Actor) -> Result<FactorPage, DeskError>,
) -> Response {
    let (actor, query) = asked(&mut request).await;
    let page = async {
        let actor = actor?;
        let has = hall.desk.factor(&actor).await?.since.is_some();
        if has { make(&hall, &actor).await.map(Some) } else { Ok(None) }
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
    connected(hall, request, async |hall, actor| {
        Ok(FactorPage::NewCodes { frame: hall.desk.frame(actor).await?, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

pub(super) async fn off(State(hall): State<Hall>, request: Request) -> Response {
    connected(hall, request, async |hall, actor| {
        Ok(FactorPage::Off { frame: hall.desk.frame(actor).await?, proof: hall.desk.asks_proof(actor) })
    })
    .await
}

/// The second step of the sign-in; whoever has not taken the first, or too long ago, is led back to it.
pub(super) async fn enter(State(hall): State<Hall>, mut request: Request) -> Response {
    let (_, query) = asked(&mut request).await;
    let half = cookie(request.headers(), half_cookie(hall.site.secure)).and_then(HalfToken::parse);
    match hall.desk.half_waits(half.as_ref()).await {
        Ok(()) => {
            let page = FactorPage::Enter { recovery: says(&query, "recovery"), to: wanted_path(&query) };
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

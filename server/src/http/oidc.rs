//! Where browsers come back to from the identity provider.

use app::pages::{DoorPage, Page};
use app::ssr::{Visitor, code_page, cookie, cookie_line, flow_cookie, half_cookie, home, own_path, session_lines};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::DeskError;
use serde::Deserialize;
use service::ports::IdentityError;
use service::{Answer, Entered, EntryError, EntryFault, FlowToken};

use super::Hall;
use super::pages::{show, visitor};

/// RFC 6749, 4.1.2, and RFC 9207. What else is there is not looked at, the provider's texts among it.
#[derive(Default, Deserialize)]
pub(super) struct Brought {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    error: Option<String>,
    iss: Option<String>,
}

/// Longer codes and states are nobody's.
const LONGEST: usize = 4096;

pub(super) async fn callback(
    State(hall): State<Hall>,
    brought: Result<Query<Brought>, QueryRejection>,
    mut request: Request,
) -> Response {
    if hall.desk.provider_origins().is_none() {
        return show(hall, request, Ok(Page::NotFound)).await;
    }
    let secure = hall.site.secure;
    // What is named twice, or no text, is nothing.
    let Brought { state, code, error, iss } = brought.map(|Query(brought)| brought).unwrap_or_default();
    let short = |text: &String| text.len() <= LONGEST;
    let answer = Answer {
        state: Some(state).filter(short).unwrap_or_default(),
        code: Some(code).filter(short).unwrap_or_default(),
        error,
        issuer: iss,
    };
    let token = cookie(request.headers(), flow_cookie(secure)).and_then(FlowToken::parse);
    let Some(visitor) = visitor(&mut request).await else {
        return show(hall, request, Err(DeskError::NotSignedIn)).await;
    };
    let done = hall.desk.finish_oidc(token.as_ref(), answer, visitor.visit(), visitor.actor.as_ref().ok()).await;
    let mut response = match done {
        Ok(Entered::Linked) => Redirect::to("/account?linked").into_response(),
        Ok(Entered::In { signed_in, wanted }) => {
            let there = landing(&hall, &visitor, &signed_in, &wanted).await;
            let mut response = Redirect::to(&there).into_response();
            for line in session_lines(secure, &signed_in) {
                append(&mut response, &line);
            }
            response
        }
        Ok(Entered::Half { half, wanted }) => {
            let mut response = Redirect::to(&code_page(&wanted)).into_response();
            append(&mut response, &cookie_line(secure, half_cookie(secure), half.secret(), service::HALF_SECONDS));
            response
        }
        Err(EntryError::Desk(error)) => return private(show(hall, request, Err(error)).await),
        Err(EntryError::Refused { fault, linking }) => {
            let page = Box::new(DoorPage::NotEntered { fault, linking });
            let mut response = show(hall, request, Ok(Page::Door { page, refused: None })).await;
            *response.status_mut() = match fault {
                EntryFault::Provider(IdentityError::Away) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::FORBIDDEN,
            };
            // Another tab may be at the provider still.
            if fault == EntryFault::NotBegun {
                return private(response);
            }
            response
        }
    };
    append(&mut response, &cookie_line(secure, flow_cookie(secure), "", 0));
    private(response)
}

/// Where they wanted to go, or where there is something for them.
async fn landing(hall: &Hall, visitor: &Visitor, signed_in: &service::SignedIn, wanted: &str) -> String {
    if let Some(wanted) = own_path(wanted) {
        return wanted.to_owned();
    }
    let actor = hall.desk.actor(&signed_in.session, &visitor.origin).await;
    actor.map_or("/", |actor| home(actor.rights())).to_owned()
}

fn append(response: &mut Response, line: &str) {
    if let Ok(line) = HeaderValue::from_str(line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// Its address holds a code: no search engine keeps it.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

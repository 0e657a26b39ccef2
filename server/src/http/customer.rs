//! The desk of a partner's customer: `/for/{customer}` before the address of a page or a server function. What stands
//! behind it knows nothing of that: it is asked, and answers, as if the customer's own people were there, and every link,
//! form and redirect of the answer is led back through the same door. So each tab of a browser has its own customer, and
//! nothing that was begun for one is ever done for another.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use tower::ServiceExt;

use super::{Route, errors, see, tell};

/// At whose desk a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AtCustomer(pub OrganizationId);

impl AtCustomer {
    /// Before the addresses of this desk.
    pub fn prefix(self) -> String {
        format!("{DOOR}{}", self.0)
    }
}

/// Of an answer that is given before the door: it leads nowhere through it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside;

const DOOR: &str = "/for/";
/// No page of ours is longer.
const LONGEST: usize = 64 * 1024 * 1024;

/// Sections of the desk that a partner works in; what else there is belongs to whoever has signed in.
const SECTIONS: [&str; 7] = ["users", "licenses", "orders", "tasks", "operations", "log", "log.csv"];

/// And the server functions.
pub const FUNCTIONS: [&str; 36] = [
    "add_member",
    "bind",
    "bind_list",
    "cancel",
    "cancel_order",
    "check_key",
    "confirm",
    "confirm_steps",
    "delete_listed",
    "delete_members",
    "deletion",
    "directory",
    "found_tasks",
    "frame",
    "issue_again",
    "keep_region",
    "manage_again",
    "operations",
    "preview",
    "raise_order",
    "register_product",
    "renew_order",
    "report",
    "selected",
    "set_language",
    "set_theme",
    "start_add",
    "start_delete",
    "start_issue",
    "start_manage",
    "start_renew",
    "start_revoke",
    "start_steps",
    "start_trial",
    "unbind",
    "undo",
];

/// Whether an address, without its query, is of a customer's desk.
fn is_there(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    match path.strip_prefix("api/") {
        Some(function) => FUNCTIONS.contains(&function),
        None => path.is_empty() || SECTIONS.contains(&path.split('/').next().unwrap_or_default()),
    }
}

/// The door, to whatever answers at one's own desk.
pub(super) fn door() -> Vec<Route<Router>> {
    vec![
        see("/for/{customer}", enter),
        see("/for/{customer}/", there),
        see("/for/{customer}/{*rest}", there),
        tell("/for/{customer}/{*rest}", there),
    ]
}

async fn enter(request: Request) -> Redirect {
    Redirect::to(&format!("{}/users", request.uri().path()))
}

/// Which customer, and the address at its desk.
fn at(uri: &Uri) -> Option<(AtCustomer, Uri)> {
    let (customer, rest) = uri.path_and_query()?.as_str().strip_prefix(DOOR)?.split_once('/')?;
    let rest: Uri = format!("/{rest}").parse().ok()?;
    // One desk has one address.
    let id: OrganizationId = customer.parse().ok().filter(|id: &OrganizationId| id.to_string() == customer)?;
    Some((AtCustomer(id), rest))
}

async fn there(State(desk): State<Router>, request: Request) -> Response {
    let page = *request.method() == Method::GET;
    let found = at(request.uri());
    let (mut parts, body) = request.into_parts();
    // What was found out on the way here is of another address.
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().copied();
    parts.extensions = Extensions::new();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    let of_desk = found.as_ref().is_some_and(|(_, there)| is_there(there.path()));
    if !of_desk && !page {
        return StatusCode::NOT_FOUND.into_response();
    }
    // What is not there is said by whatever says so at one's own desk.
    parts.uri = Uri::from_static("/for");
    let Some((customer, uri)) = found else { return answer(desk, Request::from_parts(parts, body)).await };
    if of_desk {
        parts.uri = uri;
    }
    parts.extensions.insert(customer);
    hear_forms(&mut parts.headers, customer);
    let mut response = answer(desk, Request::from_parts(parts, body)).await;
    name_forms(response.headers_mut(), customer);
    lead_back(response, &customer.prefix()).await
}

/// Whether a cookie of this name keeps a refused form until it is shown again, or a key that is being registered.
fn is_form(name: &str) -> bool {
    let name = name.strip_prefix("__Host-").unwrap_or(name);
    let name = name.split('.').next().unwrap_or(name);
    name.starts_with("typed-") || name == "licentia-key"
}

/// Of refused forms, those of this desk are heard, and by the names that they have at one's own.
fn hear_forms(headers: &mut HeaderMap, AtCustomer(customer): AtCustomer) {
    let ending = format!(".{customer}");
    let heard = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_form(name) => name.strip_suffix(&ending).map(|name| format!("{name}={value}")),
        _ => Some(pair.to_owned()),
    };
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs: Vec<String> = lines.flat_map(|line| line.split("; ")).filter_map(heard).collect();
    headers.remove(header::COOKIE);
    if pairs.is_empty() {
        return;
    }
    if let Ok(line) = HeaderValue::from_str(&pairs.join("; ")) {
        headers.insert(header::COOKIE, line);
    }
}

/// Refused forms of this desk are kept under names of their own.
fn name_forms(headers: &mut HeaderMap, AtCustomer(customer): AtCustomer) {
    let lines: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for line in lines {
        let named = line.to_str().ok().and_then(|line| line.split_once('=')).filter(|(name, _)| is_form(name));
        let named = named.and_then(|(name, rest)| HeaderValue::from_str(&format!("{name}.{customer}={rest}")).ok());
        headers.append(header::SET_COOKIE, named.unwrap_or(line));
    }
}

async fn answer(desk: Router, request: Request) -> Response {
    match desk.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The same answer, whose addresses are of this desk.
async fn lead_back(response: Response, prefix: &str) -> Response {
    if response.extensions().get::<Outside>().is_some() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let location = parts.headers.get(header::LOCATION).and_then(|there| there.to_str().ok());
    if let Some(there) = location.and_then(|there| led(there, prefix))
        && let Ok(there) = HeaderValue::from_str(&there)
    {
        parts.headers.insert(header::LOCATION, there);
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") {
        return Response::from_parts(parts, body);
    }
    let page = to_bytes(body, LONGEST).await.ok().and_then(|page| String::from_utf8(page.into()).ok());
    let Some(page) = page else { return errors::json(&domain::DeskError::Internal { incident: "—".to_owned() }) };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(with_addresses(&page, prefix)))
}

/// An address as it is reached through the door; `None` for what is not of the desk.
fn led(address: &str, prefix: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    is_there(path).then(|| format!("{prefix}{address}"))
}

/// What leads somewhere.
const LEADING: [&str; 3] = ["href", "action", "formaction"];

/// The page with the addresses of its elements led through the door. What stands between elements is text: in it, Leptos
/// writes `<` as `&lt;`, as it writes `"` as `&quot;` within attributes.
fn with_addresses(page: &str, prefix: &str) -> String {
    let mut led_page = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        led_page.push_str(text);
        led_page.push('<');
        let mut quoted = false;
        let end = tag.find(|sign| {
            quoted ^= sign == '"';
            sign == '>' && !quoted
        });
        let (tag, after) = tag.split_at(end.unwrap_or(tag.len()));
        with_attributes(tag, prefix, &mut led_page);
        rest = after;
    }
    led_page.push_str(rest);
    led_page
}

fn with_attributes(tag: &str, prefix: &str, led_page: &mut String) {
    let mut rest = tag;
    while let Some((before, value)) = rest.split_once("=\"") {
        let Some((value, after)) = value.split_once('"') else { break };
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        led_page.push_str(before);
        led_page.push_str("=\"");
        match LEADING.contains(&name).then(|| led(value, prefix)).flatten() {
            Some(there) => led_page.push_str(&there),
            None => led_page.push_str(value),
        }
        led_page.push('"');
        rest = after;
    }
    led_page.push_str(rest);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn what_leads_to_the_desk_leads_through_the_door() {
        let page = "<!DOCTYPE html><a class=\"x\" href=\"/users?tab=a&amp;q=%2F\">к href=\"/users\" &lt;a</a><!>\
                    <form method=\"post\" action=\"/api/confirm\"><button formaction=\"/api/undo\" value=\"/users\">›</button></form>\
                    <a href=\"/account\">я</a><a href=\"/\">L</a><link href=\"/pkg/a.css\"><a title=\"a > b\" href=\"/orders/5\">5</a>";
        let led = "<!DOCTYPE html><a class=\"x\" href=\"/for/7/users?tab=a&amp;q=%2F\">к href=\"/users\" &lt;a</a><!>\
                   <form method=\"post\" action=\"/for/7/api/confirm\"><button formaction=\"/for/7/api/undo\" value=\"/users\">›</button></form>\
                   <a href=\"/account\">я</a><a href=\"/for/7/\">L</a><link href=\"/pkg/a.css\"><a title=\"a > b\" href=\"/for/7/orders/5\">5</a>";
        assert_eq!(with_addresses(page, "/for/7"), led);
        assert_eq!(with_addresses(led, "/for/7"), led, "what is led already stays");
        assert_eq!(with_addresses("<a href=\"/users", "/for/7"), "<a href=\"/users", "a page that was cut off");
    }

    #[test]
    fn a_desk_keeps_its_refused_forms_to_itself() {
        let headers = |name, lines: &[&'static str]| -> HeaderMap {
            lines.iter().map(|line| (HeaderName::clone(&name), HeaderValue::from_static(line))).collect()
        };
        let mut asked = headers(
            header::COOKIE,
            &["licentia=a=b; typed-member=own; typed-member.7=there; typed-order.71=x", "__Host-typed-seat.7=s; odd"],
        );
        hear_forms(&mut asked, AtCustomer(OrganizationId(7)));
        assert_eq!(asked.get(header::COOKIE).unwrap(), "licentia=a=b; typed-member=there; __Host-typed-seat=s; odd");
        let mut said = headers(
            header::SET_COOKIE,
            &["licentia=a; Path=/", "typed-member=x=y; Path=/", "__Host-typed-seat=s; Path=/"],
        );
        name_forms(&mut said, AtCustomer(OrganizationId(7)));
        let lines: Vec<_> = said.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(lines, ["licentia=a; Path=/", "typed-member.7=x=y; Path=/", "__Host-typed-seat.7=s; Path=/"]);
    }

    #[test]
    fn an_address_has_a_customer_and_a_place_at_its_desk() {
        let of = |uri: &str| at(&uri.parse().unwrap()).map(|(at, uri)| (at.0.0, uri.to_string()));
        assert_eq!(of("/for/7/users?tab=x"), Some((7, "/users?tab=x".to_owned())));
        assert_eq!(of("/for/7/"), Some((7, "/".to_owned())));
        for other in ["x", "01", "+1", "-0", "%31", "", "1."] {
            assert_eq!(of(&format!("/for/{other}/users")), None, "{other}");
        }
        assert_eq!(of("/for/7"), None);
        for own in
            ["/account", "/admin", "/for/7/users", "/api/change_password", "/api/", "/partner", "users", "//users"]
        {
            assert!(!is_there(own), "{own}");
        }
    }
}

//! What the server hands to pages and server functions with each request.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use domain::{
    AccountForm, AccountId, ApprovalForm, Capability, Channel, DeskError, GrantForm, KeyForm, NewMemberForm,
    NotificationsForm, OrderForm, RegistrationForm, ResponsibleForm, Rights, RoleForm, SeatForm, ServiceForm,
    SignUpForm, TaskConfirmation, TaskId,
};
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_axum::ResponseOptions;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use service::{
    Actor, Desk, DeviceToken, HalfToken, KeyToken, Origin, PasskeyToken, SentAway, SessionToken, SignedIn, Visit,
};

use crate::error::ApiError;
use crate::i18n::Lang;

/// The files that a page loads, by the names the build gave them, and how cookies are set.
#[derive(Clone, Debug)]
pub struct Site {
    pub js: Arc<str>,
    pub wasm: Arc<str>,
    pub css: Arc<str>,
    /// Of all pages but the table of people.
    pub sections: Arc<str>,
    pub picker: Arc<str>,
    /// Script and style of «Управление лицензиями».
    pub manage: Arc<str>,
    pub passkey: Arc<str>,
    /// Whether browsers reach us by TLS: cookies are then `Secure` and `__Host-`.
    pub secure: bool,
    /// With what links in letters begin, «https://licences.example».
    pub url: Arc<str>,
    /// Whether a mail server is set.
    pub sends_mail: bool,
    /// Whether an SMS gateway is.
    pub sends_sms: bool,
    /// How many requests a minute an account may make; `None`: as many as it likes.
    pub rate: Option<u32>,
    /// Whether a proxy says whence requests come.
    pub forwarded: bool,
    /// What the button says that leads to the identity provider, if the operator has said it.
    pub provider: Option<Arc<str>>,
}

impl Site {
    /// Whether letters of this channel go by themselves.
    #[must_use]
    pub fn sends(&self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => self.sends_mail,
            Channel::Sms => self.sends_sms,
        }
    }
}

/// Who makes this request: set by the server from the session cookie, before anything else runs.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub actor: Result<Actor, DeskError>,
    /// Also whoever has yet to connect a second factor.
    pub whoever: Option<Actor>,
    pub token: Option<SessionToken>,
    /// Of this browser, if somebody has signed in with it.
    pub device: Option<DeviceToken>,
    pub origin: Origin,
}

impl Visitor {
    /// As whoever signs in comes.
    #[must_use]
    pub fn visit(&self) -> Visit<'_> {
        Visit { origin: &self.origin, former: self.token.as_ref(), device: self.device.as_ref() }
    }
}

/// What a page looks like to this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub lang: Lang,
    pub theme: Theme,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.code() == code)
    }
}

impl Preferences {
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            lang: own_cookie(headers, "lang").and_then(Lang::from_code).unwrap_or_default(),
            theme: own_cookie(headers, "theme").and_then(Theme::from_code).unwrap_or_default(),
        }
    }
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// The value of a cookie of ours: behind TLS its name begins with `__Host-`, and the server hears no others.
fn own_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie(headers, &format!("__Host-{name}")).or_else(|| cookie(headers, name))
}

/// The session cookie's name.
#[must_use]
pub fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia" } else { "licentia" }
}

/// The name of the cookie by which a browser is known that somebody has signed in with.
#[must_use]
pub fn device_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia-device" } else { "licentia-device" }
}

/// Gives the browser its session.
pub(crate) fn let_in(signed_in: &SignedIn) -> Result<(), ApiError> {
    for line in session_lines(site()?.secure, signed_in) {
        append_cookie(&line);
    }
    Ok(())
}

/// The lines of the cookies of a session that has begun.
#[must_use]
pub fn session_lines(secure: bool, signed_in: &SignedIn) -> [String; 2] {
    [
        cookie_line(secure, session_cookie(secure), signed_in.session.secret(), service::SESSION_SECONDS),
        cookie_line(secure, device_cookie(secure), signed_in.device.secret(), service::DEVICE_SECONDS),
    ]
}

/// The line of the cookie of a session that goes on with another token.
#[must_use]
pub fn renewed_line(secure: bool, token: &SessionToken) -> String {
    cookie_line(secure, session_cookie(secure), token.secret(), service::SESSION_SECONDS)
}

/// The name of the cookie of a browser that was sent to the identity provider.
#[must_use]
pub fn flow_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia-oidc" } else { "licentia-oidc" }
}

/// Sends the browser to the identity provider. Its cookie comes back with it: from another site, by looking.
pub(crate) fn send_away(there: &SentAway) -> Result<(), ApiError> {
    set_cookie(flow_cookie(site()?.secure), there.token.secret(), service::FLOW_SECONDS)?;
    leptos_axum::redirect(&there.url);
    Ok(())
}

/// The name of the cookie of whoever has shown the password, and not the second factor yet.
#[must_use]
pub fn half_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia-half" } else { "licentia-half" }
}

/// What the first step of the sign-in left.
pub(crate) fn half_token() -> Result<Option<HalfToken>, ApiError> {
    Ok(cookie(&parts()?.headers, half_cookie(site()?.secure)).and_then(HalfToken::parse))
}

/// The name of the cookie of a browser that was asked for a passkey before anybody has said who they are.
fn passkey_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia-passkey" } else { "licentia-passkey" }
}

/// Whose answer it has to be.
pub(crate) fn keep_passkey_token(token: &PasskeyToken) -> Result<(), ApiError> {
    set_cookie(passkey_cookie(site()?.secure), token.secret(), service::PASSKEY_SECONDS)
}

/// What [`keep_passkey_token`] kept: once.
pub(crate) fn take_passkey_token() -> Result<Option<PasskeyToken>, ApiError> {
    let name = passkey_cookie(site()?.secure);
    set_cookie(name, "", 0)?;
    Ok(cookie(&parts()?.headers, name).and_then(PasskeyToken::parse))
}

/// Leads on to the second step of the sign-in.
pub(crate) fn ask_code(half: &HalfToken, to: &str) -> Result<(), ApiError> {
    set_cookie(half_cookie(site()?.secure), half.secret(), service::HALF_SECONDS)?;
    leptos_axum::redirect(&code_page(to));
    Ok(())
}

/// Where a code is asked for from whoever wanted to go to `to`.
#[must_use]
pub fn code_page(to: &str) -> String {
    let to = own_path(to).map(|to| format!("?to={}", encoded(to))).unwrap_or_default();
    format!("/sign-in/code{to}")
}

/// Gives the browser its session, and leads to where whoever signs in wanted to go.
pub(crate) async fn go_in(signed_in: &SignedIn, to: &str) -> Result<(), ApiError> {
    let_in(signed_in)?;
    match desk()?.actor(&signed_in.session, &visitor()?.origin).await {
        Ok(actor) => leptos_axum::redirect(own_path(to).unwrap_or(home(actor.rights()))),
        Err(DeskError::FactorRequired) => leptos_axum::redirect(CONNECT),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Where whoever has to connect a second factor is led.
pub const CONNECT: &str = "/account/factor";
/// And where they may add a passkey instead.
pub const NEW_PASSKEY: &str = "/account/passkeys/new";
/// The page that shows recovery codes once.
pub const CODES: &str = "/account/factor/codes";

const RECOVERY_CODES: &str = "recovery-codes";
/// The line that takes back what [`kept_codes`] has shown.
#[must_use]
pub fn forget_codes(secure: bool) -> String {
    cookie_line(secure, RECOVERY_CODES, "", 0)
}

/// Answers with recovery codes; a form is led to the page that shows them once, or on to `otherwise` if there are none.
pub(crate) fn show_codes(account: AccountId, codes: Vec<String>, otherwise: &str) -> Result<Vec<String>, ApiError> {
    if codes.is_empty() {
        if from_plain_form() {
            leptos_axum::redirect(otherwise);
        }
    } else if from_plain_form() {
        set_cookie(RECOVERY_CODES, &format!("{account}.{}", codes.join(".")), TYPED_SECONDS)?;
        leptos_axum::redirect(CODES);
    }
    Ok(codes)
}

/// The recovery codes that were just made for an account.
#[must_use]
pub fn kept_codes(headers: &HeaderMap, account: AccountId) -> Option<Vec<String>> {
    let (of, codes) = own_cookie(headers, RECOVERY_CODES)?.split_once('.')?;
    let plain = codes.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (of.parse() == Ok(account) && plain).then(|| codes.split('.').map(str::to_owned).collect())
}

/// The name of the cookie that leads to the second step of a registration.
#[must_use]
pub fn key_cookie(secure: bool) -> &'static str {
    if secure { "__Host-licentia-key" } else { "licentia-key" }
}

/// What the first step of a registration left.
pub(crate) fn key_token() -> Result<Option<KeyToken>, ApiError> {
    Ok(cookie(&parts()?.headers, key_cookie(site()?.secure)).and_then(KeyToken::parse))
}

/// Of this request; the usual ones where there is no request.
pub(crate) fn preferences() -> Preferences {
    use_context::<Parts>().map(|parts| Preferences::of(&parts.headers)).unwrap_or_default()
}

fn context<T: Clone + 'static>() -> Result<T, ApiError> {
    use_context::<T>().ok_or_else(|| {
        tracing::error!("a server function ran without its context");
        ApiError(DeskError::Internal { incident: "context".to_owned() })
    })
}

pub(crate) fn desk() -> Result<Desk, ApiError> {
    context()
}

pub(crate) fn site() -> Result<Site, ApiError> {
    context()
}

pub(crate) fn parts() -> Result<Parts, ApiError> {
    context()
}

pub(crate) fn visitor() -> Result<Visitor, ApiError> {
    let visitor = parts()?.extensions.get::<Visitor>().cloned();
    visitor.ok_or(ApiError(DeskError::NotSignedIn))
}

pub(crate) fn actor() -> Result<Actor, ApiError> {
    Ok(visitor()?.actor?)
}

/// As [`actor`], also whoever has yet to connect a second factor.
pub(crate) fn whoever() -> Result<Actor, ApiError> {
    let visitor = visitor()?;
    match visitor.whoever {
        Some(actor) => Ok(actor),
        None => Ok(visitor.actor?),
    }
}

/// Where whoever has these rights begins: the first section that they may see.
#[must_use]
pub fn home(rights: Rights) -> &'static str {
    let sections = [
        (Capability::People, "/users"),
        (Capability::Stock, "/licenses"),
        (Capability::Notifications, "/notifications"),
        (Capability::Accounts, "/admin"),
        (Capability::Audit, "/log"),
    ];
    sections.iter().find(|(needs, _)| rights.may(*needs)).map_or("/account", |(_, path)| path)
}

/// A cookie for the whole site that scripts cannot read.
#[must_use]
pub fn cookie_line(secure: bool, name: &str, value: &str, seconds: i64) -> String {
    let prefix = if secure && !name.starts_with("__Host-") { "__Host-" } else { "" };
    let ending = if secure { "; Secure" } else { "" };
    format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{ending}")
}

/// Sets a cookie for the whole site that scripts cannot read.
pub(crate) fn set_cookie(name: &str, value: &str, seconds: i64) -> Result<(), ApiError> {
    append_cookie(&cookie_line(site()?.secure, name, value, seconds));
    Ok(())
}

fn append_cookie(line: &str) {
    if let (Some(response), Ok(line)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(line)) {
        response.append_header(header::SET_COOKIE, line);
    }
}

/// Has the browser forget what pages have kept in it: numbers of what was selected.
pub(crate) fn clear_site() -> Result<(), ApiError> {
    let response: ResponseOptions = context()?;
    response.insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    Ok(())
}

const TYPED_EMAIL: &str = "typed-email";
const TYPED_SECONDS: i64 = 60;

/// Keeps the e-mail of a refused sign-in for the page that it leads back to.
pub(crate) fn keep_typed_email(email: &str) -> Result<(), ApiError> {
    let short: String = email.chars().take(254).collect();
    set_cookie(TYPED_EMAIL, &utf8_percent_encode(&short, NON_ALPHANUMERIC).to_string(), TYPED_SECONDS)
}

/// What [`keep_typed_email`] kept.
#[must_use]
pub fn typed_email(headers: &HeaderMap) -> String {
    let kept = own_cookie(headers, TYPED_EMAIL).unwrap_or_default();
    percent_decode_str(kept).decode_utf8_lossy().into_owned()
}

const TYPED_SEAT: &str = "typed-seat";
const TYPED_MEMBER: &str = "typed-member";
const TYPED_ORDER: &str = "typed-order";
/// Browsers keep cookies of up to 4 KB; a form with longer fields is not worth keeping.
const TYPED_BYTES: usize = 3500;

/// Keeps a refused form for the page that it leads back to.
fn keep_typed(name: &str, form: &impl serde::Serialize) -> Result<(), ApiError> {
    let text = serde_json::to_string(form).unwrap_or_default();
    let text = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
    if text.len() > TYPED_BYTES { Ok(()) } else { set_cookie(name, &text, TYPED_SECONDS) }
}

fn typed<T: serde::de::DeserializeOwned + Default>(headers: &HeaderMap, name: &str) -> T {
    let kept = percent_decode_str(own_cookie(headers, name).unwrap_or_default()).decode_utf8_lossy();
    serde_json::from_str(&kept).unwrap_or_default()
}

pub(crate) fn keep_typed_seat(form: &SeatForm) -> Result<(), ApiError> {
    keep_typed(TYPED_SEAT, form)
}

/// What the field of a free seat held that was refused, or is to hold.
#[must_use]
pub fn typed_seat(headers: &HeaderMap) -> SeatForm {
    typed(headers, TYPED_SEAT)
}

pub(crate) fn keep_typed_member(form: &NewMemberForm) -> Result<(), ApiError> {
    keep_typed(TYPED_MEMBER, form)
}

/// What a refused form of a new member held.
#[must_use]
pub fn typed_member(headers: &HeaderMap) -> NewMemberForm {
    typed(headers, TYPED_MEMBER)
}

pub(crate) fn keep_typed_order(form: &OrderForm) -> Result<(), ApiError> {
    keep_typed(TYPED_ORDER, form)
}

/// What a refused form of a new order held.
#[must_use]
pub fn typed_order(headers: &HeaderMap) -> OrderForm {
    typed(headers, TYPED_ORDER)
}

const TYPED_NOTIFICATIONS: &str = "typed-notifications";

pub(crate) fn keep_typed_notifications(form: &NotificationsForm) -> Result<(), ApiError> {
    keep_typed(TYPED_NOTIFICATIONS, form)
}

/// What a refused form of «Уведомления» held.
#[must_use]
pub fn typed_notifications(headers: &HeaderMap) -> NotificationsForm {
    typed(headers, TYPED_NOTIFICATIONS)
}

const TYPED_ACCOUNT: &str = "typed-account";

pub(crate) fn keep_typed_account(form: &AccountForm) -> Result<(), ApiError> {
    keep_typed(TYPED_ACCOUNT, form)
}

/// What a refused form of an account held.
#[must_use]
pub fn typed_account(headers: &HeaderMap) -> AccountForm {
    typed(headers, TYPED_ACCOUNT)
}

const TYPED_PASSKEY: &str = "typed-passkey";

pub(crate) fn keep_typed_passkey(name: &str) -> Result<(), ApiError> {
    keep_typed(TYPED_PASSKEY, &name)
}

/// As what a passkey was to be known that was refused.
#[must_use]
pub fn typed_passkey(headers: &HeaderMap) -> String {
    typed(headers, TYPED_PASSKEY)
}

const TYPED_APPROVALS: &str = "typed-approvals";

pub(crate) fn keep_typed_approvals(form: &ApprovalForm) -> Result<(), ApiError> {
    keep_typed(TYPED_APPROVALS, form)
}

/// What a refused form of the rules of approval held.
#[must_use]
pub fn typed_approvals(headers: &HeaderMap) -> ApprovalForm {
    typed(headers, TYPED_APPROVALS)
}

const TYPED_ROLE: &str = "typed-role";

pub(crate) fn keep_typed_role(form: &RoleForm) -> Result<(), ApiError> {
    keep_typed(TYPED_ROLE, form)
}

/// What a refused form of a level of access held.
#[must_use]
pub fn typed_role(headers: &HeaderMap) -> RoleForm {
    typed(headers, TYPED_ROLE)
}

const TYPED_GRANT: &str = "typed-grant";

pub(crate) fn keep_typed_grant(form: &GrantForm) -> Result<(), ApiError> {
    keep_typed(TYPED_GRANT, form)
}

/// What a refused form of what a partner may do held.
#[must_use]
pub fn typed_grant(headers: &HeaderMap) -> GrantForm {
    typed(headers, TYPED_GRANT)
}

const TYPED_STEPS: &str = "typed-steps";

pub(crate) fn keep_typed_steps(typed: &TaskConfirmation) -> Result<(), ApiError> {
    keep_typed(TYPED_STEPS, typed)
}

/// What a refused confirmation of a step of certificate tasks held.
#[must_use]
pub fn typed_steps(headers: &HeaderMap) -> TaskConfirmation {
    typed(headers, TYPED_STEPS)
}

const TYPED_SERVICE: &str = "typed-service";

pub(crate) fn keep_typed_service(form: &ServiceForm) -> Result<(), ApiError> {
    keep_typed(TYPED_SERVICE, form)
}

/// What a refused form of name and address of a service held.
#[must_use]
pub fn typed_service(headers: &HeaderMap) -> ServiceForm {
    typed(headers, TYPED_SERVICE)
}

const TYPED_RESPONSIBLE: &str = "typed-responsible";

pub(crate) fn keep_typed_responsible(form: &ResponsibleForm) -> Result<(), ApiError> {
    keep_typed(TYPED_RESPONSIBLE, form)
}

/// What a refused form of the responsible of a service held.
#[must_use]
pub fn typed_responsible(headers: &HeaderMap) -> ResponsibleForm {
    typed(headers, TYPED_RESPONSIBLE)
}

const TYPED_SIGN_UP: &str = "typed-sign-up";

/// All but the password and the answer.
pub(crate) fn keep_typed_sign_up(form: &SignUpForm) -> Result<(), ApiError> {
    keep_typed(TYPED_SIGN_UP, form)
}

/// What a refused form of somebody who registers held.
#[must_use]
pub fn typed_sign_up(headers: &HeaderMap) -> SignUpForm {
    typed(headers, TYPED_SIGN_UP)
}

const LINK: &str = "invitation";

/// The line that takes back what [`kept_link`] has shown.
#[must_use]
pub fn forget_link(secure: bool) -> String {
    cookie_line(secure, LINK, "", 0)
}

/// Keeps the link of an invitation for the page that shows it once.
pub(crate) fn keep_link(task: TaskId, token: &str) -> Result<(), ApiError> {
    set_cookie(LINK, &format!("{task}-{token}"), TYPED_SECONDS)
}

/// The token of the link that was just made for a task.
#[must_use]
pub fn kept_link(headers: &HeaderMap, task: TaskId) -> Option<String> {
    let (of, token) = own_cookie(headers, LINK)?.split_once('-')?;
    let plain = token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    (of.parse() == Ok(task) && plain).then(|| token.to_owned())
}

const TYPED_KEY: &str = "typed-key";

/// All but the PIN.
pub(crate) fn keep_typed_key(form: &KeyForm) -> Result<(), ApiError> {
    keep_typed(TYPED_KEY, form)
}

/// The number that was refused.
#[must_use]
pub fn typed_key(headers: &HeaderMap) -> KeyForm {
    typed(headers, TYPED_KEY)
}

const TYPED_REGISTRATION: &str = "typed-registration";

pub(crate) fn keep_typed_registration(form: &RegistrationForm) -> Result<(), ApiError> {
    keep_typed(TYPED_REGISTRATION, form)
}

/// What a refused form of a registration held.
#[must_use]
pub fn typed_registration(headers: &HeaderMap) -> RegistrationForm {
    typed(headers, TYPED_REGISTRATION)
}

/// A path of our own site, «/orders/5?…»; `None` for whatever might lead elsewhere.
#[must_use]
pub fn own_path(to: &str) -> Option<&str> {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let own = to.starts_with('/') && !to.starts_with("//") && to.len() <= 2000;
    (plain && own).then_some(to)
}

/// A path as part of a query.
#[must_use]
pub fn encoded(path: &str) -> String {
    utf8_percent_encode(path, NON_ALPHANUMERIC).to_string()
}

/// The page from which somebody came, from the query of where he went.
#[must_use]
pub fn former_path(query: &str) -> String {
    path_in(query, "from")
}

/// Where somebody wanted to go, from the query of the page on which he signs in.
#[must_use]
pub fn wanted_path(query: &str) -> String {
    path_in(query, "to")
}

/// A text in a query, as forms send it.
#[must_use]
pub fn text_in(query: &str, wanted: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(name, value)| (name == wanted).then_some(value))?.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
}

fn path_in(query: &str, wanted: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(name, value)| (name == wanted).then_some(value)).unwrap_or_default();
    let value = percent_decode_str(value).decode_utf8_lossy();
    own_path(&value).unwrap_or_default().to_owned()
}

/// The address of the page on which one signs in to go on to `to`.
#[must_use]
pub fn sign_in_for(to: &str) -> String {
    match own_path(to) {
        Some(to) if !matches!(to, "/" | "/users") => {
            format!("/sign-in?to={}", utf8_percent_encode(to, NON_ALPHANUMERIC))
        }
        _ => "/sign-in".to_owned(),
    }
}

/// What a plain form post was refused with: it leads back to its page with this in the query.
#[must_use]
pub fn refused(query: &str) -> Option<DeskError> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(name, value)| (name == "__err").then_some(value))?;
    let value = percent_decode_str(value).decode_utf8_lossy();
    Some(ServerFnUrlError::<ApiError>::decode_err(&value).0)
}

/// The query of the page from which a form was sent.
pub(crate) fn former_query() -> Result<Option<String>, ApiError> {
    let referer = parts()?.headers.get(header::REFERER).and_then(|from| from.to_str().ok().map(str::to_owned));
    Ok(referer.and_then(|from| Some(from.split_once('?')?.1.split('#').next()?.to_owned())))
}

/// Whether this request came from a plain form, which is answered by a redirect.
pub(crate) fn from_plain_form() -> bool {
    let accepts_html = |parts: Parts| {
        let accept = parts.headers.get(header::ACCEPT)?;
        Some(accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
    };
    parts().ok().and_then(accepts_html).unwrap_or(false)
}

/// An error of a plain form post travels in the address of the page it leads to: without names.
pub(crate) fn for_forms<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    result.map_err(|error| if from_plain_form() { error.without_names() } else { error })
}

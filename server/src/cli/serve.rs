use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::ssr::Site;
use domain::Issuer;
use service::ports::{Authority, AuthorityError, Clock, ClockFrom, IdentityProvider, Post, SystemClock};
use service::{AskError, Desk, Outside, Reminded};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::sandbox::Sandbox;
use super::{Serve, connect, demo};
use crate::authority::HttpAuthority;
use crate::http;
use crate::post::{Sms, SmsOptions, Smtp};

/// How often expired sessions are thrown away.
const TIDY: Duration = Duration::from_secs(3600);
/// How long an ended term goes unnoticed at most: stock may be changed by another server.
const TERMS: Duration = Duration::from_secs(60);
/// How long a task waits at most until the authority is asked about it for the first time.
const ASK: Duration = Duration::from_secs(1);
/// How often an authority is tried at least that does not answer.
const DOWN: Duration = Duration::from_secs(60);

/// How long a letter waits at most that may go.
const LETTERS: Duration = Duration::from_secs(2);

/// A demo's day begins here, in seconds: nothing in it turns at noon.
pub(super) const NOON: i64 = 12 * 3600;

/// A server that is listening.
#[derive(Debug)]
pub struct Running {
    pub address: SocketAddr,
    serving: JoinHandle<std::io::Result<()>>,
    /// Ends with the server.
    _sandbox: Option<Sandbox>,
}

/// Opens the database, fills it if asked to, and listens.
///
/// # Errors
/// What to tell whoever started it.
pub async fn start(options: &Serve) -> Result<Running, String> {
    if options.demo && !options.host.is_loopback() {
        return Err("--demo has a known password and is for loopback addresses only; use --host 127.0.0.1".to_owned());
    }
    let clock: Arc<dyn Clock> = match options.demo_day {
        Some(day) => Arc::new(ClockFrom::new(day.start().plus_seconds(NOON))),
        None => Arc::new(SystemClock),
    };
    let configured = match (&options.authority_url, &options.authority_token) {
        (Some(url), Some(token)) => Some(HttpAuthority::new(url, token)?),
        (Some(_), None) => return Err("LICENTIA_AUTHORITY_URL needs LICENTIA_AUTHORITY_TOKEN".to_owned()),
        (None, Some(_)) => return Err("LICENTIA_AUTHORITY_TOKEN needs LICENTIA_AUTHORITY_URL".to_owned()),
        (None, None) => None,
    };
    let sms = sms(options)?;
    let provider = options.oidc.provider(options.public_url.as_deref())?;
    let store = connect(&options.database).await?;
    if !options.host.is_loopback() && demo::is_there(&store).await? {
        return Err("this database holds the demo, whose password is known; use --host 127.0.0.1".to_owned());
    }
    if options.demo {
        let filled = demo::fill(&store, crate::demo::MEMBERS, clock.now()).await?;
        if options.demo_day.is_some() && !filled && !demo::is_there(&store).await? {
            return Err("--demo-day is for the demo's data, and this database holds others".to_owned());
        }
    }
    let sandbox = if options.demo && configured.is_none() { Some(sandbox(options).await?) } else { None };
    let authority = configured.or_else(|| sandbox.as_ref().map(|sandbox| sandbox.authority.clone()));
    let issuer = if authority.is_some() { Issuer::Authority } else { Issuer::ByHand };
    let desk = Desk::with_clock(Arc::new(store), clock.clone()).issued_by(issuer).registering(options.registration);
    if let Some(provider) = provider.clone() {
        // Pages say where their forms may lead: better known before the first is asked for.
        tokio::spawn(async move { provider.begin().await });
    }
    let desk = desk.entered_by(provider.map(|provider| Arc::new(provider) as Arc<dyn IdentityProvider>));
    let secret = options.payment_secret.as_deref().map(http::PaymentSecret::new).transpose()?;
    let listener = TcpListener::bind((options.host, options.port)).await.map_err(|error| {
        format!("cannot listen on {}:{}: {error}. Choose another PORT.", options.host, options.port)
    })?;
    let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let desk = desk.with_passkeys(http::relying_party(&url));
    let post = match (&options.smtp_url, &options.mail_from) {
        (Some(server), Some(from)) => Some(Smtp::new(server, from, &url)?),
        _ => None,
    };
    let (sends_mail, sends_sms) = (post.is_some(), sms.is_some());
    let provider = options.oidc.oidc_name.as_deref().map(Arc::from);
    let rate = Some(options.rate).filter(|rate| *rate > 0);
    let site =
        Site { rate, forwarded: options.forwarded, sends_mail, sends_sms, provider, ..http::site(options.tls, &url)? };
    // Each by itself: one that does not answer holds up no letters of the other.
    if let Some(post) = post {
        tokio::spawn(send_letters(desk.clone(), post));
    }
    if let Some(sms) = sms {
        tokio::spawn(send_letters(desk.clone(), sms));
    }
    tokio::spawn(remind(desk.clone()));
    tokio::spawn(tidy(desk.clone()));
    tokio::spawn(end_terms(desk.clone(), clock.clone()));
    tokio::spawn(turn_certificates(desk.clone(), clock.clone()));
    if let Some(authority) = authority {
        tokio::spawn(ask_authority(desk.clone(), Arc::new(authority), clock));
    }
    let router = http::router(desk, site, secret);
    let serving = tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(asked_to_stop())
            .await
    });
    Ok(Running { address, serving, _sandbox: sandbox })
}

/// The SMS gateway, if one is configured.
fn sms(options: &Serve) -> Result<Option<Sms>, String> {
    let Some(url) = &options.sms_url else { return Ok(None) };
    let body = options.sms_body.as_deref().ok_or("LICENTIA_SMS_URL needs LICENTIA_SMS_BODY")?;
    let (content_type, token) = (options.sms_content_type.as_deref(), options.sms_token.as_deref());
    Sms::new(SmsOptions { url, body, content_type, token }).map(Some)
}

pub(super) async fn run(options: &Serve) -> Result<(), String> {
    let running = start(options).await?;
    println!("listening on http://{}", running.address);
    if options.demo {
        for (email, who) in crate::demo::SIGN_INS {
            println!("demo: {email} / {} ({who})", crate::demo::PASSWORD);
        }
    }
    running.serving.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

async fn tidy(desk: Desk) {
    loop {
        if let Err(error) = desk.tidy().await {
            tracing::warn!(%error, "expired sessions were not thrown away");
        }
        tokio::time::sleep(TIDY).await;
    }
}

/// Ends licences with their terms, at the moment if nothing is in the way.
async fn end_terms(desk: Desk, clock: Arc<dyn Clock>) {
    loop {
        let next = desk.end_terms().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the licences of ended terms were not ended; they will be");
            None
        });
        tokio::time::sleep(until(next, &*clock, TERMS)).await;
    }
}

/// The demo's own authority, on the demo's day.
async fn sandbox(options: &Serve) -> Result<Sandbox, String> {
    let day = options.demo_day.map(|day| {
        let (year, month, day) = day.parts();
        format!("{year:04}-{month:02}-{day:02}")
    });
    Sandbox::start(day).await
}

/// Moves certificates on with time, at the moment if nothing is in the way.
async fn turn_certificates(desk: Desk, clock: Arc<dyn Clock>) {
    loop {
        let next = desk.turn_certificates().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "certificates were not moved on with time; they will be");
            None
        });
        tokio::time::sleep(until(next, &*clock, TERMS)).await;
    }
}

/// Asks the certification authority, and takes what it answers. One that is down is said once, and tried ever less often.
async fn ask_authority(desk: Desk, authority: Arc<dyn Authority>, clock: Arc<dyn Clock>) {
    let mut down = None;
    loop {
        let wait = match desk.ask_authority(&authority).await {
            Ok(next) => {
                if down.take().is_some() {
                    tracing::info!("the certification authority answers again");
                }
                until(next, &*clock, ASK)
            }
            Err(AskError::Authority(error)) => {
                if down.is_none() {
                    tracing::error!(%error, "certificates are not asked for; it will be tried again");
                    if error == AuthorityError::NotAllowed {
                        desk.note_outside(Outside::AuthorityToken, "", serde_json::json!({})).await;
                    }
                }
                let wait = down.map_or(ASK, |wait: Duration| (wait * 2).min(DOWN));
                down = Some(wait);
                wait
            }
            Err(AskError::Desk(error)) => {
                tracing::warn!(%error, "certificates were not asked for; it will be tried again");
                ASK
            }
        };
        tokio::time::sleep(wait).await;
    }
}

fn until(next: Option<domain::Instant>, clock: &dyn Clock, longest: Duration) -> Duration {
    let left = next.map(|next| Duration::from_micros(u64::try_from(next.0 - clock.now().0).unwrap_or_default()));
    left.map_or(longest, |left| left.min(longest))
}

/// Sends letters as they come due.
async fn send_letters(desk: Desk, post: impl Post) {
    loop {
        let pause = match desk.send_letters(&post).await {
            // There may be more.
            Ok(tried) if tried > 0 => continue,
            Ok(_) => LETTERS,
            Err(error) => {
                tracing::warn!(%error, "letters were not sent; they will be");
                TERMS
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn remind(desk: Desk) {
    let mut reminded = Reminded::default();
    loop {
        if let Err(error) = desk.remind(&mut reminded).await {
            tracing::warn!(%error, "reminders were not written; they will be");
        }
        tokio::time::sleep(TERMS).await;
    }
}

/// Ctrl+C, or SIGTERM from systemd: what is running is finished first.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}

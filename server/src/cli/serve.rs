use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use service::ports::{Clock, ClockFrom, SystemClock};
use service::{Desk, Reminded};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{Serve, connect, demo};
use crate::http;
use crate::post::Smtp;

/// How often expired sessions are thrown away.
const TIDY: Duration = Duration::from_secs(3600);
/// How long an ended term goes unnoticed at most: stock may be changed by another server.
const TERMS: Duration = Duration::from_secs(60);

/// How long a letter waits at most that may go.
const LETTERS: Duration = Duration::from_secs(2);

/// A demo's day begins here, in seconds: nothing in it turns at noon.
const NOON: i64 = 12 * 3600;

/// A server that is listening.
#[derive(Debug)]
pub struct Running {
    pub address: SocketAddr,
    serving: JoinHandle<std::io::Result<()>>,
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
    let desk = Desk::with_clock(Arc::new(store), clock.clone());
    let secret = options.payment_secret.as_deref().map(http::PaymentSecret::new).transpose()?;
    let listener = TcpListener::bind((options.host, options.port)).await.map_err(|error| {
        format!("cannot listen on {}:{}: {error}. Choose another PORT.", options.host, options.port)
    })?;
    let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let post = match (&options.smtp_url, &options.mail_from) {
        (Some(server), Some(from)) => Some(Smtp::new(server, from, &url)?),
        _ => None,
    };
    let site = http::site(options.tls, &url, post.is_some())?;
    if let Some(post) = post {
        tokio::spawn(send_letters(desk.clone(), post));
    }
    tokio::spawn(remind(desk.clone()));
    tokio::spawn(tidy(desk.clone()));
    tokio::spawn(end_terms(desk.clone(), clock));
    let router = http::router(desk, site, secret);
    let serving =
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()).await });
    Ok(Running { address, serving })
}

pub(super) async fn run(options: Serve) -> Result<(), String> {
    let running = start(&options).await?;
    println!("listening on http://{}", running.address);
    if options.demo {
        let (email, password) = (crate::demo::EMAIL, crate::demo::PASSWORD);
        println!("demo: {email} / {password} (ООО «Ромашка»)");
        println!("demo: admin@sever.example / {password} (АО «Север»)");
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
        let left = next.map(|next| Duration::from_micros(u64::try_from(next.0 - clock.now().0).unwrap_or_default()));
        tokio::time::sleep(left.map_or(TERMS, |left| left.min(TERMS))).await;
    }
}

/// Sends letters as they come due.
async fn send_letters(desk: Desk, post: Smtp) {
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

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::Date;
use service::ports::{Clock, ClockFrom, SystemClock};
use tokio::net::TcpListener;

use super::day;
use crate::authority::{HttpAuthority, sandbox};

/// Of the sandbox only: nobody's certificates are behind it.
const TOKEN: &str = "sandbox-token";

#[derive(Clone, Debug, Args)]
pub(super) struct SandboxAuthority {
    /// The port on this machine; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What callers have to show.
    #[arg(long, env = "LICENTIA_AUTHORITY_TOKEN", default_value = TOKEN, hide_env_values = true)]
    token: String,
    /// How long each step of a request takes, in milliseconds.
    #[arg(long, default_value_t = 300)]
    moment: u64,
    /// The day on which it takes place, as 2026-11-21. Without it, today.
    #[arg(long, value_parser = day)]
    day: Option<Date>,
    /// Ends when its standard input does: with whoever started it.
    #[arg(long, hide = true)]
    with_parent: bool,
}

pub(super) async fn run(options: SandboxAuthority) -> Result<(), String> {
    let clock: Arc<dyn Clock> = match options.day {
        Some(day) => Arc::new(ClockFrom::new(day.start().plus_seconds(super::serve::NOON))),
        None => Arc::new(SystemClock),
    };
    let listener = TcpListener::bind(("127.0.0.1", options.port))
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:{}: {error}", options.port))?;
    let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
    println!("listening on http://{address}");
    let router = sandbox::router(&options.token, clock, Duration::from_millis(options.moment));
    let serving = axum::serve(listener, router);
    if !options.with_parent {
        return serving.await.map_err(|error| error.to_string());
    }
    let (gone, parent) = tokio::sync::oneshot::channel();
    // A thread of its own: a read of standard input cannot be given up.
    std::thread::spawn(move || {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        let _ = gone.send(());
    });
    tokio::select! {
        served = serving.into_future() => served.map_err(|error| error.to_string()),
        _ = parent => Ok(()),
    }
}

/// A sandbox in a process of its own, which ends with this value, and with this process in any case.
#[derive(Debug)]
pub(super) struct Sandbox {
    process: Child,
    pub authority: HttpAuthority,
}

impl Sandbox {
    pub(super) async fn start(day: Option<String>) -> Result<Self, String> {
        let started = tokio::task::spawn_blocking(move || Self::spawn(day)).await;
        started.map_err(|error| error.to_string())?.map_err(|error| format!("the sandbox authority: {error}"))
    }

    fn spawn(day: Option<String>) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(["sandbox-authority", "--with-parent", "--port", "0"]).env("LICENTIA_AUTHORITY_TOKEN", TOKEN);
        if let Some(day) = day {
            command.args(["--day", &day]);
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot be started: {error}"))?;
        let mut said = String::new();
        let read = process.stdout.take().map(|output| BufReader::new(output).read_line(&mut said));
        let url = said.trim().strip_prefix("listening on ").unwrap_or_default();
        match HttpAuthority::new(url, TOKEN) {
            Ok(authority) => Ok(Self { process, authority }),
            Err(_) => {
                let _ = process.kill();
                let _ = process.wait();
                Err(format!("did not start: {read:?}"))
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! The command line of `licentia`.

mod accounts;
mod bench;
mod catalogue;
mod contracts;
mod demo;
mod files;
mod keys;
mod log;
mod news;
mod partners;
mod payments;
mod sandbox;
mod serve;
mod verify_audit;

use std::net::IpAddr;

use clap::{Args, Parser, Subcommand};
use domain::Date;
use service::ports::{Clock, SystemClock};
use store::SqlStore;

use crate::identity::{OpenIdProvider, Settings};

pub use serve::{Running, start};

/// Licentia: a licence desk.
#[derive(Debug, Parser)]
#[command(name = "licentia", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the desk.
    Serve(Box<Serve>),
    /// Fills an empty database with demo data.
    Demo(Demo),
    /// Records payments, and lists those that pay no order.
    Payments(payments::Payments),
    /// What is sold, at which price and by whom: shows it as JSON, or takes it from a file.
    Catalogue(catalogue::Catalogue),
    /// Contracts of partners: which discounts they have on what they sell.
    Contracts(contracts::Contracts),
    /// Numbers and PINs with which products are registered.
    Keys(keys::Keys),
    /// Whoever has lost phone and recovery codes is let in again.
    Accounts(accounts::Accounts),
    /// News of the installation: publishes them on /news and to whoever subscribed, and lists them.
    News(news::News),
    /// Organisations that serve others: partners.
    Partners(partners::Partners),
    /// What was refused and belongs to no organisation, newest first, and whether the log's chain holds.
    Log(log::Log),
    /// Looks through the audit logs of all organisations, and prints an anchor of each to be kept elsewhere.
    VerifyAudit(verify_audit::VerifyAudit),
    /// A certification authority for demonstrations and tests, in memory; by the contract that is documented with its client.
    SandboxAuthority(sandbox::SandboxAuthority),
    /// Measures the desk against its database, and a large directory against a small one.
    Bench(bench::Bench),
}

#[derive(Clone, Debug, Args)]
pub struct Database {
    /// `sqlite://path/to/file.db` or `postgres://user:password@host/database`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/licentia.db", hide_env_values = true)]
    pub database_url: String,
}

#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub database: Database,
    /// The address to listen on.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port; 0 for any free one.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Browsers reach us by HTTPS through a proxy: cookies become `Secure` and `__Host-`.
    #[arg(long, env = "LICENTIA_TLS")]
    pub tls: bool,
    /// A proxy writes into X-Forwarded-For whence requests come: sessions and the log show that address, and tries of
    /// passwords are counted by it. Without a proxy, anybody could write what they like there.
    #[arg(long, env = "LICENTIA_FORWARDED")]
    pub forwarded: bool,
    /// Fills an empty database with demo data first; only on a loopback address.
    #[arg(long)]
    pub demo: bool,
    /// With what a payment provider signs what it tells of at /webhooks/payments; without it, there is no such address.
    #[arg(long, env = "LICENTIA_PAYMENT_SECRET", hide_env_values = true)]
    pub payment_secret: Option<String>,
    /// The certification authority, https://…; without one, administrators keep the book of certificates by hand, and a
    /// demo has a sandbox of its own.
    #[arg(long, env = "LICENTIA_AUTHORITY_URL", hide_env_values = true)]
    pub authority_url: Option<String>,
    /// What is shown to it.
    #[arg(long, env = "LICENTIA_AUTHORITY_TOKEN", hide_env_values = true)]
    pub authority_token: Option<String>,
    /// Where browsers find the desk, `https://licences.example`: links in letters begin with it. Without it, the address
    /// to listen on.
    #[arg(long, env = "LICENTIA_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// The mail server: `smtps://user:password@host`, or `smtp://user:password@host:587?tls=required` for STARTTLS.
    /// Without it, letters stay in the outbox.
    #[arg(long, env = "LICENTIA_SMTP_URL", hide_env_values = true, requires_all = ["mail_from", "public_url"])]
    pub smtp_url: Option<String>,
    /// Who writes the letters: `Licentia <no-reply@romashka.example>`.
    #[arg(long, env = "LICENTIA_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// The SMS gateway, asked with POST: `https://…`. Without it, SMS stay in the outbox.
    #[arg(long, env = "LICENTIA_SMS_URL", hide_env_values = true, requires = "sms_body")]
    pub sms_url: Option<String>,
    /// What it is sent, JSON or a form: `{"to":"{phone}","text":"{text}"}`, `phones={digits}&mes={text}`; `{phone}` is
    /// +79161234567, `{digits}` the same without the plus.
    #[arg(long, env = "LICENTIA_SMS_BODY", hide_env_values = true, requires = "sms_url")]
    pub sms_body: Option<String>,
    /// If it is not what the body looks like: application/json, or application/x-www-form-urlencoded.
    #[arg(long, env = "LICENTIA_SMS_CONTENT_TYPE", requires = "sms_url")]
    pub sms_content_type: Option<String>,
    /// What is shown to it, as `Authorization: Bearer …`.
    #[arg(long, env = "LICENTIA_SMS_TOKEN", hide_env_values = true, requires = "sms_url")]
    pub sms_token: Option<String>,
    #[command(flatten)]
    pub oidc: Oidc,
    /// Whether organisations register themselves at /register: on or off.
    #[arg(long, env = "LICENTIA_REGISTRATION", default_value = "on", value_parser = switch, action = clap::ArgAction::Set)]
    pub registration: bool,
    /// How many requests a minute an account may make, and ten times as many an address of the network, signed in or not; 0:
    /// as many as it likes. Each server counts for itself.
    #[arg(long, env = "LICENTIA_RATE", default_value_t = crate::http::USUAL_RATE)]
    pub rate: u32,
    /// The day on which the demo takes place, as 2026-11-21: some of its licences end on 31.03.2027. Without it, today.
    #[arg(long, requires = "demo", value_parser = day)]
    pub demo_day: Option<Date>,
}

/// One identity provider, by OpenID Connect; what it has to know of us is `<public URL>/oidc/callback`.
#[derive(Clone, Debug, Default, Args)]
pub struct Oidc {
    /// The identity provider as it calls itself, `https://id.example/realms/hr`: whoever has an account may sign in by it
    /// too. Without it, by password only.
    #[arg(long, env = "LICENTIA_OIDC_ISSUER", requires_all = ["oidc_client_id", "public_url"])]
    pub oidc_issuer: Option<String>,
    /// As what the desk is known to it.
    #[arg(long, env = "LICENTIA_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// What is shown to it.
    #[arg(long, env = "LICENTIA_OIDC_CLIENT_SECRET", hide_env_values = true, requires = "oidc_issuer")]
    pub oidc_client_secret: Option<String>,
    /// What the button says; without it, «Вход через госуслуги», "Sign in with Gosuslugi".
    #[arg(long, env = "LICENTIA_OIDC_NAME", requires = "oidc_issuer", value_parser = button)]
    pub oidc_name: Option<String>,
    /// What is asked of it, with spaces between.
    #[arg(long, env = "LICENTIA_OIDC_SCOPES", default_value = SCOPES)]
    pub oidc_scopes: String,
}

const SCOPES: &str = "openid email profile";

impl Oidc {
    /// The provider, if one is configured; `site` is where browsers find the desk.
    fn provider(&self, site: Option<&str>) -> Result<Option<OpenIdProvider>, String> {
        let Some(issuer) = &self.oidc_issuer else { return Ok(None) };
        let client = self.oidc_client_id.as_deref().ok_or("LICENTIA_OIDC_ISSUER needs LICENTIA_OIDC_CLIENT_ID")?;
        let site = site.ok_or("LICENTIA_OIDC_ISSUER needs LICENTIA_PUBLIC_URL")?;
        let missing = "LICENTIA_OIDC_ISSUER needs LICENTIA_OIDC_CLIENT_SECRET";
        let secret = self.oidc_client_secret.as_deref().ok_or(missing)?;
        Settings::new(issuer, client, secret, &self.oidc_scopes, site)
            .map(|settings| Some(OpenIdProvider::new(settings)))
    }
}

fn button(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("nothing".to_owned()),
        long if long.chars().count() > 60 => Err("longer than 60 letters".to_owned()),
        name => Ok(name.to_owned()),
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("neither on nor off".to_owned()),
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest
        .map(|rest| rest.trim_end_matches('/'))
        .filter(|host| !host.is_empty() && !host.contains(['/', ' ', '?', '#', '@', '"', '<']));
    match host {
        Some(_) => Ok(text.trim_end_matches('/').to_owned()),
        None => Err("not an address such as https://licences.example, without a path".to_owned()),
    }
}

fn day(text: &str) -> Result<Date, String> {
    let mut parts = text.splitn(3, '-').map(str::parse);
    let date = match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => {
            u8::try_from(month).ok().zip(u8::try_from(day).ok()).and_then(|(month, day)| Date::new(year, month, day))
        }
        _ => None,
    };
    date.ok_or_else(|| "not a day such as 2026-11-21".to_owned())
}

#[derive(Clone, Debug, Args)]
struct Demo {
    #[command(flatten)]
    database: Database,
    /// People of the second organisation.
    #[arg(long, default_value_t = crate::demo::MEMBERS)]
    members: usize,
}

/// Runs a command.
///
/// # Errors
/// What to tell whoever typed it.
pub async fn run(cli: Cli) -> Result<(), String> {
    match cli.command {
        Command::Serve(options) => serve::run(&options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Keys(options) => keys::run(options).await,
        Command::Accounts(options) => accounts::run(options).await,
        Command::Log(options) => log::run(options).await,
        Command::News(options) => news::run(options).await,
        Command::Partners(options) => partners::run(options).await,
        Command::VerifyAudit(options) => verify_audit::run(options).await,
        Command::SandboxAuthority(options) => sandbox::run(options).await,
        Command::Payments(options) => payments::run(options).await,
        Command::Catalogue(options) => catalogue::run(options).await,
        Command::Contracts(options) => contracts::run(options).await,
        Command::Demo(options) => {
            let store = connect(&options.database).await?;
            demo::fill(&store, options.members, SystemClock.now()).await.and_then(|filled| {
                if filled { Ok(()) } else { Err("the database is not empty; nothing was changed".to_owned()) }
            })
        }
    }
}

/// For the operator: in an empty database there is nothing to do, it is the wrong one.
async fn connect_filled(database: &Database) -> Result<SqlStore, String> {
    let store = connect(database).await?;
    match store.is_empty().await {
        Ok(false) => Ok(store),
        Ok(true) => Err("this database holds no organisation yet. Check DATABASE_URL.".to_owned()),
        Err(error) => Err(format!("cannot read the database: {error}")),
    }
}

async fn connect(database: &Database) -> Result<SqlStore, String> {
    SqlStore::connect(&database.database_url)
        .await
        .map_err(|error| format!("cannot open the database: {error}. Check DATABASE_URL (the log above says more)."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A term that ends before it begins does not come in by the command line.
    #[test]
    fn keys_have_a_term_or_none() {
        let taken = |months: &[&str]| {
            let keys = ["licentia", "keys", "import", "keys.csv", "--product", "2", "--seats", "7"];
            Cli::try_parse_from(keys.iter().chain(months)).is_ok()
        };
        assert!(taken(&[]) && taken(&["--months", "1"]) && taken(&["--months", "120"]));
        for months in ["0", "-1", "121", "65536", "1.5", ""] {
            assert!(!taken(&[&format!("--months={months}")]), "{months}");
        }
    }
}

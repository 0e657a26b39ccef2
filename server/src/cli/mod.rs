//! The command line of `licentia`.

mod bench;
mod demo;
mod serve;

use std::net::IpAddr;

use clap::{Args, Parser, Subcommand};
use store::SqlStore;

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
    Serve(Serve),
    /// Fills an empty database with demo data.
    Demo(Demo),
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
    /// Fills an empty database with demo data first; only on a loopback address.
    #[arg(long)]
    pub demo: bool,
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
        Command::Serve(options) => serve::run(options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Demo(options) => {
            let store = connect(&options.database).await?;
            demo::fill(&store, options.members).await.and_then(|filled| {
                if filled { Ok(()) } else { Err("the database is not empty; nothing was changed".to_owned()) }
            })
        }
    }
}

async fn connect(database: &Database) -> Result<SqlStore, String> {
    SqlStore::connect(&database.database_url)
        .await
        .map_err(|error| format!("cannot open the database: {error}. Check DATABASE_URL (the log above says more)."))
}

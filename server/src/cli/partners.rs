use std::io::Write;
use std::sync::Arc;

use clap::{Args, Subcommand};
use service::Desk;

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Partners {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Organisations that serve others: the code by which customers find them, and the name.
    List,
    /// Lets an organisation serve others, and prints its code. Done twice is done once.
    Add {
        /// By which somebody of the organisation signs in.
        #[arg(long)]
        email: String,
    },
}

pub(super) async fn run(options: Partners) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    match options.command {
        Command::List => {
            for (_, code, name) in desk.partners().await.map_err(|error| error.to_string())? {
                say(format!("{}  {name}", code.shown()))?;
            }
            Ok(())
        }
        Command::Add { email } => {
            let organization = desk.organization_of(&email).await.map_err(|error| error.to_string())?;
            let organization =
                organization.ok_or_else(|| format!("nobody signs in by {email}; nothing was changed"))?;
            let code = desk.make_partner(organization).await.map_err(|error| format!("{error}; try again"))?;
            say(code.shown())
        }
    }
}

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use service::{ContractsFile, Desk};

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Contracts {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Writes them as JSON to standard output.
    Export,
    /// Takes them from a file as `export` writes it: those that are there by vendor and number are changed, none is taken
    /// away. What was connected keeps the price and the discount of its day.
    Import { file: PathBuf },
}

pub(super) async fn run(options: Contracts) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    match options.command {
        Command::Export => {
            let file = desk.contracts().await.map_err(|error| error.to_string())?;
            let text = serde_json::to_string_pretty(&file).map_err(|error| error.to_string())?;
            writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string())
        }
        Command::Import { file } => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
            let file: ContractsFile = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
            let changed = desk.keep_contracts(&file).await.map_err(|error| format!("{name}: {error}"))?;
            println!("{changed} contracts are new or changed");
            Ok(())
        }
    }
}

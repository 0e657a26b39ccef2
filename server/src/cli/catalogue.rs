use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use service::{CatalogueFile, Desk};

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Catalogue {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Writes it as JSON to standard output.
    Show,
    /// Takes it from a file as `show` writes it: products without `id` are new, none is taken away.
    Set { file: PathBuf },
}

pub(super) async fn run(options: Catalogue) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    match options.command {
        Command::Show => {
            let file = desk.catalogue().await.map_err(|error| error.to_string())?;
            let text = serde_json::to_string_pretty(&file).map_err(|error| error.to_string())?;
            writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string())
        }
        Command::Set { file } => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
            let file: CatalogueFile = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
            desk.keep_catalogue(&file).await.map_err(|error| format!("{name}: {error}"))?;
            println!("{} products", file.products.len());
            Ok(())
        }
    }
}

use std::io::Write;
use std::sync::Arc;

use app::i18n::date_time;
use clap::Args;
use service::Desk;

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Log {
    #[command(flatten)]
    database: Database,
    /// How many entries are listed; the chain is checked over all.
    #[arg(long, default_value_t = 100)]
    last: usize,
}

pub(super) async fn run(options: Log) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    let log = desk.installation_log(options.last).await.map_err(|error| error.to_string())?;
    let mut out = std::io::stdout();
    for entry in &log.entries {
        let address = entry.address.as_deref().unwrap_or("-");
        writeln!(out, "{}  {}  {address}  {}  {}", entry.seq, date_time(entry.at), entry.action, entry.details)
            .map_err(|error| error.to_string())?;
    }
    match log.broken_at {
        None => writeln!(out, "{} entries, the chain holds", log.count).map_err(|error| error.to_string()),
        Some(seq) => Err(format!("the chain breaks at entry {seq}: the log was changed past the desk")),
    }
}

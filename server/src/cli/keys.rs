use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{NewKey, ProductId, key_number};
use service::Desk;

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Keys {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Takes numbers and PINs from a file, one pair a line: `AB12-3456;98765432`. Only hashes of the PINs are kept.
    Import {
        file: PathBuf,
        /// The product's id in the catalogue.
        #[arg(long)]
        product: ProductId,
        /// Seats that each key gives.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=domain::MAX_SEATS))]
        seats: u64,
        /// Months from the registration on; without it, there is no end.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=120))]
        months: Option<u16>,
    },
}

/// Shorter PINs are guessed within the tries that are allowed.
const SHORTEST_PIN: usize = 6;

pub(super) async fn run(options: Keys) -> Result<(), String> {
    let Command::Import { file, product, seats, months } = options.command;
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    let catalogue = desk.catalogue().await.map_err(|error| error.to_string())?;
    if catalogue.products.iter().all(|known| known.id != Some(product)) {
        return Err(format!("there is no product {product} in the catalogue"));
    }
    let name = file.display().to_string();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
    let mut keys = Vec::new();
    let mut seen = HashSet::new();
    for (line, place) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let wrong = |what: &str| format!("{name}, line {place}: {what}; nothing was changed");
        let (number, pin) = line.split_once([';', ',', '\t']).ok_or_else(|| wrong("not a number and a PIN"))?;
        let (number, pin) = (key_number(number), pin.trim().to_owned());
        if number.is_empty() || number.chars().count() > 100 {
            return Err(wrong("no number"));
        }
        if pin.chars().count() < SHORTEST_PIN || pin.chars().count() > 100 {
            return Err(wrong("a PIN has 6 to 100 characters"));
        }
        if !seen.insert(number.clone()) {
            return Err(wrong("the number is there twice"));
        }
        let hashed = tokio::task::spawn_blocking(move || service::hash_password(&pin)).await;
        let pin_hash = hashed.map_err(|error| error.to_string())?.map_err(str::to_owned)?;
        keys.push(NewKey { number, pin_hash, product, seats, term_months: months });
    }
    desk.add_keys(&keys).await.map_err(|error| format!("{name}: {error}"))?;
    println!("{} keys", keys.len());
    Ok(())
}

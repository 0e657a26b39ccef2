use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::i18n::date_time;
use clap::{Args, Subcommand};
use domain::NewsText;
use service::{Desk, Published};

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct News {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Puts news on the page /news, and a letter to every subscriber into the outbox. The same text goes once.
    Publish {
        /// One line.
        #[arg(long)]
        subject: String,
        /// A file with plain text in UTF-8; an empty line parts paragraphs.
        #[arg(long)]
        text: PathBuf,
    },
    /// Lists what was published, newest first.
    List,
}

fn read(path: &Path) -> Result<String, String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("{name}: not UTF-8; nothing was published"))
}

pub(super) async fn run(options: News) -> Result<(), String> {
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    match options.command {
        Command::Publish { subject, text } => {
            let text = read(&text)?;
            let news = NewsText::check(&subject, &text).map_err(|fault| format!("{fault}; nothing was published"))?;
            let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
            let published = desk.publish_news(&news).await;
            match published.map_err(|error| format!("{error}; try again, nothing goes twice"))? {
                Published::Now { id, letters } => say(format!("news {id}: {letters} letters wait to be sent")),
                Published::Before(before) => say(format!(
                    "news {}: published already on {}, to {} subscribers; nothing is sent again",
                    before.id,
                    date_time(before.published_at),
                    before.letters
                )),
            }
        }
        Command::List => {
            let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
            let mut before = None;
            loop {
                let page = desk.news(before).await.map_err(|error| error.to_string())?;
                for news in &page.rows {
                    say(format!("{}  {}  {}  {}", news.id, date_time(news.published_at), news.letters, news.subject))?;
                }
                before = page.next;
                if before.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

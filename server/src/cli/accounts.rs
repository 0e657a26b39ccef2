use std::io::Write;
use std::sync::Arc;

use app::i18n::date_time;
use clap::{Args, Subcommand};
use service::Desk;

use super::{Database, connect_filled, public_url};

#[derive(Clone, Debug, Args)]
pub(super) struct Accounts {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Lets somebody in again who has lost phone and recovery codes, and whom nobody of the organisation can help: takes
    /// away the second factor, ends the sessions, and prints a link to a new password. Make sure that it is they who ask.
    Recover {
        /// By which they sign in.
        #[arg(long)]
        email: String,
        /// Does it. Without it, who it is is shown, and nothing changes.
        #[arg(long)]
        yes: bool,
        /// With what the link begins, `https://licences.example`.
        #[arg(long, env = "LICENTIA_PUBLIC_URL", value_parser = public_url)]
        public_url: Option<String>,
    },
}

pub(super) async fn run(options: Accounts) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    let Command::Recover { email, yes, public_url } = options.command;
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    let unknown = || format!("nobody signs in by {email}; nothing was changed");
    let known = desk.recoverable(&email).await.map_err(|error| error.to_string())?.ok_or_else(unknown)?;
    say(format!("organisation:   {}", known.organization))?;
    say(format!("name:           {}", known.row.account.name))?;
    say(format!("e-mail:         {}", known.row.account.email))?;
    say(format!("level:          {}", known.level.unwrap_or_else(|| "—".to_owned())))?;
    say(format!("since:          {}", date_time(known.row.created_at)))?;
    say(format!("second factor:  {}", if known.row.has_factor() { "connected" } else { "none" }))?;
    say(format!("sessions:       {}", known.row.sessions))?;
    if !yes {
        return Err("nothing was changed; if it is they who ask, say --yes".to_owned());
    }
    let recovered = desk.recover_account(&email).await.map_err(|error| format!("{error}; nothing was changed"))?;
    say(String::new())?;
    say("The second factor is gone, the sessions have ended; the account's owner gets a letter about it.".to_owned())?;
    say(format!("A new password can be set once, until {}:", date_time(recovered.until)))?;
    say(format!("{}/recovery/{}", public_url.unwrap_or_default(), recovered.token.secret()))
}

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::OrganizationId;
use service::ports::AuditHead;
use service::{Anchor, CheckedLog, Desk, LogFault};

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct VerifyAudit {
    #[command(flatten)]
    database: Database,
    /// What this command printed before, kept elsewhere: a log that was cut off or written anew since is found by it
    #[arg(long)]
    anchor: Option<PathBuf>,
}

/// Prints an anchor of each organisation's log, a line each; an error if one was changed past the desk.
pub(super) async fn run(options: VerifyAudit) -> Result<(), String> {
    let anchors = match &options.anchor {
        Some(path) => read(path)?,
        None => Vec::new(),
    };
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    let checked = desk.verify_audit(&anchors).await.map_err(|error| error.to_string())?;
    let mut out = std::io::stdout();
    let mut faults = String::new();
    for log in &checked {
        match fault(log) {
            Some(text) => {
                let _ = writeln!(faults, "organization {}: {text}", log.anchor.organization);
            }
            None => writeln!(out, "{}", line(&log.anchor)).map_err(|error| error.to_string())?,
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.trim_end().to_owned()) }
}

/// `organization entry SHA-256`
fn line(anchor: &Anchor) -> String {
    let hash: String = anchor.head.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} {} {hash}", anchor.organization, anchor.head.seq)
}

fn read(path: &Path) -> Result<Vec<Anchor>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("--anchor {}: {error}", path.display()))?;
    let wrong = |number: usize| {
        format!(
            "--anchor {}: line {number} is not what verify-audit prints: organization, entry, SHA-256",
            path.display()
        )
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(place, line)| parse(line).ok_or_else(|| wrong(place + 1))).collect()
}

fn parse(line: &str) -> Option<Anchor> {
    let mut words = line.split_whitespace();
    let (organization, seq, hash) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?);
    let mut bytes = [0; 32];
    if hash.len() != 64 || !hash.is_ascii() || words.next().is_some() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hash.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(Anchor { organization: OrganizationId(organization), head: AuditHead { seq, hash: bytes } })
}

fn fault(log: &CheckedLog) -> Option<String> {
    Some(match log.fault? {
        LogFault::Broken { seq } => format!("the chain breaks at entry {seq}: the log was changed past the desk"),
        LogFault::WrongEnd { seq, last } if seq > last => {
            format!(
                "there are entries up to {seq}: {last} is the last one written, so the log was added to past the desk"
            )
        }
        LogFault::WrongEnd { seq, last } => format!("entries after {seq} are missing: {last} is the last one written"),
        LogFault::OtherThanAnchored { seq } => {
            format!("entry {seq} is not the one that was anchored: the log was cut off or written anew")
        }
        LogFault::UnknownOrganization => "there is an anchor, but no such organization".to_owned(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_goes_round() {
        let anchor = Anchor { organization: OrganizationId(7), head: AuditHead { seq: 12, hash: [0xab; 32] } };
        assert_eq!(parse(&line(&anchor)).unwrap(), anchor);
        for wrong in [
            "",
            "7",
            "7 12",
            "7 12 xyz",
            "x 12 00",
            &format!("{} 1", line(&anchor)),
            &line(&anchor).replace("ab", "zz"),
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}

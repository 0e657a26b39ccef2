//! What the database says, as [`StoreError`]. Its own words go to the log here, once, and no further.

use service::ports::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};

pub(crate) fn translate(error: sqlx::Error) -> StoreError {
    let meaning = match &error {
        sqlx::Error::Database(said) => of_database(said.as_ref()),
        sqlx::Error::PoolTimedOut => StoreError::Busy,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => StoreError::Unavailable,
        _ => StoreError::Broken,
    };
    match meaning {
        StoreError::Broken | StoreError::Unavailable | StoreError::OutcomeUnknown => {
            tracing::error!(%error, ?meaning, "the database failed");
        }
        StoreError::Busy => tracing::warn!(%error, "the database is busy"),
        // Answers, not faults: whoever asked knows what to make of them.
        StoreError::SeatsShort
        | StoreError::SeatTaken
        | StoreError::EmailTaken
        | StoreError::Conflict
        | StoreError::TermBackwards => {
            tracing::debug!(%error, ?meaning, "the database refused");
        }
    }
    meaning
}

/// A row that does not read as what the schema promises.
pub(crate) fn broken(what: &str) -> StoreError {
    tracing::error!(what, "the database holds what it should not");
    StoreError::Broken
}

fn of_database(said: &dyn DatabaseError) -> StoreError {
    if let Some(meaning) = of_constraint(said) {
        return meaning;
    }
    let code = said.code().unwrap_or_default();
    // SQLite: extended result codes, https://www.sqlite.org/rescode.html, the primary one in the low byte.
    if let Ok(number) = code.parse::<u32>()
        && code.len() != 5
    {
        return match number & 0xff {
            5 | 6 => StoreError::Busy,
            10 | 13 | 14 => StoreError::Unavailable,
            _ => StoreError::Broken,
        };
    }
    // PostgreSQL: SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html.
    match code.as_ref() {
        // Serialisation, deadlock, lock_timeout, statement_timeout, too many connections.
        "40001" | "40P01" | "55P03" | "57014" | "53300" => StoreError::Busy,
        code if ["08", "57P", "53", "58", "25P03"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unavailable
        }
        _ => StoreError::Broken,
    }
}

fn of_constraint(said: &dyn DatabaseError) -> Option<StoreError> {
    // A trigger's: SQLite gives its words alone.
    if said.constraint() == Some("pools_term") || said.message() == "pools_term" {
        return Some(StoreError::TermBackwards);
    }
    match said.kind() {
        ErrorKind::UniqueViolation | ErrorKind::CheckViolation => {}
        // What it pointed to is another organisation's, or gone.
        ErrorKind::ForeignKeyViolation => return Some(StoreError::Conflict),
        _ => return None,
    }
    // SQLite names a CHECK, but of an index only the columns.
    let name = said.constraint().or_else(|| said.message().split_once(": ").map(|(_, name)| name)).unwrap_or_default();
    match name {
        "pools_seats" => Some(StoreError::SeatsShort),
        "assignments_held" | "assignments.organization_id, assignments.member_id, assignments.exclusive_group" => {
            Some(StoreError::SeatTaken)
        }
        "members_email" | "members.organization_id, members.email" | "accounts_email" | "accounts.email" => {
            Some(StoreError::EmailTaken)
        }
        _ if said.kind() == ErrorKind::UniqueViolation => Some(StoreError::Conflict),
        _ => None,
    }
}

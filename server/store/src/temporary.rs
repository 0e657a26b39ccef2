//! Temporary databases for benchmarks: filled once, copied for every run, removed at the end.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use crate::dialect::Backend;

/// A place for databases on one machine. Errors are for whoever runs the benchmark: a sentence in English.
pub enum Databases {
    Sqlite {
        folder: PathBuf,
    },
    Postgres {
        /// Names a database where others can be created from.
        url: String,
        /// What the names of ours begin with.
        prefix: String,
    },
}

impl Databases {
    /// On a disk: /tmp may be memory, where durability costs nothing and the figures would lie.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub fn sqlite() -> Result<Self, String> {
        let disk = Path::new("/var/tmp");
        let parent = if disk.is_dir() { disk.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("licentia-bench-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(Self::Sqlite { folder })
    }

    #[must_use]
    pub fn postgres(url: &str) -> Self {
        Self::Postgres { url: url.to_owned(), prefix: format!("licentia_bench_{}", std::process::id()) }
    }

    #[must_use]
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite { .. } => Backend::Sqlite,
            Self::Postgres { .. } => Backend::Postgres,
        }
    }

    /// Which database this is, and whether it would survive a power cut.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub async fn describe(&self) -> Result<String, String> {
        match self {
            Self::Sqlite { folder } => Ok(format!("SQLite in {}", folder.display())),
            Self::Postgres { url, .. } => {
                let mut connection = connect(url).await?;
                let mut facts = Vec::new();
                for fact in ["server_version", "fsync", "synchronous_commit", "shared_buffers"] {
                    let text = AssertSqlSafe(format!("SHOW {fact}"));
                    let row = sqlx::query(text).fetch_one(&mut connection).await.map_err(said)?;
                    facts.push(format!("{fact} {}", row.try_get::<String, _>(0).map_err(said)?));
                }
                connection.close().await.map_err(said)?;
                Ok(format!("PostgreSQL: {}", facts.join(", ")))
            }
        }
    }

    #[must_use]
    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite { folder } => format!("sqlite://{}", file(folder, name).display()),
            Self::Postgres { url, prefix } => sibling(url, &format!("{prefix}_{name}")),
        }
    }

    /// Makes a database, has it filled, and sees to it that all of it rests on the disk.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub async fn prepare<F: Future<Output = Result<(), String>>>(
        &self,
        name: &str,
        fill: impl FnOnce(String) -> F,
    ) -> Result<(), String> {
        if let Self::Postgres { url, prefix } = self {
            command(url, &format!("CREATE DATABASE {prefix}_{name}")).await?;
        }
        fill(self.url(name)).await?;
        match self {
            Self::Sqlite { folder } => checkpoint(&file(folder, name)).await,
            Self::Postgres { url, .. } => command(url, "CHECKPOINT").await,
        }
    }

    /// A copy of a database that nobody writes to; its name. No name is given twice: whatever still closes a removed
    /// copy cannot meet the next one.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub async fn copy(&self, from: &str) -> Result<String, String> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("copy{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let to = name.as_str();
        match self {
            Self::Sqlite { folder } => {
                let (from, to) = (file(folder, from), file(folder, to));
                std::fs::copy(from, &to).map_err(io)?;
                // Otherwise the first commit that is measured would wait for the copy.
                std::fs::File::open(to).and_then(|copy| copy.sync_all()).map_err(io)?;
            }
            Self::Postgres { url, prefix } => {
                self.wait_until_left(from).await?;
                command(url, &format!("CREATE DATABASE {prefix}_{to} TEMPLATE {prefix}_{from}")).await?;
                command(url, "CHECKPOINT").await?;
            }
        }
        Ok(name)
    }

    /// Only a database without connections can be copied, and a pool that was dropped closes its own in its own time.
    async fn wait_until_left(&self, name: &str) -> Result<(), String> {
        let Self::Postgres { url, prefix } = self else { return Ok(()) };
        let mut connection = connect(url).await?;
        for _ in 0..100 {
            let question = sqlx::query("SELECT count(*) FROM pg_stat_activity WHERE datname = $1");
            let row = question.bind(format!("{prefix}_{name}")).fetch_one(&mut connection).await.map_err(said)?;
            if row.try_get::<i64, _>(0).map_err(said)? == 0 {
                return connection.close().await.map_err(said);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{prefix}_{name} is still in use"))
    }

    /// # Errors
    /// What the database or the disk says.
    pub async fn remove(&self, name: &str) -> Result<(), String> {
        match self {
            Self::Sqlite { folder } => {
                for ending in ["", "-wal", "-shm"] {
                    let mut path = file(folder, name).into_os_string();
                    path.push(ending);
                    if Path::new(&path).exists() {
                        std::fs::remove_file(&path).map_err(io)?;
                    }
                }
                Ok(())
            }
            Self::Postgres { url, prefix } => {
                command(url, &format!("DROP DATABASE IF EXISTS {prefix}_{name} WITH (FORCE)")).await
            }
        }
    }

    /// # Errors
    /// What the database or the disk says.
    pub async fn remove_all(&self) -> Result<(), String> {
        match self {
            Self::Sqlite { folder } => std::fs::remove_dir_all(folder).map_err(io),
            Self::Postgres { url, prefix } => {
                let mut connection = connect(url).await?;
                let ours = sqlx::query("SELECT datname::text FROM pg_database WHERE starts_with(datname, $1)");
                let rows = ours.bind(format!("{prefix}_")).fetch_all(&mut connection).await.map_err(said)?;
                connection.close().await.map_err(said)?;
                for row in rows {
                    let name: String = row.try_get(0).map_err(said)?;
                    command(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
                }
                Ok(())
            }
        }
    }
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.db"))
}

/// The address of another database of the same server.
fn sibling(url: &str, name: &str) -> String {
    let (address, options) =
        url.split_once('?').map_or((url, String::new()), |(address, options)| (address, format!("?{options}")));
    let start = address.find("://").map_or(0, |place| place + 3);
    let end = address.get(start..).and_then(|rest| rest.find('/')).map_or(address.len(), |place| start + place);
    format!("{}/{name}{options}", address.get(..end).unwrap_or(address))
}

async fn connect(url: &str) -> Result<PgConnection, String> {
    let options: PgConnectOptions = url.parse().map_err(said)?;
    // Making a database takes a second; that is nothing to warn of.
    options.disable_statement_logging().connect().await.map_err(said)
}

async fn command(url: &str, text: &str) -> Result<(), String> {
    let mut connection = connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut connection).await.map_err(said)?;
    connection.close().await.map_err(said)
}

/// Moves all of the write-ahead log into the file, so that the file alone is the database.
async fn checkpoint(file: &Path) -> Result<(), String> {
    let mut connection: SqliteConnection = SqliteConnectOptions::new().filename(file).connect().await.map_err(said)?;
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await.map_err(said)?;
    let busy: i64 = row.try_get(0).map_err(said)?;
    connection.close().await.map_err(said)?;
    if busy == 0 { Ok(()) } else { Err("the write-ahead log cannot be emptied".to_owned()) }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err asks for")]
fn said(error: sqlx::Error) -> String {
    format!("the database says: {error}")
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err asks for")]
fn io(error: std::io::Error) -> String {
    format!("the disk says: {error}")
}

#[cfg(test)]
mod tests {
    use super::sibling;

    #[test]
    fn a_sibling_keeps_server_and_options() {
        assert_eq!(sibling("postgres://u:p@h:5/base?sslmode=disable", "x"), "postgres://u:p@h:5/x?sslmode=disable");
        assert_eq!(sibling("postgres://h", "x"), "postgres://h/x");
    }
}

//! Connections: how many, and what each is told before its first statement.

use std::path::{Path, PathBuf};
use std::time::Duration;

use service::ports::{StoreError, StoreResult};
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{Any, AssertSqlSafe, Executor, Pool};

use crate::dialect::Backend;
use crate::error::translate;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long anybody waits for a connection, and in the database for a lock; then the answer is «busy».
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// How often, and after what pause, migrations are tried that somebody else may be applying.
const MIGRATION_TRIES: u32 = 10;
const MIGRATION_PAUSE: Duration = Duration::from_millis(500);
/// Each reader of SQLite is a thread with a page cache of its own.
const SQLITE_READERS: u32 = 4;
/// Each connection is a process of PostgreSQL's, some 10 MB; servers × their sum must stay below its max_connections
/// (100). Apart, because writers of one organisation wait for one another with a connection in hand each, and the one
/// they wait for may want to read.
const POSTGRES_WRITERS: u32 = 8;
const POSTGRES_READERS: u32 = 12;

/// `cache_size` in KiB is memory for each connection: 64 MiB hold the indexes that a write of 100,000 seats touches, and
/// a smaller cache spills them to disk before the commit. `mmap_size` costs address space only; pages read are shared.
///
/// Without `recursive_triggers` a REPLACE would delete from the audit log unseen by its trigger.
const SQLITE_SETTINGS: &str = "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; \
                               PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824;";
/// FULL: what was acknowledged survives a power cut, for one fsync a commit.
const SQLITE_WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
const SQLITE_READER: &str = "PRAGMA query_only = ON;";

/// A plan for all values alike misjudges how many people a tab or a LIMIT holds by orders of magnitude, so each execution
/// is planned for its own, for some 0.1 ms. JIT compilation costs more than any statement here. `work_mem` is per sort
/// or hash, and holds a hash of 200,000 seats. The timeouts let a stuck lock or a lost client end as «busy».
const POSTGRES_SETTINGS: &str = "SET plan_cache_mode = force_custom_plan; SET jit = off; SET work_mem = '32MB'; \
                                 SET lock_timeout = '5s'; SET statement_timeout = '60s'; \
                                 SET idle_in_transaction_session_timeout = '60s';";

/// Writers and readers; with SQLite, one writer.
pub(crate) struct Pools {
    pub backend: Backend,
    pub writer: Pool<Any>,
    pub reader: Pool<Any>,
}

pub(crate) async fn open(url: &str) -> StoreResult<Pools> {
    sqlx::any::install_default_drivers();
    match url.split_once(':') {
        Some(("sqlite", rest)) => open_sqlite(rest).await,
        Some(("postgres" | "postgresql", _)) => open_postgres(url).await,
        _ => {
            tracing::error!("the database's address is neither sqlite://… nor postgres://…");
            Err(StoreError::Unavailable)
        }
    }
}

async fn open_sqlite(rest: &str) -> StoreResult<Pools> {
    let path = sqlite_path(rest)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| unusable(&path, &error))?;
    }
    let address = |mode: &str| Some(format!("sqlite://{}?mode={mode}", percent_encoded(path.to_str()?)));
    let utf8 = || unusable(&path, &std::io::Error::other("the path is not UTF-8"));
    let (writing, reading) = (address("rwc").ok_or_else(utf8)?, address("ro").ok_or_else(utf8)?);
    let writer = pool(&writing, 1, 1, false, [SQLITE_WRITER, SQLITE_SETTINGS].concat()).await?;
    migrate(&SQLITE, &writer).await?;
    let reader = pool(&reading, SQLITE_READERS, 1, false, [SQLITE_SETTINGS, SQLITE_READER].concat()).await?;
    Ok(Pools { backend: Backend::Sqlite, writer, reader })
}

async fn open_postgres(url: &str) -> StoreResult<Pools> {
    // Asking a connection whether it still lives costs a round trip, and spares an error after the database restarts.
    let writer = pool(url, POSTGRES_WRITERS, 0, true, POSTGRES_SETTINGS.to_owned()).await?;
    migrate(&POSTGRES, &writer).await?;
    let reader = pool(url, POSTGRES_READERS, 0, true, POSTGRES_SETTINGS.to_owned()).await?;
    Ok(Pools { backend: Backend::Postgres, writer, reader })
}

/// SQLite has no lock that would keep two servers from migrating one file at once: whoever comes second fails, and finds
/// it done when he looks again.
async fn migrate(migrator: &Migrator, pool: &Pool<Any>) -> StoreResult<()> {
    for _ in 0..MIGRATION_TRIES {
        match migrator.run(pool).await {
            Ok(()) => return Ok(()),
            Err(error) => tracing::debug!(%error, "the migrations were not applied; trying again"),
        }
        tokio::time::sleep(MIGRATION_PAUSE).await;
    }
    migrator.run(pool).await.map_err(|error| {
        tracing::error!(%error, "the migrations cannot be applied");
        StoreError::Unavailable
    })
}

async fn pool(url: &str, most: u32, least: u32, check: bool, settings: String) -> StoreResult<Pool<Any>> {
    let options = AnyPoolOptions::new()
        .max_connections(most)
        .min_connections(least)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(check)
        .after_connect(move |connection, _| {
            let settings = AssertSqlSafe(settings.clone());
            Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(drop) })
        });
    // A connection to a file does not grow old.
    let options = if check { options } else { options.idle_timeout(None).max_lifetime(None) };
    options.connect(url).await.map_err(|error| match translate(error) {
        StoreError::Broken => StoreError::Unavailable,
        other => other,
    })
}

/// `//data/licentia.db`, `///var/lib/licentia.db`, `licentia.db`; what follows `?` is ours to decide.
fn sqlite_path(rest: &str) -> StoreResult<PathBuf> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let path = Path::new(path);
    std::path::absolute(path).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    tracing::error!(%error, path = %path.display(), "the database's file cannot be used");
    StoreError::Unavailable
}

fn percent_encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

//! A fresh, migrated database for each test.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use sqlx::{Connection, Executor};
use store::{Backend, SqlStore};

/// Makes of an `async fn name(store: SqlStore)` a test on each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                $crate::database::run(store::Backend::Sqlite, super::$name);
            }
            #[test]
            fn postgres() {
                $crate::database::run(store::Backend::Postgres, super::$name);
            }
        }
    )+};
}
pub(crate) use on_both;

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub fn run<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(SqlStore) -> F) {
    runtime().block_on(async {
        let database = Database::fresh(backend).await;
        test(database.store.clone()).await;
        database.remove().await;
    });
}

pub struct Database {
    pub store: SqlStore,
    pub url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Schema(String),
}

impl Database {
    pub async fn fresh(backend: Backend) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("store_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let (url, place) = match backend {
            Backend::Sqlite => {
                // Not there yet: the store makes it. The name wants escaping in an address.
                let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).join("данные 1 %#");
                (format!("sqlite://{}", folder.join("desk.db").display()), Place::Folder(folder))
            }
            Backend::Postgres => {
                let url = postgres_url();
                let mut admin = sqlx::postgres::PgConnection::connect(&url).await.unwrap();
                admin.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
                admin.close().await.unwrap();
                let joint = if url.contains('?') { '&' } else { '?' };
                (format!("{url}{joint}options[search_path]={name}"), Place::Schema(name))
            }
        };
        Self { store: SqlStore::connect(&url).await.unwrap(), url, place }
    }

    pub async fn remove(self) {
        match self.place {
            Place::Folder(folder) => {
                let _ = std::fs::remove_dir_all(folder.parent().unwrap());
            }
            Place::Schema(name) => {
                // The cluster may be tidying up just there.
                let drop = format!("DROP SCHEMA {name} CASCADE");
                for _ in 0..4 {
                    if self.store.execute_script(&drop).await.is_ok() {
                        return;
                    }
                }
                self.store.execute_script(&drop).await.unwrap();
            }
        }
    }
}

/// The cluster of this run.
fn postgres_url() -> String {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| start_postgres())).clone()
}

/// Starts a cluster that goes when this process does: its shell reads our pipe, which then ends.
fn start_postgres() -> String {
    static SHELL: Mutex<Option<Child>> = Mutex::new(None);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/postgres.sh");
    let mut shell = Command::new(script)
        .args(["sh", "-c", "echo \"$TEST_POSTGRES_URL\"; cat >/dev/null"])
        .env("LICENTIA_PG_FAST", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{script}: {error}; set TEST_POSTGRES_URL"));
    let mut url = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut url).unwrap();
    assert!(url.starts_with("postgres://"), "no PostgreSQL: {script} failed, and TEST_POSTGRES_URL is not set");
    *SHELL.lock().unwrap() = Some(shell);
    url.trim().to_owned()
}

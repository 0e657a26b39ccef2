//! A fresh database with the demo data for each test: loaded once for each size, then copied.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use server::demo::{PASSWORD, demo, partner};
use service::ports::Store;
use sqlx::postgres::PgConnection;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use store::{Backend, SqlStore};
use tokio::sync::OnceCell;

use super::app::today;

/// Small customers of the partner: enough to tell them apart.
pub const CUSTOMERS: usize = 5;

pub struct Database {
    pub url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Name(String),
}

#[derive(Clone)]
enum Template {
    File(Arc<[u8]>),
    Name(String),
}

impl Database {
    /// `members` is the size of the second organisation.
    pub async fn fresh(backend: Backend, members: usize) -> Self {
        let name = unique();
        match template(backend, members).await {
            Template::File(bytes) => {
                let (folder, url) = sqlite(&name);
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join("desk.db"), bytes).unwrap();
                Self { url, place: Place::Folder(folder) }
            }
            Template::Name(template) => {
                administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                Self { url: postgres(&name), place: Place::Name(name) }
            }
        }
    }

    pub async fn remove(&self) {
        match &self.place {
            Place::Folder(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Place::Name(name) => administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await,
        }
    }
}

/// A connection of one's own, past the store.
pub async fn connection(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("licentia_it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn sqlite(name: &str) -> (PathBuf, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let url = format!("sqlite://{}", folder.join("desk.db").display());
    (folder, url)
}

fn cluster() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL is not set: run `make test`, or server/tests/postgres.sh cargo test -p server --test it",
    )
}

/// The address of another database of the cluster.
fn postgres(name: &str) -> String {
    let url = cluster();
    let (address, options) = url.split_once('?').map_or((url.as_str(), String::new()), |(a, o)| (a, format!("?{o}")));
    let (server, _) = address.rsplit_once('/').expect("TEST_POSTGRES_URL names a database");
    format!("{server}/{name}{options}")
}

async fn administer(sql: &str) {
    let mut cluster = PgConnection::connect(&cluster()).await.expect("PostgreSQL at TEST_POSTGRES_URL");
    cluster.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    cluster.close().await.unwrap();
}

async fn template(backend: Backend, members: usize) -> Template {
    type Known = HashMap<(Backend, usize), Arc<OnceCell<Template>>>;
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);
    let cell = KNOWN.lock().unwrap().get_or_insert_default().entry((backend, members)).or_default().clone();
    cell.get_or_init(|| load(backend, members)).await.clone()
}

async fn load(backend: Backend, members: usize) -> Template {
    let name = unique();
    match backend {
        Backend::Sqlite => {
            let (folder, url) = sqlite(&name);
            seed(&url, members).await;
            let copy = folder.join("copy.db");
            let mut own = connection(&url).await;
            own.execute(AssertSqlSafe(format!("VACUUM INTO '{}'", copy.display()))).await.unwrap();
            own.close().await.unwrap();
            let bytes = std::fs::read(copy).unwrap();
            std::fs::remove_dir_all(folder).unwrap();
            Template::File(bytes.into())
        }
        Backend::Postgres => {
            administer(&format!("CREATE DATABASE {name}")).await;
            seed(&postgres(&name), members).await;
            // What has a connection cannot be copied, and those of the store take a moment to go.
            administer(&format!(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"
            ))
            .await;
            Template::Name(name)
        }
    }
}

async fn seed(url: &str, members: usize) {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hash = HASH.get_or_init(async || service::hash_password(PASSWORD).unwrap()).await;
    let store = SqlStore::connect(url).await.unwrap();
    let now = today();
    let mut data = demo(hash, now, members);
    data.organizations.extend(partner::organizations(hash, now, CUSTOMERS));
    store.seed(&data.products, &data.organizations, now).await.unwrap();
    partner::fill(&store, CUSTOMERS, now).await.unwrap();
    let mut transaction = store.begin_installation().await.unwrap();
    transaction.keep_catalogue(Some(&server::demo::seller()), &[]).await.unwrap();
    transaction.commit().await.unwrap();
}

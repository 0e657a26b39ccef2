//! `licentia bench`: what the desk costs against what its database costs alone, on SQLite and on PostgreSQL. Only ratios
//! within one run are compared with targets: the milliseconds are this machine's.

mod bulk;
mod client;
mod floor;
mod manage;
mod pages;
mod served;
mod table;

use clap::Args;
use domain::{Deed, Filter, LicenceFilter, Selection};
use service::ports::{Clock, SystemClock};
use store::temporary::Databases;
use store::{SeedOrganization, SqlStore};

use crate::demo;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Bench {
    /// Fewer people and fewer rounds, for every day: a minute instead of ten.
    #[arg(long)]
    quick: bool,
    /// One of the measurements alone.
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Bulk,
    Manage,
    Pages,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Of the large organisation; half of them hold a licence.
    people: usize,
    /// Of the one whose pages are compared with the large one's.
    few_people: usize,
    /// Of each bulk deed, besides one that warms up.
    rounds: usize,
    /// Of each page at most; a slow page gets fewer.
    pages: usize,
}

const FULL: Scale = Scale { people: 200_000, few_people: 2_000, rounds: 7, pages: 25 };
const QUICK: Scale = Scale { people: 20_000, few_people: 2_000, rounds: 3, pages: 9 };

/// The administrator of the benchmark's organisation.
const EMAIL: &str = "admin@bench.example";

/// The largest request for a deed by filter.
const REQUEST_TARGET: usize = 1024;

/// Measures and prints; ends well whatever the figures are.
pub(super) async fn run(options: Bench) -> Result<(), String> {
    let scale = if options.quick { QUICK } else { FULL };
    let build = if cfg!(debug_assertions) { "DEBUG build: these figures mean nothing" } else { "release build" };
    println!("{} people, {build}", scale.people);
    request();
    measure(Databases::sqlite()?, scale, options.only).await?;
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => measure(Databases::postgres(&url), scale, options.only).await,
        Err(_) => {
            println!("\nPostgreSQL is not measured: TEST_POSTGRES_URL is not set (see server/tests/postgres.sh)");
            Ok(())
        }
    }
}

/// Whatever happens, also Ctrl+C, the databases are removed.
async fn measure(databases: Databases, scale: Scale, only: Option<Part>) -> Result<(), String> {
    println!("\n=== {} ===", databases.describe().await?);
    let measured = tokio::select! {
        measured = parts(&databases, scale, only) => measured,
        _ = tokio::signal::ctrl_c() => Err("interrupted".to_owned()),
    };
    let removed = databases.remove_all().await;
    measured.and(removed)
}

async fn parts(databases: &Databases, scale: Scale, only: Option<Part>) -> Result<(), String> {
    let wanted = |part: Part| only.is_none_or(|only| only == part);
    if wanted(Part::Bulk) || wanted(Part::Pages) {
        databases.prepare("large", |url| fill(url, scale.people)).await?;
    }
    if wanted(Part::Bulk) {
        bulk::measure(databases, scale).await?;
    }
    if wanted(Part::Manage) {
        databases.prepare("manage", |url| fill(url, manage::PEOPLE)).await?;
        manage::measure(databases, scale).await?;
    }
    if wanted(Part::Pages) {
        databases.prepare("small", |url| fill(url, scale.few_people)).await?;
        pages::measure(databases, scale).await?;
    }
    Ok(())
}

async fn fill(url: String, people: usize) -> Result<(), String> {
    let fail = |error| format!("cannot fill {url}: {error}");
    let store = SqlStore::connect(&url).await.map_err(fail)?;
    let (products, organization) = organization(people)?;
    store.seed(&products, &[organization], SystemClock.now()).await.map_err(fail)
}

/// Half of the people hold a licence, and every pool has one for each of the other half.
fn organization(people: usize) -> Result<(Vec<store::SeedProduct>, SeedOrganization), String> {
    let now = SystemClock.now();
    let hash = service::hash_password(demo::PASSWORD).map_err(str::to_owned)?;
    let stock = u64::try_from(people).unwrap_or(u64::MAX);
    let mut large = demo::large("АО «Бенч»", EMAIL, &hash, now, people, people / 2, stock);
    large.pools.extend(demo::office_stock(now, stock));
    Ok((demo::demo(&hash, now, 0).products, large))
}

/// «По фильтру»: whom a deed of the benchmark is for.
fn by_filter(deed: Deed) -> Filter {
    let licence = match deed {
        Deed::Issue => LicenceFilter::None,
        Deed::Revoke | Deed::Renew => LicenceFilter::Any,
    };
    Filter { licence, ..Filter::default() }
}

/// What goes over the wire for half of the people by filter.
fn request() {
    for deed in [Deed::Issue, Deed::Revoke] {
        let body = client::preview(deed, Selection::by_filter(by_filter(deed)));
        let mark = if body.len() > REQUEST_TARGET { "  over" } else { "" };
        let bytes = body.len();
        println!("request of the {} of half of them: {bytes} bytes (target {REQUEST_TARGET}){mark}", deed.code());
    }
}

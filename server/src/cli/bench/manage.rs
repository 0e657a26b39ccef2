//! Three products for everybody of an organisation at once: frozen, looked at and saved by the forms of the page, against
//! the same rows written by set-based SQL.

use std::time::{Duration, Instant};

use domain::{OrganizationId, Selection, View};
use store::temporary::Databases;

use super::Scale;
use super::served::Served;
use super::table::{median, milliseconds, print, ratio, spread};

/// People of the organisation, whatever the scale.
pub(super) const PEOPLE: usize = 10_000;

const TARGET: f64 = 1.5;

struct Taken {
    start: Duration,
    look: Duration,
    save: Duration,
}

pub(super) async fn measure(databases: &Databases, scale: Scale) -> Result<(), String> {
    let (mut alone, mut ours) = (Vec::new(), Vec::new());
    for round in 0..=scale.rounds {
        let (floor, taken) = if round % 2 == 0 {
            let floor = by_sql(databases).await?;
            (floor, by_http(databases).await?)
        } else {
            let taken = by_http(databases).await?;
            (by_sql(databases).await?, taken)
        };
        // The first round finds cold caches.
        if round > 0 {
            alone.push(floor);
            ours.push(taken);
        }
    }
    let of = |part: fn(&Taken) -> Duration| ours.iter().map(part).collect::<Vec<_>>();
    let whole = of(|taken| taken.start + taken.look + taken.save);
    let mut ratios: Vec<f64> = whole.iter().zip(&alone).map(|(ours, alone)| ratio(*ours, *alone)).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    let (least, most) = (ratios.first().unwrap_or(&ratio), ratios.last().unwrap_or(&ratio));
    println!(
        "\nthree products for {PEOPLE} people at once, medians of {} rounds (least–most), the ratio that of each round:",
        scale.rounds
    );
    print(&[
        ["", "SQL alone", "HTTP", "start", "look", "save", "ratio", "target", ""].map(str::to_owned).to_vec(),
        vec![
            format!("manage 3 × {PEOPLE}"),
            spread(&alone),
            spread(&whole),
            milliseconds(median(&of(|taken| taken.start))),
            milliseconds(median(&of(|taken| taken.look))),
            milliseconds(median(&of(|taken| taken.save))),
            format!("×{ratio:.2} ({least:.2}–{most:.2})"),
            format!("×{TARGET:.1}"),
            if ratio > TARGET { "over".to_owned() } else { String::new() },
        ],
    ]);
    Ok(())
}

/// The products that are given: of those without a signature, the first three that go together.
async fn products(served: &Served) -> Result<Vec<i64>, String> {
    let mut ids = Vec::new();
    for title in ["Офис Профи", "Почта", "Видеосвязь"] {
        let question = format!("SELECT id FROM products WHERE title = '{title}'");
        ids.push(served.store.scalar(&question).await.map_err(|error| format!("{question}: {error}"))?);
    }
    Ok(ids)
}

async fn open(databases: &Databases, copy: &str) -> Result<(Served, OrganizationId), String> {
    let mut served = Served::start(&databases.url(copy)).await?;
    // As in any working installation, somebody has looked at the table: the caches are warm.
    let organization = served.client.frame().await?.organization.id;
    served.client.directory(View::default()).await?;
    Ok((served, organization))
}

async fn by_sql(databases: &Databases) -> Result<Duration, String> {
    let copy = databases.copy("manage").await?;
    let (served, organization) = open(databases, &copy).await?;
    let script = script(organization, &products(&served).await?);
    let start = Instant::now();
    served.store.execute_script(&script).await.map_err(|error| format!("the bare SQL failed: {error}"))?;
    let took = start.elapsed();
    check(&served).await?;
    drop(served);
    databases.remove(&copy).await?;
    Ok(took)
}

/// The rows that such an operation leaves, under the same constraints, indexes and durability.
fn script(organization: OrganizationId, products: &[i64]) -> String {
    let now = 1_750_000_000_000_000_i64;
    let mut script = format!(
        "INSERT INTO operations (organization_id, account_id, kind, state, pool_id, created_at, expires_at, settled_at, \
                                 accepted, rejected, digest) \
         SELECT {organization}, min(id), 'manage', 'done', NULL, {now}, {now}, {now}, 0, 0, '' FROM accounts \
         WHERE organization_id = {organization};"
    );
    let this = format!("(SELECT max(id) FROM operations WHERE organization_id = {organization})");
    for product in products {
        script.push_str(&format!(
            "INSERT INTO assignments (organization_id, pool_id, product_id, exclusive_group, member_id, operation_id, \
                                      issued_at, valid_until) \
             SELECT m.organization_id, p.id, p.product_id, r.exclusive_group, m.id, {this}, {now}, p.valid_until \
             FROM pools AS p JOIN products AS r ON r.id = p.product_id CROSS JOIN members AS m \
             WHERE p.organization_id = {organization} AND p.product_id = {product} \
               AND m.organization_id = {organization} AND m.deleted_at IS NULL AND m.employment <> 3 \
               AND NOT EXISTS (SELECT 1 FROM assignments AS a WHERE a.organization_id = {organization} \
                               AND a.member_id = m.id AND a.exclusive_group = r.exclusive_group AND a.ended_at IS NULL) \
             ORDER BY m.id; \
             UPDATE pools SET issued = issued + (SELECT count(*) FROM assignments AS a \
                 WHERE a.organization_id = {organization} AND a.pool_id = pools.id AND a.operation_id = {this}) \
             WHERE organization_id = {organization} AND product_id = {product};"
        ));
    }
    script
}

async fn by_http(databases: &Databases) -> Result<Taken, String> {
    let copy = databases.copy("manage").await?;
    let (mut served, _) = open(databases, &copy).await?;
    let wanted: String = products(&served).await?.iter().map(|id| format!("&set={id}")).collect();
    let selection = serde_json::to_string(&Selection::by_filter(domain::Filter::default())).unwrap_or_default();
    let begun = Instant::now();
    let (_, there) = served.client.send("/api/start_manage", &format!("selection={}", escaped(&selection))).await?;
    let started = begun.elapsed();
    let begun = Instant::now();
    let (page, _) = served.client.send(&there, wanted.trim_start_matches('&')).await?;
    let looked = begun.elapsed();
    let digest = page.split_once("name=\"digest\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (digest, _) = digest.ok_or("the page has no digest")?;
    let begun = Instant::now();
    let (_, report) = served.client.send(&format!("{there}/save"), &format!("digest={digest}{wanted}")).await?;
    let saved = begun.elapsed();
    if !report.starts_with("/operations/") {
        return Err("it was not saved".to_owned());
    }
    check(&served).await?;
    drop(served);
    databases.remove(&copy).await?;
    Ok(Taken { start: started, look: looked, save: saved })
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Both ways must have done the same, or their times cannot be compared.
async fn check(served: &Served) -> Result<(), String> {
    let question = "SELECT count(*) FROM assignments AS a JOIN products AS p ON p.id = a.product_id \
                    WHERE a.ended_at IS NULL AND p.signature = 'none'";
    let found = served.store.scalar(question).await.map_err(|error| format!("{question}: {error}"))?;
    match usize::try_from(found) == Ok(3 * PEOPLE) {
        true => Ok(()),
        false => Err(format!("{question}: {found} instead of {}", 3 * PEOPLE)),
    }
}

//! Issuing to half of the people, and revoking from the other half.

use std::time::{Duration, Instant};

use domain::{Confirmation, Deed, Frame, OperationState, SIGNATURE_GROUP, Selection, View};
use store::Backend;
use store::temporary::Databases;

use super::served::Served;
use super::table::{median, milliseconds, print, ratio, spread};
use super::{Scale, by_filter, floor};

/// What one deed took over HTTP.
struct Taken {
    preview: Duration,
    confirm: Duration,
}

pub(super) async fn measure(databases: &Databases, scale: Scale) -> Result<(), String> {
    let target = match databases.backend() {
        Backend::Sqlite => 1.5,
        Backend::Postgres => 1.3,
    };
    let mut rows =
        vec![["", "SQL alone", "HTTP", "preview", "confirm", "ratio", "target", ""].map(str::to_owned).to_vec()];
    for deed in [Deed::Issue, Deed::Revoke] {
        let (mut alone, mut ours) = (Vec::new(), Vec::new());
        for round in 0..=scale.rounds {
            // By turns: whatever else the machine does for seconds hits both of a round, now one first, now the other.
            let (floor, taken) = if round % 2 == 0 {
                let floor = by_sql(databases, deed, scale).await?;
                (floor, by_http(databases, deed, scale).await?)
            } else {
                let taken = by_http(databases, deed, scale).await?;
                (by_sql(databases, deed, scale).await?, taken)
            };
            // The first round finds cold caches.
            if round > 0 {
                alone.push(floor);
                ours.push(taken);
            }
        }
        let of = |part: fn(&Taken) -> Duration| ours.iter().map(part).collect::<Vec<_>>();
        let whole = of(|taken| taken.preview + taken.confirm);
        let mut ratios: Vec<f64> = whole.iter().zip(&alone).map(|(ours, alone)| ratio(*ours, *alone)).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
        let (least, most) = (ratios.first().unwrap_or(&ratio), ratios.last().unwrap_or(&ratio));
        rows.push(vec![
            format!("{} {}", deed.code(), scale.people / 2),
            spread(&alone),
            spread(&whole),
            milliseconds(median(&of(|taken| taken.preview))),
            milliseconds(median(&of(|taken| taken.confirm))),
            format!("×{ratio:.2} ({least:.2}–{most:.2})"),
            format!("×{target:.1}"),
            if ratio > target { "over".to_owned() } else { String::new() },
        ]);
    }
    println!(
        "\nhalf of the people at once, medians of {} rounds (least–most), the ratio that of each round:",
        scale.rounds
    );
    print(&rows);
    Ok(())
}

async fn open(databases: &Databases, copy: &str) -> Result<(Served, Frame), String> {
    let mut served = Served::start(&databases.url(copy)).await?;
    // As in any working installation, somebody has looked at the table: the caches are warm.
    let frame = served.client.frame().await?;
    for deed in [Deed::Issue, Deed::Revoke] {
        let filter = by_filter(deed);
        served.client.directory(View { filter, ..View::default() }).await?;
    }
    Ok((served, frame))
}

async fn by_sql(databases: &Databases, deed: Deed, scale: Scale) -> Result<Duration, String> {
    // A fresh copy each time: neither way pays for what the other, or an undo, left behind.
    let copy = databases.copy("large").await?;
    let (served, frame) = open(databases, &copy).await?;
    let pool = frame.pools.get(1).ok_or("no pool")?.id;
    let script = floor::script(deed, frame.organization.id, pool, SIGNATURE_GROUP);
    let start = Instant::now();
    served.store.execute_script(&script).await.map_err(|error| format!("the bare SQL failed: {error}"))?;
    let took = start.elapsed();
    check(served, deed, scale).await?;
    databases.remove(&copy).await?;
    Ok(took)
}

async fn by_http(databases: &Databases, deed: Deed, scale: Scale) -> Result<Taken, String> {
    let copy = databases.copy("large").await?;
    let (mut served, frame) = open(databases, &copy).await?;
    let pool = frame.pools.get(1).ok_or("no pool")?.id;
    let start = Instant::now();
    let preview = served.client.preview(deed, Selection::by_filter(by_filter(deed))).await?;
    let previewed = start.elapsed();
    let pool = (deed == Deed::Issue).then_some(pool);
    let size = Some(preview.accepted);
    let confirmation = Confirmation { operation: preview.operation, digest: preview.digest, pool, size };
    let start = Instant::now();
    let done = served.client.confirm(&confirmation).await?;
    let confirmed = start.elapsed();
    if done.state != OperationState::Done || done.accepted != preview.accepted {
        return Err(format!("the deed was not done: {done:?}"));
    }
    check(served, deed, scale).await?;
    databases.remove(&copy).await?;
    Ok(Taken { preview: previewed, confirm: confirmed })
}

/// Both ways must have done the same, or their times cannot be compared.
async fn check(served: Served, deed: Deed, scale: Scale) -> Result<(), String> {
    let (licensed, people) = (scale.people / 2, scale.people);
    let (active, open) = match deed {
        Deed::Issue => (people, people),
        Deed::Revoke | Deed::Renew => (0, 0),
    };
    let expected = [
        ("SELECT count(*) FROM assignments WHERE ended_at IS NULL", active),
        ("SELECT count(*) FROM assignments", if deed == Deed::Issue { people } else { licensed }),
        ("SELECT count(*) FROM certificate_tasks WHERE closed_at IS NULL", open),
        ("SELECT CAST(sum(issued) AS BIGINT) FROM pools", active),
    ];
    for (question, answer) in expected {
        let found = served.store.scalar(question).await.map_err(|error| format!("{question}: {error}"))?;
        if usize::try_from(found) != Ok(answer) {
            return Err(format!("{question}: {found} instead of {answer}"));
        }
    }
    Ok(())
}

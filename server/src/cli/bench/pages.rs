//! A page of the large organisation's table against the same page of the small one's.

use std::time::{Duration, Instant};

use domain::{Direction, Directory, Employment, Filter, Frame, LicenceFilter, PAGE_SIZES, Sort, SortKey, Tab, View};
use store::temporary::Databases;

use super::Scale;
use super::served::Served;
use super::table::{median, milliseconds, print, ratio};

const TARGET: f64 = 1.5;
/// No page is asked for longer than this, unless it were fewer than [`LEAST`] times.
const PATIENCE: Duration = Duration::from_millis(500);
const LEAST: usize = 5;
/// How often a fresh server is asked for a page.
const FRESH: usize = 3;
/// How many of the worst are shown with their times.
const WORST: usize = 12;

/// One page: medians of the small and of the large organisation.
struct Figure {
    what: String,
    place: &'static str,
    rows: (usize, usize),
    small: Duration,
    large: Duration,
}

impl Figure {
    fn ratio(&self) -> f64 {
        ratio(self.large, self.small)
    }
}

#[derive(Clone, Copy, Debug)]
enum Place {
    First,
    Middle,
    Last,
}

const PLACES: [(Place, &str); 3] = [(Place::First, "first"), (Place::Middle, "middle"), (Place::Last, "last")];
const DIRECTIONS: [(Direction, &str); 2] = [(Direction::Ascending, "↑"), (Direction::Descending, "↓")];

pub(super) async fn measure(databases: &Databases, scale: Scale) -> Result<(), String> {
    let mut small = Served::start(&databases.url("small")).await?;
    let mut large = Served::start(&databases.url("large")).await?;
    let mut heading = vec!["large ÷ small".to_owned()];
    for (_, place) in PLACES {
        heading.extend(DIRECTIONS.map(|(_, direction)| format!("{place} {direction}")));
    }
    heading.push("slowest".to_owned());
    let mut rows = vec![heading];
    let mut figures: Vec<Figure> = Vec::new();
    let (in_small, in_large) = (filters(&mut small).await?, filters(&mut large).await?);
    for ((name, of_small), (_, of_large)) in in_small.into_iter().zip(in_large) {
        for key in SortKey::ALL {
            let mut row = vec![format!("{name} · {}", key.code())];
            let mut slowest = Duration::ZERO;
            for (place, place_name) in PLACES {
                for (direction, arrow) in DIRECTIONS {
                    let sort = Sort { key, direction };
                    let mut sides = [
                        Side::open(&mut small, &of_small, sort, place).await?,
                        Side::open(&mut large, &of_large, sort, place).await?,
                    ];
                    repeat(&mut sides, scale.pages).await?;
                    let [one, other] = sides;
                    let figure = Figure {
                        what: format!("{name} · {} {arrow} · {place_name}", key.code()),
                        place: place_name,
                        rows: (one.rows, other.rows),
                        small: median(&one.times),
                        large: median(&other.times),
                    };
                    let mark = if figure.ratio() > TARGET { "!" } else { " " };
                    row.push(format!("{:.2}{mark}", figure.ratio()));
                    slowest = slowest.max(figure.large);
                    figures.push(figure);
                }
            }
            row.push(milliseconds(slowest));
            rows.push(row);
        }
    }
    let (people, few) = (scale.people, scale.few_people);
    println!(
        "\na page of 100 of {people} against {few}, medians of {LEAST} to {} (! over ×{TARGET}); each order has been looked at before:",
        scale.pages
    );
    print(&rows);
    figures.sort_by(|one, other| other.ratio().total_cmp(&one.ratio()));
    println!("\ntarget ×{TARGET}:");
    for (_, place) in PLACES {
        let ratios: Vec<f64> = figures.iter().filter(|figure| figure.place == place).map(Figure::ratio).collect();
        let over = ratios.iter().filter(|ratio| **ratio > TARGET).count();
        let worst = ratios.first().copied().unwrap_or_default();
        let mark = if over > 0 { "  over" } else { "" };
        println!("  {place} pages: worst ×{worst:.2}, {over} of {} over it{mark}", ratios.len());
    }
    println!("\nthe worst:");
    let mut rows =
        vec![["", "rows", few.to_string().as_str(), people.to_string().as_str(), ""].map(str::to_owned).to_vec()];
    rows.extend(figures.iter().take(WORST).map(|figure| {
        vec![
            figure.what.clone(),
            format!("{}/{}", figure.rows.0, figure.rows.1),
            milliseconds(figure.small),
            milliseconds(figure.large),
            format!("×{:.2}", figure.ratio()),
        ]
    }));
    print(&rows);
    after_a_change(databases, scale).await
}

/// What is remembered ends with every change of the organisation: the first look after it, for orientation.
async fn after_a_change(databases: &Databases, scale: Scale) -> Result<(), String> {
    let mut rows =
        vec![vec!["the first look after a change".to_owned(), scale.few_people.to_string(), scale.people.to_string()]];
    for key in SortKey::ALL {
        for (place, place_name) in [(Place::First, "first"), (Place::Middle, "middle")] {
            let sort = Sort { key, direction: Direction::Descending };
            let mut row = vec![format!("everybody · {} ↓ · {place_name}", key.code())];
            for name in ["small", "large"] {
                row.push(milliseconds(median(&fresh(databases, name, sort, place).await?)));
            }
            rows.push(row);
        }
    }
    println!("\nmedians of {FRESH}, no target:");
    print(&rows);
    Ok(())
}

/// A server that has just started remembers as little as one whose organisation has just changed.
async fn fresh(databases: &Databases, name: &str, sort: Sort, place: Place) -> Result<Vec<Duration>, String> {
    let mut times = Vec::new();
    for _ in 0..FRESH {
        let mut known = Served::start(&databases.url(name)).await?;
        let view = Side::open(&mut known, &Filter::default(), sort, place).await?.view;
        let mut served = Served::start(&databases.url(name)).await?;
        served.client.frame().await?;
        let start = Instant::now();
        served.client.directory(view).await?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// One organisation's half of a comparison.
struct Side<'s> {
    served: &'s mut Served,
    view: View,
    rows: usize,
    times: Vec<Duration>,
}

impl<'s> Side<'s> {
    /// Asks once without the clock: what is counted for a filter is remembered, and caches are warm.
    async fn open(served: &'s mut Served, filter: &Filter, sort: Sort, place: Place) -> Result<Self, String> {
        let size = PAGE_SIZES.into_iter().max().unwrap_or_default();
        let mut view = View { filter: filter.clone(), sort, page: 1, size };
        let first = served.client.directory(view.clone()).await?;
        let last = view.last_page(first.counts.total);
        view.page = match place {
            Place::First => 1,
            Place::Middle => last.div_ceil(2),
            // The last page that is full: otherwise more rows would be compared with fewer.
            Place::Last => u32::try_from(first.counts.total / u64::from(size)).unwrap_or(u32::MAX).clamp(1, last),
        };
        // The first look has the order made for the next ones.
        served.client.directory(View { page: last.div_ceil(2), ..view.clone() }).await?;
        let found: Directory = served.client.directory(view.clone()).await?;
        Ok(Self { served, view, rows: found.rows.len(), times: Vec::new() })
    }

    async fn once(&mut self) -> Result<(), String> {
        let start = Instant::now();
        let page = self.served.client.directory(self.view.clone()).await?;
        self.times.push(start.elapsed());
        if page.rows.len() == self.rows { Ok(()) } else { Err("a page changed while it was measured".to_owned()) }
    }
}

/// By turns, so that whatever else the machine does hits both alike.
async fn repeat(sides: &mut [Side<'_>; 2], times: usize) -> Result<(), String> {
    let start = Instant::now();
    for done in 0..times {
        if done >= LEAST && start.elapsed() > PATIENCE {
            break;
        }
        for side in sides.iter_mut() {
            side.once().await?;
        }
    }
    Ok(())
}

/// The same filters for both organisations; ids and the rare name are each one's own.
async fn filters(served: &mut Served) -> Result<Vec<(&'static str, Filter)>, String> {
    let frame: Frame = served.client.frame().await?;
    let group = frame.groups.first().ok_or("no group")?.id;
    // A sixth of the people hold one of this.
    let product = frame.pools.get(1).ok_or("no pool")?.product.id;
    let sort = Sort { key: SortKey::Name, direction: Direction::Descending };
    let last = served.client.directory(View { sort, ..View::default() }).await?;
    // The longest name of an address: others do not begin with it.
    let local = |email: &str| email.split_once('@').map_or("", |(local, _)| local).to_owned();
    let rare = last.rows.iter().map(|row| local(&row.email)).max_by_key(String::len);
    let of = |tab: Tab, licence: LicenceFilter, search: &str| Filter { tab, licence, search: search.to_owned() };
    use LicenceFilter::{Any, None, Product, Whatever};
    Ok(vec![
        ("everybody", of(Tab::All, Whatever, "")),
        ("employees", of(Tab::Employment(Employment::Employee), Whatever, "")),
        ("group", of(Tab::Group(group), Whatever, "")),
        ("no licence", of(Tab::All, None, "")),
        ("any licence", of(Tab::All, Any, "")),
        ("product", of(Tab::All, Product(product), "")),
        ("«а»", of(Tab::All, Whatever, "а")),
        ("rare name", of(Tab::All, Whatever, &rare.unwrap_or_default())),
        ("group, none", of(Tab::Group(group), None, "")),
        ("none, «а»", of(Tab::All, None, "а")),
    ])
}

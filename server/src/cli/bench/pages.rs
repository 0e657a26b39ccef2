//! A page of the large organisation's table against the same page of the small one's.

use std::time::{Duration, Instant};

use domain::{
    Confirmation, Deed, Direction, Directory, Employment, Filter, Frame, IdSet, LicenceFilter, PAGE_SIZES, Selection,
    Sort, SortKey, Tab, View,
};
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
/// What is typed for the first time, letter after letter.
const TYPED: [&str; 6] = ["и", "ив", "ива", "иван", "ан", "с пе"];

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

/// What happened before each look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// Somebody got a licence or lost it.
    Deed,
}

const PLACES: [(Place, &str); 3] = [(Place::First, "first"), (Place::Middle, "middle"), (Place::Last, "last")];
const DIRECTIONS: [(Direction, &str); 2] = [(Direction::Ascending, "↑"), (Direction::Descending, "↓")];

pub(super) async fn measure(databases: &Databases, scale: Scale) -> Result<(), String> {
    let (people, few) = (scale.people, scale.few_people);
    fresh(databases, scale).await?;
    let mut small = Looker::start(databases, "small").await?;
    let mut large = Looker::start(databases, "large").await?;
    for before in [Before::Nothing, Before::Deed] {
        let what = match before {
            Before::Nothing => "looked at again",
            Before::Deed => "looked at after each deed",
        };
        println!(
            "\na page of 100 of {people} against {few}, {what}: medians of {LEAST} to {} (! over ×{TARGET})",
            scale.pages
        );
        compare(&mut small, &mut large, before, scale).await?;
    }
    Ok(())
}

/// Every page of the one against the same of the other.
async fn compare(small: &mut Looker, large: &mut Looker, before: Before, scale: Scale) -> Result<(), String> {
    let directions = match before {
        Before::Nothing => DIRECTIONS.as_slice(),
        // A deed takes longer than all its looks.
        Before::Deed => DIRECTIONS.get(1..).unwrap_or_default(),
    };
    let mut heading = vec!["large ÷ small".to_owned()];
    for (_, place) in PLACES {
        heading.extend(directions.iter().map(|(_, direction)| format!("{place} {direction}")));
    }
    heading.push("slowest".to_owned());
    let mut rows = vec![heading];
    let mut figures: Vec<Figure> = Vec::new();
    let (in_small, in_large) = (filters(&mut small.served).await?, filters(&mut large.served).await?);
    for ((name, of_small), (_, of_large)) in in_small.into_iter().zip(in_large) {
        for key in SortKey::ALL {
            let mut row = vec![format!("{name} · {}", key.code())];
            let mut slowest = Duration::ZERO;
            for (place, place_name) in PLACES {
                for (direction, arrow) in directions {
                    let sort = Sort { key, direction: *direction };
                    let mut sides = [
                        Side::open(small, &of_small, sort, place).await?,
                        Side::open(large, &of_large, sort, place).await?,
                    ];
                    repeat(&mut sides, before, scale.pages).await?;
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
    let (few, people) = (scale.few_people.to_string(), scale.people.to_string());
    let mut rows = vec![["", "rows", &few, &people, ""].map(str::to_owned).to_vec()];
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
    Ok(())
}

/// What is paid once: by the first look after the server's start, and by the first search for a word.
async fn fresh(databases: &Databases, scale: Scale) -> Result<(), String> {
    let mut rows = vec![vec!["once".to_owned(), scale.few_people.to_string(), scale.people.to_string()]];
    let mut start = vec!["the first look after the start".to_owned()];
    let mut typed = vec!["a search typed for the first time".to_owned()];
    for name in ["small", "large"] {
        let (mut starts, mut searches) = (Vec::new(), Vec::new());
        for _ in 0..FRESH {
            let mut served = Served::start(&databases.url(name)).await?;
            starts.push(timed(&mut served, View::default()).await?);
            for search in TYPED {
                let filter = Filter { search: search.to_owned(), ..Filter::default() };
                searches.push(timed(&mut served, View { filter, ..View::default() }).await?);
            }
        }
        start.push(milliseconds(median(&starts)));
        typed.push(milliseconds(median(&searches)));
    }
    rows.extend([start, typed]);
    println!("\nmedians of {FRESH}, no target:");
    print(&rows);
    Ok(())
}

async fn timed(served: &mut Served, view: View) -> Result<Duration, String> {
    let start = Instant::now();
    served.client.directory(view).await?;
    Ok(start.elapsed())
}

/// Who looks at one organisation, and can issue and revoke one licence of it.
struct Looker {
    served: Served,
    pool: domain::PoolId,
    person: Selection,
    licensed: bool,
}

impl Looker {
    async fn start(databases: &Databases, name: &str) -> Result<Self, String> {
        let mut served = Served::start(&databases.url(name)).await?;
        let pool = served.client.frame().await?.pools.get(1).ok_or("no pool")?.id;
        let filter =
            Filter { tab: Tab::Employment(Employment::Employee), licence: LicenceFilter::None, ..Filter::default() };
        let found = served.client.directory(View { filter, ..View::default() }).await?;
        let person = found.rows.first().ok_or("nobody without a licence")?.id;
        let person = Selection::of_ids(IdSet::from_iter([person.0]));
        Ok(Self { served, pool, person, licensed: false })
    }

    async fn deed(&mut self) -> Result<(), String> {
        let (deed, pool) = if self.licensed { (Deed::Revoke, None) } else { (Deed::Issue, Some(self.pool)) };
        let preview = self.served.client.preview(deed, self.person.clone()).await?;
        let size = Some(preview.accepted);
        let confirmation = Confirmation { operation: preview.operation, digest: preview.digest, pool, size };
        self.served.client.confirm(&confirmation).await?;
        self.licensed = !self.licensed;
        Ok(())
    }
}

/// One organisation's half of a comparison.
struct Side<'s> {
    looker: &'s mut Looker,
    view: View,
    rows: usize,
    times: Vec<Duration>,
}

impl<'s> Side<'s> {
    /// Asks once without the clock: the roster is there, and whoever is searched for is found.
    async fn open(looker: &'s mut Looker, filter: &Filter, sort: Sort, place: Place) -> Result<Self, String> {
        let size = PAGE_SIZES.into_iter().max().unwrap_or_default();
        let mut view = View { filter: filter.clone(), sort, page: 1, size };
        let first = looker.served.client.directory(view.clone()).await?;
        let last = view.last_page(first.counts.total);
        view.page = match place {
            Place::First => 1,
            Place::Middle => last.div_ceil(2),
            // The last page that is full: otherwise more rows would be compared with fewer. One person may come or go.
            Place::Last => {
                let full = first.counts.total.saturating_sub(1) / u64::from(size);
                u32::try_from(full).unwrap_or(u32::MAX).clamp(1, last)
            }
        };
        let found: Directory = looker.served.client.directory(view.clone()).await?;
        Ok(Self { looker, view, rows: found.rows.len(), times: Vec::new() })
    }

    async fn once(&mut self, before: Before) -> Result<(), String> {
        if before == Before::Deed {
            self.looker.deed().await?;
        }
        let start = Instant::now();
        let page = self.looker.served.client.directory(self.view.clone()).await?;
        self.times.push(start.elapsed());
        if page.rows.len().abs_diff(self.rows) <= usize::from(before == Before::Deed) {
            Ok(())
        } else {
            Err("a page changed while it was measured".to_owned())
        }
    }
}

/// By turns, so that whatever else the machine does hits both alike.
async fn repeat(sides: &mut [Side<'_>; 2], before: Before, times: usize) -> Result<(), String> {
    let start = Instant::now();
    for done in 0..times {
        if done >= LEAST && start.elapsed() > PATIENCE {
            break;
        }
        for side in sides.iter_mut() {
            side.once(before).await?;
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

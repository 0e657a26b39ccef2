//! Seats over time: bars for the eye, the same figures as a table for everybody.

use domain::{Instant, MonthSeats};
use leptos::prelude::*;

use crate::i18n::{StockWords, number, use_lang};

/// Months shown before the current one.
pub const BEFORE: i32 = 6;
/// Months shown after it: a year, the usual term.
pub const AFTER: i32 = 12;

/// The height of the drawing, in its own units; each month is [`STEP`] wide.
const HEIGHT: u64 = 1000;
const STEP: usize = 100;

#[component]
pub fn Chart(months: Vec<MonthSeats>, now: Instant) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let current = now.date().month();
    let top = ceiling(months.iter().map(|at| at.bought.max(at.expiring)).max().unwrap_or_default());
    let height = move |seats: u64| seats.min(top) * HEIGHT / top;
    let bars = months.iter().enumerate().map(|(place, at)| {
        let bar = |class: &'static str, from: usize, width: usize, seats: u64| {
            view! { <rect class=class x=STEP * place + from y=HEIGHT - height(seats) width=width height=height(seats)></rect> }
        };
        view! {
            <g class=(at.month > current).then_some("later")>
                <title>{lang.month_seats(at)}</title>
                <rect class="hover" x=STEP * place y="0" width=STEP height=HEIGHT></rect>
                {bar("bought", 12, 76, at.bought)}
                {bar("issued", 12, 76, at.issued)}
                {bar("expiring", 62, 26, at.expiring)}
            </g>
        }
    });
    let label = |at: &MonthSeats| {
        let here = (at.month == current).then_some("date");
        let (year, month, _) = at.month.parts();
        let year = (month == 1).then(|| view! { <br/>{year} });
        view! { <li aria-current=here>{lang.month(at.month)}{year}</li> }
    };
    let row = |at: &MonthSeats| {
        let (year, _, _) = at.month.parts();
        view! {
            <tr role="row">
                <td role="cell" class="name">{format!("{} {year}", lang.month(at.month))}</td>
                <td role="cell" class="number" data-label=t.bought>{number(at.bought)}</td>
                <td role="cell" class="number" data-label=t.issued>{number(at.issued)}</td>
                <td role="cell" class="number" data-label=t.expiring>{number(at.expiring)}</td>
            </tr>
        }
    };
    let summary =
        months.iter().find(|at| at.month == current).map(|at| format!("{}. {}", t.months, lang.month_seats(at)));
    view! {
        <section>
            <h2>{t.months}</h2>
            <figure class="chart">
                <ol class="scale" aria-hidden="true">
                    <li>{number(top)}</li>
                    <li>{number(top / 2)}</li>
                    <li>"0"</li>
                </ol>
                <svg role="img" aria-label=summary viewBox=format!("0 0 {} {HEIGHT}", STEP * months.len()) preserveAspectRatio="none">
                    {bars.collect_view()}
                </svg>
                <ol class="months" aria-hidden="true">{months.iter().map(label).collect_view()}</ol>
                <figcaption>
                    <span class="key bought">{t.bought}</span>
                    <span class="key issued">{t.issued}</span>
                    <span class="key expiring">{t.expiring}</span>
                </figcaption>
            </figure>
            <details>
                <summary>{t.as_table}</summary>
                <table class="table month-list stack" role="table" aria-label=t.months>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader">{t.month}</th>
                        <th role="columnheader" class="number">{t.bought}</th>
                        <th role="columnheader" class="number">{t.issued}</th>
                        <th role="columnheader" class="number">{t.expiring}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{months.iter().map(row).collect_view()}</tbody>
                </table>
            </details>
        </section>
    }
}

/// Where the scale ends: an even digit and zeroes, so that its half is a whole number too.
fn ceiling(seats: u64) -> u64 {
    let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
    let mut round = powers.flat_map(|power| [2, 4, 6, 8, 10].map(|digit| power.saturating_mul(digit)));
    round.find(|round| *round >= seats).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (seats, top) in [(0, 2), (3, 4), (10, 10), (11, 20), (317, 400), (10_401, 20_000)] {
            assert_eq!(ceiling(seats), top, "{seats}");
        }
        assert!(ceiling(u64::MAX) >= u64::MAX / 10);
    }
}

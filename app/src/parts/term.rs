use domain::Instant;
use leptos::prelude::*;

use crate::i18n::last_day;

/// A term that ends within so many days is amber.
const SOON_DAYS: i32 = 60;

/// The last day of a term: ДД.ММ.ГГГГ.
pub fn term_end(until: Instant, now: Instant) -> impl IntoView {
    let last = last_day(until);
    let soon = last.0 - now.date().0 <= SOON_DAYS;
    view! { <span class=if soon { "soon" } else { "" }>{last.to_string()}</span> }
}

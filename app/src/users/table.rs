use domain::{Direction, MemberRow, SignatureKind, Sort, SortKey, View};
use leptos::html;
use leptos::prelude::*;

use super::filters::{COLUMNS, ColumnText};
use super::keyboard;
use crate::address;
use crate::i18n::Words;
use crate::parts::term_end;
use crate::state::use_desk;

/// The table of people: one row each, a card on the phone. The heads stay while the rows change, so that the focus
/// stays where it is.
#[component]
pub fn People() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let rows = move || {
        let rows = state.directory.read().rows.clone();
        rows.into_iter().enumerate().map(|(place, row)| view! { <Person place row/> }).collect_view()
    };
    view! {
        <table
            class="table people"
            role="table"
            aria-label=t.users
            aria-busy=move || state.loading.get().then_some("true")
            on:keydown=move |event| keyboard::pressed(&event, state)
        >
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" class="pick"><PageBox/></th>
                    {COLUMNS.map(|(key, class, text)| view! { <ColumnHead key class text/> }).into_iter().collect_view()}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

/// The three-state box of the page.
#[component]
fn PageBox() -> impl IntoView {
    let state = use_desk();
    let rows = Memo::new(move |_| state.directory.read().rows.len());
    let picked = Memo::new(move |_| {
        let selection = state.picked.selection.read();
        state.directory.read().rows.iter().filter(|row| selection.contains(row)).count()
    });
    let element = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = element.get() {
            let (picked, rows) = (picked.get(), rows.get());
            input.set_indeterminate(picked > 0 && picked < rows);
            input.set_checked(rows > 0 && picked == rows);
        }
    });
    view! {
        <input
            node_ref=element
            type="checkbox"
            class="scripts-on"
            data-testid="select-page"
            aria-label=state.lang.texts().select_page
            autocomplete="off"
            on:change=move |_| keyboard::pick_page(state, picked.get_untracked() < rows.get_untracked())
        />
    }
}

/// A column's name: a link that sorts by it, and the other way round when it already does.
#[component]
fn ColumnHead(key: SortKey, class: &'static str, text: ColumnText) -> impl IntoView {
    let state = use_desk();
    let sorted = move || match state.view.read().sort {
        Sort { key: by, .. } if by != key => "none",
        Sort { direction: Direction::Ascending, .. } => "ascending",
        Sort { direction: Direction::Descending, .. } => "descending",
    };
    let there = move |view: View| {
        let again = view.sort == Sort { key, direction: Direction::Ascending };
        let direction = if again { Direction::Descending } else { Direction::Ascending };
        View { sort: Sort { key, direction }, page: 1, ..view }
    };
    view! {
        <th role="columnheader" class=class aria-sort=sorted>
            <a
                href=move || address::of_view(&there(state.view.get()))
                on:click=move |event| state.follow(&event, there(state.view.get_untracked()))
            >
                {text(state.lang.texts())}
            </a>
        </th>
    }
}

#[component]
fn Person(place: usize, row: MemberRow) -> impl IntoView {
    let state = use_desk();
    let lang = state.lang;
    let name = row.name.short();
    let id = format!("member-{}", row.id);
    let frame = state.frame.read_untracked();
    let product = |id| frame.products.iter().find(|product| product.id == id);
    let chips = if row.held.is_empty() {
        view! { <span class="pale">{lang.texts().no_licence}</span> }.into_any()
    } else {
        let chips = row.held.iter().filter_map(|held| product(held.product)).map(|product| {
            let signs = !matches!(product.signature, SignatureKind::Simple | SignatureKind::None);
            view! { <span class="chip" data-kind=signs.then_some("sign")>{product.label.clone()}</span> }
        });
        chips.collect_view().into_any()
    };
    let until = row.held.iter().filter_map(|held| held.until).min().map(|until| term_end(until, frame.now));
    let groups = frame.groups.iter().filter(|group| row.groups.contains(&group.id));
    let groups = groups.map(|group| group.name.clone()).collect::<Vec<_>>().join(", ");
    let active = row.last_active.map(|at| at.date().to_string()).unwrap_or_default();
    let email = row.email.clone();
    let employment = lang.employment(row.employment);
    let value = row.id.to_string();
    let picked = Memo::new(move |_| state.picked.selection.read().contains(&row));
    view! {
        <tr role="row">
            <td role="cell" class="pick">
                <input
                    type="checkbox"
                    id=id.clone()
                    name="member[]"
                    value=value
                    data-place=place.to_string()
                    aria-label=name.clone()
                    autocomplete="off"
                    prop:checked=move || picked.get()
                    on:click=move |event| keyboard::clicked(&event, place, state)
                />
            </td>
            <td role="cell" class="name"><label for=id>{name}</label></td>
            <td role="cell" class="employment">{employment}</td>
            <td role="cell" class="licence">{chips}</td>
            <td role="cell" class="term">{until}</td>
            <td role="cell" class="activity">{active}</td>
            <td role="cell" class="email">{email}</td>
            <td role="cell" class="group">{groups}</td>
        </tr>
    }
}

use domain::{Direction, Directory, Frame, MemberRow, Sort, SortKey, View};
use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

use super::filters::COLUMNS;
use super::keyboard;
use crate::address;
use crate::i18n::{Words, last_day, use_lang};
use crate::state::use_desk;

/// A term that ends within so many days is amber.
const SOON_DAYS: i32 = 60;

/// The table of people: one row each, a card on the phone.
#[component]
pub fn People(frame: StoredValue<Frame>, directory: StoredValue<Directory>, view: Memo<View>) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let rows = directory.with_value(|directory| directory.rows.clone());
    if rows.is_empty() {
        return view! {
            <table class="table people" role="table" aria-label=t.users>
                <thead role="rowgroup"><ColumnHeads frame directory view/></thead>
            </table>
            <div class="empty" role="status">
                <h2>{t.nobody_found}</h2>
                <p>{t.nobody_found_hint}</p>
                <a class="button" href="/users" on:click=move |_| state.picked.only.set(None)>{t.clear_filters}</a>
            </div>
        }
        .into_any();
    }
    let rows = rows.into_iter().enumerate().map(|(place, row)| view! { <Person frame directory place row/> });
    view! {
        <table class="table people" role="table" aria-label=t.users on:keydown=move |event| keyboard::pressed(&event, state, frame, directory)>
            <thead role="rowgroup"><ColumnHeads frame directory view/></thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The three-state box and the sort links.
#[component]
fn ColumnHeads(frame: StoredValue<Frame>, directory: StoredValue<Directory>, view: Memo<View>) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let picked = Memo::new(move |_| {
        let selection = state.picked.selection.read();
        frame.with_value(|frame| {
            directory.with_value(|directory| {
                directory.rows.iter().filter(|row| selection.contains(row, &frame.products)).count()
            })
        })
    });
    let rows = directory.with_value(|directory| directory.rows.len());
    let element = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = element.get() {
            let picked = picked.get();
            input.set_indeterminate(picked > 0 && picked < rows);
            input.set_checked(rows > 0 && picked == rows);
        }
    });
    let head = move |(key, class, text): (SortKey, &'static str, fn(&crate::i18n::Texts) -> &'static str)| {
        let sort = move || view.read().sort;
        let state = move || match (sort().key == key, sort().direction) {
            (false, _) => "none",
            (true, Direction::Ascending) => "ascending",
            (true, Direction::Descending) => "descending",
        };
        let href = move || {
            let mut there = view.get();
            let again = there.sort.key == key && there.sort.direction == Direction::Ascending;
            there.sort = Sort { key, direction: if again { Direction::Descending } else { Direction::Ascending } };
            there.page = 1;
            address::of_view(&there)
        };
        view! { <th role="columnheader" class=class aria-sort=state><a href=href>{text(t)}</a></th> }
    };
    view! {
        <tr role="row">
            <th role="columnheader" class="pick">
                <input
                    node_ref=element
                    type="checkbox"
                    class="scripts-on"
                    data-testid="select-page"
                    aria-label=t.select_page
                    autocomplete="off"
                    on:change=move |_| keyboard::pick_page(state, frame, directory, picked.get_untracked() < rows)
                />
            </th>
            {COLUMNS.map(head).into_iter().collect_view()}
        </tr>
    }
}

#[component]
fn Person(frame: StoredValue<Frame>, directory: StoredValue<Directory>, place: usize, row: MemberRow) -> impl IntoView {
    let state = use_desk();
    let lang = use_lang();
    let name = row.name.short();
    let id = format!("member-{}", row.id);
    let today = frame.with_value(|frame| frame.now.date());
    let held: Vec<(String, bool, Option<domain::Date>)> = frame.with_value(|frame| {
        let describe = |held: &domain::Held| {
            let product = frame.products.iter().find(|product| product.id == held.product)?;
            let signs = product.signature != domain::SignatureKind::Simple;
            Some((product.label.clone(), signs, held.until.map(last_day)))
        };
        row.held.iter().filter_map(describe).collect()
    });
    let groups = frame.with_value(|frame| {
        let names = frame.groups.iter().filter(|group| row.groups.contains(&group.id));
        names.map(|group| group.name.clone()).collect::<Vec<_>>().join(", ")
    });
    let chips = if held.is_empty() {
        view! { <span class="pale">{lang.texts().no_licence}</span> }.into_any()
    } else {
        let chip = |(label, signs, _): &(String, bool, Option<domain::Date>)| {
            view! { <span class="chip" data-kind=signs.then_some("sign")>{label.clone()}</span> }
        };
        held.iter().map(chip).collect_view().into_any()
    };
    let until = held.iter().filter_map(|(_, _, until)| *until).min().map(|until| {
        let soon = until.0 - today.0 <= SOON_DAYS;
        if soon {
            view! { <span class="soon">{until.to_string()}</span> }.into_any()
        } else {
            until.to_string().into_any()
        }
    });
    let active = row.last_active.map(|at| at.date().to_string());
    let email = row.email.clone();
    let employment = lang.employment(row.employment);
    let value = row.id.to_string();
    let row = StoredValue::new(row);
    let picked = Memo::new(move |_| {
        let selection = state.picked.selection.read();
        row.with_value(|row| frame.with_value(|frame| selection.contains(row, &frame.products)))
    });
    let click = move |event: MouseEvent| keyboard::clicked(&event, place, state, frame, directory);
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
                    on:click=click
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

/// Rows of the same height while the first page is on its way.
#[component]
pub fn Skeleton() -> impl IntoView {
    let t = use_lang().texts();
    let row = |_| {
        view! {
            <tr role="row" class="skeleton">
                <td role="cell" class="pick"></td>
                <td role="cell" class="name"><span class="bone"></span></td>
                <td role="cell" class="employment"><span class="bone short"></span></td>
                <td role="cell" class="licence"><span class="bone short"></span></td>
                <td role="cell" class="term"></td>
                <td role="cell" class="activity"><span class="bone short"></span></td>
                <td role="cell" class="email"><span class="bone"></span></td>
                <td role="cell" class="group"></td>
            </tr>
        }
    };
    view! {
        <div class="list">
            <p class="sr" role="status">{t.loading}</p>
            <div class="table-scroll">
                <table class="table people" role="table" aria-label=t.users aria-busy="true">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" class="pick"></th>
                            {COLUMNS.map(|(_, class, text)| view! { <th role="columnheader" class=class>{text(t)}</th> }).into_iter().collect_view()}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{(0..25).map(row).collect_view()}</tbody>
                </table>
            </div>
        </div>
    }
}

//! «Лицензии обновлены»: the people of an operation over several products, errors first.

use domain::{Assortment, OperationSummary, Outcome, ProductId, Wish};
use leptos::prelude::*;
use service::ports::Turn;
use service::{ManagedReport, ManagedRow};

use crate::i18n::{Lang, ManageWords, Words, number, use_lang};
use crate::pages::report::outcome;

/// What the page of such an operation is called.
pub fn managed_title(lang: Lang, summary: &OperationSummary) -> String {
    let m = lang.managing();
    match (summary.kind, summary.state.carried_out()) {
        (domain::Kind::UndoManage, true) => m.given_back.to_owned(),
        (_, true) if summary.rejected > 0 => m.updated_partly.to_owned(),
        (_, true) => m.updated.to_owned(),
        (kind, false) => lang.kind(kind).to_owned(),
    }
}

/// «Почта: выдано (все планы)»
fn turned(lang: Lang, turn: &Turn, products: &Assortment) -> String {
    let known = products.get(turn.product);
    known.map(|known| format!("{}: {}", known.product.title, lang.turned(&turn.turned, known))).unwrap_or_default()
}

fn held(lang: Lang, holds: &[ProductId], products: &Assortment) -> String {
    let titles: Vec<&str> =
        holds.iter().filter_map(|id| products.get(*id)).map(|known| known.product.title.as_str()).collect();
    if titles.is_empty() { lang.managing().nothing_now.to_owned() } else { titles.join(", ") }
}

/// What was set, product by product.
fn wished(lang: Lang, wish: &Wish, products: &Assortment) -> Option<impl IntoView + use<>> {
    let m = lang.managing();
    let line = |(id, want): (&ProductId, &domain::Want)| {
        let known = products.get(*id)?;
        Some(view! { <li><b>{known.product.title.clone()}</b>": "{lang.want(want, known)}</li> })
    };
    let lines: Vec<_> = wish.0.iter().filter_map(line).collect();
    (!lines.is_empty()).then(|| {
        view! { <section class="wished"><h2>{m.what_is_wished}</h2><ul>{lines.into_iter().collect_view()}</ul></section> }
    })
}

#[component]
pub fn ManagedPeople(report: ManagedReport, summary: OperationSummary) -> impl IntoView {
    let lang = use_lang();
    let (t, m) = (lang.texts(), lang.managing());
    let ManagedReport { rows, counts, wish, products, .. } = report;
    let done = summary.state.carried_out();
    let (errors, rest): (Vec<ManagedRow>, Vec<ManagedRow>) = rows.into_iter().partition(|row| !row.faults.is_empty());
    let (changed, same): (Vec<ManagedRow>, Vec<ManagedRow>) =
        rest.into_iter().partition(|row| row.outcome == Outcome::Accepted);
    let error = |row: ManagedRow| {
        let lines = |lines: Vec<String>| {
            view! { <ul class="turns">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }
        };
        let reasons = lines(lang.faults(&row.faults, &products));
        let remedies = lines(lang.mends(&row.faults, &wish, &products));
        view! {
            <tr role="row">
                <td role="cell" class="name">{row.name}</td>
                <td role="cell" data-label=t.reason>{reasons}</td>
                <td role="cell" class="remedy" data-label=t.remedy>{remedies}</td>
            </tr>
        }
    };
    let success = |row: ManagedRow| {
        let turns = row.turns.iter().map(|turn| view! { <li>{turned(lang, turn, &products)}</li> }).collect_view();
        view! {
            <tr role="row">
                <td role="cell" class="name">{row.name}</td>
                <td role="cell" data-label=m.what_was_done><ul class="turns">{turns}</ul></td>
                <td role="cell" data-label=m.has_now>{held(lang, &row.holds, &products)}</td>
            </tr>
        }
    };
    let plain = |row: ManagedRow| {
        view! {
            <tr role="row">
                <td role="cell" class="name">{row.name}</td>
                <td role="cell" data-label=m.has_now>{held(lang, &row.holds, &products)}</td>
            </tr>
        }
    };
    let named = |title: &str, count: u64| format!("{title} ({})", number(count));
    let errors = (!errors.is_empty()).then(|| {
        let rows = errors.into_iter().map(error).collect_view();
        outcome(named(m.errors, counts.0), [t.reason, t.remedy], rows)
    });
    let changed = (!changed.is_empty()).then(|| {
        let rows = changed.into_iter().map(success).collect_view();
        outcome(named(if done { m.successes } else { m.changes_for }, counts.1), [m.what_was_done, m.has_now], rows)
    });
    let same = (!same.is_empty()).then(|| {
        let title = named(m.unchanged, counts.2);
        view! {
            <section>
                <h2>{title.clone()}</h2>
                <div class="table-scroll">
                    <table class="table outcome stack" role="table" aria-label=title>
                        <thead role="rowgroup"><tr role="row">
                            <th role="columnheader" class="col-name">{t.col_user}</th>
                            <th role="columnheader" class="col-reason">{m.has_now}</th>
                        </tr></thead>
                        <tbody role="rowgroup">{same.into_iter().map(plain).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    });
    view! {
        {wished(lang, &wish, &products)}
        {errors}
        {changed}
        {same}
    }
}

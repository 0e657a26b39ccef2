use domain::{Directory, PAGE_SIZES, View};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::address;
use crate::i18n::{Lang, number};
use crate::state::use_desk;

/// «1–50 из 317», «Первый», «Назад», «Далее», «Последний», and how many rows a page has.
#[component]
pub fn Pager(directory: StoredValue<Directory>, view: Memo<View>) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let (page, total, rows) =
        directory.with_value(|directory| (directory.page, directory.counts.total, directory.rows.len() as u64));
    let size = view.get_untracked().size;
    let last = view.get_untracked().last_page(total);
    let from = u64::from(page - 1) * u64::from(size);
    let of = match state.lang {
        Lang::Ru => "из",
        Lang::En => "of",
    };
    let range = if rows == 0 {
        format!("0 {of} {}", number(total))
    } else {
        format!("{}–{} {of} {}", number(from + 1), number(from + rows), number(total))
    };
    let link = move |text: &'static str, there: u32, rel: Option<&'static str>| {
        if there == page || there == 0 || there > last {
            return view! { <span role="link" aria-disabled="true">{text}</span> }.into_any();
        }
        let href = move || address::of_view(&View { page: there, ..view.get() });
        view! { <a href=href rel=rel>{text}</a> }.into_any()
    };
    let navigate = StoredValue::new_local(use_navigate());
    let resize = move |text: String| {
        let Ok(size) = text.parse() else { return };
        let there = View { page: 1, size, ..view.get_untracked() };
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&address::of_view(&there), options));
    };
    let sizes = PAGE_SIZES.map(|size| {
        let text = match state.lang {
            Lang::Ru => format!("{size} на странице"),
            Lang::En => format!("{size} per page"),
        };
        view! { <option value=size.to_string() selected=move || view.read().size == size>{text}</option> }
    });
    // Without scripts the form keeps tab, search and order by these.
    let kept = address::pairs(&View { page: 1, size: View::default().size, ..view.get_untracked() });
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <div class="pager">
            <p>{range}</p>
            <nav aria-label=t.pages>
                {link(t.first, 1, None)}
                {link(t.back, page - 1, Some("prev"))}
                {link(t.next, page + 1, Some("next"))}
                {link(t.last, last, None)}
            </nav>
            <form method="get" action="/users">
                {kept}
                <label class="sr" for="page-size">{t.page_size}</label>
                <span class="select">
                    <select id="page-size" name="size" on:change:target=move |event| resize(event.target().value())>
                        {sizes.into_iter().collect_view()}
                    </select>
                </span>
                <button class="button scripts-off">{t.show}</button>
            </form>
        </div>
    }
    .into_any()
}

use domain::{PAGE_SIZES, View};
use leptos::prelude::*;

use crate::address;
use crate::i18n::{Lang, number};
use crate::state::use_desk;

/// «1–50 из 317», «Первый», «Назад», «Далее», «Последний», and how many rows a page has.
#[component]
pub fn Pager() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let view = state.view;
    let page = Memo::new(move |_| state.directory.read().page);
    let total = Memo::new(move |_| state.directory.read().counts.total);
    let last = move || view.read().last_page(total.get());
    let range = move || {
        let rows = state.directory.read().rows.len() as u64;
        let from = u64::from(page.get().saturating_sub(1)) * u64::from(view.read().size);
        let of = match state.lang {
            Lang::Ru => "из",
            Lang::En => "of",
        };
        if rows == 0 {
            format!("0 {of} {}", number(total.get()))
        } else {
            format!("{}–{} {of} {}", number(from + 1), number(from + rows), number(total.get()))
        }
    };
    let link = move |text: &'static str, there: u32| {
        if there == page.get() || there == 0 || there > last() {
            return view! { <span role="link" aria-disabled="true">{text}</span> }.into_any();
        }
        let view = View { page: there, ..view.get() };
        let href = address::of_view(&view);
        view! { <a href=href on:click=move |event| state.follow(&event, view.clone())>{text}</a> }.into_any()
    };
    let links = move || {
        [
            link(t.first, 1),
            link(t.back, page.get().saturating_sub(1)),
            link(t.next, page.get() + 1),
            link(t.last, last()),
        ]
        .into_iter()
        .collect_view()
    };
    let resize = move |text: String| {
        if let Ok(size) = text.parse() {
            state.go(View { page: 1, size, ..view.get_untracked() }, false);
        }
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
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <div class="pager">
            <p>{range}</p>
            <nav aria-label=t.pages>{links}</nav>
            <form method="get" action=address::there("/users")>
                {kept.collect_view()}
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
}

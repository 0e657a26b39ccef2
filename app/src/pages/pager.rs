use leptos::prelude::*;

use crate::i18n::{Lang, number, use_lang};

/// «Страница 2 из 3» with the ways to the others; nothing where there is one page. `address` is where a page is.
pub fn pager(page: u32, last_page: u32, address: impl Fn(u32) -> String) -> Option<AnyView> {
    let lang = use_lang();
    let t = lang.texts();
    let link = |text: &'static str, there: u32| {
        if there == page || there == 0 || there > last_page {
            view! { <span role="link" aria-disabled="true">{text}</span> }.into_any()
        } else {
            view! { <a href=address(there)>{text}</a> }.into_any()
        }
    };
    let (at, of) = (number(page.into()), number(last_page.into()));
    let place = match lang {
        Lang::Ru => format!("Страница {at} из {of}"),
        Lang::En => format!("Page {at} of {of}"),
    };
    let links =
        [link(t.first, 1), link(t.back, page.saturating_sub(1)), link(t.next, page + 1), link(t.last, last_page)];
    (last_page > 1).then(|| {
        view! {
            <div class="pager">
                <p>{place}</p>
                <nav aria-label=t.pages>{links.into_iter().collect_view()}</nav>
            </div>
        }
        .into_any()
    })
}

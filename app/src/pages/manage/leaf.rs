use leptos::prelude::*;
use service::Selected;

use crate::i18n::{Lang, number};

/// The ways from one page of a list to the others, as buttons of the form: what is ticked goes with them. Nothing where
/// there is one page. `address` is where the form is looked at, `value` what the button `name` sends for a page; their ids
/// begin with `id`, and the list is called `list`.
pub fn leaves(
    lang: Lang,
    Selected { page, last_page, .. }: &Selected,
    address: &str,
    name: &'static str,
    id: &str,
    list: &str,
    value: impl Fn(u32) -> String,
) -> Option<AnyView> {
    let t = lang.texts();
    let (page, last_page) = (*page, *last_page);
    let button = |text: &'static str, there: u32, part: &str| {
        let idle = there == page || there == 0 || there > last_page;
        let (address, id, value) = (address.to_owned(), format!("{id}-{part}"), value(there));
        view! { <button class="link" id=id formaction=address name=name value=value data-leaf="" disabled=idle>{text}</button> }
    };
    let (at, of) = (number(page.into()), number(last_page.into()));
    let place = match lang {
        Lang::Ru => format!("Страница {at} из {of}"),
        Lang::En => format!("Page {at} of {of}"),
    };
    let buttons = [
        button(t.first, 1, "first"),
        button(t.back, page.saturating_sub(1), "back"),
        button(t.next, page + 1, "next"),
        button(t.last, last_page, "last"),
    ];
    (last_page > 1).then(|| {
        view! {
            <div class="pager">
                <p>{place}</p>
                <nav aria-label=format!("{}: {list}", t.pages)>{buttons.into_iter().collect_view()}</nav>
            </div>
        }
        .into_any()
    })
}

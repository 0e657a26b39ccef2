//! «Пользователи»: the table of people, and the deeds for those selected.

mod add;
mod bar;
mod delete;
mod filters;
mod issue;
mod keyboard;
mod pager;
mod revoke;
mod table;
mod tabs;

use domain::{Directory, Frame, View};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::address;
use crate::api;
use crate::error::ApiError;
use crate::i18n::{Words, number};
use crate::parts::{FormError, Head};
use crate::state::use_desk;

pub use add::AddForm;
pub use delete::delete_title;
pub use revoke::RevokeFacts;

/// What stands open over the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Issue,
    Revoke,
    Delete,
    Add,
}

/// From this on fewer seats are shown in amber.
const FEW_SEATS: u64 = 5;

#[component]
pub fn UsersPage() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let query = use_query_map();
    let view = Memo::new(move |_| address::view(&query.read()));
    let open = RwSignal::new(None::<Open>);
    let only = state.picked.only;
    let directory = Resource::new(
        move || (view.get(), only.get(), state.version.get()),
        |(view, only, _)| api::directory(view, only),
    );
    Effect::new(move |_| {
        if let Some(Ok(directory)) = directory.get() {
            state.picked.refresh(&directory);
        }
    });
    #[cfg(feature = "hydrate")]
    keyboard::adopt_early_ticks(directory, state);
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));

    let stock = move || state.frame_now().map(|frame| stock_chips(&frame, state.lang));
    view! {
        <Head title=t.users>
            <Transition>{stock}</Transition>
            <a
                class="button add-button"
                href="/users/new"
                on:click=move |event| {
                    event.prevent_default();
                    open.set(Some(Open::Add));
                }
            >
                <span>{t.add_user}</span>
            </a>
        </Head>
        <Transition>{move || Suspend::new(async move {
            state.frame.await.ok().map(|frame| view! { <tabs::Tabs frame view/> })
        })}</Transition>
        <section class="panel" role="tabpanel" id="panel" aria-labelledby=move || tabs::tab_id(view.read().filter.tab)>
            <filters::Filters view/>
            <FormError/>
            <Transition fallback=move || view! { <table::Skeleton/> }>
                {move || Suspend::new(async move {
                    let frame = state.frame.await;
                    let directory = directory.await;
                    match (frame, directory) {
                        (Ok(frame), Ok(directory)) => {
                            view! { <Listing frame directory view open hydrated/> }.into_any()
                        }
                        (Err(ApiError(error)), _) | (_, Err(ApiError(error))) => {
                            view! { <Failed text=state.lang.error(&error)/> }.into_any()
                        }
                    }
                })}
            </Transition>
        </section>
        <issue::IssueDialog open/>
        <revoke::RevokeDialog open/>
        <delete::DeleteDialog open/>
        <add::AddDialog open/>
    }
    .into_any()
}

/// The table with its bar and pager; or the words for an empty one.
#[component]
fn Listing(
    frame: Frame,
    directory: Directory,
    view: Memo<View>,
    open: RwSignal<Option<Open>>,
    hydrated: RwSignal<bool>,
) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    if frame.count(domain::Tab::All) == 0 {
        return view! {
            <div class="empty">
                <h2>{t.nobody_yet}</h2>
                <p>{t.nobody_yet_hint}</p>
                <a class="button primary" href="/users/new">{t.add_first}</a>
            </div>
        }
        .into_any();
    }
    let picked = move || state.picked.counts().total;
    let frame = StoredValue::new(frame);
    let directory = StoredValue::new(directory);
    let submit = move |event: leptos::ev::SubmitEvent| event.prevent_default();
    view! {
        <form
            class="list"
            method="post"
            data-hydrated=move || hydrated.get().then_some("")
            data-selected=move || Some(picked()).filter(|count| *count > 0).map(|count| count.to_string())
            on:submit=submit
            on:reset=move |_| state.picked.clear()
        >
            <bar::DeedsBar frame directory view open/>
            <div class="table-scroll" tabindex="-1">
                <table::People frame directory view/>
            </div>
        </form>
        <pager::Pager directory view/>
    }
    .into_any()
}

#[component]
fn Failed(text: String) -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    view! {
        <div class="empty" role="alert">
            <h2>{t.not_loaded}</h2>
            <p>{text}</p>
            <button class="button" type="button" on:click=move |_| state.version.update(|version| *version += 1)>{t.try_again}</button>
        </div>
    }
}

/// What is left, by product: «ПЭП 101».
fn stock_chips(frame: &Frame, lang: crate::i18n::Lang) -> impl IntoView + use<> {
    let mut left: Vec<(String, u64)> = Vec::new();
    for pool in &frame.pools {
        if pool.admits(0, frame.now).is_err() {
            continue;
        }
        match left.iter_mut().find(|(title, _)| *title == pool.product.title) {
            Some((_, seats)) => *seats += pool.left(),
            None => left.push((pool.product.title.clone(), pool.left())),
        }
    }
    let chip = |(title, seats): (String, u64)| {
        view! { <li class="pool" data-low=(seats < FEW_SEATS).then_some("")>{title}" "<b>{number(seats)}</b></li> }
    };
    view! { <ul class="pools" aria-label=lang.texts().stock>{left.into_iter().map(chip).collect_view()}</ul> }
}

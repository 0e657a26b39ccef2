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

use domain::{Capability, Frame, Tab};
use leptos::prelude::*;

use crate::address::there;
use crate::i18n::{Lang, Words, number};
use crate::parts::{Head, Here, Layout, Toast};
use crate::state::{DeskState, Initial, use_desk};

#[cfg(feature = "ssr")]
pub use add::AddFields;
#[cfg(feature = "ssr")]
pub use delete::delete_title;
#[cfg(feature = "ssr")]
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

/// The whole body of the page: rendered on the server, woken in the browser from the same [`Initial`].
#[component]
pub fn UsersApp(initial: Initial) -> impl IntoView {
    provide_context(Lang::from_code(&initial.lang).unwrap_or_default());
    let refused = initial.refused.clone();
    let state = DeskState::provide(initial);
    let t = state.lang.texts();
    let open = RwSignal::new(None::<Open>);
    state.follow_history();
    #[cfg(feature = "csr")]
    keyboard::adopt_early_ticks(state);
    let add = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        open.set(Some(Open::Add));
    };
    let may = move |capability: Capability| state.frame.read().rights.may(capability);
    let tab = move || tabs::tab_id(state.view.read().filter.tab);
    view! {
        <Layout frame=state.frame here=Here::Users>
            <Head title=t.users>
                {move || stock_chips(&state.frame.read(), state.lang)}
                <Show when=move || may(Capability::EditPeople)>
                    <a class="button add-button" href=there("/users/new") on:click=add><span>{t.add_user}</span></a>
                </Show>
            </Head>
            <tabs::Tabs/>
            <section class="panel" role="tabpanel" id="panel" aria-labelledby=tab>
                <filters::Filters/>
                {refused.map(|error| view! { <p class="alert" role="alert">{state.lang.error(&error)}</p> })}
                <Failed/>
                <Listing open/>
                <pager::Pager/>
            </section>
        </Layout>
        <issue::IssueDialog open/>
        <revoke::RevokeDialog open/>
        <delete::DeleteDialog open/>
        <add::AddDialog open/>
        <Toast/>
    }
}

/// The table with its bar; or the words for an empty one.
#[component]
fn Listing(open: RwSignal<Option<Open>>) -> impl IntoView {
    let state = use_desk();
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let picked = Memo::new(move |_| state.picked.counts().total);
    // Whoever may only look has nothing to select for.
    let deeds = [Capability::Issue, Capability::Revoke, Capability::EditPeople];
    let looks = Memo::new(move |_| !deeds.iter().any(|deed| state.frame.read().rights.may(*deed)));
    view! {
        <form
            class="list"
            method="post"
            data-looks=move || looks.get().then_some("")
            data-hydrated=move || awake.get().then_some("")
            data-selected=move || Some(picked.get()).filter(|count| *count > 0).map(|count| count.to_string())
            on:submit=move |event| {
                // Of its buttons one leads to another page.
                if event.submitter().is_none_or(|button| !button.has_attribute("data-leaves")) {
                    event.prevent_default();
                }
            }
            on:reset=move |_| {
                state.picked.clear();
                if state.picked.only.get_untracked().is_some() {
                    state.picked.only.set(None);
                    state.load();
                }
            }
        >
            <bar::DeedsBar open/>
            <div class="table-scroll">
                <table::People/>
                <Nobody/>
            </div>
        </form>
    }
}

/// Words and a next step where there is nobody to show.
#[component]
fn Nobody() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    let nobody = Memo::new(move |_| state.directory.read().rows.is_empty());
    let may_add = Memo::new(move |_| state.frame.read().rights.may(Capability::EditPeople));
    let at_all = Memo::new(move |_| state.frame.read().count(Tab::All) == 0);
    move || {
        if !nobody.get() {
            return None;
        }
        Some(if at_all.get() {
            view! {
                <div class="empty">
                    <h2>{t.nobody_yet}</h2>
                    <p>{t.nobody_yet_hint}</p>
                    {may_add.get().then(|| view! { <a class="button primary" href=there("/users/new")>{t.add_first}</a> })}
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="empty" role="status">
                    <h2>{t.nobody_found}</h2>
                    <p>{t.nobody_found_hint}</p>
                    <a class="button" href=there("/users") on:click=move |event| state.follow(&event, domain::View::default())>{t.clear_filters}</a>
                </div>
            }
            .into_any()
        })
    }
}

/// What could not be read, with another try; what was read before stays in sight.
#[component]
fn Failed() -> impl IntoView {
    let state = use_desk();
    let t = state.lang.texts();
    move || {
        state.failed.get().map(|error| {
            view! {
                <div class="alert" role="alert">
                    <p>{t.not_loaded}". "{state.lang.error(&error)}</p>
                    <button class="button" type="button" on:click=move |_| state.reload()>{t.try_again}</button>
                </div>
            }
        })
    }
}

/// What is left, by product: «ПЭП 101».
fn stock_chips(frame: &Frame, lang: Lang) -> impl IntoView + use<> {
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

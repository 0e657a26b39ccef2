//! «Вход через …»: the button at the door, the section of one's own account, and the page that says why not.

use domain::DeskError;
use leptos::prelude::*;
use service::EntryFault;

use super::admin::Proof;
use super::wrong_fields;
use crate::i18n::{AccountWords, EntryWords, Lang, use_lang};
use crate::ssr;

/// How an account stands with the identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    pub linked: bool,
    /// Whether a password is asked for.
    pub proof: bool,
    /// It has just become so.
    pub now: bool,
}

/// What the operator calls it.
fn name(lang: Lang) -> String {
    let name = ssr::site().ok().and_then(|site| site.provider);
    name.map_or_else(|| lang.provider().to_owned(), |name| name.to_string())
}

/// The button under the form of the sign-in, if there is a provider; `to` is where they wanted to go.
#[component]
pub fn EnterBy(to: String) -> impl IntoView {
    let there = ssr::desk().is_ok_and(|desk| desk.provider_origins().is_some());
    there.then(|| {
        view! {
            <form class="sign-in enter-by" method="post" action="/api/begin_oidc">
                {(!to.is_empty()).then(|| view! { <input type="hidden" name="to" value=to/> })}
                <button class="button">{name(use_lang())}</button>
            </form>
        }
    })
}

/// Of one's own account.
#[component]
pub fn OwnLink(state: Linked, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["proof"]));
    let (action, button, says, done) = if state.linked {
        ("/api/unlink_identity", t.unlink, t.is_linked, t.linked)
    } else {
        ("/api/link_identity", t.link, t.not_linked, t.unlinked)
    };
    view! {
        <form class="deed" method="post" action=action novalidate=true>
            <div class="deed-body">
                <h2>{name(lang)}</h2>
                {state.now.then(|| view! { <p class="note" role="status"><span>{done}</span></p> })}
                <p>{says}</p>
                {state.proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot"><button class="button">{button}</button></footer>
        </form>
    }
}

/// Why nobody came in, or was linked; `linking`: by somebody who has signed in.
#[component]
pub fn Refusal(fault: EntryFault, linking: bool) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let (title, hint) = lang.entry_fault(fault);
    let (back, says) = if linking { ("/account", t.account) } else { ("/sign-in", t.back) };
    view! {
        <div class="sign-in">
            <p class="logo">"Licentia"</p>
            <h1>{title}</h1>
            <p>{hint}</p>
            <a class="button primary" href=back>{says}</a>
        </div>
    }
}

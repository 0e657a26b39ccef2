//! Passkeys: adding and removing one's own, and showing one at the door. The browser asks for them by
//! `frontend/src/passkey.ts`; without scripts such a form says so, and does nothing.

use domain::{DeskError, FieldError, Frame};
use leptos::prelude::*;
use service::ports::PasskeyRecord;

use super::Refused;
use super::admin::Proof;
use crate::i18n::{AccountWords, FactorWords, date_time, use_lang};
use crate::parts::{Field, Head, Here, Layout};
use crate::ssr;

/// What the script is to do with a form: `begin` says what to ask the browser for, `action` takes what it answers.
#[derive(Clone, Copy)]
pub struct Ceremony {
    creates: bool,
    begin: &'static str,
    action: &'static str,
    /// Where it cannot work, nothing of it is shown.
    quiet: bool,
}

impl Ceremony {
    pub const ADD: Self = Self { creates: true, begin: "/api/begin_passkey", action: "/api/add_passkey", quiet: false };
    pub const STEP: Self =
        Self { creates: false, begin: "/api/begin_passkey_step", action: "/api/enter_passkey", quiet: false };
    pub const ALONE: Self =
        Self { creates: false, begin: "/api/begin_passkey_sign_in", action: "/api/sign_in_by_passkey", quiet: true };
}

/// A form whose button waits for the script.
#[component]
pub fn PasskeyForm(
    ceremony: Ceremony,
    label: &'static str,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let t = use_lang().factoring();
    let origin = ssr::desk().ok().and_then(|desk| desk.passkey_origin().map(str::to_owned)).unwrap_or_default();
    let Ceremony { creates, begin, action, quiet } = ceremony;
    let button = if quiet { "button" } else { "button primary" };
    view! {
        <form
            class=format!("sign-in {class}")
            method="post"
            action=action
            hidden=quiet
            data-passkey=if creates { "create" } else { "get" }
            data-begin=begin
            data-elsewhere=t.elsewhere
            data-origin=origin
            data-unable=t.no_passkeys
            data-cancelled=if creates { t.not_made } else { t.cancelled }
            data-known=t.known
            data-weak=t.weak
            data-failed=t.failed
            data-offline=t.offline
        >
            {children()}
            {(!quiet).then(|| view! { <p class="alert scripts-off">{t.no_script}</p> })}
            <p class="alert" role="alert" data-says=true hidden=true></p>
            <button class=button disabled=true>{label}</button>
        </form>
    }
}

/// `/account/passkeys/new`; `forced`: the organisation requires a second factor, and there is none yet.
#[component]
pub fn NewPasskey(
    typed: String,
    forced: bool,
    full: bool,
    proof: bool,
    errors: RwSignal<Vec<FieldError>>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let t = use_lang().factoring();
    if full {
        return view! {
            <div class="sign-in">
                <p class="logo">"Licentia"</p>
                <h1>{t.new_passkey}</h1>
                <p>{t.most_passkeys}</p>
                <a class="button primary" href="/account">{use_lang().accounting().account}</a>
            </div>
        }
        .into_any();
    }
    view! {
        <PasskeyForm ceremony=Ceremony::ADD label=t.make_passkey>
            <p class="logo">"Licentia"</p>
            <h1>{t.new_passkey}</h1>
            <Refused error=refused/>
            {forced.then(|| view! { <p class="note" role="note"><span>{t.must}</span></p> })}
            <p>{t.new_passkey_lead}</p>
            <Field name="name" label=t.passkey_name value=typed first=true hint=t.passkey_name_hint errors/>
            {proof.then(|| view! { <Proof errors/> })}
        </PasskeyForm>
        {forced.then(|| view! { <p class="other-ways"><a class="link" href=ssr::CONNECT>{t.rather_app}</a></p> })}
    }
    .into_any()
}

/// `/account/passkeys/3/delete`; `last`: it is the only second factor.
#[component]
pub fn RemovePasskey(
    frame: Frame,
    passkey: PasskeyRecord,
    last: bool,
    required: bool,
    proof: bool,
    errors: RwSignal<Vec<FieldError>>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.factoring();
    let refused_already = last && required;
    let content = if refused_already {
        view! { <p>{t.remove_not}</p> }.into_any()
    } else {
        view! {
            <p>{t.remove_effect}</p>
            {last.then(|| view! { <p>{t.remove_last}</p> })}
            {proof.then(|| view! { <Proof errors/> })}
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Account>
            <Head title=t.remove_passkey/>
            <div class="page">
                <form class="deed" method="post" action="/api/remove_passkey" novalidate=true>
                    <input type="hidden" name="passkey" value=passkey.id.to_string()/>
                    <div class="deed-body">
                        <Refused error=refused/>
                        <p><b>{passkey.name}</b></p>
                        {content}
                    </div>
                    <footer class="deed-foot">
                        {(!refused_already).then(|| view! { <button class="button danger">{t.remove}</button> })}
                        <a class="button" href="/account">{lang.texts().cancel}</a>
                    </footer>
                </form>
            </div>
        </Layout>
    }
}

/// On one's own page.
#[component]
pub fn PasskeyTable(passkeys: Vec<PasskeyRecord>) -> impl IntoView {
    let t = use_lang().factoring();
    let row = |passkey: PasskeyRecord| {
        let label = format!("{}: {}", t.remove, passkey.name);
        view! {
            <tr role="row">
                <td role="cell" class="name">{passkey.name}</td>
                <td role="cell" data-label=t.added>{date_time(passkey.created_at)}</td>
                <td role="cell" data-label=t.used>{passkey.used_at.map_or_else(|| t.never_used.to_owned(), date_time)}</td>
                <td role="cell" class="act">
                    <a class="button small" aria-label=label href=format!("/account/passkeys/{}/delete", passkey.id)>{t.remove}</a>
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="table passkeys stack" role="table" aria-label=t.passkeys>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader">{t.passkey_name}</th>
                    <th role="columnheader" class="col-when">{t.added}</th>
                    <th role="columnheader" class="col-when">{t.used}</th>
                    <th role="columnheader" class="col-act"><span class="sr">{t.remove}</span></th>
                </tr></thead>
                <tbody role="rowgroup">{passkeys.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

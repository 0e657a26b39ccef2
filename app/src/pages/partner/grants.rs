use domain::{Capability, DeskError, FieldError, GRANTABLE, Grant, GrantForm};
use leptos::prelude::*;

use super::GrantSaid;
use crate::i18n::{AccessWords, PartnerWords, use_lang};
use crate::pages::admin::Proof;
use crate::pages::confirmation::Confirmation;
use crate::pages::{rights, wrong_fields};
use crate::parts::{Field, FieldProblemText};

const FIELDS: [&str; 3] = ["code", "capability", "proof"];

/// `/admin/partners`
#[component]
pub fn List(grants: Vec<Grant>, typed: GrantForm, said: GrantSaid, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &FIELDS));
    let said = match said {
        GrantSaid::Nothing => None,
        GrantSaid::Saved => Some(t.saved),
        GrantSaid::Revoked => Some(t.revoked),
    };
    let nobody = grants.is_empty();
    let row = |grant: Grant| {
        let rights = grant.rights.iter().map(|one| lang.capability(one)).collect::<Vec<_>>().join("; ");
        view! {
            <tr role="row">
                <td role="cell" class="name"><a href=format!("/admin/partners/{}", grant.partner)>{grant.name}</a></td>
                <td role="cell" class="wrap" data-label=t.allowed>{rights}</td>
                <td role="cell" data-label=t.since>{grant.granted_at.date().to_string()}</td>
            </tr>
        }
    };
    let table = match nobody {
        true => view! { <div class="empty"><h2>{t.no_partners}</h2><p>{t.no_partners_hint}</p></div> }.into_any(),
        false => view! {
            <div class="table-scroll">
                <table class="table stack grants" role="table" aria-label=t.partners>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" aria-sort="ascending">{t.partner}</th>
                        <th role="columnheader" class="col-attention">{t.allowed}</th>
                        <th role="columnheader" class="col-when">{t.since}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{grants.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        {said.map(|said| view! { <p class="note" role="status"><span>{said}</span></p> })}
        <p class="pale">{t.partners_lead}</p>
        {table}
        <form class="deed" method="get" action="/admin/partners/new" novalidate=true>
            <div class="deed-body"><Field name="code" label=t.code value=typed.code hint=t.code_hint errors/></div>
            <footer class="deed-foot"><button class="button primary">{t.go_on}</button></footer>
        </form>
    }
}

/// What can be let do, by whoever looks.
#[component]
fn Choice(typed: GrantForm, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let own = rights();
    let check = |capability: Capability| {
        let checked = typed.capability.iter().any(|code| code == capability.code());
        view! {
            <label class="check">
                <input type="checkbox" name="capability[]" value=capability.code() checked=checked disabled=!own.may(capability)/>
                {lang.capability(capability)}
            </label>
        }
    };
    let beyond = GRANTABLE.iter().any(|capability| !own.may(*capability));
    view! {
        <fieldset class="rights">
            <legend>{t.allowed}</legend>
            {beyond.then(|| view! { <p class="pale">{t.same_as_own}</p> })}
            {GRANTABLE.map(check).into_iter().collect_view()}
            <p class="pale">{t.applications_too}</p>
            <FieldProblemText name="capability" errors/>
        </fieldset>
    }
}

/// `/admin/partners/new?code=7KQM2XRA`
#[component]
pub fn New(name: String, typed: GrantForm, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &FIELDS));
    view! {
        <form class="deed wide" method="post" action="/api/grant_partner" novalidate=true>
            <input type="hidden" name="code" value=typed.code.clone()/>
            <div class="deed-body">
                <dl class="facts"><div><dt>{t.partner}</dt><dd>{name}</dd></div></dl>
                <p class="pale">{t.partners_lead}</p>
                <FieldProblemText name="code" errors/>
                <Choice typed errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.grant}</button>
                <a class="button" href="/admin/partners">{lang.texts().cancel}</a>
            </footer>
        </form>
    }
}

/// `/admin/partners/7`
#[component]
pub fn One(grant: Grant, typed: GrantForm, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &FIELDS));
    let id = grant.partner.to_string();
    view! {
        <form class="deed wide" method="post" action="/api/change_grant" novalidate=true>
            <input type="hidden" name="partner" value=id.clone()/>
            <div class="deed-body">
                <Choice typed errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.save}</button>
                <a class="button" href="/admin/partners">{lang.texts().cancel}</a>
            </footer>
        </form>
        <section><a class="button danger-line" href=format!("/admin/partners/{id}/revoke")>{t.revoke}</a></section>
    }
}

/// `/admin/partners/7/revoke`
#[component]
pub fn Revoke(grant: Grant, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.partnering();
    let id = grant.partner.to_string();
    let leave = (format!("/admin/partners/{id}"), t.keep);
    view! {
        <Confirmation action="/api/revoke_grant" field=("partner", id) press=t.revoke.to_owned() danger=true leave refused>
            <p>{t.revoke_hint}</p>
            <p>{t.revoke_back}</p>
        </Confirmation>
    }
}

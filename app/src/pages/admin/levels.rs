use domain::{Capability, Coverage, DeskError, FieldError, Group, OwnRole, Rights, Role, RoleForm, RoleId};
use leptos::prelude::*;
use service::AccountList;

use super::Proof;
use crate::i18n::{AccessWords, AccountWords, number, use_lang};
use crate::pages::{Refused, wrong_fields};
use crate::parts::{Field, FieldProblemText};

/// A level as the matrix shows it.
struct Column {
    name: String,
    /// Where it is changed, if it can be.
    leads: Option<String>,
    rights: Rights,
    whom: String,
}

/// `/admin/levels`: what each level allows.
#[component]
pub fn Levels(list: AccountList) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let own = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok()).map(|actor| actor.rights());
    let own = own.unwrap_or_default();
    let columns: Vec<Column> = Role::ALL
        .into_iter()
        .map(|role| Column {
            name: lang.role(role).to_owned(),
            leads: (role.may_be_limited() && role.rights().within(own))
                .then(|| format!("/admin/levels/{}", role.code())),
            rights: role.rights(),
            whom: whom_of(&list.limit_of(role), &list, t.whom_everybody),
        })
        .chain(list.roles.iter().map(|role| Column {
            name: role.name.clone(),
            leads: Some(format!("/admin/levels/{}", role.id)),
            rights: role.rights,
            whom: whom_of(&role.coverage, &list, t.whom_everybody),
        }))
        .collect();
    let heads = columns.iter().map(|column| {
        let name = column.name.clone();
        let name = match column.leads.clone() {
            Some(there) => view! { <a href=there>{name}</a> }.into_any(),
            None => name.into_any(),
        };
        view! { <th role="columnheader" scope="col">{name}</th> }
    });
    let row = |capability: Capability| {
        let cells = columns.iter().map(|column| {
            let may = column.rights.may(capability);
            let (mark, said) = if may { ("✓", t.yes) } else { ("—", t.no) };
            view! {
                <td role="cell" class="mark" data-may=may.to_string() data-label=column.name.clone()>
                    <span aria-hidden="true">{mark}</span><span class="sr">{said}</span>
                </td>
            }
        });
        view! {
            <tr role="row"><th role="rowheader" scope="row">{lang.capability(capability)}</th>{cells.collect_view()}</tr>
        }
    };
    // On a phone, where there is no head, this row leads to the levels.
    let whom = columns.iter().map(|column| {
        let whom = column.whom.clone();
        let whom = match column.leads.clone() {
            Some(there) => view! { <a class="link" href=there>{whom}</a> }.into_any(),
            None => whom.into_any(),
        };
        view! { <td role="cell" class="whom"><span class="whose">{column.name.clone()}": "</span>{whom}</td> }
    });
    let whom = view! {
        <tr role="row"><th role="rowheader" scope="row">{t.whom}</th>{whom.collect_view()}</tr>
    };
    view! {
        <div class="table-scroll">
            <table class="table levels" role="table" aria-label=t.matrix>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader" scope="col">{t.capability}</th>{heads.collect_view()}
                </tr></thead>
                <tbody role="rowgroup">{Capability::ALL.map(row).into_iter().collect_view()}{whom}</tbody>
            </table>
        </div>
    }
}

/// Names of groups.
fn whom_of(coverage: &Coverage, list: &AccountList, everybody: &str) -> String {
    let Some(groups) = coverage.groups() else { return everybody.to_owned() };
    let name = |id: &domain::GroupId| list.groups.iter().find(|group| group.id == *id).map(|group| group.name.clone());
    groups.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// For whom a level is: everybody, or people of some groups.
#[component]
fn Whom(typed: RoleForm, groups: Vec<Group>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let t = use_lang().accounting();
    let limited = typed.is_limited();
    let choices = if groups.is_empty() {
        view! { <p class="pale">{t.no_groups}</p><FieldProblemText name="groups" errors/> }.into_any()
    } else {
        let group = |group: Group| {
            let checked = typed.groups.contains(&group.id);
            view! {
                <label class="check">
                    <input type="checkbox" name="groups[]" value=group.id.to_string() checked=checked/>
                    {group.name}
                </label>
            }
        };
        view! {
            <label class="check">
                <input type="radio" name="whom" value="all" checked=!limited/>{t.whom_all}
            </label>
            <label class="check"><input type="radio" name="whom" value="groups" checked=limited/>{t.whom_groups}</label>
            <p class="pale">{t.whom_hint}</p>
            <FieldProblemText name="groups" errors/>
            <div class="whom-groups" role="group" aria-label=t.whom_groups>{groups.into_iter().map(group).collect_view()}</div>
        }
        .into_any()
    };
    view! {
        <fieldset class="rights">
            <legend>{t.whom}</legend>
            {choices}
        </fieldset>
    }
}

/// `/admin/levels/user`: whom a level that every organisation has concerns in this one.
#[component]
pub fn Limit(list: AccountList, role: Role, typed: RoleForm, proof: bool, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["rights", "groups", "proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let rights = role.rights().iter().map(|one| lang.capability(one)).collect::<Vec<_>>().join("; ");
    view! {
        <form class="deed wide" method="post" action="/api/limit_role" novalidate=true>
            <input type="hidden" name="level" value=role.code()/>
            <div class="deed-body">
                <Refused error=whole/>
                <dl class="facts">
                    <div><dt>{t.level_name}</dt><dd>{lang.role(role)}</dd></div>
                    <div><dt>{t.rights}</dt><dd>{rights}</dd></div>
                </dl>
                <FieldProblemText name="rights" errors/>
                <Whom typed groups=list.groups errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.save}</button>
                <a class="button" href="/admin/levels">{lang.texts().cancel}</a>
            </footer>
        </form>
    }
}

/// `/admin/levels/new`, `/admin/levels/5`
#[component]
pub fn OneLevel(
    list: AccountList,
    id: Option<RoleId>,
    typed: RoleForm,
    proof: bool,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let role: Option<OwnRole> = id.and_then(|id| list.roles.iter().find(|role| role.id == id).cloned());
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["name", "rights", "groups", "role", "proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let has: Rights = typed.rights.iter().filter_map(|code| Capability::from_code(code)).collect();
    let own = crate::ssr::visitor().ok().and_then(|visitor| visitor.actor.ok()).map(|actor| actor.rights());
    let own = own.unwrap_or_default();
    // Nobody keeps or deletes a level that may more than they do.
    if let Some(beyond) = role.as_ref().filter(|role| !role.rights.within(own)) {
        let rights = beyond.rights.iter().map(|one| lang.capability(one)).collect::<Vec<_>>().join("; ");
        return view! {
            <Refused error=whole/>
            <p class="note" role="note"><span>{t.level_beyond}</span></p>
            <dl class="facts">
                <div><dt>{t.level_name}</dt><dd>{beyond.name.clone()}</dd></div>
                <div><dt>{t.rights}</dt><dd>{rights}</dd></div>
                <div><dt>{t.whom}</dt><dd>{whom_of(&beyond.coverage, &list, t.whom_everybody)}</dd></div>
            </dl>
            <a class="link" href="/admin/levels">{t.to_list}</a>
        }
        .into_any();
    }
    let capability = |capability: Capability| {
        view! {
            <label class="check">
                <input type="checkbox" name="rights[]" value=capability.code() checked=has.may(capability) disabled=!own.may(capability)/>
                {lang.capability(capability)}
            </label>
        }
    };
    let accounts = role.as_ref().map_or(0, |role| role.accounts);
    let remove = role.as_ref().map(|role| {
        let id = role.id;
        if accounts > 0 {
            return view! { <p class="pale">{t.level_used}" ("{number(accounts)}")"</p> }.into_any();
        }
        view! {
            <form method="post" action="/api/delete_role">
                <input type="hidden" name="role" value=id.to_string()/>
                <button class="button danger">{t.delete_level}</button>
            </form>
        }
        .into_any()
    });
    view! {
        <form class="deed wide" method="post" action="/api/keep_role" novalidate=true>
            {id.map(|id| view! { <input type="hidden" name="role" value=id.to_string()/> })}
            <div class="deed-body">
                <Refused error=whole/>
                <Field name="name" label=t.level_name value=typed.name.clone() first=true must=true errors/>
                <fieldset class="rights">
                    <legend>{t.rights}</legend>
                    <p class="pale">{t.rights_hint}</p>
                    {Capability::ALL.map(capability).into_iter().collect_view()}
                    <FieldProblemText name="rights" errors/>
                    <FieldProblemText name="role" errors/>
                </fieldset>
                <Whom typed groups=list.groups errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.save}</button>
                <a class="button" href="/admin/levels">{lang.texts().cancel}</a>
            </footer>
        </form>
        {remove}
    }
    .into_any()
}

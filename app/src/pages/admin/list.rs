use domain::{AccountFilter, AccountId, AccountRow, AccountState, Level, Role};
use leptos::prelude::*;
use service::AccountList;

use super::level_name;
use crate::i18n::{AccountWords, FactorWords, date_time, number, use_lang};
use crate::pages::journal::find;

/// The filter of a query (the text after `?`); what cannot be read counts as usual.
#[must_use]
pub fn parse_accounts(query: &str) -> AccountFilter {
    AccountFilter {
        text: find(query, "q").trim().to_owned(),
        state: AccountState::from_code(&find(query, "state")),
        level: Level::parse(&find(query, "level")),
    }
}

/// Search and filters: a form, so that it works without scripts and has an address.
#[component]
fn Search(list: AccountList, filter: AccountFilter) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let state = |state: AccountState| {
        view! { <option value=state.code() selected=filter.state == Some(state)>{lang.account_state(state)}</option> }
    };
    let common = Role::ALL.map(Level::Role).into_iter();
    let levels = common.chain(list.roles.iter().map(|role| Level::Own(role.id)));
    let level = |level: Level| {
        let chosen = filter.level == Some(level);
        view! { <option value=level.to_string() selected=chosen>{level_name(lang, Some(level), &list)}</option> }
    };
    view! {
        <form class="account-search" method="get" action="/admin" role="search" aria-label=t.find>
            <input class="input" type="search" name="q" maxlength="40" placeholder=t.find_hint aria-label=t.find_hint value=filter.text.clone()/>
            <span class="select">
                <select name="state" aria-label=t.state>
                    <option value="">{t.any_state}</option>
                    {[AccountState::Active, AccountState::Invited].map(state).into_iter().collect_view()}
                </select>
            </span>
            <span class="select">
                <select name="level" aria-label=t.level>
                    <option value="">{t.any_level}</option>
                    {levels.map(level).collect_view()}
                </select>
            </span>
            <button class="button">{t.find}</button>
        </form>
    }
}

/// `/admin`
#[component]
pub fn Accounts(list: AccountList, filter: AccountFilter, own: AccountId) -> impl IntoView {
    let lang = use_lang();
    let (t, f) = (lang.accounting(), lang.factoring());
    let row = |row: &AccountRow| {
        let id = row.account.id;
        let state = match row.state {
            AccountState::Invited => {
                view! { <span class="chip" data-kind="running">{lang.account_state(row.state)}</span> }.into_any()
            }
            _ => lang.account_state(row.state).into_any(),
        };
        let seen = row.last_seen.map_or_else(|| t.never.to_owned(), date_time);
        view! {
            <tr role="row">
                <td role="cell" class="name">
                    <a href=format!("/admin/{id}")>{row.account.name.clone()}</a>
                    {(id == own).then(|| view! { " "<span class="chip">{t.you}</span> })}
                    <span class="pale address">{row.account.email.clone()}</span>
                </td>
                <td role="cell" data-label=t.level>{level_name(lang, row.level, &list)}</td>
                <td role="cell" data-label=t.state>{state}</td>
                <td role="cell" data-label=f.factor>{if row.has_factor() { t.yes } else { t.no }}</td>
                <td role="cell" data-label=t.last_seen>{seen}</td>
                <td role="cell" class="number" data-label=t.now_in>{number(row.sessions)}</td>
            </tr>
        }
    };
    let found: Vec<&AccountRow> = list.rows.iter().filter(|row| filter.fits(row)).collect();
    let nobody = found.is_empty();
    let table = (!nobody).then(|| {
        view! {
            <div class="table-scroll">
                <table class="table accounts stack" role="table" aria-label=t.users>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" aria-sort="ascending">{t.name}</th>
                        <th role="columnheader" class="col-level">{t.level}</th>
                        <th role="columnheader" class="col-state">{t.state}</th>
                        <th role="columnheader" class="col-factor">{f.factor}</th>
                        <th role="columnheader" class="col-when">{t.last_seen}</th>
                        <th role="columnheader" class="col-count number">{t.now_in}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{found.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <Search list=list.clone() filter/>
        {table}
        {nobody.then(|| view! {
            <div class="empty">
                <h2>{t.nobody_found}</h2>
                <p>{t.nobody_found_hint}</p>
                <a class="button" href="/admin">{t.show_all}</a>
            </div>
        })}
        <dl class="facts policy">
            <div>
                <dt>{f.requirement}</dt>
                <dd>{if list.factor_required { t.yes } else { t.no }}" "<a class="link" href="/admin/factor">{f.change}</a></dd>
            </div>
        </dl>
    }
}

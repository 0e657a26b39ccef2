use domain::{AccountId, AccountRow, AccountState};
use leptos::prelude::*;
use service::AccountList;

use super::level_name;
use crate::i18n::{AccountWords, FactorWords, date_time, number, use_lang};

/// `/admin`
#[component]
pub fn Accounts(list: AccountList, own: AccountId) -> impl IntoView {
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
                <tbody role="rowgroup">{list.rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <dl class="facts policy">
            <div>
                <dt>{f.requirement}</dt>
                <dd>{if list.factor_required { t.yes } else { t.no }}" "<a class="link" href="/admin/factor">{f.change}</a></dd>
            </div>
        </dl>
    }
}

//! `/connect/people`: the list that was handed over, for the responsible alone.

use domain::NewMember;
use leptos::prelude::*;
use service::HandedList;

use super::steps::counted;
use crate::i18n::{ConnectWords, Words, use_lang};

#[component]
pub fn Listed(list: HandedList, added: Option<(u64, u64)>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let strangers = list.strangers() as u64;
    let caption = counted(t.list, list.people.len());
    let row = |(person, known): (NewMember, bool)| {
        let name = [person.name.surname, person.name.first, person.name.patronymic].join(" ");
        view! {
            <tr>
                <td class="name">{name}</td>
                <td data-label=t.email>{person.email.as_str().to_owned()}</td>
                <td data-label=t.employment>{lang.employment(person.employment)}</td>
                <td data-label=t.in_directory>{if known { t.known } else { t.stranger }}</td>
            </tr>
        }
    };
    view! {
        {added.map(|(added, known)| view! { <p class="note" role="status"><span>{lang.added(added, known)}</span></p> })}
        <p>{t.list_lead}</p>
        <div class="row-acts">
            {(strangers > 0).then(|| view! {
                <form method="post" action="/api/add_listed"><button class="button primary">{lang.add_so_many(strangers)}</button></form>
            })}
            <a class="button danger-line" href="/connect/people?drop">{t.drop}</a>
        </div>
        {(strangers == 0).then(|| view! { <p class="pale">{t.nobody_new}</p> })}
        <div class="table-scroll">
            <table class="table stack listed">
                <caption class="sr">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t.person}</th>
                        <th scope="col">{t.email}</th>
                        <th scope="col">{t.employment}</th>
                        <th scope="col">{t.in_directory}</th>
                    </tr>
                </thead>
                <tbody>{list.people.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// Asks before the list goes: it does not come back.
#[component]
pub fn DropList(list: HandedList) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let strangers = list.strangers() as u64;
    view! {
        <form class="deed" method="post" action="/api/drop_listed">
            <div class="deed-body">
                <p>{lang.drop_effect(list.people.len() as u64)}</p>
                {(strangers > 0).then(|| view! { <p><b>{lang.drop_strangers(strangers)}</b></p> })}
            </div>
            <footer class="deed-foot">
                <button class="button danger">{t.drop}</button>
                <a class="button" href="/connect/people">{t.keep}</a>
            </footer>
        </form>
    }
}

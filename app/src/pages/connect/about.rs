//! «О сервисе», «Сервис подключён», and the change of its name and address.

use domain::{AccountState, Date, FieldError, Instant, ServiceForm};
use leptos::prelude::*;
use service::Service;

use super::steps::AddressField;
use super::{ServiceSaid, address_of};
use crate::i18n::{ConnectWords, date_time, last_day, use_lang};
use crate::pages::admin::Proof;
use crate::pages::may;
use crate::parts::Field;

/// `/connect` of a service that is connected.
#[component]
pub fn AboutService(service: Service, url: String, said: ServiceSaid) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    let trials = trials_of(&service.trials);
    let address = service.address.map(|address| address_of(&url, &address));
    let link = |there: String| {
        let href = there.clone();
        view! { <a href=href>{there}</a> }
    };
    let invited = |row: &domain::AccountRow| row.state == AccountState::Invited;
    if said == ServiceSaid::Connected {
        let responsible = service.responsible.filter(invited).map(|row| {
            view! {
                <p>
                    {t.invited}": "<b>{row.account.name}</b>". "{t.link_to}" "{row.account.email}", "{t.code_to}" "{row.phone}". "{t.invited_until}
                </p>
            }
        });
        let until = match trials.is_empty() {
            true => view! { <p>{t.no_trial}</p> }.into_any(),
            false => view! { <p>{t.until}" "<b>{trials}</b></p> }.into_any(),
        };
        return view! {
            <div class="deed connected" role="status">
                <p class="big"><b>{service.name}</b></p>
                <p>{t.address}": "{address.map(link)}</p>
                {until}
                {responsible}
            </div>
            <section aria-labelledby="what-next">
                <h2 id="what-next">{t.what_next}</h2>
                <div class="row-acts">
                    {service.listed.then(|| view! { <a class="button primary" href="/connect/people">{t.open_list}</a> })}
                    {may(domain::Capability::People).then(|| view! { <a class="button" href="/users">{t.to_people}</a> })}
                    {may(domain::Capability::Stock).then(|| view! { <a class="button" href="/licenses">{t.to_licences}</a> })}
                </div>
            </section>
        }
        .into_any();
    }
    let words = match said {
        ServiceSaid::Saved => Some(t.saved),
        ServiceSaid::Dropped => Some(t.dropped),
        _ => None,
    };
    let responsible = service.responsible.map(|row| {
        let waits = invited(&row).then(|| format!(" ({})", t.waits));
        format!("{}, {}{}", row.account.name, row.account.email, waits.unwrap_or_default())
    });
    let former = service.former.iter().map(|former| address_of(&url, former)).collect::<Vec<_>>().join(", ");
    let pair = |name: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
    };
    view! {
        {words.map(|words| view! { <p class="note" role="status"><span>{words}</span></p> })}
        <section class="part about" aria-label=t.about><dl class="pairs">
            {pair(t.name, service.name)}
            <div><dt>{t.address}</dt><dd>{match address { Some(address) => link(address).into_any(), None => t.no_address.into_any() }}</dd></div>
            {pair(t.responsible, responsible.unwrap_or_default())}
            {pair(t.since, date_time(service.connected_at))}
            {pair(t.trial_until, trials)}
            {pair(t.city, service.city)}
            {pair(t.work, service.work)}
            {(!former.is_empty()).then(|| view! { <div><dt>{t.former}" "{format!("({})", t.former_hint)}</dt><dd>{former}</dd></div> })}
        </dl></section>
        <div class="row-acts">
            <a class="button" href="/connect/edit">{t.change}</a>
            {service.listed.then(|| view! { <a class="button" href="/connect/people">{t.open_list}</a> })}
        </div>
    }
    .into_any()
}

/// «05.12.2026 (ПЭП, УКЭП)»: most trials end on one day.
fn trials_of(trials: &[(String, Instant)]) -> String {
    let mut days: Vec<(Date, Vec<&str>)> = Vec::new();
    for (title, until) in trials {
        let day = last_day(*until);
        match days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, titles)) => titles.push(title),
            None => days.push((day, vec![title])),
        }
    }
    days.iter().map(|(day, titles)| format!("{day} ({})", titles.join(", "))).collect::<Vec<_>>().join(", ")
}

/// `/connect/edit`
#[component]
pub fn ChangeService(
    typed: ServiceForm,
    free: Option<String>,
    proof: bool,
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.connecting();
    view! {
        <form class="deed" method="post" action="/api/change_service" novalidate=true>
            <div class="deed-body">
                <p>{t.change_lead}</p>
                <Field name="name" label=t.name value=typed.name first=true complete="organization" errors/>
                <AddressField typed=typed.address free errors/>
                {proof.then(|| view! { <Proof errors/> })}
            </div>
            <footer class="deed-foot">
                <button class="button primary">{t.save}</button>
                <a class="button" href="/connect">{lang.texts().cancel}</a>
            </footer>
        </form>
    }
}

//! «Письма»: what has gone, what is to go, and why something did not.

mod letter;
mod settings;

use domain::{Channel, Frame, LetterRow, LetterState};
use leptos::prelude::*;
use service::Letters;

use crate::i18n::{Lang, LetterWords, date_time, number, use_lang};
use crate::mail::subject;
use crate::pages::sends;
use crate::parts::{Head, Here, Layout};

pub use letter::OneLetter;
pub use settings::NotificationSettings;

/// The address of the list.
fn address(state: Option<LetterState>) -> String {
    state.map_or("/letters".to_owned(), |state| format!("/letters?state={}", state.code()))
}

/// `/letters`. `later`: there are newer ones than these.
#[component]
pub fn LetterList(frame: Frame, letters: Letters, later: bool) -> impl IntoView {
    let lang = use_lang();
    let (t, l) = (lang.texts(), lang.lettering());
    let count = |state: LetterState| letters.counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, n)| *n);
    let all: u64 = letters.counts.iter().map(|(_, count)| count).sum();
    let choice = |state: Option<LetterState>, text: &'static str, count: u64| {
        view! {
            <a href=address(state) aria-current=(letters.state == state).then_some("true")>
                {text}" "<span class="count">{number(count)}</span>
            </a>
        }
    };
    let states = LetterState::ALL.map(|state| choice(Some(state), lang.letter_state(state), count(state)));
    let choices = [choice(None, l.all, all)].into_iter().chain(states).collect_view();
    let note = |text: &'static str| view! { <p class="note" role="note"><span>{text}</span></p> };
    let no_post = (!sends(Channel::Mail)).then(|| note(l.no_post));
    let any_sms = letters.rows.iter().any(|row| row.letter.channel() == Channel::Sms);
    let no_gateway = (any_sms && !sends(Channel::Sms)).then(|| note(l.no_gateway));
    let any_go = sends(Channel::Mail) || sends(Channel::Sms);
    let again = (any_go && letters.state == Some(LetterState::Failed) && !letters.rows.is_empty()).then(|| {
        view! { <form method="post" action="/api/retry_failed_letters"><button class="button">{l.send_failed}</button></form> }
    });
    let content = if all == 0 {
        view! {
            <div class="empty">
                <h2>{l.none_yet}</h2>
                <p>{l.none_yet_hint}</p>
                <a class="button" href="/notifications">{l.settings}</a>
            </div>
        }
        .into_any()
    } else if letters.rows.is_empty() {
        view! {
            <div class="empty"><h2>{l.none_such}</h2><a class="button" href="/letters">{l.all}</a></div>
        }
        .into_any()
    } else {
        let newest = later.then(|| view! { <a href=address(letters.state)>{t.newest}</a> });
        let state = letters.state.map(|state| format!("&state={}", state.code())).unwrap_or_default();
        let older =
            letters.next.map(|id| view! { <a href=format!("/letters?before={id}{state}") rel="next">{t.older}</a> });
        view! {
            <div class="table-scroll">
                <table class="table letters stack" role="table" aria-label=l.letters>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-when" aria-sort="descending">{l.written}</th>
                        <th role="columnheader">{l.subject}</th>
                        <th role="columnheader" class="col-to">{l.to}</th>
                        <th role="columnheader" class="col-state">{l.state}</th>
                        <th role="columnheader" class="col-when">{l.when}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{letters.rows.iter().map(|letter| row(lang, letter)).collect_view()}</tbody>
                </table>
            </div>
            {(later || letters.next.is_some()).then(|| view! {
                <div class="pager"><nav aria-label=t.pages>{newest}{older}</nav></div>
            })}
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Notifications>
            <Head title=l.letters>
                <div class="head-acts">
                    {again}
                    <a class="button" href="/notifications">{l.settings}</a>
                </div>
            </Head>
            <div class="page">
                {no_post}
                {no_gateway}
                <div class="stock-filters">
                    <nav class="choices" aria-label=l.state>{choices}</nav>
                </div>
                {content}
            </div>
        </Layout>
    }
}

fn row(lang: Lang, letter: &LetterRow) -> impl IntoView + use<> {
    let l = lang.lettering();
    view! {
        <tr role="row">
            <td role="cell" data-label=l.written>{date_time(letter.created_at)}</td>
            <td role="cell" class="name"><a href=format!("/letters/{}", letter.id)>{subject(lang, &letter.letter)}</a></td>
            <td role="cell" data-label=l.to>{letter.to.clone()}</td>
            <td role="cell" class="state">{state_chip(lang, letter.state)}</td>
            <td role="cell" data-label=at_label(lang, letter.state)>{date_time(letter.at)}</td>
        </tr>
    }
}

/// What happens, or happened, at [`LetterRow::at`].
fn at_label(lang: Lang, state: LetterState) -> &'static str {
    let l = lang.lettering();
    match state {
        LetterState::Waiting => l.goes,
        LetterState::Sent => l.gone,
        LetterState::Failed => l.given_up,
    }
}

/// The chip of a state: what did not go stands out.
fn state_chip(lang: Lang, state: LetterState) -> impl IntoView {
    let kind = match state {
        LetterState::Waiting => Some("running"),
        LetterState::Failed => Some("failed"),
        LetterState::Sent => None,
    };
    view! { <span class="chip" data-kind=kind>{lang.letter_state(state)}</span> }
}

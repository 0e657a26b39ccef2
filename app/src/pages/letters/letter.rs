use domain::{Channel, DeskError, Frame, LetterState};
use leptos::prelude::*;
use service::LetterPage;

use super::{at_label, state_chip};
use crate::i18n::{Lang, LetterWords, date_time, number, use_lang};
use crate::mail::{mail, sms, subject};
use crate::pages::{Refused, sends};
use crate::parts::{Head, Here, Layout};

/// `/letters/3`: the letter as it goes, and the log of its tries.
#[component]
pub fn OneLetter(frame: Frame, page: LetterPage, base: String, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let channel = page.row.letter.channel();
    let sends = sends(channel);
    let l = lang.lettering();
    let LetterPage { row, tries } = page;
    let id = row.id;
    let title = subject(lang, &row.letter);
    // A link that is for its recipient is shown only where nothing is sent.
    let letter = if sends { row.letter.clone().without_secret() } else { row.letter.clone() };
    let language = Lang::from(row.language);
    let (heading, text) = match channel {
        Channel::Mail => (l.letter, mail(language, &letter, &frame.organization.name, &base).text),
        Channel::Sms => (l.sms, sms(language, &letter, &frame.organization.name)),
    };
    let as_html = (channel == Channel::Mail).then(|| {
        view! {
            <a class="link" href=format!("/letters/{id}/html") target="_blank" rel="noopener">{l.as_html}</a>
        }
    });
    let no_gateway = (channel == Channel::Sms && !sends).then(|| {
        view! { <p class="note" role="note"><span>{l.no_gateway}</span></p> }
    });
    let retry = (sends && row.state != LetterState::Sent).then(|| {
        view! {
            <form method="post" action="/api/retry_letter">
                <input type="hidden" name="letter" value=id.to_string()/>
                <button class="button">{l.send_now}</button>
            </form>
        }
    });
    let one = |tried: &domain::LetterTry| {
        view! {
            <tr role="row">
                <td role="cell" data-label=l.when>{date_time(tried.at)}</td>
                <td role="cell" class="name">{lang.delivery(channel, tried.delivery)}</td>
            </tr>
        }
    };
    let log = if tries.is_empty() {
        view! { <p class="pale">{l.not_tried}</p> }.into_any()
    } else {
        view! {
            <div class="table-scroll">
                <table class="table stack" role="table" aria-label=l.log>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-when">{l.when}</th>
                        <th role="columnheader">{l.outcome}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{tries.iter().map(one).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Notifications>
            <Head title=title>
                <div class="head-acts">
                    {retry}
                    <a class="button" href="/letters">{l.letters}</a>
                </div>
            </Head>
            <div class="page">
                <Refused error=refused/>
                {no_gateway}
                <dl class="facts">
                    <div><dt>{l.state}</dt><dd>{state_chip(lang, row.state)}</dd></div>
                    <div><dt>{l.to}</dt><dd>{row.to.clone()}</dd></div>
                    <div><dt>{l.written}</dt><dd>{date_time(row.created_at)}</dd></div>
                    <div><dt>{at_label(lang, row.state)}</dt><dd>{date_time(row.at)}</dd></div>
                    <div><dt>{l.tries}</dt><dd>{number(tries.len() as u64)}</dd></div>
                </dl>
                <section>
                    <h2>{heading}</h2>
                    <pre class="mail" lang=language.code()>{text}</pre>
                    {as_html}
                </section>
                <section><h2>{l.log}</h2>{log}</section>
            </div>
        </Layout>
    }
}

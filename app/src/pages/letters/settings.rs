use domain::{
    Capability, DeskError, FieldError, FieldProblem, Frame, LetterKind, NoticeForm, NotificationsForm, emails_of,
};
use leptos::prelude::*;

use crate::i18n::{Lang, LetterWords, Words, use_lang};
use crate::pages::{Refused, may, wrong_fields};
use crate::parts::{Head, Here, Layout};

/// The fields of a kind, in the order of the page.
const NOTICE_FIELDS: [&str; 5] = ["to", "at", "delay", "quiet_from", "quiet_until"];

/// `/notifications`: `typed` is what is set, or what a refused form held.
#[component]
pub fn NotificationSettings(
    frame: Frame,
    typed: NotificationsForm,
    saved: bool,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let l = lang.lettering();
    let of_kind = |kind: LetterKind| NOTICE_FIELDS.map(|field| format!("{}-{field}", kind.code()));
    let mut order: Vec<String> = LetterKind::SET.into_iter().flat_map(of_kind).collect();
    order.extend(["threshold", "horizon_days"].map(str::to_owned));
    let errors = wrong_fields(refused.as_ref(), &order);
    let kinds = LetterKind::SET
        .map(|kind| {
            let notice = typed.notices.get(kind.code()).cloned().unwrap_or_default();
            kind_fields(lang, kind, notice, &errors)
        })
        .into_iter()
        .collect_view();
    let number = |name: &'static str, label: &'static str, value: String| {
        field(
            lang,
            Entry { id: name.to_owned(), name: name.to_owned(), label, value, hint: "", numeric: true },
            &errors,
        )
    };
    let threshold = number("threshold", l.threshold, typed.threshold.clone());
    let horizon = number("horizon_days", l.horizon, typed.horizon_days.clone());
    let english = typed.english;
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Notifications>
            <Head title=lang.texts().notifications>
                {may(Capability::Letters).then(|| view! { <div class="head-acts"><a class="button" href="/letters">{l.letters}</a></div> })}
            </Head>
            <div class="page">
                {saved.then(|| view! { <p class="note" role="status"><span>{l.saved}</span></p> })}
                <form class="deed wide notices" method="post" action="/api/keep_notifications" novalidate=true>
                    <div class="deed-body">
                        <Refused error=refused/>
                        <p class="pale">{l.terms_note}</p>
                        {kinds}
                        <fieldset class="fields">
                            <legend>{l.when_low}</legend>
                            {threshold}
                            {horizon}
                        </fieldset>
                        <fieldset class="fields">
                            <legend>{l.language}</legend>
                            <label class="check"><input type="radio" name="english" value="false" checked=!english/><span lang="ru">"Русский"</span></label>
                            <label class="check"><input type="radio" name="english" value="true" checked=english/><span lang="en">"English"</span></label>
                        </fieldset>
                    </div>
                    <footer class="deed-foot"><button class="button primary">{l.save}</button></footer>
                </form>
            </div>
        </Layout>
    }
}

struct Entry {
    id: String,
    name: String,
    label: &'static str,
    value: String,
    hint: &'static str,
    numeric: bool,
}

fn kind_fields(lang: Lang, kind: LetterKind, notice: NoticeForm, errors: &[FieldError]) -> impl IntoView + use<> {
    let l = lang.lettering();
    let code = kind.code();
    let name = |field: &str| format!("notices[{code}][{field}]");
    let one = |id: &str, label: &'static str, value: String, hint: &'static str, numeric: bool| {
        field(lang, Entry { id: format!("{code}-{id}"), name: name(id), label, value, hint, numeric }, errors)
    };
    let whom = if kind == LetterKind::OrderPaid { l.recipients_more } else { l.recipients_hint };
    view! {
        <fieldset class="fields notice">
            <legend>{lang.letter_kind(kind)}</legend>
            <label class="whole check">
                <input type="checkbox" name=name("on") value="true" checked=notice.on/>
                {l.send}
            </label>
            {one("to", l.recipients, notice.to, whom, false)}
            {one("at", l.at, notice.at, l.at_hint, false)}
            {one("delay", l.delay, notice.delay, "", true)}
            {one("quiet_from", l.quiet_from, notice.quiet_from, l.if_any, false)}
            {one("quiet_until", l.quiet_until, notice.quiet_until, l.if_any, false)}
        </fieldset>
    }
}

/// A field whose name says more than its label: each kind has the same ones.
fn field(lang: Lang, entry: Entry, errors: &[FieldError]) -> impl IntoView + use<> {
    let Entry { id, name, label, value, hint, numeric } = entry;
    // The refusal came by the address, which tells no e-mails: which are wrong is read from what was typed.
    let problem = errors.iter().find(|error| error.field == id).map(|error| {
        let wrong = if error.problem == FieldProblem::NotAnEmail { emails_of(&value).1 } else { Vec::new() };
        if wrong.is_empty() { lang.wrong(error) } else { lang.not_emails(&wrong) }
    });
    let focus = errors.first().is_some_and(|error| error.field == id);
    let described = problem.as_ref().map(|_| format!("{id}-error"));
    let hint = (!hint.is_empty()).then(|| view! { " "<span class="pale">{hint}</span> });
    view! {
        <div class="field" class:whole=id.ends_with("-to")>
            <label for=id.clone()>{label}{hint}</label>
            <input
                class="input"
                id=id.clone()
                name=name
                value=value
                maxlength="1000"
                autocomplete="off"
                autofocus=focus
                inputmode=numeric.then_some("numeric")
                aria-invalid=described.is_some().then_some("true")
                aria-describedby=described
            />
            {problem.map(|text| view! { <p class="field-error" id=format!("{id}-error")>{text}</p> })}
        </div>
    }
}

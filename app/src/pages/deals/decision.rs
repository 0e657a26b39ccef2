//! An application as the partner settles it.

use domain::{ApplicationState, Charge, DeskError, Purpose};
use leptos::prelude::*;
use service::{ApplicationPage, DecisionForm, ExtensionState};

use super::{
    Owners, Said, extensions_note, option_chip, percent, promotion_text, state_chip, was_overtaken, wish_text,
};
use crate::i18n::{DealWords, OrderWords, Words, date_time, use_lang};
use crate::mail::escaped;
use crate::pages::{Refused, wrong_fields};

/// `/partner/applications/12`
#[component]
pub(super) fn Decide(
    page: ApplicationPage,
    typed: Option<DecisionForm>,
    said: Said,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let promotion = promotion_text(lang, &page);
    let ApplicationPage { application, extension, connected, .. } = page.clone();
    let waits = application.state == ApplicationState::Sent;
    let overtaken = was_overtaken(refused.as_ref());
    let note = match said {
        Said::Saved => Some(d.saved),
        Said::Done if application.charge.is_some() => Some(d.done),
        Said::Done => Some(d.off_processed),
        Said::Declined => Some(d.declined),
        _ => None,
    };
    let meaning = if application.asked.on { d.on_meaning } else { d.off_meaning };
    let set = application.set.as_ref().map(|set| {
        view! { <div><dt>{d.corrected}</dt><dd>{wish_text(lang, set, &extension)}</dd></div> }
    });
    let state = ExtensionState { extension: extension.clone(), connected: connected.clone() };
    let held = connected.as_ref().map(|known| {
        let size = extension.size_title(&known.size).to_owned();
        let held = known.held.map(|held| format!(", {} {}", d.held_low, lang.held_of(held, known.seats)));
        view! { <br/><span class="pale">{size}{held}</span> }
    });
    let settled = application.settled_at.map(|at| {
        let by = application.settled_by.clone().unwrap_or_default();
        view! { <div><dt>{d.settled}</dt><dd>{date_time(at)}<br/><span class="pale">{by}</span></dd></div> }
    });
    let charged = application.charge.is_some();
    let named = promotion.clone();
    let charge = application.charge.as_ref().map(|charge| {
        view! {
            <dl class="facts wide-facts">
            <div><dt>{d.price}</dt><dd>{lang.roubles(charge.price)}</dd></div>
            <div><dt>{d.discount}</dt><dd>{percent(charge.discount)}</dd></div>
            <div><dt>{d.amount}</dt><dd class="big">{lang.roubles(charge.amount)}</dd></div>
            {named.map(|text| view! { <div><dt>{d.promotion}</dt><dd>{text}</dd></div> })}
            </dl>
        }
    });
    let comment = (!application.comment.is_empty()).then(|| {
        view! { <section><h2>{d.comment}</h2><p class="typed">{application.comment.clone()}</p></section> }
    });
    let reason = (!application.reason.is_empty()).then(|| {
        view! { <section><h2>{d.declined_because}</h2><p class="typed">{application.reason.clone()}</p></section> }
    });
    // What was typed is not lost, though nothing can be done with it any more.
    let lost = typed.as_ref().map(|typed| typed.reason.clone()).filter(|reason| !waits && !reason.is_empty());
    let lost = lost.map(|reason| {
        view! { <section><h2>{d.typed_reason}</h2><p class="typed">{reason}</p></section> }
    });
    let now = (overtaken && waits).then(|| {
        view! {
            <p class="note"><span>{d.is_now}": "<b>{wish_text(lang, application.wish(), &extension)}</b>". "{d.typed_kept}</span></p>
        }
    });
    let shown = refused.clone().filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    view! {
        <div class="page">
            <Refused error=shown/>
            {now}
            {note.map(|note| view! { <p class="note" role="status"><span>{note}</span></p> })}
            <dl class="facts wide-facts">
                <div><dt>{d.customer}</dt><dd>{application.customer_name.clone()}</dd></div>
                <div><dt>{d.what}</dt><dd>{lang.application_title(application.purpose, &extension.title)}</dd></div>
                <div><dt>{d.state}</dt><dd>{state_chip(lang, application.state)}</dd></div>
                <div><dt>{d.sent_at}</dt><dd>{date_time(application.created_at)}<br/><span class="pale">{application.author_name.clone()}</span></dd></div>
                {settled}
                {(!charged).then(|| promotion.clone().map(|text| view! { <div><dt>{d.promotion}</dt><dd>{text}</dd></div> }))}
            </dl>
            <dl class="facts wide-facts">
                <div>
                    <dt>{extension.title.clone()}</dt>
                    <dd>{option_chip(lang, application.asked.on)}<br/><span class="pale">{meaning}</span></dd>
                </div>
                <div><dt>{d.asked}</dt><dd>{wish_text(lang, &application.asked, &extension)}</dd></div>
                {set}
                <div><dt>{d.stock_now}</dt><dd>{extensions_note(lang, &state)}{held}</dd></div>
            </dl>
            {charge}
            <Owners owners=application.owners.clone() extension=extension.clone() foreign=true/>
            {comment}
            {reason}
            {lost}
            {waits.then(|| view! { <Decision page typed refused/> })}
        </div>
    }
}

/// What can be done with one that waits: the option and its size, and nothing of the people.
#[component]
fn Decision(page: ApplicationPage, typed: Option<DecisionForm>, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let ApplicationPage { application, extension, connected, promotion, discount, now, .. } = page;
    let errors = wrong_fields(refused.as_ref(), &["size", "reason"]);
    let problem = |field: &str| {
        let error = errors.iter().find(|error| error.field == field)?;
        let id = format!("{field}-error");
        Some(view! { <p class="field-error" id=id role="alert">{lang.wrong(error)}</p> })
    };
    // A reason alone says nothing of the option.
    let typed = typed.filter(|_| refused.is_some());
    let set = typed.as_ref().filter(|typed| !typed.size.is_empty());
    let on = set.map_or(application.wish().on, |typed| typed.on);
    let code = set.map_or(&application.wish().size, |typed| &typed.size).clone();
    let reason = typed.as_ref().map(|typed| typed.reason.clone()).unwrap_or_default();
    let declines = !reason.is_empty() || errors.iter().any(|error| error.field == "reason");
    let former = connected.as_ref().filter(|_| application.purpose == Purpose::Grow).map(|known| known.size.clone());
    let before = former.as_ref().and_then(|code| extension.size(code));
    let cost = |size: &domain::ExtensionSize| {
        let charge = |discount| Charge::of(&extension, (before, size), discount, promotion.as_ref(), now.date());
        let what = if before.is_some() { d.more_to_pay } else { d.price_year };
        let price = format!("{what} {}", lang.roubles(charge(0).price));
        let due = discount.map(|discount| format!(", {} {}", d.amount_low, lang.roubles(charge(discount).amount)));
        price + due.as_deref().unwrap_or_default()
    };
    let size = |size: &domain::ExtensionSize| {
        view! {
            <label class="check">
                <input type="radio" name="size" value=size.code.clone() checked=size.code == code/>
                <span>{size.title.clone()}" "<span class="pale">{cost(size)}</span></span>
            </label>
        }
    };
    let sizes = extension.sizes_above(former.as_deref()).iter().map(size).collect_view();
    let hidden = || {
        view! {
            <input type="hidden" name="application" value=application.id.to_string()/>
            <input type="hidden" name="version" value=application.version.to_string()/>
        }
    };
    view! {
        <section>
            <h2>{d.decision}</h2>
            <form class="deed" method="post" action="/api/process_application">
                // What Enter presses: nothing is processed by it.
                <button class="pressed-first" formaction="/api/correct_application" tabindex="-1" aria-hidden="true"></button>
                {hidden()}
                <div class="deed-body">
                    <p class="pale">{d.decision_hint}</p>
                    <fieldset class="rights">
                        <legend class="sr">{d.option}</legend>
                        <label class="check">
                            <input type="checkbox" name="on" value="true" checked=on/>
                            {extension.title.clone()}
                        </label>
                    </fieldset>
                    <fieldset class="rights">
                        <legend>{d.size}</legend>
                        {sizes}
                        {problem("size")}
                    </fieldset>
                </div>
                <footer class="deed-foot">
                    <button class="button primary">{d.process}</button>
                    <button class="button" formaction="/api/correct_application">{d.save}</button>
                </footer>
            </form>
            <details class="bind-list" open=declines>
                <summary>{d.decline}</summary>
                <form class="deed" method="post" action="/api/decline_application">
                    {hidden()}
                    <div class="field">
                        <label for="reason">{d.declined_because}</label>
                        <textarea
                            class="input typed"
                            id="reason"
                            name="reason"
                            rows="3"
                            required=true
                            autofocus=errors.iter().any(|error| error.field == "reason")
                            aria-describedby="reason-hint"
                            aria-invalid=errors.iter().any(|error| error.field == "reason").then_some("true")
                            inner_html=escaped(&reason)
                        ></textarea>
                        {problem("reason")}
                        <p class="pale" id="reason-hint">{d.decline_hint}</p>
                    </div>
                    <footer class="deed-foot"><button class="button danger">{d.decline}</button></footer>
                </form>
            </details>
        </section>
    }
}

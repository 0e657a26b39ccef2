//! What was connected in a month, and whether both sides agree.

use domain::{
    ChargeLine, Contract, DealFault, DeskError, MonthSummary, Reconciliation, ReconciliationState, Said, Side, Word,
    moved_lines, seen_lines,
};
use leptos::prelude::*;
use service::{ReconciliationForm, ReconciliationPage, Reconciliations};

use super::percent;
use crate::i18n::{DealWords, Lang, OrderWords, Words, date_time, number, use_lang};
use crate::mail::escaped;
use crate::pages::{Refused, wrong_fields};

/// The chip of a state: what waits stands out.
fn chip(lang: Lang, state: ReconciliationState) -> impl IntoView {
    let kind = match state {
        ReconciliationState::Agreed => Some("sign"),
        ReconciliationState::Disputed => Some("failed"),
        ReconciliationState::Open | ReconciliationState::ConfirmedBy(_) => Some("running"),
    };
    view! { <span class="chip" data-kind=kind>{lang.reconciliation_state(state)}</span> }
}

/// The other side of a contract, by name.
fn other_side(contract: &Contract, own: domain::OrganizationId) -> String {
    if contract.partner == own { contract.vendor_name.clone() } else { contract.partner_name.clone() }
}

/// `/reconciliations`
#[component]
pub(super) fn List(list: Reconciliations) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    if list.rows.is_empty() {
        let (title, hint) = match list.contracts.is_empty() {
            true => (d.no_contracts, d.no_contracts_hint),
            false => (d.nothing_charged, d.nothing_charged_hint),
        };
        return view! { <div class="empty"><h2>{title}</h2><p>{hint}</p></div> }.into_any();
    }
    let row = |row: MonthSummary| {
        let there = format!("/reconciliations/{}/{}", row.contract.id, row.month);
        view! {
            <tr role="row">
                <td role="cell" class="name"><a href=there>{lang.month_name(row.month)}</a></td>
                <td role="cell">{other_side(&row.contract, list.own)}</td>
                <td role="cell" data-label=d.contract>{lang.contract_named(&row.contract)}</td>
                <td role="cell" class="number" data-label=d.count>{number(row.count)}</td>
                <td role="cell" class="number" data-label=d.total>{lang.roubles(row.total)}</td>
                <td role="cell" class="state">{chip(lang, row.state)}</td>
            </tr>
        }
    };
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll">
            <table class="table orders deals stack" role="table" aria-label=d.reconciliations>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader" class="col-when" aria-sort="descending">{d.month}</th>
                    <th role="columnheader">{d.partner}" / "{d.vendor}</th>
                    <th role="columnheader">{d.contract}</th>
                    <th role="columnheader" class="col-number number">{d.count}</th>
                    <th role="columnheader" class="col-sum number">{d.total}</th>
                    <th role="columnheader" class="col-state">{d.state}</th>
                </tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// `/reconciliations/3/2026-10`
#[component]
pub(super) fn One(
    page: ReconciliationPage,
    typed: Option<ReconciliationForm>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let ReconciliationPage { reconciliation, side, .. } = page;
    let digest = reconciliation.digest();
    let agreed = reconciliation.state == ReconciliationState::Agreed;
    let moved = matches!(refused, Some(DeskError::Deal { fault: DealFault::LinesChanged }));
    let moved = typed.as_ref().filter(|_| moved).map(|typed| {
        let what = lang.moved_lines(&moved_lines(&typed.seen, &reconciliation.lines));
        view! { <p class="alert" role="alert">{d.moved}" "{what}</p> }
    });
    let shown = refused.clone().filter(|error| {
        let told = matches!(error, DeskError::Deal { fault: DealFault::LinesChanged }) && moved.is_some();
        !told && !matches!(error, DeskError::InvalidForm { .. })
    });
    let own = reconciliation.said(side);
    let confirmed = own.is_some_and(|word| word.confirms(&digest));
    let note = if agreed {
        let invoice = match (reconciliation.order, side) {
            (Some(order), Side::Partner) => {
                view! { <a class="link" href=format!("/orders/{order}")>{d.invoice}" "{order.number()}</a> }.into_any()
            }
            (Some(order), Side::Vendor) => view! { <span>{d.of_partner}": "{order.number()}</span> }.into_any(),
            (None, _) => view! { <span>{d.agreed_free}</span> }.into_any(),
        };
        view! { <p class="note" role="status"><span>{d.agreed_note}</span>{invoice}</p> }.into_any()
    } else if confirmed {
        view! { <p class="note" role="status"><span>{d.own_confirmed}</span></p> }.into_any()
    } else {
        view! { <p class="note"><span>{d.confirm_note}</span></p> }.into_any()
    };
    let word = |of: Side| {
        let text = match reconciliation.said(of) {
            None => view! { <span class="pale">{d.said_nothing}</span> }.into_any(),
            Some(word) => said(lang, word, &digest).into_any(),
        };
        let name = match of {
            Side::Partner => reconciliation.contract.partner_name.clone(),
            Side::Vendor => reconciliation.contract.vendor_name.clone(),
        };
        let own = (of == side).then(|| view! { " "<span class="pale">"("{d.own_side}")"</span> });
        view! { <div><dt>{lang.side(of)}{own}</dt><dd>{name}<br/>{text}</dd></div> }
    };
    let sides = [word(Side::Partner), word(Side::Vendor)].into_iter().collect_view();
    let contract = lang.contract_named(&reconciliation.contract);
    let total = reconciliation.total();
    let lines = reconciliation.lines.iter().map(|one| line(lang, one)).collect_view();
    let form = (!agreed).then(|| {
        let (reconciliation, typed, refused) = (reconciliation.clone(), typed.clone(), refused.clone());
        view! { <Answer reconciliation confirmed typed refused/> }
    });
    view! {
        <div class="page">
            <Refused error=shown/>
            {moved}
            {note}
            <dl class="facts">
                <div><dt>{d.contract}</dt><dd>{contract}</dd></div>
                <div><dt>{d.month}</dt><dd>{lang.month_name(reconciliation.month)}</dd></div>
                <div><dt>{d.total}</dt><dd class="big">{lang.roubles(total)}</dd></div>
                <div><dt>{d.state}</dt><dd>{chip(lang, reconciliation.state)}</dd></div>
                {sides}
            </dl>
            <section>
                <h2>{d.lines}</h2>
                <div class="table-scroll">
                    <table class="table charges stack" role="table" aria-label=d.lines>
                        <thead role="rowgroup"><tr role="row">
                            <th role="columnheader" class="col-short">{d.day}</th>
                            <th role="columnheader">{d.customer}</th>
                            <th role="columnheader" class="col-short">{d.application}</th>
                            <th role="columnheader">{d.what}</th>
                            <th role="columnheader" class="col-amount number">{d.price}</th>
                            <th role="columnheader" class="col-discount">{d.discount_short}</th>
                            <th role="columnheader" class="col-amount number">{d.amount_short}</th>
                        </tr></thead>
                        <tbody role="rowgroup">{lines}</tbody>
                    </table>
                </div>
            </section>
            {form}
        </div>
    }
}

/// What a side has said, who, and when.
fn said(lang: Lang, word: &Word, digest: &str) -> impl IntoView + use<> {
    let d = lang.dealing();
    let (kind, text, remark) = match &word.said {
        Said::Confirmed(known) if known == digest => ("sign", d.said_yes, None),
        Said::Confirmed(_) => ("running", d.said_other, None),
        Said::Disputed(remark) => ("failed", d.said_no, Some(remark.clone())),
    };
    view! {
        <span class="chip" data-kind=kind>{text}</span>
        {remark.map(|remark| view! { <p class="typed">{remark}</p> })}
        <br/><span class="pale">{word.by.clone()}", "{date_time(word.at)}</span>
    }
}

fn line(lang: Lang, line: &ChargeLine) -> impl IntoView + use<> {
    let d = lang.dealing();
    let what = format!("{}, {}", lang.application_title(line.purpose, &line.title), line.size);
    let charge = &line.charge;
    let promotion = charge.promotion.as_ref().map(|(title, fate, percent)| {
        let text = format!("«{title}»: {}", lang.promotion_use(*fate, *percent));
        view! { <br/><span class="pale">{text}</span> }
    });
    view! {
        <tr role="row">
            <td role="cell" data-label=d.day>{line.at.date().to_string()}</td>
            <td role="cell" class="name">{line.customer.clone()}</td>
            <td role="cell" data-label=d.application>{line.application.number()}</td>
            <td role="cell">{what}</td>
            <td role="cell" class="number" data-label=d.price>{lang.roubles(charge.price)}</td>
            <td role="cell" class="discount" data-label=d.discount_short>{percent(charge.discount)}{promotion}</td>
            <td role="cell" class="number" data-label=d.amount_short>{lang.roubles(charge.amount)}</td>
        </tr>
    }
}

/// To confirm, or to say what is wrong.
#[component]
fn Answer(
    reconciliation: Reconciliation,
    confirmed: bool,
    typed: Option<ReconciliationForm>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let d = lang.dealing();
    let errors = wrong_fields(refused.as_ref(), &["remark"]);
    let remark = typed.filter(|_| refused.is_some()).map(|typed| typed.remark).unwrap_or_default();
    let problem = errors.first().map(|error| {
        view! { <p class="field-error" id="remark-error" role="alert">{lang.wrong(error)}</p> }
    });
    let hidden = || {
        view! {
            <input type="hidden" name="contract" value=reconciliation.contract.id.to_string()/>
            <input type="hidden" name="month" value=reconciliation.month.to_string()/>
        }
    };
    let confirm = (!confirmed).then(|| {
        view! {
            <form method="post" action="/api/confirm_reconciliation">
                {hidden()}
                <input type="hidden" name="digest" value=reconciliation.digest()/>
                <input type="hidden" name="seen" value=seen_lines(&reconciliation.lines)/>
                <button class="button primary">{d.confirm}</button>
            </form>
        }
    });
    view! {
        {confirm}
        <details class="bind-list" open=!remark.is_empty() || !errors.is_empty()>
            <summary>{d.dispute}</summary>
            <form class="deed" method="post" action="/api/dispute_reconciliation">
                {hidden()}
                <div class="field">
                    <label for="remark">{d.remark}</label>
                    <textarea
                        class="input typed"
                        id="remark"
                        name="remark"
                        rows="3"
                        required=true
                        aria-describedby="remark-hint"
                        aria-invalid=(!errors.is_empty()).then_some("true")
                        inner_html=escaped(&remark)
                    ></textarea>
                    {problem}
                    <p class="pale" id="remark-hint">{d.remark_hint}</p>
                </div>
                <footer class="deed-foot"><button class="button danger">{d.dispute_press}</button></footer>
            </form>
        </details>
    }
}

//! «Управление лицензиями»: the selected people, the products with their boxes, and what would happen.

mod form;
mod leaf;
mod region;
mod report;

use std::collections::BTreeSet;

use domain::{Assortment, Capability, DeskError, Fault, Frame, ProductId, Region, RuledProduct, Want};
use leptos::prelude::*;
use service::{ManageRow, ManageSheet, Selected};

use super::{may, proof_of};
use crate::i18n::{DealWords, Lang, ManageWords, Words, number, use_lang};
use crate::parts::{Head, Here, Layout, TypedNumber, lead, proof_problem};

pub use form::{ManageForm, counts_of, shown};
pub use region::ChooseRegion;
pub(super) use report::{ManagedPeople, managed_title};

/// `/users/manage/12`. `typed` are the boxes as they were sent, `moved` what has changed since they were shown.
#[component]
pub fn ManagePage(
    frame: Frame,
    sheet: ManageSheet,
    typed: ManageForm,
    moved: Vec<String>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let m = lang.managing();
    let here = format!("/users/manage/{}", sheet.operation);
    let planless = typed.planless(&sheet.products);
    let proof = proof_of(refused.as_ref());
    let refused = refused.map(|error| {
        let text = match (&error, proof_problem(lang, &error)) {
            (_, Some(problem)) => problem.to_owned(),
            (DeskError::Refused { refusal: domain::Refusal::ProductExhausted { product, .. } }, None) => {
                format!("{}. {}", lang.product(*product, &sheet.products), lang.error(&error))
            }
            (_, None) => lang.error(&error),
        };
        view! { <p class="alert" role="alert">{text}</p> }
    });
    let moved = sheet.moved.then(|| {
        let lines = moved.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <div class="alert" role="alert" id="moved"><p>{m.moved}</p><ul>{lines}</ul></div> }
    });
    let ready = sheet.plan.ready() && planless.is_empty();
    let press = match sheet.plan.accepted.len() {
        0 => m.save.to_owned(),
        some => format!("{} ({})", m.save, number(some as u64)),
    };
    let class = if sheet.plan.losing.is_empty() { "button primary" } else { "button danger" };
    let rows = sheet.rows.clone();
    let row_sheet = sheet.clone();
    let rows = rows
        .into_iter()
        .map(|row| {
            let alone = planless.contains(&row.known.product.id);
            product_row(lang, &row_sheet, &typed, alone, row)
        })
        .collect_view();
    let digest = sheet.digest.clone();
    let said = shown(&sheet);
    let typed_number = sheet.typed.map(|count| view! { <TypedNumber count typed=RwSignal::new(false) proof/> });
    let box_sheet = sheet.selected.clone();
    let out = typed.out.clone();
    let check = here.clone();
    let at = sheet.selected.page.to_string();
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Users>
            <Head title=m.title>
                <div class="head-acts"><a class="button" href="/users">{m.to_users}</a></div>
            </Head>
            <div class="page">
                <form method="post" action=format!("{here}/save") class="manage" data-manage="" novalidate=true>
                    // What Enter presses.
                    <button class="pressed-first" tabindex="-1" aria-hidden="true" formaction=check.clone()></button>
                    <div id="sheet">
                        <input type="hidden" name="page" value=at/>
                        <input type="hidden" name="digest" value=digest/>
                        <input type="hidden" name="shown" value=said/>
                        {refused}
                        {moved}
                        <SelectedBox selected=box_sheet out=out here=here.clone()/>
                        <section>
                            <h2>{m.assign}</h2>
                            <p class="pale">{m.lead}</p>
                            <div class="table-scroll">
                                <table class="table stack products" role="table" aria-label=m.assign>
                                    <thead role="rowgroup"><tr role="row">
                                        <th role="columnheader" class="col-name">{m.product}</th>
                                        <th role="columnheader" class="col-available number">{m.available}</th>
                                        <th role="columnheader" class="col-assigned">{m.assigned}</th>
                                    </tr></thead>
                                    <tbody role="rowgroup">{rows}</tbody>
                                </table>
                            </div>
                        </section>
                        <Happens sheet planless=!planless.is_empty()/>
                        {typed_number}
                        <footer class="manage-foot">
                            <button class=class disabled=!ready id="save">{press}</button>
                            <button class="button scripts-off" id="check" formaction=check>{m.check}</button>
                            <a class="button quiet" href="/users">{lang.texts().cancel}</a>
                        </footer>
                    </div>
                    <p class="sr" role="status" aria-live="polite" id="said"></p>
                </form>
            </div>
        </Layout>
    }
}

/// The selected, in the order of the table, a page of them; and a way to take some out.
#[component]
fn SelectedBox(selected: Selected, out: domain::IdSet, here: String) -> impl IntoView {
    let lang = use_lang();
    let m = lang.managing();
    let pages = leaf::leaves(lang, &selected, &here, "page", "page", m.selected, |page| page.to_string());
    let Selected { rows, total, .. } = selected;
    // Those of other pages stay ticked.
    let shown: domain::IdSet = rows.iter().map(|row| row.id.0).collect();
    let elsewhere = out.minus(&shown);
    let elsewhere = elsewhere.iter().map(|id| view! { <input type="hidden" name="out" value=id.to_string()/> });
    let elsewhere = elsewhere.collect_view();
    let ticked = (!out.is_empty()).then(|| format!(" · {}: {}", m.ticked, number(out.len() as u64)));
    let person = |row: domain::MemberRow| {
        let checked = out.contains(row.id.0);
        let (id, name) = (row.id.to_string(), row.name.short());
        view! {
            <li>
                <label title=row.email>
                    <input type="checkbox" name="out" value=id checked=checked autocomplete="off"/>
                    <span>{name}</span>
                </label>
            </li>
        }
    };
    let people = rows.into_iter().map(person).collect_view();
    let region = may(Capability::EditPeople).then(|| {
        view! { <button class="button" formaction=format!("{here}/narrow") name="to" value="region">{m.region}</button> }
    });
    view! {
        <section class="selected" aria-labelledby="selected-title">
            <header>
                <h2 id="selected-title">{format!("{} ({})", m.selected, number(total))}</h2>
                <p class="pale" id="out-hint">{m.take_out_hint}{ticked}</p>
            </header>
            {elsewhere}
            <ul aria-describedby="out-hint">{people}</ul>
            <footer>
                <button class="button" formaction=format!("{here}/narrow")>{m.take_out}</button>
                {region}
                {pages}
            </footer>
        </section>
    }
}

/// Everything that is said of a product, and its box.
fn product_row(
    lang: Lang,
    sheet: &ManageSheet,
    typed: &ManageForm,
    planless: bool,
    ManageRow { known, beside, holders }: ManageRow,
) -> impl IntoView + use<> {
    let m = lang.managing();
    let id = known.product.id;
    let want = sheet.wish.get(id);
    let (issues, revokes) = (may(Capability::Issue), may(Capability::Revoke));
    let all = beside.held_by_all();
    let clears = want == Some(&Want::Clear);
    // Without its plans it is not set yet, but stays ticked until it has one.
    let sets = matches!(want, Some(Want::Set(_))) || (planless && typed.sets(id));
    let checked = sets || (all == Some(true) && !clears);
    // A box that cannot be pressed is not sent: what everybody has would seem to be cleared.
    let can = match all {
        Some(true) => revokes,
        _ => issues,
    };
    let keeps_all =
        (all == Some(true) && revokes).then(|| view! { <input type="hidden" name="all" value=id.to_string()/> });
    let mixed = all.is_none() && !sets && !clears;
    let told = !can && (issues || revokes);
    let cannot = told.then(|| {
        let why = if all == Some(true) { m.may_only_issue } else { m.may_only_revoke };
        view! { <p class="rules" id=format!("cannot-{id}")>{why}</p> }
    });
    let (product, box_id, state_id) = (known.product.title.clone(), format!("set-{id}"), format!("state-{id}"));
    let described = if told { format!("{state_id} cannot-{id}") } else { state_id.clone() };
    let clear = (all.is_none() && revokes).then(|| {
        let held = beside.holders.len() as u64;
        view! {
            <label class="clear" data-always=(!issues).then_some("")>
                <input type="checkbox" name="clear" id=format!("clear-{id}") value=id.to_string() checked=clears autocomplete="off"/>
                <span>{lang.clear_all(held)}</span>
            </label>
        }
    });
    let state = match (want, all) {
        _ if sets => m.everybody_gets,
        (Some(Want::Clear), _) => m.nobody_keeps,
        (Some(Want::Plans(_)), _) => m.plans_only,
        _ => m.keep,
    };
    let sum = said_of(lang, &beside, state);
    let rules = rules_of(lang, &known, &sheet.products);
    let conflicts: Vec<String> = beside
        .conflicts
        .iter()
        .map(|(fault, people)| lang.conflict(*fault, *people, &sheet.wish, &sheet.products))
        .chain(planless.then(|| m.no_plan.to_owned()))
        .chain((beside.hindered.0 > 0).then(|| lang.hindered(&beside.hindered, &sheet.products)))
        .chain(falling_with(sheet, &beside).map(|(title, people)| lang.falls_too(&title, people)))
        .collect();
    let conflicts = (!conflicts.is_empty()).then(|| {
        let lines = conflicts.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        view! { <ul class="conflicts">{lines}</ul> }
    });
    let left = beside.available.saturating_sub(beside.change.given.len() as u64);
    let after = (!beside.change.given.is_empty() && beside.missing == 0)
        .then(|| view! { <small>{m.left_after}" "<b>{lang.seats(left)}</b></small> });
    // Of those whom something else keeps from it, it is said now, and not when that is mended.
    let lacks = match (beside.missing, beside.lacking) {
        (0, 0) => None,
        (0, lacking) => sets.then(|| lang.lacking(lacking)),
        (missing, _) => Some(lang.missing(missing)),
    };
    let short = lacks.is_some() || (beside.available == 0 && !clears);
    let missing = lacks.map(|text| view! { <small class="bad">{text}</small> });
    let buy = (known.sold && short && may(Capability::Orders)).then(|| {
        let there = format!("/orders/new?product={id}&seats={}", beside.lacking.max(1));
        // Beside this page: what is ticked in it stays.
        view! { <a href=there target="_blank" aria-label=format!("{}: {product}", m.buy_more)>{m.buy_more}</a> }
    });
    // Of an extension a customer asks its partner for more.
    let grow = (known.product.is_extension() && short).then(|| match super::is_elsewhere() {
        true => view! { <small>{m.asked_for_more}</small> }.into_any(),
        false if may(Capability::Orders) => view! {
            <a href="/applications/new" target="_blank" aria-label=format!("{}: {product}", m.ask_for_more)>{m.ask_for_more}</a>
        }
        .into_any(),
        false => ().into_any(),
    });
    let people = beside.people;
    let held = beside.holders.len() as u64;
    let (here, list) = (format!("/users/manage/{}", sheet.operation), format!("holders-{id}"));
    let pages = leaf::leaves(lang, &holders, &here, "holders", &list, &product, |page| format!("{id}:{page}"));
    let names = holders.rows.into_iter().map(|row| view! { <li>{row.name.short()}</li> }).collect_view();
    // Without scripts the page of it that was asked for is found open.
    let open = typed.leaves.holders.is_some_and(|(product, _)| product == id);
    let assigned = match held {
        0 => view! { <span class="pale">{lang.assigned_of(held, people)}</span> }.into_any(),
        _ => view! {
            <details class="holders" id=list open=open>
                <summary aria-label=format!("{}: {}, {product}", m.assigned, lang.assigned_of(held, people))>{lang.assigned_of(held, people)}</summary>
                <div><ul aria-label=m.holders>{names}</ul>{pages}</div>
            </details>
        }
        .into_any(),
    };
    let plans = plans_of(lang, &known, &beside, want, typed);
    // Who may not look at the stock is not told of it here.
    let stock = may(Capability::Stock)
        .then(|| view! { <b>{lang.seats(beside.available)}</b>" "{after}{missing}" "{buy}{grow} });
    view! {
        <tr role="row" data-wished=want.is_some().then_some("")>
            <td role="cell" class="name">
                <div class="box">
                    <input
                        type="checkbox"
                        id=box_id.clone()
                        name="set"
                        value=id.to_string()
                        checked=checked
                        disabled=!can
                        data-mixed=all.is_none().then_some(if mixed { "keep" } else { "" })
                        aria-describedby=described
                        autocomplete="off"
                    />
                    {keeps_all}
                    <div>
                        <label for=box_id><b>{product.clone()}</b></label>
                        <p class="state" id=state_id>{sum}</p>
                        {rules}
                        {cannot}
                        {clear}
                        {conflicts}
                        {plans}
                    </div>
                </div>
            </td>
            <td role="cell" class="number available" data-label=m.available>{stock}</td>
            <td role="cell" class="assigned" data-label=m.assigned>{assigned}</td>
        </tr>
    }
}

/// «будет у всех: получат 7, сменят планы 2»
fn said_of(lang: Lang, beside: &domain::Beside, state: &str) -> String {
    let m = lang.managing();
    let change = &beside.change;
    let counts = [
        (m.get, change.given.len()),
        (m.lose, change.taken.len()),
        (m.fall, change.fell.len()),
        (m.replan, change.replanned.len()),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what} {}", number(count as u64)))
        .collect();
    if told.is_empty() { state.to_owned() } else { format!("{state}: {}", told.join(", ")) }
}

/// What goes with a product that is taken away, and from how many people.
fn falling_with(sheet: &ManageSheet, beside: &domain::Beside) -> impl Iterator<Item = (String, u64)> {
    let taken: domain::IdSet = beside.change.taken.iter().chain(beside.change.fell.iter()).collect();
    sheet.rows.iter().filter_map(move |row| {
        let needs = sheet.products.requires(row.known.product.id).any(|needed| needed == beside.product);
        let people = row.beside.change.fell.and(&taken).len() as u64;
        (needs && people > 0).then(|| (row.known.product.title.clone(), people))
    })
}

/// What the catalogue says of it.
fn rules_of(lang: Lang, known: &RuledProduct, products: &Assortment) -> Option<impl IntoView + use<>> {
    let m = lang.managing();
    let named = |ids: &[ProductId]| {
        let titles = ids.iter().filter_map(|id| products.get(*id)).map(|known| format!("«{}»", known.product.title));
        titles.collect::<Vec<_>>().join(", ")
    };
    let rules = &known.rules;
    let regions = || rules.regions.iter().map(|region: &Region| lang.region(*region)).collect::<Vec<_>>().join(", ");
    let signs = known.product.exclusive_group == domain::SIGNATURE_GROUP;
    let lines: Vec<String> = [
        signs.then(|| m.one_signature.to_owned()),
        (!rules.requires.is_empty()).then(|| format!("{} {}", m.requires, named(&rules.requires))),
        (!rules.excludes.is_empty()).then(|| format!("{} {}", m.excludes, named(&rules.excludes))),
        (!rules.regions.is_empty()).then(|| format!("{}: {}", m.only_in, regions())),
        (!known.sold && !known.product.is_extension()).then(|| m.not_sold.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!lines.is_empty()).then(|| view! { <p class="rules">{lines.join(" · ")}</p> })
}

/// «Просмотреть планы обслуживания»
fn plans_of(
    lang: Lang,
    known: &RuledProduct,
    beside: &domain::Beside,
    want: Option<&Want>,
    typed: &ManageForm,
) -> Option<impl IntoView + use<>> {
    let m = lang.managing();
    let id = known.product.id;
    let plans = &known.rules.plans;
    if plans.is_empty() {
        return None;
    }
    // What its holders have; for whoever has none of it, everything.
    let usual = beside.plans.clone().unwrap_or_default();
    let was: Vec<String> = plans.iter().filter(|plan| usual.has(&plan.code)).map(|plan| plan.code.clone()).collect();
    let typed = typed.typed_plans(id);
    let wanted = match want {
        Some(Want::Set(plans) | Want::Plans(plans)) => Some(plans.clone()),
        _ => None,
    };
    let ticked = |code: &str| match (&wanted, &typed) {
        (Some(wanted), _) => wanted.has(code),
        (None, Some(typed)) => typed.contains(code),
        (None, None) => usual.has(code),
    };
    let some: BTreeSet<String> = plans.iter().filter(|plan| ticked(&plan.code)).map(|plan| plan.code.clone()).collect();
    let boxes = plans.iter().map(|plan| {
        let (box_id, checked) = (format!("plan-{id}-{}", plan.code), some.contains(&plan.code));
        view! {
            <li>
                <label>
                    <input type="checkbox" name="plan" id=box_id value=format!("{id}:{}", plan.code) checked=checked autocomplete="off"/>
                    <span>{plan.title.clone()}</span>
                </label>
            </li>
        }
    });
    let boxes = boxes.collect_view();
    let differ =
        (!beside.holders.is_empty() && beside.plans.is_none()).then(|| view! { <p class="pale">{m.plans_differ}</p> });
    let chosen = lang.assigned_of(some.len() as u64, plans.len() as u64);
    Some(view! {
        <input type="hidden" name="was" value=format!("{id}:{}", was.join(" "))/>
        <details class="plans" id=format!("plans-{id}")>
            <summary>{m.view_plans}" "<span class="pale">{chosen}</span></summary>
            <ul aria-label=format!("{}: {}", m.view_plans, known.product.title)>{boxes}</ul>
            {differ}
            <p class="pale">{m.plans_hint}</p>
        </details>
    })
}

/// Who changes, what is left, who does not and why; how to go back.
#[component]
fn Happens(sheet: ManageSheet, planless: bool) -> impl IntoView {
    let lang = use_lang();
    let m = lang.managing();
    let plan = &sheet.plan;
    let narrow = format!("/users/manage/{}/narrow", sheet.operation);
    let wished = !sheet.wish.0.is_empty();
    let products = sheet.products.clone();
    let facts = wished.then(|| {
        let changed = lead(lang, plan.accepted.len() as u64, &sheet.names);
        let left_out = plan.left_out().len() as u64;
        let left_out_class = if left_out > 0 { "big bad" } else { "big" };
        view! {
            <dl class="facts">
                <div><dt>{m.changes_for}</dt><dd class="big">{number(plan.accepted.len() as u64)}</dd></div>
                <div><dt>{m.left_out}</dt><dd class=left_out_class>{number(left_out)}</dd></div>
                <div><dt>{m.already}</dt><dd class="big">{number(plan.unchanged.len() as u64)}</dd></div>
            </dl>
            {(!plan.accepted.is_empty()).then(|| view! { <p>{changed}</p> })}
        }
    });
    let left_out = (!sheet.left_out.is_empty()).then(|| {
        let line = |(fault, count, names): (Fault, u64, Vec<String>)| {
            let mend = lang.mend(fault, Some(&sheet.wish), &products);
            // Nothing that is ticked helps these; somebody has to stay.
            let hopeless = matches!(fault, Fault::Deleted | Fault::Dismissed { .. } | Fault::Region { .. });
            let take_out = (hopeless && count < sheet.selected.total).then(|| {
                let text = format!("{} ({})", m.take_these_out, number(count));
                view! { <button class="link" formaction=narrow.clone() name="to" value=fault.code()>{text}</button> }
            });
            view! {
                <li>
                    <span>{lead(lang, count, &names)}</span>
                    " "
                    <span>{lang.fault(fault, &products)}". "{mend}"."</span>
                    {take_out}
                </li>
            }
        };
        let count = plan.left_out().len() as u64;
        view! {
            <details class="left-out" id="left-out" open=true>
                <summary>{m.left_out}": "{number(count)}</summary>
                <ul>{sheet.left_out.iter().cloned().map(line).collect_view()}</ul>
            </details>
        }
    });
    let short = (!plan.short.is_empty()).then(|| {
        let lines = plan.short.iter().map(|short| {
            let title = products.get(short.product).map(|known| known.product.title.clone()).unwrap_or_default();
            let missing = lang.missing(short.wanted.saturating_sub(short.left));
            view! { <li>{title}": "{missing}</li> }
        });
        view! { <div class="alert" role="alert"><p>{m.not_enough}</p><ul>{lines.collect_view()}</ul></div> }
    });
    let nobody = (plan.accepted.is_empty() && !planless).then(|| {
        let text = match (wished, plan.faults.is_empty()) {
            (false, _) => m.nothing_wished,
            (true, true) => m.nobody_changes,
            (true, false) => m.nobody_fits,
        };
        view! { <p class="facts-box">{text}</p> }
    });
    let asks = (sheet.asks && plan.ready()).then(|| view! { <p class="note" role="note"><span>{m.asks}</span></p> });
    let back = plan.ready().then(|| view! { <p class="pale">{m.way_back}</p> });
    view! {
        <section class="happens" aria-labelledby="happens-title">
            <h2 id="happens-title">{m.what_happens}</h2>
            {facts}
            {nobody}
            {short}
            {left_out}
            {asks}
            {back}
        </section>
    }
}

/// What has changed since a page was shown, line by line.
#[must_use]
pub fn moved_since(lang: Lang, typed: &ManageForm, sheet: &ManageSheet) -> Vec<String> {
    let m = lang.managing();
    let (before, now) = (typed.counts(), counts_of(sheet));
    let words = [m.get, m.lose, m.fall, m.replan, m.available];
    let mut lines = Vec::new();
    for row in &sheet.rows {
        let id = row.known.product.id;
        let (Some(was), Some(is)) = (before.get(&id), now.get(&id)) else { continue };
        for ((what, was), is) in words.into_iter().zip(was).zip(is) {
            if was != is {
                let what = what.to_lowercase();
                lines.push(lang.instead(&row.known.product.title, &what, *is, *was));
            }
        }
    }
    if lines.is_empty() {
        lines.push(m.moved_same.to_owned());
    }
    lines
}

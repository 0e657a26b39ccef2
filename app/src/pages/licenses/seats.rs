//! The seats of a pool: who is bound to each, and an e-mail field where nobody is.

use domain::{
    Capability, DeskError, FieldProblem, Frame, Holder, OperationSummary, PoolSeats, PoolStatus, Reason, Refusal,
    Registered, ReportRow, SeatFilter, SeatForm,
};
use leptos::prelude::*;

use super::{status_chip, trial_chip};
use crate::i18n::{DealWords, Lang, StockWords, Words, date_time, number, use_lang};
use crate::pages::may;
use crate::pages::pager::pager;
use crate::parts::{Head, Here, Layout, term_end};

/// What happened on the page just now.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    /// What was done, and to whom.
    pub done: Option<(OperationSummary, Option<ReportRow>)>,
    /// Somebody was added in order to be bound.
    pub added: bool,
    pub refused: Option<DeskError>,
    /// What was refused, or is to be bound.
    pub typed: SeatForm,
}

/// The address of a page of seats.
fn address(seats: &PoolSeats, filter: SeatFilter, page: u32) -> String {
    let id = seats.pool.id;
    match (filter, page) {
        (SeatFilter::All, 1) => format!("/licenses/{id}"),
        (filter, 1) => format!("/licenses/{id}?show={}", filter.code()),
        (filter, page) => format!("/licenses/{id}?show={}&page={page}", filter.code()),
    }
}

/// `/licenses/3`
#[component]
pub fn Seats(frame: Frame, seats: PoolSeats, registered: Option<Registered>, happened: Happened) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let pool = seats.pool.clone();
    // An extension is given with other products, not seat by seat.
    let active = pool.status(seats.now) == PoolStatus::Active && !pool.product.is_extension();
    let until = match pool.valid_until {
        Some(until) if pool.ended(seats.now) => crate::i18n::last_day(until).to_string().into_any(),
        Some(until) => term_end(until, seats.now).into_any(),
        None => t.endless.into_any(),
    };
    let show = |filter: SeatFilter| {
        view! {
            <a href=address(&seats, filter, 1) aria-current=(seats.filter == filter).then_some("true")>
                {lang.seats_shown(filter)}" "<span class="count">{number(filter.count(&pool, seats.now))}</span>
            </a>
        }
    };
    let choices = SeatFilter::ALL.map(show).into_iter().collect_view();
    let pages = pager(seats.page, seats.last_page, |page| address(&seats, seats.filter, page));
    let Happened { done, added, refused, typed } = happened;
    let focus = done.is_some() || added;
    let closed = lang.out_of_term(&pool, seats.now);
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Licenses>
            <Head title=pool.product.title.clone()>
                <div class="head-acts"><a class="button" href="/licenses">{t.to_licences}</a></div>
            </Head>
            <div class="page">
                {done.map(|(operation, row)| view! { <Done operation row/> })}
                {added.then(|| view! { <p class="note" id="done" role="status"><span>{t.user_added}</span></p> })}
                {closed.map(|text| view! { <p class="note"><span>{text}</span></p> })}
                <dl class="facts">
                    <div><dt>{t.left}</dt><dd class="big">{lang.seats(pool.left())}</dd></div>
                    <div><dt>{t.bought}</dt><dd class="big">{lang.seats(pool.total)}</dd></div>
                    <div><dt>{t.issued}</dt><dd class="big">{number(pool.issued)}</dd></div>
                    <div><dt>{t.code}</dt><dd><code>{pool.code.as_str().to_owned()}</code></dd></div>
                    <div><dt>{t.from}</dt><dd>{pool.valid_from.date().to_string()}</dd></div>
                    <div><dt>{t.until}</dt><dd>{until}</dd></div>
                    <div><dt>{t.status}</dt><dd>{status_chip(lang, pool.status(seats.now))}{trial_chip(lang, &pool)}</dd></div>
                </dl>
                {(active && signs(&pool) && may(Capability::Import)).then(|| view! { <BindList pool=pool.id refused=refused.clone()/> })}
                <section aria-label=t.seats>
                    <div class="stock-filters">
                        <nav class="choices" aria-label=t.seats>
                            {choices}
                        </nav>
                    </div>
                    <SeatTable seats=seats.clone() refused typed focus/>
                </section>
                {pages}
                {registered.map(|registered| view! { <Registration registered/> })}
            </div>
        </Layout>
    }
}

/// How the licence was registered, and whose it is by that; what was left empty is left out.
#[component]
fn Registration(registered: Registered) -> impl IntoView {
    let t = use_lang().stock();
    let Registered { number, owner, at, author } = registered;
    let facts = [
        (t.key_number, number),
        (t.registered_at, date_time(at)),
        (t.registered_by, author.unwrap_or_default()),
        (if owner.private { t.owner_person } else { t.owner_organisation }, owner.owner),
        (t.inn, owner.inn),
        (t.head, owner.head),
        (t.activity, owner.activity),
        (t.responsible, owner.responsible),
        (t.phone, owner.phone),
        (t.email, owner.email),
        (t.country, owner.country),
        (t.place, owner.place),
        (t.bought_on, owner.bought_on),
        (t.workplaces, owner.workplaces),
    ];
    let facts = facts.into_iter().filter(|(_, text)| !text.is_empty());
    let facts = facts.map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> }).collect_view();
    view! {
        <section aria-labelledby="registration">
            <h2 id="registration">{t.registration}</h2>
            <dl class="facts registration">{facts}</dl>
        </section>
    }
}

/// What was just done, with the way back.
#[component]
fn Done(operation: OperationSummary, row: Option<ReportRow>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let said =
        if operation.kind.deed() == Some(domain::Deed::Revoke) { lang.stock().unbound } else { lang.stock().bound };
    let who = row.map(|row| format!(": {}, {}", row.name, row.email)).unwrap_or_default();
    view! {
        <div class="note" id="done" role="status">
            <span>{said}{who}</span>
            <a class="link" href=format!("/operations/{}", operation.id)>{t.report}</a>
            <form method="post" action="/api/undo">
                <input type="hidden" name="operation" value=operation.id.to_string()/>
                <button class="link">{t.undo}</button>
            </form>
        </div>
    }
}

/// Why a field was refused, if it was.
fn problem(refused: Option<&DeskError>, name: &str) -> Option<FieldProblem> {
    let Some(DeskError::InvalidForm { fields }) = refused else { return None };
    fields.iter().find(|error| error.field == name).map(|error| error.problem.clone())
}

#[component]
fn BindList(pool: domain::PoolId, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let problem = problem(refused.as_ref(), "emails").map(|problem| lang.field(&problem));
    let wrong = problem.is_some();
    let described = if wrong { "emails-error emails-hint" } else { "emails-hint" };
    view! {
        <details class="bind-list" open=wrong>
            <summary>{t.bind_many}</summary>
            <form class="deed" method="post" action="/api/bind_list">
                <input type="hidden" name="pool" value=pool.to_string()/>
                <div class="field">
                    <label for="emails">{t.bind_many_label}</label>
                    <textarea
                        class="input"
                        id="emails"
                        name="emails"
                        rows="6"
                        required=true
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby=described
                        aria-invalid=wrong.then_some("true")
                    ></textarea>
                    {problem.map(|text| view! { <p class="field-error" id="emails-error" role="alert">{text}</p> })}
                    <p class="pale" id="emails-hint">{t.bind_many_hint}</p>
                </div>
                <footer class="deed-foot"><button class="button primary">{t.go_on}</button></footer>
            </form>
        </details>
    }
}

#[component]
fn SeatTable(seats: PoolSeats, refused: Option<DeskError>, typed: SeatForm, focus: bool) -> impl IntoView {
    let lang = use_lang();
    let t = lang.stock();
    let held = seats.holders.len() as u64;
    let email = problem(refused.as_ref(), "email");
    // What has no field of its own stands above.
    let above = refused.as_ref().filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let above = above.map(|error| match error {
        DeskError::Refused { refusal: Refusal::PoolExhausted { .. } } => t.no_free_seats.to_owned(),
        error => lang.error(error),
    });
    // The free seats may all be on other pages, or gone: the e-mail is kept in what is said.
    let above = above.or_else(|| email.as_ref().filter(|_| seats.free == 0).map(|problem| lang.field(problem)));
    let above = above.map(|text| match typed.email.as_str() {
        "" => text,
        email => format!("{email}: {text}"),
    });
    if held + seats.free == 0 {
        return view! {
            <div class="empty">
                {match above {
                    Some(text) => view! { <p class="alert" role="alert">{text}</p> }.into_any(),
                    None if seats.filter == SeatFilter::Free && seats.pool.left() == 0 => view! { <p>{t.no_free_seats}</p> }.into_any(),
                    None => view! { <p>{lang.texts().nobody_yet}</p> }.into_any(),
                }}
            </div>
        }
        .into_any();
    }
    let (pool, signs) = (seats.pool.id, signs(&seats.pool));
    let show = seats.filter.code();
    let holders = seats.holders.clone().into_iter().zip(seats.first..);
    let holders = holders
        .map(move |(holder, place)| held_row(lang, (pool, signs), show, seats.page, place, holder))
        .collect_view();
    let first = seats.first + held;
    // Where it was typed, or if that seat is taken by now, in the first that is free.
    let here = if (first..first + seats.free).contains(&typed.seat) { typed.seat } else { first };
    let free = (first..first + seats.free).map(move |place| {
        let entry = Entry { problem: email.clone(), email: typed.email.clone(), focus: focus || email.is_some() };
        let entry = if place == here { entry } else { Entry::default() };
        free_row(lang, (pool, signs), show, seats.page, place, entry)
    });
    view! {
        {above.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <div class="table-scroll">
            <table class="table seats stack" role="table" aria-label=t.seats>
                <thead role="rowgroup"><tr role="row">
                    <th role="columnheader" class="col-place">{t.seat}</th>
                    <th role="columnheader">{t.bound_to}</th>
                    <th role="columnheader" class="col-holder">{t.user}</th>
                    <th role="columnheader" class="col-since">{t.since}</th>
                    <th role="columnheader" class="col-deed">{t.deed}</th>
                </tr></thead>
                <tbody role="rowgroup">{holders}{free.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Whether its seats are bound here, one by one: others are given where several products are.
fn signs(pool: &domain::Pool) -> bool {
    pool.product.exclusive_group == domain::SIGNATURE_GROUP
}

fn held_row(
    lang: Lang,
    (pool, signs): (domain::PoolId, bool),
    show: &'static str,
    page: u32,
    place: u64,
    holder: Option<Holder>,
) -> impl IntoView {
    let t = lang.stock();
    let Some(holder) = holder else {
        return view! {
            <tr role="row">
                <td role="cell" class="place">{number(place)}</td>
                <td role="cell" class="name pale">{t.held_by_others}</td>
                <td role="cell"></td>
                <td role="cell"></td>
                <td role="cell" class="deed-cell"></td>
            </tr>
        }
        .into_any();
    };
    view! {
        <tr role="row">
            <td role="cell" class="place">{number(place)}</td>
            <td role="cell" class="name">{holder.email.clone()}</td>
            <td role="cell" data-label=t.user>{holder.name.short()}</td>
            <td role="cell" data-label=t.since>{holder.since.date().to_string()}</td>
            <td role="cell" class="deed-cell">
                {(!signs && may(Capability::Revoke)).then(|| view! {
                    <form method="post" action="/api/start_manage">
                        <input type="hidden" name="member[]" value=holder.member.to_string()/>
                        <button class="button" aria-label=format!("{}: {}", lang.texts().manage, holder.email)>{lang.texts().manage}</button>
                    </form>
                })}
                {(signs && may(Capability::Revoke)).then(|| view! {
                    <form method="post" action="/api/unbind">
                        <input type="hidden" name="pool" value=pool.to_string()/>
                        <input type="hidden" name="member" value=holder.member.to_string()/>
                        <input type="hidden" name="show" value=show/>
                        <input type="hidden" name="page" value=page.to_string()/>
                        <button class="button danger-line" aria-label=lang.unbind_from(&holder.email)>{t.unbind}</button>
                    </form>
                })}
            </td>
        </tr>
    }
    .into_any()
}

/// What the field of a free seat begins with.
#[derive(Default)]
struct Entry {
    /// Why the e-mail was refused.
    problem: Option<FieldProblem>,
    email: String,
    focus: bool,
}

fn free_row(
    lang: Lang,
    (pool, signs): (domain::PoolId, bool),
    show: &'static str,
    page: u32,
    place: u64,
    entry: Entry,
) -> impl IntoView {
    let t = lang.stock();
    if !signs || !may(Capability::Issue) {
        return view! {
            <tr role="row">
                <td role="cell" class="place">{number(place)}</td>
                <td role="cell" class="pale">{t.vacant}</td>
                <td role="cell"></td>
                <td role="cell"></td>
                <td role="cell"></td>
            </tr>
        }
        .into_any();
    }
    let form = format!("bind-{place}");
    let Entry { problem, email, focus } = entry;
    let stranger = problem == Some(FieldProblem::LeftOut(Reason::NotRegistered));
    let invite = (stranger && may(Capability::EditPeople)).then(|| {
        view! {
            <form method="post" action="/api/start_add">
                <input type="hidden" name="email" value=email.clone()/>
                <input type="hidden" name="pool" value=pool.to_string()/>
                <button class="link">{lang.texts().add_user}</button>
            </form>
        }
    });
    let error = problem.map(|problem| lang.field(&problem));
    let wrong = error.is_some();
    let described = if wrong { Some("email-error") } else { focus.then_some("done") };
    view! {
        <tr role="row" data-wrong=wrong.then_some("")>
            <td role="cell" class="place">{number(place)}</td>
            <td role="cell" class="email-cell">
                <form method="post" action="/api/bind" id=form.clone()>
                    <input type="hidden" name="pool" value=pool.to_string()/>
                    <input type="hidden" name="show" value=show/>
                    <input type="hidden" name="page" value=page.to_string()/>
                    <input type="hidden" name="seat" value=place.to_string()/>
                    <input
                        class="input"
                        type="email"
                        name="email"
                        value=email
                        placeholder="E-mail"
                        maxlength="254"
                        required=true
                        autocomplete="off"
                        autofocus=focus
                        aria-label=lang.email_for(place)
                        aria-invalid=wrong.then_some("true")
                        aria-describedby=described
                    />
                </form>
                {error.map(|text| view! { <div class="field-error" id="email-error" role="alert"><span>{text}</span>" "{invite}</div> })}
            </td>
            <td role="cell"></td>
            <td role="cell"></td>
            <td role="cell" class="deed-cell"><button class="button" form=form>{t.bind}</button></td>
        </tr>
    }
    .into_any()
}

use domain::{
    AccountId, ActAuthor, ActGroup, ApplicationId, Capability, Date, Frame, Journal, JournalFilter, JournalRow,
    Kopecks, OrderId, typed_day,
};
use leptos::prelude::*;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::changes::changes;
use crate::i18n::{AccessWords, AccountWords, JournalWords, Lang, Words, date_time, number, use_lang};
use crate::pages::{SEATS, is_elsewhere, may_all};
use crate::parts::{Head, Here, Layout};

/// The filter of a query (the text after `?`) and below which entry it goes on; what cannot be read counts as usual.
#[must_use]
pub fn parse_journal(query: &str) -> (JournalFilter, Option<i64>) {
    let find = |wanted: &str| find(query, wanted);
    let author = match find("who").as_str() {
        "system" => Some(ActAuthor::Nobody),
        id => id.parse().ok().map(|id| ActAuthor::Account(AccountId(id))),
    };
    let filter = JournalFilter {
        group: ActGroup::from_code(&find("what")),
        author,
        from: typed_day(&find("from")),
        to: typed_day(&find("to")),
    };
    (filter, find("before").parse().ok())
}

/// What was typed and is no day: of the first and of the last.
#[must_use]
pub fn wrong_days(query: &str) -> [Option<String>; 2] {
    let wrong = |text: String| Some(text).filter(|text| !text.trim().is_empty() && typed_day(text).is_none());
    ["from", "to"].map(|name| wrong(find(query, name)))
}

/// As a form of a browser writes it.
pub(super) fn find(query: &str, wanted: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(name, value)| (name == wanted).then_some(value)).unwrap_or_default();
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().chars().take(40).collect()
}

/// The address of a filter's entries below `before`, of the page or of its file.
fn address(path: &str, filter: &JournalFilter, before: Option<i64>) -> String {
    let pairs: Vec<String> = [
        filter.group.map(|group| format!("what={}", group.code())),
        filter.author.map(|author| match author {
            ActAuthor::Account(id) => format!("who={id}"),
            ActAuthor::Nobody => "who=system".to_owned(),
        }),
        filter.from.map(|from| format!("from={from}")),
        filter.to.map(|to| format!("to={to}")),
        before.map(|before| format!("before={before}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// `/log`; `later`: there are newer entries than these. `path` is where it is: the history of connections is a part of it.
#[component]
pub fn JournalPage(
    frame: Frame,
    path: &'static str,
    journal: Journal,
    authors: Vec<(AccountId, String)>,
    filter: JournalFilter,
    wrong: [Option<String>; 2],
    later: bool,
) -> impl IntoView {
    let lang = use_lang();
    let (t, j) = (lang.texts(), lang.journaling());
    let connections = path != "/log";
    let shown = if connections { JournalFilter { group: Some(ActGroup::Connections), ..filter } } else { filter };
    let file = address("/log.csv", &shown, None);
    let none_yet =
        JournalFilter { group: None, ..filter } == JournalFilter::default() && (connections || filter.group.is_none());
    let content = if journal.rows.is_empty() {
        view! {
            <div class="empty">
                <h2>{j.none}</h2>
                {if none_yet && !later {
                    view! { <p>{j.none_yet}</p> }.into_any()
                } else {
                    view! { <p>{j.none_hint}</p><a class="button" href=path>{j.show_all}</a> }.into_any()
                }}
            </div>
        }
        .into_any()
    } else {
        let newest = later.then(|| view! { <a href=address(path, &filter, None)>{t.newest}</a> });
        let older = journal.next.map(|before| {
            view! { <a href=address(path, &filter, Some(before)) rel="next">{t.older}</a> }
        });
        let pages = (later || journal.next.is_some()).then(|| {
            view! { <div class="pager"><nav aria-label=t.pages>{newest}{older}</nav></div> }
        });
        view! {
            <div class="table-scroll">
                <table class="table journal stack" role="table" aria-label=t.journal>
                    <thead role="rowgroup"><tr role="row">
                        <th role="columnheader" class="col-place number" aria-sort="descending">{j.place}</th>
                        <th role="columnheader" class="col-when">{t.when}</th>
                        <th role="columnheader" class="col-who">{j.author}</th>
                        <th role="columnheader" class="col-act">{j.group}</th>
                        <th role="columnheader" class="col-object">{j.object}</th>
                        <th role="columnheader">{j.details}</th>
                    </tr></thead>
                    <tbody role="rowgroup">{journal.rows.iter().map(|entry| row(lang, entry)).collect_view()}</tbody>
                </table>
            </div>
            {pages}
        }
        .into_any()
    };
    let here = if connections { Here::Admin } else { Here::Journal };
    let title = if connections { lang.accounting().connections } else { t.journal };
    view! {
        <Layout frame=RwSignal::new(frame) here>
            <Head title>
                <div class="head-acts"><a class="button" href=file>{j.download}</a></div>
            </Head>
            {connections.then(|| view! { <super::admin::Tabs here="/admin/sessions"/> })}
            <Filters path filter authors wrong/>
            {content}
        </Layout>
    }
}

#[component]
fn Filters(
    path: &'static str,
    filter: JournalFilter,
    authors: Vec<(AccountId, String)>,
    wrong: [Option<String>; 2],
) -> impl IntoView {
    let lang = use_lang();
    let (t, j) = (lang.texts(), lang.journaling());
    let group = |group: ActGroup| {
        view! { <option value=group.code() selected=filter.group == Some(group)>{lang.act_group(group)}</option> }
    };
    let author = |(id, name): (AccountId, String)| {
        view! { <option value=id.to_string() selected=filter.author == Some(ActAuthor::Account(id))>{name}</option> }
    };
    let date = |name: &'static str, label: &'static str, day: Option<Date>, wrong: Option<String>| {
        let bad = wrong.is_some();
        let error =
            bad.then(|| view! { <span class="field-error" id=format!("{name}-error") role="alert">{j.no_day}</span> });
        view! {
            <label class="day">
                <span>{label}</span>
                <input
                    class="input"
                    name=name
                    value=wrong.or(day.map(|day| day.to_string())).unwrap_or_default()
                    placeholder=j.day
                    inputmode="numeric"
                    maxlength="10"
                    autocomplete="off"
                    aria-invalid=bad.then_some("true")
                    aria-describedby=bad.then(|| format!("{name}-error"))
                />
                {error}
            </label>
        }
    };
    let [wrong_from, wrong_to] = wrong;
    view! {
        <form class="filters journal-filters" method="get" action=path role="search" aria-label=j.filters>
            {(path == "/log").then(|| view! {
                <span class="select">
                    <select name="what" aria-label=j.group>
                        <option value="" selected=filter.group.is_none()>{j.any_group}</option>
                        {ActGroup::ALL.map(group).into_iter().collect_view()}
                    </select>
                </span>
            })}
            <span class="select">
                <select name="who" aria-label=j.author>
                    <option value="" selected=filter.author.is_none()>{j.any_author}</option>
                    {authors.into_iter().map(author).collect_view()}
                    <option value="system" selected=filter.author == Some(ActAuthor::Nobody)>{t.system}</option>
                </select>
            </span>
            {date("from", j.from, filter.from, wrong_from)}
            {date("to", j.to, filter.to, wrong_to)}
            <button class="button">{j.show}</button>
        </form>
    }
}

fn row(lang: Lang, entry: &JournalRow) -> impl IntoView + use<> {
    let j = lang.journaling();
    let mut facts = facts(&entry.details);
    // Of what waits, or came to nothing, nothing is done.
    if matches!(entry.act.as_str(), "operation.submitted" | "operation.declined" | "operation.withdrawn")
        && let Some(people) = facts.remove("accepted")
    {
        facts.insert("asked".to_owned(), people);
    }
    let (mut text, link) = object(lang, &entry.object);
    // What a partner has settled is in its own log by the name of a customer, who may have shut it out since.
    let foreign = entry.object.starts_with("application:") && (facts.contains_key("name") || is_elsewhere());
    let link = link.filter(|(_, needs)| may_all(needs) && !foreign).map(|(there, _)| there);
    // Too many to be named: only how many they are.
    if entry.object.ends_with(":many")
        && let Some(count) = facts.get("count").and_then(Value::as_u64)
    {
        text = format!("{text}: {}", number(count));
    }
    let text = entry.whose.as_ref().map_or(text.clone(), |whose| format!("{text}: {whose}"));
    let object = match link {
        Some(link) => view! { <a href=link>{text}</a> }.into_any(),
        None => text.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" class="number place" data-label=j.place>{number(entry.seq.unsigned_abs())}</td>
            <td role="cell" class="when">{date_time(entry.at)}</td>
            <td role="cell" data-label=j.author>
                {author(lang, entry)}
                {entry.address.clone().map(|address| view! { <span class="pale address">{address}</span> })}
            </td>
            <td role="cell" class="name">{lang.act(&entry.act)}</td>
            <td role="cell" data-label=j.object>{object}</td>
            <td role="cell" class="details">{details(lang, &facts)}</td>
        </tr>
    }
}

/// Who has done what an entry tells of, in words.
#[must_use]
pub fn author(lang: Lang, entry: &JournalRow) -> String {
    let (t, j) = (lang.texts(), lang.journaling());
    if let Some(name) = &entry.author {
        return name.clone();
    }
    let by_link = facts(&entry.details).get("by").and_then(Value::as_str) == Some("link");
    // A wrong password is nobody's, but somebody typed it.
    match (by_link, &entry.address) {
        (true, _) => j.by_link,
        (false, Some(_)) => j.somebody,
        (false, None) => t.system,
    }
    .to_owned()
}

fn facts(details: &str) -> Map<String, Value> {
    match serde_json::from_str(details) {
        Ok(Value::Object(facts)) => facts,
        _ => Map::new(),
    }
}

/// An object in words, and where it is seen by whoever may do what.
pub fn object(lang: Lang, object: &str) -> (String, Option<(String, &'static [Capability])>) {
    let (kind, which) = object.split_once(':').unwrap_or((object, ""));
    let name = lang.object(kind).unwrap_or(kind);
    let id = which.parse::<u64>().ok();
    let text = match (kind, id) {
        ("order", Some(id)) => format!("{name} {}", OrderId(id.try_into().unwrap_or_default()).number()),
        ("application", Some(id)) => format!("{name} {}", ApplicationId(id.try_into().unwrap_or_default()).number()),
        ("contract", Some(id)) => format!("{name} № {}", number(id)),
        ("operation" | "report", Some(id)) => format!("{name} № {}", number(id)),
        ("members" | "tasks", _) if which == "many" => name.to_owned(),
        ("members" | "tasks", _) => {
            let count = which.parse::<domain::IdSet>().map_or(0, |ids| ids.len() as u64);
            format!("{name}: {}", number(count))
        }
        _ => name.to_owned(),
    };
    let link = id.and_then(|id| match kind {
        "operation" | "report" => Some((format!("/operations/{id}"), &[Capability::People][..])),
        "order" => Some((format!("/orders/{id}"), &[Capability::Orders])),
        "application" => Some((format!("/applications/{id}"), &[Capability::Orders])),
        "pool" => Some((format!("/licenses/{id}"), &SEATS)),
        "task" => Some((format!("/tasks/{id}"), &[Capability::People])),
        "letter" => Some((format!("/letters/{id}"), &[Capability::Letters])),
        "account" => Some((format!("/admin/{id}"), &[Capability::Accounts])),
        _ => None,
    });
    (text, link)
}

/// What of the details people read; the file has all of them.
fn details(lang: Lang, facts: &Map<String, Value>) -> String {
    let j = lang.journaling();
    let count = |name: &str, label: &str| {
        let count = facts.get(name).and_then(Value::as_u64).filter(|count| *count > 0);
        count.map(|count| format!("{label}: {}", number(count)))
    };
    let sum = facts.get("kopecks").and_then(Value::as_u64).map(|kopecks| format!("{}: {}", j.sum, Kopecks(kopecks)));
    let needs = facts.get("needs").and_then(Value::as_str).and_then(domain::Capability::from_code);
    let needs = needs.map(|needs| format!("{}: {}", j.needs, lang.capability(needs)));
    let text = |name: &str| facts.get(name).and_then(Value::as_str);
    let device = [text("browser"), text("system")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let level = |text: &str| match domain::Level::parse(text) {
        Some(domain::Level::Role(role)) => lang.role(role).to_owned(),
        Some(domain::Level::Own(_)) => lang.accounting().own_level.to_owned(),
        // Codes of capabilities.
        None => domain::Rights::from_codes(text).iter().map(|one| lang.capability(one)).collect::<Vec<_>>().join("; "),
    };
    let moved = match (text("before").map(level), text("after").map(level)) {
        (Some(before), Some(after)) if before != after => Some(format!("{before} → {after}")),
        (None, Some(after)) => Some(after),
        (Some(before), None) => Some(before),
        _ => None,
    };
    let changed = Some(changes(lang, facts).join(", "));
    let why = text("why").or(text("fault")).map(|why| lang.why(why));
    let a = lang.accounting();
    let invited = text("level").map(level);
    let named = match (text("name_before"), text("name")) {
        (Some(before), Some(name)) if before != name => Some(format!("«{before}» → «{name}»")),
        (_, Some(name)) | (Some(name), None) => Some(format!("«{name}»")),
        (None, None) => None,
    };
    let required = facts.get("required").and_then(Value::as_bool);
    let required = required.map(|required| if required { a.yes } else { a.no }.to_owned());
    let refusal =
        facts.get("refusal").and_then(|refusal| serde_json::from_value::<domain::Refusal>(refusal.clone()).ok());
    let refusal = refusal.map(|refusal| lang.error(&refusal.into()));
    let by = text("by").map(|by| lang.signed_in_by(by));
    let more = [
        by.map(str::to_owned),
        Some(device),
        named,
        invited,
        moved,
        changed,
        required,
        why,
        refusal,
        count("sessions", j.sessions),
    ];
    let all = [
        count("asked", j.asked),
        count("accepted", j.done),
        count("rejected", j.left_out),
        count("seats", j.seats),
        sum,
        needs,
    ];
    all.into_iter().chain(more).flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_round() {
        let days = [None, Date::new(2026, 11, 21)];
        for group in ActGroup::ALL.map(Some).into_iter().chain([None]) {
            for author in [None, Some(ActAuthor::Nobody), Some(ActAuthor::Account(AccountId(3)))] {
                for (from, to) in days.into_iter().flat_map(|from| days.map(|to| (from, to))) {
                    let filter = JournalFilter { group, author, from, to };
                    for before in [None, Some(7)] {
                        let there = address("/log", &filter, before);
                        let query = there.trim_start_matches("/log").trim_start_matches('?');
                        assert_eq!(parse_journal(query), (filter, before), "{there}");
                    }
                }
            }
        }
        assert_eq!(wrong_days("from=30.02.2026&to=+21.11.2026"), [Some("30.02.2026".into()), None]);
        assert_eq!(parse_journal("what=x&who=y&from=30.02.2026&to=z&before=w"), (JournalFilter::default(), None));
    }

    #[test]
    fn objects_are_named_and_found() {
        let said = |object_: &str| object(Lang::Ru, object_);
        let there = Some(("/operations/12".into(), &[Capability::People][..]));
        assert_eq!(said("operation:12"), ("Операция № 12".into(), there));
        assert_eq!(said("members:1-5,8"), ("Пользователи: 6".into(), None));
        assert_eq!(said("tasks:many"), ("Задачи".into(), None));
        assert_eq!(said("keys"), ("Регистрация".into(), None));
        let there = Some(("/applications/12".into(), &[Capability::Orders][..]));
        assert_eq!(said("application:12"), ("Заявление З-000012".into(), there));
        assert_eq!(
            said("report:12"),
            ("Отчёт операции № 12".into(), Some(("/operations/12".into(), &[Capability::People][..])))
        );
        assert_eq!(details(Lang::Ru, &facts(r#"{"accepted":2,"rejected":0,"digest":"x"}"#)), "сделано: 2");
        assert_eq!(details(Lang::En, &facts("no JSON")), "");
    }

    #[test]
    fn who_has_no_account_is_told_by_how_they_came() {
        let entry = |author: Option<&str>, address: Option<&str>, details: &str| JournalRow {
            seq: 1,
            at: domain::Instant(0),
            author: author.map(str::to_owned),
            address: address.map(str::to_owned),
            act: "task.confirmed".into(),
            object: "task:1".into(),
            whose: None,
            details: details.into(),
            hash: String::new(),
        };
        let said = |entry: JournalRow| author(Lang::Ru, &entry);
        assert_eq!(said(entry(None, Some("192.0.2.7"), r#"{"by":"link"}"#)), "По ссылке из письма");
        assert_eq!(said(entry(None, Some("192.0.2.7"), "{}")), "Не вошёл");
        assert_eq!(said(entry(None, None, "{}")), "Система");
        assert_eq!(said(entry(Some("Ворон Майя"), None, r#"{"by":"link"}"#)), "Ворон Майя");
    }
}

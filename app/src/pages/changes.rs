//! What an entry of the log tells was changed: as it was before and as it is now, in words.

use domain::{DayTime, LetterKind, Quiet};
use serde_json::{Map, Value};

use crate::i18n::{AccountWords, JournalWords, Lang, LetterWords};

const NOTHING: &str = "—";

/// One text for each field.
pub(super) fn changes(lang: Lang, facts: &Map<String, Value>) -> Vec<String> {
    let (a, j) = (lang.accounting(), lang.journaling());
    let text = |name: &str| facts.get(name).and_then(Value::as_str);
    let mut told = Vec::new();
    let fields = facts.get("changed").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    match (facts.get("was"), facts.get("is")) {
        (Some(was), Some(is)) => {
            told.extend(fields.filter_map(|field| changed(lang, field, was, is)));
            for (rule, label) in [("issue", j.approve_issue), ("revoke", j.approve_revoke)] {
                if let (Some(was), Some(is)) = (was.get(rule), is.get(rule)) {
                    told.extend(moved(lang, label, was, is));
                }
            }
        }
        // Entries of before there were values have the names of the fields alone.
        _ => told.extend(fields.map(|field| lang.account_field(field).to_owned())),
    }
    if let (Some(was), Some(is)) = (facts.get("muted_before"), facts.get("muted")) {
        let words = |codes: &Value| -> Value {
            let codes = codes.as_array().into_iter().flatten().filter_map(Value::as_str);
            codes.filter_map(LetterKind::from_code).map(|kind| lang.letter_kind(kind)).collect()
        };
        told.extend(moved(lang, j.muted, &words(was), &words(is)));
    }
    if let (Some(was), Some(is)) = (facts.get("whom_before"), facts.get("whom"))
        && was != is
    {
        let whom = |groups: &Value| groups.as_str().unwrap_or(a.whom_everybody).to_owned();
        told.push(format!("{}: {} → {}", a.whom, whom(was), whom(is)));
    }
    match (text("address_before"), text("address")) {
        (Some(before), Some(address)) if before != address => told.push(format!("{}: {before} → {address}", j.service)),
        (_, Some(address)) => told.push(format!("{}: {address}", j.service)),
        _ => {}
    }
    told.extend(["email", "phone"].into_iter().filter_map(text).map(str::to_owned));
    told.extend(text("reason").map(|reason| format!("{}: {reason}", a.declined_because)));
    told
}

/// A field by its name in the log: `email`, `threshold`, `term_ends.to`.
fn changed(lang: Lang, field: &str, was: &Value, is: &Value) -> Option<String> {
    let l = lang.lettering();
    if let Some((kind, part)) = field.split_once('.') {
        let of = |set: &Value| set.get("notices").and_then(|set| set.get(kind)?.get(part)).cloned().unwrap_or_default();
        let label = match part {
            "on" => l.send,
            "to" => l.recipients,
            "at" => l.at,
            "delay" => l.delay,
            "quiet" => l.quiet,
            _ => return None,
        };
        let kind = lang.letter_kind(LetterKind::from_code(kind)?);
        let time = |value: Value| if part == "at" { in_words(&value).map_or(value, Value::String) } else { value };
        return moved(lang, &format!("{kind}, {label}"), &time(of(was)), &time(of(is)));
    }
    let label = match field {
        "language" => l.language,
        "threshold" => l.threshold,
        "horizon_days" => l.horizon,
        field => lang.account_field(field),
    };
    moved(lang, label, was.get(field)?, is.get(field)?)
}

fn in_words(time: &Value) -> Option<String> {
    serde_json::from_value::<DayTime>(time.clone()).ok().map(|time| time.to_string())
}

/// «ФИО: Ворон Майя → Ворон Мая»; nothing for what has stayed.
fn moved(lang: Lang, label: &str, was: &Value, is: &Value) -> Option<String> {
    let (was, is) = (said(lang, was), said(lang, is));
    (was != is).then(|| format!("{label}: {was} → {is}"))
}

fn said(lang: Lang, value: &Value) -> String {
    let a = lang.accounting();
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { a.yes } else { a.no }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match text.as_str() {
            "ru" => lang.journaling().russian.to_owned(),
            "en" => lang.journaling().english.to_owned(),
            text => text.to_owned(),
        },
        Value::Array(all) => all.iter().map(|one| said(lang, one)).collect::<Vec<_>>().join(", "),
        Value::Object(_) => {
            let quiet = serde_json::from_value::<Quiet>(value.clone()).ok();
            quiet.map(|quiet| format!("{}–{}", quiet.from, quiet.until)).unwrap_or_default()
        }
    };
    if text.is_empty() { NOTHING.to_owned() } else { text }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn told(details: &str) -> String {
        changes(Lang::Ru, serde_json::from_str::<Value>(details).unwrap().as_object().unwrap()).join("; ")
    }

    #[test]
    fn before_and_after_are_said() {
        let account = r#"{"changed":["name","phone"],"was":{"name":"А","phone":""},"is":{"name":"Б","phone":"+7"}}"#;
        assert_eq!(told(account), "ФИО: А → Б; Мобильный телефон: — → +7");
        assert_eq!(
            told(r#"{"was":{"issue":null,"revoke":5},"is":{"issue":10,"revoke":5}}"#),
            "выдача без согласия: — → 10"
        );
        let muted = told(r#"{"muted_before":[],"muted":["order_paid"]}"#);
        assert_eq!(muted, format!("не присылать: — → {}", Lang::Ru.letter_kind(LetterKind::OrderPaid)));
        assert_eq!(told(r#"{"muted_before":["order_paid"],"muted":["order_paid"]}"#), "", "what has stayed");
        assert_eq!(told(r#"{"address_before":"a","address":"b"}"#), "адрес сервиса: a → b");
        assert_eq!(told(r#"{"accepted":3,"reason":"рано"}"#), "Причина: рано");
        let set = |to: &str, at: &str, on: bool| {
            format!(r#"{{"language":"ru","threshold":5,"notices":{{"order_paid":{{"on":{on},"to":{to},"at":{at}}}}}}}"#)
        };
        let (was, is) = (set("[]", "540", true), set(r#"["a@b.ru","c@d.ru"]"#, "null", true));
        let all = r#"["order_paid.to","order_paid.at","order_paid.on","threshold","nothing.known"]"#;
        let words = told(&format!(r#"{{"changed":{all},"was":{was},"is":{is}}}"#));
        assert!(words.contains("Кому: — → a@b.ru, c@d.ru") && words.contains("Время отправки: 09:00 → —"), "{words}");
        assert!(!words.contains("Присылать"), "what has stayed: {words}");
        // Entries of before there were values.
        assert_eq!(told(r#"{"changed":["name"],"before":"user","after":"user"}"#), "ФИО");
    }
}

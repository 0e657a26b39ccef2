//! What a deed shows before it is done: who, from which stock, who is left out. The same in the dialog and on the page.

use domain::{DeskError, Instant, LeftOut, Pool, PoolId, Refusal};
use leptos::prelude::*;

use crate::i18n::{Lang, Words, number, use_lang};

/// «3 человека: Герасимова А. К., Герасимова К. И., Гусева Т. А.»; «… и ещё 12» where not all are named.
pub fn lead(lang: Lang, count: u64, names: &[String]) -> String {
    let people = lang.people(count);
    if names.is_empty() || count == 0 {
        return people;
    }
    let rest = count.saturating_sub(names.len() as u64);
    let more = match (lang, rest) {
        (_, 0) => String::new(),
        (Lang::Ru, rest) => format!(" и ещё {}", number(rest)),
        (Lang::En, rest) => format!(" and {} more", number(rest)),
    };
    format!("{people}: {}{more}", names.join(", "))
}

/// One option per usable pool: «ПЭП, остаток: 1, код: ea9ENYf6», and how far it reaches for `wanted` people.
#[component]
pub fn PoolOptions(pools: Vec<Pool>, wanted: u64, now: Instant, chosen: RwSignal<Option<PoolId>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.texts();
    let (left_word, code_word) = match lang {
        Lang::Ru => ("остаток", "код"),
        Lang::En => ("left", "code"),
    };
    let usable = |pool: &Pool| {
        !matches!(pool.admits(0, now), Err(Refusal::PoolExpired { .. } | Refusal::PoolNotYetValid { .. }))
    };
    let pools: Vec<Pool> = pools.into_iter().filter(usable).collect();
    if pools.is_empty() {
        return view! { <p class="facts-box">{t.no_pools}</p> }.into_any();
    }
    let option = move |pool: Pool| {
        let id = pool.id;
        let (before, figure, after) = lang.reach(pool.reach(wanted));
        let short = pool.admits(wanted, now).is_err();
        view! {
            <label class="option" data-short=short.then_some("")>
                <input
                    type="radio"
                    name="pool"
                    value=id.to_string()
                    required=true
                    checked=chosen.get_untracked() == Some(id)
                    prop:checked=move || chosen.get() == Some(id)
                    on:change=move |_| chosen.set(Some(id))
                />
                <span class="option-title">
                    <b>{pool.product.title}</b>
                    {format!(", {left_word}: {}, {code_word}: ", number(pool.total.saturating_sub(pool.issued)))}
                    <code>{pool.code.as_str().to_owned()}</code>
                    {pool.trial.then(|| view! { ", "<span class="chip trial">{t.trial}</span> })}
                </span>
                " "
                <span class="option-left">{before}<b>{figure}</b>{after}</span>
            </label>
        }
    };
    view! {
        <fieldset class="options">
            <legend>{t.issue_field}</legend>
            {pools.into_iter().map(option).collect_view()}
        </fieldset>
    }
    .into_any()
}

/// «Не получат: 2», each reason with the first names.
#[component]
pub fn LeftOutList(deed: domain::Deed, left_out: Vec<LeftOut>) -> impl IntoView {
    let lang = use_lang();
    let count = left_out.iter().map(|left| left.count).sum();
    (count > 0).then(|| {
        let line = |left: LeftOut| {
            view! {
                <li>
                    <span>{lead(lang, left.count, &left.names)}</span>
                    " "
                    <span>{lang.reason(left.reason)}</span>
                </li>
            }
        };
        view! {
            <details class="left-out" open=true>
                <summary>{lang.left_out_title(deed, count)}</summary>
                <ul>{left_out.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    })
}

/// What became of a large deed for want of one's own password: what to say of it.
pub fn proof_problem(lang: Lang, error: &DeskError) -> Option<&'static str> {
    match error {
        DeskError::ProofRequired => Some(lang.texts().proof_asked),
        DeskError::InvalidForm { fields } if fields.iter().any(|error| error.field == "proof") => {
            Some(lang.texts().proof_wrong)
        }
        _ => None,
    }
}

/// A large and dangerous deed asks for its number to be typed, and, if the server wants it, for one's own password:
/// `proof` is something then.
#[component]
pub fn TypedNumber(count: u64, typed: RwSignal<bool>, proof: RwSignal<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let label = match lang {
        Lang::Ru => format!("Чтобы подтвердить, введите число: {}", number(count)),
        Lang::En => format!("To confirm, type the number: {}", number(count)),
    };
    let check = move |text: String| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        typed.set(digits == count.to_string());
    };
    view! {
        <div class="field">
            <label for="confirm-size">{label}</label>
            <input
                class="input"
                id="confirm-size"
                name="size"
                required=true
                inputmode="numeric"
                autocomplete="off"
                on:input:target=move |event| check(event.target().value())
            />
        </div>
        <div class="field" hidden=move || proof.read().is_none()>
            <label for="proof">{lang.texts().proof_label}</label>
            <input
                class="input"
                id="proof"
                name="proof"
                type="password"
                autocomplete="current-password"
                on:input:target=move |event| proof.set(Some(event.target().value()))
            />
        </div>
    }
}

//! Which tasks are shown: `/tasks?state=invited&product=2&q=ворон&page=2`.

use domain::{MAX_SEARCH_CHARS, ProductId, TaskFilter, TaskState, Tasks};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::i18n::{TaskWords, number, use_lang};

/// The filter of a query (the text after `?`) and the page; what cannot be read counts as usual.
#[must_use]
pub fn parse_task_filter(query: &str) -> (TaskFilter, u32) {
    let find = |wanted: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(name, value)| (name == wanted).then_some(value))
    };
    let search = find("q").unwrap_or_default().replace('+', " ");
    let search: String =
        percent_decode_str(&search).decode_utf8_lossy().trim().chars().take(MAX_SEARCH_CHARS).collect();
    let filter = TaskFilter {
        state: find("state").and_then(TaskState::from_code),
        product: find("product").and_then(|id| id.parse().ok()).map(ProductId),
        search,
    };
    (filter, find("page").and_then(|page| page.parse().ok()).unwrap_or(1))
}

/// The address of a filter's tasks, without what is as usual.
pub fn address(filter: &TaskFilter, page: u32) -> String {
    let search = (!filter.search.is_empty()).then(|| utf8_percent_encode(&filter.search, NON_ALPHANUMERIC).to_string());
    let pairs: Vec<String> = [
        filter.state.map(|state| format!("state={}", state.code())),
        filter.product.map(|product| format!("product={product}")),
        search.map(|search| format!("q={search}")),
        (page > 1).then(|| format!("page={page}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if pairs.is_empty() { "/tasks".to_owned() } else { format!("/tasks?{}", pairs.join("&")) }
}

/// The states that somebody is in, with their counts.
#[component]
pub fn States(tasks: Tasks) -> impl IntoView {
    let lang = use_lang();
    let k = lang.tasking();
    let choice = |state: Option<TaskState>, text: &'static str| {
        let there = TaskFilter { state, ..tasks.filter.clone() };
        view! {
            <a href=address(&there, 1) aria-current=(tasks.filter.state == state).then_some("true")>
                {text}" "<span class="count">{number(tasks.count(state))}</span>
            </a>
        }
    };
    let there = |state: &TaskState| tasks.count(Some(*state)) > 0 || tasks.filter.state == Some(*state);
    let states: Vec<TaskState> = TaskState::ALL.into_iter().filter(there).collect();
    view! {
        <nav class="choices task-states" aria-label=k.states>
            {choice(None, k.all)}
            {states.into_iter().map(|state| choice(Some(state), lang.task_state(state))).collect_view()}
        </nav>
    }
}

/// Search and product: a form that keeps the state.
#[component]
pub fn Search(filter: TaskFilter, products: Vec<(ProductId, String)>) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let option = |(id, title): (ProductId, String)| {
        view! { <option value=id.to_string() selected=filter.product == Some(id)>{title}</option> }
    };
    view! {
        <form class="filters task-search" method="get" action="/tasks" role="search" aria-label=t.search_and_filters>
            {filter.state.map(|state| view! { <input type="hidden" name="state" value=state.code()/> })}
            <div class="search">
                <input
                    class="input"
                    type="search"
                    name="q"
                    value=filter.search.clone()
                    maxlength="200"
                    placeholder=t.search
                    aria-label=t.search
                    autocomplete="off"
                />
            </div>
            <span class="select">
                <select name="product" aria-label=k.product>
                    <option value="" selected=filter.product.is_none()>{k.any_product}</option>
                    {products.into_iter().map(option).collect_view()}
                </select>
            </span>
            <button class="button">{t.show}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_round() {
        for state in TaskState::ALL.map(Some).into_iter().chain([None]) {
            for product in [None, Some(ProductId(3))] {
                for search in ["", "Ворон", "a+b&c=d %", "voron@romashka.ru"] {
                    let filter = TaskFilter { state, product, search: search.to_owned() };
                    for page in [1, 7] {
                        let there = address(&filter, page);
                        let query = there.trim_start_matches("/tasks").trim_start_matches('?');
                        assert_eq!(parse_task_filter(query), (filter.clone(), page), "{there}");
                    }
                }
            }
        }
        assert_eq!(parse_task_filter("state=x&product=y&page=z&&="), (TaskFilter::default(), 1));
        assert_eq!(parse_task_filter("q=%D0%B0+%D0%B1").0.search, "а б", "as a browser's form writes it");
    }
}

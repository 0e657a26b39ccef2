//! Which tasks are shown: `/tasks?state=invited&product=2&q=ворон&page=2`.

use domain::{Direction, MAX_SEARCH_CHARS, ProductId, TaskFilter, TaskSortKey, TaskState, TaskView, Tasks};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::i18n::{TaskWords, number, use_lang};

/// The view of a query (the text after `?`); what cannot be read counts as usual.
#[must_use]
pub fn parse_task_view(query: &str) -> TaskView {
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
    let key = find("sort").and_then(TaskSortKey::from_code);
    let sort = key.map(|key| (key, crate::address::direction(find("dir").unwrap_or_default())));
    let page = find("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    TaskView { filter, sort, page }
}

/// The address of a view, without what is as usual.
pub fn address(view: &TaskView) -> String {
    let TaskView { filter, sort, page } = view;
    let search = (!filter.search.is_empty()).then(|| utf8_percent_encode(&filter.search, NON_ALPHANUMERIC).to_string());
    let pairs: Vec<String> = [
        filter.state.map(|state| format!("state={}", state.code())),
        filter.product.map(|product| format!("product={product}")),
        search.map(|search| format!("q={search}")),
        sort.map(|(key, _)| format!("sort={}", key.code())),
        sort.filter(|(_, direction)| *direction == Direction::Descending).map(|_| "dir=desc".to_owned()),
        (*page > 1).then(|| format!("page={page}")),
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
        let filter = TaskFilter { state, ..tasks.view.filter.clone() };
        let there = address(&TaskView { filter, sort: tasks.view.sort, page: 1 });
        // Of picked ones every state is there.
        let current = !tasks.picked && tasks.view.filter.state == state;
        view! {
            <a href=there aria-current=current.then_some("true")>
                {text}" "<span class="count">{number(tasks.count(state))}</span>
            </a>
        }
    };
    let known = if tasks.picked { &tasks.counts } else { &tasks.all };
    let there =
        |state: &TaskState| tasks.view.filter.state == Some(*state) || known.iter().any(|(known, _)| known == state);
    let states: Vec<TaskState> = TaskState::ALL.into_iter().filter(there).collect();
    view! {
        <nav class="choices task-states" aria-label=k.states>
            {choice(None, k.all)}
            {states.into_iter().map(|state| choice(Some(state), lang.task_state(state))).collect_view()}
        </nav>
    }
}

/// Search and product: a form that keeps state and order.
#[component]
pub fn Search(view: TaskView, products: Vec<(ProductId, String)>) -> impl IntoView {
    let lang = use_lang();
    let TaskView { filter, sort, .. } = view;
    let (t, k) = (lang.texts(), lang.tasking());
    let option = |(id, title): (ProductId, String)| {
        view! { <option value=id.to_string() selected=filter.product == Some(id)>{title}</option> }
    };
    view! {
        <form class="filters task-search" method="get" action="/tasks" role="search" aria-label=t.search_and_filters>
            {filter.state.map(|state| view! { <input type="hidden" name="state" value=state.code()/> })}
            {sort.map(|(key, _)| view! { <input type="hidden" name="sort" value=key.code()/> })}
            {sort.filter(|(_, direction)| *direction == Direction::Descending).map(|_| view! { <input type="hidden" name="dir" value="desc"/> })}
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
    fn a_view_goes_round() {
        for state in TaskState::ALL.map(Some).into_iter().chain([None]) {
            for product in [None, Some(ProductId(3))] {
                for search in ["", "Ворон", "a+b&c=d %", "voron@romashka.ru"] {
                    let filter = TaskFilter { state, product, search: search.to_owned() };
                    let down = TaskSortKey::ALL.map(|key| Some((key, Direction::Descending)));
                    let sorts = down.into_iter().chain([None, Some((TaskSortKey::Name, Direction::Ascending))]);
                    for (sort, page) in sorts.flat_map(|sort| [(sort, 1), (sort, 7)]) {
                        let view = TaskView { filter: filter.clone(), sort, page };
                        let there = address(&view);
                        let query = there.trim_start_matches("/tasks").trim_start_matches('?');
                        assert_eq!(parse_task_view(query), view, "{there}");
                    }
                }
            }
        }
        assert_eq!(parse_task_view("state=x&product=y&sort=v&dir=w&page=z&&="), TaskView::default());
        assert_eq!(parse_task_view("page=0"), TaskView::default());
        assert_eq!(parse_task_view("q=%D0%B0+%D0%B1").filter.search, "а б", "as a browser's form writes it");
    }
}

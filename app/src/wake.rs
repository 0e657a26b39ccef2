//! What a person did on the page before the app was awake, kept across its waking.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, Node};

thread_local! {
    static TICKED: RefCell<Vec<i64>> = const { RefCell::new(Vec::new()) };
}

/// The boxes that were ticked; once.
pub(crate) fn take_early_ticks() -> Vec<i64> {
    TICKED.with(RefCell::take)
}

/// The page as it stood.
pub struct Wake {
    nodes: Vec<Node>,
    /// The id of the focused element, and the range selected in it.
    focus: Option<(String, Option<(u32, u32)>)>,
    typed: String,
    /// How far the table and the window were scrolled.
    scrolled: (i32, f64),
}

fn search() -> Option<HtmlInputElement> {
    document().get_element_by_id("search")?.dyn_into().ok()
}

fn scroller() -> Option<Element> {
    document().query_selector(".table-scroll").ok().flatten()
}

impl Wake {
    #[must_use]
    pub fn remember() -> Self {
        if let Ok(boxes) = document().query_selector_all("input[name='member[]']:checked") {
            let ticked = (0..boxes.length())
                .filter_map(|place| boxes.item(place)?.dyn_into::<HtmlInputElement>().ok())
                .filter_map(|input| input.value().parse().ok())
                .collect();
            TICKED.with(|known| known.replace(ticked));
        }
        let nodes = document().body().map(|body| body.child_nodes());
        let nodes = nodes.map(|nodes| (0..nodes.length()).filter_map(|place| nodes.item(place)).collect());
        let focus = document().active_element().filter(|active| !active.id().is_empty()).map(|active| {
            let input = active.dyn_ref::<HtmlInputElement>();
            let range = input.and_then(|input| {
                Some((input.selection_start().ok().flatten()?, input.selection_end().ok().flatten()?))
            });
            (active.id(), range)
        });
        Self {
            nodes: nodes.unwrap_or_default(),
            focus,
            typed: search().map(|search| search.value()).unwrap_or_default(),
            scrolled: (scroller().map_or(0, |table| table.scroll_top()), window().scroll_y().unwrap_or(0.0)),
        }
    }

    /// Takes the old nodes away and puts the person where they were.
    pub fn restore(self) {
        for node in &self.nodes {
            if let Some(element) = node.dyn_ref::<Element>() {
                // What the server says above the page is not the app's.
                if element.id() != "notice" {
                    element.remove();
                }
            } else if let Some(parent) = node.parent_node() {
                let _ = parent.remove_child(node);
            }
        }
        if let Some(search) = search().filter(|search| search.value() != self.typed) {
            search.set_value(&self.typed);
            let heard = web_sys::EventInit::new();
            heard.set_bubbles(true);
            if let Ok(typed) = web_sys::Event::new_with_event_init_dict("input", &heard) {
                let _ = search.dispatch_event(&typed);
            }
        }
        if let Some(table) = scroller() {
            table.set_scroll_top(self.scrolled.0);
        }
        window().scroll_to_with_x_and_y(0.0, self.scrolled.1);
        let Some((id, range)) = self.focus else { return };
        let Some(element) = document().get_element_by_id(&id) else { return };
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
        if let (Some(input), Some((start, end))) = (element.dyn_ref::<HtmlInputElement>(), range) {
            let _ = input.set_selection_range(start, end);
        }
    }
}

use leptos::html;
use leptos::prelude::*;

/// A native modal dialog, open while `open` is `what`: focus stays inside, Escape closes it, focus returns to where
/// it was. Its content is made anew at each opening.
#[component]
pub fn Dialog<T: Copy + PartialEq + Send + Sync + 'static>(
    open: RwSignal<Option<T>>,
    what: T,
    /// `dialog` or `dialog narrow`.
    #[prop(default = "dialog")]
    class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| open.get() == Some(what));
    Effect::new(move |_| {
        let is_open = is_open.get();
        let Some(dialog) = element.get() else { return };
        if is_open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        if is_open.get_untracked() {
            open.set(None);
        }
    };
    view! {
        <dialog node_ref=element class=class aria-labelledby="deed-title" on:close=closed>
            {move || is_open.get().then(|| children())}
        </dialog>
    }
}

use leptos::html;
use leptos::prelude::*;

/// A native modal dialog: focus stays inside, Escape closes it, focus returns to where it was. Its content is made
/// anew at each opening.
#[component]
pub fn Dialog(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    /// `dialog` or `dialog narrow`.
    #[prop(default = "dialog")]
    class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog node_ref=element class=class aria-labelledby="deed-title" on:close=move |_| on_close.run(())>
            <Show when=move || open.get()>{move || children.with_value(|children| children())}</Show>
        </dialog>
    }
}

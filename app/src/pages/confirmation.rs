use domain::DeskError;
use leptos::prelude::*;

use super::Refused;

/// A step of its own before a deed that cannot be taken back: what it does, as children, and the way out. `field` is
/// the name and the value of what the deed is done to, `leave` where one goes instead, and how that is called.
#[component]
pub fn Confirmation(
    action: &'static str,
    field: (&'static str, String),
    press: String,
    #[prop(optional)] danger: bool,
    leave: (String, &'static str),
    refused: Option<DeskError>,
    children: Children,
) -> impl IntoView {
    let (name, value) = field;
    let (back, leave) = leave;
    view! {
        <div class="page">
            <form class="deed" method="post" action=action>
                <div class="deed-body">
                    <Refused error=refused/>
                    {children()}
                </div>
                <input type="hidden" name=name value=value/>
                <footer class="deed-foot">
                    <button class=if danger { "button danger" } else { "button primary" }>{press}</button>
                    <a class="button" href=back>{leave}</a>
                </footer>
            </form>
        </div>
    }
}

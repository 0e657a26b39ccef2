use domain::{DeskError, Invitation, LinkFault};
use leptos::prelude::*;

use crate::i18n::{TaskWords, date_time, use_lang};
use crate::pages::Refused;

/// `/invitation/…`: for whoever has the link; nobody signs in for it. `token` is the link's.
#[component]
pub fn InvitationPage(
    shown: Result<Invitation, LinkFault>,
    token: String,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, k) = (lang.texts(), lang.tasking());
    let invitation = match shown {
        Ok(invitation) => invitation,
        Err(fault) => {
            let (title, hint) = lang.link_fault(fault);
            return view! {
                <main class="alone"><div class="empty"><h1>{title}</h1><p>{hint}</p></div></main>
            }
            .into_any();
        }
    };
    let full = [&invitation.name.surname, &invitation.name.first, &invitation.name.patronymic];
    let full = full.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    view! {
        <main class="alone">
            <form class="sign-in invitation" method="post" action="/api/confirm_data">
                <p class="logo">"Licentia"</p>
                <h1>{k.invited_title}</h1>
                <p>{k.invites}" "<b>{invitation.organization}</b></p>
                <Refused error=refused/>
                <dl class="invitation-facts">
                    <dt>{k.name}</dt>
                    <dd>{full}</dd>
                    <dt>{t.email}</dt>
                    <dd>{invitation.email}</dd>
                    <dt>{k.what_for}</dt>
                    <dd>{invitation.product}</dd>
                </dl>
                <p>{k.check}</p>
                <input type="hidden" name="token" value=token/>
                <button class="button primary">{k.confirm_data}</button>
                <p class="pale">{k.works_once}" "{date_time(invitation.until)}</p>
            </form>
        </main>
    }
    .into_any()
}

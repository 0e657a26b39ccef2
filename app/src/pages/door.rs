//! Pages for whoever is not in yet: a new password, and an invitation.

use domain::{DeskError, LinkFault, SignUpForm};
use leptos::prelude::*;
use service::ports::Purpose;
use service::{EntryFault, Joining, Question, Registering};

use super::account::Secret;
use super::news::{NewsDoor, NewsPages};
use super::sign_up::{ConfirmSignUp, FIELDS, SignUpPage, Terms};
use super::{Refused, entry, wrong_fields};
use crate::i18n::{AccountWords, ConnectWords, EntryWords, Lang, SignUpWords, date_time, use_lang};
use crate::parts::Field;

/// Such a page.
#[derive(Clone, Debug)]
pub enum DoorPage {
    /// `/recovery`
    AskRecovery { typed: String },
    /// `/recovery?sent`
    RecoverySent,
    /// `/recovery/…`; `token` is the link's.
    NewPassword { token: String },
    /// `/join/…`
    Join { joining: Joining, token: String },
    /// `/register`
    SignUp { typed: SignUpForm, question: Question },
    /// `/register?sent`
    SignUpSent,
    /// `/register/…`
    ConfirmSignUp { registering: Registering, token: String },
    /// `/terms`
    Terms,
    /// `/at/…` of nobody.
    NoService,
    /// `/news` and its links.
    News(NewsDoor),
    /// A link that works no more.
    Refused { fault: LinkFault, purpose: Purpose },
    /// `/oidc/callback`; `linking`: of somebody who has signed in.
    NotEntered { fault: EntryFault, linking: bool },
}

impl DoorPage {
    pub(super) fn title(&self, lang: Lang) -> &'static str {
        let t = lang.accounting();
        match self {
            Self::AskRecovery { .. } | Self::RecoverySent | Self::NewPassword { .. } => t.recovery,
            Self::Join { .. } => t.join,
            Self::SignUp { .. } => lang.signing_up().title,
            Self::SignUpSent => lang.signing_up().sent,
            Self::ConfirmSignUp { .. } => lang.signing_up().confirm_title,
            Self::Terms => lang.signing_up().terms,
            Self::NoService => lang.connecting().at_none,
            Self::News(page) => page.title(lang),
            Self::Refused { fault, purpose } => lang.door_fault(*fault, *purpose).0,
            Self::NotEntered { fault, .. } => lang.entry_fault(*fault).0,
        }
    }
}

#[component]
pub fn Door(page: DoorPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.accounting();
    let title = page.title(lang);
    let order: &[&str] = match page {
        DoorPage::SignUp { .. } => &FIELDS,
        _ => &["email", "code", "password", "again"],
    };
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), order));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let back = || view! { <a class="link" href="/sign-in">{t.back}</a> };
    let content = match page {
        DoorPage::AskRecovery { typed } => view! {
            <form class="sign-in" method="post" action="/api/ask_recovery" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
                <p>{t.recovery_lead}</p>
                <Field name="email" label=t.email value=typed kind="email" first=true errors/>
                <button class="button primary">{t.send_link}</button>
                {back()}
            </form>
        }
        .into_any(),
        DoorPage::RecoverySent => view! {
            <div class="sign-in">
                <p class="logo">"Licentia"</p>
                <h1>{t.link_sent}</h1>
                <p>{t.link_sent_hint}</p>
                {back()}
            </div>
        }
        .into_any(),
        DoorPage::NewPassword { token } => view! {
            <form class="sign-in" method="post" action="/api/recover" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
                <input type="hidden" name="token" value=token/>
                <Secret name="password" label=t.new_password hint=t.password_hint complete="new-password" first=true errors/>
                <Secret name="again" label=t.again complete="new-password" errors/>
                <p class="pale">{t.all_end}</p>
                <button class="button primary">{t.set_password}</button>
            </form>
        }
        .into_any(),
        DoorPage::Join { joining, token } => view! {
            <form class="sign-in" method="post" action="/api/join" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <p>{t.joins}" "<b>{joining.organization}</b></p>
                <Refused error=whole/>
                <dl class="invitation-facts">
                    <dt>{t.name}</dt>
                    <dd>{joining.name}</dd>
                    <dt>{t.email}</dt>
                    <dd>{joining.email}</dd>
                </dl>
                <input type="hidden" name="token" value=token/>
                {joining.asks_code.then(|| view! {
                    <p class="pale">{lang.code_to(&joining.phone)}</p>
                    <Field name="code" label=t.sms_code value=String::new() first=true errors/>
                })}
                <Secret name="password" label=t.new_password hint=t.password_hint complete="new-password" errors/>
                <Secret name="again" label=t.again complete="new-password" errors/>
                <button class="button primary">{t.go_on}</button>
                <p class="pale">{t.works_until}" "{date_time(joining.until)}</p>
            </form>
        }
        .into_any(),
        DoorPage::NotEntered { fault, linking } => view! { <entry::Refusal fault linking/> }.into_any(),
        DoorPage::SignUp { typed, question } => {
            view! { <SignUpPage typed question errors refused=whole/> }.into_any()
        }
        DoorPage::SignUpSent => {
            let t = lang.signing_up();
            view! {
                <div class="sign-in">
                    <p class="logo">"Licentia"</p>
                    <h1>{t.sent}</h1>
                    <p>{t.sent_hint}</p>
                    {back()}
                </div>
            }
            .into_any()
        }
        DoorPage::ConfirmSignUp { registering, token } => {
            view! { <ConfirmSignUp registering token errors refused=whole/> }.into_any()
        }
        DoorPage::Terms => view! { <Terms/> }.into_any(),
        DoorPage::NoService => {
            let t = lang.connecting();
            view! {
                <div class="sign-in">
                    <p class="logo">"Licentia"</p>
                    <h1>{title}</h1>
                    <p>{t.at_none_hint}</p>
                    <a class="button primary" href="/sign-in">{t.at_sign_in}</a>
                </div>
            }
            .into_any()
        }
        DoorPage::News(page) => view! { <NewsPages page errors refused=whole/> }.into_any(),
        DoorPage::Refused { fault, purpose } => {
            let (title, hint) = lang.door_fault(fault, purpose);
            // Only where it leads on: nobody recovers the password of an account that has none yet.
            let further = match (purpose, fault) {
                (Purpose::Registration, LinkFault::Expired | LinkFault::Unknown) => {
                    Some(("/register", lang.signing_up().title))
                }
                (Purpose::Invitation, LinkFault::Expired | LinkFault::Unknown | LinkFault::Over) => None,
                _ => Some(("/recovery", t.recovery)),
            };
            let further = further.map(|(there, text)| view! { <a class="button primary" href=there>{text}</a> });
            view! {
                <div class="sign-in">
                    <p class="logo">"Licentia"</p>
                    <h1>{title}</h1>
                    <p>{hint}</p>
                    {further}
                    {back()}
                </div>
            }
            .into_any()
        }
    };
    view! { <main class="alone"><div>{content}</div></main> }
}

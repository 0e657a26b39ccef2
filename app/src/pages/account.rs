use domain::{DeskError, Frame, LetterKind, SessionId, SessionRow, Subscription};
use leptos::prelude::*;
use service::Factor;

use super::admin::SessionTable;
use super::entry::{Linked, OwnLink};
use super::factor::FactorSection;
use super::news::OwnSubscription;
use super::{Refused, rights, wrong_fields};
use crate::i18n::{AccountWords, FactorWords, LetterWords, NewsWords, use_lang};
use crate::parts::{FieldProblemText, Head, Here, Layout};

/// What has just been done to one's own account, as the address of the page says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountSaid {
    PasswordKept,
    /// The notifications.
    Saved,
    FactorOff,
    FactorOn,
    PasskeyAdded,
    PasskeyRemoved,
    /// A link to confirm the subscription to the news.
    NewsSent,
    NewsOff,
}

impl AccountSaid {
    /// The word of a query.
    #[must_use]
    pub fn of(query: &str) -> Option<Self> {
        match query {
            "kept" => Some(Self::PasswordKept),
            "saved" => Some(Self::Saved),
            "factor-off" => Some(Self::FactorOff),
            "factor-on" => Some(Self::FactorOn),
            "passkey-added" => Some(Self::PasskeyAdded),
            "passkey-removed" => Some(Self::PasskeyRemoved),
            "news-sent" => Some(Self::NewsSent),
            "news-off" => Some(Self::NewsOff),
            _ => None,
        }
    }
}

/// `/account`: one's own.
#[component]
pub fn OwnAccount(
    frame: Frame,
    sessions: Vec<SessionRow>,
    own: SessionId,
    muted: Vec<LetterKind>,
    linked: Option<Linked>,
    factor: Factor,
    subscription: Subscription,
    /// What has just been done.
    said: Option<AccountSaid>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let (t, f) = (lang.accounting(), lang.factoring());
    let said = said.map(|said| match said {
        AccountSaid::PasswordKept => t.password_kept,
        AccountSaid::Saved => t.saved,
        AccountSaid::FactorOff if factor.is_there() => f.app_switched_off,
        AccountSaid::FactorOff => f.switched_off,
        AccountSaid::FactorOn => f.app_connected,
        AccountSaid::PasskeyAdded => f.passkey_added,
        AccountSaid::PasskeyRemoved => f.passkey_removed,
        AccountSaid::NewsSent => lang.telling().own_sent,
        AccountSaid::NewsOff => lang.telling().own_off,
    });
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["former", "password", "again", "email"]));
    let link = linked.map(|state| view! { <OwnLink state refused=refused.clone()/> });
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    let has_factor = factor.is_there();
    let others = sessions.len() > 1;
    let account = frame.account.clone();
    // Only those that can come.
    let coming: Vec<LetterKind> = LetterKind::coming_to(rights()).collect();
    let wanted = (!coming.is_empty()).then(|| {
        let kind = |kind: LetterKind| {
            view! {
                <label class="check">
                    <input type="checkbox" name="wanted[]" value=kind.code() checked=!muted.contains(&kind)/>
                    {lang.letter_kind(kind)}
                </label>
            }
        };
        view! {
            <form class="deed rights" id="notifications" method="post" action="/api/keep_wanted">
                <div class="deed-body">
                    <h2>{t.own_notifications}</h2>
                    <p class="pale">{t.own_notifications_lead}</p>
                    <div>{coming.into_iter().map(kind).collect_view()}</div>
                </div>
                <footer class="deed-foot"><button class="button">{t.save}</button></footer>
            </form>
        }
    });
    let organization = frame.organization.name.clone();
    let own_email = account.email.clone();
    view! {
        <Layout frame=RwSignal::new(frame) here=Here::Account>
            <Head title=t.account/>
            <div class="page">
                {said.map(|said| view! { <p class="note" role="status"><span>{said}</span></p> })}
                <Refused error=whole/>
                <dl class="facts">
                    <div><dt>{t.name}</dt><dd>{account.name}</dd></div>
                    <div><dt>{t.email}</dt><dd>{account.email.clone()}</dd></div>
                    <div><dt>{t.organization}</dt><dd>{organization}</dd></div>
                </dl>
                <form class="deed" method="post" action="/api/change_password" novalidate=true>
                    <input type="hidden" name="email" autocomplete="username" value=account.email/>
                    <div class="deed-body">
                        <h2>{t.own_password}</h2>
                        <Secret name="former" label=t.former complete="current-password" errors/>
                        <Secret name="password" label=t.new_password hint=if has_factor { t.password_hint_factor } else { t.password_hint } complete="new-password" errors/>
                        <Secret name="again" label=t.again complete="new-password" errors/>
                    </div>
                    <footer class="deed-foot"><button class="button primary">{t.own_password}</button></footer>
                </form>
                <FactorSection factor/>
                {link}
                {wanted}
                <OwnSubscription email=own_email state=subscription errors/>
                <section>
                    <h2>{t.own_sessions}</h2>
                    <SessionTable rows=sessions own/>
                    {others.then(|| view! {
                        <form class="row-acts" method="post" action="/api/end_own_sessions"><button class="button">{t.end_others}</button></form>
                    })}
                </section>
            </div>
        </Layout>
    }
}

/// A password that is typed.
#[component]
pub fn Secret(
    name: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    complete: &'static str,
    errors: RwSignal<Vec<domain::FieldError>>,
    #[prop(optional)] first: bool,
) -> impl IntoView {
    let wrong = errors.with_untracked(|errors| errors.iter().any(|error| error.field == name));
    let begins = errors.with_untracked(|errors| errors.first().map_or(first, |error| error.field == name));
    view! {
        <div class="field">
            <label for=name>{label}{(!hint.is_empty()).then(|| view! { " "<span class="pale">{hint}</span> })}</label>
            <input
                class="input"
                id=name
                name=name
                type="password"
                autocomplete=complete
                required=true
                autofocus=begins
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then(|| format!("{name}-error"))
            />
            <FieldProblemText name errors/>
        </div>
    }
}

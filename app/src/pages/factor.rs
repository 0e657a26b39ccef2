//! One's own second factor, and the second step of the sign-in.

use domain::{DeskError, Frame};
use leptos::prelude::*;
use service::ports::PasskeyRecord;
use service::{Factor, FactorSecret, MOST_PASSKEYS, Ways};

use super::admin::Proof;
use super::passkey::{Ceremony, NewPasskey, PasskeyForm, PasskeyTable, RemovePasskey};
use super::qr::Qr;
use super::{Refused, wrong_fields};
use crate::i18n::{AccountWords, FactorWords, Lang, date_time, use_lang};
use crate::parts::{FieldProblemText, Head, Here, Layout};

/// Such a page.
#[derive(Clone, Debug)]
pub enum FactorPage {
    /// `/account/factor`, before there is a secret.
    Begin { forced: bool, proof: bool },
    /// `/account/factor`, with the secret for the app.
    Connect { secret: FactorSecret, email: String, forced: bool },
    /// `/account/factor/codes`; none if they have been shown.
    Codes { codes: Option<Vec<String>> },
    /// `/account/factor/new-codes`
    NewCodes { frame: Frame, proof: bool },
    /// `/account/factor/off`; `last`: there is no passkey.
    Off { frame: Frame, last: bool, proof: bool },
    /// `/account/passkeys/new`; `full`: there are as many as there may be.
    NewPasskey { typed: String, forced: bool, full: bool, proof: bool },
    /// `/account/passkeys/3/delete`
    RemovePasskey { frame: Frame, passkey: Box<PasskeyRecord>, last: bool, required: bool, proof: bool },
    /// `/sign-in/code`; `ways` are those that the account has.
    Enter { way: Way, ways: Ways, to: String },
}

/// By what the second step of the sign-in is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Passkey,
    App,
    /// A code that was saved.
    Recovery,
}

impl Way {
    /// What is wanted, as far as the account has it; the strongest otherwise.
    #[must_use]
    pub fn of(wanted: Option<Self>, ways: Ways) -> Self {
        let has = |way: &Self| match way {
            Self::Passkey => ways.passkey,
            Self::App => ways.app,
            Self::Recovery => ways.recovery,
        };
        let strongest = [Self::Passkey, Self::App].into_iter().find(has);
        wanted.filter(has).or(strongest).unwrap_or(Self::Recovery)
    }
}

impl FactorPage {
    pub(super) fn title(&self, lang: Lang) -> &'static str {
        let t = lang.factoring();
        match self {
            Self::Begin { .. } | Self::Connect { .. } => t.connect,
            Self::Codes { .. } => t.codes,
            Self::NewCodes { .. } => t.new_codes,
            Self::Off { .. } => t.switch_off_title,
            Self::NewPasskey { .. } => t.new_passkey,
            Self::RemovePasskey { .. } => t.remove_passkey,
            Self::Enter { way: Way::Passkey, .. } => t.passkey_title,
            Self::Enter { way: Way::App, .. } => t.code_title,
            Self::Enter { way: Way::Recovery, .. } => t.recovery_code,
        }
    }

    /// Whether it has a form that asks the browser for a passkey.
    pub(super) fn asks_passkey(&self) -> bool {
        matches!(self, Self::NewPasskey { .. } | Self::Enter { way: Way::Passkey, .. })
    }
}

#[component]
pub fn FactorSteps(page: FactorPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.factoring(), lang.accounting());
    let title = page.title(lang);
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["name", "code", "proof"]));
    let whole = refused.filter(|error| !matches!(error, DeskError::InvalidForm { .. }));
    // Whoever has to connect one can go nowhere but out.
    let leave = move |forced: bool| {
        if forced {
            view! {
                <form class="sign-in-foot" method="post" action="/api/sign_out"><button class="link">{t.sign_out}</button></form>
            }
            .into_any()
        } else {
            view! { <p class="sign-in-foot"><a class="link" href="/account">{lang.texts().cancel}</a></p> }.into_any()
        }
    };
    let passkeys = crate::ssr::desk().is_ok_and(|desk| desk.passkey_origin().is_some());
    let whole_in_desk = whole.clone();
    let in_desk = move |frame: Frame,
                        effect: &'static str,
                        action: &'static str,
                        act: &'static str,
                        danger: bool,
                        proof: bool| {
        let class = if danger { "button danger" } else { "button primary" };
        view! {
            <Layout frame=RwSignal::new(frame) here=Here::Account>
                <Head title/>
                <div class="page">
                    <form class="deed" method="post" action=action novalidate=true>
                        <div class="deed-body">
                            <Refused error=whole_in_desk.clone()/>
                            <p>{effect}</p>
                            {proof.then(|| view! { <Proof errors/> })}
                        </div>
                        <footer class="deed-foot">
                            <button class=class>{act}</button>
                            <a class="button" href="/account">{lang.texts().cancel}</a>
                        </footer>
                    </form>
                </div>
            </Layout>
        }
        .into_any()
    };
    let content = match page {
        FactorPage::NewCodes { frame, proof } => {
            return in_desk(frame, t.new_codes_effect, "/api/new_codes", t.make_codes, false, proof);
        }
        FactorPage::Off { frame, last, proof } => {
            let effect = if last { t.switch_off_effect } else { t.switch_off_but };
            return in_desk(frame, effect, "/api/remove_factor", t.switch_off, true, proof);
        }
        FactorPage::RemovePasskey { frame, passkey, last, required, proof } => {
            let passkey = *passkey;
            return view! { <RemovePasskey frame passkey last required proof errors refused=whole/> }.into_any();
        }
        FactorPage::NewPasskey { typed, forced, full, proof } => view! {
            <NewPasskey typed forced full proof errors refused=whole/>
            {leave(forced)}
        }
        .into_any(),
        FactorPage::Begin { forced, proof } => view! {
            <form class="sign-in" method="post" action="/api/begin_factor" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
                {forced.then(|| view! { <p class="note" role="note"><span>{t.must}</span></p> })}
                <p>{t.connect_lead}</p>
                {proof.then(|| view! { <Proof errors/> })}
                <button class="button primary">{a.go_on}</button>
                {(forced && passkeys).then(|| view! { <a class="link" href=crate::ssr::NEW_PASSKEY>{t.rather_passkey}</a> })}
            </form>
            {leave(forced)}
        }
        .into_any(),
        FactorPage::Connect { secret, email, forced } => view! {
            <form class="sign-in" method="post" action="/api/confirm_factor" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
                <p>{t.scan}</p>
                {secret.address(&email).map(|text| view! { <Qr text label=t.picture/> })}
                <details class="by-hand">
                    <summary>{t.or_type}</summary>
                    <p><code class="secret" data-testid="factor-secret">{secret.groups()}</code></p>
                </details>
                <p>{t.enter_first}</p>
                <Code label=t.app_code errors/>
                <button class="button primary">{t.confirm}</button>
            </form>
            {leave(forced)}
        }
        .into_any(),
        FactorPage::Codes { codes: Some(codes) } => view! {
            <div class="sign-in">
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <p>{t.codes_lead}</p>
                <ol class="recovery-codes">
                    {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
                </ol>
                <a class="button primary" href="/">{t.codes_done}</a>
            </div>
        }
        .into_any(),
        FactorPage::Codes { codes: None } => view! {
            <div class="sign-in">
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <p>{t.codes_gone}</p>
                <a class="button primary" href="/account">{a.account}</a>
            </div>
        }
        .into_any(),
        FactorPage::Enter { way, ways, to } => {
            let to_query = if to.is_empty() { String::new() } else { format!("&to={}", crate::ssr::encoded(&to)) };
            let others = [
                (Way::Passkey, ways.passkey, "passkey", t.by_passkey),
                (Way::App, ways.app, "app", t.with_app),
                (Way::Recovery, ways.recovery, "recovery", if ways.passkey { t.with_recovery } else { t.no_phone }),
            ];
            let others = others.into_iter().filter(|(other, has, ..)| *has && *other != way);
            let others = others.map(|(_, _, query, says)| {
                view! { <a class="link" href=format!("/sign-in/code?{query}{to_query}")>{says}</a> }
            });
            let others = others.collect_view();
            let to = (!to.is_empty()).then(|| view! { <input type="hidden" name="to" value=to/> });
            let head = view! {
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
            };
            let foot = view! {
                {others}
                {(way == Way::Recovery || !ways.recovery).then(|| view! { <p class="pale">{t.lost_all}</p> })}
                <a class="link" href="/sign-in">{a.back}</a>
            };
            if way == Way::Passkey {
                view! {
                    <PasskeyForm ceremony=Ceremony::STEP label=t.by_passkey>
                        {head}
                        <p>{t.passkey_lead}</p>
                        {to}
                    </PasskeyForm>
                    <nav class="other-ways">{foot}</nav>
                }
                .into_any()
            } else {
                let recovery = way == Way::Recovery;
                let (lead, label) =
                    if recovery { (t.recovery_lead, t.recovery_code) } else { (t.code_lead, t.app_code) };
                view! {
                    <form class="sign-in" method="post" action="/api/enter_code" novalidate=true>
                        {head}
                        <p>{lead}</p>
                        <Code label letters=recovery errors/>
                        {to}
                        <button class="button primary">{t.go_on}</button>
                        {foot}
                    </form>
                }
                .into_any()
            }
        }
    };
    view! { <main class="alone"><div>{content}</div></main> }.into_any()
}

/// A code that is typed; phones offer what they have got, and digits unless it has letters.
#[component]
fn Code(
    label: &'static str,
    #[prop(optional)] letters: bool,
    errors: RwSignal<Vec<domain::FieldError>>,
) -> impl IntoView {
    let wrong = errors.with_untracked(|errors| errors.iter().any(|error| error.field == "code"));
    view! {
        <div class="field">
            <label for="code">{label}</label>
            <input
                class="input code"
                id="code"
                name="code"
                type="text"
                inputmode=if letters { "text" } else { "numeric" }
                autocomplete=if letters { "off" } else { "one-time-code" }
                autocapitalize="none"
                spellcheck="false"
                maxlength="40"
                required=true
                autofocus=true
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then_some("code-error")
            />
            <FieldProblemText name="code" errors/>
        </div>
    }
}

/// The second factor on one's own page.
#[component]
pub fn FactorSection(factor: Factor) -> impl IntoView {
    let lang = use_lang();
    let t = lang.factoring();
    let offers = crate::ssr::desk().is_ok_and(|desk| desk.passkey_origin().is_some());
    let there = factor.is_there();
    let only_app = factor.passkeys.is_empty();
    let full = factor.passkeys.len() >= MOST_PASSKEYS;
    let app = match factor.since {
        None => view! {
            <p>{t.app_off}</p>
            <div class="row-acts"><a class="button" href="/account/factor">{t.connect}</a></div>
        }
        .into_any(),
        Some(since) => view! {
            <p>{t.connected}" "{date_time(since)}"."</p>
            {(!(factor.required && only_app)).then(|| view! {
                <div class="row-acts"><a class="button" href="/account/factor/off">{t.switch_off}</a></div>
            })}
        }
        .into_any(),
    };
    let passkeys = (offers || !only_app).then(|| {
        view! {
            <h3>{t.passkeys}</h3>
            <p>{t.passkeys_lead}</p>
            {(!only_app).then(|| view! { <PasskeyTable passkeys=factor.passkeys/> })}
            {match (offers, full) {
                (true, false) => view! {
                    <div class="row-acts"><a class="button" href=crate::ssr::NEW_PASSKEY>{t.add_passkey}</a></div>
                }.into_any(),
                (true, true) => view! { <p class="pale">{t.most_passkeys}</p> }.into_any(),
                (false, _) => ().into_any(),
            }}
        }
    });
    view! {
        <section class="factor" aria-labelledby="factor">
            <h2 id="factor">{t.factor}</h2>
            {(!there).then(|| view! { <p>{if offers { t.none } else { t.none_but_app }}</p> })}
            {factor.required.then(|| view! { <p class="pale">{t.cannot_switch_off}</p> })}
            <h3>{t.app}</h3>
            {app}
            {passkeys}
            {there.then(|| view! {
                <h3>{t.codes}</h3>
                <p>{lang.codes_left(factor.codes_left)}</p>
                <div class="row-acts"><a class="button" href="/account/factor/new-codes">{t.new_codes}</a></div>
            })}
        </section>
    }
}

//! One's own second factor, and the second step of the sign-in.

use domain::{DeskError, Frame};
use leptos::prelude::*;
use service::{Factor, FactorSecret};

use super::admin::Proof;
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
    /// `/account/factor/off`
    Off { frame: Frame, proof: bool },
    /// `/sign-in/code`; `recovery`: of those that were saved.
    Enter { recovery: bool, to: String },
}

impl FactorPage {
    pub(super) fn title(&self, lang: Lang) -> &'static str {
        let t = lang.factoring();
        match self {
            Self::Begin { .. } | Self::Connect { .. } => t.connect,
            Self::Codes { .. } => t.codes,
            Self::NewCodes { .. } => t.new_codes,
            Self::Off { .. } => t.switch_off_title,
            Self::Enter { recovery: false, .. } => t.code_title,
            Self::Enter { recovery: true, .. } => t.recovery_code,
        }
    }
}

#[component]
pub fn FactorSteps(page: FactorPage, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let (t, a) = (lang.factoring(), lang.accounting());
    let title = page.title(lang);
    let errors = RwSignal::new(wrong_fields(refused.as_ref(), &["code", "proof"]));
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
        FactorPage::Off { frame, proof } => {
            return in_desk(frame, t.switch_off_effect, "/api/remove_factor", t.switch_off, true, proof);
        }
        FactorPage::Begin { forced, proof } => view! {
            <form class="sign-in" method="post" action="/api/begin_factor" novalidate=true>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=whole/>
                {forced.then(|| view! { <p class="note" role="note"><span>{t.must}</span></p> })}
                <p>{t.connect_lead}</p>
                {proof.then(|| view! { <Proof errors/> })}
                <button class="button primary">{a.go_on}</button>
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
        FactorPage::Enter { recovery, to } => {
            let to_query = if to.is_empty() { String::new() } else { format!("to={}", crate::ssr::encoded(&to)) };
            let other = match (recovery, to_query.is_empty()) {
                (true, true) => "/sign-in/code".to_owned(),
                (true, false) => format!("/sign-in/code?{to_query}"),
                (false, true) => "/sign-in/code?recovery".to_owned(),
                (false, false) => format!("/sign-in/code?recovery&{to_query}"),
            };
            let lead = if recovery { t.recovery_lead } else { t.code_lead };
            view! {
                <form class="sign-in" method="post" action="/api/enter_code" novalidate=true>
                    <p class="logo">"Licentia"</p>
                    <h1>{title}</h1>
                    <Refused error=whole/>
                    <p>{lead}</p>
                    <Code label=if recovery { t.recovery_code } else { t.app_code } letters=recovery errors/>
                    {(!to.is_empty()).then(|| view! { <input type="hidden" name="to" value=to/> })}
                    <button class="button primary">{t.go_on}</button>
                    <a class="link" href=other>{if recovery { t.with_app } else { t.no_phone }}</a>
                    {recovery.then(|| view! { <p class="pale">{t.lost_all}</p> })}
                    <a class="link" href="/sign-in">{a.back}</a>
                </form>
            }
            .into_any()
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
    let content = match factor.since {
        None => view! {
            <p>{t.none}</p>
            <div class="row-acts"><a class="button" href="/account/factor">{t.connect}</a></div>
        }
        .into_any(),
        Some(since) => view! {
            <p>{t.connected}" "{date_time(since)}". "{lang.codes_left(factor.codes_left)}</p>
            {factor.required.then(|| view! { <p class="pale">{t.cannot_switch_off}</p> })}
            <div class="row-acts">
                <a class="button" href="/account/factor/new-codes">{t.new_codes}</a>
                {(!factor.required).then(|| view! { <a class="button" href="/account/factor/off">{t.switch_off}</a> })}
            </div>
        }
        .into_any(),
    };
    view! { <section aria-labelledby="factor"><h2 id="factor">{t.factor}</h2>{content}</section> }
}

//! The news of the installation, and subscribing to them: for everybody, signed in or not.

use domain::{DeskError, FieldError, LinkFault, News, Subscription, paragraphs};
use leptos::prelude::*;
use service::{NewsPage, Subscribing};

use super::Refused;
use crate::i18n::{Lang, NewsWords, date_time, use_lang};
use crate::parts::{Field, FieldProblemText};

/// Such a page.
#[derive(Clone, Debug)]
pub enum NewsDoor {
    /// `/news`; `earlier`: not from the beginning.
    List {
        page: NewsPage,
        typed: String,
        earlier: bool,
    },
    /// `/news?sent`
    Sent,
    /// `/news/confirm/…`; `token` is the link's.
    Confirm {
        subscribing: Subscribing,
        token: String,
    },
    /// `/news?subscribed`
    Subscribed,
    /// A link of a confirmation that works no more.
    Refused(LinkFault),
    /// `/news/unsubscribe/…`
    Unsubscribe {
        token: String,
    },
    Unsubscribed,
    /// The link of nobody who has subscribed.
    NoSubscription,
}

impl NewsDoor {
    pub(super) fn title(&self, lang: Lang) -> &'static str {
        let t = lang.telling();
        match self {
            Self::List { .. } => t.news,
            Self::Sent => t.sent,
            Self::Confirm { .. } => t.confirm_title,
            Self::Subscribed => t.subscribed,
            Self::Refused(fault) => lang.subscription_fault(*fault).0,
            Self::Unsubscribe { .. } => t.unsubscribe_title,
            Self::Unsubscribed => t.unsubscribed,
            Self::NoSubscription => t.no_subscription,
        }
    }
}

#[component]
pub fn NewsPages(page: NewsDoor, errors: RwSignal<Vec<FieldError>>, refused: Option<DeskError>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.telling();
    let title = page.title(lang);
    let said = |hint: &'static str| {
        view! {
            <div class="sign-in">
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <p>{hint}</p>
                <a class="link" href="/news">{t.news}</a>
            </div>
        }
        .into_any()
    };
    match page {
        NewsDoor::List { page, typed, earlier } => view! { <NewsList page typed earlier errors refused/> }.into_any(),
        NewsDoor::Sent => said(t.sent_hint),
        NewsDoor::Subscribed => said(t.subscribed_hint),
        NewsDoor::Unsubscribed => said(t.unsubscribed_hint),
        NewsDoor::NoSubscription => said(t.no_subscription_hint),
        NewsDoor::Refused(fault) => said(lang.subscription_fault(fault).1),
        NewsDoor::Confirm { subscribing, token } => view! {
            <form class="sign-in" method="post" action="/api/confirm_news">
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <Refused error=refused/>
                <p>{t.confirm_lead}" "<b>{subscribing.email}</b></p>
                <input type="hidden" name="token" value=token/>
                <button class="button primary">{t.confirm}</button>
                <p class="pale">{t.works_until}" "{date_time(subscribing.until)}</p>
            </form>
        }
        .into_any(),
        // To the link itself: what mail programs send there by themselves is the same (RFC 8058).
        NewsDoor::Unsubscribe { token } => view! {
            <form class="sign-in" method="post" action=format!("/news/unsubscribe/{token}")>
                <p class="logo">"Licentia"</p>
                <h1>{title}</h1>
                <p>{t.unsubscribe_lead}</p>
                <button class="button primary">{t.unsubscribe}</button>
            </form>
        }
        .into_any(),
    }
}

#[component]
fn NewsList(
    page: NewsPage,
    typed: String,
    earlier: bool,
    errors: RwSignal<Vec<FieldError>>,
    refused: Option<DeskError>,
) -> impl IntoView {
    let lang = use_lang();
    let t = lang.telling();
    let paragraph = |text: &str| view! { <p>{text.to_owned()}</p> };
    let one = |news: News| {
        let text = paragraphs(&news.text).map(paragraph).collect_view();
        view! {
            <article class="news">
                <h2>{news.subject}</h2>
                <p class="pale">{date_time(news.published_at)}</p>
                {text}
            </article>
        }
    };
    let none = page.rows.is_empty();
    let next = page.next.map(|next| format!("/news?before={next}"));
    let signed_in = crate::ssr::visitor().is_ok_and(|visitor| visitor.whoever.is_some());
    let (there, back) = if signed_in { ("/", t.to_desk) } else { ("/sign-in", t.to_sign_in) };
    view! {
        <div class="sign-in terms">
            <p class="logo">"Licentia"</p>
            <h1>{t.news}</h1>
            <p class="pale">{t.lead}</p>
            {none.then(|| view! { <p>{t.none_yet}</p> })}
            {page.rows.into_iter().map(one).collect_view()}
            {(next.is_some() || earlier).then(|| view! {
                <nav class="news-pages" aria-label=t.news>
                    {earlier.then(|| view! { <a class="link" href="/news">{t.latest}</a> })}
                    {next.map(|next| view! { <a class="link" href=next>{t.earlier}</a> })}
                </nav>
            })}
            <form class="subscribe" id="subscribe" method="post" action="/api/subscribe" novalidate=true>
                <h2>{t.subscription}</h2>
                <Refused error=refused/>
                <Field name="email" label=t.email value=typed kind="email" complete="email" errors/>
                <button class="button primary">{t.subscribe}</button>
                <p class="pale">{t.hint}</p>
            </form>
            <a class="link" href=there>{back}</a>
        </div>
    }
}

/// Whether the news go to one's own e-mail, and the one press that changes it.
#[component]
pub(super) fn OwnSubscription(email: String, state: Subscription, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let lang = use_lang();
    let t = lang.telling();
    let (on, press) = match state {
        Subscription::None => (true, t.subscribe),
        Subscription::Waiting => (true, t.again),
        Subscription::Subscribed => (false, t.unsubscribe),
    };
    view! {
        <form class="deed" id="news" method="post" action="/api/keep_subscription">
            <input type="hidden" name="on" value=on.to_string()/>
            <div class="deed-body">
                <h2>{t.subscription}</h2>
                <p>{t.own_lead}" "{email}"."</p>
                <p class="pale" data-testid="subscription">{lang.subscription(state)}</p>
                <FieldProblemText name="email" errors/>
                <a class="link" href="/news">{t.read}</a>
            </div>
            <footer class="deed-foot"><button class="button">{press}</button></footer>
        </form>
    }
}

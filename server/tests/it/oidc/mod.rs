//! «Вход через госуслуги»: by a provider of the kind that companies run, and by one that lies.

mod honest;
mod liar;
mod provider;

use domain::{DeskError, OrganizationId};
use service::ports::{AuditRecord, Store};

use crate::support::{Answer, ROMASHKA, TestApp, User};

/// Somebody who was sent to the provider: where, and what their browser has to bring back.
struct Away {
    url: String,
    cookie: String,
}

/// The pair of a cookie that an answer sets.
fn pair(answer: &Answer, name: &str) -> String {
    answer.cookie(name).expect("a cookie").split(';').next().unwrap().to_owned()
}

/// Presses the button on the page of the sign-in.
async fn begin(user: &User, to: &str) -> Away {
    sent(&user.post("begin_oidc").form(&[("to", to.to_owned())]).plain().send().await)
}

fn sent(answer: &Answer) -> Away {
    Away { url: answer.leads_to().to_owned(), cookie: pair(answer, "licentia-oidc") }
}

/// Comes back from the provider: `path` is on our side, from the first slash on.
async fn come_back(user: &User, cookie: &str, path: &str) -> Answer {
    let cookies = [user.cookie(), Some(cookie.to_owned())];
    let cookies: Vec<String> = cookies.into_iter().flatten().filter(|pair| !pair.is_empty()).collect();
    user.ask("GET", path).header("cookie", cookies.join("; ")).plain().send().await
}

/// Whoever has just come in.
fn entered(user: &User, answer: &Answer) -> User {
    let mut user = user.clone();
    user.session = Some(pair(answer, user.cookie_name()).split_once('=').unwrap().1.to_owned());
    user
}

/// The value of a parameter of an address.
fn parameter(url: &str, name: &str) -> String {
    let url = openidconnect::url::Url::parse(url).unwrap();
    url.query_pairs().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} in {url}")).1.into_owned()
}

/// The last entry of an organisation's log.
async fn last(app: &TestApp, organization: OrganizationId) -> AuditRecord {
    app.store.audit(organization, 0, 10_000).await.unwrap().pop().unwrap()
}

/// What the installation's own log tells last.
async fn last_outside(app: &TestApp) -> (String, String) {
    let entry = app.other_desk().installation_log(1).await.unwrap().entries.pop().expect("an entry");
    (entry.action, entry.details)
}

/// Without what was tried, and without browsers that are away.
async fn settled(app: &TestApp) -> crate::support::Dump {
    app.sql("DELETE FROM attempts; DELETE FROM identity_flows").await;
    app.dump().await
}

/// A page that says this, with no session.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(says), "{says}: {}", answer.text());
    assert_eq!(answer.cookie("licentia"), None, "nobody is in");
    assert_eq!((answer.header("x-robots-tag"), answer.header("cache-control")), ("noindex", "no-store"));
}

/// That it is in the log of ООО «Ромашка», about this account.
async fn assert_told(app: &TestApp, email: &str, why: &str) {
    let account = app.number(&format!("SELECT id FROM accounts WHERE email = '{email}'")).await;
    let entry = last(app, ROMASHKA).await;
    assert_eq!((entry.action.as_str(), entry.object), ("identity.refused", format!("account:{account}")));
    assert_eq!(entry.details, format!(r#"{{"why":"{why}"}}"#));
    assert!(entry.address.is_some());
}

async fn assert_told_outside(app: &TestApp, why: &str) {
    assert_eq!(last_outside(app).await, ("identity.refused".to_owned(), format!(r#"{{"why":"{why}"}}"#)));
}

async fn refusal(answer: Answer) -> DeskError {
    answer.refusal()
}

//! Letters to phones, by the HTTP gateway of whoever sends SMS.

use std::sync::Arc;
use std::time::Duration;

use app::i18n::Lang;
use app::mail::sms;
use async_trait::async_trait;
use domain::{Channel, Delivery};
use service::ports::{DueLetter, Post};
use ureq::http::{Request, Uri};

use super::body::Body;
use crate::outgoing;

/// How long an answer is waited for, from the connection to its last byte.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a gateway is configured.
#[derive(Clone, Copy)]
pub struct SmsOptions<'a> {
    /// `https://…`; `http://…` only on this machine.
    pub url: &'a str,
    /// A template of the body, JSON or a form, with `{phone}` (or `{digits}`) and `{text}`.
    pub body: &'a str,
    /// If it is not what the template looks like.
    pub content_type: Option<&'a str>,
    pub token: Option<&'a str>,
}

/// An SMS gateway.
pub struct Sms {
    agent: ureq::Agent,
    url: Uri,
    body: Body,
    /// `Bearer …`
    authorization: Option<Arc<str>>,
}

/// Keys are in the token, in the address and in the template: none of them is in a log.
impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sms({})", self.url.host().unwrap_or_default())
    }
}

impl Sms {
    /// # Errors
    /// What to tell whoever configured it; nothing of what they set.
    pub fn new(options: SmsOptions<'_>) -> Result<Self, String> {
        let url = outgoing::checked(options.url, "LICENTIA_SMS_URL")?;
        let body = Body::new(options.body, options.content_type)?;
        let token = options.token.map(|token| outgoing::bearer(token, 1, "LICENTIA_SMS_TOKEN"));
        Ok(Self { agent: outgoing::agent(PATIENCE), url, body, authorization: token.transpose()? })
    }

    #[cfg(test)]
    fn patient(mut self, patience: Duration) -> Self {
        self.agent = outgoing::agent(patience);
        self
    }

    fn request(&self, letter: &DueLetter) -> Option<Request<String>> {
        let text = sms(Lang::from(letter.language), &letter.letter, &letter.organization_name);
        let mut request = Request::post(self.url.clone())
            .header("content-type", self.body.content_type())
            // Tried again, it is the same: gateways that know this header send it once.
            .header("idempotency-key", format!("licentia-{}-{}", letter.organization, letter.id));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", &**authorization);
        }
        request.body(self.body.filled(&letter.to, &text)).ok()
    }
}

#[async_trait]
impl Post for Sms {
    fn carries(&self, channel: Channel) -> bool {
        channel == Channel::Sms
    }

    async fn send(&self, letter: &DueLetter) -> Delivery {
        let Some(request) = self.request(letter) else { return Delivery::Refused { code: None } };
        let agent = self.agent.clone();
        // ureq waits in its thread; there is never more than one of these at a time.
        let answer = tokio::task::spawn_blocking(move || agent.run(request).map(|answer| answer.status().as_u16()));
        let id = letter.id;
        // What is wrong is said without ureq's words: they may hold the address, and that a key.
        let Ok(Ok(status)) = answer.await else {
            tracing::warn!(%id, "the SMS gateway cannot be reached");
            return Delivery::Unreachable;
        };
        let delivery = delivery(status);
        if let Delivery::Barred { code } = delivery {
            tracing::error!(%id, code, "the SMS gateway does not let us in; check LICENTIA_SMS_URL and LICENTIA_SMS_TOKEN");
        }
        delivery
    }
}

/// What a status says (RFC 9110, section 15).
fn delivery(status: u16) -> Delivery {
    let code = Some(status);
    match status {
        200..=299 => Delivery::Taken,
        // Who we are is wrong, or where: not the letter.
        300..=399 | 401 | 403 => Delivery::Barred { code },
        429 | 500.. => Delivery::Later { code },
        _ => Delivery::Refused { code },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use axum::extract::State;
    use axum::http::{HeaderMap, StatusCode};
    use domain::{AccessLetter, Instant, Language, Letter, LetterId, OrganizationId};
    use std::sync::Mutex;
    use tokio::net::TcpListener;

    type Got = Arc<Mutex<Vec<(HeaderMap, String)>>>;

    /// A gateway that answers with `status`, and keeps what it was asked.
    async fn gateway(status: u16) -> (String, Got) {
        let got = Got::default();
        let answer = async move |State(got): State<Got>, headers: HeaderMap, body: String| {
            got.lock().unwrap().push((headers, body));
            StatusCode::from_u16(status).unwrap()
        };
        let router = axum::Router::new().route("/send", axum::routing::post(answer)).with_state(got.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send?key=url-key", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (url, got)
    }

    const JSON: &str = r#"{"to":"{phone}","text":"{text}"}"#;

    fn options(url: &str) -> SmsOptions<'_> {
        SmsOptions { url, body: JSON, content_type: None, token: Some("token-of-sms") }
    }

    fn letter(organization_name: &str) -> DueLetter {
        let letter = Letter::Access {
            what: AccessLetter::InvitationCode,
            name: "Вера".into(),
            secret: "123456".into(),
            until: Instant(1),
            whom: String::new(),
            number: 1,
        };
        DueLetter {
            id: LetterId(7),
            organization: OrganizationId(3),
            organization_name: organization_name.into(),
            language: Language::Ru,
            to: "+79161234567".into(),
            letter,
            written: Instant(0),
            tries: 1,
            notifications: None,
        }
    }

    #[tokio::test]
    async fn a_code_reaches_the_gateway_and_nothing_else_does() {
        let (url, got) = gateway(202).await;
        let sms = Sms::new(options(&url)).unwrap();
        let name = "ООО \"Рог\"\r\nX-Evil: 1\r\n\r\n\",\"to\":\"+70000000000";
        assert_eq!(sms.send(&letter(name)).await, Delivery::Taken);
        let (headers, body) = got.lock().unwrap().pop().unwrap();
        let said: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(said.get("to").unwrap(), "+79161234567");
        let text = said.get("text").unwrap().as_str().unwrap();
        assert!(text.contains("123456") && text.contains(name), "{text}");
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("authorization"), Some("Bearer token-of-sms"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("idempotency-key"), Some("licentia-3-7"));
        assert_eq!(header("x-evil"), None);
    }

    #[tokio::test]
    async fn each_answer_says_what_becomes_of_it() {
        for (status, expected) in [
            (200, Delivery::Taken),
            (204, Delivery::Taken),
            (302, Delivery::Barred { code: Some(302) }),
            (401, Delivery::Barred { code: Some(401) }),
            (403, Delivery::Barred { code: Some(403) }),
            (400, Delivery::Refused { code: Some(400) }),
            (404, Delivery::Refused { code: Some(404) }),
            (422, Delivery::Refused { code: Some(422) }),
            (429, Delivery::Later { code: Some(429) }),
            (500, Delivery::Later { code: Some(500) }),
            (503, Delivery::Later { code: Some(503) }),
        ] {
            let (url, got) = gateway(status).await;
            assert_eq!(Sms::new(options(&url)).unwrap().send(&letter("ООО")).await, expected, "{status}");
            assert_eq!(got.lock().unwrap().len(), 1, "asked once, and nobody else");
        }
    }

    #[tokio::test]
    async fn a_gateway_that_is_not_there_or_says_nothing_holds_nobody_up() {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let sms = Sms::new(options(&format!("http://{closed}/"))).unwrap();
        assert_eq!(sms.send(&letter("ООО")).await, Delivery::Unreachable);
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        let sms = Sms::new(options(&url)).unwrap().patient(Duration::from_millis(300));
        assert_eq!(sms.send(&letter("ООО")).await, Delivery::Unreachable);
    }

    #[test]
    fn no_secret_travels_in_the_clear_or_into_a_log() {
        for url in ["https://sms.example/send", "http://127.0.0.1:1/", "http://localhost:80/x?key=k", "http://[::1]:9/"]
        {
            let shown = format!("{:?}", Sms::new(options(url)).unwrap());
            assert!(!shown.contains("token-of-sms") && !shown.contains("key") && !shown.contains("text"), "{shown}");
        }
        for url in [
            "http://sms.example/",
            "http://127.0.0.1.example/",
            "http://127.0.0.1:80@sms.example/",
            "https://user:word@sms.example/",
            "ftp://sms.example/",
            "/send",
            "",
            "https://a b/",
        ] {
            let refused = Sms::new(options(url)).unwrap_err();
            assert!(refused.contains("LICENTIA_SMS_URL") && !refused.contains("word"), "{url}: {refused}");
        }
        for token in ["", "a b", "a\r\nx: y", "ключ"] {
            let refused = Sms::new(SmsOptions { token: Some(token), ..options("https://sms.example/") }).unwrap_err();
            assert!(refused.contains("LICENTIA_SMS_TOKEN") && (token.is_empty() || !refused.contains(token)));
        }
    }
}

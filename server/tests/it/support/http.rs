//! Requests and answers. Whatever is refused is refused in the words of the desk: every answer that is read as a refusal
//! is checked for that.

use std::net::SocketAddr;
use std::time::Duration;

use app::error::ApiError;
use domain::DeskError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use ureq::http::{HeaderMap, HeaderValue, Request};

/// Something like a browser, without memory.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: SocketAddr,
    /// Whether cookies are those of a desk behind TLS.
    pub tls: bool,
}

impl Client {
    pub fn new(address: SocketAddr, tls: bool) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A kept connection may be closed by the desk just when it is used again.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Self { agent, address, tls }
    }

    pub fn ask(&self, method: &'static str, path: &str) -> Ask {
        Ask { client: self.clone(), method, path: path.to_owned(), headers: HeaderMap::new(), body: None }
    }

    /// The origin of the desk's own pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends bytes as they are, and reads until the desk closes the connection; the head of the answer and its body.
    pub async fn raw(&self, request: &[u8]) -> (String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut answer = Vec::new();
        let (mut reading, mut writing) = stream.split();
        // Whoever refuses does not read to the end.
        let (_, read) = tokio::join!(writing.write_all(request), reading.read_to_end(&mut answer));
        assert!(read.is_ok() || !answer.is_empty(), "no answer: {read:?}");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        (head.to_owned(), body.to_owned())
    }
}

/// A request that is being written.
pub struct Ask {
    client: Client,
    method: &'static str,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Ask {
    pub fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.insert(name, HeaderValue::from_bytes(value.as_ref()).unwrap());
        self
    }

    pub fn bytes(mut self, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", kind)
    }

    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    pub fn form(self, fields: &[(&str, String)]) -> Self {
        let escaped = |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte);
            text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        self.bytes("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// As a browser without scripts sends a form.
    pub fn plain(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Bytes of the body.
    pub fn size(&self) -> usize {
        self.body.as_ref().map_or(0, Vec::len)
    }

    pub async fn send(self) -> Answer {
        self.try_send().await.expect("an answer")
    }

    /// `None` if the desk was gone before it had answered.
    pub async fn try_send(self) -> Option<Answer> {
        let mut request = Request::builder().method(self.method).uri(self.client.origin() + &self.path);
        request.headers_mut().unwrap().extend(self.headers);
        let agent = self.client.agent;
        let answer = tokio::task::spawn_blocking(move || {
            let answer = match self.body {
                Some(body) => agent.run(request.body(body).unwrap()),
                None => agent.run(request.body(()).unwrap()),
            };
            let (parts, mut body) = answer.ok()?.into_parts();
            let body = body.with_config().limit(1 << 28).read_to_vec().ok()?;
            Some(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
        });
        answer.await.unwrap()
    }

    /// Sends it and reads the answer of a server function.
    pub async fn call<T: DeserializeOwned>(self) -> Result<T, DeskError> {
        self.send().await.result()
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The cookie it sets, with its attributes.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        let mut ours = lines.filter(|line| line.split('=').next() == Some(name));
        let first = ours.next().map(str::to_owned);
        assert_eq!(ours.next(), None, "{name} is set twice");
        first
    }

    /// Where it leads to.
    pub fn leads_to(&self) -> &str {
        assert!((300..400).contains(&self.status), "leads nowhere: {self:?}");
        self.header("location")
    }

    pub fn result<T: DeserializeOwned>(&self) -> Result<T, DeskError> {
        if self.status == 200 {
            assert_eq!(self.header("content-type"), "application/json");
            return Ok(serde_json::from_slice(&self.body).unwrap());
        }
        Err(self.refusal())
    }

    /// The refusal, which is nothing but a code with its data, and the status that belongs to it.
    pub fn refusal(&self) -> DeskError {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        let error = refusal(self.text());
        assert_eq!(self.status, error.status(), "{error:?}");
        error
    }
}

/// The refusal that a text is, with nothing besides.
pub fn refusal(text: &str) -> DeskError {
    let Ok(ApiError(error)) = serde_json::from_str(text) else { panic!("not an error of ours: {text}") };
    let written: Value = serde_json::to_value(&error).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(text).unwrap(), "more than the error is said");
    error
}

//! As much of an HTTP/1.1 client as the desk's server functions need: one connection that stays open, bodies by their
//! length, the cookie of the session.

use std::net::SocketAddr;

use app::api::{DirectoryCall, PreviewCall};
use app::ssr::session_cookie;
use domain::{Confirmation, Deed, Directory, Frame, OperationSummary, Preview, Selection, View};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(super) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    cookie: String,
    /// Where the last answer led.
    location: String,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The body that a browser sends for a preview.
pub(super) fn preview(deed: Deed, selection: Selection) -> String {
    serde_json::to_string(&PreviewCall { deed, selection }).unwrap_or_default()
}

impl Client {
    pub(super) async fn sign_in(address: SocketAddr, email: &str, password: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("no connection: {error}"))?;
        stream.set_nodelay(true).map_err(|error| format!("no connection: {error}"))?;
        let mut client =
            Self { address, stream: BufReader::new(stream), cookie: String::new(), location: String::new() };
        let email = email.replace('@', "%40");
        client.post("sign_in", FORM, &format!("email={email}&password={password}")).await?;
        if client.cookie.is_empty() { Err("sign-in gave no session".to_owned()) } else { Ok(client) }
    }

    pub(super) async fn frame(&mut self) -> Result<Frame, String> {
        self.call("frame", FORM, "").await
    }

    pub(super) async fn directory(&mut self, view: View) -> Result<Directory, String> {
        let body = serde_json::to_string(&DirectoryCall { view, only: None }).unwrap_or_default();
        self.call("directory", JSON, &body).await
    }

    pub(super) async fn preview(&mut self, deed: Deed, selection: Selection) -> Result<Preview, String> {
        self.call("preview", JSON, &preview(deed, selection)).await
    }

    pub(super) async fn confirm(&mut self, confirmation: &Confirmation) -> Result<OperationSummary, String> {
        let mut body = format!("operation={}&digest={}", confirmation.operation, confirmation.digest);
        if let Some(pool) = confirmation.pool {
            body.push_str(&format!("&pool={pool}"));
        }
        if let Some(size) = confirmation.size {
            body.push_str(&format!("&size={size}"));
        }
        self.call("confirm", FORM, &body).await
    }

    /// Sends a plain form; the page that is answered, and where it leads.
    pub(super) async fn send(&mut self, path: &str, body: &str) -> Result<(String, String), String> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {FORM}\r\nAccept: text/html\r\n\
             Content-Length: {}\r\nCookie: {}\r\n\r\n",
            self.address,
            body.len(),
            self.cookie
        );
        let sent = self.exchange(&[head.as_str(), body].concat()).await;
        let (status, body) = sent.map_err(|error| format!("{path}: {error}"))?;
        if status >= 400 {
            return Err(format!("{path} answered {status}"));
        }
        Ok((String::from_utf8_lossy(&body).into_owned(), std::mem::take(&mut self.location)))
    }

    async fn call<T: DeserializeOwned>(&mut self, function: &str, kind: &str, body: &str) -> Result<T, String> {
        let body = self.post(function, kind, body).await?;
        serde_json::from_slice(&body).map_err(|error| format!("/api/{function} answered what it should not: {error}"))
    }

    async fn post(&mut self, function: &str, kind: &str, body: &str) -> Result<Vec<u8>, String> {
        let head = format!(
            "POST /api/{function} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nAccept: {JSON}\r\n\
             Content-Length: {}\r\nCookie: {}\r\n\r\n",
            self.address,
            body.len(),
            self.cookie
        );
        let sent = self.exchange(&[head.as_str(), body].concat()).await;
        let (status, body) = sent.map_err(|error| format!("/api/{function}: {error}"))?;
        if status < 400 {
            return Ok(body);
        }
        Err(format!("/api/{function} answered {status}: {}", String::from_utf8_lossy(&body)))
    }

    async fn exchange(&mut self, request: &str) -> std::io::Result<(u16, Vec<u8>)> {
        // In one piece: a head that waits for its body would meet Nagle's algorithm.
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other("no status"))?;
        let mut length = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let Some((name, value)) = line.split_once(':') else { break };
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok();
            } else if name.eq_ignore_ascii_case("location") {
                value.clone_into(&mut self.location);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(std::io::Error::other("a body in chunks"));
            } else if name.eq_ignore_ascii_case("set-cookie") && value.split('=').next() == Some(session_cookie(false))
            {
                self.cookie = value.split(';').next().unwrap_or_default().to_owned();
            }
        }
        let length = length.ok_or_else(|| std::io::Error::other("a body without its length"))?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, body))
    }
}

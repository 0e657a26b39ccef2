//! `oidc-provider` of npm in a process of its own, and a browser good enough for its pages.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use ureq::http::HeaderMap;

/// What the desk of a test calls itself.
pub const CALLBACK: &str = "https://licences.example/oidc/callback";

/// As the provider calls itself: one for all tests. It ends when this process closes its input.
pub fn issuer() -> &'static str {
    // Who speaks into a closed pipe dies.
    type Said = Mutex<Lines<BufReader<ChildStdout>>>;
    static PROVIDER: OnceLock<(String, Child, Said)> = OnceLock::new();
    let (issuer, ..) = PROVIDER.get_or_init(|| {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/provider.mjs");
        let mut process = Command::new("node")
            .args([program, CALLBACK])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Node.js");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let issuer = lines.find_map(|line| line.unwrap().strip_prefix("ready ").map(str::to_owned));
        (issuer.expect("oidc-provider: run `make end2end/node_modules`"), process, Mutex::new(lines))
    });
    issuer
}

/// Signs in at the provider as `login`, and agrees; the path on our side that the browser comes back to.
pub async fn sign_in(url: &str, login: &str) -> String {
    let (url, login) = (url.to_owned(), login.to_owned());
    tokio::task::spawn_blocking(move || Browser::default().sign_in(&url, &login)).await.unwrap()
}

/// Says no.
pub async fn decline(url: &str) -> String {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || Browser::default().decline(&url)).await.unwrap()
}

struct Browser {
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
}

impl Default for Browser {
    fn default() -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
        Self { agent: config.http_status_as_error(false).build().new_agent(), cookies: BTreeMap::new() }
    }
}

impl Browser {
    /// What it answers: where it leads, and the page.
    fn ask(&mut self, url: &str, form: Option<&str>) -> (Option<String>, String) {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut answer = match form {
            None => self.agent.get(url).header("cookie", &cookies).call(),
            Some(form) => {
                let ask = self.agent.post(url).header("cookie", &cookies);
                ask.header("content-type", "application/x-www-form-urlencoded").send(form)
            }
        }
        .unwrap();
        self.remember(answer.headers());
        let there = answer.headers().get("location").map(|there| there.to_str().unwrap().to_owned());
        (there, answer.body_mut().read_to_string().unwrap())
    }

    fn remember(&mut self, headers: &HeaderMap) {
        for line in headers.get_all("set-cookie") {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Goes on until it comes back to us; `answer` says what is sent to a page.
    fn go(&mut self, url: &str, mut answer: impl FnMut(&str) -> (String, Option<String>)) -> String {
        let (mut url, mut form) = (url.to_owned(), None);
        for _ in 0..20 {
            let (there, page) = self.ask(&url, form.take().as_deref());
            match there {
                Some(there) if there.starts_with(CALLBACK) => {
                    return there.trim_start_matches("https://licences.example").to_owned();
                }
                Some(there) if there.starts_with('/') => url = format!("{}{there}", issuer()),
                Some(there) => url = there,
                None => (url, form) = answer(&page),
            }
        }
        panic!("{url} does not end");
    }

    fn sign_in(&mut self, url: &str, login: &str) -> String {
        self.go(url, |page| {
            let action = page.split("action=\"").nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap();
            let consent = page.contains(r#"name="prompt" value="consent""#);
            let login = login.replace('@', "%40").replace(':', "%3A");
            let form =
                if consent { "prompt=consent".to_owned() } else { format!("prompt=login&login={login}&password=x") };
            (action.to_owned(), Some(form))
        })
    }

    fn decline(&mut self, url: &str) -> String {
        self.go(url, |page| {
            let there = page.split("href=\"").find(|part| part.contains("/abort")).unwrap_or_else(|| panic!("{page}"));
            let there = there.split('"').next().unwrap();
            (if there.starts_with('/') { format!("{}{there}", issuer()) } else { there.to_owned() }, None)
        })
    }
}

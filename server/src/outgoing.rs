//! Requests to services of others: whom they may go to, and how long they wait.

use std::sync::Arc;
use std::time::Duration;

use ureq::http::{Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Asks with the certificates of the system, as mail servers are asked: services often have a root of their own. What
/// takes longer than `patience`, from the connection to the last byte of the answer, is given up.
pub(crate) fn agent(patience: Duration) -> ureq::Agent {
    let roots = rustls_native_certs::load_native_certs().certs;
    let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots))).build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(patience))
        .user_agent("Licentia")
        .build()
        .new_agent()
}

/// Whether secrets may be sent there.
pub(crate) fn keeps_secrets(uri: &Uri) -> bool {
    // A name and a password in it would go to whoever reads logs.
    let host = uri.authority().filter(|authority| !authority.as_str().contains('@')).map(|known| known.host());
    let Some(host) = host.filter(|host| !host.is_empty()) else { return false };
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => ["127.0.0.1", "localhost", "[::1]"].contains(&host),
        _ => false,
    }
}

/// An address that secrets may be sent to: `https://…`; `http://…` only on this machine.
///
/// # Errors
/// What to tell whoever set `option`; not what it is, for there may be a key in it.
pub(crate) fn checked(url: &str, option: &str) -> Result<Uri, String> {
    let no_address = || format!("{option} is no address");
    let unsafe_one = || format!("{option} must be https://… (http:// only on this machine)");
    let uri: Uri = url.parse().map_err(|_| no_address())?;
    if !keeps_secrets(&uri) {
        return Err(unsafe_one());
    }
    Request::get(uri.clone()).body(()).map_err(|_| no_address())?;
    Ok(uri)
}

/// A token that fits into a header.
///
/// # Errors
/// What to tell whoever set `option`.
pub(crate) fn bearer(token: &str, shortest: usize, option: &str) -> Result<Arc<str>, String> {
    if token.len() < shortest || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("{option} must have at least {shortest} letters, digits and signs"));
    }
    Ok(format!("Bearer {token}").into())
}

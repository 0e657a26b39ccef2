//! To which address passkeys belong.

use openidconnect::url::{Host, Url};
use service::RelyingParty;

/// For the address at which browsers find the desk. `None` where that is a number: browsers keep passkeys by names
/// (WebAuthn Level 3, 5.1.2). On this very computer it has one.
#[must_use]
pub fn relying_party(site: &str) -> Option<RelyingParty> {
    let mut url = Url::parse(site).ok()?;
    if matches!(url.host()?, Host::Ipv4(address) if address.is_loopback()) {
        url.set_host(Some("localhost")).ok()?;
    }
    match url.host()? {
        Host::Domain(domain) => Some(RelyingParty::new(domain, &url.origin().ascii_serialization())),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_belong_to_a_name_and_its_port() {
        let origin = |site: &str| relying_party(site).map(|party| party.origin().to_owned());
        let fits = [
            ("https://licences.example", "https://licences.example"),
            ("https://licences.example/", "https://licences.example"),
            ("https://licences.example:443", "https://licences.example"),
            ("https://licences.example:8443", "https://licences.example:8443"),
            // As browsers write it.
            ("https://Лицензии.рф", "https://xn--e1aebcanq4e.xn--p1ai"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:3000", "http://localhost:3000"),
        ];
        for (site, expected) in fits {
            assert_eq!(origin(site).as_deref(), Some(expected), "{site}");
        }
        for site in ["https://10.0.0.5", "http://0.0.0.0:3000", "http://[::1]:3000", "licences.example", ""] {
            assert_eq!(origin(site), None, "{site}");
        }
    }
}

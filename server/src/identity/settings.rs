use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl, Scope};

use crate::outgoing::checked;

/// Where browsers come back to, on our own address.
const CALLBACK: &str = "/oidc/callback";

/// What an operator says of a provider.
pub struct Settings {
    pub(super) issuer: IssuerUrl,
    pub(super) client: ClientId,
    pub(super) secret: ClientSecret,
    pub(super) callback: RedirectUrl,
    pub(super) scopes: Vec<Scope>,
}

impl Settings {
    /// `issuer` as the provider calls itself; `scopes` with spaces between; `site` where browsers find the desk.
    ///
    /// # Errors
    /// What to tell whoever configured it.
    pub fn new(issuer: &str, client: &str, secret: &str, scopes: &str, site: &str) -> Result<Self, String> {
        let address = checked(issuer, "LICENTIA_OIDC_ISSUER")?;
        // OpenID Connect Discovery 1.0, 3.
        if address.query().is_some() || issuer.contains('#') {
            return Err("LICENTIA_OIDC_ISSUER must be an address without ? and #".to_owned());
        }
        if client.trim().is_empty() {
            return Err("LICENTIA_OIDC_CLIENT_ID is empty".to_owned());
        }
        if secret.is_empty() || secret.chars().any(char::is_control) {
            return Err("LICENTIA_OIDC_CLIENT_SECRET must be one line of text".to_owned());
        }
        let scopes: Vec<Scope> = scopes.split_whitespace().map(|scope| Scope::new(scope.to_owned())).collect();
        if !scopes.iter().any(|scope| scope.as_str() == "openid") {
            return Err("LICENTIA_OIDC_SCOPES must hold openid".to_owned());
        }
        let callback = format!("{}{CALLBACK}", site.trim_end_matches('/'));
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned()).map_err(|_| "LICENTIA_OIDC_ISSUER is no address".to_owned())?,
            client: ClientId::new(client.trim().to_owned()),
            secret: ClientSecret::new(secret.to_owned()),
            callback: RedirectUrl::new(callback).map_err(|_| "LICENTIA_PUBLIC_URL is no address".to_owned())?,
            // The library asks for it by itself.
            scopes: scopes.into_iter().filter(|scope| scope.as_str() != "openid").collect(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn refused(issuer: &str, client: &str, secret: &str, scopes: &str) -> Option<String> {
        Settings::new(issuer, client, secret, scopes, "https://licences.example").err()
    }

    #[test]
    fn what_cannot_be_is_said() {
        let fits = ["https://id.example", "https://id.example/realms/a", "https://id.example/", "http://127.0.0.1:44"];
        for issuer in fits {
            assert_eq!(refused(issuer, "licentia", "secret", "openid email"), None, "{issuer}");
        }
        for issuer in ["", "id.example", "http://id.example", "https://id.example?x=1", "https://id.example#x"] {
            assert!(refused(issuer, "licentia", "secret", "openid").unwrap().contains("ISSUER"), "{issuer}");
        }
        assert!(refused("https://id.example", " ", "secret", "openid").unwrap().contains("CLIENT_ID"));
        assert!(refused("https://id.example", "licentia", "", "openid").unwrap().contains("CLIENT_SECRET"));
        let said = refused("https://id.example", "licentia", "two\nlines", "openid").unwrap();
        assert!(said.contains("CLIENT_SECRET") && !said.contains("two"));
        assert!(refused("https://id.example", "licentia", "secret", "email").unwrap().contains("SCOPES"));
    }
}

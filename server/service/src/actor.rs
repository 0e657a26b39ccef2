//! Who acts, whence, and for which organisation. The fields are private and only a session makes an [`Actor`], so
//! whoever holds one has signed in. What they may do, a [permit](crate::access) says.

use std::net::Ipv6Addr;
use std::sync::{Arc, OnceLock};

use domain::{Account, Capability, Coverage, Instant, MAX_DEVICE_CHARS, Organization, Rights, Served, SessionId};

use crate::audit::Author;
use crate::ports::{SessionFound, Standing};
use crate::secret::SessionToken;

/// Whence a request comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    address: String,
    device: String,
}

impl Origin {
    /// `address` of the network, empty if it is not known; `device` as the browser calls itself.
    #[must_use]
    pub fn new(address: String, device: &str) -> Self {
        let device = device.chars().filter(|char| !char.is_control()).take(MAX_DEVICE_CHARS).collect();
        Self { address, device }
    }

    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// As whose its tries are counted: an IPv6 subscriber has a whole /64 to come from (RFC 6177), an IPv4 one an address.
    /// Empty if it is not known.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address.parse::<Ipv6Addr>() {
            Ok(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Err(_) => self.address.clone(),
        }
    }

    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }
}

/// Who acts for a customer.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub account: Account,
    pub organization: Organization,
}

/// An account acting in its organisation, or for a customer of it.
#[derive(Clone, Debug)]
pub struct Actor {
    account: Account,
    organization: Organization,
    rights: Rights,
    coverage: Coverage,
    session: SessionId,
    proved_at: Instant,
    must_connect: bool,
    connected: bool,
    listed: bool,
    partner: bool,
    has_factor: bool,
    /// Where they have signed in, if they act for a customer of their organisation.
    home: Option<Arc<Home>>,
    address: String,
    /// Shared by all who look at this request.
    renewed: Arc<OnceLock<SessionToken>>,
}

impl Actor {
    pub(crate) fn of_session(found: SessionFound, origin: &Origin) -> Self {
        Self {
            account: found.account,
            organization: found.organization,
            rights: found.rights,
            coverage: found.coverage,
            session: found.id,
            proved_at: found.session.proved_at,
            must_connect: found.must_connect,
            connected: found.connected,
            listed: found.listed,
            partner: found.partner,
            has_factor: found.has_factor,
            home: None,
            address: origin.address.clone(),
            renewed: Arc::default(),
        }
    }

    /// The same at the desk of a customer, as whom it is known there: what both let them do, and nothing else.
    pub(crate) fn for_customer(&self, served: Served, representative: Account) -> Self {
        Self {
            account: representative,
            organization: served.organization,
            rights: self.rights.and(served.rights),
            coverage: Coverage::Everybody,
            connected: true,
            listed: false,
            partner: false,
            home: Some(Arc::new(Home { account: self.account.clone(), organization: self.organization.clone() })),
            ..self.clone()
        }
    }

    /// Its session has this token from now on.
    pub(crate) fn renew(&self, token: SessionToken) {
        // A request shows the password once.
        let _ = self.renewed.set(token);
    }

    /// The token that its session got while it acted, for its cookie.
    #[must_use]
    pub fn renewed(&self) -> Option<&SessionToken> {
        self.renewed.get()
    }

    /// With what they may do by now.
    pub(crate) fn with(&self, standing: Standing) -> Self {
        Self { account: standing.account, rights: standing.rights, coverage: standing.coverage, ..self.clone() }
    }

    /// As the logs of the organisation name them.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Whose desk they are at.
    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The account that has signed in.
    #[must_use]
    pub fn own_account(&self) -> &Account {
        self.home.as_ref().map_or(&self.account, |home| &home.account)
    }

    /// Whose account that is.
    #[must_use]
    pub fn own_organization(&self) -> &Organization {
        self.home.as_ref().map_or(&self.organization, |home| &home.organization)
    }

    /// Whether they sign in by more than a password.
    pub(crate) fn has_factor(&self) -> bool {
        self.has_factor
    }

    /// Whether they act for a customer.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.home.is_some()
    }

    /// Whether they may look after customers of their organisation: all of them, or none.
    #[must_use]
    pub fn serves(&self) -> bool {
        self.partner && self.coverage == Coverage::Everybody && self.rights.may(Capability::Customers)
    }

    /// What is worth offering; whether it is allowed, each use case looks for itself.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.rights
    }

    /// Whom it is worth offering it for.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    #[must_use]
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// When they last showed who they are.
    #[must_use]
    pub fn proved_at(&self) -> Instant {
        self.proved_at
    }

    /// Whether they connect a second factor before anything else.
    #[must_use]
    pub fn must_connect(&self) -> bool {
        self.must_connect
    }

    /// Whether the service of their organisation is connected.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.connected
    }

    /// Whether a list of people was handed over to them.
    #[must_use]
    pub fn listed(&self) -> bool {
        self.listed
    }

    /// Of the network, from where they act now.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// As the audit log names them.
    pub(crate) fn author(&self) -> Author {
        Author::outside(Some(self.account.id), &self.address)
    }

    /// As that of their own organisation does.
    pub(crate) fn own_author(&self) -> Author {
        Author::outside(Some(self.own_account().id), &self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn a_subscriber_is_one_network() {
        let network = |address: &str| Origin::new(address.to_owned(), "").network();
        assert_eq!(network("2001:db8:7:8:9:a:b:c"), "2001:db8:7:8::/64");
        assert_eq!(network("2001:db8:7:8::1"), network("2001:db8:7:8:ffff::"));
        assert_ne!(network("2001:db8:7:8::1"), network("2001:db8:7:9::1"));
        assert_eq!((network("192.0.2.7").as_str(), network("").as_str()), ("192.0.2.7", ""));
    }
}

//! The identity provider over OpenID Connect, by the crate openidconnect: discovery, the code flow with PKCE, and the
//! checks of what comes back.

mod provider;
mod settings;
mod verdict;

pub use provider::OpenIdProvider;
pub use settings::Settings;

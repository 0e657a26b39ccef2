//! The server as `licentia serve` runs it, on loopback, with an administrator signed in.

use std::sync::Arc;

use service::Desk;
use store::SqlStore;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::EMAIL;
use super::client::Client;
use crate::{demo, http};

pub(super) struct Served {
    /// The server's own: what is compared with it goes through the same connections.
    pub store: SqlStore,
    pub client: Client,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(super) async fn start(url: &str) -> Result<Self, String> {
        let store = SqlStore::connect(url).await.map_err(|error| format!("cannot open {url}: {error}"))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| format!("cannot listen: {error}"))?;
        let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
        let router = http::router(Desk::new(Arc::new(store.clone())), http::site(false, "http://127.0.0.1")?, None);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::sign_in(address, EMAIL, demo::PASSWORD).await?;
        Ok(Self { store, client, serving })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

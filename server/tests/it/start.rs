//! What `licentia serve` refuses to start with.

use std::net::IpAddr;

use server::cli::{Database, Serve, start};

fn serve(url: &str, host: &str, demo: bool) -> Serve {
    Serve {
        database: Database { database_url: url.into() },
        host: host.parse::<IpAddr>().unwrap(),
        port: 0,
        tls: false,
        demo,
        demo_day: None,
        payment_secret: None,
        public_url: None,
        smtp_url: None,
        mail_from: None,
    }
}

#[tokio::test]
async fn a_known_password_is_not_served_to_the_network() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("licentia_it_never");
    let url = format!("sqlite://{}", folder.join("desk.db").display());
    for host in ["0.0.0.0", "::", "192.0.2.1"] {
        let refused = start(&serve(&url, host, true)).await.unwrap_err();
        assert!(refused.contains("--demo") && refused.contains("127.0.0.1"), "{refused}");
    }
    assert!(!folder.exists(), "the database was made before the refusal");
}

#[tokio::test]
async fn an_unusable_database_is_said_without_its_password() {
    for url in [
        "mysql://desk:secret@127.0.0.1/desk",
        "postgres://desk:secret@127.0.0.1:1/desk",
        "sqlite:///proc/nowhere/secret/desk.db",
        "secret",
    ] {
        let refused = start(&serve(url, "127.0.0.1", false)).await.unwrap_err();
        assert!(refused.contains("DATABASE_URL"), "{url}: {refused}");
        assert!(!refused.contains("secret"), "{url}: {refused}");
    }
}

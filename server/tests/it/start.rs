//! What `licentia serve` refuses to start with.

use std::net::IpAddr;

use server::cli::{Database, Oidc, Serve, start};

fn serve(url: &str, host: &str, demo: bool) -> Serve {
    Serve {
        forwarded: false,
        database: Database { database_url: url.into() },
        host: host.parse::<IpAddr>().unwrap(),
        port: 0,
        tls: false,
        demo,
        demo_day: None,
        payment_secret: None,
        authority_url: None,
        authority_token: None,
        public_url: None,
        smtp_url: None,
        mail_from: None,
        registration: true,
        rate: 0,
        sms_url: None,
        sms_body: None,
        sms_content_type: None,
        sms_token: None,
        oidc: Oidc::default(),
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

#[tokio::test]
async fn an_authority_is_configured_wholly_or_not_at_all() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("licentia_it_no_authority");
    let url = format!("sqlite://{}", folder.join("desk.db").display());
    for (address, token, said) in [
        ("https://ca.example", None, "LICENTIA_AUTHORITY_TOKEN"),
        ("https://ca.example", Some("short"), "LICENTIA_AUTHORITY_TOKEN"),
        ("http://ca.example", Some("a-secret-token"), "LICENTIA_AUTHORITY_URL"),
        ("ca.example", Some("a-secret-token"), "LICENTIA_AUTHORITY_URL"),
    ] {
        let mut options = serve(&url, "127.0.0.1", false);
        (options.authority_url, options.authority_token) = (Some(address.into()), token.map(str::to_owned));
        let refused = start(&options).await.unwrap_err();
        assert!(refused.contains(said) && !refused.contains("a-secret-token"), "{refused}");
    }
    assert!(!folder.exists(), "the database was made before the refusal");
}

#[tokio::test]
async fn an_sms_gateway_is_configured_wholly_or_not_at_all() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("licentia_it_no_gateway");
    let url = format!("sqlite://{}", folder.join("desk.db").display());
    let body = Some(r#"{"to":"{phone}","text":"{text}"}"#);
    for (address, body, token, said) in [
        ("https://sms.example", None, None, "LICENTIA_SMS_BODY"),
        ("https://sms.example", Some("to={phone}"), None, "LICENTIA_SMS_BODY"),
        ("https://sms.example", body, Some("a secret token"), "LICENTIA_SMS_TOKEN"),
        ("http://sms.example", body, Some("secret"), "LICENTIA_SMS_URL"),
    ] {
        let mut options = serve(&url, "127.0.0.1", false);
        options.sms_url = Some(address.into());
        (options.sms_body, options.sms_token) = (body.map(str::to_owned), token.map(str::to_owned));
        let refused = start(&options).await.unwrap_err();
        assert!(refused.contains(said) && !refused.contains("secret"), "{refused}");
    }
    assert!(!folder.exists(), "the database was made before the refusal");
}

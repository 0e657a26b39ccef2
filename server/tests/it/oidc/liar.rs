//! A provider that does what no honest one does: its answers are signed for real, and wrong in one thing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use server::identity::OpenIdProvider;
use service::ports::{IdentityError, IdentityProvider};

use super::{assert_refused, assert_told_outside, begin, come_back, entered, parameter, settled};
use crate::support::{TestApp, oidc_settings, on_both};

on_both!(Options::entered_by(super::Liar::start()) =>
    an_answer_that_is_wrong_in_one_thing_lets_nobody_in,
    what_a_provider_may_leave_out,
);

const ADMIN: &str = "admin@romashka.example";

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

struct Liar {
    issuer: String,
    key: EcdsaKeyPair,
    /// As it calls the key.
    kid: Mutex<String>,
    token: Mutex<String>,
    /// How often its keys were asked for.
    asked: Mutex<u32>,
}

impl Liar {
    /// As it calls itself.
    fn start() -> &'static str {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (key, kid) = (new_key(), Mutex::new("first".to_owned()));
        let liar =
            Arc::new(Self { issuer: issuer.clone(), key, kid, token: Mutex::default(), asked: Mutex::default() });
        let issuer: &'static str = issuer.leak();
        ALL.lock().unwrap().get_or_insert_default().insert(issuer, liar.clone());
        let (described, keys) = (liar.clone(), liar.clone());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async move || Json(described.description())))
            .route("/jwks", get(async move || Json(keys.keys())))
            .route(
                "/token",
                post(async move || {
                    Json(
                        json!({ "access_token": "a", "token_type": "Bearer", "id_token": *liar.token.lock().unwrap() }),
                    )
                }),
            );
        tokio::spawn(async move {
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap();
        });
        issuer
    }

    fn of(issuer: &str) -> Arc<Self> {
        ALL.lock().unwrap().as_ref().unwrap()[issuer].clone()
    }

    fn description(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            // It would take these too.
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        })
    }

    fn keys(&self) -> Value {
        *self.asked.lock().unwrap() += 1;
        let point = self.key.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": *self.kid.lock().unwrap(), "x": x, "y": y }] })
    }

    fn sign(&self, header: &Value, claims: &Value, key: &EcdsaKeyPair) -> String {
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What an honest one would say.
    fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.issuer, "aud": "licentia", "sub": "7", "nonce": nonce, "iat": now(), "exp": now() + 300,
            "email": ADMIN, "email_verified": true,
        })
    }

    fn honest(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": "ES256", "kid": *self.kid.lock().unwrap() }), claims, &self.key)
    }

    fn says(&self, token: String) {
        *self.token.lock().unwrap() = token;
    }
}

type Known = HashMap<&'static str, Arc<Liar>>;
static ALL: Mutex<Option<Known>> = Mutex::new(None);

/// The claims with one of them another, or gone.
fn but(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

/// With the client's secret, as one would who takes an algorithm from the token.
fn by_secret(claims: &Value) -> String {
    use ring::hmac;
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"a-secret-of-the-test");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes())))
}

async fn an_answer_that_is_wrong_in_one_thing_lets_nobody_in(app: TestApp) {
    type Lie = fn(&Liar, &Value) -> String;
    let lies: [(&str, Lie); 19] = [
        ("wrong_nonce", |liar, claims| liar.honest(&but(claims, "nonce", json!("another")))),
        ("wrong_nonce", |liar, claims| liar.honest(&but(claims, "nonce", Value::Null))),
        ("wrong_issuer", |liar, claims| liar.honest(&but(claims, "iss", json!("https://evil.example")))),
        ("wrong_issuer", |liar, claims| liar.honest(&but(claims, "iss", json!(format!("{}/", liar.issuer))))),
        ("wrong_audience", |liar, claims| liar.honest(&but(claims, "aud", json!("another")))),
        ("wrong_audience", |liar, claims| liar.honest(&but(claims, "aud", json!(["licentia", "another"])))),
        ("wrong_audience", |liar, claims| liar.honest(&but(claims, "azp", json!("another")))),
        ("token_expired", |liar, claims| liar.honest(&but(claims, "exp", json!(now() - 1)))),
        ("token_time", |liar, claims| liar.honest(&but(claims, "iat", json!(now() - 700)))),
        ("token_time", |liar, claims| liar.honest(&but(claims, "iat", json!(now() + 120)))),
        ("wrong_algorithm", |_, claims| format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))),
        ("wrong_algorithm", |_, claims| by_secret(claims)),
        ("wrong_signature", |liar, claims| {
            let header = json!({ "alg": "ES256", "kid": "first" });
            liar.sign(&header, claims, &new_key())
        }),
        ("wrong_signature", |liar, claims| {
            // The signature of another token.
            let other = liar.honest(&but(claims, "sub", json!("8")));
            let own = liar.honest(claims);
            format!("{}.{}", own.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1)
        }),
        ("unknown_key", |liar, claims| liar.sign(&json!({ "alg": "ES256", "kid": "other" }), claims, &liar.key)),
        ("no_token", |_, _| "no token".to_owned()),
        ("no_token", |liar, claims| liar.honest(&but(claims, "exp", Value::Null))),
        // Signed right, but says nothing of anybody here.
        ("no_account", |liar, claims| liar.honest(&but(claims, "email", Value::Null))),
        // With the sign of Kelvin, which is «k» when it is written small: somebody else.
        ("no_account", |liar, claims| liar.honest(&but(claims, "email", json!("user@romash\u{212a}a.example")))),
    ];
    let liar = Liar::of(app.identity.unwrap());
    let visitor = app.visitor();
    let before = settled(&app).await;
    for (place, (why, lie)) in lies.into_iter().enumerate() {
        let away = begin(&visitor, "").await;
        let claims = liar.claims(&parameter(&away.url, "nonce"));
        liar.says(lie(&liar, &claims));
        let path = format!("/oidc/callback?code=x&state={}", parameter(&away.url, "state"));
        let answer = come_back(&visitor, &away.cookie, &path).await;
        println!("{place}: {why}");
        assert_refused(
            &answer,
            403,
            if why == "no_account" {
                "нет учётной записи"
            } else {
                "не прошёл проверку"
            },
        );
        assert_told_outside(&app, why).await;
        before.assert_same_but_for_the_log(&settled(&app).await, why);
    }
    assert_eq!(app.installation_log().await, ["identity.refused"; 19]);
    // The twin of them all.
    let away = begin(&visitor, "").await;
    liar.says(liar.honest(&liar.claims(&parameter(&away.url, "nonce"))));
    let path = format!("/oidc/callback?code=x&state={}", parameter(&away.url, "state"));
    let answer = come_back(&visitor, &away.cookie, &path).await;
    assert_eq!(entered(&visitor, &answer).frame().await.unwrap().account.email, ADMIN);
}

async fn what_a_provider_may_leave_out(app: TestApp) {
    let liar = Liar::of(app.identity.unwrap());
    let visitor = app.visitor();
    let fits: [(&str, Value); 4] = [
        ("aud", json!(["licentia"])),
        ("azp", json!("licentia")),
        // As some write it.
        ("email_verified", json!("true")),
        ("name", json!("Имя")),
    ];
    for (name, value) in fits {
        let away = begin(&visitor, "").await;
        let claims = but(&liar.claims(&parameter(&away.url, "nonce")), name, value);
        liar.says(liar.honest(&claims));
        let path = format!("/oidc/callback?code=x&state={}", parameter(&away.url, "state"));
        assert_eq!(come_back(&visitor, &away.cookie, &path).await.leads_to(), "/users", "{name}");
    }
    app.sql("DELETE FROM identities").await;
    for value in [json!(false), json!("false"), Value::Null] {
        let away = begin(&visitor, "").await;
        let claims = but(&liar.claims(&parameter(&away.url, "nonce")), "email_verified", value);
        liar.says(liar.honest(&claims));
        let path = format!("/oidc/callback?code=x&state={}", parameter(&away.url, "state"));
        assert_refused(&come_back(&visitor, &away.cookie, &path).await, 403, "не подтверждён");
    }
}

/// OpenID Connect Discovery 1.0, 4.3.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_description_of_another_is_refused() {
    let issuer = Liar::start();
    let other = format!("{issuer}/");
    let begun = OpenIdProvider::new(oidc_settings(&other)).begin().await;
    assert_eq!(begun.map(|begun| begun.url), Err(IdentityError::Issuer), "one letter more");
    assert!(OpenIdProvider::new(oidc_settings(issuer)).begin().await.is_ok());
}

/// Providers change their keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_keys_are_asked_for_but_not_always() {
    let issuer = Liar::start();
    let liar = Liar::of(issuer);
    let quick = OpenIdProvider::with_pause(oidc_settings(issuer), std::time::Duration::ZERO);
    let slow = OpenIdProvider::new(oidc_settings(issuer));
    let finish = async |provider: &OpenIdProvider| {
        let begun = provider.begin().await.unwrap();
        liar.says(liar.honest(&liar.claims(&begun.nonce)));
        provider.finish("x".into(), begun.verifier, begun.nonce).await.map(|identity| identity.subject)
    };
    for provider in [&quick, &slow] {
        assert_eq!(finish(provider).await.as_deref(), Ok("7"));
        assert_eq!(finish(provider).await.as_deref(), Ok("7"));
    }
    assert_eq!(*liar.asked.lock().unwrap(), 2, "once each");
    *liar.kid.lock().unwrap() = "second".into();
    assert_eq!(finish(&slow).await, Err(IdentityError::Key), "a moment ago it had another");
    assert_eq!(finish(&quick).await.as_deref(), Ok("7"));
    assert_eq!(*liar.asked.lock().unwrap(), 3);
}

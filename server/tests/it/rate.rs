//! Everybody may ask much, and not without end.

use domain::{DeskError, Role};

use crate::support::{Answer, Ask, TestApp, on_both};

on_both!(Options::limited(6) => whoever_asks_too_much_waits);
on_both!(Options::limited(1) => an_address_asks_no_more_than_an_office);
on_both!(without_a_limit_nobody_waits);

async fn whoever_asks_too_much_waits(app: TestApp) {
    let (user, other) = (app.with_role(Role::User).await, app.with_role(Role::Administrator).await);
    for number in 0..6 {
        assert_eq!(user.get("/account").await.status, 200, "{number}");
    }
    let before = app.dump().await;
    // Six a minute: one comes back in ten seconds. A function is answered in JSON, a page by a page; both say when to come again.
    let refused = user.post("frame").form(&[]).send().await;
    assert_eq!((refused.status, refused.refusal()), (429, DeskError::TooManyTries { minutes: 1 }));
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=11).contains(&seconds), "{seconds}");
    for page in [user.get("/users").await, user.post("keep_wanted").form(&[]).plain().send().await] {
        assert_eq!(page.status, 429);
        assert!(page.text().contains("Слишком много попыток") && !page.header("retry-after").is_empty());
        assert!(page.header("content-type").starts_with("text/html"));
    }
    before.assert_same(&app.dump().await, "what is refused changes nothing");
    // Others go on, and whoever has not signed in.
    assert_eq!(other.get("/account").await.status, 200);
    assert_eq!(app.visitor().get("/sign-in").await.status, 200);
    assert_eq!(app.visitor().get("/healthz").await.status, 200);
    // In another session, or another browser, it is the same account.
    let again = app.with_role(Role::User).await;
    assert_eq!(again.get("/account").await.status, 429);
    // It comes back by itself.
    let mut status = 429;
    for _ in 0..60 {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        status = user.get("/account").await.status;
        if status == 200 {
            break;
        }
    }
    assert_eq!(status, 200);
}

/// Ten a minute, signed in or not: one comes back in six seconds.
async fn an_address_asks_no_more_than_an_office(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let from = |ask: Ask, address: &str| ask.header("x-forwarded-for", address);
    let look = async |path: &str, address: &str| from(app.visitor().ask("GET", path), address).send().await;
    // Asks until it is refused; how often it was answered.
    let spend = async |address: &str| -> usize {
        let mut answered = 0;
        while look("/sign-in", address).await.status == 200 {
            answered += 1;
            assert!(answered < 60, "{address} is never refused");
        }
        answered
    };
    assert!(spend("192.0.2.9").await >= 10);
    let before = app.dump().await;
    // One may come back while this is asked.
    let refused = async |ask: &dyn Fn() -> Ask| -> Answer {
        for _ in 0..5 {
            let answer = from(ask(), "192.0.2.9").send().await;
            if answer.status == 429 {
                return answer;
            }
        }
        panic!("it is not refused");
    };
    let page = refused(&|| app.visitor().ask("GET", "/nowhere")).await;
    assert!(page.text().contains("Слишком много попыток") && page.header("content-type").starts_with("text/html"));
    let seconds: u64 = page.header("retry-after").parse().unwrap();
    assert!((1..=7).contains(&seconds), "{seconds}");
    // Programs read no pages.
    for path in ["/api/frame", "/api/sign_in", "/webhooks/payments"] {
        let answer = refused(&|| app.visitor().ask("POST", path).form(&[])).await;
        assert_eq!(answer.refusal(), DeskError::TooManyTries { minutes: 1 }, "{path}");
    }
    // Whoever has signed in there is one of the office, and asks from elsewhere what their account may.
    refused(&|| user.ask("GET", "/account")).await;
    assert_eq!(from(user.ask("GET", "/account"), "192.0.2.10").send().await.status, 200);
    // Files and the server's own health are not counted.
    for _ in 0..12 {
        for path in ["/healthz", "/readyz", "/robots.txt", "/pkg/nothing.js"] {
            assert_ne!(look(path, "192.0.2.9").await.status, 429, "{path}");
        }
    }
    before.assert_same_but_for_the_log(&app.dump().await, "what is refused changes nothing");
    assert_eq!(look("/sign-in", "192.0.2.11").await.status, 200, "others go on");
    // Whoever has one address of IPv6 has a network of them.
    assert!(spend("2001:db8:0:1::1").await >= 10);
    assert_eq!(look("/sign-in", "2001:db8:0:2::1").await.status, 200);
    assert!(spend("2001:db8:0:1::2").await < 10);
}

async fn without_a_limit_nobody_waits(app: TestApp) {
    let user = app.with_role(Role::User).await;
    for _ in 0..60 {
        assert_eq!(user.post("frame").form(&[]).send().await.status, 200);
        assert_eq!(app.visitor().get("/sign-in").await.status, 200);
    }
}

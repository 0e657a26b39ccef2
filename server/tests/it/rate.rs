//! Whoever has signed in may ask much, and not without end.

use domain::{DeskError, Role};

use crate::support::{TestApp, on_both};

on_both!(Options::limited(6) => whoever_asks_too_much_waits);
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
    // Others go on, and whoever has not signed in has limits of their own.
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

async fn without_a_limit_nobody_waits(app: TestApp) {
    let user = app.with_role(Role::User).await;
    for _ in 0..60 {
        assert_eq!(user.post("frame").form(&[]).send().await.status, 200);
    }
}

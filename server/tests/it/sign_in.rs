//! Coming in and going out.

use std::time::{Duration, Instant};

use domain::DeskError;
use service::ports::Store;
use sha2::{Digest, Sha256};

use crate::support::{TestApp, on_both};

const ADMIN: &str = "admin@romashka.example";
const PASSWORD: &str = server::demo::PASSWORD;

on_both!(
    the_right_password_opens_the_desk,
    a_wrong_password_and_an_unknown_email_are_answered_alike,
    a_password_is_hashed_whether_the_email_is_known_or_not,
    every_sign_in_has_a_session_of_its_own,
    signing_in_again_ends_the_former_session,
    a_failed_sign_in_leaves_the_session,
    signing_out_ends_the_session,
    a_session_that_has_ended_is_told_of,
    ones_own_other_tab_is_no_thief,
    a_long_export_looks_again,
    what_is_no_session_is_nobody,
    only_the_hash_of_a_session_is_kept,
    a_session_lasts_a_working_day,
    whoever_does_nothing_is_signed_out,
    wrong_passwords_block_for_ten_minutes,
    an_unknown_email_is_blocked_like_a_known_one,
    a_stranger_does_not_block_a_known_browser,
    one_address_cannot_try_all_emails,
    the_log_tells_who_came_and_whence,
    a_session_does_not_outlive_its_account,
    signed_out_pages_lead_to_sign_in,
    a_plain_form_signs_in_too,
    whoever_signs_in_goes_on_to_where_he_wanted,
);
on_both!(Options::tls() => behind_tls_the_cookie_is_bound_to_the_host);

/// The attributes of a session cookie, sorted.
fn attributes(line: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = line.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

async fn the_right_password_opens_the_desk(app: TestApp) {
    let mut user = app.visitor();
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
    let answer = user.sign_in(ADMIN, PASSWORD).await.unwrap();
    let line = answer.cookie("licentia").unwrap();
    assert_eq!(attributes(&line), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"]);
    assert!(app.visitor().get("/sign-in").await.headers.get("strict-transport-security").is_none(), "not without TLS");
    let session = user.session.clone().unwrap();
    assert!(session.len() == 64 && session.bytes().all(|b| b.is_ascii_hexdigit()), "{session}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let frame = user.frame().await.unwrap();
    assert_eq!(frame.organization.name, "ООО «Ромашка»");
    assert_eq!(frame.account.email, ADMIN);
    // However the address is written.
    app.sign_in("  Admin@Romashka.EXAMPLE ").await.frame().await.unwrap();
}

async fn a_wrong_password_and_an_unknown_email_are_answered_alike(app: TestApp) {
    let attempts = [
        (ADMIN, "licentia-dem0"),
        (ADMIN, ""),
        (ADMIN, "licentia-demo "),
        ("nobody@romashka.example", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        ("admin@romashka.example' OR '1'='1", PASSWORD),
    ];
    let mut answers = Vec::new();
    for (email, password) in attempts {
        app.sql("DELETE FROM attempts").await;
        let answer = app.visitor().ask_sign_in(email, password).send().await;
        assert_eq!(answer.refusal(), DeskError::WrongCredentials, "{email}");
        assert_eq!(answer.cookie("licentia"), None);
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort_unstable();
        answers.push((answer.status, headers, answer.body));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "they can be told apart");
    // A password of a megabyte is not hashed, but refused like any other.
    let long = "x".repeat(1 << 20);
    assert_eq!(app.visitor().ask_sign_in(ADMIN, &long).call::<()>().await, Err(DeskError::WrongCredentials));
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
}

/// The least of several times is compared: other work on the machine can only add to it.
async fn a_password_is_hashed_whether_the_email_is_known_or_not(app: TestApp) {
    const ROUNDS: usize = 12;
    let visitor = app.visitor();
    let time = async |email: &str| {
        let start = Instant::now();
        let answer = visitor.ask_sign_in(email, "wrong").call::<()>().await;
        let took = start.elapsed();
        assert_eq!(answer, Err(DeskError::WrongCredentials));
        // Else nothing would be looked at soon.
        app.sql("DELETE FROM attempts").await;
        took
    };
    let mut least = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for (place, email) in [ADMIN, "nobody@romashka.example", "no address"].into_iter().enumerate() {
            least[place] = least[place].min(time(email).await);
        }
    }
    let [known, unknown, malformed] = least;
    for other in [unknown, malformed] {
        assert!(other * 2 > known && known * 2 > other, "known {known:?}, other {other:?}");
    }
}

async fn every_sign_in_has_a_session_of_its_own(app: TestApp) {
    let (one, other) = (app.romashka().await, app.romashka().await);
    assert_ne!(one.session, other.session);
    one.call("sign_out", &[]).await.unwrap();
    assert_eq!(one.frame().await, Err(DeskError::NotSignedIn));
    other.frame().await.unwrap();
}

async fn signing_in_again_ends_the_former_session(app: TestApp) {
    let former = app.romashka().await;
    let mut user = former.clone();
    user.sign_in("admin@sever.example", PASSWORD).await.unwrap();
    assert_ne!(former.session, user.session);
    assert_eq!(former.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(user.frame().await.unwrap().organization.name, "АО «Север»");
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 1);
}

async fn a_failed_sign_in_leaves_the_session(app: TestApp) {
    let mut user = app.romashka().await;
    let before = user.session.clone();
    assert_eq!(user.sign_in(ADMIN, "wrong").await.unwrap_err(), DeskError::WrongCredentials);
    assert_eq!(user.session, before);
    user.frame().await.unwrap();
}

async fn signing_out_ends_the_session(app: TestApp) {
    let user = app.romashka().await;
    let answer = user.post("sign_out").form(&[]).send().await;
    answer.result::<()>().unwrap();
    assert_eq!(answer.header("clear-site-data"), "\"storage\"");
    let line = answer.cookie("licentia").unwrap();
    assert!(line.starts_with("licentia=;"), "{line}");
    assert_eq!(attributes(&line), ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax"]);
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
    // Nobody may sign out as well.
    user.call("sign_out", &[]).await.unwrap();
    app.visitor().call("sign_out", &[]).await.unwrap();
}

/// A cookie that somebody kept, or stole: it is refused, and in the log, once.
async fn a_session_that_has_ended_is_told_of(app: TestApp) {
    let (owner, user) = (app.romashka().await, app.with_role(domain::Role::User).await);
    let session = app.number("SELECT MAX(id) FROM sessions").await;
    let refused = async || app.told(crate::support::ROMASHKA, "session.refused").await.len();
    owner.post("end_session").form(&[("session", session.to_string())]).call::<u64>().await.unwrap();
    let told = app.told(crate::support::ROMASHKA, "session.ended").await;
    let account = app.number("SELECT id FROM accounts WHERE email = 'user@romashka.example'").await;
    assert_eq!(told.last().unwrap()["account"].as_i64(), Some(account), "whose it was");
    for _ in 0..3 {
        assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
    }
    assert_eq!(refused().await, 1);
    // Whose it was comes first: a thief elsewhere is told of all the same, once too.
    let thief = async |address: &str| {
        let ask = user.post("frame").form(&[]).header("x-forwarded-for", address);
        assert_eq!(ask.send().await.refusal(), DeskError::NotSignedIn);
    };
    for address in ["198.51.100.7", "198.51.100.7", "198.51.100.8"] {
        thief(address).await;
    }
    assert_eq!(refused().await, 3);
    // However many addresses they have, they do not fill the log.
    for number in 0..30 {
        thief(&format!("203.0.113.{number}")).await;
    }
    assert_eq!(refused().await, 20);
    app.sql("DELETE FROM refused_sessions").await;
    app.sql("UPDATE ended_sessions SET refused = 0").await;
    owner.post("sign_out").form(&[]).call::<()>().await.unwrap();
    assert_eq!(owner.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(refused().await, 21);
    // Twin: what was never a session belongs to nobody's log; and nothing is kept longer than it would have lived.
    let invented = app.visitor().post("frame").form(&[]).header("cookie", format!("licentia={}", "0".repeat(64)));
    assert_eq!(invented.send().await.refusal(), DeskError::NotSignedIn);
    assert_eq!(refused().await, 21);
    app.pass(13 * 3600);
    app.other_desk().tidy().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM ended_sessions").await, 0);
    assert_eq!(app.number("SELECT count(*) FROM refused_sessions").await, 0);
}

/// Whoever shows the password in one tab has others open: what these asked a moment before comes with the former token.
async fn ones_own_other_tab_is_no_thief(app: TestApp) {
    let refused = async || app.told(crate::support::ROMASHKA, "session.refused").await.len();
    let renewed = async || {
        let mut user = app.romashka().await;
        let tab = user.clone();
        app.pass(16 * 60);
        let proof = [("account", "2".to_owned()), ("proof", PASSWORD.to_owned())];
        let answer = user.post("send_deletion_code").form(&proof).send().await;
        user.renewed_by(&answer);
        (user, tab)
    };
    let (user, tab) = renewed().await;
    assert_eq!(tab.frame().await, Err(DeskError::NotSignedIn), "let in it is not");
    user.frame().await.unwrap();
    assert_eq!(refused().await, 0);
    // Twins: another address, another browser, and much later.
    let from = |name: &'static str, value: &'static str| tab.post("frame").form(&[]).header(name, value);
    from("x-forwarded-for", "198.51.100.7").send().await;
    assert_eq!(refused().await, 1);
    from("user-agent", "another").send().await;
    assert_eq!(refused().await, 2);
    let (_, tab) = renewed().await;
    app.pass(11);
    assert_eq!(tab.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(refused().await, 3);
}

/// What takes long goes on by what one may do then.
async fn a_long_export_looks_again(app: TestApp) {
    let user = app.romashka().await;
    let desk = app.other_desk();
    let token = service::SessionToken::parse(user.session.as_deref().unwrap()).unwrap();
    let actor = desk.actor(&token, &service::Origin::default()).await.unwrap();
    assert!(desk.again(&actor).await.unwrap().rights().may(domain::Capability::People));
    app.sql("UPDATE account_levels SET role = 'accountant' WHERE account_id = 1").await;
    assert!(!desk.again(&actor).await.unwrap().rights().may(domain::Capability::People));
    app.sql("DELETE FROM sessions").await;
    assert_eq!(desk.again(&actor).await.map(drop), Err(DeskError::NotSignedIn));
}

async fn what_is_no_session_is_nobody(app: TestApp) {
    let user = app.romashka().await;
    let session = user.session.clone().unwrap();
    let mut lines: Vec<Vec<u8>> = [
        String::new(),
        "licentia".into(),
        "licentia=".into(),
        "licentia=abc".into(),
        format!("licentia={}", "0".repeat(64)),
        format!("licentia={}", session.to_uppercase()),
        format!("licentia={session}0"),
        format!("licentia={}", &session[1..]),
        format!("licentia=\"{session}\""),
        format!("licentia=' OR '1'='1; other={session}"),
        format!("Licentia={session}"),
        format!("__Host-licentia={session}"),
        format!("licentia={}", "0123456789abcdef".repeat(400)),
        // The first of two counts: another site of the domain cannot put its own behind it.
        format!("licentia=abc; licentia={session}"),
    ]
    .map(String::into_bytes)
    .into();
    lines.push(b"licentia=\xff\xfe\xfd".to_vec());
    let visitor = app.visitor();
    for line in lines {
        let shown = String::from_utf8_lossy(&line).into_owned();
        let answer = visitor.post("frame").form(&[]).header("cookie", &line).send().await;
        assert_eq!(answer.refusal(), DeskError::NotSignedIn, "{shown}");
        let page = visitor.ask("GET", "/users").header("cookie", &line).send().await;
        assert_eq!(page.leads_to(), "/sign-in", "{shown}");
    }
    let among_others = format!("theme=dark; licentia={session}; lang=en");
    visitor.post("frame").form(&[]).header("cookie", among_others).call::<domain::Frame>().await.unwrap();
}

async fn only_the_hash_of_a_session_is_kept(app: TestApp) {
    let user = app.romashka().await;
    let session = user.session.unwrap();
    let hash: String = Sha256::digest(session.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let dump = app.dump().await;
    assert_eq!(app.rows("SELECT token_hash FROM sessions").await, [hash.as_str()]);
    assert!(!dump.contains(&session), "the secret itself is kept");
    assert!(!dump.contains(PASSWORD), "the password itself is kept");
}

async fn a_session_lasts_a_working_day(app: TestApp) {
    let user = app.romashka().await;
    // Whoever works, works all day.
    let step = service::IDLE_SECONDS - 60;
    let mut passed = 0;
    while passed + step < service::SESSION_SECONDS {
        app.pass(step);
        passed += step;
        user.frame().await.unwrap();
    }
    app.pass(service::SESSION_SECONDS - passed);
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
    assert_eq!(user.get("/users").await.leads_to(), "/sign-in");
}

async fn whoever_does_nothing_is_signed_out(app: TestApp) {
    let user = app.romashka().await;
    app.pass(service::IDLE_SECONDS - 60);
    user.frame().await.unwrap();
    app.pass(service::IDLE_SECONDS + 1);
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
}

async fn wrong(app: &TestApp, email: &str, times: usize) -> DeskError {
    let mut last = None;
    for _ in 0..times {
        last = app.visitor().ask_sign_in(email, "wrong").call::<()>().await.err();
    }
    last.unwrap()
}

/// Fixed, whatever is tried meanwhile, and whichever server is asked.
async fn wrong_passwords_block_for_ten_minutes(app: TestApp) {
    assert_eq!(wrong(&app, ADMIN, 4).await, DeskError::WrongCredentials);
    assert_eq!(wrong(&app, ADMIN, 1).await, DeskError::SignInBlocked { minutes: 10 });
    let right = async || app.visitor().sign_in(ADMIN, PASSWORD).await.map(drop);
    assert_eq!(right().await, Err(DeskError::SignInBlocked { minutes: 10 }));
    app.pass(300);
    assert_eq!(wrong(&app, ADMIN, 8).await, DeskError::SignInBlocked { minutes: 5 });
    // Another server, as after a restart, knows it.
    let origin = service::Origin::default();
    let visit = service::Visit { origin: &origin, former: None, device: None };
    let there = app.other_desk().sign_in(ADMIN, PASSWORD.to_owned(), visit).await;
    assert_eq!(there.unwrap_err(), DeskError::SignInBlocked { minutes: 5 });
    // Others come in meanwhile.
    app.sever().await;
    app.pass(299);
    assert_eq!(right().await, Err(DeskError::SignInBlocked { minutes: 1 }));
    app.pass(2);
    right().await.unwrap();
    // A right one in between forgets the wrong ones.
    assert_eq!(wrong(&app, ADMIN, 4).await, DeskError::WrongCredentials);
    right().await.unwrap();
    assert_eq!(wrong(&app, ADMIN, 4).await, DeskError::WrongCredentials);
}

async fn an_unknown_email_is_blocked_like_a_known_one(app: TestApp) {
    for email in [ADMIN, "nobody@romashka.example"] {
        assert_eq!(wrong(&app, email, 4).await, DeskError::WrongCredentials, "{email}");
        assert_eq!(wrong(&app, email, 1).await, DeskError::SignInBlocked { minutes: 10 }, "{email}");
    }
}

async fn a_stranger_does_not_block_a_known_browser(app: TestApp) {
    let mut known = app.visitor();
    let device = known.sign_in(ADMIN, PASSWORD).await.unwrap().cookie("licentia-device").unwrap();
    let device = device.split(';').next().unwrap().to_owned();
    let from_known = async |password: &str| {
        app.visitor().ask_sign_in(ADMIN, password).header("cookie", device.clone()).call::<()>().await
    };
    assert_eq!(wrong(&app, ADMIN, 5).await, DeskError::SignInBlocked { minutes: 10 });
    from_known(PASSWORD).await.unwrap();
    // Its own wrong ones are counted for itself.
    for _ in 0..4 {
        assert_eq!(from_known("wrong").await, Err(DeskError::WrongCredentials));
    }
    assert_eq!(from_known("wrong").await, Err(DeskError::SignInBlocked { minutes: 10 }));
    assert_eq!(from_known(PASSWORD).await, Err(DeskError::SignInBlocked { minutes: 10 }));
    // A browser is known to whom it has let in, and to nobody else.
    let other = app.visitor().ask_sign_in("hr@romashka.example", "wrong").header("cookie", device.clone());
    assert_eq!(other.call::<()>().await, Err(DeskError::WrongCredentials));
    for _ in 0..4 {
        app.visitor().ask_sign_in("hr@romashka.example", "wrong").call::<()>().await.unwrap_err();
    }
    let other = app.visitor().ask_sign_in("hr@romashka.example", PASSWORD).header("cookie", device.clone());
    assert_eq!(other.call::<()>().await, Err(DeskError::SignInBlocked { minutes: 10 }), "with the strangers");
}

async fn one_address_cannot_try_all_emails(app: TestApp) {
    let from = async |address: &str, email: &str| {
        app.visitor().ask_sign_in(email, "wrong").header("x-forwarded-for", address).call::<()>().await.unwrap_err()
    };
    for place in 0..100 {
        assert_eq!(from("1.2.3.4, 192.0.2.7", &format!("x{place}@y.example")).await, DeskError::WrongCredentials);
    }
    assert_eq!(from("1.2.3.4, 192.0.2.7", "z@y.example").await, DeskError::SignInBlocked { minutes: 10 });
    // What whoever asks has written before the proxy's own is nothing.
    assert_eq!(from("192.0.2.7, 192.0.2.8", "z@y.example").await, DeskError::WrongCredentials);
}

async fn the_log_tells_who_came_and_whence(app: TestApp) {
    let from =
        |ask: crate::support::Ask| ask.header("x-forwarded-for", "192.0.2.7").header("user-agent", "Firefox/132.0");
    from(app.visitor().ask_sign_in(ADMIN, "wrong")).call::<()>().await.unwrap_err();
    let answer = from(app.visitor().ask_sign_in(ADMIN, PASSWORD)).send().await;
    answer.result::<()>().unwrap();
    let connections = async || {
        let log = app.store.audit(crate::support::ROMASHKA, 0, 10_000).await.unwrap();
        let log = log.into_iter().filter(|entry| domain::ActGroup::Connections.acts().contains(&entry.action.as_str()));
        log.map(|entry| (entry.action, entry.address.unwrap_or_default())).collect::<Vec<_>>()
    };
    // The refusal is written by itself.
    let expected = ["session.started", "sign_in.refused"].map(|act| (act.to_owned(), "192.0.2.7".to_owned()));
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen = connections().await;
        seen.sort();
        if seen.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(seen, expected);
    let told = app.told(crate::support::ROMASHKA, "session.started").await;
    assert_eq!(told[0]["browser"], "Firefox\u{a0}132");
    let head = service::ports::AuditHead { seq: 0, hash: [0; 32] };
    let log = app.store.audit(crate::support::ROMASHKA, 0, 10_000).await.unwrap();
    assert!(service::chain(crate::support::ROMASHKA, head, &log).is_ok());
}

async fn a_session_does_not_outlive_its_account(app: TestApp) {
    let colleague = app.colleague(crate::support::ROMASHKA, "leaver@romashka.example").await;
    colleague.frame().await.unwrap();
    app.sql(
        "DELETE FROM devices WHERE account_id = (SELECT id FROM accounts WHERE email = 'leaver@romashka.example'); \
         DELETE FROM sessions WHERE account_id = (SELECT id FROM accounts WHERE email = 'leaver@romashka.example'); \
         DELETE FROM account_levels WHERE account_id = (SELECT id FROM accounts WHERE email = 'leaver@romashka.example'); \
         UPDATE accounts SET state = 'removed' WHERE email = 'leaver@romashka.example'",
    )
    .await;
    assert_eq!(colleague.frame().await, Err(DeskError::NotSignedIn));
    let again = app.visitor().sign_in("leaver@romashka.example", PASSWORD).await;
    assert_eq!(again.unwrap_err(), DeskError::WrongCredentials);
}

async fn signed_out_pages_lead_to_sign_in(app: TestApp) {
    let pages = [
        "/",
        "/users",
        "/users?tab=employee",
        "/users/new",
        "/users/delete?ids=1",
        "/operations",
        "/operations/1",
        "/operations/1/report.csv",
        "/nothing/here",
    ];
    let (visitor, user) = (app.visitor(), app.romashka().await);
    for path in pages {
        let answer = visitor.get(path).await;
        assert!(answer.leads_to().starts_with("/sign-in"), "{path}");
        assert!(answer.body.is_empty(), "{path}");
        let signed_in = user.get(path).await;
        assert!(!signed_in.headers.get("location").is_some_and(|to| to.as_bytes().starts_with(b"/sign-in")), "{path}");
    }
    assert_eq!(visitor.get("/sign-in").await.status, 200);
    assert_eq!(visitor.get("/healthz").await.text(), "ok");
    assert_eq!(visitor.get("/readyz").await.text(), "ok");
}

/// The link of a letter leads where it says, through the sign-in; nothing leads away from the site.
async fn whoever_signs_in_goes_on_to_where_he_wanted(app: TestApp) {
    let visitor = app.visitor();
    let asked = visitor.get("/licenses?status=all&product=1").await;
    let page = visitor.get(asked.leads_to()).await;
    assert!(page.text().contains("name=\"to\" value=\"/licenses?status=all&amp;product=1\""), "{}", page.text());
    let enter = async |to: &str| {
        let form = [("email", ADMIN.to_owned()), ("password", PASSWORD.to_owned()), ("to", to.to_owned())];
        let answer = visitor.post("sign_in").form(&form).plain().send().await;
        answer.leads_to().to_owned()
    };
    assert_eq!(enter("/licenses?status=all&product=1").await, "/licenses?status=all&product=1");
    for elsewhere in [
        "",
        "users",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\nb",
        "/\t/evil.example",
        "javascript:1",
    ] {
        assert_eq!(enter(elsewhere).await, "/users", "{elsewhere}");
    }
    let page = visitor.get("/sign-in?to=%2F%2Fevil.example").await;
    assert!(!page.text().contains("evil.example"));
}

async fn a_plain_form_signs_in_too(app: TestApp) {
    let visitor = app.visitor();
    let page = format!("{}/sign-in", visitor.client().origin());
    let answer = visitor.ask_sign_in(ADMIN, PASSWORD).plain().header("referer", &page).send().await;
    assert_eq!(answer.leads_to(), "/users");
    assert!(answer.cookie("licentia").is_some());
    // What was typed does not travel in an address, which ends up in histories and logs.
    for email in [ADMIN, "nobody@romashka.example", "a@b.example; Domain=evil.example\r\nX-Evil: 1"] {
        let ask = visitor.ask_sign_in(email, "top-secret").plain().header("referer", &page);
        let answer = ask.send().await;
        assert!(answer.leads_to().starts_with(&format!("{page}?")), "{}", answer.leads_to());
        for typed in ["top-secret", "romashka", "a@b", "a%40b"] {
            assert!(!answer.leads_to().contains(typed), "{}", answer.leads_to());
        }
        assert_eq!(answer.cookie("licentia"), None);
        assert_eq!(answer.headers.get("x-evil"), None);
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(!line.contains("top-secret"), "{line}");
            let attributes = attributes(line);
            assert!(attributes.contains(&"HttpOnly") && attributes.contains(&"SameSite=Lax"), "{line}");
            assert!(!attributes.iter().any(|attribute| attribute.starts_with("Domain")), "{line}");
        }
    }
}

async fn behind_tls_the_cookie_is_bound_to_the_host(app: TestApp) {
    let mut user = app.visitor();
    let line = user.sign_in(ADMIN, PASSWORD).await.unwrap().cookie("__Host-licentia").unwrap();
    assert_eq!(attributes(&line), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"]);
    user.frame().await.unwrap();
    let page = user.get("/sign-in").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    // Every cookie is bound like that, and is found again.
    let spoken = user.post("set_language").form(&[("language", "en".into())]).send().await;
    let line = spoken.cookie("__Host-lang").unwrap();
    assert!(line.contains("; Secure"), "{line}");
    let english = app.visitor().ask("GET", "/sign-in").header("cookie", "__Host-lang=en; lang=ru").send().await;
    assert!(english.text().contains("Sign in"));
    // The other name, which a site without TLS could have set, says nothing.
    let session = user.session.clone().unwrap();
    let answer = app.visitor().post("frame").form(&[]).header("cookie", format!("licentia={session}")).send().await;
    assert_eq!(answer.refusal(), DeskError::NotSignedIn);
    // Nor does another of ours.
    let russian = app.visitor().ask("GET", "/sign-in").header("cookie", "lang=en; theme=dark").send().await;
    assert!(russian.text().contains("Войти") && !russian.text().contains("Sign in"));
    let out = user.post("sign_out").form(&[]).send().await;
    assert!(out.cookie("__Host-licentia").unwrap().contains("; Secure"));
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
}

//! What strangers can do to those who come in: nothing that lasts.

use domain::{AccessLetter, DeskError, Letter, LinkFault};
use service::ports::Store;
use service::{DeviceToken, Origin, Visit};
use store::Backend;

use crate::factor::{USER, code, connect, enter};
use crate::passkeys::{added, alone};
use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    a_new_password_ends_every_block,
    a_new_password_forgets_other_browsers,
    a_browser_is_known_for_a_year,
    an_address_keeps_no_known_browser_from_its_passkey,
    beginning_is_counted_for_whoever_begins,
    strangers_do_not_starve_a_recovery,
    an_open_link_is_used_once,
    whoever_is_invited_recovers_nothing,
    a_network_is_an_address,
    what_is_no_email_blocks_nobody,
    a_refusal_costs_one_write_whoever_is_meant,
);
on_both!(Options::entered_by("http://127.0.0.1:1") => a_provider_is_asked_by_whoever_begins);

const PASSWORD: &str = server::demo::PASSWORD;
const NEW: &str = "korova na lugu zelenom";

/// The cookie of a browser in which this account has signed in.
async fn known(app: &TestApp, email: &str, password: &str) -> (User, String) {
    let mut user = app.visitor();
    let answer = user.sign_in(email, password).await.unwrap();
    (user, answer.cookie("licentia-device").unwrap().split(';').next().unwrap().to_owned())
}

fn token_of(device: &str) -> DeviceToken {
    DeviceToken::parse(device.split_once('=').unwrap().1).unwrap()
}

async fn sign_in(app: &TestApp, email: &str, password: &str, device: &str) -> Result<(), DeskError> {
    app.visitor().ask_sign_in(email, password).header("cookie", device).call().await
}

async fn ask(app: &TestApp, email: &str, device: &str) {
    let ask = app.visitor().post("ask_recovery").form(&[("email", email.to_owned())]);
    ask.header("cookie", device).call::<()>().await.unwrap();
}

/// The secrets of letters of this kind, newest first, once there are so many: they are written by themselves.
async fn letters(app: &TestApp, kind: AccessLetter, expected: usize) -> Vec<String> {
    let mut secrets = Vec::new();
    for _ in 0..100 {
        let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
        let of_kind = letters.into_iter().filter_map(|row| match row.letter {
            Letter::Access { what, secret, .. } if what == kind => Some(secret),
            _ => None,
        });
        secrets = of_kind.collect();
        if secrets.len() >= expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    secrets
}

/// What was not to be written has not been.
async fn no_more_letters(app: &TestApp, expected: usize) {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(letters(app, AccessLetter::Recovery, expected).await.len(), expected);
}

async fn recover(app: &TestApp, token: &str, password: &str, device: &str) -> Result<(), DeskError> {
    let form = [("token", token), ("password", password), ("again", password)].map(|(n, v)| (n, v.to_owned()));
    app.visitor().post("recover").form(&form).header("cookie", device).call().await
}

async fn a_new_password_ends_every_block(app: TestApp) {
    let (user, here) = known(&app, USER, PASSWORD).await;
    let (_, there) = known(&app, USER, PASSWORD).await;
    connect(&app, &user, USER).await;
    // Five slips in each of their browsers, and of strangers; five wrong codes; five wrong passwords at work.
    let blocked = Err(DeskError::SignInBlocked { minutes: 10 });
    let half = async |password: &str, device: &str| {
        let answer = app.visitor().ask_sign_in(USER, password).header("cookie", device).send().await;
        answer.result::<()>().unwrap();
        answer.cookie("licentia-half").unwrap().split(';').next().unwrap().to_owned()
    };
    let step = half(PASSWORD, &here).await;
    for _ in 0..5 {
        enter(&app, &step, "12345").await.result::<()>().unwrap_err();
        let form = [("former", "wrong"), ("password", NEW), ("again", NEW)].map(|(n, v)| (n, v.to_owned()));
        user.post("change_password").form(&form).call::<()>().await.unwrap_err();
    }
    assert_eq!(enter(&app, &step, "12345").await.refusal(), DeskError::TooManyTries { minutes: 10 });
    for device in ["", &here, &there] {
        for _ in 0..5 {
            sign_in(&app, USER, "wrong", device).await.unwrap_err();
        }
        assert_eq!(sign_in(&app, USER, PASSWORD, device).await, blocked, "{device}");
    }
    ask(&app, USER, &here).await;
    let token = letters(&app, AccessLetter::Recovery, 1).await.remove(0);
    recover(&app, &token, NEW, &here).await.unwrap();
    // In every browser, with the code as well, and at work.
    for device in [&here, &there, ""] {
        let step = half(NEW, device).await;
        app.pass(30);
        let right = code(&app, USER, 0).await;
        let entered = enter(&app, &step, &right).await;
        entered.result::<()>().unwrap();
        let user = crate::factor::session_of(&app, &entered);
        let form = [("former", NEW), ("password", NEW), ("again", NEW)].map(|(n, v)| (n, v.to_owned()));
        let changed = user.post("change_password").form(&form).call::<()>();
        changed.await.unwrap();
        // Where it was not known any more, it is again: what was tried in it before is over too.
        half(NEW, device).await;
    }
    // Twin: what is tried in vain after that blocks as before.
    for _ in 0..5 {
        sign_in(&app, USER, "wrong", "").await.unwrap_err();
    }
    assert_eq!(sign_in(&app, USER, NEW, "").await, blocked);
}

async fn devices(app: &TestApp) -> i64 {
    app.number(&format!(
        "SELECT count(*) FROM devices WHERE account_id = (SELECT id FROM accounts WHERE email = '{USER}')"
    ))
    .await
}

async fn a_new_password_forgets_other_browsers(app: TestApp) {
    let (user, here) = known(&app, USER, PASSWORD).await;
    let (_, there) = known(&app, USER, PASSWORD).await;
    let desk = app.other_desk();
    let knows = async |device: &str| {
        let origin = Origin::new("192.0.2.7".into(), "");
        let token = token_of(device);
        let visit = Visit { origin: &origin, former: None, device: Some(&token) };
        // Strangers are blocked: a known browser is not.
        for _ in 0..5 {
            let visit = Visit { device: None, ..visit };
            desk.sign_in(USER, "wrong".into(), visit).await.unwrap_err();
        }
        desk.sign_in(USER, "wrong".into(), visit).await.unwrap_err() == DeskError::WrongCredentials
    };
    assert_eq!((knows(&here).await, knows(&there).await), (true, true));
    app.sql("DELETE FROM attempts").await;
    let form = [("former", PASSWORD), ("password", NEW), ("again", NEW)].map(|(n, v)| (n, v.to_owned()));
    let cookies = format!("{}; {here}", user.cookie().unwrap());
    user.post("change_password").form(&form).header("cookie", cookies).call::<()>().await.unwrap();
    assert_eq!((knows(&here).await, knows(&there).await), (true, false), "but for the one at hand");
    app.sql("DELETE FROM attempts").await;
    known(&app, USER, NEW).await;
    assert_eq!(devices(&app).await, 2);
    // By a letter, in a browser that nobody has signed in with: it is not known for that.
    ask(&app, USER, "").await;
    let token = letters(&app, AccessLetter::Recovery, 1).await.remove(0);
    recover(&app, &token, "another phrase of mine", &there).await.unwrap();
    assert_eq!(devices(&app).await, 0);
}

async fn a_browser_is_known_for_a_year(app: TestApp) {
    let (_, here) = known(&app, USER, PASSWORD).await;
    let (_, _) = known(&app, USER, PASSWORD).await;
    let desk = app.other_desk();
    app.pass(200 * 86_400);
    desk.tidy().await.unwrap();
    assert_eq!(devices(&app).await, 2);
    // Whoever signs in in it again goes on being known.
    sign_in(&app, USER, PASSWORD, &here).await.unwrap();
    app.pass(200 * 86_400);
    desk.tidy().await.unwrap();
    assert_eq!(devices(&app).await, 1);
    app.pass(165 * 86_400);
    desk.tidy().await.unwrap();
    assert_eq!(devices(&app).await, 0);
}

async fn an_address_keeps_no_known_browser_from_its_passkey(app: TestApp) {
    let (user, here) = known(&app, USER, PASSWORD).await;
    let (mut key, _) = added(&user).await;
    let from = async |cookies: String, answer: String| {
        let ask = app.visitor().post("sign_in_by_passkey").form(&[("answer", answer)]).header("cookie", cookies);
        ask.header("x-forwarded-for", "192.0.2.7").send().await
    };
    for place in 0..100 {
        let wrong = app.visitor().ask_sign_in(&format!("x{place}@y.example"), "wrong");
        wrong.header("x-forwarded-for", "192.0.2.7").call::<()>().await.unwrap_err();
    }
    let (asked, cookie) = alone(&app).await;
    let blocked = from(cookie, key.get(&asked)).await;
    assert_eq!(blocked.refusal(), DeskError::SignInBlocked { minutes: 10 }, "a browser that is not known");
    let (asked, cookie) = alone(&app).await;
    from(format!("{cookie}; {here}"), key.get(&asked)).await.result::<()>().unwrap();
    // Twin: known to somebody else.
    let (_, others) = known(&app, "hr@romashka.example", PASSWORD).await;
    let (asked, cookie) = alone(&app).await;
    let blocked = from(format!("{cookie}; {others}"), key.get(&asked)).await;
    assert_eq!(blocked.refusal(), DeskError::SignInBlocked { minutes: 10 });
}

/// Three hundred tries, more than any one may, of whoever comes from here in this browser.
async fn begun(app: &TestApp, address: &str, device: Option<&DeviceToken>, times: usize) -> Option<DeskError> {
    let desk = app.other_desk().with_passkeys(server::http::relying_party("https://licences.example"));
    let origin = Origin::new(address.to_owned(), "");
    let mut last = None;
    for _ in 0..times {
        last = desk.begin_passkey_sign_in(Visit { origin: &origin, former: None, device }).await.err();
    }
    last
}

async fn beginning_is_counted_for_whoever_begins(app: TestApp) {
    let (_, here) = known(&app, USER, PASSWORD).await;
    let here = token_of(&here);
    assert_eq!(begun(&app, "", None, 310).await, None, "an address that is not known is everybody's");
    let blocked = Some(DeskError::TooManyTries { minutes: 10 });
    assert_eq!(begun(&app, "192.0.2.7", None, 301).await, blocked);
    assert_eq!(begun(&app, "192.0.2.7", Some(&here), 1).await, None, "a neighbour keeps no known browser out");
    assert_eq!(begun(&app, "192.0.2.8", None, 1).await, None);
    // Twins: a browser that says it is known; and one that is, and asks too much.
    let invented = DeviceToken::parse(&"0".repeat(64)).unwrap();
    assert_eq!(begun(&app, "192.0.2.7", Some(&invented), 1).await, blocked);
    assert_eq!(begun(&app, "", Some(&here), 301).await, blocked);
}

async fn a_provider_is_asked_by_whoever_begins(app: TestApp) {
    let (_, here) = known(&app, USER, PASSWORD).await;
    let here = token_of(&here);
    let provider = server::identity::OpenIdProvider::new(crate::support::oidc_settings("http://127.0.0.1:1"));
    let desk = app.other_desk().entered_by(Some(std::sync::Arc::new(provider)));
    let begin = async |address: &str, device: Option<&DeviceToken>, times: usize| {
        let origin = Origin::new(address.to_owned(), "");
        let mut last = None;
        for _ in 0..times {
            last = desk.begin_oidc("", Visit { origin: &origin, former: None, device }).await.err();
        }
        last.unwrap()
    };
    // It is away: whoever is not blocked comes as far as that.
    assert_eq!(begin("", None, 310).await, DeskError::ProviderAway);
    assert_eq!(begin("192.0.2.7", None, 301).await, DeskError::TooManyTries { minutes: 10 });
    assert_eq!(begin("192.0.2.7", Some(&here), 1).await, DeskError::ProviderAway);
}

async fn strangers_do_not_starve_a_recovery(app: TestApp) {
    let (_, here) = known(&app, USER, PASSWORD).await;
    for _ in 0..6 {
        ask(&app, USER, "").await;
    }
    let first = letters(&app, AccessLetter::Recovery, 4).await;
    no_more_letters(&app, 4).await;
    // A browser that is known asks for itself, as often.
    for _ in 0..6 {
        ask(&app, USER, &here).await;
    }
    letters(&app, AccessLetter::Recovery, 8).await;
    no_more_letters(&app, 8).await;
    // Before the last link works no more, strangers' too are sent another.
    app.pass(25 * 60 + 1);
    let page = app.visitor().get(&format!("/recovery/{}", first[3])).await;
    assert_eq!(page.status, 200, "the first of them still works");
    ask(&app, USER, "").await;
    let ninth = letters(&app, AccessLetter::Recovery, 9).await.remove(0);
    // With the first that is used, all are over.
    recover(&app, &first[3], NEW, "").await.unwrap();
    let over = DeskError::LinkRefused { fault: LinkFault::Over };
    for other in [&first[0], &ninth] {
        assert_eq!(recover(&app, other, "another phrase of mine", "").await, Err(over.clone()));
    }
    let page = app.visitor().get(&format!("/recovery/{ninth}")).await;
    assert!(page.text().contains("по другой ссылке") && page.text().contains("href=\"/recovery\""), "{}", page.text());
}

/// Pressed by many at once, it has one effect.
async fn an_open_link_is_used_once(app: TestApp) {
    ask(&app, USER, "").await;
    let token = letters(&app, AccessLetter::Recovery, 1).await.remove(0);
    let phrases: Vec<String> = (0..6).map(|place| format!("{NEW} {place}")).collect();
    let recovering = phrases.clone().into_iter().map(|password| {
        let (app, token) = (app.clone(), token.clone());
        async move { recover(&app, &token, &password, "").await }
    });
    let done = crate::crowd::at_once(recovering).await;
    let won: Vec<usize> = (0..6).filter(|place| done[*place].is_ok()).collect();
    assert_eq!(won.len(), 1, "{done:?}");
    let used = Err(DeskError::LinkRefused { fault: LinkFault::Used });
    assert!(done.iter().all(|done| done.is_ok() || *done == used), "{done:?}");
    assert_eq!(app.told(ROMASHKA, "password.changed").await.len(), 1);
    assert_eq!(letters(&app, AccessLetter::PasswordChanged, 1).await.len(), 1);
    sign_in(&app, USER, &phrases[won[0]], "").await.unwrap();
    // An invitation likewise: one password, one session.
    let form =
        [("name", "Вера Новая"), ("email", "vera@romashka.example"), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let admin = app.romashka().await;
    admin.post("invite_account").form(&form.map(|(n, v)| (n, v.to_owned()))).call::<domain::AccountId>().await.unwrap();
    let (link, sms) = (
        letters(&app, AccessLetter::Invitation, 1).await.remove(0),
        letters(&app, AccessLetter::InvitationCode, 1).await.remove(0),
    );
    let joining = phrases.clone().into_iter().map(|password| {
        let fields =
            [("token", link.clone()), ("code", sms.clone()), ("password", password.clone()), ("again", password)];
        let visitor = app.visitor();
        async move { visitor.post("join").form(&fields).call::<()>().await }
    });
    let done = crate::crowd::at_once(joining).await;
    let won: Vec<usize> = (0..6).filter(|place| done[*place].is_ok()).collect();
    assert_eq!(won.len(), 1, "{done:?}");
    assert_eq!(app.told(ROMASHKA, "account.joined").await.len(), 1);
    let sessions = "SELECT count(*) FROM sessions WHERE account_id = \
                    (SELECT id FROM accounts WHERE email = 'vera@romashka.example')";
    assert_eq!(app.number(sessions).await, 1);
    sign_in(&app, "vera@romashka.example", &phrases[won[0]], "").await.unwrap();
}

async fn whoever_is_invited_recovers_nothing(app: TestApp) {
    let form =
        [("name", "Вера Новая"), ("email", "vera@romashka.example"), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let admin = app.romashka().await;
    admin.post("invite_account").form(&form.map(|(n, v)| (n, v.to_owned()))).call::<domain::AccountId>().await.unwrap();
    ask(&app, "vera@romashka.example", "").await;
    assert_eq!(letters(&app, AccessLetter::InvitedAlready, 1).await.len(), 1);
    assert!(letters(&app, AccessLetter::Recovery, 0).await.is_empty());
    // Its link, when its week is over, leads to whoever invites and not to a recovery.
    let token = letters(&app, AccessLetter::Invitation, 1).await.remove(0);
    app.pass(7 * 86_400);
    let page = app.visitor().get(&format!("/join/{token}")).await;
    assert!(page.text().contains("Попросите администратора прислать его ещё раз"), "{}", page.text());
    assert!(!page.text().contains("href=\"/recovery\""), "{}", page.text());
    // Twin: whoever has an account recovers it.
    let page = app.visitor().get(&format!("/recovery/{token}")).await;
    assert!(page.text().contains("href=\"/recovery\""), "{}", page.text());
}

async fn a_network_is_an_address(app: TestApp) {
    let from = async |address: &str, email: &str| {
        let ask = app.visitor().post("ask_recovery").form(&[("email", email.to_owned())]);
        ask.header("x-forwarded-for", address).call::<()>().await
    };
    for place in 0..30 {
        from(&format!("2001:db8:7:8::{place:x}"), &format!("x{place}@y.example")).await.unwrap();
    }
    let refused = from("2001:db8:7:8:ffff::1", "z@y.example").await;
    assert!(matches!(refused, Err(DeskError::TooManyTries { .. })), "{refused:?}");
    // A neighbour keeps no known browser from a new password, and nobody else's browser is one.
    let (_, here) = known(&app, USER, PASSWORD).await;
    let neighbour = async |email: &str| {
        let ask = app.visitor().post("ask_recovery").form(&[("email", email.to_owned())]).header("cookie", &here);
        ask.header("x-forwarded-for", "2001:db8:7:8::2").call::<()>().await
    };
    neighbour(USER).await.unwrap();
    letters(&app, AccessLetter::Recovery, 1).await;
    assert!(neighbour("hr@romashka.example").await.is_err());
    from("2001:db8:7:9::1", "z@y.example").await.unwrap();
    // The log has the whole of it.
    from("2001:db8:7:9::17", USER).await.unwrap();
    letters(&app, AccessLetter::Recovery, 2).await;
    let log = app.store.audit(ROMASHKA, 0, 10_000).await.unwrap();
    let entry = log.iter().rfind(|entry| entry.action == "password.reset_sent").unwrap();
    assert_eq!(entry.address.as_deref(), Some("2001:db8:7:9::17"));
}

async fn what_is_no_email_blocks_nobody(app: TestApp) {
    for place in 0..8 {
        let typed = app.visitor().ask_sign_in("flbvby", "wrong").header("x-forwarded-for", format!("192.0.2.{place}"));
        assert_eq!(typed.call::<()>().await, Err(DeskError::WrongCredentials));
    }
    // By their address such tries are counted as all others.
    for place in 0..100 {
        let typed = app.visitor().ask_sign_in(&format!("x{place}"), "wrong").header("x-forwarded-for", "192.0.2.99");
        assert_eq!(typed.call::<()>().await, Err(DeskError::WrongCredentials));
    }
    let typed = app.visitor().ask_sign_in("flbvby", "wrong").header("x-forwarded-for", "192.0.2.99");
    assert_eq!(typed.call::<()>().await, Err(DeskError::SignInBlocked { minutes: 10 }));
}

/// Commits in SQLite's log, which has one writer for all: whoever waits for it learns what is written.
/// <https://www.sqlite.org/fileformat2.html#walformat>
fn commits(app: &TestApp) -> usize {
    let file = app.url().trim_start_matches("sqlite://").to_owned() + "-wal";
    let log = std::fs::read(file).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let (page, salts) = (number(8) as usize, &log[16..24]);
    let frames = (32..log.len().saturating_sub(page + 23)).step_by(24 + page);
    frames.filter(|at| &log[at + 8..at + 16] == salts && number(at + 4) > 0).count()
}

async fn a_refusal_costs_one_write_whoever_is_meant(app: TestApp) {
    if app.backend() == Backend::Postgres {
        // Each connection writes there by itself.
        return;
    }
    let costs = async |asked: crate::support::Ask| {
        let before = commits(&app);
        let _ = asked.send().await;
        // What is written by itself.
        let mut after = commits(&app);
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            let now = commits(&app);
            if now == after {
                return after - before;
            }
            after = now;
        }
    };
    let sign_in = async |email: &str| costs(app.visitor().ask_sign_in(email, "wrong")).await;
    let recovery =
        async |email: &str| costs(app.visitor().post("ask_recovery").form(&[("email", email.to_owned())])).await;
    // The log is there with the first write.
    app.visitor().ask_sign_in("nobody@romashka.example", "wrong").call::<()>().await.unwrap_err();
    sign_in("a@romashka.example").await;
    let usual = (sign_in(USER).await, recovery(USER).await);
    assert!(usual.0 > 1 && usual.1 > 1, "{usual:?}");
    assert_eq!((sign_in("b@romashka.example").await, recovery("b@romashka.example").await), usual);
    // When strangers have filled what there is room for, too.
    let desk = app.other_desk();
    for host in 0..310 {
        desk.note_outside(service::Outside::SignIn, &format!("2001:db8::{host}"), serde_json::json!({})).await;
    }
    assert_eq!(app.installation_log().await.len(), 300);
    assert_eq!((sign_in(USER).await, sign_in("c@romashka.example").await), (usual.0, usual.0));
    // Also of whoever registers: known, invited, or nobody yet.
    let registering = async |email: &str| {
        let (question, answer) = crate::registration::question(&app.visitor()).await;
        costs(app.visitor().post("sign_up").form(&crate::registration::form(email, &question, &answer))).await
    };
    let usual = registering(USER).await;
    assert!(usual > 1);
    assert_eq!(registering("new@lipa.example").await, usual);
    let form =
        [("name", "Вера Новая"), ("email", "vera@romashka.example"), ("phone", "8 (916) 123-45-67"), ("level", "user")];
    let admin = app.romashka().await;
    admin.post("invite_account").form(&form.map(|(n, v)| (n, v.to_owned()))).call::<domain::AccountId>().await.unwrap();
    assert_eq!(registering("vera@romashka.example").await, usual);
    assert_eq!(recovery("vera@romashka.example").await, recovery("d@romashka.example").await);
}

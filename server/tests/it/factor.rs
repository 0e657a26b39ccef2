//! The second factor: connecting an app, signing in with it, losing it.

use domain::{AccessLetter, DeskError, FieldError, FieldProblem, Letter, Role};
use service::ports::Store;
use totp_rs::{Builder, Secret};

use crate::organizations::{Ids, send, table};
use crate::support::{Answer, ROMASHKA, TestApp, User, on_both};

on_both!(
    an_app_is_connected_by_its_first_code,
    after_the_password_comes_a_code,
    a_code_works_once_and_a_step_early_or_late,
    half_way_in_is_not_in,
    a_recovery_code_works_once,
    wrong_codes_block_for_ten_minutes,
    it_is_switched_off_with_the_password_again,
    new_recovery_codes_replace_the_old,
    a_short_password_will_do_with_a_second_factor,
    a_short_password_does_not_stay_alone,
    a_new_password_leaves_it_on,
    where_it_is_required_nothing_else_can_be_done,
    whoever_has_lost_the_phone_is_helped,
    forms_alone_connect_it_too,
);

pub const PASSWORD: &str = server::demo::PASSWORD;
pub const USER: &str = "user@romashka.example";

pub fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

fn wrong_code() -> DeskError {
    wrong("code", FieldProblem::WrongAppCode)
}

/// What the app of an account shows, `steps` of thirty seconds from now.
pub async fn code(app: &TestApp, email: &str, steps: i64) -> String {
    let secret = app
        .rows(&format!(
            "SELECT secret FROM factors WHERE account_id = (SELECT id FROM accounts WHERE state = 'active' AND email = '{email}')"
        ))
        .await
        .remove(0);
    let bytes: Vec<u8> =
        (0..secret.len()).step_by(2).map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap()).collect();
    let totp = Builder::new().with_secret(Secret::from(bytes)).with_account_name("x").build().unwrap();
    totp.generate(u64::try_from(app.now().0 / 1_000_000 + steps * 30).unwrap()).to_string()
}

/// Not the one of now, nor of a step beside it.
async fn other_code(app: &TestApp, email: &str) -> String {
    let taken = [code(app, email, -1).await, code(app, email, 0).await, code(app, email, 1).await];
    ["000000", "111111", "222222", "333333"].into_iter().find(|code| !taken.iter().any(|t| t == code)).unwrap().into()
}

/// Connects an app; the recovery codes.
pub async fn connect(app: &TestApp, user: &User, email: &str) -> Vec<String> {
    user.post("begin_factor").form(&[]).call::<()>().await.unwrap();
    let first = code(app, email, 0).await;
    let codes = user.post("confirm_factor").form(&[("code", first)]).call().await.unwrap();
    // The code of this step has been taken.
    app.pass(30);
    codes
}

/// The cookie of whoever has shown the password.
pub async fn half(app: &TestApp, email: &str) -> String {
    let answer = app.visitor().ask_sign_in(email, PASSWORD).send().await;
    answer.result::<()>().unwrap();
    assert_eq!(answer.cookie("licentia"), None, "not before the code");
    answer.cookie("licentia-half").unwrap().split(';').next().unwrap().to_owned()
}

pub async fn enter(app: &TestApp, half: &str, code: &str) -> Answer {
    app.visitor().post("enter_code").form(&[("code", code.to_owned())]).header("cookie", half).send().await
}

pub fn session_of(app: &TestApp, answer: &Answer) -> User {
    let line = answer.cookie("licentia").expect("a session");
    let mut user = app.visitor();
    user.session = Some(line.split_once('=').unwrap().1.split(';').next().unwrap().to_owned());
    user
}

pub async fn id_of(app: &TestApp, email: &str) -> i64 {
    app.number(&format!("SELECT id FROM accounts WHERE state = 'active' AND email = '{email}'")).await
}

async fn an_app_is_connected_by_its_first_code(app: TestApp) {
    let user = app.with_role(Role::User).await;
    assert!(user.get("/account").await.text().contains("Подключить приложение"));
    user.post("begin_factor").form(&[]).call::<()>().await.unwrap();
    let page = user.get("/account/factor").await;
    assert!(page.text().contains("<svg") && page.text().contains("factor-secret"), "{}", page.text());
    assert!(!page.text().contains(" style="), "no style of an element's own: the policy refuses it");
    // Until then the password alone signs in.
    let other = other_code(&app, USER).await;
    for wrong in [other.as_str(), "", "12345", "abcdef"] {
        let refused = user.post("confirm_factor").form(&[("code", wrong.to_owned())]).call::<Vec<String>>().await;
        assert_eq!(refused, Err(wrong_code()), "{wrong}");
    }
    assert_eq!(app.told(ROMASHKA, "factor.begun").await.len(), 1);
    let refused = app.told(ROMASHKA, "code.refused").await;
    assert_eq!(refused, vec![serde_json::json!({ "why": "wrong_code" }); 4]);
    app.sign_in(USER).await;
    let first = code(&app, USER, 0).await;
    let spaced = format!("{} {}", &first[..3], &first[3..]);
    let codes: Vec<String> = user.post("confirm_factor").form(&[("code", spaced)]).call().await.unwrap();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 14), "{codes:?}");
    let page = user.get("/account").await;
    assert!(page.text().contains("Осталось 10 кодов восстановления"), "{}", page.text());
    assert_eq!(user.get("/account/factor").await.leads_to(), "/account", "the secret is not shown again");
    // A second one is not connected over it.
    user.post("begin_factor").form(&[]).call::<()>().await.unwrap();
    let again = user.post("confirm_factor").form(&[("code", code(&app, USER, 0).await)]).call::<Vec<String>>().await;
    assert_eq!(again, Err(DeskError::SignInOver));
    assert_eq!(app.told(ROMASHKA, "factor.connected").await.len(), 1);
    // A secret that was shown long ago waits no more.
    let hr = app.with_role(Role::Administrator).await;
    hr.post("begin_factor").form(&[]).call::<()>().await.unwrap();
    app.pass(3600);
    let late = [("code", code(&app, "hr@romashka.example", 0).await)];
    assert_eq!(hr.post("confirm_factor").form(&late).call::<Vec<String>>().await, Err(DeskError::SignInOver));
}

async fn after_the_password_comes_a_code(app: TestApp) {
    connect(&app, &app.with_role(Role::User).await, USER).await;
    let asked = app.visitor().post("sign_in").form(&[
        ("email", USER.to_owned()),
        ("password", PASSWORD.to_owned()),
        ("to", "/licenses?status=all".to_owned()),
    ]);
    let asked = asked.send().await;
    assert!(asked.cookie("licentia").is_none() && asked.cookie("licentia-device").is_none());
    let line = asked.cookie("licentia-half").unwrap();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Max-Age=300"), "{line}");
    let half = line.split(';').next().unwrap();
    assert!(!app.dump().await.contains(half.split_once('=').unwrap().1), "only its hash is kept");
    let there = asked.header("location").to_owned() + asked.header("serverfnredirect");
    assert!(there.starts_with("/sign-in/code?to="), "{there}");
    let page = app.visitor().ask("GET", &there).header("cookie", half).send().await;
    assert!(page.status == 200 && page.text().contains("value=\"/licenses?status=all\""), "{}", page.text());
    let form = [("code", code(&app, USER, 0).await), ("to", "/licenses?status=all".to_owned())];
    let entered = app.visitor().post("enter_code").form(&form).plain().header("cookie", half).send().await;
    assert_eq!(entered.leads_to(), "/licenses?status=all");
    assert!(entered.cookie("licentia-half").unwrap().contains("Max-Age=0"));
    let user = session_of(&app, &entered);
    user.frame().await.unwrap();
    let told = app.told(ROMASHKA, "session.started").await;
    assert_eq!(told.last().unwrap()["by"], "password+totp");
    // The same half again is nobody's.
    let again = enter(&app, half, &code(&app, USER, 1).await).await;
    assert_eq!(again.refusal(), DeskError::SignInOver);
    enter(&app, half, &code(&app, USER, 1).await).await;
    let told = app.told(ROMASHKA, "ticket.refused").await;
    assert_eq!(told, [serde_json::json!({ "purpose": "half", "why": "used" })], "once");
    // A wrong password is answered as ever.
    let refused = app.visitor().ask_sign_in(USER, "wrong").call::<()>().await;
    assert_eq!(refused, Err(DeskError::WrongCredentials));
}

async fn a_code_works_once_and_a_step_early_or_late(app: TestApp) {
    connect(&app, &app.with_role(Role::User).await, USER).await;
    let now = code(&app, USER, 0).await;
    session_of(&app, &enter(&app, &half(&app, USER).await, &now).await);
    let late = half(&app, USER).await;
    assert_eq!(enter(&app, &late, &now).await.refusal(), wrong_code(), "it was used");
    app.pass(30);
    assert_eq!(enter(&app, &late, &now).await.refusal(), wrong_code(), "and is still used a step later");
    // The step to come is taken, and then none before it.
    session_of(&app, &enter(&app, &late, &code(&app, USER, 1).await).await);
    let after = half(&app, USER).await;
    assert_eq!(enter(&app, &after, &code(&app, USER, 0).await).await.refusal(), wrong_code());
    app.pass(90);
    // Late by one step; not by two, and not early by two.
    for steps in [-2, 2] {
        assert_eq!(enter(&app, &after, &code(&app, USER, steps).await).await.refusal(), wrong_code(), "{steps}");
    }
    session_of(&app, &enter(&app, &after, &code(&app, USER, -1).await).await);
}

async fn half_way_in_is_not_in(app: TestApp) {
    connect(&app, &app.with_role(Role::User).await, USER).await;
    let half_cookie = half(&app, USER).await;
    let token = half_cookie.split_once('=').unwrap().1.to_owned();
    let mut user = app.visitor();
    user.session = Some(token.clone());
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn), "its token is no session");
    let page = app.visitor().ask("GET", "/users").header("cookie", &half_cookie).send().await;
    assert!(page.leads_to().starts_with("/sign-in"));
    for nobody in ["licentia-half=", "licentia-half=abc", &format!("licentia-half={}", "0".repeat(64))] {
        assert_eq!(enter(&app, nobody, &code(&app, USER, 0).await).await.refusal(), DeskError::SignInOver);
    }
    assert_eq!(app.installation_log().await, ["code.unknown"; 3], "what nobody was given");
    // A link of a letter is none either.
    assert_eq!(app.visitor().get(&format!("/recovery/{token}")).await.status, 404);
    assert_eq!(app.visitor().get("/sign-in/code").await.leads_to(), "/sign-in?over");
    assert_eq!(app.installation_log().await, ["code.unknown", "code.unknown", "code.unknown", "invitation.unknown"]);
    assert!(app.told(ROMASHKA, "ticket.refused").await.is_empty());
    // Five minutes.
    app.pass(299);
    assert_eq!(enter(&app, &half_cookie, "").await.refusal(), wrong("code", FieldProblem::Required));
    app.pass(1);
    assert_eq!(enter(&app, &half_cookie, &code(&app, USER, 0).await).await.refusal(), DeskError::SignInOver);
    let page = app.visitor().ask("GET", "/sign-in/code?to=%2Forders").header("cookie", &half_cookie).send().await;
    assert_eq!(page.leads_to(), "/sign-in?over&to=%2Forders");
    let told = app.told(ROMASHKA, "ticket.refused").await;
    assert_eq!(told, [serde_json::json!({ "purpose": "half", "why": "expired" })], "once");
    assert!(app.visitor().get("/sign-in?over").await.text().contains("Время на ввод кода вышло"));
    // Whoever is put out meanwhile does not come in.
    let half_cookie = half(&app, USER).await;
    let put_out = [("account", id_of(&app, USER).await.to_string())];
    let admin = app.romashka().await;
    admin.post("send_deletion_code").form(&put_out).call::<()>().await.unwrap();
    let sent = letter(&app, AccessLetter::DeletionCode).await.unwrap().1;
    let remove = [put_out[0].clone(), ("code", sent)];
    let code = code(&app, USER, 0).await;
    admin.post("remove_account").form(&remove).call::<()>().await.unwrap();
    assert_eq!(enter(&app, &half_cookie, &code).await.refusal(), DeskError::SignInOver);
}

/// The last letter of a kind: to whom, and its secret.
pub async fn letter(app: &TestApp, kind: AccessLetter) -> Option<(String, String)> {
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    letters.into_iter().find_map(|row| match row.letter {
        Letter::Access { what, secret, .. } if what == kind => Some((row.to, secret)),
        _ => None,
    })
}

async fn a_recovery_code_works_once(app: TestApp) {
    let codes = connect(&app, &app.with_role(Role::User).await, USER).await;
    let dump = app.dump().await;
    assert!(codes.iter().all(|code| !dump.contains(code) && !dump.contains(&code.replace('-', ""))), "only hashes");
    let user = session_of(&app, &enter(&app, &half(&app, USER).await, &codes[0]).await);
    assert!(user.get("/account").await.text().contains("Осталось 9 кодов"));
    assert_eq!(app.told(ROMASHKA, "session.started").await.last().unwrap()["by"], "password+recovery_code");
    assert_eq!(app.told(ROMASHKA, "recovery_code.used").await[0]["left"], 9);
    let next = half(&app, USER).await;
    assert_eq!(enter(&app, &next, &codes[0]).await.refusal(), wrong_code(), "once");
    // However it is typed.
    let typed = format!(" {} ", codes[1].to_uppercase().replace('-', " ").replace('0', "O").replace('1', "l"));
    session_of(&app, &enter(&app, &next, &typed).await);
    // Somebody else's is nobody's.
    let other = connect(&app, &app.with_role(Role::Accountant).await, "buh@romashka.example").await;
    assert_eq!(enter(&app, &half(&app, USER).await, &other[0]).await.refusal(), wrong_code());
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes WHERE used_at IS NOT NULL").await, 2);
}

async fn wrong_codes_block_for_ten_minutes(app: TestApp) {
    let codes = connect(&app, &app.with_role(Role::User).await, USER).await;
    let wrong = other_code(&app, USER).await;
    let stranger = half(&app, USER).await;
    for _ in 0..4 {
        assert_eq!(enter(&app, &stranger, &wrong).await.refusal(), wrong_code());
    }
    assert_eq!(enter(&app, &stranger, &wrong).await.refusal(), DeskError::TooManyTries { minutes: 10 });
    // The right one neither, with another password shown neither, and a recovery code neither.
    let again = half(&app, USER).await;
    for right in [code(&app, USER, 0).await, codes[0].clone()] {
        assert_eq!(enter(&app, &again, &right).await.refusal(), DeskError::TooManyTries { minutes: 10 });
    }
    assert_eq!(app.told(ROMASHKA, "code.refused").await.len(), 4);
    assert_eq!(app.told(ROMASHKA, "sign_in.blocked").await.len(), 1);
    app.pass(600);
    let after = half(&app, USER).await;
    assert_eq!(enter(&app, &after, &wrong).await.refusal(), wrong_code(), "counted anew");
    session_of(&app, &enter(&app, &after, &codes[0]).await);
    // Many at once are not more than one after another.
    let crowd = half(&app, USER).await;
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let (app, crowd, wrong) = (app.clone(), crowd.clone(), wrong.clone());
            tokio::spawn(async move { enter(&app, &crowd, &wrong).await.refusal() })
        })
        .collect();
    let mut refused = 0;
    for attempt in tries {
        refused += usize::from(attempt.await.unwrap() == wrong_code());
    }
    assert_eq!(refused, 4);
}

async fn it_is_switched_off_with_the_password_again(app: TestApp) {
    let mut user = app.with_role(Role::User).await;
    connect(&app, &user, USER).await;
    app.pass(15 * 60);
    for endpoint in ["remove_factor", "new_codes", "begin_factor"] {
        let refused = user.post(endpoint).form(&[]).send().await;
        assert_eq!(refused.refusal(), DeskError::ProofRequired, "{endpoint}");
        let refused = user.post(endpoint).form(&[("proof", "wrong".to_owned())]).send().await;
        assert_eq!(refused.refusal(), wrong("proof", FieldProblem::WrongPassword), "{endpoint}");
    }
    assert!(user.get("/account/factor/off").await.text().contains("name=\"proof\""));
    let answer = user.post("remove_factor").form(&[("proof", PASSWORD.to_owned())]).send().await;
    answer.result::<()>().unwrap();
    user.renewed_by(&answer);
    app.sign_in(USER).await;
    assert_eq!(letter(&app, AccessLetter::FactorRemoved).await.unwrap().0, USER);
    assert_eq!(app.told(ROMASHKA, "factor.removed").await.len(), 1);
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes").await, 0);
    // Twice is once.
    user.post("remove_factor").form(&[]).call::<()>().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "factor.removed").await.len(), 1);
}

async fn new_recovery_codes_replace_the_old(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let old = connect(&app, &user, USER).await;
    let new: Vec<String> = user.post("new_codes").form(&[]).call().await.unwrap();
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    let here = half(&app, USER).await;
    assert_eq!(enter(&app, &here, &old[0]).await.refusal(), wrong_code());
    session_of(&app, &enter(&app, &here, &new[9]).await);
    assert_eq!(app.told(ROMASHKA, "factor.codes").await.len(), 1);
}

pub async fn change(user: &User, former: &str, password: &str) -> Result<(), DeskError> {
    let form = [("former", former), ("password", password), ("again", password)].map(|(n, v)| (n, v.to_owned()));
    user.post("change_password").form(&form).call().await
}

async fn a_short_password_will_do_with_a_second_factor(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let too_short = |least| wrong("password", FieldProblem::TooShort { least });
    assert_eq!(change(&user, PASSWORD, "korova n").await, Err(too_short(15)), "not without one");
    connect(&app, &user, USER).await;
    assert_eq!(change(&user, PASSWORD, "korova ").await, Err(too_short(8)));
    change(&user, PASSWORD, "korova n").await.unwrap();
    assert!(user.get("/account").await.text().contains("не короче 8 символов"));
}

/// It is not left alone when the second factor goes.
async fn a_short_password_does_not_stay_alone(app: TestApp) {
    let (admin, user) = (app.romashka().await, app.with_role(Role::User).await);
    connect(&app, &user, USER).await;
    change(&user, PASSWORD, "korova n").await.unwrap();
    assert_eq!(user.post("remove_factor").form(&[]).call::<()>().await, Err(DeskError::ShortPassword));
    assert!(user.get("/account").await.text().contains("Отключить"), "it is there");
    let page = user.follow_form("/account/factor/off", "remove_factor", &[]).await;
    assert!(page.contains("Сначала смените пароль"), "{page}");
    // Reset by somebody, only the link lets in.
    let account = [("account", id_of(&app, USER).await.to_string())];
    admin.post("reset_factor").form(&account).call::<()>().await.unwrap();
    let refused = app.visitor().sign_in(USER, "korova n").await.map(drop);
    assert_eq!(refused, Err(DeskError::WrongCredentials));
    let (to, token) = letter(&app, AccessLetter::Recovery).await.unwrap();
    assert_eq!(to, USER);
    let recover =
        |password: &str| [("token", token.clone()), ("password", password.to_owned()), ("again", password.to_owned())];
    let again = app.visitor().post("recover").form(&recover("korova n")).call::<()>().await;
    assert_eq!(again, Err(wrong("password", FieldProblem::TooShort { least: 15 })));
    app.visitor().post("recover").form(&recover("korova na lugu zelenom")).call::<()>().await.unwrap();
    let mut user = app.visitor();
    user.sign_in(USER, "korova na lugu zelenom").await.unwrap();
    // Twin: a long one may stay alone.
    connect(&app, &user, USER).await;
    user.post("remove_factor").form(&[]).call::<()>().await.unwrap();
}

async fn a_new_password_leaves_it_on(app: TestApp) {
    connect(&app, &app.with_role(Role::User).await, USER).await;
    let began = half(&app, USER).await;
    let admin = app.romashka().await;
    let account = [("account", id_of(&app, USER).await.to_string())];
    admin.post("send_recovery").form(&account).call::<()>().await.unwrap();
    let token = letter(&app, AccessLetter::Recovery).await.unwrap().1;
    let form = [("token", token), ("password", "korova n".to_owned()), ("again", "korova n".to_owned())];
    app.visitor().post("recover").form(&form).call::<()>().await.unwrap();
    let over = enter(&app, &began, &code(&app, USER, 0).await).await;
    assert_eq!(over.refusal(), DeskError::SignInOver, "whoever was half way in shows the new password");
    let answer = app.visitor().ask_sign_in(USER, "korova n").send().await;
    assert!(answer.cookie("licentia").is_none() && answer.cookie("licentia-half").is_some());
}

/// A path with something in its places.
fn filled(path: &str) -> String {
    path.replace("{id}", "1").replace("{token}", &"0".repeat(64)).replace("{address}", "nobody")
}

async fn where_it_is_required_nothing_else_can_be_done(app: TestApp) {
    let (admin, user) = (app.romashka().await, app.with_role(Role::Administrator).await);
    let ids = Ids::of(&app, &admin).await;
    // Before, everything is open.
    assert_eq!(user.get("/users").await.status, 200);
    let require = [("required", "true".to_owned())];
    let clerk = app.with_role(Role::User).await;
    assert!(matches!(clerk.post("require_factor").form(&require).call::<()>().await, Err(DeskError::Forbidden { .. })));
    admin.post("require_factor").form(&require).call::<()>().await.unwrap();
    assert_eq!(
        app.told(ROMASHKA, "factor.required").await,
        [serde_json::json!({ "required_before": false, "required": true })]
    );
    // In the sessions that are open, at once.
    for path in server::http::paths() {
        let open =
            ["/sign-in", "/recovery", "/join/", "/invitation/", "/oidc/", "/register", "/terms", "/at/", "/news"];
        let open = open.iter().any(|open| path.starts_with(open));
        let answer = user.get(&filled(path)).await;
        match path {
            "/account/factor" | "/account/passkeys/new" => assert_eq!(answer.status, 200),
            _ if open => assert!(!answer.text().contains("ООО «Ромашка»"), "{path}"),
            _ => assert_eq!(answer.leads_to(), "/account/factor", "{path}"),
        }
    }
    let before = app.dump().await;
    for row in table(&ids) {
        let own = matches!(
            row.endpoint,
            "begin_factor"
                | "confirm_factor"
                | "begin_passkey"
                | "add_passkey"
                | "enter_code"
                | "begin_passkey_step"
                | "enter_passkey"
                | "sign_in"
                | "sign_out"
        );
        let public = matches!(
            row.endpoint,
            "set_language"
                | "set_theme"
                | "confirm_data"
                | "ask_recovery"
                | "recover"
                | "join"
                | "begin_oidc"
                | "begin_passkey_sign_in"
                | "sign_in_by_passkey"
                | "sign_up"
                | "confirm_sign_up"
                | "subscribe"
                | "confirm_news"
        );
        if own || public {
            continue;
        }
        let answer = send(&user, &row).await;
        assert_eq!((answer.status, answer.refusal()), (403, DeskError::FactorRequired), "{}", row.endpoint);
    }
    before.assert_same(&app.dump().await, "what is refused changes nothing");
    // The other organisation is free.
    assert_eq!(app.sever().await.get("/users").await.status, 200);
    // Whoever signs in is led there.
    let mut fresh = app.visitor();
    let answer = fresh.sign_in("hr@romashka.example", PASSWORD).await.unwrap();
    assert_eq!(answer.header("location").to_owned() + answer.header("serverfnredirect"), "/account/factor");
    assert!(fresh.get("/account/factor").await.text().contains("обязателен второй фактор"));
    connect(&app, &fresh, "hr@romashka.example").await;
    assert_eq!(fresh.get("/users").await.status, 200);
    assert_eq!(user.get("/users").await.status, 200, "the other session goes on");
    assert_eq!(fresh.post("remove_factor").form(&[]).call::<()>().await, Err(DeskError::FactorRequired));
    // Reset by somebody, it has to be connected again.
    connect(&app, &admin, "admin@romashka.example").await;
    let whose = [("account", id_of(&app, "hr@romashka.example").await.to_string())];
    admin.post("reset_factor").form(&whose).call::<()>().await.unwrap();
    assert_eq!(fresh.get("/users").await.leads_to(), "/account/factor");
    admin.post("require_factor").form(&[("required", "false".to_owned())]).call::<()>().await.unwrap();
    assert_eq!(fresh.get("/users").await.status, 200);
}

async fn whoever_has_lost_the_phone_is_helped(app: TestApp) {
    let mut admin = app.romashka().await;
    connect(&app, &app.with_role(Role::User).await, USER).await;
    let began = half(&app, USER).await;
    let account = [("account", id_of(&app, USER).await.to_string())];
    let page = admin.get(&format!("/admin/{}", account[0].1)).await;
    assert!(page.text().contains("Сбросить второй фактор"));
    // Not by whoever may less, nor by whoever may not manage accounts, nor from elsewhere.
    connect(&app, &admin, "admin@romashka.example").await;
    let owner = [("account", id_of(&app, "admin@romashka.example").await.to_string())];
    let hr = app.with_role(Role::Administrator).await;
    assert_eq!(hr.post("reset_factor").form(&owner).call::<()>().await, Err(DeskError::OwnersOwn));
    let buh = app.with_role(Role::Accountant).await;
    let refused = buh.post("reset_factor").form(&account).call::<()>().await;
    assert!(matches!(refused, Err(DeskError::Forbidden { .. })));
    let refused = app.sever().await.post("reset_factor").form(&account).call::<()>().await;
    assert_eq!(refused, Err(DeskError::UnknownAccount));
    app.pass(16 * 60);
    assert_eq!(admin.post("reset_factor").form(&account).call::<()>().await, Err(DeskError::ProofRequired));
    let proved = [account[0].clone(), ("proof", PASSWORD.to_owned())];
    let answer = admin.post("reset_factor").form(&proved).send().await;
    answer.result::<()>().unwrap();
    admin.renewed_by(&answer);
    assert_eq!(letter(&app, AccessLetter::FactorRemoved).await.unwrap().0, USER);
    let log = app.audit(ROMASHKA).await;
    assert!(log.contains(&format!("factor.reset account:{}", account[0].1)), "{log:?}");
    app.sign_in(USER).await;
    assert_eq!(enter(&app, &began, "000000").await.refusal(), DeskError::SignInOver);
    assert_eq!(admin.post("reset_factor").form(&account).call::<()>().await, Err(DeskError::UnknownAccount));
}

/// A browser without scripts.
async fn forms_alone_connect_it_too(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let page = user.follow_form("/account/factor", "begin_factor", &[]).await;
    assert!(page.contains("<svg"), "{page}");
    let wrong = [("code", other_code(&app, USER).await)];
    let page = user.follow_form("/account/factor", "confirm_factor", &wrong).await;
    assert!(page.contains("Код не подходит") && page.contains("<svg"), "{page}");
    let right = [("code", code(&app, USER, 0).await)];
    let page = user.follow_form("/account/factor", "confirm_factor", &right).await;
    assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
    // Once.
    let page = user.get("/account/factor/codes").await;
    assert!(page.text().contains("Коды показываются один раз"));
    assert!(page.cookie("recovery-codes").unwrap().contains("Max-Age=0"));
    let page = user.follow_form("/account/factor/new-codes", "new_codes", &[]).await;
    assert_eq!(page.matches("<li><code>").count(), 10);
    let page = user.follow_form("/account/factor/off", "remove_factor", &[]).await;
    assert!(page.contains("Второй фактор отключён"), "{page}");
}

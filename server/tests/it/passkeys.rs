//! Passkeys: adding one, signing in with it after the password and alone, losing it; and every lie about it.

use domain::{AccessLetter, DeskError, FieldError, FieldProblem, Role};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::factor::{PASSWORD, USER, change, code, connect, enter, half, id_of, letter, session_of, wrong};
use crate::support::{Answer, Authenticator, Dump, ROMASHKA, TestApp, User, bytes, on_both};

on_both!(
    a_passkey_is_added,
    what_is_not_a_new_passkey_is_refused,
    it_is_added_with_the_password_again,
    there_are_ten_at_most,
    after_the_password_comes_a_passkey,
    lies_after_the_password_are_refused,
    wrong_answers_block_like_wrong_codes,
    a_passkey_alone_signs_in,
    lies_without_a_password_are_refused,
    blocks_hold_without_a_password_too,
    recovery_codes_go_with_the_last_factor,
    recovery_codes_of_before_outlive_the_app,
    a_passkey_is_what_the_organisation_requires,
    whoever_has_lost_the_passkey_is_helped,
    a_passkey_allows_a_short_password,
    whoever_is_removed_has_no_passkey,
);

/// What the browser is to ask for.
async fn begin(user: &User) -> String {
    user.post("begin_passkey").form(&[("name", "Ноутбук".to_owned())]).call().await.unwrap()
}

async fn add(user: &User, answer: &str) -> Result<Vec<String>, DeskError> {
    user.post("add_passkey").form(&[("answer", answer.to_owned())]).call().await
}

/// Adds a passkey; it, and the recovery codes.
pub async fn added(user: &User) -> (Authenticator, Vec<String>) {
    let mut key = Authenticator::new();
    let answer = key.create(&begin(user).await);
    let codes = add(user, &answer).await.unwrap();
    (key, codes)
}

async fn of_user(app: &TestApp) -> (User, Authenticator, Vec<String>) {
    let user = app.with_role(Role::User).await;
    let (key, codes) = added(&user).await;
    (user, key, codes)
}

/// What is asked for after the password; `half` is the cookie of whoever has shown it.
async fn step(app: &TestApp, half: &str) -> String {
    app.visitor().post("begin_passkey_step").form(&[]).header("cookie", half).call().await.unwrap()
}

async fn show(app: &TestApp, half: &str, answer: &str) -> Answer {
    let form = [("answer", answer.to_owned())];
    app.visitor().post("enter_passkey").form(&form).header("cookie", half).send().await
}

/// What is asked for without a password, and the cookie that goes with it.
pub async fn alone(app: &TestApp) -> (String, String) {
    let asked = app.visitor().post("begin_passkey_sign_in").form(&[]).send().await;
    let cookie = asked.cookie("licentia-passkey").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=300"), "{cookie}");
    (asked.result().unwrap(), cookie.split(';').next().unwrap().to_owned())
}

async fn show_alone(app: &TestApp, cookie: &str, answer: &str) -> Answer {
    let form = [("answer", answer.to_owned())];
    app.visitor().post("sign_in_by_passkey").form(&form).header("cookie", cookie).send().await
}

/// Why passkeys were refused, as the organisation's log has it.
async fn refusals(app: &TestApp) -> Vec<String> {
    let told = app.told(ROMASHKA, "passkey.refused").await;
    told.into_iter().map(|details| details["why"].as_str().unwrap().to_owned()).collect()
}

/// The database without what was asked for and what was tried.
async fn dump(app: &TestApp) -> Dump {
    app.sql("DELETE FROM attempts; DELETE FROM passkey_states").await;
    app.dump().await
}

async fn a_passkey_is_added(app: TestApp) {
    let user = app.with_role(Role::User).await;
    assert!(user.get("/account").await.text().contains("Добавить ключ"));
    let page = user.get("/account/passkeys/new").await;
    for part in
        ["data-passkey=\"create\"", "data-origin=\"https://licences.example\"", "test.passkey.js", "scripts-off"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let asked = begin(&user).await;
    let options: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(options["rp"]["id"], "licences.example");
    assert_eq!(options["attestation"], "none");
    let wanted = json!({ "residentKey": "required", "userVerification": "required" });
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&options["authenticatorSelection"][name], value);
    }
    let algorithms: Vec<i64> =
        options["pubKeyCredParams"].as_array().unwrap().iter().map(|p| p["alg"].as_i64().unwrap()).collect();
    assert_eq!(algorithms, [-8, -7, -35, -257, -258]);
    assert_eq!(bytes(&options["user"]["id"]).len(), 32, "a random name, not the account's");
    assert_eq!(bytes(&options["challenge"]).len(), 32);
    let mut key = Authenticator::new();
    let codes = add(&user, &key.create(&asked)).await.unwrap();
    assert_eq!(codes.len(), 10, "with the first second factor");
    assert_eq!(app.number("SELECT count(*) FROM passkey_states").await, 0);
    assert_eq!(letter(&app, AccessLetter::PasskeyAdded).await.unwrap().0, USER);
    assert_eq!(app.told(ROMASHKA, "passkey.added").await[0]["algorithm"], -7);
    let page = user.get("/account").await;
    assert!(page.text().contains("Ноутбук") && page.text().contains("ещё не было"), "{}", page.text());
    assert!(page.text().contains("Осталось 10 кодов"));
    // The next brings no codes, and no authenticator makes a second one.
    let asked: Value = serde_json::from_str(&begin(&user).await).unwrap();
    assert_eq!(asked["excludeCredentials"][0]["id"], key.credential());
    assert_eq!(asked["user"]["id"], options["user"]["id"], "by the same name");
    let mut second = Authenticator::new();
    assert_eq!(add(&user, &second.create(&asked.to_string())).await, Ok(Vec::new()));
    // An app brings none either.
    assert_eq!(connect(&app, &user, USER).await, Vec::<String>::new());
    assert!(user.get("/account").await.text().contains("Осталось 10 кодов"));
    // A form is led to where they are shown.
    let other = app.with_role(Role::Administrator).await;
    let answer = Authenticator::new().create(&begin(&other).await);
    let page = other.follow_form("/account/passkeys/new", "add_passkey", &[("answer", answer)]).await;
    assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
    let name = [("name", "Ключ".to_owned())];
    let asked: String = other.post("begin_passkey").form(&name).call().await.unwrap();
    let answer = [("answer", Authenticator::new().create(&asked))];
    let page = other.follow_form("/account/passkeys/new", "add_passkey", &answer).await;
    assert!(page.contains("Ключ доступа добавлен."), "{page}");
}

async fn what_is_not_a_new_passkey_is_refused(app: TestApp) {
    let (user, other) = (app.with_role(Role::User).await, app.with_role(Role::Administrator).await);
    begin(&user).await;
    let before = dump(&app).await;
    let lie = async |change: &dyn Fn(&mut Authenticator)| {
        let mut key = Authenticator::new();
        change(&mut key);
        let answer = key.create(&begin(&user).await);
        add(&user, &answer).await.unwrap_err()
    };
    let refused = DeskError::PasskeyRefused;
    assert_eq!(lie(&|key| key.origin = "https://licences.example.evil.example".into()).await, refused);
    assert_eq!(lie(&|key| key.domain = "evil.example".into()).await, refused);
    assert_eq!(lie(&|key| key.verifies = false).await, refused);
    assert_eq!(lie(&|key| key.algorithm = -37).await, refused);
    // To another question.
    let old = begin(&user).await;
    begin(&user).await;
    assert_eq!(add(&user, &Authenticator::new().create(&old)).await.unwrap_err(), refused);
    for garbled in [
        "",
        "{}",
        "null",
        "[]",
        &"x".repeat(100_000),
        r#"{"rawId":"","response":{"clientDataJSON":"","attestationObject":""}}"#,
    ] {
        begin(&user).await;
        assert_eq!(add(&user, garbled).await.unwrap_err(), refused);
    }
    let expected = ["wrong_origin", "wrong_site", "not_verified", "wrong_algorithm", "wrong_challenge"];
    assert_eq!(refusals(&app).await[..5], expected);
    assert!(refusals(&app).await[5..].iter().all(|why| why == "garbled"));
    // Without having asked, a second time, too late, and in another session.
    let answer = Authenticator::new().create(&begin(&user).await);
    assert_eq!(add(&other, &answer).await.unwrap_err(), DeskError::PasskeyOver);
    app.pass(300);
    assert_eq!(add(&user, &answer).await.unwrap_err(), DeskError::PasskeyOver);
    let again = app.sign_in(USER).await;
    let answer = Authenticator::new().create(&begin(&again).await);
    assert_eq!(add(&user, &answer).await.unwrap_err(), DeskError::PasskeyOver);
    again.post("sign_out").form(&[]).call::<()>().await.unwrap();
    let told = refusals(&app).await;
    assert!(told[told.len() - 3..].iter().all(|why| why == "not_asked"), "{told:?}");
    for name in ["accounts", "passkeys", "recovery_codes", "letters"] {
        assert_eq!(dump(&app).await.count(name), before.count(name), "{name}");
    }
    // What is good once is not twice, and not somebody else's.
    let asked = begin(&user).await;
    let mut key = Authenticator::new();
    let answer = key.create(&asked);
    add(&user, &answer).await.unwrap();
    assert_eq!(add(&user, &answer).await.unwrap_err(), DeskError::PasskeyOver);
    let before = dump(&app).await;
    let answer = key.create(&begin(&other).await);
    assert_eq!(add(&other, &answer).await.unwrap_err(), DeskError::PasskeyTaken);
    let stranger = app.sever().await;
    let answer = key.create(&begin(&stranger).await);
    assert_eq!(add(&stranger, &answer).await.unwrap_err(), DeskError::PasskeyTaken);
    let after = dump(&app).await;
    assert_eq!((after.count("passkeys"), after.count("recovery_codes")), (before.count("passkeys"), 10));
}

async fn it_is_added_with_the_password_again(app: TestApp) {
    let (mut user, _, _) = of_user(&app).await;
    let id = app.number("SELECT id FROM passkeys").await;
    app.pass(15 * 60);
    let forms = [("begin_passkey", ("name", "Ещё".to_owned())), ("remove_passkey", ("passkey", id.to_string()))];
    for (endpoint, field) in forms {
        let refused = user.post(endpoint).form(std::slice::from_ref(&field)).send().await;
        assert_eq!(refused.refusal(), DeskError::ProofRequired, "{endpoint}");
        let refused = user.post(endpoint).form(&[field, ("proof", "wrong".to_owned())]).send().await;
        assert_eq!(refused.refusal(), wrong("proof", FieldProblem::WrongPassword), "{endpoint}");
    }
    for page in ["/account/passkeys/new".to_owned(), format!("/account/passkeys/{id}/delete")] {
        assert!(user.get(&page).await.text().contains("name=\"proof\""), "{page}");
    }
    // A name is one.
    for (name, problem) in [
        ("", FieldProblem::Required),
        ("  ", FieldProblem::Required),
        (&"я".repeat(61), FieldProblem::TooLong { most: 60 }),
        ("<b>", FieldProblem::NotAName),
    ] {
        let refused = user.post("begin_passkey").form(&[("name", name.to_owned())]).send().await;
        let fields = vec![FieldError { field: "name".to_owned(), problem }];
        assert_eq!(refused.refusal(), DeskError::InvalidForm { fields }, "{name}");
    }
    let form = [("name", " Мой  ключ ".to_owned()), ("proof", PASSWORD.to_owned())];
    let answer = user.post("begin_passkey").form(&form).send().await;
    user.renewed_by(&answer);
    let asked: String = answer.result().unwrap();
    add(&user, &Authenticator::new().create(&asked)).await.unwrap();
    assert!(user.get("/account").await.text().contains(">Мой ключ<"));
    // Somebody else's is not removed, and nothing is said of it.
    let other = app.with_role(Role::Administrator).await;
    other.post("remove_passkey").form(&[("passkey", id.to_string())]).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM passkeys").await, 2);
    assert_eq!(other.get(&format!("/account/passkeys/{id}/delete")).await.status, 404);
    user.post("remove_passkey").form(&[("passkey", id.to_string())]).call::<()>().await.unwrap();
    assert_eq!(letter(&app, AccessLetter::PasskeyRemoved).await.unwrap().0, USER);
    assert_eq!(app.told(ROMASHKA, "passkey.removed").await, [json!({ "passkey": id, "left": 1 })]);
}

async fn there_are_ten_at_most(app: TestApp) {
    let (user, other) = (app.with_role(Role::User).await, app.sign_in(USER).await);
    for _ in 0..9 {
        added(&user).await;
    }
    // Two that were begun: the second comes too late.
    let (tenth, eleventh) = (begin(&user).await, begin(&other).await);
    add(&user, &Authenticator::new().create(&tenth)).await.unwrap();
    let refused = add(&other, &Authenticator::new().create(&eleventh)).await;
    assert_eq!(refused, Err(DeskError::TooManyPasskeys));
    let refused = user.post("begin_passkey").form(&[("name", "x".to_owned())]).send().await;
    assert_eq!(refused.refusal(), DeskError::TooManyPasskeys);
    assert!(user.get("/account/passkeys/new").await.text().contains("больше нельзя"));
    assert_eq!(app.number("SELECT count(*) FROM passkeys").await, 10);
}

async fn after_the_password_comes_a_passkey(app: TestApp) {
    let (user, mut key, _) = of_user(&app).await;
    let half = half(&app, USER).await;
    let page = app.visitor().ask("GET", "/sign-in/code?to=%2Forders").header("cookie", &half).send().await;
    for part in ["Войти с ключом доступа", "Ввести код восстановления", "data-passkey=\"get\"", "value=\"/orders\""]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.text().contains("Ввести код из приложения"), "there is none");
    let asked = step(&app, &half).await;
    let options: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("licences.example"), &json!("required")));
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["allowCredentials"][0]["id"], key.credential());
    let form = [("answer", key.get(&asked)), ("to", "/orders".to_owned())];
    let entered = app.visitor().post("enter_passkey").form(&form).plain().header("cookie", &half).send().await;
    assert_eq!(entered.leads_to(), "/orders");
    session_of(&app, &entered).frame().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "session.started").await.last().unwrap()["by"], "password+passkey");
    assert!(!user.get("/account").await.text().contains("ещё не было"));
    let again = app.visitor().post("begin_passkey_step").form(&[]).header("cookie", &half).send().await;
    assert_eq!(again.refusal(), DeskError::SignInOver);
    // Without the password nobody learns that there is one.
    let nobody = app.visitor().post("begin_passkey_step").form(&[]).send().await;
    assert_eq!(nobody.refusal(), DeskError::SignInOver);
    // One that counts goes on counting.
    key.counter = 7;
    for _ in 0..2 {
        let half = crate::factor::half(&app, USER).await;
        let answer = key.get(&step(&app, &half).await);
        session_of(&app, &show(&app, &half, &answer).await);
    }
    assert_eq!(app.number("SELECT counter FROM passkeys").await, 9);
    // With an app too, either is taken.
    connect(&app, &user, USER).await;
    let half = crate::factor::half(&app, USER).await;
    let page = app.visitor().ask("GET", "/sign-in/code").header("cookie", &half).send().await;
    assert!(page.text().contains("Ввести код из приложения"));
    let page = app.visitor().ask("GET", "/sign-in/code?app").header("cookie", &half).send().await;
    assert!(page.text().contains("Код из приложения") && page.text().contains("Войти с ключом доступа"));
    session_of(&app, &enter(&app, &half, &code(&app, USER, 0).await).await);
}

async fn lies_after_the_password_are_refused(app: TestApp) {
    let (_, mut key, _) = of_user(&app).await;
    key.counter = 5;
    let first = half(&app, USER).await;
    let answer = key.get(&step(&app, &first).await);
    session_of(&app, &show(&app, &first, &answer).await);
    let (_, mut foreign) = {
        let hr = app.with_role(Role::Administrator).await;
        let (key, _) = added(&hr).await;
        (hr, key)
    };
    let sessions = app.number("SELECT count(*) FROM sessions").await;
    // A new first step for each: that is what a thief of the password would do.
    let lie = async |change: &dyn Fn(&mut Authenticator), key: &mut Authenticator| {
        app.sql("DELETE FROM attempts").await;
        let half = half(&app, USER).await;
        let asked = step(&app, &half).await;
        change(key);
        let answer = key.get(&asked);
        (key.origin, key.domain, key.verifies) = ("https://licences.example".into(), "licences.example".into(), true);
        assert_eq!(show(&app, &half, &answer).await.refusal(), DeskError::PasskeyRefused);
        refusals(&app).await.last().unwrap().clone()
    };
    assert_eq!(lie(&|key| key.origin = "http://licences.example".into(), &mut key).await, "wrong_origin");
    assert_eq!(lie(&|key| key.domain = "example".into(), &mut key).await, "wrong_site");
    assert_eq!(lie(&|key| key.verifies = false, &mut key).await, "not_verified");
    assert_eq!(lie(&|key| key.counter = 4, &mut key).await, "counter_went_back");
    assert_eq!(lie(&|key| key.counter = 5, &mut key).await, "counter_went_back", "as far as it was");
    key.counter = 50;
    assert_eq!(lie(&|_| (), &mut foreign).await, "foreign_passkey");
    // Signed by a key that only calls itself so.
    let mut thief = Authenticator::new();
    (thief.id, thief.handle, thief.counter) = (key.id.clone(), key.handle.clone(), 100);
    assert_eq!(lie(&|_| (), &mut thief).await, "wrong_signature");
    let handle = std::mem::take(&mut key.handle);
    assert_eq!(lie(&|key| key.handle = vec![0; 32], &mut key).await, "foreign_passkey");
    key.handle = handle;
    // To the question of another step; of nobody; too late; a second time.
    let (one, other) = (half(&app, USER).await, half(&app, "hr@romashka.example").await);
    let (asked, _) = (step(&app, &one).await, step(&app, &other).await);
    assert_eq!(show(&app, &other, &key.get(&asked)).await.refusal(), DeskError::PasskeyRefused);
    let one = half(&app, USER).await;
    let old = step(&app, &one).await;
    let asked = step(&app, &one).await;
    assert_eq!(show(&app, &one, &key.get(&old)).await.refusal(), DeskError::PasskeyRefused);
    assert_eq!(refusals(&app).await.last().unwrap(), "wrong_challenge");
    assert_eq!(show(&app, &one, &key.get(&asked)).await.refusal(), DeskError::PasskeyOver, "it was asked for once");
    assert_eq!(refusals(&app).await.last().unwrap(), "not_asked");
    for garbled in ["", "{}", "null", &"[".repeat(10_000)] {
        app.sql("DELETE FROM attempts").await;
        step(&app, &one).await;
        assert_eq!(show(&app, &one, garbled).await.refusal(), DeskError::PasskeyRefused);
        assert_eq!(refusals(&app).await.last().unwrap(), "garbled");
    }
    let answer = key.get(&step(&app, &one).await);
    app.pass(300);
    assert_eq!(show(&app, &one, &answer).await.refusal(), DeskError::SignInOver);
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, sessions, "nobody came in");
    // A right one after all that.
    app.sql("DELETE FROM attempts").await;
    let one = half(&app, USER).await;
    let answer = key.get(&step(&app, &one).await);
    session_of(&app, &show(&app, &one, &answer).await);
    assert_eq!(show(&app, &one, &answer).await.refusal(), DeskError::SignInOver);
}

async fn wrong_answers_block_like_wrong_codes(app: TestApp) {
    let (_, mut key, codes) = of_user(&app).await;
    let half = half(&app, USER).await;
    key.verifies = false;
    for _ in 0..4 {
        let answer = key.get(&step(&app, &half).await);
        assert_eq!(show(&app, &half, &answer).await.refusal(), DeskError::PasskeyRefused);
    }
    let blocked = DeskError::TooManyTries { minutes: 10 };
    // Together with codes.
    assert_eq!(enter(&app, &half, "000000").await.refusal(), blocked);
    key.verifies = true;
    let answer = key.get(&step(&app, &half).await);
    assert_eq!(show(&app, &half, &answer).await.refusal(), blocked, "the right one neither");
    assert_eq!(enter(&app, &half, &codes[0]).await.refusal(), blocked);
    app.pass(600);
    let half = crate::factor::half(&app, USER).await;
    let answer = key.get(&step(&app, &half).await);
    session_of(&app, &show(&app, &half, &answer).await);
}

async fn a_passkey_alone_signs_in(app: TestApp) {
    let (_, mut key, _) = of_user(&app).await;
    let page = app.visitor().get("/sign-in?to=%2Forders").await;
    assert!(page.text().contains("/api/begin_passkey_sign_in") && page.text().contains("test.passkey.js"));
    let (asked, cookie) = alone(&app).await;
    let options: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["allowCredentials"], json!([]), "nobody is named");
    let form = [("answer", key.get(&asked)), ("to", "/orders".to_owned())];
    let entered = app.visitor().post("sign_in_by_passkey").form(&form).plain().header("cookie", &cookie).send().await;
    assert_eq!(entered.leads_to(), "/orders");
    assert!(entered.cookie("licentia-passkey").unwrap().contains("Max-Age=0"));
    let user = session_of(&app, &entered);
    user.frame().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "session.started").await.last().unwrap()["by"], "passkey");
    // Its session ends like every other.
    app.pass(3 * 3600);
    assert_eq!(user.frame().await, Err(DeskError::NotSignedIn));
}

async fn lies_without_a_password_are_refused(app: TestApp) {
    let (_, mut key, _) = of_user(&app).await;
    let sessions = app.number("SELECT count(*) FROM sessions").await;
    let lie = async |change: &dyn Fn(&mut Authenticator), key: &mut Authenticator| {
        app.sql("DELETE FROM attempts").await;
        let (asked, cookie) = alone(&app).await;
        change(key);
        let answer = key.get(&asked);
        assert_eq!(show_alone(&app, &cookie, &answer).await.refusal(), DeskError::PasskeyRefused);
        (key.origin, key.domain, key.verifies) = ("https://licences.example".into(), "licences.example".into(), true);
        key.tells_owner = true;
        refusals(&app).await.last().cloned()
    };
    let mut unknown = Authenticator::new();
    unknown.handle = vec![1; 32];
    assert_eq!(lie(&|_| (), &mut unknown).await, None, "it is nobody's");
    assert_eq!(app.installation_log().await.last().unwrap(), "passkey.refused");
    let why = |text: &str| Some(text.to_owned());
    assert_eq!(lie(&|key| key.origin = "https://evil.example".into(), &mut key).await, why("wrong_origin"));
    assert_eq!(lie(&|key| key.domain = "evil.example".into(), &mut key).await, why("wrong_site"));
    assert_eq!(lie(&|key| key.verifies = false, &mut key).await, why("not_verified"));
    // Whose it is has to be said here, and to be true.
    assert_eq!(lie(&|key| key.tells_owner = false, &mut key).await, why("foreign_passkey"));
    let handle = key.handle.clone();
    assert_eq!(lie(&|key| key.handle = vec![1; 32], &mut key).await, why("foreign_passkey"));
    key.handle = handle;
    // In another browser; in none; a second time; too late.
    let ((asked, cookie), (_, other)) = (alone(&app).await, alone(&app).await);
    let answer = key.get(&asked);
    assert_eq!(show_alone(&app, &other, &answer).await.refusal(), DeskError::PasskeyRefused);
    for nobody in ["licentia-passkey=", "licentia-passkey=abc", &format!("licentia-passkey={}", "0".repeat(64))] {
        assert_eq!(show_alone(&app, nobody, &answer).await.refusal(), DeskError::PasskeyOver);
    }
    let entered = show_alone(&app, &cookie, &answer).await;
    session_of(&app, &entered).post("sign_out").form(&[]).call::<()>().await.unwrap();
    assert_eq!(show_alone(&app, &cookie, &answer).await.refusal(), DeskError::PasskeyOver);
    let (asked, cookie) = alone(&app).await;
    app.pass(300);
    assert_eq!(show_alone(&app, &cookie, &key.get(&asked)).await.refusal(), DeskError::PasskeyOver);
    // What was asked for after a password is not asked for without one.
    let half = half(&app, USER).await;
    let asked = step(&app, &half).await;
    let token = half.replace("licentia-half", "licentia-passkey");
    let (_, _) = alone(&app).await;
    let answered = show_alone(&app, &token, &key.get(&asked)).await;
    assert_ne!(answered.status, 200);
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, sessions, "nobody came in");
}

async fn blocks_hold_without_a_password_too(app: TestApp) {
    let (_, mut key, _) = of_user(&app).await;
    for _ in 0..5 {
        app.visitor().ask_sign_in(USER, "wrong").send().await;
    }
    let (asked, cookie) = alone(&app).await;
    let answer = key.get(&asked);
    assert_eq!(show_alone(&app, &cookie, &answer).await.refusal(), DeskError::SignInBlocked { minutes: 10 });
    app.pass(600);
    key.verifies = false;
    for tries in 1..=5 {
        let (asked, cookie) = alone(&app).await;
        let refused = show_alone(&app, &cookie, &key.get(&asked)).await.refusal();
        let blocked = DeskError::SignInBlocked { minutes: 10 };
        assert_eq!(refused, if tries < 5 { DeskError::PasskeyRefused } else { blocked });
    }
    key.verifies = true;
    let (asked, cookie) = alone(&app).await;
    assert_eq!(show_alone(&app, &cookie, &key.get(&asked)).await.status, 429);
    app.pass(600);
    let (asked, cookie) = alone(&app).await;
    session_of(&app, &show_alone(&app, &cookie, &key.get(&asked)).await);
}

async fn recovery_codes_go_with_the_last_factor(app: TestApp) {
    let (user, _, codes) = of_user(&app).await;
    // They work for whoever has only a passkey.
    session_of(&app, &enter(&app, &half(&app, USER).await, &codes[0]).await);
    connect(&app, &user, USER).await;
    let key = [("passkey", app.number("SELECT id FROM passkeys").await.to_string())];
    user.post("remove_passkey").form(&key).call::<()>().await.unwrap();
    session_of(&app, &enter(&app, &half(&app, USER).await, &codes[1]).await);
    added(&user).await;
    user.post("remove_factor").form(&[]).call::<()>().await.unwrap();
    assert_eq!(letter(&app, AccessLetter::AppRemoved).await.unwrap().0, USER);
    session_of(&app, &enter(&app, &half(&app, USER).await, &codes[2]).await);
    assert_eq!(letter(&app, AccessLetter::FactorRemoved).await, None);
    // New ones, for whoever has no app.
    let new: Vec<String> = user.post("new_codes").form(&[]).call().await.unwrap();
    session_of(&app, &enter(&app, &half(&app, USER).await, &new[0]).await);
    let began = half(&app, USER).await;
    let id = app.number("SELECT id FROM passkeys").await;
    let page = user.get(&format!("/account/passkeys/{id}/delete")).await;
    assert!(page.text().contains("последний второй фактор"), "{}", page.text());
    let key = [("passkey", id.to_string())];
    let page = user.follow_form(&format!("/account/passkeys/{id}/delete"), "remove_passkey", &key).await;
    assert!(page.contains("Ключ доступа удалён."), "{page}");
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes").await, 0);
    assert_eq!(letter(&app, AccessLetter::FactorRemoved).await.unwrap().0, USER);
    assert_eq!(enter(&app, &began, &new[1]).await.refusal(), DeskError::SignInOver);
    app.sign_in(USER).await;
}

/// Codes had no salt of their own: the app's secret gave it, which goes with the app.
async fn recovery_codes_of_before_outlive_the_app(app: TestApp) {
    let user = app.with_role(Role::User).await;
    connect(&app, &user, USER).await;
    let secret = app.rows("SELECT secret FROM factors").await.remove(0);
    let mut hash = Sha256::new();
    for text in ["recovery codes", &secret] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let salt = &hash.finalize()[..16];
    let codes = ["aaaabbbbcccc", "ddddeeeeffff", "gggghhhhjjjj"];
    app.sql("DELETE FROM recovery_codes").await;
    for code in codes {
        let mut digest = [0; 32];
        argon2::Argon2::default().hash_password_into(code.as_bytes(), salt, &mut digest).unwrap();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let digest = match app.backend() {
            store::Backend::Sqlite => format!("X'{hex}'"),
            store::Backend::Postgres => format!("decode('{hex}', 'hex')"),
        };
        app.sql(&format!(
            "INSERT INTO recovery_codes (organization_id, account_id, code_hash) \
             SELECT organization_id, account_id, {digest} FROM factors"
        ))
        .await;
    }
    session_of(&app, &enter(&app, &half(&app, USER).await, "aaaa-bbbb-cccc").await);
    added(&user).await;
    session_of(&app, &enter(&app, &half(&app, USER).await, "dddd-eeee-ffff").await);
    user.post("remove_factor").form(&[]).call::<()>().await.unwrap();
    assert!(user.get("/account").await.text().contains("Остался 1 код восстановления"));
    session_of(&app, &enter(&app, &half(&app, USER).await, "gggg-hhhh-jjjj").await);
    // With none left the page says who helps.
    let half = half(&app, USER).await;
    let page = app.visitor().ask("GET", "/sign-in/code").header("cookie", &half).send().await;
    assert!(page.text().contains("Попросите администратора") && !page.text().contains("Ввести код восстановления"));
}

async fn a_passkey_is_what_the_organisation_requires(app: TestApp) {
    let (admin, user) = (app.romashka().await, app.with_role(Role::User).await);
    admin.post("require_factor").form(&[("required", "true".to_owned())]).call::<()>().await.unwrap();
    let page = user.get("/account/factor").await;
    assert!(page.text().contains("Добавить ключ доступа вместо приложения"), "{}", page.text());
    assert!(user.get("/account/passkeys/new").await.text().contains("обязателен второй фактор"));
    let (mut key, _) = added(&user).await;
    assert_eq!(user.get("/users").await.status, 200, "it is connected");
    let (asked, cookie) = alone(&app).await;
    let entered = session_of(&app, &show_alone(&app, &cookie, &key.get(&asked)).await);
    entered.frame().await.unwrap();
    // The last one stays.
    let last = [("passkey", app.number("SELECT id FROM passkeys").await.to_string())];
    let refused = user.post("remove_passkey").form(&last).call::<()>().await;
    assert_eq!(refused, Err(DeskError::FactorRequired));
    let page = user.get(&format!("/account/passkeys/{}/delete", last[0].1)).await;
    assert!(page.text().contains("единственный второй фактор"), "{}", page.text());
    connect(&app, &user, USER).await;
    user.post("remove_passkey").form(&last).call::<()>().await.unwrap();
    assert_eq!(user.post("remove_factor").form(&[]).call::<()>().await, Err(DeskError::FactorRequired));
    added(&user).await;
    user.post("remove_factor").form(&[]).call::<()>().await.unwrap();
    assert_eq!(user.get("/users").await.status, 200);
}

async fn whoever_has_lost_the_passkey_is_helped(app: TestApp) {
    let (user, mut key, _) = of_user(&app).await;
    added(&user).await;
    connect(&app, &user, USER).await;
    let admin = app.romashka().await;
    let account = [("account", id_of(&app, USER).await.to_string())];
    let page = admin.get(&format!("/admin/{}/factor", account[0].1)).await;
    assert!(page.text().contains("приложение с кодами, 2 ключа доступа"), "{}", page.text());
    admin.post("reset_factor").form(&account).call::<()>().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "factor.reset").await, [json!({ "app": true, "passkeys": 2 })]);
    for table in ["factors", "passkeys", "recovery_codes"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    app.sign_in(USER).await;
    let (asked, cookie) = alone(&app).await;
    assert_eq!(show_alone(&app, &cookie, &key.get(&asked)).await.refusal(), DeskError::PasskeyRefused);
    assert_eq!(admin.post("reset_factor").form(&account).call::<()>().await, Err(DeskError::UnknownAccount));
}

async fn a_passkey_allows_a_short_password(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let short = wrong("password", FieldProblem::TooShort { least: 15 });
    assert_eq!(change(&user, PASSWORD, "korova n").await, Err(short));
    added(&user).await;
    change(&user, PASSWORD, "korova n").await.unwrap();
    // By the link of a letter too.
    let admin = app.romashka().await;
    let account = [("account", id_of(&app, USER).await.to_string())];
    admin.post("send_recovery").form(&account).call::<()>().await.unwrap();
    let token = letter(&app, AccessLetter::Recovery).await.unwrap().1;
    let form = [("token", token), ("password", "korova m".to_owned()), ("again", "korova m".to_owned())];
    app.visitor().post("recover").form(&form).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM passkeys").await, 1, "a new password leaves it");
}

async fn whoever_is_removed_has_no_passkey(app: TestApp) {
    let (_, mut key, _) = of_user(&app).await;
    let (asked, cookie) = alone(&app).await;
    let answer = key.get(&asked);
    let account = [("account", id_of(&app, USER).await.to_string())];
    let admin = app.romashka().await;
    admin.post("send_deletion_code").form(&account).call::<()>().await.unwrap();
    let sent = letter(&app, AccessLetter::DeletionCode).await.unwrap().1;
    let remove = [account[0].clone(), ("code", sent)];
    admin.post("remove_account").form(&remove).call::<()>().await.unwrap();
    assert_eq!(show_alone(&app, &cookie, &answer).await.refusal(), DeskError::PasskeyRefused);
    for table in ["passkeys", "passkey_owners"] {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}

//! «Зарегистрировать программный продукт»: a number and a PIN work once, and are not guessed.

use domain::{CheckedKey, DeskError, FieldProblem, NewKey, PoolId, ProductId, key_number};
use serde_json::json;
use service::ports::Store;

use crate::support::{Ask, ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    a_key_becomes_stock_once,
    a_key_is_not_guessed,
    keys_are_not_guessed_in_parallel,
    what_is_wrong_is_named,
    a_check_is_its_accounts_and_passes,
    a_plain_form_registers,
);

async fn keys(app: &TestApp) {
    let hash = service::hash_password("98765432").unwrap();
    let key = |number: &str| NewKey {
        number: key_number(number),
        pin_hash: hash.clone(),
        product: ProductId(2),
        seats: 7,
        term_months: Some(12),
    };
    app.store.add_keys(&[key("AB12-3456"), key("AB12-3457")]).await.unwrap();
    let again = app.store.add_keys(&[key("AB12-9999"), key("ab12 3456")]).await;
    assert!(again.is_err(), "a number is there once");
    // The operator is told which.
    let again = app.other_desk().add_keys(&[key("AB12-9999"), key("ab12 3456")]).await;
    assert_eq!(again, Err(service::KeysError::Known { number: "AB123456".into() }));
    assert_eq!(app.number("SELECT count(*) FROM product_keys").await, 2, "all or none");
}

fn key(number: &str, pin: &str) -> Vec<(&'static str, String)> {
    vec![("number", number.to_owned()), ("pin", pin.to_owned())]
}

fn owner(key: i64) -> Vec<(&'static str, String)> {
    let fields = [
        ("owner", "ООО «Ромашка»"),
        ("inn", "7707083893"),
        ("phone", "+7 495 123-45-67"),
        ("email", "info@romashka.example"),
        ("country", "Россия"),
        ("responsible", "Иванова А. П."),
        ("bought_on", "2026-11-20"),
    ];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    [("key", key.to_string())].into_iter().chain(fields).collect()
}

/// What the first step gives: what it is about, and the cookie for the second.
#[derive(Clone, Debug)]
struct Checked {
    key: CheckedKey,
    cookie: String,
}

async fn check(user: &User, number: &str, pin: &str) -> Result<Checked, DeskError> {
    let answer = user.post("check_key").form(&key(number, pin)).send().await;
    let key = answer.result()?;
    let line = answer.cookie("licentia-key").unwrap();
    assert!(line.contains("HttpOnly") && line.contains("Max-Age=900") && line.contains("SameSite=Lax"), "{line}");
    Ok(Checked { key, cookie: line.split(';').next().unwrap().to_owned() })
}

/// With one more cookie: of the first step, for the second.
fn with(user: &User, ask: Ask, cookie: &str) -> Ask {
    ask.header("cookie", format!("{}; {cookie}", user.cookie().unwrap()))
}

async fn name_owner(user: &User, checked: &Checked) -> Result<PoolId, DeskError> {
    let fields = owner(checked.key.key);
    with(user, user.post("register_product").form(&fields), &checked.cookie).call().await
}

async fn register(user: &User, number: &str, pin: &str) -> Result<PoolId, DeskError> {
    name_owner(user, &check(user, number, pin).await?).await
}

fn problems<T: std::fmt::Debug>(answer: Result<T, DeskError>) -> Vec<(String, FieldProblem)> {
    match answer {
        Err(DeskError::InvalidForm { fields }) => {
            fields.into_iter().map(|error| (error.field, error.problem)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn wrong_key() -> Vec<(String, FieldProblem)> {
    vec![("pin".to_owned(), FieldProblem::WrongKey)]
}

async fn a_key_becomes_stock_once(app: TestApp) {
    keys(&app).await;
    let (admin, sever) = (app.romashka().await, app.sever().await);
    let answers = crate::crowd::at_once([&admin, &admin, &sever, &sever].into_iter().map(|user| {
        let user = user.clone();
        async move { register(&user, " ab12 3456 ", "98765432").await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let pool = answers.iter().find_map(|answer| answer.clone().ok()).unwrap();
    for answer in answers.into_iter().filter(Result::is_err) {
        // Whoever came after it was used, or had checked it before that.
        assert!(answer == Err(DeskError::KeyCheckOver) || problems(answer.clone()) == wrong_key(), "{answer:?}");
    }
    assert_eq!(problems(check(&sever, "AB12-3456", "98765432").await), wrong_key());
    let told = app.told(SEVER, "key.refused").await.pop().unwrap();
    assert_eq!((&told["known"], &told["used"]), (&json!(true), &json!(true)), "{told}");
    let facts = app.rows(&format!("SELECT product_id, total, issued FROM pools WHERE id = {pool}")).await;
    assert_eq!(facts, ["2|7|0"]);
    let kept = app.rows("SELECT owner FROM product_keys WHERE used_at IS NOT NULL").await;
    assert!(kept.len() == 1 && kept[0].contains("Иванова") && !kept[0].contains("98765432"), "{kept:?}");
    // The other key is still good.
    let other = register(&admin, "AB12-3457", "98765432").await.unwrap();
    let pools = admin.frame().await.unwrap().pools;
    let own = pools.iter().find(|pool| pool.id == other).unwrap();
    assert_eq!(own.valid_until, Some(own.valid_from.date().plus_months(12).end()));
    assert!(app.audit(ROMASHKA).await.contains(&format!("product.registered pool:{other}")));
}

async fn a_key_is_not_guessed(app: TestApp) {
    keys(&app).await;
    let (admin, sever) = (app.romashka().await, app.sever().await);
    for (number, pin) in
        [("AB12-3456", "11111111"), ("AB12-0000", "98765432"), ("AB12-3456", ""), ("?", "1"), ("AB12-3456", "2")]
    {
        let answer = problems(register(&admin, number, pin).await);
        if !pin.is_empty() {
            assert_eq!(answer, wrong_key(), "{number}: unknown, wrong and used look alike");
        }
    }
    // An empty field is no try.
    assert_eq!(problems(register(&admin, "AB12-3456", "333333").await), wrong_key());
    // The log tells what was tried, and neither number nor PIN.
    let told = |known: bool, tries: u64| json!({ "why": "wrong_key", "known": known, "used": false, "tries": tries });
    let tried = [told(true, 1), told(false, 2), told(false, 3), told(true, 4), told(true, 5)];
    assert_eq!(app.told(ROMASHKA, "key.refused").await, tried);
    assert_eq!(app.audit(ROMASHKA).await, vec!["key.refused keys"; 5]);
    let blocked = register(&admin, "AB12-3456", "98765432").await;
    assert!(matches!(blocked, Err(DeskError::TooManyTries { minutes: 9 | 10 })), "{blocked:?}");
    // It is theirs alone, is not prolonged by trying, and passes.
    assert_eq!(problems(register(&sever, "AB12-0000", "98765432").await), wrong_key());
    app.pass(590);
    assert!(matches!(register(&admin, "AB12-3456", "98765432").await, Err(DeskError::TooManyTries { minutes: 1 })));
    app.pass(20);
    register(&admin, "AB12-3456", "98765432").await.unwrap();
}

/// Many at once are not more tries than one after another.
async fn keys_are_not_guessed_in_parallel(app: TestApp) {
    keys(&app).await;
    let admin = app.romashka().await;
    let answers = crate::crowd::at_once((0..20).map(|number| {
        let admin = admin.clone();
        async move { register(&admin, "AB12-3456", &format!("wrong-{number}")).await }
    }))
    .await;
    let blocked = answers.iter().filter(|answer| matches!(answer, Err(DeskError::TooManyTries { .. }))).count();
    assert_eq!(blocked, 15, "{answers:?}");
}

async fn what_is_wrong_is_named(app: TestApp) {
    keys(&app).await;
    let admin = app.romashka().await;
    let checked = check(&admin, "AB12-3456", "98765432").await.unwrap();
    let about = &checked.key;
    assert_eq!((about.number.as_str(), about.title.as_str()), ("AB123456", "УНЭП EasyDocs"));
    assert_eq!((about.seats, about.term_months), (7, Some(12)));
    let before = app.dump().await;
    let mut wrong = owner(about.key);
    wrong[2].1 = "7707083894".into();
    wrong[3].1 = "нет".into();
    wrong[7].1 = "2026-11-22".into();
    let named = [
        ("inn".to_owned(), FieldProblem::NotAnInn),
        ("phone".to_owned(), FieldProblem::NotAPhone),
        ("bought_on".to_owned(), FieldProblem::NotADay),
    ];
    // However often: it is no try of a key.
    for _ in 0..7 {
        let answer = with(&admin, admin.post("register_product").form(&wrong), &checked.cookie);
        assert_eq!(problems(answer.call::<PoolId>().await), named);
    }
    before.assert_same(&app.dump().await, "a form that is refused");
    name_owner(&admin, &checked).await.unwrap();
}

/// What the first step leaves cannot be forged, lent, or kept for long.
async fn a_check_is_its_accounts_and_passes(app: TestApp) {
    keys(&app).await;
    let (admin, sever) = (app.romashka().await, app.sever().await);
    let colleague = app.colleague(ROMASHKA, "second@romashka.example").await;
    let checked = check(&admin, "AB12-3456", "98765432").await.unwrap();
    let kept = app.rows("SELECT token_hash FROM key_checks").await;
    assert!(kept.len() == 1 && !checked.cookie.contains(&kept[0]), "only its hash is kept");
    let over = Err(DeskError::KeyCheckOver);
    let before = app.dump().await;
    for user in [&sever, &colleague] {
        assert_eq!(name_owner(user, &checked).await, over, "somebody else's");
        let page = with(user, user.ask("GET", "/licenses/register/owner"), &checked.cookie).send().await;
        assert_eq!(page.leads_to(), "/licenses/register");
    }
    let forged = ["", "licentia-key=", "licentia-key=abc", &format!("licentia-key={}", "0".repeat(64))];
    for cookie in forged {
        let forged = Checked { cookie: cookie.to_owned(), ..checked.clone() };
        assert_eq!(name_owner(&admin, &forged).await, over, "{cookie}");
    }
    let mut other = checked.clone();
    other.key.key += 1;
    assert_eq!(name_owner(&admin, &other).await, over, "a form of another key");
    assert_eq!(admin.get("/licenses/register/owner").await.leads_to(), "/licenses/register");
    before.assert_same_but_for_the_log(&app.dump().await, "what is nobody's");
    // In the log of whoever tried: a colleague once, then five times.
    assert_eq!(app.told(ROMASHKA, "key.refused").await, vec![json!({ "why": "key_check_over" }); 6]);
    assert_eq!(app.told(SEVER, "key.refused").await.len(), 1);
    app.pass(14 * 60);
    let page = with(&admin, admin.ask("GET", "/licenses/register/owner"), &checked.cookie).send().await;
    assert!(page.status == 200 && page.text().contains("УНЭП EasyDocs") && page.text().contains("AB123456"));
    app.pass(70);
    assert_eq!(name_owner(&admin, &checked).await, over, "after a quarter of an hour");
    // Checked again, the form of the time before is nothing.
    let again = check(&admin, "AB12-3457", "98765432").await.unwrap();
    assert_eq!(name_owner(&admin, &Checked { key: checked.key, ..again.clone() }).await, over);
    name_owner(&admin, &again).await.unwrap();
    assert_eq!(name_owner(&admin, &again).await, over, "once");
    assert_eq!(app.number("SELECT count(*) FROM key_checks").await, 0);
}

async fn a_plain_form_registers(app: TestApp) {
    keys(&app).await;
    let admin = app.romashka().await;
    let origin = admin.client().origin();
    let path_of = |there: &str| there.trim_start_matches(&origin).to_owned();
    let referer = format!("{origin}/licenses/register");
    let refused = admin.post("check_key").form(&key("AB12-3456", "1234567")).plain();
    let refused = refused.header("referer", &referer).send().await;
    assert!(refused.leads_to().starts_with(&referer), "{}", refused.leads_to());
    let kept = refused.cookie("typed-key").unwrap();
    let all: Vec<String> = refused.headers.values().map(|value| value.to_str().unwrap().to_owned()).collect();
    assert!(all.iter().all(|header| !header.contains("1234567")), "the PIN is not kept: {all:?}");
    let page = with(&admin, admin.ask("GET", &path_of(refused.leads_to())), kept.split(';').next().unwrap());
    let page = page.send().await;
    assert!(page.text().contains("value=\"AB12-3456\"") && page.text().contains("Номер и PIN-код не подходят"));
    let first = admin.post("check_key").form(&key("AB12-3456", "98765432")).plain().send().await;
    assert_eq!(first.leads_to(), "/licenses/register/owner");
    let cookie = first.cookie("licentia-key").unwrap().split(';').next().unwrap().to_owned();
    let page = with(&admin, admin.ask("GET", "/licenses/register/owner"), &cookie).send().await;
    for text in ["УНЭП EasyDocs", "12\u{a0}месяцев", "AB123456"] {
        assert!(page.text().contains(text), "{text}");
    }
    assert!(!page.text().contains("98765432"));
    let (_, rest) = page.text().split_once("name=\"key\" value=\"").unwrap();
    let fields = owner(rest.split('"').next().unwrap().parse().unwrap());
    // Refused, it leads back with what was typed.
    let referer = format!("{origin}/licenses/register/owner");
    let mut wrong = fields.clone();
    wrong[2].1 = "7707083894".into();
    let refused = with(&admin, admin.post("register_product").form(&wrong).plain(), &cookie);
    let refused = refused.header("referer", &referer).send().await;
    let typed = refused.cookie("typed-registration").unwrap().split(';').next().unwrap().to_owned();
    let page = with(&admin, admin.ask("GET", &path_of(refused.leads_to())), &format!("{cookie}; {typed}"));
    let page = page.send().await;
    assert!(page.text().contains("value=\"7707083894\"") && page.text().contains("не сходится"));
    let registered = with(&admin, admin.post("register_product").form(&fields).plain(), &cookie).send().await;
    assert!(registered.leads_to().starts_with("/licenses/"), "{}", registered.leads_to());
    // Its page tells whose it is, and that of another licence does not.
    let told = ["Регистрация", "AB123456", "Иванова А. П.", "+7 495 123-45-67", "info@romashka.example"];
    let page = admin.get(registered.leads_to()).await;
    let name = &app.rows("SELECT name FROM accounts WHERE email = 'admin@romashka.example'").await[0];
    let section = page.text().split_once("id=\"registration\"").unwrap().1;
    for text in told.iter().copied().chain([name.as_str()]) {
        assert!(section.contains(text) || text == "Регистрация", "{text}: {section}");
    }
    assert!(!page.text().contains("98765432"));
    let other = admin.pool("hR7_kQ2z").await.id;
    let other = admin.get(&format!("/licenses/{other}")).await;
    assert!(other.status == 200 && told.iter().all(|text| !other.text().contains(text)));
    let foreign = app.sever().await.get(registered.leads_to()).await;
    assert!(foreign.status == 404 && told.iter().all(|text| !foreign.text().contains(text)));
    assert!(registered.cookie("licentia-key").unwrap().contains("Max-Age=0"));
    // Sent again, it leads to the first step, which says why.
    let again = with(&admin, admin.post("register_product").form(&fields).plain(), &cookie);
    let again = again.header("referer", &referer).send().await;
    let back = admin.get(&path_of(again.leads_to())).await;
    assert!(back.leads_to().starts_with("/licenses/register?__err="), "{}", back.leads_to());
    assert!(admin.get(back.leads_to()).await.text().contains("Введите номер и PIN-код ещё раз."));
}

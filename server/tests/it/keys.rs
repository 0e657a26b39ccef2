//! «Зарегистрировать программный продукт»: a number and a PIN work once, and are not guessed.

use domain::{DeskError, FieldProblem, NewKey, PoolId, ProductId, key_number};
use service::ports::Store;

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    a_key_becomes_stock_once,
    a_key_is_not_guessed,
    keys_are_not_guessed_in_parallel,
    what_is_wrong_is_named,
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
    assert_eq!(app.number("SELECT count(*) FROM product_keys").await, 2, "all or none");
}

fn form(number: &str, pin: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("number", number),
        ("pin", pin),
        ("owner", "ООО «Ромашка»"),
        ("inn", "7707083893"),
        ("phone", "+7 495 123-45-67"),
        ("email", "info@romashka.example"),
        ("country", "Россия"),
        ("responsible", "Иванова А. П."),
        ("bought_on", "2026-11-20"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

async fn register(user: &User, number: &str, pin: &str) -> Result<PoolId, DeskError> {
    user.post("register_product").form(&form(number, pin)).call().await
}

fn problems(answer: Result<PoolId, DeskError>) -> Vec<(String, FieldProblem)> {
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
        assert_eq!(problems(answer), wrong_key());
    }
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
    let before = app.dump().await;
    let mut wrong = form("AB12-3456", "98765432");
    wrong[3].1 = "7707083894".into();
    wrong[4].1 = "нет".into();
    wrong[8].1 = "2026-11-22".into();
    let answer = admin.post("register_product").form(&wrong).call().await;
    let named = [
        ("inn".to_owned(), FieldProblem::NotAnInn),
        ("phone".to_owned(), FieldProblem::NotAPhone),
        ("bought_on".to_owned(), FieldProblem::NotADay),
    ];
    assert_eq!(problems(answer), named);
    before.assert_same(&app.dump().await, "a form that is refused");
}

async fn a_plain_form_registers(app: TestApp) {
    keys(&app).await;
    let admin = app.romashka().await;
    let referer = format!("{}/licenses/register", admin.client().origin());
    let refused = admin.post("register_product").form(&form("AB12-3456", "1234567")).plain();
    let refused = refused.header("referer", &referer).send().await;
    assert!(refused.leads_to().starts_with(&referer), "{}", refused.leads_to());
    let kept = refused.cookie("typed-registration").unwrap();
    assert!(!kept.contains("1234567"), "the PIN is not kept");
    let cookies = format!("{}; {}", admin.cookie().unwrap(), kept.split(';').next().unwrap());
    let path = refused.leads_to().trim_start_matches(&admin.client().origin()).to_owned();
    let page = admin.ask("GET", &path).header("cookie", cookies).send().await;
    assert!(page.text().contains("value=\"AB12-3456\"") && page.text().contains("Номер и PIN-код не подходят"));
    let registered = admin.post("register_product").form(&form("AB12-3456", "98765432")).plain().send().await;
    assert!(registered.leads_to().starts_with("/licenses/"), "{}", registered.leads_to());
}

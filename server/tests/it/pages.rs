//! Pages and the headers of every answer.

use crate::support::{Answer, TestApp, on_both};

on_both!(
    every_answer_is_protected,
    pages_run_their_own_scripts_only,
    language_and_theme_are_remembered,
    what_people_wrote_is_shown_as_text,
    pages_that_do_not_exist,
    a_file_that_is_refused_says_so_by_a_page,
    tabs_say_what_the_page_is,
    one_goes_on_where_a_form_is_wrong,
);

fn check_headers(answer: &Answer, what: &str) {
    let wanted = [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in wanted {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
    assert_eq!(answer.headers.get("server"), None, "{what}");
    assert_eq!(answer.headers.get("access-control-allow-origin"), None, "{what}");
}

async fn every_answer_is_protected(app: TestApp) {
    let (admin, visitor) = (app.romashka().await, app.visitor());
    for path in [
        "/users",
        "/users/new",
        "/licenses",
        "/orders",
        "/orders/new",
        "/operations",
        "/operations/1",
        "/operations/1/report.csv",
        "/nothing",
    ] {
        check_headers(&admin.get(path).await, path);
        check_headers(&visitor.get(path).await, path);
    }
    check_headers(&visitor.get("/sign-in").await, "/sign-in");
    check_headers(&admin.get("/letters").await, "/letters");
    check_headers(&admin.post("frame").form(&[]).send().await, "an answer");
    check_headers(&visitor.post("frame").form(&[]).send().await, "a refusal");
    check_headers(&admin.post("frame").form(&[]).header("origin", "null").send().await, "a foreign request");
    check_headers(&admin.post("nothing").form(&[]).send().await, "an unknown address");
    check_headers(&visitor.ask_sign_in("admin@romashka.example", "wrong").send().await, "a failed sign-in");
}

fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("no nonce: {policy}"));
    rest.split_once('\'').unwrap().0.to_owned()
}

async fn pages_run_their_own_scripts_only(app: TestApp) {
    let admin = app.romashka().await;
    let mut nonces = Vec::new();
    for path in ["/users", "/users", "/licenses", "/operations", "/users/new"] {
        let page = admin.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        let html = page.text();
        if html.contains("<script") {
            let nonce = nonce(&page);
            assert!(nonce.len() >= 16, "{nonce}");
            for script in html.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                let data = tag.contains("application/json");
                assert!(data || tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
            }
            nonces.push(nonce);
        }
        for handler in [" onclick=", " onload=", " onsubmit=", " onchange=", "javascript:"] {
            assert!(!html.contains(handler), "{path}: {handler}");
        }
    }
    let count = nonces.len();
    assert!(count >= 2, "the table of people runs a script");
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "a nonce is used twice");
}

async fn language_and_theme_are_remembered(app: TestApp) {
    let visitor = app.visitor();
    let set = async |endpoint: &str, field: &'static str, value: &str| {
        visitor.post(endpoint).form(&[(field, value.to_owned())]).send().await
    };
    let answer = set("set_language", "language", "en").await;
    answer.result::<()>().unwrap();
    assert!(answer.cookie("lang").unwrap().starts_with("lang=en; Path=/; "));
    let answer = set("set_theme", "theme", "dark").await;
    assert!(answer.cookie("theme").unwrap().starts_with("theme=dark; Path=/; "));
    for (endpoint, field, value) in [
        ("set_language", "language", "xx"),
        ("set_language", "language", ""),
        ("set_language", "language", "en\r\nSet-Cookie: a=b"),
        ("set_theme", "theme", "dark; Domain=example"),
    ] {
        let answer = set(endpoint, field, value).await;
        assert_eq!(answer.refusal(), domain::DeskError::Malformed, "{value:?}");
        assert_eq!(answer.headers.get("set-cookie"), None, "{value:?}");
    }
    let page = |cookie: &'static str| visitor.ask("GET", "/sign-in").header("cookie", cookie).send();
    let (russian, english) = (page("lang=ru").await, page("lang=en").await);
    assert!(russian.text().contains("lang=\"ru\"") && english.text().contains("lang=\"en\""));
    assert_ne!(russian.text().len(), english.text().len());
}

async fn what_people_wrote_is_shown_as_text(app: TestApp) {
    const EVIL: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    let admin = app.romashka().await;
    let quoted = EVIL.replace('\'', "''");
    app.sql(&format!(
        "UPDATE members SET surname = '{quoted}' WHERE organization_id = 1; \
         UPDATE groups SET name = '{quoted}' || position WHERE organization_id = 1; \
         UPDATE accounts SET name = '{quoted}' WHERE organization_id = 1; \
         UPDATE organizations SET name = '{quoted}' WHERE id = 1"
    ))
    .await;
    let ids = admin.issuable(2).await;
    let done = admin.issue(&ids, admin.pool("hR7_kQ2z").await.id).await;
    let preview = admin.preview_of(domain::Deed::Revoke, &ids).await;
    let paths = [
        "/users".to_owned(),
        "/users/new".to_owned(),
        format!("/users/delete?ids={}", ids[0]),
        "/licenses?product=%3Cscript%3Ealert(1)%3C/script%3E&status=%22%3E%3Cimg%20src=x".to_owned(),
        "/operations".to_owned(),
        format!("/operations/{}", done.id),
        format!("/operations/{}", preview.operation),
        "/users?q=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        "/users?search=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        "/users?%22%3E%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
    ];
    for path in paths {
        let page = admin.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("<script>alert"), "{path}");
        assert!(!page.text().contains("<img src=x"), "{path}");
    }
}

async fn a_file_that_is_refused_says_so_by_a_page(app: TestApp) {
    let admin = app.romashka().await;
    let with = async |preferences: &str| {
        let cookie = format!("{}; {preferences}", admin.cookie().unwrap());
        admin.ask("GET", "/operations/999999/report.csv").header("cookie", cookie).send().await
    };
    for (preferences, signs) in [
        ("", ["<html lang=\"ru\">", "Такой операции нет"]),
        ("lang=en; theme=dark", ["<html lang=\"en\" data-theme=\"dark\">", "no such operation"]),
    ] {
        let page = with(preferences).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
        check_headers(&page, preferences);
        for sign in signs {
            assert!(page.text().contains(sign), "{sign}: {}", page.text());
        }
        assert!(page.header("content-security-policy").contains("style-src 'self'"));
    }
}

async fn tabs_say_what_the_page_is(app: TestApp) {
    let admin = app.romashka().await;
    app.sql("UPDATE products SET title = 'A </title><b> & B' WHERE id = 1").await;
    let pool = admin.pool("ea9ENYf6").await;
    assert_eq!(pool.product.id, domain::ProductId(1));
    for (path, title) in [
        ("/users", "Пользователи · Licentia"),
        ("/licenses", "Лицензии · Licentia"),
        (&format!("/licenses/{}", pool.id), "A &lt;/title&gt;&lt;b&gt; &amp; B, ea9ENYf6 · Licentia"),
        ("/nothing", "Нет такой страницы · Licentia"),
    ] {
        let page = admin.get(path).await;
        assert!(page.text().contains(&format!("<title>{title}</title>")), "{path}: {:?}", page.text().get(..400));
    }
}

/// The opening tags of a page that ask for the focus.
fn focused(html: &str) -> Vec<&str> {
    html.split('<').map(|tag| tag.split('>').next().unwrap()).filter(|tag| tag.contains(" autofocus")).collect()
}

async fn one_goes_on_where_a_form_is_wrong(app: TestApp) {
    let admin = app.romashka().await;
    let fields = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    // Both are wrong, and the quantities stand first.
    let order = fields(&[("inn", "1"), ("address", "Москва"), ("product[]", "1"), ("seats[]", "")]);
    let page = admin.follow_form("/orders/new", "raise_order", &order).await;
    let focus = focused(&page);
    assert!(focus.len() == 1 && focus[0].contains("id=\"seats-"), "{focus:?}");
    let quantities: Vec<&str> = page.split("<input").filter(|tag| tag.contains("name=\"seats[]\"")).collect();
    for quantity in &quantities {
        let tag = quantity.split('>').next().unwrap();
        assert!(tag.contains("aria-invalid=\"true\"") && tag.contains("aria-describedby=\"seats-error\""), "{tag}");
    }
    assert!(page.contains("Укажите количество хотя бы у одного продукта"));
    assert!(quantities.len() == 10 && page.matches("id=\"seats-error\"").count() == 1);
    let order = fields(&[("inn", "1"), ("address", ""), ("product[]", "1"), ("seats[]", "2")]);
    let focus = admin.follow_form("/orders/new", "raise_order", &order).await;
    assert!(focused(&focus).len() == 1 && focused(&focus)[0].contains("id=\"inn\""));
    // What stands first, not what is looked at first; and the wrong ones of several e-mails are named.
    let mut notices = fields(&[("threshold", "много"), ("horizon_days", "14"), ("english", "false")]);
    for (name, value) in [("to", "foo, a@b.example; бар"), ("at", "25:00"), ("delay", "0")] {
        let name: &'static str = format!("notices[term_ends][{name}]").leak();
        notices.push((name, value.to_owned()));
    }
    let page = admin.follow_form("/notifications", "keep_notifications", &notices).await;
    assert!(focused(&page).len() == 1 && focused(&page)[0].contains("id=\"term_ends-to\""), "{:?}", focused(&page));
    assert!(page.contains("Это не адрес e-mail: foo, бар. Исправьте или удалите."));
    assert!(focused(admin.get("/orders/new").await.text()).is_empty());
}

async fn pages_that_do_not_exist(app: TestApp) {
    let admin = app.romashka().await;
    for path in ["/nothing", "/users/nothing", "/operations/1/nothing", "/licenses/nothing/1", "/users/new/1"] {
        let page = admin.get(path).await;
        assert_eq!(page.status, 404, "{path}");
    }
    for path in ["/pkg/../Cargo.toml", "/pkg/%2e%2e/%2e%2e/Cargo.toml", "/pkg/nothing.js", "/pkg/..%2f..%2fCargo.toml"]
    {
        let file = app.visitor().get(path).await;
        assert!(file.status == 404 || file.status == 303, "{path}: {}", file.status);
        assert!(!file.text().contains("[workspace]"), "{path}");
    }
}

//! News of the installation: subscribed to by a link that works once, ended by one press, published by the operator.

use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{
    AccessLetter, Channel, Delivery, DeskError, FieldError, FieldProblem, Letter, LetterKind, LetterState, LinkFault,
    NewsText, Role,
};
use server::post::Smtp;
use service::ports::{DueLetter, Post, Store};
use service::{INSTALLATION, Published};

use crate::support::{Answer, TestApp, User, on_both};

on_both!(
    whoever_confirms_gets_the_news,
    nobody_learns_who_subscribed,
    links_that_do_not_work,
    what_is_no_email_goes_nowhere,
    strangers_fill_no_mailbox,
    one_press_unsubscribes,
    a_mail_program_unsubscribes_by_itself,
    no_other_change_comes_from_elsewhere,
    whoever_unsubscribes_is_forgotten,
    the_same_news_go_once,
    other_letters_go_before_the_news,
    ones_own_address_takes_one_press,
    the_page_shows_text_as_text,
    the_operator_publishes,
);

const EMAIL: &str = "lipa@lipa.example";

/// A mail server that takes everything, and keeps it.
#[derive(Clone, Default)]
struct Mail(Arc<Mutex<Vec<DueLetter>>>);

#[async_trait]
impl Post for Mail {
    fn carries(&self, channel: Channel) -> bool {
        channel == Channel::Mail
    }

    async fn send(&self, letter: &DueLetter) -> Delivery {
        self.0.lock().unwrap().push(letter.clone());
        Delivery::Taken
    }
}

/// Sends whatever waits; what went.
async fn deliver(app: &TestApp) -> Vec<DueLetter> {
    let mail = Mail::default();
    while app.other_desk().send_letters(&mail).await.unwrap() > 0 {}
    mail.0.lock().unwrap().clone()
}

async fn subscribe(user: &User, email: &str) -> Result<(), DeskError> {
    user.post("subscribe").form(&[("email", email.to_owned())]).call().await
}

async fn confirm(user: &User, token: &str) -> Result<(), DeskError> {
    user.post("confirm_news").form(&[("token", token.to_owned())]).call().await
}

/// The secrets of letters of this kind that wait, newest first, once there are so many: they are written by themselves.
async fn secrets(app: &TestApp, kind: AccessLetter, expected: usize) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..100 {
        let rows = app.store.letters(INSTALLATION, None, None, 100).await.unwrap();
        let secret = |letter| match letter {
            Letter::Access { what, secret, .. } if what == kind => Some(secret),
            _ => None,
        };
        found = rows.into_iter().filter_map(|row| secret(row.letter)).collect();
        if found.len() >= expected && expected > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(if expected > 0 { 30 } else { 5 })).await;
    }
    assert_eq!(found.len(), expected, "{kind:?}");
    found
}

/// Subscribes as people do; the letter of the confirmation has gone.
async fn subscribed(app: &TestApp, email: &str) {
    subscribe(&app.visitor(), email).await.unwrap();
    let waiting = format!("SELECT count(*) FROM letters WHERE recipient = '{email}' AND state = 'waiting'");
    for _ in 0..100 {
        if app.number(&waiting).await > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let sent = deliver(app).await;
    let to = sent.iter().find(|letter| letter.to == email).expect("the letter of the confirmation");
    let Letter::Access { what: AccessLetter::NewsConfirmation, secret, .. } = &to.letter else { panic!("{to:?}") };
    confirm(&app.visitor(), secret).await.unwrap();
}

async fn publish(app: &TestApp, subject: &str) -> Published {
    let news = NewsText::check(subject, "Здравствуйте!\n\nЖурнал стал быстрее.").unwrap();
    app.other_desk().publish_news(&news).await.unwrap()
}

/// The token by which an e-mail unsubscribes, from a letter with news.
async fn unsubscribing(app: &TestApp, email: &str, subject: &str) -> String {
    publish(app, subject).await;
    let sent = deliver(app).await;
    let letter = sent.into_iter().find(|letter| letter.to == email).expect("a letter with news");
    let Letter::News { secret, .. } = letter.letter else { panic!() };
    secret
}

async fn count(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM subscribers").await
}

fn wrong(problem: FieldProblem) -> Result<(), DeskError> {
    Err(DeskError::InvalidForm { fields: vec![FieldError { field: "email".into(), problem }] })
}

async fn whoever_confirms_gets_the_news(app: TestApp) {
    assert!(app.visitor().get("/sign-in").await.text().contains("href=\"/news\""));
    subscribe(&app.visitor(), " Lipa@Lipa.example ").await.unwrap();
    let token = secrets(&app, AccessLetter::NewsConfirmation, 1).await.remove(0);
    assert_eq!(publish(&app, "Раньше").await, Published::Now { id: 1, letters: 0 }, "not before it is confirmed");
    // A mail program opens the link by itself: nothing happens.
    for _ in 0..2 {
        let page = app.visitor().get(&format!("/news/confirm/{token}")).await;
        assert!(page.text().contains(EMAIL) && page.text().contains("Подтвердить"), "{}", page.text());
        assert_eq!((page.status, page.header("x-robots-tag"), count(&app).await), (200, "noindex", 0));
    }
    confirm(&app.visitor(), &token).await.unwrap();
    assert_eq!(app.rows("SELECT email FROM subscribers").await, [EMAIL]);
    assert_eq!(publish(&app, "Новая версия").await, Published::Now { id: 2, letters: 1 });
    let news: Vec<DueLetter> =
        deliver(&app).await.into_iter().filter(|l| l.letter.kind() == LetterKind::News).collect();
    let [letter] = news.as_slice() else { panic!("{news:?}") };
    let Letter::News { subject, text, secret, .. } = &letter.letter else { panic!() };
    assert_eq!((letter.to.as_str(), subject.as_str()), (EMAIL, "Новая версия"));
    assert!(text.contains("Журнал стал быстрее."));
    // What is kept of it holds neither the text nor the link.
    let kept = app.rows("SELECT letter FROM letters WHERE kind = 'news'").await;
    assert!(!kept[0].contains(secret.as_str()) && !kept[0].contains("быстрее"), "{kept:?}");
    assert_eq!(app.installation_log().await, ["news.published", "news.subscribed", "news.published"]);
    let told = app.rows("SELECT details FROM installation_entries ORDER BY seq").await;
    assert_eq!(told, [r#"{"letters":0,"news":1}"#, r#"{"subscribers":1}"#, r#"{"letters":1,"news":2}"#]);
    // As it arrives.
    let mail = app::mail::mail(app::i18n::Lang::Ru, &letter.letter, domain::OURSELVES, "https://licences.example");
    assert_eq!(mail.subject, "Новая версия");
    let link = format!("https://licences.example/news/unsubscribe/{secret}");
    for said in ["Здравствуйте!", "Журнал стал быстрее.", link.as_str()] {
        assert!(mail.text.contains(said) && mail.html.contains(said), "{said}: {}", mail.text);
    }
}

async fn nobody_learns_who_subscribed(app: TestApp) {
    subscribed(&app, EMAIL).await;
    let ask = async |email: &str| app.visitor().post("subscribe").form(&[("email", email.into())]).plain().send().await;
    let (known, unknown) = (ask(EMAIL).await, ask("nobody@lipa.example").await);
    assert_eq!((known.status, known.leads_to(), &known.body), (unknown.status, unknown.leads_to(), &unknown.body));
    assert_eq!(known.leads_to(), "/news?sent");
    // Its owner is told that there is nothing to do, and how to end it.
    let token = secrets(&app, AccessLetter::NewsAlready, 1).await.remove(0);
    assert_eq!(app.rows("SELECT token FROM subscribers").await, [token]);
}

async fn links_that_do_not_work(app: TestApp) {
    subscribe(&app.visitor(), EMAIL).await.unwrap();
    let token = secrets(&app, AccessLetter::NewsConfirmation, 1).await.remove(0);
    let refused = |fault| Err(DeskError::LinkRefused { fault });
    for garbled in ["", "abc", &token[1..], &token.to_uppercase(), &format!("{token}0"), "' OR '1'='1"] {
        assert_eq!(confirm(&app.visitor(), garbled).await, refused(LinkFault::Unknown), "{garbled}");
    }
    let page = app.visitor().get(&format!("/news/confirm/{}", "0".repeat(64))).await;
    assert!(page.status == 404 && page.text().contains("Ссылка не действует"));
    // It is no link to anything else, nor is another one a link to this.
    for path in ["join", "recovery", "register"] {
        assert_eq!(app.visitor().get(&format!("/{path}/{token}")).await.status, 404, "{path}");
    }
    // A newer one replaces it.
    subscribe(&app.visitor(), EMAIL).await.unwrap();
    let newer = secrets(&app, AccessLetter::NewsConfirmation, 2).await.remove(0);
    assert_eq!(confirm(&app.visitor(), &token).await, refused(LinkFault::Over));
    assert_eq!(count(&app).await, 0);
    // Twice at once, and once more: one subscription.
    let (one, other) = (app.visitor(), app.visitor());
    let (first, second) = tokio::join!(confirm(&one, &newer), confirm(&other, &newer));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(confirm(&app.visitor(), &newer).await, refused(LinkFault::Used));
    assert_eq!(count(&app).await, 1);
    // Too late.
    subscribe(&app.visitor(), "late@lipa.example").await.unwrap();
    let late = secrets(&app, AccessLetter::NewsConfirmation, 3).await.remove(0);
    app.pass(24 * 3600);
    assert_eq!(confirm(&app.visitor(), &late).await, refused(LinkFault::Expired));
    let page = app.visitor().get(&format!("/news/confirm/{late}")).await;
    assert!(page.text().contains("Срок ссылки истёк") && !page.text().contains("<form"), "{}", page.text());
    assert_eq!(count(&app).await, 1);
    let log = app.installation_log().await;
    assert_eq!(log.iter().filter(|action| *action == "news.refused").count(), 3, "once for each reason: {log:?}");
}

async fn what_is_no_email_goes_nowhere(app: TestApp) {
    let before = app.dump().await;
    for (email, problem) in [
        ("", FieldProblem::Required),
        (" ", FieldProblem::Required),
        ("lipa", FieldProblem::NotAnEmail),
        ("lipa@lipa.example\r\nBcc: all@evil.example", FieldProblem::NotAnEmail),
        ("lipa@lipa.example\nRCPT TO:<c@d.example>", FieldProblem::NotAnEmail),
        ("<lipa@lipa.example>", FieldProblem::NotAnEmail),
        ("a@b.example,c@d.example", FieldProblem::NotAnEmail),
        ("l\u{456}pa@lipa.example", FieldProblem::NotAnEmail),
    ] {
        assert_eq!(subscribe(&app.visitor(), email).await, wrong(problem), "{email:?}");
    }
    app.sql("DELETE FROM attempts").await;
    // Lines that go on behind it, and letters that look like others, are no slip: they are in the log, and nothing else.
    assert_eq!(app.installation_log().await, ["news.refused"; 3]);
    before.assert_same_but_for_the_log(&app.dump().await, "what is no e-mail");
    // The form is shown again, with what was typed and what is wrong with it.
    let page = app.visitor().follow_form("/news", "subscribe", &[("email", "lipa".into())]).await;
    assert!(page.contains("value=\"lipa\"") && page.contains("email-error"), "{page}");
}

async fn strangers_fill_no_mailbox(app: TestApp) {
    for _ in 0..6 {
        subscribe(&app.visitor(), EMAIL).await.unwrap();
    }
    secrets(&app, AccessLetter::NewsConfirmation, 4).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    secrets(&app, AccessLetter::NewsConfirmation, 4).await;
    app.pass(3601);
    subscribe(&app.visitor(), EMAIL).await.unwrap();
    secrets(&app, AccessLetter::NewsConfirmation, 5).await;
    // Nor do they ask for many.
    let from = async |address: &str, number: usize| {
        let email = format!("a{number}@lipa.example");
        let ask = app.visitor().post("subscribe").form(&[("email", email)]).header("x-forwarded-for", address);
        ask.call::<()>().await
    };
    for number in 0..30 {
        from("192.0.2.1", number).await.unwrap();
    }
    assert!(matches!(from("192.0.2.1", 30).await, Err(DeskError::TooManyTries { .. })));
    from("192.0.2.2", 30).await.unwrap();
}

async fn one_press_unsubscribes(app: TestApp) {
    subscribed(&app, EMAIL).await;
    let token = unsubscribing(&app, EMAIL, "Раз").await;
    let path = format!("/news/unsubscribe/{token}");
    let page = app.visitor().get(&path).await;
    assert_eq!((page.status, page.text().matches("<button").count()), (200, 1), "{}", page.text());
    assert!(page.text().contains(&format!("action=\"{path}\"")) && page.text().contains("Отписаться"));
    assert_eq!(count(&app).await, 1, "not by looking");
    let origin = app.visitor().client().origin();
    let done = app.visitor().ask("POST", &path).form(&[]).plain().header("origin", origin).send().await;
    assert!(done.status == 200 && done.text().contains("Вы отписаны от новостей"), "{}", done.text());
    assert_eq!(count(&app).await, 0);
    // Nothing more.
    assert_eq!(publish(&app, "Два").await, Published::Now { id: 2, letters: 0 });
    assert!(deliver(&app).await.is_empty());
    // Looked at again it says so; pressed again, it is no mistake.
    let page = app.visitor().get(&path).await;
    assert!(page.status == 404 && page.text().contains("По этой ссылке подписки нет"), "{}", page.text());
    assert_eq!(app.visitor().ask("POST", &path).form(&[]).send().await.status, 200);
    for garbled in ["abc", "%27", &token.to_uppercase(), &"0".repeat(64)] {
        let path = format!("/news/unsubscribe/{garbled}");
        assert_eq!(app.visitor().get(&path).await.status, 404, "{garbled}");
        assert_eq!(app.visitor().ask("POST", &path).form(&[]).send().await.status, 200, "{garbled}");
    }
    assert_eq!(app.installation_log().await.iter().filter(|action| *action == "news.unsubscribed").count(), 1);
}

async fn a_mail_program_unsubscribes_by_itself(app: TestApp) {
    let emails = ["a@lipa.example", "b@lipa.example", "c@lipa.example"];
    for email in emails {
        subscribed(&app, email).await;
    }
    publish(&app, "Раз").await;
    let letters = deliver(&app).await;
    assert_eq!(letters.len(), 3);
    // What the letter says of it (RFC 8058, section 3.1), as it goes to the mail server.
    let post = Smtp::new("smtp://127.0.0.1:1", "Licentia <no-reply@licences.example>", "https://licences.example/");
    let heads = post.unwrap().heads(&letters[0]).unwrap();
    let Letter::News { secret, .. } = &letters[0].letter else { panic!() };
    let link = format!("<https://licences.example/news/unsubscribe/{secret}>");
    let unfolded = heads.replace("\r\n ", " ");
    let line = |name: &str| unfolded.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).map(str::to_owned);
    assert_eq!(line("List-Unsubscribe:"), Some(link), "{heads}");
    assert_eq!(line("List-Unsubscribe-Post:").as_deref(), Some("List-Unsubscribe=One-Click"), "{heads}");
    let ways: [&[(&str, &str)]; 3] = [
        // No cookie, no Origin, as a mail server of Google's or Mail.ru's sends it.
        &[],
        // From the page on which a letter is read, in whatever way its browser says so.
        &[("origin", "https://mail.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
    ];
    for (letter, headers) in letters.iter().zip(ways) {
        let Letter::News { secret, .. } = &letter.letter else { panic!() };
        let before = count(&app).await;
        let mut ask = app.visitor().ask("POST", &format!("/news/unsubscribe/{secret}"));
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        let body = "List-Unsubscribe=One-Click";
        let answer = ask.bytes("application/x-www-form-urlencoded", body).send().await;
        assert_eq!((answer.status, count(&app).await), (200, before - 1), "{headers:?}");
        assert_eq!(answer.cookie("licentia"), None);
    }
    // By looking nobody unsubscribes, whatever a program looks with.
    subscribed(&app, EMAIL).await;
    let token = unsubscribing(&app, EMAIL, "Два").await;
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        app.visitor().ask(method, &format!("/news/unsubscribe/{token}")).send().await;
    }
    assert_eq!(count(&app).await, 1);
}

async fn no_other_change_comes_from_elsewhere(app: TestApp) {
    subscribed(&app, EMAIL).await;
    let admin = app.romashka().await;
    let before = app.dump().await;
    let fields = [("email", "other@lipa.example".to_owned()), ("on", "true".to_owned()), ("token", "0".repeat(64))];
    for path in ["/api/subscribe", "/api/confirm_news", "/api/keep_subscription", "/news", "/news/unsubscribe/a/b"] {
        let ask = admin.ask("POST", path).form(&fields).header("origin", "https://mail.example");
        let answer: Answer = ask.header("sec-fetch-site", "cross-site").send().await;
        assert_eq!((answer.status, answer.refusal()), (403, DeskError::ForeignOrigin), "{path}");
    }
    before.assert_same(&app.dump().await, "changes from elsewhere");
}

async fn whoever_unsubscribes_is_forgotten(app: TestApp) {
    subscribed(&app, EMAIL).await;
    let token = unsubscribing(&app, EMAIL, "Раз").await;
    // One more letter waits, another is on its way just now, and a link for subscribing again lies about.
    publish(&app, "Два").await;
    publish(&app, "Три").await;
    let until = app.now().plus_seconds(600);
    let taken = app.store.take_letters(&[LetterKind::News], app.now(), until, 1).await.unwrap();
    assert_eq!(taken.len(), 1);
    subscribe(&app.visitor(), EMAIL).await.unwrap();
    secrets(&app, AccessLetter::NewsAlready, 1).await;
    assert!(app.dump().await.contains(EMAIL), "it was there");
    app.visitor().ask("POST", &format!("/news/unsubscribe/{token}")).form(&[]).send().await;
    assert!(!app.dump().await.contains(EMAIL), "nothing is left of it");
    assert!(!app.dump().await.contains(&token));
    // What was on its way is settled without a trace, too.
    app.store.settle_letter(&taken[0], Delivery::Taken, LetterState::Sent, app.now(), app.now()).await.unwrap();
    assert!(!app.dump().await.contains(EMAIL));
    assert!(deliver(&app).await.is_empty());
}

async fn the_same_news_go_once(app: TestApp) {
    for email in ["a@lipa.example", "b@lipa.example"] {
        subscribed(&app, email).await;
    }
    assert_eq!(publish(&app, "Раз").await, Published::Now { id: 1, letters: 2 });
    let before = app.dump().await;
    let Published::Before(known) = publish(&app, "Раз").await else { panic!("published twice") };
    assert_eq!((known.id, known.letters), (1, 2));
    before.assert_same(&app.dump().await, "the same news");
    // By several operators at once, too.
    let answers = crate::crowd::at_once((0..4).map(|_| {
        let app = app.clone();
        async move { publish(&app, "Два").await }
    }));
    let new = answers.await.into_iter().filter(|answer| matches!(answer, Published::Now { letters: 2, .. })).count();
    assert_eq!(new, 1);
    assert_eq!(deliver(&app).await.len(), 4);
}

async fn other_letters_go_before_the_news(app: TestApp) {
    for number in 0..5 {
        subscribed(&app, &format!("a{number}@lipa.example")).await;
    }
    publish(&app, "Раз").await;
    app.pass(60);
    let recovery = [("email", "user@romashka.example".to_owned())];
    app.visitor().post("ask_recovery").form(&recovery).call::<()>().await.unwrap();
    for _ in 0..100 {
        if app.number("SELECT count(*) FROM letters WHERE kind = 'recovery'").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let kinds: Vec<LetterKind> = deliver(&app).await.iter().map(|letter| letter.letter.kind()).collect();
    assert_eq!((kinds[0], kinds.len()), (LetterKind::Access(AccessLetter::Recovery), 6));
}

async fn ones_own_address_takes_one_press(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let state = async || {
        let page = user.get("/account").await;
        let (_, rest) =
            page.text().split_once("data-testid=\"subscription\"").unwrap_or_else(|| panic!("{}", page.text()));
        rest.split(['>', '<']).nth(1).unwrap().to_owned()
    };
    let press = async |on: bool| user.follow_form("/account", "keep_subscription", &[("on", on.to_string())]).await;
    assert_eq!(state().await, "Не подписан");
    assert!(press(true).await.contains("Письмо со ссылкой отправлено"));
    assert_eq!(state().await, "Ждёт подтверждения");
    let token = secrets(&app, AccessLetter::NewsConfirmation, 1).await.remove(0);
    confirm(&app.visitor(), &token).await.unwrap();
    assert_eq!(state().await, "Подписан");
    assert_eq!(app.rows("SELECT email FROM subscribers").await, ["user@romashka.example"]);
    assert!(press(false).await.contains("Вы отписаны от новостей"));
    assert_eq!((state().await.as_str(), count(&app).await), ("Не подписан", 0));
    // Too often is said: it is one's own.
    for _ in 0..3 {
        user.post("keep_subscription").form(&[("on", "true".into())]).call::<()>().await.unwrap();
    }
    let often = user.post("keep_subscription").form(&[("on", "true".into())]).call::<()>().await;
    assert!(matches!(often, Err(DeskError::TooManyTries { .. })), "{often:?}");
    // A link that nobody used is over with its time.
    app.pass(24 * 3600);
    let user = app.with_role(Role::User).await;
    assert!(user.get("/account").await.text().contains("Не подписан"));
    // The form of the page has one's own e-mail in it.
    assert!(user.get("/news").await.text().contains("value=\"user@romashka.example\""));
}

async fn the_page_shows_text_as_text(app: TestApp) {
    assert!(app.visitor().get("/news").await.text().contains("Новостей пока нет"));
    let text = "Раз <script>alert(1)</script>\nдва\n\nтри & четыре";
    for number in 0..21 {
        let news = NewsText::check(&format!("Новость {number} <b>"), text).unwrap();
        app.other_desk().publish_news(&news).await.unwrap();
    }
    let page = app.visitor().get("/news").await;
    let text = page.text();
    assert!(
        text.contains("Новость 20 &lt;b&gt;") && text.contains("&lt;script&gt;") && !text.contains("<script>alert")
    );
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(place("Новость 20 ") < place("Новость 19 "), "newest first");
    assert!(!text.contains("Новость 0 ") && text.contains("href=\"/news?before="), "a page of twenty");
    let earlier = app.visitor().get("/news?before=2").await;
    assert!(earlier.text().contains("Новость 0 ") && !earlier.text().contains("Новость 1 "));
    for strange in ["/news?before=x", "/news?before=-5", "/news?before=99999999999999999999", "/news?__err=%00"] {
        assert_eq!(app.visitor().get(strange).await.status, 200, "{strange}");
    }
    // Whoever must connect a second factor first may read them, too.
    assert!(app.visitor().get("/news").await.header("content-security-policy").contains("script-src 'nonce-"));
    let page = app.visitor().ask("GET", "/news").header("cookie", "lang=en").send().await;
    assert!(page.text().contains("Subscription to the news") && !page.text().contains("Подписка"));
}

fn run(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
    command.args(["news", "--database-url", app.url()]).args(arguments).output().unwrap()
}

async fn the_operator_publishes(app: TestApp) {
    subscribed(&app, EMAIL).await;
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("news_{:?}.txt", app.backend()));
    std::fs::write(&file, "Здравствуйте!\n\nЗавтра обновление.\n").unwrap();
    let path = file.to_str().unwrap();
    let publish = |subject: &str| run(&app, &["publish", "--subject", subject, "--text", path]);
    let said = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    let first = publish("Обновление");
    assert!(first.status.success() && said(&first).contains("1 letters wait"), "{first:?}");
    let again = publish("Обновление");
    assert!(again.status.success() && said(&again).contains("published already"), "{again:?}");
    // It lives on another day than the test.
    let now = app.now();
    app.sql(&format!("UPDATE letters SET at = {}, created_at = {} WHERE kind = 'news'", now.0, now.0)).await;
    assert_eq!(deliver(&app).await.len(), 1);
    let list = run(&app, &["list"]);
    assert!(list.status.success() && said(&list).contains("Обновление"), "{list:?}");
    // What is no news is said, and nothing happens.
    let before = app.dump().await;
    let refused = |output: Output, why: &str| {
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(why), "{why}: {error}");
    };
    refused(publish(" "), "the subject is empty");
    refused(publish("Раз\nBcc: a@b.example"), "line 1 of the subject");
    std::fs::write(&file, [0xcf, 0xf0, 0xe8]).unwrap();
    refused(publish("Раз"), "not UTF-8");
    std::fs::write(&file, " \n").unwrap();
    refused(publish("Раз"), "the text is empty");
    std::fs::remove_file(&file).unwrap();
    refused(publish("Раз"), path);
    before.assert_same(&app.dump().await, "what is no news");
}

//! Letters: written with what they tell of, reminders once each, sent at least once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{
    Channel, Delivery, DeskError, FieldProblem, Kopecks, LetterKind, LetterState, OrderId, Payment, PaymentOutcome,
};
use service::Reminded;
use service::ports::{DueLetter, Post, Store};
use sha2::{Digest, Sha256};

use crate::support::{ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    whoever_raised_the_invoice_is_told_of_its_payment,
    nothing_is_told_of_what_did_not_happen,
    one_is_reminded_of_each_stage_once,
    whoever_may_issue_is_told,
    what_ended_is_told_with_its_report,
    stock_that_runs_short_is_told_once,
    stock_that_runs_short_again_is_told_again,
    stock_that_is_there_again_is_not_written_of,
    nobody_is_reminded_of_what_was_renewed_or_is_over,
    whoever_is_not_let_in_waits_for_a_week,
    no_letter_goes_in_quiet_hours_whenever_it_was_due,
    all_that_were_given_up_go_again,
    a_letter_is_tried_until_it_is_taken,
    what_is_refused_for_good_is_not_tried_again,
    servers_share_the_letters,
    whoever_dies_while_sending_leaves_it_to_others,
    a_letter_waits_for_what_is_set,
    what_is_set_is_checked,
    nobody_reads_letters_of_others,
);

const DAY: i64 = 86_400;

/// A mail server that answers as it is told, and keeps what it was sent.
#[derive(Clone)]
struct Answering {
    answer: Arc<Mutex<Delivery>>,
    sent: Arc<Mutex<Vec<DueLetter>>>,
}

impl Answering {
    fn new(answer: Delivery) -> Self {
        Self { answer: Arc::new(Mutex::new(answer)), sent: Arc::default() }
    }

    fn says(&self, answer: Delivery) {
        *self.answer.lock().unwrap() = answer;
    }

    fn sent(&self) -> Vec<(String, LetterKind)> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|letter| (letter.to.clone(), letter.letter.kind())).collect()
    }
}

#[async_trait]
impl Post for Answering {
    fn carries(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, letter: &DueLetter) -> Delivery {
        self.sent.lock().unwrap().push(letter.clone());
        *self.answer.lock().unwrap()
    }
}

async fn raise(user: &User) -> OrderId {
    let fields =
        [("inn", "7707083893"), ("kpp", "773601001"), ("address", "Москва"), ("product[]", "1"), ("seats[]", "2")];
    let fields: Vec<(&str, String)> = fields.map(|(name, value)| (name, value.to_owned())).to_vec();
    user.post("raise_order").form(&fields).call().await.unwrap()
}

fn payment(order: OrderId, roubles: u64) -> Payment {
    Payment {
        source: "operator".into(),
        reference: format!("{order}/{roubles}"),
        amount: Kopecks(roubles * 100),
        payer: String::new(),
        purpose: order.number(),
    }
}

/// Nobody but the owner may do anything.
async fn only_the_owner(app: &TestApp) {
    app.sql("DELETE FROM account_levels WHERE role <> 'owner'").await;
}

/// An order that was paid; its letter waits.
async fn paid(app: &TestApp, user: &User) -> OrderId {
    let order = raise(user).await;
    let outcome = app.other_desk().record_payment(&payment(order, 600)).await.unwrap();
    assert_eq!(outcome, PaymentOutcome::Recorded(order));
    order
}

/// Recipient, kind and state of each letter, oldest first.
async fn letters(app: &TestApp) -> Vec<String> {
    app.rows("SELECT recipient, kind, about, state FROM letters ORDER BY id").await
}

async fn whoever_raised_the_invoice_is_told_of_its_payment(app: TestApp) {
    app.colleague(ROMASHKA, "other@romashka.example").await;
    let admin = app.romashka().await;
    let order = paid(&app, &admin).await;
    let kept = app.store.letters(ROMASHKA, None, None, 10).await.unwrap();
    let [letter] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((letter.to.as_str(), letter.state), ("admin@romashka.example", LetterState::Waiting));
    assert!(letter.at <= app.now(), "it goes at once");
    let page = admin.get(&format!("/letters/{}", letter.id)).await;
    let pool = admin.frame().await.unwrap().pools.pop().unwrap();
    for said in [&order.number(), "ПЭП: 2, до ", pool.code.as_str(), "https://licences.example/users?licence=none"]
    {
        assert!(page.text().contains(said), "{said}");
    }
    let html = admin.get(&format!("/letters/{}/html", letter.id)).await;
    assert!(html.text().contains(&format!("href=\"https://licences.example/orders/{order}\"")));
    let policy = html.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"));
    let styles: BTreeSet<&str> =
        html.text().split(" style=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(!styles.is_empty() && !policy.contains("'unsafe-inline'"), "{policy}");
    for style in &styles {
        let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, Sha256::digest(style));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{style}: {policy}");
    }
    assert_eq!(policy.matches("'sha256-").count(), styles.len());
    assert!(admin.get("/letters").await.text().contains("Оплата зафиксирована"));
    // Told of again, it is one letter.
    app.other_desk().record_payment(&payment(order, 600)).await.unwrap();
    assert_eq!(letters(&app).await.len(), 1);
}

async fn nothing_is_told_of_what_did_not_happen(app: TestApp) {
    let admin = app.romashka().await;
    let order = raise(&admin).await;
    app.other_desk().record_payment(&payment(order, 599)).await.unwrap();
    assert_eq!(letters(&app).await, Vec::<String>::new());
    // What is switched off is not written.
    let mut form = app.other_desk().notifications(&actor(&app).await).await.unwrap().form();
    form.notices.get_mut("order_paid").unwrap().on = false;
    app.other_desk().keep_notifications(&actor(&app).await, &form).await.unwrap();
    app.other_desk().record_payment(&payment(order, 600)).await.unwrap();
    assert_eq!(letters(&app).await, Vec::<String>::new());
}

async fn actor(app: &TestApp) -> service::Actor {
    let desk = app.other_desk();
    let origin = service::Origin::default();
    let visit = service::Visit { origin: &origin, former: None, device: None };
    let entered = desk.sign_in("admin@romashka.example", server::demo::PASSWORD.to_owned(), visit).await.unwrap();
    let service::FirstStep::In(signed_in) = entered else { panic!("no second factor is connected") };
    desk.actor(&signed_in.session, &origin).await.unwrap()
}

async fn of_kind(app: &TestApp, kind: LetterKind) -> Vec<domain::LetterRow> {
    let mut letters = app.store.letters(ROMASHKA, None, None, 1000).await.unwrap();
    letters.retain(|letter| letter.letter.kind() == kind);
    letters.reverse();
    letters
}

async fn one_is_reminded_of_each_stage_once(app: TestApp) {
    only_the_owner(&app).await;
    let desk = app.other_desk();
    let mut reminded = Reminded::default();
    let mut stages = Vec::new();
    // The term of WE12Qmxx ends in 45 days.
    for _ in 0..46 {
        desk.remind(&mut reminded).await.unwrap();
        // Another server, that was started just now, looks too.
        app.other_desk().remind(&mut Reminded::default()).await.unwrap();
        app.pass(DAY);
    }
    let until = app.store.pools(ROMASHKA).await.unwrap().into_iter().find(|pool| pool.code.as_str() == "WE12Qmxx");
    let until = until.unwrap().valid_until.unwrap();
    for letter in of_kind(&app, LetterKind::TermEnds).await {
        if let domain::Letter::TermEnds { stage, until: end, pools } = &letter.letter
            && *end == until
        {
            assert_eq!(pools.iter().map(|pool| pool.code.as_str()).collect::<Vec<_>>(), ["WE12Qmxx"]);
            let left = (until.0 - letter.at.0) / (DAY * 1_000_000);
            assert!(left < i64::from(*stage) + 1, "at {left} days");
            assert_eq!(letter.at.hours_minutes(), (9, 0), "in the morning");
            stages.push(*stage);
        }
    }
    assert_eq!(stages, [60, 30, 14, 7, 1]);
}

async fn what_ended_is_told_with_its_report(app: TestApp) {
    only_the_owner(&app).await;
    let desk = app.other_desk();
    app.pass(50 * DAY);
    desk.end_terms().await.unwrap();
    let told = of_kind(&app, LetterKind::TermEnded).await;
    let [letter] = told.as_slice() else { panic!("{told:?}") };
    let domain::Letter::TermEnded { operation, pool, people } = &letter.letter else { panic!() };
    assert_eq!((pool.code.as_str(), *people), ("WE12Qmxx", pool.issued));
    let admin = app.romashka().await;
    let page = admin.get(&format!("/letters/{}", letter.id)).await;
    assert!(page.text().contains(&format!("https://licences.example/operations/{operation}")));
    desk.end_terms().await.unwrap();
    assert_eq!(of_kind(&app, LetterKind::TermEnded).await.len(), 1);
}

async fn whoever_may_issue_is_told(app: TestApp) {
    app.other_desk().remind(&mut service::Reminded::default()).await.unwrap();
    let to = "SELECT DISTINCT recipient FROM letters WHERE organization_id = 1 ORDER BY recipient";
    assert_eq!(
        app.rows(to).await,
        ["admin@romashka.example", "hr@romashka.example"],
        "not the accountant, not support"
    );
}

async fn stock_that_runs_short_is_told_once(app: TestApp) {
    only_the_owner(&app).await;
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let mut reminded = Reminded::default();
    desk.remind(&mut reminded).await.unwrap();
    let short = of_kind(&app, LetterKind::StockLow).await.len();
    let soon = of_kind(&app, LetterKind::StockLasts).await.len();
    assert_eq!(
        short, 5,
        "УКЭП, УКЭП Госключ and УНЭП Госключ have one left each, «Офис Профи» none and «Видеосвязь» three"
    );
    // УНЭП EasyDocs has 51 left; it falls under the threshold at 47 issued.
    let pool = admin.pool("Zt-4mVb9").await.id;
    let issued = admin.issue(&admin.issuable(46).await, pool).await;
    desk.remind(&mut reminded).await.unwrap();
    assert_eq!(of_kind(&app, LetterKind::StockLow).await.len(), short, "five are not fewer than five");
    assert!(issued.accepted == 46);
    admin.issue(&admin.issuable(1).await, pool).await;
    desk.remind(&mut reminded).await.unwrap();
    desk.remind(&mut reminded).await.unwrap();
    let told = of_kind(&app, LetterKind::StockLow).await;
    assert_eq!(told.len(), short + 1);
    let domain::Letter::StockLow { title, left, threshold, .. } = &told[short].letter else { panic!() };
    assert_eq!((title.as_str(), *left, *threshold), ("УНЭП EasyDocs", 4, 5));
    // At that pace it does not last: that is found with the next day.
    assert_eq!(of_kind(&app, LetterKind::StockLasts).await.len(), soon);
    app.pass(DAY);
    desk.remind(&mut reminded).await.unwrap();
    assert_eq!(of_kind(&app, LetterKind::StockLasts).await.len(), soon + 1);
}

async fn stock_that_runs_short_again_is_told_again(app: TestApp) {
    only_the_owner(&app).await;
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let mut reminded = Reminded::default();
    let told = async || {
        let letters = of_kind(&app, LetterKind::StockLow).await;
        let ours = |letter: &&domain::LetterRow| matches!(&letter.letter, domain::Letter::StockLow { title, .. } if title == "УНЭП EasyDocs");
        letters.iter().filter(ours).count()
    };
    let pool = admin.pool("Zt-4mVb9").await.id;
    let issued = admin.issue(&admin.issuable(47).await, pool).await;
    desk.remind(&mut reminded).await.unwrap();
    assert_eq!(told().await, 1);
    admin.undo(issued.id).await.unwrap();
    desk.remind(&mut reminded).await.unwrap();
    assert_eq!(told().await, 1);
    admin.issue(&admin.issuable(48).await, pool).await;
    desk.remind(&mut reminded).await.unwrap();
    app.other_desk().remind(&mut Reminded::default()).await.unwrap();
    assert_eq!(told().await, 2);
}

async fn stock_that_is_there_again_is_not_written_of(app: TestApp) {
    only_the_owner(&app).await;
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let mut reminded = Reminded::default();
    let pool = admin.pool("Zt-4mVb9").await.id;
    let issued = admin.issue(&admin.issuable(47).await, pool).await;
    desk.remind(&mut reminded).await.unwrap();
    admin.undo(issued.id).await.unwrap();
    desk.remind(&mut reminded).await.unwrap();
    // It was to go tomorrow morning.
    app.pass(86_400);
    let post = Answering::new(Delivery::Taken);
    while desk.send_letters(&post).await.unwrap() > 0 {}
    let low = |title: &str| {
        let sent = post.sent.lock().unwrap();
        let of =
            |letter: &DueLetter| matches!(&letter.letter, domain::Letter::StockLow { title: of, .. } if of == title);
        sent.iter().filter(|letter| of(letter)).count()
    };
    assert_eq!((low("УНЭП EasyDocs"), low("УКЭП")), (0, 1), "of the other there is still one left");
}

async fn nobody_is_reminded_of_what_was_renewed_or_is_over(app: TestApp) {
    let desk = app.other_desk();
    let admin = app.romashka().await;
    let mut reminded = Reminded::default();
    desk.remind(&mut reminded).await.unwrap();
    let first = of_kind(&app, LetterKind::TermEnds).await.len();
    // Nobody holds a seat of it any more.
    let holders = admin.pick(7, |row| row.held.iter().any(|held| held.product.0 == 3)).await;
    let preview = admin.preview_of(domain::Deed::Revoke, &holders).await;
    admin.confirm(&preview, None).await.unwrap();
    assert_eq!(admin.pool("WE12Qmxx").await.issued, 0);
    app.pass(20 * DAY);
    desk.remind(&mut reminded).await.unwrap();
    assert_eq!(of_kind(&app, LetterKind::TermEnds).await.len(), first, "thirty days before, nobody is concerned");
    // What nobody could send for a week is not sent.
    let post = Answering::new(Delivery::Taken);
    while desk.send_letters(&post).await.unwrap() > 0 {}
    assert!(post.sent().iter().all(|(_, kind)| *kind != LetterKind::TermEnds), "{:?}", post.sent());
    let stale = of_kind(&app, LetterKind::TermEnds).await;
    assert!(stale.iter().all(|letter| letter.state == LetterState::Failed));
    let admin = app.romashka().await;
    let page = admin.get(&format!("/letters/{}", stale[0].id)).await;
    assert!(page.text().contains("Не отправлено: устарело"));
}

async fn whoever_is_not_let_in_waits_for_a_week(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    paid(&app, &admin).await;
    let post = Answering::new(Delivery::Barred { code: Some(535) });
    for _ in 0..6 * 24 {
        desk.send_letters(&post).await.unwrap();
        app.pass(3600);
    }
    assert!(post.sent().len() > 50, "{}", post.sent().len());
    post.says(Delivery::Taken);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    assert_eq!(app.store.letter_counts(ROMASHKA).await.unwrap(), [(LetterState::Sent, 1)]);
}

async fn no_letter_goes_in_quiet_hours_whenever_it_was_due(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let quiet = [("notices[order_paid][quiet_from]", "12:30"), ("notices[order_paid][quiet_until]", "14:00")];
    keep(&app, &admin, &quiet).await.unwrap();
    paid(&app, &admin).await;
    let post = Answering::new(Delivery::Later { code: Some(450) });
    for _ in 0..4 {
        desk.send_letters(&post).await.unwrap();
        app.pass(9 * 60);
    }
    let tried = post.sent().len();
    assert!(tried >= 2);
    // It is 12:36 and the next try would be soon.
    for _ in 0..9 {
        desk.send_letters(&post).await.unwrap();
        app.pass(9 * 60);
    }
    assert_eq!(post.sent().len(), tried, "until two o'clock");
    app.pass(10 * 60);
    desk.send_letters(&post).await.unwrap();
    assert_eq!(post.sent().len(), tried + 1);
    assert_eq!(app.number("SELECT MAX(tries) FROM letters").await, i64::try_from(tried + 1).unwrap());
}

async fn all_that_were_given_up_go_again(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    for _ in 0..3 {
        paid(&app, &admin).await;
    }
    let post = Answering::new(Delivery::Refused { code: Some(553) });
    while desk.send_letters(&post).await.unwrap() > 0 {}
    assert_eq!(app.store.letter_counts(ROMASHKA).await.unwrap(), [(LetterState::Failed, 3)]);
    let again: u64 = admin.post("retry_failed_letters").form(&[]).call().await.unwrap();
    assert_eq!(again, 3);
    post.says(Delivery::Taken);
    while desk.send_letters(&post).await.unwrap() > 0 {}
    assert_eq!(app.store.letter_counts(ROMASHKA).await.unwrap(), [(LetterState::Sent, 3)]);
    assert!(app.audit(ROMASHKA).await.contains(&"letters.retried notifications".to_owned()));
    let none: u64 = app.sever().await.post("retry_failed_letters").form(&[]).call().await.unwrap();
    assert_eq!(none, 0);
}

async fn a_letter_is_tried_until_it_is_taken(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    paid(&app, &admin).await;
    let post = Answering::new(Delivery::Later { code: Some(451) });
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0, "not before its time");
    app.pass(61);
    post.says(Delivery::Unreachable);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    app.pass(61);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0, "the pauses grow");
    app.pass(300);
    post.says(Delivery::Taken);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    app.pass(10 * DAY);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0, "it has gone");
    assert_eq!(post.sent().len(), 3);
    let tries = app.rows("SELECT number, outcome, reply FROM letter_tries ORDER BY number").await;
    assert_eq!(tries.len(), 3);
    let admin = app.romashka().await;
    let page = admin.get(&admin_letter(&app).await).await;
    let page = page.text();
    for said in ["Отложено почтовым сервером (код 451)", "Почтовый сервер недоступен", "Принято почтовым сервером"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("retry_letter"), "what has gone is not offered again");
    let id = app.store.letters(ROMASHKA, None, None, 1).await.unwrap()[0].id;
    assert_eq!(retry(&admin, id.0).await, Err(DeskError::LetterSent));
}

async fn admin_letter(app: &TestApp) -> String {
    format!("/letters/{}", app.store.letters(ROMASHKA, None, None, 1).await.unwrap()[0].id)
}

async fn retry(user: &User, letter: i64) -> Result<(), DeskError> {
    user.post("retry_letter").form(&[("letter", letter.to_string())]).call().await
}

async fn what_is_refused_for_good_is_not_tried_again(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    paid(&app, &admin).await;
    let post = Answering::new(Delivery::Refused { code: Some(550) });
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    app.pass(2 * 3600);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0);
    let letter = app.store.letters(ROMASHKA, Some(LetterState::Failed), None, 1).await.unwrap().pop().unwrap();
    // Until somebody says so.
    retry(&admin, letter.id.0).await.unwrap();
    post.says(Delivery::Taken);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    let tries = app.store.letter_tries(ROMASHKA, letter.id).await.unwrap();
    let tries: Vec<Delivery> = tries.into_iter().map(|tried| tried.delivery).collect();
    assert_eq!(tries, [Delivery::Refused { code: Some(550) }, Delivery::Taken], "the log forgets nothing");
    let counts = app.store.letter_counts(ROMASHKA).await.unwrap();
    assert_eq!(counts, [(LetterState::Sent, 1)]);
    assert!(app.audit(ROMASHKA).await.contains(&format!("letter.retried letter:{}", letter.id)));
    assert_eq!(retry(&admin, 999_999).await, Err(DeskError::UnknownLetter));
}

async fn servers_share_the_letters(app: TestApp) {
    let admin = app.romashka().await;
    for _ in 0..30 {
        paid(&app, &admin).await;
    }
    let post = Answering::new(Delivery::Taken);
    let sending = (0..4).map(|_| {
        let (desk, post) = (app.other_desk(), post.clone());
        async move { while desk.send_letters(&post).await.unwrap() > 0 {} }
    });
    crate::crowd::at_once(sending).await;
    let mut ids: Vec<i64> = post.sent.lock().unwrap().iter().map(|letter| letter.id.0).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (30, 30), "each of them once");
    assert_eq!(app.store.letter_counts(ROMASHKA).await.unwrap(), [(LetterState::Sent, 30)]);
}

async fn whoever_dies_while_sending_leaves_it_to_others(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    paid(&app, &admin).await;
    let taken =
        app.store.take_letters(&[LetterKind::OrderPaid], app.now(), app.now().plus_seconds(1800), 10).await.unwrap();
    assert_eq!(taken.len(), 1);
    // It may have been sent; nobody noted it down.
    let post = Answering::new(Delivery::Taken);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0, "somebody has it");
    app.pass(1801);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 1);
    assert_eq!(post.sent(), [("admin@romashka.example".to_owned(), LetterKind::OrderPaid)]);
}

/// The fields of «Уведомления» as they are, with some of them changed.
async fn fields(app: &TestApp, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = app.other_desk().notifications(&actor(app).await).await.unwrap().form();
    let mut fields = vec![
        ("threshold".to_owned(), form.threshold),
        ("horizon_days".to_owned(), form.horizon_days),
        ("english".to_owned(), form.english.to_string()),
    ];
    for (kind, notice) in form.notices {
        let values = [
            ("on", notice.on.to_string()),
            ("to", notice.to),
            ("at", notice.at),
            ("delay", notice.delay),
            ("quiet_from", notice.quiet_from),
            ("quiet_until", notice.quiet_until),
        ];
        fields.extend(values.map(|(name, value)| (format!("notices[{kind}][{name}]"), value)));
    }
    for (name, value) in changed {
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}"));
        field.1 = (*value).to_owned();
    }
    fields
}

async fn keep(app: &TestApp, user: &User, changed: &[(&str, &str)]) -> Result<(), DeskError> {
    let fields = fields(app, changed).await;
    let fields: Vec<(&str, String)> = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    user.post("keep_notifications").form(&fields).call().await
}

async fn a_letter_waits_for_what_is_set(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let changed = [
        ("notices[order_paid][to]", "Бухгалтерия <buh@romashka.example>"),
        ("notices[order_paid][delay]", "30"),
        ("notices[order_paid][quiet_from]", "12:00"),
        ("notices[order_paid][quiet_until]", "13:00"),
        ("english", "true"),
    ];
    keep(&app, &admin, &changed).await.unwrap();
    assert!(app.audit(ROMASHKA).await.contains(&"notifications.changed notifications".to_owned()));
    let told = app.told(ROMASHKA, "notifications.changed").await.remove(0);
    let to = |set: &str| told[set]["notices"]["order_paid"]["to"].to_string();
    assert_eq!((to("was"), to("is")), ("[]".into(), r#"["buh@romashka.example"]"#.into()));
    let page = admin.get("/log?what=letters").await;
    for shown in
        ["Кому: — → buh@romashka.example", "Язык писем: русский → английский", "Не беспокоить: — → 12:00–13:00"]
    {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    let page = admin.get("/notifications").await;
    assert!(page.text().contains("value=\"buh@romashka.example\"") && page.text().contains("value=\"12:00\""));
    // Noon, and half an hour more, is in quiet hours.
    paid(&app, &admin).await;
    let post = Answering::new(Delivery::Taken);
    app.pass(40 * 60);
    assert_eq!(desk.send_letters(&post).await.unwrap(), 0);
    app.pass(30 * 60);
    assert_eq!(desk.send_letters(&post).await.unwrap() + desk.send_letters(&post).await.unwrap(), 2);
    let mut to: Vec<String> = post.sent().into_iter().map(|(to, _)| to).collect();
    to.sort();
    assert_eq!(to, ["admin@romashka.example", "buh@romashka.example"]);
    assert!(post.sent.lock().unwrap().iter().all(|letter| letter.language == domain::Language::En));
    let letter = admin.get(&admin_letter(&app).await).await;
    assert!(letter.text().contains("The payment of the order"));
    // The other organisation's are as they were.
    assert_eq!(app.store.notifications(SEVER).await.unwrap(), None);
}

async fn what_is_set_is_checked(app: TestApp) {
    let admin = app.romashka().await;
    let before = app.store.notifications(ROMASHKA).await.unwrap();
    let wrong = [
        ("threshold", "-1", "threshold"),
        ("horizon_days", "366", "horizon_days"),
        ("notices[stock_low][to]", "nobody", "stock_low-to"),
        ("notices[stock_low][at]", "25:00", "stock_low-at"),
        ("notices[stock_low][delay]", "a day", "stock_low-delay"),
        ("notices[stock_low][quiet_from]", "08:00", "stock_low-quiet_until"),
    ];
    for (name, value, field) in wrong {
        match keep(&app, &admin, &[(name, value)]).await {
            Err(DeskError::InvalidForm { fields }) => assert_eq!(fields[0].field, field),
            other => panic!("{name}: {other:?}"),
        }
    }
    let quiet = [("notices[stock_low][quiet_from]", "08:00"), ("notices[stock_low][quiet_until]", "10:00")];
    match keep(&app, &admin, &quiet).await {
        Err(DeskError::InvalidForm { fields }) => assert_eq!(fields[0].problem, FieldProblem::InQuietHours),
        other => panic!("{other:?}"),
    }
    assert_eq!(app.store.notifications(ROMASHKA).await.unwrap(), before);
    assert!(!app.audit(ROMASHKA).await.iter().any(|entry| entry.starts_with("notifications.changed")));
}

async fn nobody_reads_letters_of_others(app: TestApp) {
    let (romashka, sever) = (app.romashka().await, app.sever().await);
    paid(&app, &romashka).await;
    let letter = app.store.letters(ROMASHKA, None, None, 1).await.unwrap()[0].id;
    assert_eq!(sever.get(&format!("/letters/{letter}")).await.status, 404);
    assert_eq!(sever.get(&format!("/letters/{letter}/html")).await.status, 404);
    assert_eq!(retry(&sever, letter.0).await, Err(DeskError::UnknownLetter));
    assert!(!sever.get("/letters").await.text().contains("admin@romashka.example"));
    assert_eq!(romashka.get(&format!("/letters/{letter}")).await.status, 200);
}

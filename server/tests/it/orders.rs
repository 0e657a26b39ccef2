//! Orders: raised, invoiced, paid once, and what is refused.

use domain::{Deed, DeskError, FieldProblem, Kopecks, Mismatch, OrderId, Payment, PaymentOutcome, Pool, ProductId};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::support::{Answer, ROMASHKA, SECRET, TestApp, User, on_both};

on_both!(
    an_order_becomes_stock_when_it_is_paid,
    what_cannot_be_ordered,
    a_payment_counts_once,
    an_order_is_paid_or_given_up,
    what_pays_no_order_is_kept_and_changes_nothing,
    an_order_is_given_up,
    a_provider_signs_what_it_tells_of,
    the_operator_edits_the_catalogue,
    a_trial_is_had_once,
    pages_of_orders,
);

const INN: &str = "7707083893";

fn fields(lines: &[(ProductId, &str)]) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("inn", INN.to_owned()),
        ("kpp", "773601001".to_owned()),
        ("address", "117997, Москва, ул. Вавилова, д. 19".to_owned()),
    ];
    for (product, seats) in lines {
        fields.push(("product[]", product.to_string()));
        fields.push(("seats[]", (*seats).to_owned()));
    }
    fields
}

async fn raise(user: &User, lines: &[(ProductId, &str)]) -> Result<OrderId, DeskError> {
    user.post("raise_order").form(&fields(lines)).call().await
}

fn payment(order: OrderId, roubles: u64, reference: &str) -> Payment {
    Payment {
        source: "statement".into(),
        reference: reference.into(),
        amount: Kopecks(roubles * 100),
        payer: "ООО «Ромашка»".into(),
        purpose: format!("Оплата по счёту № {} от 21.11.2026", order.number()),
    }
}

/// The catalogue's first two products: ПЭП for 300 and УНЭП EasyDocs for 900 roubles, a year each.
const PEP: ProductId = ProductId(1);
const UNEP: ProductId = ProductId(2);

async fn an_order_becomes_stock_when_it_is_paid(app: TestApp) {
    let admin = app.romashka().await;
    let before = admin.frame().await.unwrap().pools;
    let order = raise(&admin, &[(PEP, "10"), (UNEP, " 1 000 "), (ProductId(3), "")]).await.unwrap();
    assert_eq!(admin.frame().await.unwrap().pools, before, "nothing is there before it is paid");
    app.pass(5 * 86_400);
    let paid_at = app.now();
    let outcome = app.other_desk().record_payment(&payment(order, 903_000, "17")).await.unwrap();
    assert_eq!(outcome, PaymentOutcome::Recorded(order));
    let admin = app.romashka().await;
    let pools: Vec<Pool> = admin.frame().await.unwrap().pools.into_iter().skip(before.len()).collect();
    let bought: Vec<(ProductId, u64, u64)> =
        pools.iter().map(|pool| (pool.product.id, pool.total, pool.issued)).collect();
    assert_eq!(bought, [(PEP, 10, 0), (UNEP, 1000, 0)]);
    for pool in &pools {
        assert!(
            pool.valid_from >= paid_at && pool.valid_from < paid_at.plus_seconds(60),
            "the term begins when it is paid"
        );
        assert_eq!(pool.valid_until, Some(pool.valid_from.date().plus_months(12).end()));
        assert_eq!(pool.code.as_str().len(), 8);
    }
    assert_ne!(pools[0].code, pools[1].code);
    // What was bought can be issued.
    let done = admin.issue(&admin.issuable(10).await, pools[0].id).await;
    assert_eq!(done.accepted, 10);
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(1).await).await;
    assert!(admin.confirm(&preview, Some(pools[0].id)).await.is_err(), "no more than were bought");
    let order_acts = ["order.raised", "order.paid"].map(|act| format!("{act} order:{order}"));
    assert_eq!(app.audit(ROMASHKA).await[..2], order_acts);
    let page = admin.get(&format!("/orders/{order}")).await;
    assert!(page.text().contains("Оплачен") && page.text().contains(pools[0].code.as_str()));
    let invoice = admin.get(&format!("/orders/{order}/invoice")).await;
    assert!(invoice.text().contains(&format!("Оплачен {}", paid_at.date())));
}

async fn what_cannot_be_ordered(app: TestApp) {
    let admin = app.romashka().await;
    let before = app.dump().await;
    let wrong = async |fields: &[(&str, String)]| match admin.post("raise_order").form(fields).call::<OrderId>().await {
        Err(DeskError::InvalidForm { fields }) => {
            fields.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let mut form = fields(&[(PEP, "0"), (UNEP, "")]);
    assert_eq!(wrong(&form).await, [("seats".to_owned(), FieldProblem::Required)]);
    form[0].1 = "7707083894".into();
    assert_eq!(wrong(&form).await[0], ("inn".to_owned(), FieldProblem::NotAnInn));
    assert_eq!(
        wrong(&fields(&[(PEP, "1000001")])).await,
        [("seats-1".to_owned(), FieldProblem::NotACount { most: 1_000_000 })]
    );
    assert_eq!(wrong(&fields(&[(ProductId(99), "1")])).await, [("seats".to_owned(), FieldProblem::NotSold)]);
    before.assert_same(&app.dump().await, "an order that is refused");
    // What was typed is there again, and not in the address.
    let referer = format!("{}/orders/new", admin.client().origin());
    let refused = admin.post("raise_order").form(&form).plain().header("referer", &referer).send().await;
    assert!(refused.leads_to().starts_with(&referer) && !refused.leads_to().contains("7707083894"));
    let kept = refused.cookie("typed-order").unwrap();
    let kept = kept.split(';').next().unwrap();
    let cookies = format!("{}; {kept}", admin.cookie().unwrap());
    let path = refused.leads_to().trim_start_matches(&admin.client().origin()).to_owned();
    let page = admin.ask("GET", &path).header("cookie", cookies).send().await;
    assert!(page.text().contains("value=\"7707083894\"") && page.text().contains("не сходится"));
}

async fn a_payment_counts_once(app: TestApp) {
    let admin = app.romashka().await;
    let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
    let pools = admin.frame().await.unwrap().pools.len();
    let answers = crate::crowd::at_once((0..8).map(|number| {
        let desk = app.other_desk();
        // Half of them tell of another payment of the same order.
        let payment = payment(order, 600, if number % 2 == 0 { "17" } else { "18" });
        async move { desk.record_payment(&payment).await.unwrap() }
    }))
    .await;
    let recorded = answers.iter().filter(|answer| **answer == PaymentOutcome::Recorded(order)).count();
    assert_eq!(recorded, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(
        answer,
        PaymentOutcome::Recorded(_) | PaymentOutcome::Known(_) | PaymentOutcome::Unmatched(Mismatch::Paid)
    )));
    assert_eq!(admin.frame().await.unwrap().pools.len(), pools + 1);
    assert_eq!(app.number("SELECT count(*) FROM payments").await, 2, "both are kept");
    let again = app.other_desk().record_payment(&payment(order, 600, "17")).await.unwrap();
    assert!(matches!(again, PaymentOutcome::Known(_)), "{again:?}");
    // The same name with another amount is another payment: it is not taken for the first.
    let other = app.other_desk().record_payment(&payment(order, 700, "17")).await.unwrap();
    assert_eq!(other, PaymentOutcome::Contradicts);
}

/// Whoever is quicker: the order is either paid and stock, or given up and the payment kept.
async fn an_order_is_paid_or_given_up(app: TestApp) {
    let admin = app.romashka().await;
    for round in 0..6 {
        let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
        let pools = admin.frame().await.unwrap().pools.len();
        let (desk, told) = (app.other_desk(), payment(order, 600, &format!("r{round}")));
        let (user, form) = (admin.clone(), [("order", order.to_string())]);
        let paying = tokio::spawn(async move { desk.record_payment(&told).await.unwrap() });
        let cancelling = tokio::spawn(async move { user.post("cancel_order").form(&form).call::<()>().await });
        let (paid, cancelled) = (paying.await.unwrap(), cancelling.await.unwrap());
        let more = admin.frame().await.unwrap().pools.len() - pools;
        match paid {
            PaymentOutcome::Recorded(_) => assert_eq!((cancelled, more), (Err(DeskError::OrderNotOpen), 1)),
            PaymentOutcome::Unmatched(Mismatch::Cancelled) => assert_eq!((cancelled, more), (Ok(()), 0)),
            other => panic!("{other:?}"),
        }
    }
}

async fn what_pays_no_order_is_kept_and_changes_nothing(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
    let other = raise(&admin, &[(PEP, "3")]).await.unwrap();
    let pools = admin.frame().await.unwrap().pools;
    let told = [
        (payment(order, 599, "1"), Mismatch::Amount),
        (payment(OrderId(999_999), 600, "2"), Mismatch::NoInvoice),
        (Payment { purpose: "Аренда".into(), ..payment(order, 600, "3") }, Mismatch::NoInvoice),
        (
            Payment { purpose: format!("{} и {}", order.number(), other.number()), ..payment(order, 600, "4") },
            Mismatch::Several,
        ),
    ];
    for (payment, why) in &told {
        assert_eq!(desk.record_payment(payment).await.unwrap(), PaymentOutcome::Unmatched(*why));
        assert_eq!(desk.record_payment(payment).await.unwrap(), PaymentOutcome::Known(None));
    }
    // Where it is known whose it was to be, their log tells.
    assert_eq!(app.audit(ROMASHKA).await[2..], [format!("payment.unmatched order:{order}")]);
    // What no database holds as text is no harm.
    let strange = Payment { payer: "a\0b".into(), purpose: "\0\n".into(), ..payment(order, 1, "a\0") };
    assert_eq!(desk.record_payment(&strange).await.unwrap(), PaymentOutcome::Unmatched(Mismatch::NoInvoice));
    assert_eq!(desk.record_payment(&strange).await.unwrap(), PaymentOutcome::Known(None));
    let listed = desk.unmatched_payments().await.unwrap();
    let listed: Vec<Mismatch> = listed.iter().rev().take(told.len()).map(|known| known.mismatch).collect();
    assert_eq!(listed, told.iter().map(|(_, why)| *why).collect::<Vec<_>>());
    assert_eq!(admin.frame().await.unwrap().pools, pools);
    // The operator is told what it should have been.
    assert_eq!(desk.amount_due(order).await.unwrap(), Some(Kopecks(60_000)));
    assert_eq!(desk.amount_due(OrderId(999_999)).await.unwrap(), None);
    // The right one still pays.
    assert_eq!(desk.record_payment(&payment(order, 600, "5")).await.unwrap(), PaymentOutcome::Recorded(order));
}

async fn an_order_is_given_up(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    let cancel =
        async |order: OrderId| admin.post("cancel_order").form(&[("order", order.to_string())]).call::<()>().await;
    let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
    // Asked for on a page of its own, which says what comes of it.
    assert!(!admin.get(&format!("/orders/{order}")).await.text().contains("/api/cancel_order"));
    let path = format!("/orders/{order}/cancel");
    let asked = admin.get(&path).await;
    for text in ["ПЭП — 2", "600,00", "оформите новый", "платёж останется нераспознанным", "class=\"button danger\""]
    {
        assert!(asked.text().contains(text), "{text}");
    }
    cancel(order).await.unwrap();
    let again = admin.post("cancel_order").form(&[("order", order.to_string())]).plain().send().await;
    let page = admin.get(again.leads_to()).await;
    assert!(page.text().contains("role=\"status\" class=\"note\"><span>Заказ отменён"), "{}", again.leads_to());
    assert_eq!(admin.get(&path).await.leads_to(), format!("/orders/{order}"));
    // Its invoice cannot be taken for one that is to be paid.
    assert!(!page.text().contains("/invoice.pdf"));
    let invoice = admin.get(&format!("/orders/{order}/invoice")).await;
    assert!(invoice.text().contains("Не оплачивайте этот счёт") && !invoice.text().contains("/invoice.pdf"));
    let before = app.dump().await;
    cancel(order).await.unwrap();
    before.assert_same(&app.dump().await, "given up twice");
    let late = desk.record_payment(&payment(order, 600, "1")).await.unwrap();
    assert_eq!(late, PaymentOutcome::Unmatched(Mismatch::Cancelled));
    let paid = raise(&admin, &[(PEP, "2")]).await.unwrap();
    desk.record_payment(&payment(paid, 600, "2")).await.unwrap();
    assert_eq!(cancel(paid).await, Err(DeskError::OrderNotOpen));
    // Paid while the question was open: that is said on its page.
    let referer = format!("{}/orders/{paid}/cancel", admin.client().origin());
    let form = [("order", paid.to_string())];
    let refused = admin.post("cancel_order").form(&form).plain().header("referer", &referer).send().await;
    let path = refused.leads_to().trim_start_matches(&admin.client().origin()).to_owned();
    let there = admin.get(&path).await.leads_to().to_owned();
    assert!(there.starts_with(&format!("/orders/{paid}?__err=")), "{there}");
    assert!(admin.get(&there).await.text().contains("role=\"alert\""));
    assert_eq!(cancel(OrderId(999)).await, Err(DeskError::UnknownOrder));
}

async fn a_provider_signs_what_it_tells_of(app: TestApp) {
    let admin = app.romashka().await;
    let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
    let body = format!(r#"{{"reference":"x1","amount":"600.00","purpose":"{}"}}"#, order.number());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let sign_at = |at: u64, secret: &str, body: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.{body}").as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={hex}")
    };
    let sign = |secret: &str, body: &str| sign_at(now, secret, body);
    let tell_at = async |at: u64, body: &str, signature: &str| -> Answer {
        let ask = app.visitor().ask("POST", "/webhooks/payments").bytes("application/json", body.as_bytes());
        let ask = ask.header("x-licentia-timestamp", at.to_string());
        ask.header("x-licentia-signature", signature).send().await
    };
    let tell = async |body: &str, signature: &str| tell_at(now, body, signature).await;
    let before = app.dump().await;
    let other = "another secret of thirty-two characters";
    for signature in ["", "sha256=", "sha256=zz", &sign(other, &body), &sign(SECRET, &format!("{body} "))] {
        let answer = tell(&body, signature).await;
        assert_eq!((answer.status, answer.text()), (401, r#"{"outcome":"not_signed"}"#), "{signature}");
    }
    for wrong in [
        "",
        "{",
        "null",
        r#"{"reference":"","amount":"1","purpose":""}"#,
        r#"{"reference":"a","amount":"-1","purpose":""}"#,
    ] {
        let answer = tell(wrong, &sign(SECRET, wrong)).await;
        assert_eq!((answer.status, answer.text()), (400, r#"{"outcome":"malformed"}"#), "{wrong}");
    }
    for old in [now - 600, now + 600, 0] {
        let answer = tell_at(old, &body, &sign_at(old, SECRET, &body)).await;
        assert_eq!((answer.status, answer.text()), (401, r#"{"outcome":"too_old"}"#));
        // A fresh time stamp on an old signature.
        assert_eq!(tell_at(now, &body, &sign_at(old, SECRET, &body)).await.text(), r#"{"outcome":"not_signed"}"#);
    }
    let long = "x".repeat(100_000);
    assert_eq!(tell(&long, &sign(SECRET, &long)).await.text(), r#"{"outcome":"too_large"}"#);
    before.assert_same_but_for_the_log(&app.dump().await, "what is not signed, or makes no sense");
    let unsigned = "webhook.not_signed";
    let aged = ["webhook.too_old", unsigned, "webhook.too_old", unsigned, "webhook.too_old", unsigned];
    let refused = [&[unsigned; 5][..], &["webhook.malformed"; 5], &aged, &["webhook.too_large"]].concat();
    assert_eq!(app.installation_log().await, refused);
    assert!(!app.dump().await.contains(&order.number()), "nothing of what was sent is written down");
    let answer = tell(&body, &sign(SECRET, &body)).await;
    let recorded = format!(r#"{{"outcome":"recorded","order":"{}"}}"#, order.number());
    assert_eq!((answer.status, answer.text()), (200, recorded.as_str()));
    assert_eq!(tell(&body, &sign(SECRET, &body)).await.text(), recorded.replace("recorded", "known"));
    let other = body.replace("600.00", "601.00");
    let answer = tell(&other, &sign(SECRET, &other)).await;
    assert_eq!((answer.status, answer.text()), (409, r#"{"outcome":"contradicts"}"#));
    assert_eq!(app.installation_log().await.last().unwrap(), "payment.contradicts");
    let stray = r#"{"reference":"x2","amount":"1","purpose":"?"}"#;
    assert_eq!(tell(stray, &sign(SECRET, stray)).await.text(), r#"{"outcome":"unmatched","reason":"no_invoice"}"#);
}

async fn the_operator_edits_the_catalogue(app: TestApp) {
    let (admin, desk) = (app.romashka().await, app.other_desk());
    admin.directory(&Default::default(), None).await.unwrap();
    let order = raise(&admin, &[(PEP, "2")]).await.unwrap();
    let mut file = desk.catalogue().await.unwrap();
    file.products[0].label = "ЛК с ПЭП".into();
    file.products[0].price = Some("450.50".into());
    let mut new = file.products[0].clone();
    (new.id, new.title) = (None, "ПЭП на два года".into());
    new.term_months = Some(24);
    file.products.push(new);
    desk.keep_catalogue(&file).await.unwrap();
    let frame = admin.frame().await.unwrap();
    assert_eq!((frame.products.len(), frame.products[0].label.as_str()), (11, "ЛК с ПЭП"));
    let next = raise(&admin, &[(PEP, "2"), (frame.products[10].id, "1")]).await.unwrap();
    assert_eq!(
        desk.record_payment(&payment(next, 1351, "1")).await.unwrap(),
        PaymentOutcome::Unmatched(Mismatch::Amount)
    );
    let exact = Payment { amount: Kopecks(135_150), ..payment(next, 0, "2") };
    assert_eq!(desk.record_payment(&exact).await.unwrap(), PaymentOutcome::Recorded(next));
    // An order keeps the price of its day.
    assert_eq!(desk.record_payment(&payment(order, 600, "3")).await.unwrap(), PaymentOutcome::Recorded(order));
    let before = desk.catalogue().await.unwrap();
    let refused = async |change: &dyn Fn(&mut service::CatalogueFile)| {
        let mut file = before.clone();
        change(&mut file);
        desk.keep_catalogue(&file).await.unwrap_err().to_string()
    };
    assert!(refused(&|file| file.products[1].title = " ".into()).await.contains("product 2: title"));
    assert!(refused(&|file| file.products[1].price = Some("-1".into())).await.contains("product 2: price"));
    assert!(refused(&|file| file.products[1].term_months = Some(0)).await.contains("term_months"));
    assert!(refused(&|file| file.products[1].id = Some(ProductId(99))).await.contains("none with this id"));
    assert!(refused(&|file| file.products[1].exclusive_group = "other".into()).await.contains("exclusive group"));
    // A term that ends before it begins: neither sold nor tried.
    assert!(
        refused(&|file| file.products[1].trial = Some(domain::Trial { seats: 1, days: 0 })).await.contains("trial")
    );
    assert!(refused(&|file| file.seller.as_mut().unwrap().inn = "7707083894".into()).await.contains("seller: inn"));
    // What products mean to each other: of «Офис Базовый» (6), «Офис Профи» (7) and «Видеосвязь» (9), which needs «Почта» (8).
    let id = ProductId;
    assert!(refused(&|file| file.products[5].requires = vec![id(99)]).await.contains("names product 99"));
    assert!(refused(&|file| file.products[5].requires = vec![id(7)]).await.contains("excludes it"));
    assert!(refused(&|file| file.products[7].requires = vec![id(9)]).await.contains("requires, in the end, itself"));
    assert!(refused(&|file| file.products[5].excludes.push(id(6))).await.contains("names itself"));
    let plan = |code: &str| domain::ServicePlan { code: code.into(), title: "План".into() };
    assert!(refused(&|file| file.products[5].plans = vec![plan("a"), plan("a")]).await.contains("service plan"));
    assert!(
        refused(&|file| file.products[0].signature = domain::SignatureKind::None).await.contains("has a signature")
    );
    assert_eq!(app.installation_log().await, ["catalogue.refused"; 13]);
    assert!(serde_json::from_str::<domain::Region>(r#""98""#).is_err());
    assert!(serde_json::from_str::<service::ProductEntry>(r#"{"term_months":-1}"#).is_err());
    let same = |file: &service::CatalogueFile| serde_json::to_value(file).unwrap();
    assert_eq!(same(&desk.catalogue().await.unwrap()), same(&before));
}

async fn a_trial_is_had_once(app: TestApp) {
    let admin = app.romashka().await;
    let before = admin.frame().await.unwrap().pools.len();
    let start = async |user: &User| {
        user.post("start_trial").form(&[("product", "3".to_owned())]).call::<domain::PoolId>().await
    };
    let offered = "href=\"/licenses/trial?product=3\" aria-label=\"";
    let page = admin.get("/licenses").await;
    assert!(
        page.text().contains(offered) && page.text().contains("Начать пробный период: 5\u{a0}мест на 14\u{a0}дней")
    );
    assert!(!page.text().contains("из них пробных"));
    let asked = admin.get("/licenses/trial?product=3").await;
    assert!(asked.text().contains("Начать пробный период «УКЭП»?") && asked.text().contains("бывает один раз"));
    let answers = crate::crowd::at_once((0..8).map(|_| {
        let admin = admin.clone();
        async move { admin.post("start_trial").form(&[("product", "3".to_owned())]).call::<domain::PoolId>().await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(
        answers.iter().flat_map(|answer| answer.as_ref().err()).all(|error| *error == DeskError::TrialUsed),
        "{answers:?}"
    );
    let pools = admin.frame().await.unwrap().pools;
    let pool = &pools[before];
    assert_eq!((pools.len(), pool.trial, pool.total), (before + 1, true, 5));
    assert_eq!(pool.valid_until, Some(domain::Date(pool.valid_from.date().0 + 14).end()));
    assert!(admin.get(&format!("/licenses/{}", pool.id)).await.text().contains("пробная"));
    assert!(!admin.get("/licenses").await.text().contains(offered));
    for query in ["?product=3", "?product=x", ""] {
        assert_eq!(admin.get(&format!("/licenses/trial{query}")).await.status, 409, "{query}");
    }
    assert!(admin.get("/licenses").await.text().contains("из них пробных 5"));
    let until = domain::Date(pool.valid_until.unwrap().date().0 - 1);
    let said = format!("role=\"status\" class=\"note\"><span>Пробный период начат: УКЭП, 5\u{a0}мест, до {until}.");
    assert!(admin.get(&format!("/licenses?started={}", pool.id)).await.text().contains(&said));
    let bought = admin.pool("ea9ENYf6").await.id;
    assert!(!admin.get(&format!("/licenses?started={bought}")).await.text().contains("Пробный период начат"));
    assert_eq!(app.audit(ROMASHKA).await, [format!("trial.started pool:{}", pool.id)]);
    // It is stock like any other, and ends like any other.
    let ids = admin.issuable(5).await;
    assert_eq!(admin.issue(&ids, pool.id).await.accepted, 5);
    app.pass(16 * 86_400);
    app.other_desk().end_terms().await.unwrap();
    let rows = app.romashka().await.everybody().await;
    assert!(ids.iter().all(|id| rows[id].held.is_empty()));
    // Another organisation has its own; a form leads to where it is said.
    let there = app.sever().await.post("start_trial").form(&[("product", "3".to_owned())]).plain().send().await;
    assert!(there.leads_to().starts_with("/licenses?started="), "{}", there.leads_to());
    assert_eq!(start(&app.romashka().await).await, Err(DeskError::TrialUsed), "also after it has ended");
}

async fn pages_of_orders(app: TestApp) {
    let (admin, sever) = (app.romashka().await, app.sever().await);
    assert!(admin.get("/orders").await.text().contains("Заказов пока нет"));
    let raised = admin.post("raise_order").form(&fields(&[(PEP, "12"), (UNEP, "1")])).plain().send().await;
    let path = raised.leads_to().to_owned();
    assert!(path.starts_with("/orders/"), "{path}");
    let invoice = admin.get(&format!("{path}/invoice")).await;
    assert!(!invoice.text().contains("class=\"settled"));
    for text in [
        "Счёт на оплату № Л-",
        "ООО «Лицентия»",
        "ООО «Ромашка»",
        "7707083893",
        "4\u{a0}500,00",
        "Четыре тысячи пятьсот рублей 00 копеек",
    ] {
        assert!(invoice.text().contains(text), "{text}");
    }
    assert!(admin.get("/orders").await.text().contains("Ждёт оплаты"));
    // The same as a file.
    let pdf = admin.get(&format!("{path}/invoice.pdf")).await;
    assert_eq!((pdf.status, &pdf.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    let named = pdf.headers["content-disposition"].to_str().unwrap();
    assert!(named.starts_with("inline; filename=\"invoice-0") && named.contains("filename*=UTF-8''%D0%A1"), "{named}");
    assert!(pdf.body.starts_with(b"%PDF-") && pdf.body.len() > 10_000, "{}", pdf.body.len());
    assert_eq!(admin.get(&format!("{path}/invoice.pdf")).await.body, pdf.body);
    // An invoice stays what it was, whoever sells later.
    let mut file = app.other_desk().catalogue().await.unwrap();
    file.seller.as_mut().unwrap().name = "ООО «Преемник»".into();
    app.other_desk().keep_catalogue(&file).await.unwrap();
    let invoice = admin.get(&format!("{path}/invoice")).await;
    assert!(invoice.text().contains("ООО «Лицентия»") && !invoice.text().contains("Преемник"));
    // The buyer's details are remembered.
    assert!(admin.get("/orders/new").await.text().contains("value=\"7707083893\""));
    assert_eq!(admin.get(&format!("{path}/invoice.pdf")).await.body, pdf.body);
    for path in [path.as_str(), "/orders/abc", "/orders/0", "/orders/%FF"] {
        for path in [path.to_owned(), format!("{path}/invoice"), format!("{path}/invoice.pdf")] {
            assert_eq!(sever.get(&path).await.status, 404, "{path}");
        }
    }
    let visitor = app.visitor().get(&format!("{path}/invoice.pdf")).await;
    assert!(visitor.status != 200 && !visitor.body.starts_with(b"%PDF-"), "{}", visitor.status);
    assert!(!sever.get("/orders").await.text().contains("Л-0"));
    assert!(!sever.get("/orders/new").await.text().contains("7707083893"));
    app.sql("UPDATE products SET price = NULL").await;
    let nothing = admin.get("/orders/new").await;
    assert!(nothing.status == 409 && nothing.text().contains("Продажа не настроена"));
}

//! Applications from a customer to its partner: sent, corrected, settled, and what becomes of them; and the monthly
//! reconciliation of what was connected, until the invoice is paid.

use std::collections::BTreeMap;

use domain::{
    ApplicationId, Capability, DealFault, DeskError, FieldProblem, Kopecks, OrderId, Payment, PaymentOutcome,
};
use serde_json::json;
use service::ports::{Applications, Store};
use service::{
    BuyerEntry, CatalogueFile, ContractEntry, ContractError, ContractsFile, ExtensionEntry, PromotionEntry, SizeEntry,
};

use crate::factor::wrong;
use crate::manage::{bare, boxes, check, save, saved, start};
use crate::support::{Answer, ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    an_application_is_sent_seen_and_processed,
    what_is_connected_limits_how_many_hold_it,
    how_many_hold_it_is_stock,
    what_is_full_needs_attention,
    the_desk_gives_as_many_as_the_size_allows,
    a_second_kind_of_extension_is_data,
    whoever_it_was_sent_to_settles_it_with_any_grant,
    the_partner_corrects_the_option_and_nothing_else,
    growing_is_an_application_of_its_own,
    one_application_waits_for_an_extension,
    the_second_partner_sees_that_it_changed,
    two_partners_at_once_connect_once,
    what_is_sent_can_be_taken_back_until_it_is_settled,
    a_form_that_was_refused_is_not_lost,
    whoever_is_not_let_in_sees_and_touches_nothing,
    what_waits_in_vain_says_so,
    a_month_is_agreed_on_by_both_and_then_invoiced,
    the_invoice_names_the_vendor_of_its_contract,
    lines_that_moved_are_told,
    both_sides_at_once_raise_one_invoice,
    a_reconciliation_is_nobody_elses,
    the_catalogue_keeps_extensions_as_they_were,
    contracts_are_kept_and_told,
);

/// A partner of ООО «Ромашка» and АО «Север», and whoever owns the rights to what it sells.
pub struct World {
    pub partner: i64,
    pub vendor: i64,
    pub contract: i64,
}

const PARTNER: &str = "one@partner-test.example";
const COLLEAGUE: &str = "two@partner-test.example";
const VENDOR: &str = "vendor@vendor-test.example";

fn size(code: &str, title: &str, least: u64, most: Option<u64>, price: &str) -> SizeEntry {
    SizeEntry { code: code.into(), title: title.into(), least, most, price: price.into() }
}

fn extension() -> ExtensionEntry {
    let role = |(code, title): (&str, &str)| domain::OwnerRole { code: code.into(), title: title.into() };
    ExtensionEntry {
        code: "multi_user".into(),
        title: "Многопользовательский режим".into(),
        sizes: vec![size("2-9", "от 2 до 9", 2, Some(9), "3000.00"), size("10+", "10 и более", 10, None, "9000.00")],
        roles: [("sign", "подписание"), ("encrypt", "шифрование"), ("administer", "администрирование")]
            .map(role)
            .to_vec(),
        excluded_promotions: vec!["welcome".into()],
    }
}

fn promotion(code: &str, title: &str) -> PromotionEntry {
    let (from, until) = ("2026-09-01".to_owned(), "2026-12-31".to_owned());
    PromotionEntry { code: code.into(), title: title.into(), percent: 10, from, until }
}

fn catalogue() -> CatalogueFile {
    CatalogueFile {
        seller: None,
        products: Vec::new(),
        extensions: vec![extension()],
        promotions: vec![promotion("welcome", "Добро пожаловать!"), promotion("autumn", "Осень")],
    }
}

fn contract(world: &World) -> ContractEntry {
    ContractEntry {
        partner: domain::OrganizationId(world.partner),
        partner_name: String::new(),
        vendor: domain::OrganizationId(world.vendor),
        vendor_name: String::new(),
        number: "15-П".into(),
        signed: "2026-01-12".into(),
        discounts: BTreeMap::from([("multi_user".to_owned(), 30)]),
        buyer: BuyerEntry {
            name: "ООО «Партнёр»".into(),
            inn: "7707083893".into(),
            kpp: "773601001".into(),
            address: "Москва".into(),
        },
        seller: None,
    }
}

/// An organisation with accounts of these e-mails, past the desk.
async fn organization(app: &TestApp, name: &str, emails: &[&str]) -> i64 {
    let hash = if app.backend() == store::Backend::Sqlite { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    app.sql(&format!(
        "INSERT INTO organizations (name, large_deed, audit_hash) VALUES ('{name}', 100, {hash}); \
         INSERT INTO connections (organization_id, connected_at) SELECT id, 0 FROM organizations WHERE name = '{name}'"
    ))
    .await;
    for email in emails {
        app.sql(&format!(
            "INSERT INTO accounts (organization_id, email, name, password_hash, created_at) \
             SELECT o.id, '{email}', '{email}', a.password_hash, a.created_at FROM organizations AS o, accounts AS a \
             WHERE o.name = '{name}' AND a.email = 'admin@romashka.example'; \
             INSERT INTO account_levels (organization_id, account_id, role) \
             SELECT organization_id, id, 'administrator' FROM accounts WHERE email = '{email}'"
        ))
        .await;
    }
    app.number(&format!("SELECT id FROM organizations WHERE name = '{name}'")).await
}

/// The same world for whoever asks first, and afterwards.
pub async fn world(app: &TestApp) -> World {
    let there = app.number("SELECT count(*) FROM contracts WHERE number = '15-П'").await;
    if there == 0 {
        let partner = organization(app, "Партнёр теста", &[PARTNER, COLLEAGUE]).await;
        let vendor = organization(app, "Правообладатель теста", &[VENDOR]).await;
        app.sql(&format!("INSERT INTO partners (organization_id, code, since) VALUES ({partner}, 'TEST2345', 0)"))
            .await;
        for customer in [ROMASHKA, SEVER] {
            app.sql(&format!(
                "INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) \
                 VALUES ({customer}, {partner}, 'people,stock', 0)"
            ))
            .await;
        }
        let desk = app.other_desk();
        desk.keep_catalogue(&catalogue()).await.unwrap();
        let world = World { partner, vendor, contract: 0 };
        let file = ContractsFile { contracts: vec![contract(&world)] };
        assert_eq!(desk.keep_contracts(&file).await, Ok(1));
    }
    let of = async |column: &str| app.number(&format!("SELECT {column} FROM contracts WHERE number = '15-П'")).await;
    World { partner: of("organization_id").await, vendor: of("vendor_id").await, contract: of("id").await }
}

/// An application of an organisation that waits; the one that does already, if one does.
pub async fn waiting(app: &TestApp, owner: &User) -> i64 {
    let world = world(app).await;
    let organization = owner.frame().await.unwrap().organization.id;
    if let Ok(id) = send(owner, &form(&world, "2-9")).await {
        return id.0;
    }
    app.number(&format!("SELECT MAX(id) FROM applications WHERE organization_id = {organization}")).await
}

type Form = Vec<(&'static str, String)>;

fn form(world: &World, size: &str) -> Form {
    vec![
        ("extension", "multi_user".into()),
        ("purpose", "connect".into()),
        ("partner", world.partner.to_string()),
        ("on", "true".into()),
        ("size", size.into()),
        ("name[]", "Иванова Анна".into()),
        ("email[]", "anna@romashka.example".into()),
        ("name[]", "Петров Пётр".into()),
        ("email[]", String::new()),
        ("roles[]", "1:sign".into()),
        ("roles[]", "1:encrypt".into()),
        ("roles[]", "2:administer".into()),
        ("comment", "Одна база на двоих".into()),
    ]
}

fn set(form: &mut Form, field: &'static str, value: &str) {
    form.retain(|(name, _)| *name != field);
    form.push((field, value.to_owned()));
}

async fn send(user: &User, form: &Form) -> Result<ApplicationId, DeskError> {
    let sent: Option<ApplicationId> = user.post("send_application").form(form).call().await?;
    Ok(sent.unwrap())
}

fn decision(id: ApplicationId, version: u64, on: bool, size: &str) -> Form {
    let mut form = vec![("application", id.to_string()), ("version", version.to_string()), ("size", size.to_owned())];
    form.extend(on.then(|| ("on", "true".to_owned())));
    form
}

async fn process(user: &User, id: ApplicationId, version: u64, on: bool, size: &str) -> Result<(), DeskError> {
    user.post("process_application").form(&decision(id, version, on, size)).call().await
}

fn deal<T>(fault: DealFault) -> Result<T, DeskError> {
    Err(fault.into())
}

async fn an_application_is_sent_seen_and_processed(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    assert_eq!(customer.get("/orders").await.text().matches("href=\"/applications\"").count(), 1);
    assert!(customer.get("/applications").await.text().contains("Заявлений пока нет"));
    let mut asked = form(&world, "2-9");
    asked.push(("promotion", "welcome".into()));
    let id = send(&customer, &asked).await.unwrap();
    let own = customer.get(&format!("/applications/{id}?sent")).await;
    for part in [
        "Иванова Анна",
        "подписание, шифрование",
        "Петров Пётр",
        "администрирование",
        "Одна база на двоих",
        "Включен, от 2 до 9",
    ] {
        assert!(own.text().contains(part), "{part}: {}", own.text());
    }
    assert!(
        partner.get("/partner").await.text().contains("/partner/applications?customer=1&amp;state=sent"),
        "it needs attention"
    );
    let queue = partner.get("/partner/applications").await;
    assert!(queue.text().contains(&id.number()) && queue.text().contains("ООО «Ромашка»"), "{}", queue.text());
    let there = format!("/partner/applications/{id}");
    let page = partner.get(&there).await;
    for part in [
        "Многопользовательский режим",
        "Включен",
        "Иванова Анна",
        "подписание, шифрование",
        "«Добро пожаловать!»: не действует на расширение",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(
        !page.text().contains("name=\"name[]\"") && !page.text().contains("name=\"roles[]\""),
        "people are only shown"
    );
    process(&partner, id, 1, true, "2-9").await.unwrap();

    let pools = app
        .rows(
            "SELECT p.total, p.issued, p.product_id FROM pools AS p JOIN connected_extensions AS e ON e.pool_id = p.id",
        )
        .await;
    let product = app.number("SELECT product_id FROM extensions").await;
    assert_eq!(pools, [format!("9|0|{product}")]);
    let page = partner.get(&format!("{there}?done")).await;
    for part in
        ["Заявление обработано", "3\u{a0}000,00", "30\u{a0}%", "2\u{a0}100,00", "включён с 21.11.2026", "0 из 9"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let card = partner.get("/partner/customers/1?tab=products").await;
    for part in ["Многопользовательский режим", "включён с 21.11.2026", "от 2 до 9", "0 из 9"]
    {
        assert!(card.text().contains(part), "{part}: {}", card.text());
    }
    let grant = |rights: &str| {
        let of = format!("organization_id = 1 AND partner_id = {}", world.partner);
        format!("UPDATE partnerships SET capabilities = '{rights}' WHERE {of}")
    };
    app.sql(&grant("people")).await;
    let card = partner.get("/partner/customers/1?tab=products").await;
    assert!(!card.text().contains("0 из 9"), "they are stock, which it may not see");
    app.sql(&grant("people,stock")).await;
    let own = customer.get(&format!("/applications/{id}")).await;
    assert!(own.text().contains("Обработано") && own.text().contains("one@partner-test.example (Партнёр теста)"));
    assert!(!own.text().contains("2\u{a0}100,00"), "what the partner pays is not the customer's");
    let licences = customer.get("/licenses").await;
    for part in ["Расширения", "включён с 21.11.2026", "от 2 до 9", "0 из 9"] {
        assert!(licences.text().contains(part), "{part}");
    }
    // It is no licence of the table of people, and not in the shop.
    assert!(customer.frame().await.unwrap().pools.iter().all(|pool| pool.product.id.0 != product));
    assert!(!customer.get("/orders/new").await.text().contains("Многопользовательский режим"));
    // Both logs tell it: the customer's by the partner's name.
    let told = app.told(ROMASHKA, "application.processed").await;
    assert_eq!((&told[0]["kopecks"], &told[0]["contract"]), (&json!(null), &json!(null)), "of the partner's alone");
    let partners = domain::OrganizationId(world.partner);
    let own = app.told(partners, "application.processed").await.remove(0);
    assert_eq!((&own["name"], &own["kopecks"]), (&json!("ООО «Ромашка»"), &json!(210_000)));
    let log = customer.get("/log").await;
    assert!(log.text().contains("one@partner-test.example (Партнёр теста)") && log.text().contains(&id.number()));
    // It leads there at home alone: the partner may have been shut out of it.
    let there = format!("href=\"/applications/{id}\"");
    assert_eq!(log.text().matches(&there).count(), 2, "sent and processed");
    app.sql(&grant("people,stock,audit")).await;
    for log in [partner.get("/log").await, partner.at(ROMASHKA).get("/log").await] {
        assert!(log.text().contains(&id.number()) && !log.text().contains("/applications/"), "{}", log.text());
    }
    let letters = app.rows("SELECT kind FROM letters WHERE organization_id = 1").await;
    assert!(letters.iter().any(|kind| kind.contains("application_processed")), "{letters:?}");
    // Processed twice it is processed once.
    let before = app.dump().await;
    assert_eq!(process(&partner, id, 2, true, "2-9").await, deal(DealFault::Settled));
    before.assert_same(&app.dump().await, "the second processing");
    assert_eq!(send(&customer, &asked).await, deal(DealFault::AlreadyOn));
}

async fn what_is_connected_limits_how_many_hold_it(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, id, 1, true, "2-9").await.unwrap();
    let pool = app.number("SELECT pool_id FROM connected_extensions").await;
    // By the database itself.
    app.sql(&format!("UPDATE pools SET issued = 9 WHERE id = {pool}")).await;
    let tenth = format!("UPDATE pools SET issued = 10 WHERE id = {pool}");
    assert!(app.store.execute_script(&tenth).await.is_err(), "nine people, not ten");
    assert!(customer.get("/licenses").await.text().contains("9 из 9"));
    let mut larger = form(&world, "10+");
    set(&mut larger, "purpose", "grow");
    let grow = send(&customer, &larger).await.unwrap();
    process(&partner, grow, 1, true, "10+").await.unwrap();
    app.sql(&tenth).await;
    let page = customer.get("/licenses").await;
    assert!(
        page.text().contains("10, без ограничения") && !page.text().contains("1\u{a0}000\u{a0}000\u{a0}000"),
        "{}",
        page.text()
    );
    // Nobody holds them: that was past the desk.
    app.sql(&format!("UPDATE pools SET issued = 0 WHERE id = {pool}")).await;
    let seats = customer.get(&format!("/licenses/{pool}")).await;
    assert!(seats.status == 200 && seats.text().contains("без ограничения"), "{}", seats.text());
    assert!(!seats.text().contains("/api/bind") && seats.text().len() < 60_000, "no row for every seat");
}

/// To settle an application one has to know whether it is connected and of which size, and no more.
async fn how_many_hold_it_is_stock(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, id, 1, true, "2-9").await.unwrap();
    app.sql("UPDATE pools SET issued = 5 WHERE id = (SELECT pool_id FROM connected_extensions)").await;
    let mut larger = form(&world, "10+");
    set(&mut larger, "purpose", "grow");
    let grow = send(&customer, &larger).await.unwrap();
    let grant = async |rights: &str| {
        app.sql(&format!("UPDATE partnerships SET capabilities = '{rights}' WHERE partner_id = {}", world.partner))
            .await;
    };
    let told = async |user: &User| {
        let mut told = false;
        for id in [id, grow] {
            let page = user.get(&format!("/partner/applications/{id}")).await;
            for part in ["включён с 21.11.2026", "от 2 до 9"] {
                assert!(page.text().contains(part), "{part}: {}", page.text());
            }
            told |= page.text().contains("занято") || page.text().contains("5 из 9");
        }
        told
    };
    grant("people").await;
    assert!(!told(&partner).await, "the customer hides its stock");
    grant("people,stock").await;
    assert!(told(&partner).await, "the twin");
    // Of the partner's own people, whoever may not see stock is not told of it.
    app.sql(&format!(
        "INSERT INTO roles (organization_id, name, capabilities) VALUES ({0}, 'Без лицензий', 'customers,people'); \
         UPDATE account_levels SET role = 'own', role_id = (SELECT MAX(id) FROM roles) \
         WHERE organization_id = {0} AND account_id = (SELECT id FROM accounts WHERE email = '{COLLEAGUE}')",
        world.partner
    ))
    .await;
    assert!(!told(&app.sign_in(COLLEAGUE).await).await);
    assert!(customer.get(&format!("/applications/{id}")).await.text().contains("5 из 9"), "its own");
    // Nobody holds them: that was past the desk.
    app.sql("UPDATE pools SET issued = 0 WHERE id = (SELECT pool_id FROM connected_extensions)").await;
}

async fn what_is_full_needs_attention(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, id, 1, true, "2-9").await.unwrap();
    let held = async |held: u64| {
        app.sql(&format!("UPDATE pools SET issued = {held} WHERE id = (SELECT pool_id FROM connected_extensions)"))
            .await;
        partner.get("/partner").await.text().to_owned()
    };
    let grant = async |rights: &str| {
        app.sql(&format!("UPDATE partnerships SET capabilities = '{rights}' WHERE partner_id = {}", world.partner))
            .await;
    };
    let title = "Многопользовательский режим";
    assert!(!held(8).await.contains(title), "one is left");
    let page = held(9).await;
    assert!(page.contains(&format!("{title}: свободных лицензий нет, выданы все 9")), "{page}");
    let there = "/partner/customers/1?tab=products";
    assert!(page.contains(&format!("href=\"{there}\"")), "only an application makes it larger: {page}");
    let card = partner.get(there).await;
    assert!(card.text().contains("9 из 9") && card.text().matches(title).count() == 1, "{}", card.text());
    grant("people").await;
    assert!(!held(9).await.contains(title), "it is stock");
    grant("people,stock,orders").await;
    assert!(held(9).await.contains(there), "whoever may order leads there too");
    let mut larger = form(&world, "10+");
    set(&mut larger, "purpose", "grow");
    let grow = send(&customer, &larger).await.unwrap();
    process(&partner, grow, 1, true, "10+").await.unwrap();
    assert!(!held(900).await.contains(title), "without a limit it is never full");
    app.sql("UPDATE pools SET issued = 0 WHERE id = (SELECT pool_id FROM connected_extensions)").await;
}

async fn the_desk_gives_as_many_as_the_size_allows(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, id, 1, true, "2-9").await.unwrap();
    let mode = app.number("SELECT product_id FROM extensions").await;
    let chosen = bare(&customer, 11).await;
    let wish = boxes(&[mode], &[]);
    let nine = start(&customer, &chosen[..9]).await;
    saved(&customer, nine, &wish).await;
    assert!(customer.get("/licenses").await.text().contains("9 из 9"));
    // The tenth is refused in sight, and by the server.
    let tenth = start(&customer, &chosen[9..10]).await;
    let page = check(&customer, tenth, &wish).await;
    assert!(page.text().contains("не хватает 1") && page.text().contains("/applications/new"), "{}", page.text());
    let before = app.dump().await;
    let refused = save(&customer, tenth, &wish).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    before.but_for_the_log().assert_same(&app.dump().await.but_for_the_log(), "the tenth");
    let mut larger = form(&world, "10+");
    set(&mut larger, "purpose", "grow");
    let grow = send(&customer, &larger).await.unwrap();
    process(&partner, grow, 1, true, "10+").await.unwrap();
    saved(&customer, tenth, &wish).await;
    assert!(customer.get("/licenses").await.text().contains("10, без ограничения"));
    // Taken away, they are stock again.
    let all = start(&customer, &chosen[..9]).await;
    let every = vec![("all", mode.to_string())];
    saved(&customer, all, &every).await;
    assert!(customer.get("/licenses").await.text().contains("1, без ограничения"));
}

async fn a_second_kind_of_extension_is_data(app: TestApp) {
    let world = world(&app).await;
    let mut file = catalogue();
    let role = |code: &str, title: &str| domain::OwnerRole { code: code.into(), title: title.into() };
    file.extensions.push(ExtensionEntry {
        code: "power".into(),
        title: "Доверенности".into(),
        sizes: vec![
            size("1", "одна", 1, Some(1), "100.00"),
            size("2-3", "две или три", 2, Some(3), "250.00"),
            size("any", "сколько угодно", 4, None, "900.00"),
        ],
        roles: vec![role("grants", "доверитель"), role("acts", "поверенный")],
        excluded_promotions: vec!["autumn".into()],
    });
    let desk = app.other_desk();
    desk.keep_catalogue(&file).await.unwrap();
    let mut contracts = desk.contracts().await.unwrap();
    contracts.contracts[0].discounts.insert("power".into(), 0);
    desk.keep_contracts(&contracts).await.unwrap();
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let offered = customer.get("/applications/new?extension=power").await;
    for part in ["Доверенности", "две или три", "доверитель", "поверенный"] {
        assert!(offered.text().contains(part), "{part}: {}", offered.text());
    }
    let mut asked = form(&world, "2-3");
    set(&mut asked, "extension", "power");
    set(&mut asked, "promotion", "welcome");
    assert!(send(&customer, &asked).await.is_err(), "the roles of another kind");
    set(&mut asked, "roles[]", "1:grants");
    asked.push(("roles[]", "2:acts".into()));
    let (mode, power) = (send(&customer, &form(&world, "2-9")).await.unwrap(), send(&customer, &asked).await.unwrap());
    assert_eq!(process(&partner, power, 1, true, "2-9").await, Err(wrong("size", FieldProblem::Required)));
    process(&partner, power, 1, true, "2-3").await.unwrap();
    process(&partner, mode, 1, true, "2-9").await.unwrap();
    let pools = app
        .rows(
            "SELECT e.extension, p.total FROM connected_extensions AS e JOIN pools AS p ON p.id = e.pool_id ORDER BY 1",
        )
        .await;
    assert_eq!(pools, ["multi_user|9", "power|3"]);
    // Of this kind the promotion is not excluded, and the contract gives no discount.
    let told = app.told(domain::OrganizationId(world.partner), "application.processed").await;
    assert_eq!(told[0]["kopecks"], json!(22_500), "{told:?}");
    let card = partner.get("/partner/customers/1?tab=products").await;
    for part in ["Доверенности", "две или три", "0 из 3", "Многопользовательский режим", "0 из 9"]
    {
        assert!(card.text().contains(part), "{part}: {}", card.text());
    }
}

/// To have been asked is enough to answer: what else the customer lets the partner do has nothing to do with it.
async fn whoever_it_was_sent_to_settles_it_with_any_grant(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    app.sql(&format!("UPDATE partnerships SET capabilities = 'people' WHERE partner_id = {}", world.partner)).await;
    process(&partner, id, 1, true, "2-9").await.unwrap();
    // It may not look at the stock that it has made.
    assert_eq!(partner.at(ROMASHKA).get("/licenses").await.status, 403);
    let page = customer.get(&format!("/admin/partners/{}", world.partner)).await;
    assert!(page.text().contains("Заявления, которые Вы отправите этому партнёру, он увидит и решит"));
}

async fn the_partner_corrects_the_option_and_nothing_else(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let mut off = form(&world, "2-9");
    off.retain(|(name, _)| *name != "on");
    let id = send(&customer, &off).await.unwrap();
    let there = format!("/partner/applications/{id}");
    assert!(partner.get(&there).await.text().contains("Выключен"));
    // Set, with another size; people cannot be added, whatever is sent.
    let mut more = decision(id, 1, true, "10+");
    more.extend(form(&world, "10+").into_iter().filter(|(name, _)| name.ends_with("[]")));
    more.push(("name[]", "Лишний Человек".into()));
    partner.post("correct_application").form(&more).call::<()>().await.unwrap();
    assert!(!app.dump().await.contains("Лишний Человек"));
    let page = partner.get(&there).await;
    for part in ["Исправлено партнёром", "Включен, 10 и более", "Выключен", "Отправлено"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(customer.get(&format!("/applications/{id}")).await.text().contains("Исправлено партнёром"));
    // The same again changes nothing, and is no other version.
    partner.post("correct_application").form(&decision(id, 2, true, "10+")).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT version FROM applications").await, 2);
    // A size that there is not.
    let wrong_size = partner.post("process_application").form(&decision(id, 2, true, "100")).call::<()>().await;
    assert_eq!(wrong_size, Err(wrong("size", FieldProblem::Required)));
    // Cleared again: processed without stock.
    process(&partner, id, 2, false, "2-9").await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM connected_extensions").await, 0);
    assert_eq!(app.number("SELECT count(*) FROM applications WHERE state = 'processed' AND charge IS NULL").await, 1);
    let told = app.told(ROMASHKA, "application.corrected").await;
    assert_eq!(told, [json!({ "on": true, "size": "10+" })]);
}

async fn growing_is_an_application_of_its_own(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let mut grow = form(&world, "10+");
    set(&mut grow, "purpose", "grow");
    assert_eq!(send(&customer, &grow).await, deal(DealFault::NotOn));
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, id, 1, true, "2-9").await.unwrap();
    let mut same = grow.clone();
    set(&mut same, "size", "2-9");
    assert_eq!(send(&customer, &same).await, Err(wrong("size", FieldProblem::Required)));
    let larger = send(&customer, &grow).await.unwrap();
    assert_eq!(process(&partner, larger, 1, true, "2-9").await, deal(DealFault::NotLarger));
    app.pass(60);
    process(&partner, larger, 1, true, "10+").await.unwrap();
    assert_eq!(app.rows("SELECT amount FROM applications ORDER BY id").await, ["210000", "420000"], "the difference");
    assert_eq!(
        app.number("SELECT count(*) FROM connected_extensions WHERE size = '10+' AND grown_at IS NOT NULL").await,
        1
    );
    assert_eq!(app.number("SELECT count(*) FROM pools WHERE total = 1000000000").await, 1);
    assert_eq!(send(&customer, &grow).await, deal(DealFault::NotLarger));
    assert!(customer.get("/applications/new").await.text().contains("Подключён самый большой вид."));
}

async fn one_application_waits_for_an_extension(app: TestApp) {
    let world = world(&app).await;
    let customer = app.romashka().await;
    send(&customer, &form(&world, "2-9")).await.unwrap();
    let before = app.dump().await;
    assert_eq!(send(&customer, &form(&world, "10+")).await, deal(DealFault::Waiting));
    before.assert_same(&app.dump().await, "a second application");
    // Of another organisation it is another matter.
    send(&app.sever().await, &form(&world, "10+")).await.unwrap();
    // Every wrong field at once, and nothing is sent.
    let mut bad = form(&world, "7");
    set(&mut bad, "partner", &SEVER.to_string());
    set(&mut bad, "roles[]", "1:rule");
    set(&mut bad, "promotion", "nothing");
    let Err(DeskError::InvalidForm { fields }) = send(&app.sever().await, &bad).await else { panic!("it is wrong") };
    let fields: Vec<&str> = fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["partner", "size", "owner-1-roles", "owner-2-roles", "promotion"]);
}

async fn the_second_partner_sees_that_it_changed(app: TestApp) {
    let world = world(&app).await;
    let (customer, one, two) = (app.romashka().await, app.sign_in(PARTNER).await, app.sign_in(COLLEAGUE).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    let there = format!("/partner/applications/{id}");
    one.post("correct_application").form(&decision(id, 1, true, "10+")).call::<()>().await.unwrap();
    // The other one still has the first version before them, and declines.
    let decline = |version: u64| {
        let fields = [
            ("application", id.to_string()),
            ("version", version.to_string()),
            ("reason", "Нет договора & «прочее»".to_owned()),
        ];
        two.post("decline_application").form(&fields)
    };
    assert_eq!(decline(1).call::<()>().await, deal(DealFault::Changed));
    let answer = decline(1).plain().header("referer", format!("https://licences.example{there}")).send().await;
    let page = two.get(answer.leads_to().trim_start_matches("https://licences.example")).await;
    for part in [
        "Заявление изменилось",
        "Включен, 10 и более",
        "То, что Вы ввели, осталось",
        "Нет договора &amp; «прочее»",
        "value=\"2\"",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    // Nobody else sees what they typed.
    assert!(
        !one.get(answer.leads_to().trim_start_matches("https://licences.example"))
            .await
            .text()
            .contains("Нет договора")
    );
    assert_eq!(process(&two, id, 1, true, "2-9").await, deal(DealFault::Changed));
    decline(2).call::<()>().await.unwrap();
    let own = customer.get(&format!("/applications/{id}")).await;
    assert!(own.text().contains("Отклонено") && own.text().contains("Нет договора &amp; «прочее»"), "{}", own.text());
    assert_eq!(app.number("SELECT count(*) FROM form_drafts").await, 0, "the draft is gone");
    let empty = [("application", id.to_string()), ("version", "3".to_owned())];
    assert_eq!(two.post("decline_application").form(&empty).call::<()>().await, deal(DealFault::Settled));
}

async fn two_partners_at_once_connect_once(app: TestApp) {
    let world = world(&app).await;
    let (customer, one, two) = (app.romashka().await, app.sign_in(PARTNER).await, app.sign_in(COLLEAGUE).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    let tries = (0..8).map(|place| {
        let user = if place % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move {
            let size = if place % 3 == 0 { "10+" } else { "2-9" };
            process(&user, id, 1, true, size).await
        })
    });
    let mut done = 0;
    for tried in tries.collect::<Vec<_>>() {
        match tried.await.unwrap() {
            Ok(()) => done += 1,
            Err(DeskError::Deal { fault: DealFault::Settled | DealFault::Changed } | DeskError::Busy) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(app.number("SELECT count(*) FROM connected_extensions").await, 1);
    assert_eq!(app.told(ROMASHKA, "application.processed").await.len(), 1);
}

async fn what_is_sent_can_be_taken_back_until_it_is_settled(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    let withdraw = || customer.post("withdraw_application").form(&[("application", id.to_string())]);
    withdraw().call::<()>().await.unwrap();
    withdraw().call::<()>().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "application.withdrawn").await.len(), 1);
    assert_eq!(process(&partner, id, 1, true, "2-9").await, deal(DealFault::Settled));
    let again = send(&customer, &form(&world, "2-9")).await.unwrap();
    process(&partner, again, 1, true, "2-9").await.unwrap();
    let late = customer.post("withdraw_application").form(&[("application", again.to_string())]).call::<()>().await;
    assert_eq!(late, deal(DealFault::Settled));
}

async fn a_form_that_was_refused_is_not_lost(app: TestApp) {
    let world = world(&app).await;
    let customer = app.romashka().await;
    let there = "/applications/new?extension=multi_user&purpose=connect";
    assert!(customer.get("/applications/new").await.text().contains("extension=multi%5Fuser&amp;purpose=connect"));
    let page = customer.get(there).await;
    assert_eq!(page.text().matches("name=\"name[]\"").count(), 3, "{}", page.text());
    let mut bad = form(&world, "2-9");
    let long = "Ж".repeat(1_900);
    set(&mut bad, "comment", &long);
    set(&mut bad, "roles[]", "1:sign");
    let referer = format!("https://licences.example{there}");
    let answer = customer.post("send_application").form(&bad).plain().header("referer", &referer).send().await;
    let back = customer.get(answer.leads_to().trim_start_matches("https://licences.example")).await;
    for part in ["value=\"Иванова Анна\"", "value=\"Петров Пётр\"", long.as_str(), "Отметьте хотя бы одну роль"]
    {
        assert!(back.text().contains(part), "{part}: {}", back.text());
    }
    // One more row keeps what is typed.
    let mut more = bad.clone();
    more.extend([("name[]", "Сидорова Вера".to_owned()), ("email[]", String::new()), ("more", "true".to_owned())]);
    let answer = customer.post("send_application").form(&more).plain().header("referer", &referer).send().await;
    let next = customer.get(answer.leads_to().split('#').next().unwrap()).await;
    assert!(next.text().contains("value=\"Сидорова Вера\"") && next.text().matches("name=\"name[]\"").count() == 4);
    // Nobody else sees it, and once sent it is gone.
    assert!(
        !app.with_role(domain::Role::Administrator)
            .await
            .get(&format!("{there}&typed"))
            .await
            .text()
            .contains("Иванова")
    );
    send(&customer, &form(&world, "2-9")).await.unwrap();
    assert!(!customer.get(&format!("{there}&typed")).await.text().contains("Сидорова"));
}

async fn whoever_is_not_let_in_sees_and_touches_nothing(app: TestApp) {
    let world = world(&app).await;
    let (customer, partner) = (app.romashka().await, app.sign_in(PARTNER).await);
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    let foreign = send(&app.sever().await, &form(&world, "2-9")).await.unwrap();
    // Another partner, who serves one of them.
    let other = organization(&app, "Другой партнёр", &["three@partner-test.example"]).await;
    app.sql(&format!(
        "INSERT INTO partners (organization_id, code, since) VALUES ({other}, 'TEST6789', 0); \
         INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) VALUES (1, {other}, 'people', 0)"
    ))
    .await;
    let stranger = app.sign_in("three@partner-test.example").await;
    let nothing = async |user: &User, id: ApplicationId| {
        let before = app.dump().await;
        assert_eq!(user.get(&format!("/partner/applications/{id}")).await.status, 404);
        let queue = user.get("/partner/applications?state=sent&customer=1").await;
        assert!(!queue.text().contains(&id.number()), "{}", queue.text());
        for version in [1, 2] {
            assert_eq!(process(user, id, version, true, "2-9").await, deal(DealFault::UnknownApplication));
            for endpoint in ["correct_application", "decline_application"] {
                let mut form = decision(id, version, true, "2-9");
                form.push(("reason", "Нет".into()));
                let answer = user.post(endpoint).form(&form).call::<()>().await;
                assert_eq!(answer, deal(DealFault::UnknownApplication), "{endpoint}");
            }
        }
        before.but_for_the_log().assert_same(&app.dump().await.but_for_the_log(), "a stranger");
    };
    // To another partner of the same customer, and of a customer that it does not serve.
    nothing(&stranger, id).await;
    nothing(&stranger, foreign).await;
    // The customers themselves are no partners.
    assert_eq!(customer.get("/partner/applications").await.status, 403);
    let refused = process(&customer, foreign, 1, true, "2-9").await;
    assert_eq!(refused, Err(DeskError::Forbidden { needs: Capability::Customers }));
    assert_eq!(customer.get(&format!("/applications/{foreign}")).await.status, 404);
    // Revoked, it is shown no more: the customer keeps it, and can take it back.
    assert_eq!(partner.get(&format!("/partner/applications/{id}")).await.status, 200);
    app.sql(&format!("DELETE FROM partnerships WHERE organization_id = 1 AND partner_id = {}", world.partner)).await;
    nothing(&partner, id).await;
    assert!(partner.get("/partner/applications").await.text().contains(&foreign.number()));
    assert_eq!(customer.get(&format!("/applications/{id}")).await.status, 200);
    customer.post("withdraw_application").form(&[("application", id.to_string())]).call::<()>().await.unwrap();
    // Whoever may not look after customers is refused, at the partner too.
    app.sql("UPDATE account_levels SET role = 'accountant' WHERE account_id = (SELECT id FROM accounts WHERE email = 'two@partner-test.example')").await;
    let clerk = app.sign_in(COLLEAGUE).await;
    let refused = process(&clerk, foreign, 1, true, "2-9").await;
    assert_eq!(refused, Err(DeskError::Forbidden { needs: Capability::Customers }));
    assert_eq!(clerk.get("/partner/applications").await.status, 403);
}

async fn what_waits_in_vain_says_so(app: TestApp) {
    let world = world(&app).await;
    let customer = app.romashka().await;
    let id = send(&customer, &form(&world, "2-9")).await.unwrap();
    let (own, new) = (format!("/applications/{id}"), "/applications/new");
    let vain = "Партнёр больше не имеет доступа и заявление не увидит. Отзовите его и отправьте другому партнёру.";
    let waits = "Заявление у партнёра. О решении придёт письмо.";
    let said = async |path: &str| {
        let page = customer.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.text().replace("<!>", "")
    };
    for path in [&own, "/applications", new] {
        assert!(!said(path).await.contains(vain), "{path}: it is served");
    }
    assert!(said(&own).await.contains(waits));
    app.sql("DELETE FROM partnerships WHERE organization_id = 1").await;
    for path in [&own, "/applications", new] {
        let page = said(path).await;
        assert_eq!(page.matches(vain).count(), 1, "{path}: {page}");
    }
    let page = said(&own).await;
    assert!(!page.contains(waits) && page.contains("/api/withdraw_application"), "{page}");
    let page = said(new).await;
    assert!(page.contains("Заявление отправить некому") && page.contains(&format!("href=\"{own}\"")), "{page}");
    let english = app.visitor().ask("GET", &own).header("cookie", format!("{}; lang=en", customer.cookie().unwrap()));
    assert!(english.send().await.text().contains("The partner has no access any more and will not see it."));
    // Another partner is let in: until it is withdrawn, nothing can be sent to that one.
    let other = organization(&app, "Другой партнёр", &[]).await;
    app.sql(&format!(
        "INSERT INTO partners (organization_id, code, since) VALUES ({other}, 'TEST6789', 0); \
         INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) VALUES (1, {other}, 'people', 0)"
    ))
    .await;
    let page = said(new).await;
    assert!(page.contains(vain) && !page.contains("Заявление ждёт партнёра") && page.contains(&own), "{page}");
    let mut anew = form(&world, "2-9");
    set(&mut anew, "partner", &other.to_string());
    assert_eq!(send(&customer, &anew).await, deal(DealFault::Waiting));
    customer.post("withdraw_application").form(&[("application", id.to_string())]).call::<()>().await.unwrap();
    for path in [&own, "/applications", new] {
        assert!(!said(path).await.contains(vain), "{path}: withdrawn");
    }
    let id = send(&customer, &anew).await.unwrap();
    assert!(said(&format!("/applications/{id}")).await.contains(waits));
}

/// Has both customers connected on 21.11.2026, and lets the month pass.
async fn connected(app: &TestApp) -> (World, User, User) {
    let world = world(app).await;
    let partner = app.sign_in(PARTNER).await;
    for customer in [app.romashka().await, app.sever().await] {
        let mut asked = form(&world, "2-9");
        asked.push(("promotion", "autumn".into()));
        let id = send(&customer, &asked).await.unwrap();
        process(&partner, id, 1, true, "2-9").await.unwrap();
    }
    let (partner, vendor) = (app.sign_in(PARTNER).await, app.sign_in(VENDOR).await);
    (world, partner, vendor)
}

async fn let_a_month_pass(app: &TestApp) -> (User, User) {
    app.pass(10 * 86_400);
    (app.sign_in(PARTNER).await, app.sign_in(VENDOR).await)
}

/// The fields of the form that confirms what the page shows.
fn confirmation(world: &World, page: &Answer) -> Form {
    let value = |name: &str| {
        let (_, rest) = page.text().split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    vec![
        ("contract", world.contract.to_string()),
        ("month", "2026-11".into()),
        ("digest", value("digest")),
        ("seen", value("seen")),
    ]
}

async fn a_month_is_agreed_on_by_both_and_then_invoiced(app: TestApp) {
    let (world, partner, _) = connected(&app).await;
    let there = format!("/reconciliations/{}/2026-11", world.contract);
    assert!(partner.get("/reconciliations").await.text().contains("Сверять пока нечего"), "the month runs");
    assert_eq!(partner.get(&there).await.status, 404);
    let (partner, vendor) = let_a_month_pass(&app).await;
    let list = partner.get("/reconciliations").await;
    for part in ["ноябрь 2026", "3\u{a0}780,00", "Ждёт обе стороны"] {
        assert!(list.text().contains(part), "{part}: {}", list.text());
    }
    let page = partner.get(&there).await;
    // 3000 − 10 % of the promotion, and of that − 30 % of the contract.
    for part in ["ООО «Ромашка»", "АО «Север»", "1\u{a0}890,00", "30\u{a0}%", "«Осень»: −10\u{a0}%", "З-000001"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let confirm = confirmation(&world, &page);
    partner.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    partner.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM orders").await, 0, "one side alone");
    assert!(partner.get(&there).await.text().contains("Вы подтвердили. Ждём другую сторону."));
    // The vendor disagrees first.
    let dispute =
        [("contract", world.contract.to_string()), ("month", "2026-11".into()), ("remark", "<b>Не та</b> цена".into())];
    vendor.post("dispute_reconciliation").form(&dispute).call::<()>().await.unwrap();
    let seen = partner.get(&there).await;
    assert!(
        seen.text().contains("Разногласие") && seen.text().contains("&lt;b>Не та&lt;/b> цена")
            || seen.text().contains("&lt;b&gt;Не та"),
        "{}",
        seen.text()
    );
    let empty = [("contract", world.contract.to_string()), ("month", "2026-11".into()), ("remark", " ".into())];
    let answer = vendor.post("dispute_reconciliation").form(&empty).call::<()>().await;
    assert_eq!(answer, Err(wrong("remark", FieldProblem::Required)));
    vendor.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();

    let order = OrderId(app.number("SELECT id FROM orders").await);
    let page = partner.get(&there).await;
    assert!(
        page.text().contains("Обе стороны подтвердили сверку.")
            && page.text().contains(&format!("href=\"/orders/{order}\"")),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("/api/confirm_reconciliation"));
    let theirs = vendor.get(&there).await;
    assert!(
        theirs.text().contains(&order.number()) && !theirs.text().contains("href=\"/orders/"),
        "the invoice is the partner's"
    );
    assert_eq!(vendor.get(&format!("/orders/{order}")).await.status, 404);
    let shown = partner.get(&format!("/orders/{order}")).await;
    for part in [
        "Счёт по сверке",
        "3\u{a0}780,00",
        "ООО «Партнёр»",
        "Многопользовательский режим, от 2 до 9 (сверка за 11.2026)",
    ] {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    assert!(!shown.text().contains("/cancel"), "what was agreed on is not given up");
    let cancel = partner.post("cancel_order").form(&[("order", order.to_string())]).call::<()>().await;
    assert_eq!(cancel, Err(DeskError::OrderNotOpen));
    assert_eq!(partner.get(&format!("/orders/{order}/invoice.pdf")).await.status, 200);

    // Paid, it makes no stock.
    let pools = app.number("SELECT count(*) FROM pools").await;
    let payment = Payment {
        source: "statement".into(),
        reference: "77".into(),
        amount: Kopecks(378_000),
        payer: "ООО «Партнёр»".into(),
        purpose: format!("Оплата по счёту № {}", order.number()),
    };
    assert_eq!(app.other_desk().record_payment(&payment).await, Ok(PaymentOutcome::Recorded(order)));
    assert_eq!(app.number("SELECT count(*) FROM pools").await, pools);
    assert!(partner.get(&format!("/orders/{order}")).await.text().contains("Оплачен"));
    // Both logs tell it.
    for organization in [world.partner, world.vendor].map(domain::OrganizationId) {
        assert_eq!(app.told(organization, "reconciliation.agreed").await.len(), 1);
        assert_eq!(app.told(organization, "reconciliation.confirmed").await.len(), 2);
    }
    // What was agreed on stays, whatever becomes of names.
    app.sql("UPDATE organizations SET name = '=Переименовано' WHERE id = 1").await;
    let file = vendor.get(&format!("{there}/lines.csv")).await;
    assert!(file.header("content-type").starts_with("text/csv") && file.text().starts_with('\u{feff}'));
    assert!(file.text().contains("ООО «Ромашка»") && file.text().ends_with("3780,00\r\n"), "{}", file.text());
    let again = vendor.post("confirm_reconciliation").form(&confirm).call::<()>().await;
    assert_eq!(again, Ok(()), "nothing happens twice");
    assert_eq!(app.number("SELECT count(*) FROM orders").await, 1);
}

async fn the_invoice_names_the_vendor_of_its_contract(app: TestApp) {
    let (world, _, _) = connected(&app).await;
    let desk = app.other_desk();
    let mut file = desk.contracts().await.unwrap();
    assert_eq!(file.contracts[0].seller, None);
    let vendor = domain::Seller {
        name: "Правообладатель теста".into(),
        inn: "7736050003".into(),
        bank: "Банк правообладателя".into(),
        ..domain::Seller::default()
    };
    file.contracts[0].seller = Some(domain::Seller { inn: "7736050004".into(), ..vendor.clone() });
    let refused = desk.keep_contracts(&file).await.unwrap_err();
    assert_eq!(refused, ContractError::Field { place: 1, field: "seller" });
    file.contracts[0].seller = Some(vendor);
    assert_eq!(desk.keep_contracts(&file).await, Ok(1));
    assert_eq!(desk.contracts().await.unwrap(), file);
    assert_eq!(desk.keep_contracts(&file).await, Ok(0), "as it was");
    let (partner, vendor) = let_a_month_pass(&app).await;
    let page = vendor.get(&format!("/reconciliations/{}/2026-11", world.contract)).await;
    let confirm = confirmation(&world, &page);
    for side in [&partner, &vendor] {
        side.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    }
    let order = app.number("SELECT MAX(id) FROM orders").await;
    let invoice = partner.get(&format!("/orders/{order}/invoice")).await;
    assert!(invoice.text().contains("Правообладатель теста") && invoice.text().contains("Банк правообладателя"));
    assert!(!invoice.text().contains("Лицентия"), "who sells in the catalogue has nothing to do with it");
}

async fn lines_that_moved_are_told(app: TestApp) {
    let (world, _, _) = connected(&app).await;
    let (partner, vendor) = let_a_month_pass(&app).await;
    let there = format!("/reconciliations/{}/2026-11", world.contract);
    let confirm = confirmation(&world, &vendor.get(&there).await);
    partner.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    // One comes to other than was shown, and one is gone.
    let (first, second) =
        (app.number("SELECT MIN(id) FROM applications").await, app.number("SELECT MAX(id) FROM applications").await);
    app.sql(&format!(
        "UPDATE applications SET amount = 100, charge = '{{\"price\":100,\"discount\":0,\"promotion\":null,\"amount\":100}}' WHERE id = {first}; \
         UPDATE applications SET contract_id = NULL, amount = NULL, charge = NULL WHERE id = {second}"
    ))
    .await;
    assert_eq!(vendor.post("confirm_reconciliation").form(&confirm).call::<()>().await, deal(DealFault::LinesChanged));
    let referer = format!("https://licences.example{there}");
    let answer = vendor.post("confirm_reconciliation").form(&confirm).plain().header("referer", &referer).send().await;
    let page = vendor.get(answer.leads_to().trim_start_matches("https://licences.example")).await;
    for part in
        ["Строки изменились", "З-000002 — пропало", "З-000001 — было 1\u{a0}890,00", "Подтверждены другие строки"]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    // The other side's word was about other lines: both have to say it again.
    let confirm = confirmation(&world, &page);
    vendor.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM orders").await, 0);
    partner.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    assert_eq!(app.rows("SELECT seats, price FROM order_lines").await, ["1|100"]);
}

async fn both_sides_at_once_raise_one_invoice(app: TestApp) {
    let (world, _, _) = connected(&app).await;
    let (partner, vendor) = let_a_month_pass(&app).await;
    let there = format!("/reconciliations/{}/2026-11", world.contract);
    let confirm = confirmation(&world, &vendor.get(&there).await);
    let tries = (0..8).map(|place| {
        let (user, confirm) = (if place % 2 == 0 { partner.clone() } else { vendor.clone() }, confirm.clone());
        tokio::spawn(async move { user.post("confirm_reconciliation").form(&confirm).call::<()>().await })
    });
    for tried in tries.collect::<Vec<_>>() {
        let answer = tried.await.unwrap();
        assert!(matches!(answer, Ok(()) | Err(DeskError::Busy)), "{answer:?}");
    }
    for user in [&partner, &vendor] {
        user.post("confirm_reconciliation").form(&confirm).call::<()>().await.unwrap();
    }
    assert_eq!(app.number("SELECT count(*) FROM orders").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM reconciliations WHERE order_id IS NOT NULL").await, 1);
    let partners = domain::OrganizationId(world.partner);
    assert_eq!(app.told(partners, "reconciliation.confirmed").await.len(), 2);
}

async fn a_reconciliation_is_nobody_elses(app: TestApp) {
    let (world, _, _) = connected(&app).await;
    let (partner, _) = let_a_month_pass(&app).await;
    let there = format!("/reconciliations/{}/2026-11", world.contract);
    let confirm = confirmation(&world, &partner.get(&there).await);
    let customer = app.romashka().await;
    let before = app.dump().await;
    assert_eq!(customer.get(&there).await.status, 404);
    assert_eq!(customer.get(&format!("{there}/lines.csv")).await.status, 404);
    assert!(customer.get("/reconciliations").await.text().contains("Договоров пока нет"));
    let unknown = deal(DealFault::UnknownReconciliation);
    assert_eq!(customer.post("confirm_reconciliation").form(&confirm).call::<()>().await, unknown);
    let dispute = [("contract", world.contract.to_string()), ("month", "2026-11".into()), ("remark", "Нет".into())];
    assert_eq!(customer.post("dispute_reconciliation").form(&dispute).call::<()>().await, unknown);
    for month in ["2026-10", "2026-12", "2027-01", "2026-13", "x"] {
        let path = format!("/reconciliations/{}/{month}", world.contract);
        assert_eq!(partner.get(&path).await.status, 404, "{month}");
    }
    before.but_for_the_log().assert_same(&app.dump().await.but_for_the_log(), "a stranger");
}

async fn the_catalogue_keeps_extensions_as_they_were(app: TestApp) {
    world(&app).await;
    let desk = app.other_desk();
    let kept = desk.catalogue().await.unwrap();
    assert_eq!(kept.extensions, [extension()]);
    assert_eq!(kept.promotions.len(), 2);
    assert!(kept.products.iter().all(|product| product.title != "Многопользовательский режим"));
    // What was shown can be taken again, and changes nothing.
    let products = app.number("SELECT count(*) FROM products").await;
    desk.keep_catalogue(&kept).await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM products").await, products);
    let mut renamed = catalogue();
    renamed.extensions[0].title = "Режим для многих".into();
    desk.keep_catalogue(&renamed).await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM products WHERE title = 'Режим для многих'").await, 1);
    let mut smaller = catalogue();
    smaller.extensions[0].sizes[0].most = Some(5);
    let refused = desk.keep_catalogue(&smaller).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "extension 1: sizes that there are keep their codes, their order and whom they are for"
    );
    assert_eq!(app.store.extensions().await.unwrap()[0].sizes[0].most, Some(9));
}

async fn contracts_are_kept_and_told(app: TestApp) {
    let world = world(&app).await;
    let desk = app.other_desk();
    let file = desk.contracts().await.unwrap();
    assert_eq!(file.contracts.len(), 1);
    assert_eq!(file.contracts[0].partner_name, "Партнёр теста");
    assert_eq!(desk.keep_contracts(&file).await, Ok(0), "as it was");
    let mut changed = file.clone();
    changed.contracts[0].discounts.insert("multi_user".into(), 40);
    assert_eq!(desk.keep_contracts(&changed).await, Ok(1));
    for organization in [world.partner, world.vendor].map(domain::OrganizationId) {
        let told = app.told(organization, "contract.changed").await;
        assert_eq!(told.len(), 2);
        assert_eq!(
            (&told[1]["discounts_before"]["multi_user"], &told[1]["discounts"]["multi_user"]),
            (&json!(30), &json!(40))
        );
    }
    let wrong = async |change: &dyn Fn(&mut ContractEntry)| {
        let mut file = file.clone();
        change(&mut file.contracts[0]);
        desk.keep_contracts(&file).await.unwrap_err()
    };
    let field = |field| ContractError::Field { place: 1, field };
    assert_eq!(wrong(&|one| assert!(one.discounts.insert("other".into(), 1).is_none())).await, field("discounts"));
    assert_eq!(
        wrong(&|one| assert!(one.discounts.insert("multi_user".into(), 101).is_some())).await,
        field("discounts")
    );
    assert_eq!(wrong(&|one| one.buyer.inn = "1".into()).await, field("inn"));
    assert_eq!(wrong(&|one| one.signed = "12.01.2026".into()).await, field("signed"));
    assert_eq!(wrong(&|one| one.vendor = one.partner).await, field("vendor"));
    assert_eq!(wrong(&|one| one.partner = ROMASHKA).await, ContractError::UnknownSide { place: 1, side: "partner" });
    assert_eq!(app.store.pools(domain::OrganizationId(world.partner)).await.unwrap(), []);
}

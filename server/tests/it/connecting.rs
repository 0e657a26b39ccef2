//! «Подключение сервиса»: name and address, who is responsible, a list that only they see, and the addresses of services.

use domain::{AccessLetter, DeskError, FieldError, FieldProblem, Letter, LinkFault, OrganizationId, Role};
use service::ports::Store;

use crate::support::{Answer, ROMASHKA, SEVER, TestApp, User, on_both};

on_both!(
    a_service_is_connected_step_by_step,
    the_responsible_alone_sees_the_list,
    one_of_the_directory_is_made_responsible,
    what_is_typed_wrong_is_said_and_changes_nothing,
    what_cannot_be_a_list_is_not_kept,
    of_two_that_want_one_address_one_gets_it,
    pressed_often_it_is_connected_once,
    what_is_confirmed_is_what_was_seen,
    a_draft_is_seen_by_nobody_else,
    who_may_not_connect_is_told_so,
    an_address_leads_to_the_sign_in_of_its_service,
    addresses_are_not_tried_one_after_the_other,
    name_and_address_are_changed,
    a_list_goes_with_its_account,
    without_a_trial_it_says_so,
);

const PASSWORD: &str = "korova na lugu zelenom";
const LIST: &str =
    "ФИО;e-mail;тип\nТайный Иван Петрович;tayny@sever.example;Сотрудник\nСкрытая Анна;skrytaya@sever.example;Кандидат";

fn pairs(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn wrong(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::InvalidForm { fields: vec![FieldError { field: field.to_owned(), problem }] }
}

/// As an organisation is that has just registered.
async fn disconnect(app: &TestApp, organization: OrganizationId) {
    app.sql(&format!(
        "DELETE FROM connections WHERE organization_id = {organization}; \
         INSERT INTO registrations (organization_id, work, city, created_at) \
         VALUES ({organization}, 'АО «Северный путь»', 'Тверь', 1)"
    ))
    .await;
}

/// The owner of АО «Север», whose service is not connected yet.
async fn owner(app: &TestApp) -> User {
    disconnect(app, SEVER).await;
    app.sever().await
}

async fn name(user: &User, name: &str, address: &str) -> Result<(), DeskError> {
    user.post("connect_name").form(&pairs(&[("name", name), ("address", address)])).call().await
}

async fn own(user: &User, phone: &str) -> Result<(), DeskError> {
    user.post("connect_responsible").form(&pairs(&[("who", "own"), ("phone", phone)])).call().await
}

async fn other(user: &User, email: &str, phone: &str) -> Result<(), DeskError> {
    let fields = [("who", "new"), ("name", "Вера Новая"), ("email", email), ("phone", phone)];
    user.post("connect_responsible").form(&pairs(&fields)).call().await
}

async fn people(user: &User, list: &str) -> Result<(), DeskError> {
    user.post("connect_people").form(&pairs(&[("people", list)])).call().await
}

/// What the last step shows is confirmed by this.
async fn digest(user: &User) -> String {
    let page = user.get("/connect?step=4").await;
    assert_eq!(page.status, 200);
    let after = page.text().split_once("name=\"digest\" value=\"").unwrap_or_else(|| panic!("{}", page.text())).1;
    after.split('"').next().unwrap().to_owned()
}

async fn press(user: &User, digest: &str) -> Result<(), DeskError> {
    user.post("connect_service").form(&pairs(&[("digest", digest)])).call().await
}

async fn prepared(user: &User, address: &str) {
    name(user, "АО «Север»", address).await.unwrap();
    own(user, "+7 916 123-45-67").await.unwrap();
    people(user, "").await.unwrap();
}

/// The newest letter of a kind: to whom, and its secret.
async fn letter(app: &TestApp, kind: AccessLetter) -> Option<(String, String)> {
    let letters = app.store.letters(SEVER, None, None, 100).await.unwrap();
    letters.into_iter().find_map(|row| match row.letter {
        Letter::Access { what, secret, .. } if what == kind => Some((row.to, secret)),
        _ => None,
    })
}

async fn join(app: &TestApp, email: &str) -> User {
    let token = letter(app, AccessLetter::Invitation).await.unwrap().1;
    let code = letter(app, AccessLetter::InvitationCode).await.unwrap().1;
    let fields = [("token", token.as_str()), ("code", &code), ("password", PASSWORD), ("again", PASSWORD)];
    app.visitor().post("join").form(&pairs(&fields)).call::<()>().await.unwrap();
    let mut user = app.visitor();
    user.sign_in(email, PASSWORD).await.unwrap();
    user
}

async fn connected(app: &TestApp, organization: OrganizationId) -> bool {
    app.number(&format!("SELECT count(*) FROM connections WHERE organization_id = {organization}")).await == 1
}

async fn a_service_is_connected_step_by_step(app: TestApp) {
    let owner = owner(&app).await;
    // Whoever works there is told on every page, and led.
    for page in ["/users", "/licenses", "/account"] {
        let text = owner.get(page).await.text().to_owned();
        assert!(
            text.contains("Сервис ещё не подключён: выберите") && text.contains("<form action=\"/connect\""),
            "{page}"
        );
    }
    assert!(!app.romashka().await.get("/users").await.text().contains("Сервис ещё не подключён"), "it is connected");
    // The name is proposed from the place of work, and an address that is free.
    let first = owner.get("/connect").await;
    let text = first.text();
    assert!(text.contains("Шаг 1 из 4") && text.contains("АО «Северный путь»"), "{text}");
    assert!(text.contains("value=\"severnyi-put\""), "{text}");
    // Nobody gets to a step before the ones before it were taken.
    assert!(owner.get("/connect?step=4").await.text().contains("Шаг 1 из 4"));
    let fields = pairs(&[("name", " АО  «Север и Ко» "), ("address", "Sever-2")]);
    let second = owner.follow_form("/connect?step=1", "connect_name", &fields).await;
    assert!(second.contains("Шаг 2 из 4") && second.contains("admin@sever.example"), "{second}");
    let fields = pairs(&[("who", "own"), ("phone", "8 (916) 123-45-67")]);
    let third = owner.follow_form("/connect?step=2", "connect_responsible", &fields).await;
    assert!(third.contains("Шаг 3 из 4"), "{third}");
    let fields = pairs(&[("people", "is not looked at"), ("skip", "true")]);
    let fourth = owner.follow_form("/connect?step=3", "connect_people", &fields).await;
    assert!(fourth.contains("Шаг 4 из 4") && fourth.contains("https://licences.example/at/sever-2"), "{fourth}");
    assert!(
        fourth.contains("+79161234567") && fourth.contains("Без списка") && fourth.contains("14\u{a0}дней"),
        "{fourth}"
    );
    // Left, it goes on where it was left, from another browser too.
    let elsewhere = app.sever().await;
    assert!(elsewhere.get("/connect").await.text().contains("Шаг 4 из 4"));
    assert!(elsewhere.get("/connect?step=1").await.text().contains("value=\"sever-2\""));
    assert!(!connected(&app, SEVER).await, "not before it is pressed");
    let offered = app.number("SELECT count(*) FROM products WHERE trial_seats IS NOT NULL").await;
    assert!(offered > 0);
    let fields = pairs(&[("digest", &digest(&owner).await)]);
    let done = owner.follow_form("/connect?step=4", "connect_service", &fields).await;
    assert!(
        done.contains("Сервис подключён") && done.contains("href=\"https://licences.example/at/sever-2\""),
        "{done}"
    );
    assert!(done.contains("05.12.2026") && done.contains("href=\"/licenses\""), "the trial, and what is next: {done}");
    assert!(!done.contains("Приглашение отправлено"), "nobody was invited");
    assert_eq!(owner.frame().await.unwrap().organization.name, "АО «Север и Ко»", "where it was shown before");
    assert_eq!(app.number("SELECT count(*) FROM pools WHERE trial = 1 AND organization_id = 2").await, offered);
    assert_eq!(app.number("SELECT count(*) FROM connection_drafts").await, 0);
    assert_eq!(
        app.rows("SELECT phone FROM accounts WHERE email = 'admin@sever.example'").await,
        ["+79161234567"],
        "on which codes come from now on"
    );
    let told = app.told(SEVER, "organization.connected").await;
    let expected = serde_json::json!({
        "name_before": "АО «Север»", "name": "АО «Север и Ко»", "address": "sever-2", "invited": false, "list": false,
        "trials": offered,
    });
    assert_eq!(told, [expected]);
    assert_eq!(app.told(SEVER, "trial.started").await.len() as i64, offered);
    let about = owner.get("/connect").await;
    for fact in ["АО «Север и Ко»", "Тверь", "АО «Северный путь»", "admin@sever.example", "05.12.2026", "21.11.2026"]
    {
        assert!(about.text().contains(fact), "{fact}: {}", about.text());
    }
    assert!(!owner.get("/users").await.text().contains("Сервис ещё не подключён"));
    // Too late for a step: it is connected.
    assert!(
        owner
            .follow_form("/connect?step=1", "connect_name", &pairs(&[("name", "Иное"), ("address", "inoe")]))
            .await
            .contains("О сервисе")
    );
    assert_eq!(app.number("SELECT count(*) FROM connection_drafts").await, 0);
    assert!(owner.get("/log").await.text().contains("Сервис подключён"));
}

async fn the_responsible_alone_sees_the_list(app: TestApp) {
    let owner = owner(&app).await;
    name(&owner, "АО «Север»", "sever").await.unwrap();
    other(&owner, "Vera@Sever.example", "+7 916 765-43-21").await.unwrap();
    people(&owner, LIST).await.unwrap();
    assert!(
        owner.get("/connect?step=4").await.text().contains("Тайный"),
        "while it is a draft, whoever fills it in sees it"
    );
    press(&owner, &digest(&owner).await).await.unwrap();
    let done = owner.get("/connect?done").await;
    assert!(
        done.text().contains("Вера Новая")
            && done.text().contains("vera@sever.example")
            && done.text().contains("+79167654321")
    );
    assert!(!done.text().contains("Тайный") && !done.text().contains("/connect/people"), "{}", done.text());
    let (link, sms) = (
        letter(&app, AccessLetter::Invitation).await.unwrap(),
        letter(&app, AccessLetter::InvitationCode).await.unwrap(),
    );
    assert_eq!((link.0.as_str(), sms.0.as_str()), ("vera@sever.example", "+79167654321"));
    assert_eq!(
        app.told(SEVER, "account.invited").await,
        [serde_json::json!({
            "level": "administrator", "name": "Вера Новая", "email": "vera@sever.example", "phone": "+79167654321",
        })]
    );
    let vera = join(&app, "vera@sever.example").await;
    let colleague = app.colleague(SEVER, "third@sever.example").await;
    // Nobody but her: neither the owner who entered it, nor another administrator, nor another organisation.
    for stranger in [&owner, &colleague, &app.romashka().await] {
        let before = app.dump().await;
        assert_eq!(stranger.get("/connect/people").await.status, 404);
        for deed in ["add_listed", "drop_listed"] {
            let refused = stranger.post(deed).form(&[]).call::<serde_json::Value>().await;
            assert_eq!(refused, Err(wrong("people", FieldProblem::Required)), "{deed}");
        }
        before.assert_same(&app.dump().await, "strangers' tries");
        for page in ["/users", "/connect", "/log", "/log.csv", "/admin", "/letters"] {
            let text = stranger.get(page).await.text().to_owned();
            assert!(
                !text.contains("Тайный") && !text.contains("tayny@") && !text.contains("Вам передан список"),
                "{page}"
            );
        }
    }
    assert!(vera.get("/users").await.text().contains("Вам передан список людей"));
    let list = vera.get("/connect/people").await;
    assert!(
        list.text().contains("Тайный Иван Петрович") && list.text().contains("Добавить в справочник (2)"),
        "{}",
        list.text()
    );
    // One of them is in the directory by now.
    let known =
        [("surname", "Скрытая"), ("first", "Анна"), ("email", "skrytaya@sever.example"), ("employment", "employee")];
    vera.add_member(&pairs(&known)).await.unwrap();
    assert!(vera.get("/connect/people").await.text().contains("уже есть"));
    let added = vera.follow_form("/connect/people", "add_listed", &[]).await;
    assert!(added.contains("Добавлено: 1. Уже были в справочнике: 1."), "{added}");
    let again: (u64, u64) = vera.post("add_listed").form(&[]).call().await.unwrap();
    assert_eq!(again, (0, 2), "pressed twice, nobody is there twice");
    assert!(owner.get("/users?q=tayny").await.text().contains("Тайный"), "in the directory they are everybody's");
    let id = app.number("SELECT MAX(id) FROM members WHERE organization_id = 2").await;
    let imported = serde_json::json!({ "count": 1, "known": 1, "ids": id.to_string() });
    assert_eq!(app.told(SEVER, "people.imported").await, [imported]);
    let asked = vera.get("/connect/people?drop").await;
    assert!(asked.text().contains("В списке 2\u{a0}человека") && asked.text().contains("action=\"/api/drop_listed\""));
    vera.post("drop_listed").form(&[]).call::<()>().await.unwrap();
    assert_eq!(
        (vera.get("/connect/people").await.status, app.number("SELECT count(*) FROM handed_lists").await),
        (404, 0)
    );
    assert!(!vera.get("/users").await.text().contains("Вам передан список"));
    assert_eq!(app.told(SEVER, "list.dropped").await.len(), 1);
}

async fn one_of_the_directory_is_made_responsible(app: TestApp) {
    let owner = owner(&app).await;
    name(&owner, "АО «Север»", "sever").await.unwrap();
    let id = app.number("SELECT MIN(id) FROM members WHERE organization_id = 2").await;
    let row = app.rows(&format!("SELECT surname, email FROM members WHERE id = {id}")).await.remove(0);
    let surname = app.rows(&format!("SELECT surname FROM members WHERE id = {id}")).await.remove(0);
    let email = app.rows(&format!("SELECT email FROM members WHERE id = {id}")).await.remove(0);
    let encoded: String = surname.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = owner.get(&format!("/connect?step=2&who=member&q={encoded}")).await;
    assert!(found.text().contains(&format!("member={id}")), "{row}: {}", found.text());
    assert!(owner.get("/connect?step=2&who=member&q=nobodyhere").await.text().contains("Никого не нашлось"));
    let chosen = owner.get(&format!("/connect?step=2&who=member&member={id}")).await;
    assert!(chosen.text().contains(&surname) && chosen.text().contains(&email), "name and e-mail are shown again");
    let choose = async |member: i64, phone: &str| -> Result<(), DeskError> {
        let member = member.to_string();
        let fields = [("who", "member"), ("member", &member), ("email", &email), ("phone", phone)];
        owner.post("connect_responsible").form(&pairs(&fields)).call().await
    };
    assert_eq!(choose(id, "").await, Err(wrong("phone", FieldProblem::Required)), "the directory has none");
    assert_eq!(choose(id, "+7 495 123-45-67").await, Err(wrong("phone", FieldProblem::Landline)));
    // Of another organisation, deleted, or not there at all.
    let foreign = app.number("SELECT MIN(id) FROM members WHERE organization_id = 1").await;
    for nobody in [foreign, 0, -1, i64::MAX] {
        assert_eq!(choose(nobody, "+7 916 123-45-67").await, Err(wrong("who", FieldProblem::Unknown)), "{nobody}");
        let page = owner.get(&format!("/connect?step=2&who=member&member={nobody}")).await;
        assert_eq!(page.status, 200);
        let theirs =
            app.rows("SELECT email FROM members WHERE organization_id = 1 ORDER BY id LIMIT 1").await.remove(0);
        assert!(!page.text().contains(&theirs));
    }
    choose(id, "+7 916 123-45-67").await.unwrap();
    people(&owner, "").await.unwrap();
    press(&owner, &digest(&owner).await).await.unwrap();
    assert_eq!(letter(&app, AccessLetter::Invitation).await.unwrap().0, email);
    let level = "SELECT l.role FROM account_levels AS l JOIN connections AS c \
                 ON c.organization_id = l.organization_id AND c.account_id = l.account_id WHERE c.organization_id = 2";
    assert_eq!(app.rows(level).await, ["administrator"]);
}

async fn what_is_typed_wrong_is_said_and_changes_nothing(app: TestApp) {
    let owner = owner(&app).await;
    app.sql(
        "INSERT INTO service_addresses (address, organization_id, current, created_at) VALUES ('romashka', 1, 1, 1)",
    )
    .await;
    let before = app.dump().await;
    let (long, unknown) = ("a".repeat(41), FieldProblem::NotAServiceAddress);
    for (address, problem) in [
        ("", FieldProblem::Required),
        ("ab", FieldProblem::TooShort { least: 3 }),
        (long.as_str(), FieldProblem::TooLong { most: 40 }),
        ("sev\u{435}r", unknown.clone()),
        ("se ver", unknown.clone()),
        ("sever\r\nSet-Cookie: a=b", unknown.clone()),
        ("sever\u{0}", unknown.clone()),
        ("-sever", unknown.clone()),
        ("se--ver", unknown.clone()),
        ("xn--80aaxgrfmo", unknown.clone()),
        ("admin", unknown.clone()),
        ("romashka", FieldProblem::Taken),
        ("ROMASHKA", FieldProblem::Taken),
    ] {
        assert_eq!(name(&owner, "АО «Север»", address).await, Err(wrong("address", problem)), "{address:?}");
    }
    for (bad, problem) in [
        ("", FieldProblem::Required),
        ("<script>", FieldProblem::NotAName),
        ("a\u{202e}b", FieldProblem::NotAName),
        ("a\u{0}b", FieldProblem::NotAName),
        ("я".repeat(121).as_str(), FieldProblem::TooLong { most: 120 }),
    ] {
        assert_eq!(name(&owner, bad, "sever").await, Err(wrong("name", problem)), "{bad:?}");
    }
    before.assert_same(&app.dump().await, "wrong names and addresses");
    // In words: which letter it is, and what is free.
    let page = async |address: &str| {
        owner
            .follow_form("/connect?step=1", "connect_name", &pairs(&[("name", "АО «Север»"), ("address", address)]))
            .await
    };
    let homoglyph = page("sev\u{435}r").await;
    assert!(homoglyph.contains("«\u{435}» (русская буква)") && homoglyph.contains("<b>sever<"), "{homoglyph}");
    let taken = page("romashka").await;
    assert!(taken.contains("Этот адрес уже занят") && taken.contains("<b>romashka-2<"), "{taken}");
    assert!(taken.contains("value=\"romashka\"") && taken.contains("АО «Север»"), "what was typed stays");
    assert!(page("a\u{200b}bc").await.contains("U+200B"));
    name(&owner, "АО «Север»", "sever").await.unwrap();

    let before = app.dump().await;
    for (email, phone, field, problem) in [
        ("", "+7 916 123-45-67", "email", FieldProblem::Required),
        ("vera", "+7 916 123-45-67", "email", FieldProblem::NotAnEmail),
        ("v\u{435}ra@sever.example", "+7 916 123-45-67", "email", FieldProblem::NotAnEmail),
        ("vera@sever.example\r\nBcc: x@y.example", "+7 916 123-45-67", "email", FieldProblem::NotAnEmail),
        ("vera@sever.example", "", "phone", FieldProblem::Required),
        ("vera@sever.example", "12", "phone", FieldProblem::NotAPhone),
        ("vera@sever.example", "+7 495 123-45-67", "phone", FieldProblem::Landline),
        // Somebody signs in by it: in another organisation, here, and oneself.
        ("admin@romashka.example", "+7 916 123-45-67", "email", FieldProblem::Taken),
        ("ADMIN@sever.example", "+7 916 123-45-67", "email", FieldProblem::Taken),
    ] {
        assert_eq!(other(&owner, email, phone).await, Err(wrong(field, problem)), "{email:?} {phone:?}");
    }
    assert_eq!(own(&owner, "8 800 555-35-35").await, Err(wrong("phone", FieldProblem::Landline)), "one's own too");
    for who in ["", "emperor", "member"] {
        let refused = owner.post("connect_responsible").form(&pairs(&[("who", who)])).call::<()>().await;
        assert_eq!(refused, Err(DeskError::Malformed), "{who}");
    }
    // Letters that look like others, lines that go on behind it, and somebody else's e-mail are no slips: they are in the log.
    let told = app.told(SEVER, "account.refused").await;
    let why: Vec<&str> = told.iter().map(|told| told["why"].as_str().unwrap()).collect();
    assert_eq!(why, ["forged_email", "forged_email", "taken_elsewhere"]);
    // Known or not, nothing is said any more to whoever asks too often.
    for _ in 0..9 {
        let taken = Err(wrong("email", FieldProblem::Taken));
        assert_eq!(other(&owner, "admin@romashka.example", "+7 916 123-45-67").await, taken);
    }
    for email in ["admin@romashka.example", "nobody@elsewhere.example"] {
        let refused = other(&owner, email, "+7 916 123-45-67").await;
        assert!(matches!(refused, Err(DeskError::TooManyTries { .. })), "{refused:?}");
    }
    app.sql("DELETE FROM attempts").await;
    before.assert_same_but_for_the_log(&app.dump().await, "wrong people");
    let fields =
        pairs(&[("who", "new"), ("name", "Вера Новая"), ("email", "vera@sever.example"), ("phone", "+7 495 1234567")]);
    let page = owner.follow_form("/connect?step=2&who=new", "connect_responsible", &fields).await;
    assert!(
        page.contains("На городской номер SMS не придёт") && page.contains("value=\"vera@sever.example\""),
        "{page}"
    );
    other(&owner, "vera@sever.example", "+375 29 123-45-67").await.unwrap();
}

async fn what_cannot_be_a_list_is_not_kept(app: TestApp) {
    let owner = owner(&app).await;
    name(&owner, "АО «Север»", "sever").await.unwrap();
    own(&owner, "+7 916 123-45-67").await.unwrap();
    let before = app.dump().await;
    assert_eq!(people(&owner, "a\u{0}b").await, Err(wrong("people", FieldProblem::NotAList)));
    let long = "я".repeat(200_000);
    assert_eq!(
        people(&owner, &long).await,
        Err(wrong("people", FieldProblem::TooLong { most: domain::MAX_LIST_BYTES }))
    );
    before.assert_same(&app.dump().await, "what is no list");
    // What can be put right is kept for that, and named by its lines; it is not connected with.
    let list = "Ли Анна;li@a.example\nБез Почты\nИванов;x@a.example;директор\n<b>\"x\" y;y@a.example";
    let page = owner.follow_form("/connect?step=3", "connect_people", &pairs(&[("people", list)])).await;
    for said in
        ["Строка 2, e-mail: не указан", "Строка 3, ФИО:", "Строка 3, тип занятости: такого типа нет", "Строка 4, ФИО:"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("Ли Анна;li@a.example") && !page.contains("<b>\"x\""), "what was pasted stays, as text");
    assert!(owner.get("/connect?step=4").await.text().contains("Шаг 3 из 4"), "not on with it");
    let kept = app.rows("SELECT draft FROM connection_drafts").await.remove(0);
    assert!(kept.contains("директор"));
    assert!(matches!(press(&owner, "").await, Err(DeskError::DigestMismatch)));
    assert!(!connected(&app, SEVER).await);
    people(&owner, "Ли Анна;li@a.example").await.unwrap();
    assert!(owner.get("/connect").await.text().contains("1\u{a0}человек"));
    // Nothing of it is in the log.
    assert!(!app.rows("SELECT details FROM audit_entries").await.iter().any(|row| row.contains("li@a.example")));
}

async fn of_two_that_want_one_address_one_gets_it(app: TestApp) {
    disconnect(&app, SEVER).await;
    disconnect(&app, ROMASHKA).await;
    let (sever, romashka) = (app.sever().await, app.romashka().await);
    for user in [&sever, &romashka] {
        prepared(user, "wanted").await;
    }
    let digests = (digest(&sever).await, digest(&romashka).await);
    let (first, second) = tokio::join!(press(&sever, &digests.0), press(&romashka, &digests.1));
    let taken = Err(wrong("address", FieldProblem::Taken));
    let loser = match (&first, &second) {
        (Ok(()), refused) if *refused == taken => ROMASHKA,
        (refused, Ok(())) if *refused == taken => SEVER,
        both => panic!("{both:?}"),
    };
    // Of the one that came too late, nothing is there.
    assert!(!connected(&app, loser).await);
    let of_loser = async |table: &str, which: &str| {
        app.number(&format!("SELECT count(*) FROM {table} WHERE organization_id = {loser} AND {which}")).await
    };
    assert_eq!(of_loser("service_addresses", "current = 1").await, 0);
    assert_eq!(of_loser("pools", "trial = 1").await, 0);
    assert_eq!(of_loser("audit_entries", "action IN ('organization.connected', 'trial.started')").await, 0);
    let user = if loser == SEVER { &sever } else { &romashka };
    let fields = pairs(&[("digest", &digest(user).await)]);
    let page = user.follow_form("/connect?step=4", "connect_service", &fields).await;
    assert!(page.contains("Этот адрес уже занят") && page.contains("Шаг 4 из 4"), "{page}");
    // With another one it goes on.
    name(user, "АО «Север»", "wanted-2").await.unwrap();
    press(user, &digest(user).await).await.unwrap();
    assert!(connected(&app, SEVER).await && connected(&app, ROMASHKA).await);
}

async fn pressed_often_it_is_connected_once(app: TestApp) {
    let owner = owner(&app).await;
    let colleague = app.colleague(SEVER, "third@sever.example").await;
    name(&owner, "АО «Север»", "sever").await.unwrap();
    other(&owner, "vera@sever.example", "+7 916 765-43-21").await.unwrap();
    people(&owner, LIST).await.unwrap();
    name(&colleague, "АО «Другое»", "drugoe").await.unwrap();
    other(&colleague, "oleg@sever.example", "+7 916 765-43-22").await.unwrap();
    people(&colleague, "").await.unwrap();
    let (own, theirs) = (digest(&owner).await, digest(&colleague).await);
    let (a, b, c, d) =
        tokio::join!(press(&owner, &own), press(&owner, &own), press(&colleague, &theirs), press(&owner, &own));
    assert_eq!((a, b, c, d), (Ok(()), Ok(()), Ok(()), Ok(())), "it is done, whoever was first");
    assert_eq!(press(&owner, &own).await, Ok(()));
    for (table, count) in
        [("connections", crate::registration::DEMO), ("service_addresses", 1), ("connection_drafts", 0)]
    {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, count, "{table}");
    }
    for action in ["organization.connected", "account.invited"] {
        assert_eq!(app.told(SEVER, action).await.len(), 1, "{action}");
    }
    let trials = "SELECT count(*) - count(DISTINCT product_id) FROM pools WHERE organization_id = 2 AND trial = 1";
    assert_eq!(app.number(trials).await, 0, "one trial of each");
    let invited = "SELECT count(*) FROM accounts WHERE email IN ('vera@sever.example', 'oleg@sever.example')";
    assert_eq!(app.number(invited).await, 1);
    assert!(app.number("SELECT count(*) FROM handed_lists").await <= 1);
}

async fn what_is_confirmed_is_what_was_seen(app: TestApp) {
    let owner = owner(&app).await;
    prepared(&owner, "sever").await;
    let seen = digest(&owner).await;
    // In another tab.
    name(&owner, "АО «Север»", "other-sever").await.unwrap();
    let before = app.dump().await;
    assert_eq!(press(&owner, &seen).await, Err(DeskError::DigestMismatch));
    before.assert_same(&app.dump().await, "another draft than was seen");
    let page = owner.follow_form("/connect?step=4", "connect_service", &pairs(&[("digest", &seen)])).await;
    assert!(page.contains("Заявка изменилась в другом окне") && page.contains("other-sever"), "{page}");
    // Whoever has not shown for a while who they are is asked.
    app.pass(16 * 60);
    assert_eq!(press(&owner, &digest(&owner).await).await, Err(DeskError::ProofRequired));
    assert!(owner.get("/connect?step=4").await.text().contains("name=\"proof\""));
    let proof = |password: &str, digest: &str| pairs(&[("digest", digest), ("proof", password)]);
    let seen = digest(&owner).await;
    let refused = owner.post("connect_service").form(&proof("no", &seen)).call::<()>().await;
    assert_eq!(refused, Err(wrong("proof", FieldProblem::WrongPassword)));
    owner.post("connect_service").form(&proof(server::demo::PASSWORD, &seen)).call::<()>().await.unwrap();
    assert!(connected(&app, SEVER).await);
}

async fn a_draft_is_seen_by_nobody_else(app: TestApp) {
    let owner = owner(&app).await;
    name(&owner, "АО «Тайна»", "tayna").await.unwrap();
    own(&owner, "+7 916 123-45-67").await.unwrap();
    people(&owner, LIST).await.unwrap();
    let colleague = app.colleague(SEVER, "third@sever.example").await;
    for step in 1..=4 {
        let page = colleague.get(&format!("/connect?step={step}")).await;
        assert!(page.text().contains("Шаг 1 из 4") && !page.text().contains("Тайна"), "{}", page.text());
        assert!(!page.text().contains("Тайный"), "{}", page.text());
    }
    assert!(
        matches!(press(&colleague, &digest(&owner).await).await, Err(DeskError::InvalidForm { .. })),
        "not by another's"
    );
    assert!(owner.get("/connect?step=3").await.text().contains("Тайный"));
    // What nobody goes on with is thrown away.
    app.pass(40 * 86_400);
    app.other_desk().tidy().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM connection_drafts").await, 0);
}

async fn who_may_not_connect_is_told_so(app: TestApp) {
    disconnect(&app, ROMASHKA).await;
    for role in [Role::User, Role::Accountant, Role::Support] {
        let user = app.with_role(role).await;
        let page = user.get(if role == Role::Accountant { "/licenses" } else { "/users" }).await;
        assert!(page.text().contains("Это сделает администратор Вашей организации"), "{role:?}");
        assert!(!page.text().contains("action=\"/connect\""), "{role:?}");
        let before = app.dump().await;
        assert_eq!(user.get("/connect").await.status, 403);
        let answers: [Result<(), DeskError>; 4] = [
            name(&user, "Имя", "imya").await,
            own(&user, "+7 916 123-45-67").await,
            people(&user, "").await,
            press(&user, "").await,
        ];
        for answer in answers {
            assert!(matches!(answer, Err(DeskError::Forbidden { .. })), "{role:?}: {answer:?}");
        }
        before.assert_same_but_for_the_log(&app.dump().await, "whoever may not");
    }
    // Whoever may less than an administrator makes none.
    let rights = ["accounts", "orders", "organization"].map(|right| ("rights[]", right));
    let level = [("name", "Завхоз")].into_iter().chain(rights).collect::<Vec<_>>();
    let role: domain::RoleId = app.romashka().await.post("keep_role").form(&pairs(&level)).call().await.unwrap();
    app.sql(&format!(
        "UPDATE account_levels SET role = 'own', role_id = {role} WHERE account_id = \
         (SELECT id FROM accounts WHERE email = 'user@romashka.example')"
    ))
    .await;
    let user = app.with_role(Role::User).await;
    name(&user, "ООО «Ромашка»", "romashka").await.unwrap();
    assert_eq!(
        other(&user, "vera@romashka.example", "+7 916 123-45-67").await,
        Err(wrong("who", FieldProblem::BeyondOwn))
    );
    own(&user, "+7 916 123-45-67").await.unwrap();
    // A list that they could not see themselves is handed to nobody.
    people(&user, "Ли Анна;li@a.example").await.unwrap();
    let seen = pairs(&[("digest", &digest(&user).await)]);
    assert_eq!(press(&user, &seen[0].1).await, Err(wrong("people", FieldProblem::BeyondOwn)));
    let page = user.follow_form("/connect?step=4", "connect_service", &seen).await;
    assert!(page.contains("Вы не сможете его увидеть"), "{page}");
    people(&user, "").await.unwrap();
    press(&user, &digest(&user).await).await.unwrap();
}

async fn an_address_leads_to_the_sign_in_of_its_service(app: TestApp) {
    let owner = owner(&app).await;
    let unknown = app.visitor().get("/at/sever").await;
    assert!(unknown.status == 404 && unknown.text().contains("Такого сервиса нет"), "{}", unknown.text());
    assert!(unknown.text().contains("href=\"/sign-in\""));
    prepared(&owner, "sever").await;
    assert_eq!(app.visitor().get("/at/sever").await.status, 404, "not before it is connected");
    press(&owner, &digest(&owner).await).await.unwrap();
    let visitor = app.visitor();
    let page = visitor.get("/at/sever").await;
    assert_eq!((page.status, page.header("x-robots-tag")), (200, "noindex"));
    assert!(page.text().contains("АО «Север»") && page.text().contains("action=\"/api/sign_in\""), "{}", page.text());
    for hidden in ["admin@sever.example", "Тверь", "Северный путь", "+7916"] {
        assert!(!page.text().contains(hidden), "{hidden}");
    }
    assert_eq!(visitor.get("/at/SEVER").await.leads_to(), "/at/sever");
    for nobody in
        ["/at/", "/at/sev%D0%B5r", "/at/a", "/at/..%2Fusers", "/at/%00", "/at/%ff", "/at/sever/x", "/at/sever%20"]
    {
        let status = visitor.get(nobody).await;
        let led = status.status == 303 || status.status == 307;
        assert!(status.status == 404 || led, "{nobody}: {}", status.status);
        assert!(!status.text().contains("АО «Север»"), "{nobody}");
    }
    // A wrong password is said here; that nobody has the e-mail is not.
    let fields = |email: &str| pairs(&[("email", email), ("password", "nonsense")]);
    let known = visitor.follow_form("/at/sever", "sign_in", &fields("admin@sever.example")).await;
    let stranger = visitor.follow_form("/at/sever", "sign_in", &fields("nobody@sever.example")).await;
    let said =
        |page: &str| page.split("class=\"alert\">").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    assert!(known.contains("АО «Север»") && said(&known).is_some(), "{known}");
    assert_eq!(said(&known), said(&stranger));
    // Whoever is in goes on; whoever is in elsewhere is asked who they are here.
    assert_eq!(owner.get("/at/sever").await.leads_to(), "/users");
    let elsewhere = app.romashka().await.get("/at/sever").await;
    assert!(elsewhere.status == 200 && elsewhere.text().contains("/api/sign_in"));
    let answer: Answer = visitor.ask_sign_in("admin@sever.example", server::demo::PASSWORD).send().await;
    answer.result::<()>().unwrap();
}

async fn addresses_are_not_tried_one_after_the_other(app: TestApp) {
    let owner = owner(&app).await;
    prepared(&owner, "sever").await;
    press(&owner, &digest(&owner).await).await.unwrap();
    let from = |path: String| app.visitor().ask("GET", &path).header("x-forwarded-for", "192.0.2.77");
    for number in 0..100 {
        assert_eq!(from(format!("/at/tried-{number}")).send().await.status, 404, "{number}");
    }
    assert_eq!(from("/at/tried".to_owned()).send().await.status, 429);
    assert_eq!(from("/at/sever".to_owned()).send().await.status, 429, "nor does one that is there answer now");
    assert_eq!(app.visitor().ask("GET", "/at/sever").header("x-forwarded-for", "192.0.2.78").send().await.status, 200);
    app.pass(601);
    assert_eq!(from("/at/sever".to_owned()).send().await.status, 200);
}

async fn name_and_address_are_changed(app: TestApp) {
    let owner = owner(&app).await;
    let change = async |user: &User, name: &str, address: &str| -> Result<(), DeskError> {
        user.post("change_service").form(&pairs(&[("name", name), ("address", address)])).call().await
    };
    assert!(change(&owner, "АО «Север»", "sever").await.is_err(), "not before it is connected");
    assert_eq!(owner.get("/connect/edit").await.leads_to(), "/connect");
    prepared(&owner, "sever").await;
    press(&owner, &digest(&owner).await).await.unwrap();
    let fields = pairs(&[("name", "АО «Полюс»"), ("address", "polus")]);
    let saved = owner.follow_form("/connect/edit", "change_service", &fields).await;
    assert!(saved.contains("Сохранено") && saved.contains("/at/polus") && saved.contains("Прежние адреса"), "{saved}");
    let details = serde_json::json!({
        "name_before": "АО «Север»", "name": "АО «Полюс»", "address_before": "sever", "address": "polus",
    });
    assert_eq!(app.told(SEVER, "organization.changed").await, [details]);
    let log = owner.get("/log").await;
    assert!(
        log.text().contains("«АО «Север»» → «АО «Полюс»»") && log.text().contains("sever → polus"),
        "{}",
        log.text()
    );
    assert_eq!(app.visitor().get("/at/sever").await.leads_to(), "/at/polus", "the former one leads on");
    assert!(app.visitor().get("/at/polus").await.text().contains("АО «Полюс»"));
    // And is nobody else's; one's own comes back.
    let romashka = app.romashka().await;
    assert_eq!(change(&romashka, "ООО «Ромашка»", "sever").await, Err(wrong("address", FieldProblem::Taken)));
    assert_eq!(change(&romashka, "ООО «Ромашка»", "polus").await, Err(wrong("address", FieldProblem::Taken)));
    let page = romashka
        .follow_form("/connect/edit", "change_service", &pairs(&[("name", "ООО «Ромашка»"), ("address", "sever")]))
        .await;
    assert!(page.contains("Этот адрес уже занят") && page.contains("sever-2"), "{page}");
    change(&romashka, "ООО «Ромашка»", "romashka").await.unwrap();
    assert!(app.visitor().get("/at/romashka").await.text().contains("ООО «Ромашка»"), "of those of before too");
    change(&owner, "АО «Север»", "sever").await.unwrap();
    assert_eq!(app.visitor().get("/at/polus").await.leads_to(), "/at/sever");
    // No organisation takes them all.
    for number in 0..8 {
        change(&owner, "АО «Север»", &format!("sever-{number}")).await.unwrap();
    }
    let before = app.dump().await;
    assert_eq!(
        change(&owner, "АО «Иной»", "one-more").await,
        Err(wrong("address", FieldProblem::TooMany { most: 10 }))
    );
    assert_eq!(
        change(&owner, "АО «Иной»", "sev\u{435}r").await,
        Err(wrong("address", FieldProblem::NotAServiceAddress))
    );
    before.assert_same(&app.dump().await, "refused changes");
    app.pass(16 * 60);
    assert_eq!(change(&owner, "АО «Иной»", "sever").await, Err(DeskError::ProofRequired));
    assert_eq!(owner.frame().await.unwrap().organization.name, "АО «Север»");
}

async fn a_list_goes_with_its_account(app: TestApp) {
    let owner = owner(&app).await;
    name(&owner, "АО «Север»", "sever").await.unwrap();
    other(&owner, "vera@sever.example", "+7 916 765-43-21").await.unwrap();
    people(&owner, LIST).await.unwrap();
    press(&owner, &digest(&owner).await).await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM handed_lists").await, 1);
    let id = app.number("SELECT id FROM accounts WHERE email = 'vera@sever.example'").await;
    owner.post("withdraw_invitation").form(&[("account", id.to_string())]).call::<()>().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM handed_lists").await, 0, "nobody could see it any more");
    let token = letter(&app, AccessLetter::Invitation).await.map(|(_, secret)| secret).unwrap_or_default();
    let page = app.visitor().get(&format!("/join/{token}")).await;
    assert!(page.status == 404 || page.text().contains("Ссылка"), "{:?}", LinkFault::Over);
    let about = owner.get("/connect").await;
    assert!(about.status == 200 && !about.text().contains("vera@sever.example"), "{}", about.text());
}

async fn without_a_trial_it_says_so(app: TestApp) {
    let owner = owner(&app).await;
    let product = app.number("SELECT MIN(id) FROM products WHERE trial_seats IS NOT NULL").await;
    owner.post("start_trial").form(&[("product", product.to_string())]).call::<domain::PoolId>().await.unwrap();
    let had = app.number("SELECT count(*) FROM pools WHERE trial = 1 AND organization_id = 2").await;
    app.sql(&format!("UPDATE products SET trial_seats = NULL, trial_days = NULL WHERE id <> {product}")).await;
    prepared(&owner, "sever").await;
    assert!(owner.get("/connect?step=4").await.text().contains("Пробного периода нет"));
    press(&owner, &digest(&owner).await).await.unwrap();
    assert_eq!(
        app.number("SELECT count(*) FROM pools WHERE trial = 1 AND organization_id = 2").await,
        had,
        "one for each organisation"
    );
    let expected = serde_json::json!({
        "name_before": "АО «Север»", "name": "АО «Север»", "address": "sever", "invited": false, "list": false, "trials": 0,
    });
    assert_eq!(app.told(SEVER, "organization.connected").await, [expected]);
}

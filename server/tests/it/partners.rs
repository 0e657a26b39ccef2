//! Partners: what a customer grants they may do at its desk, under their name; what it does not, they neither see nor touch.

use domain::{Capability, Deed, DeskError, GRANTABLE, OrganizationId, Refusal, Rights, Role};
use serde_json::json;
use service::ports::Store;

use crate::access::{address, lacks, needs, page_needs};
use crate::organizations::{Answered, Ids, Row, send, table};
use crate::support::{ASTRA, PARTNER, ROMASHKA, SEVER, TestApp, User, of, on_both};

on_both!(
    whoever_has_granted_nothing_is_not_there,
    ids_of_whom_it_does_not_serve_are_nothing_at_home,
    each_grant_allows_just_what_it_says,
    a_grant_and_its_end_work_at_once,
    what_a_partner_does_is_in_the_customers_log_under_its_name,
    what_was_begun_for_one_customer_is_nothing_for_another,
    a_customers_desk_leads_only_to_itself,
    a_representative_is_no_account_of_the_customers,
    a_partners_deed_waits_for_the_customers_second_person,
    a_large_deed_asks_for_the_partners_own_password,
    a_grant_is_given_with_care,
    the_dashboard_says_what_needs_attention,
    what_needs_attention_leads_to_where_something_is_done,
    customers_are_listed_with_what_runs_now,
    a_desk_has_one_address,
    two_first_requests_make_one_representative,
    levels_of_the_partner_count_too,
    the_operator_makes_a_partner,
    a_customers_second_factor_binds_the_partners_people,
    whoever_comes_is_named_when_they_come,
    a_refused_form_is_shown_at_its_own_desk_alone,
);

/// Lets the partner do this at an organisation, past the desk.
async fn grant(app: &TestApp, customer: OrganizationId, rights: Rights) {
    app.sql(&format!(
        "DELETE FROM partnerships WHERE organization_id = {customer} AND partner_id = {PARTNER}; \
         INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) \
         VALUES ({customer}, {PARTNER}, '{}', 0)",
        rights.to_codes()
    ))
    .await;
}

async fn grant_nothing(app: &TestApp, customer: OrganizationId) {
    app.sql(&format!("DELETE FROM partnerships WHERE organization_id = {customer} AND partner_id = {PARTNER}")).await;
}

/// The rows of the table that a partner can send to a customer's desk at all.
fn rows(ids: &Ids) -> Vec<Row> {
    table(ids).into_iter().filter(|row| server::http::AT_CUSTOMERS.contains(&row.endpoint)).collect()
}

async fn whoever_has_granted_nothing_is_not_there(app: TestApp) {
    // Before anybody looks: whom the server has looked at it keeps in memory.
    app.sql("UPDATE members SET surname = 'Тайна' WHERE organization_id = 1").await;
    let romashka = app.romashka().await;
    let ids = Ids::of(&app, &romashka).await;
    grant_nothing(&app, ROMASHKA).await;
    let partner = app.partner().await;
    let before = app.dump().await.of_organization(ROMASHKA);
    // One that is there and one that is not are told alike, by whatever is asked.
    for customer in [ROMASHKA, OrganizationId(999_999), PARTNER] {
        let there = partner.at(customer);
        for row in table(&ids) {
            let answer = send(&there, &row).await;
            let what = format!("{customer}: {}: {}", row.endpoint, answer.text());
            assert!(!answer.text().contains("Тайна"), "{what}");
            // They concern the browser alone.
            if matches!(row.endpoint, "set_language" | "set_theme") {
                continue;
            }
            assert_eq!(answer.status, 404, "{what}");
            if server::http::AT_CUSTOMERS.contains(&row.endpoint) {
                assert_eq!(answer.refusal(), DeskError::UnknownCustomer, "{what}");
            }
        }
        for path in server::http::paths() {
            let answer = there.get(&address(path, &ids)).await;
            match answer.status {
                303 => assert_eq!(answer.leads_to(), "/partner/customers?gone", "{customer}: {path}"),
                status => assert_eq!(status, 404, "{customer}: {path}"),
            }
        }
        let card = partner.get(&format!("/partner/customers/{customer}")).await;
        assert_eq!((card.status, card.text().contains("Ромашка")), (404, false));
    }
    for list in ["/partner", "/partner/customers", "/partner/customers?q=%D1%80%D0%BE%D0%BC%D0%B0%D1%88%D0%BA%D0%B0"] {
        assert!(!partner.get(list).await.text().contains("Ромашка»</a>"), "{list}");
    }
    before.assert_same(&app.dump().await.of_organization(ROMASHKA), "a partner without a grant");
    let told = app.told(PARTNER, "access.refused").await;
    assert!(told.iter().any(|details| details["why"] == "not_granted" && details["customer"] == 1), "{told:?}");
    // The twin: with a grant it is there.
    grant(&app, ROMASHKA, GRANTABLE.into_iter().collect()).await;
    assert!(partner.at(ROMASHKA).get("/users").await.text().contains("Тайна"));
}

/// At its own desk too, whatever ids the partner sends: every function and every page.
async fn ids_of_whom_it_does_not_serve_are_nothing_at_home(app: TestApp) {
    app.sql("UPDATE members SET surname = 'Тайна' WHERE organization_id = 1").await;
    let romashka = app.romashka().await;
    let ids = Ids { customer: ROMASHKA.0, ..Ids::of(&app, &romashka).await };
    // It was sent to this partner, as long as it was let in.
    app.sql(&format!("UPDATE applications SET partner_id = {PARTNER} WHERE id = {}", ids.application)).await;
    grant(&app, ROMASHKA, [Capability::People].into_iter().collect()).await;
    let partner = app.partner().await;
    let application = format!("/partner/applications/{}", ids.application);
    assert!(partner.get(&application).await.text().contains("Ромашка"), "the twin: it is there");
    grant_nothing(&app, ROMASHKA).await;
    let before = app.dump().await.of_organization(ROMASHKA);
    let mut wrong = Vec::new();
    for row in table(&ids) {
        if matches!(row.endpoint, "sign_out" | "end_own_sessions" | "end_all_sessions" | "sign_in") {
            continue;
        }
        let answer = send(&partner, &row).await;
        let told = answer.text().contains("Тайна") || answer.text().contains("Ромашка");
        let code = match row.answered {
            // Whoever guesses keys is stopped after a few, whatever they are; and nobody serves this partner.
            Answered::Code(code) if !matches!(row.endpoint, "check_key" | "send_application") => Some(code),
            _ => None,
        };
        if told || answer.status >= 500 || code.is_some_and(|code| answer.refusal().code() != code) {
            wrong.push(format!("{}: {}", row.endpoint, answer.text()));
        }
    }
    for path in server::http::paths() {
        let answer = partner.get(&address(path, &ids)).await;
        let told = answer.text().contains("Тайна") || answer.text().contains("Ромашка");
        let theirs = path.contains("{id}") || path.contains("{contract}") || path.contains("{customer}");
        if told || answer.status >= 500 || (theirs && answer.status != 404) {
            wrong.push(format!("{path}: {}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    before.assert_same(&app.dump().await.of_organization(ROMASHKA), "a partner without a grant");
}

/// Every function and every page of the desk, with each right alone and with all but each.
async fn each_grant_allows_just_what_it_says(app: TestApp) {
    let romashka = app.romashka().await;
    let ids = Ids::of(&app, &romashka).await;
    let partner = app.partner().await;
    let there = partner.at(ROMASHKA);
    let mut wrong = Vec::new();
    for one in GRANTABLE {
        let all: Rights = GRANTABLE.into_iter().collect();
        let alone = [one].into_iter().collect::<Rights>().complete();
        let without: Rights =
            all.iter().filter(|other| ![*other].into_iter().collect::<Rights>().complete().may(one)).collect();
        for rights in [alone, without] {
            grant(&app, ROMASHKA, rights).await;
            let name = rights.to_codes();
            for path in server::http::paths() {
                let answer = there.get(&address(path, &ids)).await;
                let missing = lacks(rights, page_needs(path)).is_some();
                // What is no part of a customer's desk is not there at all.
                if answer.status != 404 && (answer.status == 403) != missing {
                    wrong.push(format!("{name}: {path}: {}", answer.status));
                }
            }
            for row in rows(&ids) {
                let needs = match row.endpoint {
                    "preview" | "undo" | "confirm" => continue,
                    endpoint => needs(endpoint),
                };
                let Some(missing) = lacks(rights, needs) else { continue };
                let answer = send(&there, &row).await;
                if answer.status != 403 || answer.refusal() != (DeskError::Forbidden { needs: missing }) {
                    wrong.push(format!("{name}: {}: {}", row.endpoint, answer.text()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What is allowed is done.
    grant(&app, ROMASHKA, GRANTABLE.into_iter().collect()).await;
    for row in rows(&ids) {
        let answer = send(&there, &row).await;
        let forbidden = answer.status == 403 && matches!(answer.refusal(), DeskError::Forbidden { .. });
        assert!(!forbidden && answer.status < 500, "{}: {}", row.endpoint, answer.text());
    }
    // And of another customer, which has granted it too, its ids are nothing here.
    let foreign = Ids::of(&app, &app.sever().await).await;
    for row in rows(&foreign) {
        if let Answered::Code(code) = row.answered {
            let answer = send(&there, &row).await;
            assert_eq!(answer.refusal().code(), code, "{}", row.endpoint);
        }
    }
}

async fn a_grant_and_its_end_work_at_once(app: TestApp) {
    let (admin, partner) = (app.romashka().await, app.partner().await);
    let there = partner.at(ROMASHKA);
    let people = there.issuable(2).await;
    let pool = there.frame().await.unwrap().pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    let preview = there.preview_of(Deed::Issue, &people).await;
    let form = [("partner", PARTNER.to_string()), ("capability[]", "people".to_owned())];
    admin.post("change_grant").form(&form).call::<()>().await.unwrap();
    assert_eq!(there.confirm(&preview, Some(pool)).await, Err(DeskError::Forbidden { needs: Capability::Issue }));
    assert_eq!(there.get("/users").await.status, 200, "what is left stays");
    admin.post("revoke_grant").form(&[("partner", PARTNER.to_string())]).call::<()>().await.unwrap();
    assert_eq!(there.frame().await, Err(DeskError::UnknownCustomer));
    assert_eq!(there.get("/users").await.leads_to(), "/partner/customers?gone");
    assert!(partner.get("/partner/customers?gone").await.text().contains("больше не даёт Вам доступа"));
    // Again is the same.
    admin.post("revoke_grant").form(&[("partner", PARTNER.to_string())]).call::<()>().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "partner.revoked").await.len(), 1);
    let again =
        [("code", "7kqm-2xra".to_owned()), ("capability[]", "issue".to_owned()), ("capability[]", "stock".to_owned())];
    let given: OrganizationId = admin.post("grant_partner").form(&again).call().await.unwrap();
    assert_eq!(given, PARTNER);
    assert_eq!(app.told(ROMASHKA, "partner.granted").await.last().unwrap()["after"], "people,issue,stock");
    // The operation is their own still, and may be done again.
    assert_eq!(there.confirm(&preview, Some(pool)).await.unwrap().accepted, 2);
}

async fn what_a_partner_does_is_in_the_customers_log_under_its_name(app: TestApp) {
    let (admin, partner) = (app.romashka().await, app.partner().await);
    let there = partner.at(ROMASHKA);
    let frame = there.frame().await.unwrap();
    assert_eq!((frame.organization.name.as_str(), frame.account.name.as_str()), ("ООО «Ромашка»", "Орлова Нина"));
    let pool = frame.pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    let own_before = app.audit(PARTNER).await;
    let done = there.issue(&there.issuable(2).await, pool).await;
    let name = "Орлова Нина (ООО «Кадры-Сервис»)";
    assert_eq!(done.author.as_deref(), Some(name));
    let log = admin.get("/log").await;
    assert!(log.text().contains(name) && log.text().contains("Лицензии выданы"));
    assert!(log.text().contains("Сотрудник партнёра вошёл впервые"));
    assert!(admin.get(&format!("/operations/{}", done.id)).await.text().contains(name));
    assert_eq!(app.audit(PARTNER).await, own_before, "nothing was done at home");
    // They may look at it, and take it back.
    assert!(there.get("/log").await.text().contains("Лицензии выданы"));
    assert_eq!(there.undo(done.id).await.unwrap().accepted, 2);
    let head = service::ports::AuditHead { seq: 0, hash: [0; 32] };
    let entries = app.store.audit(ROMASHKA, 0, 10_000).await.unwrap();
    assert!(service::chain(ROMASHKA, head, &entries).is_ok());
    // Whoever is called otherwise now is so from now on.
    app.sql("UPDATE accounts SET name = 'Орлова-Белая Нина' WHERE organization_id = 3 AND name = 'Орлова Нина'").await;
    let done = there.issue(&there.issuable(1).await, pool).await;
    assert_eq!(done.author.as_deref(), Some("Орлова-Белая Нина (ООО «Кадры-Сервис»)"));
}

async fn what_was_begun_for_one_customer_is_nothing_for_another(app: TestApp) {
    let partner = app.partner().await;
    let (one, other) = (partner.at(ROMASHKA), partner.at(SEVER));
    let people = one.issuable(2).await;
    let preview = one.preview_of(Deed::Issue, &people).await;
    let pool = one.frame().await.unwrap().pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    // The page of another tab, or one's own desk.
    for there in [&other, &partner] {
        assert_eq!(there.confirm(&preview, Some(pool)).await, Err(DeskError::UnknownOperation));
        assert_eq!(there.get(&format!("/operations/{}", preview.operation)).await.status, 404);
        assert!(matches!(there.preview(Deed::Issue, &of(&people)).await, Err(DeskError::UnknownMembers { count: 2 })));
    }
    assert_eq!(one.confirm(&preview, Some(pool)).await.unwrap().accepted, 2);
}

/// Every link, form and redirect of every page of a customer's desk.
async fn a_customers_desk_leads_only_to_itself(app: TestApp) {
    let romashka = app.romashka().await;
    let ids = Ids::of(&app, &romashka).await;
    let there = app.partner().await.at(ROMASHKA);
    // What is one's own, and the way back.
    let own = ["/account", "/api/sign_out", "/partner/customers", "/partner/customers/1"];
    let mut looked = 0;
    for path in server::http::paths() {
        let answer = there.get(&address(path, &ids)).await;
        if (300..400).contains(&answer.status) {
            assert!(answer.leads_to().starts_with("/for/1/"), "{path}: {}", answer.leads_to());
        }
        if answer.status != 200 || !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        looked += 1;
        let page = answer.text();
        let said = page.replace("<!>", "");
        assert!(
            said.contains("Вы работаете у клиента <b>ООО «Ромашка»</b>"),
            "{path}: {}",
            said.get(..3000).unwrap_or(&said)
        );
        for name in ["href", "action", "formaction"] {
            for part in page.split(&format!(" {name}=\"/")).skip(1) {
                let leads = format!("/{}", part.split('"').next().unwrap());
                let fits = leads.starts_with("/for/1/")
                    || leads.starts_with("/pkg/")
                    || leads == "/favicon.svg"
                    || own.contains(&leads.as_str());
                assert!(fits, "{path} leads to {leads}");
            }
        }
    }
    assert!(looked > 15, "{looked}");
    // A plain form leads on within, and what is refused leads back within.
    let people = there.issuable(1).await;
    let page = there.follow_form("/users", "start_issue", &[("member[]", people[0].to_string())]).await;
    assert!(page.contains("action=\"/for/1/api/confirm\"") && page.contains("Вы работаете у клиента"));
    let fields = [("surname", "Новая"), ("first", ""), ("email", "new@mail.example"), ("employment", "employee")];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    let page = there.follow_form("/users/new", "add_member", &fields).await;
    assert!(page.contains("field-error") && page.contains("Вы работаете у клиента"), "{page}");
    // At one's own desk nothing says so.
    assert!(!romashka.get("/users").await.text().contains("Вы работаете у клиента"));
    // Who has to sign in first comes back there.
    let stranger = app.visitor().at(ROMASHKA).get("/tasks?q=a").await;
    assert_eq!(stranger.leads_to(), "/sign-in?to=%2Ffor%2F1%2Ftasks%3Fq%3Da");
}

async fn a_representative_is_no_account_of_the_customers(app: TestApp) {
    let (admin, partner) = (app.romashka().await, app.partner().await);
    let accounts = admin.get("/admin").await.text().to_owned();
    partner.at(ROMASHKA).frame().await.unwrap();
    let id = app.number("SELECT account_id FROM representatives WHERE organization_id = 1").await;
    assert_eq!(admin.get("/admin").await.text().contains("Орлова"), accounts.contains("Орлова"));
    assert_eq!(admin.get(&format!("/admin/{id}")).await.status, 404);
    for endpoint in ["send_recovery", "send_deletion_code", "reset_factor", "hand_over"] {
        let answer = admin.post(endpoint).form(&[("account", id.to_string())]).send().await;
        assert_eq!(answer.refusal(), DeskError::UnknownAccount, "{endpoint}");
    }
    // The e-mail signs in where it always did, and still can be recovered there alone.
    assert_eq!(app.partner().await.frame().await.unwrap().organization.id, PARTNER);
    app.visitor().post("ask_recovery").form(&[("email", "partner@servis.example".to_owned())]).send().await;
    for _ in 0..100 {
        if app.number("SELECT count(*) FROM tickets").await > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let whose = app.rows("SELECT organization_id FROM tickets").await;
    assert!(whose.len() == 1 && whose[0].contains('3'), "{whose:?}");
}

async fn a_partners_deed_waits_for_the_customers_second_person(app: TestApp) {
    let (admin, partner) = (app.romashka().await, app.partner().await);
    app.sql("UPDATE organizations SET approve_issue = 1 WHERE id = 1").await;
    let there = partner.at(ROMASHKA);
    let second = app.sign_in(server::demo::partner::SECOND).await.at(ROMASHKA);
    let pool = there.frame().await.unwrap().pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    let preview = there.preview_of(Deed::Issue, &there.issuable(2).await).await;
    let waiting = there.confirm(&preview, Some(pool)).await.unwrap();
    assert_eq!(waiting.state, domain::OperationState::Waiting);
    // A colleague of the partner's is none of the customer's.
    let page = second.get(&format!("/operations/{}", waiting.id)).await;
    assert!(!page.text().contains("api/approve"), "not offered");
    let form = [("operation", waiting.id.to_string()), ("digest", preview.digest.clone())];
    assert_eq!(second.post("approve").form(&form).send().await.status, 404, "and not there");
    let report = admin.report(waiting.id, 1).await.unwrap();
    assert!(report.decide.is_some() && report.waits.unwrap().cannot.is_none());
    let done: domain::OperationSummary = admin.post("approve").form(&form).call().await.unwrap();
    assert_eq!((done.state, done.accepted), (domain::OperationState::Done, 2));
    // Whose grant is gone has nothing agreed to any more.
    let preview = there.preview_of(Deed::Issue, &there.issuable(2).await).await;
    let waiting = there.confirm(&preview, Some(pool)).await.unwrap();
    grant(&app, ROMASHKA, [Capability::People].into_iter().collect()).await;
    let form = [("operation", waiting.id.to_string()), ("digest", preview.digest.clone())];
    let refused: Result<domain::OperationSummary, DeskError> = admin.post("approve").form(&form).call().await;
    assert_eq!(refused, Err(DeskError::AuthorMayNot));
}

async fn a_large_deed_asks_for_the_partners_own_password(app: TestApp) {
    let mut partner = app.partner().await;
    app.sql("UPDATE organizations SET large_deed = 2 WHERE id = 1").await;
    app.pass(20 * 60);
    let there = partner.at(ROMASHKA);
    let holders = there.pick(3, |row| !row.held.is_empty()).await;
    let preview = there.preview_of(Deed::Revoke, &holders).await;
    assert_eq!(there.confirm(&preview, None).await, Err(DeskError::ProofRequired));
    let form = |password: &str| {
        [
            ("operation", preview.operation.to_string()),
            ("digest", preview.digest.clone()),
            ("size", "3".to_owned()),
            ("proof", password.to_owned()),
        ]
    };
    let wrong = there.post("confirm").form(&form("not the password")).send().await;
    assert_eq!(wrong.refusal().code(), "invalid_form");
    let answer = there.post("confirm").form(&form(server::demo::PASSWORD)).send().await;
    assert_eq!(answer.result::<domain::OperationSummary>().unwrap().accepted, 3);
    partner.renewed_by(&answer);
    assert_eq!(app.told(PARTNER, "password.shown").await.len(), 1, "at home, where the password is");
    assert!(partner.at(ROMASHKA).frame().await.is_ok());
}

async fn a_grant_is_given_with_care(app: TestApp) {
    let sever = app.sign_in("admin@k001.example").await;
    grant_nothing(&app, ASTRA).await;
    let ask = async |code: &str, capabilities: &[&str]| -> Result<OrganizationId, DeskError> {
        let mut form = vec![("code", code.to_owned())];
        form.extend(capabilities.iter().map(|one| ("capability[]", (*one).to_owned())));
        sever.post("grant_partner").form(&form).call().await
    };
    let field = |refused: Result<OrganizationId, DeskError>| match refused {
        Err(DeskError::InvalidForm { fields }) => fields[0].field.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(field(ask("", &["people"]).await), "code");
    assert_eq!(field(ask("7KQM2XRB", &["people"]).await), "code");
    assert_eq!(field(ask("7KQM2XRA", &[]).await), "capability");
    for never in ["accounts", "customers", "letters", "everything"] {
        assert_eq!(field(ask("7KQM2XRA", &["people", never]).await), "capability", "{never}");
    }
    // One's own code is nobody's here.
    app.sql("INSERT INTO partners (organization_id, code, since) VALUES (4, 'BBBB2222', 0)").await;
    assert_eq!(field(ask("BBBB2222", &["people"]).await), "code");
    assert!(sever.get("/admin/partners/new?code=BBBB2222").await.text().contains("Партнёра с таким кодом нет"));
    let page = sever.get("/admin/partners/new?code=7kqm-2xra").await;
    assert!(page.text().contains("ООО «Кадры-Сервис»"), "{}", page.text());
    // Before that one shows who one is.
    app.pass(20 * 60);
    assert_eq!(ask("7KQM2XRA", &["people"]).await, Err(DeskError::ProofRequired));
    assert_eq!(app.number("SELECT count(*) FROM partnerships WHERE organization_id = 4").await, 0);
    // Nobody gives what they may not do: whoever manages accounts alone gives nothing of people.
    let owner = app.romashka().await;
    let rights = [Capability::Accounts].into_iter().collect::<Rights>().complete();
    let keeper = crate::access::with_rights(&app, &owner, "Только учётные записи", rights).await;
    let form = [("partner", PARTNER.to_string()), ("capability[]", "people".to_owned())];
    let refused = keeper.post("change_grant").form(&form).send().await.refusal();
    assert!(
        matches!(&refused, DeskError::InvalidForm { fields } if fields[0].problem == domain::FieldProblem::BeyondOwn)
    );
    // Without scripts: a refused form keeps what was chosen.
    let page = owner
        .follow_form(&format!("/admin/partners/{PARTNER}"), "change_grant", &[("partner", PARTNER.to_string())])
        .await;
    assert!(page.contains("field-error"), "{page}");
    let saved = owner.follow_form(&format!("/admin/partners/{PARTNER}"), "change_grant", &form).await;
    assert!(saved.contains("Доступ партнёра сохранён") && saved.contains("Смотреть пользователей"));
}

async fn the_dashboard_says_what_needs_attention(app: TestApp) {
    let partner = app.partner().await;
    let page = async || partner.get("/partner").await.text().to_owned();
    assert!(page().await.contains("УКЭП: срок 7 выданных лицензий заканчивается"), "a term that ends");
    // Stock that runs out.
    app.sql("UPDATE pools SET total = issued WHERE organization_id = 4 AND product_id = 1").await;
    app.sql("UPDATE members SET deleted_at = NULL WHERE organization_id = 4").await;
    let held = app.number("SELECT issued FROM pools WHERE organization_id = 4 AND product_id = 1").await;
    assert!(held > 0, "somebody of the demo holds one");
    assert!(page().await.contains(&format!("ПЭП: свободных лицензий нет, выданы все {held}")));
    // An operation that failed.
    let admin = app.romashka().await;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(2).await).await;
    let short = admin.pool("ea9ENYf6").await.id;
    let refused = admin.confirm(&preview, Some(short)).await;
    assert!(matches!(refused, Err(DeskError::Refused { refusal: Refusal::PoolExhausted { .. } })));
    let failed = format!("/for/1/operations/{}", preview.operation);
    assert!(page().await.contains(&failed));
    assert_eq!(partner.get(&failed).await.status, 200, "the link leads there");
    // Of what it may not see it is told nothing.
    grant(&app, ROMASHKA, [Capability::Orders].into_iter().collect::<Rights>().complete()).await;
    let text = page().await;
    assert!(!text.contains(&failed) && text.contains("УКЭП: срок 7"));
    grant(&app, ROMASHKA, [Capability::People].into_iter().collect()).await;
    let text = page().await;
    assert!(text.contains(&failed) && !text.contains("УКЭП: срок 7"));
    assert!(partner.get("/partner/customers/1?tab=products").await.text().contains("Клиент не разрешил"));
    app.pass(8 * 86_400);
    let partner = app.partner().await;
    assert!(!partner.get("/partner").await.text().contains(&failed), "a week later");
    // Whoever sees only some people of the partner's own serves nobody, and neither does who is no partner.
    assert_eq!(admin.get("/partner").await.status, 303, "signed out by now");
    assert_eq!(app.romashka().await.get("/partner").await.status, 403);
}

/// A pool of ООО «Астра», past the desk.
async fn pool(app: &TestApp, product: i64, code: &str, (total, issued): (u64, u64), term: (i64, Option<i64>)) {
    let until = term.1.map_or("NULL".to_owned(), |until| until.to_string());
    app.sql(&format!(
        "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from, valid_until) \
         VALUES ({ASTRA}, {product}, '{code}', {total}, {issued}, {}, {until})",
        term.0
    ))
    .await;
}

/// Nobody holds what [`pool`] made: the database is left as the desk would have it.
async fn drop_pools(app: &TestApp) {
    app.sql(&format!("DELETE FROM pools WHERE organization_id = {ASTRA} AND code LIKE '%-0%'")).await;
}

/// The start of a day from now, in microseconds as they are kept.
fn day(days: i32) -> i64 {
    domain::Date(crate::support::today().date().0 + days).start().0
}

async fn what_needs_attention_leads_to_where_something_is_done(app: TestApp) {
    let partner = app.partner().await;
    app.sql(&format!("UPDATE pools SET total = total + 500 WHERE organization_id = {ASTRA}")).await;
    let page = async || partner.get(&format!("/partner/customers/{ASTRA}")).await.text().to_owned();
    assert!(page().await.contains("Всё в порядке"));
    pool(&app, 4, "Full-001", (7, 7), (0, None)).await;
    let order = format!("/for/{ASTRA}/orders/new?product=4&amp;seats=1");
    assert!(page().await.contains(&format!("href=\"{order}\"")), "{}", page().await);
    let form = partner.get(&order.replace("&amp;", "&")).await;
    let (_, field) = form.text().split_once("id=\"seats-4\"").unwrap();
    assert!(field.split('>').next().unwrap().contains("value=\"1\""), "{field}");
    // What is not sold cannot be ordered.
    app.sql("UPDATE products SET price = NULL WHERE id = 4").await;
    assert!(page().await.contains(&format!("href=\"/for/{ASTRA}/orders/new\"")));
    grant(&app, ASTRA, [Capability::Stock].into_iter().collect()).await;
    assert!(page().await.contains(&format!("href=\"/for/{ASTRA}/licenses\"")));
    // Each day on which something ends is told.
    pool(&app, 3, "Ends-001", (90, 2), (0, Some(day(10)))).await;
    pool(&app, 3, "Ends-002", (90, 4), (0, Some(day(40)))).await;
    pool(&app, 3, "Ends-003", (90, 3), (0, Some(day(10)))).await;
    let text = page().await;
    for (held, last) in [(5, 9), (4, 39)] {
        let said = format!(
            "срок {held} выданных лицензий заканчивается {}",
            domain::Date(crate::support::today().date().0 + last)
        );
        assert_eq!(text.matches(&said).count(), 1, "{said}: {text}");
    }
    drop_pools(&app).await;
}

async fn customers_are_listed_with_what_runs_now(app: TestApp) {
    let partner = app.partner().await;
    app.sql(&format!("UPDATE pools SET valid_until = {} WHERE organization_id = {ASTRA}", day(0))).await;
    pool(&app, 3, "Runs-001", (40, 11), (0, None)).await;
    pool(&app, 4, "Runs-002", (300, 2), (0, Some(day(200)))).await;
    pool(&app, 4, "Ended-01", (7000, 500), (0, Some(day(-1)))).await;
    pool(&app, 4, "Later-01", (6000, 0), (day(5), None)).await;
    let list = partner.get("/partner/customers?q=%D0%90%D1%81%D1%82%D1%80%D0%B0").await;
    assert!(list.text().contains(">13 / 340<"), "{}", list.text());
    assert!(list.text().contains("number\">Выдано из купленных<"));
    drop_pools(&app).await;
}

/// No other spelling of its number leads there.
async fn a_desk_has_one_address(app: TestApp) {
    let partner = app.partner().await;
    assert_eq!(partner.get("/for/1/users").await.status, 200);
    for other in ["01", "+1", "%2B1", "%31", "1%20"] {
        assert_eq!(partner.get(&format!("/for/{other}/users")).await.status, 404, "{other}");
        let answer = partner.get(&format!("/for/{other}/users?q=x")).await;
        assert!(!answer.text().contains("Ромашка"), "{other}");
    }
}

async fn two_first_requests_make_one_representative(app: TestApp) {
    let partner = app.partner().await;
    let there = partner.at(ASTRA);
    let both = tokio::join!(there.frame(), there.frame(), there.frame(), there.frame());
    for frame in [both.0, both.1, both.2, both.3] {
        assert_eq!(frame.unwrap().organization.id, ASTRA);
    }
    assert_eq!(app.number("SELECT count(*) FROM representatives").await, 1);
    let other = app.sign_in(server::demo::partner::SECOND).await.at(ASTRA);
    other.frame().await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM representatives").await, 2);
}

async fn levels_of_the_partner_count_too(app: TestApp) {
    let clerk: User = app.sign_in("buh@servis.example").await;
    assert!(!Role::Accountant.rights().may(Capability::Customers));
    assert_eq!(clerk.at(ROMASHKA).frame().await, Err(DeskError::Forbidden { needs: Capability::Customers }));
    assert_eq!(clerk.get("/partner").await.status, 403);
    // One that serves customers and may only look, may only look there.
    app.sql(&format!(
        "INSERT INTO roles (organization_id, name, capabilities) VALUES ({PARTNER}, 'Смотрит', 'customers,people,stock'); \
         UPDATE account_levels SET role = 'own', role_id = (SELECT MAX(id) FROM roles) \
         WHERE organization_id = {PARTNER} AND account_id = (SELECT id FROM accounts WHERE email = 'buh@servis.example')"
    ))
    .await;
    let there = clerk.at(ROMASHKA);
    let people = there.issuable(1).await;
    assert_eq!(there.preview(Deed::Issue, &of(&people)).await, Err(DeskError::Forbidden { needs: Capability::Issue }));
    let body = json!({ "deed": "revoke", "selection": of(&people) });
    let refused: Result<domain::Preview, DeskError> = there.post("preview").json(&body).call().await;
    assert_eq!(refused, Err(DeskError::Forbidden { needs: Capability::Revoke }));
}

async fn the_operator_makes_a_partner(app: TestApp) {
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_licentia"));
        let output = command.args(["partners", "--database-url", app.url()]).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(app.romashka().await.get("/partner").await.status, 403);
    let (done, code, _) = run(&["add", "--email", "Admin@Romashka.example"]);
    assert!(done && domain::PartnerCode::parse(&code).is_some(), "{code}");
    assert_eq!(
        run(&["add", "--email", "hr@romashka.example"]),
        (true, code.clone(), String::new()),
        "it is one already"
    );
    let (_, list, _) = run(&["list"]);
    assert_eq!(list, format!("{}  ООО «Ромашка»\n7KQM-2XRA  ООО «Кадры-Сервис»\n", code.trim()));
    let (done, _, why) = run(&["add", "--email", "nobody@romashka.example"]);
    assert!(!done && why.contains("nobody signs in by nobody@romashka.example"), "{why}");
    assert_eq!(app.told(ROMASHKA, "partner.made").await.len(), 1);
    let page = app.romashka().await.get("/partner").await;
    assert!(page.text().contains(code.trim()) && page.text().contains("0 клиентов"), "{}", page.text());
}

async fn a_customers_second_factor_binds_the_partners_people(app: TestApp) {
    let partner = app.partner().await;
    let there = partner.at(ROMASHKA);
    assert!(there.frame().await.is_ok());
    app.sql("UPDATE organizations SET factor_required = 1 WHERE id = 1").await;
    assert_eq!(there.frame().await, Err(DeskError::FactorRequired), "also in the session that is open");
    assert_eq!(there.get("/users").await.leads_to(), "/account/factor");
    assert!(partner.at(SEVER).frame().await.is_ok(), "which asks for none");
    crate::factor::connect(&app, &partner, server::demo::partner::EMAIL).await;
    assert!(there.frame().await.is_ok());
}

async fn whoever_comes_is_named_when_they_come(app: TestApp) {
    let (admin, partner) = (app.romashka().await, app.partner().await);
    let there = partner.at(ROMASHKA);
    there.frame().await.unwrap();
    there.frame().await.unwrap();
    let came = app.told(ROMASHKA, "partner.came").await;
    assert_eq!(came.len(), 1, "{came:?}");
    assert_eq!(
        (came[0]["name"].as_str(), came[0]["email"].as_str()),
        (Some("Орлова Нина (ООО «Кадры-Сервис»)"), Some(server::demo::partner::EMAIL))
    );
    app.sql("UPDATE accounts SET name = 'Орлова-Белая Нина' WHERE organization_id = 3 AND name = 'Орлова Нина'").await;
    there.frame().await.unwrap();
    let renamed = app.told(ROMASHKA, "partner.renamed").await;
    assert_eq!(renamed[0]["name_before"].as_str(), Some("Орлова Нина (ООО «Кадры-Сервис»)"));
    // Let in again, they come again.
    let form = [("partner", PARTNER.to_string())];
    admin.post("revoke_grant").form(&form).call::<()>().await.unwrap();
    // To change what is over does not give it again.
    let change = [("partner", PARTNER.to_string()), ("capability[]", "people".to_owned())];
    let gone: Result<(), DeskError> = admin.post("change_grant").form(&change).call().await;
    assert_eq!(gone, Err(DeskError::UnknownCustomer));
    app.pass(60);
    let again = [("code", "7KQM2XRA".to_owned()), ("capability[]", "people".to_owned())];
    admin.post("grant_partner").form(&again).call::<OrganizationId>().await.unwrap();
    there.frame().await.unwrap();
    assert_eq!(app.told(ROMASHKA, "partner.came").await.len(), 2);
    assert!(admin.get("/log").await.text().contains("Сотрудник партнёра вошёл впервые"));
}

async fn a_refused_form_is_shown_at_its_own_desk_alone(app: TestApp) {
    let partner = app.partner().await;
    let there = partner.at(ROMASHKA);
    let form = [("surname", "Незавершённая"), ("first", "Анна"), ("email", "нет")];
    let form = form.map(|(name, value)| (name, value.to_owned()));
    let referer = format!("{}/for/1/users/new", there.client().origin());
    let refused = there.post("add_member").form(&form).plain().header("referer", referer).send().await;
    assert!(refused.leads_to().contains("/for/1/users/new?"), "{}", refused.leads_to());
    let kept = refused.cookie("typed-member.1").unwrap();
    let cookie = format!("{}; {}", partner.cookie().unwrap(), kept.split(';').next().unwrap());
    let shown = async |path: &str| {
        let page = app.visitor().ask("GET", path).header("cookie", &cookie).send().await;
        assert_eq!(page.status, 200, "{path}");
        page.text().contains("Незавершённая")
    };
    assert!(shown("/for/1/users/new?typed").await);
    assert!(!shown(&format!("/for/{ASTRA}/users/new?typed")).await && !shown("/users/new?typed").await);
}

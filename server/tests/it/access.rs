//! Levels of access: every server function and every page, by everybody, at home and abroad. What is new and not in the
//! tables here fails.

use domain::{Capability, DeskError, Role};
use service::ports::Store;

use crate::organizations::{Answered, Ids, send, table};
use crate::support::{Answer, ROMASHKA, TestApp, User, on_both};

on_both!(
    server_functions_are_for_whom_they_are,
    pages_are_for_whom_they_are,
    what_one_may_not_is_not_offered,
    a_change_of_level_works_at_once,
    a_refusal_is_written_down_once,
    an_own_level_allows_what_it_says,
);

/// What a server function needs; nothing for those that are everybody's who has signed in.
fn needs(endpoint: &str) -> &'static [Capability] {
    use Capability::{
        Accounts, Certificates, EditPeople, Import, Issue, Letters, Notifications, Orders, Organization, People, Revoke,
    };
    match endpoint {
        "frame" | "set_language" | "set_theme" | "sign_in" | "sign_out" | "confirm_data" => &[],
        // One's own, or by a link.
        "end_own_sessions" | "change_password" | "keep_wanted" | "ask_recovery" | "recover" | "join" => &[],
        "begin_oidc" | "link_identity" | "unlink_identity" => &[],
        "sign_up" | "confirm_sign_up" => &[],
        "connect_name" | "connect_responsible" | "connect_people" | "connect_service" => {
            &[Organization, Accounts, Orders]
        }
        "change_service" => &[Organization],
        // Of the list that was handed over to them.
        "add_listed" | "drop_listed" => &[EditPeople],
        "subscribe" | "confirm_news" | "keep_subscription" => &[],
        "begin_factor" | "confirm_factor" | "new_codes" | "remove_factor" | "enter_code" => &[],
        "begin_passkey" | "add_passkey" | "remove_passkey" => &[],
        "begin_passkey_step" | "enter_passkey" | "begin_passkey_sign_in" | "sign_in_by_passkey" => &[],
        "require_factor" | "reset_factor" => &[Accounts],
        "invite_account" | "invite_again" | "withdraw_invitation" | "change_account" | "send_recovery" => &[Accounts],
        "send_deletion_code" | "remove_account" | "hand_over" | "keep_role" | "delete_role" => &[Accounts],
        "end_session" | "end_all_sessions" | "keep_approvals" => &[Accounts],
        "directory" | "selected" | "operations" | "report" | "cancel" | "found_tasks" => &[People],
        "preview" | "start_issue" | "bind" | "issue_again" => &[Issue],
        // The rows of the table preview an issue, confirm it, and take it back.
        "confirm" | "approve" | "decline" => &[Issue],
        "undo" | "start_revoke" | "unbind" => &[Revoke],
        "bind_list" => &[Import],
        "start_renew" => &[Issue, Revoke],
        "add_member" | "start_add" | "deletion" | "delete_members" | "delete_listed" | "start_delete" => &[EditPeople],
        "start_steps" | "confirm_steps" => &[Certificates],
        "check_key" | "register_product" | "raise_order" | "cancel_order" | "start_trial" | "renew_order" => &[Orders],
        "keep_notifications" => &[Notifications],
        "retry_letter" | "retry_failed_letters" => &[Letters],
        _ => panic!("{endpoint}: whom is it for? Say so here"),
    }
}

/// What a page needs.
fn page_needs(path: &str) -> &'static [Capability] {
    use Capability::{EditPeople, Letters, Notifications, Orders, People, Stock};
    match path {
        "/" | "/sign-in" | "/invitation/{token}" => &[],
        "/users" | "/licenses/{id}" | "/tasks" | "/tasks/{id}" => &[People],
        "/operations" | "/operations/{id}" | "/operations/{id}/report.csv" => &[People],
        "/users/new" | "/users/delete" => &[EditPeople],
        "/licenses" | "/licenses/renew" => &[Stock],
        "/licenses/register" | "/licenses/register/owner" | "/licenses/trial" => &[Orders],
        "/orders"
        | "/orders/new"
        | "/orders/{id}"
        | "/orders/{id}/cancel"
        | "/orders/{id}/invoice"
        | "/orders/{id}/invoice.pdf" => &[Orders],
        "/notifications" => &[Notifications],
        "/log" | "/log.csv" => &[Capability::Audit],
        "/account/factor" | "/account/factor/codes" | "/account/factor/new-codes" | "/account/factor/off" => &[],
        "/account/passkeys/new" | "/account/passkeys/{id}/delete" | "/sign-in/code" => &[],
        "/account" | "/recovery" | "/recovery/{token}" | "/join/{token}" | "/oidc/callback" => &[],
        "/register" | "/register/{token}" | "/terms" | "/at/{address}" => &[],
        "/connect" | "/connect/edit" => &[Capability::Organization],
        "/connect/people" => &[EditPeople],
        "/news" | "/news/confirm/{token}" | "/news/unsubscribe/{token}" => &[],
        _ if path == "/admin" || path.starts_with("/admin/") => &[Capability::Accounts],
        "/letters" | "/letters/{id}" | "/letters/{id}/html" => &[Letters],
        _ => panic!("{path}: whom is it for? Say so here"),
    }
}

/// The first that the role lacks.
fn lacks(role: Role, needs: &[Capability]) -> Option<Capability> {
    needs.iter().copied().find(|needed| !role.rights().may(*needed))
}

fn forbidden(answer: &Answer) -> bool {
    answer.status == 403 && matches!(answer.refusal(), DeskError::Forbidden { .. })
}

async fn server_functions_are_for_whom_they_are(app: TestApp) {
    let (owner, sever) = (app.romashka().await, app.sever().await);
    let (own, foreign) = (Ids::of(&app, &owner).await, Ids::of(&app, &sever).await);
    for role in Role::ALL {
        let user = app.with_role(role).await;
        for (ids, home) in [(&own, true), (&foreign, false)] {
            for row in table(ids) {
                let endpoint = row.endpoint;
                // They end or begin sessions; everybody may.
                if matches!(endpoint, "sign_in" | "sign_out" | "end_own_sessions" | "end_all_sessions") {
                    continue;
                }
                let missing = lacks(role, needs(endpoint));
                let before = app.dump().await;
                let answer = send(&user, &row).await;
                let what = format!("{role:?}: {endpoint}, {}: {}", if home { "own" } else { "foreign" }, answer.text());
                match missing {
                    // Of what is not theirs they learn nothing, not even that they may not.
                    Some(_) if !home && matches!(endpoint, "undo" | "confirm" | "approve" | "decline") => {
                        assert_eq!(answer.refusal(), DeskError::UnknownOperation, "{what}");
                    }
                    Some(_) => {
                        assert_eq!(answer.status, 403, "{what}");
                        // Of two deeds that one function plans, each needs its own.
                        let DeskError::Forbidden { needs } = answer.refusal() else { panic!("{what}") };
                        assert!(!role.rights().may(needs), "{what}");
                        before.assert_same_but_for_the_log(&app.dump().await, &what);
                    }
                    None if home => assert!(!forbidden(&answer), "{what}"),
                    None => match row.answered {
                        // Five of them have guessed wrong by now.
                        Answered::Code(_) if endpoint == "check_key" => assert!(answer.status >= 400, "{what}"),
                        Answered::Code(code) => assert_eq!(answer.refusal().code(), code, "{what}"),
                        // What was done at home may not be done twice.
                        Answered::Own | Answered::Public => {
                            assert!(answer.status < 500 && !forbidden(&answer), "{what}");
                        }
                    },
                }
            }
        }
    }
}

/// A path of the table with ids in their places.
fn address(path: &str, ids: &Ids) -> String {
    let id = match path.split('/').nth(1) {
        Some("licenses") => ids.pool,
        Some("orders") => ids.order,
        Some("letters") => ids.letter,
        Some("tasks") => ids.task,
        Some("admin") if path.contains("levels") => ids.role,
        Some("admin") => ids.account,
        _ => ids.done,
    };
    let query = if path == "/users/delete" { format!("?ids={}", ids.members[0]) } else { String::new() };
    path.replace("{id}", &id.to_string()).replace("{token}", &"0".repeat(64)).replace("{address}", "nobody") + &query
}

async fn pages_are_for_whom_they_are(app: TestApp) {
    let (owner, sever) = (app.romashka().await, app.sever().await);
    let (own, foreign) = (Ids::of(&app, &owner).await, Ids::of(&app, &sever).await);
    let paths = server::http::paths();
    assert!(paths.len() > 20, "{paths:?}");
    for role in Role::ALL {
        let user = app.with_role(role).await;
        for path in &paths {
            for (ids, home) in [(&own, true), (&foreign, false)] {
                let address = address(path, ids);
                let answer = user.get(&address).await;
                let what = format!("{role:?}: {address}: {}", answer.status);
                match lacks(role, page_needs(path)) {
                    Some(missing) => {
                        assert_eq!(answer.status, 403, "{what}");
                        // A file is no page.
                        if path.contains('.') || path.ends_with("/html") {
                            continue;
                        }
                        let words = if missing == Capability::People {
                            "Смотреть пользователей"
                        } else {
                            "право «"
                        };
                        assert!(answer.text().contains("Недостаточно прав") && answer.text().contains(words), "{what}");
                    }
                    None if home || !path.contains("{id}") => assert_ne!(answer.status, 403, "{what}"),
                    None => assert_eq!(answer.status, 404, "{what}"),
                }
            }
        }
    }
}

async fn what_one_may_not_is_not_offered(app: TestApp) {
    let page = async |role: Role, path: &str| {
        let user: User = app.with_role(role).await;
        let answer = user.get(path).await;
        assert_eq!(answer.status, 200, "{role:?} {path}");
        answer.text().to_owned()
    };
    let sections = async |role: Role, path: &str| {
        let text = page(role, path).await;
        let all = ["/users", "/licenses", "/orders", "/tasks", "/operations", "/notifications"];
        all.into_iter().filter(|section| text.contains(&format!("<li><a href=\"{section}\""))).collect::<Vec<_>>()
    };
    assert_eq!(sections(Role::User, "/users").await, ["/users", "/licenses", "/tasks", "/operations"]);
    assert_eq!(sections(Role::Accountant, "/licenses").await, ["/licenses", "/orders"]);
    assert_eq!(sections(Role::Administrator, "/users").await.len(), 6);
    let people = page(Role::User, "/users").await;
    for deed in ["Выдать лицензию", "Отозвать лицензию", "/users/new", "start_delete"] {
        assert!(!people.contains(&format!("{deed}</")) && !people.contains(&format!("\"{deed}\"")), "{deed}");
    }
    let twin = page(Role::Administrator, "/users").await;
    assert!(twin.contains("Отозвать лицензию") && twin.contains("\"/users/new\""));
    let seats = page(Role::Support, "/licenses/2").await;
    assert!(!seats.contains("/api/unbind") && !seats.contains("/api/bind_list"));
    assert!(page(Role::Administrator, "/licenses/2").await.contains("/api/unbind"));
    let free = page(Role::Support, "/licenses/2?show=free").await;
    assert!(!free.contains("/api/bind") && !free.contains("type=\"email\"") && free.contains("Свободно"));
    let tasks = page(Role::User, "/tasks").await;
    assert!(!tasks.contains("task_invite") && page(Role::Administrator, "/tasks").await.contains("task_invite"));
    assert!(!page(Role::User, "/licenses").await.contains("/orders/new"));
    assert!(page(Role::Accountant, "/licenses").await.contains("/orders/new"));
    // Whoever signs in lands where there is something for them.
    for (role, home) in [(Role::Accountant, "/licenses"), (Role::User, "/users"), (Role::Owner, "/users")] {
        assert_eq!(app.with_role(role).await.get("/").await.leads_to(), home, "{role:?}");
    }
}

async fn set_level(app: &TestApp, email: &str, level: &str) {
    app.sql(&format!(
        "UPDATE account_levels SET {level} WHERE account_id = (SELECT id FROM accounts WHERE email = '{email}')"
    ))
    .await;
}

async fn a_change_of_level_works_at_once(app: TestApp) {
    let user = app.with_role(Role::Administrator).await;
    assert_eq!(user.get("/orders").await.status, 200);
    set_level(&app, "hr@romashka.example", "role = 'user'").await;
    assert_eq!(user.get("/orders").await.status, 403, "in the session that is open");
    assert!(user.everybody().await.len() > 100, "what is left stays");
    set_level(&app, "hr@romashka.example", "role = 'administrator'").await;
    assert_eq!(user.get("/orders").await.status, 200);
    // Without a level, or with one that is not known, nothing is allowed.
    set_level(&app, "hr@romashka.example", "role = 'emperor'").await;
    assert_eq!((user.get("/users").await.status, user.get("/licenses").await.status), (403, 403));
    app.sql("DELETE FROM account_levels WHERE role = 'emperor'").await;
    assert_eq!((user.get("/users").await.status, user.get("/licenses").await.status), (403, 403));
    // A preview of his comes to nothing as soon as he may not.
    let admin = app.with_role(Role::Owner).await;
    let people = admin.issuable(1).await;
    let preview = admin.preview_of(domain::Deed::Issue, &people).await;
    let pool = admin.frame().await.unwrap().pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    set_level(&app, "admin@romashka.example", "role = 'support'").await;
    let refused = admin.confirm(&preview, Some(pool)).await;
    assert_eq!(refused, Err(DeskError::Forbidden { needs: Capability::Issue }));
    set_level(&app, "admin@romashka.example", "role = 'owner'").await;
    assert_eq!(admin.confirm(&preview, Some(pool)).await.unwrap().accepted, 1);
}

async fn a_refusal_is_written_down_once(app: TestApp) {
    let user = app.with_role(Role::User).await;
    let account = app.number("SELECT id FROM accounts WHERE email = 'user@romashka.example'").await;
    let entries = async || {
        let log = app.audit(ROMASHKA).await;
        log.iter().filter(|entry| **entry == format!("access.refused account:{account}")).count()
    };
    for _ in 0..3 {
        assert_eq!(user.get("/orders").await.status, 403);
    }
    assert_eq!(entries().await, 1);
    assert_eq!(user.get("/notifications").await.status, 403);
    assert_eq!(entries().await, 2, "something else");
    app.pass(61);
    assert_eq!(user.get("/orders").await.status, 403);
    assert_eq!(entries().await, 3, "again, a minute later");
    let head = service::ports::AuditHead { seq: 0, hash: [0; 32] };
    let log = app.store.audit(ROMASHKA, 0, 10_000).await.unwrap();
    assert!(service::chain(ROMASHKA, head, &log).is_ok());
}

async fn an_own_level_allows_what_it_says(app: TestApp) {
    app.sql("INSERT INTO roles (organization_id, name, capabilities) VALUES (1, 'Табельщик', 'issue')").await;
    let role = app.number("SELECT id FROM roles").await;
    set_level(&app, "user@romashka.example", &format!("role = 'own', role_id = {role}")).await;
    let user = app.with_role(Role::User).await;
    let people = user.issuable(1).await;
    user.preview_of(domain::Deed::Issue, &people).await;
    assert_eq!(user.get("/licenses").await.status, 200, "whoever issues sees from what");
    assert_eq!((user.get("/orders").await.status, user.get("/users/new").await.status), (403, 403));
    // The level of another organisation is none.
    app.sql("INSERT INTO roles (organization_id, name, capabilities) VALUES (2, 'Чужой', 'people,orders,stock')").await;
    let foreign = app.number("SELECT MAX(id) FROM roles").await;
    let stolen = format!("UPDATE account_levels SET role_id = {foreign} WHERE role = 'own'");
    assert!(app.store.execute_script(&stolen).await.is_err(), "the database keeps it out");
}

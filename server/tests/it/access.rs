//! Levels of access: every server function, every page and whatever else is answered, by everybody, at home and abroad.
//! What is new and not in the tables here fails.

use app::i18n::{AccessWords, Lang};
use domain::{Capability, DeskError, Rights, Role, RoleId};
use service::ports::Store;

use crate::organizations::{Answered, Body, Ids, Row, send, table};
use crate::support::{Answer, ROMASHKA, TestApp, User, on_both};

on_both!(
    server_functions_are_for_whom_they_are,
    each_capability_guards_its_own,
    whatever_else_is_answered_is_for_whom_it_is,
    pages_are_for_whom_they_are,
    what_one_may_not_is_not_offered,
    a_change_of_level_works_at_once,
    a_refusal_is_written_down_once,
    an_own_level_allows_what_it_says,
);

/// What a server function needs; nothing for those that are everybody's who has signed in.
pub fn needs(endpoint: &str) -> &'static [Capability] {
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
        "grant_partner" | "change_grant" | "revoke_grant" => &[Accounts],
        "invite_account" | "invite_again" | "withdraw_invitation" | "change_account" | "send_recovery" => &[Accounts],
        "send_deletion_code" | "remove_account" | "hand_over" | "keep_role" | "limit_role" | "delete_role" => {
            &[Accounts]
        }
        "end_session" | "end_all_sessions" | "keep_approvals" => &[Accounts],
        // What is wished of the products needs more, once it is saved.
        "start_manage" | "manage_again" => &[People],
        "keep_region" => &[EditPeople],
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
        "send_application" | "withdraw_application" | "confirm_reconciliation" | "dispute_reconciliation" => &[Orders],
        "correct_application" | "process_application" | "decline_application" => &[Capability::Customers],
        "keep_notifications" => &[Notifications],
        "retry_letter" | "retry_failed_letters" => &[Letters],
        _ => panic!("{endpoint}: whom is it for? Say so here"),
    }
}

/// What a page needs.
pub fn page_needs(path: &str) -> &'static [Capability] {
    use Capability::{EditPeople, Letters, Notifications, Orders, People, Stock};
    match path {
        "/" | "/sign-in" | "/invitation/{token}" => &[],
        "/users" | "/tasks" | "/tasks/{id}" => &[People],
        "/licenses/{id}" => &[People, Stock],
        "/operations" | "/operations/{id}" | "/operations/{id}/report.csv" => &[People],
        "/users/manage/{id}" => &[People],
        "/users/new" | "/users/delete" | "/users/manage/{id}/region" => &[EditPeople],
        "/licenses" | "/licenses/renew" => &[Stock],
        "/licenses/register" | "/licenses/register/owner" | "/licenses/trial" => &[Orders],
        "/orders"
        | "/orders/new"
        | "/orders/{id}"
        | "/orders/{id}/cancel"
        | "/orders/{id}/invoice"
        | "/orders/{id}/invoice.pdf" => &[Orders],
        "/applications" | "/applications/new" | "/applications/{id}" => &[Orders],
        "/partner/applications" | "/partner/applications/{id}" => &[Capability::Customers],
        "/reconciliations"
        | "/reconciliations/{contract}/{month}"
        | "/reconciliations/{contract}/{month}/lines.csv" => &[Orders],
        "/notifications" => &[Notifications],
        "/log" | "/log.csv" => &[Capability::Audit],
        "/account/factor" | "/account/factor/codes" | "/account/factor/new-codes" | "/account/factor/off" => &[],
        "/account/passkeys/new" | "/account/passkeys/{id}/delete" | "/sign-in/code" => &[],
        "/account" | "/recovery" | "/recovery/{token}" | "/join/{token}" | "/oidc/callback" => &[],
        "/register" | "/register/{token}" | "/terms" | "/at/{address}" => &[],
        "/connect" | "/connect/edit" => &[Capability::Organization],
        "/connect/people" => &[EditPeople],
        "/news" | "/news/confirm/{token}" | "/news/unsubscribe/{token}" => &[],
        _ if path == "/partner" || path.starts_with("/partner/") => &[Capability::Customers],
        _ if path == "/admin" || path.starts_with("/admin/") => &[Capability::Accounts],
        "/letters" | "/letters/{id}" | "/letters/{id}/html" => &[Letters],
        _ => panic!("{path}: whom is it for? Say so here"),
    }
}

/// What one row of the table of server functions needs: of two deeds that one function plans, each needs its own.
fn row_needs(row: &Row) -> &'static [Capability] {
    match &row.body {
        Body::Json(body) if row.endpoint == "preview" && body["deed"] == "revoke" => &[Capability::Revoke],
        // The row chooses somebody of the directory.
        Body::Form(_) if row.endpoint == "connect_responsible" => {
            &[Capability::Organization, Capability::Accounts, Capability::Orders, Capability::People]
        }
        _ => needs(row.endpoint),
    }
}

/// The first that these rights lack.
pub fn lacks(rights: Rights, needs: &[Capability]) -> Option<Capability> {
    needs.iter().copied().find(|needed| !rights.may(*needed))
}

/// Everything that does not rest on this: the most that one may without it.
fn all_but(without: Capability) -> Rights {
    let rests = |one: &Capability| [*one].into_iter().collect::<Rights>().complete().may(without);
    Capability::ALL.into_iter().filter(|one| !rests(one)).collect()
}

/// What somebody may: the built-in levels, and own ones that tell capabilities from each other, which the built-in ones do
/// not, for most of them have both or neither. One level for each capability with what it rests on, and one with
/// everything but what rests on it.
fn levels() -> Vec<(String, Rights)> {
    let own = Capability::ALL.into_iter().flat_map(|one| {
        let alone = [one].into_iter().collect::<Rights>().complete();
        [(format!("Только {}", one.code()), alone), (format!("Без {}", one.code()), all_but(one))]
    });
    own.collect()
}

/// Somebody whose own level allows just this, made as an administrator makes it.
pub async fn with_rights(app: &TestApp, owner: &User, name: &str, rights: Rights) -> User {
    let mut form = vec![("name", name.to_owned())];
    form.extend(rights.iter().map(|one| ("rights[]", one.code().to_owned())));
    let role: RoleId = owner.post("keep_role").form(&form).call().await.unwrap();
    let email = format!("level{role}@romashka.example");
    let user = app.colleague(ROMASHKA, &email).await;
    set_level(app, &email, &format!("role = 'own', role_id = {role}")).await;
    user
}

fn forbidden(answer: &Answer) -> bool {
    answer.status == 403 && matches!(answer.refusal(), DeskError::Forbidden { .. })
}

/// They end or begin sessions; everybody may.
fn is_of_sessions(endpoint: &str) -> bool {
    matches!(endpoint, "sign_in" | "sign_out" | "end_own_sessions" | "end_all_sessions")
}

async fn server_functions_are_for_whom_they_are(app: TestApp) {
    let (owner, sever) = (app.romashka().await, app.sever().await);
    let (own, foreign) = (Ids::of(&app, &owner).await, Ids::of(&app, &sever).await);
    for role in Role::ALL {
        let user = app.with_role(role).await;
        let name = format!("{role:?}");
        refused_of_functions(&app, &user, &name, role.rights(), &[(&own, true), (&foreign, false)]).await;
        for (ids, home) in [(&own, true), (&foreign, false)] {
            for row in table(ids) {
                if is_of_sessions(row.endpoint) || lacks(role.rights(), row_needs(&row)).is_some() {
                    continue;
                }
                let answer = send(&user, &row).await;
                let what = format!("{name}: {}, own: {home}: {}", row.endpoint, answer.text());
                match row.answered {
                    _ if home => assert!(!forbidden(&answer), "{what}"),
                    // Five of them have guessed wrong by now.
                    Answered::Code(_) if row.endpoint == "check_key" => assert!(answer.status >= 400, "{what}"),
                    Answered::Code(code) => assert_eq!(answer.refusal().code(), code, "{what}"),
                    // What was done at home may not be done twice.
                    Answered::Own | Answered::Public => {
                        assert!(answer.status < 500 && !forbidden(&answer), "{what}");
                    }
                }
            }
        }
    }
}

/// Everything that these rights do not allow is refused, by the very capability that the table names, and changes nothing.
async fn refused_of_functions(app: &TestApp, user: &User, name: &str, rights: Rights, worlds: &[(&Ids, bool)]) {
    // That somebody has been seen is written down once a minute.
    user.get("/account").await;
    let before = app.dump().await;
    for (ids, home) in worlds {
        for row in table(ids) {
            let Some(missing) = lacks(rights, row_needs(&row)).filter(|_| !is_of_sessions(row.endpoint)) else {
                continue;
            };
            let answer = send(user, &row).await;
            let what = format!("{name}: {}, own: {home}: {}", row.endpoint, answer.text());
            // Of what is not theirs they learn nothing, not even that they may not.
            if !home && matches!(row.endpoint, "undo" | "confirm" | "approve" | "decline") {
                assert_eq!(answer.refusal(), DeskError::UnknownOperation, "{what}");
            } else {
                assert_eq!(answer.status, 403, "{what}");
                assert_eq!(answer.refusal(), DeskError::Forbidden { needs: missing }, "{what}");
            }
        }
    }
    before.assert_same_but_for_the_log(&app.dump().await, name);
}

async fn each_capability_guards_its_own(app: TestApp) {
    let owner = app.romashka().await;
    let own = Ids::of(&app, &owner).await;
    let mut wrong = Vec::new();
    for (name, rights) in levels() {
        let user = with_rights(&app, &owner, &name, rights).await;
        refused_of_functions(&app, &user, &name, rights, &[(&own, true)]).await;
        for path in server::http::paths() {
            let answer = user.get(&address(path, &own)).await;
            let missing = lacks(rights, page_needs(path));
            if (answer.status == 403) != missing.is_some() {
                wrong.push(format!("{name}: {path}: {}", answer.status));
            }
        }
        // Nobody does anything to an account that may more than they do: these may as much.
        app.sql(&format!(
            "UPDATE account_levels SET role = 'own', role_id = (SELECT MAX(role_id) FROM account_levels) \
             WHERE account_id IN ({}, {})",
            own.account, own.invited
        ))
        .await;
        // Last, for they do what they may.
        for row in table(&own) {
            if !is_of_sessions(row.endpoint) && lacks(rights, row_needs(&row)).is_none() {
                let answer = send(&user, &row).await;
                if forbidden(&answer) {
                    wrong.push(format!("{name}: {}: {}", row.endpoint, answer.text()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn levels_tell_capabilities_from_each_other() {
    // Were a function guarded by another capability than the table says, some level would be answered otherwise.
    for needed in Capability::ALL {
        for other in Capability::ALL.into_iter().filter(|other| *other != needed) {
            let tells = |rights: Rights| rights.may(needed) != rights.may(other);
            assert!(levels().into_iter().any(|(_, rights)| tells(rights)), "{needed:?}, {other:?}");
        }
    }
    // The built-in ones do not, which is why there are others.
    let alike = |role: Role| role.rights().may(Capability::Issue) == role.rights().may(Capability::Accounts);
    assert!(Role::ALL.into_iter().all(alike));
    assert!(levels().into_iter().all(|(_, rights)| rights.complete() == rights));
}

/// Whom something is for that is no page and no server function.
enum For {
    /// The table of server functions says.
    Function,
    /// As that page, which is at the same address.
    Page,
    /// Whoever may look after that customer.
    Customer,
    /// Whoever may look at people, and they are answered so.
    Form(u16),
    /// Anybody, and it tells nothing of anybody.
    Anybody,
    /// Whoever has a secret of theirs, by which each is told from others; no session counts.
    Secret,
}

/// Whom every other method at every other address is for.
fn route_for(method: &str, path: &str) -> For {
    match (method, path) {
        ("POST", "/api/{*function}") => For::Function,
        (_, "/for/{customer}" | "/for/{customer}/" | "/for/{customer}/{*rest}") => For::Customer,
        ("POST", "/tasks" | "/users/manage/{id}") => For::Page,
        ("POST", "/users/manage/{id}/narrow") => For::Form(303),
        // Nothing was shown that could be saved.
        ("POST", "/users/manage/{id}/save") => For::Form(409),
        ("GET", "/healthz" | "/readyz" | "/pkg/{*file}" | "/favicon.svg" | "/robots.txt") => For::Anybody,
        ("POST", "/webhooks/payments" | "/news/unsubscribe/{token}") => For::Secret,
        _ => panic!("{method} {path}: whom is it for? Say so here"),
    }
}

async fn whatever_else_is_answered_is_for_whom_it_is(app: TestApp) {
    let (owner, visitor) = (app.romashka().await, app.visitor());
    let own = Ids::of(&app, &owner).await;
    let clerk = app.with_role(Role::Accountant).await;
    let routes = server::http::routes();
    let pages = server::http::paths();
    assert!(routes.len() > pages.len() + 5, "{routes:?}");
    // Who comes to a customer's for the first time is known there from then on.
    owner.get(&format!("/for/{}/users", own.customer)).await;
    let before = app.dump().await;
    for (method, path) in routes {
        if method == "GET" && pages.contains(&path) {
            page_needs(path);
            continue;
        }
        let kind = route_for(method.as_str(), path);
        let there = address(path, &own).replace("{*function}", "frame").replace("{*file}", "nothing.js");
        let there = there.replace("{*rest}", if method == "GET" { "users" } else { "api/frame" });
        let ask = async |user: &User| match method.as_str() {
            "GET" => user.get(&there).await,
            "POST" => user.ask("POST", &there).form(&[("tasks", own.task.to_string())]).send().await,
            other => panic!("{other} {path}: how is it asked?"),
        };
        let (of_owner, of_clerk, of_nobody) = (ask(&owner).await, ask(&clerk).await, ask(&visitor).await);
        let statuses = [of_owner.status, of_clerk.status, of_nobody.status];
        match kind {
            For::Function => assert_eq!(statuses, [200, 200, 401], "{path}"),
            For::Page => {
                assert_eq!(lacks(Role::Accountant.rights(), page_needs(path)), Some(Capability::People));
                assert_eq!(statuses, [200, 403, 303], "{path}");
                assert!(of_nobody.leads_to().starts_with("/sign-in"));
            }
            // A word for where it begins leads there, whoever says it.
            For::Customer if path == "/for/{customer}" => assert_eq!(statuses, [303; 3]),
            For::Customer if path == "/for/{customer}/" => assert_eq!(statuses, [303, 403, 303]),
            For::Customer if method == "GET" => assert_eq!(statuses, [200, 403, 303], "{path}"),
            For::Customer => assert_eq!(statuses, [200, 403, 401], "{path}"),
            For::Form(status) => assert_eq!(statuses, [status, 403, 303], "{path}"),
            For::Anybody => {
                assert!(statuses.iter().all(|status| *status == of_nobody.status && [200, 404].contains(status)));
                assert_eq!(of_owner.body, of_nobody.body, "{path}");
            }
            For::Secret => {
                assert!(statuses.iter().all(|status| *status == of_nobody.status), "{path}: {statuses:?}");
                assert!(of_nobody.status < 500, "{path}: {statuses:?}");
            }
        }
    }
    before.assert_same_but_for_the_log(&app.dump().await, "without the secret nothing is done");
    // What is not in the list is not answered.
    for (method, path) in
        [("POST", "/users"), ("PUT", "/tasks"), ("DELETE", "/webhooks/payments"), ("POST", "/healthz")]
    {
        assert_eq!(owner.ask(method, path).send().await.status, 405, "{method} {path}");
    }
    assert_eq!(owner.get("/nothing").await.status, 404);
}

/// The router is built from the list alone.
#[test]
fn nothing_is_answered_past_the_list() {
    let source = include_str!("../../src/http/mod.rs");
    let [route, list] = [".route(", ".nest"].map(|way| source.matches(way).count());
    assert_eq!((route, list), (1, 0), "a route that `routes` does not know of");
}

/// A path of the table with ids in their places.
pub fn address(path: &str, ids: &Ids) -> String {
    let id = match path.split('/').nth(1) {
        Some("licenses") => ids.pool,
        Some("orders") => ids.order,
        Some("letters") => ids.letter,
        Some("applications") => ids.application,
        Some("partner") if path.contains("applications") => ids.application,
        Some("tasks") => ids.task,
        Some("admin") if path.contains("levels") => ids.role,
        Some("admin") if path.contains("partners") => ids.partner,
        Some("partner") => ids.customer,
        Some("admin") => ids.account,
        Some("users") => ids.draft,
        _ => ids.done,
    };
    let query = if path == "/users/delete" { format!("?ids={}", ids.members[0]) } else { String::new() };
    let path = path.replace("{contract}", &ids.contract.to_string()).replace("{month}", "2026-10");
    path.replace("{id}", &id.to_string())
        .replace("{customer}", &ids.customer.to_string())
        .replace("{token}", &"0".repeat(64))
        .replace("{address}", "nobody")
        + &query
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
                match lacks(role.rights(), page_needs(path)) {
                    Some(missing) => {
                        assert_eq!(answer.status, 403, "{what}");
                        // A file is no page.
                        if path.contains('.') || path.ends_with("/html") {
                            continue;
                        }
                        let words = Lang::Ru.forbidden(missing);
                        assert!(
                            answer.text().contains("Недостаточно прав") && answer.text().contains(&words),
                            "{what}"
                        );
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

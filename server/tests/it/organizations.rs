//! Whoever asks, and whatever they ask for: nothing of another organisation is ever shown or touched. Every server
//! function has its row in the table; one without fails here.

use std::collections::BTreeSet;

use domain::{Deed, DeskError, Letter, OrderId, OrganizationId};
use serde_json::{Value, json};
use service::ports::{NewLetter, Store};

use crate::support::{Answer, ROMASHKA, SEVER, TestApp, User, of, on_both};

on_both!(
    every_server_function_has_its_row,
    signed_out_nobody_gets_anything,
    ids_of_another_organisation_are_nothing,
    pages_show_nothing_of_another_organisation,
);

/// What of an organisation others could ask for.
pub struct Ids {
    pub members: Vec<i64>,
    pub licensed: Vec<i64>,
    pub pool: i64,
    pub group: i64,
    /// Done, and waiting.
    pub done: i64,
    pub preview: i64,
    pub digest: String,
    /// A selection for which products are to be set and cleared.
    pub draft: i64,
    pub order: i64,
    pub letter: i64,
    /// Of the licence that was issued, and a step of it that waits.
    pub task: i64,
    pub steps: i64,
    pub steps_digest: String,
    /// Somebody else who has joined, who is invited, an own level that nobody has, and a session of the first.
    pub account: i64,
    pub invited: i64,
    pub role: i64,
    pub session: i64,
    /// Of the first.
    pub passkey: i64,
    /// Whom this organisation serves, and who serves it.
    pub customer: i64,
    pub partner: i64,
    /// One that waits for a partner, whose contract this is.
    pub application: i64,
    pub contract: i64,
}

impl Ids {
    pub async fn of(app: &TestApp, admin: &User) -> Self {
        let members = admin.issuable(3).await;
        let frame = admin.frame().await.unwrap();
        let pool = frame.pools.iter().find(|pool| pool.left() > 10).unwrap().id;
        let done = admin.issue(&members[..1], pool).await;
        let preview = admin.preview_of(Deed::Issue, &members[1..]).await;
        let ticked: Vec<_> = members[1..].iter().map(|id| ("member[]", id.to_string())).collect();
        admin.post("start_manage").form(&ticked).call::<()>().await.unwrap();
        let draft = app.number("SELECT MAX(id) FROM operations WHERE kind = 'manage'").await;
        let task = format!(
            "SELECT t.id FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id WHERE a.operation_id = {}",
            done.id
        );
        let task = app.number(&task).await;
        let invite = [("step", "task_invite".to_owned()), ("task[]", task.to_string())];
        let steps: domain::OperationId = admin.post("start_steps").form(&invite).call().await.unwrap();
        let steps_digest = app.rows(&format!("SELECT digest FROM operations WHERE id = {steps}")).await.remove(0);
        let raised: domain::OrderId = admin.post("raise_order").form(&order_fields()).call().await.unwrap();
        let (account, invited, role, session) = accounts(app, admin).await;
        let passkey = passkey(app, account).await;
        let (customer, partner) = partners(app, frame.organization.id).await;
        let application = crate::applications::waiting(app, admin).await;
        let contract = crate::applications::world(app).await.contract;
        Self {
            application,
            contract,
            passkey,
            customer,
            partner,
            account,
            invited,
            role,
            session,
            licensed: vec![members[0]],
            members: members[1..].to_vec(),
            pool: pool.0,
            group: frame.groups[0].id.0,
            done: done.id.0,
            preview: preview.operation.0,
            digest: preview.digest,
            draft,
            order: raised.0,
            letter: letter(app, admin).await,
            task,
            steps: steps.0,
            steps_digest,
        }
    }
}

/// Somebody who has joined, somebody who is invited, an own level that nobody has, and a session of the first.
async fn accounts(app: &TestApp, admin: &User) -> (i64, i64, i64, i64) {
    let organization = admin.frame().await.unwrap().organization.id;
    let joined = format!("joined{organization}-{}@own.example", app.now().0);
    app.colleague(organization, &joined).await;
    let fields = invitation(&format!("invited{organization}-{}@own.example", app.now().0));
    let invited: domain::AccountId = admin.post("invite_account").form(&fields).call().await.unwrap();
    let level = [("name", format!("Уровень {}", app.now().0)), ("rights[]", "people".to_owned())];
    let role: domain::RoleId = admin.post("keep_role").form(&level).call().await.unwrap();
    let account = app.number(&format!("SELECT id FROM accounts WHERE email = '{joined}'")).await;
    let session = app.number(&format!("SELECT id FROM sessions WHERE account_id = {account}")).await;
    (account, invited.0, role.0, session)
}

/// Makes an organisation a partner with a customer of its own, past the desk; and who serves it.
async fn partners(app: &TestApp, organization: OrganizationId) -> (i64, i64) {
    let (id, customer, partner) = (organization.0, organization.0 + 3, organization.0 + 5);
    let none = app.number(&format!("SELECT count(*) FROM partners WHERE organization_id = {id}")).await == 0;
    if none {
        app.sql(&format!(
            "INSERT INTO partners (organization_id, code, since) VALUES ({id}, 'AAAA222{}', 0); \
             INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) \
             VALUES ({customer}, {id}, 'people,stock', 0); \
             INSERT INTO partners (organization_id, code, since) VALUES ({partner}, 'CCCC222{}', 0); \
             INSERT INTO partnerships (organization_id, partner_id, capabilities, granted_at) \
             VALUES ({id}, {partner}, 'people,stock', 0)",
            id + 1,
            id + 1
        ))
        .await;
    }
    (customer, partner)
}

/// Gives an account a passkey, past the desk.
async fn passkey(app: &TestApp, account: i64) -> i64 {
    let handle =
        if app.backend() == store::Backend::Sqlite { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    app.sql(&format!(
        "INSERT INTO passkey_owners (organization_id, account_id, handle) \
         SELECT organization_id, id, {handle} FROM accounts WHERE id = {account}; \
         INSERT INTO passkeys (organization_id, account_id, name, credential, public_key, algorithm, counter, transports, created_at) \
         SELECT organization_id, id, 'Ключ', 'key-of-{account}', '', -7, 0, '[]', created_at FROM accounts WHERE id = {account}"
    ))
    .await;
    app.number(&format!("SELECT id FROM passkeys WHERE account_id = {account}")).await
}

fn invitation(email: &str) -> Vec<(&'static str, String)> {
    let fields = [("name", "Вера Новая"), ("email", email), ("phone", "+7 916 123-45-67"), ("level", "user")];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// Writes a letter to an administrator, as the desk does.
async fn letter(app: &TestApp, admin: &User) -> i64 {
    let (organization, now) = (admin.frame().await.unwrap().organization.id, app.now());
    let pool = app.store.pools(organization).await.unwrap().remove(0);
    let letter = Letter::OrderPaid { order: OrderId(1), pools: vec![(&pool).into()], renews: false };
    let to = "somebody@example.org".to_owned();
    let new = NewLetter { letter, language: domain::Language::Ru, to, due: now };
    let mut transaction = app.store.begin(organization).await.unwrap();
    transaction.insert_letters(&[new], now).await.unwrap();
    transaction.commit().await.unwrap();
    app.store.letters(organization, None, None, 1).await.unwrap()[0].id.0
}

fn order_fields() -> Vec<(&'static str, String)> {
    let fields =
        [("inn", "7707083893"), ("kpp", "773601001"), ("address", "Москва"), ("product[]", "1"), ("seats[]", "5")];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

pub enum Body {
    Form(Vec<(&'static str, String)>),
    Json(Value),
}

/// What those of another organisation are answered.
pub enum Answered {
    /// This code.
    Code(&'static str),
    /// Something, with nothing of the other organisation in it.
    Own,
    /// The same as everybody.
    Public,
}

pub struct Row {
    pub endpoint: &'static str,
    pub body: Body,
    pub answered: Answered,
}

pub fn table(ids: &Ids) -> Vec<Row> {
    use Answered::{Code, Own, Public};
    use Body::{Form, Json};
    let row = |endpoint, body, answered| Row { endpoint, body, answered };
    let ticked = || Form(ids.members.iter().map(|id| ("member[]", id.to_string())).collect());
    let operation = |id: i64| Form(vec![("operation", id.to_string())]);
    let view = json!({ "page": 1, "size": 100 });
    let of_group = json!({ "page": 1, "size": 100, "filter": { "tab": { "group": ids.group } } });
    let only = |ids: &[i64]| json!({ "view": view, "only": of(ids) });
    let deed = |deed: &str, ids: &[i64]| Json(json!({ "deed": deed, "selection": of(ids) }));
    let confirm = |digest: &str, pool: i64| {
        Form(vec![("operation", ids.preview.to_string()), ("digest", digest.to_owned()), ("pool", pool.to_string())])
    };
    let decide = || {
        Form(vec![("operation", ids.preview.to_string()), ("digest", ids.digest.clone()), ("reason", "Нет".to_owned())])
    };
    let seat = |field: (&'static str, String)| Form(vec![("pool", ids.pool.to_string()), field]);
    let member = |group: i64| {
        Form(vec![
            ("surname", "Свой".into()),
            ("first", "Имя".into()),
            ("email", format!("own{group}@own.example")),
            ("employment", "employee".into()),
            ("groups[]", group.to_string()),
        ])
    };
    let account = |id: i64| Form(vec![("account", id.to_string())]);
    let invitation_body = |id: i64| Form(invitation(&format!("more{id}@own.example")));
    let change = |id: i64| {
        let mut fields = invitation(&format!("changed{id}@own.example"));
        fields.push(("account", id.to_string()));
        Form(fields)
    };
    let link = || {
        let password = "a phrase of several words".to_owned();
        Form(vec![("token", "0".repeat(64)), ("password", password.clone()), ("again", password)])
    };
    let application = |more: &[&'static str]| {
        let value = |name: &&'static str| (*name, if *name == "size" { "2-9" } else { "1" }.to_owned());
        Form([("application", ids.application.to_string())].into_iter().chain(more.iter().map(value)).collect())
    };
    let reconciliation = |more: &'static str| {
        let month = ("month", "2026-10".to_owned());
        Form(vec![("contract", ids.contract.to_string()), month, (more, "x".to_owned())])
    };
    vec![
        row("frame", Form(vec![]), Own),
        row("directory", Json(json!({ "view": view })), Own),
        row("directory", Json(json!({ "view": of_group })), Own),
        row("directory", Json(only(&ids.members)), Own),
        row("selected", Json(json!({ "selection": of(&ids.members) })), Own),
        row("add_member", member(ids.group), Code("invalid_form")),
        row("delete_members", Json(json!({ "selection": of(&ids.members), "digest": "" })), Code("unknown_members")),
        row("delete_members", Json(json!({ "selection": of(&ids.licensed), "digest": "" })), Code("unknown_members")),
        row("deletion", Json(json!({ "selection": of(&ids.members) })), Code("unknown_members")),
        row("start_delete", ticked(), Own),
        row(
            "delete_listed",
            Form(vec![("ids", ids.members[0].to_string()), ("digest", String::new())]),
            Code("unknown_members"),
        ),
        row("preview", deed("issue", &ids.members), Code("unknown_members")),
        row("preview", deed("revoke", &ids.licensed), Code("unknown_members")),
        row("start_issue", ticked(), Code("unknown_members")),
        row("start_revoke", ticked(), Code("unknown_members")),
        row("start_manage", ticked(), Code("unknown_members")),
        row("manage_again", operation(ids.done), Code("unknown_operation")),
        row(
            "keep_region",
            Form(vec![("operation", ids.draft.to_string()), ("region", "16".into())]),
            Code("unknown_operation"),
        ),
        row("confirm", confirm(&ids.digest, ids.pool), Code("unknown_operation")),
        row("confirm", confirm("", 0), Code("unknown_operation")),
        row("cancel", operation(ids.preview), Code("unknown_operation")),
        row("approve", decide(), Code("unknown_operation")),
        row("decline", decide(), Code("unknown_operation")),
        row("undo", operation(ids.done), Code("unknown_operation")),
        row("undo", operation(ids.preview), Code("unknown_operation")),
        row("bind", seat(("email", "a.gerasimova@mail.example".into())), Code("unknown_pool")),
        row("unbind", seat(("member", ids.licensed[0].to_string())), Code("unknown_pool")),
        row("bind_list", seat(("emails", "a@b.example".into())), Code("unknown_pool")),
        row("start_add", Form(vec![("email", "a@b.example".into())]), Own),
        row("raise_order", Form(order_fields()), Own),
        row("check_key", Form(vec![("number", "NO-SUCH".into()), ("pin", "000000".into())]), Code("invalid_form")),
        row("register_product", Form(vec![("key", "1".into())]), Code("key_check_over")),
        row("start_trial", Form(vec![("product", "1".into())]), Own),
        row("cancel_order", Form(vec![("order", ids.order.to_string())]), Code("unknown_order")),
        row("found_tasks", Form(vec![]), Own),
        row(
            "start_steps",
            Form(vec![("step", "task_invite".into()), ("task[]", ids.task.to_string())]),
            Code("unknown_task"),
        ),
        row(
            "confirm_steps",
            Form(vec![("operation", ids.steps.to_string()), ("digest", ids.steps_digest.clone())]),
            Code("unknown_operation"),
        ),
        // Whoever has a link needs no organisation; this is none.
        row("confirm_data", Form(vec![("token", "0".repeat(64))]), Code("link_refused")),
        // To somebody who is no partner of theirs.
        row(
            "send_application",
            Form(vec![("extension", "multi_user".into()), ("partner", "2".into()), ("size", "2-9".into())]),
            Code("invalid_form"),
        ),
        row("withdraw_application", application(&[]), Code("unknown_application")),
        row("correct_application", application(&["version", "size"]), Code("unknown_application")),
        row("process_application", application(&["version", "size"]), Code("unknown_application")),
        row("decline_application", application(&["version", "reason"]), Code("unknown_application")),
        row("confirm_reconciliation", reconciliation("digest"), Code("unknown_reconciliation")),
        row("dispute_reconciliation", reconciliation("remark"), Code("unknown_reconciliation")),
        row("renew_order", Form(vec![("pool[]", ids.pool.to_string())]), Code("unknown_pool")),
        row("start_renew", Form(vec![("from[]", ids.pool.to_string()), ("to", "1".into())]), Code("unknown_pool")),
        row("issue_again", operation(ids.done), Code("unknown_operation")),
        row(
            "grant_partner",
            Form(vec![("code", "NO-SUCH".into()), ("capability[]", "people".into())]),
            Code("invalid_form"),
        ),
        row(
            "change_grant",
            Form(vec![("partner", ids.partner.to_string()), ("capability[]", "people".into())]),
            Code("unknown_customer"),
        ),
        row(
            "change_grant",
            Form(vec![("partner", ids.customer.to_string()), ("capability[]", "people".into())]),
            Code("unknown_customer"),
        ),
        row("revoke_grant", Form(vec![("partner", ids.partner.to_string())]), Own),
        row("retry_letter", Form(vec![("letter", ids.letter.to_string())]), Code("unknown_letter")),
        row("retry_failed_letters", Form(vec![]), Own),
        row("keep_notifications", Form(vec![("threshold", "5".into()), ("horizon_days", "14".into())]), Own),
        row("operations", Form(vec![]), Own),
        row("operations", Form(vec![("before", (ids.preview + 100).to_string())]), Own),
        row("report", operation(ids.done), Code("unknown_operation")),
        row("report", operation(ids.preview), Code("unknown_operation")),
        row("invite_account", invitation_body(ids.account), Own),
        row("invite_again", account(ids.invited), Code("unknown_account")),
        row("change_account", change(ids.account), Code("unknown_account")),
        row("send_recovery", account(ids.account), Code("unknown_account")),
        row("send_deletion_code", account(ids.account), Code("unknown_account")),
        row(
            "remove_account",
            Form(vec![("account", ids.account.to_string()), ("code", "000000".into())]),
            Code("unknown_account"),
        ),
        row("withdraw_invitation", account(ids.invited), Code("unknown_account")),
        row("hand_over", account(ids.invited), Code("unknown_account")),
        row(
            "keep_role",
            Form(vec![("role", ids.role.to_string()), ("name", "Чужой".into()), ("rights[]", "people".into())]),
            Code("unknown_account"),
        ),
        row(
            "limit_role",
            Form(vec![("level", "user".into()), ("whom", "groups".into()), ("groups[]", ids.group.to_string())]),
            Code("invalid_form"),
        ),
        row("delete_role", Form(vec![("role", ids.role.to_string())]), Code("unknown_account")),
        row("keep_approvals", Form(vec![("issue", String::new()), ("revoke", "500000".into())]), Own),
        row("end_session", Form(vec![("session", ids.session.to_string())]), Own),
        row("keep_wanted", Form(vec![("wanted[]", "stock_low".into())]), Own),
        row("end_own_sessions", Form(vec![]), Own),
        row("end_all_sessions", Form(vec![("own", "false".into()), ("seen", "1-999".into())]), Own),
        row(
            "change_password",
            Form(vec![
                ("former", "no password of mine".into()),
                ("password", "a phrase of several words".into()),
                ("again", "a phrase of several words".into()),
            ]),
            Code("invalid_form"),
        ),
        // Whoever has a link needs no organisation; this is none.
        row("ask_recovery", Form(vec![("email", "nobody@nowhere.example".into())]), Public),
        row("recover", link(), Code("link_refused")),
        row("join", link(), Code("link_refused")),
        // There is no identity provider here.
        row("begin_oidc", Form(vec![]), Code("malformed")),
        row("link_identity", Form(vec![]), Code("malformed")),
        row("unlink_identity", Form(vec![]), Code("malformed")),
        row("confirm_sign_up", Form(vec![("token", "0".repeat(64))]), Code("link_refused")),
        // Without the answer to the question.
        row("sign_up", Form(crate::registration::form("nobody@nowhere.example", "", "")), Code("invalid_form")),
        // These are connected.
        row("connect_name", Form(vec![("name", "Имя".into()), ("address", "imya".into())]), Own),
        row(
            "connect_responsible",
            Form(vec![
                ("who", "member".into()),
                ("member", ids.members[0].to_string()),
                ("phone", "+7 916 123-45-67".into()),
            ]),
            Code("invalid_form"),
        ),
        row("connect_people", Form(vec![("people", String::new())]), Own),
        row("connect_service", Form(vec![("digest", String::new())]), Own),
        row("change_service", Form(vec![("name", String::new()), ("address", "xn--x".into())]), Code("invalid_form")),
        row("add_listed", Form(vec![]), Code("invalid_form")),
        row("drop_listed", Form(vec![]), Code("invalid_form")),
        row("subscribe", Form(vec![("email", "nobody".into())]), Code("invalid_form")),
        row("confirm_news", Form(vec![("token", "0".repeat(64))]), Code("link_refused")),
        row("keep_subscription", Form(vec![("on", "true".into())]), Own),
        row("begin_factor", Form(vec![]), Own),
        row("confirm_factor", Form(vec![("code", "000000".into())]), Code("invalid_form")),
        row("new_codes", Form(vec![]), Code("sign_in_over")),
        row("remove_factor", Form(vec![]), Own),
        row("require_factor", Form(vec![("required", "false".into())]), Own),
        row("reset_factor", account(ids.account), Code("unknown_account")),
        row("begin_passkey", Form(vec![("name", "Ноутбук".into())]), Own),
        row("add_passkey", Form(vec![("answer", "{}".into())]), Code("passkey_refused")),
        // One's own, and nobody else's.
        row("remove_passkey", Form(vec![("passkey", ids.passkey.to_string())]), Own),
        row("begin_passkey_sign_in", Form(vec![]), Public),
        row("sign_in_by_passkey", Form(vec![("answer", "{}".into())]), Code("passkey_over")),
        // Whoever is half way in needs no organisation; this is nobody.
        row("begin_passkey_step", Form(vec![]), Code("sign_in_over")),
        row("enter_passkey", Form(vec![("answer", "{}".into())]), Code("sign_in_over")),
        row("enter_code", Form(vec![("code", "000000".into())]), Code("sign_in_over")),
        row("set_language", Form(vec![("language", "en".into())]), Public),
        row("set_theme", Form(vec![("theme", "dark".into())]), Public),
        row(
            "sign_in",
            Form(vec![("email", "nobody@nowhere.example".into()), ("password", "x".into())]),
            Code("wrong_credentials"),
        ),
        row("sign_out", Form(vec![]), Public),
    ]
}

pub async fn send(user: &User, row: &Row) -> Answer {
    let ask = user.post(row.endpoint);
    match &row.body {
        Body::Form(fields) => ask.form(fields).send().await,
        Body::Json(body) => ask.json(body).send().await,
    }
}

/// Gives everything of an organisation a mark by which it would be recognised; the marks.
async fn mark(app: &TestApp, organization: OrganizationId) -> Vec<String> {
    let mark = format!("Метка{organization}");
    app.sql(&format!(
        "UPDATE members SET surname = '{mark}', email = '{mark}.' || email WHERE organization_id = {organization}; \
         UPDATE groups SET name = '{mark}' || name WHERE organization_id = {organization}; \
         UPDATE accounts SET name = '{mark}' WHERE organization_id = {organization}; \
         UPDATE organizations SET name = '{mark}' WHERE id = {organization}"
    ))
    .await;
    let codes = app.rows(&format!("SELECT code FROM pools WHERE organization_id = {organization}")).await;
    [vec![mark], codes].concat()
}

fn assert_unmarked(answer: &Answer, marks: &[String], what: &str) {
    let headers: Vec<String> =
        answer.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    for mark in marks {
        assert!(!answer.text().contains(mark), "{what} shows {mark}: {}", answer.text());
        assert!(!headers.iter().any(|header| header.contains(mark)), "{what} shows {mark}: {headers:?}");
    }
}

async fn every_server_function_has_its_row(app: TestApp) {
    let known: BTreeSet<String> =
        table(&Ids::of(&app, &app.romashka().await).await).iter().map(|row| format!("/api/{}", row.endpoint)).collect();
    let there: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(there.len() > 10, "the server functions are not linked in: {there:?}");
    assert_eq!(known, there, "a server function without its row in the table above, or a row without its function");
    assert!(leptos::server_fn::axum::server_fn_paths().all(|(_, method)| method == axum::http::Method::POST));
}

async fn signed_out_nobody_gets_anything(app: TestApp) {
    let admin = app.romashka().await;
    let ids = Ids::of(&app, &admin).await;
    let mut expired = admin.clone();
    expired.session = Some("0".repeat(64));
    app.sql("DELETE FROM attempts").await;
    let before = app.dump().await;
    for row in table(&ids) {
        for user in [&app.visitor(), &expired] {
            let answer = send(user, &row).await;
            match row.endpoint {
                "sign_in" => assert_eq!(answer.refusal(), DeskError::WrongCredentials),
                "begin_oidc" => assert_eq!(answer.refusal(), DeskError::Malformed),
                "enter_code" | "begin_passkey_step" | "enter_passkey" => {
                    assert_eq!(answer.refusal(), DeskError::SignInOver);
                }
                "begin_passkey_sign_in" => drop(answer.result::<String>().unwrap()),
                "sign_in_by_passkey" => assert_eq!(answer.refusal(), DeskError::PasskeyOver),
                "confirm_data" | "recover" | "join" | "confirm_sign_up" | "confirm_news" => {
                    assert_eq!(answer.status, 404, "nobody signs in for a link: {}", answer.text());
                }
                "sign_up" | "subscribe" => assert_eq!(answer.refusal().code(), "invalid_form"),
                "ask_recovery" | "sign_out" | "set_language" | "set_theme" => answer.result::<()>().unwrap(),
                endpoint => assert_eq!((answer.status, answer.refusal()), (401, DeskError::NotSignedIn), "{endpoint}"),
            }
        }
    }
    // That somebody tried in vain is counted, and that a passkey was asked for remembered.
    app.sql("DELETE FROM attempts; DELETE FROM passkey_states").await;
    before.assert_same_but_for_the_log(&app.dump().await, "nobody's requests");
    admin.frame().await.unwrap();
}

/// The other organisation's people, and who asks for them; then the other way round.
async fn both_ways(app: &TestApp) -> Vec<(User, Ids, OrganizationId, Vec<String>)> {
    let (romashka, sever) = (app.romashka().await, app.sever().await);
    // Before anybody looks: whom the server has looked at it keeps in memory.
    let marks = (mark(app, ROMASHKA).await, mark(app, SEVER).await);
    for (owner, marks) in [(&romashka, &marks.0), (&sever, &marks.1)] {
        let shown = owner.post("directory").json(&json!({ "view": { "page": 1, "size": 100 } })).send().await;
        assert!(shown.text().contains(&marks[0]), "the mark is seen where it belongs");
    }
    let (of_romashka, of_sever) = (Ids::of(app, &romashka).await, Ids::of(app, &sever).await);
    vec![(romashka, of_sever, SEVER, marks.1), (sever, of_romashka, ROMASHKA, marks.0)]
}

async fn ids_of_another_organisation_are_nothing(app: TestApp) {
    for (user, ids, theirs, marks) in both_ways(&app).await {
        // The marks are found where they belong.
        let own = app.dump().await.of_organization(theirs);
        assert!(own.contains(&marks[0]) && own.count("members") > 100);
        for row in table(&ids) {
            if matches!(row.endpoint, "sign_out" | "sign_in" | "end_own_sessions" | "end_all_sessions") {
                continue;
            }
            let answer = send(&user, &row).await;
            let what = row.endpoint;
            assert_unmarked(&answer, &marks, what);
            match row.answered {
                Answered::Code(code) => assert_eq!(answer.refusal().code(), code, "{what}"),
                Answered::Own | Answered::Public => assert_eq!(answer.status, 200, "{what}: {}", answer.text()),
            }
        }
        own.assert_same(&app.dump().await.of_organization(theirs), "another organisation's requests");

        // Their group and their people, asked for by a filter, are nobody.
        let view = json!({ "page": 1, "size": 100, "filter": { "tab": { "group": ids.group } } });
        let only = json!({ "view": { "page": 1, "size": 100 }, "only": of(&ids.members) });
        for body in [json!({ "view": view }), only] {
            let directory: domain::Directory = user.post("directory").json(&body).call().await.unwrap();
            assert_eq!((directory.counts.total, directory.rows.len()), (0, 0));
        }
        // Their pool gives no seats, and their people get none.
        let preview = user.preview_of(Deed::Issue, &user.issuable(1).await).await;
        let answer = user.confirm(&preview, Some(domain::PoolId(ids.pool))).await;
        assert_eq!(answer, Err(DeskError::UnknownPool));
        own.assert_same(&app.dump().await.of_organization(theirs), "another organisation's pool");
    }
}

async fn pages_show_nothing_of_another_organisation(app: TestApp) {
    for (user, ids, theirs, marks) in both_ways(&app).await {
        let before = app.dump().await.of_organization(theirs);
        let (members, done, preview, group) = (&ids.members, ids.done, ids.preview, ids.group);
        let list = members.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let paths = [
            "/users".to_owned(),
            "/users/new".to_owned(),
            format!("/users?group={group}"),
            format!("/users?tab=group-{group}"),
            format!("/users?ids={list}"),
            format!("/users/delete?ids={list}"),
            "/licenses?status=all".to_owned(),
            "/orders".to_owned(),
            "/orders/new".to_owned(),
            "/applications".to_owned(),
            "/applications/new".to_owned(),
            "/applications/new?extension=multi_user".to_owned(),
            format!("/applications/{}", ids.application),
            format!("/applications?before={}", ids.application + 100),
            "/partner/applications".to_owned(),
            format!("/partner/applications/{}", ids.application),
            "/reconciliations".to_owned(),
            format!("/reconciliations/{}/2026-10", ids.contract),
            format!("/reconciliations/{}/2026-10/lines.csv", ids.contract),
            "/licenses/register".to_owned(),
            "/licenses/register/owner".to_owned(),
            "/licenses/renew".to_owned(),
            format!("/orders/{}", ids.order),
            format!("/orders/{}/invoice", ids.order),
            format!("/orders/{}/invoice.pdf", ids.order),
            format!("/licenses/{}", ids.pool),
            format!("/licenses/{}?operation={done}", ids.pool),
            "/notifications".to_owned(),
            "/letters".to_owned(),
            format!("/letters?before={}", ids.letter + 100),
            format!("/letters/{}", ids.letter),
            format!("/letters/{}/html", ids.letter),
            "/tasks".to_owned(),
            "/tasks?q=%D0%BC%D0%B5%D1%82%D0%BA%D0%B0".to_owned(),
            format!("/tasks/{}", ids.task),
            format!("/tasks/{}?operation={}", ids.task, ids.steps),
            format!("/operations/{}", ids.steps),
            format!("/operations/{}/report.csv", ids.steps),
            format!("/invitation/{}", "0".repeat(64)),
            format!("/recovery/{}", "0".repeat(64)),
            format!("/join/{}", "0".repeat(64)),
            format!("/register/{}", "0".repeat(64)),
            "/register".to_owned(),
            "/terms".to_owned(),
            "/at/nobody".to_owned(),
            "/connect".to_owned(),
            format!("/connect?step=2&who=member&member={}", ids.members[0]),
            "/connect/edit".to_owned(),
            "/connect/people".to_owned(),
            "/news".to_owned(),
            format!("/news/confirm/{}", "0".repeat(64)),
            format!("/news/unsubscribe/{}", "0".repeat(64)),
            "/account".to_owned(),
            "/oidc/callback?code=1&state=1".to_owned(),
            "/account/factor".to_owned(),
            "/account/factor/codes".to_owned(),
            "/account/factor/new-codes".to_owned(),
            "/account/factor/off".to_owned(),
            "/account/passkeys/new".to_owned(),
            format!("/account/passkeys/{}/delete", ids.passkey),
            "/sign-in/code".to_owned(),
            "/admin".to_owned(),
            "/admin/factor".to_owned(),
            format!("/admin/{}/factor", ids.account),
            "/admin/levels".to_owned(),
            format!("/admin/levels/{}", ids.role),
            "/admin/sessions".to_owned(),
            "/admin/approvals".to_owned(),
            "/admin/partners".to_owned(),
            format!("/admin/partners/{}", ids.partner),
            format!("/admin/partners/{}/revoke", ids.partner),
            "/admin/partners/new?code=7KQM2XRA".to_owned(),
            "/partner".to_owned(),
            "/partner/customers".to_owned(),
            format!("/partner/customers/{}", ids.customer),
            format!("/partner/customers/{theirs}"),
            format!("/for/{}/users", ids.customer),
            format!("/for/{theirs}/users"),
            format!("/for/{theirs}/operations/{done}"),
            "/admin/sessions/end?own".to_owned(),
            "/admin/connections".to_owned(),
            format!("/admin/connections?who={}", ids.account),
            format!("/admin/{}", ids.account),
            format!("/admin/{}/delete", ids.account),
            format!("/admin/{}/hand-over", ids.account),
            "/log".to_owned(),
            "/operations".to_owned(),
            format!("/operations?before={}", preview + 100),
            format!("/operations/{done}"),
            format!("/operations/{preview}"),
            format!("/operations/{done}/report.csv"),
            format!("/operations/{preview}/report.csv"),
            format!("/users/manage/{}", ids.draft),
            format!("/users/manage/{}/region", ids.draft),
            format!("/users/manage/{done}"),
            format!("/operations/{}", ids.draft),
        ];
        for path in paths {
            let answer = user.get(&path).await;
            assert!(answer.status < 500, "{path}: {}", answer.status);
            assert_unmarked(&answer, &marks, &path);
        }
        let picked = user.ask("POST", "/tasks").form(&[("tasks", ids.task.to_string())]).send().await;
        assert_eq!(picked.status, 200);
        assert_unmarked(&picked, &marks, "their task, picked");
        for form in ["", "/narrow", "/save"] {
            let answer = user
                .ask("POST", &format!("/users/manage/{}{form}", ids.draft))
                .form(&[("set", "1".to_owned())])
                .send()
                .await;
            assert_eq!(answer.status, 404, "their selection{form}");
            assert_unmarked(&answer, &marks, "their selection");
        }
        let csv = user.get(&format!("/operations/{done}/report.csv")).await;
        assert_eq!(csv.status, 404);
        assert_eq!(user.get(&format!("/orders/{}/invoice.pdf", ids.order)).await.status, 404);
        before.assert_same(&app.dump().await.of_organization(theirs), "another organisation's pages");
    }
}

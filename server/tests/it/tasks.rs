//! Certificate tasks: from the issue to the certificate and its end, with a certification authority in a process of its
//! own; and whatever is refused on the way.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::{
    DeskError, FieldError, FieldProblem, INVITATION_SECONDS, LinkFault, OperationId, OperationState, OperationSummary,
    Outcome, Reason, Refusal, Way,
};
use server::authority::HttpAuthority;
use service::AskError;
use service::ports::{Authority, AuthorityError, CertificateRequest, RequestState};

use crate::crowd::at_once;
use crate::support::{Answer, ROMASHKA, TestApp, User, on_both};

on_both!(
    Options::authority() =>
    a_task_lives_from_its_licence_to_the_end_of_its_certificate,
    a_link_works_once,
    a_link_works_for_thirty_days,
    a_newer_link_makes_the_former_void,
    links_that_nobody_was_sent,
    steps_that_are_not_to_be_taken_now,
    whoever_comes_in_person_is_not_identified_again,
    a_rejection_has_its_reason,
    two_hundred_at_once,
    two_administrators_at_once,
    an_authority_that_was_down_loses_nothing,
    an_authority_that_refuses_the_token,
    servers_share_what_they_ask,
    answers_that_do_not_fit_change_nothing,
    requests_that_fail_keep_nobody_else_waiting,
    a_revoked_licence_cancels_its_task_and_an_undo_goes_on,
    a_link_is_replaced_where_its_task_goes_on,
    a_certificate_outlives_its_licence_until_it_is_revoked,
    certificates_end_once_for_all_servers,
    pages_of_tasks,
    a_selection_over_pages,
    a_renewal_takes_its_task_along,
);

mod by_hand {
    use super::*;

    on_both!(administrators_keep_the_book, what_is_typed_is_checked, the_link_is_shown_once);
}

const DAY: i64 = 86_400;

/// УНЭП EasyDocs, УКЭП and УКЭП Госключ of ООО «Ромашка».
const EASY_DOCS: &str = "Zt-4mVb9";
const IN_PERSON: &str = "WE12Qmxx";

/// The sandbox authority in a process of its own.
struct Sandbox {
    process: Child,
    url: String,
}

impl Sandbox {
    /// Each step of a request takes so many milliseconds.
    fn start(moment: u64) -> Self {
        Self::start_at("0", moment)
    }

    fn start_at(port: &str, moment: u64) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_licentia"))
            .args(["sandbox-authority", "--with-parent", "--day", "2026-11-21"])
            .args(["--port", port, "--moment", &moment.to_string()])
            .env("LICENTIA_AUTHORITY_TOKEN", "a-token-of-the-tests")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let url = said.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { process, url }
    }

    fn authority(&self) -> Arc<dyn Authority> {
        Arc::new(HttpAuthority::new(&self.url, "a-token-of-the-tests").unwrap())
    }

    fn port(&self) -> String {
        self.url.rsplit_once(':').unwrap().1.to_owned()
    }

    /// How often each request was sent, and where it is.
    async fn requests(&self) -> Vec<(String, u64, String)> {
        let url = format!("{}/sandbox/requests", self.url);
        let listed = tokio::task::spawn_blocking(move || {
            let mut answer = ureq::get(&url).header("authorization", "Bearer a-token-of-the-tests").call().unwrap();
            answer.body_mut().read_to_string().unwrap()
        });
        let lines: Vec<serde_json::Value> = serde_json::from_str(&listed.await.unwrap()).unwrap();
        let text = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
        lines.iter().map(|line| (text(line, "key"), line["sent"].as_u64().unwrap(), text(line, "state"))).collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

/// An authority that answers as it is told.
#[derive(Default)]
struct Scripted {
    answers: Mutex<Vec<Result<RequestState, AuthorityError>>>,
    revoked: Mutex<Vec<String>>,
}

impl Scripted {
    fn answers(&self, answer: Result<RequestState, AuthorityError>) {
        self.answers.lock().unwrap().push(answer);
    }

    fn next(&self) -> Result<RequestState, AuthorityError> {
        self.answers.lock().unwrap().pop().unwrap_or(Ok(RequestState::Pending))
    }
}

#[async_trait]
impl Authority for Scripted {
    async fn submit(&self, _: &CertificateRequest) -> Result<RequestState, AuthorityError> {
        self.next()
    }
    async fn state(&self, _: &str) -> Result<RequestState, AuthorityError> {
        self.next()
    }
    async fn revoke(&self, key: &str) -> Result<(), AuthorityError> {
        self.revoked.lock().unwrap().push(key.to_owned());
        Ok(())
    }
}

/// Issues licences to so many people; their tasks.
async fn tasks(app: &TestApp, admin: &User, code: &str, count: usize) -> Vec<i64> {
    let ids = admin.issuable(count).await;
    let issued = admin.issue(&ids, admin.pool(code).await.id).await;
    let sql = format!(
        "SELECT t.id FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id \
         WHERE a.operation_id = {} ORDER BY t.id",
        issued.id
    );
    let tasks: Vec<i64> = app.rows(&sql).await.iter().map(|id| id.parse().unwrap()).collect();
    assert_eq!(tasks.len(), count);
    tasks
}

fn ticked(step: &str, tasks: &[i64]) -> Vec<(&'static str, String)> {
    let mut fields = vec![("step", step.to_owned())];
    fields.extend(tasks.iter().map(|id| ("task[]", id.to_string())));
    fields
}

async fn start(admin: &User, step: &str, tasks: &[i64]) -> Result<OperationId, DeskError> {
    admin.post("start_steps").form(&ticked(step, tasks)).call().await
}

async fn digest(app: &TestApp, operation: OperationId) -> String {
    app.rows(&format!("SELECT digest FROM operations WHERE id = {operation}")).await.remove(0)
}

async fn confirm(
    app: &TestApp,
    admin: &User,
    operation: OperationId,
    typed: &[(&'static str, &str)],
) -> Result<OperationSummary, DeskError> {
    let mut fields = vec![("operation", operation.to_string()), ("digest", digest(app, operation).await)];
    fields.extend(typed.iter().map(|(name, value)| (*name, (*value).to_owned())));
    admin.post("confirm_steps").form(&fields).call().await
}

/// A step that all of the tasks can take.
async fn take(app: &TestApp, admin: &User, step: &str, tasks: &[i64], typed: &[(&'static str, &str)]) -> OperationId {
    let operation = start(admin, step, tasks).await.unwrap();
    let done = confirm(app, admin, operation, typed).await.unwrap();
    assert_eq!((done.accepted, done.rejected), (tasks.len() as u64, 0), "{step}");
    operation
}

/// The token of the last letter of invitation of a task.
async fn token(app: &TestApp, task: i64) -> String {
    let sql = format!(
        "SELECT letter FROM letters WHERE kind = 'invitation' AND about LIKE 'task:{task}/%' ORDER BY id DESC LIMIT 1"
    );
    let letter: serde_json::Value = serde_json::from_str(&app.rows(&sql).await[0]).unwrap();
    letter["invitation"]["token"].as_str().unwrap().to_owned()
}

async fn confirm_data(app: &TestApp, token: &str) -> Result<(), DeskError> {
    app.visitor().post("confirm_data").form(&[("token", token.to_owned())]).call().await
}

/// Invites people, and lets each confirm.
async fn confirmed(app: &TestApp, admin: &User, code: &str, count: usize) -> Vec<i64> {
    let tasks = tasks(app, admin, code, count).await;
    take(app, admin, "task_invite", &tasks, &[]).await;
    for task in &tasks {
        confirm_data(app, &token(app, *task).await).await.unwrap();
    }
    tasks
}

async fn states(app: &TestApp, tasks: &[i64]) -> Vec<String> {
    let mut states = Vec::new();
    for task in tasks {
        states.extend(app.rows(&format!("SELECT state FROM certificate_tasks WHERE id = {task}")).await);
    }
    states
}

async fn state(app: &TestApp, task: i64) -> String {
    states(app, &[task]).await.remove(0)
}

/// Asks the authority again and again, as the server does, until nobody waits in these states.
async fn ask(app: &TestApp, authority: &Arc<dyn Authority>) {
    for _ in 0..40 {
        app.other_desk().ask_authority(authority).await.unwrap();
        let waiting = "SELECT count(*) FROM certificate_tasks WHERE ask_at IS NOT NULL AND \
                       (state <> 'confirmed' OR submitted IS NOT NULL)";
        if app.number(waiting).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
        app.pass(5);
    }
    panic!("the authority never came to an end");
}

fn refused(fault: LinkFault) -> Result<(), DeskError> {
    Err(DeskError::LinkRefused { fault })
}

/// What has become of tasks: everything but what is read, and the audit log.
async fn standing(app: &TestApp) -> Vec<String> {
    let mut rows =
        app.rows("SELECT id, state, way, serial, valid_until, closed_at FROM certificate_tasks ORDER BY id").await;
    rows.extend(app.rows("SELECT id, task_id, to_state FROM task_steps ORDER BY id").await);
    rows
}

async fn a_task_lives_from_its_licence_to_the_end_of_its_certificate(app: TestApp) {
    let sandbox = Sandbox::start(80);
    let admin = app.romashka().await;
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    assert_eq!(state(&app, task).await, "created");
    let invited = take(&app, &admin, "task_invite", &[task], &[]).await;
    let token = token(&app, task).await;

    // Whoever has the link sees whom it is for, and by whom; nobody signs in.
    let page = app.visitor().get(&format!("/invitation/{token}")).await;
    assert_eq!(
        (page.status, page.header("x-robots-tag"), page.header("referrer-policy")),
        (200, "noindex", "same-origin")
    );
    let person = format!(
        "SELECT m.surname, m.first_name, m.email FROM certificate_tasks AS t JOIN members AS m ON m.id = t.member_id \
         WHERE t.id = {task}"
    );
    for shown in app.rows(&person).await[0].split('|').chain(["ООО «Ромашка»", "УНЭП EasyDocs", "Подтвердить данные"])
    {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    confirm_data(&app, &token).await.unwrap();
    assert_eq!(state(&app, task).await, "confirmed");

    let authority = sandbox.authority();
    let mut seen = vec![state(&app, task).await];
    for _ in 0..60 {
        app.other_desk().ask_authority(&authority).await.unwrap();
        let now = state(&app, task).await;
        if seen.last() != Some(&now) {
            seen.push(now);
        }
        if seen.last().unwrap() == "issued" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        app.pass(2);
    }
    assert_eq!(seen, ["confirmed", "identified", "issued"]);
    assert_eq!(sandbox.requests().await.len(), 1);

    let desk = app.other_desk();
    let until = app.number(&format!("SELECT valid_until FROM certificate_tasks WHERE id = {task}")).await;
    let left = |until: i64| (until - app.now().0) / 1_000_000;
    app.pass(left(until) - 30 * DAY - 60);
    assert!(desk.turn_certificates().await.unwrap().is_some());
    assert_eq!(state(&app, task).await, "issued", "not yet");
    app.pass(62);
    assert_eq!(desk.turn_certificates().await.unwrap().map(|at| at.0), Some(until));
    assert_eq!(state(&app, task).await, "expiring");
    app.pass(left(until) + 1);
    assert_eq!(desk.turn_certificates().await.unwrap(), None);
    assert_eq!(state(&app, task).await, "expired");

    // Every step has its time, its author and its entry.
    let steps = format!(
        "SELECT from_state, to_state, author, way, operation_id FROM task_steps WHERE task_id = {task} ORDER BY id"
    );
    assert_eq!(
        app.rows(&steps).await,
        [
            &format!("created|invited|account|—|{invited}"),
            "invited|confirmed|person|—|—",
            "confirmed|identified|authority|gosuslugi|—",
            "identified|issued|authority|—|—",
            "issued|expiring|installation|—|—",
            "expiring|expired|installation|—|—",
        ]
    );
    assert_eq!(
        app.audit(ROMASHKA).await[1..],
        [
            format!("tasks.invited operation:{invited}"),
            format!("task.confirmed task:{task}"),
            format!("task.identified task:{task}"),
            format!("task.issued task:{task}"),
            format!("tasks.expiring tasks:{task}"),
            format!("tasks.expired tasks:{task}"),
        ]
    );
    let admin = app.romashka().await;
    let page = admin.get(&format!("/tasks/{task}")).await;
    for shown in ["Истёк", "Госуслуги", "Удостоверяющий центр", "Система", "Администратор", "использовано"]
    {
        assert!(page.text().contains(shown), "{shown}");
    }
    let report = admin.report(invited, 1).await.unwrap();
    assert_eq!((report.rows.len(), report.rows[0].outcome), (1, Outcome::Accepted));
    assert!(admin.get(&format!("/operations/{invited}/report.csv")).await.text().contains("Приглашены"));
    assert_eq!(admin.undo(invited).await, Err(DeskError::NotUndoable { state: OperationState::Done }));
}

async fn a_link_works_once(app: TestApp) {
    let admin = app.romashka().await;
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let token = token(&app, task).await;
    let kept =
        "SELECT count(*) FROM certificate_tasks WHERE invitation_hash IS NOT NULL AND length(invitation_hash) = 64";
    assert_eq!(app.number(kept).await, 1);
    assert!(!app.rows("SELECT invitation_hash FROM certificate_tasks").await.contains(&token), "only a hash is kept");
    // Whoever is quicker; ten times at once it is once.
    let answers = at_once((0..10).map(|_| {
        let (app, token) = (app.clone(), token.clone());
        async move { confirm_data(&app, &token).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == refused(LinkFault::Used)), "{answers:?}");
    let before = standing(&app).await;
    assert_eq!(confirm_data(&app, &token).await, refused(LinkFault::Used));
    assert_eq!(standing(&app).await, before);
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("invitation.refused task:{task}"));
    // Nobody signs in for it, and whence they came is known all the same.
    let log = service::ports::Store::audit(&app.store, ROMASHKA, 0, 1000).await.unwrap();
    for act in ["task.confirmed", "invitation.refused"] {
        let entry = log.iter().find(|entry| entry.action == act).unwrap();
        assert_eq!((entry.account, entry.address.as_deref()), (None, Some("127.0.0.1")), "{act}");
    }
    let page = admin.get("/log?what=certificates").await;
    assert_eq!(page.text().matches("По ссылке из письма").count(), 2, "{}", page.text());
    // Once, however often somebody presses.
    let before = app.dump().await;
    assert_eq!(confirm_data(&app, &token).await, refused(LinkFault::Used));
    before.assert_same(&app.dump().await, "a used link, pressed again");
    let page = app.visitor().get(&format!("/invitation/{token}")).await;
    assert!(page.text().contains("Данные подтверждены") && !page.text().contains("@"), "{}", page.text());
}

async fn a_link_works_for_thirty_days(app: TestApp) {
    let admin = app.romashka().await;
    let two = tasks(&app, &admin, EASY_DOCS, 2).await;
    take(&app, &admin, "task_invite", &two, &[]).await;
    let (first, second) = (token(&app, two[0]).await, token(&app, two[1]).await);
    app.pass(INVITATION_SECONDS - 60);
    confirm_data(&app, &first).await.unwrap();
    app.pass(61);
    let before = standing(&app).await;
    assert_eq!(confirm_data(&app, &second).await, refused(LinkFault::Expired));
    assert_eq!(standing(&app).await, before);
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("invitation.refused task:{}", two[1]));
    let page = app.visitor().get(&format!("/invitation/{second}")).await;
    assert!(page.text().contains("Срок ссылки истёк"));
    // Invited again, the person has another month.
    let admin = app.romashka().await;
    take(&app, &admin, "task_invite", &two[1..], &[]).await;
    confirm_data(&app, &token(&app, two[1]).await).await.unwrap();
}

async fn a_newer_link_makes_the_former_void(app: TestApp) {
    let admin = app.romashka().await;
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let former = token(&app, task).await;
    app.pass(1);
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let newer = token(&app, task).await;
    assert_ne!(former, newer);
    let before = app.dump().await;
    assert_eq!(confirm_data(&app, &former).await, refused(LinkFault::Unknown));
    before.assert_same_but_for_the_log(&app.dump().await, "a link that was replaced");
    assert_eq!(app.installation_log().await, ["invitation.unknown"]);
    confirm_data(&app, &newer).await.unwrap();
    // And one of a task that is over.
    let other = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    take(&app, &admin, "task_invite", &[other], &[]).await;
    let link = token(&app, other).await;
    take(&app, &admin, "task_cancel", &[other], &[]).await;
    assert_eq!(confirm_data(&app, &link).await, refused(LinkFault::Over));
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("invitation.refused task:{other}"));
}

async fn links_that_nobody_was_sent(app: TestApp) {
    let admin = app.romashka().await;
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let token = token(&app, task).await;
    let hash =
        app.rows("SELECT invitation_hash FROM certificate_tasks WHERE invitation_hash IS NOT NULL").await.remove(0);
    let before = app.dump().await;
    let garbled = [
        "0".repeat(64),
        token[..63].to_owned(),
        format!("{token}0"),
        token.to_uppercase().replace(|c: char| c.is_ascii_digit(), "F"),
        hash,
        "x".repeat(5_000),
        "' OR 1=1 --".to_owned(),
        "\u{0}".to_owned(),
        " ".to_owned(),
    ];
    for wrong in &garbled {
        assert_eq!(confirm_data(&app, wrong).await, refused(LinkFault::Unknown), "{wrong}");
    }
    let unknown = app.visitor().get(&format!("/invitation/{}", "0".repeat(64))).await;
    assert_eq!((unknown.status, unknown.header("x-robots-tag")), (404, "noindex"));
    assert!(unknown.text().contains("Ссылка не действует") && unknown.text().contains("последнее письмо"));
    for path in ["/invitation/x", "/invitation/%ff", "/invitation/%00", "/invitation/..%2f..%2ftasks"] {
        let page = app.visitor().get(path).await;
        let same = page.text().contains("Ссылка не действует") && page.status == 404;
        assert!(same, "{path}: {} {}", page.status, page.text());
    }
    before.assert_same_but_for_the_log(&app.dump().await, "links that nobody was sent");
    let log = app.installation_log().await;
    assert_eq!(log, vec!["invitation.unknown"; garbled.len()], "whose they were to be, nobody knows");
    confirm_data(&app, &token).await.unwrap();
}

/// Every step from every state that an administrator can bring about: what the rules refuse is left out with its reason.
async fn steps_that_are_not_to_be_taken_now(app: TestApp) {
    let admin = app.romashka().await;
    let five = tasks(&app, &admin, EASY_DOCS, 5).await;
    let [created, invited, confirmed, identified, cancelled] = five[..] else { panic!() };
    take(&app, &admin, "task_invite", &[invited, confirmed, identified], &[]).await;
    for task in [confirmed, identified] {
        confirm_data(&app, &token(&app, task).await).await.unwrap();
    }
    take(&app, &admin, "task_in_person", &[identified], &[]).await;
    take(&app, &admin, "task_cancel", &[cancelled], &[]).await;
    use Reason::{TaskEarly, TaskFurther, TaskOver};
    let cases = [
        ("task_invite", [None, None, Some(TaskFurther), Some(TaskFurther), Some(TaskOver)]),
        ("task_in_person", [Some(TaskEarly), Some(TaskEarly), None, Some(TaskFurther), Some(TaskOver)]),
        ("task_reject", [None, None, None, None, Some(TaskOver)]),
        ("task_cancel", [None, None, None, None, Some(TaskOver)]),
        ("task_revoke", [Some(TaskEarly), Some(TaskEarly), Some(TaskEarly), Some(TaskEarly), Some(TaskOver)]),
    ];
    let before = standing(&app).await;
    for (step, wanted) in cases {
        for (task, wanted) in [created, invited, confirmed, identified, cancelled].into_iter().zip(wanted) {
            let operation = start(&admin, step, &[task]).await.unwrap();
            let report = admin.report(operation, 1).await.unwrap();
            let outcome = wanted.map_or(Outcome::Accepted, Outcome::Rejected);
            assert_eq!(report.rows[0].outcome, outcome, "{step} of {task}");
            if wanted.is_some() {
                let nobody = Err(DeskError::Refused { refusal: Refusal::NobodyFits });
                assert_eq!(confirm(&app, &admin, operation, &[("reason", "Нет")]).await, nobody, "{step} of {task}");
                assert_eq!(
                    app.audit(ROMASHKA).await.last().unwrap(),
                    &format!("operation.failed operation:{operation}")
                );
            } else {
                admin.cancel(operation).await.unwrap();
            }
        }
    }
    assert_eq!(standing(&app).await, before);
    // What the authority decides, nobody decides beside it; and what is no step of tasks.
    for step in ["task_issue", "task_gosuslugi", "task_goskey"] {
        assert_eq!(start(&admin, step, &[confirmed]).await, Err(DeskError::AuthoritysStep), "{step}");
        assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("step.refused tasks:{confirmed}"));
    }
    for step in ["", "issue", "revoke", "task_expired", "TASK_INVITE"] {
        assert_eq!(start(&admin, step, &[confirmed]).await, Err(DeskError::Malformed), "{step}");
    }
    assert_eq!(start(&admin, "task_invite", &[]).await, Err(DeskError::EmptySelection));
    for unknown in [0, -1, 1_000_000, i64::MAX] {
        assert_eq!(start(&admin, "task_invite", &[created, unknown]).await, Err(DeskError::UnknownTask), "{unknown}");
    }
    for entry in app.audit(ROMASHKA).await.iter().filter_map(|entry| entry.strip_prefix("step.refused ")) {
        assert!(matches!(service::Object::parse(entry), Some(service::Object::Tasks(_))), "{entry}");
    }
    assert!(app.audit(ROMASHKA).await.last().unwrap().starts_with("step.refused tasks:"));
    let found =
        |state: &str| vec![("step", "task_invite".into()), ("all", "1".into()), ("filter[state]", state.to_owned())];
    let by_filter = async |state| admin.post("start_steps").form(&found(state)).call::<OperationId>().await;
    assert_eq!(by_filter("issued").await, Err(DeskError::Refused { refusal: Refusal::NobodyFits }));
    assert_eq!(by_filter("nowhere").await, Err(DeskError::Malformed), "a misspelt state is not every state");
    let long = [found("created"), vec![("filter[q]", "а".repeat(201))]].concat();
    assert_eq!(admin.post("start_steps").form(&long).call::<OperationId>().await, Err(DeskError::Malformed));
    // Confirmed as something else, by somebody else, or twice.
    let operation = start(&admin, "task_invite", &[created]).await.unwrap();
    let before = app.dump().await;
    let wrong = [("operation", operation.to_string()), ("digest", "0".repeat(64))];
    assert_eq!(admin.call("confirm_steps", &wrong).await, Err(DeskError::DigestMismatch));
    let fields = [("operation", operation.to_string()), ("digest", digest(&app, operation).await)];
    assert_eq!(app.sever().await.call("confirm_steps", &fields).await, Err(DeskError::UnknownOperation));
    let open = DeskError::OperationNotOpen { state: OperationState::Preview };
    assert_eq!(admin.call("confirm", &fields).await, Err(open), "a licence's confirmation is another");
    let colleague = app.colleague(ROMASHKA, "second@romashka.example").await;
    assert_eq!(colleague.call("confirm_steps", &fields).await, Err(DeskError::NotYourOperation));
    assert_eq!(before.count("task_steps"), app.dump().await.count("task_steps"));
    let first = confirm(&app, &admin, operation, &[]).await.unwrap();
    let before = standing(&app).await;
    assert_eq!(confirm(&app, &admin, operation, &[]).await.unwrap(), first);
    assert_eq!(standing(&app).await, before, "the second confirmation");
}

async fn whoever_comes_in_person_is_not_identified_again(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.romashka().await;
    let task = confirmed(&app, &admin, IN_PERSON, 1).await[0];
    let authority = sandbox.authority();
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!((state(&app, task).await.as_str(), sandbox.requests().await.len()), ("confirmed", 0), "nobody has come");
    take(&app, &admin, "task_in_person", &[task], &[]).await;
    ask(&app, &authority).await;
    assert_eq!(state(&app, task).await, "issued");
    // One that was to be identified by Госуслуги, and came in person before.
    let slow = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    app.sql(&format!(
        "UPDATE members SET email = 'x+slow@romashka.example' \
         WHERE id = (SELECT member_id FROM certificate_tasks WHERE id = {slow})"
    ))
    .await;
    take(&app, &admin, "task_invite", &[slow], &[]).await;
    confirm_data(&app, &token(&app, slow).await).await.unwrap();
    for _ in 0..5 {
        app.other_desk().ask_authority(&authority).await.unwrap();
        app.pass(60);
    }
    assert_eq!(state(&app, slow).await, "confirmed", "`+slow@` waits for ever");
    take(&app, &admin, "task_in_person", &[slow], &[]).await;
    app.sql("UPDATE members SET email = 'x@romashka.example' WHERE email = 'x+slow@romashka.example'").await;
    app.other_desk().ask_authority(&authority).await.unwrap();
    let last = app.audit(ROMASHKA).await.last().unwrap().clone();
    assert_eq!(last, format!("authority.refused task:{slow}"), "it is asked about somebody else under the same key");
    app.sql("UPDATE members SET email = 'x+slow@romashka.example' WHERE email = 'x@romashka.example'").await;
    app.pass(3_601);
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!(state(&app, slow).await, "identified");
    assert_eq!(sandbox.requests().await.iter().filter(|(_, _, state)| state == "pending").count(), 1);
}

async fn a_rejection_has_its_reason(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.romashka().await;
    let (by_us, by_them) = {
        let two = tasks(&app, &admin, EASY_DOCS, 2).await;
        (two[0], two[1])
    };
    let operation = start(&admin, "task_reject", &[by_us]).await.unwrap();
    let before = app.dump().await;
    let wrong = |problem| Err(DeskError::InvalidForm { fields: vec![FieldError { field: "reason".into(), problem }] });
    assert_eq!(confirm(&app, &admin, operation, &[]).await, wrong(FieldProblem::Required));
    assert_eq!(confirm(&app, &admin, operation, &[("reason", " \n ")]).await, wrong(FieldProblem::Required));
    let long = "я".repeat(301);
    let too_long = FieldProblem::TooLong { most: 300 };
    assert_eq!(confirm(&app, &admin, operation, &[("reason", &long)]).await, wrong(too_long));
    before.assert_same(&app.dump().await, "a rejection without a reason");
    // Without scripts, what was typed is there again.
    let referer = format!("{}/operations/{operation}", admin.client().origin());
    let form = [("operation", operation.to_string()), ("digest", digest(&app, operation).await), ("reason", long)];
    let refused = admin.post("confirm_steps").form(&form).plain().header("referer", &referer).send().await;
    let path = refused.leads_to().trim_start_matches(&admin.client().origin()).to_owned();
    assert!(!path.contains("%D1%8F"), "what was typed does not travel in the address: {path}");
    assert!(admin.get(&path).await.text().contains("Не больше 300 символов"));
    confirm(&app, &admin, operation, &[("reason", "  Паспорт\nпросрочен <b>")]).await.unwrap();
    let page = admin.get(&format!("/tasks/{by_us}")).await;
    assert!(page.text().contains("Паспорт просрочен &lt;b&gt;") && page.text().contains("Отклонён"), "{}", page.text());

    app.sql(&format!(
        "UPDATE members SET email = 'x+reject@romashka.example' \
         WHERE id = (SELECT member_id FROM certificate_tasks WHERE id = {by_them})"
    ))
    .await;
    take(&app, &admin, "task_invite", &[by_them], &[]).await;
    confirm_data(&app, &token(&app, by_them).await).await.unwrap();
    ask(&app, &sandbox.authority()).await;
    assert_eq!(state(&app, by_them).await, "rejected");
    let page = admin.get(&format!("/tasks/{by_them}")).await;
    assert!(page.text().contains("Данные не совпали с паспортными"));
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("task.rejected task:{by_them}"));
}

async fn two_hundred_at_once(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.sever().await;
    // Whoever of the two hundred can have a licence, of whatever product.
    app.sql("UPDATE members SET employment = 1 WHERE organization_id = 2").await;
    let admin_pools = admin.frame().await.unwrap().pools;
    let everybody = admin.everybody().await;
    let free: Vec<i64> = everybody.values().filter(|row| !row.signs()).map(|row| row.id.0).collect();
    admin.issue(&free, admin_pools[1].id).await;
    let all =
        |step: &str, state: &str| vec![("step", step.to_owned()), ("all", "1".into()), ("filter[state]", state.into())];
    let by_filter = async |step, state| {
        let operation: OperationId = admin.post("start_steps").form(&all(step, state)).call().await.unwrap();
        let report = admin.report(operation, 1).await.unwrap().summary;
        (operation, report.accepted)
    };
    let before = app.audit(domain::OrganizationId(2)).await.len();
    let (operation, accepted) = by_filter("task_invite", "created").await;
    assert_eq!(accepted, 200);
    confirm(&app, &admin, operation, &[]).await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM letters WHERE kind = 'invitation'").await, 200);
    assert_eq!(
        app.number("SELECT count(DISTINCT invitation_hash) FROM certificate_tasks WHERE organization_id = 2").await,
        200
    );
    assert_eq!(app.audit(domain::OrganizationId(2)).await.len(), before + 1, "one operation, one entry");
    let tokens = app.rows("SELECT letter FROM letters WHERE kind = 'invitation' ORDER BY id").await;
    for letter in tokens {
        let letter: serde_json::Value = serde_json::from_str(&letter).unwrap();
        confirm_data(&app, letter["invitation"]["token"].as_str().unwrap()).await.unwrap();
    }
    let authority = sandbox.authority();
    ask(&app, &authority).await;
    let (operation, accepted) = by_filter("task_in_person", "confirmed").await;
    confirm(&app, &admin, operation, &[]).await.unwrap();
    ask(&app, &authority).await;
    let issued = "SELECT count(*) FROM certificate_tasks WHERE organization_id = 2 AND state = 'issued'";
    assert_eq!(app.number(issued).await, 200);
    let requests = sandbox.requests().await;
    assert_eq!(requests.len(), 200);
    assert!(requests.iter().all(|(_, sent, state)| *sent == 1 && state == "issued"), "never twice: {requests:?}");
    assert!(accepted > 0 && accepted < 200, "those whose passport is seen here");
    let large = by_filter("task_revoke", "issued").await;
    let size = DeskError::SizeRequired { size: 200 };
    assert_eq!(confirm(&app, &admin, large.0, &[]).await, Err(size), "a large deed is confirmed by its number");
    confirm(&app, &admin, large.0, &[("size", "200")]).await.unwrap();
    ask(&app, &authority).await;
    assert!(sandbox.requests().await.iter().all(|(_, _, state)| state == "revoked"));
}

async fn two_administrators_at_once(app: TestApp) {
    let admin = app.romashka().await;
    let three = confirmed(&app, &admin, EASY_DOCS, 3).await;
    let colleague = app.colleague(ROMASHKA, "second@romashka.example").await;
    let first = start(&admin, "task_in_person", &three[..2]).await.unwrap();
    let second = start(&colleague, "task_in_person", &three[1..]).await.unwrap();
    let answers = at_once([(admin, first), (colleague, second)].into_iter().map(|(user, operation)| {
        let app = app.clone();
        async move { confirm(&app, &user, operation, &[]).await }
    }))
    .await;
    let done: Vec<&OperationSummary> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    let moved = answers.iter().find_map(|answer| answer.as_ref().err()).unwrap();
    let DeskError::PlanChanged { moved } = moved else { panic!("{moved:?}") };
    assert_eq!(moved.lost.iter().map(|(reason, _)| *reason).collect::<Vec<_>>(), [Reason::TaskFurther]);
    assert_eq!(moved.names.len(), 1);
    assert_eq!(app.number("SELECT count(*) FROM task_steps WHERE to_state = 'identified'").await, 2);
    assert_eq!(states(&app, &three).await.iter().filter(|state| *state == "identified").count(), 2);
}

async fn an_authority_that_was_down_loses_nothing(app: TestApp) {
    let admin = app.romashka().await;
    let three = confirmed(&app, &admin, EASY_DOCS, 3).await;
    let sandbox = Sandbox::start(0);
    let (port, authority) = (sandbox.port(), sandbox.authority());
    drop(sandbox);
    let (before, log) = (standing(&app).await, app.audit(ROMASHKA).await.len());
    for _ in 0..5 {
        let answer = app.other_desk().ask_authority(&authority).await;
        assert_eq!(answer, Err(AskError::Authority(AuthorityError::Unreachable)));
        app.pass(1);
    }
    assert_eq!((standing(&app).await, app.audit(ROMASHKA).await.len()), (before, log));
    // It is back, and has forgotten everything; then once more, in the middle.
    let sandbox = Sandbox::start_at(&port, 100_000);
    for _ in 0..3 {
        app.other_desk().ask_authority(&authority).await.unwrap();
        app.pass(60);
    }
    let sent: Vec<u64> = sandbox.requests().await.into_iter().map(|(_, sent, _)| sent).collect();
    assert_eq!(sent, [1, 1, 1]);
    drop(sandbox);
    app.other_desk().ask_authority(&authority).await.unwrap_err();
    let sandbox = Sandbox::start_at(&port, 0);
    ask(&app, &authority).await;
    assert_eq!(states(&app, &three).await, ["issued"; 3]);
    assert_eq!(sandbox.requests().await.len(), 3);
    assert_eq!(app.number("SELECT count(*) FROM task_steps WHERE to_state = 'issued'").await, 3);
}

async fn an_authority_that_refuses_the_token(app: TestApp) {
    let admin = app.romashka().await;
    let task = confirmed(&app, &admin, EASY_DOCS, 1).await[0];
    let sandbox = Sandbox::start(0);
    let wrong: Arc<dyn Authority> = Arc::new(HttpAuthority::new(&sandbox.url, "another-token").unwrap());
    let before = standing(&app).await;
    for _ in 0..3 {
        let answer = app.other_desk().ask_authority(&wrong).await;
        assert_eq!(answer, Err(AskError::Authority(AuthorityError::NotAllowed)));
    }
    assert_eq!(standing(&app).await, before);
    assert_eq!(sandbox.requests().await, []);
    ask(&app, &sandbox.authority()).await;
    assert_eq!(state(&app, task).await, "issued");
}

async fn servers_share_what_they_ask(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.romashka().await;
    let many = confirmed(&app, &admin, EASY_DOCS, 12).await;
    let authority = sandbox.authority();
    let answers = at_once((0..4).map(|_| {
        let (desk, authority) = (app.other_desk(), authority.clone());
        async move { desk.ask_authority(&authority).await }
    }))
    .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    ask(&app, &authority).await;
    assert_eq!(states(&app, &many).await, ["issued"; 12]);
    let sent: Vec<u64> = sandbox.requests().await.into_iter().map(|(_, sent, _)| sent).collect();
    // Whoever waited long for an answer may have asked again.
    assert!(sent.len() == 12 && sent.iter().sum::<u64>() < 24, "each server did not send everything: {sent:?}");
    assert_eq!(app.number("SELECT count(*) FROM task_steps WHERE to_state = 'issued'").await, 12);
}

#[test]
fn the_sandbox_ends_with_whoever_started_it() {
    let mut sandbox = Sandbox::start(0);
    assert!(sandbox.process.try_wait().unwrap().is_none(), "it runs");
    drop(sandbox.process.stdin.take());
    let start = std::time::Instant::now();
    while sandbox.process.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "it goes on by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
}

async fn answers_that_do_not_fit_change_nothing(app: TestApp) {
    let admin = app.romashka().await;
    let task = confirmed(&app, &admin, EASY_DOCS, 1).await[0];
    let scripted = Arc::new(Scripted::default());
    let authority: Arc<dyn Authority> = scripted.clone();
    let issued =
        |seconds: i64| RequestState::Issued { serial: "01AF".into(), valid_until: app.now().plus_seconds(seconds) };
    let before = standing(&app).await;
    let strange = [
        issued(-1),
        issued(20 * 365 * DAY),
        RequestState::Issued { serial: " ".into(), valid_until: app.now().plus_seconds(DAY) },
        RequestState::Identified(Way::Goskey),
        RequestState::Rejected { reason: String::new() },
        RequestState::Revoked,
    ];
    let fault = format!("SELECT authority_fault FROM certificate_tasks WHERE id = {task}");
    for answer in strange {
        app.sql("UPDATE certificate_tasks SET authority_fault = NULL").await;
        scripted.answers(Ok(answer.clone()));
        app.other_desk().ask_authority(&authority).await.unwrap();
        assert_eq!(standing(&app).await, before, "{answer:?}");
        assert_eq!(app.rows(&fault).await, ["unfit"], "{answer:?}");
        assert_eq!(app.audit(ROMASHKA).await.pop().unwrap(), format!("authority.refused task:{task}"), "{answer:?}");
        app.pass(3_601);
    }
    for _ in 0..2 {
        scripted.answers(Ok(RequestState::Revoked));
        app.other_desk().ask_authority(&authority).await.unwrap();
        app.pass(3_601);
    }
    let entries =
        async || app.audit(ROMASHKA).await.into_iter().filter(|entry| entry.starts_with("authority.refused ")).count();
    assert_eq!(entries().await, 6, "what was wrong before is not written down again");
    let admin = app.romashka().await;
    let shown = async || admin.get(&format!("/tasks/{task}")).await.text().to_owned();
    assert!(shown().await.contains("ответил то, чего быть не может"));
    for (error, text) in [
        (AuthorityError::Refused, "Отзовите лицензию и выдайте её снова"),
        (AuthorityError::Garbled, "ответил то, чего быть не может"),
    ] {
        scripted.answers(Err(error));
        app.other_desk().ask_authority(&authority).await.unwrap();
        assert_eq!(standing(&app).await, before, "{error:?}");
        assert!(shown().await.contains(text), "{error:?}");
        app.pass(3_601);
    }
    assert_eq!(entries().await, 8);
    // An answer that fits says that all is well again.
    scripted.answers(Ok(RequestState::Pending));
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert!(!shown().await.contains("чего быть не может"));
    app.pass(3_601);
    // The task is cancelled while the authority is at work: what it then says is too late, and it hears of that.
    app.other_desk().ask_authority(&authority).await.unwrap();
    let admin = app.romashka().await;
    take(&app, &admin, "task_cancel", &[task], &[]).await;
    scripted.answers(Ok(issued(365 * DAY)));
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!(state(&app, task).await, "cancelled");
    assert_eq!(*scripted.revoked.lock().unwrap(), [format!("1-{task}")]);
    assert_eq!(app.rows(&fault).await, ["—"], "it has heard of it: there is nothing to mend any more");
    assert_eq!(app.number("SELECT count(*) FROM certificate_tasks WHERE ask_at IS NOT NULL").await, 0);
    // And what does fit, twin to all of these.
    let task = confirmed(&app, &admin, EASY_DOCS, 1).await[0];
    scripted.answers.lock().unwrap().clear();
    scripted.answers(Ok(issued(365 * DAY)));
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!(state(&app, task).await, "issued");
}

/// An authority that breaks over some requests, and answers to the others.
#[derive(Default)]
struct Breaking {
    over: Mutex<Vec<String>>,
    answered: Mutex<Vec<String>>,
}

impl Breaking {
    fn answer(&self, key: &str) -> Result<RequestState, AuthorityError> {
        if self.over.lock().unwrap().iter().any(|bad| bad == key) {
            return Err(AuthorityError::Unreachable);
        }
        self.answered.lock().unwrap().push(key.to_owned());
        Ok(RequestState::Pending)
    }
}

#[async_trait]
impl Authority for Breaking {
    async fn submit(&self, request: &CertificateRequest) -> Result<RequestState, AuthorityError> {
        self.answer(&request.key)
    }

    async fn state(&self, key: &str) -> Result<RequestState, AuthorityError> {
        self.answer(key)
    }

    async fn revoke(&self, key: &str) -> Result<(), AuthorityError> {
        self.answer(key).map(drop)
    }
}

async fn requests_that_fail_keep_nobody_else_waiting(app: TestApp) {
    let admin = app.romashka().await;
    let breaking = Arc::new(Breaking::default());
    let authority: Arc<dyn Authority> = breaking.clone();
    let known = confirmed(&app, &admin, EASY_DOCS, 2).await;
    app.other_desk().ask_authority(&authority).await.unwrap();
    // As many as are under way at a time, all of them new.
    let bad = confirmed(&app, &admin, EASY_DOCS, 8).await;
    *breaking.over.lock().unwrap() = bad.iter().map(|task| format!("1-{task}")).collect();
    breaking.answered.lock().unwrap().clear();
    for _ in 0..4 {
        app.pass(700);
        let _ = app.other_desk().ask_authority(&authority).await;
    }
    let answered = breaking.answered.lock().unwrap().clone();
    for task in known {
        assert!(answered.contains(&format!("1-{task}")), "{answered:?}");
    }
}

async fn a_revoked_licence_cancels_its_task_and_an_undo_goes_on(app: TestApp) {
    let sandbox = Sandbox::start(100_000);
    let admin = app.romashka().await;
    let two = tasks(&app, &admin, EASY_DOCS, 2).await;
    take(&app, &admin, "task_invite", &two, &[]).await;
    let link = token(&app, two[0]).await;
    confirm_data(&app, &token(&app, two[1]).await).await.unwrap();
    let authority = sandbox.authority();
    app.other_desk().ask_authority(&authority).await.unwrap();
    let members = format!("SELECT member_id FROM certificate_tasks WHERE id IN ({}, {}) ORDER BY id", two[0], two[1]);
    let members: Vec<i64> = app.rows(&members).await.iter().map(|id| id.parse().unwrap()).collect();
    let revoked = admin.revoke(&members).await;
    assert_eq!(states(&app, &two).await, ["cancelled", "cancelled"]);
    assert_eq!(confirm_data(&app, &link).await, refused(LinkFault::Over));
    app.pass(700);
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!(sandbox.requests().await[0].2, "revoked", "the request was withdrawn");

    admin.undo(revoked.id).await.unwrap();
    let anew = app
        .rows(&format!(
            "SELECT id, state FROM certificate_tasks WHERE continues IN ({}, {}) ORDER BY continues",
            two[0], two[1]
        ))
        .await;
    let anew: Vec<(i64, &str)> =
        anew.iter().map(|row| row.split_once('|').unwrap()).map(|(id, state)| (id.parse().unwrap(), state)).collect();
    assert_eq!([anew[0].1, anew[1].1], ["invited", "confirmed"]);
    confirm_data(&app, &link).await.unwrap();
    assert_eq!(state(&app, anew[0].0).await, "confirmed", "the link that was sent works again");
    app.other_desk().ask_authority(&authority).await.unwrap();
    assert_eq!(sandbox.requests().await.len(), 3, "both are asked for anew");
    // The history goes on from the former task's.
    let page = admin.get(&format!("/tasks/{}", anew[0].0)).await;
    for shown in ["Создана", "Приглашён", "Отменён", "Данные подтверждены"] {
        assert!(page.text().contains(shown), "{shown}");
    }
}

async fn a_link_is_replaced_where_its_task_goes_on(app: TestApp) {
    let admin = app.romashka().await;
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let former = token(&app, task).await;
    let member = app.number(&format!("SELECT member_id FROM certificate_tasks WHERE id = {task}")).await;
    let revoked = admin.revoke(&[member]).await;
    assert_eq!(confirm_data(&app, &former).await, refused(LinkFault::Over));
    admin.undo(revoked.id).await.unwrap();
    let anew = app.number(&format!("SELECT id FROM certificate_tasks WHERE continues = {task}")).await;
    take(&app, &admin, "task_invite", &[anew], &[]).await;
    assert_eq!(confirm_data(&app, &former).await, refused(LinkFault::Unknown), "not «cancelled»: there is a newer one");
    let page = app.visitor().get(&format!("/invitation/{former}")).await;
    assert!(page.text().contains("прислали более новую"), "{}", page.text());
    confirm_data(&app, &token(&app, anew).await).await.unwrap();
}

async fn a_certificate_outlives_its_licence_until_it_is_revoked(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.romashka().await;
    let task = confirmed(&app, &admin, EASY_DOCS, 1).await[0];
    let authority = sandbox.authority();
    ask(&app, &authority).await;
    let member = app.number(&format!("SELECT member_id FROM certificate_tasks WHERE id = {task}")).await;
    admin.revoke(&[member]).await;
    assert_eq!(state(&app, task).await, "issued");
    let page = admin.get(&format!("/tasks/{task}")).await;
    assert!(page.text().contains("Отозвать сертификат"));
    // Nothing else can be done to it.
    let operation = start(&admin, "task_cancel", &[task]).await.unwrap();
    let report = admin.report(operation, 1).await.unwrap();
    assert_eq!(report.rows[0].outcome, Outcome::Rejected(Reason::HasCertificate));
    // The authority hears of it when it is asked next.
    let revoked = take(&app, &admin, "task_revoke", &[task], &[]).await;
    assert_eq!(state(&app, task).await, "revoked");
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("tasks.revoked operation:{revoked}"));
    assert_eq!(sandbox.requests().await[0].2, "issued");
    ask(&app, &authority).await;
    assert_eq!(sandbox.requests().await[0].2, "revoked");
    assert!(!admin.get(&format!("/tasks/{task}")).await.text().contains("Отозвать сертификат<"));
}

async fn certificates_end_once_for_all_servers(app: TestApp) {
    let sandbox = Sandbox::start(0);
    let admin = app.romashka().await;
    let three = confirmed(&app, &admin, EASY_DOCS, 3).await;
    ask(&app, &sandbox.authority()).await;
    // Nobody looked for a month and more: both steps at once.
    app.pass(400 * DAY);
    let answers = at_once((0..4).map(|_| {
        let desk = app.other_desk();
        async move { desk.turn_certificates().await }
    }))
    .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(states(&app, &three).await, ["expired"; 3]);
    for state in ["expiring", "expired"] {
        let steps = format!("SELECT count(*) FROM task_steps WHERE to_state = '{state}'");
        assert_eq!(app.number(&steps).await, 3, "{state}");
        let entries = format!("SELECT count(*) FROM audit_entries WHERE action = 'tasks.{state}'");
        assert_eq!(app.number(&entries).await, 1, "{state}");
    }
}

async fn a_renewal_takes_its_task_along(app: TestApp) {
    let admin = app.romashka().await;
    let (from, to) = (admin.pool("qgMQgxMs").await.id, admin.pool(EASY_DOCS).await.id);
    let task = tasks(&app, &admin, "qgMQgxMs", 1).await[0];
    let issued = admin.operations().await.unwrap().rows[0].id;
    take(&app, &admin, "task_invite", &[task], &[]).await;
    let fields = [("from[]", from.to_string()), ("to", to.to_string())];
    let renewal: OperationId = admin.post("start_renew").form(&fields).call().await.unwrap();
    let digest = digest(&app, renewal).await;
    let renewed: OperationSummary = admin.ask_confirm(renewal, &digest, Some(to)).call().await.unwrap();
    assert_eq!(renewed.state, OperationState::Done);
    assert_eq!(state(&app, task).await, "invited");
    let page = admin.get(&format!("/tasks/{task}")).await;
    let first = format!("/operations/{issued}\"");
    assert!(page.text().contains(&first) && page.text().contains("Администратор"), "who began it is still said");
    confirm_data(&app, &token(&app, task).await).await.unwrap();
}

fn names(answer: &Answer) -> Vec<String> {
    let (_, body) = answer.text().split_once("<tbody").unwrap_or(("", ""));
    let cells = body.split("class=\"name\"><a href=\"/tasks/").skip(1);
    cells.map(|cell| cell.split_once("\">").unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
}

async fn pages_of_tasks(app: TestApp) {
    let admin = app.romashka().await;
    let page = admin.get("/tasks").await;
    assert!(page.text().contains("Задачи на сертификаты") && page.text().contains("Выбрать все 124"));
    assert_eq!(names(&page).len(), 50);
    let last = admin.get("/tasks?page=3").await;
    assert_eq!(names(&last).len(), 24);
    assert_eq!(names(&admin.get("/tasks?page=99").await), names(&last), "no further than there is");
    let found = admin.get("/tasks?q=%D0%B3%D0%B0%D0%B2%D1%80").await;
    assert_eq!(names(&found), ["Гаврилова\u{a0}А.\u{a0}С."], "by the beginning of a name");
    assert_eq!(names(&admin.get("/tasks?q=gavrilova%40romashka.example").await), names(&found), "by the e-mail");
    let product = admin.pool(IN_PERSON).await.product;
    let of_product = admin.get(&format!("/tasks?product={}", product.id)).await;
    assert_eq!(names(&of_product).len(), 7);
    assert!(names(&admin.get("/tasks?state=issued").await).is_empty());
    for nothing in ["/tasks?q=%D1%89%D1%89%D1%89", "/tasks?state=issued"] {
        let page = admin.get(nothing).await;
        assert!(page.text().contains("Таких задач нет") && page.text().contains("Показать все задачи"), "{nothing}");
    }
    // What cannot be read counts as usual.
    assert_eq!(names(&admin.get("/tasks?state=x&product=y&page=-1&q=%ff").await).len(), 50);
    for unknown in ["/tasks/0", "/tasks/x", "/tasks/999999", "/tasks/%ff"] {
        assert_eq!(admin.get(unknown).await.status, 404, "{unknown}");
    }
    let task = tasks(&app, &admin, EASY_DOCS, 1).await[0];
    let page = admin.get(&format!("/tasks/{task}")).await;
    for shown in ["Пригласить", "Отклонить", "Отменить задачу", "Создана", "Пользователь ещё не приглашён"]
    {
        assert!(page.text().contains(shown), "{shown}");
    }
    assert!(!page.text().contains("Отметить выпуск"), "that is the authority's");
    assert_eq!(app.visitor().get("/tasks").await.status, 303);
    let english =
        admin.ask("GET", "/tasks").header("cookie", format!("{}; lang=en", admin.cookie().unwrap())).send().await;
    assert!(english.text().contains("Certificate tasks") && english.text().contains("Created"));
}

async fn a_selection_over_pages(app: TestApp) {
    let admin = app.romashka().await;
    let easy = tasks(&app, &admin, EASY_DOCS, 3).await;
    take(&app, &admin, "task_invite", &easy[..1], &[]).await;
    // Everything that a filter finds, those together that the same steps fit.
    let found = async |fields: &[(&'static str, &str)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let found: Vec<(String, domain::IdSet)> = admin.post("found_tasks").form(&fields).call().await.unwrap();
        found.into_iter().map(|(class, tasks)| (class, tasks.len())).collect::<BTreeMap<_, _>>()
    };
    let all = found(&[]).await;
    assert_eq!(all.values().sum::<usize>(), 127);
    assert_eq!(all["invited-easy_docs"], 1);
    assert_eq!(found(&[("filter[state]", "invited")]).await, BTreeMap::from([("invited-easy_docs".to_owned(), 1)]));
    assert_eq!(found(&[("filter[q]", "щщщ")]).await, BTreeMap::new());
    let misspelt = admin.post("found_tasks").form(&[("filter[state]", "invted".to_owned())]).send().await;
    assert_eq!(misspelt.refusal(), DeskError::Malformed);

    // The page of the selected.
    let picks = |tasks: &str| vec![("tasks", tasks.to_owned())];
    let picked = domain::IdSet::from_iter(easy.iter().copied()).to_string();
    let page = admin.ask("POST", "/tasks").form(&picks(&picked)).send().await;
    assert_eq!((page.status, names(&page).len()), (200, 3));
    assert!(page.text().contains("data-picked"));
    for nobody in ["", "999999"] {
        let page = admin.ask("POST", "/tasks").form(&picks(nobody)).send().await;
        assert!(page.text().contains("Таких задач нет"), "{nobody}");
    }
    for garbage in ["1-", "x", "1-99999999999", "-5"] {
        let page = admin.ask("POST", "/tasks").form(&picks(garbage)).send().await;
        assert_eq!(page.status, 400, "{garbage}");
        let page = admin.post("start_steps").form(&[ticked("task_invite", &[]), picks(garbage)].concat()).send().await;
        assert_eq!(page.refusal(), DeskError::Malformed, "{garbage}");
    }
    assert_eq!(app.visitor().ask("POST", "/tasks").form(&picks(&picked)).send().await.status, 303);

    // It is sent as it is written, and counts beside ticked boxes.
    let listed = [("step", "task_invite".to_owned()), ("tasks", picked), ("task[]", easy[0].to_string())];
    let operation: OperationId = admin.post("start_steps").form(&listed).call().await.unwrap();
    assert_eq!(admin.report(operation, 1).await.unwrap().summary.accepted, 3);
}

async fn administrators_keep_the_book(app: TestApp) {
    let admin = app.romashka().await;
    let easy = confirmed(&app, &admin, EASY_DOCS, 1).await[0];
    // Nobody has to be identified for a simple signature.
    let simple = confirmed(&app, &admin, "hR7_kQ2z", 1).await[0];
    take(&app, &admin, "task_gosuslugi", &[easy], &[]).await;
    let operation = start(&admin, "task_goskey", &[simple]).await.unwrap();
    let report = admin.report(operation, 1).await.unwrap();
    assert_eq!(report.rows[0].outcome, Outcome::Rejected(Reason::OtherWay));
    take(&app, &admin, "task_issue", &[easy, simple], &[("until", "20.11.2027")]).await;
    assert_eq!(states(&app, &[easy, simple]).await, ["issued", "issued"]);
    let page = admin.get(&format!("/tasks/{easy}")).await;
    assert!(page.text().contains("20.11.2027") && page.text().contains("отмечен вручную"));
    app.pass(340 * DAY);
    app.other_desk().turn_certificates().await.unwrap();
    assert_eq!(states(&app, &[easy, simple]).await, ["expiring", "expiring"]);
    let admin = app.romashka().await;
    take(&app, &admin, "task_revoke", &[easy], &[]).await;
    assert_eq!(
        app.rows(&format!("SELECT ask_at FROM certificate_tasks WHERE id = {easy}")).await,
        ["—"],
        "there is nobody to be told"
    );
}

async fn what_is_typed_is_checked(app: TestApp) {
    let admin = app.romashka().await;
    let task = confirmed(&app, &admin, "hR7_kQ2z", 1).await[0];
    let operation = start(&admin, "task_issue", &[task]).await.unwrap();
    let before = app.dump().await;
    let wrong = |problem| Err(DeskError::InvalidForm { fields: vec![FieldError { field: "until".into(), problem }] });
    assert_eq!(confirm(&app, &admin, operation, &[]).await, wrong(FieldProblem::Required));
    for day in ["21.11.2026", "31.02.2027", "завтра", "22.11.2036", "21.11.20270", "99999999999.1.1"] {
        assert_eq!(confirm(&app, &admin, operation, &[("until", day)]).await, wrong(FieldProblem::NotAhead), "{day}");
    }
    before.assert_same(&app.dump().await, "a certificate without an end");
    confirm(&app, &admin, operation, &[("until", "22.11.2026")]).await.unwrap();
}

/// Without a mail server the link is passed on by hand, by whoever invites one person; nobody sees it later.
async fn the_link_is_shown_once(app: TestApp) {
    let admin = app.romashka().await;
    let two = tasks(&app, &admin, EASY_DOCS, 2).await;
    let confirm_plainly = async |tasks: &[i64]| {
        let operation = start(&admin, "task_invite", tasks).await.unwrap();
        let fields = [("operation", operation.to_string()), ("digest", digest(&app, operation).await)];
        admin.post("confirm_steps").form(&fields).plain().send().await
    };
    let done = confirm_plainly(&two[..1]).await;
    assert!(done.leads_to().starts_with(&format!("/tasks/{}?operation=", two[0])), "{}", done.leads_to());
    let kept = done.cookie("invitation").expect("the link is kept for the page");
    assert!(kept.contains("HttpOnly") && kept.contains("SameSite=Lax") && kept.contains("Max-Age=60"), "{kept}");
    let link = format!("https://licences.example/invitation/{}", token(&app, two[0]).await);
    let page = async |path: &str, cookie: Option<&str>| {
        let cookies =
            [admin.cookie().unwrap(), cookie.unwrap_or("x=y").split(';').next().unwrap().to_owned()].join("; ");
        admin.ask("GET", path).header("cookie", cookies).send().await
    };
    let shown = page(done.leads_to(), Some(&kept)).await;
    assert!(shown.text().contains(&link) && shown.cookie("invitation").unwrap().contains("Max-Age=0"));
    assert!(!page(done.leads_to(), None).await.text().contains(&link));
    let other = format!("/tasks/{}", two[1]);
    assert!(!page(&other, Some(&kept)).await.text().contains(&link));
    let both = confirm_plainly(&two).await;
    assert!(
        both.leads_to().starts_with("/operations/") && both.cookie("invitation").is_none(),
        "of many, none is shown"
    );
}

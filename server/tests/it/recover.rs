//! `licentia accounts recover`: for whoever has lost phone and codes, and whom nobody of the organisation can help.

use std::process::{Command, Output};

use domain::{AccessLetter, DeskError, Letter, Role};
use service::ports::Store;

use crate::support::{ROMASHKA, TestApp, on_both};

on_both!(the_operator_lets_an_owner_in_again, nothing_happens_without_a_yes, the_link_works_once_and_for_half_an_hour,);

const OWNER: &str = "admin@romashka.example";
const PASSWORD: &str = "korova na lugu zelenom";

fn recover(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_licentia"));
    command.args(["accounts", "--database-url", app.url(), "recover"]).args(arguments);
    command.env_remove("LICENTIA_PUBLIC_URL").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The command line lives on another day than the test: the link gets the test's half hour.
async fn token(app: &TestApp, output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    let said = said(output);
    let token = said.trim().rsplit('/').next().unwrap().to_owned();
    let (now, until) = (app.now().0, app.now().plus_seconds(30 * 60).0);
    app.sql(&format!("UPDATE tickets SET created_at = {now}, expires_at = {until} WHERE closed IS NULL")).await;
    token
}

async fn set_password(app: &TestApp, token: &str) -> Result<(), DeskError> {
    let fields = [("token", token), ("password", PASSWORD), ("again", PASSWORD)];
    app.visitor().post("recover").form(&fields.map(|(name, value)| (name, value.to_owned()))).call().await
}

async fn the_operator_lets_an_owner_in_again(app: TestApp) {
    let owner = app.romashka().await;
    crate::factor::connect(&app, &owner, OWNER).await;
    let colleague = app.with_role(Role::Administrator).await;
    app.sql(&format!(
        "INSERT INTO identities (issuer, subject, organization_id, account_id, created_at) \
         SELECT 'https://i', 's', organization_id, id, 1 FROM accounts WHERE email = '{OWNER}'"
    ))
    .await;
    let output =
        recover(&app, &["--email", " Admin@Romashka.example", "--yes", "--public-url", "https://licences.example"]);
    let text = said(&output);
    for shown in ["ООО «Ромашка»", "Администратор", OWNER, "owner", "connected", "https://licences.example/recovery/"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains(server::demo::PASSWORD));
    // What was there before is gone: the sessions, the app, the codes.
    assert_eq!(owner.frame().await.map(drop), Err(DeskError::NotSignedIn));
    assert_eq!(app.number("SELECT count(*) FROM factors").await, 0);
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes").await, 0);
    assert_eq!(app.number("SELECT count(*) FROM identities").await, 0, "nor does another way in stay");
    assert_eq!(colleague.frame().await.map(drop), Ok(()), "nobody else's");
    // It is in the organisation's log, as nobody's of the organisation; its owner is told.
    let log = app.store.audit(ROMASHKA, 0, 10_000).await.unwrap();
    // The session that was asked with since is told of too.
    let entry = log.iter().rfind(|entry| entry.action != "session.refused").unwrap();
    assert_eq!((entry.action.as_str(), entry.account, entry.address.as_deref()), ("account.restored", None, None));
    assert_eq!(app.told(ROMASHKA, "account.restored").await, [serde_json::json!({ "factor": true, "sessions": 1 })]);
    let letters = app.store.letters(ROMASHKA, None, None, 100).await.unwrap();
    let told = |letter: &Letter| matches!(letter, Letter::Access { what: AccessLetter::Restored, .. });
    assert!(letters.iter().any(|row| row.to == OWNER && told(&row.letter)), "{letters:?}");
    assert!(colleague.get("/log").await.status != 500);
    // The link sets a password, with which the owner is in; the log tells it in words.
    let token = token(&app, &output).await;
    set_password(&app, &token).await.unwrap();
    let mut owner = app.visitor();
    owner.sign_in(OWNER, PASSWORD).await.unwrap();
    assert!(owner.get("/log").await.text().contains("Оператор восстановил доступ"));
    // The secret is nowhere, but for its hash.
    assert!(!app.dump().await.contains(&token));
}

async fn nothing_happens_without_a_yes(app: TestApp) {
    let owner = app.romashka().await;
    let before = app.dump().await;
    let asked = recover(&app, &["--email", OWNER]);
    assert!(!asked.status.success() && said(&asked).contains("ООО «Ромашка»"), "{asked:?}");
    assert!(String::from_utf8(asked.stderr).unwrap().contains("--yes"));
    for nobody in ["nobody@romashka.example", "romashka", "", "' OR 1=1 --"] {
        let refused = recover(&app, &["--email", nobody, "--yes"]);
        assert!(!refused.status.success(), "{nobody}: {refused:?}");
    }
    // Who is invited has nothing to recover; who was deleted neither.
    for state in ["invited", "removed"] {
        app.sql(&format!("UPDATE accounts SET state = '{state}' WHERE email = 'user@romashka.example'")).await;
        let refused = recover(&app, &["--email", "user@romashka.example", "--yes"]);
        assert!(String::from_utf8(refused.stderr).unwrap().contains("nobody signs in by"), "{state}");
    }
    app.sql("UPDATE accounts SET state = 'active' WHERE email = 'user@romashka.example'").await;
    before.assert_same(&app.dump().await, "without a yes");
    owner.frame().await.unwrap();
}

async fn the_link_works_once_and_for_half_an_hour(app: TestApp) {
    let first = token(&app, &recover(&app, &["--email", OWNER, "--yes"])).await;
    // Made again, the former works no more.
    let second = token(&app, &recover(&app, &["--email", OWNER, "--yes"])).await;
    assert!(matches!(set_password(&app, &first).await, Err(DeskError::LinkRefused { .. })));
    set_password(&app, &second).await.unwrap();
    assert!(matches!(set_password(&app, &second).await, Err(DeskError::LinkRefused { .. })));
    // At once, one of them is first; the other is in the log like whoever comes late.
    let third = token(&app, &recover(&app, &["--email", OWNER, "--yes"])).await;
    let told = app.told(ROMASHKA, "ticket.refused").await.len();
    let done = crate::crowd::at_once((0..4).map(|_| {
        let (app, third) = (app.clone(), third.clone());
        async move { set_password(&app, &third).await }
    }))
    .await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
    let used = Err(DeskError::LinkRefused { fault: domain::LinkFault::Used });
    assert_eq!(done.iter().filter(|done| **done == used).count(), 3, "{done:?}");
    assert!(app.told(ROMASHKA, "ticket.refused").await.len() > told);
    let late = token(&app, &recover(&app, &["--email", OWNER, "--yes"])).await;
    app.pass(30 * 60);
    assert!(matches!(set_password(&app, &late).await, Err(DeskError::LinkRefused { .. })));
}

//! «Журнал»: what the audit log tells, and whether it was changed past the desk.

use domain::{ActGroup, Role};
use service::ports::Store;
use service::{Anchor, LogFault};
use sha2::{Digest, Sha256};
use store::Backend;

use crate::support::{ROMASHKA, SEVER, TestApp, on_both};

on_both!(
    every_act_is_told_in_words,
    entries_are_found,
    the_file_has_everything,
    a_log_that_was_changed_is_found,
    an_entry_beyond_the_end_is_found,
    what_is_taken_away_is_told,
    the_installations_own_log_has_an_anchor,
    an_anchor_finds_a_log_that_was_cut_off_or_written_anew,
);

/// Some acts of several groups, by two people.
async fn live(app: &TestApp) {
    let admin = app.romashka().await;
    let people = admin.issuable(3).await;
    let pool = admin.frame().await.unwrap().pools.iter().find(|pool| pool.left() > 10).unwrap().id;
    let issued = admin.issue(&people, pool).await;
    admin.undo(issued.id).await.unwrap();
    let hr = app.with_role(Role::Administrator).await;
    hr.revoke(&hr.pick(2, |row| !row.held.is_empty()).await).await;
    app.with_role(Role::User).await.get("/orders").await;
}

async fn every_act_is_told_in_words(app: TestApp) {
    live(&app).await;
    let page = app.with_role(Role::Support).await.get("/log").await;
    for shown in ["Лицензии выданы", "Операция возвращена", "Лицензии отозваны", "Недостаточно прав", "Кузьмина Ольга"]
    {
        assert!(page.text().contains(shown), "{shown}");
    }
    assert!(page.text().contains("Заказы, счета и регистрация продуктов"), "which right was missing");
    // What the demo and this test have written has its words and its group.
    let known: Vec<&str> = ActGroup::ALL.into_iter().flat_map(ActGroup::acts).copied().collect();
    for act in app.rows("SELECT DISTINCT action FROM audit_entries").await {
        assert!(known.contains(&act.as_str()), "{act}");
        assert!(!page.text().contains(&format!(">{act}<")), "{act}");
    }
}

async fn entries_are_found(app: TestApp) {
    live(&app).await;
    let admin = app.romashka().await;
    let count = async |query: &str| {
        admin.get(&format!("/log{query}")).await.text().matches("<td role=\"cell\" class=\"when\"").count()
    };
    let all =
        usize::try_from(app.number("SELECT count(*) FROM audit_entries WHERE organization_id = 1").await).unwrap();
    assert!(all >= 4);
    assert_eq!(count("").await, all);
    assert_eq!(count("?what=access").await, 1);
    assert_eq!(count("?what=orders").await, 0);
    let hr = app.number("SELECT id FROM accounts WHERE email = 'hr@romashka.example'").await;
    assert_eq!(count(&format!("?who={hr}&what=licences")).await, 1);
    assert_eq!(count("?who=system").await, 0);
    assert_eq!(count("?from=21.11.2026&to=21.11.2026").await, all);
    assert_eq!(count("?to=20.11.2026").await + count("?from=22.11.2026").await, 0);
    let empty = admin.get("/log?from=01.01.2030").await;
    assert!(empty.text().contains("Записей нет") && empty.text().contains("Показать все записи"));
    assert_eq!(count("?what=x&who=y&from=z&before=0x").await, all, "what cannot be read counts as usual");
    let wrong = admin.get("/log?from=31.02.2026").await;
    assert!(wrong.text().contains("Такой даты нет") && wrong.text().contains("31.02.2026"), "what was typed stays");
    // The other organisation's are not there.
    let sever = app.sever().await.get("/log").await;
    assert!(!sever.text().contains("Кузьмина"));
    assert_eq!(app.with_role(Role::Accountant).await.get("/log").await.status, 403);
}

async fn the_file_has_everything(app: TestApp) {
    live(&app).await;
    let admin = app.romashka().await;
    let file = admin.get("/log.csv").await;
    assert_eq!(file.status, 200);
    let text = file.text();
    let all = app.number("SELECT count(*) FROM audit_entries WHERE organization_id = 1").await;
    assert_eq!(i64::try_from(text.lines().count()).unwrap(), all + 1);
    assert!(text.starts_with("\u{feff}№;Когда;Кто;Откуда;Что;Предмет;Подробности;SHA-256\r\n"), "{text}");
    let last = app.store.audit_head(ROMASHKA).await.unwrap();
    let hash: String = last.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(text.lines().nth(1).unwrap().ends_with(&hash), "by the hash it can be held against the chain");
    let some = admin.get("/log.csv?what=access").await;
    assert_eq!(some.text().lines().count(), 4);
}

/// A file is more than a look: that somebody took it with them is an entry. Twin: looking writes nothing.
async fn what_is_taken_away_is_told(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let issued = admin.issue(&admin.issuable(2).await, pool).await;
    let before = app.audit(ROMASHKA).await;
    admin.get("/log").await;
    admin.report(issued.id, 1).await.unwrap();
    assert_eq!(app.audit(ROMASHKA).await, before);
    assert_eq!(admin.get(&format!("/operations/{}/report.csv", issued.id)).await.status, 200);
    assert_eq!(admin.get("/log.csv?what=access").await.status, 200);
    let told = app.audit(ROMASHKA).await;
    assert_eq!(
        told[before.len()..],
        [format!("report.exported report:{}", issued.id), "journal.exported journal".into()]
    );
    // Whoever gets none is told of otherwise.
    assert_eq!(app.with_role(Role::Accountant).await.get("/log.csv").await.status, 403);
    assert_eq!(app.sever().await.get(&format!("/operations/{}/report.csv", issued.id)).await.status, 404);
    assert_eq!(app.audit(ROMASHKA).await.iter().filter(|act| act.contains("exported")).count(), 2);
    let page = admin.get("/log").await;
    assert!(page.text().contains("Журнал скачан") && page.text().contains("Отчёт скачан"), "{}", page.text());
}

/// As whoever has the database in hand could.
async fn tamper(app: &TestApp, sql: &str) {
    let of_table = if app.store.backend() == Backend::Postgres { " ON audit_entries" } else { "" };
    for name in ["audit_entries_no_update", "audit_entries_no_delete"] {
        app.sql(&format!("DROP TRIGGER IF EXISTS {name}{of_table}")).await;
    }
    app.sql(sql).await;
}

/// Whoever has the database in hand can count hashes, too: an entry that goes on rightly, but that nobody wrote.
async fn an_entry_beyond_the_end_is_found(app: TestApp) {
    live(&app).await;
    let desk = app.other_desk();
    let checked = async |anchors: &[Anchor]| desk.verify_audit(anchors).await.unwrap();
    let sound = checked(&[]).await;
    assert!(sound.iter().all(|log| log.fault.is_none()));
    let anchors: Vec<Anchor> = sound.iter().map(|log| log.anchor).collect();
    for (own, place, table) in [(false, 0, "audit_entries"), (true, sound.len() - 1, "installation_entries")] {
        let head = anchors[place].head;
        let (seq, organization) = (head.seq + 1, anchors[place].organization);
        let (at, action, object, details) = (app.now().0, "licences.issued", "operation:1", "{}");
        let mut hash = Sha256::new();
        hash.update(head.hash);
        for number in [organization.0, seq, at, 0] {
            hash.update(number.to_be_bytes());
        }
        for text in [action, object, details] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let bytes = match app.store.backend() {
            Backend::Postgres => format!("'\\x{hash}'"),
            Backend::Sqlite => format!("x'{hash}'"),
        };
        let (name, value) = if own { ("", String::new()) } else { ("organization_id, ", format!("{organization}, ")) };
        app.sql(&format!(
            "INSERT INTO {table} ({name}seq, at, action, object, details, hash) \
             VALUES ({value}{seq}, {at}, '{action}', '{object}', '{details}', {bytes})"
        ))
        .await;
        let found = checked(&anchors).await[place];
        assert_eq!(found.fault, Some(LogFault::WrongEnd { seq, last: seq - 1 }), "{table}");
        assert_eq!(found.anchor, anchors[place], "what is to be noted down is the log's own end");
        if own {
            assert_eq!(desk.installation_log(1).await.unwrap().broken_at, Some(seq));
        }
        // Twin: had the log itself written it, it would be sound.
        let head = if own { "installation_head SET seq" } else { "organizations SET audit_seq" };
        let hashed = if own { "hash" } else { "audit_hash" };
        let move_to = async |seq: i64, entry: i64| {
            let of = if own { String::new() } else { format!(" AND organization_id = {organization}") };
            app.sql(&format!(
                "UPDATE {head} = {seq}, {hashed} = (SELECT hash FROM {table} WHERE seq = {entry}{of}) \
                 WHERE id = {}",
                if own { 1 } else { organization.0 }
            ))
            .await;
        };
        move_to(seq, seq).await;
        assert_eq!(checked(&anchors).await[place].fault, None, "{table}");
    }
}

/// Cut off and made to believe it, the installation's own log is found by its anchor too.
async fn the_installations_own_log_has_an_anchor(app: TestApp) {
    let desk = app.other_desk();
    for _ in 0..2 {
        desk.note_outside(service::Outside::Malformed, "", serde_json::json!({})).await;
    }
    let own = async |anchors: &[Anchor]| desk.verify_audit(anchors).await.unwrap().pop().unwrap();
    let known = own(&[]).await;
    assert_eq!((known.anchor.organization, known.anchor.head.seq, known.fault), (service::INSTALLATION, 2, None));
    let of_table = if app.store.backend() == Backend::Postgres { " ON installation_entries" } else { "" };
    app.sql(&format!("DROP TRIGGER IF EXISTS installation_entries_no_delete{of_table}")).await;
    app.sql("DELETE FROM installation_entries WHERE seq = 2").await;
    assert_eq!(own(&[]).await.fault, Some(LogFault::WrongEnd { seq: 1, last: 2 }));
    app.sql("UPDATE installation_head SET seq = 1, hash = (SELECT hash FROM installation_entries WHERE seq = 1)").await;
    assert_eq!(own(&[]).await.fault, None, "by itself it looks sound");
    assert_eq!(own(&[known.anchor]).await.fault, Some(LogFault::OtherThanAnchored { seq: 2 }));
}

async fn a_log_that_was_changed_is_found(app: TestApp) {
    live(&app).await;
    let desk = app.other_desk();
    let faults = async || {
        let checked = desk.verify_audit(&[]).await.unwrap();
        checked
            .into_iter()
            .filter_map(|log| log.fault.map(|fault| (log.anchor.organization, fault)))
            .collect::<Vec<_>>()
    };
    assert_eq!(faults().await, []);
    let last = app.store.audit_head(ROMASHKA).await.unwrap().seq;
    for (harm, mend, found) in [
        (
            "UPDATE audit_entries SET details = '{\"accepted\":1}' WHERE organization_id = 1 AND seq = 2".to_owned(),
            "UPDATE audit_entries SET details = (SELECT details FROM kept WHERE seq = 2) WHERE organization_id = 1 AND seq = 2",
            LogFault::Broken { seq: 2 },
        ),
        (
            "DELETE FROM audit_entries WHERE organization_id = 1 AND seq = 2".to_owned(),
            "INSERT INTO audit_entries SELECT * FROM kept WHERE seq = 2",
            LogFault::Broken { seq: 2 },
        ),
        (
            format!("DELETE FROM audit_entries WHERE organization_id = 1 AND seq = {last}"),
            "INSERT INTO audit_entries SELECT * FROM kept WHERE seq = (SELECT MAX(seq) FROM kept)",
            LogFault::WrongEnd { seq: last - 1, last },
        ),
        // Moved: two entries that have changed their places.
        (
            "UPDATE audit_entries SET seq = -seq WHERE organization_id = 1 AND seq IN (2, 3); \
             UPDATE audit_entries SET seq = 5 + seq WHERE organization_id = 1 AND seq < 0"
                .to_owned(),
            "DELETE FROM audit_entries WHERE organization_id = 1 AND seq IN (2, 3); \
             INSERT INTO audit_entries SELECT * FROM kept WHERE seq IN (2, 3)",
            LogFault::Broken { seq: 2 },
        ),
    ] {
        tamper(&app, "DROP TABLE IF EXISTS kept").await;
        tamper(&app, "CREATE TABLE kept AS SELECT * FROM audit_entries WHERE organization_id = 1").await;
        tamper(&app, &harm).await;
        assert_eq!(faults().await, [(ROMASHKA, found)], "{harm}");
        tamper(&app, mend).await;
        assert_eq!(faults().await, [], "{mend}");
    }
}

async fn an_anchor_finds_a_log_that_was_cut_off_or_written_anew(app: TestApp) {
    live(&app).await;
    let desk = app.other_desk();
    let anchors: Vec<Anchor> = desk.verify_audit(&[]).await.unwrap().into_iter().map(|log| log.anchor).collect();
    live(&app).await;
    assert!(desk.verify_audit(&anchors).await.unwrap().iter().all(|log| log.fault.is_none()), "it has only grown");
    // Cut off, and the organisation made to believe it.
    let (cut, anchored) = (2, anchors[0].head.seq);
    tamper(&app, &format!("DELETE FROM audit_entries WHERE organization_id = 1 AND seq > {cut}")).await;
    tamper(
        &app,
        &format!(
            "UPDATE organizations SET audit_seq = {cut}, \
         audit_hash = (SELECT hash FROM audit_entries WHERE organization_id = 1 AND seq = {cut}) WHERE id = 1"
        ),
    )
    .await;
    let without = desk.verify_audit(&[]).await.unwrap();
    assert!(without.iter().all(|log| log.fault.is_none()), "by itself it looks sound");
    let with = desk.verify_audit(&anchors).await.unwrap();
    assert_eq!(with[0].fault, Some(LogFault::OtherThanAnchored { seq: anchored }));
    assert_eq!((with[1].anchor.organization, with[1].fault), (SEVER, None));
    assert_eq!(with.last().unwrap().fault, None, "the installation's own");
    let nobody = Anchor { organization: domain::OrganizationId(77), head: anchors[0].head };
    let unknown = desk.verify_audit(&[nobody]).await.unwrap();
    assert_eq!(unknown.last().unwrap().fault, Some(LogFault::UnknownOrganization));
}

//! Issuing and revoking, from the preview to the audit log.

use domain::{Deed, DeskError, Filter, Kind, LicenceFilter, MemberRow, OperationState, Outcome, Reason, Selection};

use crate::support::{ROMASHKA, SEVER, TestApp, of, on_both};

on_both!(
    an_issue_is_seen_everywhere,
    an_issue_undone_is_as_if_it_never_was,
    a_revoke_undone_is_as_if_it_never_was,
    a_seats_term_and_task_are_those_of_its_pool_and_product,
    certificate_tasks_follow_their_seats,
    a_preview_changes_nobody,
    a_preview_given_up_cannot_be_carried_out,
    a_report_of_a_preview_still_shows_it,
    plain_forms_do_the_same_deeds,
    organisations_do_not_meet,
);

async fn an_issue_is_seen_everywhere(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let pool = admin.pool("hR7_kQ2z").await;
    let (before, tabs) = (pool.clone(), admin.frame().await.unwrap().tabs);

    let preview = admin.preview_of(Deed::Issue, &ids).await;
    assert_eq!((preview.accepted, preview.left_out.len(), preview.names.len()), (3, 0, 3));
    assert!(preview.pools.contains(&pool));
    assert!(preview.returned.is_empty());
    let summary = admin.confirm(&preview, Some(pool.id)).await.unwrap();
    assert_eq!((summary.kind, summary.state), (Kind::Issue, OperationState::Done));
    assert_eq!((summary.id, summary.accepted, summary.rejected), (preview.operation, 3, 0));
    assert_eq!(summary.pool, Some(("ПЭП".into(), "hR7_kQ2z".into())));
    assert_eq!(summary.failure, None);

    let report = admin.report(summary.id, 1).await.unwrap();
    assert_eq!(report.summary, summary);
    assert_eq!((report.page, report.last_page, report.preview), (1, 1, None));
    let everybody = admin.everybody().await;
    let mut emails: Vec<&str> = ids.iter().map(|id| everybody[id].email.as_str()).collect();
    let mut reported: Vec<&str> = report.rows.iter().map(|row| row.email.as_str()).collect();
    emails.sort_unstable();
    reported.sort_unstable();
    assert_eq!(emails, reported);
    assert!(report.rows.iter().all(|row| row.outcome == Outcome::Accepted));

    for id in &ids {
        let held = &everybody[id].held;
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].product, held[0].until), (pool.product.id, pool.valid_until));
    }
    let frame = admin.frame().await.unwrap();
    assert_eq!(frame.tabs, tabs);
    let after = frame.pools.iter().find(|known| known.id == pool.id).unwrap();
    assert_eq!((after.total, after.issued), (before.total, before.issued + 3));
    assert_eq!(admin.operations().await.unwrap().rows[0], summary);
    assert_eq!(app.audit(ROMASHKA).await, [format!("licences.issued operation:{}", summary.id)]);
}

async fn an_issue_undone_is_as_if_it_never_was(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(20).await;
    let pool = admin.pool("Zt-4mVb9").await.id;
    let (people, standing) = (admin.everybody().await, app.standing().await);
    let issued = admin.issue(&ids, pool).await;
    assert_ne!(app.standing().await, standing);
    let undo = admin.undo(issued.id).await.unwrap();
    assert_eq!((undo.kind, undo.state, undo.accepted, undo.rejected), (Kind::UndoIssue, OperationState::Done, 20, 0));
    assert_eq!(undo.undoes, Some(issued.id));
    assert_eq!(app.standing().await, standing);
    assert_eq!(admin.everybody().await, people);
    let first = admin.report(issued.id, 1).await.unwrap().summary;
    assert_eq!((first.state, first.undone_by), (OperationState::Undone, Some(undo.id)));
    assert_eq!(first.settled_at, issued.settled_at, "being undone is not being done again");
    let listed = admin.operations().await.unwrap().rows;
    assert_eq!((&listed[0], &listed[1]), (&undo, &first));
    assert_eq!(app.tasks_of(issued.id).await, ["cancelled"; 20]);
    assert_eq!(
        app.audit(ROMASHKA).await,
        [format!("licences.issued operation:{}", issued.id), format!("operation.undone operation:{}", issued.id),]
    );
    // And it can be issued again.
    admin.issue(&ids, pool).await;
}

async fn a_revoke_undone_is_as_if_it_never_was(app: TestApp) {
    let admin = app.romashka().await;
    // Of every product, and of dismissed people too.
    let ids = admin.pick(124, |row| !row.held.is_empty()).await;
    // A task that has been worked on, and one that is finished.
    app.sql(&format!(
        "UPDATE certificate_tasks SET state = 'identified' WHERE member_id = {}; \
         UPDATE certificate_tasks SET state = 'issued', closed_at = created_at WHERE member_id = {}",
        ids[0], ids[1]
    ))
    .await;
    let (people, standing) = (admin.everybody().await, app.standing().await);
    let preview = admin.preview_of(Deed::Revoke, &ids).await;
    assert_eq!((preview.accepted, preview.open_tasks), (124, 123));
    assert_eq!(preview.returned.iter().map(|returned| returned.count).sum::<u64>(), 124);
    assert!(preview.pools.is_empty());
    let revoked = admin.confirm(&preview, None).await.unwrap();
    assert_eq!((revoked.kind, revoked.accepted), (Kind::Revoke, 124));
    assert!(admin.everybody().await.values().all(|row| !row.signs()));
    assert!(admin.frame().await.unwrap().pools.iter().all(|pool| pool.issued == 0));
    assert_eq!(
        app.number("SELECT count(*) FROM certificate_tasks WHERE organization_id = 1 AND closed_at IS NULL").await,
        0
    );
    assert_eq!(
        app.rows(&format!("SELECT state FROM certificate_tasks WHERE member_id = {}", ids[1])).await,
        ["issued"]
    );

    let undo = admin.undo(revoked.id).await.unwrap();
    assert_eq!((undo.kind, undo.accepted, undo.rejected), (Kind::UndoRevoke, 124, 0));
    assert_eq!(app.standing().await, standing);
    assert_eq!(admin.everybody().await, people);
    let states =
        app.rows(&format!("SELECT state FROM certificate_tasks WHERE member_id = {} ORDER BY id", ids[0])).await;
    assert_eq!(states, ["cancelled", "identified"]);
}

async fn a_seats_term_and_task_are_those_of_its_pool_and_product(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(2).await;
    let (endless, ending) = (admin.pool("ea9ENYf6").await, admin.pool("qgMQgxMs").await);
    assert_eq!(endless.valid_until, None);
    for (id, pool) in [(ids[0], &endless), (ids[1], &ending)] {
        let issued = admin.issue(&[id], pool.id).await;
        let held = admin.everybody().await[&id].held.clone();
        assert_eq!((held[0].product, held[0].until), (pool.product.id, pool.valid_until));
        let filter = Filter { licence: LicenceFilter::Product(pool.product.id), ..Filter::default() };
        assert!(admin.find(&filter).await.iter().any(|row| row.id.0 == id));
        let seats = app
            .rows(&format!("SELECT member_id, pool_id, product_id FROM assignments WHERE operation_id = {}", issued.id))
            .await;
        assert_eq!(seats, [format!("{id}|{}|{}", pool.id, pool.product.id)]);
    }
}

async fn certificate_tasks_follow_their_seats(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let pool = admin.pool("Zt-4mVb9").await.id;
    let issued = admin.issue(&ids, pool).await;
    assert_eq!(app.tasks_of(issued.id).await, ["created"; 3]);
    let revoked = admin.revoke(&ids[..2]).await;
    assert_eq!(app.tasks_of(issued.id).await, ["cancelled", "cancelled", "created"]);
    let undo = admin.undo(revoked.id).await.unwrap();
    assert_eq!(app.tasks_of(issued.id).await, ["cancelled", "cancelled", "created"], "what was cancelled stays so");
    assert_eq!(app.tasks_of(undo.id).await, ["created"; 2]);
    let cancelled =
        app.rows("SELECT prior_state, cancelled_by FROM certificate_tasks WHERE state = 'cancelled' ORDER BY id").await;
    assert_eq!(cancelled, vec![format!("created|{}", revoked.id); 2]);
}

async fn a_preview_changes_nobody(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let (standing, audit) = (app.standing().await, app.audit(ROMASHKA).await);
    let list = admin.operations().await.unwrap();
    admin.preview_of(Deed::Issue, &ids).await;
    assert_eq!(app.standing().await, standing);
    assert_eq!(app.audit(ROMASHKA).await, audit);
    assert_eq!(admin.operations().await.unwrap(), list, "what only waits is not listed");
}

async fn a_preview_given_up_cannot_be_carried_out(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(2).await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    admin.cancel(preview.operation).await.unwrap();
    let before = app.dump().await;
    let not_open = DeskError::OperationNotOpen { state: OperationState::Cancelled };
    assert_eq!(admin.confirm(&preview, Some(pool)).await, Err(not_open));
    admin.cancel(preview.operation).await.unwrap();
    assert_eq!(admin.undo(preview.operation).await, Err(DeskError::NotUndoable { state: OperationState::Cancelled }));
    before.assert_same(&app.dump().await, "a cancelled operation");
    // What is done cannot be given up.
    let done = admin.issue(&ids, pool).await;
    let standing = app.standing().await;
    let not_open = DeskError::OperationNotOpen { state: OperationState::Done };
    assert_eq!(admin.cancel(done.id).await, Err(not_open));
    assert_eq!(app.standing().await, standing);
}

async fn a_report_of_a_preview_still_shows_it(app: TestApp) {
    let admin = app.romashka().await;
    let dismissed = admin.pick(1, |row| row.held.is_empty() && !row.employment.may_receive()).await;
    let ids = [admin.issuable(2).await, dismissed].concat();
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let report = admin.report(preview.operation, 1).await.unwrap();
    assert_eq!(report.summary.state, OperationState::Preview);
    let again = report.preview.unwrap();
    assert_eq!((again.digest, again.accepted, again.left_out), (preview.digest, 2, preview.left_out));
    let outcomes: Vec<Outcome> = report.rows.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [Outcome::Rejected(Reason::Dismissed), Outcome::Accepted, Outcome::Accepted]);
    // A colleague sees that it waits, but it is not his to confirm.
    let colleague = app.colleague(ROMASHKA, "second@romashka.example").await;
    let report = colleague.report(preview.operation, 1).await.unwrap();
    assert_eq!((report.summary.state, report.preview), (OperationState::Preview, None));
    app.pass(service::PREVIEW_SECONDS + 60);
    let report = admin.report(preview.operation, 1).await.unwrap();
    assert_eq!((report.summary.state, report.preview), (OperationState::Expired, None));
}

async fn plain_forms_do_the_same_deeds(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(2).await;
    let pool = admin.pool("hR7_kQ2z").await;
    let page = format!("{}/users", admin.client().origin());
    let ticked: Vec<(&str, String)> = ids.iter().map(|id| ("member[]", id.to_string())).collect();
    let started = admin.post("start_issue").form(&ticked).plain().header("referer", &page).send().await;
    let operation: i64 = started.leads_to().strip_prefix("/operations/").unwrap().parse().unwrap();
    let preview = admin.report(domain::OperationId(operation), 1).await.unwrap().preview.unwrap();
    assert_eq!((preview.deed, preview.accepted), (Deed::Issue, 2));

    // A refusal leads back, with the code and without anybody's name.
    let wrong = admin.ask_confirm(preview.operation, "0", Some(pool.id)).plain().header("referer", &page).send().await;
    assert!(wrong.leads_to().starts_with(&format!("{page}?")), "{}", wrong.leads_to());

    let confirmed = admin
        .ask_confirm(preview.operation, &preview.digest, Some(pool.id))
        .plain()
        .header("referer", &page)
        .send()
        .await;
    assert_eq!(confirmed.leads_to(), format!("/operations/{operation}"));
    assert_eq!(admin.pool("hR7_kQ2z").await.issued, pool.issued + 2);

    let undone = admin.ask_undo(preview.operation).plain().header("referer", &page).send().await;
    let undo: i64 = undone.leads_to().strip_prefix("/operations/").unwrap().parse().unwrap();
    assert_eq!(admin.report(domain::OperationId(undo), 1).await.unwrap().summary.undoes, Some(preview.operation));
    assert_eq!(admin.pool("hR7_kQ2z").await.issued, pool.issued);

    let licensed = admin.pick(2, |row| !row.held.is_empty()).await;
    let ticked: Vec<(&str, String)> = licensed.iter().map(|id| ("member[]", id.to_string())).collect();
    let started = admin.post("start_revoke").form(&ticked).plain().header("referer", &page).send().await;
    let operation: i64 = started.leads_to().strip_prefix("/operations/").unwrap().parse().unwrap();
    assert_eq!(admin.report(domain::OperationId(operation), 1).await.unwrap().preview.unwrap().deed, Deed::Revoke);
    let given_up = admin.post("cancel").form(&[("operation", operation.to_string())]).plain().send().await;
    assert_eq!(given_up.leads_to(), "/users");
}

async fn organisations_do_not_meet(app: TestApp) {
    let (one, other) = (app.romashka().await, app.sever().await);
    let before = app.dump().await.of_organization(SEVER);
    let ids = one.issuable(5).await;
    let issued = one.issue(&ids, one.pool("hR7_kQ2z").await.id).await;
    one.undo(issued.id).await.unwrap();
    let revoked = one.revoke(&one.pick(5, |row: &MemberRow| !row.held.is_empty()).await).await;
    one.undo(revoked.id).await.unwrap();
    before.assert_same(&app.dump().await.of_organization(SEVER), "another organisation's work");
    assert!(app.audit(SEVER).await.is_empty());
    let preview = other.preview(Deed::Issue, &Selection::by_filter(Default::default())).await.unwrap();
    assert!(preview.accepted > 0);
    assert_eq!(one.preview(Deed::Issue, &of(&ids)).await.unwrap().accepted, 5);
}

//! The world moves between a preview and its confirmation: nothing happens then, and what moved is said.

use domain::{
    Deed, DeskError, Employment, Filter, IdSet, LicenceFilter, Moved, OperationState, Preview, Reason, Refusal,
    Selection, Tab,
};

use crate::support::{TestApp, User, on_both};

on_both!(
    somebody_was_licensed,
    somebody_was_revoked,
    somebody_was_deleted,
    somebody_was_dismissed,
    somebody_became_free,
    a_seat_was_exchanged_for_another,
    whom_a_filter_finds_later_is_not_touched,
    nothing_moved,
    a_revoke_is_planned_again_where_its_basis_is_not_known,
    a_revoke_whose_seats_are_lost_changes_nothing,
    a_refused_plan_stays_refused,
);

/// That the confirmation is refused for exactly this, and nothing else happens.
async fn check_moved(
    app: &TestApp,
    admin: &User,
    preview: &Preview,
    pool: Option<&str>,
    lost: &[(Reason, i64)],
    gained: &[i64],
) {
    let pool = match pool {
        Some(code) => Some(admin.pool(code).await.id),
        None => None,
    };
    let (standing, people) = (app.standing().await, admin.everybody().await);
    let answer = admin.ask_confirm(preview.operation, &preview.digest, pool).send().await;
    assert_eq!(answer.status, 409);
    let DeskError::PlanChanged { moved } = answer.refusal() else { panic!("{answer:?}") };
    let lost: Vec<(Reason, IdSet)> = lost.iter().map(|(reason, id)| (*reason, [*id].into_iter().collect())).collect();
    let gained: IdSet = gained.iter().copied().collect();
    let names = lost.len() + gained.len();
    assert_eq!(moved, Moved { lost: lost.clone(), gained: gained.clone(), names: moved.names.clone() });
    assert_eq!(moved.names.len(), names);
    assert_eq!(app.standing().await, standing);
    assert_eq!(admin.everybody().await, people);
    let summary = admin.report(preview.operation, 1).await.unwrap().summary;
    let refusal = Refusal::PlanChanged { lost: lost.len() as u64, gained: gained.len() as u64 };
    assert_eq!((summary.state, summary.failure), (OperationState::Failed, Some(refusal)));
}

/// As a preview that was made before the server knew of such things.
async fn a_revoke_is_planned_again_where_its_basis_is_not_known(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.pick(3, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Revoke, &ids).await;
    app.sql("UPDATE operations SET basis = NULL; DELETE FROM operation_seats").await;
    assert_eq!(admin.confirm(&preview, None).await.unwrap().accepted, 3);
    let people = admin.everybody().await;
    assert!(ids.iter().all(|id| people[id].held.is_empty()));
}

async fn a_revoke_whose_seats_are_lost_changes_nothing(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.pick(3, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Revoke, &ids).await;
    app.sql("DELETE FROM operation_seats").await;
    let standing = app.standing().await;
    assert!(matches!(admin.confirm(&preview, None).await, Err(DeskError::Internal { .. })));
    assert_eq!(app.standing().await, standing);
}

async fn somebody_was_licensed(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    admin.issue(&ids[..1], admin.pool("hR7_kQ2z").await.id).await;
    check_moved(&app, &admin, &preview, Some("Zt-4mVb9"), &[(Reason::AlreadyLicensed, ids[0])], &[]).await;
}

async fn somebody_was_revoked(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.pick(3, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Revoke, &ids).await;
    admin.revoke(&ids[1..2]).await;
    check_moved(&app, &admin, &preview, None, &[(Reason::NoLicence, ids[1])], &[]).await;
}

async fn somebody_was_deleted(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    admin.delete(&ids[2..]).await.unwrap();
    check_moved(&app, &admin, &preview, Some("hR7_kQ2z"), &[(Reason::Deleted, ids[2])], &[]).await;
}

async fn somebody_was_dismissed(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let dismissed = Employment::Dismissed.number();
    // Past the desk there is no entry in the audit log, by which a change is noticed: the preview was one before it.
    app.sql(&format!(
        "UPDATE members SET employment = {dismissed} WHERE id = {}; UPDATE operations SET basis = basis - 1 WHERE id = {}",
        ids[0], preview.operation
    ))
    .await;
    check_moved(&app, &admin, &preview, Some("hR7_kQ2z"), &[(Reason::Dismissed, ids[0])], &[]).await;
}

/// Whoever was left out and would now be touched was not shown as such.
async fn somebody_became_free(app: TestApp) {
    let admin = app.romashka().await;
    let licensed = admin.pick(1, |row| !row.held.is_empty() && row.employment.may_receive()).await;
    let ids = [admin.issuable(2).await, licensed.clone()].concat();
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    assert_eq!((preview.accepted, preview.left_out[0].count), (2, 1));
    admin.revoke(&licensed).await;
    check_moved(&app, &admin, &preview, Some("hR7_kQ2z"), &[], &licensed).await;
}

/// The same people would be touched, but other seats would go back than were shown.
async fn a_seat_was_exchanged_for_another(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.pick(3, |row| !row.held.is_empty() && row.employment.may_receive()).await;
    let preview = admin.preview_of(Deed::Revoke, &ids).await;
    admin.revoke(&ids[..1]).await;
    admin.issue(&ids[..1], admin.pool("WE12Qmxx").await.id).await;
    check_moved(&app, &admin, &preview, None, &[], &[]).await;
}

async fn whom_a_filter_finds_later_is_not_touched(app: TestApp) {
    let admin = app.romashka().await;
    let candidates =
        Filter { tab: Tab::Employment(Employment::Candidate), licence: LicenceFilter::None, ..Filter::default() };
    let found = admin.find(&candidates).await.len() as u64;
    let preview = admin.preview(Deed::Issue, &Selection::by_filter(candidates.clone())).await.unwrap();
    assert_eq!(preview.accepted, found);
    let newcomer = admin
        .add_member(&[
            ("surname", "Новичков".into()),
            ("first", "Новичок".into()),
            ("email", "newcomer@romashka.example".into()),
            ("employment", "candidate".into()),
        ])
        .await
        .unwrap();
    let pool = admin.pool("hR7_kQ2z").await;
    let done = admin.confirm(&preview, Some(pool.id)).await.unwrap();
    assert_eq!(done.accepted, found);
    assert!(admin.everybody().await[&newcomer.0].held.is_empty(), "he was not previewed");
    assert_eq!(admin.find(&candidates).await.len(), 1);
    assert_eq!(admin.pool("hR7_kQ2z").await.issued, pool.issued + found);
}

async fn nothing_moved(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(3).await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    // Other people's licences, and stock, are no part of the plan.
    let others = admin.pick(3, |row| !row.held.is_empty()).await;
    admin.revoke(&others).await;
    app.sql("UPDATE pools SET total = total + 5 WHERE organization_id = 1").await;
    // Gone and back again: the plan is the same.
    let issued = admin.issue(&ids[..1], admin.pool("hR7_kQ2z").await.id).await;
    admin.undo(issued.id).await.unwrap();
    assert_eq!(admin.confirm(&preview, Some(admin.pool("hR7_kQ2z").await.id)).await.unwrap().accepted, 3);
}

async fn a_refused_plan_stays_refused(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(2).await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let issued = admin.issue(&ids[..1], pool).await;
    assert_eq!(admin.confirm(&preview, Some(pool)).await.unwrap_err().code(), "plan_changed");
    // The world moves back, but the operation has failed.
    admin.undo(issued.id).await.unwrap();
    let before = app.dump().await;
    let refusal = Refusal::PlanChanged { lost: 1, gained: 0 };
    assert_eq!(admin.confirm(&preview, Some(pool)).await, Err(DeskError::Refused { refusal }));
    before.assert_same(&app.dump().await, "a failed operation");
}

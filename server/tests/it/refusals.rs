//! Deeds that the server refuses, whatever the browser believed.

use domain::{Deed, DeskError, Outcome, Preview, Reason, Refusal};

use crate::support::{ROMASHKA, TestApp, User, of, on_both};

on_both!(
    three_people_and_one_seat,
    as_many_people_as_seats,
    everybody_left_out_has_a_reason,
    everybody_left_out_of_a_revoke_has_a_reason,
    a_deed_for_nobody_is_refused,
    a_pool_before_its_term,
    a_pool_after_its_term,
    a_failed_operation_stays_failed,
);

async fn three_people_and_one_seat(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("ea9ENYf6").await;
    let ids = admin.issuable(3).await;
    let (standing, people) = (app.standing().await, admin.everybody().await);
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let answer = admin.ask_confirm(preview.operation, &preview.digest, Some(pool.id)).send().await;
    assert_eq!(answer.status, 409);
    let refusal = Refusal::PoolExhausted { left: 1, wanted: 3 };
    let error = answer.refusal();
    assert_eq!((error.code().as_str(), error), ("pool_exhausted", DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, standing);
    assert_eq!(admin.everybody().await, people);
    check_failed(&app, &admin, &preview, refusal).await;
}

/// The operation is listed as failed, with the reason, and the log knows of nothing else.
async fn check_failed(app: &TestApp, admin: &User, preview: &Preview, refusal: Refusal) {
    let listed = admin.operations().await.unwrap().rows.remove(0);
    assert_eq!((listed.id, listed.state.code(), listed.failure), (preview.operation, "failed", Some(refusal)));
    assert_eq!(admin.report(preview.operation, 1).await.unwrap().summary, listed);
    assert_eq!(app.audit(ROMASHKA).await, [format!("operation.failed operation:{}", preview.operation)]);
}

async fn as_many_people_as_seats(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("ea9ENYf6").await;
    admin.issue(&admin.issuable(1).await, pool.id).await;
    assert_eq!(admin.pool("ea9ENYf6").await.left(), 0);
    let ids = admin.issuable(51).await;
    let pool = admin.pool("Zt-4mVb9").await.id;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let refusal = Refusal::PoolExhausted { left: 50, wanted: 51 };
    assert_eq!(admin.confirm(&preview, Some(pool)).await, Err(DeskError::Refused { refusal }));
    admin.issue(&ids[..50], pool).await;
    assert_eq!(admin.pool("Zt-4mVb9").await.left(), 0);
}

/// Two people of each kind: those who fit, and those who do not, by reason.
async fn everybody_left_out_has_a_reason(app: TestApp) {
    let admin = app.romashka().await;
    let fits = admin.issuable(4).await;
    let deleted = &fits[2..];
    let dismissed = admin.pick(2, |row| row.held.is_empty() && !row.employment.may_receive()).await;
    // Who is dismissed and holds a licence has one already.
    let licensed = [
        admin.pick(1, |row| !row.held.is_empty() && row.employment.may_receive()).await,
        admin.pick(1, |row| !row.held.is_empty() && !row.employment.may_receive()).await,
    ]
    .concat();
    assert_eq!(admin.delete(deleted).await, Ok(2));
    let everybody = [&fits, &dismissed, &licensed].map(Vec::as_slice).concat();
    let preview = admin.preview_of(Deed::Issue, &everybody).await;
    let left_out: Vec<_> = preview.left_out.iter().map(|left| (left.reason, left.count, left.names.len())).collect();
    assert_eq!(preview.accepted, 2);
    assert_eq!(left_out, [(Reason::Deleted, 2, 2), (Reason::Dismissed, 2, 2), (Reason::AlreadyLicensed, 2, 2)]);

    let summary = admin.confirm(&preview, Some(admin.pool("hR7_kQ2z").await.id)).await.unwrap();
    assert_eq!((summary.accepted, summary.rejected), (2, 6));
    let rows = admin.report(summary.id, 1).await.unwrap().rows;
    let outcomes: Vec<Outcome> = rows.iter().map(|row| row.outcome).collect();
    let rejected = |reason| [Outcome::Rejected(reason); 2];
    let wanted = [
        rejected(Reason::Deleted),
        rejected(Reason::Dismissed),
        rejected(Reason::AlreadyLicensed),
        [Outcome::Accepted; 2],
    ];
    assert_eq!(outcomes, wanted.concat());
    let held = admin.everybody().await;
    assert!(fits[..2].iter().all(|id| held[id].held.len() == 1));
    assert!(dismissed.iter().all(|id| held[id].held.is_empty()));
    assert!(licensed.iter().all(|id| held[id].held.len() == 1));
}

async fn everybody_left_out_of_a_revoke_has_a_reason(app: TestApp) {
    let admin = app.romashka().await;
    let without = admin.issuable(2).await;
    let with = [
        admin.pick(1, |row| !row.held.is_empty() && row.employment.may_receive()).await,
        admin.pick(1, |row| !row.held.is_empty() && !row.employment.may_receive()).await,
    ]
    .concat();
    admin.delete(&without[..1]).await.unwrap();
    let preview = admin.preview_of(Deed::Revoke, &[without, with.clone()].concat()).await;
    let left_out: Vec<_> = preview.left_out.iter().map(|left| (left.reason, left.count)).collect();
    assert_eq!((preview.accepted, left_out), (2, vec![(Reason::Deleted, 1), (Reason::NoLicence, 1)]));
    let summary = admin.confirm(&preview, None).await.unwrap();
    assert_eq!((summary.accepted, summary.rejected), (2, 2));
    let held = admin.everybody().await;
    assert!(with.iter().all(|id| held[id].held.is_empty()), "dismissed people lose theirs too");
}

async fn a_deed_for_nobody_is_refused(app: TestApp) {
    let admin = app.romashka().await;
    let licensed = admin.pick(3, |row| !row.held.is_empty()).await;
    let preview = admin.preview_of(Deed::Issue, &licensed).await;
    assert_eq!(preview.accepted, 0);
    let standing = app.standing().await;
    let refusal = Refusal::NobodyFits;
    let pool = admin.pool("hR7_kQ2z").await.id;
    assert_eq!(admin.confirm(&preview, Some(pool)).await, Err(DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, standing);
    // A filter that finds nobody is refused at once.
    let before = app.dump().await;
    let nobody = domain::Filter { search: "нетникоготакого".into(), ..Default::default() };
    let selection = domain::Selection::by_filter(nobody);
    assert_eq!(admin.preview(Deed::Issue, &selection).await, Err(DeskError::Refused { refusal }));
    before.assert_same(&app.dump().await, "a deed for nobody");
}

async fn a_pool_before_its_term(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("Zt-4mVb9").await;
    let from = app.now().plus_seconds(600);
    app.sql(&format!("UPDATE pools SET valid_from = {} WHERE id = {}", from.0, pool.id)).await;
    let ids = admin.issuable(1).await;
    let standing = app.standing().await;
    let preview = admin.preview_of(Deed::Issue, &ids).await;
    let refusal = Refusal::PoolNotYetValid { from };
    assert_eq!(admin.confirm(&preview, Some(pool.id)).await, Err(DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, standing);
    check_failed(&app, &admin, &preview, refusal).await;
    app.pass(660);
    admin.issue(&ids, pool.id).await;
}

async fn a_pool_after_its_term(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("Zt-4mVb9").await;
    // It ends while the preview waits.
    let until = app.now().plus_seconds(600);
    app.sql(&format!("UPDATE pools SET valid_until = {} WHERE id = {}", until.0, pool.id)).await;
    let ids = admin.issuable(2).await;
    admin.issue(&ids[..1], pool.id).await;
    let (standing, audit) = (app.standing().await, app.audit(ROMASHKA).await.len());
    let preview = admin.preview_of(Deed::Issue, &ids[1..]).await;
    app.pass(600);
    let refusal = Refusal::PoolExpired { until };
    assert_eq!(admin.confirm(&preview, Some(pool.id)).await, Err(DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, standing);
    assert_eq!(app.audit(ROMASHKA).await.len(), audit + 1);
    // What was issued from it can be revoked.
    admin.revoke(&ids[..1]).await;
}

async fn a_failed_operation_stays_failed(app: TestApp) {
    let admin = app.romashka().await;
    let preview = admin.preview(Deed::Issue, &of(&admin.issuable(3).await)).await.unwrap();
    let first = admin.confirm(&preview, Some(admin.pool("ea9ENYf6").await.id)).await;
    let before = app.dump().await;
    // The same answer again, also with a pool that would have done.
    assert_eq!(admin.confirm(&preview, Some(admin.pool("ea9ENYf6").await.id)).await, first);
    assert_eq!(admin.confirm(&preview, Some(admin.pool("hR7_kQ2z").await.id)).await, first);
    before.assert_same(&app.dump().await, "a failed operation");
}

//! «Вернуть как было», and when it cannot be.

use domain::{Deed, DeskError, OperationId, OperationState, Outcome, Reason, Refusal};

use crate::support::{ROMASHKA, TestApp, on_both};

on_both!(
    undone_twice_is_undone_once,
    eight_undos_at_once_are_one,
    an_undo_is_not_undone,
    an_issue_is_undone_after_its_revoke_was,
    what_was_not_done_is_not_undone,
    a_revoke_is_not_undone_when_the_seats_are_gone,
    a_revoke_is_not_undone_when_the_term_is_over,
    an_issue_is_undone_for_those_who_still_hold_it,
    a_revoke_is_undone_for_those_who_have_no_other,
    when_nobody_is_left_nothing_is_undone,
    an_issue_can_be_undone_after_the_term,
);

async fn undone_twice_is_undone_once(app: TestApp) {
    let admin = app.romashka().await;
    let issued = admin.issue(&admin.issuable(3).await, admin.pool("hR7_kQ2z").await.id).await;
    let first = admin.undo(issued.id).await.unwrap();
    let before = app.dump().await;
    assert_eq!(admin.undo(issued.id).await.unwrap(), first);
    before.assert_same(&app.dump().await, "the second undo");
}

async fn eight_undos_at_once_are_one(app: TestApp) {
    let admin = app.romashka().await;
    let standing = app.standing().await;
    let issued = admin.issue(&admin.issuable(10).await, admin.pool("hR7_kQ2z").await.id).await;
    let answers = crate::crowd::at_once((0..8).map(|_| {
        let admin = admin.clone();
        async move { admin.undo(issued.id).await }
    }))
    .await;
    let first = answers[0].clone().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref() == Ok(&first)), "{answers:?}");
    assert_eq!(app.standing().await, standing);
    assert_eq!(app.number("SELECT count(*) FROM operations WHERE kind = 'undo_issue'").await, 1);
    assert_eq!(app.audit(ROMASHKA).await.len(), 2);
}

async fn an_issue_is_undone_after_its_revoke_was(app: TestApp) {
    let admin = app.romashka().await;
    let standing = app.standing().await;
    let ids = admin.issuable(3).await;
    let issued = admin.issue(&ids, admin.pool("hR7_kQ2z").await.id).await;
    let held = app.standing().await;
    for _ in 0..2 {
        let revoked = admin.revoke(&ids[..2]).await;
        admin.undo(revoked.id).await.unwrap();
        assert_eq!(app.standing().await, held);
    }
    let undone = admin.undo(issued.id).await.unwrap();
    assert_eq!((undone.accepted, undone.rejected), (3, 0));
    assert_eq!(app.standing().await, standing);
}

async fn an_undo_is_not_undone(app: TestApp) {
    let admin = app.romashka().await;
    let issued = admin.issue(&admin.issuable(3).await, admin.pool("hR7_kQ2z").await.id).await;
    let undo = admin.undo(issued.id).await.unwrap();
    let before = app.dump().await;
    assert_eq!(admin.undo(undo.id).await, Err(DeskError::NotUndoable { state: OperationState::Done }));
    let confirm = admin.ask_confirm(undo.id, &digest(&app, undo.id).await, None).call::<()>().await;
    assert_eq!(confirm, Err(DeskError::OperationNotOpen { state: OperationState::Done }));
    before.assert_same(&app.dump().await, "an undo of an undo");
}

async fn digest(app: &TestApp, operation: OperationId) -> String {
    app.rows(&format!("SELECT digest FROM operations WHERE id = {operation}")).await.remove(0)
}

async fn what_was_not_done_is_not_undone(app: TestApp) {
    let admin = app.romashka().await;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(3).await).await;
    let waiting = DeskError::NotUndoable { state: OperationState::Preview };
    assert_eq!(admin.undo(preview.operation).await, Err(waiting));
    let short = admin.confirm(&preview, Some(admin.pool("ea9ENYf6").await.id)).await;
    assert_eq!(short.unwrap_err().code(), "pool_exhausted");
    let before = app.dump().await;
    let failed = DeskError::NotUndoable { state: OperationState::Failed };
    assert_eq!(admin.undo(preview.operation).await, Err(failed));
    assert_eq!(admin.undo(OperationId(1_000_000)).await, Err(DeskError::UnknownOperation));
    before.assert_same(&app.dump().await, "an undo of what failed");
}

async fn a_revoke_is_not_undone_when_the_seats_are_gone(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("WE12Qmxx").await;
    let holders = admin
        .pick(3, |row| row.held.iter().any(|held| held.product == pool.product.id && held.until == pool.valid_until))
        .await;
    let revoked = admin.revoke(&holders).await;
    // 1 was left and 3 came back; 2 of them go to others.
    let others = admin.issuable(2).await;
    let issued = admin.issue(&others, pool.id).await;
    let before = app.dump().await;
    let refusal = Refusal::PoolExhausted { left: 2, wanted: 3 };
    assert_eq!(admin.undo(revoked.id).await, Err(DeskError::Refused { refusal }));
    before.assert_same(&app.dump().await, "an undo without seats");
    // With the seats back, it can be.
    admin.undo(issued.id).await.unwrap();
    assert_eq!(admin.undo(revoked.id).await.unwrap().accepted, 3);
}

async fn a_revoke_is_not_undone_when_the_term_is_over(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("WE12Qmxx").await;
    let until = pool.valid_until.unwrap();
    let holders = admin
        .pick(2, |row| row.held.iter().any(|held| held.product == pool.product.id && held.until == pool.valid_until))
        .await;
    let revoked = admin.revoke(&holders).await;
    app.pass((until.0 - app.now().0) / 1_000_000 + 60);
    let admin = app.romashka().await;
    let before = app.dump().await;
    let refusal = Refusal::PoolExpired { until };
    assert_eq!(admin.undo(revoked.id).await, Err(DeskError::Refused { refusal }));
    before.assert_same(&app.dump().await, "an undo after the term");
}

async fn an_issue_can_be_undone_after_the_term(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("WE12Qmxx").await;
    let standing = app.standing().await;
    let issued = admin.issue(&admin.issuable(1).await, pool.id).await;
    app.pass((pool.valid_until.unwrap().0 - app.now().0) / 1_000_000 + 60);
    let admin = app.romashka().await;
    assert_eq!(admin.undo(issued.id).await.unwrap().accepted, 1);
    assert_eq!(app.standing().await, standing);
}

async fn an_issue_is_undone_for_those_who_still_hold_it(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(4).await;
    let [keeps, deleted, revoked, moved] = ids[..] else { panic!("{ids:?}") };
    let issued = admin.issue(&ids, admin.pool("hR7_kQ2z").await.id).await;
    admin.revoke(&[deleted, revoked, moved]).await;
    admin.delete(&[deleted]).await.unwrap();
    // The seat he holds now is another deed's.
    let other = admin.pool("Zt-4mVb9").await;
    admin.issue(&[moved], other.id).await;

    let undo = admin.undo(issued.id).await.unwrap();
    assert_eq!((undo.accepted, undo.rejected), (1, 3));
    let everybody = admin.everybody().await;
    assert!(everybody[&keeps].held.is_empty());
    assert!(everybody[&revoked].held.is_empty());
    assert_eq!(everybody[&moved].held[0].product, other.product.id);
    let outcomes: Vec<Outcome> = admin.report(undo.id, 1).await.unwrap().rows.iter().map(|row| row.outcome).collect();
    let rejected = Outcome::Rejected;
    assert_eq!(
        outcomes,
        [rejected(Reason::Deleted), rejected(Reason::NoLicence), rejected(Reason::NoLicence), Outcome::Accepted]
    );
    assert_eq!(admin.report(issued.id, 1).await.unwrap().summary.state, OperationState::Undone);
}

async fn a_revoke_is_undone_for_those_who_have_no_other(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let ids = admin.issuable(3).await;
    let [comes_back, deleted, licensed] = ids[..] else { panic!("{ids:?}") };
    admin.issue(&ids, pool.id).await;
    let revoked = admin.revoke(&ids).await;
    admin.delete(&[deleted]).await.unwrap();
    let other = admin.pool("Zt-4mVb9").await;
    admin.issue(&[licensed], other.id).await;

    let undo = admin.undo(revoked.id).await.unwrap();
    assert_eq!((undo.accepted, undo.rejected), (1, 2));
    let everybody = admin.everybody().await;
    assert_eq!(everybody[&comes_back].held[0].product, pool.product.id);
    assert_eq!(everybody[&licensed].held[0].product, other.product.id);
    assert!(!everybody.contains_key(&deleted));
    let outcomes: Vec<Outcome> = admin.report(undo.id, 1).await.unwrap().rows.iter().map(|row| row.outcome).collect();
    let rejected = Outcome::Rejected;
    assert_eq!(outcomes, [rejected(Reason::Deleted), rejected(Reason::AlreadyLicensed), Outcome::Accepted]);
    assert_eq!(admin.pool("hR7_kQ2z").await.issued, pool.issued + 1);
}

async fn when_nobody_is_left_nothing_is_undone(app: TestApp) {
    let admin = app.romashka().await;
    let ids = admin.issuable(2).await;
    let issued = admin.issue(&ids, admin.pool("hR7_kQ2z").await.id).await;
    let revoked = admin.revoke(&ids).await;
    admin.issue(&ids, admin.pool("Zt-4mVb9").await.id).await;
    let before = app.dump().await;
    for operation in [issued.id, revoked.id] {
        let refusal = Refusal::NobodyFits;
        assert_eq!(admin.undo(operation).await, Err(DeskError::Refused { refusal }));
    }
    before.assert_same(&app.dump().await, "an undo of nothing");
}

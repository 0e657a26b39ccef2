//! When the term of a pool ends, its licences end with it.

use domain::{Deed, DeskError, Instant, Kind, OperationState, Reason, Refusal};

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    licences_end_with_their_term,
    a_term_ends_once_for_all_servers,
    what_has_ended_is_issued_anew,
    a_term_that_was_prolonged_has_not_ended,
    an_ended_term_is_not_undone_into,
);

const DAY: i64 = 86_400;

/// The pool of the demo that ends first, and who holds its seats.
async fn ending(admin: &User) -> (domain::Pool, Vec<i64>) {
    let pool = admin.pool("WE12Qmxx").await;
    let everybody = admin.everybody().await.into_values();
    let holders = everybody.filter(|row| row.held.iter().any(|held| held.product == pool.product.id));
    let held: Vec<i64> = holders.map(|row| row.id.0).collect();
    assert_eq!(held.len() as u64, pool.issued);
    (pool, held)
}

fn pass_until(app: &TestApp, at: Instant) {
    app.pass((at.0 - app.now().0) / 1_000_000);
}

async fn licences_end_with_their_term(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, held) = ending(&admin).await;
    let until = pool.valid_until.unwrap();
    let desk = app.other_desk();
    assert_eq!(desk.end_terms().await.unwrap(), Some(until), "that is the next one");
    let before = app.dump().await;
    pass_until(&app, until.plus_seconds(-5));
    assert_eq!(desk.end_terms().await.unwrap(), Some(until));
    before.assert_same(&app.dump().await, "a term that runs");

    pass_until(&app, until.plus_seconds(2));
    assert!(desk.end_terms().await.unwrap().is_some_and(|next| next > until));
    // The session is over too: months have passed.
    let admin = app.romashka().await;
    let rows = admin.everybody().await;
    assert!(held.iter().all(|id| !rows[id].signs()), "the table shows it");
    let now = admin.pool("WE12Qmxx").await;
    assert_eq!((now.issued, now.total), (0, pool.total));
    let listed = admin.operations().await.unwrap().rows.remove(0);
    assert_eq!((listed.kind, listed.state, listed.author.as_deref()), (Kind::EndTerm, OperationState::Done, None));
    assert_eq!((listed.accepted, listed.rejected), (held.len() as u64, 0));
    let report = admin.report(listed.id, 1).await.unwrap();
    assert_eq!(report.rows.len(), held.len());
    let page = admin.get(&format!("/operations/{}", listed.id)).await;
    assert!(page.text().contains("Окончание срока") && page.text().contains("Система"));
    // Nothing is lost: who held what until when.
    let kept = format!("SELECT count(*) FROM assignments WHERE pool_id = {} AND ended_at = {}", pool.id, until.0);
    assert_eq!(app.number(&kept).await, i64::try_from(held.len()).unwrap());
    assert_eq!(app.audit(ROMASHKA).await.last().unwrap(), &format!("licences.ended operation:{}", listed.id));
    assert_eq!(admin.get(&format!("/operations/{}/report.csv", listed.id)).await.status, 200);
    assert_eq!(admin.undo(listed.id).await, Err(DeskError::NotUndoable { state: OperationState::Done }));
}

async fn a_term_ends_once_for_all_servers(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, _) = ending(&admin).await;
    pass_until(&app, pool.valid_until.unwrap().plus_seconds(1));
    let answers = crate::crowd::at_once((0..4).map(|_| {
        let desk = app.other_desk();
        async move { desk.end_terms().await }
    }))
    .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let ended = format!("SELECT count(*) FROM operations WHERE kind = 'end_term' AND pool_id = {}", pool.id);
    assert_eq!(app.number(&ended).await, 1);
}

async fn what_has_ended_is_issued_anew(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, held) = ending(&admin).await;
    pass_until(&app, pool.valid_until.unwrap().plus_seconds(1));
    app.other_desk().end_terms().await.unwrap();
    let admin = app.romashka().await;
    let preview = admin.preview_of(Deed::Issue, &held).await;
    assert!(preview.left_out.iter().all(|left| left.reason != Reason::AlreadyLicensed), "{:?}", preview.left_out);
    let refused = admin.confirm(&preview, Some(pool.id)).await;
    let expired = Refusal::PoolExpired { until: pool.valid_until.unwrap() };
    assert_eq!(refused, Err(DeskError::Refused { refusal: expired }));
    let done = admin.issue(&held, admin.pool("hR7_kQ2z").await.id).await;
    assert_eq!(done.accepted, preview.accepted);
}

/// Nothing leads back into a term that has ended.
async fn an_ended_term_is_not_undone_into(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, held) = ending(&admin).await;
    let until = pool.valid_until.unwrap();
    let issued = admin.issue(&admin.issuable(1).await, pool.id).await;
    let revoked = admin.revoke(&held[..2]).await;
    pass_until(&app, until.plus_seconds(1));
    app.other_desk().end_terms().await.unwrap();
    let admin = app.romashka().await;
    let before = app.dump().await;
    let expired = Refusal::PoolExpired { until };
    assert_eq!(admin.undo(revoked.id).await, Err(DeskError::Refused { refusal: expired }));
    assert_eq!(admin.undo(issued.id).await, Err(DeskError::Refused { refusal: Refusal::NobodyFits }));
    before.assert_same(&app.dump().await, "an undo into an ended term");
}

async fn a_term_that_was_prolonged_has_not_ended(app: TestApp) {
    let admin = app.romashka().await;
    let (pool, held) = ending(&admin).await;
    let until = pool.valid_until.unwrap();
    app.sql(&format!("UPDATE pools SET valid_until = {} WHERE id = {}", until.0 + DAY * 1_000_000, pool.id)).await;
    pass_until(&app, until.plus_seconds(1));
    app.other_desk().end_terms().await.unwrap();
    let rows = app.romashka().await.everybody().await;
    assert!(held.iter().all(|id| !rows[id].held.is_empty()));
}

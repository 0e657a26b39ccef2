//! «Продлить»: everybody whose term ends is moved to new seats, at one moment, and back.

use domain::{
    Deed, DeskError, IdSet, Kind, Kopecks, OperationId, OperationState, OrderId, Payment, PaymentOutcome, Pool, PoolId,
    Reason, Refusal, Selection,
};

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    everybody_is_moved_without_a_gap_and_back,
    as_many_are_ordered_as_are_needed,
    dismissed_people_keep_theirs_until_the_term_ends,
    what_is_no_later_term_of_the_product_is_no_place_to_go,
    too_few_seats_move_nobody,
    whoever_changed_meanwhile_is_not_moved_unseen,
    what_cannot_be_given_back_is_said,
);

/// What is bought of a product and paid: its pool.
async fn buy(app: &TestApp, user: &User, product: domain::ProductId, seats: u64, roubles: u64) -> Pool {
    let fields = [
        ("inn", "7707083893".to_owned()),
        ("kpp", "773601001".to_owned()),
        ("address", "Москва".to_owned()),
        ("product[]", product.to_string()),
        ("seats[]", seats.to_string()),
    ];
    let order: OrderId = user.post("raise_order").form(&fields).call().await.unwrap();
    let payment = Payment {
        source: "operator".into(),
        reference: order.to_string(),
        amount: Kopecks(seats * roubles * 100),
        payer: String::new(),
        purpose: order.number(),
    };
    assert_eq!(app.other_desk().record_payment(&payment).await.unwrap(), PaymentOutcome::Recorded(order));
    user.frame().await.unwrap().pools.pop().unwrap()
}

async fn start(user: &User, from: PoolId, to: PoolId) -> Result<OperationId, DeskError> {
    user.post("start_renew").form(&[("from", from.to_string()), ("to", to.to_string())]).call().await
}

/// The preview of a renewal as its page shows it.
async fn preview(user: &User, from: PoolId, to: PoolId) -> domain::Preview {
    let operation = start(user, from, to).await.unwrap();
    user.report(operation, 1).await.unwrap().preview.unwrap()
}

async fn everybody_is_moved_without_a_gap_and_back(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, 9, price(&app, &old).await).await;
    let before = app.standing().await;
    let tasks = "SELECT id, member_id, state, created_at FROM certificate_tasks ORDER BY id";
    let tasks_before = app.rows(tasks).await;
    let page = admin.get("/licenses/renew").await;
    assert!(page.text().contains(&format!("value=\"{}\"", new.id)), "the new one is offered");

    let preview = preview(&admin, old.id, new.id).await;
    assert_eq!((preview.deed, preview.accepted, preview.pool), (Deed::Renew, old.issued, Some(new.id)));
    assert_eq!(preview.returned.iter().map(|returned| returned.count).sum::<u64>(), old.issued);
    let done = admin.confirm(&preview, None).await.unwrap();
    assert_eq!((done.kind, done.state, done.accepted), (Kind::Renew, OperationState::Done, old.issued));
    let (now, given) = (admin.pool("WE12Qmxx").await, admin.pool(new.code.as_str()).await);
    assert_eq!((now.issued, given.issued), (0, old.issued));
    let gaps = format!(
        "SELECT count(*) FROM assignments AS o JOIN assignments AS n ON n.member_id = o.member_id \
         WHERE o.ended_by = {0} AND n.operation_id = {0} AND n.issued_at = o.ended_at",
        done.id
    );
    assert_eq!(app.number(&gaps).await, i64::try_from(old.issued).unwrap(), "at the same moment");
    assert_eq!(app.rows(tasks).await, tasks_before, "tasks go on as they were");
    let adrift = "SELECT count(*) FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id \
                  WHERE t.closed_at IS NULL AND a.ended_at IS NOT NULL";
    assert_eq!(app.number(adrift).await, 0);
    // The table shows the new term, without a second look at everybody.
    let rows = admin.everybody().await;
    let moved = rows
        .values()
        .filter(|row| row.held.iter().any(|held| held.until == new.valid_until && held.product == old.product.id));
    assert_eq!(moved.count() as u64, old.issued);
    // Confirmed twice it happens once.
    assert_eq!(admin.confirm(&preview, None).await.unwrap().id, done.id);
    let report = admin.get(&format!("/operations/{}", done.id)).await;
    assert!(report.text().contains("Продление лицензий") && report.text().contains("Лицензия продлена"));
    assert!(app.audit(ROMASHKA).await.contains(&format!("licences.renewed operation:{}", done.id)));

    let undo = admin.undo(done.id).await.unwrap();
    assert_eq!((undo.kind, undo.accepted, undo.rejected), (Kind::UndoRenew, old.issued, 0));
    assert_eq!(app.standing().await, before, "as it was");
    assert_eq!(app.rows(tasks).await, tasks_before);
    assert_eq!(admin.undo(done.id).await.unwrap().id, undo.id);
}

/// What a product costs in the demo.
async fn price(app: &TestApp, pool: &Pool) -> u64 {
    let kopecks = app.number(&format!("SELECT price FROM products WHERE id = {}", pool.product.id)).await;
    u64::try_from(kopecks).unwrap() / 100
}

async fn as_many_are_ordered_as_are_needed(app: TestApp) {
    let admin = app.romashka().await;
    let (ukep, unep) = (admin.pool("WE12Qmxx").await, admin.pool("qgMQgxMs").await);
    let fields = [("pool[]", ukep.id.to_string()), ("pool[]", unep.id.to_string())];
    let answer = admin.post("renew_order").form(&fields).plain().send().await;
    assert!(answer.leads_to().ends_with("/orders/new?typed"), "{}", answer.leads_to());
    let kept = answer.cookie("typed-order").unwrap();
    let kept = kept.split(';').next().unwrap();
    let page = admin
        .ask("GET", "/orders/new?typed")
        .header("cookie", format!("{}; {kept}", admin.cookie().unwrap()))
        .send()
        .await;
    // One of УНЭП is held by a dismissed person, and is not renewed.
    for seats in [ukep.issued, unep.issued - 1] {
        assert!(page.text().contains(&format!("name=\"seats[]\" value=\"{seats}\"")), "{seats}");
    }
    let none: Result<(), DeskError> = admin.post("renew_order").form(&[]).call().await;
    assert_eq!(none, Err(DeskError::EmptySelection));
    let unknown: Result<(), DeskError> = admin.post("renew_order").form(&[("pool[]", "999".into())]).call().await;
    assert_eq!(unknown, Err(DeskError::UnknownPool));
}

async fn dismissed_people_keep_theirs_until_the_term_ends(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("qgMQgxMs").await;
    let to = buy(&app, &admin, old.product.id, 60, price(&app, &old).await).await;
    let preview = preview(&admin, old.id, to.id).await;
    let left_out: Vec<(Reason, u64)> = preview.left_out.iter().map(|left| (left.reason, left.count)).collect();
    assert_eq!((preview.accepted, left_out), (old.issued - 1, vec![(Reason::Dismissed, 1)]));
    let done = admin.confirm(&preview, None).await.unwrap();
    assert_eq!((done.accepted, done.rejected), (old.issued - 1, 1));
    assert_eq!(admin.pool("qgMQgxMs").await.issued, 1);
}

async fn what_is_no_later_term_of_the_product_is_no_place_to_go(app: TestApp) {
    let admin = app.romashka().await;
    let (ukep, unep) = (admin.pool("WE12Qmxx").await, admin.pool("qgMQgxMs").await);
    let foreign = app.sever().await.frame().await.unwrap().pools.pop().unwrap();
    let before = app.dump().await;
    // Another product, itself, one that ends no later, another organisation's, none at all.
    let endless = admin.pool("ea9ENYf6").await;
    let ends = admin.pool("hR7_kQ2z").await;
    for (from, to) in [
        (ukep.id, unep.id),
        (ukep.id, ukep.id),
        (endless.id, ends.id),
        (ukep.id, foreign.id),
        (foreign.id, ukep.id),
        (ukep.id, PoolId(999)),
    ] {
        assert_eq!(start(&admin, from, to).await, Err(DeskError::UnknownPool), "{from} {to}");
    }
    // A renewal names where it goes.
    let selection = Selection::of_ids([1].into_iter().collect::<IdSet>());
    assert_eq!(admin.preview(Deed::Renew, &selection).await.map(drop), Err(DeskError::PoolRequired));
    before.assert_same(&app.dump().await, "nothing was planned");
    // Nor does the confirmation go elsewhere than was previewed.
    let new = buy(&app, &admin, ukep.product.id, 9, price(&app, &ukep).await).await;
    let other = buy(&app, &admin, ukep.product.id, 9, price(&app, &ukep).await).await;
    let preview = preview(&admin, ukep.id, new.id).await;
    assert_eq!(admin.confirm(&preview, Some(other.id)).await, Err(DeskError::UnknownPool));
    assert_eq!(admin.confirm(&preview, Some(new.id)).await.unwrap().accepted, ukep.issued);
}

async fn too_few_seats_move_nobody(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, old.issued, price(&app, &old).await).await;
    let preview = preview(&admin, old.id, new.id).await;
    admin.issue(&admin.issuable(1).await, new.id).await;
    let before = app.standing().await;
    let refusal = Refusal::PoolExhausted { left: old.issued - 1, wanted: old.issued };
    assert_eq!(admin.confirm(&preview, None).await, Err(DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, before);
    let page = admin.get("/licenses/renew").await;
    assert!(!page.text().contains(&format!("<option value=\"{}\"", new.id)), "it is not offered any more");
}

async fn whoever_changed_meanwhile_is_not_moved_unseen(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, 9, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, new.id).await;
    let holder = admin.pick(1, |row| row.held.iter().any(|held| held.product == old.product.id)).await;
    let revoked = admin.preview_of(Deed::Revoke, &holder).await;
    admin.confirm(&revoked, None).await.unwrap();
    let before = app.standing().await;
    match admin.confirm(&planned, None).await {
        Err(DeskError::PlanChanged { moved }) => assert_eq!(moved.lost.len(), 1),
        other => panic!("{other:?}"),
    }
    assert_eq!(app.standing().await, before);
    let again = preview(&admin, old.id, new.id).await;
    assert_eq!(admin.confirm(&again, None).await.unwrap().accepted, old.issued - 1);
}

async fn what_cannot_be_given_back_is_said(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, 9, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, new.id).await;
    let done = admin.confirm(&planned, None).await.unwrap();
    // One of them loses the new seat: he is left out of the undo.
    let holder = admin
        .pick(1, |row| row.held.iter().any(|held| held.until == new.valid_until && held.product == old.product.id))
        .await;
    let revoked = admin.preview_of(Deed::Revoke, &holder).await;
    admin.confirm(&revoked, None).await.unwrap();
    // Somebody else has got the former seats.
    let left = admin.pool("WE12Qmxx").await.left();
    admin.issue(&admin.issuable(usize::try_from(left).unwrap()).await, old.id).await;
    let before = app.standing().await;
    assert!(matches!(admin.undo(done.id).await, Err(DeskError::Refused { refusal: Refusal::PoolExhausted { .. } })));
    assert_eq!(app.standing().await, before);
    // When the former term has ended, there is nothing to go back to.
    app.pass(46 * 86_400);
    let admin = app.romashka().await;
    assert!(matches!(admin.undo(done.id).await, Err(DeskError::Refused { refusal: Refusal::PoolExpired { .. } })));
}

//! «Продлить»: everybody whose term ends is moved to new seats, at one moment, and back.

use domain::{
    Deed, DeskError, IdSet, Kind, Kopecks, OperationId, OperationState, OrderId, Outcome, Payment, PaymentOutcome,
    Pool, PoolId, Reason, Refusal, Selection,
};

use crate::support::{ROMASHKA, TestApp, User, on_both};

on_both!(
    everybody_is_moved_without_a_gap_and_back,
    all_licences_of_a_product_at_once,
    as_many_are_ordered_as_are_needed,
    dismissed_people_keep_theirs_until_the_term_ends,
    what_is_no_later_term_of_the_product_is_no_place_to_go,
    too_few_seats_move_as_many_as_there_are,
    an_undo_leaves_out_whoever_moved_on,
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
    start_all(user, &[from], to).await
}

async fn start_all(user: &User, from: &[PoolId], to: PoolId) -> Result<OperationId, DeskError> {
    let mut fields = vec![("to", to.to_string())];
    fields.extend(from.iter().map(|from| ("from[]", from.to_string())));
    user.post("start_renew").form(&fields).call().await
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

async fn all_licences_of_a_product_at_once(app: TestApp) {
    let admin = app.romashka().await;
    let sooner = admin.pool("qgMQgxMs").await;
    let roubles = price(&app, &sooner).await;
    let later = buy(&app, &admin, sooner.product.id, 4, roubles).await;
    admin.issue(&admin.issuable(4).await, later.id).await;
    let later = admin.pool(later.code.as_str()).await;
    assert!(sooner.valid_until < later.valid_until && later.issued == 4);
    // What is bought tomorrow ends a day later.
    app.pass(86_400);
    let admin = app.romashka().await;
    let both = [later.id, sooner.id];
    assert!(!admin.get("/licenses/renew").await.text().contains("все сразу"), "there is nowhere to go");
    // One of УНЭП is held by a dismissed person.
    let wanted = sooner.issued + later.issued - 1;

    // Too few: those whose term ends first are the first to move.
    let few = buy(&app, &admin, sooner.product.id, sooner.issued - 1, roubles).await;
    let operation = start_all(&admin, &both, few.id).await.unwrap();
    let some = admin.report(operation, 1).await.unwrap().preview.unwrap();
    assert_eq!(some.accepted, few.left());
    let done = admin.confirm(&some, None).await.unwrap();
    assert_eq!(admin.pool(sooner.code.as_str()).await.issued, 1, "all but the dismissed one");
    assert_eq!(admin.pool(later.code.as_str()).await.issued, 4, "of these nobody");
    admin.undo(done.id).await.unwrap();

    let enough = buy(&app, &admin, sooner.product.id, wanted, roubles).await;
    let page = admin.get("/licenses/renew").await;
    assert!(page.text().contains("УНЭП EasyDocs: все сразу"));
    // Also when somebody has gone ahead.
    let ahead = admin.issuable(1).await;
    let gone = admin.issue(&ahead, enough.id).await;
    assert!(admin.get("/licenses/renew").await.text().contains("УНЭП EasyDocs: все сразу"));
    admin.undo(gone.id).await.unwrap();
    let before = app.standing().await;
    // Named twice it is one.
    let operation = start_all(&admin, &[later.id, sooner.id, later.id], enough.id).await.unwrap();
    let all = admin.report(operation, 1).await.unwrap().preview.unwrap();
    assert_eq!((all.accepted, all.left_out.len()), (wanted, 1));
    let done = admin.confirm(&all, None).await.unwrap();
    assert_eq!((done.kind, done.accepted, done.rejected), (Kind::Renew, wanted, 1));
    assert_eq!(admin.pool(enough.code.as_str()).await.left(), 0);
    assert_eq!(admin.pool(sooner.code.as_str()).await.issued + admin.pool(later.code.as_str()).await.issued, 1);
    admin.undo(done.id).await.unwrap();
    assert_eq!(app.standing().await, before, "as it was");

    // Nothing, and one that is no place to go from, move nobody.
    let dump = app.dump().await;
    assert_eq!(start_all(&admin, &[], enough.id).await, Err(DeskError::EmptySelection));
    let other = admin.pool("WE12Qmxx").await;
    assert_eq!(start_all(&admin, &[sooner.id, other.id], enough.id).await, Err(DeskError::UnknownPool));
    assert_eq!(start_all(&admin, &[sooner.id, PoolId(999)], enough.id).await, Err(DeskError::UnknownPool));
    dump.assert_same(&app.dump().await, "refused renewals");
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

async fn too_few_seats_move_as_many_as_there_are(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, old.issued, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, new.id).await;
    assert_eq!(planned.accepted, old.issued);
    // One of the new seats is given away meanwhile.
    admin.issue(&admin.issuable(1).await, new.id).await;
    let before = app.standing().await;
    let refusal = Refusal::PoolExhausted { left: old.issued - 1, wanted: old.issued };
    assert_eq!(admin.confirm(&planned, None).await, Err(DeskError::Refused { refusal }));
    assert_eq!(app.standing().await, before);
    // The others can go all the same, and the last one elsewhere.
    let page = admin.get("/licenses/renew").await;
    assert!(page.text().contains(&format!("Продлить ({} из {})", old.issued - 1, old.issued)));
    let planned = preview(&admin, old.id, new.id).await;
    assert_eq!(planned.accepted, old.issued - 1);
    admin.confirm(&planned, None).await.unwrap();
    assert_eq!((admin.pool("WE12Qmxx").await.issued, admin.pool(new.code.as_str()).await.left()), (1, 0));
    let one = buy(&app, &admin, old.product.id, 1, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, one.id).await;
    assert_eq!(admin.confirm(&planned, None).await.unwrap().accepted, 1);
    assert_eq!(admin.pool("WE12Qmxx").await.issued, 0);
    let refused = start(&admin, old.id, one.id).await;
    assert_eq!(refused, Err(Refusal::NobodyFits.into()), "nobody is left");
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

async fn an_undo_leaves_out_whoever_moved_on(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, 9, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, new.id).await;
    let done = admin.confirm(&planned, None).await.unwrap();
    let moved = admin
        .pick(2, |row| row.held.iter().any(|held| held.until == new.valid_until && held.product == old.product.id))
        .await;
    let revoked = admin.preview_of(Deed::Revoke, &moved).await;
    admin.confirm(&revoked, None).await.unwrap();
    // One of them has another licence by now, one has none.
    admin.issue(&moved[..1], admin.pool("hR7_kQ2z").await.id).await;
    let undo = admin.undo(done.id).await.unwrap();
    assert_eq!((undo.accepted, undo.rejected), (old.issued - 2, 2));
    let report = admin.report(undo.id, 1).await.unwrap();
    let reasons: Vec<Outcome> = report.rows.iter().map(|row| row.outcome).take(2).collect();
    assert_eq!(reasons, [Outcome::Rejected(Reason::AlreadyLicensed), Outcome::Rejected(Reason::NoLicence)]);
    assert_eq!((admin.pool("WE12Qmxx").await.issued, admin.pool(new.code.as_str()).await.issued), (old.issued - 2, 0));
}

async fn what_cannot_be_given_back_is_said(app: TestApp) {
    let admin = app.romashka().await;
    let old = admin.pool("WE12Qmxx").await;
    let new = buy(&app, &admin, old.product.id, 9, price(&app, &old).await).await;
    let planned = preview(&admin, old.id, new.id).await;
    let done = admin.confirm(&planned, None).await.unwrap();
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

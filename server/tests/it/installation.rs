//! The installation's own log: no flood fills it, nobody changes it unseen. And a term that ends before it begins.

use service::Outside;
use service::ports::{AuditHead, Store, StoreError};

use crate::support::{ROMASHKA, TestApp, on_both};

on_both!(a_flood_is_not_written_down, what_was_changed_is_found, a_term_does_not_end_before_it_begins);

async fn a_flood_is_not_written_down(app: TestApp) {
    let tell = async || {
        let ask = app.visitor().ask("POST", "/webhooks/payments").bytes("application/json", "{}");
        assert_eq!(ask.header("x-licentia-signature", "sha256=00").send().await.status, 401);
    };
    for _ in 0..70 {
        tell().await;
    }
    assert_eq!(app.installation_log().await, ["webhook.not_signed"; 20]);
    // What is not a stranger's still finds room, nor does one stranger hide another.
    let desk = app.other_desk();
    desk.note_outside(Outside::Catalogue, "", serde_json::json!({})).await;
    let elsewhere = app.visitor().ask("POST", "/webhooks/payments").bytes("application/json", "{}");
    let elsewhere = elsewhere.header("x-licentia-signature", "sha256=00").header("x-forwarded-for", "192.0.2.7");
    assert_eq!(elsewhere.send().await.status, 401);
    assert_eq!(app.installation_log().await.len(), 22);
    let log = desk.installation_log(3).await.unwrap().entries;
    let whence: Vec<Option<&str>> = log.iter().map(|entry| entry.address.as_deref()).collect();
    assert_eq!(whence, [Some("192.0.2.7"), None, Some("127.0.0.1")]);
    app.pass(3601);
    tell().await;
    assert_eq!(app.installation_log().await.len(), 23);
    // All of them together find no more room than that.
    app.pass(3601);
    for number in 0..320 {
        desk.note_outside(Outside::SignIn, &format!("192.0.2.{}", number % 32), serde_json::json!({})).await;
    }
    assert_eq!(app.installation_log().await.len(), 23 + 300);
    // Many servers at once keep to it too, and to one chain.
    app.pass(3601);
    let answers = crate::crowd::at_once((0..80).map(|_| {
        let desk = app.other_desk();
        async move { desk.note_outside(Outside::TooOld, "192.0.2.7", serde_json::json!({ "bytes": 2 })).await }
    }))
    .await;
    assert_eq!((answers.len(), app.installation_log().await.len()), (80, 323 + 20));
}

async fn what_was_changed_is_found(app: TestApp) {
    let desk = app.other_desk();
    for bytes in 0..4 {
        desk.note_outside(Outside::Malformed, "", serde_json::json!({ "bytes": bytes })).await;
    }
    let log = desk.installation_log(2).await.unwrap();
    assert_eq!((log.count, log.broken_at), (4, None));
    assert_eq!(log.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4, 3], "newest first");
    for sql in ["UPDATE installation_entries SET details = '{}'", "DELETE FROM installation_entries WHERE seq = 4"] {
        assert!(app.store.execute_script(sql).await.is_err(), "{sql}");
    }
    // Nobody writes a second entry in the place of another, or leaves one out.
    let mut record = log.entries[0].clone();
    for seq in [4, 6] {
        record.seq = seq;
        let mut transaction = app.store.begin_installation().await.unwrap();
        assert_eq!(transaction.append_installation(&record).await, Err(StoreError::Conflict));
    }
    // Past the triggers: what is changed, and what is missing at the end, is found.
    let records = app.store.installation_log(0, 10).await.unwrap();
    let start = AuditHead { seq: 0, hash: [0; 32] };
    assert_eq!(service::chain(service::INSTALLATION, start, &records).unwrap().seq, 4);
    let mut changed = records.clone();
    changed[1].details = "{}".into();
    assert_eq!(service::chain(service::INSTALLATION, start, &changed).unwrap_err().seq, 2);
    let mut moved = records.clone();
    moved[2].address = Some("192.0.2.7".into());
    assert_eq!(service::chain(service::INSTALLATION, start, &moved).unwrap_err().seq, 3, "whence is of the chain");
    assert!(service::chain(ROMASHKA, start, &records).is_err(), "another chain");
    app.sql("UPDATE installation_head SET seq = 5").await;
    assert_eq!(desk.installation_log(2).await.unwrap().broken_at, Some(5), "the last one is missing");
    app.sql("UPDATE installation_head SET seq = 4").await;
}

async fn a_term_does_not_end_before_it_begins(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let from = pool.valid_from.0;
    let before = app.dump().await;
    for until in [from, from - 1, 0] {
        let update = format!("UPDATE pools SET valid_until = {until} WHERE id = {}", pool.id);
        let moved = format!("UPDATE pools SET valid_from = {} WHERE id = {}", pool.valid_until.unwrap().0, pool.id);
        let insert = format!(
            "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from, valid_until) \
             VALUES (1, 1, 'AAAABBBB', 1, 0, {from}, {until})"
        );
        for sql in [update, moved, insert] {
            assert_eq!(app.store.execute_script(&sql).await, Err(StoreError::TermBackwards), "{sql}");
        }
    }
    before.assert_same(&app.dump().await, "a term that ends before it begins");
    // A moment later, or never, it may end.
    for until in [(from + 1).to_string(), "NULL".to_owned()] {
        app.sql(&format!("UPDATE pools SET valid_until = {until} WHERE id = {}", pool.id)).await;
    }
    // By the desk's own door, which no use case takes with such a term.
    let mut transaction = app.store.begin(ROMASHKA).await.unwrap();
    let mut new = service::ports::NewPool {
        product: pool.product.id,
        code: domain::PoolCode::parse("AAAABBBB").unwrap(),
        total: 1,
        valid_from: pool.valid_from,
        valid_until: Some(pool.valid_from.plus_seconds(1)),
        trial: false,
    };
    transaction.add_pool(None, &new).await.unwrap();
    (new.code, new.valid_until) = (domain::PoolCode::parse("AAAACCCC").unwrap(), Some(pool.valid_from));
    assert_eq!(transaction.add_pool(None, &new).await, Err(StoreError::TermBackwards));
}

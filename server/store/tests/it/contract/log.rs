//! The audit log.

use domain::Instant;
use service::ports::{AuditRecord, Store, StoreError, StoreResult};
use store::SqlStore;

use crate::database::on_both;
use crate::world::{ABROAD, HOME, NOW, account, two_organizations};

on_both!(entries_follow_one_another, entries_are_read_in_order);

async fn entry(store: &SqlStore, seq: i64, at: Instant) -> AuditRecord {
    AuditRecord {
        seq,
        at,
        account: Some(account(store, HOME).await),
        address: None,
        action: "operation.done".into(),
        object: "operation:12".into(),
        details: r#"{"accepted":3}"#.into(),
        hash: [u8::try_from(seq).unwrap(); 32],
    }
}

pub async fn append(store: &SqlStore, seq: i64, at: Instant) -> StoreResult<()> {
    let entry = entry(store, seq, at).await;
    let mut tx = store.begin(HOME).await?;
    tx.append_audit(&entry).await?;
    tx.commit().await
}

async fn entries_follow_one_another(store: SqlStore) {
    two_organizations(&store).await;
    assert_eq!(append(&store, 2, NOW).await, Err(StoreError::Conflict), "the first is 1");
    append(&store, 1, NOW).await.unwrap();
    assert_eq!(append(&store, 1, NOW).await, Err(StoreError::Conflict));
    let mut tx = store.begin(HOME).await.unwrap();
    assert_eq!((tx.audit_head().seq, tx.audit_head().hash), (1, [1; 32]));
    tx.append_audit(&entry(&store, 2, NOW).await).await.unwrap();
    tx.append_audit(&entry(&store, 3, NOW).await).await.unwrap();
    assert_eq!(tx.audit_head().seq, 3);
    tx.commit().await.unwrap();
    let tx = store.begin(HOME).await.unwrap();
    assert_eq!((tx.audit_head().seq, tx.audit_head().hash), (3, [3; 32]));
    drop(tx);
    let tx = store.begin(ABROAD).await.unwrap();
    assert_eq!((tx.audit_head().seq, tx.audit_head().hash), (0, [0; 32]), "each organisation has its own");
}

async fn entries_are_read_in_order(store: SqlStore) {
    two_organizations(&store).await;
    for seq in 1..=5 {
        append(&store, seq, NOW.plus_seconds(seq)).await.unwrap();
    }
    let seqs = async |after, limit| -> Vec<i64> {
        store.audit(HOME, after, limit).await.unwrap().iter().map(|entry| entry.seq).collect()
    };
    assert_eq!(seqs(0, 2).await, [1, 2]);
    assert_eq!(seqs(2, 10).await, [3, 4, 5]);
    assert_eq!(store.audit(HOME, 4, 1).await.unwrap()[0], entry(&store, 5, NOW.plus_seconds(5)).await);
    assert!(store.audit(ABROAD, 0, 10).await.unwrap().is_empty());
}

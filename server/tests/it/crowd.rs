//! Many at once.

use std::collections::BTreeMap;

use domain::{Deed, DeskError, OperationSummary, Refusal};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::{ROMASHKA, TestApp, User, on_both};

const ADMINISTRATORS: usize = 32;

on_both!(
    eight_confirmations_at_once_are_one,
    thirty_two_administrators_share_a_pool,
    thirty_two_administrators_want_the_same_people,
    thirty_two_administrators_want_overlapping_people_and_seats,
);

/// Lets all begin at one moment; their answers in order.
pub async fn at_once<T: Send + 'static>(
    work: impl ExactSizeIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let barrier = std::sync::Arc::new(Barrier::new(work.len()));
    let mut running = JoinSet::new();
    for (place, work) in work.enumerate() {
        let barrier = barrier.clone();
        running.spawn(async move {
            barrier.wait().await;
            (place, work.await)
        });
    }
    let done: BTreeMap<usize, T> = running.join_all().await.into_iter().collect();
    done.into_values().collect()
}

async fn administrators(app: &TestApp) -> Vec<User> {
    let mut administrators = Vec::new();
    for number in 0..ADMINISTRATORS {
        administrators.push(app.colleague(ROMASHKA, &format!("admin{number}@romashka.example")).await);
    }
    administrators
}

type Confirmed = Result<OperationSummary, DeskError>;

/// Each previews his people; then all confirm at once, from one pool.
async fn all_confirm(
    administrators: &[User],
    people: impl Fn(usize) -> Vec<i64>,
    pool: domain::PoolId,
) -> Vec<Confirmed> {
    let mut previews = Vec::new();
    for (number, administrator) in administrators.iter().enumerate() {
        previews.push((administrator.clone(), administrator.preview_of(Deed::Issue, &people(number)).await));
    }
    let confirm = |(user, preview): (User, domain::Preview)| async move { user.confirm(&preview, Some(pool)).await };
    at_once(previews.into_iter().map(confirm)).await
}

async fn eight_confirmations_at_once_are_one(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await;
    let preview = admin.preview_of(Deed::Issue, &admin.issuable(10).await).await;
    let answers = at_once((0..8).map(|_| {
        let (admin, preview) = (admin.clone(), preview.clone());
        async move { admin.confirm(&preview, Some(pool.id)).await }
    }))
    .await;
    let first = answers[0].clone().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref() == Ok(&first)), "{answers:?}");
    assert_eq!(admin.pool("hR7_kQ2z").await.issued, pool.issued + 10);
    assert_eq!(app.audit(ROMASHKA).await.len(), 1);
}

async fn thirty_two_administrators_share_a_pool(app: TestApp) {
    let administrators = administrators(&app).await;
    let people = administrators[0].issuable(ADMINISTRATORS * 2).await;
    let pool = administrators[0].pool("Zt-4mVb9").await;
    assert_eq!(pool.left(), 50);
    let answers = all_confirm(&administrators, |number| people[number * 2..][..2].to_vec(), pool.id).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(done, 25, "a seat was lost: {answers:?}");
    for answer in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let refusal = Refusal::PoolExhausted { left: 0, wanted: 2 };
        assert_eq!(answer, &DeskError::Refused { refusal });
    }
    assert_eq!(administrators[0].pool("Zt-4mVb9").await.left(), 0);
    let listed = administrators[0].operations().await.unwrap().rows;
    assert_eq!(listed.iter().filter(|row| row.failure.is_some()).count(), ADMINISTRATORS - 25);
    assert_eq!(app.audit(ROMASHKA).await.len(), ADMINISTRATORS);
}

async fn thirty_two_administrators_want_the_same_people(app: TestApp) {
    let administrators = administrators(&app).await;
    let people = administrators[0].issuable(5).await;
    let pool = administrators[0].pool("hR7_kQ2z").await;
    let answers = all_confirm(&administrators, |_| people.clone(), pool.id).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for answer in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let DeskError::PlanChanged { moved } = answer else { panic!("{answer:?}") };
        assert_eq!(moved.lost.iter().map(|(_, lost)| lost.len()).sum::<usize>(), 5);
    }
    assert_eq!(administrators[0].pool("hR7_kQ2z").await.issued, pool.issued + 5);
}

async fn thirty_two_administrators_want_overlapping_people_and_seats(app: TestApp) {
    let administrators = administrators(&app).await;
    let people = administrators[0].issuable(100).await;
    let pool = administrators[0].pool("Zt-4mVb9").await;
    // Every third of them shares two people with the next.
    let theirs = |number: usize| people[number / 3 * 9 + number % 3 * 2..][..4].to_vec();
    let answers = all_confirm(&administrators, theirs, pool.id).await;
    let mut issued = 0;
    for answer in &answers {
        match answer {
            Ok(summary) => issued += summary.accepted,
            Err(DeskError::PlanChanged { .. } | DeskError::Refused { refusal: Refusal::PoolExhausted { .. } }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let after = administrators[0].pool("Zt-4mVb9").await;
    assert_eq!(after.issued, pool.issued + issued);
    assert!(
        after.left() < 4
            || answers.iter().all(|answer| answer.is_ok() || matches!(answer, Err(DeskError::PlanChanged { .. })))
    );
}

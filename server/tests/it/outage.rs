//! The database is locked, or goes away in the middle.

use std::time::{Duration, Instant};

use domain::{Deed, DeskError, Filter, OperationState, Selection};
use sqlx::{Connection, Executor};
use store::Backend;

use crate::crowd::at_once;
use crate::support::{Options, TestApp, check_invariants, connection, on_both, run};

on_both!(a_locked_database_is_busy_and_nothing_changes);

/// Somebody else holds the database for longer than anybody waits.
async fn a_locked_database_is_busy_and_nothing_changes(app: TestApp) {
    let admin = app.romashka().await;
    let pool = admin.pool("hR7_kQ2z").await.id;
    let ids = admin.issuable(3).await;
    let done = admin.issue(&ids[..1], pool).await;
    let preview = admin.preview_of(Deed::Issue, &ids[1..]).await;
    let before = app.dump().await;

    let mut other = connection(app.url()).await;
    let lock = match app.backend() {
        Backend::Sqlite => "BEGIN EXCLUSIVE",
        Backend::Postgres => "BEGIN; LOCK TABLE organizations, sessions, members IN EXCLUSIVE MODE",
    };
    other.execute(sqlx::raw_sql(lock)).await.unwrap();
    let asks = [
        admin.ask_confirm(preview.operation, &preview.digest, Some(pool)),
        admin.ask_preview(Deed::Revoke, &Selection::by_filter(Filter::default())),
        admin.ask_undo(done.id),
        admin.ask_delete(&crate::support::of(&ids[1..]), "", None),
        app.visitor().ask_sign_in("admin@sever.example", server::demo::PASSWORD),
    ];
    let start = Instant::now();
    let answers = at_once(asks.into_iter().map(|ask| async move { ask.send().await })).await;
    let waited = start.elapsed();
    for answer in &answers {
        assert_eq!((answer.status, answer.refusal()), (503, DeskError::Busy), "{}", answer.text());
    }
    assert!(waited < Duration::from_secs(15), "they waited {waited:?}");
    // To look is still possible.
    admin.frame().await.unwrap();
    assert_eq!(admin.report(done.id, 1).await.unwrap().summary, done);
    assert_eq!(admin.get("/operations").await.status, 200);
    other.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
    other.close().await.unwrap();

    before.assert_same(&app.dump().await, "a locked database");
    // Trying again helps.
    assert_eq!(admin.confirm(&preview, Some(pool)).await.unwrap().accepted, 2);
    app.sever().await;
}

/// PostgreSQL alone: what a server loses is its connections. SQLite is inside the process and dies only with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_in_the_middle_is_done_wholly_or_not_at_all() {
    run(Backend::Postgres, Options::large(), lose_connections).await;
}

async fn lose_connections(app: TestApp) {
    const ROUNDS: u32 = 12;
    let admin = app.sever().await;
    let pool = admin.frame().await.unwrap().pools[0].id;
    let everybody = Selection::by_filter(Filter::default());
    let mut standing = app.standing().await;
    let first = admin.preview(Deed::Issue, &everybody).await.unwrap();
    let start = Instant::now();
    let issued = admin.confirm(&first, Some(pool)).await.unwrap();
    let usual = start.elapsed();
    admin.undo(issued.id).await.unwrap();
    assert_eq!(app.standing().await, standing);

    let (mut lost, mut nothing, mut wholly) = (0, 0, 0);
    for round in 0..ROUNDS {
        let preview = admin.preview(Deed::Issue, &everybody).await.unwrap();
        assert_eq!(preview.accepted, first.accepted);
        let confirming = {
            let (admin, preview) = (admin.clone(), preview.clone());
            tokio::spawn(async move { admin.confirm(&preview, Some(pool)).await })
        };
        let mut other = connection(app.url()).await;
        tokio::time::sleep(usual * round / (ROUNDS - 2)).await;
        other
            .execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
        let answer = confirming.await.unwrap();
        if let Err(error) = &answer {
            lost += 1;
            assert!(
                matches!(error, DeskError::Unavailable | DeskError::Busy | DeskError::OutcomeUnknown),
                "round {round}: {error:?}"
            );
        }
        check_invariants(&app).await;
        let state = app.rows(&format!("SELECT state FROM operations WHERE id = {}", preview.operation)).await;
        let seats =
            app.number(&format!("SELECT count(*) FROM assignments WHERE operation_id = {}", preview.operation)).await;
        match state[0].as_str() {
            "preview" => {
                nothing += 1;
                assert_eq!(seats, 0);
                assert!(answer.is_err(), "round {round}: acknowledged and lost");
                assert_eq!(app.standing().await, standing);
            }
            "done" => {
                wholly += 1;
                assert_eq!(u64::try_from(seats).unwrap(), preview.accepted);
            }
            other => panic!("round {round}: {other}"),
        }
        // Whoever asks again gets the one effect.
        let again = admin.confirm(&preview, Some(pool)).await.unwrap();
        assert_eq!((again.state, again.accepted), (OperationState::Done, preview.accepted));
        admin.undo(again.id).await.unwrap();
        standing = app.standing().await;
    }
    println!("{ROUNDS} rounds: {lost} answers lost, {nothing} times nothing, {wholly} times all");
    assert!(nothing > 0, "no connection was ever lost in the middle; a confirmation takes {usual:?}");
}

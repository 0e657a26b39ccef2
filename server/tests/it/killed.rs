//! SQLite is inside the server: what dies in the middle is the process. A second server on the same file is killed while
//! it confirms, as by a power cut that spares the disk.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::ssr::Site;
use domain::{Deed, Filter, OperationState, Selection};
use service::Desk;
use store::{Backend, SqlStore};

use crate::support::{Client, Options, TestApp, User, check_invariants, run};

const DATABASE: &str = "LICENTIA_IT_SERVES";

/// A server in a process of its own.
struct Server {
    process: Child,
    client: Client,
}

impl Server {
    fn start(url: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::serve_until_killed", "--ignored", "--nocapture"])
            .env(DATABASE, url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address =
            lines.find_map(|line| line.unwrap().split_once("listening on ")?.1.parse().ok()).expect("an address");
        Self { process, client: Client::new(address, false) }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the server that the test below starts and kills"]
async fn serve_until_killed() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let clock = Arc::new(service::ports::ClockFrom::new(crate::support::today()));
    let desk = Desk::with_clock(Arc::new(SqlStore::connect(&url).await.unwrap()), clock);
    let site = Site {
        rate: None,
        forwarded: false,
        js: "/x.js".into(),
        wasm: "/x.wasm".into(),
        css: "/x.css".into(),
        sections: "/x.css".into(),
        picker: "/x.picker.js".into(),
        manage: "/x.picker.js".into(),
        passkey: "/x.passkey.js".into(),
        secure: false,
        url: "http://127.0.0.1".into(),
        sends_mail: false,
        sends_sms: false,
        provider: None,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on {}", listener.local_addr().unwrap());
    axum::serve(listener, server::http::router(desk, site, None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dies_in_the_middle_was_done_wholly_or_not_at_all() {
    run(Backend::Sqlite, Options::large(), kill_servers).await;
}

async fn kill_servers(app: TestApp) {
    const ROUNDS: u32 = 12;
    let admin = app.sever().await;
    let pool = admin.frame().await.unwrap().pools[0].id;
    let everybody = Selection::by_filter(Filter::default());
    let mut standing = app.standing().await;
    let mut usual = Duration::ZERO;
    let (mut nothing, mut wholly) = (0, 0);
    for round in 0..ROUNDS {
        let server = Server::start(app.url());
        let mut there = User::new(server.client.clone());
        there.session = admin.session.clone();
        let preview = there.preview(Deed::Issue, &everybody).await.unwrap();
        let confirming = {
            let preview = preview.clone();
            tokio::spawn(async move {
                let start = Instant::now();
                let answer = there.ask_confirm(preview.operation, &preview.digest, Some(pool)).try_send().await;
                (answer.is_some_and(|answer| answer.status == 200), start.elapsed())
            })
        };
        // The first is left alone, to know how long it takes.
        let acknowledged = if round == 0 {
            let (answer, took) = confirming.await.unwrap();
            usual = took;
            server.kill();
            answer
        } else {
            tokio::time::sleep(usual * round / (ROUNDS - 2)).await;
            server.kill();
            confirming.await.unwrap().0
        };
        check_invariants(&app).await;
        let state = app.rows(&format!("SELECT state FROM operations WHERE id = {}", preview.operation)).await;
        let seats = format!("SELECT count(*) FROM assignments WHERE operation_id = {}", preview.operation);
        let seats = u64::try_from(app.number(&seats).await).unwrap();
        match state[0].as_str() {
            "preview" => {
                nothing += 1;
                assert!(!acknowledged, "round {round}: acknowledged and lost");
                assert_eq!((seats, app.standing().await), (0, standing.clone()));
            }
            "done" => {
                wholly += 1;
                assert_eq!(seats, preview.accepted);
            }
            other => panic!("round {round}: {other}"),
        }
        // Whoever asks another server gets the one effect.
        let again = admin.confirm(&preview, Some(pool)).await.unwrap();
        assert_eq!((again.state, again.accepted), (OperationState::Done, preview.accepted));
        admin.undo(again.id).await.unwrap();
        standing = app.standing().await;
    }
    println!("{ROUNDS} rounds: {nothing} times nothing, {wholly} times all");
    assert!(nothing > 0, "no server died in the middle; a confirmation takes {usual:?}");
}

//! The real server, in this process, on a free port.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::ssr::Site;
use domain::{Date, Instant, Issuer, OrganizationId};
use server::identity::{OpenIdProvider, Settings};
use service::Desk;
use service::ports::{Clock, ClockFrom, Store};
use sqlx::{AssertSqlSafe, Executor};
use store::{Backend, SqlStore};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::database::{Database, connection};
use super::dump::{Dump, check_invariants, text_of};
use super::{Client, User};

/// ООО «Ромашка»: 317 people, pools with 1, 1, 1, 1, 1, 100 and 50 left.
pub const ROMASHKA: OrganizationId = OrganizationId(1);
/// АО «Север»: as many people as asked for, three pools with stock for everybody.
pub const SEVER: OrganizationId = OrganizationId(2);
/// ООО «Кадры-Сервис», the partner of both and of small organisations, of which this is one.
pub const PARTNER: OrganizationId = OrganizationId(3);
pub const ASTRA: OrganizationId = OrganizationId(4);

/// What a test asks of its desk.
#[derive(Clone, Copy)]
pub struct Options {
    /// People of АО «Север».
    pub members: usize,
    pub tls: bool,
    /// Who decides about certificates.
    pub issuer: Issuer,
    /// The identity provider, by its own name.
    pub identity: Option<&'static str>,
    /// How many requests a minute an account may make.
    pub rate: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { members: 200, tls: false, issuer: Issuer::ByHand, identity: None, rate: None }
    }
}

impl Options {
    /// With more people in АО «Север» than one part of an export holds.
    pub fn large() -> Self {
        Self { members: 2_100, ..Self::default() }
    }

    /// With a certification authority, which a test asks itself.
    pub fn authority() -> Self {
        Self { issuer: Issuer::Authority, ..Self::default() }
    }

    /// With an identity provider.
    pub fn entered_by(issuer: &'static str) -> Self {
        Self { identity: Some(issuer), ..Self::default() }
    }

    /// With so many requests a minute for an account.
    pub fn limited(rate: u32) -> Self {
        Self { rate: Some(rate), ..Self::default() }
    }

    pub fn tls() -> Self {
        Self { tls: true, ..Self::default() }
    }
}

/// Runs a test against a desk of its own. What a failed test leaves behind stays, to be looked at.
pub async fn run<F: Future<Output = ()>>(backend: Backend, options: Options, test: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(backend, options).await;
    test(app.clone()).await;
    check_invariants(&app).await;
    app.stop().await;
}

#[derive(Clone)]
pub struct TestApp {
    pub store: SqlStore,
    pub clock: Arc<TestClock>,
    issuer: Issuer,
    /// As [`Options::identity`].
    pub identity: Option<&'static str>,
    client: Client,
    database: Arc<Database>,
    serving: Arc<JoinHandle<()>>,
}

/// A day on which all licences of the demo are valid, and what a test lets pass.
pub struct TestClock {
    day: ClockFrom,
    passed: AtomicI64,
}

impl Default for TestClock {
    fn default() -> Self {
        Self { day: ClockFrom::new(today()), passed: AtomicI64::new(0) }
    }
}

/// With what payment providers sign.
pub const SECRET: &str = "a secret of thirty-two characters or more";

fn payment_secret() -> server::http::PaymentSecret {
    server::http::PaymentSecret::new(SECRET).unwrap()
}

/// As what the desk is known to an identity provider.
pub fn oidc_settings(issuer: &str) -> Settings {
    let scopes = "openid email profile";
    Settings::new(issuer, "licentia", "a-secret-of-the-test", scopes, "https://licences.example").unwrap()
}

/// 21.11.2026, noon.
pub fn today() -> Instant {
    Date::new(2026, 11, 21).unwrap().start().plus_seconds(12 * 3600)
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.day.now().plus_seconds(self.passed.load(Ordering::SeqCst))
    }
}

impl TestApp {
    pub async fn start(backend: Backend, options: Options) -> Self {
        let database = Database::fresh(backend, options.members).await;
        let store = SqlStore::connect(&database.url).await.unwrap();
        let clock = Arc::new(TestClock::default());
        let desk = Desk::with_clock(Arc::new(store.clone()), clock.clone()).issued_by(options.issuer);
        let provider = options.identity.map(|issuer| {
            let provider = OpenIdProvider::new(oidc_settings(issuer));
            Arc::new(provider) as Arc<dyn service::ports::IdentityProvider>
        });
        let desk = desk.entered_by(provider).with_passkeys(server::http::relying_party("https://licences.example"));
        let site = Site {
            js: "/pkg/test.js".into(),
            wasm: "/pkg/test.wasm".into(),
            css: "/pkg/test.css".into(),
            sections: "/pkg/sections.css".into(),
            picker: "/pkg/test.picker.js".into(),
            manage: "/pkg/test.manage.js".into(),
            passkey: "/pkg/test.passkey.js".into(),
            secure: options.tls,
            url: "https://licences.example".into(),
            sends_mail: false,
            sends_sms: false,
            rate: options.rate,
            forwarded: true,
            provider: None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(listener.local_addr().unwrap(), options.tls);
        let router = server::http::router(desk, site, Some(payment_secret()));
        let serving = tokio::spawn(async move {
            {
                let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
                axum::serve(listener, service).await.unwrap();
            }
        });
        let Options { issuer, identity, .. } = options;
        Self { store, clock, issuer, identity, client, database: Arc::new(database), serving: Arc::new(serving) }
    }

    async fn stop(&self) {
        self.serving.abort();
        self.database.remove().await;
    }

    pub fn backend(&self) -> Backend {
        self.store.backend()
    }

    /// The database's address.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> User {
        User::new(self.client.clone())
    }

    /// Somebody who has.
    pub async fn sign_in(&self, email: &str) -> User {
        let mut user = self.visitor();
        user.sign_in(email, server::demo::PASSWORD).await.unwrap();
        user
    }

    /// The administrator of ООО «Ромашка».
    pub async fn romashka(&self) -> User {
        self.sign_in("admin@romashka.example").await
    }

    /// Whoever has this level of access at ООО «Ромашка».
    pub async fn with_role(&self, role: domain::Role) -> User {
        let name = match role {
            domain::Role::User => "user",
            domain::Role::Accountant => "buh",
            domain::Role::Administrator => "hr",
            domain::Role::Support => "support",
            domain::Role::Owner => "admin",
        };
        self.sign_in(&format!("{name}@romashka.example")).await
    }

    /// The administrator of АО «Север».
    pub async fn sever(&self) -> User {
        self.sign_in("admin@sever.example").await
    }

    /// The owner of the partner of both.
    pub async fn partner(&self) -> User {
        self.sign_in(server::demo::partner::EMAIL).await
    }

    /// One more account beside the administrator of an organisation, with the same password.
    pub async fn colleague(&self, organization: OrganizationId, email: &str) -> User {
        self.sql(&format!(
            "INSERT INTO accounts (organization_id, email, name, password_hash, created_at) \
             SELECT organization_id, '{email}', 'Коллега', password_hash, created_at FROM accounts \
             WHERE organization_id = {organization} ORDER BY id LIMIT 1; \
             INSERT INTO account_levels (organization_id, account_id, role) \
             SELECT organization_id, id, 'administrator' FROM accounts WHERE email = '{email}'"
        ))
        .await;
        self.sign_in(email).await
    }

    /// A desk on the same database, as another server has one.
    pub fn other_desk(&self) -> Desk {
        Desk::with_clock(Arc::new(self.store.clone()), self.clock.clone()).issued_by(self.issuer)
    }

    /// The last certificate task of somebody.
    pub async fn task_of(&self, member: i64) -> i64 {
        self.number(&format!("SELECT MAX(id) FROM certificate_tasks WHERE member_id = {member}")).await
    }

    /// Lets time pass for the desk.
    pub fn pass(&self, seconds: i64) {
        self.clock.passed.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Changes the world past the desk.
    pub async fn sql(&self, sql: &str) {
        self.store.execute_script(sql).await.unwrap();
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.store.scalar(sql).await.unwrap()
    }

    /// The rows of a query, each as one text.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let mut own = connection(self.url()).await;
        let rows = own.fetch_all(AssertSqlSafe(sql.to_owned())).await.unwrap();
        rows.iter().map(text_of).collect()
    }

    /// Everything that is in the database.
    pub async fn dump(&self) -> Dump {
        Dump::of(self).await
    }

    /// What people see of licences: who holds what since when until when, which certificate task is open for it, and the
    /// stock. An undo brings exactly this back.
    pub async fn standing(&self) -> Vec<String> {
        let mut rows = self
            .rows(
                "SELECT 'seat', a.organization_id, a.member_id, a.pool_id, a.product_id, a.exclusive_group, a.issued_at, \
                        a.valid_until, t.state \
                 FROM assignments AS a LEFT JOIN certificate_tasks AS t ON t.assignment_id = a.id AND t.closed_at IS NULL \
                 WHERE a.ended_at IS NULL ORDER BY a.member_id, a.exclusive_group",
            )
            .await;
        rows.extend(self.rows("SELECT 'pool', id, total, issued FROM pools ORDER BY id").await);
        rows.extend(self.rows("SELECT 'member', id, employment, deleted_at FROM members ORDER BY id").await);
        rows
    }

    /// The states of the certificate tasks of the seats that an operation gave.
    pub async fn tasks_of(&self, operation: domain::OperationId) -> Vec<String> {
        self.rows(&format!(
            "SELECT t.state FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id \
             WHERE a.operation_id = {operation} ORDER BY a.member_id"
        ))
        .await
    }

    /// What the audit log of an organisation tells of an act: the details.
    pub async fn told(&self, organization: OrganizationId, action: &str) -> Vec<serde_json::Value> {
        let records = self.store.audit(organization, 0, 10_000).await.unwrap();
        let told = records.iter().filter(|record| record.action == action);
        told.map(|record| serde_json::from_str(&record.details).unwrap()).collect()
    }

    /// The installation's own log, oldest first.
    pub async fn installation_log(&self) -> Vec<String> {
        let log = self.other_desk().installation_log(10_000).await.unwrap();
        assert_eq!((log.broken_at, log.count), (None, i64::try_from(log.entries.len()).unwrap()));
        log.entries.into_iter().rev().map(|entry| entry.action).collect()
    }

    /// The audit log of an organisation: what was done to what, but for who came and went.
    pub async fn audit(&self, organization: OrganizationId) -> Vec<String> {
        let records = self.store.audit(organization, 0, 10_000).await.unwrap();
        let connections = domain::ActGroup::Connections.acts();
        let records = records.iter().filter(|record| !connections.contains(&record.action.as_str()));
        records.map(|record| format!("{} {}", record.action, record.object)).collect()
    }
}

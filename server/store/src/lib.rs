//! The desk's store on SQLite or PostgreSQL: the only crate that names sqlx. It answers questions and keeps invariants;
//! the rules are elsewhere.

mod access;
mod accounts;
mod applications;
mod assignments;
mod attempts;
mod audit;
mod certificates;
mod connect;
mod connections;
mod contracts;
mod deals;
mod dialect;
mod error;
mod factors;
mod identities;
mod installation;
mod keys;
mod letters;
mod manage;
mod members;
mod news;
mod operations;
mod orders;
mod organizations;
mod partners;
mod passkeys;
mod registrations;
mod rules;
mod seed;
mod sessions;
mod sql;
mod stock;
pub mod temporary;
mod tickets;
mod transaction;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    ApprovalRules, Assortment, Delivery, Email, Employment, Group, GroupId, Holder, Holding, IdSet, Instant,
    JournalFilter, LetterId, LetterKind, LetterRow, LetterState, LetterTry, MemberId, Mismatch, NewKey, Notifications,
    Offer, OperationId, Order, OrderId, OrganizationId, Outcome, PartnerCode, Payment, PaymentOutcome, Pool, PoolId,
    Product, Reason, Region, Registered, Rights, SeatFlow, Selection, Seller, Snapshot, Task, TaskClass, TaskFilter,
    TaskId, TaskRow, TaskState, TaskView,
};
use service::ports::{
    AskedTask, AuditHead, AuditRecord, CatalogueProduct, Changes, DueLetter, Invited, KeyCheck, KeyRecord, MemberBrief,
    OperationRecord, Store, StoreError, StoreResult, Transaction, Turn, UnmatchedPayment,
};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe, Executor};

use crate::connect::{PATIENCE, Pools};
pub use crate::dialect::Backend;
use crate::error::translate;
pub use crate::seed::{SeedAccount, SeedMember, SeedOrganization, SeedPool, SeedProduct};
use crate::sql::{Conn, Text};
use crate::transaction::SqlTransaction;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct SqlStore {
    pools: Arc<Pools>,
}

/// A connection taken from a pool.
struct Taken {
    backend: Backend,
    raw: PoolConnection<Any>,
}

impl Taken {
    fn conn(&mut self) -> Conn<'_> {
        Conn { backend: self.backend, raw: &mut self.raw }
    }
}

/// A connection in a transaction.
struct Begun {
    backend: Backend,
    raw: sqlx::Transaction<'static, Any>,
}

impl Begun {
    fn conn(&mut self) -> Conn<'_> {
        Conn { backend: self.backend, raw: &mut self.raw }
    }

    async fn commit(self) -> StoreResult<()> {
        commit(self.raw).await
    }
}

impl SqlStore {
    /// Opens `sqlite://path` (making the file and its folder) or `postgres://…`, and migrates it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot be opened; [`StoreError::Busy`] if it is locked.
    pub async fn connect(url: &str) -> StoreResult<Self> {
        Ok(Self { pools: Arc::new(connect::open(url).await?) })
    }

    #[must_use]
    pub fn backend(&self) -> Backend {
        self.pools.backend
    }

    /// Whether there is no organisation yet.
    ///
    /// # Errors
    /// As any question to the store.
    pub async fn is_empty(&self) -> StoreResult<bool> {
        Ok(!organizations::any(&mut self.reader().await?.conn()).await?)
    }

    /// Loads an empty installation.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`] and the like if what is loaded contradicts itself; nothing is loaded then.
    pub async fn seed(
        &self,
        products: &[SeedProduct],
        organizations: &[SeedOrganization],
        now: Instant,
    ) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        seed::load(&mut begun.conn(), products, organizations, now).await?;
        begun.commit().await?;
        self.analyze().await
    }

    /// Makes the organisation of whoever signs in by this e-mail a partner, and those of the others its customers.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if nobody signs in by one of them; nothing is done then.
    pub async fn seed_partner(
        &self,
        email: &str,
        code: &PartnerCode,
        customers: &[(String, Rights)],
        now: Instant,
    ) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        seed::partner(&mut begun.conn(), email, code, customers, now).await?;
        begun.commit().await
    }

    /// Gathers the statistics by which plans are made: after loading much.
    async fn analyze(&self) -> StoreResult<()> {
        let mut taken = self.take(&self.pools.writer).await?;
        let script = match self.backend() {
            Backend::Sqlite => "ANALYZE".to_owned(),
            // Without VACUUM an index does not know that all its rows are visible, and each is looked up. Our tables
            // alone: one of the whole database waits for whoever else tidies or drops anything in it.
            Backend::Postgres => {
                let ours = "SELECT 'VACUUM (ANALYZE) ' || string_agg(quote_ident(tablename), ', ') \
                            FROM pg_tables WHERE schemaname = current_schema()";
                let row = taken.raw.fetch_one(ours).await.map_err(translate)?;
                sqlx::Row::try_get(&row, 0).map_err(translate)?
            }
        };
        taken.raw.execute(sqlx::raw_sql(AssertSqlSafe(script))).await.map(drop).map_err(translate)
    }

    /// Runs statements in one write transaction: what benchmarks compare with.
    ///
    /// # Errors
    /// As any write.
    pub async fn execute_script(&self, sql: &str) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        let script = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        begun.raw.execute(script).await.map_err(translate)?;
        begun.commit().await
    }

    /// The number that a query gives, for tests and benchmarks.
    ///
    /// # Errors
    /// As any question to the store.
    pub async fn scalar(&self, sql: &str) -> StoreResult<i64> {
        let mut taken = self.reader().await?;
        let row = taken.raw.fetch_one(AssertSqlSafe(sql.to_owned())).await.map_err(translate)?;
        sqlx::Row::try_get(&row, 0).map_err(translate)
    }

    /// Asks the database to parse every statement of the store; those that it refuses, with its words. For tests.
    #[doc(hidden)]
    pub async fn refused_statements(&self) -> StoreResult<(usize, Vec<(String, String)>)> {
        let mut taken = self.reader().await?;
        let mut refused = Vec::new();
        let all = statements(self.backend());
        let count = all.len();
        for text in all {
            let statement = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text.clone()));
            if let Err(error) = taken.raw.prepare(statement).await {
                refused.push((text, error.to_string()));
            }
        }
        Ok((count, refused))
    }

    async fn take(&self, pool: &sqlx::Pool<Any>) -> StoreResult<Taken> {
        let raw = pool.acquire().await.map_err(|error| not_taken(pool, error))?;
        Ok(Taken { backend: self.backend(), raw })
    }

    async fn reader(&self) -> StoreResult<Taken> {
        self.take(&self.pools.reader).await
    }

    async fn writer(&self) -> StoreResult<Taken> {
        self.take(&self.pools.writer).await
    }

    async fn begin_with(&self, pool: &sqlx::Pool<Any>, statement: &'static str) -> StoreResult<Begun> {
        // By itself: whoever asked may give up waiting, and a BEGIN that nobody waited for would leave the connection
        // inside a transaction of which its pool knows nothing.
        let own = pool.clone();
        let begun = tokio::spawn(async move { own.begin_with(statement).await });
        // Together no longer than each alone: for the connection, then for the lock of SQLite.
        let begun = tokio::time::timeout(PATIENCE, begun).await.map_err(|_| StoreError::Busy)?;
        let raw = begun.map_err(|_| StoreError::Unavailable)?.map_err(|error| not_taken(pool, error))?;
        Ok(Begun { backend: self.backend(), raw })
    }

    async fn begin_write(&self) -> StoreResult<Begun> {
        let statement = match self.backend() {
            // The lock at once: a reader that turns writer can be refused in the middle.
            Backend::Sqlite => "BEGIN IMMEDIATE",
            // Foreign keys are checked by statements of the database's own, once for each row: their plans must be kept.
            Backend::Postgres => "BEGIN; SET LOCAL plan_cache_mode = auto",
        };
        self.begin_with(&self.pools.writer, statement).await
    }

    /// Several questions to one state of the database.
    async fn begin_read(&self) -> StoreResult<Begun> {
        let statement = match self.backend() {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.begin_with(&self.pools.reader, statement).await
    }
}

async fn commit(raw: sqlx::Transaction<'static, Any>) -> StoreResult<()> {
    raw.commit().await.map_err(|error| match translate(error) {
        StoreError::Unavailable => StoreError::OutcomeUnknown,
        other => other,
    })
}

/// Waiting in vain with all connections in use is one thing, getting none made another.
fn not_taken(pool: &sqlx::Pool<Any>, error: sqlx::Error) -> StoreError {
    let full = pool.size() >= pool.options().get_max_connections();
    match translate(error) {
        StoreError::Busy if !full => StoreError::Unavailable,
        other => other,
    }
}

/// Every statement of the store in the words of one database.
fn statements(backend: Backend) -> Vec<String> {
    let members = members::texts();
    let fixed: [&[Text]; 26] = [
        accounts::ALL,
        applications::ALL,
        assignments::ALL,
        attempts::ALL,
        audit::ALL,
        certificates::ALL,
        connections::ALL,
        contracts::ALL,
        &members,
        factors::ALL,
        identities::ALL,
        installation::ALL,
        keys::ALL,
        letters::ALL,
        manage::ALL,
        news::ALL,
        operations::ALL,
        orders::ALL,
        organizations::ALL,
        partners::ALL,
        passkeys::ALL,
        registrations::ALL,
        rules::ALL,
        sessions::ALL,
        stock::ALL,
        tickets::ALL,
    ];
    let fixed = fixed.into_iter().flatten().chain(seed::ALL).map(|text| text.sql());
    let mut all: Vec<String> =
        fixed.chain(members::put_together()).chain(certificates::put_together()).map(|sql| sql.text(backend)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[async_trait]
impl Store for SqlStore {
    async fn expire_previews(&self, now: Instant, long_ago: Instant) -> StoreResult<u64> {
        let mut begun = self.begin_write().await?;
        let expired = operations::expire(&mut begun.conn(), now, long_ago).await?;
        begun.commit().await?;
        Ok(expired)
    }

    async fn version(&self, organization: OrganizationId) -> StoreResult<i64> {
        organizations::version(&mut self.reader().await?.conn(), organization).await
    }

    async fn groups(&self, organization: OrganizationId) -> StoreResult<Vec<Group>> {
        organizations::groups(&mut self.reader().await?.conn(), organization).await
    }

    async fn products(&self) -> StoreResult<Vec<Product>> {
        stock::products(&mut self.reader().await?.conn()).await
    }

    async fn ended_pools(&self, now: Instant) -> StoreResult<Vec<(OrganizationId, PoolId)>> {
        stock::ended(&mut self.reader().await?.conn(), now).await
    }

    async fn next_end(&self, now: Instant) -> StoreResult<Option<Instant>> {
        stock::next_end(&mut self.reader().await?.conn(), now).await
    }

    async fn pools(&self, organization: OrganizationId) -> StoreResult<Vec<Pool>> {
        stock::pools(&mut self.reader().await?.conn(), organization).await
    }

    async fn seat_flows(&self, organization: OrganizationId) -> StoreResult<Vec<SeatFlow>> {
        stock::flows(&mut self.reader().await?.conn(), organization).await
    }

    async fn offers(&self) -> StoreResult<Vec<Offer>> {
        orders::offers(&mut self.reader().await?.conn()).await
    }

    async fn seller(&self) -> StoreResult<Option<Seller>> {
        orders::seller(&mut self.reader().await?.conn()).await
    }

    async fn catalogue(&self) -> StoreResult<Vec<CatalogueProduct>> {
        orders::catalogue(&mut self.reader().await?.conn()).await
    }

    async fn assortment(&self) -> StoreResult<Assortment> {
        let mut begun = self.begin_read().await?;
        rules::assortment(&mut begun.conn()).await
    }

    async fn region(&self, organization: OrganizationId) -> StoreResult<Option<Region>> {
        organizations::region(&mut self.reader().await?.conn(), organization).await
    }

    async fn holdings(
        &self,
        organization: OrganizationId,
        members: &IdSet,
        region: Option<Region>,
    ) -> StoreResult<Vec<Holding>> {
        members::holdings(&mut self.reader().await?.conn(), organization, members, region).await
    }

    async fn turns(&self, organization: OrganizationId, id: OperationId, members: &IdSet) -> StoreResult<Vec<Turn>> {
        manage::turns(&mut self.reader().await?.conn(), organization, id, members).await
    }

    async fn regions(&self, organization: OrganizationId, members: &IdSet) -> StoreResult<Vec<(Option<Region>, u64)>> {
        members::regions(&mut self.reader().await?.conn(), organization, members).await
    }

    async fn begin_installation(&self) -> StoreResult<Box<dyn Transaction>> {
        let begun = self.begin_write().await?;
        let head = AuditHead { seq: 0, hash: [0; 32] };
        let nowhere = OrganizationId(0);
        Ok(Box::new(SqlTransaction { backend: begun.backend, organization: nowhere, head, raw: begun.raw }))
    }

    async fn organizations(&self) -> StoreResult<Vec<OrganizationId>> {
        organizations::all(&mut self.reader().await?.conn()).await
    }

    async fn orders(
        &self,
        organization: OrganizationId,
        before: Option<OrderId>,
        limit: u32,
    ) -> StoreResult<Vec<Order>> {
        let mut begun = self.begin_read().await?;
        let orders = orders::list(&mut begun.conn(), organization, before, limit).await?;
        begun.commit().await?;
        Ok(orders)
    }

    async fn order(&self, organization: OrganizationId, id: OrderId) -> StoreResult<Option<Order>> {
        let mut begun = self.begin_read().await?;
        let order = orders::find(&mut begun.conn(), organization, id).await?;
        begun.commit().await?;
        Ok(order)
    }

    async fn pool_orders(&self, organization: OrganizationId) -> StoreResult<Vec<(PoolId, OrderId)>> {
        orders::of_pools(&mut self.reader().await?.conn(), organization).await
    }

    async fn key(&self, number: &str) -> StoreResult<Option<KeyRecord>> {
        keys::find(&mut self.reader().await?.conn(), number).await
    }

    async fn key_check(
        &self,
        organization: OrganizationId,
        account: domain::AccountId,
        token_hash: &[u8; 32],
        now: Instant,
    ) -> StoreResult<Option<KeyCheck>> {
        keys::checked(&mut self.reader().await?.conn(), organization, account, token_hash, now).await
    }

    async fn registered(&self, organization: OrganizationId, pool: PoolId) -> StoreResult<Option<Registered>> {
        keys::registered(&mut self.reader().await?.conn(), organization, pool).await
    }

    async fn add_keys(&self, keys: &[NewKey]) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        keys::add(&mut begun.conn(), keys).await?;
        begun.commit().await
    }

    async fn whose_order(&self, id: OrderId) -> StoreResult<Option<OrganizationId>> {
        orders::whose(&mut self.reader().await?.conn(), id).await
    }

    async fn known_payment(&self, payment: &Payment) -> StoreResult<Option<PaymentOutcome>> {
        orders::known_payment(&mut self.reader().await?.conn(), payment).await
    }

    async fn keep_unmatched(&self, payment: &Payment, mismatch: Mismatch, at: Instant) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        orders::insert_payment(&mut begun.conn(), None, payment, Err(mismatch), at).await?;
        begun.commit().await
    }

    async fn unmatched_payments(&self, limit: u32) -> StoreResult<Vec<UnmatchedPayment>> {
        orders::unmatched(&mut self.reader().await?.conn(), limit).await
    }

    async fn changes(&self, organization: OrganizationId, since: Option<i64>) -> StoreResult<Changes> {
        let mut begun = self.begin_read().await?;
        let changes = members::changes(&mut begun.conn(), organization, since).await?;
        begun.commit().await?;
        Ok(changes)
    }

    async fn members_ever(&self, organization: OrganizationId) -> StoreResult<u64> {
        members::ever(&mut self.reader().await?.conn(), organization).await
    }

    async fn members_by_email(
        &self,
        organization: OrganizationId,
        emails: &[Email],
    ) -> StoreResult<Vec<(String, MemberId)>> {
        members::by_email(&mut self.reader().await?.conn(), organization, emails).await
    }

    async fn pool_holders(
        &self,
        organization: OrganizationId,
        pool: &Pool,
        offset: u64,
        limit: u32,
    ) -> StoreResult<Vec<Holder>> {
        members::holders(&mut self.reader().await?.conn(), organization, pool, offset, limit).await
    }

    async fn holders_by_employment(&self, organization: OrganizationId) -> StoreResult<Vec<(PoolId, Employment, u64)>> {
        assignments::holders_by_employment(&mut self.reader().await?.conn(), organization).await
    }

    async fn holders(&self, organization: OrganizationId, pool: &Pool) -> StoreResult<IdSet> {
        Ok(assignments::holders(&mut self.reader().await?.conn(), organization, pool).await?.0)
    }

    async fn briefs(&self, organization: OrganizationId, members: &IdSet) -> StoreResult<Vec<MemberBrief>> {
        members::briefs(&mut self.reader().await?.conn(), organization, members).await
    }

    async fn covered(&self, organization: OrganizationId, groups: &[GroupId]) -> StoreResult<IdSet> {
        members::covered(&mut self.reader().await?.conn(), organization, groups).await
    }

    async fn tasks_covered(&self, organization: OrganizationId, groups: &[GroupId]) -> StoreResult<IdSet> {
        certificates::covered(&mut self.reader().await?.conn(), organization, groups).await
    }

    async fn snapshot(
        &self,
        organization: OrganizationId,
        group: &str,
        selection: &Selection,
    ) -> StoreResult<Snapshot> {
        members::snapshot(&mut self.reader().await?.conn(), organization, group, selection).await
    }

    async fn open_tasks(&self, organization: OrganizationId, assignments: &IdSet) -> StoreResult<u64> {
        assignments::open_tasks(&mut self.reader().await?.conn(), organization, assignments).await
    }

    async fn task_counts(
        &self,
        organization: OrganizationId,
        filter: &TaskFilter,
    ) -> StoreResult<Vec<(TaskState, u64)>> {
        certificates::counts(&mut self.reader().await?.conn(), organization, filter).await
    }

    async fn task_rows(
        &self,
        organization: OrganizationId,
        view: &TaskView,
        picked: Option<&IdSet>,
        limit: u32,
    ) -> StoreResult<Vec<TaskRow>> {
        certificates::rows(&mut self.reader().await?.conn(), organization, view, picked, limit).await
    }

    async fn task_ids(&self, organization: OrganizationId, filter: &TaskFilter) -> StoreResult<IdSet> {
        certificates::all_ids(&mut self.reader().await?.conn(), organization, filter).await
    }

    async fn task(&self, organization: OrganizationId, id: TaskId) -> StoreResult<Option<Task>> {
        let mut begun = self.begin_read().await?;
        let task = certificates::find(&mut begun.conn(), organization, id).await?;
        begun.commit().await?;
        Ok(task)
    }

    async fn task_classes(&self, organization: OrganizationId, tasks: &IdSet) -> StoreResult<Vec<TaskClass>> {
        certificates::classes(&mut self.reader().await?.conn(), organization, tasks).await
    }

    async fn task_briefs(&self, organization: OrganizationId, tasks: &IdSet) -> StoreResult<Vec<MemberBrief>> {
        certificates::briefs(&mut self.reader().await?.conn(), organization, tasks).await
    }

    async fn invited(&self, hash: &str) -> StoreResult<Option<Invited>> {
        certificates::invited(&mut self.reader().await?.conn(), hash).await
    }

    async fn tasks_to_ask(&self, now: Instant, limit: u32) -> StoreResult<Vec<(OrganizationId, TaskId)>> {
        certificates::to_ask(&mut self.reader().await?.conn(), now, limit).await
    }

    async fn tasks_asking(&self) -> StoreResult<u64> {
        certificates::asking(&mut self.reader().await?.conn()).await
    }

    async fn next_to_ask(&self, now: Instant) -> StoreResult<Option<Instant>> {
        certificates::next_to_ask(&mut self.reader().await?.conn(), now).await
    }

    async fn asked_task(&self, organization: OrganizationId, id: TaskId) -> StoreResult<Option<AskedTask>> {
        certificates::asked(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn take_in_hand(
        &self,
        organization: OrganizationId,
        task: &AskedTask,
        submitted: Option<&str>,
        next: Instant,
    ) -> StoreResult<bool> {
        let mut begun = self.begin_write().await?;
        let taken = certificates::take_in_hand(&mut begun.conn(), organization, task, submitted, next).await?;
        begun.commit().await?;
        Ok(taken)
    }

    async fn ask_next(
        &self,
        organization: OrganizationId,
        id: TaskId,
        held: Instant,
        at: Option<Instant>,
    ) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        certificates::ask_next(&mut begun.conn(), organization, id, held, at).await?;
        begun.commit().await
    }

    async fn organizations_turning(&self, now: Instant) -> StoreResult<Vec<OrganizationId>> {
        certificates::turning_organizations(&mut self.reader().await?.conn(), now).await
    }

    async fn next_turn(&self, now: Instant) -> StoreResult<Option<Instant>> {
        certificates::next_turn(&mut self.reader().await?.conn(), now).await
    }

    async fn operations(
        &self,
        organization: OrganizationId,
        before: Option<OperationId>,
        limit: u32,
    ) -> StoreResult<Vec<OperationRecord>> {
        operations::settled(&mut self.reader().await?.conn(), organization, before, limit).await
    }

    async fn approval_rules(&self, organization: OrganizationId) -> StoreResult<ApprovalRules> {
        operations::rules(&mut self.reader().await?.conn(), organization).await
    }

    async fn operation(&self, organization: OrganizationId, id: OperationId) -> StoreResult<Option<OperationRecord>> {
        operations::find(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn operation_sets(
        &self,
        organization: OrganizationId,
        id: OperationId,
    ) -> StoreResult<Vec<(Outcome, IdSet)>> {
        operations::sets(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn operation_strangers(
        &self,
        organization: OrganizationId,
        id: OperationId,
    ) -> StoreResult<Vec<(Reason, Vec<String>)>> {
        operations::strangers(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn notifications(&self, organization: OrganizationId) -> StoreResult<Option<Notifications>> {
        letters::notifications(&mut self.reader().await?.conn(), organization).await
    }

    async fn letters(
        &self,
        organization: OrganizationId,
        state: Option<LetterState>,
        before: Option<LetterId>,
        limit: u32,
    ) -> StoreResult<Vec<LetterRow>> {
        letters::list(&mut self.reader().await?.conn(), organization, state, before, limit).await
    }

    async fn told(&self, organization: OrganizationId) -> StoreResult<Vec<(LetterKind, String)>> {
        letters::told(&mut self.reader().await?.conn(), organization).await
    }

    async fn versions(&self) -> StoreResult<Vec<(OrganizationId, i64)>> {
        organizations::versions(&mut self.reader().await?.conn()).await
    }

    async fn release_letter(&self, taken: &DueLetter, at: Instant) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        letters::release(&mut begun.conn(), taken, at).await?;
        begun.commit().await
    }

    async fn letter_counts(&self, organization: OrganizationId) -> StoreResult<Vec<(LetterState, u64)>> {
        letters::counts(&mut self.reader().await?.conn(), organization).await
    }

    async fn letter(&self, organization: OrganizationId, id: LetterId) -> StoreResult<Option<LetterRow>> {
        letters::find(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn letter_tries(&self, organization: OrganizationId, id: LetterId) -> StoreResult<Vec<LetterTry>> {
        letters::tries(&mut self.reader().await?.conn(), organization, id).await
    }

    async fn next_letter(&self, kinds: &[LetterKind]) -> StoreResult<Option<Instant>> {
        letters::next(&mut self.reader().await?.conn(), kinds).await
    }

    async fn take_letters(
        &self,
        kinds: &[LetterKind],
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> StoreResult<Vec<DueLetter>> {
        let mut begun = self.begin_write().await?;
        let taken = letters::take(&mut begun.conn(), kinds, (now, until), limit).await?;
        begun.commit().await?;
        Ok(taken)
    }

    async fn settle_letter(
        &self,
        tried: &DueLetter,
        delivery: Delivery,
        state: LetterState,
        at: Instant,
        now: Instant,
    ) -> StoreResult<()> {
        let mut begun = self.begin_write().await?;
        letters::settle(&mut begun.conn(), tried, delivery, state, at, now).await?;
        begun.commit().await
    }

    async fn audit(&self, organization: OrganizationId, after: i64, limit: u32) -> StoreResult<Vec<AuditRecord>> {
        audit::read(&mut self.reader().await?.conn(), organization, after, limit).await
    }

    async fn journal(
        &self,
        organization: OrganizationId,
        filter: &JournalFilter,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<AuditRecord>> {
        audit::found(&mut self.reader().await?.conn(), organization, filter, before, limit).await
    }

    async fn audit_head(&self, organization: OrganizationId) -> StoreResult<AuditHead> {
        audit::head(&mut self.reader().await?.conn(), organization).await
    }

    async fn installation_count(&self, since: Instant, object: &str, address: &str) -> StoreResult<(u64, u64)> {
        installation::count(&mut self.reader().await?.conn(), since, object, address).await
    }

    async fn installation_log(&self, after: i64, limit: u32) -> StoreResult<Vec<AuditRecord>> {
        installation::read(&mut self.reader().await?.conn(), after, limit).await
    }

    async fn installation_head(&self) -> StoreResult<AuditHead> {
        installation::head(&mut self.reader().await?.conn()).await
    }

    async fn begin(&self, organization: OrganizationId) -> StoreResult<Box<dyn Transaction>> {
        let mut begun = self.begin_write().await?;
        let head = organizations::open(&mut begun.conn(), organization).await?;
        Ok(Box::new(SqlTransaction { backend: begun.backend, organization, head, raw: begun.raw }))
    }
}

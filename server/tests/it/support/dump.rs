//! What is in the database, to be compared.

use std::collections::BTreeMap;

use app::i18n::{AccountWords, Lang};
use domain::{ActGroup, OrganizationId};
use service::ports::{AuditHead, AuditRecord, Store};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Column, Executor, Row, Value, ValueRef};
use store::Backend;

use super::TestApp;
use super::database::connection;

/// Every row of every table, each as one text.
#[derive(Clone, PartialEq, Eq)]
pub struct Dump(BTreeMap<String, Vec<String>>);

impl Dump {
    pub async fn of(app: &TestApp) -> Self {
        let mut own = connection(app.url()).await;
        let tables = match app.backend() {
            Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            Backend::Postgres => "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = 'public'",
        };
        let mut tables: Vec<String> =
            own.fetch_all(tables).await.unwrap().iter().map(|row| row.try_get(0).unwrap()).collect();
        tables.retain(|table| table != "_sqlx_migrations");
        assert!(tables.len() >= 12, "{tables:?}");
        let mut dump = BTreeMap::new();
        for table in tables {
            let rows = own.fetch_all(AssertSqlSafe(format!("SELECT * FROM {table}"))).await.unwrap();
            let mut rows: Vec<String> = rows.iter().map(row_text).collect();
            rows.sort_unstable();
            dump.insert(table, rows);
        }
        Self(dump)
    }

    /// What belongs to one organisation.
    pub fn of_organization(&self, organization: OrganizationId) -> Self {
        let scoped = format!(" organization_id={organization} ");
        let itself = format!(" id={organization} ");
        let mut dump = self.0.clone();
        for (table, rows) in &mut dump {
            rows.retain(|row| row.contains(if table == "organizations" { &itself } else { &scoped }));
        }
        Self(dump)
    }

    /// Without the logs and the ends of their chains: what a refusal that is written down leaves as it was.
    pub fn but_for_the_log(&self) -> Self {
        let mut dump = self.0.clone();
        dump.retain(|table, _| {
            !matches!(table.as_str(), "audit_entries" | "installation_entries" | "installation_head")
        });
        for row in dump.get_mut("organizations").into_iter().flatten() {
            let kept =
                row.split(' ').filter(|part| !part.starts_with("audit_seq=") && !part.starts_with("audit_hash="));
            *row = kept.collect::<Vec<_>>().join(" ");
        }
        Self(dump)
    }

    /// Nothing but the log has changed.
    #[track_caller]
    pub fn assert_same_but_for_the_log(&self, later: &Self, what: &str) {
        self.but_for_the_log().assert_same(&later.but_for_the_log(), what);
    }

    pub fn contains(&self, text: &str) -> bool {
        self.0.values().flatten().any(|row| row.contains(text))
    }

    pub fn count(&self, table: &str) -> usize {
        self.0[table].len()
    }

    #[track_caller]
    pub fn assert_same(&self, later: &Self, what: &str) {
        for (table, rows) in &self.0 {
            let now = &later.0[table];
            let gone: Vec<_> = rows.iter().filter(|row| now.binary_search(row).is_err()).take(3).collect();
            let new: Vec<_> = now.iter().filter(|row| rows.binary_search(row).is_err()).take(3).collect();
            assert!(rows == now, "{what}: {table} has changed; gone: {gone:#?}; new: {new:#?}");
        }
    }
}

fn row_text(row: &AnyRow) -> String {
    let values = row.columns().iter().enumerate();
    let values: Vec<String> =
        values.map(|(place, column)| format!("{}={}", column.name(), value_text(row, place))).collect();
    format!(" {} ", values.join(" "))
}

/// The values of a row, separated by bars.
pub fn text_of(row: &AnyRow) -> String {
    (0..row.len()).map(|place| value_text(row, place)).collect::<Vec<_>>().join("|")
}

fn value_text(row: &AnyRow, place: usize) -> String {
    let value = row.try_get_raw(place).unwrap();
    if value.is_null() {
        return "—".to_owned();
    }
    let value = ValueRef::to_owned(&value);
    if let Ok(number) = value.try_decode::<i64>() {
        return number.to_string();
    }
    if let Ok(text) = value.try_decode::<String>() {
        return text;
    }
    let bytes: Vec<u8> = value.try_decode().unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The invariants of the design, as the database has them, and the audit chain of every organisation and of the
/// installation.
pub async fn check_invariants(app: &TestApp) {
    let none = [
        (
            "a counter is not the count of active seats",
            "SELECT count(*) FROM pools AS p WHERE issued <> (SELECT count(*) FROM assignments AS a \
             WHERE a.pool_id = p.id AND a.ended_at IS NULL)",
        ),
        ("a pool is overdrawn", "SELECT count(*) FROM pools WHERE issued < 0 OR issued > total"),
        (
            "a member holds two seats of a group",
            "SELECT count(*) FROM (SELECT 1 FROM assignments WHERE ended_at IS NULL \
             GROUP BY member_id, exclusive_group HAVING count(*) > 1) AS t",
        ),
        (
            "a seat crosses organisations",
            "SELECT count(*) FROM assignments AS a JOIN members AS m ON m.id = a.member_id \
             JOIN pools AS p ON p.id = a.pool_id JOIN operations AS o ON o.id = a.operation_id \
             WHERE m.organization_id <> a.organization_id OR p.organization_id <> a.organization_id \
             OR o.organization_id <> a.organization_id",
        ),
        (
            "a task of an ended seat is open",
            "SELECT count(*) FROM certificate_tasks AS t JOIN assignments AS a ON a.id = t.assignment_id \
             WHERE a.ended_at IS NOT NULL AND t.closed_at IS NULL",
        ),
        (
            "a task is not where its last step led",
            "SELECT count(*) FROM certificate_tasks AS t WHERE t.state NOT IN ('created', 'cancelled') \
             AND EXISTS (SELECT 1 FROM task_steps AS s WHERE s.task_id = t.id) \
             AND t.state <> (SELECT s.to_state FROM task_steps AS s WHERE s.task_id = t.id ORDER BY s.id DESC LIMIT 1)",
        ),
        (
            "a step crosses organisations, or is of no operation that was done",
            "SELECT count(*) FROM task_steps AS s JOIN certificate_tasks AS t ON t.id = s.task_id \
             LEFT JOIN operations AS o ON o.id = s.operation_id \
             WHERE t.organization_id <> s.organization_id OR o.organization_id <> s.organization_id OR o.state <> 'done'",
        ),
        (
            "a task is open or closed against its state",
            "SELECT count(*) FROM certificate_tasks WHERE (closed_at IS NULL) \
             <> (state IN ('created', 'invited', 'confirmed', 'identified'))",
        ),
        (
            "an operation that is not done gave seats",
            "SELECT count(*) FROM assignments AS a JOIN operations AS o ON o.id = a.operation_id \
             WHERE o.state NOT IN ('done', 'undone')",
        ),
        (
            "an operation gave other than it says",
            "SELECT count(*) FROM operations AS o WHERE o.kind IN ('issue', 'renew', 'undo_revoke', 'undo_renew') AND o.state IN ('done', 'undone') \
             AND o.accepted <> (SELECT count(*) FROM assignments AS a WHERE a.operation_id = o.id)",
        ),
        (
            "an operation took other than it says",
            "SELECT count(*) FROM operations AS o WHERE o.kind IN ('revoke', 'renew', 'undo_issue', 'undo_renew', 'end_term') \
             AND o.state IN ('done', 'undone') \
             AND o.accepted <> (SELECT count(*) FROM assignments AS a WHERE a.ended_by = o.id)",
        ),
    ];
    for (what, sql) in none {
        assert_eq!(app.number(sql).await, 0, "{what}");
    }
    for id in app.rows("SELECT id FROM organizations").await {
        let organization = OrganizationId(id.parse().unwrap());
        // Refusals are written by tasks of their own: one may come while we read.
        let kept = app.rows(&format!("SELECT audit_seq, audit_hash FROM organizations WHERE id = {id}")).await;
        let last: i64 = kept[0].split('|').next().unwrap().parse().unwrap();
        let mut records = app.store.audit(organization, 0, 100_000).await.unwrap();
        records.retain(|record| record.seq <= last);
        let head = service::chain(organization, AuditHead { seq: 0, hash: [0; 32] }, &records).unwrap();
        for record in &records {
            check_words(record);
        }
        let hash: String = head.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(kept, [format!("{}|{hash}", head.seq)], "the audit log has lost its end");
    }
    assert_eq!(app.other_desk().installation_log(0).await.unwrap().broken_at, None, "the installation's log");
}

/// «Журнал» says in words what an entry tells, and why something was refused.
fn check_words(record: &AuditRecord) {
    let known = ActGroup::ALL.into_iter().any(|group| group.acts().contains(&record.action.as_str()));
    assert!(known, "an act without a group: {}", record.action);
    let details: serde_json::Value = serde_json::from_str(&record.details).unwrap();
    for why in ["why", "fault"].into_iter().filter_map(|name| details.get(name)?.as_str()) {
        assert_ne!(Lang::Ru.why(why), "", "{}: {why}", record.action);
    }
}

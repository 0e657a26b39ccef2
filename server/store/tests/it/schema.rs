//! The two databases are kept alike, and every statement means something to both.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::any::AnyPoolOptions;
use store::{Backend, SqlStore};

use crate::database::{Database, on_both, runtime};

on_both!(every_statement_is_understood, migrating_again_changes_nothing);

async fn every_statement_is_understood(store: SqlStore) {
    let (all, refused) = store.refused_statements().await.unwrap();
    assert!(all > 300, "{all}");
    for (text, error) in refused.iter().take(5) {
        eprintln!("{error}\n    {text}\n");
    }
    assert!(refused.is_empty(), "{} of {all} are refused", refused.len());
}

async fn migrating_again_changes_nothing(store: SqlStore) {
    assert!(store.is_empty().await.unwrap());
    crate::world::two_organizations(&store).await;
    assert!(!store.is_empty().await.unwrap());
    let version = "SELECT count(*) FROM _sqlx_migrations";
    assert!(store.scalar(version).await.unwrap() >= 1);
}

#[test]
fn servers_that_start_at_once_share_one_new_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("at_once_{}", std::process::id()));
    let url = format!("sqlite://{}/desk.db", folder.display());
    runtime().block_on(async {
        let starting = (0..4).map(|_| {
            tokio::spawn({
                let url = url.clone();
                async move { SqlStore::connect(&url).await.map(drop) }
            })
        });
        for started in starting.collect::<Vec<_>>() {
            started.await.unwrap().unwrap();
        }
    });
    std::fs::remove_dir_all(folder).unwrap();
}

/// Columns, the other table, its columns.
type Reference = (Vec<String>, String, Vec<String>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    /// Table and column: type class and whether it may be NULL.
    columns: BTreeMap<(String, String), (String, bool)>,
    /// Table and columns: name, unique, partial.
    indexes: BTreeMap<(String, Vec<String>), (String, bool, bool)>,
    /// By table.
    foreign_keys: BTreeSet<(String, Reference)>,
}

async fn rows(url: &str, sql: &'static str) -> Vec<sqlx::any::AnyRow> {
    let pool = AnyPoolOptions::new().max_connections(1).connect(url).await.unwrap();
    let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

fn split(row: &sqlx::any::AnyRow, place: usize) -> Vec<String> {
    row.get::<String, _>(place).split(',').map(str::to_owned).collect()
}

async fn sqlite_schema(url: &str) -> Schema {
    let mut schema = Schema::default();
    for row in rows(
        url,
        "SELECT t.name, c.name, c.type, CASE WHEN c.\"notnull\" = 0 AND c.pk = 0 THEN 1 ELSE 0 END \
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .await
    {
        schema.columns.insert((row.get(0), row.get(1)), (row.get(2), row.get::<i64, _>(3) == 1));
    }
    for row in rows(
        url,
        "SELECT t.name, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)), \
                CASE WHEN i.origin = 'pk' THEN t.name || '_key' ELSE i.name END, i.\"unique\", i.partial \
         FROM sqlite_schema t JOIN pragma_index_list(t.name) i \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .await
    {
        let facts = (row.get(2), row.get::<i64, _>(3) == 1, row.get::<i64, _>(4) == 1);
        schema.indexes.insert((row.get(0), split(&row, 1)), facts);
    }
    let mut keys: BTreeMap<(String, i64), Reference> = BTreeMap::new();
    for row in rows(
        url,
        "SELECT t.name, f.id, f.\"from\", f.\"table\", f.\"to\" \
         FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq",
    )
    .await
    {
        let key = keys.entry((row.get(0), row.get(1))).or_default();
        key.0.push(row.get(2));
        key.1 = row.get(3);
        key.2.push(row.get(4));
    }
    schema.foreign_keys = keys.into_iter().map(|((table, _), reference)| (table, reference)).collect();
    schema
}

async fn postgres_schema(url: &str) -> Schema {
    let mut schema = Schema::default();
    for row in rows(
        url,
        "SELECT table_name::text, column_name::text, data_type::text, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END, \
                COALESCE(collation_name, '')::text \
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'",
    )
    .await
    {
        let kind: String = row.get(2);
        let class = match kind.as_str() {
            "bigint" => "INTEGER",
            "text" => "TEXT",
            "bytea" => "BLOB",
            other => other,
        };
        if class == "TEXT" {
            assert_eq!(row.get::<String, _>(4), "C", "{}.{}", row.get::<String, _>(0), row.get::<String, _>(1));
        }
        schema.columns.insert((row.get(0), row.get(1)), (class.to_owned(), row.get::<i32, _>(3) == 1));
    }
    for row in rows(
        url,
        "SELECT t.relname::text, \
                (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) \
                 FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place) \
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number), \
                i.relname::text, \
                CASE WHEN x.indisunique THEN 1 ELSE 0 END, CASE WHEN x.indpred IS NULL THEN 0 ELSE 1 END \
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
         WHERE t.relnamespace = current_schema()::regnamespace AND t.relname <> '_sqlx_migrations'",
    )
    .await
    {
        let columns = split(&row, 1);
        // SQLite's rowid needs no index.
        if columns != ["id"] {
            let facts = (row.get(2), row.get::<i32, _>(3) == 1, row.get::<i32, _>(4) == 1);
            schema.indexes.insert((row.get(0), columns), facts);
        }
    }
    for row in rows(
        url,
        "SELECT t.relname::text, \
                (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) \
                 FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place) \
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number), \
                o.relname::text, \
                (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) \
                 FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place) \
                 JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number) \
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid \
         WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
    )
    .await
    {
        schema.foreign_keys.insert((row.get(0), (split(&row, 1), row.get(2), split(&row, 3))));
    }
    schema
}

#[test]
fn the_migrations_are_twins() {
    runtime().block_on(async {
        let (sqlite, postgres) = (Database::fresh(Backend::Sqlite).await, Database::fresh(Backend::Postgres).await);
        let here = sqlite_schema(&sqlite.url.replace(' ', "%20").replace("%#", "%25%23")).await;
        let there = postgres_schema(&postgres.url).await;
        assert!(here.columns.len() > 60 && here.indexes.len() > 25 && here.foreign_keys.len() > 15);
        assert_eq!(here.columns, there.columns);
        assert_eq!(here.indexes, there.indexes);
        assert_eq!(here.foreign_keys, there.foreign_keys);
        sqlite.remove().await;
        postgres.remove().await;
    });
}

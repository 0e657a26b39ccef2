//! The store's contract, kept on both databases. PostgreSQL comes from TEST_POSTGRES_URL, or else is started for the run
//! by `server/tests/postgres.sh`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop where it stands"
)]

mod contract;
mod database;
mod histories;
mod race;
mod rosters;
mod schema;
mod world;

//! The desk as its users meet it: over HTTP, on SQLite and on PostgreSQL. PostgreSQL comes from TEST_POSTGRES_URL, which
//! `server/tests/postgres.sh COMMAND…` sets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop where it stands"
)]

mod support;

mod access;
mod accounts;
mod applications;
mod approvals;
mod asvs;
mod bad_requests;
mod binding;
mod connecting;
mod coverage;
mod crowd;
mod deeds;
mod factor;
mod installation;
mod journal;
mod keys;
mod killed;
mod letters;
mod manage;
mod members;
mod moved;
mod news;
mod offered;
mod oidc;
mod orders;
mod organizations;
mod outage;
mod pages;
mod partners;
mod passkeys;
mod rate;
mod recover;
mod refusals;
mod registration;
mod renewals;
mod reports;
mod selections;
mod sign_in;
mod sms;
mod start;
mod strangers;
mod tasks;
mod terms;
mod undo;

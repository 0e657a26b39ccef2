//! One function for each rule that the ports promise.

mod certificates;
mod connections;
mod directory;
mod invariants;
mod log;
mod manage;
mod operations;
mod scope;
mod sessions;
mod stock;

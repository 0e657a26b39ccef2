//! A new migration file does not touch any Rust source, so Cargo has to be told.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

//! The table of the ASVS names tests and files: whoever renames one of them finds it here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("../../ASVS.md");

/// Where the modules of each suite are, from this crate.
const SUITES: [(&str, &str); 6] = [
    ("it", "tests/it"),
    ("store", "store/tests/it"),
    ("domain", "../app/domain/src"),
    ("app", "../app/src"),
    ("service", "service/src"),
    ("server", "src"),
];

/// With fewer, the table was not read.
const LEAST: usize = 60;

fn place(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Whatever stands between backquotes.
fn quoted() -> BTreeSet<&'static str> {
    TABLE.split('`').skip(1).step_by(2).collect()
}

/// A test of one of the suites: its folder, its module, its function.
fn test(name: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (suite, path) = name.split_once("::")?;
    let (_, folder) = SUITES.into_iter().find(|(known, _)| *known == suite)?;
    let (module, function) = path.rsplit_once("::").unwrap_or(("", path));
    Some((folder, module, function))
}

fn is_there(folder: &str, module: &str, function: &str) -> bool {
    // The tests of a module stand in its own file, or in one beside it.
    let modules = [Some(module), module.strip_suffix("::tests")].into_iter().flatten();
    let files = modules.map(|module| module.replace("::", "/")).flat_map(|module| {
        let file = |ending: &str| place(folder).join(format!("{module}{ending}"));
        [file(".rs"), file("/mod.rs")]
    });
    let mut texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    texts.any(|text| text.contains(&format!("fn {function}(")))
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let mut named = 0;
    let mut missing = Vec::new();
    for name in quoted() {
        let there = match (name.strip_prefix("e2e:"), test(name)) {
            (Some(file), _) => place("../end2end").join(file).is_file(),
            (None, Some((folder, module, function))) => is_there(folder, module, function),
            (None, None) => continue,
        };
        named += 1;
        if !there {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "named in server/ASVS.md, and not there: {missing:#?}");
    assert!(named >= LEAST, "{named} tests are named");
}

#[test]
fn every_file_that_the_table_names_is_there() {
    let is_file = |name: &&str| {
        let ending =
            name.rsplit_once('.').is_some_and(|(_, ending)| ["rs", "ts", "toml", "json", "md"].contains(&ending));
        ending && !name.starts_with('/') && !name.contains(':')
    };
    let named: Vec<&str> = quoted().into_iter().filter(is_file).collect();
    let missing: Vec<&&str> = named.iter().filter(|name| !place("..").join(name).is_file()).collect();
    assert!(missing.is_empty(), "named in server/ASVS.md, and not there: {missing:#?}");
    assert!(named.len() >= 10, "{named:?}");
}

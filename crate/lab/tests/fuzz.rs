//! What is promised of every reader: inputs that ever failed are read or refused, and so is whatever is made of them.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::program;
use serde_json::Value;

/// Inputs for each reader; minutes give ten million (`nested-memory fuzz --executions 10000000`).
const EXECUTIONS: u64 = 20_000;

#[test]
fn every_kept_input_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let found = folder.path().join("found.json");
    let output = program()
        .args(["fuzz", "--executions", &EXECUTIONS.to_string(), "--json"])
        .arg(&found)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let all: Vec<Value> = serde_json::from_slice(&std::fs::read(found).unwrap()).unwrap();
    assert_eq!(all.len(), 8);
    for found in &all {
        assert!(found["executions"].as_u64().unwrap() > EXECUTIONS, "{found}");
        assert!(found["read"].as_u64().unwrap() > 0, "what is whole is read: {found}");
    }
}

#[test]
fn a_reader_that_is_unknown_is_no_target() {
    assert!(!program().args(["fuzz", "--target", "nobody"]).output().unwrap().status.success());
}

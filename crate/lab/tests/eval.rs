//! The examination from outside.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    // Tests run in their package. What `env!` says may be of another clone that shares this target folder.
    Path::new("../..").canonicalize().unwrap()
}

fn eval(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nested-memory"))
        .current_dir(root())
        .args(["eval", "--json", "--leak-episodes", "50"])
        .args(arguments)
        .output()
        .unwrap()
}

fn report(arguments: &[&str]) -> Value {
    let output = eval(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The program itself compares snapshots and replies of B, E and F, and fails where they differ.
#[test]
fn a_memory_that_was_saved_or_carried_answers_as_the_one_that_stayed() {
    for suite in ["recall", "two-step", "families"] {
        let report = report(&["--suite", suite, "--protocol", "--cases", "1"]);
        let scores = report["scores"].as_object().unwrap();
        let of = |condition: &str| -> Vec<&Value> {
            scores.iter().filter(|(row, _)| row.contains(condition)).map(|(_, score)| score).collect()
        };
        assert!(!of(": B memory only").is_empty());
        let rows = scores.keys().filter(|row| row.ends_with("B memory only"));
        let kept: Vec<&Value> = rows.map(|row| &scores[row]).collect();
        assert_eq!(of(": E "), kept);
        assert_eq!(of(": F "), kept);
    }
}

#[test]
fn a_suite_without_a_protocol_says_so() {
    let output = eval(&["--suite", "matrix", "--protocol", "--cases", "1"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("families"));
}

/// Without the levels that last nothing is left of an earlier conversation; the chart and the leaks are part of it.
#[test]
fn what_is_taken_away_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().to_str().unwrap();
    let report = report(&[
        "--suite",
        "unknown",
        "--cases",
        "2",
        "--without",
        "mid",
        "--without",
        "slow",
        "--without",
        "fast",
        "--chart",
        chart,
    ]);
    assert_eq!(report["scores"]["known"]["right"], 0);
    assert_eq!(report["without"], serde_json::json!(["mid", "slow", "fast"]));
    assert_eq!(report["leaks"]["found"], serde_json::json!([]));
    let picture = std::fs::read_to_string(folder.path().join("groups.svg")).unwrap();
    for row in report["scores"].as_object().unwrap().keys() {
        assert!(picture.contains(row.as_str()), "{row}");
    }
}

/// Whoever keeps nothing knows nothing, and every strategy is asked the same; the best of each column is marked.
#[test]
fn strategies_are_asked_the_same_and_the_best_is_marked() {
    let table = report(&["--suite", "strategies", "--cases", "1", "--fine-tune", "0.3,1"]);
    let rows = table["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["strategy"].as_str().unwrap()).collect();
    let expected = ["frozen", "context", "notebook", "fine-tuning", "nested", "nested-awake"];
    assert_eq!(names[..6], expected);
    assert_eq!(names[6], "fine-tuning, all parameters");
    for row in rows {
        assert_eq!((&row["ended"]["questions"], &row["ten_later"]["questions"]), (&4.into(), &4.into()));
        assert_eq!(row["stranger_declined"]["questions"], 2);
        assert!(row["tokens_read_a_question"].as_f64().unwrap() > 0.0);
    }
    let frozen = &rows[0];
    assert_eq!((&frozen["ended"]["right"], &frozen["bytes_kept"]), (&0.into(), &0.0.into()));
    assert!(frozen["best"].as_array().unwrap().contains(&"bytes kept".into()));
    let most = rows.iter().map(|row| row["ended"]["right"].as_u64().unwrap()).max().unwrap();
    for row in rows {
        let best = row["best"].as_array().unwrap().contains(&"conversation over".into());
        assert_eq!(best, row["ended"]["right"].as_u64() == Some(most), "{row}");
    }
    assert_eq!(table["leaks"]["found"], serde_json::json!([]));
}

#[test]
fn only_those_who_are_named_take_part() {
    let arguments = ["--suite", "strategies", "--cases", "1", "--strategy", "notebook", "--notes", "1"];
    let rows = report(&arguments)["rows"].as_array().unwrap().clone();
    assert_eq!(rows.iter().map(|row| &row["strategy"]).collect::<Vec<_>>(), ["notebook"]);
}

//! What `nested-memory snapshot` promises researchers: it says what is in a file, what changed, and what not to believe.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{chat, program};
use nested_memory_model::ledger::{Line, RULE};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const TELL: &str = r#"{"say": "My parrot is called Zephyr."}"#;
const END: &str = r#"{"end_conversation": true}"#;

/// Memories that one conversation has left, one after the other: nothing, a parrot, a parrot and a bike.
fn memories(folder: &Path) -> [PathBuf; 3] {
    let files = ["nothing", "parrot", "bike"].map(|name| folder.join(format!("{name}.safetensors")));
    let save = |file: &PathBuf| json!({ "save": file }).to_string();
    let lines = [
        save(&files[0]),
        TELL.to_owned(),
        END.to_owned(),
        save(&files[1]),
        r#"{"say": "My sister's bike is teal."}"#.to_owned(),
        END.to_owned(),
        save(&files[2]),
    ];
    chat(&[], &lines.each_ref().map(String::as_str));
    files
}

/// Whether it went well, and what it said.
fn snapshot(arguments: &[&str], files: &[&Path]) -> (bool, String) {
    let output = program().arg("snapshot").args(arguments).args(files).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.success(), said)
}

fn json(arguments: &[&str], files: &[&Path]) -> Value {
    let (well, said) = snapshot(arguments, files);
    assert!(well, "{said}");
    serde_json::from_str(&said).unwrap()
}

#[test]
fn inspect_tells_where_a_memory_comes_from_and_how_large_its_parts_are() {
    let folder = tempfile::tempdir().unwrap();
    let [nothing, parrot, _] = memories(folder.path());
    let found = json(&["inspect", "--json"], &[&parrot]);
    assert_eq!(
        (&found["label"]["format"], &found["label"]["clock"]["conversations"]),
        (&json!(1), &json!(1))
    );
    let slow = |found: &Value| {
        let tensors = found["tensors"].as_array().unwrap();
        let slow = tensors.iter().find(|tensor| tensor["name"] == "block.1.level.slow.memory").unwrap();
        slow["length"].as_f64().unwrap()
    };
    assert!(slow(&found) > 0.0);
    assert_eq!(slow(&json(&["inspect", "--json"], &[&nothing])), 0.0);
    let (well, table) = snapshot(&["inspect"], &[&nothing, &parrot]);
    assert!(well && table.contains("block.1.level.mid.shield") && table.contains("256 × 128"), "{table}");
}

#[test]
fn diff_tells_what_changed_and_which_answers() {
    let folder = tempfile::tempdir().unwrap();
    let [nothing, parrot, bike] = memories(folder.path());
    let questions = ["--ask", "What is my parrot called?"];
    let found = json(&[&["diff", "--json"][..], &questions].concat(), &[&nothing, &parrot]);
    for level in found["levels"].as_array().unwrap() {
        let changed = level["change"].as_f64().unwrap() > 0.0;
        assert_eq!(changed, level["level"] != "fast", "{level}");
        assert_eq!(changed, !level["units"].as_array().unwrap().is_empty());
    }
    let answer = &found["answers"][0];
    assert!(answer["after"].as_str().unwrap().contains("Zephyr"), "{answer}");
    assert_ne!(answer["before"], answer["after"]);
    let same = json(&["diff", "--json"], &[&bike, &bike]);
    assert!(same["levels"].as_array().unwrap().iter().all(|level| level["change"] == 0.0));
}

#[test]
fn verify_refuses_what_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let [_, parrot, bike] = memories(folder.path());
    let (well, said) = snapshot(&["verify"], &[&parrot, &bike]);
    assert!(well && said.contains("whole"), "{said}");
    let mut bytes = std::fs::read(&parrot).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    let changed = folder.path().join("changed.safetensors");
    std::fs::write(&changed, bytes).unwrap();
    let (well, said) = snapshot(&["verify"], &[&parrot, &changed]);
    assert!(!well && said.contains("NOT TO BE BELIEVED"), "{said}");
}

#[test]
fn verify_finds_a_memory_in_its_ledger_and_a_changed_ledger_out() {
    let folder = tempfile::tempdir().unwrap();
    let [nothing, parrot, bike] = memories(folder.path());
    let seen = |file: &Path| json(&["inspect", "--json"], &[file]);
    let line = |version, before: &str, file: &Path| {
        let (found, text) = (seen(file), |value: &Value| value.as_str().unwrap().to_owned());
        let (base, memory) = (text(&found["label"]["base"]), text(&found["sha256"]));
        let (cause, said, rule) = ("turn".to_owned(), String::new(), RULE.to_owned());
        let before = before.to_owned();
        Line { version, before, of: None, cause, time: 1, base, rule, said, memory, hash: String::new() }
            .sealed()
    };
    let first = line(1, "", &parrot);
    let mut lines = vec![first.clone(), line(2, &first.hash, &bike)];
    let ledger = folder.path().join("ledger.json");
    let with = ["verify", "--ledger", ledger.to_str().unwrap()];
    std::fs::write(&ledger, serde_json::to_vec(&lines).unwrap()).unwrap();
    let (well, said) = snapshot(&with, &[&parrot, &bike]);
    assert!(well && said.contains("version 2 of the ledger"), "{said}");
    let (well, said) = snapshot(&with, &[&nothing]);
    assert!(!well && said.contains("no version"), "{said}");
    lines[0].time = 2;
    std::fs::write(&ledger, serde_json::to_vec(&lines).unwrap()).unwrap();
    let (well, said) = snapshot(&with, &[&parrot]);
    assert!(!well && said.contains("version 1 was changed"), "{said}");
}

#[test]
fn merge_check_tells_how_much_two_memories_have_in_common() {
    let folder = tempfile::tempdir().unwrap();
    let [nothing, parrot, bike] = memories(folder.path());
    let overlaps = |one: &Path, other: &Path| {
        let found = json(&["merge-check", "--json"], &[one, other]);
        let levels = found.as_array().unwrap().clone();
        levels.iter().map(|level| level["overlap"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert!(overlaps(&nothing, &bike).iter().all(|overlap| *overlap == 0.0));
    assert!(overlaps(&parrot, &bike).iter().all(|overlap| *overlap > 0.0 && *overlap <= 1.0));
}

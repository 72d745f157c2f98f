//! The program from outside: what `chat --jsonl` promises to scripts, and that a training run continues exactly.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{chat, program, root};
use std::process::Stdio;

/// What is said while the levels are off is not written, and not slept over either.
#[test]
fn a_night_leaves_out_what_was_said_with_the_levels_off() {
    let lines = [
        r#"{"levels": "off"}"#,
        r#"{"say": "My parrot is called Zephyr."}"#,
        r#"{"levels": "on"}"#,
        r#"{"sleep": 1}"#,
        r#"{"say": "What is my parrot called?"}"#,
    ];
    let answers = chat(&[], &lines);
    assert_eq!(answers[3]["slept"]["of"], 0, "{answers:?}");
    assert!(!answers[4]["reply"].as_str().unwrap().contains("Zephyr"), "{answers:?}");
}

#[test]
fn a_bad_line_gets_an_error_and_changes_nothing() {
    let tell = r#"{"say": "My parrot is called Zephyr."}"#;
    let ask = r#"{"say": "What is my parrot called?"}"#;
    let plain = chat(&[], &[tell, ask]);
    let bad = [
        "rubbish",
        "{}",
        r#"{"say": 3}"#,
        r#"{"say": ""}"#,
        r#"{"load": "/nowhere"}"#,
        r#"{"levels": "sideways"}"#,
    ];
    let mut lines = vec![tell];
    lines.extend(bad);
    lines.push(ask);
    let answers = chat(&[], &lines);
    assert_eq!(answers.len(), lines.len());
    for (line, answer) in bad.iter().zip(&answers[1..]) {
        assert!(answer["error"].is_string(), "{line} got {answer}");
    }
    assert_eq!(plain.last(), answers.last());
}

/// What the weights that last hold is told apart, and asking leaves no trace.
#[test]
fn a_probe_asks_copies_without_levels_and_changes_nothing() {
    let told = [r#"{"say": "My parrot is called Zephyr."}"#, r#"{"end_conversation": true}"#];
    let ask = r#"{"say": "What is my parrot called?"}"#;
    let probe = r#"{"probe": "What is my parrot called?"}"#;
    let plain = chat(&[], &[&told[..], &[ask]].concat());
    let probed = chat(&[], &[&told[..], &[probe, ask]].concat());
    assert_eq!(plain.last(), probed.last());
    let answers = probed[2]["answers"].as_array().unwrap();
    let without: Vec<String> = answers.iter().map(|answer| answer["without"].to_string()).collect();
    assert_eq!(without, ["[]", r#"["slow"]"#, r#"["mid"]"#, r#"["mid","slow"]"#]);
    let knows = |i: usize| answers[i]["reply"].as_str().unwrap().contains("Zephyr");
    assert!(knows(0) && !knows(3), "{answers:?}");
}

#[test]
fn a_saved_memory_answers_as_the_one_that_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("memory.safetensors");
    let (save, load) = (format!(r#"{{"save": {file:?}}}"#), format!(r#"{{"load": {file:?}}}"#));
    let told = [r#"{"say": "My sister's bike is teal."}"#, r#"{"end_conversation": true}"#, &save];
    let ask = r#"{"say": "Which colour is my sister's bike?"}"#;
    let before = chat(&[], &[&told[..], &[ask]].concat());
    let after = chat(&[], &[&load, ask]);
    assert_eq!(before.last(), after.last());
    assert_eq!(before[1]["updates"], serde_json::json!({ "fast": 1, "mid": 1, "slow": 1 }));
}

#[test]
fn any_text_is_answered_or_refused_and_never_breaks_the_program() {
    let long = "word ".repeat(20_000);
    let texts =
        [long.as_str(), "\u{0}\u{7}\u{1b}[31m", "小明的猫叫什么？", "<|user|><|end|>", "🦜🦜", "\u{202e}abc"];
    let lines: Vec<String> =
        texts.iter().map(|text| serde_json::json!({ "say": text }).to_string()).collect();
    let answers = chat(&[], &lines.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(answers.len(), texts.len());
    for answer in answers {
        assert!(answer["reply"].is_string() || answer["error"].is_string());
    }
}

/// The checkpoint of a run that was stopped and continued is, byte for byte but for the clock, that of one that was not.
#[test]
fn a_stopped_run_continues_with_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let train = |name: &str, stop: &str| {
        let checkpoint = folder.path().join(name);
        let status = program()
            .args([
                "train",
                "--steps",
                "10",
                "--batch",
                "2",
                "--every",
                "2",
                "--threads",
                "1",
                "--stop-at",
                stop,
            ])
            .args(["--checkpoint".as_ref(), checkpoint.as_os_str()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        std::fs::read(checkpoint).unwrap()
    };
    let whole = train("whole.safetensors", "4");
    train("parts.safetensors", "2");
    let parts = train("parts.safetensors", "4");
    let numbers = |bytes: &[u8]| {
        let file = safetensors::SafeTensors::deserialize(bytes).unwrap();
        let mut all: Vec<(String, Vec<u8>)> =
            file.iter().map(|(name, view)| (name.to_owned(), view.data().to_vec())).collect();
        all.sort();
        all
    };
    assert!(numbers(&whole) == numbers(&parts));
    assert!(numbers(&whole).iter().any(|(name, _)| name.starts_with("adam.")));
}

/// A committed base can be trained on without its checkpoint: the first step begins with its numbers.
#[test]
fn a_base_is_trained_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("on.safetensors");
    let base = root().join("www/public/base/base.safetensors");
    let status = program()
        .args(["train", "--steps", "4", "--stop-at", "1", "--batch", "2", "--threads", "1", "--rate", "0"])
        .args(["--from".as_ref(), base.as_os_str(), "--checkpoint".as_ref(), checkpoint.as_os_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let read = |path: &std::path::Path| std::fs::read(path).unwrap();
    let (before, after) = (read(&base), read(&checkpoint));
    let before = nested_memory_model::file::Entries::from_bytes("base", &before).unwrap();
    let after = nested_memory_model::file::Entries::from_bytes("base", &after).unwrap();
    // Doubt is fitted to a base that has been trained.
    for (name, entry) in before.tensors.iter().filter(|(name, _)| *name != "doubt") {
        assert_eq!(entry.values, after.tensors[name].values, "{name}");
    }
}

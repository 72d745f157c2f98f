//! The program from outside.

#![allow(dead_code, reason = "each test takes what it needs")]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) fn root() -> PathBuf {
    // Tests run in their package. What `env!` says may be of another clone that shares this target folder.
    Path::new("../..").canonicalize().unwrap()
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nested-memory"));
    command.current_dir(root());
    command
}

/// Sends lines to `chat --jsonl` and gives its answers.
pub(crate) fn chat(arguments: &[&str], lines: &[&str]) -> Vec<Value> {
    let mut child = program()
        .args(["chat", "--jsonl"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

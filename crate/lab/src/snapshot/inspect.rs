//! What a snapshot holds.

use super::numbers::{Numbers, length};
use crate::say;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Prints what files hold.
pub(super) fn inspect(files: &[PathBuf], as_json: bool) -> anyhow::Result<()> {
    for file in files {
        let numbers = Numbers::read(file)?;
        if as_json {
            say(&described(file, &numbers).to_string());
        } else {
            table(file, &numbers);
        }
    }
    Ok(())
}

fn described(file: &Path, numbers: &Numbers) -> Value {
    let tensors: Vec<Value> = numbers
        .tensors()
        .map(|(name, entry)| {
            json!({
                "name": name, "shape": entry.shape, "length": length(&entry.values),
                "largest": largest(&entry.values), "zero": zero(&entry.values),
            })
        })
        .collect();
    json!({ "file": file, "label": numbers.label, "sha256": numbers.checksum, "tensors": tensors })
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |most, x| x.abs().max(most))
}

/// The share of numbers that are zero.
fn zero(values: &[f32]) -> f64 {
    values.iter().filter(|x| **x == 0.0).count() as f64 / values.len().max(1) as f64
}

fn table(file: &Path, numbers: &Numbers) {
    let label = &numbers.label;
    let [fast, mid, slow] = label.clock.updates;
    say(&format!("{}", file.display()));
    say(&format!("  format {}, base {:.12}, numbers {:.12}", label.format, label.base, numbers.checksum));
    if !label.title.is_empty() {
        say(&format!("  called \"{}\"", label.title));
    }
    if let Some(parent) = &label.parent {
        say(&format!("  from version {parent}"));
    }
    say(&format!(
        "  {} tokens in {} conversations; updates: fast {fast}, mid {mid}, slow {slow}",
        label.clock.tokens, label.clock.conversations
    ));
    say(&format!("  {:<30} {:>14} {:>10} {:>10} {:>7}", "part", "shape", "length", "largest", "zero"));
    for (name, entry) in numbers.tensors() {
        let shape = entry.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
        say(&format!(
            "  {name:<30} {shape:>14} {:>10.4} {:>10.4} {:>6.1}%",
            length(&entry.values),
            largest(&entry.values),
            100.0 * zero(&entry.values)
        ));
    }
}

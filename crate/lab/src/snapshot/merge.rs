//! What two memories would do to each other if their weights were added.
//!
//! A level reads `key D`. Where two memories were written under keys that have nothing in common, the rows of their D live
//! in different directions of the units, and each still answers from the sum as before. So the overlap of a level is
//! ‖D₁ᵀ D₂‖ / (‖D₁‖ ‖D₂‖): 0, nothing in common; 1, written in one and the same direction.

use super::numbers::{Numbers, Place, both, length, pair};
use crate::say;
use nested_memory_model::LevelName;
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Serialize)]
struct Overlap {
    block: usize,
    level: &'static str,
    one: f64,
    other: f64,
    overlap: f64,
}

/// Prints the overlap of each lasting level.
pub(super) fn merge_check(one: &Path, other: &Path, json: bool) -> anyhow::Result<()> {
    let (one, other) = pair(one, other)?;
    let lasting = one.places().into_iter().filter(|place| place.level != LevelName::Fast);
    let found = lasting.map(|place| overlap(&one, &other, place)).collect::<anyhow::Result<Vec<_>>>()?;
    if json {
        say(&serde_json::to_string(&found)?);
        return Ok(());
    }
    say(&format!("{:<16} {:>9} {:>9} {:>9}", "", "one", "other", "overlap"));
    for level in &found {
        say(&format!(
            "block {} {:<8} {:>9.4} {:>9.4} {:>9.3}",
            level.block, level.level, level.one, level.other, level.overlap
        ));
    }
    say("overlap 0: written under keys that have nothing in common; 1: under the same. Nothing was merged.");
    Ok(())
}

fn overlap(one: &Numbers, other: &Numbers, place: Place) -> anyhow::Result<Overlap> {
    let (a, b) = both(one, other, place)?;
    let (one, other) = (length(&a.values), length(&b.values));
    let width = a.shape.last().copied().unwrap_or(1).max(1);
    let rows = || a.values.chunks(width).zip(b.values.chunks(width));
    let mut squares = 0.0;
    for i in 0..width {
        let mut column = vec![0.0; width];
        for (a, b) in rows() {
            column.iter_mut().zip(b).for_each(|(sum, b)| *sum += f64::from(a[i]) * f64::from(*b));
        }
        squares += column.iter().map(|x| x * x).sum::<f64>();
    }
    let lengths = one * other;
    let overlap = if lengths > 0.0 { squares.sqrt() / lengths } else { 0.0 };
    Ok(Overlap { block: place.block, level: place.level.as_str(), one, other, overlap })
}

//! A snapshot's numbers, without a base to put them in.

use anyhow::Context;
use nested_memory_model::LevelName;
use nested_memory_model::file::{CHECKSUM, Entries, Entry};
use nested_memory_model::snapshot::{self, Label};
use std::collections::BTreeSet;
use std::path::Path;

/// A snapshot as it lies in its file.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Whose and of what.
    pub(super) label: Label,
    /// The checksum of its numbers, by which the ledger knows it.
    pub(super) checksum: String,
    entries: Entries,
}

/// The plastic weights D of a level in a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) block: usize,
    pub(super) level: LevelName,
}

impl Numbers {
    /// Reads and checks a file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let label = snapshot::label(&bytes).with_context(|| path.display().to_string())?;
        let entries = Entries::from_bytes("snapshot", &bytes)?;
        let checksum = entries.metadata.get(CHECKSUM).cloned().unwrap_or_default();
        Ok(Self { label, checksum, entries })
    }

    /// Every tensor by name.
    pub(super) fn tensors(&self) -> impl Iterator<Item = (&String, &Entry)> {
        self.entries.tensors.iter()
    }

    /// D of a level.
    pub(super) fn weights(&self, place: Place) -> anyhow::Result<&Entry> {
        let name = format!("block.{}.level.{}.memory", place.block, place.level.as_str());
        self.entries.tensors.get(&name).with_context(|| format!("{name} is missing"))
    }

    /// The levels of the blocks that remember, block by block.
    pub(super) fn places(&self) -> Vec<Place> {
        let block = |name: &String| {
            let rest = name.strip_prefix("block.")?.strip_suffix(".level.fast.memory")?;
            rest.parse::<usize>().ok()
        };
        let blocks: BTreeSet<usize> = self.entries.tensors.keys().filter_map(block).collect();
        let levels = |block| LevelName::ALL.into_iter().map(move |level| Place { block, level });
        blocks.into_iter().flat_map(levels).collect()
    }
}

/// The length of all numbers as one vector.
pub(super) fn length(values: &[f32]) -> f64 {
    values.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt()
}

/// D of the same level in two snapshots.
///
/// Fails where they are of different shapes.
pub(super) fn both<'a>(
    one: &'a Numbers,
    other: &'a Numbers,
    place: Place,
) -> anyhow::Result<(&'a Entry, &'a Entry)> {
    let (a, b) = (one.weights(place)?, other.weights(place)?);
    anyhow::ensure!(a.shape == b.shape, "they are of different shapes: {:?} and {:?}", a.shape, b.shape);
    Ok((a, b))
}

/// Two snapshots that can be compared.
pub(super) fn pair(one: &Path, other: &Path) -> anyhow::Result<(Numbers, Numbers)> {
    let (one, other) = (Numbers::read(one)?, Numbers::read(other)?);
    anyhow::ensure!(
        one.label.base == other.label.base,
        "they were learned on different bases ({:.12} and {:.12}), so their numbers mean different things",
        one.label.base,
        other.label.base
    );
    Ok((one, other))
}

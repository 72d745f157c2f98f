//! A snapshot that is read is sound, and is saved as one that is read again. Whatever else comes is refused by name.

use super::{Case, Files, Outcome};
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use burn::tensor::Device;
use nested_memory_model::file::Entries;
use nested_memory_model::{Base, Error, Levels, end_conversation, observe, snapshot};
use pollster::block_on;

/// Every so many that are read are also talked with.
const TALK_EVERY: u64 = 64;

/// Memories of the tiny base.
pub(super) struct Snapshots {
    base: Base,
    golden: Vec<u8>,
    read: u64,
}

impl Snapshots {
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        let base = Base::from_bytes(&files.golden("base.safetensors")?, &Device::flex())?;
        Ok(Self { base, golden: files.golden("snapshot-1.safetensors")?, read: 0 })
    }
}

/// The reason of an error that may be given for a file.
pub(super) fn refusal(error: &Error, bytes: &[u8]) -> anyhow::Result<Outcome> {
    let named = matches!(
        error,
        Error::Damaged { .. }
            | Error::Foreign { .. }
            | Error::Newer { .. }
            | Error::OtherBase { .. }
            | Error::Config { .. }
    );
    ensure!(named, "a file is refused with {error:?}");
    let reason = error.to_string();
    // It may cite the file, each strange letter as its number.
    ensure!(reason.len() <= 2_000 + 12 * bytes.len(), "the reason is longer than the file");
    Ok(Outcome::Refused(reason))
}

impl Case for Snapshots {
    fn grammar(&self) -> Grammar {
        Grammar::Tensors
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![self.golden.clone()]
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let (memory, label) = match snapshot::load(&self.base, bytes) {
            Ok(found) => found,
            Err(error) => return refusal(&error, bytes),
        };
        self.read += 1;
        ensure!(snapshot::label(bytes)? == label, "the label is another one when it is read alone");
        snapshot::checksum(bytes)?;
        let config = &self.base.config;
        ensure!(memory.pending.len() <= config.chunk, "more waits than a chunk");
        ensure!(memory.pending.len() == memory.lessons.len(), "tokens and lessons differ in number");
        ensure!(memory.pending.iter().all(|t| (*t as usize) < config.vocabulary), "a token is unknown");
        let save = |memory, label: &snapshot::Label| {
            block_on(snapshot::save(&self.base, memory, &label.title, label.parent.as_deref()))
        };
        let saved = save(&memory, &label)?;
        for (name, entry) in &Entries::from_bytes("snapshot", &saved)?.tensors {
            let length = entry.values.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
            let most = f64::from(snapshot::LONGEST) * 1.001;
            ensure!(name.starts_with("pending.") || length <= most, "{name} is {length} long");
        }
        let (again, same) = snapshot::load(&self.base, &saved)?;
        ensure!(
            same.clock == label.clock && same.title == label.title,
            "the label changed when it was saved"
        );
        ensure!(save(&again, &same)? == saved, "what was loaded is saved as something else");
        if self.read.is_multiple_of(TALK_EVERY) {
            let heard = block_on(observe(&self.base, memory, &[1, 5, 9, 2, 4], Levels::On))?.0;
            block_on(end_conversation(&self.base, heard, Levels::On))?;
        }
        Ok(Outcome::Read)
    }
}

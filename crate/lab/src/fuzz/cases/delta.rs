//! A delta gives the very snapshot it was made of, or is refused.

use super::snapshot::refusal;
use super::{Case, Files, Outcome};
use crate::fuzz::mutate::Grammar;
use anyhow::{Context, ensure};
use burn::tensor::Device;
use nested_memory_model::{Base, Levels, delta, end_conversation, snapshot};
use pollster::block_on;

/// Deltas from the golden snapshot.
pub(super) struct Deltas {
    base: Base,
    older: Vec<u8>,
    newer: Vec<u8>,
    delta: Vec<u8>,
}

impl Deltas {
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        let base = Base::from_bytes(&files.golden("base.safetensors")?, &Device::flex())?;
        let older = files.golden("snapshot-1.safetensors")?;
        let (memory, _) = snapshot::load(&base, &older)?;
        let (memory, _) = block_on(end_conversation(&base, memory, Levels::On))?;
        let newer = block_on(snapshot::save(&base, &memory, "ended", Some("42")))?;
        let delta = delta::encode(&older, &newer)?.context("the delta is hardly smaller")?;
        Ok(Self { base, older, newer, delta })
    }
}

impl Case for Deltas {
    fn grammar(&self) -> Grammar {
        Grammar::Tensors
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![self.delta.clone()]
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let whole = match delta::decode(&self.older, bytes) {
            Ok(whole) => whole,
            Err(error) => return refusal(&error, bytes),
        };
        ensure!(delta::is_delta(bytes)?, "it was decoded and is no delta");
        ensure!(whole == self.newer, "it gives another snapshot under the same checksum");
        snapshot::load(&self.base, &whole)?;
        Ok(Outcome::Read)
    }
}

//! A compact snapshot gives the very snapshot it was made of, or is refused; what is not compact is left as it is.

use super::snapshot::refusal;
use super::{Case, Files, Outcome};
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use burn::tensor::Device;
use nested_memory_model::{Base, compact, snapshot};

/// Compact snapshots of the golden one.
pub(super) struct Compacts {
    base: Base,
    whole: Vec<u8>,
    small: Vec<u8>,
}

impl Compacts {
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        let base = Base::from_bytes(&files.golden("base.safetensors")?, &Device::flex())?;
        let whole = files.golden("snapshot-1.safetensors")?;
        let small = compact::compact(&whole)?;
        ensure!(small.len() < whole.len(), "the golden snapshot is not made smaller");
        Ok(Self { base, whole, small })
    }
}

impl Case for Compacts {
    fn grammar(&self) -> Grammar {
        Grammar::Tensors
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![self.small.clone()]
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let whole = match compact::expand(bytes.to_vec()) {
            Ok(whole) => whole,
            Err(error) => return refusal(&error, bytes),
        };
        if whole == bytes {
            return Ok(Outcome::Refused("it is not compact".to_owned()));
        }
        ensure!(whole == self.whole, "it gives another snapshot under the same checksum");
        snapshot::load(&self.base, &whole)?;
        Ok(Outcome::Read)
    }
}

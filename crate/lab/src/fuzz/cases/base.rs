//! A base that is read has the sizes that it names, and can be talked with.

use super::snapshot::refusal;
use super::{Case, Files, Outcome};
use crate::fuzz::dice::Dice;
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use burn::tensor::Device;
use nested_memory_model::file::{Entries, Precision};
use nested_memory_model::{Base, Config, Levels, Memory, base, observe};
use pollster::block_on;

/// Every so many that are read are also talked with.
const TALK_EVERY: u64 = 64;
/// Larger memories than so many numbers are not made: a base may have sizes that its numbers do not have to pay for.
const LARGEST: usize = 1 << 20;

/// Bases.
pub(super) struct Bases {
    golden: Vec<u8>,
    read: u64,
}

impl Bases {
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        Ok(Self { golden: files.golden("base.safetensors")?, read: 0 })
    }
}

impl Case for Bases {
    fn grammar(&self) -> Grammar {
        Grammar::Tensors
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![self.golden.clone()]
    }

    /// Sizes that go together are rarely found by chance: a width is that of so many heads.
    fn polish(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        if !dice.one_in(6) {
            return;
        }
        let Ok(mut entries) = Entries::from_bytes("base", bytes) else { return };
        let Some(text) = entries.metadata.get_mut("config") else { return };
        let Ok(mut config) = serde_json::from_str::<Config>(text) else { return };
        config.heads = if dice.one_in(2) { 1 + dice.below(1024) } else { dice.whole() as usize };
        config.width = config.heads.wrapping_mul(dice.pick(&[4, 8, 16, 32]));
        if dice.one_in(2) {
            (config.blocks, config.vocabulary) = (1 + dice.below(64), 8 + dice.below(65_529));
        }
        *text = serde_json::to_string(&config).unwrap_or_default();
        if let Ok(changed) = entries.to_bytes("base", Precision::Single) {
            *bytes = changed;
        }
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let base = match Base::from_bytes(bytes, &Device::flex()) {
            Ok(base) => base,
            Err(error) => return refusal(&error, bytes),
        };
        self.read += 1;
        base.config.check()?;
        ensure!(base.parameters.count() <= bytes.len() / 2, "it has more numbers than its file");
        if self.read.is_multiple_of(TALK_EVERY) {
            let written = base::to_bytes(&base.config, &base.parameters, Precision::Single)?;
            let again = Base::from_bytes(&written, &Device::flex())?;
            ensure!(again.config == base.config, "it has other sizes when it is written again");
            let config = &base.config;
            if config.units * config.units.max(config.width) * config.blocks <= LARGEST {
                block_on(observe(&base, Memory::new(&base), &[1, 5, 6, 7, 2], Levels::On))?;
            }
        }
        Ok(Outcome::Read)
    }
}

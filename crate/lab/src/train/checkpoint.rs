//! Everything a training run needs to go on exactly: parameters, moments, step, options and curve, in one file that
//! is written beside the old one and then takes its place.

use super::average::Average;
use super::card::{CurvePoint, Stage};
use super::optimiser::Optimiser;
use super::options::Options;
use anyhow::Context;
use burn::tensor::Device;
use nested_memory_model::file::{Entries, Precision};
use nested_memory_model::parameters::Parameters;
use nested_memory_model::{Config, base};
use std::path::Path;

/// A run between two steps.
pub(crate) struct Run {
    /// The model's sizes.
    pub(crate) config: Config,
    /// Its parameters.
    pub(crate) parameters: Parameters,
    /// Their mean over the last steps, if it is wanted.
    pub(crate) average: Option<Average>,
    /// The optimiser.
    pub(crate) optimiser: Optimiser,
    /// Steps done.
    pub(crate) step: usize,
    /// What was seen on the way.
    pub(crate) curve: Vec<CurvePoint>,
    /// By which commands it came here.
    pub(crate) commands: Vec<Stage>,
    /// Wall-clock seconds spent, over all sessions.
    pub(crate) seconds: f64,
}

impl Run {
    /// Writes the checkpoint.
    pub(crate) fn save(&self, options: &Options, path: &Path) -> anyhow::Result<()> {
        let mut entries = base::to_entries(&self.config, &self.parameters)?;
        self.optimiser.save(&mut entries)?;
        self.average.iter().try_for_each(|average| average.save(&self.config, &mut entries))?;
        for (key, value) in [
            ("train.step", self.step.to_string()),
            ("train.seconds", self.seconds.to_string()),
            ("train.options", serde_json::to_string(options)?),
            ("train.commands", serde_json::to_string(&self.commands)?),
            ("train.curve", serde_json::to_string(&self.curve)?),
        ] {
            entries.metadata.insert(key.to_owned(), value);
        }
        let bytes = entries.to_bytes("base", Precision::Single)?;
        write_whole(path, &bytes)
    }

    /// Reads a checkpoint.
    pub(crate) fn load(options: &Options, path: &Path, device: &Device) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let entries = Entries::from_bytes("base", &bytes)?;
        let (config, parameters) = base::from_entries(&entries, device)?;
        let mut optimiser = Optimiser::new(&parameters, options.weight_decay, options.clip, device);
        optimiser.load(&entries)?;
        let text = |key: &str| {
            entries
                .metadata
                .get(key)
                .with_context(|| format!("{} is no checkpoint: it has no {key}", path.display()))
        };
        Ok(Self {
            config,
            average: Average::load(&entries, device)?,
            parameters,
            optimiser,
            step: text("train.step")?.parse()?,
            curve: serde_json::from_str(text("train.curve")?)?,
            commands: serde_json::from_str(text("train.commands")?)?,
            seconds: text("train.seconds")?.parse()?,
        })
    }
}

/// Writes a file so that a crash leaves the old one or the new one, never half.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = path.with_extension("part");
    std::fs::write(&beside, bytes).with_context(|| format!("cannot write {}", beside.display()))?;
    std::fs::rename(&beside, path).with_context(|| format!("cannot replace {}", path.display()))
}

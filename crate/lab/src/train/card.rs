//! The model card: what the page and a researcher may want to know about a base, and how it came about.

use super::checkpoint::{Run, write_whole};
use super::options::Options;
use anyhow::Context;
use nested_memory_dialogue::CORPUS_VERSION;
use nested_memory_model::file::Precision;
use nested_memory_model::{Config, base};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One point of the training curve.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CurvePoint {
    pub(super) step: usize,
    pub(super) loss: f32,
    /// The loss on addresses.
    #[serde(default)]
    pub(super) lost: f32,
    /// Percent of whole values right (teacher forcing, training episodes), by age 0, 1, 2+; then refusals.
    pub(super) recall: [String; 3],
    pub(super) unknown: String,
    pub(super) restated: String,
    pub(super) tokens_per_second: f32,
}

/// What the page and a researcher may want to know about a base.
#[derive(Debug, Serialize, Deserialize)]
struct ModelCard {
    name: String,
    sha256: String,
    bytes: usize,
    parameters: usize,
    config: Config,
    corpus_version: u32,
    tokenizer_sha256: String,
    options: Options,
    commands: Vec<Stage>,
    hours: f64,
    curve: Vec<CurvePoint>,
}

/// A run may be continued with other options or another corpus: what was at work from which step on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(super) from_step: usize,
    pub(super) corpus_version: u32,
    pub(super) command: String,
    /// SHA-256 of the base whose numbers it began with, whose own stages stand before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base: Option<String>,
}

impl Stage {
    /// This program's own command, from a step on.
    pub(super) fn now(from_step: usize) -> Self {
        let name = std::iter::once(env!("CARGO_BIN_NAME").to_owned());
        let command = name.chain(std::env::args().skip(1)).collect::<Vec<_>>().join(" ");
        Self { from_step, corpus_version: CORPUS_VERSION, command, base: None }
    }
}

/// By which commands a base came about and how many hours they took, as the card beside it says; nothing where there is none.
///
/// # Errors
/// A card that cannot be read: it is of another version, or no card.
pub(super) fn ancestry(base: &Path, sha256: &str) -> anyhow::Result<(Vec<Stage>, f64)> {
    let path = base.with_file_name("base.json");
    let text = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), 0.0)),
        read => read.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let card: ModelCard = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no model card: move it away to begin without", path.display()))?;
    if card.sha256 != sha256 {
        crate::say(&format!("{} is another base's card: this run's begins with itself", path.display()));
        return Ok((Vec::new(), 0.0));
    }
    Ok((card.commands, card.hours))
}

/// Writes base and model card.
pub(super) fn finish(options: &Options, run: &Run, tokenizer: &[u8]) -> anyhow::Result<()> {
    let bytes = base::to_bytes(&run.config, &run.parameters, Precision::Half)?;
    let card = ModelCard {
        name: options.name.clone(),
        sha256: base::sha256(&bytes),
        bytes: bytes.len(),
        parameters: run.parameters.count(),
        config: run.config.clone(),
        corpus_version: CORPUS_VERSION,
        tokenizer_sha256: base::sha256(tokenizer),
        options: options.clone(),
        commands: run.commands.clone(),
        hours: run.seconds / 3600.0,
        curve: run.curve.clone(),
    };
    std::fs::create_dir_all(&options.output)?;
    let at = |name: &str| -> PathBuf { Path::new(&options.output).join(name) };
    write_whole(&at("base.safetensors"), &bytes)?;
    write_whole(&at("base.json"), serde_json::to_string_pretty(&card)?.as_bytes())?;
    crate::say(&format!(
        "{} ({} bytes) and its model card are in {}",
        card.sha256,
        card.bytes,
        options.output.display()
    ));
    Ok(())
}

/// The card of a base that was made of another without training; `made` is what the file has now: name, bytes, numbers.
pub(crate) fn calibrated(
    card: &[u8],
    name: Option<&str>,
    config: &Config,
    (sha256, bytes, parameters): (String, usize, usize),
) -> anyhow::Result<String> {
    let mut card: ModelCard = serde_json::from_slice(card)?;
    let from = card.commands.last().map_or(0, |stage| stage.from_step);
    card.commands.push(Stage { base: Some(card.sha256), ..Stage::now(from) });
    (card.sha256, card.bytes, card.parameters) = (sha256, bytes, parameters);
    card.config = config.clone();
    card.name = name.map_or(card.name, str::to_owned);
    Ok(serde_json::to_string_pretty(&card)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page's base tells every run that made it, and a run that begins with it goes on telling them.
    #[test]
    fn a_base_brings_the_commands_by_which_it_came_about() {
        let base = Path::new("../../www/public/base/base.safetensors");
        let sha256 = base::sha256(&std::fs::read(base).unwrap());
        let (commands, hours) = ancestry(base, &sha256).unwrap();
        assert!(commands.len() > 20 && hours > 4.0, "{} commands, {hours} hours", commands.len());
        assert!(commands.iter().all(|stage| stage.command.contains(' ')));
        let (foreign, none) = ancestry(base, "another").unwrap();
        assert!(foreign.is_empty() && none == 0.0, "the card of another base tells nothing of this one");
        let (alone, none) = ancestry(Path::new("src/base.safetensors"), &sha256).unwrap();
        assert!(alone.is_empty() && none == 0.0, "a base without a card begins a new one");
    }
}

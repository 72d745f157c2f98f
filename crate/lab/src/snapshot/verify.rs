//! Whether snapshots can be believed.

use crate::say;
use anyhow::Context;
use burn::tensor::Device;
use nested_memory_model::ledger::{self, Line};
use nested_memory_model::{Base, snapshot};
use std::path::{Path, PathBuf};

/// What `verify` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder with the base that they must be of.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// A ledger, as the page gives it: the files must be among its versions, and no line may have been changed.
    #[arg(long)]
    ledger: Option<PathBuf>,
}

/// Checks and prints each file's result.
pub(super) fn verify(options: &Options) -> anyhow::Result<()> {
    let path = options.base.join("base.safetensors");
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let base = Base::from_bytes(&bytes, &Device::flex())?;
    let lines = options.ledger.as_deref().map(believed).transpose()?;
    let mut refused = 0;
    for file in &options.files {
        match check(file, &base, lines.as_deref()) {
            Ok(found) => say(&format!("{}: {found}", file.display())),
            Err(reason) => {
                refused += 1;
                say(&format!("{}: NOT TO BE BELIEVED: {reason:#}", file.display()));
            }
        }
    }
    anyhow::ensure!(refused == 0, "{refused} of {} files are not to be believed", options.files.len());
    Ok(())
}

/// The lines of a ledger that nobody has changed.
fn believed(path: &Path) -> anyhow::Result<Vec<Line>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = ledger::read(&bytes).with_context(|| format!("{} is no ledger", path.display()))?;
    ledger::verify(&lines).with_context(|| format!("the ledger {} is not to be believed", path.display()))?;
    Ok(lines)
}

fn check(file: &Path, base: &Base, lines: Option<&[Line]>) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    snapshot::load(base, &bytes)?;
    let memory = snapshot::checksum(&bytes)?;
    let Some(lines) = lines else {
        return Ok(format!("whole, and of this base ({:.12})", base.sha256));
    };
    let line = lines.iter().rev().find(|line| line.memory == memory);
    let line = line.context("no version in the ledger has these numbers")?;
    anyhow::ensure!(line.base == base.sha256, "the ledger says that it was learned on another base");
    Ok(format!("version {} of the ledger, after \"{}\"", line.version, line.cause))
}

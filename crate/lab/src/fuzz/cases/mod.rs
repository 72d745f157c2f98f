//! What is fuzzed: every reader of what comes from outside, with what it promises.

mod base;
mod compact;
mod ledger;
mod lines;
mod requests;
mod snapshot;
mod text;
mod tokenizer;

use super::dice::Dice;
use super::mutate::Grammar;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// How an input was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was read, and everything that is promised of what was read holds.
    Read,
    /// It was refused for this reason.
    Refused(String),
}

/// A reader and its promises.
pub(super) trait Case {
    /// What it reads.
    fn grammar(&self) -> Grammar;
    /// Inputs to begin with, besides those that are kept.
    fn seeds(&self) -> Vec<Vec<u8>>;
    /// Brings a changed input closer to what is read.
    fn polish(&self, _dice: &mut Dice, _bytes: &mut Vec<u8>) {}
    /// Reads an input. An error is a broken promise.
    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome>;
}

/// The readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Target {
    /// Memories in files.
    Snapshot,
    /// Memories as they are kept.
    Compact,
    /// The ledger.
    Ledger,
    /// Bases in files.
    Base,
    /// Tokenizers in files.
    Tokenizer,
    /// What people say.
    Text,
    /// The lines of `chat --jsonl`.
    Lines,
    /// What the page asks of its worker.
    Requests,
}

impl Target {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Snapshot,
        Self::Compact,
        Self::Ledger,
        Self::Base,
        Self::Tokenizer,
        Self::Text,
        Self::Lines,
        Self::Requests,
    ];

    /// Its name, also that of its folder.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Compact => "compact",
            Self::Ledger => "ledger",
            Self::Base => "base",
            Self::Tokenizer => "tokenizer",
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Requests => "requests",
        }
    }

    /// The case.
    pub(super) fn open(self, files: &Files) -> anyhow::Result<Box<dyn Case>> {
        Ok(match self {
            Self::Snapshot => Box::new(snapshot::Snapshots::open(files)?),
            Self::Compact => Box::new(compact::Compacts::open(files)?),
            Self::Ledger => Box::new(ledger::Ledgers),
            Self::Base => Box::new(base::Bases::open(files)?),
            Self::Tokenizer => Box::new(tokenizer::Tokenizers::open(files)?),
            Self::Text => Box::new(text::Texts::open(files)?),
            Self::Lines => Box::new(lines::Lines),
            Self::Requests => Box::new(requests::Requests),
        })
    }
}

/// Where the files are from which inputs are made.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Files {
    /// The folder with the tiny base and its memories.
    #[arg(long, default_value = "crate/model/tests/golden")]
    golden: PathBuf,
    /// The folder with the tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
}

impl Files {
    fn golden(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        read(&self.golden.join(name))
    }

    fn tokenizer(&self) -> anyhow::Result<Vec<u8>> {
        read(&self.base.join("tokenizer.json"))
    }
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

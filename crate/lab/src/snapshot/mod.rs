//! `nested-memory snapshot`: what is in a memory's file, what two of them differ in, whether one can be believed.

mod diff;
mod inspect;
mod merge;
mod numbers;
mod verify;

use std::path::PathBuf;

/// What is done with snapshots.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Snapshot {
    /// Say what files hold: where they come from, what they have learned, how large each part is.
    Inspect {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what changed from one file to another: by level and block how much and in which units, and which answers.
    Diff(diff::Options),
    /// Check that files are whole and of this base; with a ledger, that they are what it says. Fails if one is not.
    Verify(verify::Options),
    /// Say how far two memories have been written under the same keys: what they would do to each other if they were added.
    MergeCheck {
        /// One.
        one: PathBuf,
        /// The other.
        other: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub(crate) fn snapshot(what: &Snapshot) -> anyhow::Result<()> {
    match what {
        Snapshot::Inspect { files, json } => inspect::inspect(files, *json),
        Snapshot::Diff(options) => diff::diff(options),
        Snapshot::Verify(options) => verify::verify(options),
        Snapshot::MergeCheck { one, other, json } => merge::merge_check(one, other, *json),
    }
}

//! What is kept of a version for ever, beside its snapshot.

use super::{Deed, VersionId};
use nested_memory_model::LEVELS;
use nested_memory_model::ledger::Line;
use serde::{Deserialize, Serialize};

/// One version of one memory, without its snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    /// The memory's key.
    pub key: String,
    /// The version before it.
    pub parent: Option<VersionId>,
    /// When, in milliseconds since the epoch.
    pub time: f64,
    /// What was done.
    pub reason: String,
    /// The memory in a few numbers.
    pub counts: Counts,
    /// The version that was gone back to.
    #[serde(default)]
    pub of: Option<VersionId>,
    /// What the person calls it.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether its snapshot must stay.
    #[serde(default)]
    pub pinned: bool,
    /// ‖D‖ of each level, over all blocks.
    #[serde(default)]
    pub norms: Option<[f32; LEVELS]>,
    /// Bytes of its snapshot; 0 if that is gone.
    #[serde(default)]
    pub size: usize,
    /// Its line in the ledger; versions from before there was one have none.
    #[serde(default)]
    pub line: Option<Line>,
    /// Whether a turn in it was forgotten: its snapshot and what was said are gone for good.
    #[serde(default)]
    pub forgotten: bool,
    /// Whether its snapshot could not be read; it is set aside, to be looked at elsewhere.
    #[serde(default)]
    pub damaged: bool,
    /// The snapshot, in versions from before snapshots had a store of their own.
    #[serde(default, with = "serde_bytes", skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<u8>,
}

/// A memory in a few numbers, to list versions without reading them.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Tokens learned.
    pub tokens: u64,
    /// Conversations that have ended.
    pub conversations: u64,
    /// Tokens said and not yet learned from.
    pub pending: usize,
}

impl Version {
    /// One that was just made, with the snapshot of so many bytes; its line of the ledger is added by whoever writes it.
    #[must_use]
    pub fn new(key: &str, deed: Deed<'_>, counts: Counts, size: usize) -> Self {
        Self {
            key: key.to_owned(),
            parent: None,
            time: deed.time,
            reason: deed.reason.to_owned(),
            counts,
            of: deed.of,
            name: None,
            pinned: false,
            norms: None,
            size,
            line: None,
            forgotten: false,
            damaged: false,
            bytes: Vec::new(),
        }
    }

    /// Whether a conversation is over in it.
    pub(super) fn is_an_end(&self) -> bool {
        matches!(self.reason.as_str(), "conversation-ended" | "sleep")
    }

    /// Whether one can go back to it.
    pub(super) const fn can_be_had(&self) -> bool {
        self.size > 0 && !self.damaged
    }

    /// The same after a turn in it was forgotten.
    #[must_use]
    pub fn without_contents(self) -> Self {
        Self { size: 0, forgotten: true, name: None, pinned: false, bytes: Vec::new(), ..self }
    }
}

//! The versions of one memory: which came from which, which are in the memory of today, which snapshots may go.
//!
//! Every change makes a version; going back to an earlier one makes a version too, so that nothing is lost by it. What is
//! known of a version stays for ever; its snapshot goes when there is no room any more.

use crate::protocol::{ByLevel, VersionInfo};
use nested_memory_model::LEVELS;
use nested_memory_model::ledger::{self, Line, RULE};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The id of a version.
pub type VersionId = u32;

/// Bytes that all snapshots of a memory may take together.
pub const BUDGET: usize = 64 << 20;
/// The newest snapshots stay, whatever they take.
const RECENT: usize = 8;
/// After an import nothing is left of what was there before.
const REPLACED: &str = "import";

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

/// What the next line of the ledger is about.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// What was done.
    pub reason: &'a str,
    /// The version that was gone back to.
    pub of: Option<VersionId>,
    /// When, in milliseconds since the epoch.
    pub time: f64,
    /// SHA-256 of the base.
    pub base: &'a str,
    /// The checksum of the memory.
    pub memory: &'a str,
}

/// All versions of a memory.
#[derive(Debug, Clone, Default)]
pub struct History {
    versions: BTreeMap<VersionId, Version>,
}

impl History {
    /// From what is stored.
    #[must_use]
    pub fn new(versions: impl IntoIterator<Item = (VersionId, Version)>) -> Self {
        let mut history = Self::default();
        versions.into_iter().for_each(|(id, version)| history.put(id, version));
        history
    }

    /// Takes in a version, without a snapshot that it may hold.
    pub fn put(&mut self, id: VersionId, version: Version) {
        let size = version.size.max(version.bytes.len());
        self.versions.insert(id, Version { size, bytes: Vec::new(), ..version });
    }

    /// A version.
    #[must_use]
    pub fn get(&self, id: VersionId) -> Option<&Version> {
        self.versions.get(&id)
    }

    /// The versions that have led to this one, itself included: what was done in any other is not in its memory.
    #[must_use]
    pub fn lineage(&self, head: VersionId) -> BTreeSet<VersionId> {
        let mut line = BTreeSet::new();
        let mut next = Some(head);
        while let Some(id) = next
            && line.insert(id)
        {
            next = self.get(id).and_then(|version| match version.of {
                Some(of) => Some(of),
                None if version.reason == REPLACED => None,
                None => version.parent,
            });
        }
        line
    }

    /// The line of the ledger for what was done now.
    #[must_use]
    pub fn next_line<'a>(&self, deed: Deed<'_>, said: impl Iterator<Item = &'a str>) -> Line {
        let last = self.versions.values().rev().find_map(|version| version.line.as_ref());
        let of = deed.of.and_then(|of| self.get(of)?.line.as_ref()).map(|line| line.version);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since 1970"
        )]
        let time = deed.time as u64;
        let line = Line {
            version: last.map_or(1, |line| line.version + 1),
            before: last.map(|line| line.hash.clone()).unwrap_or_default(),
            of,
            cause: deed.reason.to_owned(),
            time,
            base: deed.base.to_owned(),
            rule: RULE.to_owned(),
            said: ledger::said(said),
            memory: deed.memory.to_owned(),
            hash: String::new(),
        };
        line.sealed()
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> Vec<Line> {
        self.versions.values().filter_map(|version| version.line.clone()).collect()
    }

    /// The versions whose snapshots must go for a new one of `size` bytes to fit: the oldest first, and those at the end of
    /// a conversation only when no others are left. Pinned ones and the newest stay.
    #[must_use]
    pub fn surplus(&self, size: usize, budget: usize) -> Vec<VersionId> {
        let kept = || self.versions.iter().filter(|(_, version)| version.size > 0);
        let mut total: usize = size + kept().map(|(_, version)| version.size).sum::<usize>();
        let old = kept().count().saturating_sub(RECENT - 1);
        let free = || kept().take(old).filter(|(_, version)| !version.pinned);
        let (ends, others): (Vec<_>, Vec<_>) = free().partition(|(_, version)| version.is_an_end());
        let mut surplus = Vec::new();
        for (id, version) in others.into_iter().chain(ends) {
            if total <= budget {
                break;
            }
            total -= version.size;
            surplus.push(*id);
        }
        surplus
    }

    /// For the page, the newest first.
    #[must_use]
    pub fn told(&self, head: Option<VersionId>) -> Vec<VersionInfo> {
        let line = head.map(|head| self.lineage(head)).unwrap_or_default();
        let told = |(id, version): (&VersionId, &Version)| VersionInfo {
            id: *id,
            of: version.of,
            at: version.time,
            reason: version.reason.clone(),
            name: version.name.clone(),
            pinned: version.pinned,
            bytes: version.size,
            norms: version.norms.map(ByLevel::from),
            tokens: version.counts.tokens,
            conversations: version.counts.conversations,
            current: head == Some(*id),
            remembered: line.contains(id),
        };
        self.versions.iter().rev().map(told).collect()
    }
}

impl Version {
    /// Whether a conversation is over in it.
    fn is_an_end(&self) -> bool {
        matches!(self.reason.as_str(), "conversation-ended" | "sleep")
    }
}

#[cfg(test)]
mod tests;

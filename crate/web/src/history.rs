//! The versions of one memory: which came from which, which are in the memory of today, which snapshots may go.
//!
//! Every change makes a version; going back to an earlier one makes a version too, so that nothing is lost by it. What is
//! known of a version stays for ever; its snapshot goes when there is no room any more.

mod replay;
mod version;

pub use replay::{Again, Replay};
pub use version::{Counts, Version};

use crate::protocol::{ByLevel, VersionInfo};
use nested_memory_model::ledger::{self, Line, RULE};
use std::collections::{BTreeMap, BTreeSet};

/// The id of a version.
pub type VersionId = u32;

/// Bytes that all snapshots of a memory may take together.
pub const BUDGET: usize = 64 << 20;
/// The newest snapshots stay, whatever they take.
pub const RECENT: usize = 8;
/// After an import nothing is left of what was there before.
const REPLACED: &str = "import";
/// A turn was forgotten. Where the memory was learned again from its beginning, nothing leads to it.
pub const FORGOT: &str = "forget-turn";

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

    /// The versions that have led to this one, itself included, the newest first: what was done in any other is not in its
    /// memory.
    #[must_use]
    pub fn path(&self, head: VersionId) -> Vec<VersionId> {
        let mut seen = BTreeSet::new();
        let known = |id: &VersionId| seen.insert(*id);
        std::iter::successors(Some(head), |id| self.before(*id)).take_while(known).collect()
    }

    /// The same in no order.
    #[must_use]
    pub fn lineage(&self, head: VersionId) -> BTreeSet<VersionId> {
        self.path(head).into_iter().collect()
    }

    /// The version that this one was made of.
    fn before(&self, id: VersionId) -> Option<VersionId> {
        let version = self.get(id)?;
        version.of.or(if matches!(version.reason.as_str(), REPLACED | FORGOT) {
            None
        } else {
            version.parent
        })
    }

    /// The versions before this one that one can go back to, the newest first.
    #[must_use]
    pub fn last_good(&self, damaged: VersionId) -> Vec<VersionId> {
        let good = |id: &VersionId| self.get(*id).is_some_and(Version::can_be_had);
        // Of a version of which nothing can be read it is not known where it came from.
        let earlier: Vec<VersionId> = match self.get(damaged) {
            Some(_) => self.path(damaged),
            None => self.versions.range(..=damaged).rev().map(|(id, _)| *id).collect(),
        };
        earlier.into_iter().filter(|id| *id != damaged).filter(good).collect()
    }

    /// Changes what is known of a version.
    pub fn change(&mut self, id: VersionId, change: impl FnOnce(Version) -> Version) {
        if let Some(version) = self.versions.remove(&id) {
            self.versions.insert(id, change(version));
        }
    }

    /// The line of the ledger for what was done now, after another line that is about to be written or the last one.
    #[must_use]
    pub fn next_line<'a>(
        &self,
        deed: Deed<'_>,
        after: Option<&Line>,
        said: impl Iterator<Item = &'a str>,
    ) -> Line {
        let last = after.or_else(|| self.versions.values().rev().find_map(|version| version.line.as_ref()));
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
    /// a conversation only when no others are left. Pinned ones, damaged ones and the newest stay.
    #[must_use]
    pub fn surplus(&self, size: usize, budget: usize) -> Vec<VersionId> {
        let kept = || self.versions.iter().filter(|(_, version)| version.size > 0);
        let mut total: usize = size + kept().map(|(_, version)| version.size).sum::<usize>();
        let old = kept().count().saturating_sub(RECENT - 1);
        let free = || kept().take(old).filter(|(_, version)| !version.pinned && !version.damaged);
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
            forgotten: version.forgotten,
            damaged: version.damaged,
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

#[cfg(test)]
mod tests;

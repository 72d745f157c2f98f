//! The versions of a soak, kept as the page keeps them: all in the history, the snapshots of some within the budget.

use anyhow::Context;
use nested_memory_model::ledger;
use nested_memory_model::{compact, snapshot};
use nested_memory_web::history::{BUDGET, Counts, Deed, History, Version, VersionId};
use std::collections::BTreeMap;

/// History and snapshots.
#[derive(Default)]
pub(super) struct Shelf {
    history: History,
    snapshots: BTreeMap<VersionId, Vec<u8>>,
    pins: Vec<VersionId>,
    /// Snapshots that had to go.
    pub(super) pruned: usize,
}

impl Shelf {
    /// Takes in a version, and lets go what has no room any more.
    pub(super) fn put(&mut self, bytes: &[u8], reason: &str, said: &str, pinned: bool) -> anyhow::Result<()> {
        let label = snapshot::label(bytes)?;
        let memory = snapshot::checksum(bytes)?;
        let bytes = compact::compact(bytes)?;
        let id = self.last() + 1;
        // The soak has no clock: a version's time is its number.
        let deed = Deed { reason, of: None, time: f64::from(id), base: &label.base, memory: &memory };
        let line = self.history.next_line(deed, None, [said].into_iter().filter(|said| !said.is_empty()));
        for old in self.history.surplus(bytes.len(), BUDGET) {
            self.history.change(old, |version| Version { size: 0, ..version });
            self.snapshots.remove(&old);
            self.pruned += 1;
        }
        let counts =
            Counts { tokens: label.clock.tokens, conversations: label.clock.conversations, pending: 0 };
        let version = Version::new("soak", deed, counts, bytes.len());
        let parent = (id > 1).then(|| id - 1);
        let version = Version { parent, pinned, line: Some(line), ..version };
        self.history.put(id, version);
        self.snapshots.insert(id, bytes);
        self.pins.extend(pinned.then_some(id));
        Ok(())
    }

    /// The newest version; 0 where there is none.
    fn last(&self) -> VersionId {
        self.snapshots.last_key_value().map_or(0, |(id, _)| *id)
    }

    /// Versions, with or without a snapshot.
    pub(super) fn versions(&self) -> usize {
        self.last() as usize
    }

    /// Bytes of all snapshots.
    pub(super) fn bytes(&self) -> usize {
        self.snapshots.values().map(Vec::len).sum()
    }

    /// The snapshot of the newest pinned version.
    pub(super) fn pinned(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let kept = self.pins.last().and_then(|id| self.snapshots.get(id));
        Ok(kept.map(|kept| compact::expand(kept.clone())).transpose()?)
    }

    /// Checks what the page promises: the pinned and the newest are there, the rest is within the budget, and the ledger
    /// is that of every version.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let lost = self.pins.iter().filter(|id| !self.snapshots.contains_key(id)).count();
        anyhow::ensure!(lost == 0, "{lost} of {} pinned snapshots are gone", self.pins.len());
        anyhow::ensure!(self.bytes() <= BUDGET, "{} bytes of snapshots are over the budget", self.bytes());
        let lines = self.history.ledger();
        anyhow::ensure!(lines.len() == self.versions(), "{} lines of {}", lines.len(), self.versions());
        ledger::verify(&lines).context("the ledger is not to be believed")?;
        let newest = self.snapshots.get(&self.last()).context("the newest snapshot is gone")?;
        let checksum = snapshot::checksum(&compact::expand(newest.clone())?)?;
        anyhow::ensure!(
            lines.last().is_some_and(|line| line.memory == checksum),
            "the newest is another one"
        );
        Ok(())
    }
}

//! Writing versions, and what to do when that fails.

use super::{Keeper, Place, second_tab};
use crate::error::{Error, Result};
use crate::follow;
use crate::history::{self, BUDGET, Counts, History, Version, VersionId};
use crate::lock::Claim;
use crate::protocol::{Notice, Turn};
use crate::store::{Batch, Entry, Store};
use nested_memory_model::{LEVELS, compact};
use std::collections::BTreeSet;

/// What was done, and what came of it.
#[derive(Debug)]
pub(crate) struct Deed {
    /// What was done.
    pub(crate) reason: String,
    /// The version that was gone back to.
    pub(crate) of: Option<VersionId>,
    /// The checksum of the memory.
    pub(crate) memory: String,
    /// The memory; none: nobody will go back to it.
    pub(crate) snapshot: Option<Vec<u8>>,
    /// The same in a few numbers.
    pub(crate) counts: Counts,
    /// ‖D‖ of each level.
    pub(crate) norms: [f32; LEVELS],
    /// What was said.
    pub(crate) turns: Vec<Turn>,
}

/// What is new in a memory.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// SHA-256 of the base.
    pub(crate) base: &'a str,
    /// What was done, one after the other.
    pub(crate) deeds: Vec<Deed>,
    /// Versions that go for good.
    pub(crate) forgotten: BTreeSet<VersionId>,
}

impl Keeper {
    /// Writes versions. Tells that they are saved, or why they are not; nothing where nothing is kept.
    ///
    /// # Errors
    /// If a snapshot is none.
    pub(crate) async fn save(&mut self, change: Change<'_>) -> Result<Vec<Notice>> {
        if !self.writes() {
            return Ok(Vec::new());
        }
        let Change { base, mut deeds, forgotten } = change;
        let mut notices = Vec::new();
        let mut entries = self.entries(base, &deeds)?;
        let size = entries.iter().map(|entry| entry.version.size).sum();
        let mut surplus = self.history.surplus(size, BUDGET);
        let mut written = self.write(&entries, &surplus, &forgotten).await;
        if matches!(written, Err(Error::Emptied)) {
            // It begins anew with what is in this page's memory: nothing refers to what is gone.
            (self.head, self.history) = (None, History::default());
            deeds.iter_mut().for_each(|deed| deed.of = None);
            (entries, surplus) = (self.entries(base, &deeds)?, Vec::new());
            written = self.write(&entries, &surplus, &BTreeSet::new()).await;
            notices.push(emptied());
        }
        let more = self.history.surplus(size, 0);
        if matches!(written, Err(Error::Quota)) && more.len() > surplus.len() {
            surplus = more;
            written = self.write(&entries, &surplus, &forgotten).await;
            if written.is_ok() {
                notices.push(pruned(surplus.len()));
            }
        }
        notices.push(match written {
            Ok(ids) => self.took(&ids, entries, &surplus, &forgotten),
            Err(error) => self.failed(error, entries),
        });
        Ok(notices)
    }

    /// Versions as they are written, each with its line of the ledger.
    fn entries(&self, base: &str, deeds: &[Deed]) -> Result<Vec<Entry>> {
        let time = js_sys::Date::now();
        let mut before = None;
        let mut entries = Vec::with_capacity(deeds.len());
        for Deed { reason, of, memory, snapshot, counts, norms, turns } in deeds {
            let deed = history::Deed { reason, of: *of, time, base, memory };
            let said = turns.iter().map(|turn| turn.text.as_str());
            let line = self.history.next_line(deed, before.as_ref(), said);
            before = Some(line.clone());
            let snapshot = snapshot.as_deref().map(compact::compact).transpose()?;
            let version = Version::new(&self.key, deed, *counts, snapshot.as_ref().map_or(0, Vec::len));
            let version = Version { norms: Some(*norms), line: Some(line), ..version };
            let turns = if self.keeps_transcript { turns.clone() } else { Vec::new() };
            entries.push(Entry { version, snapshot, turns });
        }
        Ok(entries)
    }

    async fn write(
        &mut self,
        entries: &[Entry],
        surplus: &[VersionId],
        forgotten: &BTreeSet<VersionId>,
    ) -> Result<Vec<VersionId>> {
        let (head, unsaved) = (self.head, std::mem::take(&mut self.unsaved));
        let batch = Batch { entries, unsaved: &unsaved, surplus, forgotten };
        let written = self.ask(async |store: &Store| store.save(head, &batch).await).await;
        self.unsaved = unsaved;
        written
    }

    /// What was written is what there is.
    fn took(
        &mut self,
        ids: &[VersionId],
        entries: Vec<Entry>,
        surplus: &[VersionId],
        forgotten: &BTreeSet<VersionId>,
    ) -> Notice {
        surplus.iter().for_each(|id| self.history.change(*id, |version| Version { size: 0, ..version }));
        forgotten.iter().for_each(|id| self.history.change(*id, Version::without_contents));
        let mut saved = Notice::Saved { at: 0.0, bytes: 0, version: 0 };
        for (id, Entry { version, .. }) in ids.iter().zip(entries) {
            saved = Notice::Saved { at: version.time, bytes: version.size, version: *id };
            self.history.put(*id, Version { parent: self.head, ..version });
            self.head = Some(*id);
        }
        self.unsaved.clear();
        self.channel.tell();
        saved
    }

    /// Nothing was written: what was said is tried again with the next version.
    fn failed(&mut self, error: Error, entries: Vec<Entry>) -> Notice {
        // Whoever writes several versions at once takes all of them back.
        if let Ok([entry]) = <[Entry; 1]>::try_from(entries) {
            self.unsaved.extend(entry.turns);
        }
        match error {
            Error::Conflict => {
                self.moves(|place| match place {
                    Place::Here(store) => Place::Elsewhere(store),
                    place => place,
                });
                self.channel.hear(&self.nudges);
                if !matches!(self.claim, Claim::Held(_)) {
                    follow::wait(&self.key, &self.nudges);
                }
                second_tab()
            }
            Error::Quota => {
                let message = "The browser's storage is full. The memory goes on but is not saved; it is tried again after the next turn.";
                Notice::Notice { code: "quota", message: message.to_owned() }
            }
            error => {
                let message = format!(
                    "The last change could not be saved ({error}). It is tried again after the next turn; export the memory to be safe."
                );
                Notice::Notice { code: "unsaved", message }
            }
        }
    }
}

fn emptied() -> Notice {
    let message = "What this page had kept in this browser is gone: site data was cleared, or the browser needed room. The memory in this tab goes on and is kept anew; Start over forgets it too.";
    Notice::Notice { code: "emptied", message: message.to_owned() }
}

fn pruned(count: usize) -> Notice {
    let message = format!(
        "The browser's storage was full, so {count} earlier versions can no longer be gone back to. The memory itself is saved."
    );
    Notice::Notice { code: "pruned", message }
}

//! Keeping one memory in the browser: when to write, when never to, and what to tell if it fails.
//!
//! Nothing is written before it was read, and never over what could not be read or what another page has written.

use crate::error::{Error, Result};
use crate::history::{BUDGET, Counts, Deed, History, Version, VersionId};
use crate::lock::{self, Claim};
use crate::protocol::{Notice, Storage, Turn, VersionInfo};
use crate::store::{Entry, Store};
use nested_memory_model::LEVELS;
use nested_memory_model::ledger::Line;
use nested_memory_model::snapshot;

/// Where a memory is kept.
#[derive(Debug)]
enum Place {
    /// In this browser, after every change.
    Here(Store),
    /// In this browser, by another page: it can be read.
    Elsewhere(Store),
    /// In this browser is something that could not be read. It stays until the person decides otherwise.
    Guarded(Store),
    /// There is no storage.
    Nowhere,
}

/// What was kept.
#[derive(Debug)]
pub(crate) struct Kept {
    /// When, in milliseconds since the epoch.
    pub(crate) time: f64,
    /// The memory.
    pub(crate) snapshot: Vec<u8>,
    /// What was said; what is not in this memory is marked.
    pub(crate) transcript: Vec<Turn>,
}

/// What a new version is.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// What was done.
    pub(crate) reason: &'a str,
    /// The version that was gone back to.
    pub(crate) of: Option<VersionId>,
    /// SHA-256 of the base.
    pub(crate) base: &'a str,
    /// The memory.
    pub(crate) snapshot: &'a [u8],
    /// The same in a few numbers.
    pub(crate) counts: Counts,
    /// ‖D‖ of each level.
    pub(crate) norms: [f32; LEVELS],
    /// What was said.
    pub(crate) turns: Vec<Turn>,
}

/// Keeps the memory of one key.
#[derive(Debug)]
pub(crate) struct Keeper {
    key: String,
    keeps_transcript: bool,
    place: Place,
    claim: Claim,
    /// The newest version that was read or written.
    head: Option<VersionId>,
    /// All versions.
    history: History,
    /// Turns that no transaction has taken yet.
    unsaved: Vec<Turn>,
}

impl Keeper {
    /// Opens the storage; what stands in the way is told and no failure.
    pub(crate) async fn open(key: &str, keeps_transcript: bool) -> (Self, Option<Notice>) {
        let keeper = |place, claim| Self {
            key: key.to_owned(),
            keeps_transcript,
            place,
            claim,
            head: None,
            history: History::default(),
            unsaved: Vec::new(),
        };
        let store = match Store::open(key).await {
            Ok(store) => store,
            Err(error) => {
                let message = format!(
                    "This browser keeps no data for this page ({error}). The memory lives until you close the tab; export it to keep it."
                );
                return (
                    keeper(Place::Nowhere, Claim::Unknown),
                    Some(Notice::Notice { code: "no-storage", message }),
                );
            }
        };
        match lock::claim(key).await {
            Claim::Taken => (keeper(Place::Elsewhere(store), Claim::Taken), Some(second_tab())),
            claim => (keeper(Place::Here(store), claim), None),
        }
    }

    /// Where the memory is kept, as the page is told.
    pub(crate) const fn storage(&self) -> Storage {
        if matches!(self.place, Place::Here(_)) { Storage::IndexedDb } else { Storage::None }
    }

    /// The id of the newest version, for the files that come from it.
    pub(crate) fn head(&self) -> Option<String> {
        self.head.map(|id| id.to_string())
    }

    /// The newest version and what was said; `None` if nothing is kept.
    ///
    /// # Errors
    /// If something is kept and cannot be read.
    pub(crate) async fn load(&mut self) -> Result<Option<Kept>> {
        let Some(store) = self.store() else { return Ok(None) };
        let Some(head) = store.head().await? else { return Ok(None) };
        let history = History::new(store.versions().await?);
        self.head = Some(head.id);
        self.history = history;
        let transcript = self.transcript(head.id).await?;
        let time = self.history.get(head.id).map_or(0.0, |version| version.time);
        Ok(Some(Kept { time, snapshot: head.snapshot?, transcript }))
    }

    /// What was said, as far as it is kept. What is not in the memory of a version is marked.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn transcript(&self, version: VersionId) -> Result<Vec<Turn>> {
        let Some(store) = self.store().filter(|_| self.keeps_transcript) else { return Ok(Vec::new()) };
        let lineage = self.history.lineage(version);
        let told = |(version, turn): (Option<VersionId>, Turn)| {
            let lost = version.is_some_and(|version| !lineage.contains(&version));
            Turn { lost, ..turn }
        };
        Ok(store.turns().await?.into_iter().map(told).collect())
    }

    /// The snapshot of a version.
    ///
    /// # Errors
    /// If it is not kept.
    pub(crate) async fn snapshot(&self, version: VersionId) -> Result<Vec<u8>> {
        self.store().ok_or(Error::Closed)?.snapshot(version).await
    }

    /// The versions, the newest first.
    pub(crate) fn versions(&self) -> Vec<VersionInfo> {
        self.history.told(self.head)
    }

    /// The ledger.
    pub(crate) fn ledger(&self) -> Vec<Line> {
        self.history.ledger()
    }

    /// Gives a version a name, and says whether its snapshot stays.
    ///
    /// # Errors
    /// If the storage fails, or another page keeps this memory; then nothing was changed.
    pub(crate) async fn mark(&mut self, id: VersionId, name: Option<String>, pinned: bool) -> Result<()> {
        let Place::Here(store) = &self.place else { return Err(Error::Closed) };
        store.mark(id, name.clone(), pinned).await?;
        if let Some(version) = self.history.get(id).cloned() {
            self.history.put(id, Version { name, pinned, ..version });
        }
        Ok(())
    }

    /// Whether this page writes.
    pub(crate) const fn writes(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }

    /// Where something can be read.
    const fn store(&self) -> Option<&Store> {
        match &self.place {
            Place::Here(store) | Place::Elsewhere(store) | Place::Guarded(store) => Some(store),
            Place::Nowhere => None,
        }
    }

    /// What is kept could not be taken: from now on it is not written over.
    pub(crate) fn guard(&mut self) {
        self.place = match std::mem::replace(&mut self.place, Place::Nowhere) {
            Place::Here(store) => Place::Guarded(store),
            place => place,
        };
    }

    /// The person has decided: what could not be read may go.
    pub(crate) fn unguard(&mut self) {
        self.place = match std::mem::replace(&mut self.place, Place::Nowhere) {
            Place::Guarded(store) => Place::Here(store),
            place => place,
        };
    }

    /// Writes a version. Tells that it is saved, or why it is not; nothing where nothing is kept.
    ///
    /// # Errors
    /// If the snapshot is none.
    pub(crate) async fn save(&mut self, change: Change<'_>) -> Result<Option<Notice>> {
        if !self.writes() {
            return Ok(None);
        }
        let Change { reason, of, base, snapshot, counts, norms, turns } = change;
        let time = js_sys::Date::now();
        let memory = snapshot::checksum(snapshot)?;
        let deed = Deed { reason, of, time, base, memory: &memory };
        let line = self.history.next_line(deed, turns.iter().map(|turn| turn.text.as_str()));
        if self.keeps_transcript {
            self.unsaved.extend(turns);
        }
        let version = Version {
            key: self.key.clone(),
            parent: self.head,
            time,
            reason: reason.to_owned(),
            counts,
            of,
            name: None,
            pinned: false,
            norms: Some(norms),
            size: snapshot.len(),
            line: Some(line),
            bytes: Vec::new(),
        };
        let surplus = self.history.surplus(snapshot.len(), BUDGET);
        let mut written = self.write(&version, snapshot, &surplus).await;
        // Browsers end connections at will; a dead one never works again, a new one may.
        if let Err(Error::Storage { .. }) = written
            && let Ok(store) = Store::open(&self.key).await
        {
            self.place = Place::Here(store);
            written = self.write(&version, snapshot, &surplus).await;
        }
        if let Ok(id) = written {
            for old in surplus {
                if let Some(version) = self.history.get(old).cloned() {
                    self.history.put(old, Version { size: 0, ..version });
                }
            }
            self.history.put(id, version.clone());
        }
        Ok(Some(self.after(written, &version)))
    }

    async fn write(&self, version: &Version, snapshot: &[u8], surplus: &[VersionId]) -> Result<VersionId> {
        let Place::Here(store) = &self.place else { return Err(Error::Closed) };
        store.save(self.head, &Entry { version, snapshot, turns: &self.unsaved, surplus }).await
    }

    fn after(&mut self, written: Result<VersionId>, version: &Version) -> Notice {
        match written {
            Ok(id) => {
                self.head = Some(id);
                self.unsaved.clear();
                Notice::Saved { at: version.time, bytes: version.size }
            }
            Err(Error::Conflict) => {
                self.place = match std::mem::replace(&mut self.place, Place::Nowhere) {
                    Place::Here(store) => Place::Elsewhere(store),
                    place => place,
                };
                second_tab()
            }
            Err(Error::Quota) => {
                let message = "The browser's storage is full. The memory goes on but is not saved; it is tried again after the next turn.";
                Notice::Notice { code: "quota", message: message.to_owned() }
            }
            Err(error) => {
                let message = format!(
                    "The last change could not be saved ({error}). It is tried again after the next turn; export the memory to be safe."
                );
                Notice::Notice { code: "unsaved", message }
            }
        }
    }

    /// Forgets everything that is kept of this memory.
    ///
    /// # Errors
    /// If the storage fails; then everything is still there.
    pub(crate) async fn forget(&mut self) -> Result<()> {
        if let Place::Here(store) | Place::Guarded(store) = &self.place {
            store.forget().await?;
            self.head = None;
            self.history = History::default();
        }
        self.unsaved.clear();
        self.unguard();
        Ok(())
    }

    /// Lets another page keep this memory.
    pub(crate) fn close(self) {
        if let Place::Here(store) | Place::Elsewhere(store) | Place::Guarded(store) = &self.place {
            store.close();
        }
        if let Claim::Held(release) = &self.claim {
            release.now();
        }
    }
}

fn second_tab() -> Notice {
    let message = "This memory is open in another tab, which keeps it. What is said here is not saved; close the other tab and reload this one to go on with it.";
    Notice::Notice { code: "second-tab", message: message.to_owned() }
}

//! Keeping one memory in the browser: when to write, when never to, and what to tell if it fails.
//!
//! Nothing is written before it was read, and never over what could not be read or what another page has written.

use crate::error::{Error, Result};
use crate::lock::{self, Claim};
use crate::protocol::{Notice, Storage, Turn};
use crate::store::{Counts, Store, Version, VersionId};

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

/// Keeps the memory of one key.
#[derive(Debug)]
pub(crate) struct Keeper {
    key: String,
    keeps_transcript: bool,
    place: Place,
    claim: Claim,
    /// The newest version that was read or written.
    head: Option<VersionId>,
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
    pub(crate) async fn load(&mut self) -> Result<Option<(Version, Vec<Turn>)>> {
        let (Place::Here(store) | Place::Elsewhere(store) | Place::Guarded(store)) = &self.place else {
            return Ok(None);
        };
        let Some(head) = store.head().await? else { return Ok(None) };
        self.head = Some(head.id);
        let turns = if self.keeps_transcript { store.turns().await? } else { Vec::new() };
        Ok(Some((head.version?, turns)))
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
    pub(crate) async fn save(
        &mut self,
        reason: &str,
        snapshot: &[u8],
        counts: Counts,
        turns: Vec<Turn>,
    ) -> Option<Notice> {
        if !matches!(self.place, Place::Here(_)) {
            return None;
        }
        if self.keeps_transcript {
            self.unsaved.extend(turns);
        }
        let version = Version {
            key: self.key.clone(),
            parent: self.head,
            time: js_sys::Date::now(),
            reason: reason.to_owned(),
            counts,
            bytes: snapshot.to_vec(),
        };
        let mut written = self.write(&version).await;
        // Browsers end connections at will; a dead one never works again, a new one may.
        if let Err(Error::Storage { .. }) = written
            && let Ok(store) = Store::open(&self.key).await
        {
            self.place = Place::Here(store);
            written = self.write(&version).await;
        }
        Some(self.after(written, &version))
    }

    async fn write(&self, version: &Version) -> Result<VersionId> {
        match &self.place {
            Place::Here(store) => store.save(self.head, version, &self.unsaved).await,
            _ => Err(Error::Closed),
        }
    }

    fn after(&mut self, written: Result<VersionId>, version: &Version) -> Notice {
        match written {
            Ok(id) => {
                self.head = Some(id);
                self.unsaved.clear();
                Notice::Saved { at: version.time, bytes: version.bytes.len() }
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

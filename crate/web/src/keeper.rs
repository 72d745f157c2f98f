//! Keeping one memory in the browser: when to write, when never to, and what to tell if it fails.
//!
//! Nothing is written before it was read, and never over what could not be read or what another page has written.

mod save;

pub(crate) use save::{Change, Deed};

use crate::error::{Error, Result};
use crate::follow::{self, Channel, Nudges};
use crate::history::{History, Replay, Version, VersionId};
use crate::lock::{self, Claim, Release};
use crate::protocol::{Notice, Question, Storage, Turn, VersionInfo};
use crate::store::Store;
use nested_memory_model::compact;
use nested_memory_model::ledger::Line;

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
    channel: Channel,
    nudges: Nudges,
    /// The newest version that was read or written.
    head: Option<VersionId>,
    /// All versions.
    history: History,
    /// Turns that no transaction has taken yet.
    unsaved: Vec<Turn>,
}

impl Keeper {
    /// Opens the storage; what stands in the way is told and no failure.
    pub(crate) async fn open(
        key: &str,
        keeps_transcript: bool,
        nudges: Nudges,
        blocked: impl FnOnce() + 'static,
    ) -> (Self, Option<Notice>) {
        let channel = Channel::open(key);
        let keeper = |place, claim| Self {
            key: key.to_owned(),
            keeps_transcript,
            place,
            claim,
            channel,
            nudges,
            head: None,
            history: History::default(),
            unsaved: Vec::new(),
        };
        let store = match Store::open(key, blocked).await {
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
            Claim::Taken => {
                let keeper = keeper(Place::Elsewhere(store), Claim::Taken);
                keeper.channel.hear(&keeper.nudges);
                follow::wait(key, &keeper.nudges);
                (keeper, Some(second_tab()))
            }
            claim => (keeper(Place::Here(store), claim), None),
        }
    }

    /// Where the memory is kept, as the page is told.
    pub(crate) const fn storage(&self) -> Storage {
        match self.place {
            Place::Here(_) => Storage::IndexedDb,
            Place::Elsewhere(_) => Storage::Elsewhere,
            Place::Guarded(_) | Place::Nowhere => Storage::None,
        }
    }

    /// Whether this page may change the memory.
    ///
    /// # Errors
    /// [`Error::Elsewhere`] if another page keeps it.
    pub(crate) const fn may_change(&self) -> Result<()> {
        if matches!(self.place, Place::Elsewhere(_)) { Err(Error::Elsewhere) } else { Ok(()) }
    }

    /// The id of the newest version.
    pub(crate) const fn head(&self) -> Option<VersionId> {
        self.head
    }

    /// Whether anything new was written since this page has read or written; by another page, then.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn has_news(&mut self) -> Result<bool> {
        if self.store().is_none() {
            return Ok(false);
        }
        Ok(self.ask(async |store: &Store| store.head().await).await? != self.head)
    }

    /// Reads which versions there are, and gives the newest; `None` if nothing is kept.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn read(&mut self) -> Result<Option<VersionId>> {
        if self.store().is_none() {
            return Ok(None);
        }
        let read = async |store: &Store| Ok((store.head().await?, store.versions().await?));
        let (head, versions) = self.ask(read).await?;
        (self.head, self.history) = (head, History::new(versions));
        Ok(head)
    }

    /// When a version was made, in milliseconds since the epoch.
    pub(crate) fn time(&self, version: VersionId) -> f64 {
        self.history.get(version).map_or(0.0, |version| version.time)
    }

    /// What was said, as far as it is kept. What is not in the memory of a version is marked.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn transcript(&mut self, version: VersionId) -> Result<Vec<Turn>> {
        if !self.keeps_transcript || self.store().is_none() {
            return Ok(Vec::new());
        }
        let turns = self.ask(async |store: &Store| store.turns().await).await?;
        let lineage = self.history.lineage(version);
        let told = |turn: Turn| {
            let lost = turn.version.is_some_and(|version| !lineage.contains(&version));
            Turn { lost, ..turn }
        };
        Ok(turns.into_iter().map(told).collect())
    }

    /// The snapshot of a version.
    ///
    /// # Errors
    /// If it is not kept, or damaged.
    pub(crate) async fn snapshot(&mut self, version: VersionId) -> Result<Vec<u8>> {
        Ok(compact::expand(self.kept(version).await?)?)
    }

    /// What is kept of a version's snapshot, as it is.
    ///
    /// # Errors
    /// If nothing is.
    pub(crate) async fn kept(&mut self, version: VersionId) -> Result<Vec<u8>> {
        self.ask(async |store: &Store| store.kept(version).await).await
    }

    /// The versions that can stand in for a damaged one, the best first.
    pub(crate) fn last_good(&self, damaged: VersionId) -> Vec<VersionId> {
        self.history.last_good(damaged)
    }

    /// How to forget a turn by the version that it made.
    pub(crate) fn without(&self, turn: VersionId) -> Option<Replay> {
        self.history.without(turn, self.head?)
    }

    /// The versions, the newest first.
    pub(crate) fn versions(&self) -> Vec<VersionInfo> {
        self.history.told(self.head)
    }

    /// The ledger.
    pub(crate) fn ledger(&self) -> Vec<Line> {
        self.history.ledger()
    }

    /// Gives a version another state: a name, a pin, a mark that it is damaged.
    ///
    /// # Errors
    /// If the storage fails, or another page keeps this memory; then nothing was changed.
    pub(crate) async fn change(&mut self, id: VersionId, change: impl Fn(Version) -> Version) -> Result<()> {
        if !self.writes() {
            return Err(Error::Closed);
        }
        self.ask(async |store: &Store| store.change(id, &change).await).await?;
        self.history.change(id, change);
        Ok(())
    }

    /// The questions that are asked again after every sleep.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn questions(&mut self) -> Result<Vec<Question>> {
        if self.store().is_none() {
            return Ok(Vec::new());
        }
        self.ask(async |store: &Store| store.questions().await).await
    }

    /// Keeps other ones.
    ///
    /// # Errors
    /// If the storage fails, or nothing is kept here.
    pub(crate) async fn keep_questions(&mut self, asked: &[Question]) -> Result<()> {
        if !self.writes() {
            return Err(Error::Closed);
        }
        self.ask(async |store: &Store| store.keep_questions(asked).await).await
    }

    /// Whether this page writes.
    pub(crate) const fn writes(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }

    /// Works with the storage. Browsers end connections at will; a dead one never works again, a new one may.
    async fn ask<T>(&mut self, work: impl AsyncFn(&Store) -> Result<T>) -> Result<T> {
        let done = work(self.store().ok_or(Error::Closed)?).await;
        if !matches!(done, Err(Error::Storage { .. })) {
            return done;
        }
        let Ok(store) = Store::open(&self.key, || {}).await else { return done };
        let done = work(&store).await;
        self.moves(|place| match place {
            Place::Here(_) => Place::Here(store),
            Place::Elsewhere(_) => Place::Elsewhere(store),
            Place::Guarded(_) | Place::Nowhere => Place::Guarded(store),
        });
        done
    }

    /// Where something can be read.
    const fn store(&self) -> Option<&Store> {
        match &self.place {
            Place::Here(store) | Place::Elsewhere(store) | Place::Guarded(store) => Some(store),
            Place::Nowhere => None,
        }
    }

    /// From now on the memory is kept somewhere else, or by somebody else.
    fn moves(&mut self, to: impl FnOnce(Place) -> Place) {
        self.place = to(std::mem::replace(&mut self.place, Place::Nowhere));
    }

    /// What is kept could not be taken: from now on it is not written over.
    pub(crate) fn guard(&mut self) {
        self.moves(|place| match place {
            Place::Here(store) => Place::Guarded(store),
            place => place,
        });
    }

    /// The person has decided: what could not be read may go.
    pub(crate) fn unguard(&mut self) {
        self.moves(|place| match place {
            Place::Guarded(store) => Place::Here(store),
            place => place,
        });
    }

    /// The page that wrote is gone; from now on this one does.
    pub(crate) fn take_over(&mut self, release: Release) {
        self.claim = Claim::Held(release);
        self.moves(|place| match place {
            Place::Elsewhere(store) => Place::Here(store),
            place => place,
        });
    }

    /// Forgets everything that is kept of this memory, or of all memories.
    ///
    /// # Errors
    /// If the storage fails; then everything is still there.
    pub(crate) async fn forget(&mut self, all: bool) -> Result<()> {
        if matches!(self.place, Place::Here(_) | Place::Guarded(_)) {
            let forget = async |store: &Store| if all { store.erase().await } else { store.forget().await };
            self.ask(forget).await?;
            (self.head, self.history) = (None, History::default());
            self.channel.tell();
        }
        self.unsaved.clear();
        self.unguard();
        Ok(())
    }

    /// Lets another page keep this memory.
    pub(crate) fn close(self) {
        if let Some(store) = self.store() {
            store.close();
        }
        self.channel.close();
        if let Claim::Held(release) = &self.claim {
            release.now();
        }
    }
}

fn second_tab() -> Notice {
    let message = "This memory is open in another tab, which keeps it. This tab follows it, and takes over when the other one is closed.";
    Notice::Notice { code: "second-tab", message: message.to_owned() }
}

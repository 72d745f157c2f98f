//! What changes the storage: each change is one transaction, and nothing of it remains if it fails.

use super::{ALL, BY_KEY, HEADS, QUESTIONS, SNAPSHOTS, Spoken, Store, TURNS, VERSIONS};
use super::{failed, from_js, get, missing};
use crate::error::{Error, Result};
use crate::history::{Version, VersionId};
use crate::js;
use crate::protocol::{Question, Turn};
use idb::{ObjectStore, Query, Transaction, TransactionMode};
use serde::Serialize;
use serde_bytes::Bytes;
use serde_wasm_bindgen::Serializer;
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;
use web_sys::IdbTransaction;

/// A version to be written.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The version; which one it came from is seen to by whoever writes it.
    pub(crate) version: Version,
    /// What is kept of its snapshot; none: nobody can go back to it.
    pub(crate) snapshot: Option<Vec<u8>>,
    /// What was said in it.
    pub(crate) turns: Vec<Turn>,
}

/// What is written together.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    /// Versions, each made of the one before it.
    pub(crate) entries: &'a [Entry],
    /// What was said before and was not written yet.
    pub(crate) unsaved: &'a [Turn],
    /// The versions whose snapshots go to make room.
    pub(crate) surplus: &'a [VersionId],
    /// The versions whose snapshots and turns go for good.
    pub(crate) forgotten: &'a BTreeSet<VersionId>,
}

impl Store {
    /// Writes versions, what was said and the head in one transaction, and gives the versions' ids. `expected` is the
    /// head that the first version came from.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is another head, [`Error::Emptied`] if there is none any more, [`Error::Quota`], [`Error::Storage`]. Then nothing was written.
    pub(crate) async fn save(
        &self,
        expected: Option<VersionId>,
        batch: &Batch<'_>,
    ) -> Result<Vec<VersionId>> {
        let stores = [HEADS, VERSIONS, SNAPSHOTS, TURNS];
        let (raw, transaction) = self.begin(&stores, TransactionMode::ReadWrite)?;
        let written = async {
            // What goes makes room for what comes.
            self.clear(&transaction, batch).await?;
            self.write(&transaction, expected, batch).await
        };
        let written = written.await;
        finish(&raw, written).await
    }

    async fn write(
        &self,
        transaction: &Transaction,
        expected: Option<VersionId>,
        batch: &Batch<'_>,
    ) -> Result<Vec<VersionId>> {
        let store = |name: &str| transaction.object_store(name).map_err(failed);
        let (heads, versions, said) = (store(HEADS)?, store(VERSIONS)?, store(TURNS)?);
        let snapshots = store(SNAPSHOTS)?;
        let key = JsValue::from_str(&self.key);
        let head = get::<VersionId>(&heads, &key).await?;
        if head != expected {
            // Where there was something and now is nothing, nobody else has written: the browser or the person has emptied it.
            return Err(if head.is_none() { Error::Emptied } else { Error::Conflict });
        }
        let (mut ids, mut earlier, mut parent) = (Vec::new(), batch.unsaved, expected);
        for entry in batch.entries {
            let version = Version { parent, ..entry.version.clone() };
            let id: VersionId = from_js(put(&versions, &version, None).await?)?;
            if let Some(snapshot) = &entry.snapshot {
                put(&snapshots, &Bytes::new(snapshot), Some(&id.into())).await?;
            }
            for turn in std::mem::take(&mut earlier).iter().chain(&entry.turns) {
                let spoken = Spoken { key: self.key.clone(), turn: turn.clone(), version: Some(id) };
                put(&said, &spoken, None).await?;
            }
            put(&heads, &id, Some(&key)).await?;
            parent = Some(id);
            ids.push(id);
        }
        Ok(ids)
    }

    /// Takes away what goes.
    async fn clear(&self, transaction: &Transaction, batch: &Batch<'_>) -> Result<()> {
        let store = |name: &str| transaction.object_store(name).map_err(failed);
        let (versions, snapshots, said) = (store(VERSIONS)?, store(SNAPSHOTS)?, store(TURNS)?);
        for id in batch.surplus.iter().chain(batch.forgotten) {
            let place = JsValue::from(*id);
            delete(&snapshots, place.clone()).await?;
            if let Some(version) = get::<Version>(&versions, &place).await? {
                let version = if batch.forgotten.contains(id) {
                    version.without_contents()
                } else {
                    Version { size: 0, bytes: Vec::new(), ..version }
                };
                put(&versions, &version, Some(&place)).await?;
            }
        }
        if batch.forgotten.is_empty() {
            return Ok(());
        }
        for place in self.mine_in(&said).await? {
            let spoken = get::<Spoken>(&said, &place).await?;
            if spoken.and_then(|spoken| spoken.version).is_some_and(|id| batch.forgotten.contains(&id)) {
                delete(&said, place).await?;
            }
        }
        Ok(())
    }

    /// Gives a version another state: a name, a pin, a mark that it is damaged.
    ///
    /// # Errors
    /// If the storage fails, or has no such version; then nothing was written.
    pub(crate) async fn change(&self, id: VersionId, change: impl FnOnce(Version) -> Version) -> Result<()> {
        let (raw, transaction) = self.begin(&[VERSIONS], TransactionMode::ReadWrite)?;
        let changed = async {
            let versions = transaction.object_store(VERSIONS).map_err(failed)?;
            let version = get::<Version>(&versions, &id.into()).await?.ok_or_else(|| missing(id))?;
            put(&versions, &change(version), Some(&id.into())).await
        };
        let changed = changed.await.map(|_| ());
        finish(&raw, changed).await
    }

    /// Keeps the questions that are asked again after every sleep.
    ///
    /// # Errors
    /// If the storage fails; then they are what they were.
    pub(crate) async fn keep_questions(&self, asked: &[Question]) -> Result<()> {
        let (raw, transaction) = self.begin(&[QUESTIONS], TransactionMode::ReadWrite)?;
        let written = async {
            let questions = transaction.object_store(QUESTIONS).map_err(failed)?;
            put(&questions, &asked, Some(&self.key.as_str().into())).await
        };
        let written = written.await.map(|_| ());
        finish(&raw, written).await
    }

    /// Forgets the memory, what was said, and what was to be asked.
    ///
    /// # Errors
    /// If the storage fails; then nothing was forgotten.
    pub(crate) async fn forget(&self) -> Result<()> {
        let (raw, transaction) = self.begin(&ALL, TransactionMode::ReadWrite)?;
        let forgotten = self.forget_in(&transaction).await;
        finish(&raw, forgotten).await
    }

    async fn forget_in(&self, transaction: &Transaction) -> Result<()> {
        let snapshots = transaction.object_store(SNAPSHOTS).map_err(failed)?;
        for name in [VERSIONS, TURNS] {
            let store = transaction.object_store(name).map_err(failed)?;
            for id in self.mine_in(&store).await? {
                if name == VERSIONS {
                    delete(&snapshots, id.clone()).await?;
                }
                delete(&store, id).await?;
            }
        }
        for name in [HEADS, QUESTIONS] {
            let store = transaction.object_store(name).map_err(failed)?;
            delete(&store, JsValue::from_str(&self.key)).await?;
        }
        Ok(())
    }

    /// Empties the whole database: every memory of this browser's copy of the page.
    ///
    /// # Errors
    /// If the storage fails; then everything is still there.
    pub(crate) async fn erase(&self) -> Result<()> {
        let (raw, transaction) = self.begin(&ALL, TransactionMode::ReadWrite)?;
        let erased = async {
            for name in ALL {
                let store = transaction.object_store(name).map_err(failed)?;
                store.clear().map_err(failed)?.await.map_err(failed)?;
            }
            Ok(())
        };
        let erased = erased.await;
        finish(&raw, erased).await
    }

    /// The keys of all records of this memory in a store that has an index by it.
    async fn mine_in(&self, store: &ObjectStore) -> Result<Vec<JsValue>> {
        let index = store.index(BY_KEY).map_err(failed)?;
        let mine: Query = self.mine()?;
        index.get_all_keys(Some(mine), None).map_err(failed)?.await.map_err(failed)
    }
}

/// Waits until a transaction is done for good; if its work failed, nothing of it remains.
async fn finish<T>(raw: &IdbTransaction, written: Result<T>) -> Result<T> {
    match written {
        Ok(given) => {
            js::committed(raw).await?;
            Ok(given)
        }
        Err(error) => {
            // It may have been aborted already, and says why.
            let _aborted = raw.abort();
            Err(raw.error().map_or(error, |reason| js::storage_error(&reason.into())))
        }
    }
}

async fn delete(store: &ObjectStore, key: JsValue) -> Result<()> {
    store.delete(key).map_err(failed)?.await.map_err(failed)
}

/// Writes a record and gives its key.
async fn put(store: &ObjectStore, value: &impl Serialize, key: Option<&JsValue>) -> Result<JsValue> {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    let value = value.serialize(&serializer).map_err(|error| Error::Storage { reason: error.to_string() })?;
    store.put(&value, key).map_err(failed)?.await.map_err(failed)
}

//! The browser's storage: IndexedDB, database `nested-memory`. Its names must never change: whoever has a memory finds
//! it by them.
//!
//! | store | key | holds |
//! |---|---|---|
//! | `heads` | the memory's key | the id of its newest version |
//! | `versions` | counted up | [`Version`]; of the first layout with its snapshot |
//! | `snapshots` | the version's id | its snapshot's bytes |
//! | `turns` | counted up | [`Spoken`], for the person's eyes only |

use crate::error::{Error, Result};
use crate::history::{Version, VersionId};
use crate::js;
use crate::protocol::Turn;
use idb::builder::{DatabaseBuilder, IndexBuilder, ObjectStoreBuilder};
use idb::{KeyPath, KeyRange, ObjectStore, Query, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteBuf, Bytes};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbTransaction};

const DATABASE: &str = "nested-memory";
/// The layout of the stores. A later one must be reached by an upgrade that keeps everything.
const LAYOUT: u32 = 2;
const HEADS: &str = "heads";
const VERSIONS: &str = "versions";
const SNAPSHOTS: &str = "snapshots";
const TURNS: &str = "turns";
/// The index by the memory's key, in both stores that count.
const BY_KEY: &str = "key";
/// A turn, and of which memory.
#[derive(Debug, Serialize, Deserialize)]
struct Spoken {
    key: String,
    turn: Turn,
    /// The version that it made; none in those of the first layout.
    #[serde(default)]
    version: Option<VersionId>,
}

/// The newest version of a memory, as far as it can be read.
#[derive(Debug)]
pub(crate) struct Head {
    /// Its id.
    pub(crate) id: VersionId,
    /// Its snapshot, or why it cannot be read.
    pub(crate) snapshot: Result<Vec<u8>>,
}

/// What is written together.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// The version.
    pub(crate) version: &'a Version,
    /// Its snapshot.
    pub(crate) snapshot: &'a [u8],
    /// What was said in it.
    pub(crate) turns: &'a [Turn],
    /// The versions whose snapshots go to make room.
    pub(crate) surplus: &'a [VersionId],
}

/// The part of the storage that belongs to one key.
#[derive(Debug)]
pub(crate) struct Store {
    database: IdbDatabase,
    key: String,
}

impl Store {
    /// Opens the database, and makes it the first time.
    ///
    /// # Errors
    /// [`Error::Storage`] if the browser has none here.
    pub(crate) async fn open(key: &str) -> Result<Self> {
        let counted = |name: &str| {
            let by_key = IndexBuilder::new(BY_KEY.to_owned(), KeyPath::new_single("key"));
            ObjectStoreBuilder::new(name).auto_increment(true).add_index(by_key)
        };
        let builder = DatabaseBuilder::new(DATABASE)
            .version(LAYOUT)
            .add_object_store(ObjectStoreBuilder::new(HEADS))
            .add_object_store(counted(VERSIONS))
            .add_object_store(ObjectStoreBuilder::new(SNAPSHOTS))
            .add_object_store(counted(TURNS));
        let mut database = builder.build().await.map_err(failed)?;
        // The builder closes the database when a newer page wants to change its layout; that must outlive the builder.
        database.forget_callbacks();
        Ok(Self { database: database.into(), key: key.to_owned() })
    }

    /// Lets go of the database.
    pub(crate) fn close(&self) {
        self.database.close();
    }

    /// The newest version; `None` if there is none.
    ///
    /// # Errors
    /// If the storage fails. What can be read and is wrong is in [`Head::snapshot`].
    pub(crate) async fn head(&self) -> Result<Option<Head>> {
        let (_raw, transaction) = self.begin(&[HEADS, VERSIONS, SNAPSHOTS], TransactionMode::ReadOnly)?;
        let heads = transaction.object_store(HEADS).map_err(failed)?;
        let Some(id) = get::<VersionId>(&heads, &self.key.as_str().into()).await? else { return Ok(None) };
        Ok(Some(Head { id, snapshot: read_snapshot(&transaction, id).await }))
    }

    /// The snapshot of a version.
    ///
    /// # Errors
    /// If the storage fails, or holds none.
    pub(crate) async fn snapshot(&self, id: VersionId) -> Result<Vec<u8>> {
        let (_raw, transaction) = self.begin(&[VERSIONS, SNAPSHOTS], TransactionMode::ReadOnly)?;
        read_snapshot(&transaction, id).await
    }

    /// All versions, the oldest first. One that cannot be read is left out: it is in nobody's way.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn versions(&self) -> Result<Vec<(VersionId, Version)>> {
        let (_raw, transaction) = self.begin(&[VERSIONS], TransactionMode::ReadOnly)?;
        let index =
            transaction.object_store(VERSIONS).and_then(|store| store.index(BY_KEY)).map_err(failed)?;
        let ids = index.get_all_keys(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        let found = index.get_all(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        let read = |(id, version)| Some((from_js(id).ok()?, from_js(version).ok()?));
        Ok(ids.into_iter().zip(found).filter_map(read).collect())
    }

    /// What was said, from the beginning, and the version that it made.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn turns(&self) -> Result<Vec<(Option<VersionId>, Turn)>> {
        let (_raw, transaction) = self.begin(&[TURNS], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(TURNS).and_then(|store| store.index(BY_KEY)).map_err(failed)?;
        let found = index.get_all(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        let spoken = |value| from_js::<Spoken>(value).map(|spoken| (spoken.version, spoken.turn));
        found.into_iter().map(spoken).collect()
    }

    /// Writes a version, what was said and the head in one transaction, and gives the version's id. `expected` is
    /// the head that the version came from.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is another head, [`Error::Quota`], [`Error::Storage`]. Then nothing was written.
    pub(crate) async fn save(&self, expected: Option<VersionId>, entry: &Entry<'_>) -> Result<VersionId> {
        let (raw, transaction) =
            self.begin(&[HEADS, VERSIONS, SNAPSHOTS, TURNS], TransactionMode::ReadWrite)?;
        let written = self.write(&transaction, expected, entry).await;
        finish(&raw, written).await
    }

    async fn write(
        &self,
        transaction: &Transaction,
        expected: Option<VersionId>,
        entry: &Entry<'_>,
    ) -> Result<VersionId> {
        let store = |name: &str| transaction.object_store(name).map_err(failed);
        let (heads, versions, said) = (store(HEADS)?, store(VERSIONS)?, store(TURNS)?);
        let snapshots = store(SNAPSHOTS)?;
        let key = JsValue::from_str(&self.key);
        if get::<VersionId>(&heads, &key).await? != expected {
            return Err(Error::Conflict);
        }
        let id: VersionId = from_js(put(&versions, entry.version, None).await?)?;
        put(&snapshots, &Bytes::new(entry.snapshot), Some(&id.into())).await?;
        for turn in entry.turns {
            let spoken = Spoken { key: self.key.clone(), turn: turn.clone(), version: Some(id) };
            put(&said, &spoken, None).await?;
        }
        put(&heads, &id, Some(&key)).await?;
        for old in entry.surplus {
            let place = JsValue::from(*old);
            snapshots.delete(place.clone()).map_err(failed)?.await.map_err(failed)?;
            if let Some(version) = get::<Version>(&versions, &place).await? {
                put(&versions, &Version { size: 0, bytes: Vec::new(), ..version }, Some(&place)).await?;
            }
        }
        Ok(id)
    }

    /// Gives a version a name, and says whether its snapshot stays.
    ///
    /// # Errors
    /// If the storage fails, or has no such version; then nothing was written.
    pub(crate) async fn mark(&self, id: VersionId, name: Option<String>, pinned: bool) -> Result<()> {
        let (raw, transaction) = self.begin(&[VERSIONS], TransactionMode::ReadWrite)?;
        let marked = async {
            let versions = transaction.object_store(VERSIONS).map_err(failed)?;
            let version = get::<Version>(&versions, &id.into()).await?.ok_or_else(|| missing(id))?;
            put(&versions, &Version { name, pinned, ..version }, Some(&id.into())).await
        };
        let marked = marked.await.map(|_| ());
        finish(&raw, marked).await
    }

    /// Forgets the memory and what was said.
    ///
    /// # Errors
    /// If the storage fails; then nothing was forgotten.
    pub(crate) async fn forget(&self) -> Result<()> {
        let stores = [HEADS, VERSIONS, SNAPSHOTS, TURNS];
        let (raw, transaction) = self.begin(&stores, TransactionMode::ReadWrite)?;
        let snapshots = transaction.object_store(SNAPSHOTS).map_err(failed)?;
        for name in [VERSIONS, TURNS] {
            let store = transaction.object_store(name).map_err(failed)?;
            let index = store.index(BY_KEY).map_err(failed)?;
            for id in index.get_all_keys(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)? {
                if name == VERSIONS {
                    snapshots.delete(id.clone()).map_err(failed)?.await.map_err(failed)?;
                }
                store.delete(id).map_err(failed)?.await.map_err(failed)?;
            }
        }
        let heads = transaction.object_store(HEADS).map_err(failed)?;
        heads.delete(JsValue::from_str(&self.key)).map_err(failed)?.await.map_err(failed)?;
        js::committed(&raw).await
    }

    /// A transaction, as the browser has it and as `idb` does.
    fn begin(&self, stores: &[&str], mode: TransactionMode) -> Result<(IdbTransaction, Transaction)> {
        let raw = match mode {
            TransactionMode::ReadOnly => {
                let stores: js_sys::Array = stores.iter().copied().map(JsValue::from_str).collect();
                self.database.transaction_with_str_sequence(&stores)
            }
            _ => js::strict_transaction(&self.database, stores),
        };
        let raw = raw.map_err(|error| js::storage_error(&error))?;
        Ok((raw.clone(), raw.into()))
    }

    /// Everything with this memory's key.
    fn mine(&self) -> Result<Query> {
        KeyRange::only(&self.key.as_str().into()).map(Query::KeyRange).map_err(failed)
    }
}

/// A snapshot, wherever its version's layout has it.
async fn read_snapshot(transaction: &Transaction, id: VersionId) -> Result<Vec<u8>> {
    let snapshots = transaction.object_store(SNAPSHOTS).map_err(failed)?;
    if let Some(bytes) = get::<ByteBuf>(&snapshots, &id.into()).await? {
        return Ok(bytes.into_vec());
    }
    let versions = transaction.object_store(VERSIONS).map_err(failed)?;
    let version = get::<Version>(&versions, &id.into()).await?.ok_or_else(|| missing(id))?;
    if version.bytes.is_empty() { Err(missing(id)) } else { Ok(version.bytes) }
}

fn missing(id: VersionId) -> Error {
    Error::Storage { reason: format!("version {id} is missing") }
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

async fn get<T: for<'a> Deserialize<'a>>(store: &ObjectStore, key: &JsValue) -> Result<Option<T>> {
    let found = store.get(key.clone()).map_err(failed)?.await.map_err(failed)?;
    found.map(from_js).transpose()
}

/// Writes a record and gives its key.
async fn put(store: &ObjectStore, value: &impl Serialize, key: Option<&JsValue>) -> Result<JsValue> {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    let value = value.serialize(&serializer).map_err(|error| Error::Storage { reason: error.to_string() })?;
    store.put(&value, key).map_err(failed)?.await.map_err(failed)
}

fn from_js<T: for<'a> Deserialize<'a>>(value: JsValue) -> Result<T> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Error::Storage { reason: format!("a record cannot be read: {error}") })
}

fn failed(error: idb::Error) -> Error {
    if let idb::Error::DomException(exception) = error {
        return js::storage_error(&exception.into());
    }
    Error::Storage { reason: error.to_string() }
}

//! The browser's storage: IndexedDB, database `nested-memory`. Its names must never change: whoever has a memory finds
//! it by them.
//!
//! | store | key | holds |
//! |---|---|---|
//! | `heads` | the memory's key | the id of its newest version |
//! | `versions` | counted up | [`Version`] |
//! | `turns` | counted up | [`Spoken`], for the person's eyes only |

use crate::error::{Error, Result};
use crate::js;
use crate::protocol::Turn;
use idb::builder::{DatabaseBuilder, IndexBuilder, ObjectStoreBuilder};
use idb::{KeyPath, KeyRange, ObjectStore, Query, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbTransaction};

const DATABASE: &str = "nested-memory";
/// The layout of the stores. A later one must be reached by an upgrade that keeps everything.
const LAYOUT: u32 = 1;
const HEADS: &str = "heads";
const VERSIONS: &str = "versions";
const TURNS: &str = "turns";
/// The index by the memory's key, in both stores that count.
const BY_KEY: &str = "key";
/// How many versions are kept of one memory.
const VERSIONS_KEPT: usize = 20;

/// The id of a version.
pub(crate) type VersionId = u32;

/// One snapshot of one memory.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The memory's key.
    pub(crate) key: String,
    /// The version it came from.
    pub(crate) parent: Option<VersionId>,
    /// When, in milliseconds since the epoch.
    pub(crate) time: f64,
    /// What was done.
    pub(crate) reason: String,
    /// The memory in a few numbers.
    pub(crate) counts: Counts,
    /// The snapshot.
    #[serde(with = "serde_bytes")]
    pub(crate) bytes: Vec<u8>,
}

/// A memory in a few numbers, to list versions without reading them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Tokens learned.
    pub(crate) tokens: u64,
    /// Conversations that have ended.
    pub(crate) conversations: u64,
    /// Tokens said and not yet learned from.
    pub(crate) pending: usize,
}

/// A turn, and of which memory.
#[derive(Debug, Serialize, Deserialize)]
struct Spoken {
    key: String,
    turn: Turn,
}

/// The newest version of a memory, as far as it can be read.
#[derive(Debug)]
pub(crate) struct Head {
    /// Its id.
    pub(crate) id: VersionId,
    /// The version, or why it cannot be read.
    pub(crate) version: Result<Version>,
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
    /// If the storage fails. What can be read and is wrong is in [`Head::version`].
    pub(crate) async fn head(&self) -> Result<Option<Head>> {
        let (_raw, transaction) = self.begin(&[HEADS, VERSIONS], TransactionMode::ReadOnly)?;
        let heads = transaction.object_store(HEADS).map_err(failed)?;
        let Some(id) = get::<VersionId>(&heads, &self.key.as_str().into()).await? else { return Ok(None) };
        let versions = transaction.object_store(VERSIONS).map_err(failed)?;
        let version = get::<Version>(&versions, &id.into()).await;
        let missing = || Error::Storage { reason: format!("version {id} is missing") };
        Ok(Some(Head { id, version: version.and_then(|version| version.ok_or_else(missing)) }))
    }

    /// What was said, from the beginning.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn turns(&self) -> Result<Vec<Turn>> {
        let (_raw, transaction) = self.begin(&[TURNS], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(TURNS).and_then(|store| store.index(BY_KEY)).map_err(failed)?;
        let found = index.get_all(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        found.into_iter().map(|value| from_js::<Spoken>(value).map(|spoken| spoken.turn)).collect()
    }

    /// Writes a version, what was said and the head in one transaction, and gives the version's id. `expected` is
    /// the head that the version came from.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there is another head, [`Error::Quota`], [`Error::Storage`]. Then nothing was written.
    pub(crate) async fn save(
        &self,
        expected: Option<VersionId>,
        version: &Version,
        turns: &[Turn],
    ) -> Result<VersionId> {
        let (raw, transaction) = self.begin(&[HEADS, VERSIONS, TURNS], TransactionMode::ReadWrite)?;
        match self.write(&transaction, expected, version, turns).await {
            Ok(id) => {
                js::committed(&raw).await?;
                Ok(id)
            }
            Err(error) => {
                // It may have been aborted already, and says why.
                let _aborted = raw.abort();
                Err(raw.error().map_or(error, |reason| js::storage_error(&reason.into())))
            }
        }
    }

    async fn write(
        &self,
        transaction: &Transaction,
        expected: Option<VersionId>,
        version: &Version,
        turns: &[Turn],
    ) -> Result<VersionId> {
        let store = |name: &str| transaction.object_store(name).map_err(failed);
        let (heads, versions, said) = (store(HEADS)?, store(VERSIONS)?, store(TURNS)?);
        let key = JsValue::from_str(&self.key);
        if get::<VersionId>(&heads, &key).await? != expected {
            return Err(Error::Conflict);
        }
        let id = put(&versions, version, None).await?;
        let id: VersionId = from_js(id)?;
        for turn in turns {
            put(&said, &Spoken { key: self.key.clone(), turn: turn.clone() }, None).await?;
        }
        put(&heads, &id, Some(&key)).await?;
        let index = versions.index(BY_KEY).map_err(failed)?;
        let all = index.get_all_keys(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        for old in all.iter().take(all.len().saturating_sub(VERSIONS_KEPT)) {
            versions.delete(old.clone()).map_err(failed)?.await.map_err(failed)?;
        }
        Ok(id)
    }

    /// Forgets the memory and what was said.
    ///
    /// # Errors
    /// If the storage fails; then nothing was forgotten.
    pub(crate) async fn forget(&self) -> Result<()> {
        let (raw, transaction) = self.begin(&[HEADS, VERSIONS, TURNS], TransactionMode::ReadWrite)?;
        for name in [VERSIONS, TURNS] {
            let store = transaction.object_store(name).map_err(failed)?;
            let index = store.index(BY_KEY).map_err(failed)?;
            for id in index.get_all_keys(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)? {
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

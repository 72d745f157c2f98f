//! The browser's storage: IndexedDB, database `nested-memory`. Its names must never change: whoever has a memory finds
//! it by them.
//!
//! | store | key | holds |
//! |---|---|---|
//! | `heads` | the memory's key | the id of its newest version |
//! | `versions` | counted up | [`Version`]; of the first layout with its snapshot |
//! | `snapshots` | the version's id | its snapshot's bytes |
//! | `turns` | counted up | [`Spoken`], for the person's eyes only |
//! | `questions` | the memory's key | the [`Question`]s that are asked again after every sleep |

mod open;
mod write;

pub(crate) use write::{Batch, Entry};

use crate::error::{Error, Result};
use crate::history::{Version, VersionId};
use crate::js;
use crate::protocol::{Question, Turn};
use idb::{KeyRange, ObjectStore, Query, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbTransaction};

const DATABASE: &str = "nested-memory";
/// The layout of the stores. A later one must be reached by an upgrade that keeps everything.
const LAYOUT: u32 = 3;
const HEADS: &str = "heads";
const VERSIONS: &str = "versions";
const SNAPSHOTS: &str = "snapshots";
const TURNS: &str = "turns";
const QUESTIONS: &str = "questions";
const ALL: [&str; 5] = [HEADS, VERSIONS, SNAPSHOTS, TURNS, QUESTIONS];
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

/// The part of the storage that belongs to one key.
#[derive(Debug)]
pub(crate) struct Store {
    database: IdbDatabase,
    key: String,
}

impl Store {
    /// Opens the database, and makes it the first time. `blocked` is called if another page stands in the way of that.
    ///
    /// # Errors
    /// [`Error::Storage`] if the browser has none here.
    pub(crate) async fn open(key: &str, blocked: impl FnOnce() + 'static) -> Result<Self> {
        Ok(Self { database: open::open(blocked).await?.into(), key: key.to_owned() })
    }

    /// Lets go of the database.
    pub(crate) fn close(&self) {
        self.database.close();
    }

    /// The id of the newest version; `None` if there is none.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn head(&self) -> Result<Option<VersionId>> {
        let (_raw, transaction) = self.begin(&[HEADS], TransactionMode::ReadOnly)?;
        let heads = transaction.object_store(HEADS).map_err(failed)?;
        get(&heads, &self.key.as_str().into()).await
    }

    /// What is kept of a version's snapshot, as it is.
    ///
    /// # Errors
    /// If the storage fails, or holds none.
    pub(crate) async fn kept(&self, id: VersionId) -> Result<Vec<u8>> {
        let (_raw, transaction) = self.begin(&[VERSIONS, SNAPSHOTS], TransactionMode::ReadOnly)?;
        let snapshots = transaction.object_store(SNAPSHOTS).map_err(failed)?;
        if let Some(bytes) = get::<ByteBuf>(&snapshots, &id.into()).await? {
            return Ok(bytes.into_vec());
        }
        let versions = transaction.object_store(VERSIONS).map_err(failed)?;
        let version = get::<Version>(&versions, &id.into()).await?.ok_or_else(|| missing(id))?;
        if version.bytes.is_empty() { Err(missing(id)) } else { Ok(version.bytes) }
    }

    /// The questions that are asked again after every sleep.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn questions(&self) -> Result<Vec<Question>> {
        let (_raw, transaction) = self.begin(&[QUESTIONS], TransactionMode::ReadOnly)?;
        let questions = transaction.object_store(QUESTIONS).map_err(failed)?;
        Ok(get(&questions, &self.key.as_str().into()).await?.unwrap_or_default())
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

    /// What was said, from the beginning, each turn with the version that it made.
    ///
    /// # Errors
    /// If the storage fails.
    pub(crate) async fn turns(&self) -> Result<Vec<Turn>> {
        let (_raw, transaction) = self.begin(&[TURNS], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(TURNS).and_then(|store| store.index(BY_KEY)).map_err(failed)?;
        let found = index.get_all(Some(self.mine()?), None).map_err(failed)?.await.map_err(failed)?;
        let spoken =
            |value| from_js::<Spoken>(value).map(|Spoken { version, turn, .. }| Turn { version, ..turn });
        found.into_iter().map(spoken).collect()
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

fn missing(id: VersionId) -> Error {
    Error::Record { reason: format!("version {id} is missing") }
}

async fn get<T: for<'a> Deserialize<'a>>(store: &ObjectStore, key: &JsValue) -> Result<Option<T>> {
    let found = store.get(key.clone()).map_err(failed)?.await.map_err(failed)?;
    found.map(from_js).transpose()
}

fn from_js<T: for<'a> Deserialize<'a>>(value: JsValue) -> Result<T> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Error::Record { reason: format!("a record cannot be read: {error}") })
}

fn failed(error: idb::Error) -> Error {
    if let idb::Error::DomException(exception) = error {
        return js::storage_error(&exception.into());
    }
    Error::Storage { reason: error.to_string() }
}

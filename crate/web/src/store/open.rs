//! Opening the database: the first time it is made, and a former layout is added to; nothing in it is touched.

use super::{BY_KEY, DATABASE, HEADS, LAYOUT, QUESTIONS, SNAPSHOTS, TURNS, VERSIONS, failed};
use crate::error::Result;
use idb::{Database, DatabaseEvent as _, Event as _, Factory, KeyPath, ObjectStoreParams, Request as _};
use idb::{Error, event::VersionChangeEvent};

/// The stores, and whether their records are counted up and found by their memory's key.
const STORES: [(&str, bool); 5] =
    [(HEADS, false), (VERSIONS, true), (SNAPSHOTS, false), (TURNS, true), (QUESTIONS, false)];

/// Opens it. `blocked` is called if another page, with a former layout, stands in the way; when that lets go it goes on.
pub(super) async fn open(blocked: impl FnOnce() + 'static) -> Result<Database> {
    let mut request =
        Factory::new().and_then(|factory| factory.open(DATABASE, Some(LAYOUT))).map_err(failed)?;
    request.on_blocked(move |_| blocked());
    request.on_upgrade_needed(|event| {
        if upgrade(&event).is_err()
            && let Some(transaction) = event.target().ok().and_then(|request| request.transaction())
        {
            // Half a layout would be worse than none: opening fails, and everything is as it was.
            let _aborted = transaction.abort();
        }
    });
    let mut database = request.await.map_err(failed)?;
    database.on_version_change(|event| {
        // A later page wants to change the layout, or somebody deletes everything: it shall not wait for this one.
        if let Ok(database) = event.database() {
            database.close();
        }
    });
    // They must outlive what is left of the library's database.
    database.forget_callbacks();
    Ok(database)
}

/// Adds what the layout has and the database has not.
fn upgrade(event: &VersionChangeEvent) -> Result<(), Error> {
    let database = event.database()?;
    let there = database.store_names();
    for (name, counted) in STORES.into_iter().filter(|(name, _)| !there.iter().any(|store| store == name)) {
        let mut how = ObjectStoreParams::new();
        how.auto_increment(counted);
        let store = database.create_object_store(name, how)?;
        if counted {
            store.create_index(BY_KEY, KeyPath::new_single("key"), None)?;
        }
    }
    Ok(())
}

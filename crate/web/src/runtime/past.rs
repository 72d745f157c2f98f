//! What the memory was at other times: to look at, to mark, to go back to.

use super::{Runtime, today};
use crate::error::{Error, Result};
use crate::history::VersionId;
use crate::input;
use crate::port::Outlet;
use crate::protocol::{Outcome, Rewound, VersionInfo};
use nested_memory_model::ledger;
use serde_bytes::ByteBuf;

impl Runtime {
    /// The memory's versions.
    pub(crate) fn versions(&self) -> Vec<VersionInfo> {
        self.keeper.versions()
    }

    /// Goes back to a version. That makes a new one, so one can go back from it too.
    ///
    /// # Errors
    /// If the version's snapshot is gone or cannot be taken; then nothing was changed.
    pub(crate) async fn rewind(&mut self, version: VersionId, page: &Outlet) -> Result<Rewound> {
        if !self.keeper.writes() {
            return Err(Error::Input {
                reason: "this memory is not kept here, so there is nothing to go back to".to_owned(),
            });
        }
        let bytes = self.keeper.snapshot(version).await?;
        // The version that is made of it has no turns of its own, so that both remember the same.
        let transcript = self.keeper.transcript(version).await?;
        let session = self.revive(page, &bytes, &transcript).await?.in_mode(self.session.mode());
        let head = self.keeper.head();
        let before = (std::mem::replace(&mut self.session, session), self.checkpoint.replace(bytes));
        self.keep_as(page, "rewind", Some(version), Vec::new()).await?;
        if self.keeper.head() == head {
            (self.session, self.checkpoint) = before;
            return Err(Error::Storage { reason: "going back could not be written down".to_owned() });
        }
        let summary = self.after_replacement(page).await?;
        Ok(Rewound { summary, transcript })
    }

    /// Gives a version a name, and says whether its snapshot stays.
    ///
    /// # Errors
    /// If that cannot be written.
    pub(crate) async fn mark(
        &mut self,
        version: VersionId,
        name: Option<String>,
        pinned: bool,
    ) -> Result<Vec<VersionInfo>> {
        let name = name.and_then(|name| input::title(&name));
        self.keeper.mark(version, name, pinned).await?;
        Ok(self.keeper.versions())
    }

    /// The ledger as a file.
    ///
    /// # Errors
    /// If the lines cannot be written as JSON.
    pub(crate) fn ledger(&self) -> Result<Outcome> {
        let text = ledger::file(&self.keeper.ledger())?;
        let name = input::ledger_name(&self.key, &today());
        Ok(Outcome::File { bytes: ByteBuf::from(text), name })
    }
}

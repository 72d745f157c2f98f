//! The memory as a file, and a file as the memory.

use super::{Runtime, today};
use crate::error::{Error, Result};
use crate::input;
use crate::look;
use crate::port::Outlet;
use crate::protocol::{Outcome, SnapshotSummary, Summary};
use crate::session::{Model, Session};
use nested_memory_model::snapshot::{self, Label};
use serde_bytes::ByteBuf;

impl Runtime {
    /// The memory as a file.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt.
    pub(crate) async fn export(&mut self, page: &Outlet) -> Result<Outcome> {
        let parent = self.keeper.head().map(|id| id.to_string());
        let saved = async |model: &Model, session: Session| {
            Ok(snapshot::save(&model.base, session.memory(), "", parent.as_deref()).await?)
        };
        let bytes = ByteBuf::from(self.attempt(page, saved).await?);
        let name = input::file_name(&self.key, &today());
        Ok(Outcome::File { bytes, name })
    }

    /// What a file says of itself and whether it can be taken. Changes nothing.
    ///
    /// # Errors
    /// If it is no snapshot, damaged or too new.
    pub(crate) async fn preview(&self, bytes: &[u8]) -> Result<SnapshotSummary> {
        let mut norms = None;
        let (label, reason) = match snapshot::load(&self.model.base, bytes) {
            Ok((memory, label)) => {
                norms = Some(look::norms(&memory).await?.lengths().into());
                (label, None)
            }
            Err(error @ nested_memory_model::Error::OtherBase { .. }) => {
                (snapshot::label(bytes)?, Some(Error::from(error).failure().message))
            }
            Err(error) => return Err(error.into()),
        };
        let Label { format, base, clock, title, .. } = label;
        let (tokens, conversations) = (clock.tokens, clock.conversations);
        Ok(SnapshotSummary {
            format,
            base,
            compatible: reason.is_none(),
            reason,
            tokens,
            conversations,
            norms,
            title,
            bytes: bytes.len(),
        })
    }

    /// Replaces the memory by a file's.
    ///
    /// # Errors
    /// If the file cannot be taken; then nothing was changed.
    pub(crate) async fn import(&mut self, bytes: Vec<u8>, page: &Outlet) -> Result<Summary> {
        self.keeper.may_change()?;
        let taken = async |model: &Model, session: Session| {
            let (memory, _) = snapshot::load(&model.base, &bytes)?;
            Ok((session.replace(model, memory).await?, ()))
        };
        self.change(page, taken).await?;
        self.keeper.unguard();
        self.keep(page, "import", None, Vec::new()).await?;
        self.after_replacement(page).await
    }
}

//! The levels of the memory: to show, to empty, to freeze, to switch off.

use super::Runtime;
use crate::error::Result;
use crate::history::Again;
use crate::port::Outlet;
use crate::protocol::Summary;
use crate::session::{Mode, Model, Session};
use nested_memory_model::LevelName;

impl Runtime {
    /// Empties a level, or everything.
    ///
    /// # Errors
    /// If what is kept cannot be forgotten; then nothing was changed.
    pub(crate) async fn reset(&mut self, level: Option<LevelName>, page: &Outlet) -> Result<Summary> {
        self.keeper.may_change()?;
        match level {
            Some(level) => {
                let emptied = async |model: &Model, session: Session| Ok((session.reset(model, level), ()));
                self.change(page, emptied).await?;
                self.keep(page, &Again::Reset(level).reason(), None, Vec::new()).await?;
            }
            None => {
                self.keeper.forget(false).await?;
                self.begin_anew();
            }
        }
        self.after_replacement(page).await
    }

    /// Forgets every memory that this browser keeps for this page.
    ///
    /// # Errors
    /// If what is kept cannot be forgotten; then nothing was changed.
    pub(crate) async fn erase(&mut self, page: &Outlet) -> Result<Summary> {
        self.keeper.may_change()?;
        self.keeper.forget(true).await?;
        self.begin_anew();
        self.after_replacement(page).await
    }

    /// A memory that knows nothing.
    pub(super) fn begin_anew(&mut self) {
        let mode = self.session.mode();
        self.session = Session::fresh(&self.model).in_mode(mode);
        self.checkpoint = None;
    }

    /// Freezes a level, or lets it thaw.
    ///
    /// # Errors
    /// If another page keeps this memory, or the device fails; then nothing was changed.
    pub(crate) async fn freeze(&mut self, level: LevelName, frozen: bool, page: &Outlet) -> Result<Summary> {
        self.keeper.may_change()?;
        let changed = async |_: &Model, session: Session| Ok((session.freeze(level, frozen), ()));
        self.change(page, changed).await?;
        self.keep(page, &Again::Freeze(level, frozen).reason(), None, Vec::new()).await?;
        Ok(self.summary())
    }

    /// Says what becomes of what is said from now on.
    ///
    /// # Errors
    /// If what another page has written meanwhile cannot be read.
    pub(crate) async fn set_mode(&mut self, mode: Mode, page: &Outlet) -> Result<()> {
        self.session = self.session.clone().in_mode(mode);
        self.follow(page).await
    }

    /// Shows all weights.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt.
    pub(super) async fn show(&mut self, page: &Outlet) -> Result<()> {
        self.attempt(page, async |_: &Model, session: Session| session.show(page).await).await
    }

    /// Tells all weights, number by number.
    ///
    /// # Errors
    /// A device that fails again after it was rebuilt.
    pub(crate) async fn weights(&mut self, page: &Outlet) -> Result<()> {
        self.attempt(page, async |_: &Model, session: Session| session.tell_weights(page).await).await
    }
}

//! The same memory on several pages: this one follows, and takes over when the one that writes is gone.

use super::Runtime;
use crate::error::Result;
use crate::follow::Nudge;
use crate::port::Outlet;
use crate::protocol::{Notice, Storage};
use crate::session::{Mode, Page};

impl Runtime {
    /// Something happened on another page.
    pub(crate) async fn nudged(&mut self, nudge: Nudge, page: &Outlet) {
        let takes_over = matches!(nudge, Nudge::Free(_));
        if let Nudge::Free(release) = nudge {
            self.keeper.take_over(release);
        }
        let followed = if takes_over { self.catch_up(page).await } else { self.follow(page).await };
        if let Err(error) = followed {
            // What could not be read is not written over.
            self.keeper.guard();
            let message = format!(
                "What the other tab has written could not be read ({error}). Reload this tab; nothing is written from here."
            );
            page.tell(Notice::Notice { code: "not-followed", message });
        }
    }

    /// Takes up what another page has written, unless a copy is talked with that must not change under the person.
    pub(super) async fn follow(&mut self, page: &Outlet) -> Result<()> {
        let follows = self.keeper.storage() == Storage::Elsewhere && self.session.mode() == Mode::Lasting;
        if follows && self.keeper.has_news().await? { self.catch_up(page).await } else { Ok(()) }
    }

    /// Takes up what is kept, and tells the page.
    async fn catch_up(&mut self, page: &Outlet) -> Result<()> {
        let transcript = match self.keeper.read().await? {
            Some(head) => self.stand_on(head, page).await?,
            None => {
                self.begin_anew();
                Vec::new()
            }
        };
        page.tell(Notice::Followed { summary: Box::new(self.summary()), transcript });
        self.after_replacement(page).await?;
        Ok(())
    }
}

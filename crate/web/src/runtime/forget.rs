//! Forgetting one turn exactly: back to before it, and everything that came after again, without it.

use super::{LONGEST_REPLY, Runtime, deed};
use crate::day::Day;
use crate::error::{Error, Result};
use crate::history::{Again, FORGOT, RECENT, Replay, VersionId};
use crate::keeper::{Change, Deed};
use crate::port::Outlet;
use crate::protocol::{Notice, Rewound, Role, Turn};
use crate::session::{Manner, Page, Quiet, Session};
use nested_memory_model::snapshot;
use std::collections::BTreeMap;

impl Runtime {
    /// Forgets the turn that made a version. The memory becomes one that never heard it; every version that did goes for
    /// good, with what was said in it. The person's later words are said again, and answered anew.
    ///
    /// # Errors
    /// [`Error::CannotForget`] if nothing is kept from before it, or not what was said after it; [`Error::Stopped`];
    /// or if it cannot be written. Then nothing was changed.
    pub(crate) async fn forget_turn(&mut self, version: VersionId, page: &Outlet) -> Result<Rewound> {
        self.keeper.may_change()?;
        let Replay { from, again, gone } = self.keeper.without(version).ok_or(Error::CannotForget)?;
        let deeds = self.again(from, &again, page).await?;
        let head = self.keeper.head();
        let base = &self.model.base.sha256;
        let told = self.keeper.save(Change { base, deeds, forgotten: gone }).await?;
        told.into_iter().for_each(|notice| page.tell(notice));
        let Some(now) = self.keeper.head().filter(|now| Some(*now) != head) else {
            return Err(Error::Storage { reason: "forgetting could not be written down".to_owned() });
        };
        let transcript = self.stand_on(now, page).await?;
        let summary = self.after_replacement(page).await?;
        Ok(Rewound { summary, transcript })
    }

    /// What is done again, and what came of it.
    async fn again(
        &mut self,
        from: Option<VersionId>,
        again: &[(VersionId, Again)],
        page: &Outlet,
    ) -> Result<Vec<Deed>> {
        let (mut session, earlier) = self.begin(from, page).await?;
        let head = self.keeper.head().ok_or(Error::CannotForget)?;
        let mut said: BTreeMap<VersionId, Vec<Turn>> = BTreeMap::new();
        for turn in self.keeper.transcript(head).await? {
            said.entry(turn.version.unwrap_or_default()).or_default().push(turn);
        }
        let (model, quiet) = (&self.model, Quiet(page));
        let mut deeds = vec![deed(&session, FORGOT, from, earlier, Vec::new())?];
        let mut day = Day::default();
        for (done, (version, what)) in again.iter().enumerate() {
            page.tell(Notice::Again { done, of: again.len() });
            page.pause().await;
            if page.stopped() {
                return Err(Error::Stopped);
            }
            let mut turns = Vec::new();
            session = match what {
                Again::Nothing => continue,
                Again::Say => {
                    turns = said.remove(version).ok_or(Error::CannotForget)?;
                    say(self, session, &mut turns, &quiet).await?
                }
                Again::End => {
                    day = session.day().clone();
                    session.end_conversation(model, &quiet).await?
                }
                Again::Sleep => session.sleep(model, &day, &quiet).await?.0,
                Again::Reset(level) => session.reset(model, *level),
                Again::Freeze(level, frozen) => session.freeze(*level, *frozen),
            };
            let bytes = snapshot::save(&model.base, session.memory(), "", None).await?;
            deeds.push(deed(&session, &what.reason(), None, bytes, turns)?);
            // Only the newest can be gone back to: a long life in full would not fit into the module's memory.
            if let Some(old) = deeds.len().checked_sub(RECENT + 1) {
                deeds[old].snapshot = None;
            }
        }
        Ok(deeds)
    }

    /// The session to begin with, and its snapshot.
    async fn begin(&mut self, from: Option<VersionId>, page: &Outlet) -> Result<(Session, Vec<u8>)> {
        let Some(from) = from else {
            let session = Session::fresh(&self.model);
            let bytes = snapshot::save(&self.model.base, session.memory(), "", None).await?;
            return Ok((session, bytes));
        };
        let bytes = self.keeper.snapshot(from).await?;
        let transcript = self.keeper.transcript(from).await?;
        Ok((self.revive(page, &bytes, &transcript).await?, bytes))
    }
}

/// Says again what the person said in a turn. The answer takes the place of the one that was given then.
async fn say(
    runtime: &Runtime,
    session: Session,
    turns: &mut [Turn],
    page: &Quiet<'_, Outlet>,
) -> Result<Session> {
    let words = turns.iter().find(|turn| turn.role == Role::User).ok_or(Error::CannotForget)?;
    let words = words.text.clone();
    let (session, reply) =
        session.say(&runtime.model, &words, Manner::likeliest(LONGEST_REPLY), page).await?;
    let conversation = session.memory().clock.conversations;
    for turn in turns.iter_mut() {
        turn.conversation = conversation;
        if turn.role == Role::Assistant {
            (turn.text, turn.complete) = (reply.reply.clone(), true);
        }
    }
    Ok(session)
}

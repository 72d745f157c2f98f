//! Taking up again what is kept. What cannot be read is never written over: the last version that can be read is used,
//! and the damaged one is set aside.

use super::Runtime;
use crate::day::Day;
use crate::error::Result;
use crate::history::{Version, VersionId};
use crate::port::Outlet;
use crate::protocol::{Notice, Role, Storage, Turn};
use crate::session::{self, Model, Session};
use crate::stream::Turns;
use nested_memory_model::snapshot;

impl Runtime {
    /// Restores what is kept. If that cannot be done it stays as it is, and the memory begins anew without being kept.
    pub(super) async fn restore_or_guard(&mut self, page: &Outlet) -> Vec<Turn> {
        match self.restore(page).await {
            Ok(transcript) => transcript,
            Err(error) => {
                self.keeper.guard();
                let message = format!(
                    "The stored memory could not be restored ({error}). It stays in this browser untouched; what is said now is not saved until you import a memory or start over."
                );
                self.greeting.push(Notice::Notice { code: "not-restored", message });
                Vec::new()
            }
        }
    }

    async fn restore(&mut self, page: &Outlet) -> Result<Vec<Turn>> {
        let Some(head) = self.keeper.read().await? else { return Ok(Vec::new()) };
        let damage = match self.stand_on(head, page).await {
            Ok(transcript) => {
                if self.keeper.storage() == Storage::IndexedDb {
                    let bytes = self.checkpoint.as_ref().map_or(0, Vec::len);
                    let at = self.keeper.time(head);
                    self.greeting.push(Notice::Saved { at, bytes, version: head });
                }
                return Ok(transcript);
            }
            Err(error) => error,
        };
        if damage.is_of_what_is_kept() {
            for good in self.keeper.last_good(head) {
                if let Ok(transcript) = self.stand_on(good, page).await {
                    self.set_aside(head, good).await?;
                    let message = format!(
                        "The newest version of this memory is damaged ({damage}). The one before it was taken up; the damaged one is set aside, and can be downloaded in History."
                    );
                    self.greeting.push(Notice::Notice { code: "recovered", message });
                    return Ok(transcript);
                }
            }
        }
        Err(damage)
    }

    /// Takes the memory of a version.
    pub(super) async fn stand_on(&mut self, version: VersionId, page: &Outlet) -> Result<Vec<Turn>> {
        let bytes = self.keeper.snapshot(version).await?;
        let transcript = self.keeper.transcript(version).await?;
        self.session = self.revive(page, &bytes, &transcript).await?.in_mode(self.session.mode());
        self.checkpoint = Some(bytes);
        Ok(transcript)
    }

    /// From now on a good version stands for a damaged one.
    async fn set_aside(&mut self, damaged: VersionId, good: VersionId) -> Result<()> {
        if self.keeper.writes() {
            self.keeper.change(damaged, |version| Version { damaged: true, ..version }).await?;
            let told = self.write("recovered", Some(good), Vec::new()).await?;
            self.greeting.extend(told);
        }
        Ok(())
    }

    /// A session with the memory of a snapshot, after what was said; of the conversation that is going on in it, what is
    /// in this memory.
    pub(super) async fn revive(
        &mut self,
        page: &Outlet,
        bytes: &[u8],
        transcript: &[Turn],
    ) -> Result<Session> {
        let count = |role| transcript.iter().filter(|turn| turn.role == role).count() as i64;
        let turns = Turns { user: count(Role::User), assistant: count(Role::Assistant) };
        let revived = async |model: &Model, _: Session| {
            let (memory, _) = snapshot::load(&model.base, bytes)?;
            let (now, heard) = (memory.clock.conversations, session::heard(&memory));
            let said = transcript.iter().filter(|turn| turn.conversation == now && !turn.lost);
            let day = Day::recall(said, heard, &model.tokenizer);
            Ok(Session::restore(model, memory, turns).await?.recall(day))
        };
        self.attempt(page, revived).await
    }
}

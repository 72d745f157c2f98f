//! What the memory was at other times: to look at, to mark, to go back to.

use super::{LONGEST_REPLY, Runtime, today};
use crate::error::{Error, Result};
use crate::history::{Version, VersionId};
use crate::input;
use crate::look;
use crate::port::Outlet;
use crate::protocol::{Compared, ComparedAnswer, LedgerCheck, Outcome, Rewound, VersionInfo};
use crate::session::{Model, Session};
use crate::stream::Turns;
use nested_memory_model::{compact, ledger, snapshot};
use serde_bytes::ByteBuf;

/// So many questions are put to two versions at most.
const MOST_QUESTIONS: usize = 16;

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
        self.keeper.may_change()?;
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
        self.keep(page, "rewind", Some(version), Vec::new()).await?;
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
        self.keeper.may_change()?;
        let name = name.and_then(|name| input::title(&name));
        self.keeper.change(version, |known| Version { name: name.clone(), pinned, ..known }).await?;
        Ok(self.keeper.versions())
    }

    /// What is kept of a version as a file, also where it cannot be read.
    ///
    /// # Errors
    /// If nothing is kept of it.
    pub(crate) async fn kept(&mut self, version: VersionId) -> Result<Outcome> {
        let kept = self.keeper.kept(version).await?;
        // What does not unfold is given as it lies there.
        let bytes = compact::expand(kept.clone()).unwrap_or(kept);
        let name = input::version_name(&self.key, version);
        Ok(Outcome::File { bytes: ByteBuf::from(bytes), name })
    }

    /// What is different in two versions: where, and in what they answer.
    ///
    /// # Errors
    /// If one of them is not kept or cannot be taken.
    pub(crate) async fn compare(
        &mut self,
        versions: [VersionId; 2],
        questions: &[String],
        page: &Outlet,
    ) -> Result<Compared> {
        let [one, other] = versions;
        let (one, other) = (self.keeper.snapshot(one).await?, self.keeper.snapshot(other).await?);
        let compared = async |model: &Model, _: Session| {
            let (one, _) = snapshot::load(&model.base, &one)?;
            let (other, _) = snapshot::load(&model.base, &other)?;
            let levels = look::difference(&one, &other).await?;
            let one = Session::restore(model, one, Turns::default()).await?;
            let other = Session::restore(model, other, Turns::default()).await?;
            let mut answers = Vec::with_capacity(questions.len());
            for question in questions.iter().take(MOST_QUESTIONS) {
                let text = input::clean(question, str::to_owned)?.text;
                let reply = async |session: &Session| session.recite(model, &text, LONGEST_REPLY, page).await;
                let replies = [reply(&one).await?, reply(&other).await?];
                answers.push(ComparedAnswer { question: text.clone(), replies });
            }
            Ok(Compared { levels, answers })
        };
        self.attempt(page, compared).await
    }

    /// Whether each line of the ledger follows the one before it, and the last is the memory of now.
    ///
    /// # Errors
    /// If the memory of now has no checksum.
    pub(crate) fn verify_ledger(&self) -> Result<LedgerCheck> {
        let lines = self.keeper.ledger();
        let now = self.checkpoint.as_deref().map(snapshot::checksum).transpose()?;
        let doubt = match (ledger::verify(&lines), lines.last()) {
            (Err(doubt), _) => Some(doubt.to_string()),
            (Ok(()), Some(last)) if now.as_ref() != Some(&last.memory) => {
                Some("the memory of now is not the one of the last line".to_owned())
            }
            _ => None,
        };
        Ok(LedgerCheck { lines: lines.len(), doubt })
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

//! Where something is known: the same question, asked of copies that lack a lasting level.

use super::{Answer, Manner, Model, Page, Session, Talk};
use crate::error::Result;
use crate::protocol::{Notice, Probed, ProbedAnswer};
use nested_memory_dialogue::declined;
use nested_memory_model::state::PROBED;
use nested_memory_model::{Levels, Memory};

impl Session {
    /// Asks the memory, and copies that lack some levels. The copies are thrown away: nothing is written, and it is
    /// no turn. Whether the levels are switched on plays no part.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn probe(&self, model: &Model, text: &str, most: usize, page: &impl Page) -> Result<Probed> {
        let mut answers = Vec::with_capacity(PROBED.len());
        for without in PROBED {
            let mut memory = self.memory.clone();
            memory.state = memory.state.without(without);
            let Answer { reply, sure, .. } = self.copy(memory).ask(model, text, most, page).await?;
            answers.push(ProbedAnswer { without: without.to_vec(), unknown: declined(&reply), reply, sure });
        }
        Ok(Probed { answers })
    }

    /// What the lasting levels answer, in a conversation of its own. It is no turn.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn recite(&self, model: &Model, text: &str, most: usize, page: &impl Page) -> Result<String> {
        let (memory, _) =
            nested_memory_model::end_conversation(&model.base, self.memory.clone(), Levels::On).await?;
        Ok(self.copy(memory).ask(model, text, most, page).await?.reply)
    }

    fn copy(&self, memory: Memory) -> Self {
        Self { memory, aside: None, ..self.clone() }
    }

    /// Says something to a session that is thrown away.
    async fn ask(self, model: &Model, text: &str, most: usize, page: &impl Page) -> Result<Answer> {
        let quiet = Quiet(page);
        let mut talk = Talk::new(self, model, &quiet);
        talk.take_in(text).await?;
        talk.answer(Manner::likeliest(most)).await
    }
}

/// A page that is told nothing.
#[derive(Debug)]
pub struct Quiet<'a, P>(pub &'a P);

impl<P: Page> Page for Quiet<'_, P> {
    fn tell(&self, _: Notice) {}

    fn stopped(&self) -> bool {
        self.0.stopped()
    }

    fn now(&self) -> f64 {
        self.0.now()
    }

    async fn pause(&self) {
        self.0.pause().await;
    }
}

//! Where something is known: the same question, asked of copies that lack a lasting level.

use super::{Answer, Manner, Model, Page, Session, Talk};
use crate::error::Result;
use crate::protocol::{Notice, Probed, ProbedAnswer};
use nested_memory_dialogue::declined;
use nested_memory_model::LevelName;

/// What the copies lack.
const WITHOUT: [&[LevelName]; 4] =
    [&[], &[LevelName::Slow], &[LevelName::Mid], &[LevelName::Mid, LevelName::Slow]];

impl Session {
    /// Asks the memory, and copies that lack some levels. The copies are thrown away: nothing is written, and it is
    /// no turn. Whether the levels are switched on plays no part.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn probe(&self, model: &Model, text: &str, most: usize, page: &impl Page) -> Result<Probed> {
        let quiet = Quiet(page);
        let mut answers = Vec::with_capacity(WITHOUT.len());
        for without in WITHOUT {
            let mut memory = self.memory.clone();
            memory.state = memory.state.without(without);
            let copy = Self { memory, aside: None, ..self.clone() };
            let mut talk = Talk::new(copy, model, &quiet);
            talk.take_in(text).await?;
            let Answer { reply, sure, .. } = talk.answer(Manner::likeliest(most)).await?;
            answers.push(ProbedAnswer { without: without.to_vec(), unknown: declined(&reply), reply, sure });
        }
        Ok(Probed { answers })
    }
}

/// A page that is told nothing.
struct Quiet<'a, P>(&'a P);

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

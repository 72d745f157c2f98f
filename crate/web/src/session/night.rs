//! Sleep: what was said in a conversation that is over is consolidated, while the page looks on.

use super::{Model, Page, Session};
use crate::day::{self, Day};
use crate::error::Result;
use crate::look;
use crate::protocol::{Notice, Remembered, Slept, Storage};
use nested_memory_model::sleep::{Dream, Exchange, Flow, sleep};
use nested_memory_model::{Event, LevelName};

impl Session {
    /// What was said since the conversation began.
    #[must_use]
    pub const fn day(&self) -> &Day {
        &self.day
    }

    /// The same session with what was kept of the conversation.
    #[must_use]
    pub fn recall(self, day: Day) -> Self {
        Self { day, ..self }
    }

    /// Sleeps over a day that has ended. A request to stop wakes it up: what was reached counts.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn sleep(self, model: &Model, day: &Day, page: &impl Page) -> Result<(Self, Slept)> {
        let exchanges = day.exchanges(model.base.config.marks);
        let before = self.memory.clone();
        let watch = async |dream: &Dream| {
            tell(dream, &exchanges, model, page);
            page.pause().await;
            if page.stopped() { Flow::Stop } else { Flow::On }
        };
        let seed = before.clock.conversations;
        let (memory, slept) = sleep(&model.base, before, &exchanges, seed, watch).await?;
        // The updates that were told belong to rounds, of which sleep keeps the best.
        let norms = look::norms(&memory).await?;
        let mode = self.mode();
        let session = Self { memory, aside: None, norms, ..self }.in_mode(mode);
        for level in [LevelName::Mid, LevelName::Slow] {
            look::show(&session.memory, level, page).await?;
        }
        page.tell(session.clock(model));
        let exchanges = exchanges.iter().zip(&slept.matters).enumerate().map(|(i, (exchange, matters))| {
            let said = day::said(exchange, matters, &model.tokenizer);
            Remembered { said, replayed: slept.replayed.contains(&i) }
        });
        let slept = Slept {
            ending: slept.ending,
            exchanges: exchanges.collect(),
            known: slept.known,
            of: slept.of,
            answers: slept.answers,
            rounds: slept.rounds,
            cost: slept.cost,
            whole: day.is_whole(),
            broken: Vec::new(),
            before: None,
            summary: session.summary(0, Storage::None),
        };
        Ok((session, slept))
    }
}

/// Tells a step of sleep, and what it changed. What the fast level learns is wiped before the next turn is read.
fn tell(dream: &Dream, exchanges: &[Exchange], model: &Model, page: &impl Page) {
    let Dream { phase, round, exchange, known, cost, .. } = *dream;
    let said = day::said(&exchanges[exchange], &dream.matters, &model.tokenizer);
    page.tell(Notice::Dream { phase, round, exchange, said, known, cost });
    for event in &dream.updates {
        if let Event::Update { level, block, clock, magnitude, relative, norm } = *event
            && level != LevelName::Fast
        {
            page.tell(Notice::Update { level, block, clock, magnitude, relative, norm });
        }
    }
}

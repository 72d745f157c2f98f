//! Nested: what was told is learned while it is heard, and again asleep. The ordinary path, and nothing besides.

use super::{Changed, Kept, Kind, Ready, Strategy, WEIGHT, Work};
use crate::base::Base;
use crate::config::LevelName;
use crate::memory::Memory;
use crate::observe::{Levels, end_conversation};
use crate::sleep::{Exchange, Flow, sleep};

/// One memory, and the conversation that is going on, for the night.
#[derive(Debug, Clone)]
pub struct Nested {
    memory: Memory,
    sleeps: bool,
    day: Vec<Exchange>,
}

impl Nested {
    /// A memory that knows nothing, and whether it sleeps when a conversation is over.
    #[must_use]
    pub fn new(base: &Base, sleeps: bool) -> Self {
        Self { memory: Memory::new(base), sleeps, day: Vec::new() }
    }

    /// The memory.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }
}

impl Strategy for Nested {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn ready(&self, _: &Base, _: &[u32]) -> Ready {
        Ready { memory: self.memory.clone(), before: Vec::new() }
    }

    fn heard(&mut self, _: &Base, exchange: Exchange, after: Memory) {
        self.memory = after;
        self.day.push(exchange);
    }

    fn end<'a>(&'a mut self, base: &'a Base) -> Work<'a, u64> {
        Box::pin(async {
            let (mut memory, _) = end_conversation(base, self.memory.clone(), Levels::On).await?;
            let mut read = 0;
            if self.sleeps {
                let seed = memory.clock.conversations;
                let (rested, slept) = sleep(base, memory, &self.day, seed, async |_| Flow::On).await?;
                (memory, read) = (rested, slept.read);
            }
            self.memory = memory;
            self.day.clear();
            Ok(read)
        })
    }

    /// What outlasts a conversation: D of the lasting levels, of each shield, which is symmetric, one half, which
    /// words are known, which after which, and what was come back to.
    fn kept(&self, base: &Base) -> Kept {
        let (config, clock) = (&base.config, self.memory.clock);
        let level = config.units * config.width;
        let shield = config.protection.map_or(0, |_| config.units * (config.units + 1) / 2);
        let written = |name: LevelName| match name {
            LevelName::Fast => clock.conversation > 0,
            LevelName::Mid | LevelName::Slow => clock.updates[name.index()] > 0,
        };
        let count = LevelName::ALL.into_iter().filter(|name| written(*name)).count();
        let lasting = if clock.tokens > 0 { LevelName::ALL.len() - 1 } else { 0 };
        let Memory { acquaintance, dwelling, .. } = &self.memory;
        let words = acquaintance.values().len() + dwelling.tokens().len() + dwelling.topics().len();
        let words = if clock.tokens > 0 { words } else { 0 };
        let order = if clock.tokens > 0 { self.memory.succession.bytes() } else { 0 };
        Kept {
            changed: Changed { kind: Kind::Weights, amount: config.remembering() * count * level },
            bytes: WEIGHT * (config.remembering() * lasting * (level + shield) + words) + order,
        }
    }
}

//! Frozen: the levels are off, and a conversation that is over has never been.

use super::{Changed, Kept, Kind, Ready, Strategy, Work, deaf};
use crate::base::Base;
use crate::memory::Memory;
use crate::sleep::Exchange;

/// Nothing is kept. Within a conversation the mixer follows it, as that of every strategy does.
#[derive(Debug, Clone)]
pub struct Nothing {
    memory: Memory,
}

impl Nothing {
    /// The bare base.
    #[must_use]
    pub fn new(base: &Base) -> Self {
        Self { memory: deaf(base) }
    }

    /// The memory that follows the conversation.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }
}

impl Strategy for Nothing {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn ready(&self, _: &Base, _: &[u32]) -> Ready {
        Ready { memory: self.memory.clone(), before: Vec::new() }
    }

    fn heard(&mut self, _: &Base, _: Exchange, after: Memory) {
        self.memory = after;
    }

    fn end<'a>(&'a mut self, base: &'a Base) -> Work<'a, u64> {
        self.memory = deaf(base);
        Box::pin(async { Ok(0) })
    }

    fn kept(&self, _: &Base) -> Kept {
        Kept { changed: Changed { kind: Kind::Nothing, amount: 0 }, bytes: 0 }
    }
}

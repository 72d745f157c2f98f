//! Context: the transcript is read again before every turn, as far back as a window goes.

use super::{Changed, Kept, Kind, Ready, Strategy, TOKEN, Work};
use crate::base::Base;
use crate::listener::Listener;
use crate::memory::Memory;
use crate::sleep::Exchange;

/// The transcript's last tokens.
///
/// The window is [`Context::WINDOW`] tokens unless another is given: as many as this base reads at full strength before
/// it tires (`observe.rs`). That is some three conversations of the suite `strategies`. A window of 1,024 holds all eleven
/// of them: on the cases of seed 555 it knows 12 of 24 facts after the ten that came later, where one of 512 knows none, and
/// reads 562 tokens for a question.
#[derive(Debug, Clone)]
pub struct Context {
    window: usize,
    transcript: Vec<u32>,
    /// Whose turn it is where the transcript begins.
    from: Listener,
}

impl Context {
    /// Tokens of the window.
    pub const WINDOW: usize = 256;

    /// With another window.
    #[must_use]
    pub fn new(window: usize) -> Self {
        Self { window, transcript: Vec::new(), from: Listener::default() }
    }

    /// What is kept: never more than the window.
    #[must_use]
    pub fn transcript(&self) -> &[u32] {
        &self.transcript
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new(Self::WINDOW)
    }
}

impl Strategy for Context {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn ready(&self, base: &Base, _: &[u32]) -> Ready {
        Ready { memory: Memory { listener: self.from, ..Memory::new(base) }, before: self.transcript.clone() }
    }

    fn heard(&mut self, base: &Base, Exchange { said, answered }: Exchange, _: Memory) {
        self.transcript.extend(said.into_iter().chain(answered));
        let over = self.transcript.len().saturating_sub(self.window);
        for token in self.transcript.drain(..over) {
            self.from.hears(base.config.marks, token);
        }
    }

    fn end<'a>(&'a mut self, _: &'a Base) -> Work<'a, u64> {
        // A transcript goes on from one conversation to the next.
        Box::pin(async { Ok(0) })
    }

    fn kept(&self, _: &Base) -> Kept {
        let tokens = self.transcript.len();
        Kept { changed: Changed { kind: Kind::Transcript, amount: tokens }, bytes: TOKEN * tokens }
    }
}

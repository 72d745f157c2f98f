//! What is said in a soak: generated conversations without end.

use super::facts::leaves_alone;
use nested_memory_dialogue::{Plan, Split, Tokenizer, episode};
use std::collections::VecDeque;

/// Something to do.
pub(super) enum Deed {
    /// Say this.
    Say(String),
    /// End the conversation.
    End,
}

/// Conversations of one person after another.
pub(super) struct Speech {
    tokenizer: Tokenizer,
    seed: u64,
    waiting: VecDeque<Deed>,
}

/// Conversations of an episode.
const CONVERSATIONS: usize = 4;

impl Speech {
    /// Begins with this episode.
    pub(super) fn new(tokenizer: Tokenizer, seed: u64) -> Self {
        Self { tokenizer, seed, waiting: VecDeque::new() }
    }
}

impl Iterator for Speech {
    type Item = Deed;

    fn next(&mut self) -> Option<Deed> {
        while self.waiting.is_empty() {
            let spoken = episode(self.seed, &Plan::dense(CONVERSATIONS), Split::Train, &self.tokenizer);
            self.seed += 1;
            for conversation in spoken.conversations {
                let said = conversation.exchanges.into_iter().map(|exchange| exchange.user);
                self.waiting.extend(said.filter(|text| leaves_alone(text)).map(Deed::Say));
                self.waiting.push_back(Deed::End);
            }
        }
        self.waiting.pop_front()
    }
}

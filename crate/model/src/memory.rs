//! One user's memory, as a value.

use crate::acquaintance::Acquaintance;
use crate::base::Base;
use crate::config::{Config, LEVELS};
use crate::frozen::Frozen;
use crate::leaning::Dwelling;
use crate::listener::Listener;
use crate::state::State;
use crate::succession::Succession;
use serde::{Deserialize, Serialize};

/// Counts of tokens and conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Tokens learned since the memory was born.
    pub tokens: u64,
    /// Tokens learned in the conversation that is going on.
    pub conversation: u64,
    /// Conversations that have ended.
    pub conversations: u64,
    /// Updates of each level, fast to slow.
    pub updates: [u64; LEVELS],
}

impl Clock {
    /// Tokens until a level's next update at the latest; `None` where it waits for the conversation's end. The fast
    /// level does not wait so long where a turn ends before.
    #[must_use]
    pub fn until_update(&self, config: &Config, pending: usize) -> [Option<u64>; LEVELS] {
        let (pending, chunk) = (pending as u64, config.chunk as u64);
        config.periods.map(|period| {
            period.map(|period| {
                let period = period as u64;
                // Whole chunks are learned, so that the update comes with the one that passes the period's end.
                let rest = (period - self.conversation % period).div_ceil(chunk) * chunk;
                rest.saturating_sub(pending)
            })
        })
    }
}

/// What belongs to one user. Cloning is cheap: the tensors are shared until one side changes.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Weights, sums and mixer states (one user: a batch of one), as they stand before the pending tokens.
    pub state: State,
    /// With which words it is acquainted; of no size where the base recognises nothing.
    pub acquaintance: Acquaintance,
    /// Which words it heard after which; of no size where the base minds no order.
    pub succession: Succession,
    /// What the person came back to; of no size where the base knows no topics.
    pub dwelling: Dwelling,
    /// Tokens said and not yet learned from: what the model is saying, or a turn that is not over; at most a chunk.
    pub pending: Vec<u32>,
    /// Whether each of them is a lesson.
    pub lessons: Vec<bool>,
    /// The words of the person's turn that is being answered, or not over: what a wish to forget is about. Gone with the answer's
    /// end, and in no file: of a memory that is loaded in the middle of an answer only the last key is known.
    pub turn: Vec<u32>,
    /// Follows whose turn it is.
    pub listener: Listener,
    /// Counts.
    pub clock: Clock,
    /// Levels that do not change.
    pub frozen: Frozen,
}

impl Memory {
    /// A memory that knows nothing.
    #[must_use]
    pub fn new(base: &Base) -> Self {
        let dtype = base.parameters.embedding.dtype();
        Self {
            state: State::new(&base.config, 1, &base.device(), dtype),
            acquaintance: base
                .config
                .recognition
                .as_ref()
                .map_or_else(Acquaintance::default, |_| Acquaintance::new(base.config.vocabulary)),
            succession: base
                .config
                .succession
                .as_ref()
                .map_or_else(Succession::default, |_| Succession::new()),
            dwelling: match base.config.topics().count() {
                0 => Dwelling::default(),
                topics => Dwelling::new(base.config.vocabulary, topics),
            },
            pending: Vec::new(),
            lessons: Vec::new(),
            turn: Vec::new(),
            listener: Listener::default(),
            clock: Clock::default(),
            frozen: Frozen::default(),
        }
    }
}

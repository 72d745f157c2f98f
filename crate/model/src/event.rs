//! What happened while learning, as data: panels, tests and journals listen to the same events.

use crate::config::{LEVELS, LevelName};
use serde::{Deserialize, Serialize};

/// One thing that happened, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// One token was learned from: its contribution went into every level's pending sum.
    Write {
        /// The token that was to be predicted.
        token: u32,
        /// Its loss in nats.
        surprise: f32,
        /// For each level ‖β δ‖ (keys have unit length), summed over the blocks that remember.
        weight: [f32; LEVELS],
    },
    /// A level's weights changed in one block.
    Update {
        /// The level.
        level: LevelName,
        /// The block, counted among those that remember.
        block: usize,
        /// Tokens learned since the memory was born.
        clock: u64,
        /// ‖ΔD‖ (Frobenius).
        magnitude: f32,
        /// ‖ΔD‖ / ‖D‖ before; 1 for the first update.
        relative: f32,
        /// ‖D‖ after.
        norm: f32,
    },
    /// The conversation ended: the mixer's state and the fast level are wiped.
    ConversationEnded {
        /// How many have ended in this memory.
        conversations: u64,
    },
}

#[cfg(test)]
impl Event {
    /// A token that was written so strongly into mid.
    pub(crate) const fn written(token: u32, mid: f32) -> Self {
        Self::Write { token, surprise: 1.0, weight: [9.0, mid, 0.0] }
    }
}

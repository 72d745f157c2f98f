//! Which tokens are lessons.
//!
//! The inner loss counts what the person says, and no token of the model's own is ever written. An answer that were a
//! lesson would write itself into memory when it is wrong; and in training, where answers are right, the model would
//! learn from them instead of from what it was told.

use serde::{Deserialize, Serialize};

/// The tokens that mark turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Begins the person's turn.
    pub user: u32,
    /// Begins the model's turn.
    pub assistant: u32,
    /// Ends the model's turn.
    pub end: u32,
}

/// Follows a stream of tokens and says of each whether it is a lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listener {
    /// Whether the model is speaking.
    pub speaking: bool,
}

impl Listener {
    /// Takes in one token. Without marks every token is a lesson.
    pub fn hears(&mut self, marks: Option<Marks>, token: u32) -> bool {
        let Some(marks) = marks else { return true };
        if token == marks.user {
            self.speaking = false;
        } else if token == marks.assistant || token == marks.end {
            self.speaking = true;
        } else {
            return !self.speaking;
        }
        false
    }
}

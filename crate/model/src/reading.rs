//! Reading without learning: how surprising a text is to a memory.

use crate::base::Base;
use crate::error::Error;
use crate::learn::{Passage, surprise};
use crate::memory::Memory;
use crate::observe::{Levels, check, read, seen};

/// The loss of every token of a text but the first, in nats, as a memory between two conversations reads it. The
/// mixer follows the text; nothing is written, and the memory given is not changed.
///
/// # Errors
/// [`Error::Token`] or [`Error::Device`].
pub async fn nats(base: &Base, memory: &Memory, tokens: &[u32], levels: Levels) -> Result<Vec<f32>, Error> {
    check(base, tokens)?;
    let Some(count) = tokens.len().checked_sub(1).filter(|count| *count > 0) else { return Ok(Vec::new()) };
    let passage = Passage {
        inputs: &tokens[..count],
        targets: &tokens[1..],
        lessons: &vec![false; count],
        turn: None,
        vigour: 1.0,
    };
    read(surprise(base, &seen(&memory.state, levels), passage)).await
}

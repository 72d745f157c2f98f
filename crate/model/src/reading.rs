//! Reading without learning: how surprising a text is to a memory.

use crate::base::Base;
use crate::chunk;
use crate::error::Error;
use crate::memory::Memory;
use crate::observe::{Levels, check, even, read, row, seen};
use burn::tensor::activation;

/// The loss of every token of a text but the first, in nats, as a memory between two conversations reads it. The
/// mixer follows the text; nothing is written, and the memory given is not changed.
///
/// # Errors
/// [`Error::Token`] or [`Error::Device`].
pub async fn nats(base: &Base, memory: &Memory, tokens: &[u32], levels: Levels) -> Result<Vec<f32>, Error> {
    check(base, tokens)?;
    let Some(count) = tokens.len().checked_sub(1).filter(|count| *count > 0) else { return Ok(Vec::new()) };
    let (inputs, targets) = (even(base, &tokens[..count]), even(base, &tokens[1..]));
    let state = seen(&memory.state, levels);
    let logits = chunk::logits(&base.config, &base.parameters, &state, row(base, &inputs));
    let likelihoods = activation::log_softmax(logits, 2);
    let targets = row(base, &targets).reshape([1, targets.len(), 1]);
    let mut nats = read(-likelihoods.gather(2, targets)).await?;
    nats.truncate(count);
    Ok(nats)
}

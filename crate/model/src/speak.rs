//! Answering: the likeliest words after what was heard, or words that are drawn.
//!
//! The whole answer comes from one call of the fused [`decode`](nested_memory_kernels::decode), as far as the chunk goes:
//! then there is something to learn first, be it only that levels are due. A model too large for one workgroup takes
//! [`speak_step_by_step`], the plain expression of the same.

use crate::base::Base;
use crate::doubt;
use crate::error::Error;
use crate::memory::Memory;
use crate::observe::{Levels, next_logits, read, seen};
use crate::packed;
use crate::recollect;
use crate::succession;
use burn::tensor::{Tensor, TensorData};
use nested_memory_kernels::decode::{FORBIDDEN, Sampling, Task, decode};

/// What may be said.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Tokens at most.
    pub most: usize,
    /// The token after which nothing comes.
    pub end: u32,
    /// Tokens that are never said; no more than [`FORBIDDEN`] of them.
    pub forbidden: &'a [u32],
    /// How a token is chosen.
    pub sampling: Sampling,
}

/// A token that was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoken {
    /// Its id.
    pub token: u32,
    /// Its probability among what may be said.
    pub odds: f32,
}

/// What a memory says next: up to and with the end, and no further than the chunk goes; an answer that is more than one thing
/// ([`crate::Recollection`]) goes to its end. Whoever lets the memory observe these tokens may ask for more. Nothing before the
/// first token of a conversation. The memory is not changed.
///
/// # Errors
/// [`Error::Device`].
pub async fn speak(
    base: &Base,
    memory: &Memory,
    levels: Levels,
    words: Words<'_>,
) -> Result<Vec<Spoken>, Error> {
    match recollect::answer(base, memory, levels, words).await? {
        Some(answer) => Ok(answer),
        None => utter(base, memory, levels, words).await,
    }
}

/// What comes out in one breath, as far as the chunk goes.
pub(crate) async fn utter(
    base: &Base,
    memory: &Memory,
    levels: Levels,
    words: Words<'_>,
) -> Result<Vec<Spoken>, Error> {
    let most = words.most.min(room(base, memory));
    if most == 0 {
        return Ok(Vec::new());
    }
    let sizes = packed::speaking(base);
    if !sizes.fit() || words.forbidden.len() > FORBIDDEN {
        return speak_step_by_step(base, memory, levels, words).await;
    }
    let mut forbidden = [u32::MAX; FORBIDDEN];
    forbidden.iter_mut().zip(words.forbidden).for_each(|(place, token)| *place = *token);
    let state = seen(&memory.state, levels);
    let ids: Vec<f32> = memory.pending.iter().map(|token| *token as f32).collect();
    let count = ids.len();
    let device = base.device();
    let place_of = (&device, base.packed().dtype());
    let prompt = Tensor::from_data(TensorData::new(ids, [count]), place_of);
    let declines = doubt::declines(base, memory, levels);
    let order = succession::order(base, memory, levels);
    let (order, known) = order.map_or((None, vec![0.0]), |(order, known)| (Some(order), known));
    let numbers = known.len();
    let known = Tensor::from_data(TensorData::new(known, [numbers]), place_of);
    let Words { end, sampling, .. } = words;
    let task = Task { sizes, most, end, forbidden, declines, order, sampling, place: place(memory) };
    let (levels, mixers) = (packed::levels(&sizes, &state), packed::mixers(&state));
    let said = decode(base.packed().clone(), levels, mixers, prompt, known, task);
    let said = read(said).await?;
    let (tokens, odds) = said.split_at(most);
    let said = tokens.iter().zip(odds).take_while(|(token, _)| **token >= 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ids, as the kernel gives them"
    )]
    Ok(said.map(|(token, odds)| Spoken { token: *token as u32, odds: *odds }).collect())
}

/// The same, one forward for each token.
///
/// # Errors
/// [`Error::Device`].
pub async fn speak_step_by_step(
    base: &Base,
    memory: &Memory,
    levels: Levels,
    words: Words<'_>,
) -> Result<Vec<Spoken>, Error> {
    let (mut memory, mut said) = (memory.clone(), Vec::new());
    for _ in 0..words.most.min(room(base, &memory)) {
        let Some(logits) = next_logits(base, &memory, levels).await? else { break };
        let Some(spoken) = choose(&logits, words, place(&memory)) else { break };
        said.push(spoken);
        if spoken.token == words.end {
            break;
        }
        memory.pending.push(spoken.token);
    }
    Ok(said)
}

/// The token that is said: of those that are not forbidden the likeliest, or the one that is drawn; the lower id on a tie.
fn choose(logits: &[f32], words: Words<'_>, place: u32) -> Option<Spoken> {
    let mut allowed: Vec<(u32, f32)> =
        (0..).zip(logits.iter().copied()).filter(|(token, _)| !words.forbidden.contains(token)).collect();
    // Stable: equals stay in the order of their ids.
    allowed.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (likeliest, highest) = *allowed.first()?;
    let all: f32 = allowed.iter().map(|(_, logit)| (logit - highest).exp()).sum();
    let Sampling { temperature, top, .. } = words.sampling;
    if temperature <= 0.0 {
        return Some(Spoken { token: likeliest, odds: 1.0 / all });
    }
    let last = allowed.len().min(if top == 0 { usize::MAX } else { top as usize }) - 1;
    let lowest = allowed[last].1;
    allowed.retain(|(_, logit)| *logit >= lowest);
    allowed.sort_by_key(|(token, _)| *token);
    let score =
        |(token, logit): &(u32, f32)| logit / temperature + words.sampling.noise(place, *token) as f32;
    let (token, logit) =
        allowed.into_iter().reduce(|best, next| if score(&next) > score(&best) { next } else { best })?;
    Some(Spoken { token, odds: (logit - highest).exp() / all })
}

/// The place that the next token has in the memory's stream: the same in whatever portions the stream arrived.
fn place(memory: &Memory) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "only the noise of a draw hangs on it")]
    let place = (memory.clock.tokens + memory.pending.len() as u64) as u32;
    place
}

/// How many tokens can be said before there is something to learn: one more than the chunk has places left.
fn room(base: &Base, memory: &Memory) -> usize {
    if memory.pending.is_empty() { 0 } else { (base.config.chunk + 1).saturating_sub(memory.pending.len()) }
}

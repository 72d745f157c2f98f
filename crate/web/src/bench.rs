//! The benchmark's door: the model's real code, run again and again on given tokens, with the seconds of each run.
//!
//! Every run starts from the same memory and ends when its result has been read back, so that a device that works on in
//! the background is waited for. What was computed comes along, for the page to compare with what others compute.

use crate::error::Result;
use crate::session::Model;
use nested_memory_dialogue::{ASSISTANT, END, PAD, USER};
use nested_memory_model::{
    Base, Error, Event, LEVELS, Levels, Memory, Sampling, Words, observe, speak, speak_step_by_step,
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// Nothing that would end an answer early: every run says as many tokens.
const UNSPEAKABLE: [u32; 4] = [PAD, USER, ASSISTANT, END];
/// No token has this id.
const NEVER: u32 = u32::MAX;

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Work {
    /// A text's ids, no time taken.
    Encode {
        /// The text.
        text: String,
    },
    /// After `tokens` have been taken in, says `most` more.
    Answer {
        /// What was heard.
        tokens: Vec<u32>,
        /// How many tokens are said; at most as many as the chunk has places left.
        most: usize,
        /// How many times.
        runs: usize,
        /// One forward for each token instead of one call for the answer.
        steps: bool,
    },
    /// After all `tokens` but the last chunk have been taken in, learns the last chunk.
    Learn {
        /// Two chunks and the token after them.
        tokens: Vec<u32>,
        /// How many times.
        runs: usize,
    },
    /// Goes on with an endless conversation: hears each turn and says `most` tokens after it. Once through all turns is
    /// one run.
    Stream {
        /// What is heard, turn by turn.
        turns: Vec<Vec<u32>>,
        /// How many tokens are said after each.
        most: usize,
        /// Whether the conversation begins here.
        anew: bool,
    },
}

/// How it went.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Of each run.
    pub seconds: Vec<f64>,
    /// The ids, the answer of the last run, or how many tokens went into the stream.
    pub tokens: Vec<u32>,
    /// Of the last chunk learned: the surprise of each token, then ‖β δ‖ of each level and token.
    pub written: Vec<f32>,
    /// The memory after [`Work::Learn`], f32, little-endian. For each block the mixer's gain and tail, then for each
    /// level D, A and, where it has one, P.
    pub bytes: ByteBuf,
}

/// Does the work. `streamed`: the memory of the stream. `now`: milliseconds since some moment.
///
/// # Errors
/// If the model refuses the tokens or the device fails.
pub async fn run(
    model: &Model,
    streamed: &mut Option<Memory>,
    work: Work,
    now: impl Fn() -> f64,
) -> Result<Report> {
    let since = |began: f64| (now() - began) / 1e3;
    let mut report = Report::default();
    match work {
        Work::Encode { text } => report.tokens = model.tokenizer.encode(&text),
        Work::Answer { tokens, most, runs, steps } => {
            // Tensors cannot look up which words came after which, so no contestant minds their order.
            let base = model.base.without_order();
            let (memory, _) = observe(&base, Memory::new(&base), &tokens, Levels::On).await?;
            for _ in 0..runs {
                let began = now();
                report.tokens = said(&base, &memory, most, steps).await?;
                report.seconds.push(since(began));
            }
        }
        Work::Learn { tokens, runs } => {
            let (before, chunk) = tokens.split_at(tokens.len().saturating_sub(model.base.config.chunk));
            let (memory, _) = observe(&model.base, Memory::new(&model.base), before, Levels::On).await?;
            for run in 0..runs {
                let began = now();
                let (after, events) = observe(&model.base, memory.clone(), chunk, Levels::On).await?;
                report.seconds.push(since(began));
                if run + 1 == runs {
                    report.written = written(&events);
                    report.bytes = ByteBuf::from(numbers(&after).await?);
                }
            }
        }
        Work::Stream { turns, most, anew } => {
            let mut memory = match streamed.take() {
                Some(memory) if !anew => memory,
                _ => Memory::new(&model.base),
            };
            let (began, mut count) = (now(), 0_u32);
            for turn in turns {
                memory = observe(&model.base, memory, &turn, Levels::On).await?.0;
                let mut answer = said(&model.base, &memory, most, false).await?;
                answer.push(END);
                memory = observe(&model.base, memory, &answer, Levels::On).await?.0;
                count = count.saturating_add(u32::try_from(turn.len() + answer.len()).unwrap_or(u32::MAX));
            }
            report.seconds.push(since(began));
            report.tokens.push(count);
            *streamed = Some(memory);
        }
    }
    Ok(report)
}

async fn said(base: &Base, memory: &Memory, most: usize, steps: bool) -> Result<Vec<u32>> {
    let words = Words { most, end: NEVER, forbidden: &UNSPEAKABLE, sampling: Sampling::GREEDY };
    let said = if steps {
        speak_step_by_step(base, memory, Levels::On, words).await?
    } else {
        speak(base, memory, Levels::On, words).await?
    };
    Ok(said.iter().map(|spoken| spoken.token).collect())
}

/// The surprise of each token, then its weight in each level.
fn written(events: &[Event]) -> Vec<f32> {
    let writes = || {
        events.iter().filter_map(|event| match event {
            Event::Write { surprise, weight, .. } => Some((*surprise, *weight)),
            _ => None,
        })
    };
    let weights = (0..LEVELS).flat_map(|level| writes().map(move |(_, weight)| weight[level]));
    writes().map(|(surprise, _)| surprise).chain(weights).collect()
}

/// The memory's numbers, in the order of [`Report::bytes`].
async fn numbers(memory: &Memory) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut tensors = Vec::new();
    for mixer in &memory.state.mixers {
        tensors.extend([mixer.gain.clone().reshape([-1]), mixer.tail.clone().reshape([-1])]);
    }
    for level in memory.state.levels.iter().flatten() {
        tensors.extend([level.memory.clone().reshape([-1]), level.pending.clone().reshape([-1])]);
        tensors.extend(level.shield.as_ref().map(|shield| shield.clone().reshape([-1])));
    }
    for tensor in tensors {
        let failed = |reason: String| Error::Device { reason };
        let data = tensor.into_data_async().await.map_err(|error| failed(format!("{error:?}")))?;
        let values =
            data.convert::<f32>().try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")))?;
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;

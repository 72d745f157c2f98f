//! Fine-tuning: when a conversation is over, weights are trained on its transcript by plain SGD. One frequency.
//!
//! What is trained are the numbers that the nested memory has too, D of every level. The inner pass gives their exact
//! gradient without automatic differentiation, so that this runs in the page; every number has the same rate, every token
//! of both sides counts the same, and of all that makes a nested memory one (gates, shields, periods, closing writes)
//! nothing takes part. Nor does doubt, which goes by the shields: they know nothing of what is trained, and all of it would be
//! declined. Training all parameters of the base is another control (`nested-memory eval --fine-tune`).

use super::{Changed, Kept, Kind, Ready, Strategy, WEIGHT, Work, deaf};
use crate::base::Base;
use crate::config::LEVELS;
use crate::error::Error;
use crate::learn::{Passage, descent};
use crate::memory::Memory;
use crate::observe::{Levels, end_conversation};
use crate::sleep::Exchange;
use crate::state::State;
use burn::tensor::Tensor;

/// Tokens that are taken through the model and back at once; the mixers go on from one portion to the next.
const PORTION: usize = 256;

/// How a transcript is trained on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// The learning rate, for the mean loss of a token.
    pub rate: f64,
    /// Steps, each over the whole transcript.
    pub passes: usize,
}

impl Default for Recipe {
    /// What did best on the cases of seed 555 (`nested-memory eval --suite strategies --strategy fine-tuning --seed 555
    /// --cases 12 --sgd RATE,PASSES`): right of 48 when the conversation was over, and ten later, with 30,10 22 and 1, with
    /// 20,20 30 and 4, with 10,30 28 and 2. With less nothing is learned (3,10 and 10,10: 0 of 24), with more strangers are
    /// told something (100,10 declines 4 of 12).
    fn default() -> Self {
        Self { rate: 20.0, passes: 20 }
    }
}

/// Levels that nothing writes but the training, and the conversation that is going on.
#[derive(Debug, Clone)]
pub struct FineTuning {
    base: Base,
    memory: Memory,
    recipe: Recipe,
    day: Vec<Exchange>,
    trained: bool,
}

impl FineTuning {
    /// Nothing is trained yet.
    #[must_use]
    pub fn new(base: &Base, recipe: Recipe) -> Self {
        Self { base: base.without_doubt(), memory: deaf(base), recipe, day: Vec::new(), trained: false }
    }
}

impl Strategy for FineTuning {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn base<'a>(&'a self, _: &'a Base) -> &'a Base {
        &self.base
    }

    fn ready(&self, _: &Base, _: &[u32]) -> Ready {
        Ready { memory: self.memory.clone(), before: Vec::new() }
    }

    fn heard(&mut self, _: &Base, exchange: Exchange, after: Memory) {
        self.memory = after;
        self.day.push(exchange);
    }

    fn end<'a>(&'a mut self, base: &'a Base) -> Work<'a, u64> {
        Box::pin(async {
            let (mut memory, _) = end_conversation(base, self.memory.clone(), Levels::On).await?;
            let transcript: Vec<u32> =
                self.day.iter().flat_map(|turn| turn.said.iter().chain(&turn.answered)).copied().collect();
            let mut read = 0;
            if transcript.len() > 1 {
                for _ in 0..self.recipe.passes {
                    memory.state = step(base, memory.state, &transcript, self.recipe.rate)?;
                    read += transcript.len() as u64;
                }
                self.trained = true;
            }
            self.memory = memory;
            self.day.clear();
            Ok(read)
        })
    }

    fn kept(&self, base: &Base) -> Kept {
        let config = &base.config;
        let all = if self.trained { config.remembering() * LEVELS * config.units * config.width } else { 0 };
        Kept { changed: Changed { kind: Kind::Weights, amount: all }, bytes: WEIGHT * all }
    }
}

/// D ← D − rate · ∂(mean nats of the transcript)/∂D, for every level alike.
fn step(base: &Base, mut state: State, transcript: &[u32], rate: f64) -> Result<State, Error> {
    let (inputs, targets) = (&transcript[..transcript.len() - 1], &transcript[1..]);
    let mut reader = state.clone();
    let mut sum: Option<Tensor<3>> = None;
    for (inputs, targets) in inputs.chunks(PORTION).zip(targets.chunks(PORTION)) {
        let lessons = vec![true; inputs.len()];
        let passage = Passage { inputs, targets, lessons: &lessons, turn: None, vigour: 1.0 };
        let Some(part) = descent(base, &mut reader, passage) else {
            return Err(Error::Config {
                rule: "a size that fits into one workgroup, which fine-tuning needs,",
            });
        };
        sum = Some(sum.map_or_else(|| part.clone(), |sum| sum + part.clone()));
    }
    let Some(sum) = sum else { return Ok(state) };
    let change = sum * (rate / targets.len() as f64);
    let [_, units, width] = change.dims();
    let levels = state.levels.iter_mut().flatten();
    for (place, level) in levels.enumerate() {
        level.memory = level.memory.clone() + change.clone().slice([place..place + 1, 0..units, 0..width]);
    }
    Ok(state)
}

//! The CPU twin: the model's layers over one token at a time.

use super::sampling::lowest;
use super::{NONE, Task};
use crate::model::LEVELS;
use crate::model::cpu::Model;
use crate::products::dots;
use crate::real::Real;

/// Takes in the prompt from `state` and speaks: tokens and probabilities.
#[must_use]
pub(crate) fn decode<R: Real>(model: &Model<'_, R>, mut state: Vec<R>, prompt: &[R], task: &Task) -> Vec<R> {
    model.check(&state);
    let none = R::of(f64::from(NONE));
    let mut said = vec![none; 2 * task.most];
    let mut x = Vec::new();
    for token in prompt {
        x = model.step(*token, &mut state);
    }
    for place in 0..task.most {
        let (token, odds) = model.choose(&x, task, place);
        said[place] = R::of(f64::from(token));
        said[task.most + place] = odds;
        if token == task.end || place + 1 == task.most {
            break;
        }
        x = model.step(said[place], &mut state);
    }
    said
}

impl<R: Real> Model<'_, R> {
    /// One token: the residual stream after all blocks.
    fn step(&self, token: R, state: &mut [R]) -> Vec<R> {
        let mut x = self.embedding(token).to_vec();
        for (block, state) in state.chunks_exact_mut(self.sizes.mixer_state()).enumerate() {
            self.mix(block, &mut x, state);
            for level in 0..LEVELS {
                match self.sizes.place(block) {
                    None => self.think(block, level, &mut x),
                    Some(place) => drop(self.remember(place, level, &mut x)),
                }
            }
        }
        x
    }

    /// The token that is said `place` tokens into the answer, and its probability among those that are not forbidden.
    fn choose(&self, x: &[R], task: &Task, place: usize) -> (u32, R) {
        let z = self.normed(x, self.layout().norm);
        let logits = dots(&z, self.part(0, self.sizes.vocabulary * self.sizes.width));
        let allowed = (0_u32..).zip(&logits).filter(|(token, _)| !task.forbidden.contains(token));
        let mut likeliest = (0, R::neg_infinity());
        for (token, logit) in allowed.clone() {
            if *logit > likeliest.1 {
                likeliest = (token, *logit);
            }
        }
        let highest = likeliest.1;
        let said = if task.sampling.draws() { self.draw(allowed.clone(), task, place) } else { likeliest };
        let all: R = allowed.map(|(_, logit)| (*logit - highest).exp()).sum();
        (said.0, (said.1 - highest).exp() / all)
    }

    /// A drawn token and its logit.
    fn draw<'l>(
        &self,
        allowed: impl Iterator<Item = (u32, &'l R)> + Clone,
        task: &Task,
        place: usize,
    ) -> (u32, R)
    where
        R: 'l,
    {
        let sampling = task.sampling;
        let lowest = lowest(allowed.clone().map(|(_, logit)| *logit).collect(), sampling.top);
        let place = task.place.wrapping_add(u32::try_from(place).unwrap_or_default());
        let (mut drawn, mut best) = ((0, lowest), R::neg_infinity());
        for (token, logit) in allowed.filter(|(_, logit)| **logit >= lowest) {
            let score = *logit / R::of(f64::from(sampling.temperature)) + R::of(sampling.noise(place, token));
            if score > best {
                (drawn, best) = ((token, *logit), score);
            }
        }
        drawn
    }
}

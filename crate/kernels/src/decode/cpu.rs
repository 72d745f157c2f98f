//! The CPU twin: the model's layers over one token at a time.

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
        let (token, odds) = model.likeliest(&x, task);
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
            (0..LEVELS).for_each(|level| drop(self.remember(block, level, &mut x)));
        }
        x
    }

    /// The likeliest token and its probability among those that are not forbidden.
    fn likeliest(&self, x: &[R], task: &Task) -> (u32, R) {
        let z = self.normed(x, self.layout().norm);
        let logits = dots(&z, self.part(0, self.sizes.vocabulary * self.sizes.width));
        let allowed = (0_u32..).zip(&logits).filter(|(token, _)| !task.forbidden.contains(token));
        let mut best = (0, R::neg_infinity());
        for (token, logit) in allowed.clone() {
            if *logit > best.1 {
                best = (token, *logit);
            }
        }
        let all: R = allowed.map(|(_, logit)| (*logit - best.1).exp()).sum();
        (best.0, all.recip())
    }
}

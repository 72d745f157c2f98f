//! The CPU twin: the model's layers over one token at a time.

use super::sampling::lowest;
use super::succession::{BITS, is_set};
use super::{Declining, NONE, Task};
use crate::model::cpu::Model;
use crate::model::{DECLINES, LEVELS};
use crate::products::{add_linear, dots};
use crate::real::{Real, sum};

/// Takes in the prompt from `state` and speaks: tokens and probabilities.
#[must_use]
pub(crate) fn decode<R: Real>(
    model: &Model<'_, R>,
    mut state: Vec<R>,
    [prompt, known]: [&[R]; 2],
    task: &Task,
) -> Vec<R> {
    model.check(&state);
    let none = R::of(f64::from(NONE));
    let mut said = vec![none; 2 * task.most];
    let mut x = Vec::new();
    let mut doubts = None;
    let mut heard: Vec<u32> = prompt.iter().map(|token| token.to_u32().unwrap_or(0)).collect();
    for (at, token) in prompt.iter().enumerate() {
        let begins = task.declines.filter(|_| at + 1 == prompt.len());
        (x, doubts) = model.step(*token, &mut state, begins);
    }
    for place in 0..task.most {
        let doubts = task.declines.zip(doubts.take());
        let mut logits = model.logits(&x, doubts);
        hold_to(task, &heard, known, &mut logits);
        let (token, odds) = model.choose(&logits, task, place);
        heard.push(token);
        said[place] = R::of(f64::from(token));
        said[task.most + place] = odds;
        if token == task.end || place + 1 == task.most {
            break;
        }
        (x, _) = model.step(said[place], &mut state, None);
    }
    said
}

/// Holds against each token that it was never said after these, if the task wants it.
fn hold_to<R: Real>(task: &Task, heard: &[u32], known: &[R], logits: &mut [R]) {
    let Some(order) = task.order else { return };
    let before = order.before(heard);
    let is_known = |place: usize| {
        known.get(place / BITS).and_then(R::to_u32).is_some_and(|number| is_set(number, place))
    };
    let after = order.after(before, is_known);
    for (token, logit) in (0_u32..).zip(logits) {
        *logit = *logit + R::of(f64::from(after.given(token)));
    }
}

impl<R: Real> Model<'_, R> {
    /// One token: the residual stream after all blocks, and, where an answer begins, what a base that doubts gives the
    /// declining tokens.
    fn step(
        &self,
        token: R,
        state: &mut [R],
        begins: Option<[Declining; DECLINES]>,
    ) -> (Vec<R>, Option<[R; DECLINES]>) {
        let mut x = self.embedding(token).to_vec();
        let mut doubts = begins
            .filter(|_| self.sizes.doubt)
            .map(|declines| std::array::from_fn(|i| self.doubt(i, 0) + R::of(f64::from(declines[i].given))));
        for (block, state) in state.chunks_exact_mut(self.sizes.mixer_state()).enumerate() {
            self.mix(block, &mut x, state);
            for level in 0..LEVELS {
                match self.sizes.place(block) {
                    None => self.think(block, level, &mut x),
                    Some(place) => {
                        let (_, key, _) = self.remember(place, level, &mut x);
                        if let Some(doubts) = &mut doubts {
                            self.notice(place, level, &key, doubts);
                        }
                    }
                }
            }
        }
        (x, doubts)
    }

    /// One of the numbers that make the doubt of a declining token.
    fn doubt(&self, decline: usize, number: usize) -> R {
        self.base[self.layout().doubt + decline * self.sizes.doubts() + number]
    }

    /// Takes in what a level finds under a key.
    fn notice(&self, place: usize, level: usize, key: &[R], doubts: &mut [R; DECLINES]) {
        let row = place * LEVELS + level;
        let found = match self.familiarity(place, level, key) {
            Some(familiarity) => familiarity[0],
            None => {
                let mut read = vec![R::zero(); self.sizes.width];
                add_linear(self.sizes.units, key, self.plastic(row).1, &mut read);
                sum(&read, &read, |a, b| a * b).sqrt()
            }
        };
        for (i, doubt) in doubts.iter_mut().enumerate() {
            *doubt = *doubt + self.doubt(i, 1 + row) * found;
        }
    }

    /// How likely each token is next, with what doubt gives.
    fn logits(&self, x: &[R], doubts: Option<([Declining; DECLINES], [R; DECLINES])>) -> Vec<R> {
        let z = self.normed(x, self.layout().norm);
        let mut logits = dots(&z, self.part(0, self.sizes.vocabulary * self.sizes.width));
        for (declining, doubt) in doubts.into_iter().flat_map(|(all, doubts)| all.into_iter().zip(doubts)) {
            if let Some(logit) = logits.get_mut(declining.token as usize) {
                *logit = *logit + doubt;
            }
        }
        logits
    }

    /// The token that is said `place` tokens into the answer, and its probability among those that are not forbidden.
    fn choose(&self, logits: &[R], task: &Task, place: usize) -> (u32, R) {
        let allowed = (0_u32..).zip(logits).filter(|(token, _)| !task.forbidden.contains(token));
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

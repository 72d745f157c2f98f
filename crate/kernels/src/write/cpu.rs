//! The CPU twin: level by level over plain slices.

use super::{Manner, Parts, lasting_place};
use crate::inner_pass::Parts as Found;
use crate::products::{add_linear, linear};
use crate::real::{Real, sum};

/// What is given, each as it lies in its buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passage<'a, R> {
    pub(crate) found: &'a [R],
    pub(crate) text: &'a [R],
    pub(crate) ahead: &'a [R],
    pub(crate) shields: &'a [R],
    pub(crate) pending: &'a [R],
}

/// What the pass found for one level; a row for each token.
struct Level<'a, R> {
    length: &'a [R],
    strength: &'a [R],
    closing: &'a [R],
    key: &'a [R],
    delta: &'a [R],
    /// Where there is a lesson.
    mask: &'a [R],
}

/// A after the passage, what the shields are to absorb, and the weights.
#[must_use]
pub(crate) fn write<R: Real>(manner: &Manner, passage: &Passage<'_, R>) -> Vec<R> {
    let s = &manner.sizes;
    let (u, d, tokens) = (s.units, s.width, passage.text.len() / 3);
    let (levels, at) = (s.plastic_levels(), Parts::new(manner, tokens));
    let mut written = vec![R::zero(); at.total];
    written[..at.taken].copy_from_slice(passage.pending);
    for l in 0..levels {
        let level = Level::new(manner, passage, l);
        let ahead = manner.look_ahead.then(|| (&passage.ahead[l * u..][..u], passage.ahead[levels * u + l]));
        let gates = level.gates(manner, ahead);
        for (weight, own) in written[at.weight + l * tokens..].iter_mut().zip(level.weights(manner, &gates)) {
            *weight = own;
        }
        let lasting = lasting_place(l);
        let vigour = lasting.map_or(R::one(), |_| R::of(manner.vigour));
        let shield = lasting.zip(manner.protection);
        let direction = match shield {
            None => level.key.to_vec(),
            Some((place, lambda)) => {
                let taken = &mut written[at.taken + place * tokens * u..][..tokens * u];
                level.take(&gates, vigour / R::of(lambda), taken);
                let shield = &passage.shields[place * u * u..][..u * u];
                direct(u, level.key, shield, R::of(manner.longest))
            }
        };
        let errors = level.errors(manner, &gates, vigour);
        // Directions in columns: [u, t].
        let columns: Vec<R> = (0..u * tokens).map(|i| direction[i % tokens * u + i / tokens]).collect();
        add_linear(tokens, &columns, &errors, &mut written[l * u * d..][..u * d]);
    }
    written
}

/// k̂ of keys.
fn direct<R: Real>(u: usize, keys: &[R], shield: &[R], longest: R) -> Vec<R> {
    let mut left = linear(u, keys, shield);
    for (left, key) in left.chunks_exact_mut(u).zip(keys.chunks_exact(u)) {
        let share = sum(left, key, |a, b| a * b).max(longest.recip());
        left.iter_mut().for_each(|left| *left = *left / share);
    }
    left
}

impl<'a, R: Real> Level<'a, R> {
    fn new(manner: &Manner, passage: &Passage<'a, R>, level: usize) -> Self {
        let s = &manner.sizes;
        let tokens = passage.text.len() / 3;
        let at = Found::new(s, tokens);
        let rows =
            |from: usize, width: usize| &passage.found[from + level * tokens * width..][..tokens * width];
        Self {
            length: rows(at.length, 1),
            strength: rows(at.strength, 1),
            closing: rows(at.closing, 1),
            key: rows(at.key, s.units),
            delta: rows(at.delta, s.width),
            mask: &passage.text[2 * tokens..],
        }
    }

    /// β of each token as its turn and its successor say.
    fn gates(&self, manner: &Manner, ahead: Option<(&[R], R)>) -> Vec<R> {
        let mut gates = self.strength.to_vec();
        let Some((began, last)) = manner.turn.zip(gates.len().checked_sub(1)) else { return gates };
        let end = if manner.turn_gate { gates[last] } else { R::one() };
        let u = manner.sizes.units;
        for (gate, next) in gates[began..last].iter_mut().zip(self.key[(began + 1) * u..].chunks_exact(u)) {
            let said =
                ahead.map_or(R::one(), |(weight, bias)| sigmoid(sum(next, weight, |a, b| a * b) + bias));
            *gate = *gate * (end * said);
        }
        gates
    }

    fn weights(&self, manner: &Manner, gates: &[R]) -> Vec<R> {
        let end = gates.last().copied().unwrap_or_else(R::zero);
        let of = |t: usize| {
            let again =
                if manner.turn.is_some_and(|began| t >= began) { end * self.closing[t] } else { R::zero() };
            self.length[t].min(R::one()) * (gates[t] + again) * self.mask[t]
        };
        (0..gates.len()).map(of).collect()
    }

    /// What a shield is to absorb; `share` is v / λ.
    fn take(&self, gates: &[R], share: R, taken: &mut [R]) {
        let u = self.key.len() / gates.len().max(1);
        let rows = taken.chunks_exact_mut(u).zip(self.key.chunks_exact(u));
        for ((taken, key), (gate, lesson)) in rows.zip(gates.iter().zip(self.mask)) {
            let length = (*lesson * *gate * share).sqrt();
            taken.iter_mut().zip(key).for_each(|(taken, key)| *taken = *key * length);
        }
    }

    /// What each token writes, the last one of a turn for all its words.
    fn errors(&self, manner: &Manner, gates: &[R], vigour: R) -> Vec<R> {
        let d = manner.sizes.width;
        let mut errors = self.delta.to_vec();
        if let Some((began, last)) = manner.turn.zip(gates.len().checked_sub(1)) {
            let end = &mut errors[last * d..];
            for (delta, closing) in self.delta.chunks_exact(d).zip(self.closing).skip(began) {
                end.iter_mut().zip(delta).for_each(|(end, delta)| *end = *end + *closing * *delta);
            }
        }
        for (row, gate) in errors.chunks_exact_mut(d).zip(gates) {
            row.iter_mut().for_each(|error| *error = *error * (*gate * vigour));
        }
        errors
    }
}

/// 1 / (1 + e⁻ˣ), of either sign without overflow.
fn sigmoid<R: Real>(x: R) -> R {
    let e = (-x.abs()).exp();
    if x < R::zero() { e / (R::one() + e) } else { (R::one() + e).recip() }
}

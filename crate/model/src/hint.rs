//! By which words one knows what kind of answer a question wants.
//!
//! ```text
//! score = b + Σ w[hash(a, c)] / 16        over the different tokens c of a turn, and the pairs a c of them
//! ```
//!
//! A logistic regression on words and pairs of words, hashed (Weinberger et al. 2009), fitted by `nested-memory calibrate`. The
//! base's own states do not tell these questions apart: it was never asked to.

use crate::table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Places of the table.
pub const PLACES: usize = 2048;
/// A weight of one is so much in the table.
pub const ONE: f32 = 16.0;
/// Stands before the first token of a turn, and behind the last.
const EDGE: u32 = u32::MAX;

/// A table of weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// What a turn without words has.
    pub bias: f32,
    /// [`PLACES`] weights of one byte each, in hexadecimal digits.
    pub weights: String,
}

impl Hint {
    /// Of these weights, one for each place.
    #[must_use]
    pub fn new(bias: f32, weights: &[f32]) -> Self {
        let byte = |weight: &f32| (weight * ONE).round().clamp(-127.0, 127.0) as i8;
        Self { bias, weights: table::text(weights.iter().map(|weight| byte(weight).cast_unsigned())) }
    }

    /// Whether it has a weight for each place.
    pub(crate) fn is_whole(&self) -> bool {
        self.bias.is_finite() && table::is_whole(&self.weights, PLACES)
    }

    /// More than 0: this is such a question.
    #[must_use]
    pub fn score(&self, turn: &[u32]) -> f32 {
        let weight = |place: usize| table::byte(&self.weights, place).cast_signed();
        self.bias + places(turn).into_iter().map(|place| f32::from(weight(place))).sum::<f32>() / ONE
    }
}

/// The places of a turn's tokens and of their pairs.
#[must_use]
pub fn places(turn: &[u32]) -> BTreeSet<usize> {
    let edges = [EDGE];
    let turn = || edges.iter().chain(turn).chain(&edges).copied();
    let alone = turn().map(|token| place(token, token));
    alone.chain(turn().zip(turn().skip(1)).map(|(a, b)| place(a, b.wrapping_add(1)))).collect()
}

/// FNV-1a of two tokens.
fn place(a: u32, b: u32) -> usize {
    let bytes = a.to_le_bytes().into_iter().chain(b.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 32) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_has_the_sum_of_its_words_each_counted_once() {
        let mut weights = vec![0.0; PLACES];
        for place in places(&[7]) {
            weights[place] = 0.5;
        }
        let hint = Hint::new(-1.0, &weights);
        assert!(hint.is_whole());
        let count = places(&[7]).len() as f32;
        assert!((hint.score(&[7]) - (count / 2.0 - 1.0)).abs() < 1e-6);
        assert!(hint.score(&[7, 7]) >= hint.score(&[9]));
        let negative = Hint::new(0.0, &vec![-2.0; PLACES]);
        assert!((negative.score(&[7]) + 2.0 * count).abs() < 1e-6);
        assert!(!Hint { bias: 0.0, weights: "zz".repeat(PLACES) }.is_whole());
    }
}

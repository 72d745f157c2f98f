//! Acquaintance: which words a memory has been told, whatever was said with them.
//!
//! One knows in two ways: one recalls what was said, or one only recognises the thing (dual process; Yonelinas 2002). Recall is what the
//! levels do, under addresses that are made of a whole question and so lie near one another where two subjects share a relation.
//! Recognition needs no address: a plastic weight a ∈ [0, 1] for each token of the vocabulary, which is the linear memory with one-hot
//! keys and the value 1, written by the delta rule:
//!
//! ```text
//! a_i ← a_i + s (1 − a_i)        for each different token i of what is learned;    s = min(1, w / ¼)
//! strangeness = Σ_i r_i (1 − a_i)        over the different tokens i of a question
//! ```
//!
//! w is the most that any of the tokens was written with in the lasting levels (that is β ‖δ‖, so a question, which is no telling,
//! leaves next to nothing) and r how seldom questions have a token, in nats: log (n + 1) / (n_i + ½). [`crate::doubt`] takes the
//! strangeness in: nobody knows what a parrot is called who never heard of one. Of what was told it says nothing, and of an answer
//! nothing but whether there is one.

use crate::event::Event;
use crate::sleep::MATTERS;
use crate::table;
use nested_memory_kernels::model::DECLINES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A nat of rarity is so much in the table.
const NAT: f32 = 16.0;

/// What a base makes of words that were never told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// r of every token: one byte each, in hexadecimal digits, a sixteenth of a nat.
    pub rarity: String,
    /// What a nat of strangeness gives each of the declining tokens ([`crate::Config::declines`]).
    pub weights: [f32; DECLINES],
}

impl Recognition {
    /// Of these rarities, one for each token of the vocabulary; it makes nothing of them yet.
    #[must_use]
    pub fn new(rarity: &[f64]) -> Self {
        let byte = |nats: &f64| (nats * f64::from(NAT)).round().clamp(0.0, 255.0) as u8;
        let rarity = table::text(rarity.iter().map(byte));
        Self { rarity, weights: [0.0; DECLINES] }
    }

    /// Whether it has a rarity for each token.
    pub(crate) fn is_whole(&self, vocabulary: usize) -> bool {
        table::is_whole(&self.rarity, vocabulary) && self.weights.iter().all(|weight| weight.is_finite())
    }

    /// r of a token, in nats.
    fn rarity(&self, token: u32) -> f32 {
        f32::from(table::byte(&self.rarity, token as usize)) / NAT
    }

    /// How strange a turn is to whom is acquainted with these words, in nats.
    #[must_use]
    pub fn strangeness(&self, acquaintance: &Acquaintance, turn: &[u32]) -> f32 {
        let different: BTreeSet<u32> = turn.iter().copied().collect();
        different.into_iter().map(|token| self.rarity(token) * (1.0 - acquaintance.with(token))).sum()
    }
}

/// a of every token; of no token where a base recognises nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Acquaintance(Vec<f32>);

impl Acquaintance {
    /// With no token of so many.
    #[must_use]
    pub fn new(vocabulary: usize) -> Self {
        Self(vec![0.0; vocabulary])
    }

    /// With these; `None` if one is not between 0 and 1.
    pub(crate) fn of(values: Vec<f32>) -> Option<Self> {
        values.iter().all(|a| (0.0..=1.0).contains(a)).then_some(Self(values))
    }

    /// a of every token.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// a of a token.
    fn with(&self, token: u32) -> f32 {
        self.0.get(token as usize).copied().unwrap_or(0.0)
    }

    /// Takes in the lessons among the tokens that were just learned; `lessons`: which of the writes were some.
    pub(crate) fn meets(&mut self, lessons: &[bool], learned: &[Event]) {
        let strength = strength(lessons, learned);
        let different: BTreeSet<u32> = told(lessons, learned).map(|(token, _)| token).collect();
        for token in different {
            if let Some(a) = self.0.get_mut(token as usize) {
                *a = (*a + strength * (1.0 - *a)).min(1.0);
            }
        }
    }
}

/// The lessons among what was just learned, and how strongly the lasting levels were written with each.
pub(crate) fn told<'a>(lessons: &'a [bool], learned: &'a [Event]) -> impl Iterator<Item = (u32, f32)> + 'a {
    let all = learned.iter().filter_map(|event| match event {
        Event::Write { token, weight: [_, mid, slow], .. } => Some((*token, mid.max(*slow))),
        Event::Update { .. } | Event::ConversationEnded { .. } => None,
    });
    all.zip(lessons).filter(|(_, lesson)| **lesson).map(|(write, _)| write)
}

/// s: how strongly what was just learned was written, 1 being a full write.
pub(crate) fn strength(lessons: &[bool], learned: &[Event]) -> f32 {
    let most = told(lessons, learned).map(|(_, weight)| weight).fold(0.0, f32::max);
    (most / MATTERS).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_told_of_a_thing_recognises_its_words_and_no_others() {
        let recognition = Recognition::new(&[0.0, 1.0, 2.0, 3.0, 20.0]);
        assert!(recognition.is_whole(5) && !recognition.is_whole(4));
        let mut acquaintance = Acquaintance::new(5);
        let strange = |acquaintance: &Acquaintance, turn: &[u32]| recognition.strangeness(acquaintance, turn);
        assert!((strange(&acquaintance, &[1, 3, 3]) - 4.0).abs() < 1e-6, "each token counts once");
        assert!((strange(&acquaintance, &[4]) - 255.0 / NAT).abs() < 1e-6);
        acquaintance.meets(&[true, true], &[Event::written(1, 0.05), Event::written(2, 0.0)]);
        assert!((strange(&acquaintance, &[1]) - 0.8).abs() < 1e-6, "what is hardly written is hardly known");
        acquaintance.meets(
            &[true, false, true],
            &[Event::written(1, 0.0), Event::written(2, 0.4), Event::written(3, 0.4)],
        );
        assert!(strange(&acquaintance, &[1, 3]).abs() < 1e-6, "a telling makes all of its words known");
        assert!((strange(&acquaintance, &[2]) - 1.6).abs() < 1e-6);
        assert!(Acquaintance::of(vec![0.0, 1.1]).is_none() && Acquaintance::of(vec![f32::NAN]).is_none());
    }
}

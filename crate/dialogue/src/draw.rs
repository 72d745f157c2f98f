//! The only source of chance: a ChaCha8 stream and a few ways to draw from it.
//!
//! The sampling is written out here, so that an update of a random-number crate cannot change the corpus.
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A deterministic stream of choices.
#[derive(Clone, Debug)]
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream that belongs to a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n` (0 for n = 0).
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // The multiply-shift keeps the bias below 2⁻³², which is far below anything that a corpus shows.
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One element of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// An index, drawn in proportion to the weights; `None` if all are zero.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        let mut rest = self.unit() * weights.iter().sum::<f64>();
        let mut last = None;
        for (i, w) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            last = Some(i);
            rest -= w;
            if rest < 0.0 {
                break;
            }
        }
        last
    }
}

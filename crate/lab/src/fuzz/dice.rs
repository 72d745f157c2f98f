//! Chance, and the numbers at which programs break.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of choices that belongs to a seed.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

/// Whole numbers around the edges of their types and of what files of ours hold.
const WHOLE: [u64; 24] = [
    0,
    1,
    2,
    3,
    7,
    8,
    16,
    127,
    128,
    255,
    256,
    1023,
    4096,
    65_535,
    65_536,
    (1 << 24) + 1,
    (1 << 31) - 1,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    (1 << 53) + 1,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX,
];

/// Numbers with a point around the edges of theirs.
const REAL: [f32; 16] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    1e5,
    -1e5,
    1.000_01e5,
    1e19,
    f32::MAX,
    f32::MIN,
    f32::MIN_POSITIVE,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
];

impl Dice {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Any 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`; 0 where there is none.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    /// True once in `n` times.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A whole number at which programs break, or near it.
    pub(super) fn whole(&mut self) -> u64 {
        self.pick(&WHOLE).wrapping_add(self.pick(&[0, 0, 1, u64::MAX]))
    }

    /// The same with a point.
    pub(super) fn real(&mut self) -> f32 {
        self.pick(&REAL)
    }

    /// Where to cut: a place in something of this length, and how far from there.
    pub(super) fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let from = self.below(length);
        from..(from + 1 + self.below(most)).min(length)
    }
}

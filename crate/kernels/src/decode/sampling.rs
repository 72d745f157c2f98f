//! Which token is said: the likeliest, or one that is drawn.
//!
//! Drawing is an argmax too (the Gumbel-max trick; Maddison, Tarlow, Minka, "A* Sampling", NeurIPS 2014): with noise
//! g = −ln(−ln u), u uniform, the token with the highest logit / T + g is a draw from softmax(logits / T). The noise of a
//! token depends on the seed, the place in the memory's stream and the token alone, so a draw is the same on every device and
//! in whatever portions the answer is made.

use crate::real::Real;

/// How the next token is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// T: 0 takes the likeliest; the higher, the more surprising.
    pub temperature: f32,
    /// Only the so many likeliest tokens are drawn from, and those as likely as the last of them; 0: all.
    pub top: u32,
    /// The same seed draws the same.
    pub seed: u32,
}

impl Sampling {
    /// The likeliest token.
    pub const GREEDY: Self = Self { temperature: 0.0, top: 0, seed: 0 };

    /// Whether something is drawn.
    pub(crate) fn draws(&self) -> bool {
        self.temperature > 0.0
    }

    /// g of a token at a place.
    #[must_use]
    pub fn noise(&self, place: u32, token: u32) -> f64 {
        // Half of a step away from 0 and 1, and exact in f32: the twin on the GPU has nothing finer.
        let uniform =
            (f64::from(mixed(token ^ mixed(place ^ mixed(self.seed))) >> 9) + 0.5) / f64::from(1 << 23);
        -(-uniform.ln()).ln()
    }
}

/// Spreads the bits of a number: PCG's output permutation (Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 2020).
pub(crate) const fn mixed(number: u32) -> u32 {
    let state = number.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// The lowest logit that is drawn from: the `top`-th highest, or any.
pub(crate) fn lowest<R: Real>(mut logits: Vec<R>, top: u32) -> R {
    let top = top as usize;
    if top == 0 || top >= logits.len() {
        return R::neg_infinity();
    }
    let order = |a: &R, b: &R| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal);
    *logits.select_nth_unstable_by(top - 1, order).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_has_the_probabilities_of_the_softmax() {
        let logits = [0.0, 1.0, 2.0];
        let sampling = Sampling { temperature: 2.0, top: 0, seed: 7 };
        let mut counts = [0_u32; 3];
        let draws = 30_000;
        for place in 0..draws {
            let score = |token: usize| {
                logits[token] / f64::from(sampling.temperature) + sampling.noise(place, token as u32)
            };
            let best = (0..3).max_by(|a, b| score(*a).total_cmp(&score(*b)));
            counts[best.unwrap_or_default()] += 1;
        }
        let mass: f64 = logits.iter().map(|logit| (logit / 2.0).exp()).sum();
        for (count, logit) in counts.iter().zip(logits) {
            let (seen, due) = (f64::from(*count) / f64::from(draws), (logit / 2.0).exp() / mass);
            // Six standard deviations of a share of 30,000.
            assert!(
                (seen - due).abs() < 6.0 * (due * (1.0 - due) / f64::from(draws)).sqrt(),
                "{seen} for {due}"
            );
        }
    }

    #[test]
    fn the_noise_is_finite_whatever_the_bits() {
        let sampling = Sampling { temperature: 1.0, top: 0, seed: u32::MAX };
        assert!((0_u32..100_000).all(|token| sampling.noise(token.wrapping_mul(77_777), token).is_finite()));
    }

    #[test]
    fn only_the_likeliest_are_drawn_from() {
        let logits = vec![3.0_f32, -1.0, 5.0, 4.0, 4.0];
        assert_eq!(lowest(logits.clone(), 1), 5.0);
        assert_eq!(lowest(logits.clone(), 3), 4.0);
        assert_eq!(lowest(logits.clone(), 0), f32::NEG_INFINITY);
        assert_eq!(lowest(logits, 99), f32::NEG_INFINITY);
    }
}

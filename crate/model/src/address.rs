//! A loss on addresses, for the outer loop only: a question shall find the place where its answer was written, and
//! what nobody will ask for shall not be written.
//!
//! The episode's own loss teaches the same through reads, `Σ_s (key_q · key_s) β_s δ_s`, but every one of its gradients
//! is mixed with those of hundreds of other writes. Training knows which telling a question is about, so it can say it
//! directly, for each level (InfoNCE, van den Oord et al. 2018, with a fixed score for "nothing was told"):
//!
//! ```text
//! L_q = −ln ( Σ_{s told for q} e^{c key_q·key_s} / (e^{c/2} + Σ_{s a lesson before q} e^{c key_q·key_s}) )
//! ```
//!
//! For a question about what was never told the numerator is `e^{c/2}`. Within one episode few facts can be mistaken
//! for each other, so the denominator has what the batch's other episodes tell as well: what they tell of other subjects
//! is told to other addresses. The gates get the binary cross entropy
//! towards what was told: β of a value's tokens 1 and of other words 0, γ of a value before its subject 1, β of the
//! turn's end 1 where there was one. Nothing of this exists when the model is used.

use crate::level::Address;
use burn::tensor::{Int, Tensor};

/// c: how sharply addresses are told apart.
const SHARPNESS: f64 = 16.0;

/// What is asked where, in a batch of `b` episodes of `t` tokens (all conversations one after the other), with at
/// most `q` askings in each.
#[derive(Debug, Clone)]
pub struct Cues {
    /// Where is asked, in `[b·t]`: `[b·q]`.
    pub asked: Tensor<1, Int>,
    /// 0 where a place may be found and a large negative number where not; the first column stands for nothing:
    /// `[b, q, 1 + t]`.
    pub open: Tensor<3>,
    /// The same for the places that should be found.
    pub right: Tensor<3>,
    /// Where any episode tells a value, in `[b·t]`: `[n]`.
    pub elsewhere: Tensor<1, Int>,
    /// 0 where such a place is another episode's and could be mistaken, and a large negative number where not:
    /// `[b, q, n]`.
    pub foreign: Tensor<3>,
    /// 1 for an asking, 0 for padding: `[b, q]`.
    pub counts: Tensor<2>,
    /// What β should be: `[b, t, 1]`.
    pub strength: Target,
    /// What γ should be: `[b, t, 1]`.
    pub closing: Target,
    /// The weight of this loss beside the episode's own.
    pub weight: f64,
}

/// What a gate should be.
#[derive(Debug, Clone)]
pub struct Target {
    /// 0 or 1.
    pub gate: Tensor<3>,
    /// 1 where it counts.
    pub counts: Tensor<3>,
}

impl Target {
    /// The mean binary cross entropy: `[1]`.
    fn loss(&self, gate: Tensor<3>) -> Tensor<1> {
        let (wanted, counts) =
            (Tensor::from_inner(self.gate.clone()), Tensor::from_inner(self.counts.clone()));
        let right = gate.clone() * wanted.clone() + (-gate + 1.0) * (-wanted + 1.0);
        -((right + 1e-6).log() * counts.clone()).sum() / (counts.sum() + 1e-9)
    }
}

/// ln Σ exp along the last dimension: `[b, q, 1]`.
fn log_sum_exp(x: Tensor<3>) -> Tensor<3> {
    let highest = Tensor::from_inner(x.clone().inner().max_dim(2));
    (x - highest.clone()).exp().sum_dim(2).log() + highest
}

/// The mean loss over all askings and all words, of the addresses of one level: `[1]`.
pub(crate) fn loss(cues: &Cues, address: Address) -> Tensor<1> {
    let Address { key, strength, closing } = address;
    let gates = cues.strength.loss(strength) + cues.closing.loss(closing);
    let [b, t, u] = key.dims();
    let [_, q, _] = cues.open.dims();
    let flat = key.clone().reshape([b * t, u]);
    let asking = flat.clone().select(0, cues.asked.clone());
    let [n] = cues.elsewhere.dims();
    let elsewhere = flat.select(0, cues.elsewhere.clone()).transpose();
    let elsewhere = asking.clone().matmul(elsewhere).reshape([b, q, n]) * SHARPNESS;
    let asking = asking.reshape([b, q, u]);
    let found = asking.matmul(key.swap_dims(1, 2)) * SHARPNESS;
    let nothing = Tensor::full([b, q, 1], SHARPNESS / 2.0, (&found.device(), found.dtype()));
    let score = Tensor::cat(vec![nothing, found], 2);
    let track = |x: &Tensor<3>| Tensor::from_inner(x.clone());
    let foreign = elsewhere + track(&cues.foreign);
    let all = log_sum_exp(Tensor::cat(vec![score.clone() + track(&cues.open), foreign], 2));
    let right = log_sum_exp(score + track(&cues.right));
    let counts = cues.counts.clone();
    let total = counts.clone().sum() + 1e-9;
    let nats = (all - right).reshape([b, q]) * Tensor::from_inner(counts);
    nats.sum() / Tensor::from_inner(total) + gates
}

//! Speaking: token after token through the whole model, each the likeliest successor of the one before or drawn
//! ([`Sampling`]), in one call.
//!
//! A step through Burn is dozens of operations, each a dispatch on a GPU, for a model of which one workgroup can do all
//! the work. Here the base lies in one buffer, in the order of its file; the levels' plastic weights D in a second; the
//! mixers' states in a third, which moves on. Nothing is learned on the way: a model's own words are no lessons.
//!
//! ```text
//! x = E[token]
//! for each block: x += mixer(x)      for each level: z = rms(x)     x += gelu(z W_1) W_2 + l2(relu(z W_key)ᵖ) D
//! logits = rms(x) Eᵀ                 token ← argmax of logit, or of logit / T + g among the likeliest; the lower id on a tie
//! ```
//!
//! Where the base doubts what it remembers ([`Sizes::doubt`]) and the prompt's last token is the one after which an answer
//! begins ([`Task::declines`]), each token i that begins an answer like "I don't know yet" is made likelier or less so by how
//! little or how much was found under that token's keys:
//!
//! ```text
//! logit_i += c_i + g_i + Σ_ℓ w_iℓ n_ℓ        n = |key D| for the fast level, φ = key (I − P) keyᵀ for the lasting ones
//! ```
//!
//! g being what the caller knows already ([`Declining::given`]). And what was never told in this order is less likely
//! ([`succession`]), if the caller says so ([`Task::order`]).
//!
//! The plain expression is the model's own forward (`nested-memory-model`, `chunk::logits_at`); its tests hold both twins
//! against it. There is no backward: nobody learns from what is said here.

mod backend;
mod cpu;
pub(crate) mod sampling;
pub mod succession;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use crate::model::{DECLINES, Sizes};
use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::DecodeBackend;
pub use sampling::Sampling;
pub use succession::Order;

/// The most tokens that may be forbidden.
pub const FORBIDDEN: usize = 4;
/// Stands where no token is.
pub const NONE: f32 = -1.0;

/// A token that begins an answer which declines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declining {
    /// Its id.
    pub token: u32,
    /// What is known about it before any key is looked at: g_i.
    pub given: f32,
}

/// What shall be said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    /// The model's sizes.
    pub sizes: Sizes,
    /// Tokens at most.
    pub most: usize,
    /// The token after which nothing comes.
    pub end: u32,
    /// Tokens that are never said; `u32::MAX` forbids none.
    pub forbidden: [u32; FORBIDDEN],
    /// The tokens that the base's doubt makes likelier or less so, if an answer begins.
    pub declines: Option<[Declining; DECLINES]>,
    /// What is held against tokens that were never said in this order, if anything.
    pub order: Option<Order>,
    /// How a token is chosen.
    pub sampling: Sampling,
    /// The first token's place in the memory's stream; for the noise.
    pub place: u32,
}

/// Takes in the prompt and speaks: the tokens' ids, then their probabilities among what may be said, [`NONE`] after the
/// end: `[2 · most]`. `base`, `memory` and `state` as [`crate::model`] lays them out; `prompt`: ids as numbers, at least one;
/// `known`: the bits of [`succession`] where there is an order, [`succession::NUMBERS`] of them, and any one number where there is none.
#[must_use]
pub fn decode(
    base: Tensor<1>,
    memory: Tensor<1>,
    state: Tensor<1>,
    prompt: Tensor<1>,
    known: Tensor<1>,
    task: Task,
) -> Tensor<1> {
    let packed = Tensor::<1>::from_dispatch(Dispatch::decode(
        base.into_dispatch(),
        memory.into_dispatch(),
        state.into_dispatch(),
        prompt.into_dispatch(),
        known.into_dispatch(),
        task,
    ));
    packed.slice(0..2 * task.most)
}

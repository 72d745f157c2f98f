//! Learning: a chunk of one person's tokens through the whole model and back, in one call.
//!
//! A forward and the explicit backward towards activations (hope.md §1.5 eq. 70–71) are hundreds of operations in Burn,
//! each a dispatch on a GPU. Here they are three dispatches a block on the way there, the mixer's scan included, and none on the
//! way back through the last block; on the CPU they are one pass over plain slices. Nothing is computed backwards that lies
//! before the first block that remembers. The base, the levels' weights and the mixers' states lie in buffers as [`crate::model`] says.
//!
//! ```text
//! nats_t = cross entropy of target_t      dx_t = −∂(Σ m nats)/∂(a level's output)      δ_t = m_t dx_t / max(1, ‖dx_t‖)
//! ```
//!
//! What is written where follows from δ, keys and gates, and is the caller's: those are small sums over the chunk. The
//! plain expression is the model's own pass (`nested-memory-model`, `chunk::learn`); its tests hold both twins against
//! it. It has no backward of its own: training differentiates another expression of the same (`outer.rs`).

mod backend;
mod cpu;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;
use crate::model::Sizes;
use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::InnerPassBackend;

/// Rows of [`Text`]: inputs, targets, lessons.
pub(crate) const ROWS: usize = 3;

/// What is read, one row each: the tokens' ids, what followed them, and 1 where that is a lesson; `[3, t]`.
#[derive(Debug, Clone)]
pub struct Text(pub Tensor<2>);

/// What the pass finds, in the order in which it lies in one buffer. `l` counts levels over the blocks that remember.
#[derive(Debug, Clone)]
pub struct Found {
    /// Loss of each token in nats: `[t]`.
    pub nats: Tensor<1>,
    /// ‖dx‖ before it is cut to 1: `[l, t, 1]`.
    pub length: Tensor<3>,
    /// β: `[l, t, 1]`.
    pub strength: Tensor<3>,
    /// γ: `[l, t, 1]`.
    pub closing: Tensor<3>,
    /// Keys: `[l, t, u]`.
    pub key: Tensor<3>,
    /// δ: `[l, t, d]`.
    pub delta: Tensor<3>,
    /// The mixers' states after the chunk: `[state]`.
    pub state: Tensor<1>,
}

/// Where the parts of a packed [`Found`] begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) length: usize,
    pub(crate) strength: usize,
    pub(crate) closing: usize,
    pub(crate) key: usize,
    pub(crate) delta: usize,
    pub(crate) state: usize,
    pub(crate) total: usize,
}

impl Parts {
    pub(crate) const fn new(s: &Sizes, tokens: usize) -> Self {
        let rows = s.plastic_levels() * tokens;
        let length = tokens;
        let strength = length + rows;
        let closing = strength + rows;
        let key = closing + rows;
        let delta = key + rows * s.units;
        let state = delta + rows * s.width;
        Self { length, strength, closing, key, delta, state, total: state + s.state() }
    }
}

/// Takes a chunk through the model and back. `base`, `memory` and `state` as [`crate::model`] lays them out.
#[must_use]
pub fn inner_pass(
    base: Tensor<1>,
    memory: Tensor<1>,
    state: Tensor<1>,
    Text(text): Text,
    sizes: Sizes,
) -> Found {
    let [_, tokens] = text.dims();
    let packed = Tensor::<1>::from_dispatch(Dispatch::inner_pass(
        base.into_dispatch(),
        memory.into_dispatch(),
        state.into_dispatch(),
        text.into_dispatch(),
        sizes,
    ));
    let (at, levels) = (Parts::new(&sizes, tokens), sizes.plastic_levels());
    let rows = |from: usize, to: usize| {
        packed.clone().slice(from..to).reshape([levels, tokens, (to - from) / (levels * tokens)])
    };
    Found {
        nats: packed.clone().slice(0..tokens),
        length: rows(at.length, at.strength),
        strength: rows(at.strength, at.closing),
        closing: rows(at.closing, at.key),
        key: rows(at.key, at.delta),
        delta: rows(at.delta, at.state),
        state: packed.clone().slice(at.state..at.total),
    }
}

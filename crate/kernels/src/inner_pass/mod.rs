//! Learning: a chunk of one person's tokens through the whole model and back, in one call.
//!
//! A forward and the explicit backward towards activations (hope.md §1.5 eq. 70–71) are hundreds of operations in Burn, which know
//! nothing of each other. Here they are one pass over plain slices on the CPU, and on a GPU some eighty dispatches without anything
//! between them: products of all tokens at once, and what stands between two products. Nothing is computed backwards that lies
//! before the first block that remembers. The base, the levels' weights and the mixers' states lie in buffers as [`crate::model`] says.
//!
//! ```text
//! nats_t = cross entropy of target_t      dx_t = −∂(Σ m nats)/∂(a level's output)      δ_t = m_t dx_t / max(1, ‖dx_t‖)
//! ```
//!
//! What is written where follows from δ, keys and gates: [`crate::write`]. The
//! plain expression is the model's own pass (`nested-memory-model`, `chunk::learn`); its tests hold both twins against
//! it. It has no backward of its own: training differentiates another expression of the same (`outer.rs`).

mod backend;
mod cpu;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod phase;
#[cfg(feature = "wgpu")]
mod wgpu;
#[cfg(feature = "wgpu")]
mod work;
use crate::model::Sizes;
use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::InnerPassBackend;

/// Rows of [`Text`]: inputs, targets, lessons.
pub(crate) const ROWS: usize = 3;

/// What is read, one row each: the tokens' ids, what followed them, and 1 where that is a lesson; `[3, t]`.
#[derive(Debug, Clone)]
pub struct Text(pub Tensor<2>);

/// What the pass finds, one after the other in one buffer. `l` counts levels over the blocks that remember.
#[derive(Debug, Clone)]
pub struct Found {
    /// All of it.
    pub packed: Tensor<1>,
    pub(crate) sizes: Sizes,
    pub(crate) tokens: usize,
}

impl Found {
    const fn parts(&self) -> Parts {
        Parts::new(&self.sizes, self.tokens)
    }

    fn rows(&self, from: usize, to: usize) -> Tensor<3> {
        let (levels, tokens) = (self.sizes.plastic_levels(), self.tokens);
        self.packed.clone().slice(from..to).reshape([levels, tokens, (to - from) / (levels * tokens)])
    }

    /// Loss of each token in nats: `[t]`.
    #[must_use]
    pub fn nats(&self) -> Tensor<1> {
        self.packed.clone().slice(0..self.tokens)
    }

    /// ‖dx‖ before it is cut to 1: `[l, t, 1]`.
    #[must_use]
    pub fn length(&self) -> Tensor<3> {
        self.rows(self.parts().length, self.parts().strength)
    }

    /// Keys: `[l, t, u]`.
    #[must_use]
    pub fn key(&self) -> Tensor<3> {
        self.rows(self.parts().key, self.parts().delta)
    }

    /// δ: `[l, t, d]`.
    #[must_use]
    pub fn delta(&self) -> Tensor<3> {
        self.rows(self.parts().delta, self.parts().state)
    }

    /// The mixers' states after the chunk: `[state]`.
    #[must_use]
    pub fn state(&self) -> Tensor<1> {
        self.packed.clone().slice(self.parts().state..self.parts().total)
    }
}

/// Where the parts of a packed [`Found`] begin; the losses are first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) length: usize,
    /// β: `[l, t]`.
    pub(crate) strength: usize,
    /// γ: `[l, t]`.
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
    Found { packed, sizes, tokens }
}

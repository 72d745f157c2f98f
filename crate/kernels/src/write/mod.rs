//! Writing: what a passage leaves in the levels, all of them in one call.
//!
//! [`crate::inner_pass`] says what went wrong and where it belongs; how much of it is written, along which direction and beside
//! what, is some hundred small operations in Burn, each a dispatch on a GPU. With e the last token of a turn that is over,
//! P the shield of a level that lasts and v its vigour (1 for the fast level):
//!
//! ```text
//! β_s ← β_s β_e α_{s+1}     α = σ(key·w_α + b_α)                             for the words s of the turn but e
//! k̂_t = P key_t / max(key_tᵀ P key_t, 1/g)                                   key_t itself without a shield
//! A ← A + v Σ_t k̂_t ⊗ β_t (δ_t + [t = e] Σ_{s in the turn} γ_s δ_s)
//! taken_t = key_t √(m_t β_t v / λ)                                           what P is to absorb
//! weight_t = m_t (β_t + [t in the turn] β_e γ_t) min(1, ‖dx_t‖)              what the person is shown
//! ```
//!
//! β_e counts for a base with a turn gate, α for one that looks ahead; m is 1 where there is a lesson. The plain expression is the model's own
//! (`nested-memory-model`: `level::weighed`, `level::written`, `shield::direct`), by `chunk::learn`; its tests hold both
//! twins against it. There is no backward: training differentiates another expression of the same (`outer.rs`).

mod backend;
mod cpu;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use crate::inner_pass::{Found, Text};
use crate::model::{LEVELS, Sizes};
use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::WriteBackend;

/// How a passage is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// The model's sizes.
    pub sizes: Sizes,
    /// Where the turn began that the passage's last token ends.
    pub turn: Option<usize>,
    /// Whether the end of a turn says how strongly its words are written.
    pub turn_gate: bool,
    /// Whether a word's successor does.
    pub look_ahead: bool,
    /// λ, if levels that last have shields.
    pub protection: Option<f64>,
    /// g: how much longer than its key a direction may be.
    pub longest: f64,
    /// v of the levels that last.
    pub vigour: f64,
}

impl Manner {
    /// Levels that have a shield.
    pub(crate) const fn shielded(&self) -> usize {
        if self.protection.is_some() { self.sizes.lasting() } else { 0 }
    }
}

/// What is written. `l` counts levels over the blocks that remember, `s` those of them that have a shield.
#[derive(Debug, Clone)]
pub struct Written {
    /// A after the passage: `[l, u, d]`.
    pub pending: Tensor<3>,
    /// What the shields are to absorb ([`crate::shield::absorb`]): `[s, t, u]`; nothing without shields.
    pub taken: Option<Tensor<3>>,
    /// The weight of each token: `[l, t]`.
    pub weight: Tensor<2>,
}

/// Where the parts of a packed [`Written`] begin; the first is at 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) taken: usize,
    pub(crate) weight: usize,
    pub(crate) total: usize,
}

impl Parts {
    pub(crate) const fn new(manner: &Manner, tokens: usize) -> Self {
        let s = &manner.sizes;
        let taken = s.plastic_levels() * s.units * s.width;
        let weight = taken + manner.shielded() * tokens * s.units;
        Self { taken, weight, total: weight + s.plastic_levels() * tokens }
    }
}

/// The place of a level among those that last; `None` for the fast one.
pub(crate) const fn lasting_place(level: usize) -> Option<usize> {
    match level % LEVELS {
        0 => None,
        within => Some(level / LEVELS * (LEVELS - 1) + within - 1),
    }
}

/// Writes a passage. `ahead`: w_α of each level one after the other, then each b_α, for a base that looks ahead; `shields`: P of the
/// lasting levels, `[s, u, u]`, if they have one; `pending`: A, `[l, u, d]`.
#[must_use]
pub fn write(
    found: &Found,
    text: &Text,
    ahead: Option<Tensor<1>>,
    shields: Option<Tensor<3>>,
    pending: Tensor<3>,
    manner: Manner,
) -> Written {
    let [levels, units, width] = pending.dims();
    let [_, tokens] = text.0.dims();
    // A buffer must be bound where none is read.
    let nothing = || found.packed.clone().slice(0..1);
    let packed = Tensor::<1>::from_dispatch(Dispatch::write(
        found.packed.clone().into_dispatch(),
        text.0.clone().into_dispatch(),
        ahead.unwrap_or_else(nothing).into_dispatch(),
        shields.map_or_else(nothing, |shields| shields.reshape([-1])).into_dispatch(),
        pending.reshape([-1]).into_dispatch(),
        manner,
    ));
    let at = Parts::new(&manner, tokens);
    let shielded = manner.shielded();
    Written {
        pending: packed.clone().slice(0..at.taken).reshape([levels, units, width]),
        taken: (shielded > 0)
            .then(|| packed.clone().slice(at.taken..at.weight).reshape([shielded, tokens, units])),
        weight: packed.slice(at.weight..at.total).reshape([levels, tokens]),
    }
}

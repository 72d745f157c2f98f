//! Functions of rows: activations, and rows brought to a certain length. What takes a plain expression six passes
//! over memory takes one.
//!
//! For a row `x` of `n` numbers, ε and τ from [`expression`]:
//!
//! ```text
//! gelu   y = x σ(a (x + b x³)), a = 2√(2/π), b = 0.044715          ∂x = ∂y (σ + x σ (1 − σ) a (1 + 3 b x²))
//! silu   y = x σ(x)                                                ∂x = ∂y σ (1 + x (1 − σ))
//! key    s = relu(x)², y = s / ℓ, ℓ = √(Σ s² + τ)                  ∂x = 2 relu(x) (∂y − y Σ y ∂y) / ℓ
//! sharp  s = relu(x)³, y and ℓ as before                          ∂x = 3 relu(x)² (∂y − y Σ y ∂y) / ℓ
//! unit   y = x / ℓ, ℓ = √(Σ x² + τ)                                ∂x = (∂y − y Σ y ∂y) / ℓ
//! rms    y = x / ρ, ρ = √(Σ x² / n + ε)                            ∂x = (∂y − y Σ y ∂y / n) / ρ
//! ```

mod backend;
pub mod cpu;
pub mod expression;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::RowMapBackend;

/// A function of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Map {
    /// The Gaussian error linear unit in its tanh form.
    Gelu,
    /// The sigmoid linear unit.
    Silu,
    /// A level's address: squares of what is positive, of unit length.
    Key,
    /// The same with cubes: the strongest units have yet more of the length.
    Sharp,
    /// Unit length.
    Unit,
    /// Unit mean square.
    Rms,
}

impl Map {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Gelu, Self::Silu, Self::Key, Self::Sharp, Self::Unit, Self::Rms];

    /// As a number, for shaders and backend calls.
    #[must_use]
    pub const fn code(self) -> usize {
        self as usize
    }

    /// From [`Map::code`].
    #[must_use]
    pub const fn from_code(code: usize) -> Self {
        Self::ALL[code]
    }
}

/// The function of each row along the last dimension, in one pass on whatever device the tensor is on.
#[must_use]
pub fn row_map<const D: usize>(map: Map, x: Tensor<D>) -> Tensor<D> {
    if cfg!(feature = "plain") {
        return expression::row_map(map, x);
    }
    Tensor::from_dispatch(Dispatch::row_map(x.into_dispatch(), map.code()))
}

/// ∂x of [`row_map`] given ∂y, for the inner pass; first order only.
#[must_use]
pub fn row_map_backward<const D: usize>(map: Map, x: Tensor<D>, dy: Tensor<D>) -> Tensor<D> {
    if cfg!(feature = "plain") {
        return expression::row_map_backward(map, x, dy);
    }
    Tensor::from_dispatch(Dispatch::row_map_backward(x.into_dispatch(), dy.into_dispatch(), map.code()))
}

//! Taking keys out of a symmetric matrix one after the other: recursive least squares over a whole chunk in one pass.
//!
//! ```text
//! v = P k_t          P ← P − v vᵀ / (1 + k_tᵀ v)          for every t
//! ```
//!
//! P stays symmetric to the bit. It is a constant of both passes of training, so there is no backward.

mod backend;
pub mod cpu;
pub mod expression;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::ShieldBackend;

/// P after these keys: `[b, u, u]` and `[b, t, u]` → `[b, u, u]`, in one pass on whatever device the tensors are on.
#[must_use]
pub fn absorb(shield: Tensor<3>, keys: Tensor<3>) -> Tensor<3> {
    if cfg!(feature = "plain") {
        return expression::absorb(shield, keys);
    }
    Tensor::from_dispatch(Dispatch::absorb(shield.into_dispatch(), keys.into_dispatch()))
}

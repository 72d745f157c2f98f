//! Updating: what is pending becomes part of a level's weights, and how far that moves them, in one call.
//!
//! ```text
//! D ← D + η A          ‖η A‖, ‖D‖ before, ‖D‖ after
//! ```
//!
//! It is final: nobody learns through it (training has its own expression, `outer.rs`), so there is no backward.

mod backend;
mod cpu;
pub mod expression;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::UpdateBackend;

/// Lengths of a level: of its change, of D before and of D after.
pub const LENGTHS: usize = 3;

/// Updates some levels. `memory` and `pending`: D and A, `[l, u, d]`; `rates`: η, `[l]`. D afterwards, as `memory`, and the
/// [`LENGTHS`], `[l, 3]`.
#[must_use]
pub fn update(memory: Tensor<3>, pending: Tensor<3>, rates: Tensor<1>) -> (Tensor<3>, Tensor<2>) {
    if cfg!(feature = "plain") {
        return expression::update(memory, pending, rates);
    }
    let [levels, units, width] = memory.dims();
    let packed = Tensor::<1>::from_dispatch(Dispatch::update(
        memory.into_dispatch(),
        pending.into_dispatch(),
        rates.into_dispatch(),
    ));
    let whole = levels * units * width;
    (
        packed.clone().slice(0..whole).reshape([levels, units, width]),
        packed.slice(whole..whole + LENGTHS * levels).reshape([levels, LENGTHS]),
    )
}

//! The product of matrices, as many at once as there are, and the sums of their rows.
//!
//! ```text
//! C_i = A_i B_i        [.., m, k] · [.., k, n] → [.., m, n]
//! s = Σ_k x_k          [.., k] → [.., 1]
//! ```
//!
//! Leading dimensions that one side lacks or has once are repeated, as everywhere. On the CPU it is Burn's own product; on WebGPU a
//! small shader of ours. Burn's there is compiled for every shape and tuned for large matrices, which this model has none of, and its
//! compiler of products and sums alone is a third of what a visitor with a graphics card would load. Whatever the page does goes
//! through here, so that the linker can leave it out.

mod backend;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::MatrixProductBackend;

/// [`Tensor::matmul`] and [`Tensor::sum_dim`] in our own words.
pub trait MatrixProduct {
    /// A B, or A_i B_i of many, on whatever device the tensors are on.
    #[must_use]
    fn product(self, other: Self) -> Self;

    /// The sum of each row along the last dimension, which stays, with one number in it.
    #[must_use]
    fn row_sums(self) -> Self;
}

impl<const D: usize> MatrixProduct for Tensor<D> {
    fn product(self, other: Self) -> Self {
        if cfg!(feature = "plain") {
            return self.matmul(other);
        }
        Self::from_dispatch(Dispatch::matrix_product(self.into_dispatch(), other.into_dispatch()))
    }

    fn row_sums(self) -> Self {
        if cfg!(feature = "plain") {
            return self.sum_dim(D - 1);
        }
        Self::from_dispatch(Dispatch::row_sums(self.into_dispatch()))
    }
}

/// The sum of all numbers, row by row and then of the rows' sums: `[1]`.
#[must_use]
pub fn total<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    x.row_sums().reshape([1, -1]).row_sums().reshape([1])
}

//! The operation as an extension of Burn's backends, and its home on the CPU, which is Burn's own.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};

/// Products of matrices on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait MatrixProductBackend: Backend {
    /// A B.
    fn matrix_product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The sum of each row.
    fn row_sums(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// A backend's own product.
pub(super) fn own<B: Backend>(a: FloatTensor<B>, b: FloatTensor<B>) -> FloatTensor<B> {
    B::float_matmul(a, b)
}

/// A backend's own sums.
pub(super) fn own_sums<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let last = x.shape().num_dims() - 1;
    B::float_sum_dim(x, last)
}

impl MatrixProductBackend for Flex {
    fn matrix_product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        own::<Self>(a, b)
    }

    fn row_sums(x: FloatTensor<Self>) -> FloatTensor<Self> {
        own_sums::<Self>(x)
    }
}

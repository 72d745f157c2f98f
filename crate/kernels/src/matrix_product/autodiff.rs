//! The backward: Burn's own, of its own product.

use super::backend::{MatrixProductBackend, own, own_sums};
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: MatrixProductBackend, C: CheckpointStrategy> MatrixProductBackend for Autodiff<B, C> {
    fn matrix_product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        own::<Self>(a, b)
    }

    fn row_sums(x: FloatTensor<Self>) -> FloatTensor<Self> {
        own_sums::<Self>(x)
    }
}

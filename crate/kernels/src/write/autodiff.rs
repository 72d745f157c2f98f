//! Under autodiff the result is a constant: training differentiates its own expression of writing.

use super::Manner;
use super::backend::WriteBackend;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: WriteBackend, C: CheckpointStrategy> WriteBackend for Autodiff<B, C> {
    fn write(
        found: FloatTensor<Self>,
        text: FloatTensor<Self>,
        ahead: FloatTensor<Self>,
        shields: FloatTensor<Self>,
        pending: FloatTensor<Self>,
        manner: Manner,
    ) -> FloatTensor<Self> {
        let inner = [found, text, ahead, shields, pending].map(|tensor| tensor.into_primitive());
        let [found, text, ahead, shields, pending] = inner;
        let written = B::write(found, text, ahead, shields, pending, manner);
        <Self as burn::backend::AutodiffBackend>::from_inner(written)
    }
}

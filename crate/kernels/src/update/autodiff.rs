//! Under autodiff the result is a constant: training differentiates its own expression of updates.

use super::backend::UpdateBackend;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: UpdateBackend, C: CheckpointStrategy> UpdateBackend for Autodiff<B, C> {
    fn update(
        memory: FloatTensor<Self>,
        pending: FloatTensor<Self>,
        rates: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let inner = [memory, pending, rates].map(|tensor| tensor.into_primitive());
        let [memory, pending, rates] = inner;
        <Self as burn::backend::AutodiffBackend>::from_inner(B::update(memory, pending, rates))
    }
}

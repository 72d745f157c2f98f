//! Under autodiff the result is a constant: training differentiates its own expression of the pass.

use super::backend::InnerPassBackend;
use crate::model::Sizes;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: InnerPassBackend, C: CheckpointStrategy> InnerPassBackend for Autodiff<B, C> {
    fn inner_pass(
        base: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        state: FloatTensor<Self>,
        text: FloatTensor<Self>,
        sizes: Sizes,
    ) -> FloatTensor<Self> {
        let inner = [base, memory, state, text].map(|tensor| tensor.into_primitive());
        let [base, memory, state, text] = inner;
        <Self as burn::backend::AutodiffBackend>::from_inner(B::inner_pass(base, memory, state, text, sizes))
    }
}

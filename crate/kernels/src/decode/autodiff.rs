//! Under autodiff the result is a constant: nobody learns from what is said.

use super::Task;
use super::backend::DecodeBackend;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: DecodeBackend, C: CheckpointStrategy> DecodeBackend for Autodiff<B, C> {
    fn decode(
        base: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        state: FloatTensor<Self>,
        prompt: FloatTensor<Self>,
        known: FloatTensor<Self>,
        task: Task,
    ) -> FloatTensor<Self> {
        let inner = [base, memory, state, prompt, known].map(|tensor| tensor.into_primitive());
        let [base, memory, state, prompt, known] = inner;
        <Self as burn::backend::AutodiffBackend>::from_inner(B::decode(
            base, memory, state, prompt, known, task,
        ))
    }
}

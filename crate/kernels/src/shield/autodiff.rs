//! Under autodiff the result is a constant: training's second pass takes shields from its first.

use super::backend::ShieldBackend;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;

impl<B: ShieldBackend, C: CheckpointStrategy> ShieldBackend for Autodiff<B, C> {
    fn absorb(shield: FloatTensor<Self>, keys: FloatTensor<Self>) -> FloatTensor<Self> {
        let after = B::absorb(shield.into_primitive(), keys.into_primitive());
        <Self as burn::backend::AutodiffBackend>::from_inner(after)
    }
}

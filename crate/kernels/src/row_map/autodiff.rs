//! The backward for the outer loop (first order: the backward itself is not differentiable).

use super::backend::RowMapBackend;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

#[derive(Debug)]
struct RowMapBackward;

impl<B: RowMapBackend> Backward<B, 1> for RowMapBackward {
    type State = (FloatTensor<B>, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let dy = grads.consume::<B>(&ops.node);
        let (x, map) = ops.state;
        let [node] = ops.parents;
        if let Some(node) = node {
            grads.register::<B>(node.id, B::row_map_backward(x, dy, map));
        }
    }
}

impl<B: RowMapBackend, C: CheckpointStrategy> RowMapBackend for Autodiff<B, C> {
    fn row_map(x: FloatTensor<Self>, map: usize) -> FloatTensor<Self> {
        let node = x.node();
        let x = x.into_primitive();
        match RowMapBackward.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((x.clone(), map), B::row_map(x, map)),
            OpsKind::UnTracked(prepared) => prepared.finish(B::row_map(x, map)),
        }
    }

    fn row_map_backward(x: FloatTensor<Self>, dy: FloatTensor<Self>, map: usize) -> FloatTensor<Self> {
        // First order only: the result is a constant.
        let dx = B::row_map_backward(x.into_primitive(), dy.into_primitive(), map);
        <Self as burn::backend::AutodiffBackend>::from_inner(dx)
    }
}

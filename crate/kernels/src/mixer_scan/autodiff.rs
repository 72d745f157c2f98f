//! The backward of the recurrence for the outer loop (first order: the backward itself is not differentiable).

use super::backend::{MixerScanBackend, sizes};
use super::cpu::{backward_rows, forward_rows};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, TensorMetadata};
use burn::tensor::{Shape, Slice};

#[derive(Debug)]
struct MixerScanBackward;

type Tensors<B> = [FloatTensor<B>; 5];

fn rows<B: Backend>(packed: &FloatTensor<B>, from: usize, to: usize) -> FloatTensor<B> {
    let all = Slice::full();
    B::float_slice(packed.clone(), &[all, all, Slice::from(from..to), all])
}

impl<B: MixerScanBackend> Backward<B, 5> for MixerScanBackward {
    type State = (Tensors<B>, usize);

    fn backward(self, ops: Ops<Self::State, 5>, grads: &mut Gradients, _: &mut Checkpointer) {
        let rule = ops.state.1;
        let gradient = grads.consume::<B>(&ops.node);
        let [input, query, maps, bias, state] = ops.state.0;
        let [node_input, node_query, node_maps, node_bias, node_state] = ops.parents;
        let s = sizes(&input.shape(), rule);
        let (t, n) = (s.tokens, s.size);
        debug_assert_eq!(gradient.shape()[2], forward_rows(t, n));
        let packed = B::mixer_scan_backward(input, query, maps, bias, state, gradient, rule);
        debug_assert_eq!(packed.shape()[2], backward_rows(t, n));
        let mut from = 0;
        let mut next = |count: usize| {
            from += count;
            rows::<B>(&packed, from - count, from)
        };
        let (input, query, state) = (next(t), next(t), next(n));
        let (maps, bias) = (next(2 * n + 2), next(1));
        // One set of initial memories serves every sequence: their gradients add up over the batch.
        let maps = B::float_reshape(B::float_sum_dim(maps, 0), Shape::new([s.heads, 2 * n + 2, n]));
        let bias = B::float_reshape(B::float_sum_dim(bias, 0), Shape::new([s.heads, n]));
        let bias = B::float_slice(bias, &[Slice::full(), Slice::from(0..2)]);
        let parents = [node_input, node_query, node_maps, node_bias, node_state];
        for (node, gradient) in parents.into_iter().zip([input, query, maps, bias, state]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: MixerScanBackend, C: CheckpointStrategy> MixerScanBackend for Autodiff<B, C> {
    fn mixer_scan(
        input: FloatTensor<Self>,
        query: FloatTensor<Self>,
        maps: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        state: FloatTensor<Self>,
        rule: usize,
    ) -> FloatTensor<Self> {
        let nodes = [&input, &query, &maps, &bias, &state].map(|tensor| tensor.node());
        let tensors = [input, query, maps, bias, state].map(|tensor| tensor.into_primitive());
        let run = |[input, query, maps, bias, state]: Tensors<B>| {
            B::mixer_scan(input, query, maps, bias, state, rule)
        };
        match MixerScanBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let output = run(tensors.clone());
                prepared.finish((tensors, rule), output)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(run(tensors)),
        }
    }

    fn mixer_scan_backward(
        input: FloatTensor<Self>,
        query: FloatTensor<Self>,
        maps: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        state: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        rule: usize,
    ) -> FloatTensor<Self> {
        // First order only: the result is a constant.
        let [input, query, maps, bias, state, gradient] =
            [input, query, maps, bias, state, gradient].map(|tensor| tensor.into_primitive());
        let packed = B::mixer_scan_backward(input, query, maps, bias, state, gradient, rule);
        <Self as burn::backend::AutodiffBackend>::from_inner(packed)
    }
}

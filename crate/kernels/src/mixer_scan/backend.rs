//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::Rule;
use super::cpu::{self, Sizes, View};
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// The recurrence on one backend. Tensors are packed (one output each) so that a device needs one buffer and one
/// dispatch; [`cpu::forward_rows`] and [`cpu::backward_rows`] name the rows.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait MixerScanBackend: Backend {
    /// Reads and final gain: `[b, h, t + n, n]`.
    fn mixer_scan(
        input: FloatTensor<Self>,
        query: FloatTensor<Self>,
        maps: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        state: FloatTensor<Self>,
        rule: usize,
    ) -> FloatTensor<Self>;

    /// Gradients given ∂L/∂(packed output): `[b, h, rows, n]`.
    fn mixer_scan_backward(
        input: FloatTensor<Self>,
        query: FloatTensor<Self>,
        maps: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        state: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        rule: usize,
    ) -> FloatTensor<Self>;
}

/// `[b, h, t, n]` of an input tensor.
pub(super) fn sizes(shape: &burn::tensor::Shape, rule: usize) -> Sizes {
    Sizes { rule: Rule::from_code(rule), batch: shape[0], heads: shape[1], tokens: shape[2], size: shape[3] }
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(
    tensors: [OnFlex; 5],
    gradient: Option<OnFlex>,
    rule: usize,
) -> OnFlex {
    let sizes = sizes(&tensors[0].shape(), rule);
    let tensors = tensors.map(|tensor| tensor.to_contiguous());
    let [input, query, maps, bias, state] = &tensors;
    let view = View {
        input: input.storage::<R>(),
        query: query.storage::<R>(),
        maps: maps.storage::<R>(),
        bias: bias.storage::<R>(),
        state: state.storage::<R>(),
    };
    let (rows, values) = match gradient {
        None => (cpu::forward_rows(sizes.tokens, sizes.size), cpu::forward(sizes, view)),
        Some(gradient) => {
            let gradient = gradient.to_contiguous();
            let packed = cpu::backward(sizes, view, gradient.storage::<R>());
            (cpu::backward_rows(sizes.tokens, sizes.size), packed)
        }
    };
    OnFlex::from_data(TensorData::new(values, [sizes.batch, sizes.heads, rows, sizes.size]))
}

fn by_type(tensors: [OnFlex; 5], gradient: Option<OnFlex>, rule: usize) -> OnFlex {
    match tensors[0].dtype() {
        DType::F64 if crate::real::IN_DOUBLE => run::<f64>(tensors, gradient, rule),
        _ => run::<f32>(tensors, gradient, rule),
    }
}

impl MixerScanBackend for Flex {
    fn mixer_scan(
        input: OnFlex,
        query: OnFlex,
        maps: OnFlex,
        bias: OnFlex,
        state: OnFlex,
        rule: usize,
    ) -> OnFlex {
        by_type([input, query, maps, bias, state], None, rule)
    }

    fn mixer_scan_backward(
        input: OnFlex,
        query: OnFlex,
        maps: OnFlex,
        bias: OnFlex,
        state: OnFlex,
        gradient: OnFlex,
        rule: usize,
    ) -> OnFlex {
        by_type([input, query, maps, bias, state], Some(gradient), rule)
    }
}

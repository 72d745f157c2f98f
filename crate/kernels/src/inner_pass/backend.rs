//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::cpu;
use crate::model::{Sizes, cpu::Model};
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// The inner pass on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait InnerPassBackend: Backend {
    /// Everything of [`super::Found`], one after the other.
    fn inner_pass(
        base: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        state: FloatTensor<Self>,
        text: FloatTensor<Self>,
        sizes: Sizes,
    ) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(tensors: [OnFlex; 4], sizes: Sizes) -> OnFlex {
    let [base, memory, state, text] = tensors.map(|tensor| tensor.to_contiguous());
    let model = Model { sizes, base: base.storage::<R>(), memory: memory.storage::<R>() };
    let values = cpu::inner_pass(&model, state.storage::<R>(), text.storage::<R>());
    let count = values.len();
    OnFlex::from_data(TensorData::new(values, [count]))
}

impl InnerPassBackend for Flex {
    fn inner_pass(base: OnFlex, memory: OnFlex, state: OnFlex, text: OnFlex, sizes: Sizes) -> OnFlex {
        let tensors = [base, memory, state, text];
        match tensors[0].dtype() {
            DType::F64 if crate::real::IN_DOUBLE => run::<f64>(tensors, sizes),
            _ => run::<f32>(tensors, sizes),
        }
    }
}

//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::cpu;
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// Updating on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait UpdateBackend: Backend {
    /// D afterwards, then the lengths.
    fn update(
        memory: FloatTensor<Self>,
        pending: FloatTensor<Self>,
        rates: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(tensors: [OnFlex; 3]) -> OnFlex {
    let tensors = tensors.map(|tensor| tensor.to_contiguous());
    let [memory, pending, rates] = tensors.each_ref().map(|tensor| tensor.storage::<R>());
    let values = cpu::update(memory, pending, rates);
    let count = values.len();
    OnFlex::from_data(TensorData::new(values, [count]))
}

impl UpdateBackend for Flex {
    fn update(memory: OnFlex, pending: OnFlex, rates: OnFlex) -> OnFlex {
        let tensors = [memory, pending, rates];
        match tensors[0].dtype() {
            DType::F64 if crate::real::IN_DOUBLE => run::<f64>(tensors),
            _ => run::<f32>(tensors),
        }
    }
}

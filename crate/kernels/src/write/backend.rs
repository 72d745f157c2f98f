//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::{Manner, cpu};
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// Writing on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait WriteBackend: Backend {
    /// Everything of [`super::Written`], one after the other.
    fn write(
        found: FloatTensor<Self>,
        text: FloatTensor<Self>,
        ahead: FloatTensor<Self>,
        shields: FloatTensor<Self>,
        pending: FloatTensor<Self>,
        manner: Manner,
    ) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(tensors: [OnFlex; 5], manner: &Manner) -> OnFlex {
    let tensors = tensors.map(|tensor| tensor.to_contiguous());
    let [found, text, ahead, shields, pending] = tensors.each_ref().map(|tensor| tensor.storage::<R>());
    let values = cpu::write(manner, &cpu::Passage { found, text, ahead, shields, pending });
    let count = values.len();
    OnFlex::from_data(TensorData::new(values, [count]))
}

impl WriteBackend for Flex {
    fn write(
        found: OnFlex,
        text: OnFlex,
        ahead: OnFlex,
        shields: OnFlex,
        pending: OnFlex,
        manner: Manner,
    ) -> OnFlex {
        let tensors = [found, text, ahead, shields, pending];
        match tensors[0].dtype() {
            DType::F64 if crate::real::IN_DOUBLE => run::<f64>(tensors, &manner),
            _ => run::<f32>(tensors, &manner),
        }
    }
}

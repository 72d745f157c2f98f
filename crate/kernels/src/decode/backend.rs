//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::{Task, cpu};
use crate::model::cpu::Model;
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// Speaking on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait DecodeBackend: Backend {
    /// Tokens and probabilities, then whatever the backend needs room for: `[2 · most + …]`.
    fn decode(
        base: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        state: FloatTensor<Self>,
        prompt: FloatTensor<Self>,
        known: FloatTensor<Self>,
        task: Task,
    ) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(tensors: [OnFlex; 5], task: &Task) -> OnFlex {
    let [base, memory, state, prompt, known] = tensors.map(|tensor| tensor.to_contiguous());
    let model = Model { sizes: task.sizes, base: base.storage::<R>(), memory: memory.storage::<R>() };
    let heard = [prompt.storage::<R>(), known.storage::<R>()];
    let values = cpu::decode(&model, state.storage::<R>().to_vec(), heard, task);
    let count = values.len();
    OnFlex::from_data(TensorData::new(values, [count]))
}

impl DecodeBackend for Flex {
    fn decode(
        base: OnFlex,
        memory: OnFlex,
        state: OnFlex,
        prompt: OnFlex,
        known: OnFlex,
        task: Task,
    ) -> OnFlex {
        let tensors = [base, memory, state, prompt, known];
        match tensors[0].dtype() {
            DType::F64 if crate::real::IN_DOUBLE => run::<f64>(tensors, &task),
            _ => run::<f32>(tensors, &task),
        }
    }
}

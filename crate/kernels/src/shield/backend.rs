//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::cpu;
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// Recursive least squares on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait ShieldBackend: Backend {
    /// P after all keys: as `shield`.
    fn absorb(shield: FloatTensor<Self>, keys: FloatTensor<Self>) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(shield: OnFlex, keys: OnFlex) -> OnFlex {
    let (shape, count) = (shield.shape(), keys.shape()[1]);
    let (shield, keys) = (shield.to_contiguous(), keys.to_contiguous());
    let values = cpu::absorb(shape[2], count, shield.storage::<R>(), keys.storage::<R>());
    OnFlex::from_data(TensorData::new(values, shape))
}

impl ShieldBackend for Flex {
    fn absorb(shield: OnFlex, keys: OnFlex) -> OnFlex {
        match shield.dtype() {
            DType::F64 if crate::real::IN_DOUBLE => run::<f64>(shield, keys),
            _ => run::<f32>(shield, keys),
        }
    }
}

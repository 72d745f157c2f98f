//! The operation as an extension of Burn's backends, and its home on the CPU.

use super::{Map, cpu};
use crate::real::Real;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{DType, Element, TensorData};

/// Functions of rows on one backend.
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"), Autodiff: cfg(not(target_arch = "wasm32")))]
pub trait RowMapBackend: Backend {
    /// y: as `x`.
    fn row_map(x: FloatTensor<Self>, map: usize) -> FloatTensor<Self>;

    /// ∂x given ∂y: as `x`.
    fn row_map_backward(x: FloatTensor<Self>, dy: FloatTensor<Self>, map: usize) -> FloatTensor<Self>;
}

type OnFlex = FloatTensor<Flex>;

/// `Element` and `Pod` are what Burn's CPU storage asks of a number.
fn run<R: Real + Element + bytemuck::Pod>(x: OnFlex, dy: Option<OnFlex>, map: usize) -> OnFlex {
    let (map, shape) = (Map::from_code(map), x.shape());
    let n = shape[shape.num_dims() - 1];
    let x = x.to_contiguous();
    let values = match dy {
        None => cpu::forward(map, n, x.storage::<R>()),
        Some(dy) => cpu::backward(map, n, x.storage::<R>(), dy.to_contiguous().storage::<R>()),
    };
    OnFlex::from_data(TensorData::new(values, shape))
}

fn by_type(x: OnFlex, dy: Option<OnFlex>, map: usize) -> OnFlex {
    match x.dtype() {
        DType::F64 if crate::real::IN_DOUBLE => run::<f64>(x, dy, map),
        _ => run::<f32>(x, dy, map),
    }
}

impl RowMapBackend for Flex {
    fn row_map(x: OnFlex, map: usize) -> OnFlex {
        by_type(x, None, map)
    }

    fn row_map_backward(x: OnFlex, dy: OnFlex, map: usize) -> OnFlex {
        by_type(x, Some(dy), map)
    }
}

//! Root-mean-square normalisation with a learned gain, and its backward.
//!
//! `z = g ⊙ x̂`, `x̂ = x / ρ`, `ρ = √(mean x² + ε)`; see [`nested_memory_kernels::row_map`].

use burn::tensor::Tensor;
use nested_memory_kernels::row_map::{Map, row_map, row_map_backward};

/// z
pub(crate) fn forward(x: Tensor<3>, gain: &Tensor<1>) -> Tensor<3> {
    row_map(Map::Rms, x) * gain.clone().unsqueeze::<3>()
}

/// ∂x given ∂z.
pub(crate) fn backward(x: Tensor<3>, gain: &Tensor<1>, dz: Tensor<3>) -> Tensor<3> {
    row_map_backward(Map::Rms, x, dz * gain.clone().unsqueeze::<3>())
}

//! One level of the Continuum Memory System: a fixed MLP and, beside it, the plastic weights D that belong to one
//! user (recipe.md "The model").
//!
//! ```text
//! z = rms(x)    key = l2(relu(z W_key))    y = gelu(z W_1) W_2 + key D    β = σ(z·w_β + b_β)    x ← x + y
//! ```

use crate::norm::{self, NormTrace};
use crate::parameters::LevelParameters;
use crate::tensors::{linear, linear_back};
use burn::tensor::{Tensor, activation};
use nested_memory_kernels::gelu::{gelu, gelu_backward};

const TINY: f64 = 1e-12;

/// Where a token writes and how much. `[b, t, u]` and `[b, t, 1]`.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Unit-length, non-negative.
    pub(crate) key: Tensor<3>,
    /// β
    pub(crate) strength: Tensor<3>,
}

/// What the backward needs.
#[derive(Debug)]
pub(crate) struct LevelTrace {
    norm: NormTrace<3>,
    key: Tensor<3>,
    key_length: Tensor<3>,
    hidden: Tensor<3>,
}

/// The level without its memory: the fixed MLP's output, the address, the trace.
pub(crate) fn fixed(p: &LevelParameters, x: Tensor<3>) -> (Tensor<3>, Address, LevelTrace) {
    let (z, norm) = norm::forward(x, &p.norm);
    let raw = activation::relu(linear(z.clone(), &p.key));
    let key_length = (raw.clone().square().sum_dim(2) + TINY).sqrt();
    let key = raw / key_length.clone();
    let strength = activation::sigmoid(linear(z.clone(), &p.write) + p.write_bias.clone().unsqueeze::<3>());
    let hidden = linear(z, &p.up);
    let y = linear(gelu(hidden.clone()), &p.down);
    let trace = LevelTrace { norm, key: key.clone(), key_length, hidden };
    (y, Address { key, strength }, trace)
}

/// ∂x of `x + y(x)` given ∂(x + y), with the memory that was read.
pub(crate) fn backward(
    p: &LevelParameters,
    memory: &Tensor<3>,
    trace: LevelTrace,
    dy: Tensor<3>,
) -> Tensor<3> {
    let d_hidden = gelu_backward(trace.hidden, linear_back(dy.clone(), &p.down));
    let d_key = dy.clone().matmul(memory.clone().swap_dims(1, 2));
    let along = (trace.key.clone() * d_key.clone()).sum_dim(2);
    let d_raw = (d_key - trace.key.clone() * along) / trace.key_length;
    let d_raw = d_raw.mask_fill(trace.key.lower_equal_scalar(0.0), 0.0);
    let dz = linear_back(d_hidden, &p.up) + linear_back(d_raw, &p.key);
    dy + norm::backward(trace.norm, &p.norm, dz)
}

/// η = softplus(rate): `[1]`.
pub(crate) fn rate(p: &LevelParameters) -> Tensor<1> {
    activation::softplus(p.rate.clone(), 1.0)
}

/// Σ_t β_t key_t ⊗ δ_t: `[b, u, d]`.
pub(crate) fn write(address: &Address, delta: Tensor<3>) -> Tensor<3> {
    address.key.clone().swap_dims(1, 2).matmul(delta * address.strength.clone())
}

//! The recurrence as a plain Burn expression: slow, obvious, differentiable on every device. The other forms are
//! tested against it.

use super::{Inputs, Outputs, Rule};
use burn::tensor::{Tensor, activation};

/// Below this a length counts as zero: no direction to keep.
pub const TINY: f64 = 1e-12;

/// The share of the bound `(1 − α) / ‖k − v‖` that a write may use (μ in hope.md §1.4-9).
pub const SHARE: f64 = 0.75;

fn length(x: Tensor<4>) -> Tensor<4> {
    (x.powi_scalar(2).sum_dim(2) + TINY).sqrt()
}

/// One token at a time, every operation a tensor operation. Shapes as in [`Inputs`] and [`Outputs`].
#[must_use]
pub fn mixer_scan(rule: Rule, inputs: Inputs) -> Outputs {
    let [batch, heads, tokens, size] = inputs.input.dims();
    let row =
        |from: usize, to: usize| inputs.maps.clone().slice([0..heads, from..to, 0..size]).unsqueeze::<4>();
    let (key_map, value_map) = (row(0, size), row(size, 2 * size));
    let (rate_map, keep_map) = (row(2 * size, 2 * size + 1), row(2 * size + 1, 2 * size + 2));
    let bias = |i: usize| inputs.bias.clone().slice([0..heads, i..i + 1]).reshape([1, heads, 1, 1]);
    let start = Tensor::<2>::eye(size, &inputs.state.device()).cast(inputs.state.dtype());
    let start = start.reshape([1, 1, size, size]).repeat(&[batch, heads, 1, 1]);
    let mut state = inputs.state.clone();
    let mut reads = Vec::with_capacity(tokens);
    for t in 0..tokens {
        let column = |x: &Tensor<4>| x.clone().slice([0..batch, 0..heads, t..t + 1, 0..size]).swap_dims(2, 3);
        let self_modifying = rule == Rule::SelfModifying;
        let u = column(&inputs.input);
        let x = if self_modifying { state.clone().matmul(u) } else { u };
        let key = key_map.clone().matmul(x.clone());
        let key = key.clone() / length(key);
        let value = value_map.clone().matmul(x.clone());
        let value = value.clone() / length(value).clamp_min(1.0);
        let keep = activation::sigmoid(keep_map.clone().matmul(x.clone()) + bias(1));
        let wished = rate_map.clone().matmul(x) + bias(0);
        let read = |state: &Tensor<4>| state.clone().matmul(column(&inputs.query)).swap_dims(2, 3);
        if self_modifying {
            let room = (-keep.clone() + 1.0) * SHARE / length(key.clone() - value.clone());
            let cap = (keep.clone() * 2.0).min_pair(room);
            let rate = cap.clone() * (-(-activation::softplus(wished, 1.0) / cap).exp() + 1.0);
            reads.push(read(&state));
            let write = state.clone().matmul(key.clone() * 2.0 - value);
            let home = start.clone() * (-keep.clone() + 1.0);
            state = state * keep + home - (write * rate).matmul(key.swap_dims(2, 3));
        } else {
            let write = state.clone().matmul(key.clone()) - value;
            state = state * keep - (write * activation::sigmoid(wished)).matmul(key.swap_dims(2, 3));
            reads.push(read(&state));
        }
    }
    Outputs { read: Tensor::cat(reads, 2), state }
}

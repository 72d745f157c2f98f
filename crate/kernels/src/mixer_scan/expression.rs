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

/// The initial memories, each by itself: `[1, h, n, n]`, `[1, h, 1, n]`, biases `[1, h, 1, 1]`.
pub(super) struct Maps {
    pub(super) key: Tensor<4>,
    pub(super) value: Tensor<4>,
    pub(super) rate: Tensor<4>,
    pub(super) keep: Tensor<4>,
    bias: [Tensor<4>; 2],
}

impl Maps {
    pub(super) fn new(inputs: &Inputs) -> Self {
        let [_, heads, _, size] = inputs.input.dims();
        let row = |from: usize, to: usize| {
            inputs.maps.clone().slice([0..heads, from..to, 0..size]).unsqueeze::<4>()
        };
        let bias = |i: usize| inputs.bias.clone().slice([0..heads, i..i + 1]).reshape([1, heads, 1, 1]);
        Self {
            key: row(0, size),
            value: row(size, 2 * size),
            rate: row(2 * size, 2 * size + 1),
            keep: row(2 * size + 1, 2 * size + 2),
            bias: [bias(0), bias(1)],
        }
    }
}

/// What one token computes from the gain, by the names of the module above: columns `[b, h, n, 1]`, numbers
/// `[b, h, 1, 1]`.
pub(super) struct Token {
    pub(super) key: Tensor<4>,
    pub(super) key_length: Tensor<4>,
    pub(super) value: Tensor<4>,
    pub(super) value_length: Tensor<4>,
    pub(super) keep: Tensor<4>,
    /// m_η·x + b_η
    pub(super) wished: Tensor<4>,
}

impl Token {
    pub(super) fn new(rule: Rule, maps: &Maps, state: &Tensor<4>, u: Tensor<4>) -> Self {
        let x = if rule == Rule::SelfModifying { state.clone().matmul(u) } else { u };
        let key = maps.key.clone().matmul(x.clone());
        let key_length = length(key.clone());
        let value = maps.value.clone().matmul(x.clone());
        let value_length = length(value.clone());
        let keep = activation::sigmoid(maps.keep.clone().matmul(x.clone()) + maps.bias[1].clone());
        let wished = maps.rate.clone().matmul(x) + maps.bias[0].clone();
        Self {
            key: key / key_length.clone(),
            value: value / value_length.clone().clamp_min(1.0),
            key_length,
            value_length,
            keep,
            wished,
        }
    }

    /// ‖k − v‖
    pub(super) fn difference(&self) -> Tensor<4> {
        length(self.key.clone() - self.value.clone())
    }

    /// μ (1 − α) / ‖k − v‖
    pub(super) fn room(&self) -> Tensor<4> {
        (-self.keep.clone() + 1.0) * SHARE / self.difference()
    }

    /// c
    pub(super) fn cap(&self) -> Tensor<4> {
        (self.keep.clone() * 2.0).min_pair(self.room())
    }

    /// η
    pub(super) fn rate(&self, rule: Rule) -> Tensor<4> {
        if rule == Rule::GatedDelta {
            return activation::sigmoid(self.wished.clone());
        }
        let (cap, wish) = (self.cap(), activation::softplus(self.wished.clone(), 1.0));
        cap.clone() * (-(-wish / cap).exp() + 1.0)
    }

    /// What is written against the key: P (2k − v), or S k − v.
    pub(super) fn write(&self, rule: Rule, state: &Tensor<4>) -> Tensor<4> {
        if rule == Rule::SelfModifying {
            state.clone().matmul(self.key.clone() * 2.0 - self.value.clone())
        } else {
            state.clone().matmul(self.key.clone()) - self.value.clone()
        }
    }

    /// The gain after the token. `start`: I.
    pub(super) fn step(&self, rule: Rule, start: &Tensor<4>, state: Tensor<4>) -> Tensor<4> {
        let write = self.write(rule, &state) * self.rate(rule);
        let kept = state * self.keep.clone() - write.matmul(self.key.clone().swap_dims(2, 3));
        if rule == Rule::SelfModifying { kept + start.clone() * (-self.keep.clone() + 1.0) } else { kept }
    }
}

/// I for every head of every sequence: `[b, h, n, n]`.
pub(super) fn start(inputs: &Inputs) -> Tensor<4> {
    let [batch, heads, _, size] = inputs.input.dims();
    let start = Tensor::<2>::eye(size, &inputs.state.device()).cast(inputs.state.dtype());
    start.reshape([1, 1, size, size]).repeat(&[batch, heads, 1, 1])
}

/// Token `t` of rows as a column: `[b, h, t, n]` → `[b, h, n, 1]`.
pub(super) fn column(rows: &Tensor<4>, t: usize) -> Tensor<4> {
    let [batch, heads, _, size] = rows.dims();
    rows.clone().slice([0..batch, 0..heads, t..t + 1, 0..size]).swap_dims(2, 3)
}

/// One token at a time, every operation a tensor operation. Shapes as in [`Inputs`] and [`Outputs`].
#[must_use]
pub fn mixer_scan(rule: Rule, inputs: Inputs) -> Outputs {
    let [_, _, tokens, _] = inputs.input.dims();
    let (maps, start) = (Maps::new(&inputs), start(&inputs));
    let mut state = inputs.state.clone();
    let mut reads = Vec::with_capacity(tokens);
    for t in 0..tokens {
        let read = |state: &Tensor<4>| state.clone().matmul(column(&inputs.query, t)).swap_dims(2, 3);
        let token = Token::new(rule, &maps, &state, column(&inputs.input, t));
        if rule == Rule::SelfModifying {
            reads.push(read(&state));
            state = token.step(rule, &start, state);
        } else {
            state = token.step(rule, &start, state);
            reads.push(read(&state));
        }
    }
    Outputs { read: Tensor::cat(reads, 2), state }
}

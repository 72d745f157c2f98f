//! The Gaussian error linear unit in its tanh form, written with a sigmoid:
//! `gelu(x) = x σ(a (x + b x³))`, `a = 2√(2/π)`, `b = 0.044715`.

use burn::tensor::{Tensor, activation};

const A: f64 = 1.595_769_121_605_730_9;
const B: f64 = 0.044_715;

fn slope_argument<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.clone() * (x.square() * (A * B) + A)
}

/// `[..]` → `[..]`
#[must_use]
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.clone() * activation::sigmoid(slope_argument(x))
}

/// ∂x given ∂gelu(x): `σ + x σ (1 − σ) a (1 + 3 b x²)`.
#[must_use]
pub fn gelu_backward<const D: usize>(x: Tensor<D>, dy: Tensor<D>) -> Tensor<D> {
    let s = activation::sigmoid(slope_argument(x.clone()));
    let inner = x.clone().square() * (3.0 * A * B) + A;
    dy * (s.clone() + x * s.clone() * (-s + 1.0) * inner)
}

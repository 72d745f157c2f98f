//! The functions as plain Burn expressions, differentiable on every device. The other forms are tested against them.

use super::Map;
use burn::tensor::{Tensor, activation};

/// τ: below this a squared length counts as zero.
pub const TINY: f64 = 1e-12;
/// ε: keeps a row of zeros finite.
pub const EPSILON: f64 = 1e-6;
/// a
pub const A: f64 = 1.595_769_121_605_730_9;
/// b
pub const B: f64 = 0.044_715;

/// `[..]` → `[..]`
#[must_use]
pub fn row_map<const D: usize>(map: Map, x: Tensor<D>) -> Tensor<D> {
    let unit = |x: Tensor<D>| x.clone() / (x.square().sum_dim(D - 1) + TINY).sqrt();
    match map {
        Map::Gelu => x.clone() * activation::sigmoid(x.clone() * (x.square() * (A * B) + A)),
        Map::Silu => x.clone() * activation::sigmoid(x),
        Map::Key => unit(activation::relu(x).square()),
        Map::Unit => unit(x),
        Map::Rms => x.clone() / (x.square().mean_dim(D - 1) + EPSILON).sqrt(),
    }
}

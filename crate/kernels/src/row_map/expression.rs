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
        Map::Sharp => unit(activation::relu(x.clone()).square() * activation::relu(x)),
        Map::Unit => unit(x),
        Map::Rms => x.clone() / (x.square().mean_dim(D - 1) + EPSILON).sqrt(),
    }
}

/// ∂x given ∂y, by the formulas of the module above: what a device without fused operations has to do.
#[must_use]
pub fn row_map_backward<const D: usize>(map: Map, x: Tensor<D>, dy: Tensor<D>) -> Tensor<D> {
    // ∂s of y = s / ℓ, where ℓ² = Σ s² / share + …
    let along = |s: Tensor<D>, length: Tensor<D>, share: f64| {
        let y = s / length.clone();
        let part = (y.clone() * dy.clone()).sum_dim(D - 1) / share;
        (dy.clone() - y * part) / length
    };
    let length = |s: &Tensor<D>| (s.clone().square().sum_dim(D - 1) + TINY).sqrt();
    match map {
        Map::Gelu => {
            let sigma = activation::sigmoid(x.clone() * (x.clone().square() * (A * B) + A));
            let slope = (x.clone().square() * (3.0 * A * B) + A) * (-sigma.clone() + 1.0) * sigma.clone();
            dy * (sigma + x * slope)
        }
        Map::Silu => {
            let sigma = activation::sigmoid(x.clone());
            dy * sigma.clone() * (x * (-sigma + 1.0) + 1.0)
        }
        Map::Key => {
            let positive = activation::relu(x);
            let squared = positive.clone().square();
            let long = length(&squared);
            along(squared, long, 1.0) * positive * 2.0
        }
        Map::Sharp => {
            let positive = activation::relu(x);
            let squared = positive.clone().square();
            let cubed = squared.clone() * positive;
            let long = length(&cubed);
            along(cubed, long, 1.0) * squared * 3.0
        }
        Map::Unit => {
            let long = length(&x);
            along(x, long, 1.0)
        }
        Map::Rms => {
            let count = x.dims()[D - 1] as f64;
            let long = (x.clone().square().mean_dim(D - 1) + EPSILON).sqrt();
            along(x, long, count)
        }
    }
}

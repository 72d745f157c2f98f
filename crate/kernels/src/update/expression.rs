//! The operation as a plain Burn expression. The other forms are tested against it.

use super::LENGTHS;
use burn::tensor::Tensor;

/// `[l, u, d]`, `[l, u, d]` and `[l]` → `[l, u, d]` and `[l, 3]`
#[must_use]
pub fn update(memory: Tensor<3>, pending: Tensor<3>, rates: Tensor<1>) -> (Tensor<3>, Tensor<2>) {
    let [levels, _, _] = memory.dims();
    let change = pending * rates.reshape([levels, 1, 1]);
    let after = memory.clone() + change.clone();
    let length = |of: &Tensor<3>| of.clone().square().sum_dim(2).sum_dim(1).sqrt().reshape([levels, 1]);
    let lengths: [Tensor<2>; LENGTHS] = [length(&change), length(&memory), length(&after)];
    (after, Tensor::cat(lengths.to_vec(), 1))
}

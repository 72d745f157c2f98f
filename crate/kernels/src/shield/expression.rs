//! The operation as a plain Burn expression. The other forms are tested against it.

use burn::tensor::Tensor;

/// `[b, u, u]` and `[b, t, u]` → `[b, u, u]`
#[must_use]
pub fn absorb(mut shield: Tensor<3>, keys: Tensor<3>) -> Tensor<3> {
    let [b, t, u] = keys.dims();
    for at in 0..t {
        let key = keys.clone().slice([0..b, at..at + 1, 0..u]);
        let v = key.clone().matmul(shield.clone());
        let whole = (v.clone() * key).sum_dim(2) + 1.0;
        shield = shield - v.clone().swap_dims(1, 2).matmul(v) / whole;
    }
    shield
}

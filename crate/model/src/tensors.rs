//! Small tensor shorthands.

use burn::tensor::Tensor;
use nested_memory_kernels::matrix_product::MatrixProduct;

/// `[b, t, i] · [i, o]`, as one matrix product.
pub(crate) fn linear(x: Tensor<3>, weight: &Tensor<2>) -> Tensor<3> {
    let [b, t, i] = x.dims();
    let [_, o] = weight.dims();
    x.reshape([b * t, i]).product(weight.clone()).reshape([b, t, o])
}

/// ∂x of [`linear`]: `[b, t, o] · [i, o]ᵀ`.
pub(crate) fn linear_back(dy: Tensor<3>, weight: &Tensor<2>) -> Tensor<3> {
    linear(dy, &weight.clone().transpose())
}

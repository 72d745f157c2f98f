//! Root-mean-square normalisation with a learned gain, and its backward.
//!
//! `z = g ⊙ x̂`, `x̂ = x / ρ`, `ρ = √(mean x² + ε)`;
//! `∂x = (w − x̂ · mean(x̂ ⊙ w)) / ρ` with `w = g ⊙ ∂z`.

use burn::tensor::Tensor;

/// Keeps a row of zeros finite.
pub(crate) const EPSILON: f64 = 1e-6;

/// What the backward needs: x̂ and 1/ρ.
#[derive(Debug, Clone)]
pub(crate) struct NormTrace<const D: usize> {
    unit: Tensor<D>,
    inverse: Tensor<D>,
}

/// x̂ along the last dimension.
pub(crate) fn unit_rms<const D: usize>(x: Tensor<D>) -> NormTrace<D> {
    let inverse = (x.clone().square().mean_dim(D - 1) + EPSILON).sqrt().recip();
    NormTrace { unit: x * inverse.clone(), inverse }
}

impl<const D: usize> NormTrace<D> {
    /// x̂
    pub(crate) fn unit(&self) -> Tensor<D> {
        self.unit.clone()
    }

    /// ∂x given w = ∂x̂.
    pub(crate) fn backward(self, w: Tensor<D>) -> Tensor<D> {
        let along = (self.unit.clone() * w.clone()).mean_dim(D - 1);
        (w - self.unit * along) * self.inverse
    }
}

/// z and its trace.
pub(crate) fn forward(x: Tensor<3>, gain: &Tensor<1>) -> (Tensor<3>, NormTrace<3>) {
    let trace = unit_rms(x);
    (trace.unit() * gain.clone().unsqueeze::<3>(), trace)
}

/// ∂x given ∂z.
pub(crate) fn backward(trace: NormTrace<3>, gain: &Tensor<1>, dz: Tensor<3>) -> Tensor<3> {
    trace.backward(dz * gain.clone().unsqueeze::<3>())
}

//! Writes that leave alone what was written before.
//!
//! A level is a linear associative memory, so a write under one key is also read, in part, under every key that is
//! similar. With sixty facts in it the sum of all those parts is as loud as the answer. Each level that lasts therefore
//! keeps which directions of its key space are in use, and writes along what is left of a key:
//!
//! ```text
//! P = (I + Σ_s β_s key_s key_sᵀ / λ)⁻¹          k̂_t = P key_t / max(key_tᵀ P key_t, 1/g)
//! A ← A + Σ_t k̂_t ⊗ written_t
//! ```
//!
//! `key_tᵀ k̂_t = 1`: under its own key a write is read as before, also where it corrects an older one; under keys that
//! were in use before it is hardly read at all. This is recursive least squares over keys; as a protection of what a
//! network knows it is orthogonal weights modification (Zeng, Chen, Cui and Yu, Nature Machine Intelligence 2019). The
//! bound g keeps a key of which nothing is left from being written out of all proportion.

use burn::tensor::{DType, Device, Tensor};
use nested_memory_kernels::matrix_product::MatrixProduct;

/// g: how much longer than its key a write's direction may be.
pub(crate) const LONGEST: f64 = 2.0;

/// Nothing in use: P = I: `[b, u, u]`.
pub(crate) fn open(batch: usize, units: usize, device: &Device, dtype: DType) -> Tensor<3> {
    Tensor::<2>::eye(units, device).cast(dtype).unsqueeze::<3>().repeat(&[batch, 1, 1])
}

/// k̂ of keys: `[b, t, u]` and P `[b, u, u]` → `[b, t, u]`. P is symmetric.
pub(crate) fn direct(key: &Tensor<3>, shield: Tensor<3>) -> Tensor<3> {
    along(key, key.clone().product(shield))
}

/// The same where what is left of the keys, key P, is known.
pub(crate) fn along(key: &Tensor<3>, left: Tensor<3>) -> Tensor<3> {
    let share = (left.clone() * key.clone()).row_sums();
    left / share.clamp_min(1.0 / LONGEST)
}

/// φ = key (I − P) keyᵀ of keys and of what is left of them, key P: both `[b, t, u]` → `[b, t, 1]`.
pub(crate) fn familiarity(key: &Tensor<3>, left: Tensor<3>) -> Tensor<3> {
    ((key.clone() - left) * key.clone()).row_sums()
}

/// P after writes of these strengths. `strength`: `[b, t, 1]`.
#[cfg(test)]
pub(crate) fn absorb(shield: Tensor<3>, key: &Tensor<3>, strength: Tensor<3>, lambda: f64) -> Tensor<3> {
    nested_memory_kernels::shield::absorb(shield, taken(key, strength, lambda))
}

/// What a shield takes in of writes of these strengths: `[b, t, u]`.
pub(crate) fn taken(key: &Tensor<3>, strength: Tensor<3>, lambda: f64) -> Tensor<3> {
    key.clone() * (strength / lambda).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{absorb, direct, familiarity, open};
    use burn::tensor::{DType, Device, Tensor, TensorData};

    fn keys(count: usize, units: usize) -> Tensor<3> {
        let values: Vec<f64> =
            (0..count * units).map(|i| ((i * 7919 % 101) as f64 / 101.0).powi(8)).collect();
        let raw =
            Tensor::<3>::from_data(TensorData::new(values, [1, count, units]), (&Device::flex(), DType::F64));
        raw.clone() / raw.square().sum_dim(2).sqrt()
    }

    fn blank(units: usize) -> Tensor<3> {
        open(1, units, &Device::flex(), DType::F64)
    }

    fn largest(x: Tensor<3>) -> f64 {
        x.abs().max().into_scalar::<f64>()
    }

    /// What was written under a key is still read there after other writes, as if they had never been.
    #[test]
    fn what_is_in_use_is_not_written_on() {
        let all = keys(6, 24);
        let (old, new) = (all.clone().slice([0..1, 0..5, 0..24]), all.slice([0..1, 5..6, 0..24]));
        let shield = absorb(blank(24), &old, old.clone().sum_dim(2).ones_like(), 0.02);
        let written = direct(&new, shield);
        let read_by_new = (written.clone() * new.clone()).sum();
        let read_by_new = read_by_new.into_scalar::<f64>();
        assert!(read_by_new > 0.4 && read_by_new < 1.0 + 1e-9, "{read_by_new}");
        let before = largest(old.clone().matmul(new.swap_dims(1, 2)));
        let after = largest(old.matmul(written.swap_dims(1, 2)));
        assert!(after < before / 20.0, "{before} and {after}");
    }

    /// What was written is familiar, the more the oftener, and what is unlike it is not; a key of no length is not either.
    #[test]
    fn what_was_written_is_familiar() {
        let all = keys(8, 24);
        let old = all.clone().slice([0..1, 0..4, 0..24]);
        let once = absorb(blank(24), &old, old.clone().sum_dim(2).ones_like(), 1.0);
        let twice = absorb(once.clone(), &old, old.clone().sum_dim(2).ones_like(), 1.0);
        let of = |shield: &Tensor<3>| -> Vec<f64> {
            familiarity(&all, all.clone().matmul(shield.clone())).into_data().try_to_vec().unwrap()
        };
        assert!(of(&blank(24)).iter().all(|known| known.abs() < 1e-12));
        let (once, twice) = (of(&once), of(&twice));
        assert!(once[..4].iter().all(|known| *known > 0.45), "{once:?}");
        assert!(once[..4].iter().zip(&twice).all(|(once, twice)| once < twice && *twice < 1.0));
        assert!(once[..4].iter().sum::<f64>() > 1.2 * once[4..].iter().sum::<f64>(), "{once:?}");
        let nothing = all.zeros_like();
        let none = familiarity(
            &nothing,
            nothing.clone().matmul(absorb(blank(24), &old, old.clone().sum_dim(2).ones_like(), 1.0)),
        );
        assert!(largest(none) < 1e-12);
    }

    /// Writes one after the other leave the same directions free as all at once.
    #[test]
    fn the_order_of_portions_does_not_matter() {
        let all = keys(8, 16);
        let ones = all.clone().sum_dim(2).ones_like();
        let at_once = absorb(blank(16), &all, ones, 1.0);
        let mut one_by_one = blank(16);
        for i in 0..8 {
            let key = all.clone().slice([0..1, i..i + 1, 0..16]);
            one_by_one = absorb(one_by_one, &key, key.clone().sum_dim(2).ones_like(), 1.0);
        }
        assert!(largest(at_once - one_by_one) < 1e-6);
    }
}

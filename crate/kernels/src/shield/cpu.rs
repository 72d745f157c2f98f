//! The CPU twin: a matrix stays in the second-level cache while all keys go through it.

use crate::real::{Real, sum};

/// Shorter keys take nothing out that a number of 32 bits could show.
const SHORT: f64 = 1e-9;

/// P after `count` keys of `u` numbers, for each matrix in `shields`.
#[must_use]
pub fn absorb<R: Real>(u: usize, count: usize, shields: &[R], keys: &[R]) -> Vec<R> {
    let mut after = shields.to_vec();
    if count > 0 {
        for (shield, keys) in after.chunks_exact_mut(u * u).zip(keys.chunks_exact(u * count)) {
            one(u, shield, keys);
        }
    }
    after
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn one<R: Real>(u: usize, shield: &mut [R], keys: &[R]) {
    let mut v = vec![R::zero(); u];
    for key in keys.chunks_exact(u) {
        if sum(key, key, |a, b| a * b) < R::of(SHORT) {
            continue;
        }
        for (v, row) in v.iter_mut().zip(shield.chunks_exact(u)) {
            *v = sum(row, key, |a, b| a * b);
        }
        let inverse = (R::one() + sum(key, &v, |a, b| a * b)).recip();
        for (i, row) in shield.chunks_exact_mut(u).enumerate() {
            let own = v[i];
            for (p, v) in row.iter_mut().zip(&v) {
                // The product first: it is the same on both sides of the diagonal.
                *p = *p - own * *v * inverse;
            }
        }
    }
}

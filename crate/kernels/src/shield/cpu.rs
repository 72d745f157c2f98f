//! The CPU twin. Up to [`BLOCK`] keys go through the matrix at once: it is read once for all their products and written
//! once with all their changes, instead of twice for every key.
//!
//! ```text
//! w_j = (P k_j − Σ_{i<j} (k_jᵀ w_i) w_i) / √(1 + k_jᵀ (…))          P ← P − Σ_j w_j w_jᵀ
//! ```

use crate::real::{Real, sum};

/// Shorter keys take nothing out that a number of 32 bits could show.
const SHORT: f64 = 1e-9;
/// Keys that go through at once: with 256 units they fill the first-level cache.
const BLOCK: usize = 32;

/// P after `count` keys of `u` numbers, for each matrix in `shields`.
#[must_use]
pub fn absorb<R: Real>(u: usize, count: usize, shields: &[R], keys: &[R]) -> Vec<R> {
    let mut after = shields.to_vec();
    if count > 0 {
        for (shield, keys) in after.chunks_exact_mut(u * u).zip(keys.chunks_exact(u * count)) {
            let long: Vec<&[R]> =
                keys.chunks_exact(u).filter(|key| sum(key, key, |a, b| a * b) >= R::of(SHORT)).collect();
            for keys in long.chunks(BLOCK) {
                block(u, shield, keys);
            }
        }
    }
    after
}

/// φ = key (I − P) keyᵀ of each key. Half of a key's numbers are zero, and their rows are left out.
#[must_use]
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn familiarity<R: Real>(u: usize, shield: &[R], keys: &[R]) -> Vec<R> {
    let of = |key: &[R]| {
        let rows = key.iter().zip(shield.chunks_exact(u)).filter(|(own, _)| **own != R::zero());
        rows.map(|(own, row)| *own * (*own - sum(row, key, |a, b| a * b)))
            .fold(R::zero(), |all, part| all + part)
    };
    keys.chunks_exact(u).map(of).collect()
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn block<R: Real>(u: usize, shield: &mut [R], keys: &[&[R]]) {
    let mut directions = vec![R::zero(); keys.len() * u];
    for (i, row) in shield.chunks_exact(u).enumerate() {
        for (key, direction) in keys.iter().zip(directions.chunks_exact_mut(u)) {
            direction[i] = sum(row, key, |a, b| a * b);
        }
    }
    for (j, key) in keys.iter().enumerate() {
        let (before, rest) = directions.split_at_mut(j * u);
        let own = &mut rest[..u];
        for earlier in before.chunks_exact(u) {
            let share = sum(key, earlier, |a, b| a * b);
            for (own, earlier) in own.iter_mut().zip(earlier) {
                *own = *own - share * *earlier;
            }
        }
        let scale = (R::one() + sum(key, own, |a, b| a * b)).sqrt().recip();
        own.iter_mut().for_each(|own| *own = *own * scale);
    }
    for (i, row) in shield.chunks_exact_mut(u).enumerate() {
        let mut directions = directions.chunks_exact(u);
        // Four at a time, so that a row is loaded and stored a quarter as often. Products first: they are the same on
        // both sides of the diagonal.
        while let (Some(a), Some(b), Some(c), Some(d)) =
            (directions.next(), directions.next(), directions.next(), directions.next())
        {
            let own = [a[i], b[i], c[i], d[i]];
            for ((((p, a), b), c), d) in row.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *p = *p - (own[0] * *a + own[1] * *b + (own[2] * *c + own[3] * *d));
            }
        }
    }
    let left = keys.len() / 4 * 4;
    for direction in directions[left * u..].chunks_exact(u) {
        for (row, own) in shield.chunks_exact_mut(u).zip(direction) {
            for (p, direction) in row.iter_mut().zip(direction) {
                *p = *p - *own * *direction;
            }
        }
    }
}

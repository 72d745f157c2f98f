//! The CPU twin: one pass over a row that is in first-level cache, every loop over contiguous lanes. Loops, not
//! iterator adapters: those are compiled without the vector instructions of the function they are called in.

use super::Map;
use super::expression::{A, B, EPSILON, TINY};
use crate::real::{Real, sum};

/// The function of each row of `n` numbers.
#[must_use]
pub fn forward<R: Real>(map: Map, n: usize, x: &[R]) -> Vec<R> {
    let mut y = vec![R::zero(); x.len()];
    match map {
        Map::Gelu => gelu(x, &mut y),
        Map::Silu => silu(x, &mut y),
        Map::Key => key::<R, false>(n, x, &mut y),
        Map::Sharp => key::<R, true>(n, x, &mut y),
        Map::Unit => scaled(n, x, R::one(), R::of(TINY), &mut y),
        Map::Rms => scaled(n, x, R::of(1.0 / n as f64), R::of(EPSILON), &mut y),
    }
    y
}

/// ∂x given ∂y.
#[must_use]
pub fn backward<R: Real>(map: Map, n: usize, x: &[R], dy: &[R]) -> Vec<R> {
    let mut dx = vec![R::zero(); x.len()];
    match map {
        Map::Gelu => gelu_back(x, dy, &mut dx),
        Map::Silu => silu_back(x, dy, &mut dx),
        Map::Key => key_back::<R, false>(n, x, dy, &mut dx),
        Map::Sharp => key_back::<R, true>(n, x, dy, &mut dx),
        Map::Unit => scaled_back(n, x, dy, R::one(), R::of(TINY), &mut dx),
        Map::Rms => scaled_back(n, x, dy, R::of(1.0 / n as f64), R::of(EPSILON), &mut dx),
    }
    dx
}

#[inline(always)]
fn sigmoid<R: Real>(x: R) -> R {
    R::one() / (R::one() + (-x).power_of_e())
}

#[inline(always)]
fn relu<R: Real>(x: R) -> R {
    if x > R::zero() { x } else { R::zero() }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn gelu<R: Real>(x: &[R], y: &mut [R]) {
    let (a, ab) = (R::of(A), R::of(A * B));
    for (y, x) in y.iter_mut().zip(x) {
        *y = *x * sigmoid(*x * (*x * *x * ab + a));
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn gelu_back<R: Real>(x: &[R], dy: &[R], dx: &mut [R]) {
    let (one, a, ab) = (R::one(), R::of(A), R::of(A * B));
    let three = R::of(3.0 * A * B);
    for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
        let squared = *x * *x;
        let s = sigmoid(*x * (squared * ab + a));
        *dx = *dy * (s + *x * s * (one - s) * (squared * three + a));
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn silu<R: Real>(x: &[R], y: &mut [R]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = *x * sigmoid(*x);
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn silu_back<R: Real>(x: &[R], dy: &[R], dx: &mut [R]) {
    for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
        let s = sigmoid(*x);
        *dx = *dy * s * (R::one() + *x * (R::one() - s));
    }
}

/// relu(x)², or ³
#[inline(always)]
fn raised<R: Real, const CUBED: bool>(x: R) -> R {
    let squared = relu(x) * relu(x);
    if CUBED { squared * relu(x) } else { squared }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn key<R: Real, const CUBED: bool>(n: usize, x: &[R], y: &mut [R]) {
    for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(n)) {
        let inverse = key_length::<R, CUBED>(x).recip();
        for (y, x) in y.iter_mut().zip(x) {
            *y = raised::<R, CUBED>(*x) * inverse;
        }
    }
}

/// √(Σ s² + τ)
#[inline(always)]
fn key_length<R: Real, const CUBED: bool>(x: &[R]) -> R {
    let square = |x: R, _| raised::<R, CUBED>(x) * raised::<R, CUBED>(x);
    (sum(x, x, square) + R::of(TINY)).sqrt()
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn key_back<R: Real, const CUBED: bool>(n: usize, x: &[R], dy: &[R], dx: &mut [R]) {
    let (two, three) = (R::of(2.0), R::of(3.0));
    let rows = x.chunks_exact(n).zip(dy.chunks_exact(n));
    for (dx, (x, dy)) in dx.chunks_exact_mut(n).zip(rows) {
        let inverse = key_length::<R, CUBED>(x).recip();
        let along = sum(x, dy, |x, dy| raised::<R, CUBED>(x) * dy) * inverse;
        for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
            let slope = if CUBED { three * relu(*x) * relu(*x) } else { two * relu(*x) };
            *dx = slope * (*dy - raised::<R, CUBED>(*x) * inverse * along) * inverse;
        }
    }
}

/// x / √(share Σ x² + tiny)
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn scaled<R: Real>(n: usize, x: &[R], share: R, tiny: R, y: &mut [R]) {
    for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(n)) {
        let inverse = (sum(x, x, |a, b| a * b) * share + tiny).sqrt().recip();
        for (y, x) in y.iter_mut().zip(x) {
            *y = *x * inverse;
        }
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn scaled_back<R: Real>(n: usize, x: &[R], dy: &[R], share: R, tiny: R, dx: &mut [R]) {
    let rows = x.chunks_exact(n).zip(dy.chunks_exact(n));
    for (dx, (x, dy)) in dx.chunks_exact_mut(n).zip(rows) {
        let inverse = (sum(x, x, |a, b| a * b) * share + tiny).sqrt().recip();
        let along = sum(x, dy, |x, dy| x * dy) * inverse * share;
        for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
            *dx = (*dy - *x * inverse * along) * inverse;
        }
    }
}

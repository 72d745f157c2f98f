//! Products of rows with a matrix, for CPU twins that need no library for them: few rows, matrices that fit into the
//! second-level cache.

use crate::real::{Real, sum, sums};

/// y += x W for one row x: four rows of W at a time, so that y is loaded and stored a quarter as often.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(crate) fn add_rows<R: Real>(x: &[R], w: &[R], y: &mut [R]) {
    let o = y.len();
    let (fours, rest) = x.as_chunks::<4>();
    for (x, rows) in fours.iter().zip(w.chunks_exact(4 * o)) {
        // Half of a key is zero.
        if x.iter().all(|x| *x == R::zero()) {
            continue;
        }
        let (a, rows) = rows.split_at(o);
        let (b, rows) = rows.split_at(o);
        let (c, d) = rows.split_at(o);
        for ((((y, a), b), c), d) in y.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *y = *y + (x[0] * *a + x[1] * *b + (x[2] * *c + x[3] * *d));
        }
    }
    for (x, row) in rest.iter().zip(w[fours.len() * 4 * o..].chunks_exact(o)) {
        for (y, w) in y.iter_mut().zip(row) {
            *y = *y + *x * *w;
        }
    }
}

/// The products of x with every row: x Wᵀ for one row x.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(crate) fn dots<R: Real>(x: &[R], rows: &[R]) -> Vec<R> {
    let mut products = vec![R::zero(); rows.len() / x.len()];
    for (product, row) in products.iter_mut().zip(rows.chunks_exact(x.len())) {
        *product = sum(row, x, |a, b| a * b);
    }
    products
}

/// y += x W for two rows at a time, so that W is read half as often. `x`: `[t, i]`, `w`: `[i, o]`, `y`: `[t, o]`.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(crate) fn add_linear<R: Real>(i: usize, x: &[R], w: &[R], y: &mut [R]) {
    let o = w.len() / i;
    let (pairs, last) = (x.chunks_exact(2 * i), y.len() / (2 * o) * 2 * o);
    let (whole, rest) = y.split_at_mut(last);
    let odd = pairs.remainder();
    for (x, y) in pairs.zip(whole.chunks_exact_mut(2 * o)) {
        let (x0, x1) = x.split_at(i);
        let (y0, y1) = y.split_at_mut(o);
        let (x0, x1) = (x0.as_chunks::<2>(), x1.as_chunks::<2>());
        for ((x0, x1), rows) in x0.0.iter().zip(x1.0).zip(w.chunks_exact(2 * o)) {
            let (a, b) = rows.split_at(o);
            for (((y0, y1), a), b) in y0.iter_mut().zip(y1.iter_mut()).zip(a).zip(b) {
                *y0 = *y0 + (x0[0] * *a + x0[1] * *b);
                *y1 = *y1 + (x1[0] * *a + x1[1] * *b);
            }
        }
        for ((x0, x1), row) in x0.1.iter().zip(x1.1).zip(w[i / 2 * 2 * o..].chunks_exact(o)) {
            for ((y0, y1), w) in y0.iter_mut().zip(y1.iter_mut()).zip(row) {
                *y0 = *y0 + *x0 * *w;
                *y1 = *y1 + *x1 * *w;
            }
        }
    }
    if !odd.is_empty() {
        add_rows(odd, w, rest);
    }
}

/// x W: `[t, i] · [i, o]`.
pub(crate) fn linear<R: Real>(i: usize, x: &[R], w: &[R]) -> Vec<R> {
    let mut y = vec![R::zero(); x.len() / i * (w.len() / i)];
    add_linear(i, x, w, &mut y);
    y
}

/// dy Wᵀ: `[t, o] · [i, o]ᵀ`, two rows of either at a time.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(crate) fn linear_back<R: Real>(o: usize, dy: &[R], w: &[R]) -> Vec<R> {
    let (i, t) = (w.len() / o, dy.len() / o);
    let mut dx = vec![R::zero(); t * i];
    for (pair, rows) in w.chunks_exact(2 * o).enumerate() {
        let (rows, place) = (rows.split_at(o), 2 * pair);
        let tokens = dy.chunks_exact(2 * o);
        let odd = tokens.remainder();
        for (dy, dx) in tokens.zip(dx.chunks_exact_mut(2 * i)) {
            let (x, y) = dy.split_at(o);
            let [[ax, ay], [bx, by]] = sums([rows.0, rows.1], [x, y]);
            (dx[place], dx[place + 1], dx[i + place], dx[i + place + 1]) = (ax, bx, ay, by);
        }
        if !odd.is_empty() {
            let last = &mut dx[(t - 1) * i + place..][..2];
            (last[0], last[1]) = (sum(rows.0, odd, |a, b| a * b), sum(rows.1, odd, |a, b| a * b));
        }
    }
    if i % 2 == 1 {
        for (dy, dx) in dy.chunks_exact(o).zip(dx.chunks_exact_mut(i)) {
            dx[i - 1] = sum(&w[(i - 1) * o..], dy, |a, b| a * b);
        }
    }
    dx
}

#[cfg(test)]
mod tests {
    use super::{add_rows, dots, linear, linear_back};

    /// The plain triple loop.
    fn plain(
        t: usize,
        i: usize,
        o: usize,
        x: impl Fn(usize, usize) -> f64,
        w: impl Fn(usize, usize) -> f64,
    ) -> Vec<f64> {
        let one = |at: usize| (0..i).map(|k| x(at / o, k) * w(k, at % o)).sum();
        (0..t * o).map(one).collect()
    }

    #[test]
    fn products_are_sums_over_the_inner_side() {
        for (t, i, o) in [(1, 1, 1), (3, 5, 7), (4, 8, 16), (5, 33, 18), (2, 7, 1)] {
            let x: Vec<f64> = (0..t * i).map(|n| (n as f64 * 0.7).sin()).collect();
            let w: Vec<f64> = (0..i * o).map(|n| (n as f64 * 1.3).cos()).collect();
            let close = |found: &[f64], expected: &[f64]| {
                assert_eq!(found.len(), expected.len());
                assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{t} {i} {o}");
            };
            close(&linear(i, &x, &w), &plain(t, i, o, |a, k| x[a * i + k], |k, b| w[k * o + b]));
            let dy: Vec<f64> = (0..t * o).map(|n| (n as f64 * 0.3).cos()).collect();
            close(&linear_back(o, &dy, &w), &plain(t, o, i, |a, k| dy[a * o + k], |k, b| w[b * o + k]));
            let mut y = vec![0.0; o];
            add_rows(&x[..i], &w, &mut y);
            close(&y, &linear(i, &x[..i], &w));
            close(&dots(&dy[..o], &w), &linear_back(o, &dy[..o], &w));
        }
    }
}

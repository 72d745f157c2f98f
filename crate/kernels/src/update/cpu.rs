//! The CPU twin: each level's numbers once through.

use super::LENGTHS;
use crate::real::{Real, sum};

/// D afterwards, level by level, then the lengths of each.
#[must_use]
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(crate) fn update<R: Real>(memory: &[R], pending: &[R], rates: &[R]) -> Vec<R> {
    let mut after = memory.to_vec();
    let size = memory.len() / rates.len().max(1);
    let mut lengths = Vec::with_capacity(LENGTHS * rates.len());
    let squares = |of: &[R]| sum(of, of, |a, b| a * b);
    if size > 0 {
        let levels = after.chunks_exact_mut(size).zip(memory.chunks_exact(size));
        for ((after, before), (pending, rate)) in levels.zip(pending.chunks_exact(size).zip(rates)) {
            after.iter_mut().zip(pending).for_each(|(after, pending)| *after = *after + *rate * *pending);
            let change = rate.abs() * squares(pending).sqrt();
            lengths.extend([change, squares(before).sqrt(), squares(after).sqrt()]);
        }
    }
    after.extend(lengths);
    after
}

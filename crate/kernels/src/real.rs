//! The number types that CPU twins run on, and their sums.

use num_traits::Float;

/// Whether CPU twins are there for doubles as well: for tests and comparisons; the page computes in single precision.
pub(crate) const IN_DOUBLE: bool = !cfg!(target_family = "wasm");

/// A number type a CPU twin runs on.
pub trait Real: Float + std::iter::Sum + Send + Sync + 'static {
    /// The nearest number of this type.
    fn of(x: f64) -> Self;

    /// e to the power of `self`, in a form that a compiler can put into vector registers. The relative error is that of
    /// some last digits; what is too large or small for the type stays at its edge.
    fn power_of_e(self) -> Self;
}

impl Real for f32 {
    #[expect(clippy::cast_possible_truncation, reason = "constants of the formula, rounded once")]
    fn of(x: f64) -> Self {
        x as f32
    }

    /// 2ⁿ e^r with n = round(x / ln 2): n by the bits of a number so large that it has no fraction, e^r by a polynomial
    /// (Cephes).
    #[inline(always)]
    fn power_of_e(self) -> Self {
        const WHOLE: f32 = 12_582_912.0;
        const BIAS: u32 = 127;
        let x = self.clamp(-87.0, 88.0);
        let shifted = fused(x, std::f32::consts::LOG2_E, WHOLE);
        let n = shifted - WHOLE;
        // ln 2 in two parts, the first of which has few digits.
        let r = fused(n, 2.121_944_4e-4, fused(n, -0.693_359_4, x));
        let terms = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
        let mut tail = terms[0];
        for term in &terms[1..] {
            tail = fused(tail, r, *term);
        }
        let power = fused(tail, r * r, r) + 1.0;
        let two = f32::from_bits(shifted.to_bits().wrapping_add(BIAS) << 23);
        // Not a number stays what it is.
        if self.is_nan() { self } else { power * two }
    }
}

/// a b + c, rounded once. Browsers have no instruction for it, and a library's function is a call for each number: there the
/// product, which 64 bits hold exactly, is added and rounded to them and then to 32, which is the same but once in 2²⁹ times.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
fn fused(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(target_arch = "wasm32") {
        (f64::from(a) * f64::from(b) + f64::from(c)) as f32
    } else {
        a.mul_add(b, c)
    }
}

impl Real for f64 {
    fn of(x: f64) -> Self {
        x
    }

    #[inline(always)]
    fn power_of_e(self) -> Self {
        self.exp()
    }
}

/// Side by side sums before they are summed in halves.
const LANES: usize = 16;

/// Σ f(a, b). Lanes sum side by side and then in halves, so that the compiler may use vector registers without
/// reordering sums.
#[inline(always)]
pub(crate) fn sum<R: Real>(a: &[R], b: &[R], f: impl Fn(R, R) -> R) -> R {
    let mut lanes = [R::zero(); LANES];
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    for (a, b) in whole_a.iter().zip(whole_b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane = *lane + f(*a, *b);
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(rest_a).zip(rest_b) {
        *lane = *lane + f(*a, *b);
    }
    total(lanes)
}

/// Lanes that go through a product together: as many as a register holds.
const TOGETHER: usize = if cfg!(target_arch = "wasm32") { 4 } else { LANES };
const PARTS: usize = LANES / TOGETHER;

/// Σ a b of two with two, each the same to the last digit as [`sum`]'s: what is loaded serves two sums, and the sums
/// stay in registers.
#[inline(always)]
pub(crate) fn sums<R: Real>([a, b]: [&[R]; 2], [x, y]: [&[R]; 2]) -> [[R; 2]; 2] {
    let whole = a.len() / LANES * LANES;
    let mut lanes = [[R::zero(); LANES]; 4];
    for part in 0..PARTS {
        let [mut ax, mut ay, mut bx, mut by] = [[R::zero(); TOGETHER]; 4];
        for (((a, b), x), y) in parts(a).iter().zip(parts(b)).zip(parts(x)).zip(parts(y)) {
            let (a, b, x, y) = (&a[part], &b[part], &x[part], &y[part]);
            for lane in 0..TOGETHER {
                ax[lane] = ax[lane] + a[lane] * x[lane];
                ay[lane] = ay[lane] + a[lane] * y[lane];
                bx[lane] = bx[lane] + b[lane] * x[lane];
                by[lane] = by[lane] + b[lane] * y[lane];
            }
        }
        for (lanes, some) in lanes.iter_mut().zip([ax, ay, bx, by]) {
            lanes.as_chunks_mut().0[part] = some;
        }
    }
    let rest = |lanes: &mut [R; LANES], a: &[R], x: &[R]| {
        lanes.iter_mut().zip(&a[whole..]).zip(&x[whole..]).for_each(|((lane, a), x)| *lane = *lane + *a * *x);
    };
    if whole < a.len() {
        for (lanes, (a, x)) in lanes.iter_mut().zip([(a, x), (a, y), (b, x), (b, y)]) {
            rest(lanes, a, x);
        }
    }
    let [ax, ay, bx, by] = lanes;
    [[total(ax), total(ay)], [total(bx), total(by)]]
}

/// The lanes of a row, in parts that go together.
#[inline(always)]
fn parts<R>(row: &[R]) -> &[[[R; TOGETHER]; PARTS]] {
    row.as_chunks().0.as_chunks().0
}

/// The sum of lanes, in halves.
#[inline(always)]
fn total<R: Real>(mut lanes: [R; LANES]) -> R {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = lanes[i] + lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::{Real, sum, sums};

    #[test]
    fn many_sums_at_once_are_each_the_same_as_one() {
        for length in [1_u16, 7, 16, 33, 128] {
            let row =
                |seed: u16| -> Vec<f32> { (0..length).map(|n| f32::from(n * 7 + seed).sin()).collect() };
            let (a, b) = ([row(1), row(2)], [row(5), row(6)]);
            let found = sums([&a[0], &a[1]], [&b[0], &b[1]]);
            for (a, found) in a.iter().zip(found) {
                assert_eq!(
                    found.map(f32::to_bits),
                    [0, 1].map(|i: usize| sum(a, &b[i], |a, b| a * b).to_bits())
                );
            }
        }
    }

    #[test]
    fn powers_of_e_are_right_in_all_but_the_last_digits() {
        for i in -8_700..8_800_i16 {
            let x = f32::from(i) / 100.0;
            let (found, exact) = (x.power_of_e(), f64::from(x).exp());
            assert!((f64::from(found) / exact - 1.0).abs() < 3e-7, "e^{x}: {found} and {exact}");
        }
        assert_eq!(0.0_f32.power_of_e(), 1.0);
        assert!(f32::NAN.power_of_e().is_nan());
        assert!(f32::INFINITY.power_of_e().is_finite() && f32::NEG_INFINITY.power_of_e() >= 0.0);
    }
}

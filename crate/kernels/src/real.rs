//! The number types that CPU twins run on, and their sums.

use num_traits::Float;

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
        let shifted = x.mul_add(std::f32::consts::LOG2_E, WHOLE);
        let n = shifted - WHOLE;
        // ln 2 in two parts, the first of which has few digits.
        let r = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_4, x));
        let terms = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
        let mut tail = terms[0];
        for term in &terms[1..] {
            tail = tail.mul_add(r, *term);
        }
        let power = tail.mul_add(r * r, r) + 1.0;
        let two = f32::from_bits(shifted.to_bits().wrapping_add(BIAS) << 23);
        // Not a number stays what it is.
        if self.is_nan() { self } else { power * two }
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

/// Σ f(a, b). Lanes sum side by side and then in halves, so that the compiler may use vector registers without
/// reordering sums.
#[inline(always)]
pub(crate) fn sum<R: Real>(a: &[R], b: &[R], f: impl Fn(R, R) -> R) -> R {
    const LANES: usize = 16;
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
    use super::Real;

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

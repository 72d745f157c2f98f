//! What is different in the same level of two memories.

/// A level's weights in one memory and in another.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// ‖D₁‖ and ‖D₂‖.
    pub norms: [f32; 2],
    /// ‖D₂ − D₁‖
    pub change: f32,
    /// D₂ − D₁, row by row.
    pub values: Vec<f32>,
}

impl Difference {
    /// Of weights of the same shape.
    #[must_use]
    pub fn of(one: &[f32], other: &[f32]) -> Self {
        let values: Vec<f32> = one.iter().zip(other).map(|(one, other)| other - one).collect();
        Self { norms: [length(one), length(other)], change: length(&values), values }
    }

    /// The units whose rows have changed most, and by how much: `most` at most, the largest change first.
    #[must_use]
    pub fn units(&self, width: usize, most: usize) -> Vec<(usize, f32)> {
        let mut units: Vec<(usize, f32)> =
            self.values.chunks(width.max(1)).map(length).enumerate().filter(|(_, by)| *by > 0.0).collect();
        units.sort_by(|x, y| y.1.total_cmp(&x.1));
        units.truncate(most);
        units
    }
}

/// The Euclidean length, summed in double precision.
fn length(values: &[f32]) -> f32 {
    values.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::Difference;

    #[test]
    fn the_units_that_changed_most_come_first() {
        let difference = Difference::of(&[3.0, 4.0, 0.0, 0.0, 1.0, 1.0], &[3.0, 4.0, 0.0, 2.0, 1.0, -4.0]);
        assert_eq!(difference.values, [0.0, 0.0, 0.0, 2.0, 0.0, -5.0]);
        assert_eq!(difference.units(2, 5), [(2, 5.0), (1, 2.0)]);
        assert_eq!(difference.units(2, 1), [(2, 5.0)]);
        assert!((difference.change - 29_f32.sqrt()).abs() < 1e-6);
    }
}

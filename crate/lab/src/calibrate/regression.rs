//! Logistic regression by Newton's method: a handful of weights.

/// Shrinks weights a little, so that there is an answer also where one side can be told from the other without error.
const RIDGE: f64 = 1e-3;
/// Steps; it converges in ten or so.
const STEPS: usize = 60;

/// What is known of one question, and which side it is on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The numbers it is told by.
    pub(super) numbers: Vec<f64>,
    /// Whether it belongs to the side that the weights speak for.
    pub(super) is: bool,
    /// How much it counts beside the others of its side.
    pub(super) weight: f64,
}

/// log odds = bias + Σ weight · number
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) bias: f64,
    pub(super) weights: Vec<f64>,
}

impl Line {
    pub(super) fn at(&self, numbers: &[f64]) -> f64 {
        self.bias + self.weights.iter().zip(numbers).map(|(weight, number)| weight * number).sum::<f64>()
    }
}

/// Fits a line in which both sides have the same weight, but the other side `other` times it. `None` where a side is empty or
/// a number is always the same.
pub(super) fn fit(rows: &[Row], other: f64) -> Option<Line> {
    let count = rows.first()?.numbers.len();
    let sides =
        [false, true].map(|side| rows.iter().filter(|row| row.is == side).map(|row| row.weight).sum::<f64>());
    let total = rows.len() as f64;
    let mean = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).sum::<f64>() / total;
    let means: Vec<f64> = (0..count).map(|i| mean(&|row| row.numbers[i])).collect();
    let spreads: Vec<f64> =
        (0..count).map(|i| mean(&|row| (row.numbers[i] - means[i]).powi(2)).sqrt()).collect();
    if sides.contains(&0.0) || spreads.iter().any(|spread| *spread < 1e-12) {
        return None;
    }
    let even = |row: &Row| -> Vec<f64> {
        let one = |i: usize| (row.numbers[i] - means[i]) / spreads[i];
        (0..count).map(one).chain([1.0]).collect()
    };
    let even: Vec<Vec<f64>> = rows.iter().map(even).collect();
    let mut weights = vec![0.0; count + 1];
    for _ in 0..STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|weight| RIDGE * weight).collect();
        let mut curve: Vec<Vec<f64>> =
            (0..=count).map(|i| (0..=count).map(|j| if i == j { RIDGE } else { 0.0 }).collect()).collect();
        for (row, numbers) in rows.iter().zip(&even) {
            let log_odds: f64 = weights.iter().zip(numbers).map(|(weight, number)| weight * number).sum();
            let odds = 1.0 / (1.0 + (-log_odds).exp());
            let weight = row.weight * if row.is { 1.0 } else { other } / sides[usize::from(row.is)];
            let error = weight * (odds - f64::from(u8::from(row.is)));
            for i in 0..=count {
                slope[i] += error * numbers[i];
                for j in 0..=count {
                    curve[i][j] += weight * odds * (1.0 - odds) * numbers[i] * numbers[j];
                }
            }
        }
        for (weight, step) in weights.iter_mut().zip(solve(curve, slope)) {
            *weight -= step;
        }
    }
    let bias = weights.pop()?;
    let weights: Vec<f64> = weights.iter().zip(&spreads).map(|(weight, spread)| weight / spread).collect();
    let bias = bias - weights.iter().zip(&means).map(|(weight, mean)| weight * mean).sum::<f64>();
    Some(Line { bias, weights })
}

/// x of A x = b, where A is symmetric and positive: elimination needs no exchange of rows.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let count = b.len();
    for i in 0..count {
        for j in i + 1..count {
            let share = a[j][i] / a[i][i];
            let (above, below) = a.split_at_mut(j);
            below[0].iter_mut().zip(&above[i]).for_each(|(below, above)| *below -= share * above);
            b[j] -= share * b[i];
        }
    }
    for i in (0..count).rev() {
        let known: f64 = (i + 1..count).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - known) / a[i][i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::{Row, fit};

    /// Rows on a grid, each side as often as the odds of a line say.
    fn rows() -> Vec<Row> {
        let mut rows = Vec::new();
        for (a, b) in (-6..=6).flat_map(|a| (-6..=6).map(move |b| (f64::from(a), f64::from(b) / 4.0))) {
            let odds = 1.0 / (1.0 + (-(0.7 * a - 2.0 * b + 0.4)).exp());
            let yes = (odds * 200.0).round() as usize;
            rows.extend((0..200).map(|i| Row { numbers: vec![a, b], is: i < yes, weight: 1.0 }));
        }
        rows
    }

    #[test]
    fn the_line_behind_the_odds_is_found() {
        let rows = rows();
        let sides = [false, true].map(|side| rows.iter().filter(|row| row.is == side).count() as f64);
        let Some(line) = fit(&rows, 1.0) else { panic!("there is a line") };
        assert!((line.weights[0] - 0.7).abs() < 0.02, "{line:?}");
        assert!((line.weights[1] + 2.0).abs() < 0.05, "{line:?}");
        // Sides of equal weight move the line by how much more often one of them is.
        assert!((line.bias - 0.4 + (sides[1] / sides[0]).ln()).abs() < 0.03, "{line:?}");
    }

    #[test]
    fn the_other_side_can_weigh_more() {
        let rows = rows();
        let bias = |other| fit(&rows, other).map_or(f64::NAN, |line| line.bias);
        assert!((bias(1.0) - bias(3.0) - 3_f64.ln()).abs() < 0.05);
    }

    #[test]
    fn one_side_alone_has_no_line() {
        let rows: Vec<Row> = rows().into_iter().filter(|row| row.is).collect();
        assert_eq!(fit(&rows, 1.0), None);
        assert_eq!(fit(&[], 1.0), None);
    }
}

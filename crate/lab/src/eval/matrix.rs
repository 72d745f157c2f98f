//! The accuracy matrix of continual learning, and the two figures that the literature makes of it.
//!
//! R[i][j] is the share of conversation j's facts that is known after conversation i ≥ j; T is the last one.
//! Backward transfer (Lopez-Paz and Ranzato 2017) is the mean over j < T of R[T][j] − R[j][j]; forgetting (Chaudhry et
//! al. 2018) the mean over j < T of max over j ≤ i < T of R[i][j], less R[T][j].

use super::score::Answer;

/// Rows by the conversation after which it was asked; columns by the conversation of the telling.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matrix(pub(super) Vec<Vec<f64>>);

impl Matrix {
    /// From answers of cases with so many conversations.
    pub(super) fn new(answers: &[Answer], conversations: usize) -> Self {
        let mut counts = vec![vec![(0_usize, 0_usize); conversations]; conversations];
        for answer in answers {
            let Some(told_in) = answer.age.and_then(|age| answer.conversation.checked_sub(age)) else {
                continue;
            };
            if let Some(count) = counts.get_mut(answer.conversation - 1).and_then(|row| row.get_mut(told_in))
            {
                count.0 += usize::from(answer.right);
                count.1 += 1;
            }
        }
        let share = |(right, asked): (usize, usize)| right as f64 / asked.max(1) as f64;
        let row = |(i, row): (usize, Vec<(usize, usize)>)| row.into_iter().take(i + 1).map(share).collect();
        Self(counts.into_iter().enumerate().map(row).collect())
    }

    /// Backward transfer; `None` for fewer than two conversations.
    pub(super) fn backward_transfer(&self) -> Option<f64> {
        let (last, before) = self.0.split_last()?;
        mean(before.iter().enumerate().map(|(j, row)| last[j] - row[j]))
    }

    /// Forgetting.
    pub(super) fn forgetting(&self) -> Option<f64> {
        let (last, before) = self.0.split_last()?;
        let best = |j: usize| before[j..].iter().map(|row| row[j]).fold(0.0, f64::max);
        mean((0..before.len()).map(|j| best(j) - last[j]))
    }
}

/// The mean, if there is any.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::Matrix;

    #[test]
    fn transfer_and_forgetting_are_those_of_the_literature() {
        let near = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-12);
        let matrix = Matrix(vec![vec![0.8], vec![1.0, 0.6], vec![0.4, 0.9, 0.7]]);
        // (0.4 − 0.8 + 0.9 − 0.6) / 2 and (1.0 − 0.4 + 0.6 − 0.9) / 2.
        assert!(near(matrix.backward_transfer(), -0.05), "{:?}", matrix.backward_transfer());
        assert!(near(matrix.forgetting(), 0.15), "{:?}", matrix.forgetting());
        assert_eq!(Matrix(vec![vec![1.0]]).forgetting(), None);
        assert_eq!(Matrix(Vec::new()).backward_transfer(), None);
    }
}

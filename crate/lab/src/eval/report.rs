//! The results of a suite, for people and for programs.

use super::leak::Leaks;
use super::matrix::Matrix;
use super::score::{Score, is_ceiling, rank};
use crate::fine_tune::Recipe;
use crate::louder::Louder;
use crate::say;
use serde::Serialize;
use std::collections::BTreeMap;

/// A figure that is no share of questions.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Measure {
    pub(super) name: String,
    /// None where it is not defined.
    pub(super) value: Option<f64>,
    /// The 95 % interval, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) between: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) goal: Option<f64>,
}

impl Measure {
    pub(super) fn new(name: String, value: Option<f64>, goal: Option<f64>) -> Self {
        Self { name, value, between: None, goal }
    }
}

/// The results of one suite.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    pub(super) suite: String,
    pub(super) language: &'static str,
    pub(super) base: String,
    pub(super) seed: u64,
    pub(super) cases: usize,
    pub(super) questions: usize,
    pub(super) sleep: bool,
    pub(super) fine_tune: Option<Recipe>,
    /// Levels that were taken away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) without: Vec<&'static str>,
    /// Levels that were written more strongly than the base says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) louder: Vec<Louder>,
    /// How strongly a first turn was written, if not as the base says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) opening: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) uniform_writes: bool,
    /// Whether words might be said in any order.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) any_order: bool,
    pub(super) scores: BTreeMap<String, Score>,
    /// What is to be reached.
    pub(super) goals: BTreeMap<String, f64>,
    /// Shares by age in conversations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) ages: BTreeMap<usize, Score>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) measures: Vec<Measure>,
    /// R: rows by the conversation after which it was asked, columns by that of the telling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) matrix: Option<Vec<Vec<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leaks: Option<Leaks>,
    pub(super) seconds: f64,
}

/// "goal ≥ 0.90, reached"
fn goal(name: &str, value: f64, goal: Option<f64>) -> String {
    let Some(goal) = goal else { return String::new() };
    let ceiling = is_ceiling(name);
    let reached = if ceiling { value <= goal } else { value >= goal };
    let (limit, reached) = (if ceiling { "≤" } else { "≥" }, if reached { "reached" } else { "missed" });
    format!("goal {limit} {goal:.2}, {reached}")
}

impl Report {
    /// Its rows in the order of tables and charts.
    pub(super) fn rows(&self) -> Vec<(&str, Score, Option<f64>)> {
        let mut rows: Vec<(&str, Score, Option<f64>)> = self
            .scores
            .iter()
            .map(|(row, score)| (row.as_str(), *score, self.goals.get(row).copied()))
            .collect();
        rows.sort_by_key(|(row, ..)| rank(row));
        rows
    }

    /// Notes what an accuracy matrix says.
    pub(super) fn add_matrix(&mut self, matrix: Matrix) {
        self.measures.push(Measure::new("backward transfer".to_owned(), matrix.backward_transfer(), None));
        self.measures.push(Measure::new("forgetting".to_owned(), matrix.forgetting(), None));
        self.matrix = Some(matrix.0);
    }

    /// Prints it as a table.
    pub(super) fn print(&self) {
        say(&format!(
            "{}, {}: base {}, {} cases, {} questions, held out, {:.0} s",
            self.suite,
            self.language,
            &self.base[..12],
            self.cases,
            self.questions,
            self.seconds
        ));
        if let Some(leaks) = &self.leaks {
            let (found, of) = (leaks.found.len(), leaks.of);
            say(&format!("leak check: {found} of {of} in {} episodes of training", leaks.episodes));
        }
        for (row, s, target) in self.rows() {
            say(&format!(
                "{row:<46} {:.3}  [{:.3}, {:.3}]  {}/{}  {}",
                s.share,
                s.low,
                s.high,
                s.right,
                s.questions,
                goal(row, s.share, target)
            ));
        }
        for measure in &self.measures {
            let value = measure.value.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.3}"));
            let between =
                measure.between.map_or_else(String::new, |[low, high]| format!("[{low:.3}, {high:.3}]  "));
            let goal =
                measure.value.map_or_else(String::new, |value| goal(&measure.name, value, measure.goal));
            say(&format!("{:<46} {value}  {between}{goal}", measure.name));
        }
        for (i, row) in self.matrix.iter().flatten().enumerate() {
            let cells: Vec<String> = row.iter().map(|share| format!("{share:.2}")).collect();
            say(&format!("after {:<3} {}", i + 1, cells.join(" ")));
        }
    }
}
